// Package adaptertest holds what tests of adapters and of their users need: the
// conformance suite that every adapter passes (Run), and a recording adapter
// without a warehouse (Fake).
package adaptertest

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"mdl/adapters"
)

// Suite says what the conformance tests need to know of a warehouse.
type Suite struct {
	// Open returns an adapter whose Home schema exists and is empty.
	Open func(t *testing.T) adapters.Adapter
	// Home is the schema to work in.
	Home adapters.Namespace
	// Slow is a query that runs for minutes unless it is interrupted.
	Slow string
	// Integer and Text are the types of a column made of 1 and of 'x' cast to
	// the dialect's Int and String types, as Columns spells them.
	Integer, Text string
	// Bad are statements that must fail in a certain way.
	Bad []Bad
	// ReadersWait tells that who reads a relation which an open transaction has
	// dropped waits for the end of that transaction, and that views of a dropped
	// relation are dropped with it (PostgreSQL).
	ReadersWait bool
	// Values are expressions and the values that Query must return for them.
	Values []Value
}

// Bad is a statement that fails.
type Bad struct {
	SQL  string
	Kind adapters.ErrorKind
	// At is the text of SQL at its last occurrence that the error points at;
	// "" when the offset is unknown, End when it is behind the last byte.
	At string
	// Hint is a part of the hint, or "".
	Hint string
}

// End is the place behind the text of a Bad statement.
const End = "\x00end"

// Value is an SQL expression, the type that its column has and its Go value.
type Value struct {
	SQL, Type string
	Want      any
}

// Run tests an adapter against the contract.
func Run(t *testing.T, s Suite) {
	tests := []struct {
		name string
		run  func(*testing.T, *bench)
	}{
		{"relations", testRelations},
		{"columns", testColumns},
		{"schemas", testSchemas},
		{"hostile names", testHostileNames},
		{"several statements", testSeveralStatements},
		{"transactions", testTransactions},
		{"failed transaction", testFailedTransaction},
		{"swap", testSwap},
		{"cancel", testCancel},
		{"errors", testErrors},
		{"load", testLoad},
		{"load errors", testLoadErrors},
		{"describe", testDescribe},
		{"concurrency", testConcurrency},
		{"values", testValues},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a := s.Open(t)
			b := &bench{Suite: s, t: t, adapter: a, dialect: a.Dialect()}
			b.Conn = b.connect()
			test.run(t, b)
		})
	}
}

// bench is one test's adapter, with a connection.
type bench struct {
	Suite
	adapters.Conn
	t       *testing.T
	adapter adapters.Adapter
	dialect *adapters.Dialect
}

func (b *bench) connect() adapters.Conn {
	b.t.Helper()
	c, err := b.adapter.Connect(b.t.Context())
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() {
		if err := c.Close(); err != nil {
			b.t.Error("closing a connection:", err)
		}
	})
	return c
}

func (b *bench) rel(name string, kind adapters.RelationKind) adapters.Relation {
	return adapters.Relation{Database: b.Home.Database, Schema: b.Home.Schema, Name: name, Kind: kind}
}

func (b *bench) name(name string) string { return b.dialect.Render(b.rel(name, adapters.Unknown)) }

func (b *bench) exec(sql string) adapters.Outcome {
	b.t.Helper()
	out, err := b.Exec(b.t.Context(), sql)
	if err != nil {
		b.t.Fatalf("%s\n%v", sql, err)
	}
	return out
}

// count returns the first value of a query over some connection.
func count(t *testing.T, c adapters.Conn, sql string) any {
	t.Helper()
	rows, err := c.Query(t.Context(), sql)
	if err != nil {
		t.Fatalf("%s\n%v", sql, err)
	}
	return rows.Values[0][0]
}

func wantKind(t *testing.T, err error, kind adapters.ErrorKind) *adapters.QueryError {
	t.Helper()
	q, ok := errors.AsType[*adapters.QueryError](err)
	if !ok {
		t.Fatalf("error is %T (%v), want a QueryError of kind %v", err, err, kind)
	}
	if q.Kind != kind {
		t.Fatalf("kind is %v, want %v: %v", q.Kind, kind, q)
	}
	if q.Message == "" || strings.TrimSpace(q.Message) != q.Message || q.Offset < -1 || q.Offset > len(q.SQL) {
		t.Fatalf("ill-formed error: %+v", q)
	}
	return q
}

