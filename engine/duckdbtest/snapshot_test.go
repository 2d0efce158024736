package duckdbtest

import (
	"strings"
	"testing"

	"mdl/compiler"
	"mdl/compiler/diag"
	"mdl/engine"
)

// snapshotOf makes a snapshot with the key id.
func snapshotOf(sql string, config ...any) *compiler.Node {
	n := model("m", "snapshot", sql, append([]any{"unique_key", "id"}, config...)...)
	n.Kind = compiler.Snapshot
	return n
}

// take runs a snapshot for each of the queries, one after the other.
func take(t *testing.T, db database, config []any, queries ...string) {
	t.Helper()
	for _, sql := range queries {
		mustPass(t, db.runAll(t, engine.Options{}, snapshotOf(sql, config...)))
	}
}

// refused runs a snapshot that must fail with all of the given texts.
func refused(t *testing.T, db database, n *compiler.Node, texts ...string) {
	t.Helper()
	res := db.run(t, engine.Options{Judge: strict}, n)
	if res.Status != engine.Error {
		t.Fatalf("%s, want an error", res.Status)
	}
	message := res.Diagnostic.Summary + "\n" + res.Diagnostic.Detail + "\n" + res.Diagnostic.Hint
	for _, text := range texts {
		if !strings.Contains(message, text) {
			t.Errorf("no %q in: %s", text, message)
		}
	}
}

var (
	checkAll = []any{"strategy", "check", "check_cols", "all"}
	byTime   = []any{"strategy", "timestamp", "updated_at", "ts"}
)

// strict makes an error of each warning.
func strict(list diag.List) diag.List {
	for i := range list {
		list[i].Severity = diag.Error
	}
	return list
}

func with(base []any, more ...any) []any { return append(append([]any{}, base...), more...) }

const history = "select id, v, dbt_is_deleted, dbt_valid_to is null from m order by id, dbt_valid_from"

// dbt-core #11949: with a list of keys, a deletion was written with nothing but
// nulls, and not ended when the row came back.
func TestSnapshotDeletionKeepsValues(t *testing.T) {
	for _, strategy := range [][]any{checkAll, byTime} {
		db := open(t)
		config := with(strategy, "unique_key", []string{"id"}, "hard_deletes", "new_record")
		both := "select * from (values (1, 'a', timestamp '2024-01-01'), (2, 'b', timestamp '2024-01-01')) t(id, v, ts)"
		take(t, db, config, both, both+" where id = 1")
		expect(t, db, history, "1,a,False,true;2,b,False,false;2,b,True,true")
		take(t, db, config, both)
		expect(t, db, history, "1,a,False,true;2,b,False,false;2,b,True,false;2,b,False,true")
	}
}

// dbt-core #11735, #11766 and dbt-adapters #852: new_record failed when the
// source had gained a column.
func TestSnapshotNewColumnWithDeletion(t *testing.T) {
	for _, strategy := range [][]any{checkAll, byTime} {
		db := open(t)
		config := with(strategy, "hard_deletes", "new_record")
		take(t, db, config,
			"select * from (values (1, 'a', timestamp '2024-01-01'), (2, 'b', timestamp '2024-01-01')) t(id, v, ts)",
			"select *, 'new' as w from (values (1, 'A', timestamp '2024-01-02')) t(id, v, ts)")
		expect(t, db, "select id, v, w, dbt_is_deleted, dbt_valid_to is null from m order by id, dbt_valid_from",
			"1,a,<nil>,False,false;1,A,new,False,true;2,b,<nil>,False,false;2,b,<nil>,True,true")
	}
}

// dbt-core #11269: a deleted row that came back unchanged was not taken up.
func TestSnapshotReturns(t *testing.T) {
	for _, config := range [][]any{
		with(checkAll, "hard_deletes", "new_record"),
		with(byTime, "hard_deletes", "new_record"),
		with(byTime, "hard_deletes", "new_record", "dbt_valid_to_current", "timestamp '9999-12-31'"),
	} {
		db := open(t)
		row := "select 1 as id, 'a' as v, timestamp '2024-01-01' as ts"
		take(t, db, config, row, row+" where false", row, row, row+" where false", row)
		expect(t, db, "select v, dbt_is_deleted from m order by dbt_valid_from", "a,False;a,True;a,False;a,True;a,False")
		// Each state ends when the next one begins; dbt lets the mark of the deletion end before it began.
		expect(t, db, "select count(*) from (select dbt_valid_to as e, lead(dbt_valid_from) over (order by dbt_valid_from) as b from m) where b is not null and e <> b", "0")
		expect(t, db, "select count(distinct dbt_scd_id) from m", "5")
	}
	db := open(t)
	config := with(byTime, "hard_deletes", "new_record")
	row := "select 1 as id, 'a' as v, timestamp '2024-01-01' as ts"
	take(t, db, config, row, row+" where false", "select 1 as id, 'b' as v, timestamp '2999-01-01' as ts")
	expect(t, db, "select v, dbt_is_deleted, dbt_valid_from = ts from m order by dbt_valid_from", "a,False,true;a,True,false;b,False,true")
}

