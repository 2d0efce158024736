package compiler

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"mdl/adapters"
	"mdl/compiler/diag"
	"mdl/compiler/jinja"
	"mdl/compiler/jinja/value"
	"mdl/compiler/scope"
)

// TestInject holds what dbt's inject_ctes_into_sql (sqlparse) makes of queries.
func TestInject(t *testing.T) {
	for _, c := range []struct{ sql, want string }{
		{"select 1", "with __dbt__cte__a as (\nA\n),  __dbt__cte__b as (\nB\n) select 1"},
		{"\n\nselect 1\n", "\n\nwith __dbt__cte__a as (\nA\n),  __dbt__cte__b as (\nB\n) select 1\n"},
		{"with x as (select 1) select * from x", "with  __dbt__cte__a as (\nA\n),  __dbt__cte__b as (\nB\n), x as (select 1) select * from x"},
		{"WITH x as (select 1) select * from x", "WITH  __dbt__cte__a as (\nA\n),  __dbt__cte__b as (\nB\n), x as (select 1) select * from x"},
		{"-- c\nwith x as (select 1)\nselect * from x", "-- c\nwith  __dbt__cte__a as (\nA\n),  __dbt__cte__b as (\nB\n), x as (select 1)\nselect * from x"},
		{"/* c */ With recursive t(n) as (select 1) select * from t", "/* c */ With recursive  __dbt__cte__a as (\nA\n),  __dbt__cte__b as (\nB\n), t(n) as (select 1) select * from t"},
		{"with\n  x as (select 1) select 1", "with\n   __dbt__cte__a as (\nA\n),  __dbt__cte__b as (\nB\n), x as (select 1) select 1"},
		{"-- with\nselect 1", "with __dbt__cte__a as (\nA\n),  __dbt__cte__b as (\nB\n) -- with\nselect 1"},
		{"(with x as (select 1) select * from x)", "with __dbt__cte__a as (\nA\n),  __dbt__cte__b as (\nB\n) (with x as (select 1) select * from x)"},
		{"with recursive\nx as (select 1) select 1", "with recursive\n __dbt__cte__a as (\nA\n),  __dbt__cte__b as (\nB\n), x as (select 1) select 1"},
		{"\n  -- c\n  select 1", "\n  with __dbt__cte__a as (\nA\n),  __dbt__cte__b as (\nB\n) -- c\n  select 1"},
		{"with /* c */ recursive x as (select 1) select 1", "with  __dbt__cte__a as (\nA\n),  __dbt__cte__b as (\nB\n), /* c */ recursive x as (select 1) select 1"},
		{"select 'with' from x", "with __dbt__cte__a as (\nA\n),  __dbt__cte__b as (\nB\n) select 'with' from x"},
		{"select * from x where with_y = 1", "with __dbt__cte__a as (\nA\n),  __dbt__cte__b as (\nB\n) select * from x where with_y = 1"},
		{"/* a */ /* b */\n-- c\n with x as (select 1) select 1", "/* a */ /* b */\n-- c\n with  __dbt__cte__a as (\nA\n),  __dbt__cte__b as (\nB\n), x as (select 1) select 1"},
		{"with x as (select 1), y as (select 2) select 1 -- end\r\n", "with  __dbt__cte__a as (\nA\n),  __dbt__cte__b as (\nB\n), x as (select 1), y as (select 2) select 1 -- end\r\n"},
		{"from x select 1", "with __dbt__cte__a as (\nA\n),  __dbt__cte__b as (\nB\n) from x select 1"},
		{"  with x as (select 1) select 1", "  with  __dbt__cte__a as (\nA\n),  __dbt__cte__b as (\nB\n), x as (select 1) select 1"},
		{"with\tx as (select 1) select 1", "with\t __dbt__cte__a as (\nA\n),  __dbt__cte__b as (\nB\n), x as (select 1) select 1"},
		{"with x(a) as (select 1) select 1", "with  __dbt__cte__a as (\nA\n),  __dbt__cte__b as (\nB\n), x(a) as (select 1) select 1"},
		{"with x as materialized (select 1) select 1", "with  __dbt__cte__a as (\nA\n),  __dbt__cte__b as (\nB\n), x as materialized (select 1) select 1"},
		{"with -- c\n x as (select 1) select 1", "with  __dbt__cte__a as (\nA\n),  __dbt__cte__b as (\nB\n), -- c\n x as (select 1) select 1"},
	} {
		l := cteList{}
		for _, name := range []string{"a", "b"} {
			l.pieces = append(l.pieces, jinja.Piece{Text: " __dbt__cte__" + name + " as (\n"},
				jinja.Piece{Text: strings.ToUpper(name)}, jinja.Piece{Text: "\n)"})
		}
		if got, _ := l.inject(jinja.Piece{Text: c.sql}); got != c.want {
			t.Errorf("%q\n got %q\nwant %q", c.sql, got, c.want)
		}
	}
}

