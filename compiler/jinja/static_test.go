package jinja_test

import (
	"fmt"
	"strings"
	"testing"

	"mdl/compiler/jinja"
	"mdl/compiler/jinja/value"
)

func describeCall(c jinja.StaticCall) string {
	var args []string
	show := func(v value.Value) string {
		if v == nil {
			return "?"
		}
		return value.Repr(v)
	}
	for _, a := range c.Args {
		args = append(args, show(a))
	}
	for _, kw := range c.Kwargs {
		args = append(args, kw.Name+"="+show(kw.Value))
	}
	if c.Dynamic {
		args = append(args, "*")
	}
	s := fmt.Sprintf("%s(%s)", c.Name, strings.Join(args, ", "))
	if c.Conditional {
		s += " maybe"
	}
	if c.Block != nil {
		s += " in " + c.Block.Name
	}
	return s
}

func TestCalls(t *testing.T) {
	p := mustParse(t, "m.sql", `{{ config(materialized='table', tags=['a', 1], n=-2, d={'k': (1, none)}, x=y) }}
{% set a = ref('one') %}{% do source('s', t) %}
{% if var('v') %}{{ ref('two', v=1) }}{% elif env_var('E') %}{{ x() }}{% else %}{{ dbt_utils.star(from=ref('three')) }}{% endif %}
{% for r in [ref('four')] if keep(r) %}{{ builtins.ref(r) }}{% endfor %}
{{ ref('five')|f2(g()) if h() else i() }}{{ j() and k() }}{{ l(*m()) }}{{ n()() }}{{ o['p']() }}
{% call stmt('main') %}{{ ref('six') }}{% endcall %}
{% set blk | trim %}{{ q() }}{% endset %}{% filter upper %}{{ r() }}{% endfilter %}{% with w = s() %}{{ t() }}{% endwith %}
{% macro mac(a=u()) %}{{ ref('seven') }}{% endmacro %}
{% snapshot snap %}{{ ref('eight') }}{% if v2() %}{% endif %}{% endsnapshot %}
`)
	var got []string
	for _, c := range p.Calls() {
		if !strings.HasPrefix(c.Span.Text(), c.NameSpan.Text()) || c.NameSpan.Text() != c.Name {
			t.Errorf("%s: spans %q, %q", c.Name, c.Span.Text(), c.NameSpan.Text())
		}
		got = append(got, describeCall(c))
	}
	want := `config(materialized='table', tags=['a', 1], n=-2, d={'k': (1, None)}, x=?)
ref('one')
source('s', ?)
var('v')
ref('two', v=1) maybe
env_var('E') maybe
x() maybe
dbt_utils.star(from=?) maybe
ref('three') maybe
ref('four')
keep(?) maybe
builtins.ref(?) maybe
ref('five') maybe
g() maybe
h()
i() maybe
j()
k() maybe
l(*)
m()
n()
stmt('main')
ref('six') maybe
q()
r()
s()
t()
u() maybe in mac
ref('seven') maybe in mac
ref('eight') in snap
v2() in snap`
	if strings.Join(got, "\n") != want {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), want)
	}
}

func TestCalleesAreCalls(t *testing.T) {
	p := mustParse(t, "m.sql", `{{ config(a=[1, 2]) }}{% if x() %}{{ ref('a', f(1)) }}{% endif %}{% macro m(a=g()) %}{{ p.q(*a) }}{% endmacro %}`)
	calls, callees := p.Calls(), p.Callees()
	if len(calls) != len(callees) {
		t.Fatalf("%d callees of %d calls", len(callees), len(calls))
	}
	for i, c := range calls {
		c.Args, c.Kwargs = nil, nil
		if describeCall(c) != describeCall(callees[i]) || c.Span != callees[i].Span || c.NameSpan != callees[i].NameSpan {
			t.Errorf("%s, want %s", describeCall(callees[i]), describeCall(c))
		}
	}
}
