package scope

import (
	"strings"

	"mdl/adapters"
	"mdl/compiler/jinja/value"
)

// bindValues writes values into SQL, each at its place: a question mark or %s
// that stands outside of quotes and comments.
func bindValues(d *adapters.Dialect, sql string, values []value.Value) (string, error) {
	var b strings.Builder
	used := 0
	for at := 0; at < len(sql); {
		if width := bindingPlace(sql[at:]); width > 0 {
			if used < len(values) {
				b.WriteString(bound(d, values[used]))
			}
			used++
			at += width
			continue
		}
		end := at + skipped(sql[at:])
		b.WriteString(sql[at:end])
		at = end
	}
	if used != len(values) {
		return "", errorf(Compilation, "adapter.add_query was given %d bindings for a statement with %d places", len(values), used)
	}
	return b.String(), nil
}

// bindingPlace is the length of the place for a value that sql begins with, or 0.
func bindingPlace(sql string) int {
	switch {
	case sql[0] == '?':
		return 1
	case strings.HasPrefix(sql, "%s"):
		return 2
	}
	return 0
}

// skipped is the length of what sql begins with and no value stands in: a
// quoted text, a comment, or one byte.
func skipped(sql string) int {
	for _, quote := range []struct{ open, end string }{{"'", "'"}, {`"`, `"`}, {"--", "\n"}, {"/*", "*/"}} {
		if !strings.HasPrefix(sql, quote.open) {
			continue
		}
		n := len(quote.open)
		if i := strings.Index(sql[n:], quote.end); i >= 0 {
			return n + i + len(quote.end)
		}
		return len(sql)
	}
	return 1
}

// bound is a value as SQL.
func bound(d *adapters.Dialect, v value.Value) string {
	switch v := v.(type) {
	case value.NoneType, *value.Undefined:
		return "null"
	case value.Bool:
		if v {
			return "true"
		}
		return "false"
	}
	if value.IsNumber(v) {
		return value.ToStr(v)
	}
	return d.Literal(value.ToStr(v))
}
