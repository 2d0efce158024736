package value

import (
	"strings"
	"unicode/utf8"
)

func strStrip(_ Thread, s Str, a Args) (Value, error) { return strip("strip", s, a, true, true) }

func strLStrip(_ Thread, s Str, a Args) (Value, error) { return strip("lstrip", s, a, true, false) }

func strRStrip(_ Thread, s Str, a Args) (Value, error) { return strip("rstrip", s, a, false, true) }

func strip(name string, s Str, a Args, left, right bool) (Value, error) {
	drop := isSpace
	if len(a.Pos) > 0 && !IsNone(a.Pos[0]) {
		set, ok := a.Pos[0].(Str)
		if !ok {
			return nil, TypeErrorf("%s arg must be None or str", name)
		}
		drop = func(r rune) bool { return strings.ContainsRune(string(set), r) }
	}
	text := string(s)
	if left {
		text = strings.TrimLeftFunc(text, drop)
	}
	if right {
		text = strings.TrimRightFunc(text, drop)
	}
	return Str(text), nil
}

// padSide computes the fill on the left of a total fill.
type padSide func(fill, width int) (left int)

func padLeft(int, int) int      { return 0 }
func padRight(fill, _ int) int  { return fill }
func padCenter(fill, w int) int { return fill/2 + fill&w&1 }

func strLJust(_ Thread, s Str, a Args) (Value, error) { return justify(s, a, padLeft) }

func strRJust(_ Thread, s Str, a Args) (Value, error) { return justify(s, a, padRight) }

func strCenter(_ Thread, s Str, a Args) (Value, error) { return justify(s, a, padCenter) }

func justify(s Str, a Args, side padSide) (Value, error) {
	width, err := index(a.Pos[0])
	if err != nil {
		return nil, err
	}
	fill := " "
	if len(a.Pos) > 1 {
		f, ok := a.Pos[1].(Str)
		if !ok {
			return nil, TypeErrorf("The fill character must be a unicode character, not %s", a.Pos[1].TypeName())
		}
		if runeCount(string(f)) != 1 {
			return nil, TypeErrorf("The fill character must be exactly one character long")
		}
		fill = string(f)
	}
	missing := width - int64(runeCount(string(s)))
	if missing <= 0 {
		return s, nil
	}
	if missing > MaxText {
		return nil, errTooBig("the text")
	}
	left := side(int(missing), int(width))
	return Str(pad(string(s), fill, left, int(missing)-left)), nil
}

func pad(s, fill string, left, right int) string {
	return strings.Repeat(fill, left) + s + strings.Repeat(fill, right)
}

func strZFill(_ Thread, s Str, a Args) (Value, error) {
	width, err := index(a.Pos[0])
	if err != nil {
		return nil, err
	}
	missing := width - int64(runeCount(string(s)))
	if missing <= 0 {
		return s, nil
	}
	if missing > MaxText {
		return nil, errTooBig("the text")
	}
	sign := ""
	if s != "" && (s[0] == '+' || s[0] == '-') {
		sign, s = string(s[:1]), s[1:]
	}
	return Str(sign + strings.Repeat("0", int(missing)) + string(s)), nil
}

func strExpandTabs(_ Thread, s Str, a Args) (Value, error) {
	got, err := bindBuiltin("expandtabs", a, Optional("tabsize", Int(8)))
	if err != nil {
		return nil, err
	}
	size, err := index(got[0])
	if err != nil {
		return nil, err
	}
	if size > 0 && size > int64(MaxText/(1+strings.Count(string(s), "\t"))) {
		return nil, errTooBig("the text")
	}
	var b strings.Builder
	column := 0
	for _, r := range string(s) {
		switch r {
		case '\t':
			if size > 0 {
				n := int(size) - column%int(size)
				b.WriteString(strings.Repeat(" ", n))
				column += n
			}
			continue
		case '\n', '\r':
			column = -1
		}
		b.WriteRune(r)
		column++
	}
	return Str(b.String()), nil
}

