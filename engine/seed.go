package engine

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"path"
	"strings"

	"mdl/adapters"
	"mdl/compiler/diag"
	"mdl/compiler/jinja/value"
)

// seedTable is a seed's file with the types of its columns.
type seedTable struct {
	*csvFile
	file string
	text []byte
	// delimiter separates the fields.
	delimiter byte
	types     []seedType
	// declared are the types of column_types, "" where there is none.
	declared []string
	// rowCount is the number of records; fast is how they are loaded where mdl
	// does not keep them, retyped the columns whose type in the table that is
	// there is another.
	rowCount int
	fast     *fastSeed
	retyped  map[string]bool
	// nullWord makes the text "null" a null in text columns too.
	nullWord bool
}

// buildSeed loads the seed's file. A table that is there keeps its columns and
// gets new rows; on full refresh, and when there is none, it is made anew.
func buildSeed(b *build) error {
	if b.exists && b.old.Kind == adapters.View {
		return b.refuse(codeRelation, "drop the view, or give the seed another alias", "%s is a view, the seed %s cannot be loaded into it", b.name(b.old), b.node.Name)
	}
	t, err := b.readSeed()
	if err == nil {
		err = b.guessQuotes(t)
	}
	if err != nil {
		return err
	}
	b.target.Kind = adapters.Table
	verb := "INSERT"
	if b.fullRefresh {
		verb = "CREATE"
	}
	// A unique index knows the deleted rows until the transaction ends: DuckDB
	// takes the same keys for duplicates.
	anew := !b.exists || b.fullRefresh || b.uniqueIndexes()
	if !anew {
		err = b.emptySeed(t)
	} else {
		err = b.createSeed(t)
	}
	if err != nil {
		return err
	}
	if t.rowCount > 0 {
		if err := b.loadSeed(t); err != nil {
			return err
		}
	}
	b.s.Added(b.target)
	b.response = &Response{
		Message: fmt.Sprintf("%s %d", verb, t.rowCount), Code: verb, RowsAffected: int64(t.rowCount),
	}
	if anew {
		return b.indexes(b.target)
	}
	return nil
}

// readSeed reads the node's file and finds the types of its columns.
func (b *build) readSeed() (*seedTable, error) {
	n := b.node
	file := path.Join(n.Root, n.OrigPath)
	delimiter := ","
	if v, set := n.Config.Get("delimiter"); set {
		delimiter = value.ToStr(v)
	}
	if len(delimiter) != 1 {
		return nil, b.refuse(codeConfig, "use one character, such as ; or |", "delimiter %q of the seed %s is not one character", delimiter, n.Name)
	}
	t, err := b.scanFast(file, delimiter[0], b.dict("column_types"))
	if t != nil {
		return t, nil
	}
	var text []byte
	if err == nil {
		text, err = fs.ReadFile(b.opt.Project, file)
	}
	if err != nil {
		return nil, b.refuse(codeSeed, "", "cannot read the seed %s: %s", file, err)
	}
	t = &seedTable{file: file, text: text, delimiter: delimiter[0]}
	if t.csvFile, err = readCSV(text, delimiter[0]); err != nil {
		return nil, t.problem(err)
	}
	if fast, set := n.Config.Bool("fast"); set && !fast {
		t.nullWord = true
	}
	t.rowCount = len(t.records)
	t.nameColumns()
	t.infer(b.dict("column_types"))
	return t, nil
}

// problem is an error at a place of the file.
func (t *seedTable) problem(err error) error {
	var at *csvError
	if !errors.As(err, &at) {
		return err
	}
	f := diag.NewFile(t.file, string(t.text))
	d := diag.Errorf(codeSeed, diag.Span{File: f, Start: at.offset, End: at.offset}, "%s", at.what)
	return &d
}

// nameColumns gives columns without a name the letters of the alphabet, and
// tells columns of the same name apart by a number, as agate does.
func (t *seedTable) nameColumns() {
	seen := map[string]bool{}
	for i, name := range t.header {
		if name == "" {
			name = letterName(i)
		}
		unique := name
		for n := 2; seen[unique]; n++ {
			unique = fmt.Sprintf("%s_%d", name, n)
		}
		seen[unique] = true
		t.header[i] = unique
	}
}

// letterName is a, b ... z, aa, bb ...
func letterName(i int) string {
	return strings.Repeat(string(rune('a'+i%26)), i/26+1)
}

func (t *seedTable) infer(declared *value.Dict) {
	n := len(t.header)
	t.types, t.declared = make([]seedType, n), make([]string, n)
	columns := make([]inference, n)
	for i, name := range t.header {
		if declared != nil {
			t.declared[i] = dictString(declared, name)
		}
	}
	for _, rec := range t.records {
		for i := range rec {
			if t.declared[i] == "" {
				columns[i].see(rec[i].text)
			}
		}
	}
	for i := range columns {
		t.types[i] = columns[i].result()
		if t.declared[i] != "" {
			t.types[i] = typeText
		}
	}
}

// sqlType is the type of a column in the warehouse.
func (t *seedTable) sqlType(i int, d *adapters.Dialect) string {
	if t.declared[i] != "" {
		return t.declared[i]
	}
	return t.types[i].sqlType(d)
}

// cell is a field as the warehouse gets it.
func (t *seedTable) cell(text string, column int) adapters.Cell {
	trimmed := strings.TrimSpace(text)
	switch kind := t.types[column]; {
	case text == "", kind != typeText && isNullText(trimmed), t.nullWord && t.declared[column] == "" && isNullText(trimmed):
		return adapters.Cell{Null: true}
	case kind == typeInteger, kind == typeBigint, kind == typeNumber:
		n, _ := plainNumber(trimmed)
		return adapters.Cell{Text: n}
	case kind == typeBoolean:
		return adapters.Cell{Text: strings.TrimSpace(strings.ReplaceAll(trimmed, ",", "")), Null: strings.Trim(trimmed, ", ") == ""}
	case kind != typeText:
		return adapters.Cell{Text: trimmed}
	}
	return adapters.Cell{Text: text}
}

