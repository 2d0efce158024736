package value

import (
	"strings"
	"unicode/utf8"
)

func strFormat(_ Thread, s Str, a Args) (Value, error) {
	text, err := Format(string(s), a)
	return Str(text), err
}

func strFormatMap(_ Thread, s Str, a Args) (Value, error) {
	if len(a.Kw) > 0 {
		return nil, TypeErrorf("format_map() takes no keyword arguments")
	}
	if len(a.Pos) != 1 {
		return nil, TypeErrorf("format_map() takes exactly one argument (%d given)", len(a.Pos))
	}
	f := formatter{named: func(name string) (Value, error) { return subscript(a.Pos[0], Str(name)) }}
	text, err := f.format(string(s), 2)
	return Str(text), err
}

// Format is format.format(*args, **kwargs) as jinja2's sandbox does it: fields
// reach attributes and items by GetAttr and GetItem.
func Format(format string, args Args) (string, error) {
	f := formatter{pos: args.Pos, named: func(name string) (Value, error) {
		for i := len(args.Kw) - 1; i >= 0; i-- {
			if args.Kw[i].Name == name {
				return args.Kw[i].Value, nil
			}
		}
		return nil, Errorf("KeyError", "%s", quote(name))
	}}
	return f.format(format, 2)
}

type formatter struct {
	pos    []Value
	named  func(name string) (Value, error)
	auto   int  // the number of the next {} field
	manual bool // a numbered field was seen
	size   int
}

// format puts the fields into a format; depth bounds the fields inside specs.
func (f *formatter) format(text string, depth int) (string, error) {
	if depth < 0 {
		return "", ValueErrorf("Max string recursion exceeded")
	}
	var out strings.Builder
	for text != "" {
		literal, rest, isField, err := cutLiteral(text)
		if err != nil {
			return "", err
		}
		out.WriteString(literal)
		text = rest
		if !isField {
			continue
		}
		field, rest, err := cutField(text)
		if err != nil {
			return "", err
		}
		text = rest
		s, err := f.field(field, depth)
		if err != nil {
			return "", err
		}
		out.WriteString(s)
		if f.size += len(s); f.size > MaxText {
			return "", errTooBig("the text")
		}
	}
	return out.String(), nil
}

// cutLiteral takes the text up to the next field or doubled brace.
func cutLiteral(text string) (literal, rest string, isField bool, err error) {
	i := strings.IndexAny(text, "{}")
	if i < 0 {
		return text, "", false, nil
	}
	c, atEnd := text[i], i+1 == len(text)
	switch {
	case !atEnd && text[i+1] == c:
		return text[:i+1], text[i+2:], false, nil
	case c == '}':
		return "", "", false, ValueErrorf("Single '}' encountered in format string")
	case atEnd:
		return "", "", false, ValueErrorf("Single '{' encountered in format string")
	}
	return text[:i], text[i+1:], true, nil
}

// replacement is one field: {name!conversion:spec}.
type replacement struct {
	name, spec string
	conversion rune
}

// cutField takes a field whose opening brace is gone, with its closing brace.
func cutField(text string) (r replacement, rest string, err error) {
	i, inName := 0, true
	var end byte
	for inName && i < len(text) {
		switch c := text[i]; c {
		case '{':
			return r, "", ValueErrorf("unexpected '{' in field name")
		case '[':
			for i < len(text) && text[i] != ']' {
				i++
			}
		case '}', ':', '!':
			end, inName = c, false
		default:
			i++
		}
		if inName && i < len(text) && text[i] == ']' {
			i++
		}
	}
	r.name, rest = text[:i], text[min(i+1, len(text)):]
	switch end {
	case 0:
		return r, "", ValueErrorf("expected '}' before end of string")
	case '}':
		return r, rest, nil
	case '!':
		if rest == "" {
			return r, "", ValueErrorf("end of string while looking for conversion specifier")
		}
		var n int
		r.conversion, n = utf8.DecodeRuneInString(rest)
		rest = rest[n:]
		if rest != "" {
			c := rest[0]
			rest = rest[1:]
			if c == '}' {
				return r, rest, nil
			}
			if c != ':' {
				return r, "", ValueErrorf("expected ':' after conversion specifier")
			}
		}
	}
	depth := 1
	for i := 0; i < len(rest); i++ {
		switch rest[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				r.spec = rest[:i]
				return r, rest[i+1:], nil
			}
		}
	}
	return r, "", ValueErrorf("unmatched '{' in format spec")
}

