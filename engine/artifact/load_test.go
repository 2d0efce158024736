package artifact

import (
	"encoding/json"
	"os"
	"testing"

	"mdl/compiler"
	"mdl/compiler/graph"
	"mdl/compiler/jinja/value"
	"mdl/compiler/scope"
)

// document is a manifest.json that dbt wrote; see testdata/gen.py.
type document struct{ *value.Dict }

func loadDocument(t testing.TB) document {
	t.Helper()
	text, err := os.ReadFile("testdata/manifest.json")
	if err != nil {
		t.Fatal(err)
	}
	v, err := value.FromJSON(string(text))
	if err != nil {
		t.Fatal(err)
	}
	return document{v.(*value.Dict)}
}

// at is the dict below a path of keys.
func (d document) at(keys ...string) document {
	for _, key := range keys {
		v, _ := d.GetStr(key)
		inner, _ := v.(*value.Dict)
		if inner == nil {
			return document{value.NewDict()}
		}
		d = document{inner}
	}
	return d
}

func (d document) text(key string) string {
	v, ok := d.GetStr(key)
	if !ok || value.IsNone(v) {
		return ""
	}
	return value.ToStr(v)
}

func (d document) list(key string) []value.Value {
	v, ok := d.GetStr(key)
	if !ok {
		return nil
	}
	items, _ := value.Items(v)
	return items
}

func (d document) texts(key string) []string {
	var out []string
	for _, v := range d.list(key) {
		out = append(out, value.ToStr(v))
	}
	return out
}

func (d document) dicts(key string) []*value.Dict {
	var out []*value.Dict
	for _, v := range d.list(key) {
		out = append(out, v.(*value.Dict))
	}
	return out
}

func (d document) raw(key string) value.Value {
	v, _ := d.GetStr(key)
	return v
}

func each[T any](d document, make func(document) T) map[string]T {
	out := map[string]T{}
	for id, v := range d.All() {
		out[value.ToStr(id)] = make(document{v.(*value.Dict)})
	}
	return out
}

// manifest reads dbt's document back into the compiler's types, so that writing
// it again must give the same document.
func (d document) manifest() *compiler.Manifest {
	m := &compiler.Manifest{
		ProjectName: d.at("metadata").text("project_name"),
		Target:      compiler.Target{Type: "duckdb", Quoting: scope.Policy{Database: true, Schema: true, Identifier: true}},
		Resources: compiler.Resources{
			Sources:   each(d.at("sources"), readSource),
			Exposures: each(d.at("exposures"), readExposure),
			UnitTests: each(d.at("unit_tests"), readUnitTest),
			Disabled:  map[string][]*compiler.Node{},
			Groups: each(d.at("groups"), func(g document) *compiler.GroupNode {
				return &compiler.GroupNode{ID: g.text("unique_id"), Package: g.text("package_name"), Name: g.text("name"), Path: g.text("path"),
					OrigPath: g.text("original_file_path"), Owner: g.at("owner").Dict, Description: g.text("description"), Config: compiler.NewConfig(g.at("config").Dict)}
			}),
			Docs: each(d.at("docs"), func(b document) *compiler.DocBlock {
				return &compiler.DocBlock{ID: b.text("unique_id"), Package: b.text("package_name"), Name: b.text("name"), Path: b.text("path"),
					OrigPath: b.text("original_file_path"), Contents: b.text("block_contents")}
			}),
		},
	}
	for _, n := range each(d.at("nodes"), readNode) {
		m.AddNode(n)
	}
	for id := range d.at("disabled").All() {
		key := value.ToStr(id)
		for _, n := range d.at("disabled").dicts(key) {
			m.Disabled[key] = append(m.Disabled[key], readNode(document{n}))
		}
	}
	link(m)
	return m
}

