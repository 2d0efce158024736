package value

// Generator is a Python iterator: a value that can be iterated once.
type Generator struct {
	kind string
	it   Iterator
}

// NewGenerator makes an iterator value of a type name such as "generator",
// "zip" or "list_reverseiterator".
func NewGenerator(kind string, it Iterator) *Generator { return &Generator{kind: kind, it: it} }

// IterFunc makes an Iterator of a function.
type IterFunc func() (Value, bool, error)

// Next implements Iterator.
func (f IterFunc) Next() (Value, bool, error) { return f() }

// TypeName implements Value.
func (g *Generator) TypeName() string { return g.kind }

// Iter implements Iterable.
func (g *Generator) Iter() Iterator { return g.it }

// Next implements Iterator.
func (g *Generator) Next() (Value, bool, error) { return g.it.Next() }

// Str implements Printer.
func (g *Generator) Str() string { return g.Repr() }

// Repr implements Printer. Python adds an address, which no output should hold.
func (g *Generator) Repr() string { return "<" + g.kind + " object>" }

// IterItems makes an Iterator over items.
func IterItems(items []Value) Iterator { return &sliceIter{items: items} }

// Iterate is Python's iter(v).
func Iterate(v Value) (Iterator, error) {
	switch v := v.(type) {
	case *List:
		return &listIter{list: v}, nil
	case *Tuple:
		return &sliceIter{items: v.items}, nil
	case Str:
		return &strIter{rest: string(v)}, nil
	case *Undefined:
		return &sliceIter{}, nil
	case Iterable:
		return v.Iter(), nil
	}
	return nil, TypeErrorf("'%s' object is not iterable", v.TypeName())
}

// Items is Python's list(v): a new slice that the caller owns.
func Items(v Value) ([]Value, error) {
	switch v := v.(type) {
	case *List:
		return append([]Value(nil), v.items...), nil
	case *Tuple:
		return append([]Value(nil), v.items...), nil
	case *Dict:
		return v.Keys(), nil
	case *Set:
		return v.Items(), nil
	}
	it, err := Iterate(v)
	if err != nil {
		return nil, err
	}
	return Drain(it)
}

// Drain collects what an iterator still has to give, at most MaxItems.
func Drain(it Iterator) ([]Value, error) {
	var items []Value
	for {
		item, ok, err := it.Next()
		if err != nil {
			return nil, err
		}
		if !ok {
			return items, nil
		}
		if len(items) >= MaxItems {
			return nil, errTooBig("the list")
		}
		items = append(items, item)
	}
}

// view gives the items of v for reading only, without a copy where it can.
func view(v Value) ([]Value, error) {
	switch v := v.(type) {
	case *List:
		return v.items, nil
	case *Tuple:
		return v.items, nil
	}
	return Items(v)
}

// Len is Python's len(v).
func Len(v Value) (int, error) {
	switch v := v.(type) {
	case Str:
		return runeCount(string(v)), nil
	case Bytes:
		return len(v), nil
	case *Undefined:
		return 0, nil
	case Sized:
		return v.Len(), nil
	}
	return 0, TypeErrorf("object of type '%s' has no len()", v.TypeName())
}

// Truth is Python's bool(v).
func Truth(v Value) bool {
	switch v := v.(type) {
	case Bool:
		return bool(v)
	case NoneType, *Undefined:
		return false
	case Str:
		return v != ""
	case Int:
		return v != 0
	case *List:
		return len(v.items) > 0
	case *Dict:
		return v.live > 0
	case Float:
		return v != 0
	case Bytes:
		return v != ""
	case Truther:
		return v.Truth()
	case Sized:
		return v.Len() != 0
	}
	return true
}

type strIter struct{ rest string }

// Next implements Iterator.
func (it *strIter) Next() (Value, bool, error) {
	if it.rest == "" {
		return nil, false, nil
	}
	n := runeLen(it.rest)
	s := it.rest[:n]
	it.rest = it.rest[n:]
	return Str(s), true, nil
}

// Iter implements Iterable: bytes give integers.
func (b Bytes) Iter() Iterator {
	i := 0
	return IterFunc(func() (Value, bool, error) {
		if i >= len(b) {
			return nil, false, nil
		}
		i++
		return Int(b[i-1]), true, nil
	})
}
