package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"mdl/adapters"
	"mdl/compiler"
	"mdl/compiler/diag"
	"mdl/compiler/jinja/value"
	"mdl/compiler/scope"
)

// Renderer renders the SQL of nodes and hooks just before they run. It is
// *compiler.Runtime but for tests, and safe for concurrent use. Its failures
// are *diag.Diagnostic.
type Renderer interface {
	Compile(ctx context.Context, n *compiler.Node, wh scope.Warehouse) (*compiler.Compiled, error)
	Hook(ctx context.Context, n *compiler.Node, hook compiler.Hook, wh scope.Warehouse) (*compiler.Compiled, error)
	Operation(ctx context.Context, n *compiler.Node, extra *value.Dict, wh scope.Warehouse) (*compiler.Compiled, error)
	// Builder and Materialize are for nodes that macros build.
	Builder(n *compiler.Node) (def *compiler.MacroDef, own bool)
	Materialize(ctx context.Context, mz compiler.Materialization, wh scope.Warehouse) (*compiler.Materialized, error)
	// CreateSchema makes a schema by the project's own macro, if it has one.
	CreateSchema(ctx context.Context, in adapters.Namespace, wh scope.Warehouse) (done bool, err error)
	// SnapshotStrategy answers for the strategies of a project's own.
	SnapshotStrategy(ctx context.Context, n *compiler.Node, sql, held, source string, exists bool, wh scope.Warehouse) (*value.Dict, error)
}

// What the engine asks of the compiler, it has.
var (
	_ Renderer       = (*compiler.Runtime)(nil)
	_ InlineRenderer = (*compiler.Runtime)(nil)
	_ MacroCaller    = (*compiler.Runtime)(nil)
	_ StateLocator   = (*compiler.Runtime)(nil)
)

// errFailFast is the cause with which a run is stopped at its first failure.
var errFailFast = errors.New("a node failed and the run was to stop at the first failure")

// runner is what all goroutines of one run share. It is not changed after it
// was made.
type runner struct {
	adapter  adapters.Adapter
	renderer Renderer
	manifest *compiler.Manifest
	plan     *Plan
	opt      Options
	dialect  *adapters.Dialect
	catalog  *catalog
	// mark ends the names of this run's shadows, "" where none is needed.
	mark  string
	books *books
	// builders are the macros that build nodes; nil for what the engine builds.
	builders map[builderKey]*compiler.MacroDef
}

// Run does what a plan says. A node that fails is a Result; the error is for
// what ended the run as a whole (no connection, no schema), and is a
// *diag.Diagnostic. The Results are never nil. Cancelling ctx interrupts the
// running queries; everything unfinished is then skipped.
func Run(ctx context.Context, ad adapters.Adapter, r Renderer, m *compiler.Manifest, p *Plan, opt Options) (*Results, error) {
	opt = opt.withDefaults()
	c := &coordinator{
		runner: &runner{
			adapter: ad, renderer: r, manifest: m, plan: p, opt: opt,
			dialect: ad.Dialect(), catalog: newCatalog(ad.Dialect()), mark: newMark(ad.Dialect(), opt.Clock()),
		},
		results: &Results{Command: p.Command, Started: opt.Clock()},
	}
	for _, s := range p.Steps {
		if !s.Hidden {
			c.total += 1 + len(s.Audits)
		}
	}
	c.emit(RunStarted{Plan: p, Threads: opt.Threads, Total: c.total, Time: c.results.Started})
	err := c.run(ctx)
	c.results.Finished = opt.Clock()
	c.results.Cancelled = ctx.Err() != nil
	c.emit(RunFinished{Results: c.results, Time: c.results.Finished})
	return c.results, err
}

func (o Options) withDefaults() Options {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Sink == nil {
		o.Sink = func(Event) {}
	}
	if o.Sleep == nil {
		o.Sleep = sleep
	}
	o.Threads = max(o.Threads, 1)
	if o.Now.IsZero() {
		o.Now = o.Clock()
	}
	return o
}

