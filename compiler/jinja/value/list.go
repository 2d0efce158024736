package value

// List is a Python list: a mutable sequence, shared by reference.
type List struct {
	items []Value
}

// Tuple is a Python tuple. Its items must not be changed once it is made.
type Tuple struct {
	items []Value
}

// NewList makes a list that owns items.
func NewList(items ...Value) *List { return &List{items: items} }

// NewTuple makes a tuple that owns items.
func NewTuple(items ...Value) *Tuple { return &Tuple{items: items} }

// TypeName implements Value.
func (*List) TypeName() string { return "list" }

// TypeName implements Value.
func (*Tuple) TypeName() string { return "tuple" }

// Items are the list's own items: read them, do not change them.
func (l *List) Items() []Value { return l.items }

// Items are the tuple's own items: read them, do not change them.
func (t *Tuple) Items() []Value { return t.items }

// Append adds an item at the end.
func (l *List) Append(v Value) { l.items = append(l.items, v) }

// Len implements Sized.
func (l *List) Len() int { return len(l.items) }

// Len implements Sized.
func (t *Tuple) Len() int { return len(t.items) }

// Iter implements Iterable. Items appended meanwhile are seen, as in Python.
func (l *List) Iter() Iterator { return &listIter{list: l} }

// Iter implements Iterable.
func (t *Tuple) Iter() Iterator { return &sliceIter{items: t.items} }

type listIter struct {
	list *List
	next int
}

// Next implements Iterator.
func (it *listIter) Next() (Value, bool, error) {
	if it.next >= len(it.list.items) {
		return nil, false, nil
	}
	v := it.list.items[it.next]
	it.next++
	return v, true, nil
}

type sliceIter struct {
	items []Value
}

// Next implements Iterator.
func (it *sliceIter) Next() (Value, bool, error) {
	if len(it.items) == 0 {
		return nil, false, nil
	}
	v := it.items[0]
	it.items = it.items[1:]
	return v, true, nil
}
