package engine

import (
	"context"
	"fmt"
	"path"
	"runtime/debug"
	"strings"

	"mdl/adapters"
	"mdl/compiler"
	"mdl/compiler/diag"
)

// worker runs one step at a time on a connection of its own.
type worker struct {
	*runner
	name    string
	session *session
	reports chan<- report
	// known are the columns of what is not built, for unit tests, by unique id.
	known map[string][]adapters.Column
	// others tells that another worker can do what this one cannot.
	others bool
}

// loop does jobs until there are no more, then closes its connection and sends
// an empty report.
func (w *worker) loop(ctx context.Context, jobs <-chan job, reports chan<- report) {
	w.reports = reports
	for j := range jobs {
		if err := w.connect(ctx); w.others && adapters.KindOf(err) == adapters.Transient {
			reports <- report{refused: &j, why: err}
			return
		}
		if len(j.scan) > 0 {
			w.scan(ctx, j.scan)
			continue
		}
		reports <- report{step: j.index, batch: j.batch, result: w.do(ctx, j.step)}
	}
	if w.session != nil {
		w.session.conn.Close()
	}
	reports <- report{}
}

// do runs one step. It never fails: what goes wrong is in the Result.
func (w *worker) do(ctx context.Context, s *Step) *Result {
	res := w.begin(s)
	if s.node == nil && s.fresh == nil {
		none := int64(0)
		res.Status, res.Message, res.Failures = NoOp, "NO-OP", &none
		at := w.opt.Clock()
		res.Timing = []Timing{{"compile", at, at}, {"execute", at, at}}
		return res
	}
	if s.blocked != nil {
		res.fail(ctx, s.blocked)
		return res
	}
	w.guarded(ctx, res, func() error {
		compile, execute := w.compile, w.execute
		if s.fresh != nil {
			compile = func(context.Context, *Result) error { return nil }
			execute = func(ctx context.Context, res *Result) error { return w.freshness(ctx, res, s.fresh) }
		}
		if s.Kind == compiler.UnitTest {
			t, err := w.unitTest(s, res)
			if err != nil {
				return err
			}
			compile, execute = t.compile, t.execute
		}
		if err := w.timed(res, "compile", func() error { return compile(ctx, res) }); err != nil {
			return err
		}
		return w.timed(res, "execute", func() error { return execute(ctx, res) })
	})
	return res
}

func (w *worker) begin(s *Step) *Result {
	return &Result{ID: s.ID, Kind: s.Kind, Node: s.node, Thread: w.name, Status: Success, later: s.later, more: s.more, audits: s.Audits}
}

// guarded does something for a step, on the worker's connection. What goes
// wrong is in the Result afterwards; what it took is added to its time.
func (w *worker) guarded(ctx context.Context, res *Result, do func() error) {
	started := w.opt.Clock()
	defer func() {
		if p := recover(); p != nil {
			d := nodeError(codePanic, res.Node, "mdl stumbled over this node: %v", p)
			d.Detail, d.Hint = string(debug.Stack()), "this is a defect of mdl, please report it"
			res.fail(ctx, d)
		}
		if w.session != nil {
			w.recordFailure(ctx, res)
			w.release(ctx)
		}
		res.Elapsed += w.opt.Clock().Sub(started)
	}()
	err := w.connect(ctx)
	if err == nil {
		err = w.session.conn.serve(w.renderer, res.ID, res.Node)
	}
	if err == nil {
		err = do()
	}
	if err != nil {
		res.fail(ctx, queryDiagnostic(err, nil, res.Node))
	}
}

func (w *worker) connect(ctx context.Context) error {
	if w.session != nil {
		return nil
	}
	conn, err := w.adapter.Connect(ctx)
	if err != nil {
		return err
	}
	q := &querier{Conn: conn}
	if w.opt.Statements {
		q.tell = func(e StatementSent) { w.reports <- report{sent: &e} }
	}
	w.session = &session{conn: q, cat: w.catalog}
	return nil
}