// coordinator owns all progress of a run. Only its goroutine touches it.
type coordinator struct {
	*runner
	results *Results
	main    *session
	// progress is nil until the steps begin.
	progress *progress
	started  int // reported nodes so far, for "3 of 17"
	total    int
	index    []int // by step
	audits   map[*Step]int
	// batchRuns are the nodes that are built batch by batch, as they began.
	batchRuns []*batchRun
}

func (c *coordinator) emit(e Event) { c.opt.Sink(e) }

func (c *coordinator) run(ctx context.Context) error {
	if err := c.warnings(); err != nil {
		return err
	}
	if len(c.plan.Steps) == 0 {
		return nil
	}
	if c.plan.Command != CmdCompile && c.plan.Command != CmdShow {
		c.builders = builders(c.renderer, c.plan)
	}
	conn, err := c.adapter.Connect(ctx)
	if err != nil {
		return c.fatal(ctx, err, "connecting to the warehouse")
	}
	defer conn.Close()
	q := &querier{Conn: conn}
	if c.opt.Statements {
		q.tell = func(e StatementSent) { c.emit(e) }
	}
	c.main = &session{conn: q, cat: c.catalog}
	if err := q.serve(c.renderer, "master", nil); err != nil {
		return c.fatal(ctx, err, "making the query comment")
	}
	if err := c.prepare(ctx); err != nil {
		return c.fatal(ctx, err, "reading the warehouse's catalog")
	}
	hooks := c.plan.Command != CmdCompile && c.plan.Command != CmdShow
	if hooks && !c.runHooks(ctx, "on-run-start", c.manifest.OnRunStart, nil) && c.opt.SkipNodesIfOnRunStartFails {
		c.skipAll(RunStartFailed)
	} else {
		c.runSteps(ctx)
	}
	if hooks && ctx.Err() == nil && len(c.manifest.OnRunEnd) > 0 {
		c.runHooks(ctx, "on-run-end", c.manifest.OnRunEnd, c.endContext())
	}
	return nil
}

// fatal ends a run that could not begin: nothing was built.
func (c *coordinator) fatal(ctx context.Context, err error, doing string) error {
	if ctx.Err() != nil {
		c.skipAll(Cancelled)
		return nil
	}
	d := queryDiagnostic(err, nil, nil)
	if d.Detail == "" {
		d.Detail = "while " + doing
	}
	return d
}

// prepare makes the schemas that the plan builds into and reads what exists:
// one query a database for the schemas, one for all relations.
func (c *coordinator) prepare(ctx context.Context) error {
	existing := map[string][]string{}
	for _, ns := range c.plan.Schemas {
		if _, done := existing[ns.Database]; !done {
			names, err := c.main.conn.Schemas(ctx, ns.Database)
			if err != nil {
				return err
			}
			existing[ns.Database] = names
		}
		if slices.ContainsFunc(existing[ns.Database], func(name string) bool { return c.dialect.SameName(name, ns.Schema) }) {
			continue
		}
		if err := c.createSchema(ctx, ns); err != nil {
			return err
		}
	}
	wanted := c.namespaces()
	if len(wanted) == 0 || c.opt.CacheNothing {
		return c.openBooks(ctx)
	}
	rels, err := c.main.conn.Relations(ctx, wanted...)
	if err != nil {
		return err
	}
	c.catalog.storeAll(wanted, rels)
	if err := c.dropLeftovers(ctx); err != nil {
		return err
	}
	if err := c.readGrants(ctx); err != nil {
		return err
	}
	return c.openBooks(ctx)
}

// namespaces lists the schemas of the whole manifest's nodes, as dbt's cache
// does: templates ask for relations that are not selected.
func (c *coordinator) namespaces() []adapters.Namespace {
	seen := map[adapters.Namespace]bool{}
	var list []adapters.Namespace
	add := func(ns adapters.Namespace) {
		if key := c.catalog.key(ns); ns.Schema != "" && !seen[key] {
			seen[key] = true
			list = append(list, ns)
		}
	}
	for _, ns := range c.plan.Schemas {
		add(ns)
	}
	if c.opt.CachePlanned {
		return list
	}
	for _, ns := range c.manifest.Namespaces {
		add(ns)
	}
	return list
}

