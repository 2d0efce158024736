package duckdbtest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"mdl/adapters"
	"mdl/compiler"
	"mdl/engine"
	"mdl/engine/internal/enginetest"
)

// model makes a model of schema main.
func model(name, materialized, sql string, config ...any) *compiler.Node {
	n := enginetest.With(enginetest.Node("model.p."+name, materialized), config...)
	n.Database, n.Schema, n.Raw = "p", "main", sql
	n.RelationName = `"p"."main"."` + name + `"`
	return n
}

func mustPass(t testing.TB, res *engine.Results) {
	t.Helper()
	for _, r := range res.Results {
		if r.Status == engine.Error {
			t.Fatalf("%s: %s", r.ID, r.Message)
		}
	}
}

func expect(t testing.TB, db database, sql, want string) {
	t.Helper()
	var lines []string
	for _, row := range db.query(t, sql) {
		lines = append(lines, strings.Join(row, ","))
	}
	if got := strings.Join(lines, ";"); got != want {
		t.Errorf("%s: %s, want %s", sql, got, want)
	}
}

// TestFailureLeavesTheOldRelation breaks each materialization while its query
// runs and in its last hook.
func TestFailureLeavesTheOldRelation(t *testing.T) {
	for _, materialized := range []string{"view", "table", "incremental", "snapshot"} {
		t.Run(materialized, func(t *testing.T) {
			db := open(t)
			mk := func(sql string) *compiler.Node {
				return model("m", materialized, sql, "unique_key", "id", "strategy", "check", "check_cols", "all")
			}
			if materialized == "snapshot" {
				old := mk
				mk = func(sql string) *compiler.Node {
					n := old(sql)
					n.Kind = compiler.Snapshot
					return n
				}
			}
			mustPass(t, db.runAll(t, engine.Options{}, mk("select 1 as id, 'old' as v")))
			hooked := mk("select 1 as id, 'new' as v")
			hooked.PostHooks = []compiler.Hook{{SQL: "select no_such_column", Transaction: true}}
			broken := mk("select 1 as id, cast('x' || range as integer) as v from range(3)")
			if materialized == "view" {
				broken = mk("select no_such_column")
			}
			for _, n := range []*compiler.Node{hooked, broken} {
				if res := db.run(t, engine.Options{}, n); res.Status != engine.Error {
					t.Fatalf("%s: %s", n.Raw, res.Status)
				}
				expect(t, db, "select id, v from m", "1,old")
				expect(t, db, "select count(*) from information_schema.tables", "1")
			}
			mustPass(t, db.runAll(t, engine.Options{}, mk("select 1 as id, 'new' as v")))
			expect(t, db, "select count(*) from m where v = 'new'", "1")
		})
	}
}

