package duckdb

import (
	"testing"

	"mdl/adapters"
)

// TestDocument describes tables and views of two databases, with comments, and
// not the table of one name in another schema.
func TestDocument(t *testing.T) {
	ctx := t.Context()
	c := connect(t, open(t, ":memory:"))
	if _, err := c.Exec(ctx, `attach ':memory:' as other; create schema other.s; create table other.s.t (x int);
		create schema s; create table s.t ("Ab c" decimal(10, 2), b int[]); create table t (no int);
		comment on table s.t is 'the table'; comment on column s.t.b is 'a list';
		create view s.v as select 1 as one`); err != nil {
		t.Fatal(err)
	}
	rows, err := c.Query(ctx, "select current_database()")
	if err != nil {
		t.Fatal(err)
	}
	database := rows.Values[0][0].(string)
	got, err := c.(adapters.Documenter).Document(ctx, adapters.Namespace{Schema: "S"}, adapters.Namespace{Database: "OTHER", Schema: "s"},
		adapters.Namespace{Schema: "nowhere"})
	if err != nil {
		t.Fatal(err)
	}
	byName := map[string]adapters.RelationInfo{}
	for _, r := range got {
		byName[r.Database+"."+r.Schema+"."+r.Name] = r
	}
	if len(byName) != 3 {
		t.Fatalf("%d relations: %+v", len(got), got)
	}
	table := byName[database+".s.t"]
	want := []adapters.ColumnInfo{
		{Column: adapters.Column{Name: "Ab c", Type: "DECIMAL(10,2)"}, Index: 1},
		{Column: adapters.Column{Name: "b", Type: "INTEGER[]"}, Index: 2, Comment: "a list"},
	}
	if table.Kind != adapters.Table || table.Comment != "the table" || len(table.Columns) != 2 || table.Columns[0] != want[0] || table.Columns[1] != want[1] {
		t.Errorf("table: %+v", table)
	}
	if view := byName[database+".s.v"]; view.Kind != adapters.View || len(view.Columns) != 1 || view.Columns[0].Name != "one" {
		t.Errorf("view: %+v", view)
	}
	if other := byName["other.s.t"]; len(other.Columns) != 1 || other.Columns[0].Name != "x" {
		t.Errorf("table of the other database: %+v", other)
	}
	if none, err := c.(adapters.Documenter).Document(ctx); err != nil || none != nil {
		t.Errorf("of no schema: %v, %v", none, err)
	}
}
