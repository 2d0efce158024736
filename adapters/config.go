package adapters

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// ConfigError is a mistake in the profile.
type ConfigError struct {
	// Key is the path of the key within the output: "attach[1].path".
	Key string
	// Message says what is wrong with it.
	Message string
	// Hint says what to do, or "".
	Hint string
}

// Error names the key, what is wrong with it and what to do.
func (e *ConfigError) Error() string {
	s := e.Key + ": " + e.Message
	if e.Hint != "" {
		s += "; " + e.Hint
	}
	return s
}

// Fields reads an output of a profile, or a mapping inside it. Every read names
// a key that is known; what was never named is reported by Err. Mistakes are
// collected, so that all are reported at once. A null is an absent value.
type Fields struct {
	values map[string]any
	path   string // with a trailing dot; "" at the top
	known  []string
	errs   *[]error
}

// NewFields returns a reader of values as YAML decodes them: string, bool, any
// int or float, []any, map[string]any.
func NewFields(values map[string]any) *Fields {
	return &Fields{values: values, errs: new([]error)}
}

// Err reports every mistake, in the order of reading, and then the keys that
// were not asked for; nil if there are none. Each is a *ConfigError.
func (f *Fields) Err() error {
	for _, key := range sortedKeys(f.values) {
		if slices.Contains(f.known, key) {
			continue
		}
		hint := ""
		if near := Nearest(key, f.known); near != "" {
			hint = fmt.Sprintf("did you mean %q?", near)
		}
		f.Fail(key, "is not a known key", hint)
	}
	return errors.Join(*f.errs...)
}

// Fail records a mistake at a key.
func (f *Fields) Fail(key, message, hint string) {
	*f.errs = append(*f.errs, &ConfigError{Key: f.path + key, Message: message, Hint: hint})
}

// Has reports whether a key is present, null or not, and makes it known.
func (f *Fields) Has(key string) bool {
	f.known = append(f.known, key)
	_, ok := f.values[key]
	return ok
}

// Any returns a value as it is, or nil.
func (f *Fields) Any(key string) any {
	f.known = append(f.known, key)
	return f.values[key]
}

// String returns a text, or the default where the key is absent.
func (f *Fields) String(key, def string) string {
	v := f.Any(key)
	if v == nil {
		return def
	}
	s, ok := Scalar(v)
	if !ok {
		f.Fail(key, "must be a text", "")
		return def
	}
	return s
}

// Bool returns a truth value, or false where the key is absent.
func (f *Fields) Bool(key string) bool {
	switch v := f.Any(key).(type) {
	case nil:
		return false
	case bool:
		return v
	case string:
		if b, err := strconv.ParseBool(strings.ToLower(v)); err == nil {
			return b
		}
	}
	f.Fail(key, "must be true or false", "")
	return false
}

// Int returns a whole number, or the default where the key is absent.
func (f *Fields) Int(key string, def int) int {
	v := f.Any(key)
	if v == nil {
		return def
	}
	s, _ := Scalar(v)
	n, err := strconv.Atoi(s)
	if err != nil {
		f.Fail(key, "must be a whole number", "")
		return def
	}
	return n
}

// Map returns a mapping, or nil where the key is absent.
func (f *Fields) Map(key string) map[string]any {
	v := f.Any(key)
	if v == nil {
		return nil
	}
	m, ok := v.(map[string]any)
	if !ok {
		f.Fail(key, "must be a mapping of keys to values", "")
	}
	return m
}

// Scalars returns a mapping whose values are written as text: numbers in
// decimal, truth values as true and false.
func (f *Fields) Scalars(key string) []Setting {
	m := f.Map(key)
	var out []Setting
	for _, name := range sortedKeys(m) {
		if m[name] == nil {
			continue
		}
		text, ok := Scalar(m[name])
		if !ok {
			f.Fail(key+"."+name, "must be a text, a number or true/false", "")
			continue
		}
		out = append(out, Setting{Name: name, Value: text})
	}
	return out
}

// List returns a list, or nil where the key is absent.
func (f *Fields) List(key string) []any {
	v := f.Any(key)
	if v == nil {
		return nil
	}
	list, ok := v.([]any)
	if !ok {
		f.Fail(key, "must be a list", "")
	}
	return list
}

// Each calls read with a reader of each mapping of a list, and reports the keys
// that read did not ask for.
func (f *Fields) Each(key string, read func(*Fields)) {
	for i, item := range f.List(key) {
		m, ok := item.(map[string]any)
		if !ok {
			f.Fail(fmt.Sprintf("%s[%d]", key, i), "must be a mapping of keys to values", "")
			continue
		}
		sub := &Fields{values: m, path: fmt.Sprintf("%s%s[%d].", f.path, key, i), errs: f.errs}
		read(sub)
		_ = sub.Err() // records into f's own list
	}
}

// Rest returns the settings that were not asked for, and makes them known.
func (f *Fields) Rest() map[string]any {
	rest := map[string]any{}
	for key, v := range f.values {
		if !slices.Contains(f.known, key) {
			rest[key] = v
		}
	}
	for key := range rest {
		f.known = append(f.known, key)
	}
	return rest
}

// Setting is a named value as text.
type Setting struct {
	Name, Value string
}

// Scalar returns a decoded YAML scalar as text, and false for anything else.
func Scalar(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case bool, int, int64, uint64, int32:
		return fmt.Sprint(v), true
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64), true
	}
	return "", false
}

// Nearest returns the name that a misspelt one most likely means, or "".
func Nearest(name string, names []string) string {
	best, bestDistance := "", len(name)/3+2
	for _, n := range names {
		if d := distance(strings.ToLower(name), strings.ToLower(n)); d < bestDistance {
			best, bestDistance = n, d
		}
	}
	return best
}

// distance is the Levenshtein distance of two strings in bytes.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

func sortedKeys(m map[string]any) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
