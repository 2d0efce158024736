package jinja_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"mdl/compiler/diag"
	"mdl/compiler/jinja"
	"mdl/compiler/jinja/value"
)

var noArgs value.Args

func mustParse(t testing.TB, path, text string) *jinja.Program {
	t.Helper()
	p, list := jinja.Parse(diag.NewFile(path, text))
	if list.HasErrors() {
		t.Fatal(list.Err())
	}
	return p
}

// withMacros makes globals of the macros of a file.
func withMacros(t testing.TB, text string) scope {
	p := mustParse(t, "macros/m.sql", text)
	s := scope{}
	for _, b := range p.Blocks() {
		s[b.Name] = p.Macro(b)
	}
	return s
}

// TestFrames: an error names the place of the innermost expression and the
// calls that led there, those through call blocks and Go functions included.
func TestFrames(t *testing.T) {
	s := withMacros(t, `{% macro outer(n) %}
  {% set x = inner(n, wrap=true) %}{{ x }}
{% endmacro %}
{% macro inner(n, wrap) %}{% call body() %}{{ 10 // (n - 1) }}{% endcall %}{% endmacro %}
{% macro body() %}<{{ caller() }}>{% endmacro %}`)
	p := mustParse(t, "models/a.sql", "select\n  {{ apply(outer, 1) }}")
	s["apply"] = &value.Func{Name: "apply", Fn: func(th value.Thread, args value.Args) (value.Value, error) {
		return th.Call(args.Pos[0], value.Args{Pos: args.Pos[1:]})
	}}
	_, err := p.Render(jinja.Options{Globals: s})
	var d *diag.Diagnostic
	if !errors.As(err, &d) {
		t.Fatalf("not a diagnostic: %v", err)
	}
	if d.Summary != "integer division or modulo by zero" || d.Span.Text() != "10 // (n - 1)" || d.Span.Path() != "macros/m.sql" {
		t.Errorf("%s at %s %q", d.Summary, d.Span.Path(), d.Span.Text())
	}
	var frames []string
	for _, f := range d.Frames {
		frames = append(frames, f.Name+" at "+f.Span.Path()+" "+f.Span.Text())
	}
	want := []string{
		"caller at macros/m.sql caller()", "macro body at macros/m.sql body()",
		"macro inner at macros/m.sql inner(n, wrap=true)", "macro outer at models/a.sql apply(outer, 1)",
	}
	if strings.Join(frames, "\n") != strings.Join(want, "\n") {
		t.Errorf("frames\n%s\nwant\n%s", strings.Join(frames, "\n"), strings.Join(want, "\n"))
	}
	var py *value.Error
	if !errors.As(err, &py) || py.Kind != "ZeroDivisionError" {
		t.Errorf("the cause is lost: %v", d.Cause)
	}
}

