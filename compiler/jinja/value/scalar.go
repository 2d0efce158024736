package value

// NoneType is the type of None.
type NoneType struct{}

// None is Python's None.
var None Value = NoneType{}

// Bool is a Python bool; in arithmetic it is the integer 0 or 1.
type Bool bool

// True and False are the two values of Bool.
const (
	True  = Bool(true)
	False = Bool(false)
)

// Int is a Python int that fits 64 bits; BigInt holds the others.
type Int int64

// Float is a Python float.
type Float float64

// Str is a Python str. It holds UTF-8; lengths and indexes count code points.
// A lone surrogate, which Python's str can hold, becomes U+FFFD.
type Str string

// Bytes is a Python bytes object.
type Bytes string

// TypeName implements Value.
func (NoneType) TypeName() string { return "NoneType" }

// TypeName implements Value.
func (Bool) TypeName() string { return "bool" }

// TypeName implements Value.
func (Int) TypeName() string { return "int" }

// TypeName implements Value.
func (Float) TypeName() string { return "float" }

// TypeName implements Value.
func (Str) TypeName() string { return "str" }

// TypeName implements Value.
func (Bytes) TypeName() string { return "bytes" }

// IsNone tells whether v is None.
func IsNone(v Value) bool { _, ok := v.(NoneType); return ok }

// IsStr tells whether v is a str.
func IsStr(v Value) bool { _, ok := v.(Str); return ok }

// IsNumber tells whether v is a number as jinja2's test `number` means it: an
// int, float, bool or Decimal.
func IsNumber(v Value) bool {
	switch v.(type) {
	case Int, Float, Bool, *BigInt, *Decimal:
		return true
	}
	return false
}

// IsInteger tells whether v is an int; a bool is not.
func IsInteger(v Value) bool {
	switch v.(type) {
	case Int, *BigInt:
		return true
	}
	return false
}
