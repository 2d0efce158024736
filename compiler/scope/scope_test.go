package scope

import (
	"errors"
	"math/big"
	"strings"
	"testing"

	"mdl/adapters"
	"mdl/compiler/diag"
	"mdl/compiler/jinja/value"
)

// fakeThread calls functions without a render.
type fakeThread struct{}

func (fakeThread) Site() diag.Span { return diag.Span{} }
func (fakeThread) Step(int) error  { return nil }
func (t fakeThread) Call(fn value.Value, a value.Args) (value.Value, error) {
	c, ok := fn.(value.Callable)
	if !ok {
		return nil, value.TypeErrorf("'%s' object is not callable", fn.TypeName())
	}
	return c.Call(t, a)
}

// call calls a name of a scope, or a method "name.method".
func call(t *testing.T, s *Scope, name string, args ...value.Value) (value.Value, error) {
	t.Helper()
	name, method, _ := strings.Cut(name, ".")
	v, ok := s.Lookup(name)
	if !ok {
		t.Fatalf("there is no name %s", name)
	}
	if method == "" {
		return fakeThread{}.Call(v, value.Positional(args...))
	}
	fn, err := value.GetAttr(v, method)
	if err != nil {
		t.Fatal(err)
	}
	return fakeThread{}.Call(fn, value.Positional(args...))
}

func texts(items ...string) []value.Value {
	out := make([]value.Value, len(items))
	for i, s := range items {
		out[i] = value.Str(s)
	}
	return out
}

func TestEnvVar(t *testing.T) {
	type read struct {
		name, val string
		fallback  bool
	}
	var reads []read
	env := testProject(nil).Env
	reader := func(name, val string, fallback bool) { reads = append(reads, read{name, val, fallback}) }

	secret := env.Base(SecretFile, reader)
	if v, err := call(t, secret, "env_var", value.Str("DBT_ENV_SECRET_SCOPE")); err != nil || v != value.Str("hush") {
		t.Errorf("a secret in profiles.yml gives %v, %v", v, err)
	}
	plain := env.Base(ProjectFile, reader)
	_, err := call(t, plain, "env_var", value.Str("DBT_ENV_SECRET_SCOPE"))
	if e := (*Error)(nil); !errors.As(err, &e) || e.Kind != Parsing {
		t.Errorf("a secret in dbt_project.yml gives %v", err)
	}
	for _, args := range [][]value.Value{texts("SCOPE_SET"), texts("SCOPE_UNSET", "d")} {
		if _, err := call(t, plain, "env_var", args...); err != nil {
			t.Error(err)
		}
	}
	want := []read{{"SCOPE_SET", "42", false}, {"SCOPE_UNSET", "d", true}}
	if len(reads) != 2 || reads[0] != want[0] || reads[1] != want[1] {
		t.Errorf("reads: %v, want %v: secrets are not told", reads, want)
	}
}

func TestEnvOverride(t *testing.T) {
	b := testBinding(nil)
	b.EnvOverride = func(name string) (string, bool) { return "mine", name == "SCOPE_SET" }
	v, err := call(t, testProject(nil).Scope(b), "env_var", value.Str("SCOPE_SET"))
	if err != nil || v != value.Str("mine") {
		t.Errorf("got %v, %v", v, err)
	}
}

func TestMessages(t *testing.T) {
	var got []Message
	s := testProject(func(m Message) { got = append(got, m) }).Scope(testBinding(nil))
	for _, c := range []struct {
		name string
		args []value.Value
	}{
		{"log", texts("quiet hush")},
		{"log", append(texts("loud"), value.True)},
		{"print", texts("out")},
		{"exceptions.warn", texts("careful")},
	} {
		if _, err := call(t, s, c.name, c.args...); err != nil {
			t.Fatal(err)
		}
	}
	want := []Message{
		{Level: Debug, Text: "quiet *****", Node: "m"}, {Level: Info, Text: "loud", Node: "m"},
		{Level: Print, Text: "out", Node: "m"}, {Level: Warn, Text: "careful", Node: "m"},
	}
	if len(got) != len(want) {
		t.Fatalf("got %v", got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("message %d: %v, want %v", i, got[i], want[i])
		}
	}
}

func TestRaisedMessageHidesSecrets(t *testing.T) {
	s := testProject(nil).Scope(testBinding(nil))
	_, err := call(t, s, "exceptions.raise_compiler_error", value.Str("token hush!"))
	if err == nil || err.Error() != "token *****!" {
		t.Errorf("got %v", err)
	}
}

func TestErrorIsADiagnostic(t *testing.T) {
	err := error(&Error{Kind: Compilation, Msg: "one\ntwo\nthree", Hint: "do"})
	d := diag.FromError(err, "E999", diag.Span{})
	if d.Code != "E240" || d.Summary != "one" || d.Detail != "two\nthree" || d.Hint != "do" || d.Cause != err {
		t.Errorf("got %+v", d)
	}
}

