package engine

import (
	"context"
	"strings"
	"time"

	"mdl/adapters"
	"mdl/compiler"
	"mdl/compiler/jinja/value"
	"mdl/compiler/scope"
)

// MacroCaller calls a macro by name. It is *compiler.Runtime but for tests.
type MacroCaller interface {
	CallMacro(ctx context.Context, name string, kwargs *value.Dict, wh scope.Warehouse) (value.Value, error)
}

// RunOperation calls a macro with keyword arguments on a connection of its own
// and makes what it did permanent, unless it fails. The result has no Node;
// Output is what the macro returned.
func RunOperation(ctx context.Context, ad adapters.Adapter, r MacroCaller, name string, kwargs *value.Dict, opt Options) (res *Result, output value.Value) {
	res = runOperation(ctx, ad, r, "macro_"+name, opt, func(s *session) (err error) {
		output, err = r.CallMacro(ctx, name, kwargs, s)
		return err
	})
	res.ID = "macro." + name
	return res, output
}

// RunSQL renders SQL of the command line and runs it as RunOperation does a
// macro. Its rows are not fetched.
func RunSQL(ctx context.Context, ad adapters.Adapter, r InlineRenderer, sql string, opt Options) *Result {
	return runOperation(ctx, ad, r, "sql_operation", opt, func(s *session) error {
		c, err := r.Inline(ctx, sql, s)
		if err != nil || strings.TrimSpace(c.SQL) == "" {
			return err
		}
		code := userScript(c)
		if _, err := s.conn.Exec(ctx, code.String()); err != nil {
			return queryDiagnostic(err, code, nil)
		}
		return nil
	})
}

// runOperation does something on a connection of its own and makes it permanent.
func runOperation(ctx context.Context, ad adapters.Adapter, r any, connection string, opt Options, do func(*session) error) (res *Result) {
	opt = opt.withDefaults()
	res = &Result{Kind: compiler.Operation, Status: Success, Thread: "MainThread"}
	started := opt.Clock()
	defer func() {
		end := opt.Clock()
		failures := int64(0)
		if res.Status != Success {
			failures = 1
		}
		res.Failures, res.Elapsed = &failures, end.Sub(started)
		res.Timing = []Timing{{"compile", started, started}, {"execute", started, end}}
	}()
	s, err := openSession(ctx, ad, opt)
	if err != nil {
		res.fail(ctx, queryDiagnostic(err, nil, nil))
		return res
	}
	defer s.close(ctx)
	if err = s.conn.serve(r, connection, nil); err == nil {
		err = do(s)
	}
	if err == nil {
		err = s.Commit(ctx)
	}
	if err != nil {
		res.fail(ctx, queryDiagnostic(err, nil, nil))
	}
	return res
}

// Probe is what a connection test found.
type Probe struct {
	// Elapsed is the time to connect and to answer a first query.
	Elapsed time.Duration
	// Schemas are those of the default database.
	Schemas []string
}

// CheckConnection connects, runs a query and lists the schemas of a database:
// the warehouse's part of `debug`. The error is a *diag.Diagnostic.
func CheckConnection(ctx context.Context, ad adapters.Adapter, database string, clock func() time.Time) (Probe, error) {
	started := clock()
	s, err := openSession(ctx, ad, Options{})
	if err != nil {
		return Probe{}, err
	}
	defer s.close(ctx)
	if _, err := s.conn.Query(ctx, "select 1 as id"); err != nil {
		return Probe{}, queryDiagnostic(err, nil, nil)
	}
	p := Probe{Elapsed: clock().Sub(started)}
	if p.Schemas, err = s.conn.Schemas(ctx, database); err != nil {
		return p, queryDiagnostic(err, nil, nil)
	}
	return p, nil
}
