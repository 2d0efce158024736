package project

import (
	"strings"

	"mdl/compiler/diag"
	"mdl/compiler/yaml"
)

// nodeFields are the fields of everything that has SQL.
var nodeFields = []yaml.Field{
	{Name: "name", Type: yaml.TString, Required: true}, {Name: "description", Type: yaml.TString},
	{Name: "config", Type: yaml.TMap}, {Name: "meta", Type: yaml.TMap}, {Name: "docs", Type: yaml.TMap},
	{Name: "group", Type: yaml.TString | yaml.TNull}, {Name: "access", Type: yaml.TString | yaml.TNull},
}

// tableFields are the fields of everything that has columns and tests.
var tableFields = append(nodeFields[:len(nodeFields):len(nodeFields)],
	yaml.Field{Name: "columns", Type: yaml.TList}, yaml.Field{Name: "data_tests", Type: yaml.TList},
	yaml.Field{Name: "tests", Type: yaml.TList}, yaml.Field{Name: "constraints", Type: yaml.TList},
	yaml.Field{Name: "contract", Type: yaml.TMap}, yaml.Field{Name: "data_type", Type: yaml.TString | yaml.TNull},
)

// inConfig hints at the configuration for a key that belongs there, and at
// freshness for its two thresholds.
func inConfig(section string) func(string) string {
	return func(key string) string {
		for _, known := range ConfigKeys(section) {
			if known == key {
				return "put it under config:"
			}
		}
		if key == "warn_after" || key == "error_after" {
			return "put it under freshness:"
		}
		return ""
	}
}

// schema is that of an entry which may have keys of the project's own, as dbt
// allows for most.
func schema(what, section string, fields []yaml.Field, more ...yaml.Field) *yaml.Schema {
	return &yaml.Schema{
		What: what, Fields: append(fields[:len(fields):len(fields)], more...), Others: yaml.Custom, Hint: inConfig(section),
	}
}

var (
	modelSchema = schema("a model", "models", tableFields,
		yaml.Field{Name: "versions", Type: yaml.TList}, yaml.Field{Name: "latest_version", Type: yaml.TString | yaml.TNumber | yaml.TNull},
		yaml.Field{Name: "deprecation_date", Type: yaml.TDate | yaml.TString | yaml.TNull}, yaml.Field{Name: "time_spine", Type: yaml.TMap | yaml.TNull},
		yaml.Field{Name: "quote_columns", Type: yaml.TBool | yaml.TNull}, yaml.Field{Name: "freshness", Type: yaml.TMap | yaml.TNull},
		yaml.Field{Name: "semantic_model", Type: yaml.TAny}, yaml.Field{Name: "metrics", Type: yaml.TAny})
	seedSchema     = schema("a seed", "seeds", tableFields, yaml.Field{Name: "quote_columns", Type: yaml.TBool | yaml.TNull})
	snapshotSchema = schema("a snapshot", "snapshots", tableFields,
		yaml.Field{Name: "relation", Type: yaml.TString}, yaml.Field{Name: "quote_columns", Type: yaml.TBool | yaml.TNull})
	analysisSchema = schema("an analysis", "analyses", tableFields)
	singularSchema = schema("a test", "data_tests", nodeFields)
	functionSchema = schema("a function", "functions", nodeFields,
		yaml.Field{Name: "arguments", Type: yaml.TList}, yaml.Field{Name: "returns", Type: yaml.TMap, Required: true},
		yaml.Field{Name: "columns", Type: yaml.TList}, yaml.Field{Name: "constraints", Type: yaml.TList})
	versionSchema = &yaml.Schema{What: "a version", Hint: inConfig("models"), Fields: []yaml.Field{
		{Name: "v", Type: yaml.TString | yaml.TNumber, Required: true}, {Name: "defined_in", Type: yaml.TString | yaml.TNull},
		{Name: "description", Type: yaml.TString}, {Name: "access", Type: yaml.TString | yaml.TNull},
		{Name: "config", Type: yaml.TMap}, {Name: "constraints", Type: yaml.TList}, {Name: "docs", Type: yaml.TMap},
		{Name: "data_tests", Type: yaml.TList | yaml.TNull}, {Name: "tests", Type: yaml.TList | yaml.TNull},
		{Name: "columns", Type: yaml.TList}, {Name: "deprecation_date", Type: yaml.TDate | yaml.TString | yaml.TNull},
		{Name: "alias", Type: yaml.TString},
	}}
	includeSchema = &yaml.Schema{What: "a choice of columns", Others: yaml.Refused, Fields: []yaml.Field{
		{Name: "include", Type: yaml.TStrings}, {Name: "exclude", Type: yaml.TList},
	}}
	columnSchema = &yaml.Schema{What: "a column", Others: yaml.Custom, Fields: []yaml.Field{
		{Name: "name", Type: yaml.TString, Required: true}, {Name: "description", Type: yaml.TString},
		{Name: "data_type", Type: yaml.TString | yaml.TNull}, {Name: "quote", Type: yaml.TBool | yaml.TNull},
		{Name: "meta", Type: yaml.TMap}, {Name: "tags", Type: yaml.TList}, {Name: "config", Type: yaml.TMap},
		{Name: "docs", Type: yaml.TMap}, {Name: "constraints", Type: yaml.TList}, {Name: "granularity", Type: yaml.TString | yaml.TNull},
		{Name: "data_tests", Type: yaml.TList}, {Name: "tests", Type: yaml.TList},
		{Name: "dimension", Type: yaml.TAny}, {Name: "entity", Type: yaml.TAny},
	}}
)

