package duckdb

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"strings"
	"time"

	duck "github.com/duckdb/duckdb-go/v2"

	"mdl/adapters"
)

// convert turns a value of the driver into one of the contract. The type may be
// nil, where the driver does not know it.
func convert(v any, t duck.TypeInfo) any {
	switch v := v.(type) {
	case nil, bool, int64, float64, string:
		return v
	case int8:
		return int64(v)
	case int16:
		return int64(v)
	case int32:
		return int64(v)
	case uint8:
		return int64(v)
	case uint16:
		return int64(v)
	case uint32:
		return int64(v)
	case uint64:
		return integer(new(big.Int).SetUint64(v))
	case *big.Int:
		return integer(v)
	case float32:
		return float64(v)
	case duck.Decimal:
		return decimal(v)
	case time.Time:
		return moment(v, internal(t))
	case duck.Interval:
		return adapters.Interval{Months: v.Months, Days: v.Days, Micros: v.Micros}
	case []byte:
		if internal(t) == duck.TYPE_UUID && len(v) == 16 {
			id := duck.UUID(v)
			return id.String()
		}
		return v
	case duck.Bit:
		return v.String()
	case []any, map[string]any, duck.OrderedMap, duck.Union:
		return nested(v, t)
	}
	return fmt.Sprint(v)
}

// nested converts a list, struct, map or union. A list or map whose type is not
// one is a parsed JSON value, which is put back into text.
func nested(v any, t duck.TypeInfo) any {
	switch d := details(t).(type) {
	case *duck.ListDetails:
		return listOf(v, d.Child)
	case *duck.ArrayDetails:
		return listOf(v, d.Child)
	case *duck.StructDetails:
		fields, _ := v.(map[string]any)
		out := make(adapters.Struct, len(d.Entries))
		for i, e := range d.Entries {
			out[i] = adapters.Field{Name: e.Name(), Value: convert(fields[e.Name()], e.Info())}
		}
		return out
	case *duck.MapDetails:
		m, _ := v.(duck.OrderedMap)
		keys, values := m.Keys(), m.Values()
		out := make(adapters.Map, len(keys))
		for i := range keys {
			out[i] = adapters.Entry{Key: convert(keys[i], d.Key), Value: convert(values[i], d.Value)}
		}
		return out
	case *duck.UnionDetails:
		u, _ := v.(duck.Union)
		for _, m := range d.Members {
			if m.Name == u.Tag {
				return convert(u.Value, m.Type)
			}
		}
	}
	return jsonText(v)
}

func listOf(v any, child duck.TypeInfo) []any {
	items, _ := v.([]any)
	out := make([]any, len(items))
	for i, item := range items {
		out[i] = convert(item, child)
	}
	return out
}

func jsonText(v any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return fmt.Sprint(v)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func internal(t duck.TypeInfo) duck.Type {
	if t == nil {
		return duck.TYPE_INVALID
	}
	return t.InternalType()
}

func details(t duck.TypeInfo) duck.TypeDetails {
	if t == nil {
		return nil
	}
	return t.Details()
}

func integer(n *big.Int) any {
	if n.IsInt64() {
		return n.Int64()
	}
	return n
}

func decimal(d duck.Decimal) adapters.Decimal {
	digits, sign := d.Value.String(), ""
	if rest, negative := strings.CutPrefix(digits, "-"); negative {
		digits, sign = rest, "-"
	}
	scale := int(d.Scale)
	if scale == 0 {
		return adapters.Decimal(sign + digits)
	}
	if len(digits) <= scale {
		digits = strings.Repeat("0", scale-len(digits)+1) + digits
	}
	point := len(digits) - scale
	return adapters.Decimal(sign + digits[:point] + "." + digits[point:])
}

// moment converts a date or time; the infinite ones have no time.Time and
// become text.
func moment(v time.Time, t duck.Type) any {
	const infiniteDay = math.MaxInt32
	switch t {
	case duck.TYPE_DATE:
		switch v.Unix() / (24 * 60 * 60) {
		case infiniteDay:
			return "infinity"
		case -infiniteDay:
			return "-infinity"
		}
		return adapters.Time{Kind: adapters.Date, T: v}
	case duck.TYPE_TIME:
		return adapters.Time{Kind: adapters.TimeOfDay, T: v}
	case duck.TYPE_TIME_TZ:
		_, offset := v.Zone()
		clock := time.Date(1, 1, 1, v.Hour(), v.Minute(), v.Second(), v.Nanosecond(), time.UTC)
		return adapters.Time{Kind: adapters.TimeOfDayTZ, T: clock, Offset: offset}
	}
	switch v.UnixMicro() {
	case math.MaxInt64:
		return "infinity"
	case -math.MaxInt64:
		return "-infinity"
	}
	if t == duck.TYPE_TIMESTAMP_TZ {
		return adapters.Time{Kind: adapters.TimestampTZ, T: v}
	}
	return adapters.Time{Kind: adapters.Timestamp, T: v}
}
