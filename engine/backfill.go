package engine

import (
	"context"
	"slices"
	"time"

	"mdl/adapters"
	"mdl/compiler"
	"mdl/compiler/diag"
	"mdl/engine/ledger"
)

// Reprocess says which intervals of a range a backfill builds again, in the
// words of Airflow.
type Reprocess string

// What can be built again.
const (
	// ReprocessNone builds what no run has tried.
	ReprocessNone Reprocess = "none"
	// ReprocessFailed builds what failed, too.
	ReprocessFailed Reprocess = "failed"
	// ReprocessAll builds every interval.
	ReprocessAll Reprocess = "all"
)

// BackfillOptions say what of its models a backfill builds.
type BackfillOptions struct {
	// Start and End limit the intervals: the first holds Start, the last begins
	// before End. None begins at or after Now.
	Start, End, Now time.Time
	Reprocess       Reprocess
	// Backwards builds the newest interval first.
	Backwards bool
}

// Backfill is what is to be built of one node.
type Backfill struct {
	Node *compiler.Node
	// Intervals are in the order in which they are built; States say of each
	// how it is now.
	Intervals []compiler.Interval
	States    []State
}

// State is how an interval is, by the ledger.
type State string

// The states of an interval.
const (
	Missing     State = "missing"
	FailedState State = "failed"
	Built       State = "built"
)

// ByInterval reports whether a node can be built interval by interval: a
// microbatch model, and an incremental one whose text asks for its interval.
func ByInterval(m *compiler.Manifest, n *compiler.Node) bool {
	return n.Kind == compiler.Model && n.Materialized() == "incremental" && keepsIntervals(m, n)
}

// PlanBackfill finds the intervals of nodes that a backfill is to build. It
// reads the ledger and writes nothing. Nodes must be ByInterval. Errors are
// *diag.Diagnostic.
func PlanBackfill(ctx context.Context, ad adapters.Adapter, m *compiler.Manifest, nodes []*compiler.Node, opt BackfillOptions) ([]Backfill, error) {
	for _, n := range nodes {
		if opt.Backwards && dependsOnPast(n) {
			d := nodeError(codePast, n, "%s depends on its past, so that it cannot be built backwards", n.Name)
			d.Hint = "leave --run-backwards out"
			return nil, d
		}
	}
	conn, err := ad.Connect(ctx)
	if err != nil {
		return nil, queryDiagnostic(err, nil, nil)
	}
	defer conn.Close()
	list := make([]Backfill, 0, len(nodes))
	for _, n := range nodes {
		known, err := knownIntervals(ctx, conn, LedgerOf(ad.Dialect(), m, n.Database), n.Relation())
		if err != nil {
			return nil, queryDiagnostic(err, nil, n)
		}
		list = append(list, backfillOf(n, known, opt))
	}
	return list, nil
}

// knownIntervals are those of a relation that stands in the warehouse.
func knownIntervals(ctx context.Context, conn adapters.Conn, l *ledger.Ledger, rel adapters.Relation) ([]ledger.Interval, error) {
	there, err := l.Exists(ctx, conn)
	if err != nil || !there {
		return nil, err
	}
	if _, err := conn.Columns(ctx, rel); err != nil {
		if adapters.KindOf(err) == adapters.NotFound {
			err = nil
		}
		return nil, err
	}
	return l.Intervals(ctx, conn, rel)
}

func backfillOf(n *compiler.Node, known []ledger.Interval, opt BackfillOptions) Backfill {
	b, size, done := Backfill{Node: n}, n.BatchSize(), built(known)
	for at := size.Floor(opt.Start); at.Before(opt.End) && at.Before(opt.Now); at = size.Add(at, 1) {
		i := compiler.Interval{Start: at, End: size.Add(at, 1)}
		state := Missing
		switch {
		case done.hold(i):
			state = Built
		case slices.ContainsFunc(known, func(k ledger.Interval) bool {
			return k.Status != ledger.Success && k.Start.Before(i.End) && k.End.After(i.Start)
		}):
			state = FailedState
		}
		if state == Missing || opt.Reprocess == ReprocessAll || state == FailedState && opt.Reprocess == ReprocessFailed {
			b.Intervals, b.States = append(b.Intervals, i), append(b.States, state)
		}
	}
	if opt.Backwards {
		slices.Reverse(b.Intervals)
		slices.Reverse(b.States)
	}
	return b
}

// NotByInterval is the warning that a selected node is left out of a backfill.
func NotByInterval(n *compiler.Node) diag.Diagnostic {
	d := diag.Warnf(warnOmitted, nodeSpan(n), "%s is left out: it is not built interval by interval", n.Name)
	return d.WithHint("a backfill works on microbatch models, and on incremental ones whose text reads ds or data_interval_start")
}
