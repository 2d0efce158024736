package value

import (
	"math"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// FromJSON is Python's json.loads: order is kept, the last of equal keys wins,
// integers have any size, and NaN, Infinity and -Infinity are accepted. Its
// errors have the kind JSONDecodeError, which is a ValueError in Python.
func FromJSON(text string) (Value, error) {
	if strings.HasPrefix(text, "\ufeff") {
		return nil, jsonError("Unexpected UTF-8 BOM (decode using utf-8-sig)", text, 0)
	}
	d := jsonDecoder{text: text}
	d.space()
	v, err := d.value()
	if err != nil {
		return nil, err
	}
	d.space()
	if d.at < len(text) {
		return nil, jsonError("Extra data", text, d.at)
	}
	return v, nil
}

type jsonDecoder struct {
	text  string
	at    int
	depth int
}

// jsonError names the place as Python does: line, column and character.
func jsonError(msg, text string, at int) error {
	at = min(at, len(text))
	line := 1 + strings.Count(text[:at], "\n")
	column := 1 + runeCount(text[strings.LastIndexByte(text[:at], '\n')+1:at])
	return Errorf("JSONDecodeError", "%s: line %d column %d (char %d)", msg, line, column, runeCount(text[:at]))
}

func (d *jsonDecoder) fail(msg string, at int) error { return jsonError(msg, d.text, at) }

func (d *jsonDecoder) space() {
	for d.at < len(d.text) {
		switch d.text[d.at] {
		case ' ', '\t', '\n', '\r':
			d.at++
		default:
			return
		}
	}
}

// peek is the byte at the place, or 0 at the end.
func (d *jsonDecoder) peek() byte {
	if d.at < len(d.text) {
		return d.text[d.at]
	}
	return 0
}

func (d *jsonDecoder) value() (Value, error) {
	if d.depth > maxDepth {
		return nil, Errorf("RecursionError", "maximum recursion depth exceeded while decoding a JSON document")
	}
	switch c := d.peek(); {
	case c == '"':
		s, err := d.str()
		return Str(s), err
	case c == '{':
		return d.object()
	case c == '[':
		return d.array()
	case c == '-' || isASCIIDigit(c):
		if v, err := d.number(); v != nil || err != nil {
			return v, err
		}
	}
	for _, w := range jsonWords {
		if strings.HasPrefix(d.text[d.at:], w.text) {
			d.at += len(w.text)
			return w.value, nil
		}
	}
	return nil, d.fail("Expecting value", d.at)
}

var jsonWords = []struct {
	text  string
	value Value
}{
	{"null", NoneType{}},
	{"true", True},
	{"false", False},
	{"NaN", Float(math.NaN())},
	{"Infinity", Float(math.Inf(1))},
	{"-Infinity", Float(math.Inf(-1))},
}

// number reads a number; nil without an error means that there is none.
func (d *jsonDecoder) number() (Value, error) {
	start, i := d.at, d.at
	digits := func() bool {
		from := i
		for i < len(d.text) && isASCIIDigit(d.text[i]) {
			i++
		}
		return i > from
	}
	if d.text[i] == '-' {
		i++
	}
	if i < len(d.text) && d.text[i] == '0' {
		i++
	} else if !digits() {
		return nil, nil
	}
	end, isFloat := i, false
	if i < len(d.text) && d.text[i] == '.' {
		i++
		if digits() {
			end, isFloat = i, true
		}
		i = end
	}
	if i < len(d.text) && d.text[i]|0x20 == 'e' {
		i++
		if i < len(d.text) && (d.text[i] == '+' || d.text[i] == '-') {
			i++
		}
		if digits() {
			end, isFloat = i, true
		}
	}
	d.at = end
	if isFloat {
		return parseFloat(d.text[start:end])
	}
	return ParseInt(d.text[start:end], 10)
}

func (d *jsonDecoder) array() (Value, error) {
	d.depth++
	d.at++
	list := NewList()
	d.space()
	if d.peek() == ']' {
		d.at++
		d.depth--
		return list, nil
	}
	for {
		v, err := d.value()
		if err != nil {
			return nil, err
		}
		list.Append(v)
		d.space()
		c := d.peek()
		if c == ']' {
			d.at++
			d.depth--
			return list, nil
		}
		if c != ',' {
			return nil, d.fail("Expecting ',' delimiter", d.at)
		}
		d.at++
		d.space()
	}
}

func (d *jsonDecoder) object() (Value, error) {
	const needKey = "Expecting property name enclosed in double quotes"
	d.depth++
	d.at++
	dict := NewDict()
	d.space()
	if d.peek() == '}' {
		d.at++
		d.depth--
		return dict, nil
	}
	for {
		if d.peek() != '"' {
			return nil, d.fail(needKey, d.at)
		}
		key, err := d.str()
		if err != nil {
			return nil, err
		}
		d.space()
		if d.peek() != ':' {
			return nil, d.fail("Expecting ':' delimiter", d.at)
		}
		d.at++
		d.space()
		v, err := d.value()
		if err != nil {
			return nil, err
		}
		dict.SetStr(key, v)
		d.space()
		c := d.peek()
		if c == '}' {
			d.at++
			d.depth--
			return dict, nil
		}
		if c != ',' {
			return nil, d.fail("Expecting ',' delimiter", d.at)
		}
		d.at++
		d.space()
	}
}

func (d *jsonDecoder) str() (string, error) {
	start := d.at
	d.at++
	from := d.at
	for d.at < len(d.text) {
		switch c := d.text[d.at]; {
		case c == '"':
			s := d.text[from:d.at]
			d.at++
			return s, nil
		case c == '\\':
			return d.escaped(start, from)
		case c < ' ':
			return "", d.fail("Invalid control character at", d.at)
		}
		d.at++
	}
	return "", d.fail("Unterminated string starting at", start)
}

// escaped reads the rest of a str that has an escape at the place.
func (d *jsonDecoder) escaped(start, from int) (string, error) {
	buf := []byte(d.text[from:d.at])
	for d.at < len(d.text) {
		c := d.text[d.at]
		d.at++
		switch {
		case c == '"':
			return string(buf), nil
		case c < ' ':
			return "", d.fail("Invalid control character at", d.at-1)
		case c != '\\':
			buf = append(buf, c)
			continue
		}
		if d.at >= len(d.text) {
			break
		}
		e := d.text[d.at]
		d.at++
		if e == 'u' {
			r, err := d.unicode()
			if err != nil {
				return "", err
			}
			buf = utf8.AppendRune(buf, r)
			continue
		}
		i := strings.IndexByte(`"\/bfnrt`, e)
		if i < 0 {
			return "", d.fail(`Invalid \escape`, d.at-2)
		}
		buf = append(buf, "\"\\/\b\f\n\r\t"[i])
	}
	return "", d.fail("Unterminated string starting at", start)
}

// unicode reads the hex digits of \u, and of a second \u where both are one
// character.
func (d *jsonDecoder) unicode() (rune, error) {
	r, ok := d.hex4(d.at)
	if !ok {
		return 0, d.fail(`Invalid \uXXXX escape`, d.at-1)
	}
	d.at += 4
	if utf16.IsSurrogate(r) {
		if strings.HasPrefix(d.text[d.at:], `\u`) {
			low, ok := d.hex4(d.at + 2)
			if !ok {
				return 0, d.fail(`Invalid \uXXXX escape`, d.at+1)
			}
			if both := utf16.DecodeRune(r, low); both != utf8.RuneError {
				d.at += 6
				return both, nil
			}
		}
		return utf8.RuneError, nil
	}
	return r, nil
}

func (d *jsonDecoder) hex4(at int) (rune, bool) {
	if at+4 > len(d.text) {
		return 0, false
	}
	var r rune
	for _, c := range []byte(d.text[at : at+4]) {
		i := strings.IndexByte(hexDigits, c|0x20)
		if isASCIIDigit(c) {
			i = int(c - '0')
		}
		if i < 0 || c < '0' {
			return 0, false
		}
		r = r<<4 | rune(i)
	}
	return r, true
}
