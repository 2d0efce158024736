package compiler

import (
	"cmp"

	"mdl/compiler/jinja/value"
	"mdl/compiler/scope"
)

// Built is what a run has made of a node.
type Built struct {
	// Compiled is the node's SQL, or nil when it was not compiled.
	Compiled *Compiled
	// CTESQL has the text of each of Compiled.CTEs, as it was put in front.
	CTESQL []string
	// HookIndex is the place of a hook among those that ran, from 1; 0 for none.
	HookIndex int
	// CompiledPath and BuildPath are the files with the compiled SQL and the
	// statements that were run, relative to the project, or "".
	CompiledPath, BuildPath string
	// StoredIn is the relation that keeps a test's failing rows, or "".
	StoredIn string
}

// NodeDict returns a node under the names of dbt's manifest, as templates see
// it in model and graph before it was built. SourceDict and the others do the
// same for other resources.
func NodeDict(n *Node) *value.Dict {
	d := dictFrom(UnbuiltFields, n)
	for _, shared := range []string{"config", "unrendered_config"} {
		if v, ok := d.GetStr(shared); ok {
			d.SetStr(shared, scope.CopyOf(v))
		}
	}
	return d
}

// SourceDict returns a source table; see NodeDict.
func SourceDict(s *SourceNode) *value.Dict { return dictFrom(SourceFields, s) }

// ExposureDict returns an exposure; see NodeDict.
func ExposureDict(e *ExposureNode) *value.Dict { return dictFrom(ExposureFields, e) }

// GroupDict returns a group; see NodeDict.
func GroupDict(g *GroupNode) *value.Dict { return dictFrom(GroupFields, g) }

// MacroDict returns a macro, a generic test or a materialization; see NodeDict.
func MacroDict(m *MacroDef) *value.Dict { return dictFrom(MacroFields, m) }

// UnbuiltFields gives the entries of a node that no run has touched.
func UnbuiltFields(f Fields, n *Node) { NodeFields(f, n, Built{}) }

// NodeFields gives the entries of a node of which a run may have made something.
func NodeFields(f Fields, n *Node, b Built) {
	if n.Function != nil {
		f.Set("returns", n.Function.Returns)
	}
	optional(f, "database", n.Database)
	f.Text("schema", n.Schema)
	identity(f, n.Name, n.Kind, n.Package, n.Path, n.OrigPath, n.ID)
	f.Texts("fqn", n.FQN)
	f.Text("alias", n.Alias)
	checksumFields(f, n.Checksum)
	configOrEmpty(f, n.Config)
	f.Texts("tags", n.Tags)
	f.Text("description", n.Description)
	columnsFields(f, n.Columns)
	dictOrEmpty(f, "meta", n.Meta)
	optional(f, "group", n.Group)
	docsFields(f, n.ShowDocs, n.NodeColor)
	optional(f, "patch_path", n.PatchPath)
	optional(f, "build_path", b.BuildPath)
	dictOrEmpty(f, "unrendered_config", n.Unrendered)
	createdAt(f)
	optional(f, "relation_name", cmp.Or(b.StoredIn, n.RelationName))
	f.Text("raw_code", n.Raw)
	f.Texts("doc_blocks", n.DocBlocks)
	if n.Kind == Seed {
		f.Late(RootPath, value.None)
		dependsOnMacros(f, n.DependsOnMacros)
		return
	}
	f.Text("language", n.Language())
	references(f, n.Refs, n.SourceRefs, n.MetricRefs)
	namedList(f, "functions", n.FunctionRefs)
	dependsOn(f, n.DependsOnMacros, n.DependsOn)
	compiledFields(f, b)
	contractFields(f, n)
	switch {
	case n.Kind == Model:
		modelFields(f, n)
	case n.Test != nil:
		genericTestFields(f, n.Test)
	case n.Function != nil:
		f.Set("arguments", argumentList(n.Function))
	case n.Hook != nil:
		index := n.Hook.Index // of its package; when it runs it is counted anew
		if b.HookIndex > 0 {
			index = b.HookIndex
		}
		f.Set("index", value.Int(index))
	}
}

