package pymod

import (
	"strings"

	"mdl/compiler/jinja/value"
)

// reModule has the names of re.__all__. Flags are plain integers.
func reModule() *module {
	rows := []member{
		matcher("match", atStart),
		matcher("fullmatch", whole),
		matcher("search", anywhere),
		reFunc("findall", func(_ value.Thread, p *pattern, got []value.Value) (value.Value, error) {
			s, err := subject(got[1])
			if err != nil {
				return nil, err
			}
			return p.findAll(&scan{p: p, text: s})
		}, "string"),
		reFunc("finditer", func(_ value.Thread, p *pattern, got []value.Value) (value.Value, error) {
			s, err := subject(got[1])
			if err != nil {
				return nil, err
			}
			return p.findIter(&scan{p: p, text: s}), nil
		}, "string"),
		reFunc("split", func(_ value.Thread, p *pattern, got []value.Value) (value.Value, error) {
			return p.split(got[1], got[2])
		}, "string", "maxsplit"),
		reFunc("sub", func(t value.Thread, p *pattern, got []value.Value) (value.Value, error) {
			text, _, err := p.sub(t, got[1], got[2], got[3])
			return text, err
		}, "repl", "string", "count"),
		reFunc("subn", func(t value.Thread, p *pattern, got []value.Value) (value.Value, error) {
			text, n, err := p.sub(t, got[1], got[2], got[3])
			if err != nil {
				return nil, err
			}
			return value.NewTuple(text, value.Int(n)), nil
		}, "repl", "string", "count"),
		reFunc("compile", func(_ value.Thread, p *pattern, _ []value.Value) (value.Value, error) { return p, nil }),
		reFunc("template", func(_ value.Thread, p *pattern, _ []value.Value) (value.Value, error) { return p, nil }),
		function("escape", reEscape),
		function("purge", func(_ value.Thread, a value.Args) (value.Value, error) {
			_, err := a.Bind("purge")
			return value.None, err
		}),
		{"error", &class{name: "re.error"}},
		{"Pattern", &class{name: "re.Pattern"}},
		{"Match", &class{name: "re.Match"}},
		{"RegexFlag", &class{name: "re.RegexFlag"}},
	}
	for _, f := range []struct {
		name string
		bit  int
	}{
		{"NOFLAG", 0}, {"A", flagASCII}, {"ASCII", flagASCII}, {"I", flagIgnoreCase}, {"IGNORECASE", flagIgnoreCase},
		{"L", flagLocale}, {"LOCALE", flagLocale}, {"M", flagMultiline}, {"MULTILINE", flagMultiline},
		{"S", flagDotAll}, {"DOTALL", flagDotAll}, {"X", flagVerbose}, {"VERBOSE", flagVerbose},
		{"U", flagUnicode}, {"UNICODE", flagUnicode},
	} {
		rows = append(rows, member{f.name, value.Int(f.bit)})
	}
	return table("re", rows)
}

// reFunc makes a function of a pattern, some arguments and flags. Arguments
// called maxsplit and count are optional.
func reFunc(name string, fn func(t value.Thread, p *pattern, got []value.Value) (value.Value, error), args ...string) member {
	params := []value.Param{value.Required("pattern")}
	for _, arg := range args {
		if arg == "maxsplit" || arg == "count" {
			params = append(params, value.Optional(arg, value.Int(0)))
		} else {
			params = append(params, value.Required(arg))
		}
	}
	params = append(params, value.Optional("flags", value.Int(0)))
	return function(name, func(t value.Thread, a value.Args) (value.Value, error) {
		got, err := a.Bind(name, params...)
		if err != nil {
			return nil, err
		}
		p, err := patternOf(got[0], got[len(got)-1])
		if err != nil {
			return nil, err
		}
		return fn(t, p, got)
	})
}

func matcher(name string, h how) member {
	return reFunc(name, func(_ value.Thread, p *pattern, got []value.Value) (value.Value, error) {
		s, err := subject(got[1])
		if err != nil {
			return nil, err
		}
		return p.match(s, 0, h)
	}, "string")
}

