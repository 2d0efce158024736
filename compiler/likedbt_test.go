package compiler

import (
	"slices"
	"strings"
	"testing"

	"mdl/compiler/graph"
	"mdl/compiler/jinja/value"
)

// What is asserted here was seen in manifests that dbt-core 1.11.16 wrote for
// the same files.

// TestSameNameDisabled has two files of one name, of which one is disabled.
func TestSameNameDisabled(t *testing.T) {
	m, _, diags := resolveText(t, `
-- dbt_project.yml --
name: p
profile: p
-- models/a/m.sql --
{{ config(enabled=false) }} select 1 as id
-- models/b/m.sql --
select 2 as id
-- models/c/m.sql --
{{ config(enabled=false) }} select 3 as id
-- models/s.yml --
models:
- name: m
  columns: [{name: id, data_tests: [not_null]}]
`)
	if diags.HasErrors() {
		t.Fatal(rendered(diags))
	}
	var test *Node
	for n := range m.AllNodes() {
		if n.Kind == Test {
			test = n
		}
	}
	if test == nil || !slices.Equal(test.DependsOn, []string{"model.p.m"}) || m.Node("model.p.m").OrigPath != "models/b/m.sql" {
		t.Errorf("%+v", test)
	}
	if len(m.Disabled["model.p.m"]) != 2 {
		t.Errorf("disabled: %v", m.Disabled)
	}
}

