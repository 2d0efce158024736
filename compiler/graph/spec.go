package graph

import (
	"mdl/compiler/diag"
)

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

// indirectNames are the words for the modes, by mode.
var indirectNames = [...]string{IndirectDefault: "", Eager: "eager", Cautious: "cautious", Buildable: "buildable", Empty: "empty"}

// IndirectNames returns the words that ParseIndirect knows.
func IndirectNames() []string { return append([]string(nil), indirectNames[Eager:]...) }

// ParseIndirect returns the mode that a word names, and false for any other word.
func ParseIndirect(word string) (Indirect, bool) {
	for mode := Eager; mode <= Empty; mode++ {
		if indirectNames[mode] == word {
			return mode, true
		}
	}
	return IndirectDefault, false
}

// String returns the word for the mode; the default mode is "".
func (m Indirect) String() string { return indirectNames[m] }

// Spec is a parsed selection. It is immutable and belongs to no graph. The
// zero Spec selects everything.
type Spec struct {
	root expr
	// named is the selector of selectors.yml that the spec comes from, and
	// span the place where it was asked for.
	named string
	span  diag.Span
}

// Selector returns the name of the selectors.yml definition that was chosen,
// by name or as the default, or "".
func (s Spec) Selector() string { return s.named }

// expr is a *criterion, a *group, or nil for everything.
type expr any

// operator combines the parts of a group.
type operator uint8

const (
	union operator = iota
	intersection
	difference // the first part without the others
)

// group is a set operation on its parts.
type group struct {
	op    operator
	parts []expr
	// indirect is the mode in which tests that the parts left open are judged
	// again. Only groups of the command line follow the invocation.
	indirect Indirect
	// warn asks for a warning when the group selects nothing.
	warn bool
	span diag.Span
}

// criterion is one condition, with the relatives that it adds.
type criterion struct {
	method *method
	args   []string // what follows the method's name: config.meta.x
	// value is the wanted value's text; typed is set when YAML gave something
	// other than text, and matters to config.
	value string
	typed any

	childrensParents bool
	parents          bool
	parentsDepth     int // -1 is any
	children         bool
	childrenDepth    int
	indirect         Indirect

	span      diag.Span // the whole criterion
	valueSpan diag.Span
}
