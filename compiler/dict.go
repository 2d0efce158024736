package compiler

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"

	"mdl/compiler/jinja/value"
)

// NodeDict returns a node under the names of dbt's manifest, as templates see
// it in model and graph and as manifest.json holds it. What only a run knows is
// as dbt has it before one: no paths of built files, no compiled code,
// created_at 0, and an empty primary_key, which takes the whole manifest.
func NodeDict(n *Node) *value.Dict {
	d := newRecord()
	d.optional("database", n.Database)
	d.text("schema", n.Schema)
	d.identity(n.Name, n.Kind, n.Package, n.Path, n.OrigPath, n.ID)
	d.texts("fqn", n.FQN)
	d.text("alias", n.Alias)
	d.set("checksum", checksumDict(n.Checksum))
	d.config(n.Config)
	d.texts("tags", n.Tags)
	d.text("description", n.Description)
	d.set("columns", columnsDict(n.Columns))
	d.dict("meta", n.Meta)
	d.optional("group", n.Group)
	d.set("docs", docsDict(n.ShowDocs, n.NodeColor))
	d.optional("patch_path", n.PatchPath)
	d.none("build_path")
	d.dict("unrendered_config", n.Unrendered)
	d.set("created_at", value.Float(0))
	d.optional("relation_name", n.RelationName)
	d.text("raw_code", n.Raw)
	d.texts("doc_blocks", n.DocBlocks)
	if n.Kind == Seed {
		d.text("root_path", n.Root)
		d.set("depends_on", macrosDict(n.DependsOnMacros))
		return d.Dict
	}
	d.text("language", "sql")
	d.references(n.Refs, n.SourceRefs)
	d.set("functions", value.NewList())
	d.set("depends_on", dependsDict(n.DependsOnMacros, n.DependsOn))
	d.none("compiled_path")
	d.set("contract", contractDict(n.Config))
	switch {
	case n.Kind == Model:
		d.model(n)
	case n.Test != nil:
		d.genericTest(n.Test)
	case n.Hook != nil:
		d.set("index", value.Int(n.Hook.Index))
	}
	return d.Dict
}

// SourceDict does the same for a source table.
func SourceDict(s *SourceNode) *value.Dict {
	d := newRecord()
	d.optional("database", s.Database)
	d.text("schema", s.Schema)
	d.identity(s.Name, Source, s.Package, s.Path, s.OrigPath, s.ID)
	d.texts("fqn", s.FQN)
	d.text("source_name", s.SourceName)
	d.text("source_description", s.SourceDescription)
	d.text("loader", s.Loader)
	d.text("identifier", s.Identifier)
	d.set("quoting", withDefaults(s.Quoting, "database", "schema", "identifier", "column"))
	d.optional("loaded_at_field", s.LoadedAtField)
	d.optional("loaded_at_query", s.LoadedAtQuery)
	d.set("freshness", orNone(s.Freshness))
	d.set("external", orNone(s.External))
	if external, ok := s.External.(*value.Dict); ok {
		d.set("external", withDefaults(external, "location", "file_format", "row_format", "tbl_properties", "partitions"))
	}
	d.text("description", s.Description)
	d.set("columns", columnsDict(s.Columns))
	d.dict("meta", s.Meta)
	d.dict("source_meta", s.SourceMeta)
	d.texts("tags", s.Tags)
	d.config(s.Config)
	d.optional("patch_path", s.PatchPath)
	d.dict("unrendered_config", s.Unrendered)
	d.optional("relation_name", s.RelationName)
	d.set("created_at", value.Float(0))
	d.optional("unrendered_database", s.UnrenderedDatabase)
	d.optional("unrendered_schema", s.UnrenderedSchema)
	d.texts("doc_blocks", s.DocBlocks)
	return d.Dict
}

// ExposureDict does the same for an exposure.
func ExposureDict(e *ExposureNode) *value.Dict {
	d := newRecord()
	d.identity(e.Name, Exposure, e.Package, e.Path, e.OrigPath, e.ID)
	d.texts("fqn", e.FQN)
	d.text("type", e.Type)
	d.set("owner", withDefaults(e.Owner, "email", "name"))
	d.text("description", e.Description)
	d.optional("label", e.Label)
	d.optional("maturity", e.Maturity)
	d.dict("meta", e.Meta)
	d.texts("tags", e.Tags)
	d.config(e.Config)
	d.dict("unrendered_config", e.Unrendered)
	d.optional("url", e.URL)
	d.set("depends_on", dependsDict(nil, e.DependsOn))
	d.references(e.Refs, e.SourceRefs)
	d.set("created_at", value.Float(0))
	return d.Dict
}

