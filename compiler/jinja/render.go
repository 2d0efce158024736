package jinja

import (
	"context"
	"errors"

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
	// Discard throws the text away: only what the template does counts.
	Discard bool
	// Context stops the render when it is done. May be nil.
	Context context.Context
	// Called is told each macro of a file that the text calls itself: not from
	// within another one. May be nil.
	Called func(*Macro)
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
func (p *Program) Render(o Options) (*Rendered, error) {
	if !p.hasTags {
		return p.plain(o), nil
	}
	if p.err != nil {
		return nil, p.err
	}
	t := newThread(o)
	f := p.newFrame(t, o)
	r := &Rendered{}
	if err := p.exec(f, o.Discard); err != nil {
		var ret *returned
		if !errors.As(err, &ret) {
			return nil, finish(err, f)
		}
		r.Value = ret.v
	}
	r.Text = string(t.out)
	if t.rec != nil {
		r.Map = &SourceMap{runs: t.rec.runs, size: len(t.out)}
	}
	return r, nil
}

// exec runs the program; the text is left in the thread, or thrown away.
func (p *Program) exec(f *frame, discard bool) error {
	if !discard {
		f.t.out = make([]byte, 0, len(p.text)+len(p.text)/2+64)
		_, err := execBody(f, p.body)
		return f.t.join(nil, err)
	}
	for i := range p.body {
		if sig, err := execBody(f, p.body[i:i+1]); sig != sigNext || err != nil {
			return f.t.join(nil, err)
		}
		f.t.out = f.t.out[:0]
	}
	return f.t.join(nil, nil)
}

func (p *Program) newFrame(t *thread, o Options) *frame {
	return &frame{t: t, prog: p, slots: make([]value.Value, p.fn.slots), lenient: o.Lenient}
}

// plain is the result for a text without tags.
func (p *Program) plain(o Options) *Rendered {
	r := &Rendered{Text: p.text}
	if o.Map {
		at := pos{int32(p.start + p.shift), int32(p.start + p.shift + len(p.text))}
		r.Map = &SourceMap{runs: []run{{file: p.file, at: at, shift: true}}, size: len(p.text)}
	}
	return r
}

// CallMacro calls a macro (or any other callable) on a new thread and returns
// what it returns: the value of return(), or its text. An error is always a
// *diag.Diagnostic.
func CallMacro(m value.Callable, args value.Args, o Options) (value.Value, error) {
	t := newThread(o)
	f := &frame{t: t, prog: &Program{}}
	if macro, ok := m.(*Macro); ok {
		f.prog = macro.prog
	}
	v, err := t.Call(m, args)
	if err == nil {
		return v, nil
	}
	var ret *returned
	if errors.As(err, &ret) {
		return ret.v, nil
	}
	at := pos{}
	if macro, ok := m.(*Macro); ok {
		at = macro.def.pos
	}
	return nil, finish(f.fail(at, err), f)
}

// RenderExpression evaluates text as the inside of {{ }}, such as the
// "ref('x')" of a YAML file: f is the file and offset the place of text in it.
func RenderExpression(f *diag.File, text string, offset int, o Options) (value.Value, error) {
	const before = "{{ "
	src := before + text + " }}"
	p, list := parse(source{file: f, text: src, end: len(src), shift: offset - len(before)})
	if err := list.Err(); err != nil {
		return nil, err
	}
	if len(p.body) != 1 {
		d := diag.Errorf("E101", diag.Span{File: f, Start: offset, End: offset + len(text)}, "expected one expression")
		return nil, &d
	}
	out, ok := p.body[0].(*outputStmt)
	if !ok {
		d := diag.Errorf("E101", diag.Span{File: f, Start: offset, End: offset + len(text)}, "expected an expression")
		return nil, &d
	}
	t := newThread(o)
	frame := p.newFrame(t, o)
	v, err := out.e.eval(frame)
	if err != nil {
		return nil, finish(err, frame)
	}
	return v, nil
}
