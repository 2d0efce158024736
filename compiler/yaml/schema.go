package yaml

import "mdl/compiler/diag"

// Type is a set of kinds that a field may have.
type Type uint16

// The types of fields; combine them with |.
const (
	TBool Type = 1 << iota
	TInt
	TFloat
	TString
	TDate
	TList
	TMap
	// TNull allows an explicit null.
	TNull
	// TAny allows everything.
	TAny Type = 1<<15 - 1
	// TStrings is a text or a list.
	TStrings = TString | TList
	// TNumber is an integer or a float.
	TNumber = TInt | TFloat
)

// Field is a key that a mapping may have.
type Field struct {
	Name     string
	Type     Type
	Required bool
}

// Schema says which keys a mapping may have.
type Schema struct {
	// What names the mapping in messages, such as "a model".
	What   string
	Fields []Field
	// Open allows other keys without a word unless one is nearly a field's name.
	Open bool
}

// Check reports wrong types and missing keys as errors (E202, E203) and unknown
// keys as warnings (W201) with a suggestion among the keys not yet used. A node
// that is no mapping is an error. It reports whether there was no error.
func (s *Schema) Check(n *Node, diags *diag.List) bool { panic("not yet") }
