package duckdb

import (
	"context"
	"fmt"
	"iter"
	"strings"

	sqldriver "database/sql/driver"

	duck "github.com/duckdb/duckdb-go/v2"

	"mdl/adapters"
)

// Load inserts rows of text through DuckDB's appender.
func (c *conn) Load(ctx context.Context, table adapters.Relation, columns []string, rows iter.Seq[[]adapters.Cell]) (int64, error) {
	types, err := c.targetTypes(ctx, table, columns)
	if err != nil {
		return 0, err
	}
	own := !c.open
	if own {
		if err := c.Begin(ctx); err != nil {
			return 0, err
		}
	}
	n, err := c.append(ctx, c.insertSQL(table, columns), len(columns), rows)
	if err != nil {
		c.failed = true
		if own {
			_ = c.Rollback(ctx) // the failure is the error to tell
		}
		if bad := c.badCell(ctx, err, columns, types, rows); bad != nil {
			return 0, bad
		}
		return 0, err
	}
	if own {
		return n, c.Commit(ctx)
	}
	return n, nil
}

// targetTypes are the types of the named columns of a table.
func (c *conn) targetTypes(ctx context.Context, table adapters.Relation, columns []string) ([]string, error) {
	have, err := c.Columns(ctx, table)
	if err != nil {
		return nil, err
	}
	types := make([]string, len(columns))
	for i, name := range columns {
		for _, h := range have {
			if c.adapter.dialect.SameName(h.Name, name) {
				types[i] = h.Type
			}
		}
		if types[i] == "" {
			return nil, &adapters.QueryError{Offset: -1, Kind: adapters.NotFound,
				Message: fmt.Sprintf("%s has no column %q", c.adapter.dialect.Render(table), name)}
		}
	}
	return types, nil
}

func (c *conn) insertSQL(table adapters.Relation, columns []string) string {
	quoted := make([]string, len(columns))
	for i, name := range columns {
		quoted[i] = c.adapter.dialect.Quote(name)
	}
	return "insert into " + c.adapter.dialect.Render(table) + " (" + strings.Join(quoted, ", ") + ") select * from appended_data"
}

// append gives rows of width texts to a statement that reads appended_data.
func (c *conn) append(ctx context.Context, sql string, width int, rows iter.Seq[[]adapters.Cell]) (int64, error) {
	varchar, err := duck.NewTypeInfo(duck.TYPE_VARCHAR)
	if err != nil {
		return 0, c.adapter.queryError(ctx, sql, err)
	}
	types := make([]duck.TypeInfo, width)
	for i := range types {
		types[i] = varchar
	}
	appender, err := duck.NewQueryAppender(c.raw, sql, "", types, nil)
	if err != nil {
		return 0, c.adapter.queryError(ctx, sql, err)
	}
	n, err := appendRows(ctx, appender, width, rows)
	if err != nil {
		_ = appender.Clear()
	}
	if closeErr := appender.CloseWithCancel(ctx); err == nil {
		err = closeErr
	}
	if err != nil {
		return 0, c.adapter.queryError(ctx, sql, err)
	}
	return n, nil
}

func appendRows(ctx context.Context, appender *duck.Appender, width int, rows iter.Seq[[]adapters.Cell]) (n int64, err error) {
	buffer := make([]sqldriver.Value, width)
	for row := range rows {
		if n%1024 == 0 && ctx.Err() != nil {
			return n, ctx.Err()
		}
		if len(row) != width {
			return n, fmt.Errorf("row %d has %d cells, and there are %d columns", n+1, len(row), width)
		}
		for i, cell := range row {
			buffer[i] = cell.Text
			if cell.Null {
				buffer[i] = nil
			}
		}
		if err := appender.AppendRow(buffer...); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// badCell finds the first cell that cannot be cast to its column's type. It
// works on a connection of its own, because the failure has aborted the
// transaction of this one.
func (c *conn) badCell(ctx context.Context, cause error, columns, types []string, rows iter.Seq[[]adapters.Cell]) error {
	query, ok := cause.(*adapters.QueryError)
	if !ok || query.Kind == adapters.Cancelled {
		return nil
	}
	opened, err := c.adapter.Connect(ctx)
	if err != nil {
		return nil
	}
	defer func() { _ = opened.Close() }()
	probe := opened.(*conn)
	names, tests := make([]string, len(types)), make([]string, len(types))
	for i, typ := range types {
		names[i] = fmt.Sprintf("col%d varchar", i+1)
		tests[i] = fmt.Sprintf("min(case when try_cast(col%d as %s) is null and col%d is not null then rowid end)", i+1, typ, i+1)
	}
	if _, err := probe.Exec(ctx, "create temp table cells ("+strings.Join(names, ", ")+")"); err != nil {
		return nil
	}
	if _, err := probe.append(ctx, "insert into cells select * from appended_data", len(columns), rows); err != nil {
		return nil
	}
	found, err := probe.Query(ctx, "select "+strings.Join(tests, ", ")+" from cells")
	if err != nil {
		return nil
	}
	bad := &adapters.LoadError{Row: -1, Cause: query}
	for i, v := range found.Values[0] {
		if row, ok := v.(int64); ok && (bad.Row < 0 || int(row) < bad.Row) {
			bad.Row, bad.Column, bad.Name, bad.Type = int(row), i, columns[i], types[i]
		}
	}
	if bad.Row < 0 {
		return nil
	}
	n := 0
	for row := range rows {
		if n == bad.Row {
			bad.Text = row[bad.Column].Text
			break
		}
		n++
	}
	return bad
}
