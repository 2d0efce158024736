package postgres

import (
	"context"
	"errors"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"mdl/adapters"
)

// conn is one session. A session that was lost outside of a transaction is
// restored by the next call.
type conn struct {
	adapter *Adapter
	raw     *pgconn.PgConn
	inside  bool // Begin has opened a transaction
	lost    bool // the session ended while one was open
}

var (
	_ adapters.Conn       = (*conn)(nil)
	_ adapters.BulkLoader = (*conn)(nil)
	_ adapters.Describer  = (*conn)(nil)
	_ adapters.Documenter = (*conn)(nil)
	_ adapters.Resetter   = (*conn)(nil)
)

// Exec runs statements and tells how many rows the last one changed. Without a
// transaction around them, several statements are one.
func (c *conn) Exec(ctx context.Context, sql string) (adapters.Outcome, error) {
	tag, err := c.run(ctx, sql, nil)
	return outcome(tag), err
}

// Query runs statements and reads the rows of the last one.
func (c *conn) Query(ctx context.Context, sql string) (*adapters.Rows, error) {
	result := &result{}
	tag, err := c.run(ctx, sql, result)
	if err != nil {
		return nil, err
	}
	rows, err := c.rows(ctx, result)
	if err == nil {
		rows.Outcome = outcome(tag)
	}
	return rows, err
}

// run sends statements and reads their answers; into, if not nil, gets the
// rows of the last one. It returns the tag of the last one.
func (c *conn) run(ctx context.Context, sql string, into *result) (pgconn.CommandTag, error) {
	var tag pgconn.CommandTag
	if i := strings.IndexByte(sql, 0); i >= 0 {
		return tag, &adapters.QueryError{SQL: sql, Offset: i, Kind: adapters.Syntax,
			Message: "the SQL contains a NUL byte", Hint: "remove the byte"}
	}
	if err := c.ready(ctx, sql); err != nil {
		return tag, err
	}
	answers := c.raw.Exec(ctx, sql)
	var err error
	for answers.NextResult() {
		reader := answers.ResultReader()
		if into != nil {
			into.read(reader)
		}
		if tag, err = reader.Close(); err != nil {
			break
		}
	}
	if err = errors.Join(err, answers.Close()); err != nil {
		return tag, c.failure(ctx, sql, err)
	}
	return tag, nil
}

// ready restores a lost session and refuses what is inside of a lost
// transaction.
func (c *conn) ready(ctx context.Context, sql string) error {
	if ctx.Err() != nil {
		return c.adapter.queryError(ctx, sql, ctx.Err())
	}
	if c.lost {
		return &adapters.QueryError{SQL: sql, Offset: -1, Kind: adapters.Transient,
			Message: "the connection was lost, and the transaction with it"}
	}
	if c.raw.IsClosed() {
		return c.again(ctx)
	}
	return nil
}

// failure notices that the session ended.
func (c *conn) failure(ctx context.Context, sql string, err error) error {
	if c.inside && c.raw.IsClosed() {
		c.lost = true
	}
	return c.adapter.queryError(ctx, sql, err)
}

// outcome tells how many rows a statement concerned, and what the server calls it.
func outcome(tag pgconn.CommandTag) adapters.Outcome {
	text := tag.String()
	word, digits := strings.TrimRight(text, " 0123456789"), strings.ContainsAny(text, "0123456789")
	out := adapters.Outcome{RowsAffected: -1, Message: text, Code: word}
	if digits {
		out.RowsAffected = tag.RowsAffected()
	}
	return out
}

// Begin opens a transaction.
func (c *conn) Begin(ctx context.Context) error {
	if c.inside {
		return &adapters.QueryError{Offset: -1, Kind: adapters.Other, Message: "a transaction is open already"}
	}
	if _, err := c.run(ctx, "begin", nil); err != nil {
		return err
	}
	c.inside = true
	return nil
}

// Commit commits. The server answers a commit of a failed transaction with a
// rollback, which is an error here; a connection that is lost meanwhile leaves
// unknown what has happened, so that is no error to try again after.
func (c *conn) Commit(ctx context.Context) error {
	if !c.inside {
		return &adapters.QueryError{Offset: -1, Kind: adapters.Other, Message: "there is no transaction to commit"}
	}
	if err := ctx.Err(); err != nil {
		_ = c.Rollback(ctx)
		return c.adapter.queryError(ctx, "commit", err)
	}
	lost := c.lost
	tag, err := c.run(ctx, "commit", nil)
	c.inside, c.lost = false, false
	if q, ok := errors.AsType[*adapters.QueryError](err); ok && !lost && c.raw.IsClosed() {
		q.Kind = adapters.Connection
		q.Message = "the connection was lost during the commit: it is not known whether the transaction has happened\n" + q.Message
	}
	if err == nil && tag.String() == "ROLLBACK" {
		return &adapters.QueryError{SQL: "commit", Offset: -1, Kind: adapters.Other, Message: "a statement of the transaction has failed, so it was rolled back"}
	}
	return err
}

// Rollback undoes the open transaction, if any, even after ctx is done. SQL of
// the user may have opened or ended one, so the server is asked.
func (c *conn) Rollback(ctx context.Context) error {
	lost := c.lost
	c.inside, c.lost = false, false
	if lost || c.raw.IsClosed() || c.raw.TxStatus() == 'I' {
		return nil
	}
	_, err := c.run(context.WithoutCancel(ctx), "rollback", nil)
	if c.raw.IsClosed() {
		return nil // the server does it
	}
	return err
}

// Reset gives the session back its first settings.
func (c *conn) Reset(ctx context.Context) error {
	if c.raw.IsClosed() {
		return nil // the next call opens it anew
	}
	if _, err := c.run(ctx, "discard all", nil); err != nil {
		return err
	}
	return c.takeRole(ctx)
}

// Close ends the session; the server rolls an open transaction back.
func (c *conn) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), cancelPatience)
	defer cancel()
	if err := c.raw.Close(ctx); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return c.adapter.queryError(ctx, "", err)
	}
	return nil
}

// Describe lets the server parse one query and returns its columns.
func (c *conn) Describe(ctx context.Context, sql string) ([]adapters.Column, error) {
	if err := c.ready(ctx, sql); err != nil {
		return nil, err
	}
	stmt, err := c.raw.Prepare(ctx, "", sql, nil)
	if err != nil {
		return nil, c.failure(ctx, sql, err)
	}
	if len(stmt.Fields) == 0 {
		return nil, &adapters.QueryError{SQL: sql, Offset: -1, Kind: adapters.Other,
			Message: "only a query has columns", Hint: "write one select statement"}
	}
	return c.columnsOf(ctx, stmt.Fields)
}
