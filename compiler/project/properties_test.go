package project

import (
	"fmt"
	"strings"
	"testing"

	"mdl/compiler/diag"
	"mdl/compiler/yaml"
)

// parseProps reads a properties file of a project without flags.
func parseProps(text string) (*Properties, diag.List) {
	var diags diag.List
	c := &propsContext{config: &Config{}, root: &Config{}, globals: context{"v": "rendered"}}
	return c.parse(Source{Package: "shop", Path: "models/s.yml", File: diag.NewFile("models/s.yml", text)}, &diags), diags
}

func mustParse(t *testing.T, text string) *Properties {
	t.Helper()
	p, diags := parseProps(text)
	if len(diags) > 0 {
		t.Fatalf("%s", headlines(diags))
	}
	return p
}

func TestModelProps(t *testing.T) {
	m := mustParse(t, `version: 2
models:
  - name: dim_customers
    description: "All {{ doc('customers') }}"
    meta: {owner: x}
    access: public
    docs: {show: false}
    config:
      tags: [a]
      materialized: "{{ var('v') }}"
      pre_hook: "{{ this }}"
    constraints:
      - type: primary_key
        columns: [customer_id]
    data_tests:
      - dbt_utils.unique_combination_of_columns:
          arguments:
            combination_of_columns: [a, b]
          config: {severity: warn}
    columns:
      - name: customer_id
        description: The {{ key }}
        data_type: integer
        quote: true
        meta: {y: 2}
        tags: [c1]
        config: {tags: c2, meta: {y: 3, z: 1}}
        policy: secret
        tests: [unique]
`).Models[0]
	if m.Name != "dim_customers" || m.Description.Value != "All {{ doc('customers') }}" || len(m.Constraints) != 1 {
		t.Errorf("%+v", m)
	}
	if got := fmt.Sprint(m.Config.Keys()); got != "[tags materialized pre_hook meta docs access]" {
		t.Error(got)
	}
	if m.Config.Get("materialized").String() != "rendered" || m.Config.Get("pre_hook").Text != "{{ this }}" || m.RawConfig.Get("materialized").Text != "{{ var('v') }}" {
		t.Error("what is rendered")
	}
	test := m.Tests[0]
	if test.Namespace != "dbt_utils" || test.Test != "unique_combination_of_columns" || show(test.Arguments) != "combination_of_columns=['a', 'b']" || show(test.Config) != "severity=warn" {
		t.Errorf("%+v %s %s", test, show(test.Arguments), show(test.Config))
	}
	c := m.Columns[0]
	if c.Meta.String() != "{'y': 3, 'z': 1}" || strings.Join(c.Tags, " ") != "c1 c2" || !*c.Quote || c.Extra.String() != "{'policy': 'secret'}" || c.Description.Value != "The {{ key }}" {
		t.Errorf("%+v", c)
	}
	if c.Tests[0].Test != "unique" || c.Tests[0].Column != "customer_id" || c.Tests[0].Span.Text() != "unique" {
		t.Errorf("%+v", c.Tests[0])
	}
}

// show prints pairs as key=value.
func show(pairs []yaml.Pair) string {
	var out []string
	for _, p := range pairs {
		out = append(out, p.Key.String()+"="+p.Value.String())
	}
	return strings.Join(out, " ")
}

// TestDataTestForms: the arguments and configuration of a test in all the ways
// that dbt reads.
func TestDataTestForms(t *testing.T) {
	for _, c := range []struct{ text, name, args, config, custom string }{
		{"unique", "unique", "", "", ""},
		{"pkg.t", "pkg.t", "", "", ""},
		{"accepted_values: {values: [a, b]}", "accepted_values", "values=['a', 'b']", "", ""},
		{"accepted_values: {arguments: {values: [a, b]}, name: mine}", "accepted_values", "values=['a', 'b']", "", "mine"},
		{"t: {where: x > 1, limit: 3, severity: warn, field: id}", "t", "field=id", "severity=warn where=x > 1 limit=3", ""},
		{"t: {config: {zzz: 1, where: x, severity: error}, a: 1}", "t", "a=1", "severity=error where=x zzz=1", ""},
		{"{test_name: t, name: n, column_name: c, a: 1, description: d}", "t", "column_name=c a=1", "", "n"},
		{"t: {a: 1, arguments: {b: 2, a: 3}}", "t", "a=3 b=2", "", ""},
		{"t: {enabled: false, store_failures: true}", "t", "", "enabled=False store_failures=True", ""},
		{"t: {config: {where: \"a = {{ var('v') }}\"}, expression: \"{{ later }}\"}", "t", "expression={{ later }}", "where=a = rendered", ""},
		{"t: {config: , a: 1}", "t", "a=1", "", ""},
	} {
		text := "models:\n  - name: m\n    data_tests:\n      - " + c.text + "\n"
		p, diags := parseProps(text)
		if len(diags) > 0 || len(p.Models[0].Tests) != 1 {
			t.Errorf("%s: %s", c.text, headlines(diags))
			continue
		}
		test := p.Models[0].Tests[0]
		name := strings.TrimPrefix(test.Namespace+"."+test.Test, ".")
		if name != c.name || show(test.Arguments) != c.args || show(test.Config) != c.config || test.CustomName.Value != c.custom {
			t.Errorf("%s: %s(%s) [%s] %s", c.text, name, show(test.Arguments), show(test.Config), test.CustomName.Value)
		}
	}
}

