package engine

import (
	"context"
	"fmt"
	"slices"
	"time"

	"mdl/compiler"
	"mdl/compiler/diag"
)

// Batches are the intervals of a microbatch model and how they ended, each list
// in the order of time: dbt's batch_results.
type Batches struct {
	Successful, Failed []compiler.Interval
}

// BatchStarted tells that a worker has begun with a batch of a node.
type BatchStarted struct {
	Step *Step
	Node *compiler.Node // bound to the batch
	// Index counts the batches from 1 in the order of time.
	Index, Total int
	Time         time.Time
}

// BatchFinished tells how a batch ended. One that is skipped has no
// BatchStarted.
type BatchFinished struct {
	Step         *Step
	Result       *Result
	Index, Total int
	Time         time.Time
}

func (BatchStarted) event()  {}
func (BatchFinished) event() {}

// batchRun is the progress of one node that is built batch by batch. It
// belongs to the coordinator.
type batchRun struct {
	index   int // of the step
	step    *Step
	list    []compiler.Interval
	results []*Result // by batch; nil while it has not ended
	started time.Time
	next    int // the first batch that was not given out
	running int
	ended   int
	limit   int  // the most batches that run side by side
	inOrder bool // a batch needs the success of the one before
}

// job is what a worker is given: a step, or one batch of it.
type job struct {
	index int // of the step
	step  *Step
	batch int   // of the step's batches
	scan  []int // the steps that share a scan, if they are several
}

// workers is the number of workers that can have something to do.
func (c *coordinator) workers() int {
	if len(c.opt.Batches) > 0 || slices.ContainsFunc(c.plan.Steps, func(s *Step) bool { return s.Batched }) {
		return c.opt.Threads
	}
	return min(c.opt.Threads, len(c.plan.Steps))
}

// open begins a node that is built batch by batch.
func (c *coordinator) open(i int) *batchRun {
	s := c.plan.Steps[i]
	list := c.intervals(s.node)
	r := &batchRun{
		index: i, step: s, list: list, results: make([]*Result, len(list)), started: c.opt.Clock(),
		limit: c.batchLimit(s.node), inOrder: dependsOnPast(s.node),
	}
	c.batchRuns = append(c.batchRuns, r)
	return r
}

// batchLimit is how many batches of a node may run side by side: one for a
// node that reads itself or needs its past. A node's concurrent_batches decides
// where it is set (dbt/task/run.py, should_run_in_parallel).
func (c *coordinator) batchLimit(n *compiler.Node) int {
	most := c.opt.Threads
	if c.opt.MaxActive > 0 {
		most = min(most, c.opt.MaxActive)
	}
	parallel, set := n.Config.Bool("concurrent_batches")
	if !set {
		parallel = c.manifest.IsMicrobatch(n) && !n.Mentions("this")
	}
	if !parallel || dependsOnPast(n) {
		return 1
	}
	return most
}

// ready reports whether the next batch may start. The first and the last run
// alone: the first may make the table, the last has the hooks that come after.
func (r *batchRun) ready() bool {
	switch r.next {
	case len(r.list):
		return false
	case 0, len(r.list) - 1:
		return r.running == 0
	}
	return r.running < r.limit && r.results[0] != nil
}

// nextBatch gives out a batch of the nodes that are under way. Only those of
// which none is running are asked when idle is set.
func (c *coordinator) nextBatch(idle bool) (job, bool) {
	for _, r := range c.batchRuns {
		if !r.ready() || idle && r.running > 0 {
			continue
		}
		i := r.next
		r.next++
		r.running++
		part := r.part(i, c.manifest.IsMicrobatch(r.step.node))
		part.blocked = c.blocked(part.node, r.list[:i])
		c.emit(BatchStarted{Step: r.step, Node: part.node, Index: i + 1, Total: len(r.list), Time: c.opt.Clock()})
		return job{index: r.index, step: part, batch: i}, true
	}
	return job{}, false
}

