package yaml

import (
	"slices"
	"strings"

	"mdl/compiler/diag"
)

// simple reads the part of YAML to which most properties files keep, several
// times faster than the library: block mappings and sequences, scalars and flow
// collections on one line, block scalars, comments. A method that meets anything
// else, or a mistake, returns nil, and the library reads the whole file: what is
// YAML and what an error says is decided there. FuzzSimple holds the two
// against each other.
type simple struct {
	file  *diag.File
	text  string
	pos   int // the next content
	col   int // the column of pos from 0, or -1 at the end of the text
	depth int
	free  []Node // nodes to hand out
	items []*Node
	pairs []Pair
}

// Bounds of what simple reads.
const (
	simpleDepth  = 100
	simpleKeys   = 100  // of one mapping, since duplicates are searched one by one
	simpleKeyLen = 1000 // bytes; the library's own bound is 1,024 characters
)

// parseSimple returns the document, or nil where it is not simple.
func parseSimple(f *diag.File) *Node {
	if len(f.Text) > maxSize || strings.ContainsAny(f.Text, "\t\r") {
		return nil
	}
	for _, special := range [...]string{"\u0085", "\u2028", "\u2029", bom} {
		if strings.Contains(f.Text, special) {
			return nil
		}
	}
	p := simple{file: f, text: f.Text}
	if p.line(0); p.col == 0 && strings.HasPrefix(p.text[p.pos:], "---\n") {
		p.line(p.pos + 4)
	}
	if n := p.block(); p.col < 0 {
		return n
	}
	return nil
}

// node makes a node with a place. Nodes of one file live equally long, so they
// are cut from common arrays.
func (p *simple) node(kind Kind, start, end int) *Node {
	if len(p.free) == 0 {
		p.free = make([]Node, min(max(8, len(p.text)/32), 128))
	}
	n := &p.free[0]
	p.free = p.free[1:]
	n.Kind, n.Span = kind, diag.Span{File: p.file, Start: start, End: end}
	return n
}

// line goes to the first content at or behind the start of a line.
func (p *simple) line(start int) {
	for start < len(p.text) {
		i := p.skip(start)
		if !p.ends(i) && p.text[i] != '#' {
			p.pos, p.col = i, i-start
			return
		}
		start = p.lineEnd(i) + 1
	}
	p.pos, p.col = len(p.text), -1
}

// at is the byte at i, or a line break at the end of the text.
func (p *simple) at(i int) byte {
	if i < len(p.text) {
		return p.text[i]
	}
	return '\n'
}

// skip goes over spaces.
func (p *simple) skip(i int) int {
	for p.at(i) == ' ' {
		i++
	}
	return i
}

// ends reports whether a line ends at i.
func (p *simple) ends(i int) bool { return p.at(i) == '\n' }

// blank reports whether a space or the end of the line is at i.
func (p *simple) blank(i int) bool { return p.at(i) == ' ' || p.at(i) == '\n' }

func (p *simple) lineEnd(i int) int {
	if i < len(p.text) {
		if n := strings.IndexByte(p.text[i:], '\n'); n >= 0 {
			return i + n
		}
	}
	return len(p.text)
}

// rest goes from the end of a value to the next content. Only a comment may
// follow on the line, and no deeper line, which would go on with the value.
func (p *simple) rest(end, col int) bool {
	i := p.skip(end)
	if !p.ends(i) && (p.text[i] != '#' || i == end) {
		return false
	}
	p.line(p.lineEnd(i) + 1)
	return p.col <= col
}

// dash reports whether an entry of a sequence starts at i.
func (p *simple) dash(i int) bool { return p.at(i) == '-' && p.blank(i+1) }

// block reads the collection that starts at pos.
func (p *simple) block() *Node {
	if p.dash(p.pos) {
		return p.sequence(false)
	}
	return p.mapping(p.key(p.pos))
}

// sequence reads the entries in pos's column. Where they stand in the column of
// the mapping whose value they are, a key ends them.
func (p *simple) sequence(inMapping bool) *Node {
	n, col, mark := p.node(Sequence, p.pos, p.pos), p.col, len(p.items)
	if p.depth++; p.depth > simpleDepth {
		return nil
	}
	for p.col == col && p.dash(p.pos) {
		item := p.entry()
		if item == nil {
			return nil
		}
		p.items = append(p.items, item)
		n.Span.End = max(n.Span.End, item.Span.End)
	}
	if p.col > col || p.col == col && !inMapping {
		return nil
	}
	return p.closeSequence(n, mark)
}

func (p *simple) closeSequence(n *Node, mark int) *Node {
	n.Items, p.items = slices.Clone(p.items[mark:]), p.items[:mark]
	p.depth--
	return n
}

// entry reads what follows the dash at pos.
func (p *simple) entry() *Node {
	dash, col := p.pos, p.col
	i := p.skip(dash + 1)
	if p.ends(i) || p.text[i] == '#' {
		return p.below(dash+1, col, false)
	}
	p.pos, p.col = i, col+i-dash
	if p.dash(i) {
		return p.sequence(false)
	}
	if key, colon := p.key(i); key != nil {
		return p.mapping(key, colon)
	}
	return p.scalar(i, col)
}

// mapping reads the pairs whose keys are in pos's column. The first key has
// been read.
func (p *simple) mapping(key *Node, colon int) *Node {
	n, col, mark := p.node(Mapping, p.pos, p.pos), p.col, len(p.pairs)
	if p.depth++; p.depth > simpleDepth {
		return nil
	}
	for {
		if key == nil {
			return nil
		}
		var val *Node
		if i := p.skip(colon + 1); p.ends(i) || p.text[i] == '#' {
			val = p.below(colon+1, col, true)
		} else {
			val = p.scalar(i, col)
		}
		if val == nil || !p.add(mark, key, val) {
			return nil
		}
		n.Span.End = max(n.Span.End, val.Span.End)
		if p.col != col {
			break
		}
		key, colon = p.key(p.pos)
	}
	if p.col > col {
		return nil
	}
	return p.closeMapping(n, mark)
}

// add adds a pair to the mapping whose pairs start at mark, unless the key is
// there already.
func (p *simple) add(mark int, key, val *Node) bool {
	for _, pair := range p.pairs[mark:] {
		if pair.Key.Text == key.Text {
			return false
		}
	}
	p.pairs = append(p.pairs, Pair{key, val})
	return len(p.pairs)-mark <= simpleKeys
}

func (p *simple) closeMapping(n *Node, mark int) *Node {
	n.Pairs, p.pairs = slices.Clone(p.pairs[mark:]), p.pairs[:mark]
	p.depth--
	return n
}

// below reads the value of a key or a dash whose line says no more: it stands
// on the lines that follow, or is null.
func (p *simple) below(after, col int, ofKey bool) *Node {
	if !p.rest(after, len(p.text)) {
		return nil
	}
	switch {
	case p.col > col:
		return p.block()
	case p.col == col && ofKey && p.dash(p.pos):
		return p.sequence(true)
	}
	return p.node(Null, after, after)
}

// scalar reads the value at i, which is on the line of its key or dash: a
// scalar or a flow collection.
func (p *simple) scalar(i, col int) *Node {
	if p.text[i] == '|' || p.text[i] == '>' {
		return p.blockScalar(i, col)
	}
	n := p.flow(i, "")
	switch {
	case n == nil:
		return p.foldQuoted(i, col)
	case p.rest(n.Span.End, col):
		return n
	case n.style == plain && n.Kind != Sequence && n.Kind != Mapping:
		return p.foldPlain(n.Span, col)
	}
	return nil
}