// report is what a worker sends: how a step ended, or a warning on the way.
type report struct {
	step    int
	batch   int  // of a step that is built batch by batch
	more    bool // the worker goes on with another step of the same job
	result  *Result
	warning *Warning
	sent    *StatementSent
	audit   *auditNote
	event   Event
	refused *job  // by a worker that gets no connection, for another one
	why     error // it gets none
}

// fewer tells that the warehouse gives less connections than there are threads.
func (c *coordinator) fewer(why error) {
	d := diag.Warnf(warnThreads, diag.Span{}, "the warehouse gives less than %d connections: the run goes on with those that it has", c.opt.Threads)
	d.Detail = why.Error()
	c.emit(Warning{Diagnostic: d, Time: c.opt.Clock()})
}

// runSteps gives ready steps to idle workers until there is nothing left.
func (c *coordinator) runSteps(parent context.Context) {
	ctx, stop := context.WithCancelCause(parent)
	defer stop(nil)
	workers := c.workers()
	jobs, reports := make(chan job, workers), make(chan report, workers)
	for i := range workers {
		w := &worker{runner: c.runner, name: fmt.Sprintf("Thread-%d (worker)", i+1), others: workers > 1}
		go w.loop(ctx, jobs, reports)
	}
	var returned []job // by workers without a connection
	told := false
	c.index = make([]int, len(c.plan.Steps))
	g := newProgress(c.plan)
	c.progress = g
	taken := make([]bool, len(c.plan.Steps))
	for running := 0; ; {
		for running < workers && ctx.Err() == nil {
			j, ok := job{}, len(returned) > 0
			if ok {
				j, returned = returned[0], returned[1:]
			} else if j, ok = c.nextJob(taken); !ok {
				break
			}
			running++
			jobs <- j
		}
		if running == 0 {
			break
		}
		r := <-reports
		if r.warning != nil {
			c.emit(*r.warning)
			continue
		}
		if r.sent != nil {
			c.emit(*r.sent)
			continue
		}
		if r.event != nil {
			c.emit(r.event)
			continue
		}
		if r.audit != nil {
			c.audit(*r.audit)
			continue
		}
		if !r.more {
			running--
		}
		if r.refused != nil {
			returned = append(returned, *r.refused)
			if workers--; workers == 0 { // one has to tell why
				workers = 1
				go (&worker{runner: c.runner, name: "Thread-1 (worker)"}).loop(ctx, jobs, reports)
			}
			if !told {
				c.fewer(r.why)
				told = true
			}
			continue
		}
		if b := c.batchRun(r.step); b != nil {
			if !c.endBatch(b, r.batch, r.result) {
				continue
			}
			r.result = c.batched(b)
		}
		failed := c.finish(r.step, r.result)
		g.done(r.step, failed && !continues(r.result))
		if failed && c.opt.FailFast && ctx.Err() == nil {
			stop(errFailFast)
		}
	}
	close(jobs)
	for range workers {
		<-reports // each worker closes its connection before it says good-bye
	}
	c.closeBatches(ctx)
	for _, i := range g.rest(taken) {
		c.skip(i, stopReason(ctx), nil)
	}
}

// nextJob returns what a worker may do now, and false when there is nothing. A
// model that is built batch by batch keeps one worker; more of them are given
// its batches when no step is ready.
func (c *coordinator) nextJob(taken []bool) (job, bool) {
	if j, ok := c.nextBatch(true); ok {
		return j, true
	}
	for g := c.progress; ; {
		group := g.take()
		if group == nil {
			return c.nextBatch(false)
		}
		for _, i := range group {
			taken[i] = true
			if g.cause[i] >= 0 {
				c.skip(i, Upstream, c.plan.Steps[g.cause[i]])
				g.done(i, true)
			} else {
				c.start(i)
			}
		}
		i := group[0]
		s := c.plan.Steps[i]
		if g.cause[i] >= 0 {
			continue
		}
		if len(group) > 1 {
			return job{index: i, step: s, scan: group}, true
		}
		if !s.Batched && len(c.opt.Batches[s.ID]) == 0 {
			return job{index: i, step: c.bound(s)}, true
		}
		c.open(i)
		if j, ok := c.nextBatch(true); ok {
			return j, true
		}
	}
}

