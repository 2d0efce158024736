package python

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

type kind uint8

const (
	op kind = iota
	name
	number
	text    // a string: token.text is its value
	bytes   // b"..."
	fstring // f"...": token.text is what stands between the quotes
)

type token struct {
	kind       kind
	text       string
	start, end int
	body       int // of a string: where it starts behind the quote
}

// scan splits a text into tokens; white space, newlines and comments are left
// out, because calls reach over lines.
func scan(src string) ([]token, error) {
	var tokens []token
	for i := 0; i < len(src); {
		c := src[i]
		r, size := utf8.DecodeRuneInString(src[i:])
		switch {
		case c == '#':
			if n := strings.IndexByte(src[i:], '\n'); n >= 0 {
				i += n
			} else {
				i = len(src)
			}
		case unicode.IsSpace(r) || c == '\\':
			i += size
		case c == '"' || c == '\'':
			t, err := scanString(src, i, i)
			if err != nil {
				return nil, err
			}
			tokens, i = append(tokens, t), t.end
		case isNameStart(r):
			end := i + size
			for end < len(src) {
				r, n := utf8.DecodeRuneInString(src[end:])
				if !isNameStart(r) && !unicode.IsDigit(r) {
					break
				}
				end += n
			}
			if end < len(src) && (src[end] == '"' || src[end] == '\'') && isPrefix(src[i:end]) {
				t, err := scanString(src, i, end)
				if err != nil {
					return nil, err
				}
				tokens, i = append(tokens, t), t.end
				continue
			}
			tokens, i = append(tokens, token{name, src[i:end], i, end, 0}), end
		case c >= '0' && c <= '9':
			end := i
			for end < len(src) && isNumberByte(src, end) {
				end++
			}
			tokens, i = append(tokens, token{number, src[i:end], i, end, 0}), end
		default:
			n := size
			if c == '*' && strings.HasPrefix(src[i:], "**") {
				n = 2
			}
			tokens, i = append(tokens, token{op, src[i : i+n], i, i + n, 0}), i+n
		}
	}
	return tokens, nil
}

func isNameStart(r rune) bool { return r == '_' || unicode.IsLetter(r) }

// isNumberByte reports whether the byte goes on with a number: 1_000, 0x1f,
// 1.5e-3.
func isNumberByte(src string, i int) bool {
	c := src[i]
	if c == '+' || c == '-' {
		return src[i-1] == 'e' || src[i-1] == 'E'
	}
	return c == '.' || c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// isPrefix reports whether a name before a quote belongs to the string.
func isPrefix(s string) bool {
	return len(s) <= 2 && strings.Trim(strings.ToLower(s), "rbfut") == ""
}

// scanString reads a string whose prefix starts at start and whose quote is at
// quote.
func scanString(src string, start, quote int) (token, error) {
	prefix := strings.ToLower(src[start:quote])
	mark := src[quote : quote+1]
	if strings.HasPrefix(src[quote:], mark+mark+mark) {
		mark = src[quote : quote+3]
	}
	body := quote + len(mark)
	for i := body; i < len(src); i++ {
		switch {
		case src[i] == '\\':
			i++
		case strings.HasPrefix(src[i:], mark):
			t := token{text, src[body:i], start, i + len(mark), body}
			switch {
			case strings.ContainsAny(prefix, "ft"):
				t.kind = fstring
			case strings.Contains(prefix, "b"):
				t.kind = bytes
			case !strings.Contains(prefix, "r"):
				t.text = unescape(t.text)
			}
			return t, nil
		case src[i] == '\n' && len(mark) == 1:
			return token{}, errorAt(start, "this string does not end on its line")
		}
	}
	return token{}, errorAt(start, "this string does not end")
}
