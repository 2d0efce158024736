package jinja

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// number reads an integer or a float by Python's rules, underscores included.
func (l *lexer) number() token {
	start := l.pos
	end, kind := intEnd(l.src, start), tokInt
	if start == 0 || l.src[start-1] != '.' {
		if f := floatEnd(l.src, start); f > 0 {
			end, kind = f, tokFloat
		}
	}
	l.pos = end
	return token{kind: kind, pos: pos{int32(start), int32(end)}, text: l.src[start:end]}
}

// floatEnd returns the end of the float at p, or 0 where there is none: digits
// with a fraction, an exponent, or both.
func floatEnd(src string, p int) int {
	p = digitsEnd(src, p)
	fraction := p+1 < len(src) && src[p] == '.' && isDigit(src[p+1])
	if fraction {
		p = digitsEnd(src, p+1)
	}
	if p < len(src) && src[p]|0x20 == 'e' {
		e := p + 1
		if e < len(src) && (src[e] == '+' || src[e] == '-') {
			e++
		}
		if e < len(src) && isDigit(src[e]) {
			return digitsEnd(src, e)
		}
	}
	if fraction {
		return p
	}
	return 0
}

// digitsEnd skips digits with single underscores between them.
func digitsEnd(src string, p int) int {
	return classEnd(src, p, isDigit)
}

func classEnd(src string, p int, in func(byte) bool) int {
	for p < len(src) {
		switch {
		case in(src[p]):
			p++
		case src[p] == '_' && p+1 < len(src) && in(src[p+1]) && p > 0 && in(src[p-1]):
			p += 2
		default:
			return p
		}
	}
	return p
}

// intEnd returns the end of the integer at p: decimal without leading zeros,
// zeros, or binary, octal or hexadecimal with its prefix.
func intEnd(src string, p int) int {
	if src[p] != '0' {
		return digitsEnd(src, p)
	}
	if p+1 < len(src) {
		if in := radixDigits(src[p+1]); in != nil {
			q := p + 2
			if q < len(src) && src[q] == '_' {
				q++
			}
			if q < len(src) && in(src[q]) {
				return classEnd(src, q, in)
			}
		}
	}
	return classEnd(src, p, func(c byte) bool { return c == '0' })
}

func radixDigits(c byte) func(byte) bool {
	switch c | 0x20 {
	case 'b':
		return func(c byte) bool { return c == '0' || c == '1' }
	case 'o':
		return func(c byte) bool { return c >= '0' && c <= '7' }
	case 'x':
		return func(c byte) bool { return hexValue(c) >= 0 }
	}
	return nil
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func hexValue(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return int(c|0x20-'a') + 10
	}
	return -1
}

// str reads a string literal.
func (l *lexer) str(quote byte) token {
	start := l.pos
	for p := start + 1; p < len(l.src); p++ {
		switch l.src[p] {
		case quote:
			l.pos = p + 1
			at := pos{int32(start), int32(l.pos)}
			text := newlines(l.src[start+1 : p])
			if strings.IndexByte(text, '\\') >= 0 {
				decoded, why := unescape(text)
				if why != "" {
					return l.bad("E101", at, "bad escape in the string: "+why, `write a backslash itself as "\\"`)
				}
				text = decoded
			}
			return token{kind: tokString, pos: at, text: text}
		case '\\':
			p++
		}
	}
	at := pos{int32(start), int32(start + 1)}
	l.pos = start + 1
	return l.bad("E102", at, "the string is never closed", "close it with "+string(quote))
}

var simpleEscapes = [utf8.RuneSelf]byte{
	'\\': '\\', '\'': '\'', '"': '"', 'a': 7, 'b': 8, 'f': 12, 'n': '\n', 'r': '\r', 't': '\t', 'v': 11,
}

// unescape decodes Python's escapes. Unknown ones stay as they are written.
// why is not empty where an escape is broken.
func unescape(s string) (text, why string) {
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); {
		if s[i] != '\\' {
			n := strings.IndexByte(s[i:], '\\')
			if n < 0 {
				n = len(s) - i
			}
			b.WriteString(s[i : i+n])
			i += n
			continue
		}
		n, why := unescapeOne(&b, s[i:])
		if why != "" {
			return "", why
		}
		i += n
	}
	return b.String(), ""
}

// unescapeOne decodes the escape at the start of s and returns its length.
func unescapeOne(b *strings.Builder, s string) (n int, why string) {
	if len(s) == 1 {
		return 0, "\\ at end of string"
	}
	c := s[1]
	switch {
	case c == '\n':
		return 2, ""
	case c >= '0' && c <= '7':
		n, r := 1, rune(0)
		for ; n < 4 && n < len(s) && s[n] >= '0' && s[n] <= '7'; n++ {
			r = r*8 + rune(s[n]-'0')
		}
		b.WriteRune(r)
		return n, ""
	case c == 'x':
		return hexEscape(b, s, 2, "truncated \\xXX escape")
	case c == 'u':
		return hexEscape(b, s, 4, "truncated \\uXXXX escape")
	case c == 'U':
		return hexEscape(b, s, 8, "truncated \\UXXXXXXXX escape")
	case c == 'N':
		return 0, "character names (\\N{...}) are not supported"
	case c < utf8.RuneSelf && simpleEscapes[c] != 0:
		b.WriteByte(simpleEscapes[c])
		return 2, ""
	}
	b.WriteByte('\\')
	if c >= utf8.RuneSelf {
		return 1 + escapeRune(b, s[1:]), ""
	}
	return 1, ""
}

// escapeRune writes the character behind a backslash as jinja2 does: it encodes
// the string for Python's decoder, where that backslash escapes the next one.
func escapeRune(b *strings.Builder, s string) int {
	r, n := utf8.DecodeRuneInString(s)
	switch {
	case r < 0x100:
		fmt.Fprintf(b, "x%02x", r)
	case r < 0x10000:
		fmt.Fprintf(b, "u%04x", r)
	default:
		fmt.Fprintf(b, "U%08x", r)
	}
	return n
}

func hexEscape(b *strings.Builder, s string, digits int, why string) (int, string) {
	if len(s) < 2+digits {
		return 0, why
	}
	r := rune(0)
	for _, c := range []byte(s[2 : 2+digits]) {
		v := hexValue(c)
		if v < 0 {
			return 0, why
		}
		r = r<<4 | rune(v)
	}
	if r > utf8.MaxRune || r < 0 {
		return 0, "illegal Unicode character"
	}
	b.WriteRune(r)
	return 2 + digits, ""
}
