package engine

import (
	"fmt"
	"path"
	"path/filepath"
	"strings"

	"mdl/adapters"
	"mdl/compiler/jinja/value"
)

// fastSeedSize is the size from which a seed's file is given to the
// warehouse's own reader, in bytes. Below it, that is not worth a second look.
const fastSeedSize = 256 << 10

// fastSeed is a file that the warehouse reads as mdl would: the scan has found
// nothing in it that is read in two ways.
type fastSeed struct {
	scan      *seedScan
	loader    adapters.CSVLoader
	path      string // absolute
	delimiter byte
}

// scanFast looks at a large file, and returns nil for one that is to be read by
// mdl itself: it has something special in it, or is wrong.
func (b *build) scanFast(file string, delimiter byte, declared *value.Dict) (*seedTable, error) {
	loader, ok := b.s.conn.Conn.(adapters.CSVLoader)
	special := delimiter == '"' || delimiter == '\n' || delimiter == '\r' || delimiter == 0
	if fast, set := b.node.Config.Bool("fast"); !ok || special || b.opt.ProjectDir == "" || b.slowSeed || set && !fast {
		return nil, nil
	}
	in, err := b.opt.Project.Open(file)
	if err != nil {
		return nil, err
	}
	defer func() { _ = in.Close() }()
	limit := int64(fastSeedSize)
	if b.opt.FastSeedSize > 0 {
		limit = b.opt.FastSeedSize
	}
	if info, err := in.Stat(); err != nil || info.Size() < limit || !info.Mode().IsRegular() {
		return nil, nil
	}
	// Names that occur twice are told apart later; a type is declared by the
	// name that comes of that, so they are left to the slow way.
	scan, err := scanSeed(in, delimiter, func(name string) bool { return declared != nil && dictString(declared, name) != "" })
	if err != nil || scan.odd || scan.rows == 0 {
		return nil, nil
	}
	t := &seedTable{file: file, csvFile: &csvFile{header: append([]string(nil), scan.header...)}, rowCount: scan.rows}
	if t.nameColumns(); !t.takeTypes(scan, declared) {
		return nil, nil
	}
	t.fast = &fastSeed{scan: scan, loader: loader, path: filepath.Join(b.opt.ProjectDir, filepath.FromSlash(path.Clean(file))), delimiter: delimiter}
	return t, nil
}

// takeTypes gives the columns the types that the scan has found. It reports
// false where a column's values are read in another way by the warehouse.
func (t *seedTable) takeTypes(scan *seedScan, declared *value.Dict) bool {
	t.types, t.declared = make([]seedType, len(t.header)), make([]string, len(t.header))
	for i, name := range t.header {
		if name != scan.header[i] {
			return false
		}
		c := &scan.columns[i]
		if declared != nil {
			t.declared[i] = dictString(declared, name)
		}
		t.types[i] = c.result()
		switch kind := t.types[i]; {
		case t.declared[i] != "":
			t.types[i] = typeText
		case kind != typeText && c.special, (kind == typeInteger || kind == typeBigint) && c.zeros:
			return false
		}
	}
	return true
}

// findRetyped finds the columns whose type in the table is another than in the
// file, whatever the types are called.
func (b *build) findRetyped(t *seedTable, existing []adapters.Column) error {
	casts := make([]string, len(t.header))
	for i, name := range t.header {
		casts[i] = "cast(null as " + t.sqlType(i, b.d) + ") as " + b.d.Quote(name)
	}
	file, err := b.s.Describe(b.ctx, "select "+strings.Join(casts, ", "))
	if err != nil {
		return err
	}
	t.retyped = map[string]bool{}
	for _, c := range compareColumns(b.d, existing, file).retyped {
		t.retyped[c.Name] = true
	}
	return nil
}

// loadFast lets the warehouse read the file. A column whose type in the table
// is not the one that was found is read as text: its cast decides. When the
// warehouse fails after all, the node is built again without it.
func (b *build) loadFast(t *seedTable, columns []string) error {
	f := adapters.CSVFile{
		Path: t.fast.path, Delimiter: t.fast.delimiter, CRLF: t.fast.scan.crlf, QuotedLines: t.fast.scan.quotedLines,
	}
	for i, name := range t.header {
		typ := t.sqlType(i, b.d)
		if t.declared[i] != "" || t.retyped[name] {
			typ = b.d.Types.Seed.Text
		}
		f.Types = append(f.Types, typ)
	}
	n, err := t.fast.loader.LoadCSV(b.ctx, b.target, columns, f)
	if err == nil && n == int64(t.rowCount) {
		return nil
	}
	if b.slowSeed = true; b.ctx.Err() != nil {
		return err
	}
	return &adapters.QueryError{
		Offset: -1, Kind: adapters.Transient, Cause: err,
		Message: fmt.Sprintf("the warehouse has read %d of the %d records of %s", n, t.rowCount, t.file),
	}
}
