package engine

import (
	"encoding/json"
	"os"
	"slices"
	"strings"

	"mdl/adapters"
	"mdl/compiler"
	"mdl/compiler/diag"
	"mdl/compiler/jinja/value"
	"mdl/engine/outfile"
)

// externalFile is where an external model is written, and how.
type externalFile struct {
	// Write is the text between the parentheses of copy, Read what the view
	// reads: a pattern where several files are written.
	Location, Write, Read string
	// Options are those of copy, with what was inferred from the location.
	Options map[string]any

	format string // of the view: parquet, csv or json
}

// externalTemplate asks the macros, which a project may override, as JSON. The
// call of external_write_options fills up the options.
const externalTemplate = `
{%- set options = render_write_options(config) -%}
{%- set location = render(config.get('location') or external_location(this, config)) -%}
{%- set write = adapter.external_write_options(location, options) -%}
{{ tojson({'Location': location, 'Write': write, 'Read': adapter.external_read_location(location, options), 'Options': options}) }}`

var externalFormats = []string{"csv", "parquet", "json"}

// buildExternal writes the node's rows to a file or a directory of files, and
// creates a view that reads them. Who reads the files sees the old ones or the
// new ones.
func buildExternal(b *build) error {
	if !b.d.Files {
		return b.refuse(codeMaterialization, "materialize it as a table", "%s cannot write files: %s is external", b.d.Name, b.node.Name)
	}
	if err := b.refusePlugin(); err != nil {
		return err
	}
	f, err := b.externalFile()
	if err != nil {
		return err
	}
	if b.files, err = b.filePlace(f); err != nil {
		return err
	}
	empty, err := b.writeFile(f)
	if err != nil {
		return err
	}
	if err := b.publishFile(f); err != nil {
		return err
	}
	return b.viewFile(f, empty)
}

// refusePlugin refuses what dbt-duckdb does in Python after writing.
func (b *build) refusePlugin() error {
	if glue, _ := b.node.Config.Bool("glue_register"); glue {
		return b.refuse(codeConfig, "leave glue_register out, and register the files with a tool of AWS", "%s is to be registered in AWS Glue, which dbt-duckdb does in Python", b.node.Name)
	}
	if plugin := b.str("plugin"); plugin != "" {
		return b.refuse(codeConfig, "leave `plugin` out: the files are written without it", "%s is to be stored by the plugin %s of dbt-duckdb, which is Python", b.node.Name, plugin)
	}
	return nil
}

// externalFile renders the location and the options.
func (b *build) externalFile() (*externalFile, error) {
	if v, set := b.node.Config.Get("options"); set && b.dict("options") == nil && !value.IsNone(v) {
		return nil, b.refuse(codeConfig, "such as options: {compression: zstd}", "options of the external model %s must be a mapping, not %s", b.node.Name, value.Repr(v))
	}
	c, err := b.renderer.Hook(b.ctx, b.node, compiler.Hook{SQL: externalTemplate, Span: nodeSpan(b.node)}, b.s)
	if err != nil {
		return nil, err
	}
	f := &externalFile{}
	if err := json.Unmarshal([]byte(c.SQL), f); err != nil {
		return nil, b.refuse(codeConfig, "", "the location and options of %s cannot be read: %s", b.node.Name, err)
	}
	if f.format = b.str("format"); f.format == "" {
		f.format = strings.ToLower(f.option("format"))
		if !slices.Contains(externalFormats, f.format) {
			f.format = "parquet"
		}
	}
	if !slices.Contains(externalFormats, f.format) {
		hint := diag.DidYouMean(f.format, externalFormats)
		if hint == "" {
			hint = "use csv, parquet or json"
		}
		return nil, b.refuse(codeConfig, hint, "format %q of the external model %s is not one that mdl writes", f.format, b.node.Name)
	}
	return f, nil
}

// option is an option as text, "" where it is not given.
func (f *externalFile) option(name string) string {
	for key, v := range f.Options {
		if strings.EqualFold(key, name) && v != nil {
			return value.ToStr(value.FromGo(v))
		}
	}
	return ""
}

// on reports whether an option is given and not switched off.
func (f *externalFile) on(name string) bool {
	v := strings.ToLower(f.option(name))
	return v != "" && v != "false" && v != "0"
}

// isRemote reports whether the location is no path of this machine. A remote
// store has no renaming, so it is written to directly.
func (f *externalFile) isRemote() bool { return strings.Contains(f.Location, "://") }

// filePlace prepares the location; nil for one that is written to directly.
func (b *build) filePlace(f *externalFile) (*outfile.Place, error) {
	if info, err := os.Stat(f.Location); f.isRemote() || err == nil && !info.IsDir() && !info.Mode().IsRegular() {
		return nil, nil
	}
	p, err := outfile.At(f.Location)
	if err != nil {
		return nil, b.fileProblem(f, err)
	}
	if f.several() && p.Occupied() && !f.on("overwrite") && !f.on("overwrite_or_ignore") && !f.on("append") {
		return nil, b.refuse(codeFile, "add overwrite: true to its options to replace it, overwrite_or_ignore: true or append: true to add to it",
			"the directory %s of the external model %s is not empty", f.Location, b.node.Name)
	}
	return p, nil
}

