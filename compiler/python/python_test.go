package python

import (
	"strings"
	"testing"

	"mdl/compiler/jinja/value"
)

func TestRead(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"def model(dbt, session):\n    return dbt.ref('a')", "ref('a')"},
		{`dbt.config(materialized="table", tags=["x", 'y'], meta={"k": (1, -2.5, None, True)})`,
			"config(materialized='table', tags=['x', 'y'], meta={'k': (1, -2.5, None, True)})"},
		{"x = dbt.source(\n  'shop', # dbt.ref('no')\n  r'or\\ders',\n)", `source('shop', 'or\\ders')`},
		{`s = "dbt.ref('no')"; mydbt.ref('no'); a.dbt.ref('no'); dbt.refs('no'); dbt.ref`, ""},
		{`f"{dbt.ref('b', v=2)} {x} {"`, "ref('b', v=2)"},
		{`dbt.config.get("a"), dbt . config . meta_get("b", 0x1f)`, "get('a') meta_get('b', 31)"},
		{"dbt.ref('a' \"\"\"b\nc\"\"\").join(dbt.ref('\\x41\\n\\q'))", `ref('ab\nc') ref('A\n\\q')`},
		{"dbt.ref(name)", `error 8: the arguments of dbt's calls must be literals, which "name" is not`},
		{"dbt.ref('a'", "error 8: this call does not end"},
		{"x = 'a\ny'", "error 4: this string does not end on its line"},
		{"dbt.config(**settings)", `error 11: the arguments of dbt's calls must be literals, which "**" is not`},
		{"dbt.ref(f'a')", `error 8: the arguments of dbt's calls must be literals, which "a" is not`},
	} {
		if got := described(c.text); got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", c.text, got, c.want)
		}
	}
	if m, _ := Read("def model(a, b):\n  pass\nclass A:\n  def model(self): pass\ndef models(x): pass"); m.Functions != 2 {
		t.Errorf("%d functions", m.Functions)
	}
}

func described(text string) string {
	m, err := Read(text)
	if e, ok := err.(*Error); ok {
		return "error " + value.Repr(value.Int(e.Offset)) + ": " + e.Msg
	}
	var calls []string
	for _, c := range m.Calls {
		var args []string
		for _, a := range c.Args.Pos {
			args = append(args, value.Repr(a))
		}
		for _, kw := range c.Args.Kw {
			args = append(args, kw.Name+"="+value.Repr(kw.Value))
		}
		calls = append(calls, c.Name+"("+strings.Join(args, ", ")+")")
	}
	return strings.Join(calls, " ")
}

// FuzzRead looks for texts on which Read panics, or tells a place outside.
func FuzzRead(f *testing.F) {
	for _, s := range []string{"dbt.ref('a')", "f'{dbt.ref(\"x\")}'", "dbt.config(a=[1,{2:(3,)}], b=-1.5e-3)", "b'' rb\"\"\"x\"\"\" # c", "dbt.config.get("} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		m, err := Read(s)
		if e, ok := err.(*Error); ok {
			if e.Offset < 0 || e.Offset > len(s) {
				t.Errorf("offset %d of %d", e.Offset, len(s))
			}
			return
		}
		for _, c := range m.Calls {
			if c.Start < 0 || c.End <= c.Start || c.End > len(s) || !strings.HasPrefix(s[c.Start:], "dbt") {
				t.Errorf("%+v", c)
			}
		}
	})
}
