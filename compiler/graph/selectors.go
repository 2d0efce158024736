package graph

import (
	"strings"

	"mdl/compiler/diag"
)

// Selectors are the named definitions of a selectors.yml. A nil *Selectors has
// none.
type Selectors struct {
	list []definition // in the order of the file
}

// definition is one named selector.
type definition struct {
	name        string
	description string
	isDefault   bool
	root        expr // nil when it has errors
	span        diag.Span
}

// Names returns the names in the order of the file.
func (s *Selectors) Names() []string {
	if s == nil {
		return nil
	}
	names := make([]string, len(s.list))
	for i := range s.list {
		names[i] = s.list[i].name
	}
	return names
}

// Description returns what the file says about a selector.
func (s *Selectors) Description(name string) string {
	if d := s.find(name); d != nil {
		return d.description
	}
	return ""
}

// Default returns the name of the selector with `default: true`, or "".
func (s *Selectors) Default() string {
	if s != nil {
		for i := range s.list {
			if s.list[i].isDefault {
				return s.list[i].name
			}
		}
	}
	return ""
}

func (s *Selectors) find(name string) *definition {
	if s != nil {
		for i := range s.list {
			if s.list[i].name == name {
				return &s.list[i]
			}
		}
	}
	return nil
}

// spec returns a selector by name; at is where it is asked for.
func (s *Selectors) spec(name string, at diag.Span) (Spec, diag.List) {
	d := s.find(name)
	if d == nil || d.root == nil {
		return Spec{}, diag.List{unknownSelector(name, at, s)}
	}
	return Spec{root: d.root, named: name, span: at}, nil
}

func unknownSelector(name string, at diag.Span, known *Selectors) diag.Diagnostic {
	d := diag.Errorf("E230", at, "there is no selector %q in selectors.yml", name)
	names := known.Names()
	switch hint := diag.DidYouMean(name, names); {
	case known.find(name) != nil:
		d.Summary = "selector \"" + name + "\" has errors in selectors.yml"
	case hint != "":
		d.Hint = hint
	case len(names) > 0:
		d.Hint = "selectors are " + strings.Join(names, ", ")
	}
	return d
}
