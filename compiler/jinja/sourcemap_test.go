package jinja_test

import (
	"strings"
	"testing"

	"mdl/compiler/diag"
	"mdl/compiler/jinja"
)

// TestSourceMap looks up pieces of the output: each must lead to the text that
// wrote it, through the macros that were called.
func TestSourceMap(t *testing.T) {
	s := withMacros(t, `{% macro cols(names) %}{% for n in names %}{{ n }} as c_{{ n }}, {% endfor %}{% endmacro %}
{% macro wrap() %}{{ return(cols(['x'])) }}{% endmacro %}
{% macro block() %}[{{ caller() }}]{% endmacro %}`)
	p := mustParse(t, "models/a.sql", `select {{ cols(['a', 'b']) }}
{% set sql %}  from {{ 't' ~ 1 }} where{% endset %}
{{ sql | trim }} {{ wrap() }}
{% call block() %}in the body {{ 40 + 2 }}{% endcall %}{{ sql[5:] ~ '' }}
{%- raw %} {{ raw }}{% endraw %}`)
	r, err := p.Render(jinja.Options{Globals: s, Map: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ piece, source, frames string }{
		{"select", "select ", ""},
		{"b as", "n", "macro cols < cols(['a', 'b'])"},
		{"s c_b", "s c_", "macro cols < cols(['a', 'b'])"},
		{"from t1", "from ", ""},
		{"t1 where", "'t' ~ 1", ""},
		{"ere x", "ere", ""},
		{"x as", "n", "macro cols < cols(['x']) | macro wrap < wrap()"},
		{"[in", "[", "macro block < block()"},
		{"n the body", "n the body ", "caller < caller() | macro block < block()"},
		{"42]", "40 + 2", "caller < caller() | macro block < block()"},
		{"m t1 where {", "sql[5:] ~ ''", ""},
		{"{{ raw", "{{ raw }}", ""},
	} {
		span, frames := r.Map.At(strings.Index(r.Text, c.piece))
		if span.Text() != c.source {
			t.Errorf("%q comes from %q, want %q", c.piece, span.Text(), c.source)
		}
		if got := frameList(frames); got != c.frames {
			t.Errorf("%q: frames %s, want %s", c.piece, got, c.frames)
		}
	}
	for _, off := range []int{-1, len(r.Text), len(r.Text) + 5} {
		if span, _ := r.Map.At(off); !span.IsZero() {
			t.Errorf("At(%d) = %v", off, span)
		}
	}
}

func frameList(frames []diag.Frame) string {
	var list []string
	for _, f := range frames {
		list = append(list, f.Name+" < "+strings.TrimSpace(f.Span.Text()))
	}
	return strings.Join(list, " | ")
}

func TestSourceMapPlain(t *testing.T) {
	p := mustParse(t, "a.sql", "select 1\n")
	r, err := p.Render(jinja.Options{Map: true})
	if err != nil || r.Text != "select 1\n" {
		t.Fatalf("%v %v", r, err)
	}
	if span, _ := r.Map.At(7); span.Start != 7 {
		t.Errorf("%+v", span)
	}
}

// TestSourceMapCoversAll: every byte of the output of every case has a place
// inside of its file.
func TestSourceMapCoversAll(t *testing.T) {
	for _, c := range readCases(t, "testdata/cases.jsonl") {
		if c.Native || c.Expected == nil {
			continue
		}
		p := mustParse(t, "m.sql", c.Template)
		r, err := p.Render(jinja.Options{Globals: newScope(t, c), Map: true, Lenient: c.Lenient})
		if err != nil {
			t.Fatal(err)
		}
		for i := range len(r.Text) {
			span, _ := r.Map.At(i)
			if span.File == nil || span.Start < 0 || span.End > len(span.File.Text) || span.Start > span.End {
				t.Errorf("%s: byte %d: %+v", c.ID, i, span)
				break
			}
		}
	}
}
