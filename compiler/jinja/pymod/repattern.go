package pymod

import (
	"strings"
	"time"

	"github.com/dlclark/regexp2"

	"mdl/compiler/jinja/value"
)

// matchTime bounds one search: some patterns take exponential time.
const matchTime = 2 * time.Second

// pattern is a Python re.Pattern.
type pattern struct {
	source string
	syntax *syntax
	re     *regexp2.Regexp // finds the leftmost match
}

// compilePattern compiles a Python pattern.
func compilePattern(source string, flags int) (*pattern, error) {
	s, err := translate(source, flags)
	if err != nil {
		return nil, err
	}
	re, err := compileText(s.text)
	if err != nil {
		return nil, err
	}
	return &pattern{source: source, syntax: s, re: re}, nil
}

func compileText(text string) (*regexp2.Regexp, error) {
	re, err := regexp2.Compile(text, regexp2.None)
	if err != nil {
		return nil, value.Errorf("error", "%v", err)
	}
	re.MatchTimeout = matchTime
	return re, nil
}

// TypeName implements value.Value.
func (*pattern) TypeName() string { return "re.Pattern" }

// Module implements value.Moduled.
func (*pattern) Module() string { return "re" }

// Str implements value.Printer.
func (p *pattern) Str() string { return p.Repr() }

// Repr implements value.Printer.
func (p *pattern) Repr() string {
	var names []string
	for _, f := range []struct {
		name string
		bit  int
	}{{"IGNORECASE", flagIgnoreCase}, {"MULTILINE", flagMultiline}, {"DOTALL", flagDotAll}, {"VERBOSE", flagVerbose}, {"ASCII", flagASCII}} {
		if p.syntax.flags&f.bit != 0 {
			names = append(names, "re."+f.name)
		}
	}
	text := "re.compile(" + value.Repr(value.Str(p.source))
	if names != nil {
		text += ", " + strings.Join(names, "|")
	}
	return text + ")"
}

// CompareTo implements value.Comparer.
func (p *pattern) CompareTo(op value.Op, other value.Value) (bool, bool, error) {
	o, ok := other.(*pattern)
	if !ok || op != value.OpEq {
		return false, false, nil
	}
	return p.source == o.source && p.syntax.flags == o.syntax.flags, true, nil
}

// how is the way in which a match must lie in the text.
type how uint8

const (
	anywhere  how = iota
	atStart       // match
	whole         // fullmatch
	advancing     // search for a match that does not end where the search starts
)

// anchored is the pattern for a way of matching. The library begins a search
// at \G, so that no text has to be cut and look-behinds see what is before.
func (p *pattern) anchored(h how) (*regexp2.Regexp, error) {
	switch h {
	case atStart:
		return compileText(`\G(?:` + p.syntax.text + `)`)
	case whole:
		return compileText(`\G(?:` + p.syntax.text + `)\z`)
	case advancing:
		return compileText(`(?:` + p.syntax.text + `)(?!\G)`)
	}
	return p.re, nil
}

// find searches text[from:]; nil without an error means no match.
func find(re *regexp2.Regexp, text []rune, from int) (*regexp2.Match, error) {
	m, err := re.FindRunesMatchStartingAt(text, from)
	if err != nil {
		return nil, value.Errorf("TimeoutError", "the regular expression took more than %s", matchTime)
	}
	return m, nil
}

// scan gives the matches of finditer one by one: an empty match may touch the
// one before it, but not another empty one.
type scan struct {
	p        *pattern
	text     []rune
	at       int
	advance  bool            // the last match was empty
	advancer *regexp2.Regexp // made when first needed
}

func (s *scan) next() (*regexp2.Match, error) {
	if s.at > len(s.text) {
		return nil, nil
	}
	re := s.p.re
	if s.advance {
		if s.advancer == nil {
			var err error
			if s.advancer, err = s.p.anchored(advancing); err != nil {
				return nil, err
			}
		}
		re = s.advancer
	}
	m, err := find(re, s.text, s.at)
	if m == nil || err != nil {
		return nil, err
	}
	s.at = m.Index + m.Length
	s.advance = m.Length == 0
	return m, nil
}

