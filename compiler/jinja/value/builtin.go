package value

import "fmt"

// bindBuiltin binds the arguments of one of Python's C functions that take
// keywords; its messages differ from those of functions written in Python. Some
// of them do not say their name: then it is "".
func bindBuiltin(name string, a Args, params ...Param) ([]Value, error) {
	shown := name + "()"
	if name == "" {
		shown, name = "function", "this function"
	} else {
		name += "()"
	}
	positional := 0
	for _, p := range params {
		if p.Kind != KeywordOnly {
			positional++
		}
	}
	n := len(a.Pos) + len(a.Kw)
	if len(a.Pos) > positional || n > len(params) {
		given := n
		most, kind := len(params), ""
		if len(a.Kw) == 0 && positional > 0 {
			most, given = positional, len(a.Pos)
			if positional < len(params) {
				kind = "positional "
			}
		}
		return nil, TypeErrorf("%s takes at most %d %sargument%s (%d given)", shown, most, kind, plural(most), given)
	}
	got := make([]Value, len(params))
	copy(got, a.Pos)
	for _, kw := range a.Kw {
		i := paramNamed(params, kw.Name)
		if i < 0 {
			return nil, TypeErrorf("'%s' is an invalid keyword argument for %s", kw.Name, name)
		}
		if got[i] != nil {
			return nil, TypeErrorf("argument for %s given by name ('%s') and position (%d)", name, kw.Name, i+1)
		}
		got[i] = kw.Value
	}
	for i, p := range params {
		if got[i] == nil {
			if p.Default == nil {
				return nil, TypeErrorf("%s missing required argument '%s' (pos %d)", shown, p.Name, i+1)
			}
			got[i] = p.Default
		}
	}
	return got, nil
}

func paramNamed(params []Param, name string) int {
	for i, p := range params {
		if p.Name == name {
			return i
		}
	}
	return -1
}

// BindBuiltin is Bind with the messages of Python's functions written in C.
func (a Args) BindBuiltin(name string, params ...Param) ([]Value, error) {
	return bindBuiltin(name, a, params...)
}

// parseArity checks the arguments of the C functions that say "takes at least".
func parseArity(name string, a Args, least, most int) error {
	n := len(a.Pos)
	if len(a.Kw) > 0 {
		return TypeErrorf("%s() takes no keyword arguments", name)
	}
	if n >= least && n <= most {
		return nil
	}
	word, k := "at least", least
	if n > most {
		word, k = "at most", most
	}
	if least == most {
		word = "exactly"
	}
	return TypeErrorf("%s() takes %s %d argument%s (%d given)", name, word, k, plural(k), n)
}

// strArg is an argument that must be a str, or fails with a message that ends
// in the type's name.
func strArg(v Value, format string, args ...any) (string, error) {
	if s, ok := v.(Str); ok {
		return string(s), nil
	}
	return "", TypeErrorf("%s, not %s", fmt.Sprintf(format, args...), noneName(v))
}

// noneName is the type's name as argument errors give it.
func noneName(v Value) string {
	if IsNone(v) {
		return "None"
	}
	return v.TypeName()
}
