package value

import "fmt"

// Error is a Python exception.
type Error struct {
	Kind string // the exception's class: "TypeError", "ValueError", "UndefinedError" ...
	Msg  string // what str() of the exception says
}

// Error implements error with Python's str() of the exception.
func (e *Error) Error() string { return e.Msg }

// Errorf makes an exception of a class.
func Errorf(kind, format string, args ...any) *Error {
	return &Error{Kind: kind, Msg: fmt.Sprintf(format, args...)}
}

// TypeErrorf makes a TypeError.
func TypeErrorf(format string, args ...any) *Error { return Errorf("TypeError", format, args...) }

// ValueErrorf makes a ValueError.
func ValueErrorf(format string, args ...any) *Error { return Errorf("ValueError", format, args...) }

// MaxText bounds, in bytes, the text that one operation may build, and
// MaxItems the length of one list. Python has no such bound; a template that
// asks for more is taken to be a mistake and gets a MemoryError.
const (
	MaxText  = 16 << 20
	MaxItems = 1 << 22
)

// errTooBig reports a text or list beyond MaxText or MaxItems.
func errTooBig(what string) *Error {
	return Errorf("MemoryError", "%s is too big: more than %d MiB or %d items", what, MaxText>>20, MaxItems)
}

// errRecursion reports a value nested too deep, as Python's limit does.
func errRecursion() *Error {
	return Errorf("RecursionError", "maximum recursion depth exceeded")
}

// IsKind tells whether err is a Python exception of one of the classes.
func IsKind(err error, kinds ...string) bool {
	e, ok := err.(*Error)
	if !ok {
		return false
	}
	for _, k := range kinds {
		if e.Kind == k {
			return true
		}
	}
	return false
}