// group is a group of a match: its place, and false when it took no part.
func group(m *regexp2.Match, n int) (from, to int, ok bool) {
	if n == 0 {
		return m.Index, m.Index + m.Length, true
	}
	g := m.GroupByNumber(n)
	if g == nil || len(g.Captures) == 0 {
		return -1, -1, false
	}
	return g.Index, g.Index + g.Length, true
}

// groupText is the text of a group, or what stands for one that took no part.
func groupText(m *regexp2.Match, text []rune, n int, absent value.Value) value.Value {
	from, to, ok := group(m, n)
	if !ok {
		return absent
	}
	return value.Str(text[from:to])
}

// groupTexts are the texts of all groups.
func (p *pattern) groupTexts(m *regexp2.Match, text []rune, absent value.Value) []value.Value {
	out := make([]value.Value, p.syntax.groups)
	for i := range out {
		out[i] = groupText(m, text, i+1, absent)
	}
	return out
}

// Attr implements value.Object.
func (p *pattern) Attr(name string) (value.Value, bool) {
	switch name {
	case "pattern":
		return value.Str(p.source), true
	case "flags":
		return value.Int(p.syntax.flags), true
	case "groups":
		return value.Int(p.syntax.groups), true
	case "groupindex":
		d := value.NewDict()
		for n, name := range p.syntax.names {
			if name != "" {
				d.SetStr(name, value.Int(n))
			}
		}
		return d, true
	}
	for _, m := range patternMethods {
		if m.name == name {
			return &value.Func{Name: name, Fn: func(t value.Thread, a value.Args) (value.Value, error) {
				return m.fn(t, p, a)
			}}, true
		}
	}
	return nil, false
}

// CallMethod implements value.MethodCaller.
func (p *pattern) CallMethod(t value.Thread, name string, a value.Args) (value.Value, bool, error) {
	for _, m := range patternMethods {
		if m.name == name {
			v, err := m.fn(t, p, a)
			return v, true, err
		}
	}
	return nil, false, nil
}

// patternMethods are the methods of re.Pattern.
var patternMethods = []struct {
	name string
	fn   func(t value.Thread, p *pattern, a value.Args) (value.Value, error)
}{
	{"match", func(_ value.Thread, p *pattern, a value.Args) (value.Value, error) {
		return p.matchArgs("match", a, atStart)
	}},
	{"fullmatch", func(_ value.Thread, p *pattern, a value.Args) (value.Value, error) {
		return p.matchArgs("fullmatch", a, whole)
	}},
	{"search", func(_ value.Thread, p *pattern, a value.Args) (value.Value, error) {
		return p.matchArgs("search", a, anywhere)
	}},
	{"findall", func(_ value.Thread, p *pattern, a value.Args) (value.Value, error) {
		s, err := p.window("findall", a)
		if err != nil {
			return nil, err
		}
		return p.findAll(s)
	}},
	{"finditer", func(_ value.Thread, p *pattern, a value.Args) (value.Value, error) {
		s, err := p.window("finditer", a)
		if err != nil {
			return nil, err
		}
		return p.findIter(s), nil
	}},
	{"split", func(_ value.Thread, p *pattern, a value.Args) (value.Value, error) {
		got, err := a.BindBuiltin("split", value.Required("string"), value.Optional("maxsplit", value.Int(0)))
		if err != nil {
			return nil, err
		}
		return p.split(got[0], got[1])
	}},
	{"sub", func(t value.Thread, p *pattern, a value.Args) (value.Value, error) {
		got, err := a.BindBuiltin("sub", value.Required("repl"), value.Required("string"), value.Optional("count", value.Int(0)))
		if err != nil {
			return nil, err
		}
		text, _, err := p.sub(t, got[0], got[1], got[2])
		return text, err
	}},
	{"subn", func(t value.Thread, p *pattern, a value.Args) (value.Value, error) {
		got, err := a.BindBuiltin("subn", value.Required("repl"), value.Required("string"), value.Optional("count", value.Int(0)))
		if err != nil {
			return nil, err
		}
		text, n, err := p.sub(t, got[0], got[1], got[2])
		if err != nil {
			return nil, err
		}
		return value.NewTuple(text, value.Int(n)), nil
	}},
}
