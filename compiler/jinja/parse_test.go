package jinja_test

import (
	"fmt"
	"strings"
	"testing"

	"mdl/compiler/diag"
	"mdl/compiler/jinja"
)

// parseErrors are mistakes; in each text the place of the diagnostic stands
// between « and ».
var parseErrors = []struct{ text, code, summary string }{
	{"{{ + «}}»", "E101", `expected an expression`},
	{"{{ 1 + «}}»", "E101", `expected an expression, found "}}"`},
	{"{{ a «b» }}", "E101", `expected "}}", found "b"`},
	{"{{ «(»1, }}", "E101", `"(" is never closed`},
	{"{{ [1«)» }}", "E101", `unexpected ")", expected "]"`},
	{"{{ 1«)» }}", "E101", "no bracket is open"},
	{"{{ a«}»", "E101", `the tag ends with "}}"`},
	{"{% set x = 1 «}}»", "E101", `the tag ends with "%}", not with "}}"`},
	{"{{ x «%}»", "E101", `the tag ends with "}}", not with "%}"`},
	{"{{ a «?» }}", "E101", "unexpected character `?`"},
	{"{{ '\\x4' }}", "E101", "truncated"},
	{"{% if a «=» 1 %}{% endif %}", "E101", `expected "%}", found "="`},
	{"{% for x«%}»{% endfor %}", "E101", `expected "in"`},
	{"{% set «1» = 2 %}", "E101", "cannot assign"},
	{"{% set «true» = 2 %}", "E101", "cannot be assigned"},
	{"{{ f(a=1, «b») }}", "E101", "positional argument"},
	{"{{ f(a=1, «a»=2) }}", "E101", "given twice"},
	{"{{ x is odd «is» even }}", "E101", "chained"},
	{"{% call «foo» %}{% endcall %}", "E101", "expected a call"},
	{"«{% break» %}", "E101", "outside of a loop"},
	{"{% for «loop» in x %}{% endfor %}", "E101", "loop cannot be assigned"},
	{"select «{{» a", "E102", "the tag is never closed"},
	{"«{%» if a", "E102", "the tag is never closed"},
	{"«{{» a \n{% if b %}{% endif %}", "E102", "the tag is never closed"},
	{"{{ f«(»a", "E102", `"(" is never closed`},
	{"{{ «'»abc }}", "E102", "the string is never closed"},
	{"«{#» abc", "E102", "the comment is never closed"},
	{"«{%» raw %} abc", "E102", "the raw block is never closed"},
	{"«{% if» a %}b", "E103", "{% if %} is never closed"},
	{"{% for a in b %}{% if a %}{% endif %}", "E103", "{% for %} is never closed"},
	{"{% «foo» %}", "E104", `unknown tag "foo"`},
	{"{% if a %}{% «endfor» %}{% endif %}", "E105", "unexpected {% endfor %}: {% if %} is open"},
	{"{% for a in b %}{% if a %}{% «endfor» %}", "E105", "unexpected {% endfor %}: {% if %} is still open"},
	{"{% «else» %}", "E105", "no block is open"},
	{"{{ 1|«uper» }}", "E106", `no filter is named "uper"`},
	{"{{ 1 is «defind» }}", "E107", `no test is named "defind"`},
	{"{% macro m(a=1, «b») %}{% endmacro %}", "E109", "without a default"},
	{"{% macro m(a, «a») %}{% endmacro %}", "E109", "given twice"},
	{"{% materialization m, «adaptor»='x' %}{% endmaterialization %}", "E109", "no argument"},
	{"{% macro m() %}«{% docs n» %}{% enddocs %}{% endmacro %}", "E110", "inside of a macro"},
	{"{% snapshot s %}{{ 1 + «}}»{% endsnapshot %}", "E101", "expected an expression"},
	{"{{ " + strings.Repeat("(", 500) + " }}", "E108", "nesting"},
	{strings.Repeat("{% if a %}", 500), "E108", "nesting"},
	{"{{ 1" + strings.Repeat("+1", 20_000) + " }}", "E108", "too long"},
}

