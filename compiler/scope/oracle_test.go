package scope

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"mdl/adapters"
	"mdl/compiler/diag"
	"mdl/compiler/jinja"
	"mdl/compiler/jinja/value"
)

// TestOracle renders the templates of testdata/templates.txt and compares with
// what dbt-core made of them (testdata/gen.py).
func TestOracle(t *testing.T) {
	fake := newFake(t)
	project := testProject(func(Message) {})
	known := macros(t)
	readLines(t, "testdata/cases.jsonl", func(line []byte) error {
		var c struct {
			ID                       int
			Template, Error, Message string
			Parse                    bool
			Expected                 *string
		}
		if err := json.Unmarshal(line, &c); err != nil {
			return err
		}
		t.Run(fmt.Sprint(c.ID), func(t *testing.T) {
			b := testBinding(fake)
			b.Macros = known
			if c.Parse {
				b.Warehouse, b.Execute, b.AllowMissingVars = nil, false, true
			}
			got, err := renderText(project, b, c.Template, c.Parse)
			switch {
			case c.Expected != nil && err != nil:
				t.Errorf("%s\nfails: %v", c.Template, err)
			case c.Expected != nil && got != *c.Expected:
				t.Errorf("%s\n got %s\nwant %s", c.Template, got, *c.Expected)
			case c.Expected == nil && err == nil:
				t.Errorf("%s\n gives %s\nwant the error %s", c.Template, got, c.Error)
			case c.Message != "" && !strings.Contains(errorText(err), c.Message):
				t.Errorf("%s\n says %s\nwant %s", c.Template, errorText(err), c.Message)
			}
		})
		return nil
	})
}

// errorText is the message of the cause, as a template's author wrote it.
func errorText(err error) string {
	var d *diag.Diagnostic
	if errors.As(err, &d) && d.Cause != nil {
		return d.Cause.Error()
	}
	return err.Error()
}

func renderText(p *Project, b Binding, template string, parse bool) (string, error) {
	prog, diags := jinja.Parse(diag.NewFile("models/m.sql", template))
	if err := diags.Err(); err != nil {
		return "", err
	}
	b.Own = ownNames(p)
	out, err := prog.Render(jinja.Options{Globals: p.Scope(b), Lenient: parse})
	if err != nil {
		return "", err
	}
	return out.Text, nil
}

// testProject is the project of testdata/gen.py.
func testProject(log func(Message)) *Project {
	vars := map[string]string{"SCOPE_SET": "42", "SCOPE_EMPTY": "", "DBT_ENV_SECRET_SCOPE": "hush"}
	args, cli := value.NewDict(), value.NewDict()
	cli.SetStr("cli", value.Int(7))
	args.SetStr("which", value.Str("compile"))
	args.SetStr("vars", cli)
	env := NewEnv(Facts{
		InvocationID: "2f6a1c1e-0000-4000-8000-000000000000",
		StartedAt:    time.Date(2024, 5, 6, 7, 8, 9, 123456000, time.UTC),
		LookupEnv:    func(name string) (string, bool) { v, ok := vars[name]; return v, ok },
		Secrets:      []string{"hush"},
		Flags: map[string]value.Value{
			"FULL_REFRESH": value.False, "WHICH": value.Str("compile"), "EMPTY": value.False,
			"STORE_FAILURES": value.False, "INTROSPECT": value.True,
		},
		Args: args,
		Log:  log,
	})
	target := value.NewDict()
	for _, kv := range [][2]string{{"name", "dev"}, {"schema", "main"}, {"database", "wh"}, {"type", "duckdb"},
		{"target_name", "dev"}, {"profile_name", "probe"}, {"path", "/tmp/wh.duckdb"}, {"external_root", "."}} {
		target.SetStr(kv[0], value.Str(kv[1]))
	}
	target.SetStr("threads", value.Int(1))
	return NewProject(env, "probe", Target{Type: "duckdb", Database: "wh", Schema: "main", Values: target, Quoting: AllParts})
}

func testBinding(w Warehouse) Binding {
	vars, err := value.FromJSON(`{"list": [1, 2], "text": "hello", "nested": {"a": {"b": 7}}, "both": "cli", "zero": 0,
		"empty": "", "no": false, "templated": "{{ project_name }}-{{ 1 + 1 }}", "cli": 7}`)
	if err != nil {
		panic(err)
	}
	return Binding{
		Node: "m", Warehouse: w, Execute: true, Vars: vars.(*value.Dict), Thread: "Thread-1",
		Dispatch: func(name, _ string) (value.Value, error) { return nil, fmt.Errorf("no macro %s", name) },
	}
}

// ownNames stands for the names that the compiler adds.
func ownNames(p *Project) Names {
	model := value.NewDict()
	model.SetStr("unique_id", value.Str("model.probe.m"))
	return Names{
		"this":  p.RelationOf(adapters.Relation{Database: "wh", Schema: "main", Name: "m"}, AllParts),
		"model": model,
	}
}

// testMacros stand for dbt's macros of these names.
const testMacros = `
{% macro statement(name=none, fetch_result=false, auto_begin=true) %}
  {%- if execute -%}
    {%- set response, table = adapter.execute(caller(), auto_begin=auto_begin, fetch=fetch_result) -%}
    {%- do store_result(name, response=response, agate_table=table) -%}
  {%- endif -%}
{% endmacro %}
{% macro run_query(sql) %}
  {%- call statement('run_query', fetch_result=true, auto_begin=false) %}{{ sql }}{% endcall -%}
  {%- do return(load_result('run_query').table) -%}
{% endmacro %}
{% macro load_relation(relation) %}
  {%- do return(adapter.get_relation(relation.database, relation.schema, relation.identifier)) -%}
{% endmacro %}`

func macros(t testing.TB) Names {
	t.Helper()
	prog, diags := jinja.Parse(diag.NewFile("macros/test.sql", testMacros))
	if err := diags.Err(); err != nil {
		t.Fatal(err)
	}
	names := Names{}
	for _, b := range prog.Blocks() {
		names[b.Name] = prog.Macro(b)
	}
	return names
}