func testRelations(t *testing.T, b *bench) {
	other := adapters.Namespace{Database: b.Home.Database, Schema: "other_schema"}
	if err := b.CreateSchema(t.Context(), other); err != nil {
		t.Fatal(err)
	}
	far := adapters.Relation{Database: other.Database, Schema: other.Schema, Name: "far", Kind: adapters.Table}
	b.exec("create table " + b.name("tab") + " as select 1 as a")
	b.exec("create view " + b.name("vw") + " as select 1 as a")
	b.exec("create table " + b.dialect.Render(far) + " as select 1 as a")

	home := []adapters.Relation{b.rel("tab", adapters.Table), b.rel("vw", adapters.View)}
	for _, c := range []struct {
		in   []adapters.Namespace
		want []adapters.Relation
	}{
		{[]adapters.Namespace{b.Home}, home},
		{[]adapters.Namespace{other, b.Home}, sorted(append(slices.Clone(home), far))},
		{[]adapters.Namespace{{Database: b.Home.Database, Schema: "no_such_schema"}}, nil},
		{nil, nil},
	} {
		got, err := b.Relations(t.Context(), c.in...)
		if err != nil || len(got) != len(c.want) || len(got) > 0 && !reflect.DeepEqual(got, c.want) {
			t.Errorf("Relations(%v) = %v, %v; want %v", c.in, got, err, c.want)
		}
	}
	b.exec(b.dialect.RenameSQL(b.rel("tab", adapters.Table), "renamed"))
	b.exec(b.dialect.DropSQL(b.rel("vw", adapters.View)))
	b.exec(b.dialect.DropSQL(b.rel("vw", adapters.View))) // if exists
	got, err := b.Relations(t.Context(), b.Home)
	if err != nil || !reflect.DeepEqual(got, []adapters.Relation{b.rel("renamed", adapters.Table)}) {
		t.Errorf("after rename and drop: %v, %v", got, err)
	}
}

func sorted(rels []adapters.Relation) []adapters.Relation {
	slices.SortFunc(rels, func(x, y adapters.Relation) int {
		return strings.Compare(x.Schema+"\x00"+x.Name, y.Schema+"\x00"+y.Name)
	})
	return rels
}

func testColumns(t *testing.T, b *bench) {
	typed := "cast(1 as " + b.dialect.Types.Int + ") as a, cast('x' as " + b.dialect.Types.String + ") as b"
	b.exec("create table " + b.name("tab") + " as select " + typed)
	b.exec("create view " + b.name("vw") + " as select b, a from " + b.name("tab"))
	x, y := adapters.Column{Name: "a", Type: b.Integer}, adapters.Column{Name: "b", Type: b.Text}
	for name, want := range map[string][]adapters.Column{"tab": {x, y}, "vw": {y, x}} {
		got, err := b.Columns(t.Context(), b.rel(name, adapters.Unknown))
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("Columns(%s) = %v, %v; want %v", name, got, err, want)
		}
	}
	_, err := b.Columns(t.Context(), b.rel("absent", adapters.Unknown))
	wantKind(t, err, adapters.NotFound)
}

func testSchemas(t *testing.T, b *bench) {
	ctx := t.Context()
	ns := adapters.Namespace{Database: b.Home.Database, Schema: "made_here"}
	has := func() bool {
		schemas, err := b.Schemas(ctx, b.Home.Database)
		if err != nil || !slices.IsSorted(schemas) || !slices.Contains(schemas, b.Home.Schema) {
			t.Fatalf("Schemas = %q, %v", schemas, err)
		}
		return slices.Contains(schemas, ns.Schema)
	}
	if has() {
		t.Fatal("the schema is there already")
	}
	for range 2 { // creating what exists is no error
		if err := b.CreateSchema(ctx, ns); err != nil {
			t.Fatal(err)
		}
	}
	b.exec("create table " + b.dialect.Render(adapters.Relation{Database: ns.Database, Schema: ns.Schema, Name: "t"}) + " as select 1 as a")
	if !has() {
		t.Error("the schema was not created")
	}
	for range 2 { // nor is dropping what does not
		if err := b.DropSchema(ctx, ns); err != nil {
			t.Fatal(err)
		}
	}
	if has() {
		t.Error("the schema was not dropped")
	}
}

