package scope

import (
	"encoding/csv"
	"slices"
	"strings"

	"mdl/compiler/jinja/value"
)

// tableMethods are the methods of a table that macros use.
var tableMethods = methods[*Table]{
	"select":          (*Table).selectColumns,
	"exclude":         (*Table).exclude,
	"rename":          (*Table).rename,
	"where":           (*Table).where,
	"find":            (*Table).find,
	"order_by":        (*Table).orderBy,
	"limit":           (*Table).limit,
	"distinct":        (*Table).distinct,
	"print_table":     (*Table).printTable,
	"print_structure": (*Table).printStructure,
	"print_csv":       (*Table).printCSV,
	"print_json":      (*Table).printJSON,
}

// keyNames reads a column's name or a sequence of names.
func keyNames(v value.Value) ([]string, error) {
	if _, ok := v.(value.Str); ok {
		return []string{value.ToStr(v)}, nil
	}
	items, err := value.Items(v)
	if err != nil {
		return []string{value.ToStr(v)}, nil // as agate: one name, which no column has
	}
	names := make([]string, len(items))
	for i, item := range items {
		names[i] = value.ToStr(item)
	}
	return names, nil
}

func (t *Table) selectColumns(_ value.Thread, a value.Args) (value.Value, error) {
	got, err := a.Bind("select", value.Required("key"))
	if err != nil {
		return nil, err
	}
	names, err := keyNames(got[0])
	if err != nil {
		return nil, err
	}
	return t.pick(names)
}

func (t *Table) pick(names []string) (value.Value, error) {
	index := make([]int, len(names))
	types := make([]dataType, len(names))
	for i, n := range names {
		if index[i] = slices.Index(t.names, n); index[i] < 0 {
			return nil, value.ValueErrorf("tuple.index(x): x not in tuple")
		}
		types[i] = t.types[index[i]]
	}
	rows := make([]value.Value, len(t.rows.items))
	for r, row := range t.rows.items {
		items := make([]value.Value, len(index))
		for i, c := range index {
			items[i] = row.(*sequence).items[c]
		}
		rows[r] = &sequence{class: "Row", items: items, keys: names}
	}
	out := t.fork(rows)
	out.names, out.types = names, types
	return out, nil
}

func (t *Table) exclude(_ value.Thread, a value.Args) (value.Value, error) {
	got, err := a.Bind("exclude", value.Required("key"))
	if err != nil {
		return nil, err
	}
	names, err := keyNames(got[0])
	if err != nil {
		return nil, err
	}
	var kept []string
	for _, n := range t.names {
		if !slices.Contains(names, n) {
			kept = append(kept, n)
		}
	}
	return t.pick(kept)
}

func (t *Table) rename(_ value.Thread, a value.Args) (value.Value, error) {
	got, err := a.Bind("rename", value.Optional("column_names", value.None), value.Optional("row_names", value.None))
	if err != nil {
		return nil, err
	}
	names := slices.Clone(t.names)
	switch by := got[0].(type) {
	case value.NoneType:
	case *value.Dict:
		for i, n := range names {
			if v, ok := by.GetStr(n); ok {
				names[i] = value.ToStr(v)
			}
		}
	default:
		if names, err = keyNames(by); err != nil {
			return nil, err
		}
		if len(names) != len(t.names) {
			return nil, value.ValueErrorf("column_names and column_types must be the same length.")
		}
	}
	rows := make([]value.Value, len(t.rows.items))
	for i, row := range t.rows.items {
		rows[i] = &sequence{class: "Row", items: row.(*sequence).items, keys: names}
	}
	out := t.fork(rows)
	out.names = names
	return out, nil
}

// passing returns the rows for which a callable answers truth.
func (t *Table) passing(th value.Thread, test value.Value, first bool) ([]value.Value, error) {
	var out []value.Value
	for _, row := range t.rows.items {
		v, err := th.Call(test, value.Positional(row))
		if err != nil {
			return nil, err
		}
		if value.Truth(v) {
			out = append(out, row)
			if first {
				break
			}
		}
	}
	return out, nil
}

func (t *Table) where(th value.Thread, a value.Args) (value.Value, error) {
	got, err := a.Bind("where", value.Required("test"))
	if err != nil {
		return nil, err
	}
	rows, err := t.passing(th, got[0], false)
	return t.fork(rows), err
}

func (t *Table) find(th value.Thread, a value.Args) (value.Value, error) {
	got, err := a.Bind("find", value.Required("test"))
	if err != nil {
		return nil, err
	}
	rows, err := t.passing(th, got[0], true)
	if err != nil || len(rows) == 0 {
		return value.None, err
	}
	return rows[0], nil
}

