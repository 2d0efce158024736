package jinja

import (
	"mdl/compiler/diag"
	"mdl/compiler/jinja/value"
)

// StaticCall is a call whose callee is a plain or dotted name, as written.
type StaticCall struct {
	// Name is the callee: "ref", "dbt_utils.star", "builtins.ref".
	Name string
	// Args are the positional arguments: a value where the argument is a
	// literal (strings, numbers, lists and dicts of them), else nil.
	Args []value.Value
	// Kwargs are the keyword arguments, with nil values where not literal.
	Kwargs []value.Kwarg
	// Dynamic reports that the call has *args or **kwargs beside those.
	Dynamic bool
	// Conditional reports that the call may not run, or run several times:
	// it stands in an if, a loop, a macro or another deferred place.
	Conditional bool
	// Block is the block in which the call stands, or nil.
	Block *Block
	// Span is the whole call; NameSpan its callee.
	Span, NameSpan diag.Span
}

// Calls returns all calls by name in source order, those in the bodies of
// blocks and in the arguments of other calls included.
func (p *Program) Calls() []StaticCall { return nil }
