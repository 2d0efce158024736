package ledger_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"mdl/adapters"
	"mdl/adapters/duckdb"
	"mdl/engine/ledger"
)

var day = time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC)

func open(t *testing.T) (*ledger.Ledger, adapters.Conn) {
	t.Helper()
	ad, err := duckdb.Open(duckdb.Config{Path: ":memory:"})
	if err != nil {
		t.Fatal(err)
	}
	conn, err := ad.Connect(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		conn.Close()
		ad.Close()
	})
	return ledger.New(ad.Dialect(), adapters.Namespace{Database: "memory", Schema: "it's"}), conn
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestIntervals(t *testing.T) {
	ctx := context.Background()
	l, conn := open(t)
	if exists, err := l.Exists(ctx, conn); err != nil || exists {
		t.Fatalf("before Ensure: %v %v", exists, err)
	}
	for range 2 {
		must(t, l.Ensure(ctx, conn))
	}
	if exists, err := l.Exists(ctx, conn); err != nil || !exists {
		t.Fatalf("after Ensure: %v %v", exists, err)
	}
	rel := adapters.Relation{Database: "memory", Schema: "S", Name: "Quote's", Kind: adapters.Table}
	record := func(rel adapters.Relation, start time.Time, status ledger.Status) {
		must(t, l.RecordInterval(ctx, conn, ledger.Interval{
			Relation: rel, Model: "model.p.m", Start: start, End: start.AddDate(0, 0, 1), Status: status, Code: "c", Rows: 3,
			Built: day.Add(1500 * time.Millisecond), InvocationID: "i",
		}))
	}
	record(rel, day.AddDate(0, 0, 1), ledger.Success)
	record(rel, day, ledger.Failed)
	record(rel, day, ledger.Success)
	record(rel.WithName("other"), day, ledger.Failed)

	other := rel // another spelling of the same relation
	other.Schema, other.Name = "s", "QUOTE'S"
	list, err := l.Intervals(ctx, conn, other)
	must(t, err)
	if len(list) != 2 {
		t.Fatalf("%d intervals, want 2", len(list))
	}
	want := ledger.Interval{
		Relation: other, Model: "model.p.m", Start: day, End: day.AddDate(0, 0, 1), Status: ledger.Success, Code: "c", Rows: 3,
		Attempt: 2, Built: day.Add(1500 * time.Millisecond), InvocationID: "i",
	}
	if list[0] != want {
		t.Errorf("got  %+v\nwant %+v", list[0], want)
	}
	must(t, l.Forget(ctx, conn, rel))
	for name, left := range map[string]int{"other": 1, "Quote's": 0} {
		if list, err := l.Intervals(ctx, conn, rel.WithName(name)); err != nil || len(list) != left {
			t.Errorf("%s: %d intervals %v, want %d", name, len(list), err, left)
		}
	}
}

// TestRollback shows that an interval is as permanent as the rows it tells of.
func TestRollback(t *testing.T) {
	ctx := context.Background()
	l, conn := open(t)
	must(t, l.Ensure(ctx, conn))
	rel := adapters.Relation{Database: "memory", Schema: "s", Name: "m"}
	must(t, conn.Begin(ctx))
	must(t, l.RecordInterval(ctx, conn, ledger.Interval{Relation: rel, Start: day, End: day.AddDate(0, 1, 0), Built: day}))
	must(t, conn.Rollback(ctx))
	if list, err := l.Intervals(ctx, conn, rel); err != nil || len(list) != 0 {
		t.Errorf("%v %v", list, err)
	}
}

func TestMetrics(t *testing.T) {
	ctx := context.Background()
	l, conn := open(t)
	must(t, l.Ensure(ctx, conn))
	rel := adapters.Relation{Database: "memory", Schema: "s", Name: "m"}
	for i := range 4 {
		must(t, l.RecordMetric(ctx, conn, ledger.Metric{
			Relation: rel, Model: "model.p.m", Name: ledger.RowCount, Value: 123456789 + float64(i),
			Duration: 1500 * time.Millisecond, At: day.AddDate(0, 0, -i), InvocationID: "i",
		}))
	}
	must(t, l.RecordMetric(ctx, conn, ledger.Metric{Relation: rel, Name: "other", At: day}))
	list, err := l.Metrics(ctx, conn, rel, ledger.RowCount, day.AddDate(0, 0, -2))
	must(t, err)
	if len(list) != 3 || list[0].Value != 123456791 || list[2].Value != 123456789 {
		t.Fatalf("%+v", list)
	}
	want := ledger.Metric{
		Relation: rel, Model: "model.p.m", Name: ledger.RowCount, Value: 123456789, Duration: 1500 * time.Millisecond, At: day, InvocationID: "i",
	}
	if list[2] != want {
		t.Errorf("got  %+v\nwant %+v", list[2], want)
	}
}

func TestForeignRowsAreAnError(t *testing.T) {
	ctx := context.Background()
	l, conn := open(t)
	must(t, l.Ensure(ctx, conn))
	rel := adapters.Relation{Database: "memory", Schema: "s", Name: "m"}
	_, err := conn.Exec(ctx, `insert into memory."it's".mdl_ledger_metrics (schema_name, table_name, metric, measured_at) values ('s', 'm', 'row_count', timestamp '2024-03-01')`)
	must(t, err)
	_, err = l.Metrics(ctx, conn, rel, ledger.RowCount, day)
	if want := "the ledger mdl_ledger_metrics holds <nil> in column model"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("%v, want %s", err, want)
	}
}
