package value

// maxDepth is how deep values may be nested in each other, near Python's own
// limit on recursion.
const maxDepth = 900

// maxVisits bounds the work of one comparison: a list that holds itself twice
// at each of forty levels has a trillion members.
const maxVisits = 1 << 21

// Equal is a == b. Values nested too deep to compare are not equal.
func Equal(a, b Value) bool {
	ok, err := equal(a, b)
	return ok && err == nil
}

// Same is Python's `a is b`: identity for containers and objects, equality for
// the immutable scalars.
func Same(a, b Value) bool {
	switch x := a.(type) {
	case *BigInt:
		y, ok := b.(*BigInt)
		return ok && x.n.Cmp(y.n) == 0
	case Str, Int, Bool, Float, NoneType, Bytes:
		return a == b
	}
	return sameObject(a, b)
}

// sameObject compares identities. Value types of this package that Go cannot
// compare do not exist; others must be pointers.
func sameObject(a, b Value) bool { return a == b }

// keyEqual compares two hashable values as a dict does.
func keyEqual(a, b Value) bool { return Equal(a, b) }

func equal(a, b Value) (bool, error) {
	switch x := a.(type) {
	case Str:
		y, ok := b.(Str)
		return ok && x == y, nil
	case Int:
		if y, ok := b.(Int); ok {
			return x == y, nil
		}
	case NoneType:
		_, ok := b.(NoneType)
		return ok, nil
	}
	c := comparison{}
	return c.equal(a, b, 0)
}

// comparison is one deep comparison.
type comparison struct{ visits int }

func (c *comparison) enter(depth int) error {
	c.visits++
	if depth > maxDepth || c.visits > maxVisits {
		return Errorf("RecursionError", "maximum recursion depth exceeded in comparison")
	}
	return nil
}

func (c *comparison) equal(a, b Value, depth int) (bool, error) {
	if err := c.enter(depth); err != nil {
		return false, err
	}
	if x, ok := number(a); ok {
		if y, ok := number(b); ok {
			n, ordered := compareNum(x, y)
			return n == 0 && ordered, nil
		}
	}
	switch x := a.(type) {
	case Str, Bytes, NoneType:
		return a == b, nil
	case *List:
		if y, ok := b.(*List); ok {
			return x == y || len(x.items) == len(y.items) && c.equalItems(x.items, y.items, depth), c.err(depth)
		}
		return false, nil
	case *Tuple:
		if y, ok := b.(*Tuple); ok {
			return x == y || len(x.items) == len(y.items) && c.equalItems(x.items, y.items, depth), c.err(depth)
		}
		return false, nil
	case *Dict:
		if y, ok := b.(*Dict); ok {
			return c.equalDict(x, y, depth)
		}
		return false, nil
	case *Undefined:
		y, ok := b.(*Undefined)
		return ok && x.Lenient == y.Lenient, nil
	}
	return c.equalOther(a, b)
}

// err reports that the comparison ran out of its bounds.
func (c *comparison) err(int) error {
	if c.visits > maxVisits {
		return Errorf("RecursionError", "maximum recursion depth exceeded in comparison")
	}
	return nil
}

func (c *comparison) equalItems(a, b []Value, depth int) bool {
	for i := range a {
		same := Same(a[i], b[i])
		if !same {
			eq, err := c.equal(a[i], b[i], depth+1)
			if err != nil {
				c.visits = maxVisits + 1
			}
			same = eq && err == nil
		}
		if !same {
			return false
		}
	}
	return true
}

func (c *comparison) equalDict(a, b *Dict, depth int) (bool, error) {
	if a == b {
		return true, nil
	}
	if a.live != b.live {
		return false, nil
	}
	for k, v := range a.All() {
		w, ok := b.Get(k)
		if !ok {
			return false, nil
		}
		if Same(v, w) {
			continue
		}
		if eq, err := c.equal(v, w, depth+1); !eq || err != nil {
			return false, err
		}
	}
	return true, nil
}

func (c *comparison) equalOther(a, b Value) (bool, error) {
	if x, ok := a.(Comparer); ok {
		if eq, ok, err := x.CompareTo(OpEq, b); ok || err != nil {
			return eq, err
		}
	}
	if y, ok := b.(Comparer); ok {
		if eq, ok, err := y.CompareTo(OpEq, a); ok || err != nil {
			return eq, err
		}
	}
	return sameObject(a, b), nil
}