// UnitTestDict does the same for a unit test.
func UnitTestDict(u *UnitTestNode) *value.Dict {
	d := newRecord()
	d.text("model", u.Model)
	given := value.NewList()
	if inputs, err := value.Items(orNone(u.Given)); err == nil {
		for _, input := range inputs {
			given.Append(fixtureDict(input, "input", "rows", "format", "fixture"))
		}
	}
	d.set("given", given)
	d.set("expect", fixtureDict(u.Expect, "rows", "format", "fixture"))
	d.identity(u.Name, UnitTest, u.Package, u.Path, u.OrigPath, u.ID)
	d.texts("fqn", u.FQN)
	d.text("description", u.Description)
	d.set("overrides", orNone(u.Overrides))
	if overrides, ok := u.Overrides.(*value.Dict); ok {
		of := newRecord()
		for _, name := range []string{"macros", "vars", "env_vars"} {
			v, _ := overrides.GetStr(name)
			values, _ := v.(*value.Dict)
			of.dict(name, values)
		}
		d.set("overrides", of.Dict)
	}
	d.set("depends_on", dependsDict(nil, u.DependsOn))
	d.config(u.Config)
	for _, name := range []string{"checksum", "schema"} {
		d.none(name)
	}
	d.set("created_at", value.Float(0))
	d.none("versions")
	d.none("version")
	return d.Dict
}

// GroupDict does the same for a group.
func GroupDict(g *GroupNode) *value.Dict {
	d := newRecord()
	d.identity(g.Name, Group, g.Package, g.Path, g.OrigPath, g.ID)
	d.set("owner", withDefaults(g.Owner, "email", "name"))
	d.optional("description", g.Description)
	config := newRecord()
	config.dict("meta", g.Meta)
	d.set("config", config.Dict)
	return d.Dict
}

// MacroDict does the same for a macro, a generic test or a materialization.
// Macros that are part of mdl itself have no text.
func MacroDict(m *MacroDef) *value.Dict {
	d := newRecord()
	d.identity(m.Name, Macro, m.Package, m.Path, m.OrigPath, m.ID)
	text := ""
	if m.Block != nil {
		text = m.Block.Span.Text()
	}
	d.text("macro_sql", text)
	d.set("depends_on", macrosDict(m.DependsOn))
	d.text("description", m.Description)
	d.dict("meta", m.Meta)
	d.set("docs", docsDict(true, ""))
	config := newRecord()
	config.dict("meta", m.Meta)
	config.set("docs", docsDict(true, ""))
	d.set("config", config.Dict)
	d.optional("patch_path", m.PatchPath)
	d.set("arguments", argumentsList(m.Arguments))
	d.set("created_at", value.Float(0))
	d.none("supported_languages")
	if m.Block != nil && m.Block.Languages != nil {
		d.texts("supported_languages", m.Block.Languages)
	}
	return d.Dict
}

// DocDict does the same for a {% docs %} block.
func DocDict(b *DocBlock) *value.Dict {
	d := newRecord()
	d.identity(b.Name, Doc, b.Package, b.Path, b.OrigPath, b.ID)
	d.text("block_contents", b.Contents)
	return d.Dict
}

// record is a dict whose entries are set once, in dbt's order.
type record struct{ *value.Dict }

func newRecord() record { return record{value.NewDictSize(40)} }

func (d record) set(key string, v value.Value) { d.SetStr(key, v) }

func (d record) text(key, s string) { d.SetStr(key, value.Str(s)) }

func (d record) none(key string) { d.SetStr(key, value.None) }

func (d record) texts(key string, list []string) { d.SetStr(key, textList(list)) }

// optional sets a text that is null when empty.
func (d record) optional(key, s string) {
	if s == "" {
		d.none(key)
	} else {
		d.text(key, s)
	}
}

// dict sets a dict that is empty when it is not there.
func (d record) dict(key string, v *value.Dict) {
	if v == nil {
		v = value.NewDict()
	}
	d.SetStr(key, v)
}

func (d record) config(c *Config) {
	if c == nil {
		d.dict("config", nil)
		return
	}
	d.dict("config", c.Dict())
}

func (d record) identity(name string, kind Kind, pkg, path, origPath, id string) {
	d.text("name", name)
	d.text("resource_type", string(kind))
	d.text("package_name", pkg)
	d.text("path", path)
	d.text("original_file_path", origPath)
	d.text("unique_id", id)
}

func (d record) references(refs []Ref, sources [][2]string) {
	list := value.NewList()
	for _, r := range refs {
		ref := newRecord()
		ref.text("name", r.Name)
		ref.optional("package", r.Package)
		ref.set("version", versionValue(r.Version))
		list.Append(ref.Dict)
	}
	d.set("refs", list)
	pairs := value.NewList()
	for _, s := range sources {
		pairs.Append(textList(s[:]))
	}
	d.set("sources", pairs)
	d.set("metrics", value.NewList())
}

func (d record) model(n *Node) {
	d.optional("access", n.Access)
	d.set("constraints", constraintsList(n.Constraints, true))
	d.set("version", versionValue(n.Version))
	d.set("latest_version", versionValue(n.LatestVersion))
	d.optional("deprecation_date", n.Deprecation)
	d.set("primary_key", value.NewList())
	d.none("time_spine")
}

