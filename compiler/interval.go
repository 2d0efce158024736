package compiler

import (
	"slices"
	"strings"
	"time"

	"mdl/compiler/jinja/value"
	"mdl/compiler/scope"
)

// BatchSize is a unit of calendar time: what batch_size of a model may be.
type BatchSize string

// The batch sizes.
const (
	Hour  BatchSize = "hour"
	Day   BatchSize = "day"
	Month BatchSize = "month"
	Year  BatchSize = "year"
)

// batchSizes are what batch_size of a microbatch model may be.
var batchSizes = []string{string(Hour), string(Day), string(Month), string(Year)}

// Floor is the start of the unit that holds t, in UTC.
func (b BatchSize) Floor(t time.Time) time.Time {
	t = t.UTC()
	month, day, hour := t.Month(), t.Day(), t.Hour()
	switch b {
	case Day:
		hour = 0
	case Month:
		day, hour = 1, 0
	case Year:
		month, day, hour = time.January, 1, 0
	}
	return time.Date(t.Year(), month, day, hour, 0, 0, 0, time.UTC)
}

// Ceil is t where t begins a unit, else the start of the next.
func (b BatchSize) Ceil(t time.Time) time.Time {
	if start := b.Floor(t); !start.Equal(t) {
		return b.Add(start, 1)
	}
	return t.UTC()
}

// Add is the start of the unit that lies n after the one that holds t.
func (b BatchSize) Add(t time.Time, n int) time.Time {
	t = b.Floor(t)
	switch b {
	case Hour:
		return t.Add(time.Duration(n) * time.Hour)
	case Month:
		return t.AddDate(0, n, 0)
	case Year:
		return t.AddDate(n, 0, 0)
	}
	return t.AddDate(0, 0, n)
}

// Label names the unit that begins at t: "2024-09-17T16", "2024-09-17",
// "2024-09" or "2024".
func (b BatchSize) Label(t time.Time) string {
	layout := time.DateOnly
	switch b {
	case Hour:
		layout = "2006-01-02T15"
	case Month:
		layout = "2006-01"
	case Year:
		layout = "2006"
	}
	return t.UTC().Format(layout)
}

// Interval is the span of logical time that a node is built for: from Start,
// to before End, both in UTC.
type Interval struct {
	Start, End time.Time
}

// Intervals cuts the time from start to end into units; the last one ends at
// end. There is at least one.
func (b BatchSize) Intervals(start, end time.Time) []Interval {
	list := []Interval{{start, b.Add(start, 1)}}
	for last := list[0].End; last.Before(end); {
		next := b.Add(last, 1)
		list = append(list, Interval{last, next})
		last = next
	}
	list[len(list)-1].End = end
	return list
}

// BatchSize is the node's unit of time; a day where its configuration names
// none.
func (n *Node) BatchSize() BatchSize {
	if n.Config != nil {
		if size := n.Config.String("batch_size"); slices.Contains(batchSizes, size) {
			return BatchSize(size)
		}
	}
	return Day
}

// For returns the node as it is built for one interval: its templates see it
// as ds and data_interval_start, those of a microbatch model as model.batch,
// too, and its refs and sources are limited to it.
func (n *Node) For(i Interval) *Node {
	bound := *n
	bound.interval = &i
	return &bound
}

// Interval is what For has bound the node to; nil where it has not.
func (n *Node) Interval() *Interval { return n.interval }

// BatchLabel names the interval in files and messages, "" without one.
func (n *Node) BatchLabel() string {
	if n.interval == nil {
		return ""
	}
	return n.BatchSize().Label(n.interval.Start)
}

// Mentions reports whether the node's text reads one of the given variables.
func (n *Node) Mentions(names ...string) bool {
	if !slices.ContainsFunc(names, func(name string) bool { return HasWord(n.Raw, name) }) {
		return false // the usual answer, without parsing the text
	}
	p := n.Program()
	return p != nil && p.Mentions(names...)
}

// HasWord reports whether a name stands in a text as a word of its own.
func HasWord(text, name string) bool {
	for {
		before, after, found := strings.Cut(text, name)
		if !found {
			return false
		}
		if wordEnd(after, 0) == 0 && (before == "" || wordEnd(before, len(before)-1) < len(before)) {
			return true
		}
		text = after
	}
}