// TestReadersSeeOldOrNew rebuilds a table of 1,000 equal rows again and again
// while another connection reads it.
func TestReadersSeeOldOrNew(t *testing.T) {
	db := open(t)
	build := func(i int, materialized string) {
		mustPass(t, db.runAll(t, engine.Options{}, model("m", materialized, fmt.Sprintf("select %d as i from range(1000)", i))))
	}
	build(0, "table")
	conn, err := db.Connect(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	stop, done := make(chan struct{}), make(chan error)
	go func() {
		for {
			select {
			case <-stop:
				done <- nil
				return
			default:
			}
			rows, err := conn.Query(context.Background(), "select count(*), min(i) = max(i) from m")
			if err == nil && (rows.Values[0][0] != int64(1000) || rows.Values[0][1] != true) {
				err = fmt.Errorf("a reader saw %v", rows.Values[0])
			}
			if err != nil {
				done <- err
				return
			}
		}
	}()
	for i := range 20 {
		build(i, []string{"table", "view"}[i%2])
	}
	close(stop)
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestInterrupt(t *testing.T) {
	db := open(t)
	mustPass(t, db.runAll(t, engine.Options{}, model("slow", "table", "select 1 as id")))
	m := enginetest.Manifest(t, model("slow", "table", "select count(*) as id from range(100000000000) a, range(1000) b"))
	ctx, cancel := context.WithCancel(context.Background())
	opt := engine.Options{Sink: func(e engine.Event) {
		if _, ok := e.(engine.NodeStarted); ok {
			time.AfterFunc(50*time.Millisecond, cancel)
		}
	}}
	res, err := engine.Run(ctx, db, &enginetest.Renderer{}, m, engine.NewPlan(m, engine.CmdRun, m.Graph.IDs(), engine.PlanOptions{}), opt)
	if err != nil || !res.Cancelled || res.Results[0].Reason != engine.Cancelled {
		t.Fatalf("%v %+v", err, res.Results[0])
	}
	expect(t, db, "select * from slow", "1")
}

// TestManyThreads builds many models of several schemas at once, on a chain of
// dependencies, twice.
func TestManyThreads(t *testing.T) {
	db := open(t)
	var nodes []*compiler.Node
	for i := range 60 {
		n := model(fmt.Sprintf("m%02d", i), []string{"table", "view", "incremental"}[i%3], fmt.Sprintf("select %d as id", i), "unique_key", "id")
		n.Schema = fmt.Sprintf("s%d", i%4)
		if i >= 10 {
			parent := nodes[i-10]
			n.DependsOn = []string{parent.ID}
			n.Raw += " union all select id from " + parent.Schema + "." + parent.Name
		}
		n.PostHooks = []compiler.Hook{{SQL: fmt.Sprintf("insert into main.audit values (%d)", i), Transaction: true}}
		nodes = append(nodes, n)
	}
	db.query(t, "create table main.audit (i integer)")
	for range 2 {
		res := db.runAll(t, engine.Options{Threads: 8}, nodes...)
		mustPass(t, res)
		if len(res.Results) != 60 {
			t.Errorf("%d results", len(res.Results))
		}
	}
	expect(t, db, "select count(*) from information_schema.tables where table_schema like 's%'", "60")
	expect(t, db, "select count(*) from main.audit", "120")
}

func TestHooksAndDocs(t *testing.T) {
	db := open(t)
	for _, materialized := range []string{"view", "table", "incremental", "incremental"} {
		n := model("m", materialized, "select 1 as id, 'x' as v", "unique_key", "id",
			"persist_docs", map[string]any{"relation": true, "columns": true}, "indexes", []any{map[string]any{"columns": []any{"id"}}})
		n.Description = "it's " + materialized
		n.Columns = []compiler.Column{{Name: "ID", Description: "the key"}, {Name: "gone", Description: "not there"}}
		n.PreHooks = []compiler.Hook{{SQL: "create or replace table log (what varchar)"}}
		n.PostHooks = []compiler.Hook{{SQL: "insert into log select 'rows: ' || count(*) from m", Transaction: true}, {SQL: "insert into log values ('after')"}}
		mustPass(t, db.runAll(t, engine.Options{}, n))
		expect(t, db, "select * from log", "rows: 1;after")
		expect(t, db, "select comment from duckdb_columns() where column_name = 'id' and table_name = 'm'", "the key")
	}
	expect(t, db, "select comment from duckdb_tables() where table_name = 'm'", "it's incremental")
	expect(t, db, "select count(*) from duckdb_indexes() where table_name = 'm'", "1")
}

func TestErrorsOfTheDatabase(t *testing.T) {
	db := open(t)
	n := model("m", "table", "select\n  statsu\nfrom (select 1 as status);")
	res := db.run(t, engine.Options{}, n)
	d := res.Diagnostic
	if d == nil || d.Code != "E301" || !strings.Contains(d.Hint, "semicolon") {
		t.Errorf("%+v", d)
	}
	n.Raw = strings.TrimSuffix(n.Raw, ";")
	d = db.run(t, engine.Options{}, n).Diagnostic
	q, ok := errors.AsType[*adapters.QueryError](d)
	if !ok || d.Code != "E302" || !strings.Contains(d.Summary, "statsu") {
		t.Fatalf("%+v", d)
	}
	if q.Offset < 0 || !strings.HasPrefix(q.SQL[q.Offset:], "statsu") {
		t.Errorf("offset %d of %q", q.Offset, q.SQL)
	}
}

func TestContract(t *testing.T) {
	db := open(t)
	n := model("m", "table", "select 1 as id, 'x' as v, 2 as extra", "contract", map[string]any{"enforced": true})
	n.Columns = []compiler.Column{{Name: "id", DataType: "bigint"}, {Name: "v", DataType: "varchar"}, {Name: "missing", DataType: "date"}}
	d := db.run(t, engine.Options{}, n).Diagnostic
	want := strings.Join([]string{
		"| column_name | definition_type | contract_type | mismatch_reason       | what to do                                              |",
		"| ----------- | --------------- | ------------- | --------------------- | ------------------------------------------------------- |",
		"| id          | INTEGER         | BIGINT        | data type mismatch    | cast(id as BIGINT), or data_type: INTEGER               |",
		"| missing     |                 | DATE          | missing in definition | select it, or take it out of the properties file        |",
		"| extra       | INTEGER         |               | missing in contract   | describe it in the properties file, or do not select it |",
	}, "\n")
	if d == nil || d.Detail != want {
		t.Errorf("%+v", d)
	}
	n = model("m", "table", "select 1::bigint as id, null::varchar as v", "contract", map[string]any{"enforced": true})
	n.Columns = []compiler.Column{{Name: "id", DataType: "bigint", Constraints: constraints("primary_key")}, {Name: "v", DataType: "varchar", Constraints: constraints("not_null")}}
	if d = db.run(t, engine.Options{}, n).Diagnostic; d == nil || d.Code != "E304" {
		t.Errorf("%+v", d)
	}
}

func TestSeedErrors(t *testing.T) {
	db := open(t)
	load := func(text string, config ...any) *engine.Result {
		n := enginetest.With(enginetest.Node("seed.p.s", "seed"), config...)
		n.Database, n.Schema, n.OrigPath = "p", "main", "seeds/s.csv"
		return db.run(t, engine.Options{Project: fstest.MapFS{"seeds/s.csv": {Data: []byte(text)}}}, n)
	}
	for _, c := range []struct {
		text, headline, hint string
		config               []any
	}{
		{"id,v\n1,a\n2\n", "seeds/s.csv:3:1: error E324: 1 fields, but the header has 2", "", nil},
		{"id,v\n1,a\n2,\xff\n", "seeds/s.csv:3:3: error E324: the file is not UTF-8", "", nil},
		{"", "seeds/s.csv:1:1: error E324: the file is empty: a seed needs a header line", "", nil},
		{"id,v\n1,a\nx,b\n", `seeds/s.csv:3:1: error E324: "x" is no INTEGER, which column id holds`, "correct the file", []any{"column_types", map[string]any{"id": "integer"}}},
		{"id;v\n", `models/s.sql:1:1: error E321: delimiter ";;" of the seed s is not one character`, "", []any{"delimiter", ";;"}},
	} {
		d := load(c.text, c.config...).Diagnostic
		if d == nil || d.Headline() != c.headline || !strings.HasPrefix(d.Hint, c.hint) {
			t.Errorf("%q: %v, hint %q", c.text, d, d.Hint)
		}
	}
	if res := load("id,v\n1,a\n"); res.Status != engine.Success {
		t.Fatal(res.Message)
	}
	d := load("id,w\n1,a\n").Diagnostic
	if d == nil || d.Code != "E323" || d.Hint != "run once with --full-refresh" || !strings.Contains(d.Detail, "in the file only: w") {
		t.Errorf("%+v", d)
	}
	expect(t, db, "select * from s", "1,a")
}

func dataTest(name, sql string, config ...any) *compiler.Node {
	n := enginetest.With(enginetest.Node("test.p."+name, "test"), "severity", "ERROR", "warn_if", "!= 0", "error_if", "!= 0", "fail_calc", "count(*)")
	n.Database, n.Schema, n.Raw = "p", "audit", sql
	return enginetest.With(n, config...)
}

func TestDataTests(t *testing.T) {
	db := open(t)
	for _, c := range []struct {
		name, sql string
		config    []any
		status    engine.Status
		failures  int64
		message   string
	}{
		{"none", "select 1 where false", nil, engine.Pass, 0, ""},
		{"some", "select range as bad from range(7)", nil, engine.Fail, 7, "Got 7 results, configured to fail if != 0"},
		{"one", "select 1 -- comment", nil, engine.Fail, 1, "Got 1 result, configured to fail if != 0"},
		{"warns", "select 1", []any{"severity", "warn"}, engine.Warn, 1, "Got 1 result, configured to warn if != 0"},
		{"few", "select range from range(7)", []any{"error_if", "> 10"}, engine.Warn, 7, "Got 7 results, configured to warn if != 0"},
		{"fewer", "select range from range(7)", []any{"error_if", "> 10", "warn_if", "> 8"}, engine.Pass, 0, ""},
		{"limited", "select range from range(7)", []any{"limit", 3}, engine.Fail, 3, "Got 3 results, configured to fail if != 0"},
		{"sum", "select 2.5 as n union all select 2.5", []any{"fail_calc", "sum(n)"}, engine.Fail, 5, "Got 5 results, configured to fail if != 0"},
		{"null", "select 1 as n where false", []any{"fail_calc", "sum(n)"}, engine.Error, -1, ""},
		{"stored", "select range as bad from range(3)", []any{"store_failures", true}, engine.Fail, 3, "Got 3 results, configured to fail if != 0"},
		{"viewed", "select 5 as bad", []any{"store_failures_as", "view"}, engine.Fail, 1, "Got 1 result, configured to fail if != 0"},
		{"broken", "select nothing", nil, engine.Error, -1, ""},
	} {
		res := db.run(t, engine.Options{Sample: 5}, dataTest(c.name, c.sql, c.config...))
		if res.Status != c.status || c.message != "" && res.Message != c.message {
			t.Errorf("%s: %s, %q", c.name, res.Status, res.Message)
		}
		if c.failures >= 0 && (res.Failures == nil || *res.Failures != c.failures) {
			t.Errorf("%s: failures %v, want %d", c.name, res.Failures, c.failures)
		}
		failed := res.Status == engine.Fail || res.Status == engine.Warn
		if failed != (res.Rows != nil) || failed && len(res.Rows.Values) != int(min(c.failures, 5)) && c.name != "sum" {
			t.Errorf("%s: rows %+v", c.name, res.Rows)
		}
	}
	expect(t, db, "select count(*) from audit.stored", "3")
	expect(t, db, "select table_type from information_schema.tables where table_name = 'viewed'", "VIEW")
	res := db.run(t, engine.Options{}, dataTest("stored", "select 1 as bad where false", "store_failures", true))
	if res.Status != engine.Pass || res.StoredIn != `"p"."audit"."stored"` {
		t.Errorf("%+v", res)
	}
	expect(t, db, "select count(*) from audit.stored", "0")
}

func TestShow(t *testing.T) {
	db := open(t)
	for sql, want := range map[string]int{"select range from range(20)": 4, "select 1 -- end": 1} {
		m := enginetest.Manifest(t, model("m", "table", sql))
		res, err := engine.Run(context.Background(), db, &enginetest.Renderer{}, m,
			engine.NewPlan(m, engine.CmdShow, m.Graph.IDs(), engine.PlanOptions{}), engine.Options{Limit: 4})
		if err != nil || res.Results[0].Status != engine.Success || len(res.Results[0].Rows.Values) != want {
			t.Errorf("%s: %v %+v", sql, err, res.Results[0])
		}
	}
	expect(t, db, "select count(*) from information_schema.tables", "0")
}

func TestShowOwnLimit(t *testing.T) {
	m := enginetest.Manifest(t, model("m", "table", "select 1 limit 3"))
	res, err := engine.Run(context.Background(), open(t), &enginetest.Renderer{}, m,
		engine.NewPlan(m, engine.CmdShow, m.Graph.IDs(), engine.PlanOptions{}), engine.Options{Limit: 4})
	if d := res.Results[0].Diagnostic; err != nil || d == nil || !strings.Contains(d.Hint, "--limit -1") {
		t.Errorf("%v %+v", err, d)
	}
}

func TestMissingColumnsOfDocs(t *testing.T) {
	n := model("m", "table", "select 1 as id, 2 as MyCol", "persist_docs", map[string]any{"columns": true})
	quoted := true
	n.Columns = []compiler.Column{{Name: "ID", Description: "x"}, {Name: "mycol", Description: "x", Quote: &quoted}, {Name: "gone", Description: "x"}}
	db := open(t)
	var warnings []string
	db.runAll(t, engine.Options{Sink: func(e engine.Event) {
		if w, ok := e.(engine.Warning); ok {
			warnings = append(warnings, w.Diagnostic.Summary)
		}
	}}, n)
	if len(warnings) != 1 || !strings.HasSuffix(warnings[0], "not present in the database: mycol, gone") {
		t.Errorf("%q", warnings)
	}
	expect(t, db, "select column_name from duckdb_columns() where comment = 'x'", "id")
}

func TestCheckConnection(t *testing.T) {
	p, err := engine.CheckConnection(context.Background(), open(t), "p", time.Now)
	if err != nil || !strings.Contains(strings.Join(p.Schemas, ","), "main") {
		t.Errorf("%v %+v", err, p)
	}
}

// TestEmptyUniqueKey holds that an empty key is none, as in dbt: nothing is
// replaced.
func TestEmptyUniqueKey(t *testing.T) {
	for _, strategy := range []string{"append", "delete+insert", "merge"} {
		db := open(t)
		n := model("m", "incremental", "select 1 as id", "unique_key", "", "incremental_strategy", strategy)
		mustPass(t, db.runAll(t, engine.Options{}, n))
		mustPass(t, db.runAll(t, engine.Options{}, n))
		expect(t, db, "select count(*) from m", "2")
	}
}
