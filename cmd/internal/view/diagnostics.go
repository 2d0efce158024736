package view

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"mdl/adapters"
	"mdl/compiler/diag"
	"mdl/compiler/scope"
)

// Diagnostics writes diagnostics in the order of their places and returns the
// numbers of errors and warnings.
func (v *View) Diagnostics(list diag.List) (errs, warnings int) {
	for _, d := range inOrder(list) {
		level := Error
		switch d.Severity {
		case diag.Error:
			errs++
		case diag.Warning:
			warnings++
			level = Warn
		default:
			level = Info
		}
		v.diagnostic(d, level)
	}
	return errs, warnings
}

// inOrder returns diagnostics by their place, each once, where the user can do
// something about it.
func inOrder(list diag.List) []*diag.Diagnostic {
	sorted := make([]*diag.Diagnostic, len(list))
	for i := range list {
		sorted[i] = own(&list[i])
	}
	slices.SortStableFunc(sorted, byPlace)
	return slices.CompactFunc(sorted, same)
}

func byPlace(a, b *diag.Diagnostic) int {
	return cmp.Or(cmp.Compare(a.Span.Path(), b.Span.Path()), cmp.Compare(a.Span.Start, b.Span.Start))
}

// same reports whether the second of two diagnostics tells nothing new: what is
// set for a whole project is found wrong by each of its nodes.
func same(a, b *diag.Diagnostic) bool {
	return a.Span.File != nil && a.Code == b.Code && a.Severity == b.Severity && a.Summary == b.Summary &&
		a.Span.Path() == b.Span.Path() && a.Span.Start == b.Span.Start && a.Span.End == b.Span.End
}

func (v *View) diagnostic(d *diag.Diagnostic, level Level) {
	l := line{name: "Diagnostic", code: d.Code, level: level, plain: true, toErr: true}
	if v.o.JSON {
		l.msg, l.data = d.Headline(), map[string]any{"diagnostic": d.ToJSON(), "exc": Heading(d)}
	} else {
		l.msg = v.render(d)
		if level == Error {
			l.msg = Heading(d) + "\n" + l.msg
		}
		l.msg += "\n"
	}
	v.tell(l)
}

// own moves a diagnostic out of the macros that mdl brings along, to the call
// in a file of the user's; where it came from becomes a note.
func own(d *diag.Diagnostic) *diag.Diagnostic {
	at := slices.IndexFunc(d.Frames, func(f diag.Frame) bool { return !f.Span.IsZero() && !builtIn(f.Span) })
	if !builtIn(d.Span) || at < 0 {
		return d
	}
	moved := *d
	moved.Span, moved.Frames = d.Frames[at].Span, d.Frames[at+1:]
	moved.Notes = append(slices.Clone(d.Notes), diag.Note{Message: "in " + d.Frames[at].Name, Span: d.Span})
	return &moved
}

// builtIn reports whether a place lies in a package that mdl brings along.
func builtIn(at diag.Span) bool {
	return strings.HasPrefix(at.Path(), "mdl/dbt/") || strings.HasPrefix(at.Path(), "mdl/dbt_utils/")
}

// render is a diagnostic as text without a final newline.
func (v *View) render(d *diag.Diagnostic) string {
	var b strings.Builder
	diag.Render(&b, *d, v.style())
	return strings.TrimRight(b.String(), "\n")
}

// Fatal tells why a command could not go on.
func (v *View) Fatal(err error) {
	if d := (*diag.Diagnostic)(nil); errors.As(err, &d) {
		v.diagnostic(d, Error)
		return
	}
	msg := v.paint(red, "error") + ": " + err.Error()
	v.tell(line{name: "MainEncounteredError", code: "Z002", level: Error, msg: msg, plain: true, toErr: true})
}

// Counts tells how many errors and warnings kept a command from running.
func (v *View) Counts(errs, warnings int) {
	msg := v.paint(red, count(errs, "error"))
	if warnings > 0 {
		msg += " and " + v.paint(yellow, count(warnings, "warning"))
	}
	v.tell(line{name: "MainEncounteredError", code: "Z002", level: Error, msg: msg + "; nothing was run", plain: true, toErr: true})
}

// headings are dbt's families of errors by the start of a code, most specific
// first.
var headings = []struct{ code, heading string }{
	{"E130", "Runtime Error"},
	{"E15", "Parsing Error"},
	{"E1", "Compilation Error"},
	{"E204", "Compilation Error"},
	{"E206", "Runtime Error"},
	{"E208", "Runtime Error"},
	{"E20", "Parsing Error"},
	{"E21", "Runtime Error"},
	{"E22", "Runtime Error"},
	{"E23", "Runtime Error"},
	{"E2", "Compilation Error"},
	{"E320", "Compilation Error"},
	{"E321", "Compilation Error"},
	{"E322", "Compilation Error"},
	{"E323", "Compilation Error"},
	{"E324", "Compilation Error"},
	{"E399", "Internal Error"},
	{"E3", "Database Error"},
	{"E9", "Internal Error"},
}

// Heading is the family of an error as dbt prints it: "Compilation Error",
// "Database Error", "Parsing Error" or another.
func Heading(d *diag.Diagnostic) string {
	if e := (*scope.Error)(nil); errors.As(d.Cause, &e) {
		return e.Kind.String() + " Error"
	}
	if e := (*adapters.QueryError)(nil); errors.As(d.Cause, &e) {
		return "Database Error"
	}
	for _, h := range headings {
		if strings.HasPrefix(d.Code, h.code) {
			return h.heading
		}
	}
	return "Runtime Error"
}

// Message tells what a template says by log, print and exceptions.warn.
func (v *View) Message(m scope.Message) {
	switch m.Level {
	case scope.Print:
		if v.o.JSON {
			v.tell(line{name: "PrintEvent", code: "Z052", level: Error - 1, msg: m.Text})
			return
		}
		v.Data(m.Text)
	case scope.Info:
		v.tell(line{name: "JinjaLogInfo", code: "I062", level: Info, msg: m.Text})
	case scope.Warn:
		d := diag.Warnf("W240", m.Site, "%s", m.Text)
		v.diagnostic(&d, Warn)
	default:
		v.tell(line{name: "JinjaLogDebug", code: "I063", level: Debug, msg: m.Text})
	}
}
