package state

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"mdl/compiler/diag"
	"mdl/compiler/jinja/value"
)

func TestUses(t *testing.T) {
	for _, c := range []struct {
		text string
		want []Use
	}{
		{`{{ var('a') }}`, []Use{{Name: "a", At: 3}}},
		{`{{ var( "a" , 1) }}{{ env_var('B') }}`, []Use{{Name: "a", At: 3}, {Env: true, Name: "B", At: 22}}},
		{`{% if var.has_var('a') %}`, []Use{{Name: "a", At: 6}}},
		{`{{ builtins.var('a') }}`, []Use{{Name: "a", At: 12}}},
		{`{\"sql\": \"{{ env_var(\"B\") }}\"}`, []Use{{Env: true, Name: "B", At: 15}}},
		{`{{ my_var('a') }} variance('a') var(name) var('` + "a\nb') var ('", nil},
	} {
		if got := Uses(c.text); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%q: got %v, want %v", c.text, got, c.want)
		}
	}
}

func TestEnvNamesAcrossWrites(t *testing.T) {
	text := strings.Repeat("x", 300) + `env_var('ONE') ` + strings.Repeat("y", 300) + `env_var(\"TWO\")`
	for size := 1; size < 40; size += 3 {
		e := &EnvNames{}
		for part := range slices.Chunk([]byte(text), size) {
			if _, err := e.Write(part); err != nil {
				t.Fatal(err)
			}
		}
		if got := e.Names(); !slices.Equal(got, []string{"ONE", "TWO"}) {
			t.Errorf("in pieces of %d: %q", size, got)
		}
	}
}

func TestDiff(t *testing.T) {
	for _, c := range []struct{ old, now, want string }{
		{"a\nb\n", "a\nb\n", ""},
		{"a\nb\nc\n", "a\nx\nc\n", "@@ -1,3 +1,3 @@| a|-b|+x| c"},
		{"1\n2\n3\n4\n5\n6\n7", "1\n2\n3\n4\n5\n6\n7\n8", "@@ -6,2 +6,3 @@| 6| 7|+8"},
		{"a\nb", "b", "@@ -1,2 +1,1 @@|-a| b"},
		{"x\n1\n2\n3\n4\n5\n6\ny", "z\n1\n2\n3\n4\n5\n6\nw", "@@ -1,3 +1,3 @@|-x|+z| 1| 2|@@ -6,3 +6,3 @@| 5| 6|-y|+w"},
	} {
		if got := strings.Join(Diff(c.old, c.now), "|"); got != c.want {
			t.Errorf("%q -> %q:\n got %s\nwant %s", c.old, c.now, got, c.want)
		}
	}
}

// state makes a State of one resource, macros without dependencies, and inputs.
func stateOf(t *testing.T, resource string, in *Inputs) *State {
	t.Helper()
	text := fmt.Sprintf(`{"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json", "adapter_type": "duckdb"},
		"nodes": {"model.p.m": %s}}`, resource)
	s, bad := Read("manifest.json", []byte(text), nil)
	if bad != nil {
		t.Fatal(bad)
	}
	s.Inputs = in
	return s
}

// model is a model with the given entries over plain ones.
func model(t *testing.T, entries string) string {
	t.Helper()
	base := `{"resource_type": "model", "name": "m", "unique_id": "model.p.m", "package_name": "p", "raw_code": "select 1",
		"fqn": ["p", "m"], "config": {"materialized": "table", "persist_docs": {}}, "unrendered_config": {}, "columns": {},
		"description": "", "access": "protected"}`
	v, err := value.FromJSON(base)
	if err != nil {
		t.Fatal(err)
	}
	over, err := value.FromJSON("{" + entries + "}")
	if err != nil {
		t.Fatal(err)
	}
	v.(*value.Dict).Update(over.(*value.Dict))
	return toJSON(v)
}

