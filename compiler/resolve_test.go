package compiler

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"mdl/compiler/diag"
	"mdl/compiler/jinja/value"
	"mdl/compiler/macros"
	"mdl/compiler/project"
	"mdl/compiler/scope"
)

// resolveText loads and resolves the project in a txtar text.
func resolveText(t testing.TB, text string) (*Manifest, *Context, diag.List) {
	t.Helper()
	fsys := fstest.MapFS{}
	for _, f := range txtar.Parse([]byte(text)).Files {
		fsys[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	return resolveFS(t, fsys)
}

func resolveFS(t testing.TB, fsys fs.FS) (*Manifest, *Context, diag.List) {
	t.Helper()
	return resolveSteps(t, fsys, 0)
}

// resolveSteps is resolveFS with a bound of the work of each render.
func resolveSteps(t testing.TB, fsys fs.FS, steps int) (*Manifest, *Context, diag.List) {
	t.Helper()
	env := scope.NewEnv(scope.Facts{
		InvocationID: "00000000-0000-0000-0000-000000000000",
		StartedAt:    time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		LookupEnv:    func(string) (string, bool) { return "", false },
	})
	data, err := fs.ReadFile(fsys, project.ConfigFile)
	if err != nil {
		t.Fatal(err)
	}
	globals := env.Base(scope.ProjectFile, nil)
	config, diags := project.ParseConfig(diag.NewFile(project.ConfigFile, string(data)), project.ConfigOptions{Globals: globals})
	ctx := NewContext(env, config, Target{
		ProfileName: "test", Name: "dev", Type: "duckdb", Database: "db", Schema: "main", Threads: 1,
		Values:  dictOf("name", value.Str("dev"), "schema", value.Str("main"), "database", value.Str("db"), "type", value.Str("duckdb")),
		Quoting: scope.AllParts,
	})
	ctx.Steps = steps
	p, more := project.Load(fsys, project.Options{
		Config: config, ConfigGlobals: globals, Globals: ctx.Properties, Internal: macros.Packages(),
	})
	diags = append(diags, more...)
	m, more := Resolve(p, ctx)
	return m, ctx, append(diags, more...)
}

func rendered(ds diag.List) string {
	var b strings.Builder
	for _, d := range ds {
		diag.Render(&b, d, diag.Style{})
	}
	return b.String()
}

const projectFile = "-- dbt_project.yml --\nname: shop\nprofile: shop\n"

// TestMistakes holds what a user reads about each kind of mistake that can be
// known before the warehouse is touched.
func TestMistakes(t *testing.T) {
	for _, c := range []struct {
		name, files string
		want        []string
	}{
		{"missing ref", "-- models/stg_customers.sql --\nselect 1 as id\n-- models/a.sql --\nselect *\nfrom {{ ref('stg_custmers') }}\n", []string{
			"models/a.sql:2:9: error E257: ref(\"stg_custmers\"): there is no model, seed or snapshot named \"stg_custmers\"",
			`hint: did you mean "stg_customers"?`}},
		{"missing source", "-- models/s.yml --\nsources:\n  - name: raw\n    tables: [{name: orders}]\n-- models/a.sql --\nselect * from {{ source('raw', 'order') }}\n", []string{
			"models/a.sql:1:18: error E257: source(\"raw\", \"order\"): source \"raw\" has no table \"order\"", `did you mean "orders"?`}},
		{"cycle", "-- models/a.sql --\nselect * from {{ ref('b') }}\n-- models/b.sql --\nselect * from {{ ref('a') }}\n", []string{
			"error E232", "a", "models/a.sql:1:18", "models/b.sql:1:18"}},
		{"two models of one name", "-- models/x/a.sql --\nselect 1\n-- models/y/a.sql --\nselect 2\n", []string{
			"error E250: two models are named \"a\": models/x/a.sql and models/y/a.sql", "models/x/a.sql:1:1"}},
		{"two nodes, one relation", "-- models/a.sql --\nselect 1\n-- models/b.sql --\n{{ config(alias='a') }}select 2\n", []string{"error E263", "build the same relation"}},
		{"unclosed block", "-- models/a.sql --\nselect 1\n{% if true %}\nfrom x\n", []string{"models/a.sql:2:", "error E1", "if"}},
		{"unknown macro", "-- macros/m.sql --\n{% macro cents_to_euros(x) %}{{ x }}{% endmacro %}\n-- models/a.sql --\nselect {{ cents_to_euro('x') }}\n", []string{
			"models/a.sql:1:11: warning W252: there is no macro \"cents_to_euro\"", `did you mean "cents_to_euros"?`}},
		{"wrong argument", "-- macros/m.sql --\n{% macro m(x) %}{{ x }}{% endmacro %}\n-- models/a.sql --\nselect {{ m(y=1) }}\n", []string{"models/a.sql:1:11: error", "y"}},
		{"misspelt config key", "-- models/a.sql --\n{{ config(materalized='table') }}select 1\n", []string{
			"models/a.sql:1:11: warning", "materalized", "materialized"}},
		{"unknown materialization", "-- models/a.sql --\n{{ config(materialized='tabel') }}select 1\n", []string{
			"models/a.sql:1:11: error E253: there is no materialization \"tabel\"", `did you mean "table"?`}},
		{"misspelt test", "-- models/a.sql --\nselect 1 as id\n-- models/s.yml --\nmodels:\n  - name: a\n    columns:\n      - name: id\n        data_tests: [uniqe]\n", []string{
			"models/s.yml:5:22: error E254: there is no generic test \"uniqe\"", `did you mean "unique"?`}},
		{"wrong test argument", "-- models/a.sql --\nselect 1 as id\n-- models/s.yml --\nmodels:\n  - name: a\n    columns:\n      - name: id\n        data_tests:\n          - accepted_values: {vals: [1]}\n", []string{
			"models/s.yml:6:13: error E255", `"vals"`, "values"}},
		{"properties of nothing", "-- models/stg_orders.sql --\nselect 1\n-- models/s.yml --\nmodels:\n  - name: stg_order\n", []string{
			"models/s.yml:2:11: warning W251", `did you mean "stg_orders"?`}},
		{"docs block", "-- models/a.sql --\nselect 1\n-- models/s.yml --\nmodels:\n  - name: a\n    description: \"{{ doc('nope') }}\"\n", []string{"models/s.yml:3:18: error", `there is no docs block "nope"`}},
		{"seed that depends", "-- dbt_project.yml --\nname: shop\nprofile: shop\nseeds:\n  post-hook: \"select * from {{ ref('a') }}\"\n-- models/a.sql --\nselect 1\n-- seeds/s.csv --\nid\n1\n", []string{
			"error E243: Seeds cannot depend on other nodes: a hook of the seed s calls ref()"}},
		{"one hook, two names", "-- models/a.sql --\n{{ config({'pre_hook': 'x', 'pre-hook': 'y'}) }}select 1\n", []string{
			"models/a.sql:1:4: error E240: config() sets both pre_hook and pre-hook"}},
		{"raised by a macro", "-- macros/m.sql --\n{% macro m() %}\n{{ exceptions.raise_compiler_error('not today') }}\n{% endmacro %}\n-- models/a.sql --\nselect {{ m() }}\n", []string{
			"macros/m.sql:2:4: error", "not today", "called in macro shop.m", "models/a.sql:1:11"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, _, ds := resolveText(t, projectFile+c.files)
			got := rendered(ds)
			for _, want := range c.want {
				if !strings.Contains(got, want) {
					t.Errorf("lacks %q in\n%s", want, got)
				}
			}
		})
	}
}

// TestOfNothing holds that a test of something that is not there stays among
// the nodes with what it does depend on, disabled and out of reach of selection.
func TestOfNothing(t *testing.T) {
	m, _, diags := resolveText(t, projectFile+`-- models/a.sql --
select 1 as id
-- models/s.yml --
models:
  - name: gone
    columns:
      - name: id
        data_tests:
          - relationships: {arguments: {to: ref('a'), field: id}}
`)
	if diags.HasErrors() {
		t.Fatal(rendered(diags))
	}
	var n *Node
	for node := range m.AllNodes() {
		if node.Kind == Test {
			n = node
		}
	}
	if n == nil {
		t.Fatal("the test is not among the nodes")
	}
	if enabled, set := n.Config.Bool("enabled"); enabled || !set {
		t.Error("the test is enabled")
	}
	if len(n.DependsOn) != 1 || n.DependsOn[0] != "model.shop.a" {
		t.Errorf("it depends on %v", n.DependsOn)
	}
	if m.Graph.Node(n.ID) != nil {
		t.Error("the test can be selected")
	}
}
