package scope

import (
	"slices"
	"strings"

	"mdl/adapters"
	"mdl/compiler/jinja/value"
)

// Column is a column as templates see it: name, dtype and what follows from
// them. It is immutable.
type Column struct {
	class                      *columnClass
	name, dtype                string
	charSize, precision, scale value.Value // a number, or none
	fields                     []*Column   // of a struct
}

// NewColumn returns a column of the warehouse for templates.
func (p *Project) NewColumn(c adapters.Column) *Column { return p.column.make(c.Name, c.Type) }

// columnClass is the class of a warehouse's columns: api.Column.
type columnClass struct {
	name             string
	integers, floats []string
	structs          bool // types may be STRUCT(...)
}

var integerTypes = []string{
	"smallint", "integer", "bigint", "smallserial", "serial", "bigserial",
	"int2", "int4", "int8", "serial2", "serial4", "serial8",
}

var floatTypes = []string{"real", "float4", "float", "double precision", "float8", "double"}

var duckdbIntegers = []string{
	"tinyint", "smallint", "integer", "bigint", "hugeint", "utinyint", "usmallint", "uinteger", "ubigint",
	"int1", "int2", "int4", "int8", "short", "int", "signed", "long",
}

var duckdbFloats = []string{"real", "float", "float4", "float8", "double"}

var stringTypes = []string{"text", "character varying", "character", "varchar"}

func newColumnClass(typ string) *columnClass {
	if typ == "duckdb" {
		return &columnClass{"DuckDBColumn", duckdbIntegers, duckdbFloats, true}
	}
	for _, c := range classNames {
		if c.typ == typ {
			return &columnClass{c.prefix + "Column", integerTypes, floatTypes, false}
		}
	}
	return &columnClass{"Column", integerTypes, floatTypes, false}
}

// maxNesting bounds the structs within structs that are read.
const maxNesting = 64

func (c *columnClass) make(name, dtype string) *Column { return c.nested(name, dtype, 0) }

func (c *columnClass) nested(name, dtype string, depth int) *Column {
	col := &Column{class: c, name: name, dtype: dtype, charSize: value.None, precision: value.None, scale: value.None}
	if c.structs && depth < maxNesting && col.isStruct() {
		col.fields = c.structFields(dtype, depth)
	}
	return col
}

// structFields reads the fields of STRUCT(a INTEGER, b STRUCT(...)).
func (c *columnClass) structFields(dtype string, depth int) []*Column {
	start, end := len("struct"), strings.LastIndexByte(dtype, ')')
	if end <= start || dtype[start] != '(' {
		return nil
	}
	var out []*Column
	for _, field := range splitTop(dtype[start+1 : end]) {
		name, typ, _ := strings.Cut(strings.TrimSpace(field), " ")
		out = append(out, c.nested(name, typ, depth+1))
	}
	return out
}

// splitTop splits at the commas that stand in no parentheses.
func splitTop(s string) []string {
	var out []string
	depth, start := 0, 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '(':
			depth++
		case ')':
			depth--
		case ',':
			if depth == 0 {
				out = append(out, s[start:i])
				start = i + 1
			}
		}
	}
	return append(out, s[start:])
}

func (c *Column) isOneOf(types []string) bool {
	return slices.Contains(types, strings.ToLower(c.dtype))
}

func (c *Column) isString() bool  { return c.isOneOf(stringTypes) }
func (c *Column) isInteger() bool { return c.isOneOf(c.class.integers) }
func (c *Column) isFloat() bool   { return c.isOneOf(c.class.floats) }
func (c *Column) isNumeric() bool { return c.isOneOf([]string{"numeric", "decimal"}) }
func (c *Column) isNumber() bool  { return c.isInteger() || c.isNumeric() || c.isFloat() }
func (c *Column) isStruct() bool  { return strings.HasPrefix(strings.ToLower(c.dtype), "struct") }

// defaultSize is the length of a text column that tells none.
const defaultSize = value.Int(256)

func (c *Column) stringSize() (value.Value, error) {
	if !c.isString() {
		return nil, errorf(Runtime, "column %s has type %s: only text has a string_size()", c.name, c.dtype)
	}
	if c.dtype == "text" || c.charSize == value.None {
		return defaultSize, nil
	}
	return value.ToInt(c.charSize, 10)
}

// dataType is the type with its length or precision, as in create table.
func (c *Column) dataType() string {
	switch {
	case c.isString():
		size, err := c.stringSize()
		if err != nil {
			return c.dtype
		}
		return stringType(size)
	case c.isNumeric():
		return numericType(c.dtype, c.precision, c.scale)
	}
	return c.dtype
}

func stringType(size value.Value) string { return "character varying(" + value.ToStr(size) + ")" }

func numericType(dtype string, precision, scale value.Value) string {
	if precision == value.None || scale == value.None {
		return dtype
	}
	return dtype + "(" + value.ToStr(precision) + "," + value.ToStr(scale) + ")"
}