// dbt-adapters #1240: with a dbt_valid_to_current of its own, each run wrote the
// deletion again.
func TestSnapshotDeletionOnce(t *testing.T) {
	for _, current := range []string{"", "timestamp '9999-12-31'", "date('9999-12-31')"} {
		db := open(t)
		config := with(checkAll, "hard_deletes", "new_record", "dbt_valid_to_current", current)
		row := "select 1 as id, 'a' as v"
		take(t, db, config, row, row+" where false", row+" where false", row+" where false")
		expect(t, db, "select v, dbt_is_deleted from m order by dbt_valid_from", "a,False;a,True")
	}
}

// dbt-core #6215: a table that has a key twice could not be snapshot any more
// after the duplicate was gone from the source.
func TestSnapshotDuplicateInTheTable(t *testing.T) {
	for _, deletes := range []string{"ignore", "invalidate", "new_record"} {
		db := open(t)
		config := with(checkAll, "hard_deletes", deletes)
		take(t, db, config, "select 1 as id, 'a' as v")
		db.query(t, "insert into m select * from m")
		take(t, db, config, "select 1 as id, 'b' as v")
		expect(t, db, "select v, count(*), count(dbt_valid_to) from m group by v order by v", "a,2,2;b,1,0")
		db.query(t, "insert into m select * from m where v = 'b'")
		take(t, db, config, "select 1 as id, 'b' as v where false")
		want := map[string]string{"ignore": "2,0", "invalidate": "2,2", "new_record": "3,2"}[deletes]
		expect(t, db, "select count(*), count(dbt_valid_to) from m where v = 'b'", want)
	}
}

// dbt-core #6089: a key that the source has twice makes a check snapshot change
// its mind with each run. It is named, and where the warning is an error, before
// the table is touched.
func TestSnapshotDuplicateKeys(t *testing.T) {
	all := "select id, v, timestamp '2025-01-01' as ts from (values (7, 'x'), (1, 'a'), (2, 'b'), (1, 'c'), (3, 'd'), (1, 'e'), (2, 'b')) t(id, v)"
	for _, strategy := range [][]any{checkAll, byTime} {
		db := open(t)
		refused(t, db, snapshotOf(all, strategy...), "more than one row for the same id", "id = 1 (3 rows); id = 2 (2 rows)")
		expect(t, db, "select count(*) from information_schema.tables", "0")
		take(t, db, strategy, "select 1 as id, 'a' as v, timestamp '2024-01-01' as ts")
		refused(t, db, snapshotOf(all, strategy...), "id = 1 (3 rows); id = 2 (2 rows)")
		expect(t, db, "select v, dbt_valid_to from m", "a,<nil>")
	}
	db := open(t)
	take(t, db, checkAll, "select 1 as id, 'a' as v")
	refused(t, db, snapshotOf("select * from (values (1, 'a'), (1, 'b')) t(id, v)", checkAll...), "id = 1 (2 rows)")
	expect(t, db, "select v, dbt_valid_to from m", "a,<nil>")

	db = open(t)
	keys := with(checkAll, "unique_key", []string{"id", "k"})
	take(t, db, keys, "select 1 as id, 'x' as k, 'a' as v")
	refused(t, db, snapshotOf("select * from (values (1, 'x', 'a'), (1, 'y', 'b'), (1, 'x', 'c')) t(id, k, v)", keys...), "id = 1, k = x (2 rows)")
	refused(t, db, snapshotOf("select range % 10 as id, 'k' as k, range as v from range(20)", keys...), "id = 4, k = k (2 rows); and 5 more keys")
	expression := with(checkAll, "unique_key", "id || '-' || k")
	db = open(t)
	take(t, db, expression, "select 1 as id, 'x' as k, 'a' as v")
	refused(t, db, snapshotOf("select * from (values (1, 'x', 'a'), (1, 'x', 'c')) t(id, k, v)", expression...), "id || '-' || k = 1-x (2 rows)")
}

