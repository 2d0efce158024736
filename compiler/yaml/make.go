package yaml

import (
	"mdl/compiler/diag"
	"mdl/compiler/jinja/value"
)

// FromValue makes a node from a value, all of it at one place: what rendering
// a text of the source gave.
func FromValue(v value.Value, at diag.Span) *Node { panic("not yet") }

// NewMapping makes a mapping from pairs, whose keys must differ.
func NewMapping(at diag.Span, pairs ...Pair) *Node {
	return &Node{Kind: Mapping, Span: at, Pairs: pairs, style: synthetic}
}

// NewString makes a text.
func NewString(text string, at diag.Span) *Node {
	return &Node{Kind: String, Span: at, Text: text, style: synthetic}
}
