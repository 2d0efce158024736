package value

import "strings"

// Compare computes an operator of comparison: == != < <= > >= in, not in.
func Compare(op Op, a, b Value) (bool, error) {
	switch op {
	case OpEq:
		return equal(a, b)
	case OpNe:
		eq, err := equal(a, b)
		return !eq, err
	case OpIn:
		return Contains(b, a)
	case OpNotIn:
		in, err := Contains(b, a)
		return !in, err
	}
	if x, ok := a.(Int); ok {
		if y, ok := b.(Int); ok {
			return holds(op, cmpInt(int64(x), int64(y))), nil
		}
	}
	if x, ok := a.(Str); ok {
		if y, ok := b.(Str); ok {
			return holds(op, strings.Compare(string(x), string(y))), nil
		}
	}
	c := comparison{}
	return c.order(op, a, b, 0)
}

// holds tells whether an ordering satisfies the operator.
func holds(op Op, c int) bool {
	switch op {
	case OpLt:
		return c < 0
	case OpLe:
		return c <= 0
	case OpGt:
		return c > 0
	case OpGe:
		return c >= 0
	case OpNe:
		return c != 0
	}
	return c == 0
}

// reflect is the operator with its operands exchanged.
func (op Op) reflect() Op {
	switch op {
	case OpLt:
		return OpGt
	case OpLe:
		return OpGe
	case OpGt:
		return OpLt
	case OpGe:
		return OpLe
	}
	return op
}

func (c *comparison) order(op Op, a, b Value, depth int) (bool, error) {
	if err := c.enter(depth); err != nil {
		return false, err
	}
	if x, ok := number(a); ok {
		if y, ok := number(b); ok {
			n, ordered := compareNum(x, y)
			return ordered && holds(op, n), nil
		}
	}
	switch x := a.(type) {
	case Str:
		if y, ok := b.(Str); ok {
			return holds(op, strings.Compare(string(x), string(y))), nil
		}
	case Bytes:
		if y, ok := b.(Bytes); ok {
			return holds(op, strings.Compare(string(x), string(y))), nil
		}
	case *List:
		if y, ok := b.(*List); ok {
			return c.orderItems(op, x.items, y.items, depth)
		}
	case *Tuple:
		if y, ok := b.(*Tuple); ok {
			return c.orderItems(op, x.items, y.items, depth)
		}
	}
	return orderOther(op, a, b)
}

// orderItems orders two sequences by their first items that differ.
func (c *comparison) orderItems(op Op, a, b []Value, depth int) (bool, error) {
	for i := 0; i < len(a) && i < len(b); i++ {
		if Same(a[i], b[i]) {
			continue
		}
		eq, err := c.equal(a[i], b[i], depth+1)
		if err != nil {
			return false, err
		}
		if !eq {
			return c.order(op, a[i], b[i], depth+1)
		}
	}
	return holds(op, cmpInt(int64(len(a)), int64(len(b)))), nil
}

func orderOther(op Op, a, b Value) (bool, error) {
	if u := undefinedOf(a, b); u != nil {
		return false, u.Err()
	}
	if x, ok := a.(Comparer); ok {
		if r, ok, err := x.CompareTo(op, b); ok || err != nil {
			return r, err
		}
	}
	if y, ok := b.(Comparer); ok {
		if r, ok, err := y.CompareTo(op.reflect(), a); ok || err != nil {
			return r, err
		}
	}
	return false, TypeErrorf("'%s' not supported between instances of '%s' and '%s'", op, a.TypeName(), b.TypeName())
}

// Contains is `item in v`.
func Contains(v, item Value) (bool, error) {
	switch v := v.(type) {
	case Str:
		s, ok := item.(Str)
		if !ok {
			return false, TypeErrorf("'in <string>' requires string as left operand, not %s", item.TypeName())
		}
		return strings.Contains(string(v), string(s)), nil
	case *Dict:
		_, found, err := v.Lookup(item)
		return found, err
	case *Set:
		return v.Has(item)
	case *List:
		return containsItem(v.items, item)
	case *Tuple:
		return containsItem(v.items, item)
	case *Undefined:
		return false, nil
	case Bytes:
		return containsByte(v, item)
	case Container:
		return v.Contains(item)
	}
	it, err := Iterate(v)
	if err != nil {
		return false, TypeErrorf("argument of type '%s' is not iterable", v.TypeName())
	}
	for {
		got, ok, err := it.Next()
		if err != nil || !ok {
			return false, err
		}
		if eq, err := equal(got, item); eq || err != nil {
			return eq, err
		}
	}
}

func containsByte(b Bytes, item Value) (bool, error) {
	if sub, ok := item.(Bytes); ok {
		return strings.Contains(string(b), string(sub)), nil
	}
	x, ok := number(item)
	if !ok || x.kind == numFloat {
		return false, TypeErrorf("a bytes-like object is required, not '%s'", item.TypeName())
	}
	if x.kind == numBig || x.i < 0 || x.i > 255 {
		return false, ValueErrorf("byte must be in range(0, 256)")
	}
	return strings.IndexByte(string(b), byte(x.i)) >= 0, nil
}

func containsItem(items []Value, item Value) (bool, error) {
	for _, got := range items {
		if Same(got, item) {
			return true, nil
		}
		if eq, err := equal(got, item); eq || err != nil {
			return eq, err
		}
	}
	return false, nil
}
