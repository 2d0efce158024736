package engine

import (
	"context"
	"crypto/sha256"
	"encoding/hex"

	"mdl/adapters"
	"mdl/compiler"
	"mdl/compiler/jinja/value"
	"mdl/engine/ledger"
)

// books are the ledgers of a run, one for each database that it builds in, and
// what was in them when it began. A run that needs none has no books.
type books struct {
	byDatabase map[string]*ledger.Ledger
	// intervals are the nodes of which intervals are recorded, with those that
	// were known; metrics what is measured of nodes. By unique id.
	intervals map[string][]ledger.Interval
	metrics   map[string][]compiler.Watch
}

// openBooks finds out which nodes are recorded, and makes and reads the
// ledgers that they need: one query for each database.
func (c *coordinator) openBooks(ctx context.Context) error {
	c.books = &books{byDatabase: map[string]*ledger.Ledger{}, intervals: map[string][]ledger.Interval{}, metrics: map[string][]compiler.Watch{}}
	if c.plan.Command != CmdRun && c.plan.Command != CmdBuild {
		return nil
	}
	of := map[string][]*compiler.Node{}
	for _, s := range c.plan.Steps {
		n := s.node
		if n == nil || n.IsEphemeral() || n.Kind == compiler.Test {
			continue
		}
		keeps, watched := keepsIntervals(c.manifest, n), false
		for _, w := range c.manifest.Watched {
			if w.Node == n.ID {
				c.books.metrics[n.ID], watched = append(c.books.metrics[n.ID], w), true
			}
		}
		if keeps {
			c.books.intervals[n.ID] = nil
		}
		if keeps || watched {
			of[n.Database] = append(of[n.Database], n)
		}
	}
	for database, nodes := range of {
		l := LedgerOf(c.dialect, c.manifest, database)
		c.books.byDatabase[database] = l
		if err := l.Ensure(ctx, c.main.conn); err != nil {
			return err
		}
		if err := c.books.read(ctx, c.main.conn, l, nodes); err != nil {
			return err
		}
	}
	return nil
}

func (k *books) read(ctx context.Context, conn adapters.Conn, l *ledger.Ledger, nodes []*compiler.Node) error {
	var rels []adapters.Relation
	for _, n := range nodes {
		if _, keeps := k.intervals[n.ID]; keeps {
			rels = append(rels, n.Relation())
		}
	}
	known, err := l.Intervals(ctx, conn, rels...)
	if err != nil {
		return err
	}
	for _, n := range nodes {
		rel := n.Relation()
		for _, in := range known {
			if in.Relation == rel {
				k.intervals[n.ID] = append(k.intervals[n.ID], in)
			}
		}
	}
	return nil
}

// LedgerOf is the ledger of what is built in a database: it lies in the schema
// of the profile.
func LedgerOf(d *adapters.Dialect, m *compiler.Manifest, database string) *ledger.Ledger {
	return ledger.New(d, adapters.Namespace{Database: database, Schema: m.Target.Schema})
}

// keepsIntervals reports whether it is recorded for which intervals a node was
// built: that of microbatch models, and of tables whose text asks for it.
func keepsIntervals(m *compiler.Manifest, n *compiler.Node) bool {
	return n.Kind == compiler.Model && n.Materialized() != "view" && (m.IsMicrobatch(n) || n.Mentions(compiler.IntervalNames...))
}

// interval is the one that a node which is built as a whole is built for: that
// of the command line, or the current unit of its time.
func (c *coordinator) interval(n *compiler.Node) compiler.Interval {
	if c.opt.EventTime != nil {
		return *c.opt.EventTime
	}
	size := n.BatchSize()
	return compiler.Interval{Start: size.Floor(c.opt.Now), End: size.Add(c.opt.Now, 1)}
}

// record writes into the ledger what the build has done, within its
// transaction.
func (b *build) record() error {
	l := b.books.byDatabase[b.node.Database]
	if l == nil {
		return nil
	}
	if _, keeps := b.books.intervals[b.node.ID]; keeps && b.node.Interval() != nil {
		if b.anew {
			if err := l.Forget(b.ctx, b.s.conn, b.target); err != nil {
				return err
			}
		}
		rows, err := b.written()
		if err != nil {
			return err
		}
		if err := l.RecordInterval(b.ctx, b.s.conn, b.attempt(b.node, b.success(), rows)); err != nil {
			return err
		}
	}
	if watched := b.books.metrics[b.node.ID]; len(watched) > 0 && !b.more {
		return b.measure(l, watched)
	}
	return nil
}

// success is what the ledger is told of a build that went well.
func (b *build) success() ledger.Status {
	if b.opt.Partial {
		return ledger.Partial
	}
	return ledger.Success
}

// written is the number of rows that the build wrote: what the warehouse told
// of the main statement, or of a table that is new, all that is in it.
func (b *build) written() (int64, error) {
	if b.response != nil && b.response.RowsAffected >= 0 {
		return b.response.RowsAffected, nil
	}
	if b.anew {
		return b.count()
	}
	return -1, nil
}

// count is the number of rows of the target.
func (b *build) count() (int64, error) {
	rows, err := b.s.conn.Query(b.ctx, "select count(*) from "+b.name(b.target))
	if err != nil {
		return 0, err
	}
	count, _ := toCount(rows.Values[0][0])
	return count, nil
}

// recordFailure writes into the ledger that an interval was not built. A
// ledger that cannot be written is a warning: the failure itself is told.
func (w *worker) recordFailure(ctx context.Context, res *Result) {
	n := res.Node
	if n == nil || n.Interval() == nil || w.books.byDatabase[n.Database] == nil || res.Status != Error || res.Diagnostic.Code == codePast {
		return
	}
	w.session.rollback(ctx)
	in := w.attempt(n, ledger.Failed, 0)
	if err := w.books.byDatabase[n.Database].RecordInterval(context.WithoutCancel(ctx), w.session.conn, in); err != nil {
		w.warn(n, warnLedger, "the next run takes what the ledger says of the interval from the run before",
			"the failure of %s cannot be written into the ledger: %v", n.Name, err)
	}
}

// attempt is an interval as the ledger has it.
func (r *runner) attempt(n *compiler.Node, status ledger.Status, rows int64) ledger.Interval {
	i := n.Interval()
	return ledger.Interval{
		Relation: n.Relation(), Model: n.ID, Start: i.Start, End: i.End, Status: status, Code: codeOf(n), Rows: rows,
		Built: r.opt.Clock(), InvocationID: r.opt.InvocationID,
	}
}

// codeOf is a checksum of what a node is built from: its text and its
// configuration.
func codeOf(n *compiler.Node) string {
	h := sha256.Sum256([]byte(n.Raw + "\x00" + value.Repr(n.Config.Dict())))
	return hex.EncodeToString(h[:8])
}
