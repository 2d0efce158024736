package yaml

import (
	"mdl/compiler/diag"
	"mdl/compiler/jinja/value"
)

// IsNull reports whether the node is absent or null.
func (n *Node) IsNull() bool { return n == nil || n.Kind == Null }

// Get returns the value of a text key of a mapping, or nil.
func (n *Node) Get(key string) *Node {
	_, v := n.Entry(key)
	return v
}

// Entry returns the key and the value of a text key of a mapping, or nils.
func (n *Node) Entry(key string) (k, v *Node) {
	if n == nil || n.Kind != Mapping {
		return nil, nil
	}
	for _, p := range n.Pairs {
		if p.Key.Kind == String && p.Key.Text == key {
			return p.Key, p.Value
		}
	}
	return nil, nil
}

// Has reports whether a mapping has a text key, be its value null.
func (n *Node) Has(key string) bool {
	k, _ := n.Entry(key)
	return k != nil
}

// Str returns the text of a String, and false for anything else.
func (n *Node) Str() (string, bool) {
	if n == nil || n.Kind != String {
		return "", false
	}
	return n.Text, true
}

// Bool returns the truth of a Bool, and false, false for anything else.
func (n *Node) Bool() (truth, ok bool) {
	if n == nil || n.Kind != Bool {
		return false, false
	}
	b, ok := n.scalar.(value.Bool)
	return bool(b), ok
}

// Int returns an Int that fits in 64 bits, and false for anything else.
func (n *Node) Int() (int64, bool) {
	if n == nil || n.Kind != Int {
		return 0, false
	}
	i, ok := n.scalar.(value.Int)
	return int64(i), ok
}

// String returns a scalar as Python's str() prints it: "" for an absent node,
// "None" for null. Lists and mappings are printed as Python's repr.
func (n *Node) String() string {
	if n == nil {
		return ""
	}
	if n.Kind == String {
		return n.Text
	}
	return value.ToStr(n.ToValue())
}

// List returns the elements of a sequence, the node itself as the only element
// where it is a single other value, and nothing for an absent or null node: how
// dbt reads keys such as tags that may be one text or a list of texts.
func (n *Node) List() []*Node {
	switch {
	case n.IsNull():
		return nil
	case n.Kind == Sequence:
		return n.Items
	}
	return []*Node{n}
}

// Strings is List with every element as text.
func (n *Node) Strings() []string {
	items := n.List()
	if len(items) == 0 {
		return nil
	}
	out := make([]string, len(items))
	for i, item := range items {
		out[i] = item.String()
	}
	return out
}

// Keys returns the text keys of a mapping in the order of the source.
func (n *Node) Keys() []string {
	if n == nil {
		return nil
	}
	keys := make([]string, 0, len(n.Pairs))
	for _, p := range n.Pairs {
		if p.Key.Kind == String {
			keys = append(keys, p.Key.Text)
		}
	}
	return keys
}

// Place returns the node's span, or the zero Span of an absent node.
func (n *Node) Place() diag.Span {
	if n == nil {
		return diag.Span{}
	}
	return n.Span
}

// ToValue returns the node as a Python value of its own, which the caller may
// change. An absent node is None.
func (n *Node) ToValue() value.Value {
	if n == nil {
		return value.None
	}
	switch n.Kind {
	case Null:
		return value.None
	case String:
		return value.Str(n.Text)
	case Binary:
		return value.Bytes(n.Text)
	case Sequence:
		items := make([]value.Value, len(n.Items))
		for i, item := range n.Items {
			items[i] = item.ToValue()
		}
		return value.NewList(items...)
	case Mapping:
		return n.ToDict()
	}
	return n.scalar
}

// ToDict returns a mapping as a dict of its own; any other node gives an empty
// dict. Never nil.
func (n *Node) ToDict() *value.Dict {
	d := value.NewDict()
	if n != nil {
		for _, p := range n.Pairs {
			// A key is a scalar, which Python can hash.
			_ = d.Set(p.Key.ToValue(), p.Value.ToValue())
		}
	}
	return d
}
