package scope

import (
	"fmt"
	"math/big"
	"strconv"

	"mdl/adapters"
	"mdl/compiler/jinja/pymod"
	"mdl/compiler/jinja/value"
)

// cellText is Python's str() of what dbt-duckdb fetches for a value: the text
// of a cell in a text column. Nested values are JSON.
func cellText(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case []byte:
		return value.Repr(value.Bytes(v))
	case adapters.Time:
		return value.ToStr(timeOf(v))
	case adapters.Interval:
		return value.ToStr(intervalOf(v))
	case []any, adapters.Struct, adapters.Map:
		text, err := value.ToJSON(jsonOf(v), value.JSONOptions{})
		if err != nil {
			return fmt.Sprint(v)
		}
		return text
	case adapters.Decimal:
		return string(v)
	}
	return value.ToStr(value.FromGo(v))
}

// jsonOf makes a nested value ready for JSON as dbt's encoder writes it:
// decimals as floats, times in ISO 8601, what JSON does not have as text.
func jsonOf(v any) value.Value {
	switch v := v.(type) {
	case []any:
		items := make([]value.Value, len(v))
		for i, item := range v {
			items[i] = jsonOf(item)
		}
		return value.NewList(items...)
	case adapters.Struct:
		d := value.NewDictSize(len(v))
		for _, f := range v {
			d.SetStr(f.Name, jsonOf(f.Value))
		}
		return d
	case adapters.Map:
		d := value.NewDictSize(len(v))
		for _, e := range v {
			key := jsonOf(e.Key)
			if d.Set(key, jsonOf(e.Value)) != nil { // a list is no key: its text is
				d.SetStr(value.ToStr(key), jsonOf(e.Value))
			}
		}
		return d
	case adapters.Decimal:
		f, err := strconv.ParseFloat(string(v), 64)
		if err != nil {
			return value.Str(v)
		}
		return value.Float(f)
	case adapters.Time:
		return value.Str(isoText(v))
	case []byte, adapters.Interval:
		return value.Str(cellText(v))
	case string:
		return value.Str(v)
	}
	return value.FromGo(v)
}

// timeOf is the date, datetime or time that Python's driver makes of a time.
func timeOf(t adapters.Time) value.Value {
	switch t.Kind {
	case adapters.Date:
		if d, err := value.NewDate(t.T.Year(), int(t.T.Month()), t.T.Day()); err == nil {
			return d
		}
	case adapters.TimestampTZ:
		return value.DateTimeIn(t.T, pymod.UTC)
	case adapters.TimeOfDay, adapters.TimeOfDayTZ:
		var zone value.TZInfo
		if t.Kind == adapters.TimeOfDayTZ {
			zone = value.NewFixedZone(int64(t.Offset) * 1e6)
		}
		if c, err := value.NewTime(t.T.Hour(), t.T.Minute(), t.T.Second(), t.T.Nanosecond()/1000, zone); err == nil {
			return c
		}
	}
	return value.DateTimeOf(t.T.UTC())
}

// isoText prints a time in ISO 8601.
func isoText(t adapters.Time) string {
	v := timeOf(t)
	if text, ok, err := value.CallMethod(nil, v, "isoformat", value.Args{}); ok && err == nil {
		v = text
	}
	return value.ToStr(v)
}

// intervalOf is an interval as Python's timedelta, in which a month has 30 days.
func intervalOf(i adapters.Interval) *value.TimeDelta {
	return value.NewTimeDelta(int64(i.Months)*30+int64(i.Days), 0, i.Micros)
}

// decimalOf is the Decimal that agate makes of a number.
func decimalOf(v any) value.Value {
	var text string
	switch v := v.(type) {
	case float64:
		text = value.FormatFloat(v)
	case adapters.Decimal:
		text = string(v)
	case *big.Int:
		text = v.String()
	default:
		text = fmt.Sprint(v)
	}
	d, err := value.ParseDecimal(text)
	if err != nil {
		return value.Str(text)
	}
	return d
}
