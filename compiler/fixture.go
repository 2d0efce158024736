package compiler

import (
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
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

// csvRows reads CSV whose first line names the columns; an empty field is null.
// Lines that cannot be read are left out.
func csvRows(text string) *value.List { return readRows(text, value.None) }

// textRows is csvRows but for empty fields, which stay empty: so dbt reads the
// seeds that unit tests take their rows from.
func textRows(text string) *value.List { return readRows(text, value.Str("")) }

func readRows(text string, empty value.Value) *value.List {
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
			switch {
			case i >= len(fields):
				row.SetStr(name, value.None)
			case fields[i] == "":
				row.SetStr(name, empty)
			default:
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

// fixtureFormats are the names of dbt's formats in Python.
var fixtureFormats = map[string]string{"dict": "Dict", "csv": "CSV", "sql": "SQL"}

// unitTestChecksum is the checksum by which dbt sees that a unit test changed:
// of its parts, each as Python prints dbt's classes.
func unitTestChecksum(test record) string {
	var state strings.Builder
	part := func(key string) value.Value {
		v, _ := test.GetStr(key)
		return v
	}
	state.WriteString(value.ToStr(part("model")) + "-")
	writeDataclass(&state, "UnitTestNodeVersions", part("versions"))
	state.WriteString("-[")
	for i, input := range part("given").(*value.List).Items() {
		if i > 0 {
			state.WriteString(", ")
		}
		writeDataclass(&state, "UnitTestInputFixture", input)
	}
	state.WriteString("]-")
	writeDataclass(&state, "UnitTestOutputFixture", part("expect"))
	state.WriteString("-")
	writeDataclass(&state, "UnitTestOverrides", part("overrides"))
	for _, input := range part("given").(*value.List).Items() {
		if d := input.(*value.Dict); !value.IsNone(orNone(valueOf(d, "fixture"))) {
			state.WriteString("-" + value.ToStr(valueOf(d, "rows")))
		}
	}
	sum := sha256.Sum256([]byte(state.String()))
	return hex.EncodeToString(sum[:])
}

// writeDataclass writes a dict as Python's repr of a dataclass with those
// fields, and what is no dict as it is.
func writeDataclass(w *strings.Builder, class string, v value.Value) {
	d, ok := v.(*value.Dict)
	if !ok {
		w.WriteString(value.Repr(v))
		return
	}
	w.WriteString(class + "(")
	first := true
	for key, field := range d.All() {
		if !first {
			w.WriteString(", ")
		}
		first = false
		name := value.ToStr(key)
		w.WriteString(name + "=")
		switch name {
		case "format":
			w.WriteString("<UnitTestFormat." + fixtureFormats[value.ToStr(field)] + ": " + value.Repr(field) + ">")
		case "type":
			w.WriteString("<ConstraintType." + value.ToStr(field) + ": " + value.Repr(field) + ">")
		default:
			w.WriteString(value.Repr(field))
		}
	}
	w.WriteString(")")
}
