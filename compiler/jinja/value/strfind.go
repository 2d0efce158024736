package value

import "strings"

// window is the part s[start:end] of a str in which find and its like search.
type window struct {
	text  string // the part
	start int    // where it starts, in code points
	valid bool   // false when start lies beyond the end: nothing is found there
}

// newWindow reads the optional bounds from args[1] and args[2].
func newWindow(s string, args []Value) (window, error) {
	if len(args) < 2 {
		return window{text: s, valid: true}, nil
	}
	n := runeCount(s)
	start, err := bound(args[1], 0)
	if err != nil {
		return window{}, err
	}
	end := n
	if len(args) > 2 {
		if end, err = bound(args[2], n); err != nil {
			return window{}, err
		}
	}
	if start < 0 {
		start = max(start+n, 0)
	}
	if end < 0 {
		end = max(end+n, 0)
	}
	end = min(end, n)
	if start > end {
		return window{start: start}, nil
	}
	from := byteOffset(s, start)
	to := from + byteOffset(s[from:], end-start)
	return window{text: s[from:to], start: start, valid: true}, nil
}

func strFind(_ Thread, s Str, a Args) (Value, error) { return find("find", s, a, strings.Index) }

func strRFind(_ Thread, s Str, a Args) (Value, error) { return find("rfind", s, a, strings.LastIndex) }

func strIndex(_ Thread, s Str, a Args) (Value, error) { return mustFind("index", s, a, strings.Index) }

func strRIndex(_ Thread, s Str, a Args) (Value, error) {
	return mustFind("rindex", s, a, strings.LastIndex)
}

func mustFind(name string, s Str, a Args, search func(s, sub string) int) (Value, error) {
	v, err := find(name, s, a, search)
	if v == Value(Int(-1)) {
		return nil, ValueErrorf("substring not found")
	}
	return v, err
}

func find(name string, s Str, a Args, search func(s, sub string) int) (Value, error) {
	if err := parseArity(name, a, 1, 3); err != nil {
		return nil, err
	}
	sub, ok := a.Pos[0].(Str)
	if !ok {
		return nil, TypeErrorf("must be str, not %s", a.Pos[0].TypeName())
	}
	w, err := newWindow(string(s), a.Pos)
	if err != nil {
		return nil, err
	}
	if w.valid {
		if at := search(w.text, string(sub)); at >= 0 {
			return Int(w.start + runeCount(w.text[:at])), nil
		}
	}
	return Int(-1), nil
}

func strCount(_ Thread, s Str, a Args) (Value, error) {
	if err := parseArity("count", a, 1, 3); err != nil {
		return nil, err
	}
	sub, ok := a.Pos[0].(Str)
	if !ok {
		return nil, TypeErrorf("must be str, not %s", a.Pos[0].TypeName())
	}
	w, err := newWindow(string(s), a.Pos)
	if err != nil || !w.valid {
		return Int(0), err
	}
	return Int(strings.Count(w.text, string(sub))), nil
}

func strStartsWith(_ Thread, s Str, a Args) (Value, error) {
	return affix("startswith", s, a, strings.HasPrefix)
}

func strEndsWith(_ Thread, s Str, a Args) (Value, error) {
	return affix("endswith", s, a, strings.HasSuffix)
}

func affix(name string, s Str, a Args, has func(s, affix string) bool) (Value, error) {
	if err := parseArity(name, a, 1, 3); err != nil {
		return nil, err
	}
	w, err := newWindow(string(s), a.Pos)
	if err != nil {
		return nil, err
	}
	if t, ok := a.Pos[0].(*Tuple); ok {
		for _, v := range t.items {
			sub, err := strArg(v, "tuple for %s must only contain str", name)
			if err != nil {
				return nil, err
			}
			if w.valid && has(w.text, sub) {
				return True, nil
			}
		}
		return False, nil
	}
	sub, ok := a.Pos[0].(Str)
	if !ok {
		return nil, TypeErrorf("%s first arg must be str or a tuple of str, not %s", name, a.Pos[0].TypeName())
	}
	return Bool(w.valid && has(w.text, string(sub))), nil
}

func strReplace(_ Thread, s Str, a Args) (Value, error) {
	from, err := strArg(a.Pos[0], "replace() argument 1 must be str")
	if err != nil {
		return nil, err
	}
	to, err := strArg(a.Pos[1], "replace() argument 2 must be str")
	if err != nil {
		return nil, err
	}
	n := int64(-1)
	if len(a.Pos) > 2 {
		if n, err = index(a.Pos[2]); err != nil {
			return nil, err
		}
	}
	text, err := Replace(string(s), from, to, int(n))
	return Str(text), err
}

// Replace is str.replace; a negative n replaces all.
func Replace(s, from, to string, n int) (string, error) {
	if n < 0 || n > MaxText {
		n = MaxText
	}
	if len(to) > len(from) {
		times := min(n, strings.Count(s, from))
		if times > 0 && len(to) > (MaxText-len(s))/times {
			return "", errTooBig("the text")
		}
	}
	return strings.Replace(s, from, to, n), nil
}

func strPartition(_ Thread, s Str, a Args) (Value, error) {
	sep, err := separator(a.Pos[0])
	if err != nil {
		return nil, err
	}
	head, tail, found := strings.Cut(string(s), sep)
	if !found {
		return NewTuple(s, Str(""), Str("")), nil
	}
	return NewTuple(Str(head), Str(sep), Str(tail)), nil
}

func strRPartition(_ Thread, s Str, a Args) (Value, error) {
	sep, err := separator(a.Pos[0])
	if err != nil {
		return nil, err
	}
	at := strings.LastIndex(string(s), sep)
	if at < 0 {
		return NewTuple(Str(""), Str(""), s), nil
	}
	return NewTuple(s[:at], Str(sep), s[at+len(sep):]), nil
}

func separator(v Value) (string, error) {
	sep, ok := v.(Str)
	if !ok {
		return "", TypeErrorf("must be str, not %s", v.TypeName())
	}
	if sep == "" {
		return "", ValueErrorf("empty separator")
	}
	return string(sep), nil
}

func strRemovePrefix(_ Thread, s Str, a Args) (Value, error) {
	p, err := strArg(a.Pos[0], "removeprefix() argument must be str")
	return Str(strings.TrimPrefix(string(s), p)), err
}

func strRemoveSuffix(_ Thread, s Str, a Args) (Value, error) {
	p, err := strArg(a.Pos[0], "removesuffix() argument must be str")
	return Str(strings.TrimSuffix(string(s), p)), err
}