func (f *formatter) field(r replacement, depth int) (string, error) {
	if err := f.number(&r.name); err != nil {
		return "", err
	}
	v, err := f.lookup(r.name)
	if err != nil {
		return "", err
	}
	switch r.conversion {
	case 0:
	case 's':
		v = Str(ToStr(v))
	case 'r':
		v = Str(Repr(v))
	case 'a':
		v = Str(ASCII(v))
	default:
		return "", ValueErrorf("Unknown conversion specifier %c", r.conversion)
	}
	spec, err := f.format(r.spec, depth-1)
	if err != nil {
		return "", err
	}
	return FormatSpec(v, spec)
}

// number gives an empty name the next number; both ways of numbering in one
// format are an error.
func (f *formatter) number(name *string) error {
	const mixed = "cannot switch from manual field specification to automatic field numbering"
	switch {
	case *name == "":
		if f.manual {
			return ValueErrorf(mixed)
		}
		*name = ToStr(Int(f.auto))
		f.auto++
	case allRunes(*name, isDigit):
		if f.auto > 0 {
			return ValueErrorf(mixed)
		}
		f.manual = true
	}
	return nil
}

// lookup finds what a field's name means: an argument, then .attributes and
// [items] of it.
func (f *formatter) lookup(name string) (Value, error) {
	end := strings.IndexAny(name, ".[")
	if end < 0 {
		end = len(name)
	}
	v, err := f.argument(name[:end])
	if err != nil {
		return nil, err
	}
	for name = name[end:]; name != ""; {
		if name[0] == '.' {
			end := strings.IndexAny(name[1:], ".[") + 1
			if end == 0 {
				end = len(name)
			}
			if end == 1 {
				return nil, ValueErrorf("Empty attribute in format string")
			}
			v, err = GetAttr(v, name[1:end])
			name = name[end:]
		} else {
			end := strings.IndexByte(name, ']')
			if name[0] != '[' {
				return nil, ValueErrorf("Only '.' or '[' may follow ']' in format field specifier")
			}
			if end < 0 {
				return nil, ValueErrorf("Missing ']' in format string")
			}
			if end == 1 {
				return nil, ValueErrorf("Empty attribute in format string")
			}
			var key Value = Str(name[1:end])
			if n, ok, err := fieldNumber(name[1:end]); err != nil {
				return nil, err
			} else if ok {
				key = Int(n)
			}
			v, err = GetItem(v, key)
			name = name[end+1:]
		}
		if err != nil {
			return nil, err
		}
	}
	return v, nil
}

func (f *formatter) argument(name string) (Value, error) {
	n, ok, err := fieldNumber(name)
	switch {
	case err != nil:
		return nil, err
	case !ok:
		return f.named(name)
	case n >= len(f.pos):
		return nil, Errorf("IndexError", "tuple index out of range")
	}
	return f.pos[n], nil
}

// fieldNumber reads a name that is a number.
func fieldNumber(s string) (n int, ok bool, err error) {
	if s == "" {
		return 0, false, nil
	}
	for i := 0; i < len(s); i++ {
		if !isASCIIDigit(s[i]) {
			return 0, false, nil
		}
		if n > 1<<59 {
			return 0, false, ValueErrorf("Too many decimal digits in format string")
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, true, nil
}