// rows are the cells of the file.
func (t *seedTable) rows() iter.Seq[[]adapters.Cell] {
	return func(yield func([]adapters.Cell) bool) {
		cells := make([]adapters.Cell, len(t.header))
		for _, rec := range t.records {
			for i := range rec {
				cells[i] = t.cell(rec[i].text, i)
			}
			if !yield(cells) {
				return
			}
		}
	}
}

// seedColumn is a column's name in SQL: quoted unless quote_columns is false.
func (b *build) seedColumn(name string) string {
	if quote, set := b.node.Config.Bool("quote_columns"); set && !quote {
		return name
	}
	return b.d.Quote(name)
}

func (b *build) createSeed(t *seedTable) error {
	lines := make([]string, len(t.header))
	for i, name := range t.header {
		lines[i] = b.seedColumn(name) + " " + t.sqlType(i, b.d)
	}
	if b.exists {
		if err := b.s.Drop(b.ctx, b.old); err != nil {
			return err
		}
	}
	b.remade = true
	return b.do("create table ", b.name(b.target), " (\n  ", strings.Join(lines, ",\n  "), "\n)")
}

// emptySeed deletes the rows of the table that is there, after checking that
// the file still has its columns.
func (b *build) emptySeed(t *seedTable) error {
	existing, err := b.s.conn.Columns(b.ctx, b.target)
	if err != nil {
		return err
	}
	var file []adapters.Column
	for i, name := range t.header {
		file = append(file, adapters.Column{Name: name, Type: t.sqlType(i, b.d)})
	}
	ch := compareColumns(b.d, file, existing)
	if len(ch.added)+len(ch.removed) > 0 {
		ch.retyped = nil
		d := b.refuse(codeSchemaChange, "run once with --full-refresh", "the columns of the seed %s differ from those of the table that is there", b.node.Name)
		d.Detail = strings.TrimSpace("in the file only: " + listColumns(ch.added) + "\nin the table only: " + listColumns(ch.removed))
		return d
	}
	if t.fast != nil && len(ch.retyped) > 0 {
		if err := b.findRetyped(t, existing); err != nil {
			return err
		}
	}
	return b.do("delete from ", b.name(b.target))
}

// loadSeed inserts the rows, in bulk where the warehouse can.
func (b *build) loadSeed(t *seedTable) error {
	columns := make([]string, len(t.header))
	for i, name := range t.header {
		columns[i] = name
		if quote, set := b.node.Config.Bool("quote_columns"); set && !quote {
			columns[i] = b.d.Fold(name)
		}
	}
	if t.fast != nil {
		b.ran = append(b.ran, fmt.Sprintf("-- %d rows of %s are read by the warehouse", t.rowCount, t.file))
		return b.loadFast(t, columns)
	}
	loader, ok := b.s.conn.Conn.(adapters.BulkLoader)
	if !ok {
		return b.insertSeed(t)
	}
	b.ran = append(b.ran, fmt.Sprintf("-- %d rows of %s are loaded in bulk", t.rowCount, t.file))
	_, err := loader.Load(b.ctx, b.target, columns, t.rows())
	if bad, ok := errors.AsType[*adapters.LoadError](err); ok {
		return t.badCell(bad)
	}
	return err
}

// badCell is the error about a cell that does not fit its column.
func (t *seedTable) badCell(bad *adapters.LoadError) error {
	f := diag.NewFile(t.file, string(t.text))
	span := diag.Span{File: f}
	if bad.Row < len(t.records) && bad.Column < len(t.header) {
		cell := t.records[bad.Row][bad.Column]
		span.Start, span.End = cell.offset, cell.offset+len(cell.text)
	}
	d := diag.Errorf(codeSeed, span, "%q is no %s, which column %s holds", bad.Text, bad.Type, bad.Name)
	d.Cause = bad
	d.Hint = "correct the file, or give the column another type under column_types and run with --full-refresh"
	return &d
}

// insertBatch is the number of rows of one insert statement.
const insertBatch = 1000

// insertSeed loads by insert statements.
func (b *build) insertSeed(t *seedTable) error {
	names := make([]string, len(t.header))
	for i, name := range t.header {
		names[i] = b.seedColumn(name)
	}
	head := "insert into " + b.name(b.target) + " (" + strings.Join(names, ", ") + ") values"
	var s *script
	count := 0
	for row := range t.rows() {
		if count%insertBatch == 0 {
			if s != nil {
				if _, err := b.exec(s); err != nil {
					return err
				}
			}
			s = newScript(head)
		} else {
			s.add(",")
		}
		count++
		s.add("\n  (", literals(b.d, row), ")")
	}
	_, err := b.exec(s)
	return err
}

func literals(d *adapters.Dialect, row []adapters.Cell) string {
	out := make([]string, len(row))
	for i, cell := range row {
		if out[i] = "null"; !cell.Null {
			out[i] = d.Literal(cell.Text)
		}
	}
	return strings.Join(out, ", ")
}

// seedRows fetches some rows of a seed that was loaded.
func (w *worker) seedRows(ctx context.Context, res *Result) (err error) {
	res.Rows, err = w.session.conn.Query(ctx, fmt.Sprintf("select * from %s limit %d", w.dialect.Render(res.Node.Relation()), w.opt.SeedRows))
	return err
}
