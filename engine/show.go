package engine

import (
	"context"
	"fmt"

	"mdl/adapters"
	"mdl/compiler"
	"mdl/compiler/scope"
)

// show fetches the first rows of a node's query; of a seed, those of its table.
func (w *worker) show(ctx context.Context, res *Result) error {
	var err error
	if res.Node.Kind == compiler.Seed {
		sql := "select * from " + w.dialect.Render(res.Node.Relation())
		res.Rows, err = w.session.conn.Query(ctx, limited(sql, w.opt.Limit))
		return err
	}
	res.Rows, err = preview(ctx, w.session, res.Compiled, res.Node, w.opt.Limit)
	return err
}

// preview runs a query for its first rows. The limit is put after it, as dbt
// does: around it, its order could be lost.
func preview(ctx context.Context, s *session, c *compiler.Compiled, n *compiler.Node, limit int) (*adapters.Rows, error) {
	q := newScript()
	if n != nil {
		if header := n.Config.String("sql_header"); header != "" {
			q.add(header, "\n")
		}
	}
	q.code(c)
	if limit >= 0 {
		q.add(fmt.Sprintf("limit %d", limit))
	}
	rows, err := s.conn.Query(ctx, q.String())
	if err == nil {
		return rows, nil
	}
	d := queryDiagnostic(err, q, n)
	if limit >= 0 && adapters.KindOf(err) == adapters.Syntax && d.Hint == "" {
		d.Hint = "a query with a limit of its own is shown with --limit -1"
	}
	return nil, d
}

func limited(sql string, limit int) string {
	if limit < 0 {
		return sql
	}
	return fmt.Sprintf("%s limit %d", sql, limit)
}

// InlineRenderer renders SQL that is not in a file. It is *compiler.Runtime
// but for tests.
type InlineRenderer interface {
	Inline(ctx context.Context, sql string, wh scope.Warehouse) (*compiler.Compiled, error)
}

// Inline compiles SQL given on the command line and, unless opt.Limit is 0,
// fetches its first rows; a negative limit means all. The error is a
// *diag.Diagnostic.
func Inline(ctx context.Context, ad adapters.Adapter, r InlineRenderer, m *compiler.Manifest, sql string, opt Options) (*compiler.Compiled, *adapters.Rows, error) {
	s, err := openSession(ctx, ad, opt)
	if err != nil {
		return nil, nil, err
	}
	defer s.close(ctx)
	if err := s.conn.serve(r, "sql_operation", nil); err != nil {
		return nil, nil, queryDiagnostic(err, nil, nil)
	}
	c, err := r.Inline(ctx, sql, s)
	if err != nil {
		return nil, nil, queryDiagnostic(err, nil, nil)
	}
	if opt.Limit == 0 {
		return c, nil, nil
	}
	rows, err := preview(ctx, s, c, nil, opt.Limit)
	return c, rows, err
}

// openSession connects outside of a run; its catalog is read when it is asked.
func openSession(ctx context.Context, ad adapters.Adapter, opt Options) (*session, error) {
	conn, err := ad.Connect(ctx)
	if err != nil {
		return nil, queryDiagnostic(err, nil, nil)
	}
	q := &querier{Conn: conn}
	if opt.Statements {
		q.tell = func(e StatementSent) { opt.Sink(e) }
	}
	return &session{conn: q, cat: newCatalog(ad.Dialect())}, nil
}

func (s *session) close(ctx context.Context) {
	s.rollback(ctx)
	s.conn.Close()
}