func TestMissingVarSuggests(t *testing.T) {
	s := testProject(nil).Scope(testBinding(nil))
	_, err := call(t, s, "var", value.Str("lisst"))
	e := (*Error)(nil)
	if !errors.As(err, &e) || !strings.Contains(e.Hint, "list") || !strings.Contains(e.Msg, `"cli": 7`) {
		t.Errorf("got %+v", err)
	}
}

func TestSharedValuesAreCopied(t *testing.T) {
	p := testProject(nil)
	change := func() {
		v, _ := p.Scope(testBinding(nil)).Lookup("target")
		v.(*value.Dict).SetStr("schema", value.Str("changed"))
	}
	change()
	v, _ := p.Scope(testBinding(nil)).Lookup("target")
	if schema, _ := v.(*value.Dict).GetStr("schema"); schema != value.Str("main") {
		t.Errorf("one render's target changed another's: %v", schema)
	}
}

func TestContextUpdate(t *testing.T) {
	b := testBinding(nil)
	b.Macros = Names{"m": value.Int(1)}
	s := testProject(nil).Scope(b)
	change := value.NewDict()
	change.SetStr("m", value.Int(2))
	change.SetStr("kept", value.Int(3))
	if _, err := call(t, s, "context.update", change); err != nil {
		t.Fatal(err)
	}
	context, _ := s.Lookup("context")
	for name, want := range map[string]value.Value{"m": value.Int(2), "kept": value.Int(3)} {
		if v, _ := s.Lookup(name); v != want {
			t.Errorf("%s is %v, want %v", name, v, want)
		}
		if v, err := value.GetItem(context, value.Str(name)); v != want {
			t.Errorf("context has %s %v, want %v (%v)", name, v, want, err)
		}
	}
	if _, ok := testProject(nil).Scope(b).Lookup("kept"); ok {
		t.Error("one render's name is seen by another")
	}
	if _, err := call(t, s, "builtins.update", change); err == nil {
		t.Error("builtins can be changed")
	}
}

func TestNamesHideEachOther(t *testing.T) {
	b := testBinding(nil)
	b.Own = Names{"log": value.Int(1), "ref": value.Int(2)}
	b.Macros = Names{"ref": value.Int(3)}
	s := testProject(nil).Scope(b)
	for name, want := range map[string]value.Value{"log": value.Int(1), "ref": value.Int(3)} {
		if v, _ := s.Lookup(name); v != want {
			t.Errorf("%s is %v, want %v", name, v, want)
		}
	}
	builtins, _ := s.Lookup("builtins")
	if v, _ := value.GetItem(builtins, value.Str("ref")); v != value.Int(2) {
		t.Errorf("builtins.ref is %v: macros do not hide it", v)
	}
	names := strings.Join(s.Names(), " ")
	for _, n := range []string{"ref", "target", "var", "adapter", "dbt_version", "project_name"} {
		if !strings.Contains(names, n) {
			t.Errorf("Names() lacks %s", n)
		}
	}
	for _, n := range s.Names() {
		if v, ok := s.Lookup(n); !ok || v == nil {
			t.Errorf("%s is listed and has no value", n)
		}
	}
}

