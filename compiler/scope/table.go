package scope

import (
	"fmt"
	"strings"

	"mdl/adapters"
	"mdl/compiler/jinja/value"
)

// Table is a query's result as templates see it: the part of agate's Table
// that macros use. It is immutable.
type Table struct {
	names   []string
	types   []dataType
	rows    *sequence // of rows
	columns *sequence // made when first asked for
	print   func(text string)
}

// NewTable returns rows of the warehouse as the table that dbt makes of them:
// the type of a column follows from its values; numbers that are not whole
// become decimals; nested values become JSON text.
func NewTable(rows *adapters.Rows) *Table {
	t := &Table{names: columnNames(rows.Columns)}
	n := len(t.names)
	t.types = make([]dataType, n)
	for c := range t.types {
		fit := allTypes
		for _, row := range rows.Values {
			fit &= fitsOf(row[c])
		}
		t.types[c] = fit.first()
	}
	cells := make([]value.Value, n*len(rows.Values))
	items := make([]value.Value, len(rows.Values))
	seqs := make([]sequence, len(rows.Values))
	for i, row := range rows.Values {
		values := cells[i*n : (i+1)*n : (i+1)*n]
		for c, cell := range row {
			values[c] = t.types[c].cast(cell)
		}
		seqs[i] = sequence{class: "Row", items: values, keys: t.names}
		items[i] = &seqs[i]
	}
	t.rows = &sequence{class: "MappedSequence", items: items}
	return t
}

// EmptyTable returns the table without columns that stands for no result.
func EmptyTable() *Table {
	return &Table{rows: &sequence{class: "MappedSequence"}}
}

// columnNames numbers the names that come again: a, a_2, a_3.
func columnNames(cols []adapters.Column) []string {
	seen := make(map[string]int, len(cols))
	names := make([]string, len(cols))
	for i, c := range cols {
		names[i] = c.Name
		seen[c.Name]++
		if n := seen[c.Name]; n > 1 {
			names[i] = fmt.Sprintf("%s_%d", c.Name, n)
		}
	}
	return names
}

// fork returns a table of the same columns with other rows.
func (t *Table) fork(rows []value.Value) *Table {
	return &Table{names: t.names, types: t.types, print: t.print, rows: &sequence{class: "MappedSequence", items: rows}}
}

// matrix is the data as dbt keeps it beside the table: a list of tuples.
func (t *Table) matrix() value.Value {
	items := make([]value.Value, len(t.rows.items))
	for i, row := range t.rows.items {
		items[i] = row.(*sequence).tuple()
	}
	return value.NewList(items...)
}

// columnSeq returns the columns.
func (t *Table) columnSeq() *sequence {
	if t.columns != nil {
		return t.columns
	}
	cols := make([]value.Value, len(t.names))
	for c := range t.names {
		items := make([]value.Value, len(t.rows.items))
		for i, row := range t.rows.items {
			items[i] = row.(*sequence).items[c]
		}
		cols[c] = &sequence{class: "Column", items: items, name: t.names[c], index: c, typ: t.types[c]}
	}
	t.columns = &sequence{class: "MappedSequence", items: cols, keys: t.names}
	return t.columns
}

// Rows returns the number of rows.
func (t *Table) Rows() int { return len(t.rows.items) }

// Len implements value.Sized.
func (t *Table) Len() int { return t.Rows() }

// Iter implements value.Iterable: over the rows.
func (t *Table) Iter() value.Iterator { return t.rows.Iter() }

// Item implements value.Indexer: table[i] is a row.
func (t *Table) Item(key value.Value) (value.Value, bool, error) { return t.rows.Item(key) }

// Slice implements value.Slicer.
func (t *Table) Slice(lo, hi, step value.Value) (value.Value, error) {
	return t.rows.Slice(lo, hi, step)
}

// TypeName implements value.Value.
func (t *Table) TypeName() string { return "Table" }

// Str implements value.Printer: the columns and their types.
func (t *Table) Str() string {
	rows := make([][]string, len(t.names))
	for i, n := range t.names {
		rows[i] = []string{n, dataTypes[t.types[i]].name}
	}
	return markdown([]string{"column", "data_type"}, rows, func(int) bool { return true })
}

// Repr implements value.Printer.
func (t *Table) Repr() string { return "<agate.table.Table object>" }

// Attr implements value.Object.
func (t *Table) Attr(name string) (value.Value, bool) {
	switch name {
	case "rows":
		return t.rows, true
	case "columns":
		return t.columnSeq(), true
	case "column_names":
		return textTuple(t.names), true
	case "column_types":
		items := make([]value.Value, len(t.types))
		for i, d := range t.types {
			items[i] = d
		}
		return value.NewTuple(items...), true
	case "row_names":
		return value.None, true
	}
	return tableMethods.bound(t, name)
}

// CallMethod implements value.MethodCaller.
func (t *Table) CallMethod(th value.Thread, name string, a value.Args) (value.Value, bool, error) {
	return tableMethods.call(t, th, name, a)
}

// markdown lays rows out as a table of GitHub's Markdown; text columns are
// aligned to the left, others to the right.
func markdown(header []string, rows [][]string, text func(col int) bool) string {
	widths := make([]int, len(header))
	for _, row := range append([][]string{header}, rows...) {
		for c, cell := range row {
			widths[c] = max(widths[c], len([]rune(cell)))
		}
	}
	var b strings.Builder
	line := func(row []string) {
		for c, cell := range row {
			pad := strings.Repeat(" ", widths[c]-len([]rune(cell)))
			if text(c) {
				b.WriteString("| " + cell + pad + " ")
			} else {
				b.WriteString("| " + pad + cell + " ")
			}
		}
		b.WriteString("|\n")
	}
	line(header)
	rule := make([]string, len(header))
	for c, w := range widths {
		rule[c] = strings.Repeat("-", w)
	}
	b.WriteString("| " + strings.Join(rule, " | ") + " |\n")
	for _, row := range rows {
		line(row)
	}
	return b.String()
}
