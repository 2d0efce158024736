package jinja

import (
	"strings"

	"mdl/compiler/diag"
	"mdl/compiler/jinja/value"
)

// Macro is a callable macro: the value of a {% macro %}, {% test %} or
// {% materialization %} block, or of the caller of a {% call %} block.
type Macro struct {
	// Label is what diagnostics call the macro, such as "macro dbt_utils.star".
	// Set it before the macro is shared.
	Label string

	prog  *Program
	def   *macroDef
	block *Block
	// outer is the frame that the macro closes over; nil for a macro that is
	// called by itself.
	outer   *frame
	lenient bool
}

// Macro returns the callable of a macro, test or materialization block; nil
// for other blocks. It holds no state: global names are looked up in the
// Globals of the render that calls it.
func (p *Program) Macro(b *Block) *Macro {
	if b.def == nil {
		return nil
	}
	return &Macro{Label: b.Kind.String() + " " + b.Name, prog: p, def: b.def, block: b}
}

// Block returns the block that the macro was made of; nil for the caller of a
// call block and for a macro that a template defined for itself.
func (m *Macro) Block() *Block { return m.block }

// TypeName implements value.Value.
func (m *Macro) TypeName() string { return "Macro" }

// Str implements value.Printer.
func (m *Macro) Str() string { return m.Repr() }

// Repr implements value.Printer.
func (m *Macro) Repr() string {
	if m.def.name == "" {
		return "<Macro anonymous>"
	}
	return "<Macro " + value.Repr(value.Str(m.def.name)) + ">"
}

// Attr implements value.Object with the attributes of jinja2's macros.
func (m *Macro) Attr(name string) (value.Value, bool) {
	switch name {
	case "name":
		return value.Str(m.def.name), true
	case "arguments":
		names := make([]value.Value, len(m.def.params))
		for i, p := range m.def.params {
			names[i] = value.Str(p.name.name)
		}
		return value.NewTuple(names...), true
	case "caller":
		return value.Bool(m.def.caller != nil || m.def.explicitCaller), true
	case "catch_kwargs":
		return value.Bool(m.def.kwargs != nil), true
	case "catch_varargs":
		return value.Bool(m.def.varargs != nil), true
	}
	return nil, false
}

// Call implements value.Callable. The result is the macro's text, or the
// value that return() was called with.
func (m *Macro) Call(t value.Thread, args value.Args) (value.Value, error) {
	th, ok := t.(*thread)
	if !ok {
		return nil, value.TypeErrorf("%s is called outside of a render", m.Label)
	}
	callee, err := m.bind(th, args)
	if err != nil {
		return nil, err
	}
	start := th.capture()
	v, err := m.run(callee, th.site)
	if v == nil && err == nil {
		v = th.captured(start)
	}
	return v, err
}

// run executes the body in a frame that bind made. A value that is not nil is
// what return() gave; then nothing is printed.
func (m *Macro) run(f *frame, site diag.Span) (value.Value, error) {
	t := f.t
	if err := t.enter(); err != nil {
		return nil, err
	}
	if m.block != nil {
		t.calling(m)
	}
	start := t.capture()
	outerSite, around := t.site, t.unfit
	t.site, t.unfit = site, nil
	var outerCall *call
	if t.rec != nil {
		outerCall = t.rec.call
		t.rec.call = &call{m.Label, site, outerCall}
	}
	_, err := m.def.exec(f)
	err = t.join(around, err)
	if t.rec != nil {
		t.rec.call = outerCall
	}
	if m.block != nil {
		t.macros--
	}
	t.site = outerSite
	t.depth--
	if err == nil {
		return nil, nil
	}
	if r, ok := err.(*returned); ok && m.outer == nil {
		t.drop(start)
		return r.v, nil
	}
	return nil, through(err, m.Label, site)
}

