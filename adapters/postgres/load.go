package postgres

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"iter"
	"strings"

	"mdl/adapters"
)

// Load copies rows of text into a table.
func (c *conn) Load(ctx context.Context, table adapters.Relation, columns []string, rows iter.Seq[[]adapters.Cell]) (int64, error) {
	types, err := c.targetTypes(ctx, table, columns)
	if err != nil {
		return 0, err
	}
	source := newCopyText(rows, len(columns))
	defer source.stop()
	n, err := c.copyFrom(ctx, source, c.copySQL(table, columns))
	if source.wrong != nil {
		return 0, &adapters.QueryError{Offset: -1, Kind: adapters.Other, Message: source.wrong.Error()}
	}
	if err == nil {
		return n, nil
	}
	cause, ok := err.(*adapters.QueryError)
	if line, name, known := badCell(err); ok && known {
		for i, column := range columns {
			if column == name {
				return 0, &adapters.LoadError{Row: line - 1, Column: i, Name: name, Type: types[i], Text: cellAt(rows, line-1, i), Cause: cause}
			}
		}
	}
	return 0, err
}

// targetTypes are the types of the named columns of a table.
func (c *conn) targetTypes(ctx context.Context, table adapters.Relation, columns []string) ([]string, error) {
	have, err := c.Columns(ctx, table)
	if err != nil {
		return nil, err
	}
	byName := map[string]string{}
	for _, h := range have {
		byName[h.Name] = h.Type
	}
	types := make([]string, len(columns))
	for i, name := range columns {
		if types[i] = byName[name]; types[i] == "" {
			return nil, &adapters.QueryError{Offset: -1, Kind: adapters.NotFound,
				Message: fmt.Sprintf("%s has no column %q", c.adapter.dialect.Render(table), name)}
		}
	}
	return types, nil
}

func (c *conn) copySQL(table adapters.Relation, columns []string) string {
	names := make([]string, len(columns))
	for i, name := range columns {
		names[i] = c.adapter.dialect.Quote(name)
	}
	return "copy " + c.adapter.dialect.Render(table) + " (" + strings.Join(names, ", ") + ") from stdin"
}

// copyFrom sends what a copy statement reads.
func (c *conn) copyFrom(ctx context.Context, r io.Reader, sql string) (int64, error) {
	if err := c.ready(ctx, sql); err != nil {
		return 0, err
	}
	tag, err := c.raw.CopyFrom(ctx, r, sql)
	if err != nil {
		return 0, c.failure(ctx, sql, err)
	}
	return tag.RowsAffected(), nil
}

// cellAt reads a cell of the rows again.
func cellAt(rows iter.Seq[[]adapters.Cell], row, column int) string {
	n := 0
	for cells := range rows {
		if n == row {
			return cells[column].Text
		}
		n++
	}
	return ""
}

// copyText writes rows in the text format of copy, as they are asked for.
type copyText struct {
	next  func() ([]adapters.Cell, bool)
	stop  func()
	width int
	count int
	buf   bytes.Buffer
	wrong error
}

func newCopyText(rows iter.Seq[[]adapters.Cell], width int) *copyText {
	t := &copyText{width: width}
	t.next, t.stop = iter.Pull(rows)
	return t
}

// copyEscapes are the characters that mean something in the text format.
var copyEscapes = strings.NewReplacer(`\`, `\\`, "\t", `\t`, "\n", `\n`, "\r", `\r`)

// Read implements io.Reader.
func (t *copyText) Read(p []byte) (int, error) {
	for t.buf.Len() < len(p) && t.wrong == nil {
		row, ok := t.next()
		if !ok {
			break
		}
		t.count++
		if len(row) != t.width {
			t.wrong = fmt.Errorf("row %d has %d cells, and there are %d columns", t.count, len(row), t.width)
			return 0, t.wrong
		}
		for i, cell := range row {
			if i > 0 {
				t.buf.WriteByte('\t')
			}
			if cell.Null {
				t.buf.WriteString(`\N`)
			} else if strings.ContainsAny(cell.Text, "\\\t\n\r") {
				_, _ = copyEscapes.WriteString(&t.buf, cell.Text) // a buffer takes all
			} else {
				t.buf.WriteString(cell.Text)
			}
		}
		t.buf.WriteByte('\n')
	}
	return t.buf.Read(p)
}
