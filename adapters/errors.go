package adapters

import "errors"

// QueryError is a failure of the warehouse in a form that can be shown.
type QueryError struct {
	// SQL is the text that was given to Exec, Query or Describe, whole; "" when
	// the failure has no such text, or one that may hold secrets.
	SQL string
	// Offset is the byte offset into SQL of the place at fault, or -1.
	Offset int
	// Kind tells what sort of failure it is.
	Kind ErrorKind
	// Message says what is wrong: one or a few lines, without the driver's
	// prefix and without a quotation of the SQL.
	Message string
	// Hint says what to do about it, or "".
	Hint string
	// Cause is the error beneath, if any.
	Cause error
}

// Error returns the message, and the hint after it.
func (e *QueryError) Error() string {
	if e.Hint == "" {
		return e.Message
	}
	return e.Message + "\n" + e.Hint
}

// Unwrap returns the cause.
func (e *QueryError) Unwrap() error { return e.Cause }

// ErrorKind classifies a QueryError by what a caller can do about it.
type ErrorKind int

// The kinds of failures.
const (
	// Other is a failure that no other kind describes, as an out-of-range value.
	Other ErrorKind = iota
	// Syntax is SQL that cannot be read, or that makes no sense.
	Syntax
	// NotFound is a missing relation, column, function, schema, file or extension.
	NotFound
	// Permission is a refused access.
	Permission
	// Constraint is a violated key, not-null or check.
	Constraint
	// TypeMismatch is a value or expression of the wrong type.
	TypeMismatch
	// Cancelled is a statement interrupted by its context; it wraps the cause.
	Cancelled
	// Transient may succeed when the transaction is tried again: a conflict.
	Transient
	// Locked is a database in use by another process.
	Locked
	// DiskFull is a full disk.
	DiskFull
	// ReadOnly is a write to a database or disk that may only be read.
	ReadOnly
	// Memory is a query that needs more memory than allowed.
	Memory
	// Connection is a failure to open, or a lost connection.
	Connection
	// Internal is a defect of the warehouse or the driver.
	Internal
)

var errorKindNames = [...]string{
	"other", "syntax", "not found", "permission", "constraint", "type mismatch", "cancelled",
	"transient", "locked", "disk full", "read-only", "memory", "connection", "internal",
}

// String is the kind in words.
func (k ErrorKind) String() string {
	if k < 0 || int(k) >= len(errorKindNames) {
		return "other"
	}
	return errorKindNames[k]
}

// KindOf returns the kind of the QueryError in err's chain, or Other.
func KindOf(err error) ErrorKind {
	if q, ok := errors.AsType[*QueryError](err); ok {
		return q.Kind
	}
	return Other
}