// link makes the graph of a manifest.
func link(m *compiler.Manifest) {
	var nodes []graph.Node
	for n := range m.AllNodes() {
		nodes = append(nodes, graph.Node{ID: n.ID, ResourceType: string(n.Kind), Parents: n.DependsOn, Group: n.Group})
	}
	for id := range m.Sources {
		nodes = append(nodes, graph.Node{ID: id, ResourceType: string(compiler.Source)})
	}
	for id, e := range m.Exposures {
		nodes = append(nodes, graph.Node{ID: id, ResourceType: string(compiler.Exposure), Parents: e.DependsOn})
	}
	for id, u := range m.UnitTests {
		nodes = append(nodes, graph.Node{ID: id, ResourceType: string(compiler.UnitTest), Parents: u.DependsOn})
	}
	m.Graph, _ = graph.New(nodes, nil)
}

func readNode(d document) *compiler.Node {
	n := &compiler.Node{
		ID: d.text("unique_id"), Kind: compiler.Kind(d.text("resource_type")), Name: d.text("name"), Package: d.text("package_name"),
		FQN: d.texts("fqn"), Path: d.text("path"), OrigPath: d.text("original_file_path"), Raw: d.text("raw_code"),
		Checksum: d.at("checksum").text("checksum"), Config: compiler.NewConfig(d.at("config").Dict), Unrendered: d.at("unrendered_config").Dict,
		Database: d.text("database"), Schema: d.text("schema"), Alias: d.text("alias"), RelationName: d.text("relation_name"),
		Description: d.text("description"), DocBlocks: d.texts("doc_blocks"), Columns: readColumns(d), Meta: d.at("meta").Dict,
		Tags: d.texts("tags"), PatchPath: d.text("patch_path"), ShowDocs: true, NodeColor: d.at("docs").text("node_color"),
		Refs: readRefs(d), SourceRefs: readSourceRefs(d), DependsOn: d.at("depends_on").texts("nodes"), DependsOnMacros: d.at("depends_on").texts("macros"),
		Access: d.text("access"), Group: d.text("group"), Version: d.text("version"), LatestVersion: d.text("latest_version"),
		Deprecation: d.text("deprecation_date"), Constraints: d.dicts("constraints"),
	}
	if test := d.at("test_metadata"); test.Len() > 0 {
		n.Test = &compiler.TestInfo{Name: test.text("name"), Namespace: test.text("namespace"), Kwargs: test.at("kwargs").Dict,
			Column: d.text("column_name"), AttachedNode: d.text("attached_node"), FileKeyName: d.text("file_key_name")}
	}
	if index, ok := d.raw("index").(value.Int); ok {
		n.Hook = &compiler.HookInfo{Index: int(index)}
	}
	return n
}

func readColumns(d document) []compiler.Column {
	var columns []compiler.Column
	for _, v := range d.at("columns").All() {
		c := document{v.(*value.Dict)}
		column := compiler.Column{Name: c.text("name"), Description: c.text("description"), DataType: c.text("data_type"), Meta: c.at("meta").Dict,
			Tags: c.texts("tags"), Constraints: c.dicts("constraints"), Config: c.at("config").Dict, DocBlocks: c.texts("doc_blocks")}
		if quote, ok := c.raw("quote").(value.Bool); ok {
			column.Quote = (*bool)(&quote)
		}
		if extra := c.text("foo"); extra != "" {
			column.Extra = value.NewDict()
			column.Extra.SetStr("foo", value.Str(extra))
		}
		columns = append(columns, column)
	}
	return columns
}

func readRefs(d document) []compiler.Ref {
	var refs []compiler.Ref
	for _, r := range d.dicts("refs") {
		ref := document{r}
		refs = append(refs, compiler.Ref{Package: ref.text("package"), Name: ref.text("name"), Version: ref.text("version")})
	}
	return refs
}

func readSourceRefs(d document) [][2]string {
	var refs [][2]string
	for _, pair := range d.list("sources") {
		items, _ := value.Items(pair)
		refs = append(refs, [2]string{value.ToStr(items[0]), value.ToStr(items[1])})
	}
	return refs
}

