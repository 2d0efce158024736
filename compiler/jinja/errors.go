package jinja

import (
	"errors"
	"strings"

	"mdl/compiler/diag"
	"mdl/compiler/jinja/value"
)

// The codes of this package. Where a W stands instead of the E, the mistake is
// one that dbt finds only when it reaches the place.
//
//	E101 an expression or tag is not well-formed
//	E102 a tag, bracket, string, comment or raw block is never closed
//	E103 a block is never closed
//	E104 a tag is unknown
//	E105 a tag that ends or divides a block stands where none such is open
//	E106 a filter is unknown
//	E107 a test is unknown
//	E108 the text is nested too deep, or an expression too long
//	E109 the header of a macro or materialization is wrong
//	E110 a block is defined inside of another
//	E111 a tag needs a loader of templates
//	E120 any exception of Python that has no code of its own
//	E121 an undefined value was used
//	E122 the arguments do not fit the macro
//	E123 an attribute is unsafe
//	E124 the budget of steps is used up
//	E125 calls or values are nested too deep
//	E126 a text, list or the output is too big
//	E127 the render was cancelled
//	E130 a text of a YAML file cannot be converted by as_bool or as_number

// failure is a run-time error on its way out. It has its place already; the
// macro calls that it passes add themselves to its frames.
type failure struct{ d diag.Diagnostic }

func (e *failure) Error() string { return e.d.Error() }

func (e *failure) Unwrap() error { return &e.d }

// returned is return() on its way to the macro that it leaves.
type returned struct{ v value.Value }

func (*returned) Error() string { return "return() outside of a macro" }

// maxFrames bounds the frames that an error collects.
const maxFrames = 64

// fail gives an error its place. It is the one point at which an error of a
// filter, a method, an operator or a function of the context meets the source;
// an error that has a place keeps it.
func (f *frame) fail(at pos, err error) error {
	switch e := err.(type) {
	case *failure, *returned:
		return e
	}
	var inner *failure
	if errors.As(err, &inner) {
		return inner
	}
	var ret *returned
	if errors.As(err, &ret) {
		return ret
	}
	d := describe(err)
	if d.Span.IsZero() {
		d.Span = f.span(at)
	}
	if d.Hint == "" {
		d.Hint = f.t.suggest(err)
	}
	return &failure{d}
}

func (f *frame) span(at pos) diag.Span {
	return f.prog.span(at)
}

// errorCodes are the codes of Python's exceptions; others are E120.
var errorCodes = map[string]string{
	"UndefinedError": "E121", "SecurityError": "E123", "MemoryError": "E126", "RecursionError": "E125",
}

// describe makes a diagnostic of an error.
func describe(err error) diag.Diagnostic {
	var d *diag.Diagnostic
	if errors.As(err, &d) {
		copied := *d
		if copied.Cause == nil {
			copied.Cause = err
		}
		copied.Frames = copied.Frames[:len(copied.Frames):len(copied.Frames)]
		return copied
	}
	out := diag.Diagnostic{Code: "E120", Summary: err.Error(), Cause: err}
	var py *value.Error
	if errors.As(err, &py) {
		if code := errorCodes[py.Kind]; code != "" {
			out.Code = code
		}
		if out.Summary == "" {
			out.Summary = py.Kind
		}
	}
	out.Summary = strings.TrimSuffix(out.Summary, ".")
	return out
}

// suggest returns a hint for an undefined name, where the globals can tell
// which names there are.
func (t *thread) suggest(err error) string {
	namer, ok := t.globals.(Namer)
	if !ok || !value.IsKind(err, "UndefinedError") {
		return ""
	}
	name, ok := strings.CutSuffix(err.Error(), "' is undefined")
	if !ok || !strings.HasPrefix(name, "'") {
		return ""
	}
	return diag.DidYouMean(name[1:], append(namer.Names(), builtinNames...))
}

// through adds a call to the frames of an error that passes it.
func through(err error, label string, site diag.Span) error {
	if e, ok := err.(*failure); ok && len(e.d.Frames) < maxFrames {
		e.d.Frames = append(e.d.Frames, diag.Frame{Name: label, Span: site})
	}
	return err
}

// finish makes the error of a whole render: always a *diag.Diagnostic.
func finish(err error, f *frame) error {
	var e *failure
	if !errors.As(err, &e) {
		e, _ = f.fail(pos{}, err).(*failure)
	}
	if e == nil {
		return &diag.Diagnostic{Code: "E120", Summary: err.Error(), Cause: err}
	}
	return &e.d
}
