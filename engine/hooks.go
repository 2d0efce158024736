package engine

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"mdl/adapters"
	"mdl/compiler"
	"mdl/compiler/jinja/value"
)

// runHooks runs the on-run-start or on-run-end hooks one after the other and
// reports whether all succeeded. Those after a failed one are skipped.
func (c *coordinator) runHooks(ctx context.Context, event string, hooks []*compiler.Node, extra *value.Dict) bool {
	ok := true
	for i, n := range hooks {
		name := fmt.Sprintf("%s.%s.%d", n.Package, event, i)
		res := &Result{ID: n.ID, Kind: n.Kind, Node: n, Thread: "main", Status: Success, Message: name + " passed"}
		failures := int64(0)
		if ok && ctx.Err() == nil {
			c.emit(HookStarted{Node: n, Name: name, Index: i + 1, Total: len(hooks), Time: c.opt.Clock()})
			c.runHook(ctx, res, extra)
			if res.Status == Error {
				res.Message = name + " failed, error:\n " + res.Diagnostic.Summary
			}
		} else {
			res.Status, res.Message = Skipped, name+" skipped"
		}
		if res.Status != Success {
			ok, failures = false, 1
		}
		res.Failures = &failures
		c.results.Results = append(c.results.Results, res)
		c.emit(HookFinished{Result: res, Name: name, Index: i + 1, Total: len(hooks), Time: c.opt.Clock()})
	}
	return ok
}

// runHook renders and runs one hook outside of any transaction.
func (c *coordinator) runHook(ctx context.Context, res *Result, extra *value.Dict) {
	w := &worker{runner: c.runner, session: c.main}
	started := c.opt.Clock()
	err := w.timed(res, "compile", func() error {
		if err := c.main.conn.serve(c.renderer, res.Node.ID, res.Node); err != nil {
			return err
		}
		sql, err := c.renderer.Operation(ctx, res.Node, extra, c.main)
		res.Compiled = sql
		return err
	})
	if err == nil {
		err = w.timed(res, "execute", func() error {
			if strings.TrimSpace(res.Compiled.SQL) == "" {
				return c.main.Commit(ctx)
			}
			s := userScript(res.Compiled)
			if _, err := c.main.conn.Exec(ctx, s.String()); err != nil {
				return queryDiagnostic(err, s, res.Node)
			}
			return c.main.Commit(ctx)
		})
	}
	if err != nil {
		c.main.rollback(ctx)
		res.fail(ctx, queryDiagnostic(err, nil, res.Node))
	}
	res.Elapsed = c.opt.Clock().Sub(started)
}

// endContext is what on-run-end hooks see beside the usual names: results, and
// the schemas into which something was built.
func (c *coordinator) endContext() *value.Dict {
	var results, schemas, pairs []value.Value
	seen := map[adapters.Namespace]bool{}
	var names []string
	for _, r := range c.results.Results {
		if r.Thread != "main" || r.Status == Error {
			results = append(results, newResultObject(r))
		}
		if !isRelational(r, c.opt) || r.Status == Error || r.Status == Fail || r.Status == Skipped {
			continue
		}
		ns := r.Node.Relation().Namespace()
		if seen[ns] {
			continue
		}
		seen[ns] = true
		pairs = append(pairs, value.NewTuple(value.Str(ns.Database), value.Str(ns.Schema)))
		if !slices.Contains(names, ns.Schema) {
			names = append(names, ns.Schema)
			schemas = append(schemas, value.Str(ns.Schema))
		}
	}
	extra := value.NewDict()
	extra.SetStr("schemas", value.NewList(schemas...))
	extra.SetStr("results", value.NewList(results...))
	extra.SetStr("database_schemas", value.NewList(pairs...))
	return extra
}

// isRelational reports whether a node has a relation of its own.
func isRelational(r *Result, opt Options) bool {
	if r.Node == nil {
		return false
	}
	switch r.Kind {
	case compiler.Model:
		return !r.Node.IsEphemeral()
	case compiler.Seed, compiler.Snapshot:
		return true
	case compiler.Test:
		return storeAs(r.Node, opt.StoreFailures) != ""
	}
	return false
}
