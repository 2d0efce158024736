// Package yaml reads YAML as dbt sees it: PyYAML's SafeLoader rules for what a
// scalar means, dbt's rules for duplicate keys and merge keys, and the exact
// place of every key and value, so that a later stage can point at what the
// user must change. It also writes YAML in PyYAML's spelling, for toyaml.
package yaml

import (
	"mdl/compiler/diag"
	"mdl/compiler/jinja/value"
)

// Kind is what a Node is.
type Kind uint8

// The kinds of a Node. The zero Kind is Null, as an empty document is null.
const (
	Null Kind = iota
	Bool
	Int
	Float
	String
	Date      // a day, as in 2024-01-31
	Timestamp // a day with a time
	Binary    // the bytes of a !!binary scalar
	Sequence
	Mapping
)

// String returns the kind as a message names it, such as "a list".
func (k Kind) String() string { return kindNames[k] }

var kindNames = [...]string{
	Null: "nothing", Bool: "a boolean", Int: "a number", Float: "a number",
	String: "text", Date: "a date", Timestamp: "a timestamp", Binary: "binary data",
	Sequence: "a list", Mapping: "a mapping",
}

// Node is one value of a document with its place. It is immutable; an alias is
// the same *Node as its anchor, so subtrees may be shared. Every method works
// on a nil *Node, which stands for a key that is absent.
type Node struct {
	Kind  Kind
	style style
	// Span is the value as written, with its quotes.
	Span diag.Span
	// Text is the text of a String and the source spelling of another scalar.
	Text string
	// Items are the elements of a Sequence.
	Items []*Node
	// Pairs are the entries of a Mapping in the order of the source, after
	// merge keys were expanded; no key occurs twice.
	Pairs []Pair

	scalar value.Value // of a scalar other than String
}

// Pair is one entry of a mapping.
type Pair struct {
	Key, Value *Node
}

// style is how a scalar was written; it decides how Locate counts.
type style uint8

const (
	plain style = iota
	singleQuoted
	doubleQuoted
	literal
	folded
	synthetic // made by a program: every place in it is the node's own
)