// rowKey makes the function by which rows are sorted or compared: a column, a
// sequence of columns, or a callable.
func (t *Table) rowKey(th value.Thread, key value.Value) value.KeyFunc {
	if fn, ok := key.(value.Callable); ok {
		return func(row value.Value) (value.Value, error) { return th.Call(fn, value.Positional(row)) }
	}
	one := func(row value.Value, name value.Value) (value.Value, error) {
		v, ok, err := row.(*sequence).Item(name)
		if err == nil && !ok {
			return nil, value.Errorf("KeyError", "%s", value.Repr(name))
		}
		return v, err
	}
	if value.IsStr(key) {
		return func(row value.Value) (value.Value, error) { return one(row, key) }
	}
	return func(row value.Value) (value.Value, error) {
		names, err := value.Items(key)
		if err != nil {
			return one(row, key)
		}
		parts := make([]value.Value, len(names))
		for i, n := range names {
			if parts[i], err = one(row, n); err != nil {
				return nil, err
			}
		}
		return value.NewTuple(parts...), nil
	}
}

func (t *Table) orderBy(th value.Thread, a value.Args) (value.Value, error) {
	got, err := a.Bind("order_by", value.Required("key"), value.Optional("reverse", value.False))
	if err != nil {
		return nil, err
	}
	key := t.rowKey(th, got[0])
	rows := slices.Clone(t.rows.items)
	err = value.SortItems(rows, func(row value.Value) (value.Value, error) {
		k, err := key(row)
		return nullsLast(k), err
	}, value.Truth(got[1]))
	return t.fork(rows), err
}

// nullsLast makes a key that sorts none after everything else, deep in tuples.
func nullsLast(k value.Value) value.Value {
	switch k := k.(type) {
	case nil, value.NoneType:
		return value.NewTuple(value.Int(1), value.Int(0))
	case *value.Tuple:
		parts := make([]value.Value, len(k.Items()))
		for i, p := range k.Items() {
			parts[i] = nullsLast(p)
		}
		return value.NewTuple(value.Int(0), value.NewTuple(parts...))
	}
	return value.NewTuple(value.Int(0), k)
}

func (t *Table) limit(_ value.Thread, a value.Args) (value.Value, error) {
	got, err := a.Bind("limit", value.Optional("start_or_stop", value.None),
		value.Optional("stop", value.None), value.Optional("step", value.None))
	if err != nil {
		return nil, err
	}
	lo, hi := value.Value(value.None), got[0]
	if value.Truth(got[1]) || value.Truth(got[2]) {
		lo, hi = got[0], got[1]
	}
	part, err := t.rows.Slice(lo, hi, got[2])
	if err != nil {
		return nil, err
	}
	return t.fork(part.(*value.Tuple).Items()), nil
}

func (t *Table) distinct(th value.Thread, a value.Args) (value.Value, error) {
	got, err := a.Bind("distinct", value.Optional("key", value.None))
	if err != nil {
		return nil, err
	}
	key := func(row value.Value) (value.Value, error) { return row.(*sequence).tuple(), nil }
	if got[0] != value.None {
		key = t.rowKey(th, got[0])
	}
	seen, rows := value.NewDict(), []value.Value(nil)
	for _, row := range t.rows.items {
		k, err := key(row)
		if err != nil {
			return nil, err
		}
		_, found, err := seen.Lookup(k)
		if err != nil {
			return nil, err
		}
		if !found {
			_ = seen.Set(k, value.None) // it was just looked up: it is hashable
			rows = append(rows, row)
		}
	}
	return t.fork(rows), nil
}

func (t *Table) say(text string) value.Value {
	if t.print != nil {
		t.print(strings.TrimSuffix(text, "\n"))
	}
	return value.None
}

func (t *Table) printStructure(_ value.Thread, _ value.Args) (value.Value, error) {
	return t.say(t.Str()), nil
}

func (t *Table) printCSV(_ value.Thread, _ value.Args) (value.Value, error) {
	var b strings.Builder
	w := csv.NewWriter(&b)
	_ = w.Write(t.names) // a strings.Builder does not fail
	for _, row := range t.rows.items {
		cells := make([]string, len(t.names))
		for i, v := range row.(*sequence).items {
			if v != value.None {
				cells[i] = value.ToStr(v)
			}
		}
		_ = w.Write(cells)
	}
	w.Flush()
	return t.say(b.String()), nil
}

func (t *Table) printJSON(_ value.Thread, _ value.Args) (value.Value, error) {
	items := make([]value.Value, len(t.rows.items))
	for i, row := range t.rows.items {
		d := value.NewDictSize(len(t.names))
		for c, v := range row.(*sequence).items {
			d.SetStr(t.names[c], jsonCell(v))
		}
		items[i] = d
	}
	text, err := value.ToJSON(value.NewList(items...), value.JSONOptions{Unicode: true})
	if err != nil {
		return nil, err
	}
	return t.say(text), nil
}

// jsonCell is a cell as agate writes it to JSON: decimals are floats, times text.
func jsonCell(v value.Value) value.Value {
	switch v.(type) {
	case value.NoneType, value.Bool, value.Int, *value.BigInt, value.Str:
		return v
	case *value.Decimal:
		if f, err := value.ToFloat(v); err == nil {
			return f
		}
	}
	return value.Str(value.ToStr(v))
}
