package pymod

import (
	"fmt"
	"strconv"
	"strings"

	"mdl/compiler/jinja/value"
)

func reError(msg string) error { return value.Errorf("error", "%s", msg) }

func quoteName(s string) string { return value.Repr(value.Str(s)) }

// shorthand is what \d \w \s mean, as the inside of a character class.
func (t *translator) shorthand(r rune) string {
	ascii := t.flags&flagASCII != 0
	switch r {
	case 'd', 'D':
		if ascii {
			return `0-9`
		}
		return `\p{Nd}`
	case 'w', 'W':
		if ascii {
			return `a-zA-Z0-9_`
		}
		return `\p{L}\p{N}_`
	}
	if ascii {
		return `\u0009-\u000d\u0020`
	}
	return `\u0009-\u000d\u001c-\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000`
}

// escape reads what follows a backslash outside a class.
func (t *translator) escape(at int) (string, width, atomKind, error) {
	one := width{1, 1}
	if t.at == len(t.in) {
		return "", one, atomPlain, t.fail("bad escape (end of pattern)", at)
	}
	r := t.in[t.at]
	word := "[" + t.shorthand('w') + "]"
	switch r {
	case 'd', 'w', 's':
		t.at++
		return "[" + t.shorthand(r) + "]", one, atomPlain, nil
	case 'D', 'W', 'S':
		t.at++
		return "[^" + t.shorthand(r) + "]", one, atomPlain, nil
	case 'A':
		t.at++
		return `\A`, width{}, atomAssert, nil
	case 'Z':
		t.at++
		return `\z`, width{}, atomAssert, nil
	case 'b':
		t.at++
		return fmt.Sprintf("(?:(?<=%[1]s)(?!%[1]s)|(?<!%[1]s)(?=%[1]s))", word), width{}, atomAssert, nil
	case 'B':
		t.at++
		return fmt.Sprintf("(?:(?<=%[1]s)(?=%[1]s)|(?<!%[1]s)(?!%[1]s))", word), width{}, atomAssert, nil
	}
	if r >= '1' && r <= '9' {
		if text, w, ok, err := t.reference(at); ok || err != nil {
			return text, w, atomPlain, err
		}
	}
	c, err := t.charEscape(at)
	return quoteRune(c), one, atomPlain, err
}

// reference reads \1 to \99; three octal digits are a character instead.
func (t *translator) reference(at int) (string, width, bool, error) {
	isOctal := func(i int) bool { return i < len(t.in) && t.in[i] >= '0' && t.in[i] <= '7' }
	if isOctal(t.at) && isOctal(t.at+1) && isOctal(t.at+2) {
		return "", width{}, false, nil
	}
	n := int(t.in[t.at] - '0')
	t.at++
	if r := t.peek(); r >= '0' && r <= '9' {
		n = n*10 + int(r-'0')
		t.at++
	}
	if n > t.groups {
		return "", width{}, false, t.fail(fmt.Sprintf("invalid group reference %d", n), at+1)
	}
	text, w, _, err := t.backref(n, at)
	return text, w, true, err
}

// charEscape reads an escape that stands for one character.
func (t *translator) charEscape(at int) (rune, error) {
	r := t.in[t.at]
	t.at++
	if i := strings.IndexRune("abfnrtv\\", r); i >= 0 {
		return []rune("\a\b\f\n\r\t\v\\")[i], nil
	}
	switch {
	case r == 'x':
		return t.hex(at, 2)
	case r == 'u':
		return t.hex(at, 4)
	case r == 'U':
		return t.hex(at, 8)
	case r >= '0' && r <= '7':
		return t.octal(at, r)
	case r < 128 && (r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'):
		return 0, t.fail(`bad escape \`+string(r), at)
	}
	return r, nil
}

func (t *translator) hex(at, n int) (rune, error) {
	start := t.at
	for t.at < len(t.in) && t.at-start < n && strings.ContainsRune("0123456789abcdefABCDEF", t.in[t.at]) {
		t.at++
	}
	code, err := strconv.ParseUint(string(t.in[start:t.at]), 16, 32)
	if err != nil || t.at-start < n {
		return 0, t.fail("incomplete escape "+string(t.in[at:t.at]), at)
	}
	if code > 0x10ffff {
		return 0, t.fail("bad escape "+string(t.in[at:t.at]), at)
	}
	return rune(code), nil
}

func (t *translator) octal(at int, first rune) (rune, error) {
	n := first - '0'
	for range 2 {
		r := t.peek()
		if r < '0' || r > '7' {
			break
		}
		n = n*8 + r - '0'
		t.at++
	}
	if n > 0o377 {
		return 0, t.fail(fmt.Sprintf(`octal escape value %s outside of range 0-0o377`, string(t.in[at:t.at])), at)
	}
	return n, nil
}

// class reads a character class. One with \D, \W or \S in it is written with
// look-aheads, because the library's classes cannot say "or not these".
func (t *translator) class(start int) (string, error) {
	negated := t.take('^')
	var set strings.Builder
	var others []string
	for first := true; ; first = false {
		if t.at == len(t.in) {
			return "", t.fail("unterminated character set", start)
		}
		if !first && t.take(']') {
			break
		}
		at := t.at
		low, short, err := t.classItem()
		if err != nil {
			return "", err
		}
		if short != 0 {
			if short >= 'a' {
				set.WriteString(t.shorthand(short))
			} else {
				others = append(others, "[^"+t.shorthand(short)+"]")
			}
		}
		isRange := t.peek() == '-' && t.at+1 < len(t.in) && t.in[t.at+1] != ']'
		if !isRange {
			if short == 0 {
				set.WriteString(quoteRune(low))
			}
			continue
		}
		t.at++
		high, shortHigh, err := t.classItem()
		if err != nil {
			return "", err
		}
		if short != 0 || shortHigh != 0 || high < low {
			return "", t.fail("bad character range "+string(t.in[at:t.at]), at)
		}
		set.WriteString(quoteRune(low) + "-" + quoteRune(high))
	}
	return joinClass(set.String(), others, negated), nil
}

func joinClass(set string, others []string, negated bool) string {
	if others == nil {
		if negated {
			return "[^" + set + "]"
		}
		return "[" + set + "]"
	}
	if set != "" {
		others = append(others, "["+set+"]")
	}
	any := "(?:" + strings.Join(others, "|") + ")"
	if negated {
		return "(?:(?!" + any + `)[\s\S])`
	}
	return any
}

// classItem reads a character of a class, or a shorthand such as \d.
func (t *translator) classItem() (r, short rune, err error) {
	at := t.at
	r = t.in[t.at]
	t.at++
	if r != '\\' {
		return r, 0, nil
	}
	if t.at == len(t.in) {
		return 0, 0, t.fail("bad escape (end of pattern)", at)
	}
	if next := t.in[t.at]; strings.ContainsRune("dDwWsS", next) {
		t.at++
		return 0, next, nil
	} else if next == '8' || next == '9' {
		return 0, 0, t.fail(`bad escape \`+string(next), at)
	}
	r, err = t.charEscape(at)
	return r, 0, err
}
