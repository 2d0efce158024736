package duckdb

import (
	"fmt"
	"path/filepath"
	"testing"

	"mdl/adapters"
)

func benchConn(b *testing.B) adapters.Conn {
	b.Helper()
	a, err := Open(Config{Path: filepath.Join(b.TempDir(), "dev.duckdb"), Retries: Retries{Connect: 1, Query: 1}})
	if err != nil {
		b.Fatal(err)
	}
	c, err := a.Connect(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = c.Close(); _ = a.Close() })
	return c
}

func BenchmarkConnect(b *testing.B) {
	for b.Loop() {
		a, err := Open(Config{Path: ":memory:", Retries: Retries{Connect: 1, Query: 1}})
		if err != nil {
			b.Fatal(err)
		}
		c, err := a.Connect(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		_ = c.Close()
		_ = a.Close()
	}
}

func BenchmarkSwap(b *testing.B) {
	c := benchConn(b)
	for b.Loop() {
		if err := c.Begin(b.Context()); err != nil {
			b.Fatal(err)
		}
		if _, err := c.Exec(b.Context(), "create table x__tmp as select 1 as a; drop table if exists x cascade; alter table x__tmp rename to x"); err != nil {
			b.Fatal(err)
		}
		if err := c.Commit(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkQuery1000Rows(b *testing.B) {
	c := benchConn(b)
	for b.Loop() {
		if _, err := c.Query(b.Context(), "select i, 'name ' || i as s, i / 3 as f from range(1000) r(i)"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRelationsOf500(b *testing.B) {
	c := benchConn(b)
	for i := range 500 {
		if _, err := c.Exec(b.Context(), fmt.Sprintf("create view v%d as select 1 as a, 2 as b", i)); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		if rels, err := c.Relations(b.Context(), adapters.Namespace{Database: "dev", Schema: "main"}); err != nil || len(rels) != 500 {
			b.Fatal(err)
		}
	}
}

// BenchmarkLoad reports the time of 100,000 rows of five columns.
func BenchmarkLoad(b *testing.B) {
	c := benchConn(b)
	table := adapters.Relation{Database: "dev", Schema: "main", Name: "t", Kind: adapters.Table}
	rows := func(yield func([]adapters.Cell) bool) {
		for i := range 100_000 {
			id := fmt.Sprint(i)
			if !yield([]adapters.Cell{{Text: id}, {Text: "name " + id}, {Text: "1.5"}, {Null: true}, {Text: "2020-01-02"}}) {
				return
			}
		}
	}
	for b.Loop() {
		if _, err := c.Exec(b.Context(), "create or replace table t (a integer, b text, c double, d text, e date)"); err != nil {
			b.Fatal(err)
		}
		if _, err := c.(adapters.BulkLoader).Load(b.Context(), table, []string{"a", "b", "c", "d", "e"}, rows); err != nil {
			b.Fatal(err)
		}
	}
}