func TestCompareModels(t *testing.T) {
	for _, c := range []struct{ name, old, now, want string }{
		{"same", ``, ``, ""},
		{"body", ``, `"raw_code": "select 2"`, "body"},
		{"raw_sql of old versions", `"raw_code": "select 1"`, `"raw_code": "select 1"`, ""},
		{"config", `"unrendered_config": {"meta": {"a": 1}}`, `"unrendered_config": {"meta": {"a": 2}}`, "configs meta"},
		{"config that is gone", `"unrendered_config": {"x": null}`, ``, "configs x"},
		{"tags and groups do not count", `"unrendered_config": {"tags": ["a"], "group": "b"}`, ``, ""},
		{"place", `"unrendered_config": {"schema": "a"}`, `"unrendered_config": {"schema": "b"}`, "relation schema"},
		{"config() with the same text", `"raw_code": "{{ config(materialized=target.name) }}", "unrendered_config": {"materialized": "a"}`,
			`"raw_code": "{{ config(materialized=target.name) }}", "unrendered_config": {"materialized": "b"}`, ""},
		{"config() with another text", `"raw_code": "{{ config(materialized=target.name) }}", "unrendered_config": {"materialized": "a"}`,
			`"raw_code": "{{ config(materialized=target.type) }}", "unrendered_config": {"materialized": "b"}`, "body|configs materialized"},
		{"description, not persisted", ``, `"description": "x"`, ""},
		{"access by default", `"access": null`, ``, ""},
		{"latest version", `"latest_version": 1`, `"latest_version": 2`, "properties latest_version"},
		{"path", ``, `"fqn": ["p", "x", "m"]`, "properties fqn"},
		{"contract", ``, `"contract": {"enforced": true, "checksum": "x"}`, "contract"},
	} {
		cmp := Compare(stateOf(t, model(t, c.old), nil), stateOf(t, model(t, c.now), nil))
		var got []string
		for _, change := range cmp.Changes("model.p.m") {
			got = append(got, strings.TrimSpace(change.Part+" "+change.What))
		}
		if strings.Join(got, "|") != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
		if cmp.Modified("model.p.m") != (c.want != "") {
			t.Errorf("%s: modified is %v", c.name, cmp.Modified("model.p.m"))
		}
	}
}

func TestBrokenContracts(t *testing.T) {
	with := func(columns, more string) string {
		return model(t, `"contract": {"enforced": true, "checksum": "`+columns+more+`"}, "columns": {`+strings.ReplaceAll(columns, "'", `"`)+`}`+more)
	}
	id := `'id': {'name': 'id', 'data_type': 'int', 'constraints': [{'type': 'not_null'}]}`
	for _, c := range []struct{ name, old, now, want string }{
		{"a column less", with(id+`, 'b': {'data_type': 'int'}`, ``), with(id, ``), "column b was removed"},
		{"another type", with(id, ``), with(strings.Replace(id, "'int'", "'text'", 1), ``), "the type of column id changed from int to text"},
		{"another size", with(strings.Replace(id, "int", "varchar(1)", 1), ``), with(strings.Replace(id, "int", "VARCHAR(2)", 1), ``), ""},
		{"a column more", with(id, ``), with(id+`, 'b': {'data_type': 'int'}`, ``), ""},
		{"no constraint", with(id, ``), with(`'id': {'name': 'id', 'data_type': 'int', 'constraints': []}`, ``), "column id lost its constraint not_null"},
		{"not enforced", with(id, ``), model(t, `"columns": {}`), "the contract is no longer enforced\ncolumn id was removed"},
	} {
		cmp := Compare(stateOf(t, strings.ReplaceAll(c.old, "'", `\"`), nil), stateOf(t, strings.ReplaceAll(c.now, "'", `\"`), nil))
		if !cmp.ModifiedPart("model.p.m", PartContract) {
			t.Errorf("%s: the contract is the same", c.name)
		}
		said := ""
		for _, d := range cmp.Diagnostics() {
			_, said, _ = strings.Cut(d.Summary, "broken: ")
			if d.Detail != "" {
				said = d.Detail
			}
			if d.Severity != diag.Warning {
				t.Errorf("%s: an error for a model without versions", c.name)
			}
		}
		if said != c.want {
			t.Errorf("%s: said %q, want %q", c.name, said, c.want)
		}
	}
}

