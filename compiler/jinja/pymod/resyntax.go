package pymod

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"mdl/compiler/jinja/value"
)

// The flags of Python's re.
const (
	flagIgnoreCase = 2
	flagLocale     = 4
	flagMultiline  = 8
	flagDotAll     = 16
	flagUnicode    = 32
	flagVerbose    = 64
	flagASCII      = 256
)

// syntax is a Python pattern, translated for the library that matches it.
type syntax struct {
	text   string // in the library's syntax; groups are numbered from the left
	flags  int
	groups int
	names  []string // of the groups, by number from 1; "" without a name
}

// width is how many characters an expression matches.
type width struct{ min, max int }

const unbounded = math.MaxInt32

func (w width) plus(o width) width {
	return width{min(w.min+o.min, unbounded), min(w.max+o.max, unbounded)}
}

func (w width) times(low, high int) width {
	return width{mulWidth(w.min, low), mulWidth(w.max, high)}
}

func mulWidth(a, b int) int {
	if a != 0 && b > unbounded/a {
		return unbounded
	}
	return min(a*b, unbounded)
}

// translator reads a Python pattern and writes it in the library's syntax,
// where \d, \w, \s, \b, ^, $ and the dot are spelled out as Python means them.
type translator struct {
	in     []rune
	at     int
	flags  int
	groups int
	open   map[int]bool  // groups that are not closed yet
	widths map[int]width // of the groups that are closed
	names  map[string]int
	depth  int
	begun  bool // something to match was read, or a second alternative began
}

// translate turns a Python pattern into the library's syntax.
func translate(pattern string, flags int) (*syntax, error) {
	t := &translator{in: []rune(pattern), flags: flags, open: map[int]bool{}, widths: map[int]width{}, names: map[string]int{}}
	text, _, err := t.alternatives()
	if err != nil {
		return nil, err
	}
	if t.at < len(t.in) {
		return nil, t.fail("unbalanced parenthesis", t.at)
	}
	if t.flags&flagIgnoreCase != 0 {
		text = "(?i:" + text + ")"
	}
	s := &syntax{text: text, flags: t.flags, groups: t.groups, names: make([]string, t.groups+1)}
	if s.flags&flagASCII == 0 {
		s.flags |= flagUnicode
	}
	for name, n := range t.names {
		s.names[n] = name
	}
	return s, nil
}

// fail is a re.error, whose class is called "error".
func (t *translator) fail(msg string, at int) error {
	where := fmt.Sprintf(" at position %d", at)
	if strings.ContainsRune(string(t.in), '\n') {
		before := string(t.in[:min(at, len(t.in))])
		where += fmt.Sprintf(" (line %d, column %d)", strings.Count(before, "\n")+1,
			len([]rune(before[strings.LastIndexByte(before, '\n')+1:]))+1)
	}
	return value.Errorf("error", "%s%s", msg, where)
}

func (t *translator) peek() rune {
	if t.at < len(t.in) {
		return t.in[t.at]
	}
	return -1
}

func (t *translator) take(r rune) bool {
	if t.peek() != r {
		return false
	}
	t.at++
	return true
}

// until takes the text up to a terminator, which it drops.
func (t *translator) until(end rune, what string) (string, error) {
	start := t.at
	for t.at < len(t.in) && t.in[t.at] != end {
		t.at++
	}
	if t.at == len(t.in) {
		if start == t.at {
			return "", t.fail("missing "+what, start)
		}
		return "", t.fail(fmt.Sprintf("missing %c, unterminated name", end), start)
	}
	text := string(t.in[start:t.at])
	t.at++
	if text == "" {
		return "", t.fail("missing "+what, start)
	}
	return text, nil
}

func (t *translator) alternatives() (string, width, error) {
	if t.depth++; t.depth > 200 {
		return "", width{}, value.Errorf("RecursionError", "maximum recursion depth exceeded")
	}
	defer func() { t.depth-- }()
	var out strings.Builder
	total := width{min: -1}
	for {
		text, w, err := t.sequence()
		if err != nil {
			return "", w, err
		}
		out.WriteString(text)
		if total.min < 0 {
			total = w
		} else {
			total = width{min(total.min, w.min), max(total.max, w.max)}
		}
		if !t.take('|') {
			return out.String(), total, nil
		}
		t.begun = true
		out.WriteByte('|')
	}
}

func (t *translator) sequence() (string, width, error) {
	var out strings.Builder
	var total width
	for t.at < len(t.in) && t.peek() != '|' && t.peek() != ')' {
		if t.flags&flagVerbose != 0 && t.skipSpace() {
			continue
		}
		start := t.at
		atom, w, kind, err := t.atom()
		if err != nil {
			return "", w, err
		}
		if kind == atomNothing {
			continue
		}
		t.begun = true
		text, w, err := t.repeats(atom, w, kind, start)
		if err != nil {
			return "", w, err
		}
		out.WriteString(text)
		total = total.plus(w)
	}
	return out.String(), total, nil
}