func TestVersionsOfModel(t *testing.T) {
	m := mustParse(t, `models:
  - name: m
    latest_version: 2
    columns: [{name: a}, {name: b}]
    versions:
      - v: 1
        defined_in: old_m
        columns:
          - include: all
            exclude: [b]
          - name: c
      - v: 2
        config: {alias: "{{ var('v') }}"}
        deprecation_date: 2030-01-01
        data_tests: []
`).Models[0]
	one, two := m.Versions[0], m.Versions[1]
	if one.Name() != "1" || one.DefinedIn.Value != "old_m" || !one.Includes("a") || one.Includes("b") || one.Columns[0].Name != "c" || one.HasTests {
		t.Errorf("%+v", one)
	}
	if !two.HasTests || !two.Includes("b") || two.Config.Get("alias").String() != "rendered" || two.RawConfig.Get("alias").Text != "{{ var('v') }}" || two.DeprecationDate.String() != "2030-01-01" {
		t.Errorf("%+v", two)
	}
}

func TestSourceProps(t *testing.T) {
	s := mustParse(t, `sources:
  - name: raw
    schema: "{{ var('v') }}"
    database: db
    loader: fivetran
    freshness: {warn_after: {count: 1, period: day}}
    loaded_at_field: at
    quoting: {identifier: true}
    tags: [t]
    meta: {a: 1}
    config: {enabled: true}
    tables:
      - name: orders
        identifier: Orders
        freshness: null
        loaded_at_field: null
        external: {location: x}
        description: "{{ doc('x') }}"
        columns: [{name: id, data_tests: [not_null]}]
        data_tests: [t]
        own: 1
      - name: plain
`).Sources[0]
	if s.Schema.Value != "rendered" || s.RawSchema.Value != "{{ var('v') }}" || s.Freshness == nil || !*s.Quoting.Identifier || s.Loader.Value != "fivetran" {
		t.Errorf("%+v", s)
	}
	o, plain := s.Tables[0], s.Tables[1]
	if o.Identifier.Value != "Orders" || o.Freshness == nil || !o.Freshness.IsNull() || !o.LoadedAtFieldPresent || o.External == nil || o.Description.Value != "{{ doc('x') }}" || o.Extra.String() != "{'own': 1}" {
		t.Errorf("%+v", o)
	}
	if plain.Freshness != nil || plain.LoadedAtFieldPresent || len(o.Columns[0].Tests) != 1 || len(o.Tests) != 1 {
		t.Errorf("%+v", plain)
	}
}

func TestOtherProps(t *testing.T) {
	p := mustParse(t, `seeds: [{name: s, config: {column_types: {id: int}}}]
snapshots: [{name: snap, relation: "ref('m')", config: {unique_key: id}}]
analyses: [{name: a}]
data_tests: [{name: singular, description: d, config: {severity: warn}}]
macros:
  - name: cents
    description: "{{ x }}"
    arguments: [{name: col, type: string, description: "{{ y }}"}]
exposures:
  - name: board
    type: dashboard
    maturity: high
    owner: {email: a@b.c}
    depends_on: [ref('m'), "source('raw', 'orders')"]
groups: [{name: g, owner: {name: x}}]
unit_tests:
  - name: u
    model: m
    given: [{input: ref('a'), rows: [{id: 1}]}]
    expect: {rows: []}
functions: [{name: f, returns: {data_type: int}, arguments: []}]
metrics: [{name: met, label: x, type: simple, type_params: {measure: m}}]
semantic_models: [{name: sem, model: ref('m')}]
saved_queries: [{name: q, query_params: {metrics: [met]}}]
x-anchors: {a: 1}
anchors: [1]
`)
	got := fmt.Sprint(len(p.Seeds), len(p.Snapshots), len(p.Analyses), len(p.Tests), len(p.Macros), len(p.Exposures), len(p.Groups),
		len(p.UnitTests), len(p.Functions), len(p.Metrics), len(p.SemanticModels), len(p.SavedQueries))
	if got != "1 1 1 1 1 1 1 1 1 1 1 1" {
		t.Error(got)
	}
	if p.Snapshots[0].Relation.Value != "ref('m')" || p.Macros[0].Arguments[0].Description.Value != "{{ y }}" || p.Exposures[0].DependsOn[1].Value != "source('raw', 'orders')" {
		t.Errorf("%+v", p)
	}
}

