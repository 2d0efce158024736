package engine

import (
	"fmt"
	"slices"
	"time"

	"mdl/compiler"
	"mdl/compiler/diag"
	"mdl/engine/ledger"
)

// spans are intervals in the order of time that neither touch nor overlap.
type spans []compiler.Interval

// built are the spans of time that are covered by successes.
func built(known []ledger.Interval, more ...compiler.Interval) spans {
	list := slices.Clone(more)
	for _, k := range known {
		if k.Status == ledger.Success {
			list = append(list, compiler.Interval{Start: k.Start, End: k.End})
		}
	}
	slices.SortFunc(list, func(a, b compiler.Interval) int { return a.Start.Compare(b.Start) })
	var merged spans
	for _, i := range list {
		if last := len(merged) - 1; last >= 0 && !i.Start.After(merged[last].End) {
			if i.End.After(merged[last].End) {
				merged[last].End = i.End
			}
			continue
		}
		merged = append(merged, i)
	}
	return merged
}

// hold reports whether an interval lies within the spans.
func (s spans) hold(i compiler.Interval) bool {
	return slices.ContainsFunc(s, func(span compiler.Interval) bool { return !span.Start.After(i.Start) && !span.End.Before(i.End) })
}

// gaps are the intervals, from the first that the ledger knows to now, that are
// neither built nor planned.
func gaps(known []ledger.Interval, size compiler.BatchSize, now time.Time, planned []compiler.Interval) []compiler.Interval {
	if len(known) == 0 {
		return nil
	}
	there, end := built(known, planned...), size.Ceil(now)
	var list []compiler.Interval
	for at := size.Floor(known[0].Start); at.Before(end); at = size.Add(at, 1) {
		if i := (compiler.Interval{Start: at, End: size.Add(at, 1)}); !there.hold(i) {
			list = append(list, i)
		}
	}
	return list
}

// withGaps are the batches of a microbatch model with those that earlier runs
// have left out, where the user wants them; else they are a warning.
func (c *coordinator) withGaps(n *compiler.Node, planned []compiler.Interval) []compiler.Interval {
	left := gaps(c.books.intervals[n.ID], n.BatchSize(), c.opt.Now, planned)
	if len(left) == 0 {
		return planned
	}
	fill, set := n.Config.Bool("fill_gaps")
	if c.opt.FillGaps || set && fill {
		all := append(left, planned...)
		slices.SortFunc(all, func(a, b compiler.Interval) int { return a.Start.Compare(b.Start) })
		return all
	}
	c.tellGaps(n, left)
	return planned
}

// tellGaps warns of the gaps of a node, and says how to fill them.
func (c *coordinator) tellGaps(n *compiler.Node, list []compiler.Interval) {
	size, first, last := n.BatchSize(), list[0], list[len(list)-1]
	what := "one interval is not built: " + size.Label(first.Start)
	if len(list) > 1 {
		what = fmt.Sprintf("%d intervals are not built, from %s to %s", len(list), size.Label(first.Start), size.Label(last.Start))
	}
	d := diag.Warnf(warnGaps, nodeSpan(n), "%s has gaps: %s", n.Name, what)
	d.Hint = "mdl run --select " + n.Name + " --fill-gaps, or mdl backfill --select " + n.Name + " --reprocess failed --start-date " +
		first.Start.Format(time.DateOnly) + " --end-date " + last.Start.Format(time.DateOnly)
	c.emit(Warning{Node: n, Diagnostic: d, Time: c.opt.Clock()})
}

// blocked says why a node that depends on its past cannot be built for an
// interval, or nil: the one before it is not built. Done are the intervals
// that this run has built already.
func (c *coordinator) blocked(n *compiler.Node, done []compiler.Interval) *diag.Diagnostic {
	known := c.books.intervals[n.ID]
	if !dependsOnPast(n) || !c.grows(n) && len(done) == 0 {
		return nil
	}
	size, i := n.BatchSize(), n.Interval()
	before := compiler.Interval{Start: size.Add(i.Start, -1), End: i.Start}
	if last := len(done) - 1; last >= 0 && done[last].End.Equal(i.Start) {
		return nil
	}
	earlier := slices.ContainsFunc(known, func(k ledger.Interval) bool { return k.Start.Before(i.Start) })
	if !earlier || built(known, done...).hold(before) {
		return nil
	}
	d := nodeError(codePast, n, "%s of %s depends on its past, and %s is not built", size.Label(i.Start), n.Name, size.Label(before.Start))
	d.Hint = "mdl backfill --select " + n.Name + " --reprocess failed --start-date " + before.Start.Format(time.DateOnly) +
		" --end-date " + i.Start.Format(time.DateOnly)
	return d
}
