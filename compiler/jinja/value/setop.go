package value

// CompareTo implements Comparer: < and <= mean subset.
func (s *Set) CompareTo(op Op, other Value) (bool, bool, error) {
	o, ok, err := asSet(other)
	if !ok || err != nil {
		return false, false, err
	}
	switch op {
	case OpEq:
		return s.Len() == o.Len() && s.subsetOf(o), true, nil
	case OpLe:
		return s.subsetOf(o), true, nil
	case OpLt:
		return s.Len() < o.Len() && s.subsetOf(o), true, nil
	case OpGe:
		return o.subsetOf(s), true, nil
	case OpGt:
		return o.Len() < s.Len() && o.subsetOf(s), true, nil
	}
	return false, false, nil
}

func (s *Set) subsetOf(o *Set) bool {
	for v := range s.d.All() {
		if !o.has(v) {
			return false
		}
	}
	return true
}

// Operate implements Operand: - & | ^ with another set.
func (s *Set) Operate(op Op, other Value, reflected bool) (Value, bool, error) {
	o, ok := other.(*Set)
	if !ok || reflected || !isSetOp(op) {
		return nil, false, nil
	}
	return setOp(op, s, o), true, nil
}

// setOp computes - & | ^ into a new set.
func setOp(op Op, a, b *Set) *Set {
	out := &Set{}
	for v := range a.d.All() {
		if op == OpOr || b.has(v) == (op == OpAnd) {
			_ = out.Add(v) // an item of a set is hashable
		}
	}
	if op == OpOr || op == OpXor {
		for v := range b.d.All() {
			if op == OpOr || !a.has(v) {
				_ = out.Add(v)
			}
		}
	}
	return out
}