func TestParseErrors(t *testing.T) {
	for _, c := range parseErrors {
		text := strings.NewReplacer("«", "", "»", "").Replace(c.text)
		f := diag.NewFile("m.sql", text)
		_, list := jinja.Parse(f)
		if !list.HasErrors() {
			t.Errorf("%.80s: no error", text)
			continue
		}
		d := list[0]
		if d.Code != c.code || !strings.Contains(d.Summary, c.summary) {
			t.Errorf("%.80s: got %s %s, want %s %s", text, d.Code, d.Summary, c.code, c.summary)
		}
		if start := strings.Index(c.text, "«"); start >= 0 {
			end := strings.Index(c.text, "»") - len("«")
			if d.Span.Start != start || strings.TrimSpace(text[start:end]) != d.Span.Text() {
				t.Errorf("%.80s: the place is %d %q, want %d %q", text, d.Span.Start, d.Span.Text(), start, text[start:end])
			}
		}
	}
}

// TestManyErrors: one run reports every mistake of a file, and only those.
func TestManyErrors(t *testing.T) {
	text := `select {{ ref('a' }} from
{% if x %}
  {{ y
{% endif %}
{{ z | uper }}
{% esle %}
{% for a in b %}x{% endif %}{% endfor %}
{% macro m() %}{% if a %}{% for b in c %}{% endmacro %}
{{ fine }}
`
	_, list := jinja.Parse(diag.NewFile("m.sql", text))
	var got []string
	for _, d := range list {
		line, col := d.Span.Position()
		got = append(got, fmt.Sprintf("%s %d:%d", d.Code, line, col))
	}
	want := "E101 1:14, E102 3:3, E106 5:8, E104 6:4, E105 7:21, E105 8:45"
	if strings.Join(got, ", ") != want {
		t.Errorf("got  %s\nwant %s", strings.Join(got, ", "), want)
	}
	if last := list[len(list)-1]; len(last.Notes) != 2 {
		t.Errorf("the open blocks are not all named: %v", last.Notes)
	}
	if hint := list[2].Hint; hint != `did you mean "upper"?` {
		t.Errorf("hint %q", hint)
	}
}

func TestErrorsAreBounded(t *testing.T) {
	_, list := jinja.Parse(diag.NewFile("m.sql", strings.Repeat("{{ 1 + }}\n", 1000)))
	if len(list) != 20 {
		t.Errorf("%d diagnostics", len(list))
	}
}

// TestUnknownFilterInMacro: jinja2 compiles a macro when it is called, so an
// unknown filter in one that is not called is no error.
func TestUnknownFilterInMacro(t *testing.T) {
	p, list := jinja.Parse(diag.NewFile("m.sql", "{% macro m() %}{{ 1|nope }}{% endmacro %}{% if false %}{{ 1 is nope }}{% endif %}"))
	if list.HasErrors() || len(list) != 2 || list[0].Code != "W106" || list[1].Code != "W107" {
		t.Fatalf("%v", list)
	}
	_, err := jinja.CallMacro(p.Macro(p.Blocks()[0]), noArgs, jinja.Options{})
	if err == nil || !strings.Contains(err.Error(), "m.sql:1:21: error E120: No filter named 'nope' found") {
		t.Errorf("%v", err)
	}
}

// TestParseBlocks: outside of blocks a mistake is a warning.
func TestParseBlocks(t *testing.T) {
	text := "{{ broken + }} text {% nope %}\n{% docs d %}\nabout {{ x }}\n{% enddocs %}\n{% macro m() %}{{ 1 + }}{% endmacro %}"
	p, list := jinja.ParseBlocks(diag.NewFile("m.md", text))
	var codes []string
	for _, d := range list {
		codes = append(codes, d.Code)
	}
	if strings.Join(codes, " ") != "W101 W104 E101" {
		t.Errorf("codes %v", codes)
	}
	if len(p.Blocks()) != 2 {
		t.Fatalf("%d blocks", len(p.Blocks()))
	}
	if _, err := jinja.CallMacro(p.Macro(p.Blocks()[1]), noArgs, jinja.Options{}); err == nil || !strings.Contains(err.Error(), "m.md:5:23: error E101") {
		t.Errorf("calling the broken macro: %v", err)
	}
}

