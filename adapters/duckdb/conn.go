package duckdb

import (
	"context"
	"strings"

	driver "github.com/duckdb/duckdb-go/v2"

	"mdl/adapters"
)

// conn is one session of DuckDB. It also is a BulkLoader and a Describer.
type conn struct {
	raw     *driver.Conn
	adapter *Adapter
	// open tells that Begin has opened a transaction.
	open bool
	// failed tells that a statement has failed since the last Begin, so that
	// the transaction may be aborted.
	failed bool
}

var (
	_ adapters.Conn       = (*conn)(nil)
	_ adapters.BulkLoader = (*conn)(nil)
	_ adapters.Describer  = (*conn)(nil)
)

// Exec runs statements and tells how many rows the last one changed.
func (c *conn) Exec(ctx context.Context, sql string) (adapters.Outcome, error) {
	out := adapters.Outcome{RowsAffected: -1}
	err := c.run(ctx, sql, func(stmt *driver.Stmt) error {
		res, err := stmt.ExecContext(ctx, nil)
		if err != nil {
			return err
		}
		if changesRows(stmt) {
			out.RowsAffected, err = res.RowsAffected()
		}
		return err
	})
	return out, err
}

// Query runs statements and reads the rows of the last one.
func (c *conn) Query(ctx context.Context, sql string) (*adapters.Rows, error) {
	out, textual := &adapters.Rows{}, ""
	err := c.run(ctx, sql, func(stmt *driver.Stmt) (err error) {
		out, textual, err = c.read(ctx, sql, stmt)
		return err
	})
	if err != nil {
		return nil, err
	}
	if textual != "" {
		return c.queryAsText(ctx, sql, textual, out.Columns)
	}
	return out, nil
}

// run executes all statements but the last and hands that one to last. SQL
// without statements does nothing. Errors become QueryErrors.
func (c *conn) run(ctx context.Context, sql string, last func(*driver.Stmt) error) error {
	if i := strings.IndexByte(sql, 0); i >= 0 {
		return &adapters.QueryError{SQL: sql, Offset: i, Kind: adapters.Syntax,
			Message: "the SQL contains a NUL byte", Hint: "remove the byte"}
	}
	err := c.adapter.retry(ctx, c.adapter.cfg.Retries.Query, func() error {
		prepared, err := c.raw.PrepareContext(ctx, sql)
		if err != nil {
			return err
		}
		stmt := prepared.(*driver.Stmt)
		defer func() { _ = stmt.Close() }()
		if stmt.NumInput() > 0 {
			return errParameters
		}
		return last(stmt)
	})
	if err == nil || err.Error() == "empty query" {
		return nil
	}
	c.failed = true
	return c.adapter.queryError(ctx, sql, err)
}

// Begin opens a transaction. DuckDB would abort the one that is open already.
func (c *conn) Begin(ctx context.Context) error {
	if c.open {
		return &adapters.QueryError{Offset: -1, Kind: adapters.Other, Message: "a transaction is open already"}
	}
	if _, err := c.Exec(ctx, "begin transaction"); err != nil {
		return err
	}
	c.open, c.failed = true, false
	return nil
}

// Commit commits, and rolls back instead if a statement's failure has aborted
// the transaction: DuckDB itself would do that and report success.
func (c *conn) Commit(ctx context.Context) error {
	var err error
	if c.failed {
		_, err = c.Exec(ctx, "select 1")
	}
	if err == nil {
		_, err = c.Exec(ctx, "commit")
	}
	if err != nil {
		_ = c.Rollback(ctx) // the reason for it is the error to tell
	}
	c.open = false
	return err
}

// Rollback undoes the open transaction, if any, even after ctx is done. SQL of
// the user may have opened or ended one, so it always asks DuckDB.
func (c *conn) Rollback(ctx context.Context) error {
	c.open = false
	_, err := c.Exec(context.WithoutCancel(ctx), "rollback")
	if err != nil && strings.Contains(err.Error(), "no transaction is active") {
		return nil
	}
	return err
}

// Close ends the session; DuckDB rolls an open transaction back.
func (c *conn) Close() error {
	if err := c.raw.Close(); err != nil {
		return c.adapter.queryError(context.Background(), "", err)
	}
	return nil
}

// Describe binds one query and returns its columns.
func (c *conn) Describe(ctx context.Context, sql string) ([]adapters.Column, error) {
	if err := ctx.Err(); err != nil {
		return nil, c.adapter.queryError(ctx, sql, err)
	}
	stmt, err := c.raw.Prepare(sql) // refuses several statements
	if err != nil {
		return nil, c.adapter.queryError(ctx, sql, err)
	}
	typ, err := stmt.(*driver.Stmt).StatementType()
	_ = stmt.Close()
	if err != nil || typ != driver.STATEMENT_TYPE_SELECT {
		return nil, &adapters.QueryError{SQL: sql, Offset: -1, Kind: adapters.Other,
			Message: "only a query has columns", Hint: "write one select statement"}
	}
	return c.columns(ctx, "describe from query("+c.adapter.dialect.Literal(sql)+")")
}

// columns reads the answer of a describe statement.
func (c *conn) columns(ctx context.Context, describe string) ([]adapters.Column, error) {
	rows, err := c.Query(ctx, describe)
	if err != nil {
		return nil, err
	}
	columns := make([]adapters.Column, len(rows.Values))
	for i, row := range rows.Values {
		columns[i].Name, _ = row[0].(string)
		columns[i].Type, _ = row[1].(string)
	}
	return columns, nil
}

// isOneQuery reports whether sql is a single select, so that it can be run
// again inside another one.
func (c *conn) isOneQuery(sql string) bool {
	stmt, err := c.raw.Prepare(sql)
	if err != nil {
		return false
	}
	typ, err := stmt.(*driver.Stmt).StatementType()
	_ = stmt.Close()
	return err == nil && typ == driver.STATEMENT_TYPE_SELECT
}

// prepare runs one statement of the profile. It may hold secrets, so the error
// names the profile's key and not the SQL.
func (c *conn) prepare(ctx context.Context, s setup) error {
	_, err := c.Exec(ctx, s.sql)
	return inProfile(s.what, err)
}

// statementMerge is DUCKDB_STATEMENT_TYPE_MERGE_INTO, which the driver does not
// name.
const statementMerge driver.StmtType = 30

func changesRows(stmt *driver.Stmt) bool {
	typ, err := stmt.StatementType()
	if err != nil {
		return false
	}
	switch typ {
	case driver.STATEMENT_TYPE_INSERT, driver.STATEMENT_TYPE_UPDATE, driver.STATEMENT_TYPE_DELETE,
		driver.STATEMENT_TYPE_COPY, statementMerge:
		return true
	}
	return false
}
