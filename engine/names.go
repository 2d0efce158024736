package engine

import (
	"strings"

	"mdl/adapters"
)

// written is a column's name of the configuration as it goes into SQL: as it
// is, if it is quoted or needs no quotes.
func written(d *adapters.Dialect, name string) string {
	if unquoted(d, name) != name || strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == "" {
		return name
	}
	return d.Quote(name)
}

// unquoted is the name that a quoted one stands for; any other as it is.
func unquoted(d *adapters.Dialect, name string) string {
	q := d.QuoteChar
	if len(name) < 2 || q == "" || !strings.HasPrefix(name, q) || !strings.HasSuffix(name, q) {
		return name
	}
	return strings.ReplaceAll(name[1:len(name)-1], q+q, q)
}
