package compiler

import (
	"strings"
	"testing"

	"mdl/compiler/diag"
	"mdl/compiler/jinja"
	"mdl/compiler/jinja/value"
	"mdl/compiler/scope"
)

func TestCSVCell(t *testing.T) {
	const text = "id,name\n1,\"a, b\"\n\n2\n"
	for _, c := range []struct {
		row    int
		column string
		want   string
	}{
		{-1, "name", "name"}, {0, "name", `"a, `}, {0, "id", "1"}, {0, "", "1"}, {1, "name", "2"}, {9, "id", ""}, {0, "nope", "1"},
	} {
		if start, end := csvCell(text, c.row, c.column); text[start:end] != c.want {
			t.Errorf("row %d, %q: %q, want %q", c.row, c.column, text[start:end], c.want)
		}
	}
}

func FuzzCSVCell(f *testing.F) {
	f.Add("id,name\n1,x\n", 0, "name")
	f.Add("\"a\nb\",c\n1", 0, "c")
	f.Fuzz(func(t *testing.T, text string, row int, column string) {
		if start, end := csvCell(text, row%100, column); start < 0 || end < start || end > len(text) {
			t.Errorf("%d to %d of %d", start, end, len(text))
		}
	})
}

// TestUnitTestPlace: a part of a unit test is found wherever in the file the
// test stands, and the nearest part of what is not there.
func TestUnitTestPlace(t *testing.T) {
	file := diag.NewFile("a.yml", "unit_tests:\n  - name: other\n  - name: u\n    given:\n      - input: this\n        rows: [{a: 1}]\n")
	at := strings.Index(file.Text, ": u") + 2
	u := &UnitTestNode{Name: "u", Span: diag.Span{File: file, Start: at, End: at + 1}}
	for _, c := range []struct {
		path []any
		want string
	}{
		{[]any{"given", 0, "rows", 0, "a"}, "a"}, {[]any{"given"}, "given"}, {[]any{"given", 4}, "given"}, {[]any{"expect", "rows"}, "u"},
	} {
		got := u.place(c.path...)
		if text := file.Text[got.Start:got.End]; text != c.want {
			t.Errorf("%v is %q, want %q", c.path, text, c.want)
		}
	}
	if got := (&UnitTestNode{}).place("given"); !got.IsZero() {
		t.Errorf("without a file: %v", got)
	}
}

func TestOverrides(t *testing.T) {
	own := &namespace{"p", map[string]*MacroDef{"m": {Macro: &jinja.Macro{}}}, false}
	dbt := &namespace{"dbt", map[string]*MacroDef{"is_incremental": {Macro: &jinja.Macro{}}}, true}
	base := scope.Names{"p": own, "dbt": dbt, "m": own.defs["m"].Macro, "is_incremental": dbt.defs["is_incremental"].Macro}
	builtin := scope.Names{"run_started_at": value.Str("then")}
	over := func(pairs ...any) jinja.Globals {
		return overridesOf(dictOf("macros", dictOf(pairs...))).macrosOver(base, builtin)
	}
	answer := func(v value.Value) string {
		if f, ok := v.(*value.Func); ok {
			got, _ := f.Fn(nil, value.Args{})
			return "call " + value.ToStr(got)
		}
		return v.TypeName()
	}
	in := func(g jinja.Globals, pkg, name string) value.Value {
		ns, _ := g.Lookup(pkg)
		v, _, _ := ns.(value.Indexer).Item(value.Str(name))
		return v
	}
	plain := over("is_incremental", value.True, "run_started_at", value.Str("now"), "nothing", value.True)
	if v, _ := plain.Lookup("is_incremental"); answer(v) != "call True" || answer(in(plain, "dbt", "is_incremental")) != "call True" {
		t.Error("a macro of dbt's by its plain name counts in its package too")
	}
	if v, _ := plain.Lookup("run_started_at"); value.ToStr(v) != "now" {
		t.Error("another name is the value itself")
	}
	if _, ok := plain.Lookup("nothing"); ok {
		t.Error("what is not there is not made")
	}
	dotted := over("p.m", value.Int(1), "dbt.is_incremental", value.False)
	if v, _ := dotted.Lookup("m"); answer(v) != "Macro" || answer(in(dotted, "p", "m")) != "call 1" {
		t.Error("of a package only its own name is overridden")
	}
	if v, _ := dotted.Lookup("is_incremental"); answer(v) != "call False" {
		t.Error("but of dbt both are")
	}
	if got := overridesOf(value.None).macrosOver(base, builtin); got == nil || overridesOf(value.None).variables(nil) != nil {
		t.Error("nothing overridden")
	}
}
