package project

import "mdl/compiler/yaml"

var optional = yaml.TString | yaml.TNull

// freshnessFields are the fields that a source and its tables share.
var freshnessFields = []yaml.Field{
	{Name: "name", Type: yaml.TString, Required: true}, {Name: "description", Type: yaml.TString},
	{Name: "meta", Type: yaml.TMap}, {Name: "tags", Type: yaml.TList}, {Name: "config", Type: yaml.TMap},
	{Name: "quoting", Type: yaml.TMap}, {Name: "freshness", Type: yaml.TMap | yaml.TNull},
	{Name: "loaded_at_field", Type: optional}, {Name: "loaded_at_query", Type: optional},
}

var (
	sourceSchema = func() *yaml.Schema {
		s := schema("a source", "sources", freshnessFields,
			yaml.Field{Name: "database", Type: optional}, yaml.Field{Name: "catalog", Type: optional},
			yaml.Field{Name: "schema", Type: optional}, yaml.Field{Name: "loader", Type: yaml.TString},
			yaml.Field{Name: "overrides", Type: yaml.TString}, yaml.Field{Name: "tables", Type: yaml.TList})
		s.Others = yaml.Refused
		return s
	}()
	sourceTableSchema = schema("a source's table", "sources", freshnessFields,
		yaml.Field{Name: "identifier", Type: optional}, yaml.Field{Name: "external", Type: yaml.TMap | yaml.TNull},
		yaml.Field{Name: "columns", Type: yaml.TList}, yaml.Field{Name: "data_tests", Type: yaml.TList},
		yaml.Field{Name: "tests", Type: yaml.TList}, yaml.Field{Name: "docs", Type: yaml.TMap},
		yaml.Field{Name: "data_type", Type: optional}, yaml.Field{Name: "constraints", Type: yaml.TList})
)

func (p *propsParser) addSource(e Entry) {
	n := e.Node
	s := &SourceProps{
		Entry: e, Overrides: text(n.Get("overrides")), Database: text(n.Get("database")), Schema: text(n.Get("schema")),
		RawDatabase: text(e.Raw.Get("database")), RawSchema: text(e.Raw.Get("schema")), Loader: text(n.Get("loader")),
		LoadedAtField: text(n.Get("loaded_at_field")), LoadedAtQuery: text(n.Get("loaded_at_query")),
		Quoting: quoting(n.Get("quoting"), p.diags), Freshness: n.Get("freshness"), Meta: mapping(n.Get("meta")),
		Tags: n.Get("tags").Strings(),
	}
	if !s.Database.IsSet() {
		s.Database, s.RawDatabase = text(n.Get("catalog")), text(e.Raw.Get("catalog"))
	}
	p.freshness(n.Get("freshness"))
	p.freshness(n.Get("config").Get("freshness"))
	raw := list(e.Raw.Get("tables"))
	for i, item := range list(n.Get("tables")) {
		written := item
		if i < len(raw) {
			written = raw[i]
		}
		if t := p.sourceTable(item, written); t != nil {
			s.Tables = append(s.Tables, t)
		}
	}
	p.out.Sources = append(p.out.Sources, s)
}

// sourceTable reads a table; nil when it has no name.
func (p *propsParser) sourceTable(n, raw *yaml.Node) *SourceTable {
	sourceTableSchema.Check(n, p.diags)
	name, ok := n.Get("name").Str()
	if !ok {
		return nil
	}
	t := &SourceTable{
		Name: name, Span: n.Get("name").Span, Description: text(n.Get("description")), Identifier: text(n.Get("identifier")),
		LoadedAtField: text(n.Get("loaded_at_field")), LoadedAtQuery: text(n.Get("loaded_at_query")),
		Quoting: quoting(n.Get("quoting"), p.diags), Freshness: n.Get("freshness"), External: mapping(n.Get("external")),
		Meta: mapping(n.Get("meta")), Tags: n.Get("tags").Strings(), Config: mapping(n.Get("config")),
		RawConfig: mapping(raw.Get("config")), Columns: p.columns(n.Get("columns")), Tests: p.tests(n, ""), Node: n,
	}
	p.freshness(n.Get("freshness"))
	p.freshness(t.Config.Get("freshness"))
	t.LoadedAtFieldPresent = n.Has("loaded_at_field") || isTruthy(t.Config.Get("loaded_at_field"))
	CheckConfig("sources", t.Config, p.diags)
	t.Extra = sourceTableSchema.Unknown(n)
	return t
}