func TestRemovedContract(t *testing.T) {
	enforced := `"contract": {"enforced": true}`
	now, _ := Read("", []byte(`{"metadata": {"dbt_schema_version": "/manifest/v12.json"}}`), nil)
	for entries, want := range map[string]int{
		``:       0,
		enforced: 1,
		enforced + `, "deprecation_date": "2020-01-01T00:00:00+00:00"`: 0,
		enforced + `, "deprecation_date": "2040-01-01T00:00:00+00:00"`: 1,
	} {
		c := Compare(stateOf(t, model(t, entries), nil), now)
		c.CheckRemoved(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
		if len(c.Diagnostics()) != want {
			t.Errorf("%s: %v", entries, c.Diagnostics())
		}
	}
}

func TestVariables(t *testing.T) {
	inputs := func(v, env string) *Inputs {
		return &Inputs{Version: inputsVersion, Vars: map[string]map[string]string{"p": {"a": v}}, EnvVars: map[string]string{"E": env}}
	}
	reads := model(t, `"raw_code": "{{ var('a') }}"`)
	for _, c := range []struct {
		name, model string
		old, now    *Inputs
		want        string
	}{
		{"not read", model(t, ``), inputs("1", "x"), inputs("2", "y"), ""},
		{"read", reads, inputs("1", "x"), inputs("2", "y"), "vars a 1 -> 2"},
		{"read in the configuration", model(t, `"unrendered_config": {"meta": {"m": "{{ env_var('E') }}"}}`), inputs("1", "x"), inputs("1", "y"), "env_vars E <nil> -> <nil>"},
		{"read for the place", model(t, `"unrendered_config": {"schema": "{{ env_var('E') }}"}`), inputs("1", "x"), inputs("1", "y"), ""},
		{"dbt's state", reads, nil, inputs("2", "y"), ""},
	} {
		var got []string
		for _, change := range Compare(stateOf(t, c.model, c.old), stateOf(t, c.model, c.now)).Changes("model.p.m") {
			got = append(got, fmt.Sprintf("%s %s %v -> %v", change.Part, change.What, change.Old, change.New))
		}
		if strings.Join(got, "|") != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestCompareProperties(t *testing.T) {
	const old = "models:\n- name: a\n  description: x # here\n- name: b\nsources:\n- name: s\n  tables: [{name: t}, {name: u}]\n"
	now := strings.NewReplacer("# here", "# there", "name: b", "name: b\n  description: y", "{name: u}", "{name: u, identifier: v}").Replace(old)
	c := compareProperties(old, now)
	for key, want := range map[string]bool{"models a": false, "models b": true, "sources s.t": false, "sources s.u": true, "sources s": true, "models c": false} {
		section, name, _ := strings.Cut(key, " ")
		if c.has(section, name) != want {
			t.Errorf("%s: changed is %v", key, !want)
		}
	}
	if c := compareProperties("a: [", now); !c.has("models", "a") {
		t.Error("what cannot be read is not compared")
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"metadata": {"dbt_schema_version": "x/manifest/v12.json"}, "nodes": {"model.p.m": {"resource_type": "model", "columns": 1, "depends_on": {"macros": [1]}}}, "macros": {"a": {"depends_on": {"macros": ["a"]}}}}`))
	f.Add([]byte(`{"metadata": {"dbt_schema_version": "x/manifest/v12.json"}, "nodes": {"model.p.m": 5}, "sources": null}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		s, bad := Read("f", text, text)
		if bad != nil {
			return
		}
		now := *s
		now.Inputs = &Inputs{Vars: map[string]map[string]string{"p": {"a": "1"}}}
		c := Compare(s, &now)
		for _, id := range s.nodes {
			if c.Modified(id) && s.Inputs == nil {
				t.Errorf("%s differs from itself: %v", id, c.Changes(id))
			}
		}
		c.CheckRemoved(time.Time{})
	})
}

func FuzzDiff(f *testing.F) {
	f.Add("a\nb", "b\nc")
	f.Fuzz(func(t *testing.T, old, now string) {
		var was, is []string
		for _, e := range edits(lines(old), lines(now)) {
			if e.op != '+' {
				was = append(was, e.text)
			}
			if e.op != '-' {
				is = append(is, e.text)
			}
		}
		if !slices.Equal(was, lines(old)) || !slices.Equal(is, lines(now)) {
			t.Errorf("the edits of %q and %q give %q and %q", old, now, was, is)
		}
	})
}
