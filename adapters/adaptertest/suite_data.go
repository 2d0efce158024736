package adaptertest

import (
	"errors"
	"fmt"
	"math/big"
	"reflect"
	"slices"
	"strings"
	"testing"

	"mdl/adapters"
)

func testErrors(t *testing.T, b *bench) {
	for _, bad := range b.Bad {
		for _, prefix := range []string{"", "select 1;\n-- é\nselect 'é';\n"} {
			sql := prefix + bad.SQL
			_, err := b.Exec(t.Context(), sql)
			if err == nil {
				t.Errorf("%s\nmust fail", sql)
				continue
			}
			q, ok := errors.AsType[*adapters.QueryError](err)
			if !ok || q.Kind != bad.Kind || q.SQL != sql {
				t.Errorf("%s\n%#v\nwant kind %v", sql, err, bad.Kind)
				continue
			}
			want := -1
			switch bad.At {
			case "":
			case End:
				want = len(sql)
			default:
				want = strings.LastIndex(sql, bad.At)
			}
			if q.Offset != want {
				t.Errorf("%s\noffset %d, want %d: %v", sql, q.Offset, want, q)
			}
			if strings.Contains(q.Message, "LINE ") || strings.Contains(q.Message, "Error:") || strings.HasPrefix(q.Message, "{") {
				t.Errorf("the message is not clean: %q", q.Message)
			}
			if !strings.Contains(q.Hint, bad.Hint) {
				t.Errorf("%s\nhint %q, want %q", sql, q.Hint, bad.Hint)
			}
		}
	}
}

func loader(t *testing.T, b *bench) adapters.BulkLoader {
	t.Helper()
	l, ok := b.Conn.(adapters.BulkLoader)
	if !ok {
		t.Skip("not a BulkLoader")
	}
	return l
}

func (b *bench) createLoadTable() (adapters.Relation, []string) {
	ty := b.dialect.Types
	rel := b.rel("loaded", adapters.Table)
	b.exec("create table " + b.dialect.Render(rel) + " (n " + ty.Int + ", s " + ty.String + ", f " + ty.Float + ", b " + ty.Boolean +
		", ts " + ty.Timestamp + ", d " + ty.Date + ", extra " + ty.Int + ")")
	return rel, []string{"s", "n", "f", "b", "ts", "d"}
}

func cells(texts ...string) []adapters.Cell {
	row := make([]adapters.Cell, len(texts))
	for i, s := range texts {
		row[i] = adapters.Cell{Text: s, Null: s == "<null>"}
	}
	return row
}

func testLoad(t *testing.T, b *bench) {
	ctx, l := t.Context(), loader(t, b)
	rel, columns := b.createLoadTable()
	rows := [][]adapters.Cell{
		cells("two\nlines, \"quoted\" é", "1", "1.5", "true", "2020-01-02 03:04:05", "2020-01-02"),
		cells("", "-2", "1e3", "false", "2020-01-02", "1999-12-31"),
		cells("<null>", "<null>", "<null>", "<null>", "<null>", "<null>"),
	}
	if n, err := l.Load(ctx, rel, columns, slices.Values(rows)); err != nil || n != 3 {
		t.Fatalf("Load = %d, %v", n, err)
	}
	name := b.dialect.Render(rel)
	for query, want := range map[string]any{
		"select count(*) from " + name:                                          int64(3),
		"select s from " + name + " where n = 1":                                rows[0][0].Text,
		"select s from " + name + " where n = -2":                               "",
		"select count(*) from " + name + " where f = 1000":                      int64(1),
		"select count(*) from " + name + " where b and d = date '2020-01-02'":   int64(1),
		"select count(*) from " + name + " where s is null and extra is null":   int64(1),
		"select count(*) from " + name + " where ts = '2020-01-02 03:04:05'":    int64(1),
		"select count(*) from " + name + " where n is null and ts is not null":  int64(0),
		"select count(*) from " + name + " where extra is not null or n = 9999": int64(0),
	} {
		if got := count(t, b, query); got != want {
			t.Errorf("%s: %v, want %v", query, got, want)
		}
	}
	if n, err := l.Load(ctx, rel, columns, slices.Values([][]adapters.Cell{})); err != nil || n != 0 {
		t.Errorf("Load of nothing = %d, %v", n, err)
	}
	begin(t, b)
	if _, err := l.Load(ctx, rel, columns, slices.Values(rows)); err != nil {
		t.Fatal(err)
	}
	if err := b.Rollback(ctx); err != nil {
		t.Fatal(err)
	}
	if got := count(t, b, "select count(*) from "+name); got != int64(3) {
		t.Errorf("a load must take part in the transaction: %v rows", got)
	}
	many := func(yield func([]adapters.Cell) bool) {
		for i := range 10_000 {
			if !yield(cells("s", fmt.Sprint(i), "1", "true", "2020-01-02", "2020-01-02")) {
				return
			}
		}
	}
	if n, err := l.Load(ctx, rel, columns, many); err != nil || n != 10_000 {
		t.Errorf("Load of many = %d, %v", n, err)
	}
}

