package diag

import (
	"errors"
	"fmt"
	"strings"
)

// Severity ranks a diagnostic. The zero value is Error, so that a forgotten
// severity never hides a failure.
type Severity uint8

// The severities, gravest first.
const (
	Error Severity = iota
	Warning
	Info
)

// String returns the lower-case name that is printed and written to JSON.
func (s Severity) String() string {
	switch s {
	case Warning:
		return "warning"
	case Info:
		return "info"
	}
	return "error"
}

// Diagnostic is one thing to tell the user about the text they wrote.
type Diagnostic struct {
	// Code is stable and documented: E1xx syntax, E2xx names and
	// configuration, E3xx warehouse, E4xx environment, W... warnings.
	Code     string
	Severity Severity
	// Summary says what is wrong in one line, without a final full stop.
	Summary string
	// Detail says more where one line is not enough. Optional.
	Detail string
	// Hint says what to do. Optional.
	Hint string
	// Span is the place that the user must change. Optional.
	Span Span
	// Notes are further places that explain the first. Optional.
	Notes []Note
	// Frames is the stack of macro calls that led to Span, innermost first.
	// The place in Span itself is not repeated. Optional.
	Frames []Frame
	// Cause is the underlying error, for errors.Is and errors.As. Optional.
	Cause error
}

// Note is a further place, with what is to be seen there.
type Note struct {
	Message string
	Span    Span
}

// Frame is one call on the way to the place of an error.
type Frame struct {
	// Name is what was called, such as "macro dbt_utils.star".
	Name string
	// Span is the place of the call.
	Span Span
}

// Errorf returns an error diagnostic at a place.
func Errorf(code string, span Span, format string, args ...any) Diagnostic {
	return Diagnostic{Code: code, Span: span, Summary: fmt.Sprintf(format, args...)}
}

// Warnf returns a warning diagnostic at a place.
func Warnf(code string, span Span, format string, args ...any) Diagnostic {
	return Diagnostic{Code: code, Severity: Warning, Span: span, Summary: fmt.Sprintf(format, args...)}
}

// WithHint returns a copy that carries a hint; an empty hint changes nothing.
func (d Diagnostic) WithHint(format string, args ...any) Diagnostic {
	if hint := fmt.Sprintf(format, args...); hint != "" {
		d.Hint = hint
	}
	return d
}

// Error makes a diagnostic an error: place, severity, code and summary in one line.
func (d *Diagnostic) Error() string { return d.Headline() }

// Unwrap returns the cause.
func (d *Diagnostic) Unwrap() error { return d.Cause }

// Headline is the first line of the rendered diagnostic:
// "path:line:col: error E101: summary".
func (d *Diagnostic) Headline() string {
	var b strings.Builder
	if d.Span.File != nil {
		line, col := d.Span.Position()
		fmt.Fprintf(&b, "%s:%d:%d: ", d.Span.Path(), line, col)
	}
	b.WriteString(d.Severity.String())
	if d.Code != "" {
		b.WriteString(" " + d.Code)
	}
	b.WriteString(": " + d.Summary)
	return b.String()
}

// FromError returns the diagnostic that an error wraps, or a new one with the
// given code and place whose summary is the error's text.
func FromError(err error, code string, span Span) Diagnostic {
	var d *Diagnostic
	if errors.As(err, &d) {
		return *d
	}
	return Diagnostic{Code: code, Span: span, Summary: err.Error(), Cause: err}
}

// List is what a stage returns beside its (possibly partial) value.
type List []Diagnostic

// HasErrors reports whether any diagnostic is an error.
func (l List) HasErrors() bool {
	for i := range l {
		if l[i].Severity == Error {
			return true
		}
	}
	return false
}

// Err returns the first error as an error, or nil.
func (l List) Err() error {
	for i := range l {
		if l[i].Severity == Error {
			return &l[i]
		}
	}
	return nil
}