func (p *propsParser) addModel(e Entry) {
	m := p.node(e)
	m.LatestVersion, m.TimeSpine = present(e.Node.Get("latest_version")), mapping(e.Node.Get("time_spine"))
	m.DeprecationDate = present(e.Node.Get("deprecation_date"))
	p.versions(m)
	p.out.Models = append(p.out.Models, m)
}

func lowered(t Text) Text {
	t.Value = strings.ToLower(t.Value)
	return t
}

func present(n *yaml.Node) *yaml.Node {
	if n.IsNull() {
		return nil
	}
	return n
}

func (p *propsParser) addSeed(e Entry) {
	m := p.node(e)
	m.QuoteColumns = boolean(e.Node.Get("quote_columns"))
	p.out.Seeds = append(p.out.Seeds, m)
}

func (p *propsParser) addSnapshot(e Entry) {
	m := p.node(e)
	m.Relation = text(e.Node.Get("relation"))
	p.out.Snapshots = append(p.out.Snapshots, m)
}

func (p *propsParser) addAnalysis(e Entry) { p.out.Analyses = append(p.out.Analyses, p.node(e)) }

func (p *propsParser) addSingular(e Entry) { p.out.Tests = append(p.out.Tests, p.node(e)) }

// node reads what all resources with SQL have.
func (p *propsParser) node(e Entry) *ModelProps {
	p.moveToConfig(&e)
	return &ModelProps{
		Entry: e, Columns: p.columns(e.Node.Get("columns")), Tests: p.tests(e.Node, ""),
		Constraints: list(e.Node.Get("constraints")),
	}
}

func (p *propsParser) columns(n *yaml.Node) []*Column {
	var out []*Column
	for _, item := range list(n) {
		if c := p.column(item); c != nil {
			out = append(out, c)
		}
	}
	return out
}