// release ends what the node has left open. A session whose settings the node
// may have changed is not given to the next one.
func (w *worker) release(ctx context.Context) {
	w.session.rollback(ctx)
	if r, ok := w.session.conn.Conn.(adapters.Resetter); ok && w.session.dirty && r.Reset(ctx) == nil {
		w.session.dirty = false
	}
	if w.session.dirty {
		w.session.conn.Close()
		w.session = nil
	}
}

func (w *worker) timed(res *Result, phase string, do func() error) error {
	t := Timing{Name: phase, Started: w.opt.Clock()}
	err := do()
	t.Completed = w.opt.Clock()
	res.Timing = append(res.Timing, t)
	return err
}

// fail records why a node did not succeed. What fails because the run was
// stopped counts as skipped.
func (res *Result) fail(ctx context.Context, d *diag.Diagnostic) {
	if ctx.Err() != nil && isCancelled(d) {
		res.Status, res.Reason = Skipped, stopReason(ctx)
		res.Message = "Skipping because the run was interrupted"
		if res.Reason == FailedFast {
			res.Message = "Skipping due to fail_fast"
		}
		return
	}
	if res.Node != nil {
		moved := res.Node.Relocate(*d)
		d = &moved
	}
	res.Status, res.Diagnostic, res.Message = Error, d, message(d, res.Node)
}

// compile renders the node's SQL and writes it where users look for it. Seeds
// have none.
func (w *worker) compile(ctx context.Context, res *Result) error {
	n := res.Node
	if n.Kind == compiler.Seed || w.plan.Command == CmdClone {
		return nil
	}
	c, err := w.renderer.Compile(ctx, n, w.session)
	if err != nil {
		return err
	}
	res.Compiled = c
	res.CompiledPath, err = w.write("compiled", n, c.SQL)
	return err
}

// execute does with the compiled node what the command asks for.
func (w *worker) execute(ctx context.Context, res *Result) error {
	n := res.Node
	switch w.plan.Command {
	case CmdShow:
		return w.show(ctx, res)
	case CmdClone:
		return w.clone(ctx, res)
	}
	if w.plan.Command == CmdCompile || n.IsEphemeral() {
		return nil
	}
	if n.Kind == compiler.Test {
		return w.retried(ctx, n, func() error { return w.test(ctx, res) })
	}
	if err := w.build(ctx, res); err != nil || n.Kind != compiler.Seed || w.opt.SeedRows <= 0 {
		return err
	}
	return w.seedRows(ctx, res)
}

// warn tells the coordinator about something that does not stop the node. The
// error is the warning, where it is to be one.
func (w *worker) warn(n *compiler.Node, code, hint, format string, args ...any) error {
	d := diag.Warnf(code, nodeSpan(n), format, args...)
	d.Hint = hint
	told, bad := w.opt.judged(d)
	for _, d := range told {
		w.reports <- report{warning: &Warning{Node: n, Diagnostic: d, Time: w.opt.Clock()}}
	}
	if bad != nil {
		return bad
	}
	return nil
}

// write stores SQL below the target directory at the path that dbt gives it:
// the node's file, or for nodes that share a file, one below it.
func (w *worker) write(dir string, n *compiler.Node, sql string) (string, error) {
	if w.opt.Write == nil || sql == "" {
		return "", nil
	}
	file := path.Join(dir, n.Package, n.OrigPath)
	if path.Base(n.Path) != path.Base(n.OrigPath) {
		file = path.Join(file, n.Path)
	}
	if label := n.BatchLabel(); label != "" && (len(w.opt.Batches[n.ID]) > 0 || w.manifest.IsMicrobatch(n)) {
		stem, ext := strings.TrimSuffix(path.Base(file), path.Ext(file)), path.Ext(file)
		file = path.Join(path.Dir(file), stem, stem+"_"+label+ext)
	}
	if err := w.opt.Write(file, []byte(sql)); err != nil {
		d := nodeError(codeFile, n, "cannot write %s: %s", file, strings.TrimSpace(fmt.Sprint(err)))
		d.Cause = err
		return "", d
	}
	return file, nil
}
