package yaml

import (
	"strings"

	"mdl/compiler/diag"
)

// blockScalar reads a literal or folded scalar whose indicator is at i: one
// with content on its first line, and, when it is folded, without lines that
// stand deeper than the others.
func (p *simple) blockScalar(i, col int) *Node {
	n := p.node(String, i, i)
	n.style = literal
	if p.text[i] == '>' {
		n.style = folded
	}
	i++
	strip := i < len(p.text) && p.text[i] == '-'
	if strip {
		i++
	}
	if i = p.skip(i); !p.ends(i) {
		return nil
	}
	start := i + 1
	indent := p.skip(start) - start
	if indent <= col || p.ends(start+indent) {
		return nil
	}
	var text strings.Builder
	breaks := 0 // behind what was written
	for start < len(p.text) {
		stop := p.lineEnd(start)
		spaces := p.skip(start) - start
		switch {
		case spaces == stop-start && spaces <= indent:
			breaks++
		case spaces < indent:
			return p.endBlock(n, &text, start, col, breaks > 0 && !strip)
		case spaces > indent && n.style == folded:
			return nil
		default:
			writeBreaks(&text, breaks, n.style)
			text.WriteString(p.text[start+indent : stop])
			if spaces < stop-start {
				n.Span.End = stop
			}
			breaks = 0
			if stop < len(p.text) {
				breaks = 1
			}
		}
		start = stop + 1
	}
	return p.endBlock(n, &text, start, col, breaks > 0 && !strip)
}

// writeBreaks writes the line breaks between two lines: of a folded scalar one
// is a space, and of several one is dropped.
func writeBreaks(b *strings.Builder, n int, s style) {
	if s == folded && n == 1 {
		b.WriteByte(' ')
	}
	if s == folded {
		n--
	}
	for range n {
		b.WriteByte('\n')
	}
}

// endBlock gives a block scalar its text and goes to the line behind it.
func (p *simple) endBlock(n *Node, text *strings.Builder, start, col int, final bool) *Node {
	if final {
		text.WriteByte('\n')
	}
	n.Text = text.String()
	if p.line(start); p.col > col {
		return nil
	}
	return n
}

// foldPlain reads a plain scalar, of which the first line is known, that goes
// on on deeper lines.
func (p *simple) foldPlain(first diag.Span, col int) *Node {
	var text strings.Builder
	i, end := first.Start, first.End
	for {
		if !p.ends(p.skip(end)) {
			return nil
		}
		text.WriteString(p.text[i:end])
		if p.line(p.lineEnd(end) + 1); p.col <= col {
			break
		}
		between := p.text[end:p.pos]
		if strings.IndexByte(between, '#') >= 0 {
			return nil
		}
		writeBreaks(&text, strings.Count(between, "\n"), folded)
		i, end = p.pos, p.plainEnd(p.pos, "")
	}
	n := p.node(String, first.Start, end)
	if !n.resolve(text.String(), "") {
		return nil
	}
	return n
}

// foldQuoted reads a quoted scalar over several lines, without escapes.
func (p *simple) foldQuoted(i, col int) *Node {
	n := p.node(String, i, i)
	quote := p.text[i]
	switch quote {
	case '\'':
		n.style = singleQuoted
	case '"':
		n.style = doubleQuoted
	default:
		return nil
	}
	var text strings.Builder
	for i++; ; {
		stop := i
		for !p.ends(stop) && p.text[stop] != quote && p.text[stop] != '\\' {
			stop++
		}
		if p.at(stop) == quote && p.at(stop+1) != quote {
			text.WriteString(p.text[i:stop])
			n.Text, n.Span.End = text.String(), stop+1
			break
		}
		if !p.ends(stop) {
			return nil
		}
		text.WriteString(strings.TrimRight(p.text[i:stop], " "))
		for i = p.skip(stop); i < len(p.text) && p.text[i] == '\n'; {
			i = p.skip(i + 1)
		}
		if i == len(p.text) || p.text[i-1] != ' ' {
			return nil // a marker of documents may stand in the first column
		}
		writeBreaks(&text, strings.Count(p.text[stop:i], "\n"), folded)
	}
	if !p.rest(n.Span.End, col) {
		return nil
	}
	return n
}
