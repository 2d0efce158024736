package duckdb

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mdl/adapters"
)

// TestTransactions keeps the doc comment of NewDialect true. Each case begins
// with table x, index-free, holding 1 as a, b; it runs in one transaction.
func TestTransactions(t *testing.T) {
	const swap = "create table x__tmp as select 2 as a; drop table x; alter table x__tmp rename to x;"
	for _, c := range []struct {
		name, before, inside string
		fails                string           // what the failing statement or commit says; "" if all is well
		want                 map[string]int64 // queries after commit
	}{
		{name: "swap", before: "create view dep as select a from x", inside: swap, want: map[string]int64{"select a from dep": 2}},
		{name: "swap twice", inside: swap + strings.ReplaceAll(swap, "2", "3"), want: map[string]int64{"select a from x": 3}},
		{name: "swap by renaming away", inside: "create table x__tmp as select 2 as a; alter table x rename to x__bak; alter table x__tmp rename to x; drop table x__bak",
			want: map[string]int64{"select a from x": 2}},
		{name: "swap of an indexed table", before: "create unique index i on x (a)", inside: swap + "create unique index i on x (a)",
			want: map[string]int64{"select a from x": 2, "select count(*) from duckdb_indexes()": 1}},
		{name: "swap of a table with a key", before: "drop table x; create table x (a int primary key)",
			inside: "create table x__tmp (a int primary key); insert into x__tmp values (2); drop table x; alter table x__tmp rename to x",
			want:   map[string]int64{"select a from x": 2}},
		{name: "swap of a view for a table", before: "drop table x; create view x as select 1 as a", inside: "create table x__tmp as select 2 as a; drop view x; alter table x__tmp rename to x",
			want: map[string]int64{"select a from x": 2}},
		{name: "swap of a table for a view", inside: "create view x__tmp as select 2 as a; drop table x; alter view x__tmp rename to x",
			want: map[string]int64{"select a from x": 2}},
		{name: "replace and index", before: "create index i on x (a)", inside: "create or replace table x as select 2 as a; create index i on x (a)",
			want: map[string]int64{"select a from x": 2}},
		{name: "replace reading itself", inside: "create or replace table x as select a + 1 as a from x", want: map[string]int64{"select a from x": 2}},
		{name: "add columns, then change rows", inside: "alter table x add column c int; alter table x add column d int; delete from x; insert into x values (2, 2, 2, 2)",
			want: map[string]int64{"select c from x": 2}},
		{name: "add a column and rename", inside: "alter table x add column c int; insert into x values (2, 2, 2); alter table x rename to y", want: map[string]int64{"select count(*) from y": 2}},
		{name: "same key again", before: "create unique index i on x (a)", inside: "delete from x; insert into x values (1, 5)", want: map[string]int64{"select b from x": 5}},
		{name: "schema and comment", inside: "create schema s; create table s.t as select 7 as a; comment on column s.t.a is 'it'; comment on table s.t is 'tab'",
			want: map[string]int64{"select a from s.t": 7}},
		{name: "temporary table", inside: "create temp table n as select 2 as a, 2 as b; insert into x select * from n; drop table n", want: map[string]int64{"select count(*) from x": 2}},
		{name: "merge with two sources of a row", inside: "merge into x using (values (1, 8), (1, 9)) s(a, b) on s.a = x.a when matched then update set b = s.b",
			want: map[string]int64{"select count(*) from x where b in (8, 9)": 1}},

		{name: "rename of an indexed table", before: "create index i on x (a)", inside: "alter table x rename to y", fails: "entries that depend on it"},
		{name: "index before rename", inside: "create table x__tmp as select 2 as a; create index i on x__tmp (a); drop table x; alter table x__tmp rename to x", fails: "entries that depend on it"},
		{name: "drop a column of an indexed table", before: "create index i on x (a)", inside: "alter table x drop column b", fails: "entries that depend on it"},
		{name: "delete, then add a column", inside: "delete from x; alter table x add column c int", fails: "altered this table"},
		{name: "update, then drop a column", inside: "update x set a = 2; alter table x drop column b", fails: "altered this table"},
		{name: "foreign key", before: "create table p (a int primary key); create table c (a int references p (a))", inside: "drop table p cascade", fails: "main key table"},
		{name: "replace across kinds", inside: "create or replace view x as select 2 as a", fails: "is of type Table"},
		{name: "two databases", before: "attach ':memory:' as m", inside: "create table m.t as select 1 as a; create table t as select 1 as a", fails: "already modified database"},
	} {
		t.Run(c.name, func(t *testing.T) {
			conn := connect(t, open(t, filepath.Join(t.TempDir(), "dev.duckdb")))
			mustExec(t, conn, "create table x as select 1 as a, 1 as b;"+c.before)
			if err := conn.Begin(t.Context()); err != nil {
				t.Fatal(err)
			}
			_, err := conn.Exec(t.Context(), c.inside)
			if err == nil {
				err = conn.Commit(t.Context())
			}
			if c.fails != "" {
				if err == nil || !strings.Contains(err.Error(), c.fails) {
					t.Fatalf("%v, want an error that says %q", err, c.fails)
				}
				if err := conn.Rollback(t.Context()); err != nil {
					t.Fatal(err)
				}
				c.want = map[string]int64{"select count(*) from x where a = 1 and b = 1": 1}
			} else if err != nil {
				t.Fatal(err)
			}
			for query, want := range c.want {
				if got := scalar(t, conn, query); got != want {
					t.Errorf("%s: %v, want %d", query, got, want)
				}
			}
		})
	}
}

