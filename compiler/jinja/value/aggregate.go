package value

import "slices"

// KeyFunc gives the key by which an item is sorted or compared.
type KeyFunc func(item Value) (Value, error)

// SortItems sorts in place, stably, by key (nil: the items themselves). Equal
// items keep their order also when reverse is set.
func SortItems(items []Value, key KeyFunc, reverse bool) error {
	type keyed struct{ key, item Value }
	pairs := make([]keyed, len(items))
	for i, item := range items {
		pairs[i] = keyed{item, item}
		if key != nil {
			k, err := key(item)
			if err != nil {
				return err
			}
			pairs[i].key = k
		}
	}
	if reverse { // as Python does it: equal items keep their order
		slices.Reverse(pairs)
		defer slices.Reverse(items)
	}
	var failed error
	slices.SortStableFunc(pairs, func(a, b keyed) int {
		if failed != nil {
			return 0
		}
		c, err := sortOrder(a.key, b.key)
		if err != nil {
			failed = err
		}
		return c
	})
	for i, p := range pairs {
		items[i] = p.item
	}
	return failed
}

// sortOrder orders two keys with nothing but <, as Python's sort does. The
// later of two items is the left operand of the first <, as in Python's
// insertion sort: it shows in the message of a comparison that fails.
func sortOrder(a, b Value) (int, error) {
	switch x := a.(type) {
	case Str:
		if y, ok := b.(Str); ok {
			switch {
			case x < y:
				return -1, nil
			case x > y:
				return 1, nil
			}
			return 0, nil
		}
	case Int:
		if y, ok := b.(Int); ok {
			return cmpInt(int64(x), int64(y)), nil
		}
	}
	less, err := Compare(OpLt, a, b)
	if err != nil {
		return 0, err
	}
	if less {
		return -1, nil
	}
	less, err = Compare(OpLt, b, a)
	if less {
		return 1, err
	}
	return 0, err
}

// Extreme is Python's min (OpLt) or max (OpGt) of items, which must not be
// empty; the first of equals wins.
func Extreme(op Op, items []Value, key KeyFunc) (Value, error) {
	var best, bestKey Value
	for i, item := range items {
		k := item
		if key != nil {
			var err error
			if k, err = key(item); err != nil {
				return nil, err
			}
		}
		if i > 0 {
			better, err := Compare(op, k, bestKey)
			if err != nil {
				return nil, err
			}
			if !better {
				continue
			}
		}
		best, bestKey = item, k
	}
	return best, nil
}

// Sum is Python's sum(v, start).
func Sum(v, start Value) (Value, error) {
	switch start.(type) {
	case Str:
		return nil, TypeErrorf("sum() can't sum strings [use ''.join(seq) instead]")
	case Bytes:
		return nil, TypeErrorf("sum() can't sum bytes [use b''.join(seq) instead]")
	}
	it, err := Iterate(v)
	if err != nil {
		return nil, err
	}
	total := start
	for {
		item, ok, err := it.Next()
		if err != nil || !ok {
			return total, err
		}
		if total, err = Add(total, item); err != nil {
			return nil, err
		}
	}
}

// Zip is Python's zip(*sources).
func Zip(sources ...Value) (Value, error) {
	its := make([]Iterator, len(sources))
	for i, s := range sources {
		it, err := Iterate(s)
		if err != nil {
			return nil, TypeErrorf("'%s' object is not iterable", s.TypeName())
		}
		its[i] = it
	}
	return NewGenerator("zip", IterFunc(func() (Value, bool, error) {
		if len(its) == 0 {
			return nil, false, nil
		}
		row := make([]Value, len(its))
		for i, it := range its {
			v, ok, err := it.Next()
			if !ok || err != nil {
				return nil, false, err
			}
			row[i] = v
		}
		return NewTuple(row...), true, nil
	})), nil
}

// Enumerate is Python's enumerate(v, start).
func Enumerate(v Value, start int) (Value, error) {
	it, err := Iterate(v)
	if err != nil {
		return nil, err
	}
	i := start - 1
	return NewGenerator("enumerate", IterFunc(func() (Value, bool, error) {
		item, ok, err := it.Next()
		if !ok || err != nil {
			return nil, false, err
		}
		i++
		return NewTuple(Int(i), item), true, nil
	})), nil
}