func FuzzWithPlace(f *testing.F) {
	for _, seed := range []string{"with a as (select 1) select 2", "-- x", "/* ", "WITH recursive", " ", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, sql string) {
		if at, _ := withPlace(sql); at < 0 || at > len(sql) {
			t.Errorf("place %d of %q", at, sql)
		}
	})
}

const runtimeProject = projectFile + `-- models/a.sql --
select 1 as id
-- models/eph.sql --
{{ config(materialized='ephemeral') }}
select * from {{ ref('a') }}
-- models/eph2.sql --
{{ config(materialized='ephemeral', alias='second') }}
with x as (select * from {{ ref('eph') }})
select * from x
-- models/b.sql --
{{ config(materialized='table', unique_key='id', meta={'owner': 'me'}) }}
select {{ fail_here() if false else 1 }} from {{ ref('eph2') }}
join {{ ref('eph') }} using (id)
-- models/c.sql --
-- first
with y as (select * from {{ ref('eph') }}) select * from y
-- models/names.sql --
{{ config(unique_key='id', meta={'owner': 'me'}, persist_docs={'relation': true}) }}
{{ this }}|{{ model.name }}|{{ config.get('unique_key') }}|{{ config.get('nope', 'dflt') }}|{{ config.meta_get('owner') }}|{{ config.persist_relation_docs() }}|{{ config.persist_column_docs() }}|{{ schema }}|{{ builtins.ref('a') }}|{{ graph.nodes | length > 3 }}|{{ execute }}|{{ source('raw', 'orders') }}|{{ source('raw', 'files') }}|{{ selected_resources }}|{{ ref('a').identifier }}|{{ var('v', 'none') }}
-- models/late.sql --
{% if execute %}{{ ref('a') }}{% endif %}
-- models/require.sql --
select '{{ config.require('materialised') }}'
-- models/wrong.sql --
select 1
{{ complain() }}
-- models/query.sql --
select 1
{{ asks() }}
-- macros/m.sql --
{% macro complain() %}{{ exceptions.raise_compiler_error('no way') if execute }}{% endmacro %}
{% macro fail_here() %}{% endmacro %}
{% macro asks() %}
{% do run_query('select nonsense') if execute %}
{% endmacro %}
{% macro op(x, y=2) %}{{ return(ref('a') ~ x ~ y) }}{% endmacro %}
{% macro op_ephemeral() %}{{ ref('eph') }}{% endmacro %}
{% test odd(model, column_name, note) %}select {{ column_name }}, '{{ note }}' from {{ model }}{% endtest %}
-- models/s.yml --
sources:
  - name: raw
    tables:
      - name: orders
      - name: files
        meta: {external_location: "data/{name}.csv"}
models:
  - name: a
    columns:
      - name: id
        data_tests:
          - not_null
          - odd: {note: "{{ 1 + 1 }}"}
          - odd:
              name: of_ref
              note: ref('a')
`

func runtimeOf(t testing.TB, text string) *Runtime {
	t.Helper()
	m, c, diags := resolveText(t, text)
	for _, d := range diags {
		if d.Severity == diag.Error {
			t.Fatal(rendered(diag.List{d}))
		}
	}
	return &Runtime{Manifest: m, Context: c, Selected: []string{"model.shop.a"}}
}

// brokenWarehouse answers every query with an error.
type brokenWarehouse struct{ scope.Warehouse }

func (brokenWarehouse) Query(_ context.Context, sql string, _ int) (*adapters.Rows, error) {
	return nil, &adapters.QueryError{Message: "no column named nonsense\nLINE 1", SQL: sql, Offset: 7}
}

