package value

// setMethod is the table of set's methods.
func setMethod(name string) method[*Set] {
	switch name {
	case "add":
		return method[*Set]{1, 1, setAdd}
	case "clear":
		return method[*Set]{0, 0, setClear}
	case "copy":
		return method[*Set]{0, 0, setCopy}
	case "difference":
		return method[*Set]{0, -1, setNew(setSubtract)}
	case "difference_update":
		return method[*Set]{0, -1, setInPlace(setSubtract)}
	case "discard":
		return method[*Set]{1, 1, setDiscard}
	case "intersection":
		return method[*Set]{0, -1, setNew(setIntersect)}
	case "intersection_update":
		return method[*Set]{0, -1, setInPlace(setIntersect)}
	case "isdisjoint":
		return method[*Set]{1, 1, setIsDisjoint}
	case "issubset":
		return method[*Set]{1, 1, setIsSubset}
	case "issuperset":
		return method[*Set]{1, 1, setIsSuperset}
	case "pop":
		return method[*Set]{0, 0, setPop}
	case "remove":
		return method[*Set]{1, 1, setRemove}
	case "symmetric_difference":
		return method[*Set]{1, 1, setNew(setDiffer)}
	case "symmetric_difference_update":
		return method[*Set]{1, 1, setInPlace(setDiffer)}
	case "union":
		return method[*Set]{0, -1, setNew(setUnite)}
	case "update":
		return method[*Set]{0, -1, setInPlace(setUnite)}
	}
	return method[*Set]{}
}

// SetOf is Python's set(v).
func SetOf(v Value) (*Set, error) {
	if s, ok := v.(*Set); ok {
		return s.Copy(), nil
	}
	items, err := view(v)
	if err != nil {
		return nil, err
	}
	return NewSet(items...)
}

// Copy makes a shallow copy.
func (s *Set) Copy() *Set { return &Set{d: *s.d.Copy()} }

type setChange func(s *Set, other Value) error

// setNew makes a method that changes a copy and returns it.
func setNew(change setChange) func(Thread, *Set, Args) (Value, error) {
	return func(_ Thread, s *Set, a Args) (Value, error) {
		out := s.Copy()
		for _, other := range a.Pos {
			if err := change(out, other); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
}

// setInPlace makes a method that changes the set itself.
func setInPlace(change setChange) func(Thread, *Set, Args) (Value, error) {
	return func(_ Thread, s *Set, a Args) (Value, error) {
		for _, other := range a.Pos {
			if err := change(s, other); err != nil {
				return nil, err
			}
		}
		return None, nil
	}
}

func setUnite(s *Set, other Value) error {
	items, err := Items(other)
	if err != nil {
		return err
	}
	for _, v := range items {
		if err := s.Add(v); err != nil {
			return err
		}
	}
	return nil
}

func setSubtract(s *Set, other Value) error {
	o, err := SetOf(other)
	if err == nil {
		*s = *setOp(OpSub, s, o)
	}
	return err
}

func setIntersect(s *Set, other Value) error {
	o, err := SetOf(other)
	if err == nil {
		*s = *setOp(OpAnd, s, o)
	}
	return err
}

func setDiffer(s *Set, other Value) error {
	o, err := SetOf(other)
	if err == nil {
		*s = *setOp(OpXor, s, o)
	}
	return err
}

func setAdd(_ Thread, s *Set, a Args) (Value, error) { return None, s.Add(a.Pos[0]) }

func setClear(_ Thread, s *Set, _ Args) (Value, error) {
	s.d.Clear()
	return None, nil
}

func setCopy(_ Thread, s *Set, _ Args) (Value, error) { return s.Copy(), nil }

func setDiscard(_ Thread, s *Set, a Args) (Value, error) {
	found, err := s.Has(a.Pos[0])
	if found {
		s.d.Delete(a.Pos[0])
	}
	return None, err
}

func setRemove(_ Thread, s *Set, a Args) (Value, error) {
	found, err := s.Has(a.Pos[0])
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, Errorf("KeyError", "%s", Repr(a.Pos[0]))
	}
	s.d.Delete(a.Pos[0])
	return None, nil
}

func setPop(_ Thread, s *Set, _ Args) (Value, error) {
	for v := range s.d.All() {
		s.d.Delete(v)
		return v, nil
	}
	return nil, Errorf("KeyError", "'pop from an empty set'")
}

func setIsDisjoint(_ Thread, s *Set, a Args) (Value, error) {
	o, err := SetOf(a.Pos[0])
	if err != nil {
		return nil, err
	}
	return Bool(setOp(OpAnd, s, o).Len() == 0), nil
}

func setIsSubset(_ Thread, s *Set, a Args) (Value, error) {
	o, err := SetOf(a.Pos[0])
	if err != nil {
		return nil, err
	}
	return Bool(s.subsetOf(o)), nil
}

func setIsSuperset(_ Thread, s *Set, a Args) (Value, error) {
	o, err := SetOf(a.Pos[0])
	if err != nil {
		return nil, err
	}
	return Bool(o.subsetOf(s)), nil
}
