package compiler

import (
	"context"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"mdl/adapters"
	"mdl/compiler/diag"
	"mdl/compiler/project"
	"mdl/compiler/scope"
)

// fuzzProject is a small project with something of everything, which the
// mutations of FuzzProject break.
const fuzzProject = `
-- dbt_project.yml --
name: shop
profile: shop
vars: {cutoff: 3, shop: {region: eu}}
models:
  shop:
    +tags: [daily]
    staging:
      +materialized: "{{ env_var('KIND', 'view') }}"
snapshots: {shop: {+unique_key: id}}
data_tests: {+severity: warn}
on-run-start: ["select {{ var('cutoff') }}", "{{ audit('start') }}"]
dispatch: [{macro_namespace: dbt, search_order: [shop, dbt]}]
query-comment: {comment: "by {{ node.name }}", append: true}
-- packages.yml --
packages: []
-- selectors.yml --
selectors:
  - name: nightly
    definition:
      union: [tag:daily, {method: config.materialized, value: view, children: true}, {exclude: [path:models/staging]}]
  - name: twice
    definition: {method: selector, value: nightly}
-- models/staging/stg_orders.sql --
{{ config(materialized='view', tags=['raw'], meta={'a': [1, 2]}) }}
select id, {{ cents('amount') }} as amount from {{ source('raw', 'orders') }}
{%- if var('region', 'us') == 'eu' %} where id > {{ var('cutoff') }}{% endif %}
-- models/orders.sql --
{% set names = ['a', 'b'] %}
with o as (select * from {{ ref('stg_orders') }})
select id, {% for n in names %}{{ n | upper }}{% if not loop.last %}, {% endif %}{% endfor %} from o
{% if is_incremental() %} where id > (select max(id) from {{ this }}){% endif %}
-- models/customers_v1.sql --
select * from {{ ref('orders') }} join {{ ref('countries') }} using (id)
-- models/customers_v2.sql --
{{ config(materialized='ephemeral') }} select * from {{ ref('customers', v=1) }}
-- models/days.sql --
select date '2026-01-01' as date_day
-- models/off.sql --
{{ config(enabled=false) }} select {{ adapter.dispatch('cents', 'shop')('x') }}
-- models/schema.yml --
version: 2
anchors: {id: &id {name: id, data_tests: [unique, not_null]}}
models:
  - name: orders
    description: "{{ doc('orders') }}"
    config: {materialized: incremental, unique_key: id, contract: {enforced: true}, on_schema_change: fail}
    constraints: [{type: primary_key, columns: [id]}]
    columns:
      - <<: *id
        data_type: int
      - name: a
        data_type: text
        data_tests:
          - accepted_values: {values: [x, y], config: {where: "a <> 'z'", severity: error}}
          - relationships: {to: ref('countries'), field: a}
          - positive: {name: positive_a, limit: 3}
  - name: days
    time_spine: {standard_granularity_column: date_day}
    columns: [{name: date_day, granularity: day}]
  - name: customers
    latest_version: 1
    versions: [{v: 1}, {v: 2, columns: [{include: all, exclude: [a]}]}]
    access: protected
    group: finance
sources:
  - name: raw
    loaded_at_field: at
    freshness: {warn_after: {count: 1, period: day}}
    tables: [{name: orders, identifier: "orders_{{ target.name }}", columns: [*id]}]
exposures:
  - {name: board, type: dashboard, owner: {email: a@b.c}, depends_on: [ref('orders'), "source('raw', 'orders')"]}
groups: [{name: finance, owner: {name: x}}]
unit_tests:
  - name: sums
    model: orders
    given: [{input: ref('stg_orders'), rows: [{id: 1}]}, {input: this, format: csv, rows: "id\n1"}]
    expect: {rows: [{id: 1}]}
    overrides: {macros: {is_incremental: true}, vars: {cutoff: 1}}
semantic_models:
  - {name: orders, model: ref('orders'), defaults: {agg_time_dimension: at}, entities: [{name: order_id, expr: id, type: primary}], measures: [{name: order_count, agg: count, expr: id}], dimensions: [{name: at, type: time, type_params: {time_granularity: day}}]}
metrics:
  - {name: all_orders, type: simple, label: N, type_params: {measure: order_count}}
saved_queries:
  - {name: some_query, query_params: {metrics: [all_orders], group_by: ["Entity('order_id')"]}}
-- models/docs.md --
{% docs orders %}All *orders*, {{ 1 + 1 }}.{% enddocs %}
-- macros/own.sql --
{% macro cents(c) %}{{ return(adapter.dispatch('cents')(c)) }}{% endmacro %}
{% macro default__cents(c, scale=2) %}({{ c }} / 100)::numeric(16, {{ scale }}){% endmacro %}
{% macro audit(when) %}{% if execute %}{% do log(when) %}{% endif %}select 1{% endmacro %}
{% macro deep(n) %}{{ deep(n - 1) if n > 0 }}{% endmacro %}
{% test positive(model, column_name) %}select * from {{ model }} where {{ column_name }} <= 0{% endtest %}
{% macro generate_schema_name(name, node) %}{{ name or target.schema }}{% endmacro %}
-- seeds/countries.csv --
id,a
1,x
-- seeds/props.yml --
seeds: [{name: countries, config: {column_types: {id: int}, quote_columns: true}}]
-- snapshots/old.sql --
{% snapshot old_orders %}{{ config(strategy='check', check_cols='all', target_schema='old') }}select * from {{ ref('orders') }}{% endsnapshot %}
-- snapshots/new.yml --
snapshots: [{name: new_orders, relation: ref('orders'), config: {strategy: timestamp, updated_at: at}}]
-- tests/none.sql --
select * from {{ ref('orders') }} where false
-- analyses/look.sql --
select {{ dbt_utils.star(ref('orders')) }} from {{ ref('orders') }}
`

