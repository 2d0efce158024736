package duckdb

import (
	"context"
	"database/sql/driver"
	"fmt"
	"io"
	"strings"

	duck "github.com/duckdb/duckdb-go/v2"

	"mdl/adapters"
)

// read executes a prepared statement and reads its result completely. Where
// the driver has no form for a column's type, it reads nothing and returns a
// select list that casts such columns to text, if sql is one query.
func (c *conn) read(ctx context.Context, sql string, stmt *duck.Stmt) (out *adapters.Rows, textual string, err error) {
	types := columnTypes(stmt)
	rows, err := stmt.QueryContext(ctx, nil)
	if err != nil {
		return nil, "", err
	}
	defer func() { _ = rows.Close() }()
	names := rows.Columns()
	out = &adapters.Rows{Columns: make([]adapters.Column, len(names))}
	for i, name := range names {
		typ := rows.(driver.RowsColumnTypeDatabaseTypeName).ColumnTypeDatabaseTypeName(i)
		out.Columns[i] = adapters.Column{Name: name, Type: typeName(typ)}
	}
	if list := textList(out.Columns, types); list != "" && c.isOneQuery(sql) {
		return out, list, nil
	}
	buffer := make([]driver.Value, len(names))
	for n := 0; ; n++ {
		if n%1024 == 0 && ctx.Err() != nil {
			return nil, "", ctx.Err()
		}
		if err := rows.Next(buffer); err == io.EOF {
			return out, "", nil
		} else if err != nil {
			return nil, "", err
		}
		row := make([]any, len(buffer))
		for i, v := range buffer {
			row[i] = convert(v, typeAt(types, i))
		}
		out.Values = append(out.Values, row)
	}
}

// queryAsText runs one query again with some of its columns cast to text; the
// result keeps the names and types of the first run.
func (c *conn) queryAsText(ctx context.Context, sql, list string, columns []adapters.Column) (*adapters.Rows, error) {
	wrapped := "select " + list + " from query(" + c.adapter.dialect.Literal(sql) + ")"
	rows, err := c.Query(ctx, wrapped)
	if err != nil {
		return nil, err
	}
	rows.Columns = columns
	return rows, nil
}

// textList returns a select list by position that casts to text the columns
// whose type the driver cannot read (JSON comes parsed, VARIANT not at all), or
// "" if there are none.
func textList(columns []adapters.Column, types []duck.TypeInfo) string {
	var items []string
	found := false
	for i, c := range columns {
		item := fmt.Sprintf("#%d", i+1)
		if c.Type == "JSON" || c.Type == "" || strings.Contains(c.Type, "VARIANT") || typeAt(types, i) == nil {
			item, found = "cast("+item+" as varchar)", true
		}
		items = append(items, item)
	}
	if !found {
		return ""
	}
	return strings.Join(items, ", ")
}

// columnTypes are the types of a statement's columns; nil for those that the
// driver has no description of.
func columnTypes(stmt *duck.Stmt) []duck.TypeInfo {
	n, err := stmt.ColumnCount()
	if err != nil {
		return nil
	}
	types := make([]duck.TypeInfo, n)
	for i := range types {
		if info, err := stmt.ColumnTypeInfo(i); err == nil {
			types[i] = info
		}
	}
	return types
}

func typeAt(types []duck.TypeInfo, i int) duck.TypeInfo {
	if i >= len(types) {
		return nil
	}
	return types[i]
}

// typeName spells a type as DuckDB does; the driver abbreviates two.
func typeName(name string) string {
	name = strings.ReplaceAll(name, "TIMESTAMPTZ", "TIMESTAMP WITH TIME ZONE")
	return strings.ReplaceAll(name, "TIMETZ", "TIME WITH TIME ZONE")
}
