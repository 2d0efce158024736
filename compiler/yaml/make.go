package yaml

import (
	"mdl/compiler/diag"
	"mdl/compiler/jinja/value"
)

// NewString makes a text.
func NewString(text string, at diag.Span) *Node {
	return &Node{Kind: String, Span: at, Text: text, style: synthetic}
}

// FromValue makes a node from a value, all of it at one place: what rendering
// a text of the source gave. A value that YAML does not have, such as a
// relation, becomes the text that Python's str() gives.
func FromValue(v value.Value, at diag.Span) *Node {
	n := &Node{Span: at, style: synthetic}
	switch v := v.(type) {
	case value.NoneType:
		n.Kind = Null
	case value.Bool:
		n.Kind, n.scalar, n.Text = Bool, v, value.ToStr(v)
	case value.Int, *value.BigInt:
		n.Kind, n.scalar, n.Text = Int, v, value.ToStr(v)
	case value.Float:
		n.Kind, n.scalar, n.Text = Float, v, value.ToStr(v)
	case *value.Date, *value.DateTime:
		n.setTime(v)
	case *value.List:
		n.fill(v.Items())
	case *value.Tuple:
		n.fill(v.Items())
	case *value.Dict:
		n.Kind = Mapping
		for key, val := range v.All() {
			n.Pairs = append(n.Pairs, Pair{FromValue(key, at), FromValue(val, at)})
		}
	default:
		n.Kind, n.Text = String, value.ToStr(v)
	}
	return n
}

func (n *Node) fill(items []value.Value) {
	n.Kind = Sequence
	n.Items = make([]*Node, len(items))
	for i, item := range items {
		n.Items[i] = FromValue(item, n.Span)
	}
}

// With returns a copy of a mapping in which a text key has a new value; a new
// key comes last. An absent or null node counts as an empty mapping.
func (n *Node) With(key, val *Node) *Node {
	out := &Node{Kind: Mapping, style: synthetic, Span: val.Span}
	if n != nil {
		out.Span = n.Span
		out.Pairs = append(out.Pairs, n.Pairs...)
	}
	for i, p := range out.Pairs {
		if p.Key.Kind == String && p.Key.Text == key.Text {
			out.Pairs[i] = Pair{key, val}
			return out
		}
	}
	out.Pairs = append(out.Pairs, Pair{key, val})
	return out
}

// Without returns a copy of a mapping that lacks some text keys.
func (n *Node) Without(keys ...string) *Node {
	out := &Node{Kind: Mapping, style: synthetic, Span: n.Span}
	for _, p := range n.Pairs {
		if p.Key.Kind != String || !contains(keys, p.Key.Text) {
			out.Pairs = append(out.Pairs, p)
		}
	}
	return out
}

func contains(list []string, s string) bool {
	for _, item := range list {
		if item == s {
			return true
		}
	}
	return false
}

// Map returns the tree with fn applied to every scalar, keys excepted, together
// with its path: keys and "[]" for an element of a list. What fn does not
// change is shared with the original.
func (n *Node) Map(fn func(path []string, scalar *Node) *Node) *Node {
	return n.mapAt(make([]string, 0, 8), fn)
}

func (n *Node) mapAt(path []string, fn func([]string, *Node) *Node) *Node {
	if n == nil {
		return nil
	}
	switch n.Kind {
	case Sequence:
		var items []*Node
		for i, item := range n.Items {
			got := item.mapAt(append(path, "[]"), fn)
			if got != item && items == nil {
				items = append(make([]*Node, 0, len(n.Items)), n.Items...)
			}
			if items != nil {
				items[i] = got
			}
		}
		if items == nil {
			return n
		}
		out := *n
		out.Items = items
		return &out
	case Mapping:
		var pairs []Pair
		for i, p := range n.Pairs {
			got := p.Value.mapAt(append(path, p.Key.Text), fn)
			if got != p.Value && pairs == nil {
				pairs = append(make([]Pair, 0, len(n.Pairs)), n.Pairs...)
			}
			if pairs != nil {
				pairs[i].Value = got
			}
		}
		if pairs == nil {
			return n
		}
		out := *n
		out.Pairs = pairs
		return &out
	}
	return fn(path, n)
}