// fragments are what mutations put into files.
var fragments = []string{
	"{{", "}}", "{%", "%}", "{#", "#}", "{% if x %}", "{% endif %}", "{% else %}", "{% for i in range(10**9) %}", "{% endfor %}",
	"{% for i in range(99999) %}{% for j in range(99999) %}x{% endfor %}{% endfor %}", "{% while true %}", "{% raw %}", "{% set x %}",
	"{% macro cents(c) %}{{ cents(c) }}{% endmacro %}", "{% endmacro %}", "{{ deep(10**6) }}", "{{ deep(150) }}", "{% call cents(1) %}{% endcall %}",
	"{{ ref('orders') }}", "{{ ref('customers', v=2) }}", "{{ ref('nope') }}", "{{ ref() }}", "{{ ref('shop', 'off') }}", "{{ source('raw', 'x') }}",
	"{{ config(enabled=var('nope')) }}", "{{ config(materialized='ephemeral') }}", "{{ config(alias='orders', tags={}) }}", "{{ config(**config) }}",
	"{{ graph.nodes }}", "{{ graph }}", "{{ model }}", "{{ context }}", "{{ builtins.ref('orders') }}", "{{ caller() }}", "{{ varargs }}", "{{ self }}",
	"{{ this }}", "{{ target.nope.x }}", "{{ env_var('NOPE') }}", "{{ 'x' * 10**8 }}", "{{ 9 ** 9 ** 9 }}", "{{ [0] * 10**9 }}", "{{ 1 / 0 }}",
	"{{ run_query('select 1').columns[0].values() }}", "{% do return(1) %}", "{{ exceptions.raise_compiler_error('no') }}", "{{ fromyaml('&a [*a]') }}",
	"{{ tojson(graph) }}", "{{ modules.re.match('(a+)+b', 'a' * 40) }}", "{{ x.y.z() }}", "{{ {} [ 'a' ]}}", "{{ '%s' % (1, 2) }}", "{{ '{0.__class__}'.format(1) }}",
	"&a", "*a", "*id", "<<: *id", "<<: [*id, *id]", "&a [*a]", "&a {b: *a}", "!!binary x", "!!python/object:x {}", "? ", ": ", "- ", "|", ">-", "[", "]", "{", "}", ",", "#",
	"---\n", "...\n", "%YAML 1.1\n", "\t", "\x00", "\xff\xfe", "\ufeff", "\r\n", "\u2028", "é", "'", "\"", "\\", "`", "@", "null", "true", "7", "1e999", "2020-01-01", ".nan", "0o7", "~", "",
	"a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]\ng: &g [*f,*f,*f,*f,*f,*f,*f,*f,*f]\nh: [*g,*g,*g,*g,*g,*g,*g,*g,*g]\n",
	"name: ", "models:\n", "columns: ", "config: ", "data_tests: ", "versions: [{v: 1}, {v: 1}]", "relation: ref('old_orders')", "enabled: false", "+", "-", "_v1",
	"(", ")", "|default(", " is ", " in ", "~", "select", ";", "--", "/*", "\n", " ", "\n  ", "\n    - ",
}