func testLoadErrors(t *testing.T, b *bench) {
	ctx, l := t.Context(), loader(t, b)
	rel, columns := b.createLoadTable()
	good := cells("s", "1", "1.5", "true", "2020-01-02 03:04:05", "2020-01-02")
	bad := slices.Clone(good)
	bad[1].Text = "one"
	check := func() {
		_, err := l.Load(ctx, rel, columns, slices.Values([][]adapters.Cell{good, good, bad, good}))
		e, ok := errors.AsType[*adapters.LoadError](err)
		if !ok || e.Row != 2 || e.Column != 1 || e.Name != "n" || e.Text != "one" || e.Cause == nil {
			t.Fatalf("Load of a bad cell: %#v", err)
		}
		if adapters.KindOf(err) != adapters.TypeMismatch {
			t.Errorf("the cause is of kind %v: %v", adapters.KindOf(err), e.Cause)
		}
		if want := fmt.Sprintf(`row 3, column "n": cannot read "one" as %s`, b.Integer); e.Error() != want {
			t.Errorf("message %q, want %q", e.Error(), want)
		}
	}
	check()
	begin(t, b)
	check()
	if err := b.Rollback(ctx); err != nil {
		t.Fatal(err)
	}
	if got := count(t, b, "select count(*) from "+b.dialect.Render(rel)); got != int64(0) {
		t.Errorf("a failed load left %v rows", got)
	}
	_, err := l.Load(ctx, rel, []string{"absent"}, slices.Values([][]adapters.Cell{{{Text: "1"}}}))
	wantKind(t, err, adapters.NotFound)
	_, err = l.Load(ctx, rel.WithName("absent"), columns, slices.Values([][]adapters.Cell{good}))
	wantKind(t, err, adapters.NotFound)
	if _, err = l.Load(ctx, rel, columns, slices.Values([][]adapters.Cell{good[:3]})); err == nil {
		t.Error("a short row must fail")
	}
}

func testDescribe(t *testing.T, b *bench) {
	d, ok := b.Conn.(adapters.Describer)
	if !ok {
		t.Skip("not a Describer")
	}
	ctx, ty := t.Context(), b.dialect.Types
	want := []adapters.Column{{Name: "a", Type: b.Integer}, {Name: "B c", Type: b.Text}}
	query := "-- first\nwith x as (select cast(1 as " + ty.Int + ") as a)\nselect a, cast('it''s' as " + ty.String + ") as " +
		b.dialect.Quote("B c") + " from x"
	for _, end := range []string{"", ";", "; -- last", "\n-- last"} {
		got, err := d.Describe(ctx, query+end)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("Describe with end %q = %v, %v", end, got, err)
		}
	}
	_, err := d.Describe(ctx, "select 1 as a,\n  nope from (select 1 as b) x")
	if q := wantKind(t, err, adapters.NotFound); q.Offset != 17 {
		t.Errorf("offset %d, want 17", q.Offset)
	}
	b.exec("create table " + b.name("keep") + " as select 1 as a")
	for _, sql := range []string{"", "drop table " + b.name("keep"), "drop table " + b.name("keep") + "; select 1", "select 1; drop table " + b.name("keep")} {
		if _, err := d.Describe(ctx, sql); err == nil {
			t.Errorf("Describe(%q) must fail", sql)
		}
	}
	if got := count(t, b, "select count(*) from "+b.name("keep")); got != int64(1) {
		t.Error("Describe has run a statement")
	}
}

// testConcurrency builds many relations of one schema at the same time, each in
// a transaction on a connection of its own.
func testConcurrency(t *testing.T, b *bench) {
	const workers, rounds = 8, 5
	failures := make(chan error, workers)
	conns := make([]adapters.Conn, workers)
	for i := range conns {
		conns[i] = b.connect()
	}
	for i, c := range conns {
		go func() { failures <- b.rebuild(t, c, fmt.Sprintf("t%d", i), rounds) }()
	}
	for range workers {
		if err := <-failures; err != nil {
			t.Error(err)
		}
	}
	got, err := b.Relations(t.Context(), b.Home)
	if err != nil || len(got) != workers {
		t.Errorf("%d relations, want %d: %v", len(got), workers, err)
	}
}

// rebuild replaces a table some times and checks what it holds.
func (b *bench) rebuild(t *testing.T, c adapters.Conn, name string, rounds int) error {
	ctx := t.Context()
	for n := range rounds {
		if err := c.Begin(ctx); err != nil {
			return err
		}
		sql := "create table " + b.name(name+"__tmp") + " as select " + fmt.Sprint(n) + " as a;" +
			b.dialect.DropSQL(b.rel(name, adapters.Table)) + ";" + b.dialect.RenameSQL(b.rel(name+"__tmp", adapters.Table), name)
		if _, err := c.Exec(ctx, sql); err != nil {
			return err
		}
		if err := c.Commit(ctx); err != nil {
			return err
		}
		rows, err := c.Query(ctx, "select a from "+b.name(name))
		if err != nil {
			return err
		}
		if got := rows.Values[0][0]; got != int64(n) {
			return fmt.Errorf("%s holds %v in round %d", name, got, n)
		}
	}
	return nil
}

func testValues(t *testing.T, b *bench) {
	for _, v := range b.Values {
		rows, err := b.Query(t.Context(), "select "+v.SQL+" as v")
		if err != nil {
			t.Errorf("%s: %v", v.SQL, err)
			continue
		}
		got := rows.Values[0][0]
		if x, ok := got.(*big.Int); ok {
			if want, ok := v.Want.(*big.Int); !ok || x.Cmp(want) != 0 {
				t.Errorf("%s = %v, want %v", v.SQL, x, v.Want)
			}
		} else if !reflect.DeepEqual(got, v.Want) {
			t.Errorf("%s = %#v, want %#v", v.SQL, got, v.Want)
		}
		if want := []adapters.Column{{Name: "v", Type: v.Type}}; !reflect.DeepEqual(rows.Columns, want) {
			t.Errorf("%s: columns %v, want %v", v.SQL, rows.Columns, want)
		}
	}
}
