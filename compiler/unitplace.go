package compiler

import (
	"encoding/csv"
	"strings"

	"mdl/compiler/diag"
	"mdl/compiler/yaml"
)

// codeUnitTest marks a mistake in a unit test.
const codeUnitTest = "E271"

// place is where a part of a unit test stands in its YAML file: keys and
// indices lead to it. What does not lead anywhere is the nearest part that
// does. The file is read again, which only an error is worth.
func (u *UnitTestNode) place(path ...any) diag.Span {
	n := u.entry()
	at := u.Span
	for _, step := range path {
		switch step := step.(type) {
		case string:
			key, v := n.Entry(step)
			if key == nil {
				return at
			}
			n, at = v, key.Span
		case int:
			items := n.List()
			if step >= len(items) {
				return at
			}
			n = items[step]
			at = n.Place()
		}
	}
	return at
}

// entry is the unit test in its YAML file, or nil.
func (u *UnitTestNode) entry() *yaml.Node {
	if u.Span.File == nil {
		return nil
	}
	root, _ := yaml.Parse(diag.NewFile(u.Span.File.Path, u.Span.File.Content()))
	return u.within(root)
}

// within finds the mapping whose name stands where the unit test's does.
func (u *UnitTestNode) within(n *yaml.Node) *yaml.Node {
	if n == nil {
		return nil
	}
	if name := n.Get("name"); name != nil && name.Span.Start == u.Span.Start {
		return n
	}
	for _, item := range n.Items {
		if found := u.within(item); found != nil {
			return found
		}
	}
	for _, pair := range n.Pairs {
		if found := u.within(pair.Value); found != nil {
			return found
		}
	}
	return nil
}

// walk is a part of the unit test in its YAML file, or nil.
func (u *UnitTestNode) walk(path ...any) *yaml.Node {
	n := u.entry()
	for _, step := range path {
		if key, ok := step.(string); ok {
			n = n.Get(key)
		} else if items := n.List(); step.(int) < len(items) {
			n = items[step.(int)]
		}
	}
	return n
}

// cell is where a column of a row of a fixture stands; of the row where column
// is "". Fixture is the path of the fixture in the unit test.
func (u *UnitTestNode) cell(fixture []any, row int, column string) diag.Span {
	n := u.walk(fixture...)
	rows := n.Get("rows")
	if file, ok := u.Fixtures[n.Get("fixture").String()]; ok {
		start, end := csvCell(file.File.Content(), row, column)
		return diag.Span{File: file.File, Start: start, End: end}
	}
	if rows != nil && rows.Kind == yaml.String {
		return rows.Locate(csvCell(rows.Text, row, column))
	}
	path := append(append([]any{}, fixture...), "rows", row)
	if column != "" {
		path = append(path, column)
	}
	return u.place(path...)
}

// csvCell is the range of a field of CSV, of a name of the header where row is
// negative, or of the row's first field where column is "".
func csvCell(text string, row int, column string) (start, end int) {
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	at, line := -1, []string(nil)
	for i := -1; i <= max(row, -1); i++ {
		fields, err := r.Read()
		if err != nil {
			return 0, 0
		}
		if line = fields; i < 0 {
			for k, name := range fields {
				if name == column {
					at = k
				}
			}
		}
	}
	if at = max(at, 0); at >= len(line) {
		at = len(line) - 1
	}
	l, c := r.FieldPos(at)
	start = lineStart(text, l) + c - 1
	return start, min(len(text), start+len(line[at]))
}

// lineStart is the offset of a line, counted from 1.
func lineStart(text string, line int) int {
	at := 0
	for ; line > 1; line-- {
		i := strings.IndexByte(text[at:], '\n')
		if i < 0 {
			break
		}
		at += i + 1
	}
	return at
}
