package engine

import (
	"context"
	"slices"
	"time"

	"mdl/compiler"
	"mdl/compiler/diag"
	"mdl/compiler/jinja/value"
	"mdl/compiler/scope"
)

// FreshnessReader asks when data were loaded last. It is *compiler.Runtime
// but for tests. What it returns holds a table, as load_result gives it, of one
// row with two timestamps: of the newest data, and of the warehouse's clock.
type FreshnessReader interface {
	CollectFreshness(ctx context.Context, f *compiler.FreshnessRule, wh scope.Warehouse) (value.Value, error)
}

// Freshness is how old the data of a source or a model are.
type Freshness struct {
	Rule *compiler.FreshnessRule
	// MaxLoadedAt is when the newest data came; the first instant of the year 1
	// where there is none. SnapshottedAt is the warehouse's clock.
	MaxLoadedAt, SnapshottedAt time.Time
	// Status is dbt's: "pass", "warn" or "error".
	Status string
}

// Age is the age of the newest data in seconds.
func (f *Freshness) Age() float64 {
	return float64(f.SnapshottedAt.UnixMicro()-f.MaxLoadedAt.UnixMicro()) / 1e6
}

// judge sets the status: that of the strictest limit that the age exceeds.
func (f *Freshness) judge() Status {
	for _, limit := range []struct {
		name, status string
		result       Status
	}{{"error_after", "error", Fail}, {"warn_after", "warn", Warn}} {
		if age, ok := f.Rule.MaxAge(limit.name); ok && f.Age() > age.Seconds() {
			f.Status = limit.status
			return limit.result
		}
	}
	f.Status = "pass"
	return Pass
}

// freshness checks one source or model.
func (w *worker) freshness(ctx context.Context, res *Result, s *compiler.FreshnessRule) error {
	reader, ok := w.renderer.(FreshnessReader)
	if s.LoadedAtField == "" && s.LoadedAtQuery == "" || !ok {
		d := diag.Errorf(codeConfig, s.Span, "the %s %s does not say when its data were loaded", s.Kind, s.Name).
			WithHint("add `loaded_at_field: COLUMN` or a loaded_at_query; %s cannot tell by itself", w.dialect.Name)
		return &d
	}
	answer, err := reader.CollectFreshness(ctx, s, w.session)
	if err != nil {
		d := *queryDiagnostic(err, nil, nil)
		if d.Span.IsZero() {
			d.Span = s.Span
		}
		d.Frames = append(slices.Clone(d.Frames), diag.Frame{Name: "the freshness of " + s.Name, Span: s.Span})
		return &d
	}
	f := &Freshness{Rule: s, MaxLoadedAt: time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)}
	for i, into := range []*time.Time{&f.MaxLoadedAt, &f.SnapshottedAt} {
		v, ok := cellOf(answer, i)
		if !ok {
			d := diag.Errorf(codeConfig, s.Span, "the freshness of %s is not one row with two values", s.Name).
				WithHint("collect_freshness must select when the data were loaded, and the current time")
			return &d
		}
		if i == 0 && value.IsNone(v) {
			continue // no data: infinitely old
		}
		at, ok := v.(*value.DateTime)
		if !ok {
			d := diag.Errorf(codeConfig, s.Span, "the freshness of %s is no timestamp: %s", s.Name, value.Repr(v)).
				WithHint("cast it, as in `loaded_at_field: \"loaded_on::timestamp\"`")
			return &d
		}
		*into = instant(at)
	}
	res.Status, res.Freshness, res.Response = f.judge(), f, &Response{Message: "OK", RowsAffected: -1}
	return nil
}

// cellOf is a value of the only row of what a statement gave.
func cellOf(answer value.Value, column int) (value.Value, bool) {
	if d, ok := answer.(*value.Dict); ok {
		answer, _ = d.GetStr("table")
	}
	rows, ok := answer.(*scope.Table)
	if !ok || rows.Rows() != 1 {
		return nil, false
	}
	row, ok, err := rows.Item(value.Int(0))
	if !ok || err != nil {
		return nil, false
	}
	cells, err := value.Items(row)
	if err != nil || len(cells) != 2 {
		return nil, false
	}
	return cells[column], true
}

// instant is the time of a datetime, in UTC when it says no zone.
func instant(t *value.DateTime) time.Time {
	us := t.Unix()
	if offset, ok := t.Offset(); ok {
		us -= offset
	}
	return time.UnixMicro(us).UTC()
}
