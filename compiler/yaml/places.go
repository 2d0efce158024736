package yaml

import (
	"sort"
	"strings"
	"unicode/utf8"

	yamlv3 "go.yaml.in/yaml/v3"

	"mdl/compiler/diag"
)

// places finds the byte range of a node in the source. The library tells the
// line and column at which a node starts, its style and its value; where it
// ends is read off the source.
type places struct {
	file  *diag.File
	text  string
	lines []int // byte offset of each line, by YAML's line breaks
	ascii bool
}

func newPlaces(f *diag.File) *places {
	p := &places{file: f, text: f.Text, ascii: true}
	first := 0
	if strings.HasPrefix(f.Text, bom) {
		first = len(bom)
	}
	p.lines = append(p.lines, first)
	for i := first; i < len(p.text); {
		n := breakLen(p.text[i:])
		if n > 0 {
			i += n
			p.lines = append(p.lines, i)
			continue
		}
		if p.text[i] >= utf8.RuneSelf {
			p.ascii = false
		}
		i++
	}
	return p
}

// breakLen is the length of the line break that a text starts with, or 0. YAML
// 1.1 has more line breaks than a diag.File counts.
func breakLen(s string) int {
	switch s[0] {
	case '\n':
		return 1
	case '\r':
		if len(s) > 1 && s[1] == '\n' {
			return 2
		}
		return 1
	case 0xc2: // NEL
		if len(s) > 1 && s[1] == 0x85 {
			return 2
		}
	case 0xe2: // LS and PS
		if len(s) > 2 && s[1] == 0x80 && (s[2] == 0xa8 || s[2] == 0xa9) {
			return 3
		}
	}
	return 0
}

// offset is the byte offset of a 1-based line and column in characters.
func (p *places) offset(line, column int) int {
	if line < 1 || line > len(p.lines) {
		return len(p.text)
	}
	off := p.lines[line-1]
	if p.ascii {
		return min(off+column-1, len(p.text))
	}
	for ; column > 1 && off < len(p.text); column-- {
		_, n := utf8.DecodeRuneInString(p.text[off:])
		off += n
	}
	return off
}

// start is where a node's own text starts, after its anchor and tag, as an
// empty span.
func (p *places) start(y *yamlv3.Node) diag.Span {
	off := p.offset(y.Line, y.Column)
	for y.Kind != yamlv3.AliasNode && off < len(p.text) && (p.text[off] == '&' || p.text[off] == '!') {
		word := strings.IndexAny(p.text[off:], " \t\r\n,]}")
		if word < 0 {
			off = len(p.text)
			break
		}
		next := p.skipSpace(off + word)
		if empty := y.Kind == yamlv3.ScalarNode && y.Value == ""; empty && breaksBetween(p.text[off:next]) {
			off += word
			break
		}
		off = next
	}
	return diag.Span{File: p.file, Start: off, End: off}
}

func breaksBetween(s string) bool { return strings.ContainsAny(s, "\r\n") }

// skipSpace goes over white space, line breaks and comments.
func (p *places) skipSpace(off int) int {
	for off < len(p.text) {
		switch c := p.text[off]; {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			off++
		case c == '#' && off > 0 && strings.IndexByte(" \t\r\n", p.text[off-1]) >= 0:
			i := strings.IndexByte(p.text[off:], '\n')
			if i < 0 {
				return len(p.text)
			}
			off += i
		default:
			return off
		}
	}
	return off
}

// closing is the end of a collection whose last child ends at end: behind the
// closing bracket in flow style, and end itself in block style.
func (p *places) closing(y *yamlv3.Node, end int, bracket byte) int {
	if y.Style&yamlv3.FlowStyle == 0 {
		return end
	}
	off := end
	if off < len(p.text) && off == p.start(y).Start && len(y.Content) == 0 {
		off++ // the opening bracket of an empty collection
	}
	for off < len(p.text) {
		off = p.skipSpace(off)
		switch {
		case off < len(p.text) && p.text[off] == bracket:
			return off + 1
		case off < len(p.text) && strings.IndexByte(",:?", p.text[off]) >= 0:
			off++
		default:
			return end
		}
	}
	return end
}

// scalarEnd is where a scalar that starts at off ends.
func (p *places) scalarEnd(off int, text string, s style) int {
	switch s {
	case singleQuoted:
		return p.quotedEnd(off, '\'')
	case doubleQuoted:
		return p.quotedEnd(off, '"')
	case literal, folded:
		return p.blockEnd(off, text)
	}
	return p.plainEnd(off, text)
}

func (p *places) quotedEnd(off int, quote byte) int {
	for i := off + 1; i < len(p.text); i++ {
		switch c := p.text[i]; {
		case c == '\\' && quote == '"':
			i++
		case c != quote:
		case quote == '\'' && i+1 < len(p.text) && p.text[i+1] == quote:
			i++
		default:
			return i + 1
		}
	}
	return len(p.text)
}

// plainEnd walks source and value together; a run of white space in one stands
// for a run of it in the other.
func (p *places) plainEnd(off int, text string) int {
	i, j := off, 0
	for j < len(text) && i < len(p.text) {
		if isFold(text[j:]) {
			for j < len(text) && isFold(text[j:]) {
				j++
			}
			for i < len(p.text) && isFold(p.text[i:]) {
				i++
			}
			continue
		}
		if p.text[i] != text[j] {
			if !isFold(p.text[i:]) {
				return i // not the value's text: stop rather than run on
			}
			i++
			continue
		}
		i++
		j++
	}
	return i
}

// isFold reports whether a text starts with what folding lines may change.
func isFold(s string) bool {
	return s[0] == ' ' || s[0] == '\t' || breakLen(s) > 0
}

// blockEnd is the end of the last line of a block scalar's content.
func (p *places) blockEnd(off int, text string) int {
	line := sort.SearchInts(p.lines, off+1) // the line after the header
	end := p.lineEnd(line - 1)
	content := strings.TrimLeft(text, "\n")
	if content == "" {
		return end
	}
	own := len(content) - len(strings.TrimLeft(content, " "))
	indent := -1
	for ; line < len(p.lines); line++ {
		start, stop := p.lines[line], p.lineEnd(line)
		body := p.text[start:stop]
		spaces := len(body) - len(strings.TrimLeft(body, " "))
		if spaces == len(body) {
			continue
		}
		if indent < 0 {
			indent = max(0, spaces-own)
		}
		if spaces < indent {
			break
		}
		end = stop
	}
	return end
}

// lineEnd is the end of a 0-based line without its line break.
func (p *places) lineEnd(line int) int {
	if line+1 >= len(p.lines) {
		return len(p.text)
	}
	return p.lines[line] + len(strings.TrimRight(p.text[p.lines[line]:p.lines[line+1]], "\r\n\u0085\u2028\u2029"))
}
