package scope

import (
	"strings"

	"mdl/compiler/jinja/value"
)

// TypeName implements value.Value.
func (c *columnClass) TypeName() string { return "type" }

// Str implements value.Printer.
func (c *columnClass) Str() string { return "<class '" + c.name + "'>" }

// Repr implements value.Printer.
func (c *columnClass) Repr() string { return c.Str() }

// Call implements value.Callable: api.Column(column, dtype, ...).
func (c *columnClass) Call(_ value.Thread, a value.Args) (value.Value, error) {
	got, err := a.Bind("Column", value.Required("column"), value.Required("dtype"),
		value.Optional("char_size", value.None), value.Optional("numeric_precision", value.None),
		value.Optional("numeric_scale", value.None))
	if err != nil {
		return nil, err
	}
	col := c.make(value.ToStr(got[0]), value.ToStr(got[1]))
	col.charSize, col.precision, col.scale = got[2], got[3], got[4]
	return col, nil
}

// Attr implements value.Object.
func (c *columnClass) Attr(name string) (value.Value, bool) {
	if name == "TYPE_LABELS" {
		return typeLabels(), true
	}
	return columnClassMethods.bound(c, name)
}

// CallMethod implements value.MethodCaller.
func (c *columnClass) CallMethod(t value.Thread, name string, a value.Args) (value.Value, bool, error) {
	return columnClassMethods.call(c, t, name, a)
}

// columnClassMethods are the methods that need no column.
var columnClassMethods = methods[*columnClass]{
	"create": func(c *columnClass, _ value.Thread, a value.Args) (value.Value, error) {
		got, err := a.Bind("Column.create", value.Required("name"), value.Required("label_or_dtype"))
		if err != nil {
			return nil, err
		}
		return c.make(value.ToStr(got[0]), TranslateType(value.ToStr(got[1]))), nil
	},
	"translate_type": func(_ *columnClass, _ value.Thread, a value.Args) (value.Value, error) {
		got, err := a.Bind("Column.translate_type", value.Required("dtype"))
		if err != nil {
			return nil, err
		}
		return value.Str(TranslateType(value.ToStr(got[0]))), nil
	},
	"string_type": func(_ *columnClass, _ value.Thread, a value.Args) (value.Value, error) {
		got, err := a.Bind("Column.string_type", value.Required("size"))
		if err != nil {
			return nil, err
		}
		return value.Str(stringType(got[0])), nil
	},
	"numeric_type": func(_ *columnClass, _ value.Thread, a value.Args) (value.Value, error) {
		got, err := a.Bind("Column.numeric_type", value.Required("dtype"), value.Required("precision"), value.Required("scale"))
		if err != nil {
			return nil, err
		}
		return value.Str(numericType(value.ToStr(got[0]), got[1], got[2])), nil
	},
	"from_description": (*columnClass).fromDescription,
}

// TranslateType gives the warehouse's name of a portable type.
func TranslateType(dtype string) string {
	if strings.EqualFold(dtype, "string") {
		return "TEXT"
	}
	return dtype
}

// fromDescription reads a type with its size: "varchar(10)", "decimal(10,2)".
func (c *columnClass) fromDescription(_ value.Thread, a value.Args) (value.Value, error) {
	got, err := a.Bind("Column.from_description", value.Required("name"), value.Required("raw_data_type"))
	if err != nil {
		return nil, err
	}
	raw := value.ToStr(got[1])
	dtype, rest, found := strings.Cut(raw, "(")
	if dtype == "" {
		return nil, errorf(Runtime, "%q is no data type", raw)
	}
	col := c.make(value.ToStr(got[0]), dtype)
	size, _, closed := strings.Cut(rest, ")")
	if !found || !closed || size == "" {
		return col, nil
	}
	parts := strings.Split(size, ",")
	targets := []*value.Value{&col.charSize}
	if len(parts) == 2 {
		targets = []*value.Value{&col.precision, &col.scale}
	} else if len(parts) > 2 {
		return col, nil
	}
	for i, text := range parts {
		n, err := value.ParseInt(strings.TrimSpace(text), 10)
		if err != nil {
			return nil, errorf(Runtime, "%q is no data type: %q is not a whole number", raw, text)
		}
		*targets[i] = n
	}
	return col, nil
}
