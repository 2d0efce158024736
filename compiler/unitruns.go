package compiler

import (
	"context"
	"slices"
	"time"

	"mdl/compiler/diag"
	"mdl/compiler/jinja/value"
	"mdl/compiler/scope"
)

// UnitRun is one build of a unit test's model by its own materialization.
type UnitRun struct {
	// Inputs are the rows that change before it; what it does not name keeps
	// the rows of the run before.
	Inputs      []*UnitInput
	FullRefresh bool
	// EventTime is the time for which a microbatch model is built, or nil.
	EventTime *Interval
	// Expect is what the table must hold afterwards; nil: anything.
	Expect *UnitRows
}

// runsPath leads to the runs in a unit test's properties: below meta, where dbt
// leaves what it does not know alone.
var runsPath = []any{"config", "meta", "mdl", "runs"}

// runKeys are the keys of a run.
var runKeys = []string{"given", "expect", "full_refresh", "event_time_start", "event_time_end"}

// bindRuns reads the runs of a unit test.
func (r *Runtime) bindRuns(t *UnitCase) ([]UnitRun, error) {
	v, path := t.Test.runs()
	if value.IsNone(v) {
		return nil, nil
	}
	items, ok := v.(*value.List)
	if !ok {
		return nil, t.runError("write - given: [...] and expect: {rows: [...]}", path, "runs must be a list")
	}
	var runs []UnitRun
	for i, item := range items.Items() {
		run, err := r.bindRun(t, item, append(slices.Clip(path), i))
		if err != nil {
			return nil, err
		}
		runs = append(runs, run)
	}
	return runs, nil
}

// runs are the runs of a unit test as written, and their path in it.
func (u *UnitTestNode) runs() (value.Value, []any) {
	if u.Runs != nil {
		return u.Runs, []any{"runs"}
	}
	var v value.Value = u.Config.Dict()
	for _, step := range runsPath[1:] {
		d, _ := v.(*value.Dict)
		if d == nil {
			return value.None, nil
		}
		v = orNone(valueOf(d, step.(string)))
	}
	return v, runsPath
}

func (t *UnitCase) runError(hint string, at []any, format string, args ...any) error {
	d := diag.Errorf(codeUnitTest, t.Test.place(at...), "unit test %q: "+format, append([]any{t.Test.Name}, args...)...).WithHint("%s", hint)
	return &d
}

func (r *Runtime) bindRun(t *UnitCase, v value.Value, at []any) (UnitRun, error) {
	var run UnitRun
	d, ok := v.(*value.Dict)
	if !ok {
		return run, t.runError("write given: [...] and expect: {rows: [...]}", at, "a run must be a mapping")
	}
	in := func(key string) []any { return append(slices.Clip(at), key) }
	for k, v := range d.All() {
		key := value.ToStr(k)
		var err error
		switch key {
		case "given":
			err = r.bindGiven(t, &run, v, in(key))
		case "expect":
			var rows UnitRows
			rows, err = t.Test.rows(v, "expected output", in(key)...)
			run.Expect = &rows
		case "full_refresh":
			run.FullRefresh = value.Truth(v)
		case "event_time_start", "event_time_end":
			err = t.bindTime(&run, key, v, in(key))
		default:
			hint := diag.DidYouMean(key, runKeys)
			if hint == "" {
				hint = "a run has given, expect, full_refresh, event_time_start and event_time_end"
			}
			err = t.runError(hint, in(key), "a run has no key %q", key)
		}
		if err != nil {
			return run, err
		}
	}
	if w := run.EventTime; w != nil && !w.Start.Before(w.End) {
		return run, t.runError("give both, the end after the start", at, "a run needs event_time_start and event_time_end")
	}
	return run, nil
}

func (r *Runtime) bindGiven(t *UnitCase, run *UnitRun, v value.Value, at []any) error {
	items, err := value.Items(v)
	if err != nil {
		return t.runError("write - {input: ref('orders'), rows: [...]}", at, "given must be a list")
	}
	for i, item := range items {
		in, err := r.bindInput(t, item, append(slices.Clip(at), i)...)
		if err != nil {
			return err
		}
		run.Inputs = append(run.Inputs, in)
	}
	return nil
}

func (t *UnitCase) bindTime(run *UnitRun, key string, v value.Value, at []any) error {
	moment, err := value.ISODateTime(value.ToStr(v))
	if err != nil {
		return t.runError("write a day or a moment, such as 2024-01-31 or 2024-01-31T12:00:00", at, "%s cannot be %s", key, value.ToStr(v))
	}
	if run.EventTime == nil {
		run.EventTime = &Interval{}
	}
	when := time.UnixMicro(moment.Unix()).UTC()
	if key == "event_time_start" {
		run.EventTime.Start = when
	} else {
		run.EventTime.End = when
	}
	return nil
}

// CompileRun renders the model of a unit test as it is, on relations that hold
// the given rows. What the test overrides counts but for is_incremental, which
// is what it would be. A failure is a *diag.Diagnostic.
func (r *Runtime) CompileRun(ctx context.Context, t *UnitCase, n *Node, on StandIns, wh scope.Warehouse) (*Compiled, error) {
	o := t.overrides
	if o.macros != nil {
		o.macros = o.macros.Copy()
		for _, key := range []string{"is_incremental", "dbt.is_incremental"} {
			o.macros.Delete(value.Str(key))
		}
	}
	return r.compile(ctx, &runNames{r: r, n: n, inline: true, on: on, over: &o}, wh)
}