// SourceFields gives the entries of a source table.
func SourceFields(f Fields, s *SourceNode) {
	optional(f, "database", s.Database)
	f.Text("schema", s.Schema)
	identity(f, s.Name, Source, s.Package, s.Path, s.OrigPath, s.ID)
	f.Texts("fqn", s.FQN)
	f.Text("source_name", s.SourceName)
	f.Text("source_description", s.SourceDescription)
	f.Text("loader", s.Loader)
	f.Text("identifier", s.Identifier)
	f.Set("quoting", withDefaults(s.Quoting, "database", "schema", "identifier", "column"))
	optional(f, "loaded_at_field", s.LoadedAtField)
	optional(f, "loaded_at_query", s.LoadedAtQuery)
	f.Set("freshness", orNone(s.Freshness))
	if external, ok := s.External.(*value.Dict); ok {
		f.Set("external", withDefaults(external, "location", "file_format", "row_format", "tbl_properties", "partitions"))
	} else {
		f.Set("external", orNone(s.External))
	}
	f.Text("description", s.Description)
	columnsFields(f, s.Columns)
	dictOrEmpty(f, "meta", s.Meta)
	dictOrEmpty(f, "source_meta", s.SourceMeta)
	f.Texts("tags", s.Tags)
	configOrEmpty(f, s.Config)
	optional(f, "patch_path", s.PatchPath)
	dictOrEmpty(f, "unrendered_config", s.Unrendered)
	optional(f, "relation_name", s.RelationName)
	createdAt(f)
	optional(f, "unrendered_database", s.UnrenderedDatabase)
	optional(f, "unrendered_schema", s.UnrenderedSchema)
	f.Texts("doc_blocks", s.DocBlocks)
}

// ExposureFields gives the entries of an exposure.
func ExposureFields(f Fields, e *ExposureNode) {
	identity(f, e.Name, Exposure, e.Package, e.Path, e.OrigPath, e.ID)
	f.Texts("fqn", e.FQN)
	f.Text("type", e.Type)
	f.Set("owner", withDefaults(e.Owner, "email", "name"))
	f.Text("description", e.Description)
	optional(f, "label", e.Label)
	optional(f, "maturity", e.Maturity)
	dictOrEmpty(f, "meta", e.Meta)
	f.Texts("tags", e.Tags)
	configOrEmpty(f, e.Config)
	dictOrEmpty(f, "unrendered_config", e.Unrendered)
	optional(f, "url", e.URL)
	dependsOn(f, nil, e.DependsOn)
	references(f, e.Refs, e.SourceRefs, e.MetricRefs)
	createdAt(f)
}

// UnitTestFields gives the entries of a unit test.
func UnitTestFields(f Fields, u *UnitTestNode) {
	for key, v := range UnitTestDict(u).All() {
		switch name := value.ToStr(key); name {
		case TestSchema.String():
			f.Late(TestSchema, v)
		case CreatedAt.String():
			f.Late(CreatedAt, v)
		default:
			f.Set(name, v)
		}
	}
}

// UnitTestDict returns a unit test; see NodeDict.
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
	d.set("versions", orNone(u.Versions))
	if versions, ok := u.Versions.(*value.Dict); ok {
		d.set("versions", withDefaults(versions, "include", "exclude"))
	}
	checksum, versions := unitTestChecksum(d), valueOf(d.Dict, "versions")
	d.Delete(value.Str("versions")) // dbt has it behind the checksum
	d.text("checksum", checksum)
	d.none("schema")
	d.set("created_at", value.Float(0))
	d.set("versions", versions)
	d.set("version", versionValue(u.Version))
	return d.Dict
}

// GroupFields gives the entries of a group.
func GroupFields(f Fields, g *GroupNode) {
	identity(f, g.Name, Group, g.Package, g.Path, g.OrigPath, g.ID)
	f.Set("owner", withDefaults(g.Owner, "email", "name"))
	optional(f, "description", g.Description)
	configOrEmpty(f, g.Config)
}

// MacroFields gives the entries of a macro, a generic test or a
// materialization. Macros that are part of mdl itself have no text.
func MacroFields(f Fields, m *MacroDef) {
	identity(f, m.Name, Macro, m.Package, m.Path, m.OrigPath, m.ID)
	text := ""
	if m.Block != nil {
		text = m.Block.Span.Text()
	}
	f.Text("macro_sql", text)
	dependsOnMacros(f, m.DependsOn)
	f.Text("description", m.Description)
	dictOrEmpty(f, "meta", m.Meta)
	docsFields(f, !m.HideDocs, m.NodeColor)
	f.Object("config")
	dictOrEmpty(f, "meta", m.Meta)
	docsFields(f, !m.HideDocs, m.NodeColor)
	f.End()
	optional(f, "patch_path", m.PatchPath)
	argumentsFields(f, m.Arguments)
	createdAt(f)
	if m.Block != nil && m.Block.Languages != nil {
		f.Texts("supported_languages", m.Block.Languages)
	} else {
		f.Set("supported_languages", value.None)
	}
}

// DocFields gives the entries of a {% docs %} block.
func DocFields(f Fields, b *DocBlock) {
	identity(f, b.Name, Doc, b.Package, b.Path, b.OrigPath, b.ID)
	f.Text("block_contents", b.Contents)
}