// column reads a column; nil when it has no name.
func (p *propsParser) column(n *yaml.Node) *Column {
	columnSchema.Check(n, p.diags)
	p.oneOf("granularity", lowered(text(n.Get("granularity"))), Granularities...)
	name, ok := n.Get("name").Str()
	if !ok {
		return nil
	}
	c := &Column{
		Name: name, Span: n.Get("name").Span, Description: text(n.Get("description")), DataType: text(n.Get("data_type")),
		Quote: boolean(n.Get("quote")), Granularity: text(n.Get("granularity")), Config: mapping(n.Get("config")),
		Constraints: list(n.Get("constraints")), Tests: p.tests(n, name), Node: n,
	}
	c.Meta = mapping(n.Get("meta"))
	for _, pair := range pairs(c.Config.Get("meta")) {
		c.Meta = c.Meta.With(pair.Key, pair.Value)
	}
	c.Tags = append(n.Get("tags").Strings(), c.Config.Get("tags").Strings()...)
	c.Extra = columnSchema.Unknown(n)
	return c
}

func pairs(n *yaml.Node) []yaml.Pair {
	if n == nil {
		return nil
	}
	return n.Pairs
}

// versions reads a model's versions. A version must be there once, and the
// latest one must be there.
func (p *propsParser) versions(m *ModelProps) {
	seen := map[string]*Version{}
	for _, n := range list(m.Node.Get("versions")) {
		if !versionSchema.Check(n, p.diags) {
			continue
		}
		v := p.modelVersion(n)
		v.RawConfig = rawVersionConfig(m.Raw, n)
		if first := seen[v.Name()]; first != nil {
			d := diag.Errorf("E205", v.Span, "the version %s of %s is here twice", v.Name(), m.Name)
			d.Notes = []diag.Note{{Message: "the first is here", Span: first.Span}}
			p.report(d)
			continue
		}
		seen[v.Name()] = v
		m.Versions = append(m.Versions, v)
	}
	if latest := m.LatestVersion; latest != nil && seen[latest.String()] == nil {
		p.report(diag.Errorf("E205", latest.Span, "latest_version is %s, but %s has no such version", latest.String(), m.Name))
	}
}

// rawVersionConfig is the config of a version as written.
func rawVersionConfig(raw, version *yaml.Node) *yaml.Node {
	for _, n := range list(raw.Get("versions")) {
		if n.Span == version.Span {
			return mapping(n.Get("config"))
		}
	}
	return nil
}

func (p *propsParser) modelVersion(n *yaml.Node) *Version {
	v := &Version{
		V: n.Get("v"), Span: n.Get("v").Span, DefinedIn: text(n.Get("defined_in")), Description: text(n.Get("description")),
		Access: text(n.Get("access")), Config: mapping(n.Get("config")), Constraints: list(n.Get("constraints")),
		Docs: mapping(n.Get("docs")), DeprecationDate: present(n.Get("deprecation_date")), IncludeAll: true,
	}
	CheckConfig("models", v.Config, p.diags)
	v.HasTests = n.Get("data_tests") != nil || n.Get("tests") != nil
	v.Tests = p.tests(n, "")
	var choice *yaml.Node
	for _, item := range list(n.Get("columns")) {
		if !item.Has("include") && !item.Has("exclude") {
			if c := p.column(item); c != nil {
				v.Columns = append(v.Columns, c)
			}
			continue
		}
		if choice != nil {
			p.report(diag.Errorf("E205", item.Span, "a version has one include or exclude; this is the second"))
			continue
		}
		choice = item
		p.include(v, item)
	}
	return v
}

// include reads "include: all" ("*"), "include: [a, b]" and "exclude: [a, b]".
func (p *propsParser) include(v *Version, n *yaml.Node) {
	if !includeSchema.Check(n, p.diags) {
		return
	}
	v.Exclude = n.Get("exclude").Strings()
	switch include := n.Get("include"); {
	case include.IsNull():
	case include.Kind == yaml.String && (include.Text == "all" || include.Text == "*"):
	case include.Kind == yaml.String:
		p.report(diag.Errorf("E205", include.Span, `include must be "all" or a list of columns`))
	default:
		v.IncludeAll, v.Include = false, include.Strings()
	}
}
