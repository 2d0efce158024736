package duckdbtest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"mdl/compiler"
	"mdl/compiler/scope"
	"mdl/engine"
	"mdl/engine/internal/enginetest"
)

// batchRenderer renders {start} and {label} of a node's text. Before, it calls
// enter with the batch's label.
type batchRenderer struct {
	enginetest.Renderer
	enter func(ctx context.Context, label string) error
}

func (r *batchRenderer) Compile(ctx context.Context, n *compiler.Node, _ scope.Warehouse) (*compiler.Compiled, error) {
	if r.enter != nil {
		if err := r.enter(ctx, n.BatchLabel()); err != nil {
			return nil, err
		}
	}
	sql := n.Raw
	if i := n.Interval(); i != nil {
		sql = strings.NewReplacer("{start}", i.Start.Format(time.DateTime), "{label}", n.BatchLabel()).Replace(sql)
	}
	return &compiler.Compiled{SQL: sql}, nil
}

func micro(size, begin string, config ...any) *compiler.Node {
	n := model("m", "incremental", "select timestamp '{start}' as ts, '{label}' as label", append([]any{
		"incremental_strategy", "microbatch", "event_time", "ts", "batch_size", size, "begin", begin,
	}, config...)...)
	n.Raw += " -- {{ model.batch }}"
	return n
}

func (db database) batches(t *testing.T, ctx context.Context, r engine.Renderer, opt engine.Options, n *compiler.Node) *engine.Result {
	t.Helper()
	m := enginetest.Manifest(t, n)
	m.Target.Schema = "main"
	res, err := engine.Run(ctx, db, r, m, engine.NewPlan(m, engine.CmdRun, []string{n.ID}, engine.PlanOptions{}), opt)
	if err != nil {
		t.Fatal(err)
	}
	return res.Results[0]
}

func moment(text string) time.Time {
	t, err := time.Parse(time.DateTime, text)
	if err != nil {
		panic(err)
	}
	return t
}

func labels(size compiler.BatchSize, list []compiler.Interval) string {
	var out []string
	for _, i := range list {
		out = append(out, size.Label(i.Start))
	}
	return strings.Join(out, " ")
}

// TestBatchesAreThoseOfDBT has what dbt's MicrobatchBuilder answers: all since
// begin for a new table, then the lookback and the current batch.
func TestBatchesAreThoseOfDBT(t *testing.T) {
	for _, c := range []struct {
		size, begin, now string
		config           []any
		first, second    string
	}{
		{"day", "2020-01-01", "2020-01-03 13:57:00", nil, "2020-01-01 2020-01-02 2020-01-03", "2020-01-02 2020-01-03"},
		{"day", "2020-01-01", "2020-01-03 00:00:00", nil, "2020-01-01 2020-01-02", "2020-01-01 2020-01-02"},
		{"day", "2020-01-01T05:00:00", "2020-01-03 13:57:00", []any{"lookback", 0}, "2020-01-01 2020-01-02 2020-01-03", "2020-01-03"},
		{"hour", "2020-01-02T22:30:00", "2020-01-03 01:10:00", []any{"lookback", 2}, "2020-01-02T22 2020-01-02T23 2020-01-03T00 2020-01-03T01", "2020-01-02T23 2020-01-03T00 2020-01-03T01"},
		{"month", "2019-12-31", "2020-02-29 13:57:00", nil, "2019-12 2020-01 2020-02", "2020-01 2020-02"},
		{"year", "2019-12-31", "2020-02-29 13:57:00", []any{"lookback", 3}, "2019 2020", "2017 2018 2019 2020"},
	} {
		db := open(t)
		for i, want := range []string{c.first, c.second} {
			n := micro(c.size, c.begin, c.config...)
			res := db.batches(t, context.Background(), &batchRenderer{}, engine.Options{Threads: 2, Now: moment(c.now)}, n)
			if res.Status != engine.Success || res.Batches == nil {
				t.Fatalf("%s: %s %s", c.size, res.Status, res.Message)
			}
			if got := labels(n.BatchSize(), res.Batches.Successful); got != want {
				t.Errorf("%s from %s at %s, run %d: %s, want %s", c.size, c.begin, c.now, i, got, want)
			}
		}
	}
}

// TestBatchesRunSideBySide needs the two batches between the first and the last
// to be under way at the same time, and those two alone.
func TestBatchesRunSideBySide(t *testing.T) {
	db := open(t)
	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	defer stop()
	var mu sync.Mutex
	active := map[string]bool{}
	both := make(chan struct{})
	r := &batchRenderer{enter: func(ctx context.Context, label string) error {
		mu.Lock()
		active[label] = true
		met := active["2020-01-02"] && active["2020-01-03"]
		alone := len(active) == 1
		mu.Unlock()
		defer func() {
			mu.Lock()
			delete(active, label)
			mu.Unlock()
		}()
		if label == "2020-01-01" || label == "2020-01-04" {
			if !alone {
				return fmt.Errorf("%s is not alone", label)
			}
			return nil
		}
		if met {
			close(both)
		}
		select {
		case <-both:
			return nil
		case <-ctx.Done():
			return errors.New("the other batch never came")
		}
	}}
	res := db.batches(t, ctx, r, engine.Options{Threads: 2, Now: moment("2020-01-04 12:00:00")}, micro("day", "2020-01-01"))
	if res.Status != engine.Success {
		t.Fatalf("%s: %s %v", res.Status, res.Message, res.Diagnostic)
	}
	expect(t, db, "select string_agg(label, ' ' order by label) from m", "2020-01-01 2020-01-02 2020-01-03 2020-01-04")
	expect(t, db, "select count(*) from mdl_ledger_intervals where status = 'success'", "4")
}

