package scope

import (
	"maps"
	"slices"
	"strings"

	"mdl/compiler/jinja/value"
)

// knownFlags are the attributes that dbt's flags object always has; those that
// the caller does not set are none.
var knownFlags = []string{
	"CACHE_SELECTED_ONLY", "DEBUG", "EMPTY", "FAIL_FAST", "FULL_REFRESH", "INDIRECT_SELECTION", "INTROSPECT",
	"INVOCATION_COMMAND", "LOG_CACHE_EVENTS", "LOG_FORMAT", "LOG_PATH", "NO_PRINT", "PARTIAL_PARSE", "PRINTER_WIDTH",
	"PROFILES_DIR", "QUIET", "SEND_ANONYMOUS_USAGE_STATS", "STATIC_PARSER", "STORE_FAILURES", "TARGET_PATH",
	"USE_COLORS", "USE_EXPERIMENTAL_PARSER", "VERSION_CHECK", "WARN_ERROR", "WARN_ERROR_OPTIONS", "WHICH", "WRITE_JSON",
}

// flags is the name flags: upper-case attributes. It is immutable.
type flags struct{ values map[string]value.Value }

func newFlags(set map[string]value.Value) *flags {
	f := &flags{make(map[string]value.Value, len(knownFlags))}
	for _, name := range knownFlags {
		f.values[name] = value.None
	}
	maps.Copy(f.values, set)
	return f
}

// TypeName implements value.Value.
func (*flags) TypeName() string { return "Namespace" }

// Attr implements value.Object.
func (f *flags) Attr(name string) (value.Value, bool) {
	v, ok := f.values[name]
	return v, ok
}

// Str implements value.Printer.
func (f *flags) Str() string { return f.Repr() }

// Repr implements value.Printer.
func (f *flags) Repr() string {
	names := slices.Sorted(maps.Keys(f.values))
	for i, n := range names {
		names[i] = n + "=" + value.Repr(f.values[n])
	}
	return "Namespace(" + strings.Join(names, ", ") + ")"
}
