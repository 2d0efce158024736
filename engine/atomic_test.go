package engine

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"mdl/adapters"
	"mdl/adapters/adaptertest"
	"mdl/compiler"
)

func hooked(n *compiler.Node) *compiler.Node {
	n.PreHooks = []compiler.Hook{{SQL: "pre outside"}, {SQL: "pre inside", Transaction: true}}
	n.PostHooks = []compiler.Hook{{SQL: "post inside", Transaction: true}, {SQL: "post outside"}, {SQL: " "}}
	return n
}

// worked returns the statements of the worker, whitespace folded.
func worked(f *adaptertest.Fake) []string {
	var out []string
	for _, sql := range f.SQL() {
		out = append(out, strings.Join(strings.Fields(sql), " "))
	}
	return out
}

func TestTableStatements(t *testing.T) {
	f := adaptertest.NewFake(nil)
	f.AddRelation(adapters.Relation{Database: "db", Schema: "s", Name: "a", Kind: adapters.View})
	execute(t, f, &renderer{}, manifest(t, hooked(node("model.p.a", "table"))), CmdRun, Options{})
	want := []string{
		"pre outside", "begin", "pre inside", `drop view if exists "db"."s"."a" cascade`,
		`create or replace table "db"."s"."a" as ( select 'a' )`, "post inside", "commit", "post outside",
	}
	if got := worked(f); !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// TestShadow has a warehouse that cannot replace tables and one relation left
// by a killed run.
func TestShadow(t *testing.T) {
	d := *adaptertest.NewFake(nil).Dialect()
	d.ReplaceTable = false
	f := adaptertest.NewFake(&d)
	f.AddRelation(adapters.Relation{Database: "db", Schema: "s", Name: "a", Kind: adapters.Table})
	f.AddRelation(adapters.Relation{Database: "db", Schema: "s", Name: "a__mdl_tmp", Kind: adapters.View})
	execute(t, f, &renderer{}, manifest(t, node("model.p.a", "table")), CmdRun, Options{})
	want := []string{
		"begin", `drop view if exists "db"."s"."a__mdl_tmp" cascade`, `create table "db"."s"."a__mdl_tmp" as ( select 'a' )`,
		`drop table if exists "db"."s"."a" cascade`, `alter table "db"."s"."a__mdl_tmp" rename to "a"`, "commit",
	}
	if got := worked(f); !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// TestFailureAtEachStatement lets every statement of every materialization
// fail in turn: the transaction must be rolled back and nothing committed after
// the failure.
func TestFailureAtEachStatement(t *testing.T) {
	cols := []adapters.Column{{Name: "id", Type: "integer"}, {Name: "v", Type: "text"}}
	snapshotCols := append(slices.Clone(cols), adapters.Column{Name: "dbt_scd_id"}, adapters.Column{Name: "dbt_valid_from"}, adapters.Column{Name: "dbt_valid_to"})
	for _, c := range []struct {
		node *compiler.Node
		held []adapters.Column // of the table that is there
	}{
		{node("model.p.a", "view"), cols},
		{node("model.p.a", "table"), cols},
		{with(node("model.p.a", "incremental"), "unique_key", "id"), cols},
		{with(node("model.p.a", "incremental"), "unique_key", "id", "incremental_strategy", "merge"), cols},
		{with(node("snapshot.p.a", "snapshot"), "strategy", "timestamp", "updated_at", "v", "unique_key", "id", "hard_deletes", "invalidate"), snapshotCols},
	} {
		fresh := func() *adaptertest.Fake {
			f := adaptertest.NewFake(nil)
			f.AddRelation(adapters.Relation{Database: "db", Schema: "s", Name: "a", Kind: adapters.Table}, c.held...)
			f.AddRelation(adapters.Relation{Name: "a__mdl_tmp", Kind: adapters.Table}, cols...)
			f.On("select 'a'").Return(cols)
			return f
		}
		hooked(c.node)
		m := manifest(t, c.node)
		f := fresh()
		if res := execute(t, f, &renderer{}, m, CmdBuild, Options{}); !res.OK() {
			t.Fatalf("%s: %+v", c.node.Materialized(), res.Results[0].Diagnostic)
		}
		statements := f.SQL()
		commit := slices.Index(statements, "commit")
		for i, sql := range statements {
			f := fresh()
			f.On(sql).Fail(broken(fmt.Sprintf("statement %d", i)))
			res := execute(t, f, &renderer{}, m, CmdBuild, Options{})
			if res.OK() {
				t.Errorf("%s: failure of %q goes unnoticed", c.node.Materialized(), sql)
			}
			got := f.SQL()
			if i < commit && slices.Contains(got, "commit") {
				t.Errorf("%s: committed after %q failed: %q", c.node.Materialized(), sql, got)
			}
			if inside := i > slices.Index(statements, "begin") && i < commit; inside && got[len(got)-1] != "rollback" {
				t.Errorf("%s: no rollback after %q failed: %q", c.node.Materialized(), sql, got)
			}
		}
	}
}

func TestConflictIsTriedAgain(t *testing.T) {
	f := adaptertest.NewFake(nil)
	f.On("commit").Fail(&adapters.QueryError{Offset: -1, Kind: adapters.Transient, Message: "conflict"}).Once()
	res := execute(t, f, &renderer{}, manifest(t, hooked(node("model.p.a", "view"))), CmdRun, Options{})
	if !res.OK() {
		t.Fatalf("%+v", res.Results[0].Diagnostic)
	}
	sql := strings.Join(f.SQL(), ";")
	if strings.Count(sql, "pre inside") != 2 || strings.Count(sql, "pre outside") != 1 || strings.Count(sql, "post outside") != 1 {
		t.Errorf("statements: %s", sql)
	}
}

func TestUnknownMaterialization(t *testing.T) {
	res := execute(t, adaptertest.NewFake(nil), &renderer{}, manifest(t, node("model.p.a", "tabel")), CmdRun, Options{})
	if d := res.Results[0].Diagnostic; d == nil || d.Code != codeMaterialization || d.Hint != `did you mean "table"?` {
		t.Errorf("%+v", d)
	}
	// The first run needs no strategy.
	var told []string
	sink := func(e Event) {
		if w, ok := e.(Warning); ok {
			told = append(told, w.Diagnostic.Code+" "+w.Diagnostic.Hint)
		}
	}
	res = execute(t, adaptertest.NewFake(nil), &renderer{}, manifest(t, with(node("model.p.a", "incremental"), "incremental_strategy", "upsert")), CmdRun, Options{Sink: sink})
	if !res.OK() || len(told) != 1 || !strings.Contains(told[0], warnStrategy+" choose one of append, delete+insert, merge") {
		t.Errorf("%s, %q", statuses(res), told)
	}
}
