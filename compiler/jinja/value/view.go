package value

// DictView is what a dict's keys(), values() and items() return: it shows the
// dict as it is now.
type DictView struct {
	dict *Dict
	want dictWant
}

// TypeName implements Value.
func (v *DictView) TypeName() string {
	return [...]string{"dict_keys", "dict_values", "dict_items"}[v.want]
}

// Len implements Sized.
func (v *DictView) Len() int { return v.dict.live }

// Iter implements Iterable.
func (v *DictView) Iter() Iterator {
	return &dictIter{dict: v.dict, live: v.dict.live, want: v.want}
}

// Contains implements Container.
func (v *DictView) Contains(item Value) (bool, error) {
	switch v.want {
	case wantKey:
		_, found, err := v.dict.Lookup(item)
		return found, err
	case wantValue:
		return containsItem(v.dict.Values(), item)
	}
	pair, ok := item.(*Tuple)
	if !ok || len(pair.items) != 2 {
		return false, nil
	}
	got, found, err := v.dict.Lookup(pair.items[0])
	if err != nil || !found {
		return false, err
	}
	return equal(got, pair.items[1])
}

// set copies a keys or items view into a set.
func (v *DictView) set() (*Set, error) {
	items, err := Drain(v.Iter())
	if err != nil {
		return nil, err
	}
	return NewSet(items...)
}

// CompareTo implements Comparer: keys and items compare as sets do.
func (v *DictView) CompareTo(op Op, other Value) (bool, bool, error) {
	if v.want == wantValue {
		return false, false, nil
	}
	o, ok, err := asSet(other)
	if !ok || err != nil {
		return false, false, err
	}
	s, err := v.set()
	if err != nil {
		return false, false, err
	}
	return s.CompareTo(op, o)
}

// Operate implements Operand: keys and items take any iterable as a set.
func (v *DictView) Operate(op Op, other Value, reflected bool) (Value, bool, error) {
	if v.want == wantValue || !isSetOp(op) {
		return nil, false, nil
	}
	mine, err := v.set()
	if err != nil {
		return nil, false, err
	}
	items, err := Items(other)
	if err != nil {
		return nil, false, err
	}
	theirs, err := NewSet(items...)
	if err != nil {
		return nil, false, err
	}
	if reflected {
		mine, theirs = theirs, mine
	}
	return setOp(op, mine, theirs), true, nil
}

// asSet is the value as a set when it is a set or a set-like view.
func asSet(v Value) (*Set, bool, error) {
	switch v := v.(type) {
	case *Set:
		return v, true, nil
	case *DictView:
		if v.want != wantValue {
			s, err := v.set()
			return s, err == nil, err
		}
	}
	return nil, false, nil
}

func isSetOp(op Op) bool { return op == OpSub || op == OpAnd || op == OpOr || op == OpXor }
