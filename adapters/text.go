package adapters

import (
	"encoding/json"
	"fmt"
	"math/big"
	"strings"
	"time"
)

// Text writes a value of a warehouse for a reader; a null is "".
func Text(x any) string {
	switch x := x.(type) {
	case nil:
		return ""
	case string:
		return x
	case bool:
		if x {
			return "True"
		}
		return "False"
	case Decimal:
		return string(x)
	case []byte:
		return fmt.Sprintf(`\x%x`, x)
	case Time:
		return timeText(x)
	case Interval:
		return intervalText(x)
	case []any, Struct, Map:
		text, err := json.Marshal(JSON(x))
		if err == nil {
			return string(text)
		}
	}
	return fmt.Sprint(x)
}

var timeForms = map[TimeKind]string{
	Timestamp: "2006-01-02 15:04:05.999999", TimestampTZ: "2006-01-02 15:04:05.999999-07:00",
	Date: "2006-01-02", TimeOfDay: "15:04:05.999999", TimeOfDayTZ: "15:04:05.999999-07:00",
}

func timeText(t Time) string {
	at := t.T
	if t.Kind == TimeOfDayTZ {
		at = at.In(time.FixedZone("", t.Offset))
	}
	return at.Format(timeForms[t.Kind])
}

func intervalText(i Interval) string {
	var parts []string
	if i.Months != 0 {
		parts = append(parts, fmt.Sprintf("%d months", i.Months))
	}
	if i.Days != 0 {
		parts = append(parts, fmt.Sprintf("%d days", i.Days))
	}
	if i.Micros != 0 || len(parts) == 0 {
		parts = append(parts, (time.Duration(i.Micros) * time.Microsecond).String())
	}
	return strings.Join(parts, " ")
}

// JSONObject is a JSON object with its keys in order.
type JSONObject struct {
	keys   []string
	values []any
}

// Add puts a key behind the others.
func (o *JSONObject) Add(key string, v any) {
	o.keys, o.values = append(o.keys, key), append(o.values, v)
}

// MarshalJSON implements json.Marshaler.
func (o JSONObject) MarshalJSON() ([]byte, error) {
	var b strings.Builder
	b.WriteByte('{')
	for i, key := range o.keys {
		if i > 0 {
			b.WriteByte(',')
		}
		k, _ := json.Marshal(key)
		v, err := json.Marshal(o.values[i])
		if err != nil {
			return nil, err
		}
		b.Write(k)
		b.WriteByte(':')
		b.Write(v)
	}
	b.WriteByte('}')
	return []byte(b.String()), nil
}

// JSON returns a value of a warehouse in a form that encoding/json writes.
func JSON(x any) any {
	switch x := x.(type) {
	case nil, bool, int64, *big.Int, string:
		return x
	case float64:
		if x != x || x-x != 0 {
			return fmt.Sprint(x)
		}
		return x
	case Decimal:
		return json.Number(x)
	case []any:
		items := make([]any, len(x))
		for i, item := range x {
			items[i] = JSON(item)
		}
		return items
	case Struct:
		var o JSONObject
		for _, f := range x {
			o.Add(f.Name, JSON(f.Value))
		}
		return o
	case Map:
		var o JSONObject
		for _, e := range x {
			o.Add(Text(e.Key), JSON(e.Value))
		}
		return o
	case Time:
		return strings.Replace(timeText(x), " ", "T", 1)
	}
	return Text(x)
}
