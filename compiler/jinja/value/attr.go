package value

import "strings"

// Method is a method bound to its value, as `x.upper` without a call gives it.
type Method struct {
	self Value
	name string
}

// TypeName implements Value.
func (*Method) TypeName() string { return "builtin_function_or_method" }

// Call implements Callable.
func (m *Method) Call(t Thread, args Args) (Value, error) {
	v, _, err := CallMethod(t, m.self, m.name, args)
	return v, err
}

// CompareTo implements Comparer: methods of one value are equal by name.
func (m *Method) CompareTo(op Op, other Value) (bool, bool, error) {
	o, ok := other.(*Method)
	if !ok || op != OpEq {
		return false, false, nil
	}
	return m.name == o.name && Same(m.self, o.self), true, nil
}

// Str implements Printer.
func (m *Method) Str() string { return m.Repr() }

// Repr implements Printer. Python adds an address, which no output should hold.
func (m *Method) Repr() string {
	return "<built-in method " + m.name + " of " + m.self.TypeName() + " object>"
}

// CallMethod calls a method without making a bound method first. False means
// that v has no such method: then GetAttr and a call apply.
func CallMethod(t Thread, v Value, name string, args Args) (Value, bool, error) {
	switch v := v.(type) {
	case Str:
		return callRow(strMethod(name), t, v, name, args)
	case *List:
		return callRow(listMethod(name), t, v, name, args)
	case *Dict:
		return callRow(dictMethod(name), t, v, name, args)
	case *Tuple:
		return callRow(tupleMethod(name), t, v, name, args)
	case *Set:
		return callRow(setMethod(name), t, v, name, args)
	case MethodCaller:
		return v.CallMethod(t, name, args)
	case Int:
		return callRow(intMethod(name), t, v, name, args)
	case Float:
		return callRow(floatMethod(name), t, v, name, args)
	case Bool:
		i := Int(0)
		if v {
			i = 1
		}
		return callRow(intMethod(name), t, i, name, args)
	case *BigInt:
		return callRow(bigMethod(name), t, v, name, args)
	case Bytes:
		return callRow(bytesMethod(name), t, v, name, args)
	case *DictView:
		return callRow(viewMethod(name), t, v, name, args)
	case *Range:
		return callRow(rangeMethod(name), t, v, name, args)
	}
	return nil, false, nil
}

// method is a row of a type's table of methods.
type method[T Value] struct {
	least, most int // positional arguments; most < 0: any number; least < 0: fn checks
	fn          func(t Thread, self T, args Args) (Value, error)
}

func callRow[T Value](m method[T], t Thread, self T, name string, args Args) (Value, bool, error) {
	if m.fn == nil {
		return nil, false, nil
	}
	if m.least >= 0 && (len(args.Kw) > 0 || len(args.Pos) < m.least || m.most >= 0 && len(args.Pos) > m.most) {
		return nil, true, args.arity(self.TypeName(), name, m.least, m.most)
	}
	v, err := m.fn(t, self, args)
	return v, true, err
}

// hasMethod tells whether one of Python's own types has a method.
func hasMethod(v Value, name string) bool {
	switch v.(type) {
	case Str:
		return strMethod(name).fn != nil
	case *List:
		return listMethod(name).fn != nil
	case *Dict:
		return dictMethod(name).fn != nil
	case *Tuple:
		return tupleMethod(name).fn != nil
	case *Set:
		return setMethod(name).fn != nil
	case Int, Bool:
		return intMethod(name).fn != nil
	case Float:
		return floatMethod(name).fn != nil
	case *BigInt:
		return bigMethod(name).fn != nil
	case Bytes:
		return bytesMethod(name).fn != nil
	case *DictView:
		return viewMethod(name).fn != nil
	case *Range:
		return rangeMethod(name).fn != nil
	}
	return false
}

// GetAttr is jinja2's environment.getattr in its sandbox: the attribute (a
// method, or an Object's own), then the item; Undefined when there is neither.
func GetAttr(v Value, name string) (Value, error) {
	switch v := v.(type) {
	case *Undefined:
		return v.attr(name)
	case *Dict:
		if dictMethod(name).fn == nil && !strings.HasPrefix(name, "_") {
			if x, ok := v.GetStr(name); ok {
				return x, nil
			}
			return &Undefined{Name: name, Obj: v}, nil
		}
	}
	if x := attribute(v, name); x != nil {
		return x, nil
	}
	x, ok, err := item(v, Str(name))
	if err != nil && !isLookup(err) {
		return nil, err
	}
	if ok {
		return x, nil
	}
	return &Undefined{Name: name, Obj: v}, nil
}

