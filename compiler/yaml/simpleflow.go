package yaml

import "strings"

// flow reads the scalar or flow collection at i, on one line. A plain scalar
// ends before a character of the set.
func (p *simple) flow(i int, set string) *Node {
	switch p.at(i) {
	case '[':
		return p.flowSequence(i)
	case '{':
		return p.flowMapping(i)
	}
	end := p.token(i, set)
	if end == i {
		return nil
	}
	return p.word(i, end)
}

// inFlow are the characters that end a plain scalar in brackets.
const inFlow = ",?[]{}"

// token returns the end of the plain or quoted scalar at i, or i where there
// is none.
func (p *simple) token(i int, set string) int {
	end := i + 1
	switch p.at(i) {
	case '\'':
		for ; !p.ends(end); end++ {
			if p.text[end] == '\'' && p.at(end+1) != '\'' {
				return end + 1
			}
			if p.text[end] == '\'' {
				end++
			}
		}
		return i
	case '"':
		for ; !p.ends(end); end++ {
			if p.text[end] == '"' {
				return end + 1
			}
			if p.text[end] == '\\' {
				if end++; strings.IndexByte(`\"n`, p.at(end)) < 0 {
					return i
				}
			}
		}
		return i
	}
	if !p.startsPlain(i) {
		return i
	}
	return p.plainEnd(end, set)
}

// plainEnd returns where a plain scalar, which i is in, ends on its line.
func (p *simple) plainEnd(i int, set string) int {
	end := i
	for ; !p.ends(end); end++ {
		c := p.text[end]
		if c == ':' && p.blank(end+1) || c == '#' && p.text[end-1] == ' ' || set != "" && strings.IndexByte(set, c) >= 0 {
			break
		}
	}
	for p.text[end-1] == ' ' {
		end--
	}
	return end
}

// unescape replaces the escapes that token lets pass.
var unescape = strings.NewReplacer(`\\`, `\`, `\"`, `"`, `\n`, "\n")

// startsPlain reports whether a plain scalar starts at i: with none of the
// characters that mean something, but for the sign of a number.
func (p *simple) startsPlain(i int) bool {
	c := p.at(i)
	if c == '-' {
		return isDigit(p.at(i+1)) || p.at(i+1) == '.'
	}
	return strings.IndexByte("\n -?:,[]{}#&*!|>'\"%@`", c) < 0
}

// word makes the node of a token.
func (p *simple) word(start, end int) *Node {
	n := p.node(String, start, end)
	switch p.text[start] {
	case '\'':
		n.Text, n.style = strings.ReplaceAll(p.text[start+1:end-1], "''", "'"), singleQuoted
	case '"':
		n.Text, n.style = unescape.Replace(p.text[start+1:end-1]), doubleQuoted
	default:
		if !n.resolve(p.text[start:end], "") {
			return nil
		}
	}
	return n
}

// key reads a key of a block mapping, which must be a text, and finds its
// colon. A point may be the start of the marker between documents.
func (p *simple) key(i int) (key *Node, colon int) {
	if p.at(i) == '.' {
		return nil, 0
	}
	return p.keyWithin(i, "")
}

func (p *simple) keyWithin(i int, set string) (key *Node, colon int) {
	end := p.token(i, set)
	colon = p.skip(end)
	if end == i || p.at(colon) != ':' || !p.blank(colon+1) || colon-i > simpleKeyLen {
		return nil, 0
	}
	n := p.word(i, end)
	if n == nil || n.Kind != String || n.Text == "<<" {
		return nil, 0
	}
	return n, colon
}

func (p *simple) flowSequence(i int) *Node {
	n, mark := p.node(Sequence, i, i), len(p.items)
	if p.depth++; p.depth > simpleDepth {
		return nil
	}
	for i = p.skip(i + 1); p.at(i) != ']'; {
		item := p.flow(i, inFlow)
		if item == nil {
			return nil
		}
		p.items = append(p.items, item)
		if i = p.next(item.Span.End, ']'); i < 0 {
			return nil
		}
	}
	n.Span.End = i + 1
	return p.closeSequence(n, mark)
}

func (p *simple) flowMapping(i int) *Node {
	n, mark := p.node(Mapping, i, i), len(p.pairs)
	if p.depth++; p.depth > simpleDepth {
		return nil
	}
	for i = p.skip(i + 1); p.at(i) != '}'; {
		key, colon := p.keyWithin(i, inFlow)
		if key == nil {
			return nil
		}
		val := p.flow(p.skip(colon+1), inFlow)
		if val == nil || !p.add(mark, key, val) {
			return nil
		}
		if i = p.next(val.Span.End, '}'); i < 0 {
			return nil
		}
	}
	n.Span.End = i + 1
	return p.closeMapping(n, mark)
}

// next goes from the end of an element of a flow collection to the next
// element or to the closing bracket; -1 where neither follows.
func (p *simple) next(end int, bracket byte) int {
	i := p.skip(end)
	switch p.at(i) {
	case bracket:
		return i
	case ',':
		return p.skip(i + 1)
	}
	return -1
}
