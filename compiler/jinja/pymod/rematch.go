package pymod

import (
	"fmt"
	"strings"

	"github.com/dlclark/regexp2"

	"mdl/compiler/jinja/value"
)

// match is a Python re.Match.
type match struct {
	p    *pattern
	m    *regexp2.Match
	text []rune
	from int // where the search started
}

// TypeName implements value.Value.
func (*match) TypeName() string { return "re.Match" }

// Module implements value.Moduled.
func (*match) Module() string { return "re" }

// Str implements value.Printer.
func (m *match) Str() string { return m.Repr() }

// Repr implements value.Printer; a long match is cut as Python does.
func (m *match) Repr() string {
	from, to, _ := group(m.m, 0)
	shown := []rune(value.Repr(value.Str(m.text[from:to])))
	return fmt.Sprintf("<re.Match object; span=(%d, %d), match=%s>", from, to, string(shown[:min(len(shown), 50)]))
}

// number is the group that a number or name means.
func (m *match) number(v value.Value) (int, error) {
	if name, ok := v.(value.Str); ok {
		for n, known := range m.p.syntax.names {
			if known == string(name) && known != "" {
				return n, nil
			}
		}
		return 0, value.Errorf("IndexError", "no such group")
	}
	n, err := value.Index(v)
	if err != nil || n < 0 || n > m.p.syntax.groups {
		return 0, value.Errorf("IndexError", "no such group")
	}
	return n, nil
}

func (m *match) group(v value.Value) (value.Value, error) {
	n, err := m.number(v)
	if err != nil {
		return nil, err
	}
	return groupText(m.m, m.text, n, value.None), nil
}

// Item implements value.Indexer.
func (m *match) Item(key value.Value) (value.Value, bool, error) {
	v, err := m.group(key)
	return v, err == nil, err
}

// Attr implements value.Object.
func (m *match) Attr(name string) (value.Value, bool) {
	switch name {
	case "string":
		return value.Str(m.text), true
	case "re":
		return m.p, true
	case "pos":
		return value.Int(m.from), true
	case "endpos":
		return value.Int(len(m.text)), true
	case "lastindex", "lastgroup":
		n := m.last()
		if n == 0 || name == "lastgroup" && m.p.syntax.names[n] == "" {
			return value.None, true
		}
		if name == "lastgroup" {
			return value.Str(m.p.syntax.names[n]), true
		}
		return value.Int(n), true
	}
	for _, method := range matchMethods {
		if method.name == name {
			return &value.Func{Name: name, Fn: func(_ value.Thread, a value.Args) (value.Value, error) {
				return method.fn(m, a)
			}}, true
		}
	}
	return nil, false
}

// last is the group that was closed last, or 0.
func (m *match) last() int {
	best, end, start := 0, -1, 0
	for n := 1; n <= m.p.syntax.groups; n++ {
		from, to, ok := group(m.m, n)
		if ok && (to > end || to == end && from < start) {
			best, end, start = n, to, from
		}
	}
	return best
}

// CallMethod implements value.MethodCaller.
func (m *match) CallMethod(_ value.Thread, name string, a value.Args) (value.Value, bool, error) {
	for _, method := range matchMethods {
		if method.name == name {
			v, err := method.fn(m, a)
			return v, true, err
		}
	}
	return nil, false, nil
}