func (w brokenWarehouse) Exec(ctx context.Context, sql string, _ bool) (adapters.Outcome, error) {
	_, err := w.Query(ctx, sql, 0)
	return adapters.Outcome{}, err
}

func TestCompile(t *testing.T) {
	r := runtimeOf(t, runtimeProject)
	ctx := context.Background()
	const eph = " __dbt__cte__eph as (\n\nselect * from \"db\".\"main\".\"a\"\n)"
	const second = " __dbt__cte__second as (\n\nwith x as (select * from __dbt__cte__eph)\nselect * from x\n)"
	for _, c := range []struct{ id, want string }{
		{"model.shop.a", "select 1 as id"},
		{"model.shop.b", "\n" + `with` + eph + ", " + second + ` select 1 from __dbt__cte__second` + "\njoin __dbt__cte__eph using (id)"},
		{"model.shop.c", "-- first\nwith " + eph + ", y as (select * from __dbt__cte__eph) select * from y"},
		{"model.shop.eph2", "\nwith " + eph + ", x as (select * from __dbt__cte__eph)\nselect * from x"},
		{"model.shop.names", "\n" + `"db"."main"."names"|names|id|dflt|me|True|False|main|"db"."main"."a"|True|True|"db"."raw"."orders"|'data/files.csv'|['model.shop.a']|a|none`},
	} {
		got, err := r.Compile(ctx, r.Manifest.Node(c.id), nil)
		if err != nil {
			t.Errorf("%s: %v", c.id, err)
		} else if got.SQL != c.want {
			t.Errorf("%s:\n got %q\nwant %q", c.id, got.SQL, c.want)
		}
	}
}