// batchRun is the progress of a step that is built batch by batch, or nil.
func (c *coordinator) batchRun(i int) *batchRun {
	for _, r := range c.batchRuns {
		if r.index == i {
			return r
		}
	}
	return nil
}

// stopReason says why a context ended.
func stopReason(ctx context.Context) Reason {
	if errors.Is(context.Cause(ctx), errFailFast) {
		return FailedFast
	}
	return Cancelled
}

func (c *coordinator) start(i int) {
	s := c.plan.Steps[i]
	if s.Hidden {
		return
	}
	c.number(i)
	c.emit(NodeStarted{Step: s, Node: s.node, Index: c.index[i], Total: c.total, Time: c.opt.Clock()})
}

func (c *coordinator) number(i int) {
	if c.index[i] == 0 && !c.plan.Steps[i].Hidden {
		c.started++
		c.index[i] = c.started
	}
}

// finish records a result and reports whether the step's children must not run.
func (c *coordinator) finish(i int, res *Result) bool {
	s := c.plan.Steps[i]
	failed := res.Status == Error || res.Status == Skipped || res.Status == PartialSuccess || res.Status == Fail && c.plan.Command == CmdBuild
	if s.Hidden && !failed {
		c.results.Ephemeral = append(c.results.Ephemeral, res)
		return false
	}
	if !s.Hidden || len(c.progress.children[i]) == 0 {
		c.results.Results = append(c.results.Results, res)
	}
	c.emit(NodeFinished{Step: s, Result: res, Index: c.index[i], Total: c.total, Time: c.opt.Clock()})
	c.skipAudits(s, res)
	return failed || res.Status == Fail && c.opt.FailFast
}

// continues reports whether what follows a failed model runs nevertheless, on
// the relation that was there before: dbt 1.12's `on_error: continue`.
func continues(res *Result) bool {
	return res.Status == Error && res.Kind == compiler.Model && res.Node != nil && res.Node.Config.String("on_error") == "continue"
}

// skip reports a step that will not run.
func (c *coordinator) skip(i int, why Reason, cause *Step) {
	s := c.plan.Steps[i]
	res := &Result{ID: s.ID, Kind: s.Kind, Node: s.node, Status: Skipped, Reason: why}
	switch {
	case cause != nil:
		res.Cause = cause.ID
		if cause.Hidden {
			res.Message = fmt.Sprintf("Compilation Error in %s, caused by compilation error in referenced ephemeral model %s", s.ID, cause.ID)
		}
	case why == FailedFast:
		res.Message = "Skipping due to fail_fast"
	case why == Cancelled:
		res.Message = "Skipping because the run was interrupted"
	}
	if s.Hidden {
		return
	}
	c.number(i)
	c.finish(i, res)
}

func (c *coordinator) skipAll(why Reason) {
	c.index = make([]int, len(c.plan.Steps))
	for i := range c.plan.Steps {
		c.skip(i, why, nil)
	}
}

// warnings tells what a plan cannot do. The error is a warning that is to be
// one.
func (c *coordinator) warnings() error {
	for _, o := range c.plan.Omitted {
		d := diag.Warnf(warnOmitted, diag.Span{}, "%s is left out: %s", o.ID, o.Reason)
		if bad := c.judge(nil, d); bad != nil {
			return bad
		}
	}
	if bad := c.warnOfGrants(); bad != nil {
		return bad
	}
	return nil
}

// judge tells a warning, or returns it where it is to be an error.
func (c *coordinator) judge(n *compiler.Node, d diag.Diagnostic) *diag.Diagnostic {
	list, bad := c.opt.judged(d)
	for _, d := range list {
		c.emit(Warning{Node: n, Diagnostic: d, Time: c.opt.Clock()})
	}
	return bad
}

// judged asks what becomes of a warning: it is to be told, it is an error, or
// neither.
func (o *Options) judged(d diag.Diagnostic) (told diag.List, bad *diag.Diagnostic) {
	list := diag.List{d}
	if o.Judge != nil {
		list = o.Judge(list)
	}
	for _, d := range list {
		if d.Severity == diag.Error {
			return nil, &d
		}
	}
	return list, nil
}