func TestErrorPlaces(t *testing.T) {
	s := scope{"fails": &value.Func{Name: "fails", Fn: func(value.Thread, value.Args) (value.Value, error) {
		return nil, &diag.Diagnostic{Code: "E210", Summary: "no model is named 'x'", Hint: "did you mean 'y'?"}
	}}}
	for _, c := range []struct{ text, place, message string }{
		{"{{ a.b.c }}", "a.b", "E121: 'a' is undefined"},
		{"{{ 1 + (2 / 0) }}", "2 / 0", "E120: division by zero"},
		{"{{ 'x'|upper|round(1) }}", "round(1)", "E120: type str doesn't define __round__ method"},
		{"{% if 'a' is odd %}{% endif %}", "odd", "E120: not all arguments converted during string formatting"},
		{"{{ {[1]: 2} }}", "[1]", "E120: unhashable type: 'list'"},
		{"{% for a, b in [1] %}{% endfor %}", "a, b", "E120: cannot unpack non-iterable int object"},
		{"{% for a in 5 %}{% endfor %}", "5", "E120: 'int' object is not iterable"},
		{"{{ ref_x(1) }}", "ref_x", "E121: 'ref_x' is undefined"},
		{"x {{ fails(1, 2) }}", "fails(1, 2)", "E210: no model is named 'x'"},
		{"{{ [1, 2].index(3) }}", "[1, 2].index(3)", "E120: 3 is not in list"},
		{"{{ range(*5) }}", "5", "E120: argument after * must be an iterable, not int"},
		{"{% set d = {} %}{% set d.x = 1 %}", "d.x", "E120: cannot assign attribute on non-namespace object"},
		{"{{ 'a'.__class__.x }}", "'a'.__class__.x", "E123: access to attribute '__class__' of 'str' object is unsafe"},
		{"{% include 'x' %}", "{%", "E111: {% include %} is not possible: there is no loader of templates"},
	} {
		_, err := mustParse(t, "m.sql", c.text).Render(jinja.Options{Globals: s})
		var d *diag.Diagnostic
		if !errors.As(err, &d) {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		if got := d.Code + ": " + d.Summary; got != c.message || d.Span.Text() != c.place {
			t.Errorf("%s: %q at %q\nwant %q at %q", c.text, got, d.Span.Text(), c.message, c.place)
		}
	}
}

func TestSuggestsNames(t *testing.T) {
	s := scope{"source": value.None, "surrogate_key": value.None}
	_, err := mustParse(t, "m.sql", "{{ surogate_key(1) }}").Render(jinja.Options{Globals: s})
	var d *diag.Diagnostic
	if !errors.As(err, &d) || d.Hint != `did you mean "surrogate_key"?` {
		t.Errorf("%v: hint %q", err, d.Hint)
	}
}

func TestWrongArguments(t *testing.T) {
	s := withMacros(t, "{% macro m(a, b=[1, 2]) %}{% endmacro %}")
	for text, want := range map[string]string{
		"{{ m(1, 2, 3) }}": "macro 'm' takes not more than 2 argument(s)",
		"{{ m(c=1) }}":     "macro 'm' takes no keyword argument 'c'",
		"{{ m(1, a=1) }}":  "macro 'm' takes no keyword argument 'a'",
	} {
		_, err := mustParse(t, "m.sql", text).Render(jinja.Options{Globals: s})
		var d *diag.Diagnostic
		if !errors.As(err, &d) || d.Code != "E122" || d.Summary != want || d.Hint != "its parameters are (a, b=[1, 2])" || len(d.Notes) != 1 {
			t.Errorf("%s: %v %+v", text, err, d)
		}
	}
}

func TestLimits(t *testing.T) {
	for _, c := range []struct {
		text, code string
		steps      int
	}{
		{"{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}", "E124", 100_000},
		{"{% set l = [1] %}{% for x in l %}{% do l.append(x) %}{% endfor %}", "E124", 100_000},
		{"{% macro m() %}{{ dbt_macro__m() }}{% endmacro %}{{ dbt_macro__m() }}", "E125", 0},
		{"{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}", "E125", 0},
		{"{{ 'x' * 1000000000 }}", "E126", 0},
		{"{{ [1] * 1000000000 }}", "E126", 0},
		{"{% set ns = namespace(s='x') %}{% for i in range(60) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}", "E126", 0},
		{"{% set ns = namespace(s='x') %}{% for i in range(99) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}", "E124", 100_000},
		{"{{ range(100001) }}", "E120", 0},
		{"{{ 'a'|indent(1000000000, true) }}", "E126", 0},
		{"{{ range(100000)|map('string')|list }}", "E124", 1000},
	} {
		_, err := mustParse(t, "m.sql", c.text).Render(jinja.Options{Steps: c.steps})
		var d *diag.Diagnostic
		if !errors.As(err, &d) || d.Code != c.code || d.Span.IsZero() {
			t.Errorf("%.60s: %v, want %s", c.text, err, c.code)
		}
	}
}

// TestSharedStructures: values that contain themselves, or exponentially many
// others, are printed and compared in bounded time.
func TestSharedStructures(t *testing.T) {
	const grow = "{% set ns = namespace(l=(1,)) %}{% for i in range(60) %}{% set ns.l = (ns.l, ns.l) %}{% endfor %}"
	for _, text := range []string{
		"{% set l = [] %}{% do l.append(l) %}{% do l.append(l) %}{{ l|pprint }}{{ l }}",
		grow + "{{ {ns.l: 1}|length }}",
	} {
		if _, err := mustParse(t, "m.sql", text).Render(jinja.Options{}); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancelCause(context.Background())
	why := errors.New("interrupted")
	cancel(why)
	_, err := mustParse(t, "m.sql", "{% for i in range(100000) %}{% endfor %}").Render(jinja.Options{Context: ctx})
	var d *diag.Diagnostic
	if !errors.As(err, &d) || d.Code != "E127" || !errors.Is(err, why) {
		t.Errorf("%v", err)
	}
}

func TestReturn(t *testing.T) {
	r, err := mustParse(t, "m.sql", "a{{ return([1]) }}b").Render(jinja.Options{})
	if err != nil || value.Repr(r.Value) != "[1]" {
		t.Errorf("at the top level: %v %v", r, err)
	}
	s := withMacros(t, "{% macro m(x) %}text{{ return(x * 2) }}{% endmacro %}{% macro n() %}<{{ m(2) }}>{% endmacro %}")
	v, err := jinja.CallMacro(s["m"].(value.Callable), value.Positional(value.Int(4)), jinja.Options{Globals: s})
	if err != nil || v != value.Int(8) {
		t.Errorf("m(4) = %v, %v", v, err)
	}
	v, err = jinja.CallMacro(s["n"].(value.Callable), noArgs, jinja.Options{Globals: s})
	if err != nil || v != value.Str("<4>") {
		t.Errorf("n() = %v, %v", v, err)
	}
}

func TestRenderExpression(t *testing.T) {
	f := diag.NewFile("schema.yml", "to: ref('orders')\nbad: 1 / 0\n")
	s := scope{"ref": &value.Func{Name: "ref", Fn: func(th value.Thread, args value.Args) (value.Value, error) {
		return value.Str(th.Site().Text() + "!"), nil
	}}}
	v, err := jinja.RenderExpression(f, "ref('orders')", 4, jinja.Options{Globals: s})
	if err != nil || v != value.Str("ref('orders')!") {
		t.Errorf("%v, %v", v, err)
	}
	for text, want := range map[string]string{
		"1 / 0":  "schema.yml:2:6: error E120: division by zero",
		"1 / ":   `schema.yml:2:`,
		"1 }} 2": "expected one expression",
	} {
		if _, err := jinja.RenderExpression(f, text, 23, jinja.Options{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

func TestNativeRenderPlaces(t *testing.T) {
	f := diag.NewFile("dbt_project.yml", "name: x\nschema: '{{ 1 / zero }}'\n")
	_, err := jinja.NativeRender(f, "{{ 1 / zero }}", 17, jinja.Options{Globals: scope{"zero": value.Int(0)}})
	if err == nil || !strings.HasPrefix(err.Error(), "dbt_project.yml:2:13: error E120: division by zero") {
		t.Errorf("%v", err)
	}
}

// TestNativeMarks holds what dbt's environment printed: what an as_ filter
// marks is text until the end, and so always true.
func TestNativeMarks(t *testing.T) {
	globals := scope{"no": value.False, "yes": value.True, "n": value.Str("3")}
	for _, c := range []struct{ text, want string }{
		{"{{ (no|as_bool) and (yes|as_bool) }}", "True"},
		{"{{ (yes|as_bool) and (no|as_bool) }}", "False"},
		{"{{ (no|as_bool) or (yes|as_bool) }}", "False"},
		{"{{ 'a' if (no|as_bool) else 'b' }}", "'a'"},
		{"{{ (no|as_bool) and yes }}", "True"},
		{"{{ no and (yes|as_bool) }}", "False"},
		{"{{ yes and (no|as_bool) }}", "False"},
		{"{{ n|as_number }}", "3"},
		{"{% if no|as_bool %}yes{% else %}no{% endif %}", "'yes'"},
		{"{{ (no|as_bool) == true }}", "False"},
		{"{{ (n|as_number) + 1 }}", "can only concatenate str"},
	} {
		v, err := jinja.NativeRender(diag.NewFile("x.yml", c.text), c.text, 0, jinja.Options{Globals: globals})
		got := ""
		if err != nil {
			got = err.Error()
		} else {
			got = value.Repr(v)
		}
		if got != c.want && (err == nil || !strings.Contains(got, c.want)) {
			t.Errorf("%s: %s, want %s", c.text, got, c.want)
		}
	}
}

// TestConcurrentRenders: one program, many goroutines; -race looks on.
func TestConcurrentRenders(t *testing.T) {
	s := withMacros(t, `{% macro list(items, sep=', ') %}{% for i in items %}{{ i }}{{ sep if not loop.last }}{% endfor %}{% endmacro %}
{% macro wrap() %}({{ caller() }}){% endmacro %}`)
	p := mustParse(t, "m.sql", `{% set ns = namespace(n=0) %}{% set l = ['a', 'b'] %}{% for x in range(20) if x is odd %}{% set ns.n = ns.n + x %}{% do l.append(x|string) %}{% endfor %}`+
		`{% call wrap() %}{{ list(l) }}{% endcall %} {{ ns.n }} {{ {'k': l|length} }} {% filter upper %}{{ list([1, 2], '-') }}x{% endfilter %}`)
	want, err := p.Render(jinja.Options{Globals: s})
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				r, err := p.Render(jinja.Options{Globals: s, Map: true})
				if err != nil || r.Text != want.Text {
					t.Errorf("%v, %v", r, err)
					return
				}
			}
		})
	}
	wg.Wait()
}

// noted is a context whose function note notes its arguments.
type noted struct{ list *[]string }

func (n noted) Lookup(name string) (value.Value, bool) {
	return &value.Func{Name: name, Fn: func(_ value.Thread, a value.Args) (value.Value, error) {
		*n.list = append(*n.list, name+value.Repr(value.NewList(a.Pos...)))
		return value.Str("<" + name + ">"), nil
	}}, name == "note" || name == "other"
}

func TestDiscardDoesTheSame(t *testing.T) {
	for _, text := range []string{
		"a {{ note(1) }} b {% set x %}{{ note(2) }} c{% endset %}{{ other(x) }}",
		"{% macro m(a) %}[{{ a }}{{ caller() }}]{% endmacro %}{% call m(note(1)) %}{{ note(2) }}{% endcall %}{{ note(m) }}",
		"{% for i in range(3) %}{{ note(i) }}{% if i == 1 %}{% break %}{% endif %}{% endfor %}x{% filter upper %}{{ note('a') }}{% endfilter %}",
		"{{ note(1) }}{{ return(note(2)) }}{{ note(3) }}",
		"{{ note(1) }}{{ 1 / 0 }}{{ note(2) }}",
	} {
		var results [2]string
		for i, discard := range []bool{false, true} {
			p, _ := jinja.Parse(diag.NewFile("m.sql", text))
			var list []string
			r, err := p.Render(jinja.Options{Globals: noted{&list}, Discard: discard})
			results[i] = strings.Join(list, " ") + fmt.Sprint(" ", err)
			if err == nil {
				results[i] += fmt.Sprint(" ", r.Value)
				if discard && r.Text != "" {
					t.Errorf("%s: %q was kept", text, r.Text)
				}
			}
		}
		if results[0] != results[1] {
			t.Errorf("%s\n%s\nwant\n%s", text, results[1], results[0])
		}
	}
}
