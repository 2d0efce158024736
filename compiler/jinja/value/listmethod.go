package value

import "slices"

// listMethod is the table of list's methods.
func listMethod(name string) method[*List] {
	switch name {
	case "append":
		return method[*List]{1, 1, listAppend}
	case "clear":
		return method[*List]{0, 0, listClear}
	case "copy":
		return method[*List]{0, 0, listCopy}
	case "count":
		return method[*List]{1, 1, listCount}
	case "extend":
		return method[*List]{1, 1, listExtend}
	case "index":
		return method[*List]{1, 3, listIndex}
	case "insert":
		return method[*List]{2, 2, listInsert}
	case "pop":
		return method[*List]{0, 1, listPop}
	case "remove":
		return method[*List]{1, 1, listRemove}
	case "reverse":
		return method[*List]{0, 0, listReverse}
	case "sort":
		return method[*List]{-1, -1, listSort}
	}
	return method[*List]{}
}

// tupleMethod is the table of tuple's methods.
func tupleMethod(name string) method[*Tuple] {
	switch name {
	case "count":
		return method[*Tuple]{1, 1, func(_ Thread, t *Tuple, a Args) (Value, error) {
			return countItem(t.items, a.Pos[0])
		}}
	case "index":
		return method[*Tuple]{1, 3, func(_ Thread, t *Tuple, a Args) (Value, error) {
			i, err := findItem(t.items, a.Pos)
			if err == nil && i < 0 {
				err = ValueErrorf("tuple.index(x): x not in tuple")
			}
			return Int(i), err
		}}
	}
	return method[*Tuple]{}
}

func listAppend(_ Thread, l *List, a Args) (Value, error) {
	l.items = append(l.items, a.Pos[0])
	return None, nil
}

func listClear(_ Thread, l *List, _ Args) (Value, error) {
	l.items = nil
	return None, nil
}

func listCopy(_ Thread, l *List, _ Args) (Value, error) {
	return NewList(slices.Clone(l.items)...), nil
}

func listCount(_ Thread, l *List, a Args) (Value, error) { return countItem(l.items, a.Pos[0]) }

func countItem(items []Value, v Value) (Value, error) {
	n := 0
	for _, item := range items {
		eq := Same(item, v)
		if !eq {
			var err error
			if eq, err = equal(item, v); err != nil {
				return nil, err
			}
		}
		if eq {
			n++
		}
	}
	return Int(n), nil
}

func listExtend(_ Thread, l *List, a Args) (Value, error) {
	items, err := Items(a.Pos[0])
	if err != nil {
		return nil, err
	}
	if len(l.items)+len(items) > MaxItems {
		return nil, errTooBig("the list")
	}
	l.items = append(l.items, items...)
	return None, nil
}

func listIndex(_ Thread, l *List, a Args) (Value, error) {
	i, err := findItem(l.items, a.Pos)
	if err == nil && i < 0 {
		err = ValueErrorf("%s is not in list", Repr(a.Pos[0]))
	}
	return Int(i), err
}

// findItem finds args[0] in items[args[1]:args[2]], or gives -1.
func findItem(items, args []Value) (int, error) {
	s := span{hi: len(items), step: 1}
	var err error
	if len(args) > 1 {
		if s.lo, err = findBound(s, args[1], len(items)); err != nil {
			return 0, err
		}
	}
	if len(args) > 2 {
		if s.hi, err = findBound(s, args[2], len(items)); err != nil {
			return 0, err
		}
	}
	for i := s.lo; i < s.hi; i++ {
		if Same(items[i], args[0]) {
			return i, nil
		}
		if eq, err := equal(items[i], args[0]); eq || err != nil {
			return i, err
		}
	}
	return -1, nil
}

// findBound is a bound of a list's or tuple's index method, which None is not.
func findBound(s span, v Value, n int) (int, error) {
	if IsNone(v) {
		return 0, TypeErrorf("slice indices must be integers or have an __index__ method")
	}
	i, err := s.clip(v, 0, n)
	if err != nil {
		err = TypeErrorf("slice indices must be integers or have an __index__ method")
	}
	return i, err
}

func listInsert(_ Thread, l *List, a Args) (Value, error) {
	i, err := index(a.Pos[0])
	if err != nil {
		return nil, err
	}
	n := int64(len(l.items))
	if i < 0 {
		i += n
	}
	l.items = slices.Insert(l.items, int(min(max(i, 0), n)), a.Pos[1])
	return None, nil
}

func listPop(_ Thread, l *List, a Args) (Value, error) {
	i := int64(-1)
	if len(a.Pos) > 0 {
		var err error
		if i, err = index(a.Pos[0]); err != nil {
			return nil, err
		}
	}
	n := int64(len(l.items))
	if n == 0 {
		return nil, Errorf("IndexError", "pop from empty list")
	}
	if i < 0 {
		i += n
	}
	if i < 0 || i >= n {
		return nil, Errorf("IndexError", "pop index out of range")
	}
	v := l.items[i]
	l.items = slices.Delete(l.items, int(i), int(i)+1)
	return v, nil
}

func listRemove(_ Thread, l *List, a Args) (Value, error) {
	i, err := findItem(l.items, a.Pos)
	if err != nil {
		return nil, err
	}
	if i < 0 {
		return nil, ValueErrorf("list.remove(x): x not in list")
	}
	l.items = slices.Delete(l.items, i, i+1)
	return None, nil
}

func listReverse(_ Thread, l *List, _ Args) (Value, error) {
	slices.Reverse(l.items)
	return None, nil
}

func listSort(t Thread, l *List, a Args) (Value, error) {
	if len(a.Pos) > 0 {
		return nil, TypeErrorf("sort() takes no positional arguments")
	}
	got, err := bindBuiltin("sort", a, Param{"key", None, KeywordOnly}, Param{"reverse", False, KeywordOnly})
	if err != nil {
		return nil, err
	}
	reverse, err := index(got[1])
	if err != nil {
		return nil, err
	}
	// Sort a copy: a key that looks at the list sees it whole.
	items := slices.Clone(l.items)
	if err := SortItems(items, CallKey(t, got[0]), reverse != 0); err != nil {
		return nil, err
	}
	l.items = items
	return None, nil
}

// CallKey is the KeyFunc that calls a value; for None it is nil.
func CallKey(t Thread, fn Value) KeyFunc {
	if IsNone(fn) {
		return nil
	}
	return func(item Value) (Value, error) { return t.Call(fn, Positional(item)) }
}