// flatten returns the column, or the leaves of a struct by dotted names.
func (c *Column) flatten() []*Column {
	if !c.isStruct() {
		return []*Column{c}
	}
	var out []*Column
	for _, f := range c.fields {
		for _, leaf := range f.flatten() {
			out = append(out, c.class.make(c.name+"."+leaf.name, leaf.dtype))
		}
	}
	return out
}

// TypeName implements value.Value.
func (c *Column) TypeName() string { return c.class.name }

// Str implements value.Printer.
func (c *Column) Str() string { return c.Repr() }

// Repr implements value.Printer.
func (c *Column) Repr() string {
	s := c.class.name + "(column=" + value.Repr(value.Str(c.name)) + ", dtype=" + value.Repr(value.Str(c.dtype)) +
		", char_size=" + value.Repr(c.charSize) + ", numeric_precision=" + value.Repr(c.precision) +
		", numeric_scale=" + value.Repr(c.scale)
	if c.class.structs {
		s += ", fields=" + value.Repr(columnList(c.fields))
	}
	return s + ")"
}

func columnList(cols []*Column) value.Value {
	items := make([]value.Value, len(cols))
	for i, c := range cols {
		items[i] = c
	}
	return value.NewList(items...)
}

// CompareTo implements value.Comparer.
func (c *Column) CompareTo(op value.Op, other value.Value) (result, ok bool, err error) {
	if op != value.OpEq {
		return false, false, nil
	}
	o, same := other.(*Column)
	return same && c.name == o.name && c.dtype == o.dtype && value.Equal(c.charSize, o.charSize) &&
		value.Equal(c.precision, o.precision) && value.Equal(c.scale, o.scale), true, nil
}

// Attr implements value.Object.
func (c *Column) Attr(name string) (value.Value, bool) {
	if v, ok := columnFields.get(c, name); ok {
		return v, true
	}
	if v, ok := columnMethods.bound(c, name); ok {
		return v, true
	}
	return columnClassMethods.bound(c.class, name)
}

// CallMethod implements value.MethodCaller.
func (c *Column) CallMethod(t value.Thread, name string, a value.Args) (value.Value, bool, error) {
	return columnMethods.call(c, t, name, a)
}

// columnFields are the attributes of a column.
var columnFields = fields[*Column]{
	"column":             func(c *Column) value.Value { return value.Str(c.name) },
	"name":               func(c *Column) value.Value { return value.Str(c.name) },
	"dtype":              func(c *Column) value.Value { return value.Str(c.dtype) },
	"char_size":          func(c *Column) value.Value { return c.charSize },
	"numeric_precision":  func(c *Column) value.Value { return c.precision },
	"numeric_scale":      func(c *Column) value.Value { return c.scale },
	"quoted":             func(c *Column) value.Value { return value.Str(`"` + strings.ReplaceAll(c.name, `"`, `""`) + `"`) },
	"data_type":          func(c *Column) value.Value { return value.Str(c.dataType()) },
	"expanded_data_type": func(c *Column) value.Value { return value.Str(c.dataType()) },
	"fields":             func(c *Column) value.Value { return columnList(c.fields) },
	"TYPE_LABELS":        func(*Column) value.Value { return typeLabels() },
}

func typeLabels() *value.Dict {
	d := value.NewDict()
	d.SetStr("STRING", value.Str("TEXT"))
	return d
}

// columnMethods are the methods of a column.
var columnMethods = methods[*Column]{
	"is_string":   is((*Column).isString),
	"is_number":   is((*Column).isNumber),
	"is_float":    is((*Column).isFloat),
	"is_integer":  is((*Column).isInteger),
	"is_numeric":  is((*Column).isNumeric),
	"is_struct":   is((*Column).isStruct),
	"string_size": func(c *Column, _ value.Thread, _ value.Args) (value.Value, error) { return c.stringSize() },
	"flatten": func(c *Column, _ value.Thread, _ value.Args) (value.Value, error) {
		return columnList(c.flatten()), nil
	},
	"literal": func(c *Column, _ value.Thread, a value.Args) (value.Value, error) {
		got, err := a.Bind("Column.literal", value.Required("value"))
		if err != nil {
			return nil, err
		}
		return value.Str(value.ToStr(got[0]) + "::" + c.dataType()), nil
	},
	"can_expand_to": (*Column).canExpandTo,
}

func is(test func(*Column) bool) func(*Column, value.Thread, value.Args) (value.Value, error) {
	return func(c *Column, _ value.Thread, _ value.Args) (value.Value, error) { return value.Bool(test(c)), nil }
}

func (c *Column) canExpandTo(_ value.Thread, a value.Args) (value.Value, error) {
	got, err := a.Bind("Column.can_expand_to", value.Required("other_column"))
	if err != nil {
		return nil, err
	}
	other, ok := got[0].(*Column)
	if !ok {
		return nil, value.Errorf("AttributeError", "'%s' object has no attribute 'is_string'", got[0].TypeName())
	}
	if !c.isString() || !other.isString() {
		return value.False, nil
	}
	mine, err := c.stringSize()
	if err != nil {
		return nil, err
	}
	theirs, err := other.stringSize()
	if err != nil {
		return nil, err
	}
	wider, err := value.Compare(value.OpGt, theirs, mine)
	return value.Bool(wider), err
}
