package postgres

import (
	"context"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"mdl/adapters"
)

// result is the answer to one statement: texts, nil for null.
type result struct {
	fields []pgconn.FieldDescription
	rows   [][][]byte
}

// read takes over the rows of a reader, in place of those of an earlier one.
func (r *result) read(reader *pgconn.ResultReader) {
	r.fields, r.rows = append(r.fields[:0:0], reader.FieldDescriptions()...), nil
	for reader.NextRow() {
		cells := reader.Values()
		row, size := make([][]byte, len(cells)), 0
		for _, cell := range cells {
			size += len(cell)
		}
		buffer := make([]byte, 0, size) // the reader uses its own again
		for i, cell := range cells {
			if cell != nil {
				at := len(buffer)
				buffer = append(buffer, cell...)
				row[i] = buffer[at:len(buffer):len(buffer)]
			}
		}
		r.rows = append(r.rows, row)
	}
}

// rows converts an answer.
func (c *conn) rows(ctx context.Context, r *result) (*adapters.Rows, error) {
	columns, err := c.columnsOf(ctx, r.fields)
	if err != nil {
		return nil, err
	}
	out := &adapters.Rows{Columns: columns, Values: make([][]any, len(r.rows))}
	for i, cells := range r.rows {
		row := make([]any, len(cells))
		for j, cell := range cells {
			if cell != nil {
				row[j] = convert(r.fields[j].DataTypeOID, string(cell))
			}
		}
		out.Values[i] = row
	}
	return out, nil
}

// typeKey is a type with its modifier: the length of a varchar, the digits of
// a numeric.
type typeKey struct {
	oid uint32
	mod int32
}

// typeNames are format_type's names of the usual types.
var typeNames = map[typeKey]string{
	{16, -1}: "boolean", {17, -1}: "bytea", {20, -1}: "bigint", {21, -1}: "smallint", {23, -1}: "integer", {25, -1}: "text",
	{700, -1}: "real", {701, -1}: "double precision", {1043, -1}: "character varying", {1082, -1}: "date",
	{1114, -1}: "timestamp without time zone", {1184, -1}: "timestamp with time zone", {1700, -1}: "numeric",
}

// columnsOf names the columns of a result. Types that are not among the usual
// ones are asked for, once.
func (c *conn) columnsOf(ctx context.Context, fields []pgconn.FieldDescription) ([]adapters.Column, error) {
	if len(fields) == 0 {
		return nil, nil
	}
	out := make([]adapters.Column, len(fields))
	var unknown []typeKey
	for i, f := range fields {
		out[i].Name = f.Name
		key := typeKey{f.DataTypeOID, f.TypeModifier}
		if out[i].Type = c.adapter.typeName(key); out[i].Type == "" {
			unknown = append(unknown, key)
		}
	}
	if len(unknown) == 0 {
		return out, nil
	}
	if err := c.learn(ctx, unknown); err != nil {
		return nil, err
	}
	for i, f := range fields {
		out[i].Type = c.adapter.typeName(typeKey{f.DataTypeOID, f.TypeModifier})
	}
	return out, nil
}