// several reports whether a directory of files is written.
func (f *externalFile) several() bool {
	return f.on("partition_by") || f.on("per_thread_output") || f.on("file_size_bytes")
}

func (b *build) fileProblem(f *externalFile, err error) error {
	d := b.refuse(codeFile, "", "cannot write %s of the external model %s: %s", f.Location, b.node.Name, err)
	d.Cause = err
	return d
}

// writeFile writes the query's rows, and reports whether there were none.
//
// A JSON file, partitions and a CSV file without a header keep their columns
// only in rows: without rows, one of nulls is written, and the view hides it.
func (b *build) writeFile(f *externalFile) (empty bool, err error) {
	rows, err := b.externalQuery()
	if err != nil {
		return false, err
	}
	if err := b.copyOut(f, rows); err != nil {
		return false, err
	}
	whole := f.format == "parquet" || f.format == "csv" && f.on("header")
	if b.response.RowsAffected == 0 && (!whole || f.several()) {
		if empty = true; b.files != nil {
			err = b.files.Undo()
		}
		if err == nil {
			nulls := newScript("select mdl_query.* from (select 1) as mdl_row left join (").embed(rows).add(") as mdl_query on true")
			err = b.copyOut(f, nulls)
		}
		b.response.RowsAffected = 0
	}
	if b.contracted() && err == nil {
		err = b.do("drop table ", b.name(b.shadow()))
	}
	return empty, err
}

// externalQuery is the query of the rows. One with a contract goes into a
// table first, which has the promised types and constraints.
func (b *build) externalQuery() (*script, error) {
	if !b.contracted() {
		return newScript().code(b.sql), nil
	}
	shadow, err := b.freeShadow(adapters.Table)
	if err != nil {
		return nil, err
	}
	return newScript("select * from ", b.name(shadow)), b.createContracted("create ", shadow)
}

// copyOut writes rows into the file that is not in its place yet.
func (b *build) copyOut(f *externalFile, rows *script) error {
	to, options := f.Location, f.Write
	if b.files != nil {
		to = b.files.Temp()
		// The name that DuckDB sees has no ending that tells how to compress.
		if by := compressionOf(f.Location); by != "" && f.option("compression") == "" && f.format != "parquet" {
			options += ", compression " + by
		}
	}
	s := b.header()
	s.add("copy (").embed(rows).add(") to ", b.d.Literal(to), " (", options, ")")
	return b.main(s)
}

// compressionOf is how a file is compressed by its name, "" if it is not.
func compressionOf(location string) string {
	switch {
	case strings.HasSuffix(location, ".gz"):
		return "gzip"
	case strings.HasSuffix(location, ".zst"):
		return "zstd"
	}
	return ""
}

// publishFile puts what was written in its place. The build's end keeps or
// undoes that.
func (b *build) publishFile(f *externalFile) error {
	if b.files == nil {
		return nil
	}
	if f.on("overwrite_or_ignore") || f.on("append") {
		if err := b.files.Keep(); err != nil {
			return b.fileProblem(f, err)
		}
	}
	if err := b.files.Publish(); err != nil {
		return b.fileProblem(f, err)
	}
	return nil
}

// endFiles keeps the files that the build has written, or puts the old ones
// back.
func (b *build) endFiles(ok bool) error {
	if b.files == nil {
		return nil
	}
	end := b.files.Undo
	if ok {
		end = b.files.Done
	}
	b.files = nil
	if err := end(); err != nil {
		d := b.refuse(codeFile, "", "cannot tidy up beside the files of %s: %s", b.node.Name, err)
		d.Cause = err
		return d
	}
	return nil
}

// viewFile creates the view that reads the files.
func (b *build) viewFile(f *externalFile, empty bool) error {
	b.target.Kind = adapters.View
	if b.exists && b.old.Kind != adapters.View {
		if err := b.s.Drop(b.ctx, b.old); err != nil {
			return err
		}
	}
	s := newScript("create or replace view ", b.name(b.target), " as (\n  select * from read_", f.format, "(", b.d.Literal(f.Read))
	for key, v := range b.readOptions(f).All() {
		s.add(", ", value.ToStr(key), "=")
		if text, ok := v.(value.Str); ok {
			s.add(b.d.Literal(string(text)))
		} else {
			s.add(value.ToStr(v))
		}
	}
	s.add(")")
	if empty {
		s.add(" where false")
	}
	if _, err := b.exec(s.add("\n)")); err != nil {
		return err
	}
	b.s.Added(b.target)
	return nil
}

// readOptions are the options of the function that reads the files. The way
// the files are compressed is told: names that end in capitals do not tell it.
func (b *build) readOptions(f *externalFile) *value.Dict {
	options := value.NewDict()
	if given := b.dict(f.format + "_read_options"); given != nil {
		options = given.Copy()
	} else if f.format == "parquet" {
		options.SetStr("union_by_name", value.False)
	} else {
		options.SetStr("auto_detect", value.True)
	}
	if by := f.option("compression"); by != "" && f.format != "parquet" {
		if _, set := options.GetStr("compression"); !set {
			options.SetStr("compression", value.Str(by))
		}
	}
	return options
}