func TestCompileMaps(t *testing.T) {
	r := runtimeOf(t, runtimeProject)
	got, err := r.Compile(context.Background(), r.Manifest.Node("model.shop.b"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Join(got.CTEs, " ") != "model.shop.eph model.shop.eph2" {
		t.Errorf("CTEs: %v", got.CTEs)
	}
	for _, c := range []struct{ text, path, at string }{
		{"\"db\".\"main\".\"a\"", "models/eph.sql", "{{ ref('a') }}"},
		{"with x as", "models/eph2.sql", "with x as (select"},
		{"join __dbt", "models/b.sql", "join {{"},
		{"using (id)", "models/b.sql", "using (id)"},
	} {
		span, _ := got.Map.At(strings.Index(got.SQL, c.text))
		if span.Path() != c.path || !strings.HasPrefix(span.File.Text[span.Start:], strings.TrimPrefix(c.at, "{{ ")) && !strings.HasPrefix(span.File.Text[span.Start:], c.at) {
			t.Errorf("%q leads to %s: %q", c.text, span.Path(), span.Text())
		}
	}
	if span, _ := got.Map.At(strings.Index(got.SQL, "__dbt__cte__eph as")); !span.IsZero() {
		t.Errorf("the name of a common table expression leads to %s", span.Path())
	}
}

func TestCompileErrors(t *testing.T) {
	r := runtimeOf(t, runtimeProject)
	for _, c := range []struct{ id, headline, hint string }{
		{"model.shop.late", "models/late.sql:1:20: error E240: ref(\"a\") was not known as a dependency of late when the project was parsed", "-- depends_on: {{ ref(\"a\") }}"},
		{"model.shop.require", "models/require.sql:1:12: error E240: model.shop.require needs the configuration 'materialised', which is not set", `did you mean "materialized"?`},
		{"model.shop.wrong", "macros/m.sql:1:26: error E240: no way", ""},
		{"model.shop.query", "error E3", ""},
	} {
		_, err := r.Compile(context.Background(), r.Manifest.Node(c.id), brokenWarehouse{})
		var d *diag.Diagnostic
		if !errors.As(err, &d) || !strings.Contains(d.Headline(), c.headline) || !strings.Contains(d.Hint, c.hint) {
			t.Errorf("%s: %+v", c.id, err)
			continue
		}
		if d.Span.IsZero() {
			t.Errorf("%s: no place", c.id)
		}
		if strings.Contains(c.headline, "E3") && (d.Summary != "no column named nonsense" || d.Detail != "LINE 1") {
			t.Errorf("%s: %q, %q", c.id, d.Summary, d.Detail)
		}
	}
}

func TestGenericTests(t *testing.T) {
	r := runtimeOf(t, runtimeProject)
	want := map[string]string{
		"odd_a_id___1_1_": `select id, '2' from "db"."main"."a"`,
		"of_ref":          `select id, '"db"."main"."a"' from "db"."main"."a"`,
	}
	seen := 0
	for n := range r.Manifest.AllNodes() {
		if n.Kind != Test {
			continue
		}
		got, err := r.Compile(context.Background(), n, nil)
		if err != nil {
			t.Errorf("%s: %v", n.Name, err)
			continue
		}
		if sql, ok := want[n.Name]; ok {
			seen++
			if strings.TrimSpace(got.SQL) != sql {
				t.Errorf("%s: %q", n.Name, got.SQL)
			}
		} else if !strings.Contains(got.SQL, `from "db"."main"."a"`) {
			t.Errorf("%s: %q", n.Name, got.SQL)
		}
	}
	if seen != len(want) {
		t.Errorf("%d of %d tests seen", seen, len(want))
	}
}

func TestInlineAndMacros(t *testing.T) {
	r := runtimeOf(t, runtimeProject)
	ctx := context.Background()
	got, err := r.Inline(ctx, "select * from {{ ref('eph') }}", nil)
	if err != nil || !strings.HasPrefix(got.SQL, "with __dbt__cte__eph as (") {
		t.Errorf("inline: %+v, %v", got, err)
	}
	if _, err = r.Inline(ctx, "select *\nfrom {{ ref('ab') }}", nil); err == nil || !strings.HasPrefix(err.Error(), "inline_query:2:9: error E240") {
		t.Errorf("inline of a missing model: %v", err)
	}
	v, err := r.CallMacro(ctx, "op", dictOf("x", value.Str("!")), nil)
	if err != nil || value.ToStr(v) != `"db"."main"."a"!2` {
		t.Errorf("op: %v, %v", v, err)
	}
	for _, c := range []struct {
		name string
		args *value.Dict
		want string
	}{
		{"opp", nil, `there is no macro "opp"`},
		{"op_ephemeral", nil, "ephemeral model eph"},
		{"op", dictOf("z", value.Int(1)), "takes no keyword argument 'z'"},
	} {
		_, err := r.CallMacro(ctx, c.name, c.args, nil)
		var d *diag.Diagnostic
		if !errors.As(err, &d) || !strings.Contains(d.Summary, c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestHook(t *testing.T) {
	r := runtimeOf(t, runtimeProject)
	n := r.Manifest.Node("model.shop.b")
	got, err := r.Hook(context.Background(), n, Hook{SQL: "grant on {{ this }} by {{ model.name }}"}, nil)
	if err != nil || got.SQL != `grant on "db"."main"."b" by b` {
		t.Errorf("hook: %+v, %v", got, err)
	}
	_, err = r.Hook(context.Background(), n, Hook{SQL: "{{ ths() }}", Span: n.Span}, nil)
	if err == nil || !strings.HasPrefix(err.Error(), "models/b.sql:1:1: error E121") {
		t.Errorf("hook: %v", err)
	}
	extra := dictOf("schemas", value.NewList(value.Str("main")))
	file := diag.NewFile("dbt_project.yml", "{{ schemas }}{{ this }}")
	program, _ := jinja.Parse(file)
	op := &Node{ID: "operation.shop.x", Kind: Operation, Name: "x", Package: "shop", File: file, program: program, Config: NewConfig(value.NewDict())}
	got, err = r.Operation(context.Background(), op, extra, nil)
	if err != nil || got.SQL != "['main']None" {
		t.Errorf("operation: %+v, %v", got, err)
	}
}

// TestCompileTogether is for the race detector.
func TestCompileTogether(t *testing.T) {
	r := runtimeOf(t, runtimeProject)
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			for _, id := range []string{"model.shop.b", "model.shop.c", "model.shop.names"} {
				if _, err := r.Compile(context.Background(), r.Manifest.Node(id), nil); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wait.Wait()
}

func BenchmarkCompile(b *testing.B) {
	r := runtimeOf(b, runtimeProject)
	for b.Loop() {
		if _, err := r.Compile(context.Background(), r.Manifest.Node("model.shop.c"), nil); err != nil {
			b.Fatal(err)
		}
	}
}
