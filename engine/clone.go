package engine

import (
	"context"

	"mdl/adapters"
	"mdl/compiler"
)

// StateLocator tells where an earlier state has a node. It is *compiler.Runtime
// but for tests.
type StateLocator interface {
	StateRelation(n *compiler.Node) (rel adapters.Relation, sql string, ok bool)
}

// What a clone that makes nothing says: dbt's word, for which tools look.
const noClone = "No-op"

// clone makes the node's relation from the one of the earlier state. What exists
// is left alone without --full-refresh.
func (w *worker) clone(ctx context.Context, res *Result) error {
	locator, ok := w.renderer.(StateLocator)
	if !ok {
		return nodeError(codeMaterialization, res.Node, "there is no state to clone %s from", res.Node.Name)
	}
	of, sql, known := locator.StateRelation(res.Node)
	if !known {
		res.Message, res.Note = noClone, "the state does not have it"
		return nil
	}
	target := res.Node.Relation()
	_, exists, err := w.session.find(ctx, target)
	if err != nil {
		return err
	}
	if w.dialect.SameRelation(of, target) {
		if !exists {
			d := nodeError(codeRelation, res.Node, "%s cannot be cloned: the state has it as %s, which is the target's own relation, and that does not exist", res.Node.Name, w.dialect.Render(target))
			d.Hint = "name the artifacts of another target with --state, or build it"
			return d
		}
		res.Message, res.Note = noClone, "it is the state's own relation, skipping clone for relation "+w.dialect.Render(target)
		return nil
	}
	if exists && !w.opt.FullRefresh {
		res.Message, res.Note = noClone, "it already exists"
		return nil
	}
	how := materialization{"clone", buildView}
	if w.dialect.CloneTable {
		found, exists, err := w.session.find(ctx, of)
		if err != nil {
			return err
		}
		if exists && found.Kind == adapters.Table {
			how.build = func(b *build) error { return b.cloneTable(sql) }
		}
	}
	b := &build{worker: w, ctx: ctx, node: res.Node, s: w.session, d: w.dialect, target: target, fullRefresh: true}
	b.sql = &compiler.Compiled{SQL: "select * from " + sql}
	err = b.atomically(how)
	res.Response = b.response
	if res.RunPath, _ = w.write("run", res.Node, statements(b.ran)); err != nil {
		return err
	}
	res.Message = b.response.Message
	return nil
}

// cloneTable copies a table without its rows being read.
func (b *build) cloneTable(of string) error {
	b.target.Kind = adapters.Table
	if b.exists && b.old.Kind != adapters.Table {
		if err := b.s.Drop(b.ctx, b.old); err != nil {
			return err
		}
	}
	if err := b.main(newScript("create or replace table ", b.name(b.target), " clone ", of)); err != nil {
		return err
	}
	b.s.Added(b.target)
	return nil
}
