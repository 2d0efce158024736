package yaml

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	yamlv3 "go.yaml.in/yaml/v3"

	"mdl/compiler/diag"
)

// bom is the byte order mark that some editors put in front of a text.
const bom = "\ufeff"

// Parse reads a file of one document. The node is nil when the file holds
// nothing but comments, or when it cannot be read. Codes: E151 syntax,
// E152 a document that expands too far, E153 a value that YAML cannot mean,
// W151 a duplicate key.
func Parse(f *diag.File) (*Node, diag.List) {
	if start, end := unreadable(f.Text); end > start {
		d := diag.Errorf("E151", diag.Span{File: f, Start: start, End: end}, "this character cannot be in YAML")
		if !utf8.ValidString(f.Text[start:end]) {
			d.Summary = "the file is not UTF-8"
			d.Hint = "save it as UTF-8"
		}
		return nil, diag.List{d}
	}
	if n := parseSimple(f); n != nil {
		return n, nil
	}
	return parseAny(f)
}

// parseAny reads a document of readable characters through the library.
func parseAny(f *diag.File) (*Node, diag.List) {
	doc, err := decode(f.Text)
	if err != nil {
		return nil, diag.List{diagnose(f, err)}
	}
	if doc == nil {
		return nil, nil
	}
	c := converter{places: newPlaces(f), done: map[*yamlv3.Node]*Node{}, sizes: map[*Node]int{}}
	n := c.convert(doc, 0)
	if c.diags.HasErrors() {
		return nil, c.diags
	}
	return n, c.diags
}

// errSecondDocument is decode's error for a stream of several documents.
var errSecondDocument = errors.New("a second document starts here")

// decode is the syntax alone: the only document of a text, or nil where there
// is none. The library signals some errors by a panic of its own.
func decode(text string) (doc *yamlv3.Node, err error) {
	defer func() {
		if p := recover(); p != nil {
			doc, err = nil, fmt.Errorf("yaml: %v", p)
		}
	}()
	d := yamlv3.NewDecoder(strings.NewReader(strings.TrimPrefix(text, bom)))
	var first, second yamlv3.Node
	if err := d.Decode(&first); err != nil {
		if err == io.EOF {
			return nil, nil
		}
		return nil, err
	}
	if err := d.Decode(&second); err == nil {
		return nil, errSecondDocument
	} else if err != io.EOF {
		return nil, err
	}
	return first.Content[0], nil
}

