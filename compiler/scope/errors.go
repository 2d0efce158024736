package scope

import (
	"fmt"
	"strings"

	"mdl/compiler/diag"
)

// ErrorKind is dbt's family of an error.
type ErrorKind uint8

// The families of errors that templates meet.
const (
	// Compilation is a mistake in a template, raise_compiler_error included.
	Compilation ErrorKind = iota
	// Runtime is a refusal that is not about the text.
	Runtime
	// Database is raise_database_error.
	Database
	// Dependency is raise_dependency_error.
	Dependency
	// Parsing is a mistake that dbt reports while it reads the project.
	Parsing
	// Validation is a value that is not allowed.
	Validation
	// NotImplemented is raise_not_implemented.
	NotImplemented
	// FailFast is raise_fail_fast_error.
	FailFast
	// Internal is a state that templates should not reach.
	Internal
)

// kinds are the names and codes of the families.
var kinds = [...]struct{ name, code string }{
	Compilation: {"Compilation", "E240"}, Runtime: {"Runtime", "E241"}, Database: {"Database", "E340"},
	Dependency: {"Dependency", "E242"}, Parsing: {"Parsing", "E243"}, Validation: {"Validation", "E244"},
	NotImplemented: {"Not Implemented", "E245"}, FailFast: {"FailFast", "E246"}, Internal: {"Internal", "E247"},
}

// String is the family as dbt prints it: "Compilation", "Runtime" ...
func (k ErrorKind) String() string { return kinds[k].name }

// Error is a failure of one of dbt's names. Jinja adds the place of the call.
type Error struct {
	Kind ErrorKind
	// Msg is the whole message: where a template raised it, exactly its text.
	Msg string
	// Hint says what to do, or "".
	Hint string
}

// Error returns the message.
func (e *Error) Error() string { return e.Msg }

// As makes the error a diagnostic for errors.As: the first line of the message
// is the summary and the rest the detail. The Error itself is the cause.
func (e *Error) As(target any) bool {
	d, ok := target.(**diag.Diagnostic)
	if !ok {
		return false
	}
	summary, detail, _ := strings.Cut(strings.TrimSpace(e.Msg), "\n")
	*d = &diag.Diagnostic{Code: kinds[e.Kind].code, Summary: summary, Detail: detail, Hint: e.Hint, Cause: e}
	return true
}

func errorf(k ErrorKind, format string, args ...any) *Error {
	return &Error{Kind: k, Msg: fmt.Sprintf(format, args...)}
}
