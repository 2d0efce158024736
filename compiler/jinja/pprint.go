package jinja

import (
	"strings"
	"unicode/utf8"

	"mdl/compiler/jinja/value"
)

const pprintWidth = 80

// maxPprint bounds what is laid out, in bytes and in values; what is larger, or
// contains itself, is printed without layout.
const maxPprint = 1 << 17

func filterPprint(_ *thread, v value.Value, _ []value.Value) (value.Value, error) {
	if rep := value.Repr(v); len(rep) > maxPprint {
		return value.Str(rep), nil
	}
	p := printer{left: maxPprint}
	v = p.sorted(v)
	p.left = maxPprint
	p.format(v, 0, 0, 0)
	return value.Str(p.b.String()), nil
}

// printer lays out values as Python's pprint does: on one line where they fit,
// else one item a line.
type printer struct {
	b    strings.Builder
	left int // how many values may still be visited
}

// format writes a value at an indentation; allowance is what must still fit
// behind it.
func (p *printer) format(v value.Value, indent, allowance, level int) {
	rep := value.Repr(v)
	p.left--
	if utf8.RuneCountInString(rep) <= pprintWidth-indent-allowance || p.left < 0 || level > maxNesting {
		p.b.WriteString(rep)
		return
	}
	switch v := v.(type) {
	case *value.Dict:
		p.b.WriteByte('{')
		p.dictItems(v, indent, allowance+1, level+1)
		p.b.WriteByte('}')
	case *value.List:
		p.bracketed("[", v.Items(), "]", indent, allowance, level+1)
	case *value.Tuple:
		end := ")"
		if v.Len() == 1 {
			end = ",)"
		}
		p.bracketed("(", v.Items(), end, indent, allowance, level+1)
	case value.Str:
		p.text(string(v), indent, allowance, level+1)
	default:
		p.b.WriteString(rep)
	}
}

// sorted copies a value with the keys of its dicts sorted; keys that do not
// compare keep their order.
func (p *printer) sorted(v value.Value) value.Value {
	if p.left--; p.left < 0 {
		return v
	}
	switch v := v.(type) {
	case *value.Dict:
		keys := v.Keys()
		if value.SortItems(keys, nil, false) != nil {
			keys = v.Keys()
		}
		d := value.NewDictSize(len(keys))
		for _, k := range keys {
			item, _ := v.Get(k)
			if d.Set(k, p.sorted(item)) != nil {
				return v
			}
		}
		return d
	case *value.List:
		return value.NewList(p.sortedItems(v.Items())...)
	case *value.Tuple:
		return value.NewTuple(p.sortedItems(v.Items())...)
	}
	return v
}

func (p *printer) sortedItems(items []value.Value) []value.Value {
	out := make([]value.Value, len(items))
	for i, item := range items {
		out[i] = p.sorted(item)
	}
	return out
}

func (p *printer) newline(indent int) { p.b.WriteString(",\n" + strings.Repeat(" ", indent)) }

func (p *printer) bracketed(open string, items []value.Value, end string, indent, allowance, level int) {
	p.b.WriteString(open)
	for i, item := range items {
		last := 1
		if i > 0 {
			p.newline(indent + 1)
		}
		if i == len(items)-1 {
			last = allowance + len(end)
		}
		p.format(item, indent+1, last, level)
	}
	p.b.WriteString(end)
}

func (p *printer) dictItems(d *value.Dict, indent, allowance, level int) {
	indent++
	left := d.Len()
	for k, v := range d.All() {
		left--
		rep := value.Repr(k)
		p.b.WriteString(rep + ": ")
		last := 1
		if left == 0 {
			last = allowance
		}
		p.format(v, indent+utf8.RuneCountInString(rep)+2, last, level)
		if left > 0 {
			p.newline(indent)
		}
	}
}

// text writes a long string as several literals, broken at spaces.
func (p *printer) text(s string, indent, allowance, level int) {
	if level == 1 {
		indent++
		allowance++
	}
	width := pprintWidth - indent
	var chunks []string
	lines := value.SplitLines(s, true)
	for i, line := range lines {
		last := 0
		if i == len(lines)-1 {
			last = allowance
		}
		chunks = append(chunks, textChunks(line, width, last)...)
	}
	if len(chunks) == 1 {
		p.b.WriteString(chunks[0])
		return
	}
	if level == 1 {
		p.b.WriteByte('(')
	}
	p.b.WriteString(strings.Join(chunks, "\n"+strings.Repeat(" ", indent)))
	if level == 1 {
		p.b.WriteByte(')')
	}
}

// textChunks breaks a line into literals that fit a width; allowance is taken
// from the last one.
func textChunks(line string, width, allowance int) []string {
	fits := func(s string, width int) bool {
		return utf8.RuneCountInString(value.Repr(value.Str(s))) <= width
	}
	if fits(line, width-allowance) {
		return []string{value.Repr(value.Str(line))}
	}
	var chunks []string
	current := ""
	for rest := line; rest != ""; {
		n := strings.IndexFunc(rest, isSpace)
		if n < 0 {
			n = len(rest)
		}
		n += len(rest[n:]) - len(strings.TrimLeftFunc(rest[n:], isSpace))
		part := rest[:n]
		rest = rest[n:]
		if rest == "" {
			width -= allowance
		}
		if fits(current+part, width) {
			current += part
			continue
		}
		if current != "" {
			chunks = append(chunks, value.Repr(value.Str(current)))
		}
		current = part
	}
	if current != "" {
		chunks = append(chunks, value.Repr(value.Str(current)))
	}
	return chunks
}
