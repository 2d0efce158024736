package adapters

import (
	"time"
)

// Rows is a result, read completely.
//
// A value is one of nil, bool, int64, *big.Int (integers beyond int64),
// float64, Decimal, string, []byte, Time, Interval, []any (lists), Struct or
// Map. A type that has no form here (UUID, ENUM, BIT, JSON ...) comes as the
// text that the warehouse prints for it.
type Rows struct {
	Columns []Column
	Values  [][]any
	// Outcome is what the warehouse says of the statement; the zero Outcome where
	// it says nothing.
	Outcome Outcome
}

// Decimal is an exact number, as text with all digits of its scale: "-1.50".
type Decimal string

// Time is a point in time, a date or a time of day, as Kind tells.
type Time struct {
	Kind TimeKind
	// T is in UTC. Of a Date only the date counts, of a TimeOfDay only the time.
	T time.Time
	// Offset is the zone of a TimeOfDayTZ in seconds east of UTC.
	Offset int
}

// TimeKind is which SQL type a Time comes from.
type TimeKind int

// The kinds of times.
const (
	Timestamp   TimeKind = iota // without a zone: T's clock is the written one
	TimestampTZ                 // an instant
	Date
	TimeOfDay
	TimeOfDayTZ
)

// Interval is a span of calendar time: its three parts do not convert.
type Interval struct {
	Months, Days int32
	Micros       int64
}

// Struct is a record with its fields in order.
type Struct []Field

// Field is one field of a Struct.
type Field struct {
	Name  string
	Value any
}

// Map is a mapping with its entries in order.
type Map []Entry

// Entry is one entry of a Map.
type Entry struct {
	Key, Value any
}