// TestNestedMacros: jinja2 has macros in macros, dbt's macro files have not.
func TestNestedMacros(t *testing.T) {
	f := diag.NewFile("m.sql", "{% macro m() %}{% macro n() %}x{% endmacro %}<{{ dbt_macro__n() }}>{% endmacro %}{{ dbt_macro__m() }}")
	p, list := jinja.Parse(f)
	if r, err := p.Render(jinja.Options{}); err != nil || r.Text != "<x>" || len(p.Blocks()) != 1 {
		t.Errorf("%v, %v, %v", r, err, list)
	}
	if _, list = jinja.ParseBlocks(f); len(list) != 1 || list[0].Code != "E110" {
		t.Errorf("as a macro file: %v", list)
	}
}

func TestBlocks(t *testing.T) {
	text := `
{% macro m(a, b: list[int] = [1]) -%} body {%- endmacro %}
{% materialization table, adapter='duckdb', supported_languages=['sql', 'python'] %}x{% endmaterialization %}
{% materialization view, default %}{% endmaterialization %}
{%- test t(model, column_name) -%} select {%- endtest %}
{% data_test u(model) %}{% enddata_test %}
{% snapshot s -%}
  select {{ '{% endsnapshot %}' }}{# {% endsnapshot %} #}
{%- endsnapshot %}
{% docs d %}
text {% raw %}{% enddocs %}{% endraw %}
{% enddocs %}
{% if true %}{% macro inner() %}{% endmacro %}{% endif %}
`
	p, list := jinja.Parse(diag.NewFile("m.sql", text))
	if len(list) > 0 {
		t.Fatal(list.Err())
	}
	var got []string
	for _, b := range p.Blocks() {
		s := fmt.Sprintf("%s %s %s", b.Kind, b.Name, b.NameSpan.Text())
		for _, param := range b.Params {
			s += fmt.Sprintf(" %s:%s:%t:%s", param.Name, param.Type, param.HasDefault, param.Span.Text())
		}
		if b.Adapter != "" {
			s += fmt.Sprintf(" %s %v", b.Adapter, b.Languages)
		}
		got = append(got, s)
		if text := b.Span.Text(); !strings.HasPrefix(text, "{%") || !strings.HasSuffix(strings.TrimSpace(text), "%}") {
			t.Errorf("%s: the span is %q", b.Name, text)
		}
	}
	want := []string{
		"macro m m a::false:a b:list[int]:true:b",
		"materialization table table supported_languages::true:supported_languages duckdb [sql python]",
		"materialization view view supported_languages::true: default [sql]",
		"test t t model::false:model column_name::false:column_name",
		"test u u model::false:model",
		"snapshot s s",
		"docs d d",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	checkBodies(t, p)
}

func checkBodies(t *testing.T, p *jinja.Program) {
	for _, c := range []struct {
		block    int
		text     string
		rendered string
	}{
		{0, " body ", ""},
		{5, "select {{ '{% endsnapshot %}' }}{# {% endsnapshot %} #}", "select {% endsnapshot %}"},
		{6, "\ntext {% raw %}{% enddocs %}{% endraw %}\n", "\ntext {% enddocs %}"},
	} {
		b := p.Blocks()[c.block]
		if b.Body() != c.text {
			t.Errorf("%s: body %q, want %q", b.Name, b.Body(), c.text)
		}
		body := p.BlockProgram(b)
		if c.rendered == "" {
			if body != nil {
				t.Errorf("%s has a program", b.Name)
			}
			continue
		}
		r, err := body.Render(jinja.Options{})
		if err != nil || r.Text != c.rendered {
			t.Errorf("%s: %v, %v, want %q", b.Name, r, err, c.rendered)
		}
	}
}

func TestHasTags(t *testing.T) {
	for text, want := range map[string]bool{
		"select 1\n": false, "{ }": false, "{": false, "{{ 1 }}": true, "a }}": true, "#}": true, "{%": true, "{#": true, "%}": true, "": false,
	} {
		p, _ := jinja.Parse(diag.NewFile("m.sql", text))
		if p.HasTags() != want {
			t.Errorf("HasTags(%q) = %t", text, !want)
		}
	}
}