// matchMethods are the methods of re.Match.
var matchMethods = []struct {
	name string
	fn   func(m *match, a value.Args) (value.Value, error)
}{
	{"group", (*match).groupArgs},
	{"groups", func(m *match, a value.Args) (value.Value, error) {
		got, err := a.BindBuiltin("groups", value.Optional("default", value.None))
		if err != nil {
			return nil, err
		}
		return value.NewTuple(m.p.groupTexts(m.m, m.text, got[0])...), nil
	}},
	{"groupdict", func(m *match, a value.Args) (value.Value, error) {
		got, err := a.BindBuiltin("groupdict", value.Optional("default", value.None))
		if err != nil {
			return nil, err
		}
		d := value.NewDict()
		for n, name := range m.p.syntax.names {
			if name != "" {
				d.SetStr(name, groupText(m.m, m.text, n, got[0]))
			}
		}
		return d, nil
	}},
	{"start", func(m *match, a value.Args) (value.Value, error) {
		from, _, err := m.span("start", a)
		return value.Int(from), err
	}},
	{"end", func(m *match, a value.Args) (value.Value, error) {
		_, to, err := m.span("end", a)
		return value.Int(to), err
	}},
	{"span", func(m *match, a value.Args) (value.Value, error) {
		from, to, err := m.span("span", a)
		return value.NewTuple(value.Int(from), value.Int(to)), err
	}},
	{"expand", func(m *match, a value.Args) (value.Value, error) {
		got, err := a.BindBuiltin("expand", value.Required("template"))
		if err != nil {
			return nil, err
		}
		tpl, err := m.p.template(got[0])
		if err != nil {
			return nil, err
		}
		return value.Str(tpl.expand(m.m, m.text)), nil
	}},
}

func (m *match) groupArgs(a value.Args) (value.Value, error) {
	if len(a.Pos) == 0 {
		return m.group(value.Int(0))
	}
	out := make([]value.Value, len(a.Pos))
	for i, v := range a.Pos {
		var err error
		if out[i], err = m.group(v); err != nil {
			return nil, err
		}
	}
	if len(out) == 1 {
		return out[0], nil
	}
	return value.NewTuple(out...), nil
}

func (m *match) span(name string, a value.Args) (from, to int, err error) {
	got, err := a.BindBuiltin(name, value.Optional("group", value.Int(0)))
	if err != nil {
		return 0, 0, err
	}
	n, err := m.number(got[0])
	if err != nil {
		return 0, 0, err
	}
	from, to, _ = group(m.m, n)
	return from, to, nil
}

// template is a parsed replacement: texts with groups between them.
type template struct {
	texts  []string
	groups []int // one fewer than texts
}

func (t *template) expand(m *regexp2.Match, text []rune) string {
	var b strings.Builder
	for i, s := range t.texts {
		b.WriteString(s)
		if i < len(t.groups) {
			if from, to, ok := group(m, t.groups[i]); ok {
				b.WriteString(string(text[from:to]))
			}
		}
	}
	return b.String()
}

// template parses a replacement: \1, \g<1>, \g<name> and escapes.
func (p *pattern) template(v value.Value) (*template, error) {
	source, ok := v.(value.Str)
	if !ok {
		return nil, value.TypeErrorf("decoding to str: need a bytes-like object, %s found", v.TypeName())
	}
	t := &translator{in: []rune(string(source))}
	out := &template{}
	var text []rune
	for t.at < len(t.in) {
		at := t.at
		r := t.in[t.at]
		t.at++
		if r != '\\' {
			text = append(text, r)
			continue
		}
		if t.at == len(t.in) {
			return nil, t.fail("bad escape (end of pattern)", at)
		}
		n, c, err := p.templateEscape(t, at)
		if err != nil {
			return nil, err
		}
		if n < 0 {
			text = append(text, c...)
			continue
		}
		out.texts, out.groups, text = append(out.texts, string(text)), append(out.groups, n), nil
	}
	out.texts = append(out.texts, string(text))
	return out, nil
}

