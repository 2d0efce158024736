package scope

import (
	"strings"

	"mdl/compiler/jinja/value"
)

// methods are the methods of a kind of object by name. A table is never
// changed after the program has started.
type methods[T any] map[string]func(self T, t value.Thread, a value.Args) (value.Value, error)

// bound returns a method as a value of its own.
func (m methods[T]) bound(self T, name string) (value.Value, bool) {
	fn, ok := m[name]
	if !ok {
		return nil, false
	}
	return &value.Func{Name: name, Fn: func(t value.Thread, a value.Args) (value.Value, error) {
		return fn(self, t, a)
	}}, true
}

// call calls a method; false means that there is none.
func (m methods[T]) call(self T, t value.Thread, name string, a value.Args) (value.Value, bool, error) {
	fn, ok := m[name]
	if !ok {
		return nil, false, nil
	}
	v, err := fn(self, t, a)
	return v, true, err
}

// fields are the attributes of a kind of object by name.
type fields[T any] map[string]func(self T) value.Value

func (f fields[T]) get(self T, name string) (value.Value, bool) {
	if fn, ok := f[name]; ok {
		return fn(self), true
	}
	return nil, false
}

// record is an object with a few named parts, printed as Python prints a
// dataclass: Path(database='a', schema=None, identifier='c').
type record struct {
	class string
	parts *value.Dict
	text  string // what str() says; "" says repr()
	truth bool
	funcs methods[*record]
}

// TypeName implements value.Value.
func (r *record) TypeName() string { return r.class }

// Attr implements value.Object.
func (r *record) Attr(name string) (value.Value, bool) {
	if strings.HasPrefix(name, "_") {
		return nil, false // jinja2's sandbox hides these
	}
	if v, ok := r.parts.GetStr(name); ok {
		return v, true
	}
	if v, ok := r.funcs.bound(r, name); ok {
		return v, true
	}
	return recordMethods.bound(r, name)
}

// Item implements value.Indexer.
func (r *record) Item(key value.Value) (value.Value, bool, error) { return r.parts.Lookup(key) }

// Truth implements value.Truther.
func (r *record) Truth() bool { return r.truth }

// Str implements value.Printer.
func (r *record) Str() string {
	if r.text != "" {
		return r.text
	}
	return r.Repr()
}

// Repr implements value.Printer.
func (r *record) Repr() string {
	var b strings.Builder
	b.WriteString(r.class + "(")
	sep := ""
	for k, v := range r.parts.All() {
		b.WriteString(sep + value.ToStr(k) + "=" + value.Repr(v))
		sep = ", "
	}
	return b.String() + ")"
}

// CompareTo implements value.Comparer.
func (r *record) CompareTo(op value.Op, other value.Value) (result, ok bool, err error) {
	o, same := other.(*record)
	if op != value.OpEq || !same || o.class != r.class {
		return false, op == value.OpEq, nil
	}
	return value.Equal(r.parts, o.parts), true, nil
}

var recordMethods = methods[*record]{
	"to_dict": func(r *record, _ value.Thread, a value.Args) (value.Value, error) {
		got, err := a.Bind("to_dict", value.Optional("omit_none", value.False))
		if err != nil {
			return nil, err
		}
		d := value.NewDict()
		for k, v := range r.parts.All() {
			if v == value.None && value.Truth(got[0]) {
				continue
			}
			d.SetStr(value.ToStr(k), v)
		}
		return d, nil
	},
	"get": func(r *record, _ value.Thread, a value.Args) (value.Value, error) {
		got, err := a.Bind("get", value.Required("key"), value.Optional("default", value.None))
		if err != nil {
			return nil, err
		}
		if v, ok := r.parts.Get(got[0]); ok {
			return v, nil
		}
		return got[1], nil
	},
}

// CopyOf returns v with every list and dict in it copied, so that a template
// can change it without changing what others share.
func CopyOf(v value.Value) value.Value {
	switch v := v.(type) {
	case *value.Dict:
		return copyDict(v)
	case *value.List:
		items := make([]value.Value, len(v.Items()))
		for i, item := range v.Items() {
			items[i] = CopyOf(item)
		}
		return value.NewList(items...)
	}
	return v
}

func copyDict(d *value.Dict) *value.Dict {
	if d == nil {
		return value.NewDict()
	}
	c := value.NewDictSize(d.Len())
	for k, v := range d.All() {
		_ = c.Set(k, CopyOf(v)) // a key of a dict is hashable
	}
	return c
}

func (p part) value() value.Value {
	if !p.set {
		return value.None
	}
	return value.Str(p.text)
}

func partOf(text string) part { return part{text, text != ""} }

// partFrom reads a text or none; ok is false for anything else.
func partFrom(v value.Value) (p part, ok bool) {
	switch v := v.(type) {
	case value.NoneType:
		return part{}, true
	case value.Str:
		return part{string(v), true}, true
	}
	return part{}, false
}
