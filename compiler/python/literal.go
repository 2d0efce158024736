package python

import (
	"strconv"
	"strings"

	"mdl/compiler/jinja/value"
)

// parser reads literals, as ast.literal_eval does.
type parser struct {
	tokens []token
	pos    int
	depth  int
}

// maxDepth bounds how deep lists and dicts may be nested.
const maxDepth = 200

func (p *parser) peek() token { return at(p.tokens, p.pos) }

func (p *parser) accept(text string) bool {
	if t := p.peek(); t.kind == op && t.text == text {
		p.pos++
		return true
	}
	return false
}

// fail is the error of something that is no literal at the present token.
func (p *parser) fail() error {
	t := p.peek()
	if p.pos >= len(p.tokens) {
		return errorAt(at(p.tokens, len(p.tokens)-1).start, "this call does not end")
	}
	return errorAt(t.start, "the arguments of dbt's calls must be literals, which %q is not", t.text)
}

// arguments reads what follows the opening parenthesis of a call.
func (p *parser) arguments() (value.Args, error) {
	var args value.Args
	for !p.accept(")") {
		key := ""
		if t := p.peek(); t.kind == name && at(p.tokens, p.pos+1).text == "=" {
			key = t.text
			p.pos += 2
		}
		v, err := p.literal()
		if err != nil {
			return args, err
		}
		if key != "" {
			args.Kw = append(args.Kw, value.Kwarg{Name: key, Value: v})
		} else {
			args.Pos = append(args.Pos, v)
		}
		if !p.accept(",") && p.peek().text != ")" {
			return args, p.fail()
		}
	}
	return args, nil
}

func (p *parser) literal() (value.Value, error) {
	p.depth++
	defer func() { p.depth-- }()
	t := p.peek()
	if p.depth > maxDepth {
		return nil, p.fail()
	}
	switch t.kind {
	case text:
		var b strings.Builder
		for p.peek().kind == text {
			b.WriteString(p.peek().text)
			p.pos++
		}
		if k := p.peek().kind; k == fstring || k == bytes {
			return nil, p.fail()
		}
		return value.Str(b.String()), nil
	case number:
		return p.number(false)
	case name:
		for word, v := range map[string]value.Value{"None": value.None, "True": value.True, "False": value.Bool(false)} {
			if t.text == word {
				p.pos++
				return v, nil
			}
		}
	case op:
		switch t.text {
		case "-", "+":
			p.pos++
			return p.number(t.text == "-")
		case "[":
			p.pos++
			items, _, err := p.items("]")
			return value.NewList(items...), err
		case "(":
			p.pos++
			items, comma, err := p.items(")")
			if err == nil && len(items) == 1 && !comma {
				return items[0], nil
			}
			return value.NewTuple(items...), err
		case "{":
			p.pos++
			return p.braces()
		}
	}
	return nil, p.fail()
}

// items reads literals up to a closing mark and reports whether a comma was
// among them.
func (p *parser) items(end string) (items []value.Value, comma bool, err error) {
	for !p.accept(end) {
		v, err := p.literal()
		if err != nil {
			return nil, false, err
		}
		items = append(items, v)
		switch {
		case p.accept(","):
			comma = true
		case p.peek().text != end:
			return nil, false, p.fail()
		}
	}
	return items, comma, nil
}

// braces reads a dict. A set is refused: no configuration is one.
func (p *parser) braces() (value.Value, error) {
	d := value.NewDict()
	for !p.accept("}") {
		key, err := p.literal()
		if err != nil {
			return nil, err
		}
		if !p.accept(":") {
			return nil, p.fail()
		}
		v, err := p.literal()
		if err != nil {
			return nil, err
		}
		if err := d.Set(key, v); err != nil {
			return nil, p.fail()
		}
		if !p.accept(",") && p.peek().text != "}" {
			return nil, p.fail()
		}
	}
	return d, nil
}

func (p *parser) number(negative bool) (value.Value, error) {
	t := p.peek()
	digits := strings.ReplaceAll(t.text, "_", "")
	if t.kind != number {
		return nil, p.fail()
	}
	if n, err := strconv.ParseInt(digits, 0, 64); err == nil {
		p.pos++
		if negative {
			n = -n
		}
		return value.Int(n), nil
	}
	f, err := strconv.ParseFloat(digits, 64)
	if err != nil {
		return nil, p.fail()
	}
	p.pos++
	if negative {
		f = -f
	}
	return value.Float(f), nil
}

// unescape resolves the escapes of a string; one that Python does not know
// stays as it is.
func unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		i++
		switch c := s[i]; c {
		case '\n':
		case '\\', '\'', '"':
			b.WriteByte(c)
		case 'n':
			b.WriteByte('\n')
		case 't':
			b.WriteByte('\t')
		case 'r':
			b.WriteByte('\r')
		case 'x', 'u', 'U':
			n := map[byte]int{'x': 2, 'u': 4, 'U': 8}[c]
			if i+n < len(s) {
				if code, err := strconv.ParseUint(s[i+1:i+1+n], 16, 32); err == nil {
					b.WriteRune(rune(code))
					i += n
					continue
				}
			}
			b.WriteString(s[i-1 : i+1])
		default:
			b.WriteString(s[i-1 : i+1])
		}
	}
	return b.String()
}