func TestPropertiesDiagnostics(t *testing.T) {
	const s = "models/s.yml:"
	for _, c := range []struct{ text, want string }{
		{"models:\n  - name: m\n    descripton: x\n", s + `3:5: warning W201: a model has no key "descripton"; it is ignored (did you mean "description"?)`},
		{"models:\n  - name: m\n    tags: [x]\n", s + `3:5: warning W201: a model has no key "tags"; it is ignored (put it under config:)`},
		{"models:\n  - nam: m\n", s + `2:5: warning W201: a model has no key "nam"; it is ignored (did you mean "name"?)` + "\n" + s + `2:5: error E203: a model needs the key "name" (did you mean "name"?)`},
		{"models:\n", s + "1:1: error E202: models must be a list, this is nothing (add an entry or remove the line)"},
		{"models: {name: m}\n", s + "1:9: error E202: models must be a list, this is a mapping (start each entry with a dash: - name: ...)"},
		{"models: [m]\n", s + "1:10: error E202: a model must be a mapping, this is text"},
		{"data_tests: &a\n  - not_null: {}\n", s + `2:5: warning W201: data_tests describes tests of your own in SQL by their name; from here on it is ignored (tests of models and columns are written below these; what is only repeated elsewhere may stand below anchors)`},
		{"model:\n  - name: m\n", s + `1:1: warning W201: a properties file has no key "model"; it is ignored (did you mean "models"?)`},
		{"- a\n", s + "1:1: error E202: a properties file must be a mapping, this is a list"},
		{"version: 1\n", s + "1:10: warning W205: version should be 2, or be left out"},
		{"models:\n  - name: m\n    description:\n", s + "3:5: error E202: description must be text, this is nothing (give it a value or remove the line)"},
		{"models:\n  - name: m\n    columns: 3\n", s + "3:14: error E202: columns must be a list, this is a number"},
		{"models:\n  - name: m\n    columns:\n      - name: 3\n", s + `4:15: error E202: name must be text, this is a number (put quotes around it: "3")`},
		{"models:\n  - name: m\n    meta: {a: 1}\n    config: {meta: {b: 2}}\n", s + "3:5: error E205: meta stands here and in config (keep the one in config)"},
		{"models:\n  - name: m\n    tests: [a]\n    data_tests: [b]\n", s + "3:5: error E205: tests is the old name of data_tests; only one of them may be here"},
		{"models:\n  - name: m\n    tests: [3]\n", s + "3:13: error E209: a test must be a name or a mapping from its name to its arguments, this is a number"},
		{"models:\n  - name: m\n    tests:\n      - unique:\n", s + "4:9: error E209: the test unique has a colon but no arguments (remove the colon)"},
		{"models:\n  - name: m\n    tests:\n      - unique: [a]\n", s + "4:17: error E209: the arguments of unique must be a mapping, this is a list"},
		{"models:\n  - name: m\n    tests:\n      - unique:\n        where: x\n", s + "5:9: error E209: a test has one name, this mapping has 2 keys (indent the arguments of unique deeper than its name)"},
		{"models:\n  - name: m\n    tests:\n      - t: {model: x}\n", s + "4:13: error E209: a test cannot have an argument named model: it is the model that the test hangs on"},
		{"models:\n  - name: m\n    tests:\n      - t: {where: x, config: {where: y}}\n", s + "4:13: error E209: where stands beside config and in it (keep the one in config)"},
		{"models:\n  - name: m\n    tests: [\"1x\"]\n", s + `3:13: error E209: "1x" cannot be the name of a test`},
		{"models:\n  - name: m\n    config: {materalized: view}\n", s + `3:14: warning W202: no configuration of models is called "materalized" (did you mean "materialized"? If it is a key of your own, put it under meta)`},
		{"models:\n  - name: m\n    latest_version: 3\n    versions: [{v: 1}]\n", s + "3:21: error E205: latest_version is 3, but m has no such version"},
		{"models:\n  - name: m\n    versions: [{v: 1}, {v: 1}]\n", s + "3:28: error E205: the version 1 of m is here twice"},
		{"models:\n  - name: m\n    versions: [{v: 1, columns: [{include: x}]}]\n", s + `3:43: error E205: include must be "all" or a list of columns`},
		{"sources:\n  - name: s\n    foo: 1\n", s + `3:5: error E201: a source has no key "foo"`},
		{"sources:\n  - name: s\n    tables: [{name: t, warn_after: {count: 1}}]\n", s + `3:24: warning W201: a source's table has no key "warn_after"; it is ignored (put it under freshness:)`},
		{"exposures:\n  - name: e\n    type: dashbord\n    owner: {name: x}\n", s + `3:11: error E205: type cannot be "dashbord" (did you mean "dashboard"?)`},
		{"exposures:\n  - name: e\n    type: ml\n    owner: {}\n", s + "4:12: error E203: the owner of an exposure needs a name or an email"},
		{"groups:\n  - name: g\n", s + `2:5: error E203: a group needs the key "owner"`},
		{"models:\n  - name: m\n    1: x\n", s + "3:5: error E202: a key of a model must be text, this is a number (put quotes around it)"},
		{"models:\n  - name: a\n    columns: [{name: x\n", s + "3:15: error E151: this bracket is not closed, or a comma is missing behind it"},
	} {
		_, diags := parseProps(c.text)
		if got := headlines(diags); got != c.want+"\n" {
			t.Errorf("%q\ngot  %swant %s", c.text, got, c.want)
		}
	}
}

