package pymod

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// group reads what follows an opening parenthesis.
func (t *translator) group(start int) (string, width, atomKind, error) {
	if !t.take('?') {
		return t.capture("", start)
	}
	at := t.at
	if at == len(t.in) {
		return "", width{}, atomPlain, t.fail("unexpected end of pattern", at)
	}
	r := t.in[t.at]
	t.at++
	switch r {
	case ':':
		return t.wrapped("(?:", start)
	case '>':
		return t.wrapped("(?>", start)
	case '=':
		return t.look("(?=", start, false)
	case '!':
		return t.look("(?!", start, false)
	case '<':
		switch {
		case t.take('='):
			return t.look("(?<=", start, true)
		case t.take('!'):
			return t.look("(?<!", start, true)
		case t.at == len(t.in):
			return "", width{}, atomPlain, t.fail("unexpected end of pattern", t.at)
		}
		return "", width{}, atomPlain, t.fail("unknown extension ?<"+string(t.in[t.at]), at-1)
	case '#':
		for t.at < len(t.in) {
			if t.at++; t.in[t.at-1] == ')' {
				return "", width{}, atomNothing, nil
			}
		}
		return "", width{}, atomPlain, t.fail("missing ), unterminated comment", start)
	case 'P':
		return t.named(start)
	case '(':
		return t.conditional(start)
	}
	if strings.ContainsRune("aiLmsux-", r) {
		return t.inlineFlags(start, r)
	}
	return "", width{}, atomPlain, t.fail("unknown extension ?"+string(r), at-1)
}

// body reads the inside of a group and its closing parenthesis.
func (t *translator) body(start int) (string, width, error) {
	text, w, err := t.alternatives()
	if err != nil {
		return "", w, err
	}
	if !t.take(')') {
		return "", w, t.fail("missing ), unterminated subpattern", start)
	}
	return text, w, nil
}

func (t *translator) wrapped(prefix string, start int) (string, width, atomKind, error) {
	text, w, err := t.body(start)
	return prefix + text + ")", w, atomPlain, err
}

func (t *translator) look(prefix string, start int, behind bool) (string, width, atomKind, error) {
	text, w, err := t.body(start)
	if err == nil && behind && w.min != w.max {
		err = reError("look-behind requires fixed-width pattern")
	}
	return prefix + text + ")", width{}, atomPlain, err
}

func (t *translator) capture(name string, start int) (string, width, atomKind, error) {
	t.groups++
	n := t.groups
	if name != "" {
		t.names[name] = n
	}
	t.open[n] = true
	text, w, err := t.body(start)
	delete(t.open, n)
	t.widths[n] = w
	return fmt.Sprintf("(?<%d>%s)", n, text), w, atomPlain, err
}

// named reads (?P<name>...) or (?P=name).
func (t *translator) named(start int) (string, width, atomKind, error) {
	at := t.at
	switch {
	case t.take('<'):
		name, err := t.until('>', "group name")
		if err != nil {
			return "", width{}, atomPlain, err
		}
		if !isName(name) {
			return "", width{}, atomPlain, t.fail("bad character in group name "+quoteName(name), at+1)
		}
		if old, ok := t.names[name]; ok {
			return "", width{}, atomPlain, t.fail(fmt.Sprintf("redefinition of group name %s as group %d; was group %d",
				quoteName(name), t.groups+1, old), at+1)
		}
		return t.capture(name, start)
	case t.take('='):
		name, err := t.until(')', "group name")
		if err != nil {
			return "", width{}, atomPlain, err
		}
		n, ok := t.names[name]
		if !ok {
			return "", width{}, atomPlain, t.fail("unknown group name "+quoteName(name), at+1)
		}
		return t.backref(n, at+1)
	case t.at == len(t.in):
		return "", width{}, atomPlain, t.fail("unexpected end of pattern", t.at)
	}
	return "", width{}, atomPlain, t.fail("unknown extension ?P"+string(t.in[t.at]), at-2)
}

