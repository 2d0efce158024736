package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"mdl/adapters"
	"mdl/compiler"
)

// failedSuffix marks the contents that a node's tests have refused; the rows
// that failed a test are beside it, under that name and the test's.
const failedSuffix = "__mdl_failed"

// publication is a build that others see only when its tests have passed
// (write, audit, publish): it goes into a shadow relation in the target's
// schema, which takes the place of the target in one transaction.
type publication struct {
	*build
	m      materialization
	real   adapters.Relation // what is published; the build's target is the shadow
	audits []*Step
	failed []*Result
}

// auditable are the materializations that can be built into a shadow.
var auditable = []string{"view", "table", "incremental", "seed", "snapshot"}

// checkPublish refuses a publish that cannot be followed.
func (b *build) checkPublish(how string) error {
	switch mode := b.str(publishKey); {
	case mode == "" || strings.EqualFold(mode, "false"):
		return nil
	case mode != publishAfterTests:
		return b.refuse(codeConfig, "write publish: after_tests, or take it out", "publish of %s cannot be %q", b.node.Name, mode)
	case how != "":
		return b.refuse(codeConfig, "take publish out of its configuration; it works with "+strings.Join(auditable, ", "),
			"publish: after_tests does not work with %s, which builds %s", how, b.node.Name)
	}
	return nil
}

// unauditable says how the node is built where that cannot go into a shadow.
func (b *build) unauditable(m materialization) string {
	switch {
	case !slices.Contains(auditable, m.name):
		return "the materialization " + m.name
	case m.name == "incremental" && b.str("incremental_strategy") == "microbatch":
		return "the incremental strategy microbatch"
	}
	return ""
}

// publish builds the node into a shadow, runs its tests on it, and swaps.
func (b *build) publish(m materialization, audits []*Step) error {
	p := &publication{build: b, m: m, real: b.target, audits: audits}
	if err := b.hooks(b.node.PreHooks, false); err != nil {
		return err
	}
	if err := b.retried(b.ctx, b.node, p.write); err != nil {
		return err
	}
	if err := p.audit(); err != nil {
		p.drop()
		return err
	}
	if len(p.failed) > 0 {
		return p.keep()
	}
	if err := b.retried(b.ctx, b.node, p.swap); err != nil {
		p.drop()
		return err
	}
	return b.hooks(b.node.PostHooks, false)
}

// write fills the shadow.
func (p *publication) write() error {
	b := p.build
	b.ran, b.target = nil, p.real
	if err := b.s.begin(b.ctx); err != nil {
		return err
	}
	if err := b.hooks(b.node.PreHooks, true); err != nil {
		return err
	}
	old, exists, err := b.s.find(b.ctx, p.real)
	if err != nil {
		return err
	}
	shadow := b.shadow()
	if err := b.s.dropAny(b.ctx, shadow); err != nil {
		return err
	}
	b.target, b.old, b.exists = shadow, adapters.Relation{}, false
	if exists && old.Kind == adapters.Table && p.continues() {
		if err := p.copy(old, shadow); err != nil {
			return err
		}
	}
	if err := p.m.build(b); err != nil {
		return err
	}
	return b.s.Commit(b.ctx)
}

// continues reports whether the node adds to what is there.
func (p *publication) continues() bool {
	return p.m.name == "snapshot" || p.m.name == "incremental" && !p.fullRefresh
}

