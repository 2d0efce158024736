package compiler

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"mdl/compiler/diag"
	"mdl/compiler/jinja"
	"mdl/compiler/jinja/value"
	"mdl/compiler/macros"
	"mdl/compiler/project"
	"mdl/compiler/scope"
)

// mapFS makes a file system of pairs of names and texts.
func mapFS(pairs ...string) fstest.MapFS {
	m := fstest.MapFS{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = &fstest.MapFile{Data: []byte(pairs[i+1])}
	}
	return m
}

// loadMacros loads a project with mdl's own packages and collects its macros.
func loadMacros(t testing.TB, pairs ...string) (*Macros, diag.List) {
	t.Helper()
	m := mapFS(pairs...)
	text, _ := fs.ReadFile(m, project.ConfigFile)
	env := scope.NewEnv(scope.Facts{}).Base(scope.ProjectFile, nil)
	c, diags := project.ParseConfig(diag.NewFile(project.ConfigFile, string(text)), project.ConfigOptions{Globals: env})
	if err := diags.Err(); err != nil {
		t.Fatal(err)
	}
	own, err := fs.Sub(macros.FS(), "dbt")
	if err != nil {
		t.Fatal(err)
	}
	global := mapFS(project.ConfigFile, "name: dbt\nversion: '1'\nmacro-paths: [macros]")
	_ = fs.WalkDir(own, ".", func(path string, d fs.DirEntry, _ error) error {
		if !d.IsDir() {
			data, _ := fs.ReadFile(own, path)
			global["macros/"+path] = &fstest.MapFile{Data: data}
		}
		return nil
	})
	p, diags := project.Load(m, project.Options{
		Config: c, ConfigGlobals: env, Internal: []fs.FS{global},
		Globals: func(*project.Config) jinja.Globals { return env },
	})
	if err := diags.Err(); err != nil {
		t.Fatal(err)
	}
	return NewMacros(p, "duckdb")
}

var macroProject = []string{
	"dbt_project.yml", "name: shop\nversion: '1'\ndispatch:\n- macro_namespace: util\n  search_order: [shop, util]\n",
	"macros/a.sql", `
{% macro own() %}root own{% endmacro %}
{% macro shared() %}{{ own() }}{{ util.shared() }}{{ adapter.dispatch('pick', 'util')() }}{% endmacro %}
{% macro default__pick() %}root pick{% endmacro %}
{% macro current_timestamp() %}mine{% endmacro %}
{% test fine(model) %}select 1{% endtest %}
{% materialization shiny, adapter='duckdb' %}{% endmaterialization %}`,
	"macros/a.yml", `
macros:
- name: own
  description: about own
  arguments: [{name: x, type: int, description: an x}]`,
	"dbt_packages/util/dbt_project.yml", "name: util\nversion: '1'\n",
	"dbt_packages/util/macros/b.sql", `
{% macro shared() %}util shared{% endmacro %}
{% macro only_util() %}u{% endmacro %}
{% macro _hidden() %}h{% endmacro %}
{% macro duckdb__pick() %}util pick{% endmacro %}
{% macro duckdb__other() %}util other{% endmacro %}
{% test theirs(model) %}select 2{% endtest %}`,
}

func TestMacroNames(t *testing.T) {
	m, diags := loadMacros(t, macroProject...)
	if err := diags.Err(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ pkg, name, want string }{
		{"shop", "shared", "macro.shop.shared"},
		{"", "shared", "macro.shop.shared"},
		{"util", "shared", "macro.util.shared"},
		{"util", "own", "macro.shop.own"},
		{"shop", "util.shared", "macro.util.shared"},
		{"shop", "only_util", "macro.util.only_util"},
		{"shop", "current_timestamp", "macro.shop.current_timestamp"},
		{"shop", "dbt.current_timestamp", "macro.dbt.current_timestamp"},
		{"shop", "util.own", ""},
		{"shop", "nope", ""},
	} {
		got := ""
		if def, ok := m.Find(c.pkg, c.name); ok {
			got = def.ID
		}
		if got != c.want {
			t.Errorf("Find(%q, %q) = %q, want %q", c.pkg, c.name, got, c.want)
		}
	}
	for _, c := range []struct{ ns, name, want string }{
		{"", "fine", "macro.shop.test_fine"},
		{"", "theirs", "macro.util.test_theirs"},
		{"util", "theirs", "macro.util.test_theirs"},
		{"util", "fine", ""},
		{"", "unique", "macro.dbt.test_unique"},
	} {
		got := ""
		if def, ok := m.Test("shop", c.ns, c.name); ok {
			got = def.ID
		}
		if got != c.want {
			t.Errorf("Test(%q, %q) = %q, want %q", c.ns, c.name, got, c.want)
		}
	}
	if def := m.Materialization("shiny", false); def == nil || def.ID != "macro.shop.materialization_shiny_duckdb" {
		t.Errorf("Materialization = %v", def)
	}
	if def := m.Materialization("table", false); def != nil && !def.Internal {
		t.Errorf("Materialization of dbt = %v", def)
	}
	own, _ := m.Find("", "own")
	if own.Description != "about own" || own.PatchPath != "shop://macros/a.yml" || own.Arguments.Len() != 1 {
		t.Errorf("patch of own: %+v", own)
	}
	shared, _ := m.Find("", "shared")
	if got := strings.Join(shared.DependsOn, " "); got != "macro.shop.own macro.util.shared macro.shop.default__pick" {
		t.Errorf("shared depends on %s", got)
	}
}

