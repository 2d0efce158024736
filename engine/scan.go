package engine

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"
)

// mostJoins is how many tests that hold a relation in memory one statement
// answers: with two threads, that is what tests that run one by one come to.
const mostJoins = 2

// scanned is a test of a scan.
type scanned struct {
	step int
	res  *Result
	probe
	args testArgs
	// failures is what the statement said, nil where it said nothing.
	failures *int64
	began    time.Time
}

// scan answers the tests of one relation by one statement. A test that it does
// not decide, or all of them where the statement fails, run one by one: an
// error then belongs to the right test.
func (w *worker) scan(ctx context.Context, steps []int) {
	tests := make([]*scanned, len(steps))
	for i, step := range steps {
		t := &scanned{step: step, res: w.begin(w.plan.Steps[step])}
		tests[i] = t
		w.guarded(ctx, t.res, func() error {
			return w.timed(t.res, "compile", func() error { return w.compile(ctx, t.res) })
		})
	}
	w.count(ctx, tests)
	for i, t := range tests {
		if t.res.Status == Success {
			w.guarded(ctx, t.res, func() error { return w.judgeScanned(ctx, t) })
		}
		w.reports <- report{step: t.step, result: t.res, more: i < len(tests)-1}
	}
}

// judgeScanned ends a test of which the number of failures may be known.
func (w *worker) judgeScanned(ctx context.Context, t *scanned) error {
	if t.failures == nil {
		return w.timed(t.res, "execute", func() error { return w.execute(ctx, t.res) })
	}
	err := w.timed(t.res, "execute", func() error { return w.countedTest(ctx, t.res, *t.failures) })
	t.res.Timing[len(t.res.Timing)-1].Started = t.began
	return err
}

// count runs the statements that answer tests, and notes what they said. The
// time that they took is shared by the tests.
func (w *worker) count(ctx context.Context, tests []*scanned) {
	var probed []*scanned
	for _, t := range tests {
		if t.res.Status == Success && w.probe(t) {
			probed = append(probed, t)
		}
	}
	shareScans(probed)
	oneDistinct(probed)
	for _, part := range parts(probed) {
		began := w.opt.Clock()
		values := w.numbers(ctx, part)
		took := w.opt.Clock().Sub(began) / time.Duration(len(part))
		for i, t := range part {
			t.res.Elapsed += took
			if values == nil {
				continue
			}
			if n, ok := toCount(values[i]); ok && (n == 0 || t.exact) {
				t.failures, t.began = &n, began
			}
		}
	}
}

// probe makes the probe of a test that was compiled.
func (w *worker) probe(t *scanned) (ok bool) {
	c := t.res.Compiled
	if c == nil || c.Args == nil || len(c.CTEs) > 0 {
		return false
	}
	t.args = testArgs{c.Args, c}
	t.probe, ok = probeOf(w.manifest.BuiltinTest(t.res.Node))(t.args)
	t.over = t.args.text("model")
	return ok
}

// oneDistinct leaves one test that holds the values of a column in memory to
// the scan, and gives the others queries of their own: these end one after the
// other, where all distinct values of a scan are there at its end.
func oneDistinct(tests []*scanned) {
	seen := false
	for _, t := range tests {
		if t.distinct && seen {
			t.probe, _ = probeGroups(t.args)
		}
		seen = seen || t.distinct
	}
}

// shareScans lets a test with a `where` read the rows that a test without one
// reads anyway. Where there is none, the warehouse is left to read only what
// the condition asks for.
func shareScans(tests []*scanned) {
	for _, t := range tests {
		where := t.res.Node.Config.String("where")
		rest, ok := strings.CutSuffix(t.over, " where "+where+") dbt_subquery")
		whole, is := strings.CutPrefix(rest, "(select * from ")
		if where == "" || !ok || !is || !isFragment(where) {
			continue
		}
		if slices.ContainsFunc(tests, func(o *scanned) bool { return o.over == whole }) {
			t.over, t.where = whole, where
		}
	}
}

// row is a value of a row that counts for the test, else null.
func (t *scanned) row(value string) string {
	if t.where == "" {
		return value
	}
	return "case when (" + t.where + ") then " + value + " end"
}

// parts distributes tests to statements.
func parts(tests []*scanned) [][]*scanned {
	var list [][]*scanned
	joins := 0
	for _, t := range tests {
		i := 0
		if t.joins {
			i = joins / mostJoins
			joins++
		}
		if i >= len(list) {
			list = append(list, nil)
		}
		list[i] = append(list[i], t)
	}
	return list
}

// numbers runs one statement for several tests and returns a value for each;
// nil where it fails.
func (w *worker) numbers(ctx context.Context, tests []*scanned) []any {
	if len(tests) < 2 || w.connect(ctx) != nil {
		return nil
	}
	if w.session.conn.serve(w.renderer, "tests of "+tests[0].over, nil) != nil {
		return nil
	}
	rows, err := w.session.conn.Query(ctx, scanSQL(tests))
	if err != nil || len(rows.Values) != 1 || len(rows.Values[0]) != len(tests) {
		return nil
	}
	return rows.Values[0]
}

// scanSQL is the statement that answers several tests: one row, with a number
// for each. What reads the same rows is read once.
func scanSQL(tests []*scanned) string {
	var names, scans, order []string
	columns := map[string][]string{}
	for i, t := range tests {
		name := "mdl_n" + strconv.Itoa(i)
		number := t.number(t.row) + " as " + name
		if t.apart {
			names = append(names, number)
			continue
		}
		names = append(names, name)
		if columns[t.over] == nil {
			order = append(order, t.over)
		}
		columns[t.over] = append(columns[t.over], number)
	}
	for i, over := range order {
		scans = append(scans, "(\n  select\n    "+strings.Join(columns[over], ",\n    ")+"\n  from "+over+"\n) as mdl_scan"+strconv.Itoa(i))
	}
	sql := "select\n  " + strings.Join(names, ",\n  ")
	if len(scans) > 0 {
		sql += "\nfrom " + strings.Join(scans, ", ")
	}
	return sql
}