func (a *Adapter) typeName(key typeKey) string {
	if name, ok := typeNames[key]; ok {
		return name
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.types[key]
}

// learn asks for the names of types.
func (c *conn) learn(ctx context.Context, keys []typeKey) error {
	calls := make([]string, len(keys))
	for i, k := range keys {
		calls[i] = fmt.Sprintf("pg_catalog.format_type(%d, %d)", k.oid, k.mod)
	}
	names := &result{}
	if _, err := c.run(ctx, "select "+strings.Join(calls, ", "), names); err != nil {
		return err
	}
	c.adapter.mu.Lock()
	defer c.adapter.mu.Unlock()
	for i, k := range keys {
		c.adapter.types[k] = string(names.rows[0][i])
	}
	return nil
}

// elements are the types of the elements of arrays.
var elements = map[uint32]uint32{
	1000: 16, 1005: 21, 1007: 23, 1016: 20, 1009: 25, 1015: 1043, 1014: 1042, 1021: 700, 1022: 701, 1231: 1700,
	1115: 1114, 1182: 1082, 1183: 1083, 1185: 1184, 1187: 1186, 1001: 17, 1270: 1266,
}

// convert reads a text of the server as a value of its type; what has no form
// of its own stays text.
func convert(oid uint32, s string) any {
	switch oid {
	case 16:
		return s == "t"
	case 20, 21, 23, 26:
		if n, err := strconv.ParseInt(s, 10, 64); err == nil {
			return n
		}
	case 700, 701:
		if f, err := strconv.ParseFloat(s, 64); err == nil {
			return f
		}
	case 1700:
		return adapters.Decimal(s)
	case 17:
		if b, err := hex.DecodeString(strings.TrimPrefix(s, `\x`)); err == nil {
			return b
		}
	case 1186:
		if i, ok := interval(s); ok {
			return i
		}
	}
	if form, ok := timeForms[oid]; ok {
		return clock(form, s)
	}
	if element, ok := elements[oid]; ok {
		if list, rest, ok := array(element, s); ok && rest == "" {
			return list
		}
	}
	return s
}

// timeForm is how a type of times is written.
type timeForm struct {
	kind    adapters.TimeKind
	layouts []string
}

var timeForms = map[uint32]timeForm{
	1082: {adapters.Date, []string{"2006-01-02"}},
	1114: {adapters.Timestamp, []string{"2006-01-02 15:04:05"}},
	1184: {adapters.TimestampTZ, []string{"2006-01-02 15:04:05Z07", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05Z07:00:00"}},
	1083: {adapters.TimeOfDay, []string{"15:04:05"}},
	1266: {adapters.TimeOfDayTZ, []string{"15:04:05Z07", "15:04:05Z07:00", "15:04:05Z07:00:00"}},
}

// clock reads a time. What Go cannot hold stays text: infinity, 24:00, years BC.
func clock(form timeForm, s string) any {
	for _, layout := range form.layouts {
		t, err := time.Parse(layout, s)
		if err != nil {
			continue
		}
		out := adapters.Time{Kind: form.kind, T: t.UTC()}
		switch form.kind {
		case adapters.TimeOfDay:
			out.T = t.AddDate(1, 0, 0)
		case adapters.TimeOfDayTZ:
			_, out.Offset = t.Zone()
			out.T = time.Date(1, 1, 1, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
		}
		return out
	}
	return s
}

// interval reads "1 year 2 mons 3 days -04:05:06.7".
func interval(s string) (adapters.Interval, bool) {
	var out adapters.Interval
	words := strings.Fields(s)
	for i := 0; i < len(words); i++ {
		if strings.Contains(words[i], ":") {
			micros, ok := clockMicros(words[i])
			if !ok || i != len(words)-1 {
				return out, false
			}
			out.Micros = micros
			return out, true
		}
		n, err := strconv.ParseInt(words[i], 10, 32)
		if err != nil || i+1 == len(words) {
			return out, false
		}
		i++
		switch strings.TrimSuffix(words[i], "s") {
		case "year":
			out.Months += int32(12 * n)
		case "mon":
			out.Months += int32(n)
		case "day":
			out.Days += int32(n)
		default:
			return out, false
		}
	}
	return out, true
}

// clockMicros reads "[-]hh:mm:ss[.ffffff]", of any number of hours.
func clockMicros(s string) (int64, bool) {
	rest, negative := strings.CutPrefix(s, "-")
	parts := strings.Split(strings.TrimPrefix(rest, "+"), ":")
	if len(parts) != 3 {
		return 0, false
	}
	hours, err1 := strconv.ParseInt(parts[0], 10, 64)
	minutes, err2 := strconv.ParseInt(parts[1], 10, 64)
	seconds, err3 := time.ParseDuration(parts[2] + "s")
	if err1 != nil || err2 != nil || err3 != nil {
		return 0, false
	}
	micros := (hours*60+minutes)*60_000_000 + seconds.Microseconds()
	if negative {
		micros = -micros
	}
	return micros, true
}

// array reads "{1,NULL,"a b"}", nested or not, and returns what follows it.
func array(element uint32, s string) (list []any, rest string, ok bool) {
	if strings.HasPrefix(s, "[") { // bounds that do not begin at 1
		if _, s, ok = strings.Cut(s, "="); !ok {
			return nil, "", false
		}
	}
	s, ok = strings.CutPrefix(s, "{")
	list = []any{}
	for ok {
		if after, end := strings.CutPrefix(s, "}"); end {
			return list, after, true
		}
		s = strings.TrimPrefix(s, ",")
		var item any
		switch {
		case strings.HasPrefix(s, "{"):
			item, s, ok = array(element, s)
		case strings.HasPrefix(s, `"`):
			var text string
			if text, s, ok = quoted(s); ok {
				item = convert(element, text)
			}
		default:
			end := strings.IndexAny(s, ",}")
			if end < 0 {
				return nil, "", false
			}
			if text := s[:end]; text != "NULL" {
				item = convert(element, text)
			}
			s = s[end:]
		}
		list = append(list, item)
	}
	return nil, "", false
}

// quoted reads an element in double quotes, with backslashes before quotes and
// backslashes.
func quoted(s string) (text, rest string, ok bool) {
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '"':
			return b.String(), s[i+1:], true
		case '\\':
			if i++; i == len(s) {
				return "", "", false
			}
		}
		b.WriteByte(s[i])
	}
	return "", "", false
}
