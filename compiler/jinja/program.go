// Package jinja is the template language of dbt: Jinja2 as dbt configures it.
//
// Parse turns a file into a Program: a tree whose variables are resolved to
// slots and whose filters and tests are bound, so that rendering is a walk
// over the tree with no name look-up but that of globals. A Program is
// immutable and shared by goroutines without locks; all state of a render
// lives in a thread that belongs to one goroutine.
//
// The stages are lexer.go (bytes to tokens, on demand), parser*.go (tokens to
// tree), scope.go (names to slots, by the scoping rules of jinja2), and
// exec.go and eval.go (statements and expressions at run time). Python's
// values and operators live in the package value.
package jinja

import (
	"mdl/compiler/diag"
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

// Body returns the text of the block between its tags.
func (b *Block) Body() string { return b.BodySpan.Text() }

// Program is a parsed file or block. It is immutable.
type Program struct {
	file *diag.File
	// text is what a render without tags gives.
	text string
	// start is the offset of text in the file; shift is what is added to the
	// places of the tree to get those of the file.
	start, shift int
	body         []stmt
	blocks       []*Block
	fn           *function
	hasTags      bool
	err          error // the first mistake
}

// Parse parses a whole file as jinja2 would. The Program is never nil; what
// could not be parsed is left out of it, and every mistake is in the list
// (codes E10x). Unknown filters and tests are errors where jinja2 refuses to
// compile them, and warnings (W106, W107) where they fail only when reached.
func Parse(f *diag.File) (*Program, diag.List) {
	return parse(source{file: f, text: f.Text, end: len(f.Text)})
}

// ParseBlocks parses a file of which only the blocks matter, such as a macro
// file or a Markdown file of docs: mistakes outside of them are warnings.
func ParseBlocks(f *diag.File) (*Program, diag.List) {
	return parse(source{file: f, text: f.Text, end: len(f.Text), blocksOnly: true})
}

// ParseRange parses the bytes from start to end of a file as a template of its
// own, with places in the file: dbt removes the white space around a model's
// text before it parses it.
func ParseRange(f *diag.File, start, end int) (*Program, diag.List) {
	return parse(source{file: f, text: f.Text, start: start, end: end})
}

// source is a text to parse: text[start:end], where an offset in text plus
// shift is an offset in the file.
type source struct {
	file       *diag.File
	text       string
	start, end int
	shift      int
	blocksOnly bool
}

func parse(s source) (*Program, diag.List) {
	prog := &Program{file: s.file, text: s.text[s.start:s.end], start: s.start, shift: s.shift}
	prog.hasTags = hasTags(prog.text)
	end := s.end
	if end > s.start && (s.text[end-1] == '\n' || s.text[end-1] == '\r') {
		end--
		if end > s.start && s.text[end] == '\n' && s.text[end-1] == '\r' {
			end--
		}
	}
	p := &parser{lexer: lexer{src: s.text[:end], pos: s.start}, file: s.file, shift: s.shift, prog: prog, blocksOnly: s.blocksOnly}
	prog.fn = p.pushFunction().fn
	p.advance()
	prog.body, _ = p.statements()
	for _, sc := range p.scopes {
		sc.resolve()
	}
	return prog, p.diags
}

// hasTags reports whether dbt would render a text at all: whether it holds the
// beginning or the end of any tag.
func hasTags(text string) bool {
	for i := 0; i+1 < len(text); i++ {
		switch text[i] {
		case '{':
			if c := text[i+1]; c == '{' || c == '%' || c == '#' {
				return true
			}
		case '}', '%', '#':
			if text[i+1] == '}' {
				return true
			}
		}
	}
	return false
}

// File returns the file that the program was parsed from.
func (p *Program) File() *diag.File { return p.file }

// Err returns the first mistake of the text, which Render would end with; nil
// when there is none.
func (p *Program) Err() error { return p.err }

// Blocks returns the top-level blocks in source order. Callers must not
// change the slice.
func (p *Program) Blocks() []*Block { return p.blocks }

// HasTags reports whether the text has anything to render. Where it has not,
// dbt uses the text as it is, with its final newline, and so does Render.
func (p *Program) HasTags() bool { return p.hasTags }

// BlockProgram returns the body of a snapshot or docs block as a program of
// its own, with spans in the same file; nil for other blocks.
func (p *Program) BlockProgram(b *Block) *Program { return b.body }

// source returns the text of a place.
func (p *Program) source(at pos) string {
	from := max(0, min(int(at.start)-p.start, len(p.text)))
	return p.text[from:max(from, min(int(at.end)-p.start, len(p.text)))]
}
