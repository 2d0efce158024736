package jinja

import (
	"context"

	"mdl/compiler/diag"
	"mdl/compiler/jinja/value"
)

// Globals is the context of one render: dbt's names (ref, config, macros ...).
// The built-in names of jinja2 and return are found behind it.
type Globals interface {
	Lookup(name string) (value.Value, bool)
}

// Namer is implemented by Globals that can list their names; an undefined
// name then gets a suggestion.
type Namer interface {
	Names() []string
}

// Options are the circumstances of one render.
type Options struct {
	// Globals may be nil.
	Globals Globals
	// Steps bounds the work of the render; 0 means DefaultSteps. A step is a
	// statement, a loop's turn, a call, or some bytes of a new string.
	Steps int
	// Map records the source map of the output.
	Map bool
	// Lenient makes undefined names callable and their attributes undefined
	// again, as dbt does in the templates (not the macros) that it renders
	// while it parses a project.
	Lenient bool
	// Context stops the render when it is done. May be nil.
	Context context.Context
}

// DefaultSteps is the budget of a render whose Options do not name one.
const DefaultSteps = 50_000_000

// Rendered is the result of a render.
type Rendered struct {
	Text string
	// Value is what return() was given where it ran outside of every macro,
	// which stops the render; nil otherwise.
	Value value.Value
	// Map leads from Text to the source; nil unless Options.Map.
	Map *SourceMap
}

// Render runs the program. An error is always a *diag.Diagnostic with the
// place, the stack of macro calls and the cause.
func (p *Program) Render(o Options) (*Rendered, error) { return &Rendered{Text: p.file.Text}, nil }

// CallMacro calls a macro (or any other callable) on a new thread and returns
// what it returns: the value of return(), or its text. An error is always a
// *diag.Diagnostic.
func CallMacro(m value.Callable, args value.Args, o Options) (value.Value, error) { return nil, nil }

// RenderExpression evaluates text as the inside of {{ }}, such as the
// "ref('x')" of a YAML file: f is the file and offset the place of text in it.
func RenderExpression(f *diag.File, text string, offset int, o Options) (value.Value, error) {
	return nil, nil
}

// NativeRender renders a string of a YAML file as dbt does: a template that is
// one expression gives its value, others give text; as_number, as_bool,
// as_native and as_text decide how text becomes a value.
func NativeRender(f *diag.File, text string, offset int, o Options) (value.Value, error) {
	return nil, nil
}

// SourceMap leads every byte of a rendered text to the place that wrote it.
type SourceMap struct{}

// At returns the place in the source that wrote the output byte at offset, and
// the macro calls around it, innermost first. The zero Span means that the
// offset is outside the text.
func (m *SourceMap) At(offset int) (diag.Span, []diag.Frame) { return diag.Span{}, nil }
