package scope

import (
	"maps"
	"slices"
	"strings"

	"mdl/compiler/jinja/value"
)

// knownFlags are the attributes that dbt's flags object always has, with what
// they are where the caller does not say otherwise.
var knownFlags = map[string]value.Value{
	"CACHE_SELECTED_ONLY": value.False, "DEBUG": value.False, "EMPTY": value.None, "FAIL_FAST": value.False,
	"FULL_REFRESH": value.False, "INDIRECT_SELECTION": value.Str("eager"), "INTROSPECT": value.True,
	"INVOCATION_COMMAND": value.None, "LOG_CACHE_EVENTS": value.False, "LOG_FORMAT": value.Str("default"),
	"LOG_PATH": value.None, "NO_PRINT": value.None, "PARTIAL_PARSE": value.True, "PRINTER_WIDTH": value.Int(80),
	"PROFILES_DIR": value.None, "QUIET": value.False, "SEND_ANONYMOUS_USAGE_STATS": value.False, "STATIC_PARSER": value.True,
	"STORE_FAILURES": value.False, "TARGET_PATH": value.None, "USE_COLORS": value.True, "USE_EXPERIMENTAL_PARSER": value.False,
	"VERSION_CHECK": value.True, "WARN_ERROR": value.None, "WARN_ERROR_OPTIONS": value.None, "WHICH": value.None,
	"WRITE_JSON": value.True,
}

// flags is the name flags: upper-case attributes. It is immutable.
type flags struct{ values map[string]value.Value }

func newFlags(set map[string]value.Value) *flags {
	f := &flags{maps.Clone(knownFlags)}
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
