package value

// Set is a Python set. Python leaves the order of a set open; here it is the
// order of insertion.
type Set struct {
	d Dict
}

// NewSet makes a set of items; it fails when one is unhashable.
func NewSet(items ...Value) (*Set, error) {
	s := &Set{}
	for _, v := range items {
		if err := s.Add(v); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// TypeName implements Value.
func (*Set) TypeName() string { return "set" }

// Len implements Sized.
func (s *Set) Len() int { return s.d.live }

// Add adds an item; it fails when the item is unhashable.
func (s *Set) Add(v Value) error {
	_, found, err := s.d.Lookup(v)
	if err != nil || found {
		return err
	}
	return s.d.Set(v, None)
}

// Has tells whether v is in the set; it fails when v is unhashable. A set is
// taken for a frozenset, which no set here holds.
func (s *Set) Has(v Value) (bool, error) {
	if _, ok := v.(*Set); ok {
		return false, nil
	}
	_, found, err := s.d.Lookup(v)
	return found, err
}

// Items are the items in order.
func (s *Set) Items() []Value { return s.d.Keys() }

// Iter implements Iterable.
func (s *Set) Iter() Iterator { return &setIter{dictIter{dict: &s.d, live: s.d.live}} }

type setIter struct{ dictIter }

// Next implements Iterator.
func (it *setIter) Next() (Value, bool, error) {
	v, ok, err := it.dictIter.Next()
	if err != nil {
		err = Errorf("RuntimeError", "Set changed size during iteration")
	}
	return v, ok, err
}

// has is Has of an item that is known to be hashable.
func (s *Set) has(v Value) bool {
	_, found := s.d.Get(v)
	return found
}