func strTranslate(_ Thread, s Str, a Args) (Value, error) {
	var b strings.Builder
	for _, r := range string(s) {
		to, err := subscript(a.Pos[0], Int(r))
		if IsKind(err, "LookupError", "KeyError", "IndexError") {
			b.WriteRune(r)
			continue
		}
		if err != nil {
			return nil, err
		}
		switch to := to.(type) {
		case NoneType:
		case Str:
			b.WriteString(string(to))
		case Int:
			if to < 0 || to > utf8.MaxRune {
				return nil, ValueErrorf("character mapping must be in range(0x110000)")
			}
			b.WriteRune(rune(to))
		default:
			return nil, TypeErrorf("character mapping must return integer, None or str")
		}
		if b.Len() > MaxText {
			return nil, errTooBig("the text")
		}
	}
	return Str(b.String()), nil
}

func strMakeTrans(_ Thread, _ Str, a Args) (Value, error) {
	if len(a.Pos) == 1 {
		return transFromDict(a.Pos[0])
	}
	from, err := strArg(a.Pos[0], "maketrans() argument 1 must be str")
	if err != nil {
		if len(a.Pos) == 2 || len(a.Pos) == 3 {
			err = TypeErrorf("first maketrans argument must be a string if there is a second argument")
		}
		return nil, err
	}
	to, err := strArg(a.Pos[1], "maketrans() argument 2 must be str")
	if err != nil {
		return nil, err
	}
	x, y := []rune(from), []rune(to)
	if len(x) != len(y) {
		return nil, ValueErrorf("the first two maketrans arguments must have equal length")
	}
	out := NewDictSize(len(x))
	for i := range x {
		_ = out.Set(Int(x[i]), Int(y[i])) // an int is hashable
	}
	if len(a.Pos) > 2 {
		drop, err := strArg(a.Pos[2], "maketrans() argument 3 must be str")
		if err != nil {
			return nil, err
		}
		for _, r := range drop {
			_ = out.Set(Int(r), None)
		}
	}
	return out, nil
}

func transFromDict(v Value) (Value, error) {
	d, ok := v.(*Dict)
	if !ok {
		return nil, TypeErrorf("if you give only one argument to maketrans it must be a dict")
	}
	out := NewDictSize(d.live)
	for k, to := range d.All() {
		switch key := k.(type) {
		case Str:
			r, n := utf8.DecodeRuneInString(string(key))
			if n == 0 || n != len(key) {
				return nil, ValueErrorf("string keys in translate table must be of length 1")
			}
			k = Int(r)
		case Int:
		default:
			return nil, TypeErrorf("keys in translate table must be strings or integers")
		}
		_ = out.Set(k, to) // an int is hashable
	}
	return out, nil
}

func strEncode(_ Thread, s Str, a Args) (Value, error) {
	got, err := bindBuiltin("encode", a, Optional("encoding", Str("utf-8")), Optional("errors", Str("strict")))
	if err != nil {
		return nil, err
	}
	encoding, err := strArg(got[0], "encode() argument 'encoding' must be str")
	if err != nil {
		return nil, err
	}
	errors, err := strArg(got[1], "encode() argument 'errors' must be str")
	if err != nil {
		return nil, err
	}
	switch normalEncoding(encoding) {
	case "utf_8", "utf8":
		return Bytes(s), nil
	case "ascii", "us_ascii":
		return encodeNarrow(string(s), "ascii", 128, errors)
	case "latin_1", "latin1", "iso_8859_1", "iso8859_1":
		return encodeNarrow(string(s), "latin-1", 256, errors)
	}
	return nil, Errorf("LookupError", "unknown encoding: %s", encoding)
}

func normalEncoding(name string) string {
	return strings.NewReplacer("-", "_", " ", "_").Replace(strings.ToLower(name))
}

// encodeNarrow encodes for a charset that is Unicode's first limit characters.
func encodeNarrow(s, name string, limit rune, errors string) (Value, error) {
	var out []byte
	at := 0
	for _, r := range s {
		switch {
		case r < limit:
			out = append(out, byte(r))
		case errors == "ignore":
		case errors == "replace":
			out = append(out, '?')
		case errors == "backslashreplace":
			out = appendHex(out, r)
		default:
			return nil, Errorf("UnicodeEncodeError", "'%s' codec can't encode character '%s' in position %d: ordinal not in range(%d)",
				name, appendHex(nil, r), at, limit)
		}
		at++
	}
	return Bytes(out), nil
}
