package scope

import (
	"mdl/adapters"
	"mdl/compiler/jinja/value"
)

// dataType is the type that agate finds for a column by its values.
type dataType uint8

// The types in the order in which they are tried: the first that every value of
// a column fits is the column's.
const (
	integerColumn dataType = iota
	numberColumn
	dateColumn
	dateTimeColumn
	booleanColumn
	textColumn
)

var dataTypes = [...]struct{ name, class, sql string }{
	integerColumn:  {"Integer", "dbt_common.clients.agate_helper.Integer", "integer"},
	numberColumn:   {"Number", "dbt_common.clients.agate_helper.Number", "float8"},
	dateColumn:     {"Date", "agate.data_types.date.Date", "date"},
	dateTimeColumn: {"DateTime", "agate.data_types.date_time.DateTime", "timestamp without time zone"},
	booleanColumn:  {"Boolean", "agate.data_types.boolean.Boolean", "boolean"},
	textColumn:     {"Text", "agate.data_types.text.Text", "text"},
}

// TypeName implements value.Value.
func (d dataType) TypeName() string { return dataTypes[d].name }

// Str implements value.Printer.
func (d dataType) Str() string { return "<" + dataTypes[d].class + " object>" }

// Repr implements value.Printer.
func (d dataType) Repr() string { return d.Str() }

// fits is the set of types that a value of the warehouse fits.
type fits uint8

const allTypes fits = 1<<(textColumn+1) - 1

func only(types ...dataType) fits {
	f := fits(1 << textColumn)
	for _, t := range types {
		f |= 1 << t
	}
	return f
}

// fitsOf tells which types a value fits. Text columns are never read as
// anything else: dbt does not guess what a text means.
func fitsOf(v any) fits {
	switch v := v.(type) {
	case nil:
		return allTypes
	case bool:
		return only(booleanColumn)
	case float64, adapters.Decimal:
		return only(numberColumn)
	case adapters.Time:
		switch v.Kind {
		case adapters.Date:
			return only(dateColumn, dateTimeColumn)
		case adapters.Timestamp, adapters.TimestampTZ:
			return only(dateTimeColumn)
		}
		return only()
	case string, []byte, adapters.Interval, []any, adapters.Struct, adapters.Map:
		return only()
	}
	return only(integerColumn, numberColumn) // int64, *big.Int
}

// first is the column type of a set.
func (f fits) first() dataType {
	for t := integerColumn; t < textColumn; t++ {
		if f&(1<<t) != 0 {
			return t
		}
	}
	return textColumn
}

// cast makes a value of the warehouse a value of a column of type d.
func (d dataType) cast(v any) value.Value {
	if v == nil {
		return value.None
	}
	switch d {
	case textColumn:
		return value.Str(cellText(v))
	case numberColumn:
		return decimalOf(v)
	case dateColumn:
		return timeOf(v.(adapters.Time))
	case dateTimeColumn:
		t := v.(adapters.Time)
		if t.Kind == adapters.Date {
			t.Kind = adapters.Timestamp
		}
		return timeOf(t)
	}
	return value.FromGo(v)
}