// copy begins the shadow with the rows that are there, which costs the time and
// room of one more copy of the table.
func (p *publication) copy(old, shadow adapters.Relation) error {
	b := p.build
	shadow.Kind = adapters.Table
	if !b.contracted() {
		if err := b.do("create table ", b.name(shadow), " as select * from ", b.name(old)); err != nil {
			return err
		}
	} else {
		if err := b.do("create table ", b.name(shadow), " (\n  ", strings.Join(b.columnDefinitions(), ",\n  "), "\n)"); err != nil {
			return err
		}
		made, err := b.s.conn.Columns(b.ctx, shadow)
		if err != nil {
			return err
		}
		held, err := b.s.conn.Columns(b.ctx, old)
		if err != nil {
			return err
		}
		if err := b.addColumns(compareColumns(b.d, held, made).added); err != nil {
			return err
		}
		list := b.quoted(held)
		if err := b.do("insert into ", b.name(shadow), " (", list, ") select ", list, " from ", b.name(old)); err != nil {
			return err
		}
	}
	b.s.Added(shadow)
	b.old, b.exists = shadow, true
	return nil
}

// audit runs the tests on the shadow. Its error is for a run that was stopped.
func (p *publication) audit() error {
	w, own := *p.worker, *p.runner
	if r, ok := own.renderer.(*compiler.Runtime); ok {
		own.renderer = r.Instead(p.node.ID, p.target)
	}
	w.runner = &own
	for _, step := range p.audits {
		if err := p.ctx.Err(); err != nil {
			return &adapters.QueryError{Offset: -1, Kind: adapters.Cancelled, Message: "the run was interrupted", Cause: context.Cause(p.ctx)}
		}
		p.reports <- report{audit: &auditNote{step: step}}
		res := w.auditOne(p.ctx, step)
		if res.Status == Fail || res.Status == Error {
			p.failed = append(p.failed, res)
			p.store(res)
		}
		p.reports <- report{audit: &auditNote{step, res}}
	}
	return nil
}

// auditOne runs one test.
func (w *worker) auditOne(ctx context.Context, step *Step) *Result {
	started := w.opt.Clock()
	res := &Result{ID: step.ID, Kind: step.Kind, Node: step.node, Thread: w.name, Status: Success}
	err := w.session.conn.serve(w.renderer, step.ID, step.node)
	if err == nil {
		err = w.timed(res, "compile", func() error { return w.compile(ctx, res) })
	}
	if err == nil {
		err = w.timed(res, "execute", func() error { return w.test(ctx, res) })
	}
	w.session.rollback(ctx)
	if err != nil {
		res.fail(ctx, queryDiagnostic(err, nil, step.node))
	}
	res.Elapsed = w.opt.Clock().Sub(started)
	return res
}

// store keeps the rows that failed a test beside the shadow, unless the test
// has stored them in a table itself. A view would read a shadow that is not
// there any more. The verdict stands where that fails.
func (p *publication) store(res *Result) {
	if res.Status != Fail || res.Compiled == nil || res.StoredIn != "" && storeAs(res.Node, p.opt.StoreFailures) == "table" {
		return
	}
	b := p.build
	rows := p.kept(res.Node.Name)
	err := func() error {
		if err := b.s.begin(b.ctx); err != nil {
			return err
		}
		if res.StoredIn != "" {
			view := res.Node.Relation()
			view.Kind = adapters.View
			if err := b.s.Drop(b.ctx, view); err != nil {
				return err
			}
		}
		if err := b.s.dropAny(b.ctx, rows); err != nil {
			return err
		}
		s := newScript("create table ", b.name(rows), " as select * from (").code(res.Compiled).add(") as mdl_test")
		if _, err := b.s.conn.Exec(b.ctx, s.String()); err != nil {
			return err
		}
		b.s.Added(rows)
		return b.s.Commit(b.ctx)
	}()
	if err != nil {
		b.s.rollback(b.ctx)
		return
	}
	res.StoredIn = b.name(rows)
}

// kept is the relation of what a failure leaves: the refused contents, or the
// rows that failed a test of them.
func (p *publication) kept(test string) adapters.Relation {
	name := p.real.Name + failedSuffix
	if test != "" {
		name += "__" + test
	}
	if most := p.d.MaxIdentifier; most > 0 && len(name) > most {
		sum := hashName(name)
		name = name[:most-len(sum)] + sum
	}
	rel := p.real.WithName(name)
	rel.Kind = adapters.Table
	return rel
}