// GetItem is jinja2's environment.getitem in its sandbox: the item, then for a
// str key the attribute; Undefined when there is neither.
func GetItem(v, key Value) (Value, error) {
	x, ok, err := item(v, key)
	if ok {
		return x, nil
	}
	if err != nil && !isLookup(err) {
		return nil, err
	}
	name, ok := key.(Str)
	if !ok {
		return &Undefined{Key: key, Obj: v}, nil
	}
	if x := attribute(v, string(name)); x != nil {
		return x, nil
	}
	return &Undefined{Name: string(name), Obj: v}, nil
}

// isLookup tells whether jinja2 takes an error of v[key] for "no such item".
func isLookup(err error) bool {
	return IsKind(err, "TypeError", "KeyError", "IndexError", "LookupError")
}

// attribute is Python's getattr(v, name) as the sandbox lets it through, or nil.
func attribute(v Value, name string) Value {
	x := rawAttribute(v, name)
	if x != nil && strings.HasPrefix(name, "_") {
		return unsafeAttribute(v, name)
	}
	return x
}

func unsafeAttribute(v Value, name string) Value {
	return &Undefined{
		Name: name,
		Obj:  v,
		Hint: "access to attribute " + quote(name) + " of '" + shortTypeName(v) + "' object is unsafe.",
		Kind: "SecurityError",
	}
}

func rawAttribute(v Value, name string) Value {
	if o, ok := v.(Object); ok {
		if x, ok := o.Attr(name); ok {
			return x
		}
	}
	if isInternal(v, name) {
		return None // every object has it, and no template may see it
	}
	if hasMethod(v, name) {
		return &Method{self: v, name: name}
	}
	return dataAttribute(v, name)
}

// dataAttribute is an attribute of Python's own types that is no method.
func dataAttribute(v Value, name string) Value {
	switch v := v.(type) {
	case Int, *BigInt, Bool:
		return intAttribute(v, name)
	case Float:
		switch name {
		case "real":
			return v
		case "imag":
			return Float(0)
		}
	case *Range:
		switch name {
		case "start":
			return Int(v.start)
		case "stop":
			return Int(v.end)
		case "step":
			return Int(v.step)
		}
	}
	return nil
}

func intAttribute(v Value, name string) Value {
	switch name {
	case "real", "numerator":
		v, _ = Pos(v)
		return v
	case "imag":
		return Int(0)
	case "denominator":
		return Int(1)
	}
	return nil
}

// isInternal tells whether name is an attribute that every Python object of the
// kind of v has.
func isInternal(v Value, name string) bool {
	switch name {
	case "__class__", "__delattr__", "__dir__", "__doc__", "__eq__", "__format__", "__ge__",
		"__getattribute__", "__getstate__", "__gt__", "__hash__", "__init__", "__init_subclass__",
		"__le__", "__lt__", "__ne__", "__new__", "__reduce__", "__reduce_ex__", "__repr__",
		"__setattr__", "__sizeof__", "__str__", "__subclasshook__":
		return true
	case "__len__", "__iter__", "__contains__":
		_, sized := v.(Sized)
		_, text := v.(Str)
		return sized || text || IsUndefined(v)
	}
	return false
}

// item is Python's v[key]. False without an error means that the item is absent.
func item(v, key Value) (Value, bool, error) {
	switch v := v.(type) {
	case *Dict:
		return v.Lookup(key)
	case *List:
		i, ok := position(key, len(v.items))
		if !ok {
			return nil, false, nil
		}
		return v.items[i], true, nil
	case *Tuple:
		i, ok := position(key, len(v.items))
		if !ok {
			return nil, false, nil
		}
		return v.items[i], true, nil
	case Str:
		return strItem(string(v), key)
	case *Undefined:
		if v.Lenient {
			return v, true, nil
		}
		return nil, false, v.Err()
	case Indexer:
		return v.Item(key)
	case *Range:
		if i, ok := position(key, v.Len()); ok {
			return v.At(i), true, nil
		}
	case Bytes:
		if i, ok := position(key, len(v)); ok {
			return Int(v[i]), true, nil
		}
	}
	return nil, false, nil
}

func strItem(s string, key Value) (Value, bool, error) {
	if _, ok := number(key); !ok {
		return nil, false, nil
	}
	if isASCII(s) {
		i, ok := position(key, len(s))
		if !ok {
			return nil, false, nil
		}
		return Str(s[i : i+1]), true, nil
	}
	i, ok := position(key, runeCount(s))
	if !ok {
		return nil, false, nil
	}
	at := byteOffset(s, i)
	return Str(s[at : at+runeLen(s[at:])]), true, nil
}

// position is the place that an integer key means in a sequence of length n.
func position(key Value, n int) (int, bool) {
	x, ok := number(key)
	if !ok || x.kind != numInt {
		return 0, false
	}
	i := x.i
	if i < 0 {
		i += int64(n)
	}
	if i < 0 || i >= int64(n) {
		return 0, false
	}
	return int(i), true
}
