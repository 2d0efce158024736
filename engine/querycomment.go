package engine

import (
	"context"
	"errors"
	"strings"
	"time"

	"mdl/adapters"
	"mdl/compiler"
)

// commenter makes the comment of a node's statements. A renderer may be one;
// *compiler.Runtime is.
type commenter interface {
	QueryComment(connection string, n *compiler.Node) (compiler.QueryComment, error)
}

var _ commenter = (*compiler.Runtime)(nil)

// querier is a connection that puts a comment on every statement of the
// engine's and of templates.
type querier struct {
	adapters.Conn
	name    string // of the connection: the node's id, or what the session is for
	comment compiler.QueryComment
	tell    func(StatementSent) // may be nil
}

// serve prepares the connection for a node, or with nil for something else.
func (q *querier) serve(renderer any, name string, n *compiler.Node) error {
	q.name, q.comment = name, compiler.QueryComment{}
	c, ok := renderer.(commenter)
	if !ok {
		return nil
	}
	var err error
	q.comment, err = c.QueryComment(name, n)
	return err
}

// Exec implements adapters.Conn.
func (q *querier) Exec(ctx context.Context, sql string) (adapters.Outcome, error) {
	sent, shift := q.commented(sql)
	out, err := q.Conn.Exec(ctx, sent)
	return out, uncommented(err, sql, sent, shift)
}

// Query implements adapters.Conn.
func (q *querier) Query(ctx context.Context, sql string) (*adapters.Rows, error) {
	sent, shift := q.commented(sql)
	rows, err := q.Conn.Query(ctx, sent)
	return rows, uncommented(err, sql, sent, shift)
}

// commented returns SQL with its comment, and how far the comment moved it.
func (q *querier) commented(sql string) (sent string, shift int) {
	defer func() {
		if q.tell != nil {
			q.tell(StatementSent{Connection: q.name, SQL: sent, Time: time.Now()})
		}
	}()
	switch {
	case q.comment.Text == "":
		return sql, 0
	case q.comment.Append:
		body, semicolon := strings.TrimRight(sql, " \t\r\n\f\v"), ""
		if strings.HasSuffix(body, ";") {
			body, semicolon = body[:len(body)-1], ";"
		}
		return body + "\n/* " + q.comment.Text + " */" + semicolon, 0
	}
	head := "/* " + q.comment.Text + " */\n"
	return head + sql, len(head)
}

// uncommented makes an error speak of the statement without its comment, so
// that its offset leads to the user's line.
func uncommented(err error, sql, sent string, shift int) error {
	e, ok := errors.AsType[*adapters.QueryError](err)
	if !ok || e.SQL != sent {
		return err
	}
	of := *e
	of.SQL = sql
	if of.Offset >= 0 {
		of.Offset = min(max(of.Offset-shift, 0), len(sql))
	}
	return &of
}