func readSource(d document) *compiler.SourceNode {
	return &compiler.SourceNode{
		ID: d.text("unique_id"), Package: d.text("package_name"), SourceName: d.text("source_name"), Name: d.text("name"), FQN: d.texts("fqn"),
		Path: d.text("path"), OrigPath: d.text("original_file_path"), Config: compiler.NewConfig(d.at("config").Dict), Unrendered: d.at("unrendered_config").Dict,
		Database: d.text("database"), Schema: d.text("schema"), Identifier: d.text("identifier"), RelationName: d.text("relation_name"),
		UnrenderedDatabase: d.text("unrendered_database"), UnrenderedSchema: d.text("unrendered_schema"),
		Description: d.text("description"), SourceDescription: d.text("source_description"), Columns: readColumns(d),
		Meta: d.at("meta").Dict, SourceMeta: d.at("source_meta").Dict, Tags: d.texts("tags"), Loader: d.text("loader"),
		LoadedAtField: d.text("loaded_at_field"), LoadedAtQuery: d.text("loaded_at_query"),
		Freshness: d.raw("freshness"), External: d.raw("external"), Quoting: d.raw("quoting"), DocBlocks: d.texts("doc_blocks"), PatchPath: d.text("patch_path"),
	}
}

func readExposure(d document) *compiler.ExposureNode {
	return &compiler.ExposureNode{
		ID: d.text("unique_id"), Package: d.text("package_name"), Name: d.text("name"), FQN: d.texts("fqn"), Path: d.text("path"),
		OrigPath: d.text("original_file_path"), Config: compiler.NewConfig(d.at("config").Dict), Unrendered: d.at("unrendered_config").Dict,
		Type: d.text("type"), Label: d.text("label"), Maturity: d.text("maturity"), URL: d.text("url"), Description: d.text("description"),
		Owner: d.at("owner").Dict, Meta: d.at("meta").Dict, Tags: d.texts("tags"), Refs: readRefs(d), SourceRefs: readSourceRefs(d),
		DependsOn: d.at("depends_on").texts("nodes"),
	}
}

func readUnitTest(d document) *compiler.UnitTestNode {
	return &compiler.UnitTestNode{
		ID: d.text("unique_id"), Package: d.text("package_name"), Name: d.text("name"), Model: d.text("model"), FQN: d.texts("fqn"),
		Path: d.text("path"), OrigPath: d.text("original_file_path"), Config: compiler.NewConfig(d.at("config").Dict),
		Description: d.text("description"), DependsOn: d.at("depends_on").texts("nodes"),
		Given: d.raw("given"), Expect: d.raw("expect"), Overrides: d.raw("overrides"),
	}
}

// built reads what dbt compiled.
func (d document) built() map[string]compiler.Built {
	built := map[string]compiler.Built{}
	for id, v := range d.at("nodes").All() {
		n := document{v.(*value.Dict)}
		b := compiler.Built{CompiledPath: n.text("compiled_path"), BuildPath: n.text("build_path")}
		if code, ok := n.GetStr("compiled_code"); ok {
			b.Compiled = &compiler.Compiled{SQL: value.ToStr(code)}
			for _, cte := range n.dicts("extra_ctes") {
				b.Compiled.CTEs = append(b.Compiled.CTEs, document{cte}.text("id"))
			}
		}
		built[value.ToStr(id)] = b
	}
	return built
}

// indent makes JSON comparable by lines.
func indent(t *testing.T, text []byte) string {
	t.Helper()
	if !json.Valid(text) {
		t.Fatalf("not JSON: %s", text)
	}
	v, err := value.FromJSON(string(text))
	if err != nil {
		t.Fatal(err)
	}
	out, err := value.ToJSON(v, value.JSONOptions{Indent: " "})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