// TestPackageIsDict calls methods of a dict on a package's macros.
func TestPackageIsDict(t *testing.T) {
	r := runtimeOf(t, `
-- dbt_project.yml --
name: p
profile: p
-- macros/m.sql --
{% macro one() %}1{% endmacro %}
{% macro two() %}2{% endmacro %}
-- models/m.sql --
{{ context.get('p').get('one')() }} {{ p.get('nope') is none }} {{ context.get('q', {}).get('x') is none }} {{ p.keys() | list }} {{ p['two']() }}
`)
	c, err := r.Compile(t.Context(), r.Manifest.Node("model.p.m"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if want := "1 True True ['one', 'two'] 2"; c.SQL != want {
		t.Errorf("%q, want %q", c.SQL, want)
	}
}

// TestOperationNodes are hooks as nodes: in the graph, and with a schema.
func TestOperationNodes(t *testing.T) {
	m, _, diags := resolveText(t, `
-- dbt_project.yml --
name: p
profile: p
models: {p: {+schema: extra}}
on-run-end: "select '{{ ref('m') }}'"
-- models/m.sql --
select 1 as id
`)
	if diags.HasErrors() {
		t.Fatal(rendered(diags))
	}
	n := m.Node("operation.p.p-on-run-end-0")
	if n == nil || n.Schema != "main_extra" || n.Alias != "p-on-run-end-0" || n.RelationName != "" {
		t.Fatalf("%+v", n)
	}
	spec, _ := graph.ParseArgs(graph.Args{Select: []string{"+tag:on-run-end"}})
	ids, _ := m.Graph.Select(spec, graph.Options{Project: "p"})
	if want := []string{"model.p.m", "operation.p.p-on-run-end-0"}; !slices.Equal(ids, want) {
		t.Errorf("%q, want %q", ids, want)
	}
}

// TestModelFreshness leaves out a freshness that is none of a model.
func TestModelFreshness(t *testing.T) {
	m, _, diags := resolveText(t, `
-- dbt_project.yml --
name: p
profile: p
-- models/a.sql --
select 1 as id
-- models/b.sql --
select 1 as id
-- models/s.yml --
models:
- name: a
  config: {freshness: {warn_after: {count: 1, period: day}}}
- name: b
  config: {freshness: {build_after: {count: 1, period: day}}}
`)
	if diags.HasErrors() {
		t.Fatal(rendered(diags))
	}
	for id, want := range map[string]string{
		"model.p.a": "None",
		"model.p.b": "{'build_after': {'count': 1, 'period': 'day', 'updates_on': 'any'}}",
	} {
		got, _ := m.Node(id).Config.Dict().GetStr("freshness")
		if value.Repr(got) != want {
			t.Errorf("%s: %s, want %s", id, value.Repr(got), want)
		}
	}
}

// TestPlainNamesInTests parses a test of a package, whose macros call one
// another without naming the package.
func TestPlainNamesInTests(t *testing.T) {
	m, _, diags := resolveText(t, `
-- dbt_project.yml --
name: p
profile: p
-- dbt_packages/q/dbt_project.yml --
name: q
-- dbt_packages/q/macros/t.sql --
{% test fine(model) %}{% if not execute %}{{ outer() }}{% endif %} select 1 where false{% endtest %}
{% macro outer() %}{{ inner() }}{% endmacro %}
{% macro inner() %}-- depends_on: {{ ref('b') }}{% endmacro %}
-- models/a.sql --
select 1 as id
-- models/b.sql --
select 1 as id
-- models/s.yml --
models:
- {name: a, data_tests: [q.fine]}
`)
	if diags.HasErrors() {
		t.Fatal(rendered(diags))
	}
	for n := range m.AllNodes() {
		if want := []string{"model.p.a", "model.p.b"}; n.Kind == Test && !slices.Equal(slices.Sorted(slices.Values(n.DependsOn)), want) {
			t.Errorf("%s: %q", n.ID, n.DependsOn)
		}
	}
}

// TestPythonModel reads what a Python model refers to and how it is configured.
func TestPythonModel(t *testing.T) {
	m, _, diags := resolveText(t, `
-- dbt_project.yml --
name: p
profile: p
models: {p: {+materialized: view}}
-- models/a.sql --
select 1 as id
-- models/m.py --
def model(dbt, session):
    dbt.config(tags=["x"])
    k = dbt.config.get("foo", "bar")
    return dbt.ref("a").join(dbt.source("s", "t"))
-- models/bad.py --
def model(dbt, session):
    return dbt.ref(name)
-- models/none.py --
x = 1
-- models/s.yml --
sources: [{name: s, tables: [{name: t}]}]
`)
	want := "models/bad.py:2:20: error E274: the arguments of dbt's calls must be literals, which \"name\" is not"
	if said := rendered(diags); !strings.Contains(said, want) || !strings.Contains(said, "models/none.py:1:1: error E274") {
		t.Error(said)
	}
	n := m.Node("model.p.m")
	if want := []string{"model.p.a", "source.p.s.t"}; !slices.Equal(slices.Sorted(slices.Values(n.DependsOn)), want) || n.Language() != "python" {
		t.Errorf("%q", n.DependsOn)
	}
	keys, _ := n.Config.Get("config_keys_used")
	if n.Materialized() != "table" || !slices.Equal(n.Tags, []string{"x"}) || value.Repr(keys) != "['foo']" {
		t.Errorf("%s", value.Repr(n.Config.Dict()))
	}
}

// TestNamesOfPackages has a package whose relations are named by its own macro.
func TestNamesOfPackages(t *testing.T) {
	m, _, diags := resolveText(t, `
-- dbt_project.yml --
name: p
profile: p
-- macros/m.sql --
{% macro generate_schema_name(custom_schema_name, node) %}root{% endmacro %}
-- models/a.sql --
select 1 as id
-- dbt_packages/q/dbt_project.yml --
name: q
-- dbt_packages/q/macros/m.sql --
{% macro generate_alias_name(custom_alias_name=none, node=none) %}{{ node.name }}_{{ short() }}{% endmacro %}
{% macro short() %}q{% endmacro %}
-- dbt_packages/q/models/b.sql --
select 1 as id
`)
	if diags.HasErrors() {
		t.Fatal(rendered(diags))
	}
	for id, want := range map[string]string{"model.p.a": `"db"."root"."a"`, "model.q.b": `"db"."root"."b_q"`} {
		if got := m.Node(id).RelationName; got != want {
			t.Errorf("%s: %s, want %s", id, got, want)
		}
	}
}

// TestMergeRulesOfKinds: an exposure's meta and a group's tags are replaced by
// those of a nearer place.
func TestMergeRulesOfKinds(t *testing.T) {
	m, _, diags := resolveText(t, `
-- dbt_project.yml --
name: p
profile: p
models: {+tags: far, p: {+tags: [near], +meta: {a: 1}}}
exposures: {+meta: {far: 1}}
-- models/s.yml --
groups: [{name: g, owner: {email: x}, config: {meta: {b: 2}}}]
exposures: [{name: e, type: ml, owner: {email: x}, config: {meta: {own: 1}}}]
`)
	if diags.HasErrors() {
		t.Fatal(rendered(diags))
	}
	for want, config := range map[string]*Config{
		"{'own': 1} []":             m.Exposures["exposure.p.e"].Config,
		"{'a': 1, 'b': 2} ['near']": m.Groups["group.p.g"].Config,
	} {
		meta, _ := config.Get("meta")
		tags, _ := config.Get("tags")
		if got := value.Repr(meta) + " " + value.Repr(tags); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// TestVersionConfig merges the configuration of a version into the model's.
func TestVersionConfig(t *testing.T) {
	m, _, diags := resolveText(t, `
-- dbt_project.yml --
name: p
profile: p
-- models/a_v1.sql --
select 1 as id
-- models/s.yml --
models:
- name: a
  config: {tags: [far], meta: {color: blue, size: {w: 1, h: 2}}}
  versions:
  - {v: 1, config: {tags: [near], meta: {color: red, size: {w: 3}}}}
`)
	if diags.HasErrors() {
		t.Fatal(rendered(diags))
	}
	n := m.Node("model.p.a.v1")
	if got, want := value.Repr(n.Meta), "{'color': 'red', 'size': {'w': 3, 'h': 2}}"; got != want || !slices.Equal(n.Tags, []string{"near", "far"}) {
		t.Errorf("%s, want %s; %q", got, want, n.Tags)
	}
}

// TestTagsOfFileFirst: the tags of config() come before those of the properties.
func TestTagsOfFileFirst(t *testing.T) {
	m, _, diags := resolveText(t, `
-- dbt_project.yml --
name: p
profile: p
models: {+tags: tree}
-- models/a.sql --
{{ config(tags=['file']) }} select 1 as id
-- models/s.yml --
models:
- {name: a, config: {tags: [yaml]}, columns: [{name: id, data_tests: [{unique: {config: {severity: null, enabled: null}}}]}]}
`)
	if diags.HasErrors() {
		t.Fatal(rendered(diags))
	}
	n := m.Node("model.p.a")
	if want := []string{"tree", "file", "yaml"}; !slices.Equal(n.Tags, want) {
		t.Errorf("%q, want %q", n.Tags, want)
	}
	if want := []string{"tree", "yaml", "file"}; !slices.Equal(n.Config.Strings("tags"), want) {
		t.Errorf("config: %q, want %q", n.Config.Strings("tags"), want)
	}
	for test := range m.AllNodes() {
		if test.Kind == Test && test.Config.String("severity") != "ERROR" {
			t.Errorf("severity %q", test.Config.String("severity"))
		}
	}
}

// TestMicrobatch writes begin as a moment, and says what is missing.
func TestMicrobatch(t *testing.T) {
	m, _, diags := resolveText(t, `
-- dbt_project.yml --
name: p
profile: p
models: {+materialized: incremental, +incremental_strategy: microbatch}
-- models/a.sql --
{{ config(event_time='at', begin='2024-01-02', batch_size='day') }} select 1 as id
-- models/b.sql --
{{ config(begin='soon') }} select 1 as id
-- models/c.sql --
{{ config(enabled=false) }} select 1 as id
`)
	if got := m.Node("model.p.a").Config.String("begin"); got != "2024-01-02T00:00:00" {
		t.Error(got)
	}
	said := rendered(diags)
	for _, want := range []string{`model "b" needs event_time`, `model "b" has a begin that is no ISO date or time: soon`, `model "b" needs batch_size`} {
		if !strings.Contains(said, want) {
			t.Errorf("no %q in\n%s", want, said)
		}
	}
	if len(diags) != 3 {
		t.Error(said)
	}
}

// TestNamesWithSpaces are refused, once for a model and its tests.
func TestNamesWithSpaces(t *testing.T) {
	const files = `
-- models/a b.sql --
select 1 as id
-- models/s.yml --
models:
- {name: a b, columns: [{name: id, data_tests: [unique]}]}
-- dbt_project.yml --
name: p
profile: p
`
	_, _, diags := resolveText(t, files)
	if said := rendered(diags); len(diags) != 1 || !strings.Contains(said, `error E277: the name of model "a b" has a space in it`) {
		t.Error(said)
	}
	_, _, diags = resolveText(t, files+"flags: {require_resource_names_without_spaces: false}\n")
	if len(diags) != 0 {
		t.Error(rendered(diags))
	}
}
