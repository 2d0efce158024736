package engine

import (
	"time"

	"mdl/adapters"
	"mdl/compiler"
	"mdl/compiler/jinja/value"
)

// usualLookback is the number of batches before the current one that are built
// again where a model does not say it (dbt's NodeConfig.lookback).
const usualLookback = 1

// intervals are the batches to build of a node, in the order in which they are
// built: those that the run was given, or those that dbt would build
// (dbt/materializations/incremental/microbatch.py).
func (c *coordinator) intervals(n *compiler.Node) []compiler.Interval {
	if list := c.opt.Batches[n.ID]; len(list) > 0 {
		return list
	}
	size := n.BatchSize()
	if w := c.opt.EventTime; w != nil {
		return size.Intervals(size.Floor(w.Start), size.Ceil(w.End))
	}
	end := size.Ceil(c.opt.Now)
	if !c.grows(n) {
		return size.Intervals(size.Floor(begin(n)), end)
	}
	return c.withGaps(n, size.Intervals(size.Add(end, -lookback(n)-1), end))
}

// grows reports whether a node adds to a table that is there, rather than
// making it.
func (c *coordinator) grows(n *compiler.Node) bool {
	old, exists, _ := c.catalog.find(n.Relation())
	return exists && old.Kind == adapters.Table && !fullRefresh(n, c.opt.FullRefresh)
}

// begin is the first moment of a microbatch model; its configuration was
// checked when the project was read. A zone in it is ignored, as in dbt.
func begin(n *compiler.Node) time.Time {
	at, err := value.ISODateTime(n.Config.String("begin"))
	if err != nil {
		return time.Time{}
	}
	return time.UnixMicro(at.Unix()).UTC()
}

// lookback is how many batches before the current one are built again.
func lookback(n *compiler.Node) int {
	v, set := n.Config.Get("lookback")
	if count, ok := v.(value.Int); set && ok && count >= 0 {
		return int(count)
	}
	return usualLookback
}

// dependsOnPast reports whether each interval of a node needs the success of
// the one before it.
func dependsOnPast(n *compiler.Node) bool {
	on, _ := n.Config.Bool("depends_on_past")
	return on
}