// patternOf is an argument that is a pattern or its text.
func patternOf(v, flags value.Value) (*pattern, error) {
	bits, err := value.Index(flags)
	if err != nil {
		return nil, err
	}
	switch v := v.(type) {
	case *pattern:
		if bits != 0 {
			return nil, value.ValueErrorf("cannot process flags argument with a compiled pattern")
		}
		return v, nil
	case value.Str:
		if bits&flagLocale != 0 {
			return nil, value.ValueErrorf("cannot use LOCALE flag with a str pattern")
		}
		return compilePattern(string(v), bits)
	case *value.List, *value.Dict, *value.Set:
		return nil, value.TypeErrorf("unhashable type: '%s'", v.TypeName())
	}
	return nil, value.TypeErrorf("first argument must be string or compiled pattern")
}

// subject is a text to search in.
func subject(v value.Value) ([]rune, error) {
	if s, ok := v.(value.Str); ok {
		return []rune(string(s)), nil
	}
	return nil, value.TypeErrorf("expected string or bytes-like object, got '%s'", v.TypeName())
}

func reEscape(_ value.Thread, a value.Args) (value.Value, error) {
	got, err := a.Bind("escape", value.Required("pattern"))
	if err != nil {
		return nil, err
	}
	s, ok := got[0].(value.Str)
	if !ok {
		return nil, value.TypeErrorf("decoding to str: need a bytes-like object, %s found", got[0].TypeName())
	}
	var b strings.Builder
	for _, r := range string(s) {
		if strings.ContainsRune("()[]{}?*+-|^$\\.&~# \t\n\r\v\f", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return value.Str(b.String()), nil
}

// window binds string, pos and endpos of a pattern's method.
func (p *pattern) window(name string, a value.Args) (*scan, error) {
	const far = 1<<63 - 1
	got, err := a.BindBuiltin(name, value.Required("string"), value.Optional("pos", value.Int(0)), value.Optional("endpos", value.Int(far)))
	if err != nil {
		return nil, err
	}
	text, err := subject(got[0])
	if err != nil {
		return nil, err
	}
	from, err := value.Index(got[1])
	if err != nil {
		return nil, err
	}
	to, err := value.Index(got[2])
	if err != nil {
		return nil, err
	}
	to = min(max(to, 0), len(text))
	return &scan{p: p, text: text[:to], at: min(max(from, 0), to)}, nil
}

func (p *pattern) matchArgs(name string, a value.Args, h how) (value.Value, error) {
	s, err := p.window(name, a)
	if err != nil {
		return nil, err
	}
	return p.match(s.text, s.at, h)
}

func (p *pattern) match(text []rune, from int, h how) (value.Value, error) {
	re, err := p.anchored(h)
	if err != nil {
		return nil, err
	}
	m, err := find(re, text, from)
	if err != nil {
		return nil, err
	}
	if m == nil {
		return value.None, nil
	}
	return &match{p: p, m: m, text: text, from: from}, nil
}

func (p *pattern) findAll(s *scan) (value.Value, error) {
	out := value.NewList()
	for {
		m, err := s.next()
		if err != nil {
			return nil, err
		}
		if m == nil {
			return out, nil
		}
		switch p.syntax.groups {
		case 0:
			out.Append(groupText(m, s.text, 0, value.Str("")))
		case 1:
			out.Append(groupText(m, s.text, 1, value.Str("")))
		default:
			out.Append(value.NewTuple(p.groupTexts(m, s.text, value.Str(""))...))
		}
	}
}

func (p *pattern) findIter(s *scan) value.Value {
	from := s.at
	return value.NewGenerator("callable_iterator", value.IterFunc(func() (value.Value, bool, error) {
		m, err := s.next()
		if m == nil || err != nil {
			return nil, false, err
		}
		return &match{p: p, m: m, text: s.text, from: from}, true, nil
	}))
}

func (p *pattern) split(v, limit value.Value) (value.Value, error) {
	text, err := subject(v)
	if err != nil {
		return nil, err
	}
	n, err := value.Index(limit)
	if err != nil {
		return nil, err
	}
	s := &scan{p: p, text: text}
	out := value.NewList()
	at := 0
	for count := 0; n == 0 || count < n; count++ {
		m, err := s.next()
		if err != nil {
			return nil, err
		}
		if m == nil {
			break
		}
		out.Append(value.Str(text[at:m.Index]))
		for _, g := range p.groupTexts(m, text, value.None) {
			out.Append(g)
		}
		at = m.Index + m.Length
	}
	out.Append(value.Str(text[at:]))
	return out, nil
}
