package scope

import (
	"fmt"
	"math/big"
	"strconv"
	"time"

	"mdl/adapters"
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
		return timeText(v, ' ')
	case adapters.Interval:
		return intervalText(v)
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
		return value.Str(timeText(v, 'T'))
	case []byte, adapters.Interval:
		return value.Str(cellText(v))
	case string:
		return value.Str(v)
	}
	return value.FromGo(v)
}

// timeText prints a time as Python does, with sep between date and time.
func timeText(t adapters.Time, sep byte) string {
	const day, clock, micro = "2006-01-02", "15:04:05", ".000000"
	layout := clock
	if t.T.Nanosecond() >= 1000 {
		layout += micro
	}
	switch t.Kind {
	case adapters.Date:
		return t.T.Format(day)
	case adapters.TimeOfDay:
		return t.T.Format(layout)
	case adapters.TimeOfDayTZ:
		return t.T.Format(layout) + offsetText(t.Offset)
	case adapters.TimestampTZ:
		return t.T.Format(day) + string(sep) + t.T.Format(layout) + "+00:00"
	}
	return t.T.Format(day) + string(sep) + t.T.Format(layout)
}

func offsetText(seconds int) string {
	sign := '+'
	if seconds < 0 {
		sign, seconds = '-', -seconds
	}
	text := fmt.Sprintf("%c%02d:%02d", sign, seconds/3600, seconds/60%60)
	if seconds%60 != 0 {
		text += fmt.Sprintf(":%02d", seconds%60)
	}
	return text
}

// intervalText prints an interval as Python's timedelta, in which a month has
// 30 days: "32 days, 3:00:04.500000".
func intervalText(i adapters.Interval) string {
	const dayMicros = int64(24 * time.Hour / time.Microsecond)
	days := int64(i.Months)*30 + int64(i.Days)
	days, rest := days+i.Micros/dayMicros, i.Micros%dayMicros
	if rest < 0 {
		days, rest = days-1, rest+dayMicros
	}
	seconds := rest / 1e6
	text := fmt.Sprintf("%d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)
	if micros := rest % 1e6; micros != 0 {
		text += fmt.Sprintf(".%06d", micros)
	}
	switch days {
	case 0:
		return text
	case 1, -1:
		return fmt.Sprintf("%d day, %s", days, text)
	}
	return fmt.Sprintf("%d days, %s", days, text)
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