// exec fills the parameters that were not given and runs the body.
func (d *macroDef) exec(f *frame) (signal, error) {
	f.enter(d.scope)
	for _, p := range d.params {
		if f.slots[p.name.slot] != nil {
			continue
		}
		if p.def == nil {
			name := p.name.name
			f.slots[p.name.slot] = &value.Undefined{
				Name: name, Hint: "parameter " + value.Repr(value.Str(name)) + " was not provided", Lenient: f.lenient,
			}
			continue
		}
		v, err := p.def.eval(f)
		if err != nil {
			return 0, err
		}
		f.slots[p.name.slot] = v
	}
	return execBody(f, d.body)
}

// bind makes the frame of a call and puts the arguments into their slots, by
// the rules of jinja2's macros.
func (m *Macro) bind(t *thread, args value.Args) (*frame, error) {
	d := m.def
	if d.err != nil {
		return nil, d.err
	}
	f := &frame{t: t, prog: m.prog, outer: m.outer, lenient: m.lenient, slots: make([]value.Value, d.fn.slots)}
	if m.outer == nil && d.fn.closure {
		f.outer = &frame{t: t, prog: m.prog, slots: make([]value.Value, m.prog.fn.slots), detached: true}
	}
	n := min(len(args.Pos), len(d.params))
	for i, p := range d.params[:n] {
		f.slots[p.name.slot] = args.Pos[i]
	}
	if err := m.bindKeywords(f, args.Kw, n); err != nil {
		return nil, err
	}
	if d.varargs != nil {
		f.slots[d.varargs.slot] = value.NewTuple(append([]value.Value(nil), args.Pos[n:]...)...)
	} else if n < len(args.Pos) {
		return nil, m.wrongArguments("takes not more than %d argument(s)", len(d.params))
	}
	if d.caller != nil && f.slots[d.caller.slot] == nil {
		f.slots[d.caller.slot] = &value.Undefined{Name: "caller", Hint: "No caller defined"}
	}
	return f, nil
}

// bindKeywords takes the keyword arguments: n parameters are filled already.
func (m *Macro) bindKeywords(f *frame, kwargs []value.Kwarg, n int) error {
	d := m.def
	var rest *value.Dict
	if d.kwargs != nil {
		rest = value.NewDict()
		f.slots[d.kwargs.slot] = rest
	}
	for _, kw := range kwargs {
		if slot := d.keywordSlot(kw.Name, n); slot >= 0 {
			f.slots[slot] = kw.Value
			continue
		}
		switch {
		case rest != nil:
			rest.SetStr(kw.Name, kw.Value)
		case kw.Name == "caller":
			return m.wrongArguments("uses no caller, but is called with a body")
		default:
			return m.wrongArguments("takes no keyword argument '%s'", kw.Name)
		}
	}
	return nil
}

// keywordSlot finds the slot that a keyword fills, or -1.
func (d *macroDef) keywordSlot(name string, filled int) int32 {
	for _, p := range d.params[filled:] {
		if p.name.name == name {
			return p.name.slot
		}
	}
	if name == "caller" && d.caller != nil {
		return d.caller.slot
	}
	return -1
}

// wrongArguments is the error of a call that does not fit the macro: it shows
// the parameters and where they are.
func (m *Macro) wrongArguments(format string, args ...any) error {
	d := m.def
	cause := value.TypeErrorf("macro %s "+format, append([]any{value.Repr(value.Str(d.name))}, args...)...)
	names := make([]string, len(d.params))
	for i, p := range d.params {
		names[i] = p.name.name
		if p.def != nil {
			names[i] += "=" + m.prog.source(p.def.span())
		}
	}
	out := &diag.Diagnostic{
		Code: "E122", Summary: cause.Msg, Cause: cause,
		Hint: "its parameters are (" + strings.Join(names, ", ") + ")",
	}
	out.Notes = []diag.Note{{Message: "the macro is defined here", Span: m.prog.span(d.pos)}}
	return out
}