// fuzzNames are the names that a file may get.
var fuzzNames = []string{
	"models/orders.sql", "models/x.sql", "models/x.yml", "models/a.b.sql", "models/é.sql", "macros/x.sql", "seeds/orders.csv", "seeds/x.yml", "snapshots/x.sql",
	"tests/generic/x.sql", "tests/fixtures/x.csv", "docs/x.md", "models/x.md", "models/x.py", ".dbtignore", "vars.yml", "selectors.yml", "packages.yml",
	"dependencies.yml", "dbt_packages/p/dbt_project.yml", "dbt_packages/p/models/x.sql", "functions/x.sql", "models/x.sql/y.sql", "dbt_project.yml", "models/customers_v9.sql",
}

// mutate breaks the files of a project: each 4 bytes of ops are an action, a
// file, a place in it and a fragment. The place is in 255ths of the file.
func mutate(files map[string]string, ops []byte, extra string) {
	names := sortedKeys(files)
	for ; len(ops) >= 4 && len(files) < 60; ops = ops[4:] {
		name := names[int(ops[1])%len(names)]
		text := files[name]
		at := len(text) * int(ops[2]) / 255
		part := extra
		if i := int(ops[3]) % (len(fragments) + 1); i < len(fragments) {
			part = fragments[i]
		}
		switch ops[0] % 9 {
		case 0:
			text = text[:at] + part + text[at:]
		case 1: // over what is there
			text = text[:at] + part + text[min(len(text), at+max(1, len(part))):]
		case 2: // a piece is lost
			text = text[:at] + text[min(len(text), at+1+int(ops[3])):]
		case 3: // nested deep
			text = text[:at] + strings.Repeat(part, 1+3000/max(1, len(part))) + text[at:]
		case 4: // the whole file
			text = part
		case 5: // at the start of a line
			at = strings.LastIndexByte(text[:at], '\n') + 1
			text = text[:at] + part + text[at:]
		case 6: // a piece stands twice
			text = text[:at] + text[at:min(len(text), at+int(ops[3]))] + text[at:]
		case 7: // another name
			other := fuzzNames[int(ops[3])%len(fuzzNames)]
			files[other] = text
		case 8: // a piece of another file
			other := files[names[int(ops[3])%len(names)]]
			text = text[:at] + other[len(other)*int(ops[2])/255:]
		}
		if len(text) < 1<<16 {
			files[name] = text
		}
	}
}

