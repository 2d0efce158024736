// Package value holds Python values as Jinja templates see them, with Python's
// semantics: insertion-ordered mutable dicts and lists, tuples, sets, big
// integers, floats printed as Python prints them, and the methods of each.
//
// The core interface is tiny. What a value can do beyond it is found by type
// assertion (Object, Callable, Iterable ...), so a new kind of value is a new
// file and no switch is edited. Values that only the templates of one render
// see may be mutable; everything shared between renders must not be.
//
// Python 3.11's own answers are the tests (testdata/gen.py). On purpose it
// differs in this: a set keeps the order of insertion; what Python prints with
// an address is printed without; a lone surrogate becomes U+FFFD; character
// classes are those of Go's Unicode version; there are no complex numbers; the
// timestamp of a naive datetime takes it to be in UTC; and the size of texts,
// lists and integers is bounded (MaxText, MaxItems).
package value

import "mdl/compiler/diag"

// Value is any Python value. Its Go type must be comparable with ==, which
// decides identity: a value that holds a slice or map is a pointer.
type Value interface {
	// TypeName is Python's name of the value's type: "str", "int", "dict" ...
	TypeName() string
}

// Thread is what a callable may ask of the render that calls it.
type Thread interface {
	// Site is the place of the innermost call that is running.
	Site() diag.Span
	// Call calls a value; it fails when fn is not callable.
	Call(fn Value, args Args) (Value, error)
	// Step spends n steps of the render's budget; it fails when none are left.
	Step(n int) error
}

// Callable is a value that can be called.
type Callable interface {
	Value
	Call(t Thread, args Args) (Value, error)
}

// Object is a value with attributes of its own beside Python's methods.
type Object interface {
	Value
	// Attr returns an attribute, and false where there is none.
	Attr(name string) (Value, bool)
}

// MethodCaller is an Object that can call a method without making a value of
// the bound method first. False means that there is no such method.
type MethodCaller interface {
	CallMethod(t Thread, name string, args Args) (Value, bool, error)
}

// Indexer is a value with items: v[key]. False means that there is no such
// item, which templates see as undefined.
type Indexer interface {
	Item(key Value) (Value, bool, error)
}

// Iterator gives the items of an iteration one by one; false ends it.
type Iterator interface {
	Next() (Value, bool, error)
}

// Iterable is a value that can be iterated.
type Iterable interface {
	Iter() Iterator
}

// Sized is a value with a length.
type Sized interface {
	Len() int
}

// Container answers `item in v`; without it, `in` iterates.
type Container interface {
	Contains(item Value) (bool, error)
}

// Truther is a value with a truth of its own; without it, a Sized value is true
// when its length is not zero, and any other value is true.
type Truther interface {
	Truth() bool
}

// Printer is a value with a str() and a repr() of its own.
type Printer interface {
	Str() string
	Repr() string
}

// Comparer compares itself with another value by OpEq, OpLt, OpLe, OpGt or OpGe.
// ok is false where Python would answer NotImplemented.
type Comparer interface {
	CompareTo(op Op, other Value) (result, ok bool, err error)
}

// Operand computes `v op other`, or `other op v` when reflected. ok is false
// where Python would answer NotImplemented.
type Operand interface {
	Operate(op Op, other Value, reflected bool) (result Value, ok bool, err error)
}

// Hasher is a value that can be a dict's key by more than its identity. Equal
// values have equal hashes.
type Hasher interface {
	Hash() uint64
}

// Moduled is a value whose type lives in a Python module other than builtins;
// jinja2 names the module when it reports a missing attribute.
type Moduled interface {
	Module() string
}

// Args are the arguments of a call in the order in which they were written.
type Args struct {
	Pos []Value
	Kw  []Kwarg
}

// Kwarg is one keyword argument.
type Kwarg struct {
	Name  string
	Value Value
}

// Positional makes Args of positional arguments.
func Positional(items ...Value) Args { return Args{Pos: items} }

// Func is a function written in Go.
type Func struct {
	Name string
	Fn   func(t Thread, args Args) (Value, error)
}

// TypeName implements Value.
func (*Func) TypeName() string { return "function" }

// Call implements Callable.
func (f *Func) Call(t Thread, args Args) (Value, error) { return f.Fn(t, args) }

// Str implements Printer.
func (f *Func) Str() string { return f.Repr() }

// Repr implements Printer. Python adds an address, which no output should hold.
func (f *Func) Repr() string { return "<function " + f.Name + ">" }