// Keys that are unique but in no order are no duplicates.
func TestSnapshotKeysInAnyOrder(t *testing.T) {
	db := open(t)
	rows := "select hash(range)::varchar as id, range as v from range(5000)"
	take(t, db, checkAll, rows, strings.Replace(rows, "range as v", "range % 2500 as v", 1))
	expect(t, db, "select count(*), count(dbt_valid_to), count(distinct id) from m", "7500,2500,5000")
}

// What is older than the open state never begins one.
func TestSnapshotLateData(t *testing.T) {
	db := open(t)
	config := with(checkAll, "updated_at", "ts")
	take(t, db, config, "select 1 as id, 'a' as v, timestamp '2024-02-01' as ts", "select 1 as id, 'late' as v, timestamp '2024-01-01' as ts")
	expect(t, db, "select v, dbt_valid_to from m", "a,<nil>")
	take(t, db, config, "select 1 as id, 'b' as v, timestamp '2024-02-01' as ts", "select 1 as id, 'c' as v, timestamp '2024-03-01' as ts")
	expect(t, db, "select v, dbt_valid_from::date::text, dbt_valid_to::date::text from m order by v", "a,2024-02-01,2024-02-01;b,2024-02-01,2024-03-01;c,2024-03-01,<nil>")
}

// The source may gain, lose, regain and widen columns.
func TestSnapshotColumnsChange(t *testing.T) {
	for _, strategy := range [][]any{checkAll, byTime} {
		db := open(t)
		take(t, db, strategy,
			"select 1 as id, 1::smallint as n, timestamp '2024-01-01' as ts",
			"select 1 as id, 100000 as n, timestamp '2024-01-02' as ts",
			"select 1 as id, 'text' as n, timestamp '2024-01-03' as ts",
			"select 1 as id, timestamp '2024-01-04' as ts, 1.5 as \"Odd \"\"Name\"",
			"select 1 as id, 3 as n, timestamp '2024-01-05' as ts, 'x' as \"odd \"\"name\"")
		expect(t, db, `select n, "Odd ""Name" from m order by ts`, "1,<nil>;100000,<nil>;text,<nil>;<nil>,1.5;3,x")
		expect(t, db, "select count(*) from m where dbt_valid_to is null", "1")
	}
}

// Names of the user's own that are the engine's words.
func TestSnapshotOddNames(t *testing.T) {
	for _, deletes := range []string{"ignore", "invalidate", "new_record"} {
		db := open(t)
		config := with(checkAll, "hard_deletes", deletes, "unique_key", `"Row Id"`)
		take(t, db, config,
			`select * from (values (1, 10, 'a'), (2, 20, 'b')) t("Row Id", rowid, "select")`,
			`select * from (values (1, 10, 'A')) t("Row Id", rowid, "select")`)
		expect(t, db, `select count(*) from m where "Row Id" = 1`, "2")
		expect(t, db, `select rowid, "select" from m where dbt_valid_to is null and "Row Id" = 1`, "10,A")
	}
}

func TestSnapshotRefusals(t *testing.T) {
	db := open(t)
	row := "select 1 as id, 'a' as v, timestamp '2024-01-01' as ts"
	for _, c := range []struct {
		config []any
		want   string
	}{
		{with(checkAll, "unique_key", ""), "has no unique_key"},
		{[]any{"strategy", "timestamp"}, "has no updated_at"},
		{[]any{"strategy", "check"}, "has no check_cols"},
		{[]any{"strategy", "check", "check_cols", "v"}, `check_cols of the snapshot m cannot be "v"`},
		{with(checkAll, "hard_deletes", "drop"), `hard_deletes of the snapshot m cannot be "drop"`},
		{with(checkAll, "hard_deletes", "ignore", "invalidate_hard_deletes", true), "has both hard_deletes and invalidate_hard_deletes"},
		{[]any{"strategy", "guess"}, `strategy "guess" of the snapshot m is not one that mdl has`},
	} {
		refused(t, db, snapshotOf(row, c.config...), c.want)
	}
	take(t, db, checkAll, row)
	refused(t, db, snapshotOf(row, with(checkAll, "snapshot_meta_column_names", map[string]any{"dbt_valid_to": "until"})...), "Snapshot target is missing configured columns: until")
	refused(t, db, snapshotOf(row, with(checkAll, "hard_deletes", "new_record")...), "Snapshot target is missing configured columns: dbt_is_deleted")
	refused(t, db, snapshotOf(row, "strategy", "check", "check_cols", []string{"w"}), "w")
	db.query(t, "drop table m")
	db.query(t, "create view m as select 1 as id")
	refused(t, db, snapshotOf(row, checkAll...), "is a view, not a table")
}