// TestBatchesInOrder: a model that reads itself, that says so, or that depends
// on its past has one batch under way.
func TestBatchesInOrder(t *testing.T) {
	for name, config := range map[string][]any{
		"this": nil, "concurrent_batches": {"concurrent_batches", false}, "depends_on_past": {"depends_on_past", true},
	} {
		db := open(t)
		n := micro("day", "2020-01-01", config...)
		if name == "this" {
			n.Raw += " {{ this }}"
			n.File.Text = n.Raw
		}
		var mu sync.Mutex
		var order []string
		r := &batchRenderer{enter: func(_ context.Context, label string) error {
			mu.Lock()
			defer mu.Unlock()
			order = append(order, label[8:])
			return nil
		}}
		res := db.batches(t, context.Background(), r, engine.Options{Threads: 4, Now: moment("2020-01-06 12:00:00")}, n)
		if got := strings.Join(order, " "); res.Status != engine.Success || got != "01 02 03 04 05 06" {
			t.Errorf("%s: %s %s", name, res.Status, got)
		}
	}
}

// TestInterruptedBatches: what was built stays built and is known; what was not
// is failed, as in dbt, so that a retry takes it.
func TestInterruptedBatches(t *testing.T) {
	db := open(t)
	ctx, stop := context.WithCancel(context.Background())
	r := &batchRenderer{enter: func(ctx context.Context, label string) error {
		if label == "2020-01-02" {
			stop()
			return ctx.Err()
		}
		return nil
	}}
	n := micro("day", "2020-01-01", "concurrent_batches", false)
	res := db.batches(t, ctx, r, engine.Options{Threads: 2, Now: moment("2020-01-04 12:00:00")}, n)
	if res.Status != engine.PartialSuccess || res.Message != "PARTIAL SUCCESS (1/4)" {
		t.Errorf("%s: %s", res.Status, res.Message)
	}
	if got := labels(n.BatchSize(), res.Batches.Failed); got != "2020-01-02 2020-01-03 2020-01-04" {
		t.Errorf("failed: %s", got)
	}
	expect(t, db, "select label from m", "2020-01-01")
	expect(t, db, "select cast(interval_start as date), status from mdl_ledger_intervals", "{2 2020-01-01 00:00:00 +0000 UTC 0},success")
}

// TestBatchesGiven builds what a retry asks for and nothing else.
func TestBatchesGiven(t *testing.T) {
	db := open(t)
	n := micro("day", "2020-01-01")
	opt := engine.Options{Threads: 2, Now: moment("2020-01-04 12:00:00")}
	mustBuild := func(opt engine.Options, want string) {
		t.Helper()
		res := db.batches(t, context.Background(), &batchRenderer{}, opt, n)
		if got := labels(n.BatchSize(), res.Batches.Successful); res.Status != engine.Success || got != want {
			t.Errorf("%s: %s, want %s", res.Status, got, want)
		}
	}
	mustBuild(opt, "2020-01-01 2020-01-02 2020-01-03 2020-01-04")
	opt.Batches = map[string][]compiler.Interval{n.ID: {
		{Start: moment("2020-01-03 00:00:00"), End: moment("2020-01-04 00:00:00")}, {Start: moment("2020-01-01 00:00:00"), End: moment("2020-01-02 00:00:00")},
	}}
	mustBuild(opt, "2020-01-01 2020-01-03")
	expect(t, db, "select string_agg(attempt, ' ' order by interval_start, attempt) from mdl_ledger_intervals", "1 2 1 1 2 1")
}

// TestPartialRowsAreNoSuccess: what is built under --empty or --sample is a gap.
func TestPartialRowsAreNoSuccess(t *testing.T) {
	db := open(t)
	n := micro("day", "2020-01-01")
	opt := engine.Options{Now: moment("2020-01-02 12:00:00")}
	db.batches(t, context.Background(), &batchRenderer{}, opt, n)
	opt.Partial, opt.EventTime = true, &compiler.Interval{Start: moment("2020-01-01 00:00:00"), End: moment("2020-01-02 00:00:00")}
	db.batches(t, context.Background(), &batchRenderer{}, opt, n)
	var told string
	opt = engine.Options{Now: moment("2020-01-03 12:00:00"), Sink: func(e engine.Event) {
		if w, ok := e.(engine.Warning); ok {
			told = w.Diagnostic.Summary
		}
	}}
	db.batches(t, context.Background(), &batchRenderer{}, opt, n)
	if want := "m has gaps: one interval is not built: 2020-01-01"; told != want {
		t.Errorf("%q, want %q", told, want)
	}
}

// TestSizeIsRecorded: a node that a test of history looks at, and no other.
func TestSizeIsRecorded(t *testing.T) {
	db := open(t)
	for i := range 2 {
		n := model("t", "table", fmt.Sprintf("select * from range(%d)", 5+i))
		m := enginetest.Manifest(t, n, model("other", "table", "select 1 as x"))
		m.Target.Schema = "main"
		m.Watched = []compiler.Watch{{Node: n.ID, Metric: compiler.RowCount}}
		res, err := engine.Run(context.Background(), db, &enginetest.Renderer{}, m, engine.NewPlan(m, engine.CmdRun, m.Graph.IDs(), engine.PlanOptions{}), engine.Options{InvocationID: fmt.Sprint(i)})
		if err != nil {
			t.Fatal(err)
		}
		mustPass(t, res)
	}
	expect(t, db, "select table_name, metric, metric_value, seconds >= 0, invocation_id from mdl_ledger_metrics order by measured_at", "t,row_count,5,true,0;t,row_count,6,true,1")
}
