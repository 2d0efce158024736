package graph

import "mdl/compiler/diag"

// Indirect is the way in which tests are selected through their parents:
// dbt's --indirect-selection.
type Indirect uint8

// The modes of indirect selection. The zero value means "as the invocation
// says", and for the invocation itself it means Eager.
const (
	IndirectDefault Indirect = iota
	// Eager selects a test when any of its parents is selected.
	Eager
	// Cautious selects a test when all of its parents are selected.
	Cautious
	// Buildable is Cautious, but ancestors of what is selected count as selected.
	Buildable
	// Empty selects no test through its parents.
	Empty
)

// ParseIndirect returns the mode that a word names, and false for any other word.
func ParseIndirect(word string) (Indirect, bool) { return 0, false }

// Args are the selection options of a command line.
type Args struct {
	// Select and Exclude hold one element for each word or flag. Nil means
	// that the flag was not given.
	Select, Exclude []string
	// Selector is the name given to --selector, or "".
	Selector string
	// Selectors are the project's selectors.yml, or nil.
	Selectors *Selectors
}

// Spec is a parsed selection. It is immutable and belongs to no graph. The
// zero Spec selects everything.
type Spec struct {
	root expr
}

type expr interface{}

// ParseArgs parses a command line's selection: the named selector if there is
// one, else --select and --exclude, else the default selector of
// selectors.yml, else everything. Each diagnostic's span lies in a file named
// "--select", "--exclude" or "--selector" that holds what the user typed.
func ParseArgs(args Args) (Spec, diag.List) { return Spec{}, nil }

// Selectors are the named definitions of a selectors.yml.
type Selectors struct{}

// Names returns the names in the order of the file.
func (s *Selectors) Names() []string { return nil }

// Default returns the name of the selector with `default: true`, or "".
func (s *Selectors) Default() string { return "" }

// ParseSelectors parses the text of a selectors.yml. Render, when not nil,
// renders each scalar that holds Jinja; its diagnostics become part of the
// result. A definition with errors is left out.
func ParseSelectors(file *diag.File, render func(text string, at diag.Span) (any, diag.List)) (*Selectors, diag.List) {
	return nil, nil
}