func TestMacroGlobals(t *testing.T) {
	m, _ := loadMacros(t, macroProject...)
	for _, c := range []struct{ pkg, text, want string }{
		{"shop", "{{ own() }}|{{ util.shared() }}|{{ util._hidden() }}|{{ current_timestamp() }}", "root own|util shared|h|mine"},
		{"util", "{{ shared() }}|{{ own() }}|{{ only_util() }}", "util shared|root own|u"},
		{"shop", "{{ only_util is defined }}|{{ 'own' in shop }}|{{ 'nope' in util }}|{{ util.nope is defined }}", "False|True|False|False"},
	} {
		prog, diags := jinja.Parse(diag.NewFile("m.sql", c.text))
		if err := diags.Err(); err != nil {
			t.Fatal(err)
		}
		out, err := prog.Render(jinja.Options{Globals: m.Globals(c.pkg)})
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
		} else if out.Text != c.want {
			t.Errorf("%s: %q, want %q", c.text, out.Text, c.want)
		}
	}
	for _, c := range []struct{ text, want string }{
		{"{{ util.onli_util() }}", "only_util"},
		{"{{ ownn() }}", "own"},
	} {
		prog, _ := jinja.Parse(diag.NewFile("m.sql", c.text))
		_, err := prog.Render(jinja.Options{Globals: m.Globals("shop")})
		d, ok := err.(*diag.Diagnostic)
		if !ok || !strings.Contains(d.Summary+d.Hint, `did you mean "`+c.want+`"?`) {
			t.Errorf("%s: %v", c.text, err)
		}
	}
}

func TestDispatch(t *testing.T) {
	m, _ := loadMacros(t, macroProject...)
	for _, c := range []struct{ pkg, name, ns, want, err string }{
		{"shop", "pick", "util", "macro shop.default__pick", ""},
		{"util", "pick", "", "macro util.duckdb__pick", ""},
		{"shop", "other", "util", "macro util.duckdb__other", ""},
		{"shop", "other", "", "", "searched for: 'duckdb__other', 'default__other'"},
		{"shop", "othr", "util", "", "searched for: 'shop.duckdb__othr', 'shop.default__othr', 'util.duckdb__othr', 'util.default__othr'"},
		{"shop", "pick", "unknown", "macro shop.default__pick", ""},
		{"shop", "dateadd", "dbt", "macro dbt_duckdb.duckdb__dateadd", ""},
	} {
		v, err := m.Dispatch(c.pkg, c.name, c.ns)
		if c.err != "" {
			if err == nil || !strings.Contains(err.Error(), c.err) {
				t.Errorf("dispatch %s.%s: error %v", c.ns, c.name, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("dispatch %s.%s: %v", c.ns, c.name, err)
		} else if got := v.(*jinja.Macro).Label; got != c.want {
			t.Errorf("dispatch %s.%s = %s, want %s", c.ns, c.name, got, c.want)
		}
	}
	_, err := m.Dispatch("shop", "othr", "util")
	if e, ok := err.(*scope.Error); !ok || e.Hint != `did you mean "other"?` {
		t.Errorf("hint: %+v", err)
	}
}

func TestDuplicateMacro(t *testing.T) {
	_, diags := loadMacros(t, "dbt_project.yml", "name: shop\nversion: '1'\n",
		"macros/a.sql", "{% macro x() %}{% endmacro %}", "macros/b.sql", "\n{% macro x() %}{% endmacro %}")
	if len(diags) != 1 || diags[0].Headline() != `macros/b.sql:2:10: error E260: the package shop has two macros named "x"` ||
		len(diags[0].Notes) != 1 || diags[0].Notes[0].Span.Path() != "macros/a.sql" {
		t.Errorf("diagnostics: %+v", diags)
	}
}

func BenchmarkNewMacros(b *testing.B) {
	m, _ := loadMacros(b, macroProject...)
	_ = m
	for b.Loop() {
		loadMacros(b, macroProject...)
	}
}

var _ value.Indexer = (*namespace)(nil)
