package scope

import (
	"crypto/md5"
	"encoding/hex"
	pathpkg "path"
	"strings"

	"mdl/compiler/jinja/value"
)

// adapterDuckDB are the methods that only dbt-duckdb has.
var adapterDuckDB = map[string]adapterMethod{
	"is_motherduck":                  {nil, nil, isMotherDuck},
	"disable_transactions":           {nil, nil, disableTransactions},
	"is_ducklake":                    {params("relation"), nil, isDuckLake},
	"use_ducklake_table_workarounds": {params("relation"), nil, no},
	"external_root":                  {nil, nil, externalRoot},
	"external_write_options":         {params("write_location", "rendered_options"), nil, externalWriteOptions},
	"external_read_location":         {params("write_location", "rendered_options"), nil, externalReadLocation},
	"get_binding_char":               {nil, nil, bindingChar},
	"escape_sql_string":              {params("value"), nil, escapeSQL},
	"convert_datetimes_to_strs":      {params("table"), nil, datetimesToTexts},
	"get_seed_file_path":             {params("model"), nil, seedFilePath},
	"warn_once":                      {params("msg"), nil, warnOnce},
	"parse_index":                    {params("raw_index"), nil, parseIndex},
	"batch_id_for_model":             {params("model"), nil, batchID},
	"store_relation":                 {params("plugin_name", "relation", "column_list", "path", "format", "config"), nil, storeRelation},
}

func no(*Scope, value.Thread, []value.Value) (value.Value, error) { return value.False, nil }

// isDuckLake reports whether a relation is in a database that the profile
// attaches as a DuckLake, by its path or by saying so.
func isDuckLake(s *Scope, _ value.Thread, got []value.Value) (value.Value, error) {
	rel, ok := got[0].(*Relation)
	attached, _ := s.targetField("attach").(*value.List)
	if !ok || attached == nil {
		return value.False, nil
	}
	items, err := value.Items(attached)
	for _, item := range items {
		path := textArg(field(item, "path"))
		_, rest, lake := strings.Cut(strings.ToLower(path), "ducklake:")
		name := textArg(field(item, "alias"))
		if name == "" {
			if !lake {
				rest = path
			}
			name, _, _ = strings.Cut(strings.TrimLeft(pathpkg.Base(rest), "."), ".")
		}
		if (lake || value.Truth(field(item, "is_ducklake"))) && name != "" && name == rel.Adapter().Database {
			return value.True, nil
		}
	}
	return value.False, err
}

// targetField is a key of the profile's output.
func (s *Scope) targetField(name string) value.Value {
	if s.project.Target.Values != nil {
		if v, ok := s.project.Target.Values.GetStr(name); ok {
			return v
		}
	}
	return value.None
}

func isMotherDuck(s *Scope, _ value.Thread, _ []value.Value) (value.Value, error) {
	at := textArg(s.targetField("path"))
	return value.Bool(strings.HasPrefix(at, "md:") || strings.HasPrefix(at, "motherduck:")), nil
}

func disableTransactions(s *Scope, _ value.Thread, _ []value.Value) (value.Value, error) {
	return value.Bool(value.Truth(s.targetField("disable_transactions"))), nil
}

func externalRoot(s *Scope, _ value.Thread, _ []value.Value) (value.Value, error) {
	if root := s.targetField("external_root"); root != value.None {
		return root, nil
	}
	return value.Str("."), nil
}

// externalFormat finds the format of a file by its name; gz and zst compress.
func externalFormat(location string, options *value.Dict) {
	ext := pathpkg.Ext(location)
	compression := map[string]string{".gz": "gzip", ".zst": "zstd"}[strings.ToLower(ext)]
	if compression != "" {
		ext = pathpkg.Ext(strings.TrimSuffix(location, ext))
	}
	_, delimited := options.GetStr("delimiter")
	switch {
	case ext != "":
		options.SetStr("format", value.Str(strings.ToLower(ext[1:])))
		if _, set := options.GetStr("compression"); !set && compression != "" {
			options.SetStr("compression", value.Str(compression))
		}
	case delimited:
		options.SetStr("format", value.Str("csv"))
	default:
		options.SetStr("format", value.Str("parquet"))
	}
}

// externalWriteOptions writes the options of a copy statement. As in dbt, the
// dict that was given is filled up.
func externalWriteOptions(_ *Scope, _ value.Thread, got []value.Value) (value.Value, error) {
	options, ok := got[1].(*value.Dict)
	if !ok {
		return nil, value.TypeErrorf("external_write_options() takes a dict of options, not %s", got[1].TypeName())
	}
	if _, set := options.GetStr("format"); !set {
		externalFormat(value.ToStr(got[0]), options)
	}
	if _, set := options.GetStr("header"); !set && field(options, "format") == value.Str("csv") {
		options.SetStr("header", value.Int(1))
	}
	if by, set := options.GetStr("partition_by"); set {
		if text := value.ToStr(by); strings.Contains(text, ",") && !strings.HasPrefix(text, "(") {
			options.SetStr("partition_by", value.Str("("+text+")"))
		}
	}
	var out []string
	for k, v := range options.All() {
		key, text := value.ToStr(k), value.ToStr(v)
		switch strings.ToLower(key) {
		case "delimiter", "quote", "escape", "null":
			if !strings.HasPrefix(text, "'") {
				text = "'" + text + "'"
			}
		}
		out = append(out, key+" "+text)
	}
	return value.Str(strings.Join(out, ", ")), nil
}