// skipSpace skips white space or a comment in a verbose pattern.
func (t *translator) skipSpace() bool {
	switch t.peek() {
	case ' ', '\t', '\n', '\r', '\f', '\v':
		t.at++
		return true
	case '#':
		for t.at < len(t.in) && t.in[t.at] != '\n' {
			t.at++
		}
		return true
	}
	return false
}

// atomKind tells what a repeat may follow.
type atomKind uint8

const (
	atomPlain   atomKind = iota
	atomAssert           // ^ $ \b and the like, which a repeat may not follow
	atomNothing          // a comment or flags
)

// repeats reads the repeats behind an atom.
func (t *translator) repeats(atom string, w width, kind atomKind, start int) (string, width, error) {
	for first := true; ; first = false {
		if t.flags&flagVerbose != 0 {
			for t.skipSpace() {
			}
		}
		at := t.at
		low, high, ok, err := t.repeat()
		if err != nil || !ok {
			return atom, w, err
		}
		if !first {
			return "", w, t.fail("multiple repeat", at)
		}
		if kind == atomAssert {
			return "", w, t.fail("nothing to repeat", at)
		}
		times := fmt.Sprintf("{%d,%d}", low, high)
		if high == unbounded {
			times = fmt.Sprintf("{%d,}", low)
		}
		atom = "(?:" + atom + ")" + times
		switch {
		case t.take('?'):
			atom += "?"
		case t.take('+'):
			atom = "(?>" + atom + ")"
		}
		w = w.times(low, high)
	}
}

// repeat reads * + ? or {m,n}; a brace that is no repeat stands for itself.
func (t *translator) repeat() (low, high int, ok bool, err error) {
	at := t.at
	switch t.peek() {
	case '*':
		t.at++
		return 0, unbounded, true, nil
	case '+':
		t.at++
		return 1, unbounded, true, nil
	case '?':
		t.at++
		return 0, 1, true, nil
	case '{':
	default:
		return 0, 0, false, nil
	}
	t.at++
	lowText := t.digits()
	highText := lowText
	comma := t.take(',')
	if comma {
		highText = t.digits()
	}
	if lowText == "" && !comma || !t.take('}') {
		t.at = at
		return 0, 0, false, nil
	}
	low, high = 0, unbounded
	if lowText != "" {
		if low, err = strconv.Atoi(lowText); err != nil || low >= unbounded {
			return 0, 0, false, value.Errorf("OverflowError", "the repetition number is too large")
		}
	}
	if highText != "" {
		if high, err = strconv.Atoi(highText); err != nil || high >= unbounded {
			return 0, 0, false, value.Errorf("OverflowError", "the repetition number is too large")
		}
	}
	if high < low {
		return 0, 0, false, t.fail("min repeat greater than max repeat", at+1)
	}
	return low, high, true, nil
}

func (t *translator) digits() string {
	start := t.at
	for t.peek() >= '0' && t.peek() <= '9' {
		t.at++
	}
	return string(t.in[start:t.at])
}

// atom reads one thing that matches.
func (t *translator) atom() (string, width, atomKind, error) {
	one := width{1, 1}
	at := t.at
	r := t.in[t.at]
	t.at++
	switch r {
	case '.':
		if t.flags&flagDotAll != 0 {
			return `[\s\S]`, one, atomPlain, nil
		}
		return `[^\n]`, one, atomPlain, nil
	case '^':
		if t.flags&flagMultiline != 0 {
			return `(?<![^\n])`, width{}, atomAssert, nil
		}
		return `\A`, width{}, atomAssert, nil
	case '$':
		if t.flags&flagMultiline != 0 {
			return `(?![^\n])`, width{}, atomAssert, nil
		}
		return `(?=\n?\z)`, width{}, atomAssert, nil
	case '(':
		return t.group(at)
	case '[':
		text, err := t.class(at)
		return text, one, atomPlain, err
	case '\\':
		return t.escape(at)
	case '*', '+', '?':
		return "", one, atomPlain, t.fail("nothing to repeat", at)
	case '{':
		t.at = at
		_, _, isRepeat, err := t.repeat()
		if err != nil {
			return "", one, atomPlain, err
		}
		if isRepeat {
			return "", one, atomPlain, t.fail("nothing to repeat", at)
		}
		t.at = at + 1
	}
	return quoteRune(r), one, atomPlain, nil
}

// quoteRune writes a character so that it stands for itself anywhere.
func quoteRune(r rune) string {
	if r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= 128 && r != 0x85 && r != 0xa0 && r != 0x2028 && r != 0x2029 {
		return string(r)
	}
	if r > 0xffff {
		return string(r)
	}
	return fmt.Sprintf(`\u%04x`, r)
}
