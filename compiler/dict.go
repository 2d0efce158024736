package compiler

import (
	"mdl/compiler/jinja/value"
)

// Built is what a node's dict holds beside the node itself.
type Built struct {
	// Compiled is the node's SQL, or nil when it was not compiled.
	Compiled *Compiled
	// CTESQL has the text of each of Compiled.CTEs, as it was put in front.
	CTESQL []string
	// CompiledPath and BuildPath are the files with the compiled SQL and the
	// statements that were run, relative to the project, or "".
	CompiledPath, BuildPath string
	// CreatedAt is dbt's created_at, in seconds since 1970.
	CreatedAt float64
	// PrimaryKey are the columns of the model's primary key.
	PrimaryKey []string
	// RootPath is the absolute directory of a seed's package.
	RootPath string
}

// NodeDict returns a node under the names of dbt's manifest, as templates see
// it in model and graph before it was built.
func NodeDict(n *Node) *value.Dict { return BuiltDict(n, Built{}) }

// BuiltDict returns the same of a node that may have been built, as
// manifest.json holds it.
func BuiltDict(n *Node, b Built) *value.Dict {
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
	d.optional("build_path", b.BuildPath)
	d.dict("unrendered_config", n.Unrendered)
	d.set("created_at", value.Float(b.CreatedAt))
	d.optional("relation_name", n.RelationName)
	d.text("raw_code", n.Raw)
	d.texts("doc_blocks", n.DocBlocks)
	if n.Kind == Seed {
		d.optional("root_path", b.RootPath)
		d.set("depends_on", macrosDict(n.DependsOnMacros))
		return d.Dict
	}
	d.text("language", "sql")
	d.references(n.Refs, n.SourceRefs)
	d.set("functions", value.NewList())
	d.set("depends_on", dependsDict(n.DependsOnMacros, n.DependsOn))
	d.compiled(n, b)
	d.set("contract", contractDict(n))
	switch {
	case n.Kind == Model:
		d.model(n, b)
	case n.Test != nil:
		d.genericTest(n.Test)
	case n.Hook != nil:
		d.set("index", value.Int(n.Hook.Index+1)) // dbt counts from 1
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
	d.text("checksum", unitTestChecksum(d))
	d.none("schema")
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