// TestPartial: what is right beside a mistake is kept, and every mistake found.
func TestPartial(t *testing.T) {
	p, diags := parseProps("models:\n  - name: a\n    columns: 3\n  - 4\n  - name: b\n    tests: [1, unique]\n    columns: [{nam: x}, {name: y}]\n")
	if len(p.Models) != 2 || len(p.Models[1].Tests) != 1 || len(p.Models[1].Columns) != 1 || len(diags) != 5 {
		t.Errorf("%+v\n%s", p.Models, headlines(diags))
	}
}

func TestRenderErrorPlace(t *testing.T) {
	_, diags := parseProps("models:\n  - name: m\n    config:\n      alias: |\n        a\n        b {{ env_var('gone') }}\n")
	if len(diags) != 1 || !strings.HasPrefix(headlines(diags), "models/s.yml:6:") {
		t.Error(headlines(diags))
	}
}

func FuzzProperties(f *testing.F) {
	for _, seed := range []string{
		"models:\n  - name: m\n    columns: [{name: a, tests: [unique, {t: {config: {where: x}}}]}]\n",
		"models: [{name: m, versions: [{v: 1, columns: [{include: all}]}], latest_version: 1, meta: {}, config: {}}]\n",
		"sources: [{name: s, tables: [{name: t, freshness: , quoting: {schema: no}}]}]\n",
		"exposures: [{name: e, type: ml, owner: {name: x}, depends_on: [a]}]\nunit_tests: [{name: u, versions: {include: [1]}}]\n",
		"macros: [{name: m, arguments: [{name: a}]}]\ngroups: [{}]\nx: &a [*a]\n", "models:\n  - &x {name: a, <<: {b: c}}\n  - *x\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		_, diags := parseProps(text)
		for _, d := range diags {
			if d.Span.Start < 0 || d.Span.End > len(text) {
				t.Fatalf("%v: place %d..%d", d, d.Span.Start, d.Span.End)
			}
		}
		ParseConfig(diag.NewFile(ConfigFile, text), ConfigOptions{Globals: context{}, DBTVersion: "1.11.16"})
		ParseProfile(diag.NewFile("profiles.yml", text), ProfileOptions{Name: "models", Globals: context{}})
		ParseDependencies(diag.NewFile("packages.yml", text), nil, DependencyOptions{Globals: context{}})
	})
}

func TestCutTestName(t *testing.T) {
	for _, c := range [][3]string{
		{"not_null", "", "not_null"}, {"dbt_utils.accepted_range", "dbt_utils", "accepted_range"}, {"_a1.B2.c", "_a1", "B2"},
		{"a.", "", "a"}, {"a.1", "", "a"}, {"a-b", "", "a"}, {"", "", ""}, {"1a", "", ""}, {".a", "", ""}, {"\u00e9", "", ""},
	} {
		if namespace, name := cutTestName(c[0]); namespace != c[1] || name != c[2] {
			t.Errorf("%q is %q and %q, expected %q and %q", c[0], namespace, name, c[1], c[2])
		}
	}
}