// IsMicrobatch reports whether a model is built batch by batch. One whose
// strategy is a macro of the project's own is not, unless the flag
// require_batched_execution_for_custom_microbatch_strategy asks for it, as in
// dbt (Manifest.use_microbatch_batches).
func (m *Manifest) IsMicrobatch(n *Node) bool {
	if n.Kind != Model || n.Materialized() != "incremental" || n.Config.String("incremental_strategy") != "microbatch" {
		return false
	}
	if m.Macros() == nil || m.flag("require_batched_execution_for_custom_microbatch_strategy") {
		return true
	}
	def, ok := m.Macros().visible("", "get_incremental_microbatch_sql")
	return !ok || def.Internal
}

// IntervalNames are the variables that tell a template for which interval its
// node is built.
var IntervalNames = []string{"ds", "ds_nodash", "data_interval_start", "data_interval_end", "prev_ds", "next_ds"}

// intervalName answers one of IntervalNames. Prev_ds and next_ds are the days
// on which the interval before and the one after begin.
func intervalName(name string, i Interval, size BatchSize) value.Value {
	day := func(t time.Time) value.Value { return value.Str(t.Format(time.DateOnly)) }
	switch name {
	case "ds":
		return day(i.Start)
	case "ds_nodash":
		return value.Str(i.Start.Format("20060102"))
	case "data_interval_start":
		return moment(i.Start)
	case "data_interval_end":
		return moment(i.End)
	case "prev_ds":
		return day(size.Add(i.Start, -1))
	}
	return day(i.End)
}

func intervalMaker(name string) func(*runNames) value.Value {
	return func(s *runNames) value.Value {
		return intervalName(name, s.r.Context.intervalOf(s.n), s.n.BatchSize())
	}
}

func moment(t time.Time) value.Value { return value.DateTimeIn(t, value.UTC) }

// intervalOf is the interval that a node is built for: its own, that of the
// command line, or the unit of time in which the invocation began.
func (c *Context) intervalOf(n *Node) Interval {
	switch {
	case n.interval != nil:
		return *n.interval
	case c.Interval != nil:
		return *c.Interval
	}
	size, now := n.BatchSize(), c.Env.StartedAt
	return Interval{size.Floor(now), size.Add(now, 1)}
}

// batchDict is model.batch.
func batchDict(n *Node) value.Value {
	i := n.interval
	return dictOf("id", value.Str(strings.ReplaceAll(n.BatchLabel(), "-", "")),
		"event_time_start", moment(i.Start), "event_time_end", moment(i.End))
}

// batched reports whether the render is that of one batch.
func (s *runNames) batched() bool {
	return s.n != nil && s.n.interval != nil && s.r.Manifest.IsMicrobatch(s.n)
}

// inWindow limits a relation to the event time of which the node reads, where
// its column of event time is known.
func (s *runNames) inWindow(rel *scope.Relation, column string) *scope.Relation {
	window := s.window()
	if column == "" || window == nil {
		return rel
	}
	at := func(t time.Time) string { return value.ToStr(moment(t)) }
	return rel.Filtered(scope.EventFilter{Column: column, Start: at(window.Start), End: at(window.End)})
}

// window is the event time of which the node reads: that of the batch, of
// --sample, or what both have in common; nil for all. Only models and snapshots
// are limited (dbt/context/providers.py, resolve_event_time_filter).
func (s *runNames) window() *Interval {
	sample := s.r.Sample
	if s.n == nil || s.n.Kind != Model && s.n.Kind != Snapshot {
		sample = nil
	}
	switch {
	case !s.batched():
		return sample
	case sample == nil:
		return s.n.interval
	}
	both := *s.n.interval
	if sample.Start.After(both.Start) {
		both.Start = sample.Start
	}
	if sample.End.Before(both.End) {
		both.End = sample.End
	}
	return &both
}

// eventTime is the column of event time for SQL, in quotes where the column's
// properties, or else the source's quoting, say so
// (dbt/context/providers.py, _resolve_event_time_field_name).
func eventTime(config *Config, columns []Column, quoting value.Value) string {
	if config == nil {
		return ""
	}
	name := config.String("event_time")
	quoted := false
	if d, ok := quoting.(*value.Dict); ok {
		v, _ := d.GetStr("column")
		quoted = v != nil && value.Truth(v)
	}
	for i := range columns {
		if columns[i].Name == name && columns[i].Quote != nil {
			quoted = *columns[i].Quote
		}
	}
	if quoted && name != "" {
		return `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
	}
	return name
}
