package value

import "strings"

// Undefined is what a template gets for a name, attribute or item that does
// not exist: it prints "", is false, is empty, and fails in anything else.
//
// dbt renders with jinja2's Undefined. While it parses a project it uses one of
// its own, Lenient, whose attributes, items and calls are Undefined again.
type Undefined struct {
	Name    string // the name that was looked up
	Obj     Value  // the value that has no such attribute or item; nil for a variable
	Key     Value  // the item that was looked up when it is not a str
	Hint    string // the whole message, when the standard one does not fit
	Kind    string // the exception's class; "" means "UndefinedError"
	Lenient bool
}

// NewUndefined makes the Undefined of a variable.
func NewUndefined(name string) *Undefined { return &Undefined{Name: name} }

// IsUndefined tells whether v is an Undefined.
func IsUndefined(v Value) bool { _, ok := v.(*Undefined); return ok }

// TypeName implements Value.
func (*Undefined) TypeName() string { return "Undefined" }

// Module implements Moduled.
func (u *Undefined) Module() string {
	if u.Lenient {
		return "dbt_common.clients.jinja"
	}
	return "jinja2.runtime"
}

// Err is the exception of using the Undefined.
func (u *Undefined) Err() *Error {
	kind := u.Kind
	if kind == "" {
		kind = "UndefinedError"
	}
	return &Error{Kind: kind, Msg: u.message()}
}

func (u *Undefined) message() string {
	switch {
	case u.Hint != "":
		return u.Hint
	case u.Obj == nil:
		return Repr(Str(u.Name)) + " is undefined"
	case u.Key != nil:
		return ObjectTypeRepr(u.Obj) + " has no element " + Repr(u.Key)
	}
	return Repr(Str(ObjectTypeRepr(u.Obj))) + " has no attribute " + Repr(Str(u.Name))
}

// attr is getattr(undefined, name) with jinja2's fall back to the item.
func (u *Undefined) attr(name string) (Value, error) {
	switch {
	case isInternal(u, name):
		return unsafeAttribute(u, name), nil
	case !u.Lenient:
		return nil, u.Err()
	case name == "name":
		return Str(u.Name), nil
	case name == "hint":
		if u.Hint == "" {
			return None, nil
		}
		return Str(u.Hint), nil
	case name == "unsafe_callable" || name == "alters_data":
		return False, nil
	case strings.HasPrefix(name, "__") && strings.HasSuffix(name, "__"):
		return u, nil
	}
	return &Undefined{Name: name, Hint: u.Hint, Lenient: true}, nil
}

// Call implements Callable: a lenient Undefined gives itself.
func (u *Undefined) Call(Thread, Args) (Value, error) {
	if u.Lenient {
		return u, nil
	}
	return nil, u.Err()
}

// ObjectTypeRepr names the type of v as jinja2's messages do: "dict object",
// "datetime.date object", "None".
func ObjectTypeRepr(v Value) string {
	if _, ok := v.(NoneType); ok {
		return "None"
	}
	if m, ok := v.(Moduled); ok {
		return m.Module() + "." + shortTypeName(v) + " object"
	}
	return v.TypeName() + " object"
}

// shortTypeName is the type's __name__, without the module that the names of
// Python's C types carry.
func shortTypeName(v Value) string {
	name := v.TypeName()
	return name[strings.LastIndexByte(name, '.')+1:]
}
