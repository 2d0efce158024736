package yaml

import (
	"strings"

	"mdl/compiler/diag"
)

// Type is a set of kinds that a field may have.
type Type uint16

// The types of fields; combine them with |.
const (
	TBool Type = 1 << iota
	TInt
	TFloat
	TString
	TDate // a date or a timestamp
	TList
	TMap
	// TNull allows an explicit null.
	TNull
	// TAny allows everything.
	TAny Type = 1<<iota - 1
	// TStrings is a text or a list.
	TStrings = TString | TList
	// TNumber is an integer or a float.
	TNumber = TInt | TFloat
)

// typeNames are the words for each bit of a Type, in their order.
var typeNames = [...]string{"a boolean", "a number", "a number", "text", "a date", "a list", "a mapping", "nothing"}

// String lists what a field may be: "text or a list".
func (t Type) String() string {
	var names []string
	for i, name := range typeNames {
		if t&(1<<i) != 0 && 1<<i != TNull && !contains(names, name) {
			names = append(names, name)
		}
	}
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " or " + names[len(names)-1]
}

// typeOf is the bit of a kind.
var typeOf = [...]Type{
	Null: TNull, Bool: TBool, Int: TInt, Float: TFloat, String: TString,
	Date: TDate, Timestamp: TDate, Binary: TString, Sequence: TList, Mapping: TMap,
}

// Is reports whether the node has one of the types; an absent node has none.
func (n *Node) Is(t Type) bool { return n != nil && typeOf[n.Kind]&t != 0 }

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
	// Others says what happens to a key that is no field.
	Others Others
	// Hint is asked for help with a key that is no field and near none.
	Hint func(key string) string
}

// Others says what happens to the keys that a Schema does not name.
type Others uint8

const (
	// Ignored warns of every such key.
	Ignored Others = iota
	// Custom allows them, and warns only of one that is nearly a field's name or
	// that Hint knows.
	Custom
	// Refused is an error for every such key.
	Refused
)

// Field returns the field of a name, or nil.
func (s *Schema) Field(name string) *Field {
	for i := range s.Fields {
		if s.Fields[i].Name == name {
			return &s.Fields[i]
		}
	}
	return nil
}

// Check reports wrong types and missing keys as errors (E202, E203) and unknown
// keys as Others says (W201, E201) with a suggestion among the keys not yet
// used. A node that is no mapping is an error. It reports whether there was no
// error that makes the mapping useless.
func (s *Schema) Check(n *Node, diags *diag.List) bool {
	if !n.Is(TMap) {
		*diags = append(*diags, diag.Errorf("E202", n.Place(), "%s must be a mapping, this is %s", s.What, kindOf(n)))
		return false
	}
	ok := true
	for _, p := range n.Pairs {
		if p.Key.Kind != String {
			*diags = append(*diags, diag.Errorf("E202", p.Key.Span, "a key of %s must be text, this is %s", s.What, p.Key.Kind).
				WithHint("put quotes around it"))
			ok = false
			continue
		}
		f := s.Field(p.Key.Text)
		if f == nil {
			s.unknown(n, p.Key, diags)
		} else if !p.Value.Is(f.Type) {
			*diags = append(*diags, wrongType(p, f.Type))
			ok = false
		}
	}
	for _, f := range s.Fields {
		if f.Required && !n.Has(f.Name) {
			*diags = append(*diags, s.missing(n, f.Name))
			ok = false
		}
	}
	return ok
}

// Unknown returns a mapping of the pairs whose keys are no fields, or nil where
// there are none.
func (s *Schema) Unknown(n *Node) *Node {
	var out *Node
	for _, p := range n.Pairs {
		if p.Key.Kind == String && s.Field(p.Key.Text) != nil {
			continue
		}
		if out == nil {
			out = &Node{Kind: Mapping, style: synthetic, Span: n.Span}
		}
		out.Pairs = append(out.Pairs, p)
	}
	return out
}

func kindOf(n *Node) string {
	if n == nil {
		return Null.String()
	}
	return n.Kind.String()
}

func wrongType(p Pair, t Type) diag.Diagnostic {
	d := diag.Errorf("E202", p.Value.Span, "%s must be %s, this is %s", p.Key.Text, t, p.Value.Kind)
	if p.Value.Kind == Null {
		d.Span = p.Key.Span
		d.Hint = "give it a value or remove the line"
	} else if t&TString != 0 && p.Value.Is(TBool|TNumber|TDate) {
		d.Hint = `put quotes around it: "` + p.Value.Span.Text() + `"`
	}
	return d
}

// missing reports a required key; one that is nearly it is taken for a misspelling.
func (s *Schema) missing(n *Node, name string) diag.Diagnostic {
	at := n.Span
	if len(n.Pairs) > 0 {
		at = n.Pairs[0].Key.Span
	}
	d := diag.Errorf("E203", at, "%s needs the key %q", s.What, name)
	for _, p := range n.Pairs {
		if p.Key.Kind == String && s.Field(p.Key.Text) == nil && diag.Suggest(p.Key.Text, []string{name}) != "" {
			d.Span = p.Key.Span
			d.Hint = `did you mean "` + name + `"?`
		}
	}
	return d
}

func (s *Schema) unknown(n, key *Node, diags *diag.List) {
	var free []string
	for _, f := range s.Fields {
		if !n.Has(f.Name) {
			free = append(free, f.Name)
		}
	}
	hint := ""
	if s.Hint != nil {
		hint = s.Hint(key.Text)
	}
	if hint == "" {
		hint = diag.DidYouMean(key.Text, free)
	}
	if hint == "" && s.Others == Custom {
		return
	}
	d := diag.Warnf("W201", key.Span, "%s has no key %q; it is ignored", s.What, key.Text)
	if s.Others == Refused {
		d = diag.Errorf("E201", key.Span, "%s has no key %q", s.What, key.Text)
	}
	d.Hint = hint
	*diags = append(*diags, d)
}