func (d record) genericTest(t *TestInfo) {
	d.optional("column_name", t.Column)
	d.optional("file_key_name", t.FileKeyName)
	d.optional("attached_node", t.AttachedNode)
	metadata := newRecord()
	metadata.text("name", t.Name)
	metadata.dict("kwargs", t.Kwargs)
	metadata.optional("namespace", t.Namespace)
	d.set("test_metadata", metadata.Dict)
}

func textList(list []string) *value.List {
	l := value.NewList()
	for _, s := range list {
		l.Append(value.Str(s))
	}
	return l
}

func orNone(v value.Value) value.Value {
	if v == nil {
		return value.None
	}
	return v
}

// withDefaults returns a dict that begins with the given keys, none where v has
// no such entry, followed by what else v holds.
func withDefaults(v value.Value, keys ...string) *value.Dict {
	from, _ := v.(*value.Dict)
	d := value.NewDict()
	for _, key := range keys {
		d.SetStr(key, value.None)
	}
	if from != nil {
		d.Update(from)
	}
	return d
}

func fixtureDict(v value.Value, keys ...string) *value.Dict {
	d := withDefaults(v, keys...)
	if format, _ := d.GetStr("format"); value.IsNone(format) {
		d.SetStr("format", value.Str("dict"))
	}
	return d
}

// checksumDict says how a checksum was made; a seed too big to be read has its
// path for one.
func checksumDict(sum string) *value.Dict {
	d := newRecord()
	switch len(sum) {
	case 0:
		d.text("name", "none")
	case hex.EncodedLen(sha256.Size):
		d.text("name", "sha256")
	default:
		d.text("name", "path")
	}
	d.text("checksum", sum)
	return d.Dict
}

func docsDict(show bool, color string) *value.Dict {
	d := newRecord()
	d.set("show", value.Bool(show))
	d.optional("node_color", color)
	return d.Dict
}

func macrosDict(macros []string) *value.Dict {
	d := newRecord()
	d.texts("macros", macros)
	return d.Dict
}

func dependsDict(macros, nodes []string) *value.Dict {
	d := record{macrosDict(macros)}
	d.texts("nodes", nodes)
	return d.Dict
}

func contractDict(c *Config) *value.Dict {
	d := newRecord()
	d.set("enforced", value.False)
	d.set("alias_types", value.True)
	if c != nil {
		if v, ok := c.Get("contract"); ok {
			if contract, ok := v.(*value.Dict); ok {
				d.Update(contract)
			}
		}
	}
	d.none("checksum")
	return d.Dict
}

// versionValue is a version as YAML means it: a number where it reads as one.
func versionValue(v string) value.Value {
	if v == "" {
		return value.None
	}
	if i, err := strconv.ParseInt(v, 10, 64); err == nil {
		return value.Int(i)
	}
	if f, err := strconv.ParseFloat(v, 64); err == nil {
		return value.Float(f)
	}
	return value.Str(v)
}

func columnsDict(columns []Column) *value.Dict {
	d := value.NewDictSize(len(columns))
	for i := range columns {
		d.SetStr(columns[i].Name, columnDict(&columns[i]))
	}
	return d
}

func columnDict(c *Column) *value.Dict {
	d := newRecord()
	d.text("name", c.Name)
	d.text("description", c.Description)
	d.dict("meta", c.Meta)
	d.optional("data_type", c.DataType)
	d.set("constraints", constraintsList(c.Constraints, false))
	d.none("quote")
	if c.Quote != nil {
		d.set("quote", value.Bool(*c.Quote))
	}
	config := newRecord()
	config.dict("meta", c.Meta)
	config.texts("tags", c.Tags)
	if c.Config != nil {
		config.Update(c.Config)
	}
	d.set("config", config.Dict)
	d.texts("tags", c.Tags)
	d.none("granularity")
	d.texts("doc_blocks", c.DocBlocks)
	if c.Extra != nil {
		d.Update(c.Extra)
	}
	return d.Dict
}

// constraintsList completes constraints with dbt's defaults; those of a whole
// model also have columns.
func constraintsList(constraints []*value.Dict, model bool) *value.List {
	list := value.NewList()
	for _, c := range constraints {
		d := newRecord()
		d.none("type")
		d.none("name")
		d.none("expression")
		d.set("warn_unenforced", value.True)
		d.set("warn_unsupported", value.True)
		d.none("to")
		d.set("to_columns", value.NewList())
		if model {
			d.set("columns", value.NewList())
		}
		d.Update(c)
		list.Append(d.Dict)
	}
	return list
}

func argumentsList(arguments *value.Dict) *value.List {
	list := value.NewList()
	if arguments == nil {
		return list
	}
	for name, v := range arguments.All() {
		d := newRecord()
		d.set("name", name)
		d.none("type")
		d.text("description", "")
		if argument, ok := v.(*value.Dict); ok {
			d.Update(argument)
		}
		list.Append(d.Dict)
	}
	return list
}