// unreadable returns the first byte range that is not UTF-8 or is a character
// that YAML forbids; end is start where there is none.
func unreadable(text string) (start, end int) {
	for i := 0; i < len(text); {
		c := text[i]
		if c >= ' ' && c < 0x7f || c == '\n' || c == '\r' || c == '\t' {
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		invalid := r == utf8.RuneError && size == 1
		if invalid || r < 0xa0 && r != 0x85 || r == 0xfffe || r == 0xffff {
			return i, i + size
		}
		i += size
	}
	return 0, 0
}

// Bounds of a document: how deep it may nest and how many values it may have
// once its aliases are written out.
const (
	maxDepth = 500
	maxSize  = 2_000_000
)

// converter makes Nodes of the library's nodes.
type converter struct {
	places *places
	diags  diag.List
	done   map[*yamlv3.Node]*Node // anchored nodes; nil while one is being made
	sizes  map[*Node]int          // of anchored nodes, aliases written out
	size   int                    // of everything made so far, aliases written out
}

func (c *converter) errorf(code string, at diag.Span, format string, args ...any) {
	c.diags = append(c.diags, diag.Errorf(code, at, format, args...))
}

// grow counts n more values and reports whether there may be so many.
func (c *converter) grow(n int, at diag.Span) bool {
	if c.size > maxSize {
		return false // reported already
	}
	c.size += n
	if c.size > maxSize {
		c.errorf("E152", at, "aliases and merge keys make this document larger than %d values", maxSize)
	}
	return c.size <= maxSize
}

func (c *converter) convert(y *yamlv3.Node, depth int) *Node {
	if y.Kind == yamlv3.AliasNode {
		return c.alias(y)
	}
	n := &Node{Span: c.places.start(y)}
	if !c.grow(1, n.Span) {
		return n
	}
	if depth > maxDepth {
		c.errorf("E152", n.Span, "values are nested deeper than %d levels", maxDepth)
		c.size = maxSize + 1
		return n
	}
	before := c.size
	if y.Anchor != "" {
		c.done[y] = nil
	}
	switch y.Kind {
	case yamlv3.SequenceNode:
		c.sequence(n, y, depth)
	case yamlv3.MappingNode:
		c.mapping(n, y, depth)
	default:
		c.scalar(n, y)
	}
	if y.Anchor != "" {
		c.done[y] = n
		c.sizes[n] = c.size - before + 1
	}
	return n
}

func (c *converter) alias(y *yamlv3.Node) *Node {
	at := c.places.start(y)
	at.End = at.Start + 1 + len(y.Value)
	n := c.done[y.Alias]
	if n == nil {
		c.errorf("E152", at, "the anchor %q contains itself", y.Value)
		return &Node{Span: at}
	}
	c.grow(c.sizes[n], at)
	return n
}

func (c *converter) sequence(n *Node, y *yamlv3.Node, depth int) {
	n.Kind = Sequence
	c.checkTag(n, y, "!!seq")
	n.Items = make([]*Node, 0, len(y.Content))
	end := n.Span.Start
	for _, item := range y.Content {
		node := c.convert(item, depth+1)
		n.Items = append(n.Items, node)
		end = max(end, c.end(item, node))
	}
	n.Span.End = c.places.closing(y, end, ']')
}

func (c *converter) mapping(n *Node, y *yamlv3.Node, depth int) {
	n.Kind = Mapping
	c.checkTag(n, y, "!!map")
	m := mapper{c: c, seen: make(map[string]int, len(y.Content)/2)}
	end := n.Span.Start
	var own []Pair
	for i := 0; i+1 < len(y.Content); i += 2 {
		key := c.convert(y.Content[i], depth+1)
		val := c.convert(y.Content[i+1], depth+1)
		end = max(end, c.end(y.Content[i], key), c.end(y.Content[i+1], val))
		if y.Content[i].Tag == "!!merge" {
			m.merge(val)
			continue
		}
		own = append(own, Pair{key, val})
	}
	m.merged = len(m.pairs)
	for _, p := range own {
		m.add(p)
	}
	n.Pairs = m.pairs
	n.Span.End = c.places.closing(y, end, '}')
}

// end is where a child ends in the source; for an alias that is not the end of
// its anchor.
func (c *converter) end(y *yamlv3.Node, n *Node) int {
	if y.Kind == yamlv3.AliasNode {
		return c.places.start(y).Start + 1 + len(y.Value)
	}
	return n.Span.End
}

func (c *converter) scalar(n *Node, y *yamlv3.Node) {
	n.style = styleOf(y.Style)
	n.Span.End = c.places.scalarEnd(n.Span.Start, y.Value, n.style)
	tag := ""
	if y.Style&yamlv3.TaggedStyle != 0 {
		tag = y.Tag
	}
	switch ok := n.resolve(y.Value, tag); {
	case ok:
	case tag == "":
		c.errorf("E153", n.Span, "there is no such day or time")
	case contains(scalarTags, tag):
		c.errorf("E153", n.Span, "this text does not fit its tag %s", tag)
	default:
		c.errorf("E153", n.Span, "the tag %s is not supported", tag)
	}
}

// checkTag reports a tag that a collection cannot have.
func (c *converter) checkTag(n *Node, y *yamlv3.Node, want string) {
	if y.Tag != want {
		c.errorf("E153", n.Span, "the tag %s is not supported", y.Tag)
	}
}

func styleOf(s yamlv3.Style) style {
	switch {
	case s&yamlv3.SingleQuotedStyle != 0:
		return singleQuoted
	case s&yamlv3.DoubleQuotedStyle != 0:
		return doubleQuoted
	case s&yamlv3.LiteralStyle != 0:
		return literal
	case s&yamlv3.FoldedStyle != 0:
		return folded
	}
	return plain
}
