package jinja_test

import (
	"errors"
	"testing"

	"mdl/compiler/diag"
	"mdl/compiler/jinja"
	"mdl/compiler/jinja/value"
)

func addCases(f *testing.F) {
	for _, path := range []string{"testdata/cases.jsonl", "testdata/dbt_cases.jsonl"} {
		for _, c := range readCases(f, path) {
			f.Add(c.Template + c.Macros)
		}
	}
	for _, c := range parseErrors {
		if len(c.text) < 200 {
			f.Add(c.text)
		}
	}
}

// inside reports a span that lies outside of its file.
func inside(t *testing.T, what string, s diag.Span) {
	if s.File != nil && (s.Start < 0 || s.End < s.Start || s.End > len(s.File.Text)) {
		t.Fatalf("%s: the span %d..%d is not inside of %d bytes", what, s.Start, s.End, len(s.File.Text))
	}
}

// FuzzParse: any text parses to a program and diagnostics with places in it.
func FuzzParse(f *testing.F) {
	addCases(f)
	f.Fuzz(func(t *testing.T, text string) {
		file := diag.NewFile("m.sql", text)
		for _, parse := range []func(*diag.File) (*jinja.Program, diag.List){jinja.Parse, jinja.ParseBlocks} {
			p, list := parse(file)
			for _, d := range list {
				inside(t, d.Summary, d.Span)
				for _, n := range d.Notes {
					inside(t, n.Message, n.Span)
				}
			}
			for _, b := range p.Blocks() {
				inside(t, b.Name, b.Span)
				inside(t, b.Name, b.NameSpan)
				inside(t, b.Name, b.BodySpan)
			}
			for _, c := range p.Calls() {
				inside(t, c.Name, c.Span)
			}
		}
	})
}

// FuzzRender: any program ends within its budget, with text whose every byte
// has a place, or with an error that has one.
func FuzzRender(f *testing.F) {
	addCases(f)
	f.Fuzz(func(t *testing.T, text string) {
		p, list := jinja.Parse(diag.NewFile("m.sql", text))
		s := newScope(t, oracleCase{})
		for _, b := range p.Blocks() {
			if m := p.Macro(b); m != nil {
				s[b.Name] = m
			}
		}
		for _, lenient := range []bool{false, true} {
			r, err := p.Render(jinja.Options{Globals: s, Steps: 20_000, Map: true, Lenient: lenient})
			if err != nil {
				var d *diag.Diagnostic
				if !errors.As(err, &d) {
					t.Fatalf("not a diagnostic: %T %v", err, err)
				}
				inside(t, d.Summary, d.Span)
				continue
			}
			if list.HasErrors() && p.HasTags() {
				t.Fatalf("a program with errors was rendered: %v", list.Err())
			}
			for _, i := range []int{0, len(r.Text) / 2, len(r.Text) - 1} {
				span, frames := r.Map.At(i)
				inside(t, "map", span)
				for _, fr := range frames {
					inside(t, fr.Name, fr.Span)
				}
			}
		}
		v, err := jinja.NativeRender(p.File(), text, 0, jinja.Options{Globals: s, Steps: 20_000})
		if err == nil {
			value.Repr(v)
		}
	})
}