// drop removes the shadow after a failure that left nothing to look at.
func (p *publication) drop() {
	ctx := context.WithoutCancel(p.ctx)
	p.s.rollback(ctx)
	_ = p.s.dropAny(ctx, p.target) // else the next run does it
}

// keep gives the shadow its name as what was refused, and says where all is.
func (p *publication) keep() error {
	b := p.build
	shadow, there, err := b.s.find(b.ctx, p.target)
	if err != nil || !there {
		return errors.Join(err, p.verdict(""))
	}
	refused := p.kept("")
	refused.Kind = shadow.Kind
	err = b.retried(b.ctx, b.node, func() error {
		if err := b.s.begin(b.ctx); err != nil {
			return err
		}
		if err := b.s.dropAny(b.ctx, refused); err != nil {
			return err
		}
		if err := b.s.Rename(b.ctx, shadow, refused); err != nil {
			return err
		}
		return b.s.Commit(b.ctx)
	})
	if err != nil {
		return err
	}
	return p.verdict(b.name(refused))
}

// verdict is the error of a node that its tests have refused.
func (p *publication) verdict(refused string) error {
	count := fmt.Sprintf("%d of its %d tests", len(p.failed), len(p.audits))
	if len(p.audits) == 1 {
		count = "its test"
	}
	_, exists, _ := p.s.find(p.ctx, p.real)
	state := "is left as it was"
	if !exists {
		state = "is not built"
	}
	d := nodeError(codePublish, p.node, "%s %s: %s failed on its new contents", p.name(p.real), state, count)
	lines := []string{"the new contents are kept in " + refused}
	for _, res := range p.failed {
		switch {
		case res.StoredIn != "":
			lines = append(lines, "rows that fail "+res.Node.Name+": "+res.StoredIn)
		default:
			lines = append(lines, res.Node.Name+" could not be run")
		}
	}
	d.Detail = strings.Join(lines, "\n")
	d.Hint = "look at them, correct the data or the tests, and build it again: the next success removes both"
	return d
}

// swap publishes the shadow in the place of the old relation.
func (p *publication) swap() error {
	b := p.build
	if err := b.s.begin(b.ctx); err != nil {
		return err
	}
	shadow, there, err := b.s.find(b.ctx, p.target)
	if err != nil {
		return err
	}
	if !there {
		return b.refuse(codeRelation, "run it again", "%s, which holds the new contents of %s, is gone", b.name(p.target), b.node.Name)
	}
	if err := b.s.dropAny(b.ctx, p.real); err != nil {
		return err
	}
	if err := p.dropKept(); err != nil {
		return err
	}
	if err := b.do(b.d.RenameSQL(shadow, p.real.Name)); err != nil {
		return err
	}
	b.s.Renamed(shadow, p.real)
	of := *b
	of.target, of.old, of.exists, of.published, of.remade = p.real, shadow, true, true, true
	of.target.Kind = shadow.Kind
	if shadow.Kind == adapters.Table {
		err = of.indexes(of.target)
	}
	if err == nil {
		err = of.complete()
	}
	b.ran = of.ran
	return err
}

// dropKept drops what earlier failures have left.
func (p *publication) dropKept() error {
	rels, err := p.s.Relations(p.ctx, p.real.Namespace())
	if err != nil {
		return err
	}
	name := strings.ToLower(p.real.Name + failedSuffix)
	for _, r := range rels {
		if n := strings.ToLower(r.Name); n == name || strings.HasPrefix(n, name+"__") {
			if err := p.s.Drop(p.ctx, r); err != nil {
				return err
			}
		}
	}
	return nil
}

// unpublished reports whether the build goes into a shadow: indexes wait, since
// a relation that has some may refuse another name.
func (b *build) unpublished() bool { return b.str(publishKey) == publishAfterTests && !b.published }