func TestWarehouseCalls(t *testing.T) {
	fake := newFake(t)
	p := testProject(nil)
	s := p.Scope(testBinding(fake))
	rel := func(name string) value.Value {
		return p.RelationOf(adapters.Relation{Database: "wh", Schema: "main", Name: name, Kind: adapters.Table}, AllParts)
	}
	for _, c := range []struct {
		method string
		args   []value.Value
	}{
		{"drop_relation", []value.Value{rel("a")}}, {"truncate_relation", []value.Value{rel("b")}},
		{"rename_relation", []value.Value{rel("a"), rel("b")}}, {"create_schema", []value.Value{rel("a")}},
		{"drop_schema", []value.Value{rel("a")}}, {"cache_added", []value.Value{rel("a")}},
		{"cache_dropped", []value.Value{rel("a")}}, {"cache_renamed", []value.Value{rel("a"), rel("b")}},
		{"commit", nil}, {"execute", texts("create table x")},
	} {
		if _, err := call(t, s, "adapter."+c.method, c.args...); err != nil {
			t.Errorf("%s: %v", c.method, err)
		}
	}
	want := "drop main.a|truncate main.b|rename main.a main.b|create schema main|drop schema main|" +
		"added main.a|dropped main.a|renamed main.a main.b|commit|create table x"
	if got := strings.Join(fake.log, "|"); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestQueryErrorStaysInTheChain(t *testing.T) {
	s := testProject(nil).Scope(testBinding(newFake(t)))
	_, err := call(t, s, "adapter.execute", value.Str("select broken"), value.False, value.True)
	if q := (*adapters.QueryError)(nil); !errors.As(err, &q) || q.SQL != "select broken" {
		t.Errorf("got %v", err)
	}
}

func TestTableTypes(t *testing.T) {
	column := func(values ...any) *adapters.Rows {
		rows := &adapters.Rows{Columns: []adapters.Column{{Name: "a"}}}
		for _, v := range values {
			rows.Values = append(rows.Values, []any{v})
		}
		return rows
	}
	huge, _ := new(big.Int).SetString("170141183460469231731687303715884105727", 10)
	for _, c := range []struct {
		rows *adapters.Rows
		typ  dataType
		want string
	}{
		{column(), integerColumn, "()"},
		{column(nil, nil), integerColumn, "(None, None)"},
		{column(int64(1), nil), integerColumn, "(1, None)"},
		{column(huge), integerColumn, "(170141183460469231731687303715884105727,)"},
		{column(int64(1), 2.5), numberColumn, "(Decimal('1'), Decimal('2.5'))"},
		{column(adapters.Decimal("-1.50")), numberColumn, "(Decimal('-1.50'),)"},
		{column(true, nil), booleanColumn, "(True, None)"},
		{column(true, int64(1)), textColumn, "('True', '1')"},
		{column("005", nil), textColumn, "('005', None)"},
		{column([]byte{0xaa}), textColumn, `("b'\\xaa'",)`},
	} {
		table := NewTable(c.rows)
		if table.types[0] != c.typ {
			t.Errorf("%v is %s, want %s", c.rows.Values, dataTypes[table.types[0]].name, dataTypes[c.typ].name)
		}
		if got := value.Repr(table.columnSeq().items[0].(*sequence).tuple()); got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
}

func TestPrintTable(t *testing.T) {
	rows := &adapters.Rows{Columns: []adapters.Column{{Name: "n"}, {Name: "text"}, {Name: "i"}}}
	rows.Values = [][]any{
		{adapters.Decimal("1234567.50"), "a rather long text that is cut", int64(12345)},
		{adapters.Decimal("-0.1255"), nil, int64(1)},
		{nil, "x", nil},
	}
	table := NewTable(rows)
	var got string
	table.print = func(text string) { got = text }
	if _, err := table.printTable(nil, value.Positional(value.Int(2))); err != nil {
		t.Fatal(err)
	}
	want := strings.Join([]string{
		"|              n | text                 |     i |",
		"| -------------- | -------------------- | ----- |",
		"| 1,234,567.500… | a rather long tex... | 12345 |",
		"|        -0.126… |                      |     1 |",
		"|            ... | ...                  |   ... |",
	}, "\n")
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestSourceLocation(t *testing.T) {
	for _, c := range []struct{ formatter, template, want string }{
		{"", "s3://b/{schema}/{name}.parquet", "'s3://b/raw/orders.parquet'"},
		{"newstyle", "read_csv('{name}.csv')", "read_csv('orders.csv')"},
		{"oldstyle", "'%(name)s'", "'orders'"},
		{"template", "$schema/${name}$$", "'raw/orders$'"},
		{"", "{nope}", ""},
		{"template", "$nope", ""},
		{"weird", "x", ""},
	} {
		fields := value.NewDict()
		fields.SetStr("name", value.Str("orders"))
		fields.SetStr("schema", value.Str("raw"))
		fields.SetStr("external_location", value.Str(c.template))
		if c.formatter != "" {
			fields.SetStr("formatter", value.Str(c.formatter))
		}
		got, ok, err := SourceLocation(fields)
		if got != c.want || ok != (c.want != "") || ok == (err != nil) {
			t.Errorf("%s %s gives %q, %v, %v; want %q", c.formatter, c.template, got, ok, err, c.want)
		}
	}
	if _, ok, err := SourceLocation(value.NewDict()); ok || err != nil {
		t.Errorf("a source without a location gives %v, %v", ok, err)
	}
}

func TestRelationVariants(t *testing.T) {
	p := testProject(nil)
	rel := p.RelationOf(adapters.Relation{Database: "d", Schema: "s", Name: "t", Kind: adapters.View}, Policy{Identifier: true})
	for _, c := range []struct{ got, want string }{
		{rel.Str(), `d.s."t"`},
		{rel.Limited(0).Str(), `(select * from d.s."t" where false limit 0)`},
		{rel.Filtered(EventFilter{"ts", "a", "b"}).Str(), `(select * from d.s."t" where ts >= 'a' and ts < 'b')`},
		{rel.External("'f.csv'").Str(), `'f.csv'`},
		{p.CTE("m").Str(), "__dbt__cte__m"},
		{rel.Adapter().Kind.String(), "view"},
	} {
		if c.got != c.want {
			t.Errorf("got %s, want %s", c.got, c.want)
		}
	}
	pg := NewProject(p.Env, "x", Target{Type: "postgres", Quoting: AllParts})
	if got := pg.RelationOf(adapters.Relation{Name: "t"}, AllParts).Limited(3).Str(); got != `(select * from "t" limit 3) _dbt_limit_subq_t` {
		t.Errorf("got %s", got)
	}
}

func BenchmarkScope(b *testing.B) {
	p := testProject(nil)
	bind := testBinding(nil)
	rel := adapters.Relation{Database: "d", Schema: "s", Name: "t", Kind: adapters.Table}
	b.ReportAllocs()
	for b.Loop() {
		s := p.Scope(bind)
		v, _ := s.Lookup("var")
		_, _ = v.(value.Callable).Call(fakeThread{}, value.Positional(value.Str("cli")))
		_, _ = s.Lookup("dbt_version")
		_ = p.RelationOf(rel, AllParts).Str()
	}
}