// externalReadLocation is where the written files are read from: a pattern
// where they are partitioned.
func externalReadLocation(_ *Scope, _ value.Thread, got []value.Value) (value.Value, error) {
	by := field(got[1], "partition_by")
	if !value.Truth(by) && !value.Truth(field(got[1], "per_thread_output")) {
		return got[0], nil
	}
	pattern := value.ToStr(got[0]) + "/*"
	if value.Truth(by) {
		pattern += strings.Repeat("/*", strings.Count(value.ToStr(by), ",")+1)
	}
	format := "parquet"
	if f := field(got[1], "format"); f != value.None {
		format = value.ToStr(f)
	}
	return value.Str(pattern + "." + format), nil
}

func bindingChar(*Scope, value.Thread, []value.Value) (value.Value, error) {
	return value.Str("?"), nil
}

func escapeSQL(_ *Scope, _ value.Thread, got []value.Value) (value.Value, error) {
	return value.Str(strings.ReplaceAll(value.ToStr(got[0]), "'", "''")), nil
}

// datetimesToTexts turns the columns of times into text.
func datetimesToTexts(_ *Scope, _ value.Thread, got []value.Value) (value.Value, error) {
	t, ok := got[0].(*Table)
	if !ok {
		return nil, value.TypeErrorf("convert_datetimes_to_strs() takes a table, not %s", got[0].TypeName())
	}
	rows := make([]value.Value, len(t.rows.items))
	for i, row := range t.rows.items {
		items := append([]value.Value(nil), row.(*sequence).items...)
		for c, d := range t.types {
			if d == dateTimeColumn {
				items[c] = value.Str(value.ToStr(items[c]))
			}
		}
		rows[i] = &sequence{class: "Row", items: items, keys: t.names}
	}
	out := t.fork(rows)
	out.types = append([]dataType(nil), t.types...)
	for c, d := range out.types {
		if d == dateTimeColumn {
			out.types[c] = textColumn
		}
	}
	return out, nil
}

func seedFilePath(_ *Scope, _ value.Thread, got []value.Value) (value.Value, error) {
	return value.Str(pathpkg.Join(textArg(field(got[0], "root_path")), textArg(field(got[0], "original_file_path")))), nil
}

func warnOnce(s *Scope, t value.Thread, got []value.Value) (value.Value, error) {
	s.say(Warn, value.ToStr(got[0]), t.Site())
	return value.None, nil
}

// parseIndex reads one entry of the configuration indexes.
func parseIndex(s *Scope, _ value.Thread, got []value.Value) (value.Value, error) {
	if got[0] == value.None {
		return value.None, nil
	}
	d, ok := got[0].(*value.Dict)
	if !ok {
		return nil, errorf(Compilation, "an index must be a dict with columns and unique, not %s", value.Repr(got[0]))
	}
	columns, ok := field(d, "columns").(*value.List)
	if !ok {
		return nil, errorf(Compilation, "an index needs columns, a list: %s", value.Repr(d))
	}
	parts := value.NewDictSize(2)
	parts.SetStr("columns", columns)
	parts.SetStr("unique", value.Bool(value.Truth(field(d, "unique"))))
	return &record{class: "DuckDBIndexConfig", parts: parts, truth: true, funcs: methods[*record]{
		"render": func(r *record, _ value.Thread, a value.Args) (value.Value, error) {
			return r.indexName(a, s.env.Now().UTC().Format("2006-01-02T15:04:05.000000"))
		},
	}}, nil
}

// indexName names an index by its columns, its table and the time, so that a
// table that is built again gets its index again.
func (r *record) indexName(a value.Args, now string) (value.Value, error) {
	got, err := a.Bind("render", value.Required("relation"))
	if err != nil {
		return nil, err
	}
	inputs := textsOf(field(r.parts, "columns"))
	inputs = append(inputs, value.ToStr(got[0]), value.ToStr(field(r.parts, "unique")), now)
	sum := md5.Sum([]byte(strings.Join(inputs, "_")))
	return value.Str(hex.EncodeToString(sum[:])), nil
}

// batchID is the suffix of a microbatch's temporary table; "" without a batch.
func batchID(_ *Scope, _ value.Thread, got []value.Value) (value.Value, error) {
	start := textArg(field(field(got[0], "batch"), "event_time_start"))
	return value.Str(strings.NewReplacer("-", "", ":", "", " ", "_", "+", "").Replace(start)), nil
}

func storeRelation(_ *Scope, _ value.Thread, got []value.Value) (value.Value, error) {
	return nil, errorf(NotImplemented, "the plugin '%s' of dbt-duckdb is Python and cannot be run", value.ToStr(got[0]))
}
