// Package jinja is the template language of dbt: Jinja2 as dbt configures it.
//
// Parse turns a file into a Program: a tree whose variables are resolved to
// slots and whose filters and tests are bound, so that rendering is a walk
// over the tree with no name look-up but that of globals. A Program is
// immutable and shared by goroutines without locks; all state of a render
// lives in a thread that belongs to one goroutine.
//
// The stages are lexer.go (bytes to tokens, on demand), parser*.go (tokens to
// tree), resolve.go (names to slots, by the scoping rules of jinja2), and
// exec.go and eval.go (statements and expressions at run time). Python's
// values and operators live in the package value.
package jinja

import (
	"mdl/compiler/diag"
	"mdl/compiler/jinja/value"
)

// BlockKind says which tag made a Block.
type BlockKind uint8

// The kinds of blocks. A data_test is a TestBlock.
const (
	MacroBlock BlockKind = iota
	MaterializationBlock
	TestBlock
	SnapshotBlock
	DocsBlock
)

// String returns the tag's name.
func (k BlockKind) String() string {
	return [...]string{"macro", "materialization", "test", "snapshot", "docs"}[k]
}

// Block is one top-level {% macro %}, {% materialization %}, {% test %},
// {% snapshot %} or {% docs %} of a file.
type Block struct {
	Kind BlockKind
	// Name is the name as written: "generate_series", without any prefix.
	Name string
	// Span is the whole block, from its first tag to the end of its last.
	Span diag.Span
	// NameSpan is the name in the first tag.
	NameSpan diag.Span
	// BodySpan is the text between the tags.
	BodySpan diag.Span
	// Params are the parameters of a macro or test in order.
	Params []Param
	// Adapter is the materialization's adapter='x'; "default" without one.
	Adapter string
	// Languages are the materialization's supported_languages: ["sql"] without any.
	Languages []string

	def  *macroDef
	body *Program
}

// Param is one parameter of a macro.
type Param struct {
	Name string
	// Type is the annotation as written ("string", "list[int]"), or "".
	Type string
	// HasDefault reports whether the parameter may be left out without
	// becoming undefined.
	HasDefault bool
	Span       diag.Span
}

// Program is a parsed file or block. It is immutable.
type Program struct {
	file *diag.File
}

// Parse parses a whole file as jinja2 would. The Program is never nil; what
// could not be parsed is left out of it, and every mistake is in the list
// (codes E10x). Unknown filters and tests are errors where jinja2 refuses to
// compile them, and warnings (W106, W107) where they fail only when reached.
func Parse(f *diag.File) (*Program, diag.List) { return &Program{file: f}, nil }

// ParseBlocks parses a file of which only the blocks matter, such as a macro
// file or a Markdown file of docs: mistakes outside of them are warnings.
func ParseBlocks(f *diag.File) (*Program, diag.List) { return Parse(f) }

// File returns the file that the program was parsed from.
func (p *Program) File() *diag.File { return p.file }

// Blocks returns the top-level blocks in source order. Callers must not
// change the slice.
func (p *Program) Blocks() []*Block { return nil }

// HasTags reports whether the text has anything to render. Where it has not,
// dbt uses the text as it is, with its final newline.
func (p *Program) HasTags() bool { return false }

// BlockProgram returns the body of a snapshot or docs block as a program of
// its own, with spans in the same file; nil for other blocks.
func (p *Program) BlockProgram(b *Block) *Program { return b.body }

// Body returns the text of the block between its tags.
func (b *Block) Body() string { return b.BodySpan.Text() }

// Macro is a callable macro: the value of a {% macro %}, {% test %} or
// {% materialization %} block, or of the caller of a {% call %} block.
type Macro struct {
	// Label is what diagnostics call the macro, such as "macro dbt_utils.star".
	// Set it before the macro is shared.
	Label string

	prog *Program
	def  *macroDef
}

// Macro returns the callable of a macro, test or materialization block; nil
// for other blocks. It holds no state: global names are looked up in the
// Globals of the render that calls it.
func (p *Program) Macro(b *Block) *Macro { return &Macro{prog: p, def: b.def} }

// Block returns the block that the macro was made of; nil for the caller of a
// call block.
func (m *Macro) Block() *Block { return nil }

// TypeName implements value.Value.
func (m *Macro) TypeName() string { return "Macro" }

// Call implements value.Callable. The result is the macro's text, or the
// value that return() was called with.
func (m *Macro) Call(t value.Thread, args value.Args) (value.Value, error) { return nil, nil }

type macroDef struct{}