func testHostileNames(t *testing.T, b *bench) {
	ctx := t.Context()
	for _, name := range []string{
		`a"b`, `"`, "two words", "select", "ünïcödé", "表", "a.b", "new\nline", "semi;colon", "--comment", "quo'te", "/*", "{{ x }}", `back\slash`, "%s", "$1",
	} {
		ns := adapters.Namespace{Database: b.Home.Database, Schema: name}
		rel := adapters.Relation{Database: ns.Database, Schema: name, Name: name, Kind: adapters.Table}
		if err := b.CreateSchema(ctx, ns); err != nil {
			t.Fatalf("%q: %v", name, err)
		}
		q := b.dialect.Quote(name)
		b.exec("create table " + b.dialect.Render(rel.WithName("tmp")) + " as select " + b.dialect.Literal(name) + " as " + q)
		b.exec(b.dialect.RenameSQL(rel.WithName("tmp"), name))
		if got, err := b.Relations(ctx, ns); err != nil || !reflect.DeepEqual(got, []adapters.Relation{rel}) {
			t.Errorf("%q: Relations = %v, %v", name, got, err)
		}
		if got, err := b.Columns(ctx, rel); err != nil || len(got) != 1 || got[0].Name != name {
			t.Errorf("%q: Columns = %v, %v", name, got, err)
		}
		if got := count(t, b, "select "+q+" from "+b.dialect.Render(rel)); got != name {
			t.Errorf("%q: the literal came back as %q", name, got)
		}
		if loader, ok := b.Conn.(adapters.BulkLoader); ok {
			rows := slices.Values([][]adapters.Cell{{{Text: "loaded"}}})
			if n, err := loader.Load(ctx, rel, []string{name}, rows); err != nil || n != 1 {
				t.Errorf("%q: Load = %d, %v", name, n, err)
			}
		}
		b.exec(b.dialect.DropSQL(rel))
		if err := b.DropSchema(ctx, ns); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func testSeveralStatements(t *testing.T, b *bench) {
	ctx, name := t.Context(), b.name("multi")
	out := b.exec("create table " + name + " as select 1 as x; insert into " + name + " select 2 union all select 3; -- end")
	if out.RowsAffected != 2 {
		t.Errorf("RowsAffected = %d, want those of the last statement: 2", out.RowsAffected)
	}
	if out := b.exec("update " + name + " set x = 0 where x > 1;"); out.RowsAffected != 2 {
		t.Errorf("RowsAffected of update = %d, want 2", out.RowsAffected)
	}
	for _, nothing := range []string{"", " \n", ";", "-- only a comment", "/* here too */ ;"} {
		if _, err := b.Exec(ctx, nothing); err != nil {
			t.Errorf("Exec(%q): %v", nothing, err)
		}
		if rows, err := b.Query(ctx, nothing); err != nil || len(rows.Values) != 0 {
			t.Errorf("Query(%q) = %v, %v", nothing, rows, err)
		}
	}
	if out := b.exec("create view " + b.name("v") + " as select 1 as a"); out.RowsAffected != -1 {
		t.Errorf("RowsAffected of create view = %d", out.RowsAffected)
	}
	if got := count(t, b, "delete from "+name+" where x = 1; select count(*) from "+name+";"); got != int64(2) {
		t.Errorf("Query of two statements = %v", got)
	}
	_, err := b.Exec(ctx, "insert into "+name+" select 7;\ninsert into "+name+" select no_such_column")
	if q := wantKind(t, err, adapters.NotFound); !strings.HasPrefix(q.SQL[max(q.Offset, 0):], "no_such_column") {
		t.Errorf("the offset counts from the start of the whole text: %d", q.Offset)
	}
}

func testTransactions(t *testing.T, b *bench) {
	ctx := t.Context()
	reader := b.connect()
	if err := b.Rollback(ctx); err != nil {
		t.Errorf("Rollback without a transaction: %v", err)
	}
	if err := b.Commit(ctx); err == nil {
		t.Error("Commit without a transaction must fail")
	}
	begin(t, b)
	if err := b.Begin(ctx); err == nil {
		t.Error("Begin inside a transaction must fail")
	}
	if err := b.Rollback(ctx); err != nil {
		t.Fatal(err)
	}

	begin(t, b)
	b.exec("create table " + b.name("kept") + " as select 1 as a")
	if err := b.Commit(ctx); err != nil {
		t.Fatal(err)
	}
	if b.dialect.Transactions != adapters.Everything {
		return
	}
	begin(t, b)
	b.exec("create table " + b.name("undone") + " as select 1 as a")
	b.exec("insert into " + b.name("kept") + " select 2")
	b.exec("create view " + b.name("vw") + " as select 1 as a")
	if got, _ := reader.Relations(ctx, b.Home); len(got) != 1 {
		t.Errorf("another connection sees an open transaction: %v", got)
	}
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	if err := b.Rollback(cancelled); err != nil {
		t.Fatalf("Rollback with a context that is done: %v", err)
	}
	if got, err := b.Relations(ctx, b.Home); err != nil || len(got) != 1 || got[0].Name != "kept" {
		t.Errorf("after rollback: %v, %v", got, err)
	}
	if got := count(t, reader, "select count(*) from "+b.name("kept")); got != int64(1) {
		t.Errorf("rows after rollback: %v", got)
	}

	c, err := b.adapter.Connect(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Begin(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Exec(ctx, "drop table "+b.name("kept")); err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if got, _ := b.Relations(ctx, b.Home); len(got) != 1 {
		t.Error("Close must roll an open transaction back")
	}
}

func begin(t *testing.T, b *bench) {
	t.Helper()
	if err := b.Begin(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func testFailedTransaction(t *testing.T, b *bench) {
	ctx := t.Context()
	begin(t, b)
	b.exec("create table " + b.name("gone") + " as select 'x' as a")
	if _, err := b.Exec(ctx, "insert into "+b.name("gone")+" select cast(cast(a as "+b.dialect.Types.Int+") as "+b.dialect.Types.String+") from "+b.name("gone")); err == nil {
		t.Fatal("a cast of 'x' to a number must fail")
	}
	if err := b.Commit(ctx); err == nil {
		if got, _ := b.Relations(ctx, b.Home); len(got) == 0 {
			t.Error("Commit said that all is well, and nothing was committed")
		}
		return
	}
	if got, err := b.Relations(ctx, b.Home); err != nil || len(got) != 0 {
		t.Errorf("after a failed commit: %v, %v", got, err)
	}
	begin(t, b) // the failed transaction is over
	if err := b.Rollback(ctx); err != nil {
		t.Error(err)
	}
}

// testSwap replaces a relation in one transaction, as the engine does.
func testSwap(t *testing.T, b *bench) {
	if b.dialect.Transactions != adapters.Everything {
		t.Skip("DDL takes no part in transactions")
	}
	ctx, reader := t.Context(), b.connect()
	b.exec("create view " + b.name("x") + " as select 1 as a")
	read := "select a from " + b.name("x")
	if !b.ReadersWait {
		b.exec("create view " + b.name("dependent") + " as select a from " + b.name("x"))
		read = "select a from " + b.name("dependent")
	}
	for n, kind := range []adapters.RelationKind{adapters.View, adapters.Table, adapters.Table} {
		begin(t, b)
		b.exec("create table " + b.name("x__tmp") + " as select " + string(rune('2'+n)) + " as a")
		if got := count(t, reader, read); got != int64(n+1) {
			t.Errorf("before commit, others must read the old one: %v", got)
		}
		b.exec(b.dialect.DropSQL(b.rel("x", kind)))
		b.exec(b.dialect.RenameSQL(b.rel("x__tmp", adapters.Table), "x"))
		if !b.ReadersWait {
			if got := count(t, reader, read); got != int64(n+1) {
				t.Errorf("before commit, others must read the old one: %v", got)
			}
		}
		if err := b.Commit(ctx); err != nil {
			t.Fatal(err)
		}
		if got := count(t, reader, read); got != int64(n+2) {
			t.Errorf("after commit: %v, want %d", got, n+2)
		}
	}
}

func testCancel(t *testing.T, b *bench) {
	reason := errors.New("stopped by the test")
	for _, run := range []func(context.Context) error{
		func(ctx context.Context) error { _, err := b.Exec(ctx, b.Slow); return err },
		func(ctx context.Context) error { _, err := b.Query(ctx, b.Slow); return err },
		func(ctx context.Context) error {
			_, err := b.Exec(ctx, "create table "+b.name("slow")+" as "+b.Slow)
			return err
		},
	} {
		ctx, cancel := context.WithCancelCause(t.Context())
		timer := time.AfterFunc(50*time.Millisecond, func() { cancel(reason) })
		err := run(ctx)
		timer.Stop()
		wantKind(t, err, adapters.Cancelled)
		if !errors.Is(err, reason) {
			t.Errorf("the cause is lost: %v", err)
		}
		if got := count(t, b, "select 1"); got != int64(1) {
			t.Errorf("the connection is of no use after a cancelled statement: %v", got)
		}
	}
	done, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := b.Exec(done, "create table "+b.name("never")+" as select 1 as a")
	wantKind(t, err, adapters.Cancelled)
	if err := b.Begin(done); adapters.KindOf(err) != adapters.Cancelled {
		t.Errorf("Begin with a context that is done: %v", err)
	}
	if got, _ := b.Relations(t.Context(), b.Home); len(got) != 0 {
		t.Errorf("cancelled statements left %v", got)
	}
}