// FuzzProject: any tree of files loads, resolves and renders in bounded time,
// and every diagnostic says something at a place that exists.
func FuzzProject(f *testing.F) {
	f.Add([]byte{}, "")
	for op := range byte(9) {
		for _, file := range []byte{0, 3, 5, 7, 9, 12} {
			f.Add([]byte{op, file, 128, op * 13}, "x: [")
		}
	}
	for i := range fragments {
		f.Add([]byte{0, byte(i), byte(i * 7), byte(i), 5, byte(i + 3), byte(i * 11), byte(i)}, "- name: orders")
	}
	f.Fuzz(func(t *testing.T, ops []byte, extra string) {
		if len(extra) > 4096 || len(ops) > 400 {
			return
		}
		defer time.AfterFunc(time.Minute, func() { panic("the project does not end") }).Stop()
		files := map[string]string{}
		for _, file := range txtar.Parse([]byte(fuzzProject)).Files {
			files[file.Name] = string(file.Data)
		}
		mutate(files, ops, extra)
		fsys := fstest.MapFS{}
		for name, text := range files {
			if fs.ValidPath(name) {
				fsys[name] = &fstest.MapFile{Data: []byte(text)}
			}
		}
		if fsys[project.ConfigFile] == nil {
			return
		}
		m, ctx, diags := resolveSteps(t, fsys, 200_000)
		for _, d := range diags {
			checkDiagnostic(t, d)
		}
		run := &Runtime{Manifest: m, Context: ctx}
		for _, id := range m.NodeIDs() {
			compiled, err := run.Compile(context.Background(), m.Node(id), oneTable{})
			if err == nil && compiled == nil {
				t.Fatalf("%s: neither SQL nor an error", id)
			}
		}
	})
}

// checkDiagnostic fails for a diagnostic without words or with a place outside
// of its file, and renders it.
func checkDiagnostic(t *testing.T, d diag.Diagnostic) {
	t.Helper()
	spans := []diag.Span{d.Span}
	for _, n := range d.Notes {
		spans = append(spans, n.Span)
	}
	for _, f := range d.Frames {
		spans = append(spans, f.Span)
	}
	if d.Summary == "" || d.Code == "" || slices.ContainsFunc(spans, func(s diag.Span) bool {
		return s.File != nil && (s.Start < 0 || s.End < s.Start || s.End > len(s.File.Text))
	}) {
		t.Fatalf("%+v", d)
	}
	rendered(diag.List{d})
}

// oneTable is a warehouse whose every query has one row and whose every
// relation has one column.
type oneTable struct{ scope.Warehouse }

var oneColumn = []adapters.Column{{Name: "id", Type: "INTEGER"}}

func (oneTable) Query(context.Context, string, int) (*adapters.Rows, error) {
	return &adapters.Rows{Columns: oneColumn, Values: [][]any{{int64(1)}}}, nil
}

func (oneTable) Exec(context.Context, string, bool) (adapters.Outcome, error) {
	return adapters.Outcome{}, nil
}
func (oneTable) Commit(context.Context) error { return nil }
func (oneTable) Describe(context.Context, string) ([]adapters.Column, error) {
	return oneColumn, nil
}
func (oneTable) Relations(context.Context, adapters.Namespace) ([]adapters.Relation, error) {
	return nil, nil
}
func (oneTable) RelationsUncached(context.Context, adapters.Namespace) ([]adapters.Relation, error) {
	return nil, nil
}
func (oneTable) Columns(context.Context, adapters.Relation) ([]adapters.Column, error) {
	return oneColumn, nil
}
func (oneTable) SchemaExists(context.Context, adapters.Namespace) (bool, error)     { return true, nil }
func (oneTable) CreateSchema(context.Context, adapters.Namespace) error             { return nil }
func (oneTable) DropSchema(context.Context, adapters.Namespace) error               { return nil }
func (oneTable) Drop(context.Context, adapters.Relation) error                      { return nil }
func (oneTable) Rename(context.Context, adapters.Relation, adapters.Relation) error { return nil }
func (oneTable) Truncate(context.Context, adapters.Relation) error                  { return nil }
func (oneTable) Added(adapters.Relation)                                            {}
func (oneTable) Dropped(adapters.Relation)                                          {}
func (oneTable) Renamed(adapters.Relation, adapters.Relation)                       {}
func (oneTable) Dialect() *adapters.Dialect                                         { return &adapters.Dialect{Name: "duckdb"} }

// TestFuzzProject: what FuzzProject starts from is a project without a mistake.
func TestFuzzProject(t *testing.T) {
	if _, _, diags := resolveText(t, fuzzProject); len(diags) > 0 {
		t.Error(rendered(diags))
	}
}