func (t *translator) backref(n, at int) (string, width, atomKind, error) {
	if t.open[n] {
		return "", width{}, atomPlain, t.fail("cannot refer to an open group", at)
	}
	return fmt.Sprintf(`\k<%d>`, n), t.widths[n], atomPlain, nil
}

// conditional reads (?(group)yes|no).
func (t *translator) conditional(start int) (string, width, atomKind, error) {
	at := t.at
	name, err := t.until(')', "group name")
	if err != nil {
		return "", width{}, atomPlain, err
	}
	n, ok := t.names[name]
	if !ok {
		if n, err = strconv.Atoi(name); err != nil {
			return "", width{}, atomPlain, t.fail("unknown group name "+quoteName(name), at)
		}
		if n < 1 || n > t.groups {
			return "", width{}, atomPlain, t.fail(fmt.Sprintf("invalid group reference %d", n), at)
		}
	}
	yes, w, err := t.sequence()
	if err != nil {
		return "", w, atomPlain, err
	}
	no, other := "", width{}
	if t.take('|') {
		if no, other, err = t.sequence(); err != nil {
			return "", other, atomPlain, err
		}
		if t.peek() == '|' {
			return "", other, atomPlain, t.fail("conditional backref with more than two branches", t.at)
		}
	}
	if !t.take(')') {
		return "", w, atomPlain, t.fail("missing ), unterminated subpattern", start)
	}
	return fmt.Sprintf("(?(%d)%s|%s)", n, yes, no), width{min(w.min, other.min), max(w.max, other.max)}, atomPlain, nil
}

// inlineFlags reads (?im) at the start of a pattern, several of them perhaps, or (?i-m:...) anywhere.
func (t *translator) inlineFlags(start int, r rune) (string, width, atomKind, error) {
	bits := map[rune]int{'a': flagASCII, 'i': flagIgnoreCase, 'L': flagLocale, 'm': flagMultiline, 's': flagDotAll, 'u': flagUnicode, 'x': flagVerbose}
	on, off := 0, 0
	negative := false
	for ; ; r = t.next() {
		switch {
		case r == '-' && !negative:
			negative = true
			continue
		case r == ')' && !negative:
			if t.begun || t.depth > 1 {
				return "", width{}, atomPlain, t.fail("global flags not at the start of the expression", start)
			}
			t.flags |= on
			return "", width{}, atomNothing, nil
		case r == ':':
			return t.scopedFlags(start, on, off)
		case r < 0:
			return "", width{}, atomPlain, t.fail("missing -, : or )", t.at)
		}
		bit, ok := bits[r]
		switch {
		case !ok && unicode.IsLetter(r):
			return "", width{}, atomPlain, t.fail("unknown flag", t.at-1)
		case !ok:
			return "", width{}, atomPlain, t.fail("missing -, : or )", t.at-1)
		case bit == flagLocale:
			return "", width{}, atomPlain, t.fail("bad inline flags: cannot use 'L' flag with a str pattern", t.at)
		case negative:
			off |= bit
		default:
			on |= bit
		}
	}
}

func (t *translator) next() rune {
	r := t.peek()
	if r >= 0 {
		t.at++
	}
	return r
}

func (t *translator) scopedFlags(start, on, off int) (string, width, atomKind, error) {
	saved := t.flags
	t.flags = t.flags&^off | on
	text, w, err := t.body(start)
	t.flags = saved
	prefix := "(?:"
	switch {
	case on&flagIgnoreCase != 0:
		prefix = "(?i:"
	case off&flagIgnoreCase != 0:
		prefix = "(?-i:"
	}
	return prefix + text + ")", w, atomPlain, err
}

func isName(s string) bool {
	for i, r := range s {
		if r != '_' && !unicode.IsLetter(r) && (i == 0 || !unicode.IsDigit(r)) {
			return false
		}
	}
	return s != ""
}
