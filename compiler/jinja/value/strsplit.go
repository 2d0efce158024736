package value

import (
	"slices"
	"strings"
)

func strSplit(_ Thread, s Str, a Args) (Value, error) { return splitBy("split", s, a, false) }

func strRSplit(_ Thread, s Str, a Args) (Value, error) { return splitBy("rsplit", s, a, true) }

func splitBy(name string, s Str, a Args, fromEnd bool) (Value, error) {
	got, err := bindBuiltin(name, a, Optional("sep", None), Optional("maxsplit", Int(-1)))
	if err != nil {
		return nil, err
	}
	n, err := index(got[1])
	if err != nil {
		return nil, err
	}
	if n < 0 || n > MaxItems {
		n = MaxItems
	}
	var parts []string
	switch sep := got[0].(type) {
	case NoneType:
		parts = splitSpace(string(s), int(n), fromEnd)
	case Str:
		if sep == "" {
			return nil, ValueErrorf("empty separator")
		}
		parts = splitSep(string(s), string(sep), int(n), fromEnd)
	default:
		return nil, TypeErrorf("must be str or None, not %s", got[0].TypeName())
	}
	return strList(parts), nil
}

func strList(parts []string) *List {
	items := make([]Value, len(parts))
	for i, p := range parts {
		items[i] = Str(p)
	}
	return &List{items: items}
}

func splitSep(s, sep string, n int, fromEnd bool) []string {
	if !fromEnd {
		return strings.SplitN(s, sep, n+1)
	}
	var parts []string
	for ; n > 0; n-- {
		at := strings.LastIndex(s, sep)
		if at < 0 {
			break
		}
		parts = append(parts, s[at+len(sep):])
		s = s[:at]
	}
	parts = append(parts, s)
	slices.Reverse(parts)
	return parts
}

// splitSpace splits at runs of white space, at most n times; what is left over
// keeps its white space on the far side.
func splitSpace(s string, n int, fromEnd bool) []string {
	var parts []string
	if !fromEnd {
		s = strings.TrimLeftFunc(s, isSpace)
		for s != "" {
			at := strings.IndexFunc(s, isSpace)
			if at < 0 || n == 0 {
				return append(parts, s)
			}
			parts = append(parts, s[:at])
			s = strings.TrimLeftFunc(s[at:], isSpace)
			n--
		}
		return parts
	}
	s = strings.TrimRightFunc(s, isSpace)
	for s != "" {
		at := strings.LastIndexFunc(s, isSpace)
		if at < 0 || n == 0 {
			parts = append(parts, s)
			break
		}
		parts = append(parts, s[at+runeLen(s[at:]):])
		s = strings.TrimRightFunc(s[:at], isSpace)
		n--
	}
	slices.Reverse(parts)
	return parts
}

func strSplitLines(_ Thread, s Str, a Args) (Value, error) {
	got, err := bindBuiltin("splitlines", a, Optional("keepends", False))
	if err != nil {
		return nil, err
	}
	keep, err := index(got[0])
	if err != nil {
		return nil, err
	}
	return strList(SplitLines(string(s), keep != 0)), nil
}

// SplitLines is str.splitlines: Unicode's line boundaries end a line.
func SplitLines(s string, keepEnds bool) []string {
	var lines []string
	for s != "" {
		end := strings.IndexFunc(s, isLineEnd)
		if end < 0 {
			return append(lines, s)
		}
		next := end + runeLen(s[end:])
		if s[end] == '\r' && next < len(s) && s[next] == '\n' {
			next++
		}
		if keepEnds {
			end = next
		}
		lines = append(lines, s[:end])
		s = s[next:]
	}
	return lines
}

func isLineEnd(r rune) bool {
	return r >= '\n' && r <= '\r' || r >= 0x1c && r <= 0x1e || r == 0x85 || r == 0x2028 || r == 0x2029
}

func strJoin(_ Thread, s Str, a Args) (Value, error) {
	items, err := view(a.Pos[0])
	if err != nil {
		if IsKind(err, "TypeError") {
			err = TypeErrorf("can only join an iterable")
		}
		return nil, err
	}
	text, err := join(string(s), items)
	return Str(text), err
}

func join(sep string, items []Value) (string, error) {
	size := 0
	for i, item := range items {
		p, ok := item.(Str)
		if !ok {
			return "", TypeErrorf("sequence item %d: expected str instance, %s found", i, item.TypeName())
		}
		size += len(p) + len(sep)
	}
	if size > MaxText {
		return "", errTooBig("the text")
	}
	buf := make([]byte, 0, size)
	for i, item := range items {
		if i > 0 {
			buf = append(buf, sep...)
		}
		buf = append(buf, item.(Str)...)
	}
	return string(buf), nil
}
