package compiler

import (
	"encoding/csv"
	"slices"
	"strings"

	"mdl/compiler/jinja/value"
)

// fixtureDict is an input or the expectation of a unit test as dbt keeps it:
// rows of CSV become dicts, in which an empty field is null, and the first row
// without nulls comes first, because the types of columns follow from it.
func fixtureDict(v value.Value, keys ...string) *value.Dict {
	d := withDefaults(v, keys...)
	format, _ := d.GetStr("format")
	if value.IsNone(format) {
		format = value.Str("dict")
		d.SetStr("format", format)
	}
	rows, _ := d.GetStr("rows")
	if text, ok := rows.(value.Str); ok && value.ToStr(format) == "csv" {
		rows = csvRows(string(text))
		d.SetStr("rows", rows)
	}
	if list, ok := rows.(*value.List); ok {
		d.SetStr("rows", fullRowFirst(list))
	}
	return d
}

// csvRows reads CSV whose first line names the columns. Lines that cannot be
// read are left out.
func csvRows(text string) *value.List {
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	lines, _ := r.ReadAll()
	rows := value.NewList()
	if len(lines) == 0 {
		return rows
	}
	for _, fields := range lines[1:] {
		row := value.NewDictSize(len(fields))
		for i, name := range lines[0] {
			row.SetStr(name, value.None)
			if i < len(fields) && fields[i] != "" {
				row.SetStr(name, value.Str(fields[i]))
			}
		}
		rows.Append(row)
	}
	return rows
}

// fullRowFirst swaps the first row without nulls with the first row.
func fullRowFirst(rows *value.List) *value.List {
	items := slices.Clone(rows.Items())
	full := slices.IndexFunc(items, func(row value.Value) bool {
		d, ok := row.(*value.Dict)
		return ok && !slices.ContainsFunc(d.Values(), value.IsNone)
	})
	if full > 0 {
		items[0], items[full] = items[full], items[0]
	}
	return value.NewList(items...)
}
