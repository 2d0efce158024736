package project

import (
	"slices"
	"strings"

	"mdl/compiler/diag"
	"mdl/compiler/jinja/value"
	"mdl/compiler/yaml"
)

// Form is what a mapping of the semantic layer may hold, and what dbt's
// manifest makes of it. One table serves the check and the value.
type Form struct {
	// What names the mapping in messages, such as "a metric".
	What   string
	Fields []FormField
}

// FormField is one key of a Form.
type FormField struct {
	Name string
	// Type is what the key may be; 0 for a key that only the manifest has.
	Type     yaml.Type
	Required bool
	// Hidden keys are checked, but are no part of the value.
	Hidden bool
	// Of is the form of the mapping, or of each mapping of the list. The texts
	// of a list without one are checked to be texts.
	Of *Form
	// Bare: a text in place of a mapping is the mapping's name.
	Bare bool
	// Words are the texts that the key may be. Case does not count; the value
	// is in lower case.
	Words []string
	// Fault tells what is wrong with a text, and how it should be; "" is nothing.
	Fault func(text string) (fault, hint string)
	// Read makes the value of what was written; nil takes it as it is.
	Read func(*yaml.Node) value.Value
	// Default makes the value of a key that is absent or null; nil means none.
	Default func() value.Value
}

// schema is the form as the rules for the keys of one mapping.
func (f *Form) schema() *yaml.Schema {
	s := &yaml.Schema{What: f.What, Others: yaml.Refused}
	for _, field := range f.Fields {
		if field.Type != 0 {
			s.Fields = append(s.Fields, yaml.Field{Name: field.Name, Type: field.Type, Required: field.Required})
		}
	}
	return s
}

// check reports what is wrong with a mapping and the mappings in it. It
// reports whether there was no error.
func (f *Form) check(n *yaml.Node, diags *diag.List) bool {
	ok := f.schema().Check(n, diags)
	return f.checkInside(n, diags) && ok
}

// checkInside is check for a mapping whose own keys have been checked.
func (f *Form) checkInside(n *yaml.Node, diags *diag.List) bool {
	ok := true
	for i := range f.Fields {
		field := &f.Fields[i]
		if v := n.Get(field.Name); v.Is(field.Type) && !v.IsNull() {
			ok = field.check(v, diags) && ok
		}
	}
	return ok
}

func (f *FormField) check(n *yaml.Node, diags *diag.List) bool {
	if n.Kind == yaml.Sequence {
		ok := true
		for _, item := range n.Items {
			ok = f.checkItem(item, diags) && ok
		}
		return ok
	}
	if f.Of != nil && n.Kind == yaml.Mapping {
		return f.Of.check(n, diags)
	}
	return f.checkText(n, diags)
}

func (f *FormField) checkItem(n *yaml.Node, diags *diag.List) bool {
	switch _, text := n.Str(); {
	case f.Of != nil && !(text && f.Bare):
		return f.Of.check(n, diags)
	case f.Of == nil && !text:
		*diags = append(*diags, diag.Errorf("E202", n.Place(), "an entry of %s must be text, this is %s", f.Name, n.Kind))
		return false
	}
	return true
}

func (f *FormField) checkText(n *yaml.Node, diags *diag.List) bool {
	text := n.String()
	if f.Words != nil && !slices.Contains(f.Words, strings.ToLower(text)) {
		d := diag.Errorf("E205", n.Span, "%s cannot be %q", f.Name, text)
		d.Detail = "it is one of " + strings.Join(f.Words, ", ")
		*diags = append(*diags, d.WithHint("%s", diag.DidYouMean(strings.ToLower(text), f.Words)))
		return false
	}
	if f.Fault == nil {
		return true
	}
	fault, hint := f.Fault(text)
	if fault != "" {
		*diags = append(*diags, diag.Errorf("E205", n.Span, "%s %s", f.Name, fault).WithHint("%s", hint))
	}
	return fault == ""
}

// Value returns a mapping as dbt's manifest has it: every key of the form, in
// its order.
func (f *Form) Value(n *yaml.Node) *value.Dict {
	d := value.NewDictSize(len(f.Fields))
	for i := range f.Fields {
		field := &f.Fields[i]
		if !field.Hidden {
			d.SetStr(field.Name, field.value(n.Get(field.Name)))
		}
	}
	return d
}

func (f *FormField) value(n *yaml.Node) value.Value {
	switch {
	case n.IsNull() || f.Type == 0:
		if f.Default == nil {
			return value.None
		}
		return f.Default()
	case f.Read != nil:
		return f.Read(n)
	case f.Of != nil && n.Kind == yaml.Sequence:
		list := value.NewList()
		for _, item := range n.Items {
			list.Append(f.item(item))
		}
		return list
	case f.Of != nil:
		return f.item(n)
	case f.Words != nil:
		return value.Str(strings.ToLower(n.String()))
	}
	return n.ToValue()
}

// item is the value of a mapping, or of the text that stands for one.
func (f *FormField) item(n *yaml.Node) value.Value {
	d := f.Of.Value(n)
	if name, ok := n.Str(); ok && f.Bare {
		d.SetStr("name", value.Str(name))
	}
	return d
}