// TestConflicts has two transactions at the same time.
func TestConflicts(t *testing.T) {
	for _, c := range []struct {
		name, first, second string
		conflict            bool
	}{
		{"create different tables", "create table p as select 1 as a", "create table q as select 1 as a", false},
		{"swap different tables", "drop table x; create table x as select 2 as a", "drop table y; create table y as select 2 as a", false},
		{"insert into one table", "insert into x values (2)", "insert into x values (3)", false},
		{"create one table", "create table p as select 1 as a", "create table p as select 1 as a", true},
		{"create one schema", "create schema if not exists s", "create schema if not exists s", true},
		{"update one row", "update x set a = 2", "update x set a = 3", true},
		{"drop one table", "drop table x", "drop table x", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			ctx, a := t.Context(), open(t, filepath.Join(t.TempDir(), "dev.duckdb"))
			one, two := connect(t, a), connect(t, a)
			mustExec(t, one, "create table x as select 1 as a; create table y as select 1 as a")
			for _, conn := range []adapters.Conn{one, two} {
				if err := conn.Begin(ctx); err != nil {
					t.Fatal(err)
				}
			}
			mustExec(t, one, c.first)
			_, err := two.Exec(ctx, c.second)
			if c.conflict != (adapters.KindOf(err) == adapters.Transient) {
				t.Errorf("second: %v", err)
			}
			if err := one.Commit(ctx); err != nil {
				t.Error(err)
			}
			if err := two.Commit(ctx); !c.conflict && err != nil {
				t.Error(err)
			}
		})
	}
}

// TestRelationsAreOneQuery reads a catalog of many schemas at once.
func TestRelationsAreOneQuery(t *testing.T) {
	c := connect(t, open(t, ":memory:"))
	var in []adapters.Namespace
	for i := range 20 {
		n := adapters.Namespace{Database: "memory", Schema: fmt.Sprintf("S%d", i)}
		in = append(in, adapters.Namespace{Database: "MEMORY", Schema: strings.ToLower(n.Schema)}) // case does not matter
		mustExec(t, c, "create schema "+n.Schema+"; create view "+n.Schema+".v as select 1 as a")
	}
	got, err := c.Relations(t.Context(), in...)
	if err != nil || len(got) != 20 || got[0].Schema != "S0" || got[0].Kind != adapters.View {
		t.Errorf("%v, %v", got, err)
	}
	mustExec(t, c, "create temp table tmp as select 1 as a")
	temp, err := c.Relations(t.Context(), adapters.Namespace{Database: "temp", Schema: "main"})
	if want := []adapters.Relation{{Database: "temp", Schema: "main", Name: "tmp", Kind: adapters.Table}}; err != nil || !slices.Equal(temp, want) {
		t.Errorf("%v, %v", temp, err)
	}
	own, err := c.Relations(t.Context(), adapters.Namespace{})
	if err != nil || len(own) != 0 {
		t.Errorf("the session's own schema: %v, %v", own, err)
	}
}

// TestTextOfValuesTheDriverCannotRead checks that order and other columns stay.
func TestTextOfValuesTheDriverCannotRead(t *testing.T) {
	c := connect(t, open(t, ":memory:"))
	rows, err := c.Query(t.Context(), `select i as "n", ('{"k": ' || i || '}')::json as j, i::variant as "n" from range(3) r(i) order by i desc; -- end`)
	if err != nil {
		t.Fatal(err)
	}
	want := [][]any{{int64(2), `{"k": 2}`, "2"}, {int64(1), `{"k": 1}`, "1"}, {int64(0), `{"k": 0}`, "0"}}
	if fmt.Sprint(rows.Values) != fmt.Sprint(want) || rows.Columns[1] != (adapters.Column{Name: "j", Type: "JSON"}) {
		t.Errorf("%v of %v", rows.Values, rows.Columns)
	}
	rows, err = c.Query(t.Context(), `select 1; select '{"b": [1, "x"]}'::json as j`)
	if err != nil || rows.Values[0][0] != `{"b":[1,"x"]}` {
		t.Errorf("after another statement: %v, %v", rows, err)
	}
}