// templateEscape reads an escape of a replacement: a group, or a text when the
// group is -1.
func (p *pattern) templateEscape(t *translator, at int) (group int, text []rune, err error) {
	r := t.in[t.at]
	switch {
	case r == 'g':
		t.at++
		n, err := p.templateGroup(t)
		return n, nil, err
	case r == '0':
		t.at++
		c, err := t.octal(at, r)
		return -1, []rune{c}, err
	case r >= '1' && r <= '9':
		digit := func(i int) bool { return i < len(t.in) && t.in[i] >= '0' && t.in[i] <= '9' }
		n := int(r - '0')
		t.at++
		if digit(t.at) {
			if r <= '7' && digit(t.at+1) && t.in[t.at] <= '7' && t.in[t.at+1] <= '7' {
				c, err := t.octal(at, r)
				return -1, []rune{c}, err
			}
			n = n*10 + int(t.in[t.at]-'0')
			t.at++
		}
		return n, nil, p.checkGroup(t, n, at+1)
	case r < 128 && (r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'):
		if i := strings.IndexRune("abfnrtv", r); i >= 0 {
			t.at++
			return -1, []rune{[]rune("\a\b\f\n\r\t\v")[i]}, nil
		}
		return 0, nil, t.fail(`bad escape \`+string(r), at)
	case r == '\\':
		t.at++
		return -1, []rune{'\\'}, nil
	}
	t.at++
	return -1, []rune{'\\', r}, nil
}

func (p *pattern) checkGroup(t *translator, n, at int) error {
	if n > p.syntax.groups {
		return t.fail(fmt.Sprintf("invalid group reference %d", n), at)
	}
	return nil
}

func (p *pattern) templateGroup(t *translator) (int, error) {
	if !t.take('<') {
		return 0, t.fail("missing <", t.at)
	}
	at := t.at
	name, err := t.until('>', "group name")
	if err != nil {
		return 0, err
	}
	if strings.Trim(name, "0123456789") == "" {
		n, err := value.ParseInt(name, 10)
		if i, ok := n.(value.Int); err == nil && ok && int64(i) <= int64(p.syntax.groups) {
			return int(i), nil
		}
		return 0, t.fail("invalid group reference "+name, at)
	}
	if !isName(name) {
		return 0, t.fail("bad character in group name "+quoteName(name), at)
	}
	for n, known := range p.syntax.names {
		if known == name {
			return n, nil
		}
	}
	return 0, value.Errorf("IndexError", "unknown group name %s", quoteName(name))
}

// sub replaces matches by a template or by what a function makes of each.
func (p *pattern) sub(t value.Thread, repl, subjectArg, limit value.Value) (value.Value, int, error) {
	text, err := subject(subjectArg)
	if err != nil {
		return nil, 0, err
	}
	n, err := value.Index(limit)
	if err != nil {
		return nil, 0, err
	}
	replace, err := p.replacer(t, repl, text)
	if err != nil {
		return nil, 0, err
	}
	matches := &scan{p: p, text: text}
	var out strings.Builder
	at, count, pieces := 0, 0, 0
	for n == 0 || count < n {
		m, err := matches.next()
		if err != nil {
			return nil, 0, err
		}
		if m == nil {
			break
		}
		if m.Index > at {
			pieces++
		}
		put, err := replace(m)
		if err != nil {
			return nil, 0, err
		}
		s, ok := put.(value.Str)
		if !ok {
			return nil, 0, value.TypeErrorf("sequence item %d: expected str instance, %s found", pieces, put.TypeName())
		}
		pieces++
		out.WriteString(string(text[at:m.Index]))
		out.WriteString(string(s))
		if out.Len() > value.MaxText {
			return nil, 0, value.Errorf("MemoryError", "the text is too big: more than %d MiB", value.MaxText>>20)
		}
		at = m.Index + m.Length
		count++
	}
	out.WriteString(string(text[at:]))
	return value.Str(out.String()), count, nil
}

func (p *pattern) replacer(t value.Thread, repl value.Value, text []rune) (func(*regexp2.Match) (value.Value, error), error) {
	if fn, ok := repl.(value.Callable); ok {
		return func(m *regexp2.Match) (value.Value, error) {
			return t.Call(fn, value.Positional(&match{p: p, m: m, text: text}))
		}, nil
	}
	tpl, err := p.template(repl)
	if err != nil {
		return nil, err
	}
	return func(m *regexp2.Match) (value.Value, error) { return value.Str(tpl.expand(m, text)), nil }, nil
}
