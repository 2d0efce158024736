package view

import (
	"encoding/json"
	"fmt"
	"math/big"
	"strings"
	"time"
	"unicode/utf8"

	"mdl/adapters"
)

// Table draws rows with | and -. A width above 0 is the number of columns of
// the terminal: long cells are shortened to come near it.
func Table(rows *adapters.Rows, width int) string {
	n := len(rows.Columns)
	cells := make([][]string, 0, len(rows.Values)+1)
	head := make([]string, n)
	for i, c := range rows.Columns {
		head[i] = oneLine(c.Name)
	}
	cells = append(cells, head)
	right := make([]bool, n)
	for _, row := range rows.Values {
		line := make([]string, n)
		for i, x := range row {
			line[i] = oneLine(Text(x))
			right[i] = right[i] || isNumber(x)
		}
		cells = append(cells, line)
	}
	widths := make([]int, n)
	for _, line := range cells {
		for i, text := range line {
			widths[i] = max(widths[i], utf8.RuneCountInString(text))
		}
	}
	shrink(widths, width)
	var b strings.Builder
	for y, line := range cells {
		if y > 0 {
			b.WriteByte('\n')
		}
		for i, text := range line {
			b.WriteString("| " + fit(text, widths[i], right[i]) + " ")
		}
		b.WriteByte('|')
		if y == 0 {
			b.WriteByte('\n')
			for _, w := range widths {
				b.WriteString("| " + strings.Repeat("-", w) + " ")
			}
			b.WriteByte('|')
		}
	}
	return b.String()
}

const narrowest = 8

// shrink takes room from the widest columns until the table fits, or until
// every column is narrow.
func shrink(widths []int, limit int) {
	if limit <= 0 {
		return
	}
	total := 1
	for _, w := range widths {
		total += w + 3
	}
	for total > limit {
		widest := 0
		for i, w := range widths {
			if w > widths[widest] {
				widest = i
			}
		}
		if widths[widest] <= narrowest {
			return
		}
		widths[widest]--
		total--
	}
}

func fit(text string, width int, right bool) string {
	n := utf8.RuneCountInString(text)
	if n > width {
		return string([]rune(text)[:max(0, width-1)]) + "…"
	}
	pad := strings.Repeat(" ", width-n)
	if right {
		return pad + text
	}
	return text + pad
}

func oneLine(text string) string {
	return strings.NewReplacer("\n", `\n`, "\r", `\r`, "\t", `\t`).Replace(text)
}

func isNumber(x any) bool {
	switch x.(type) {
	case int64, *big.Int, float64, adapters.Decimal:
		return true
	}
	return false
}

// Text writes a value of the warehouse for a reader.
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
	case adapters.Decimal:
		return string(x)
	case []byte:
		return fmt.Sprintf(`\x%x`, x)
	case adapters.Time:
		return timeText(x)
	case adapters.Interval:
		return intervalText(x)
	case []any, adapters.Struct, adapters.Map:
		text, err := json.Marshal(wire(x))
		if err == nil {
			return string(text)
		}
	}
	return fmt.Sprint(x)
}

var timeForms = map[adapters.TimeKind]string{
	adapters.Timestamp: "2006-01-02 15:04:05.999999", adapters.TimestampTZ: "2006-01-02 15:04:05.999999-07:00",
	adapters.Date: "2006-01-02", adapters.TimeOfDay: "15:04:05.999999", adapters.TimeOfDayTZ: "15:04:05.999999-07:00",
}

func timeText(t adapters.Time) string {
	at := t.T
	if t.Kind == adapters.TimeOfDayTZ {
		at = at.In(time.FixedZone("", t.Offset))
	}
	return at.Format(timeForms[t.Kind])
}

func intervalText(i adapters.Interval) string {
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

// object is a JSON object with its keys in order.
type object struct {
	keys   []string
	values []any
}

// MarshalJSON implements json.Marshaler.
func (o object) MarshalJSON() ([]byte, error) {
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

// wire is the JSON form of a value.
func wire(x any) any {
	switch x := x.(type) {
	case nil, bool, int64, *big.Int, string:
		return x
	case float64:
		if x != x || x-x != 0 {
			return fmt.Sprint(x)
		}
		return x
	case adapters.Decimal:
		return json.Number(x)
	case []any:
		items := make([]any, len(x))
		for i, item := range x {
			items[i] = wire(item)
		}
		return items
	case adapters.Struct:
		var o object
		for _, f := range x {
			o.keys, o.values = append(o.keys, f.Name), append(o.values, wire(f.Value))
		}
		return o
	case adapters.Map:
		var o object
		for _, e := range x {
			o.keys, o.values = append(o.keys, Text(e.Key)), append(o.values, wire(e.Value))
		}
		return o
	case adapters.Time:
		return strings.Replace(timeText(x), " ", "T", 1)
	}
	return Text(x)
}

// records are rows as JSON objects.
func records(rows *adapters.Rows) []any {
	out := make([]any, len(rows.Values))
	for y, row := range rows.Values {
		var o object
		for i, c := range rows.Columns {
			o.keys, o.values = append(o.keys, c.Name), append(o.values, wire(row[i]))
		}
		out[y] = o
	}
	return out
}