// part is the step of one batch. The hooks of a microbatch model run once:
// before its first batch, and after its last.
func (r *batchRun) part(i int, microbatch bool) *Step {
	s := *r.step
	s.node = s.node.For(r.list[i])
	if microbatch && i > 0 {
		s.node.PreHooks = nil
	}
	if microbatch && i < len(r.list)-1 {
		s.node.PostHooks = nil
	}
	s.later, s.more = i > 0, i < len(r.list)-1
	return &s
}

// bound is the step of a node that is built as a whole, for the interval that
// its templates ask for.
func (c *coordinator) bound(s *Step) *Step {
	if _, keeps := c.books.intervals[s.ID]; !keeps {
		return s
	}
	b := *s
	b.node = s.node.For(c.interval(s.node))
	b.blocked = c.blocked(b.node, nil)
	return &b
}

// endBatch records how a batch ended and skips the others where they make no
// sense without it. It reports whether the node has come to its end.
func (c *coordinator) endBatch(r *batchRun, i int, res *Result) bool {
	r.running--
	c.putBatch(r, i, res)
	if res.Status != Success && (i == 0 || r.inOrder) {
		for ; r.next < len(r.list); r.next++ {
			c.skipBatch(r, r.next, Upstream)
		}
	}
	return r.ended == len(r.list)
}

func (c *coordinator) putBatch(r *batchRun, i int, res *Result) {
	r.results[i] = res
	r.ended++
	c.emit(BatchFinished{Step: r.step, Result: res, Index: i + 1, Total: len(r.list), Time: c.opt.Clock()})
}

func (c *coordinator) skipBatch(r *batchRun, i int, why Reason) {
	n := r.step.node.For(r.list[i])
	c.putBatch(r, i, &Result{ID: n.ID, Kind: n.Kind, Node: n, Status: Skipped, Reason: why})
}

// closeBatches ends the nodes whose batches were not all given out when the run
// was stopped.
func (c *coordinator) closeBatches(ctx context.Context) {
	for _, r := range c.batchRuns {
		if r.ended == len(r.list) {
			continue
		}
		for ; r.next < len(r.list); r.next++ {
			c.skipBatch(r, r.next, stopReason(ctx))
		}
		c.progress.done(r.index, c.finish(r.index, c.batched(r)))
	}
}

// mostNotes bounds how much a failed model tells of its batches.
const mostNotes = 20

// batched is the result of a node from those of its batches, as dbt words it
// (dbt/task/run.py, merge_batch_results).
func (c *coordinator) batched(r *batchRun) *Result {
	now, none := c.opt.Clock(), int64(0)
	res := &Result{
		ID: r.step.ID, Kind: r.step.Kind, Node: r.step.node, Status: Success, Message: "SUCCESS", Failures: &none,
		Thread: r.results[0].Thread, Elapsed: now.Sub(r.started), Batches: &Batches{},
		Timing: []Timing{{"compile", r.started, r.started}, {"execute", r.started, now}},
	}
	for i, b := range r.results {
		if b.Status == Success {
			res.Batches.Successful = append(res.Batches.Successful, r.list[i])
			continue
		}
		res.Batches.Failed = append(res.Batches.Failed, r.list[i])
		switch {
		case b.Diagnostic == nil:
		case res.Diagnostic == nil:
			d := *b.Diagnostic
			d.Notes = append(slices.Clone(d.Notes), diag.Note{Message: "in the batch " + b.Node.BatchLabel()})
			res.Diagnostic, res.CompiledPath, res.RunPath = &d, b.CompiledPath, b.RunPath
		case len(res.Diagnostic.Notes) < mostNotes:
			res.Diagnostic.Notes = append(res.Diagnostic.Notes,
				diag.Note{Message: "the batch " + b.Node.BatchLabel() + " failed, too: " + b.Diagnostic.Summary})
		}
	}
	byStart := func(a, b compiler.Interval) int { return a.Start.Compare(b.Start) }
	slices.SortFunc(res.Batches.Successful, byStart)
	slices.SortFunc(res.Batches.Failed, byStart)
	switch done, all := len(res.Batches.Successful), len(r.list); done {
	case all:
	case 0:
		res.Status, res.Message = Error, "ERROR"
	default:
		res.Status, res.Message = PartialSuccess, fmt.Sprintf("PARTIAL SUCCESS (%d/%d)", done, all)
	}
	return res
}
