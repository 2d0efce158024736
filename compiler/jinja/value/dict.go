package value

import (
	"iter"
	"slices"
)

// smallDict is the number of entries up to which a dict is searched linearly;
// a longer one keeps a hash index.
const smallDict = 8

// Dict is a Python dict: mutable, shared by reference, ordered by insertion.
type Dict struct {
	entries []entry // in order of insertion; a deleted entry has a nil key
	index   []int32 // open addressing: 0 empty, -1 deleted, else entry+1; nil while small
	used    int     // the slots of index that are not empty
	live    int
}

type entry struct {
	key, val Value
	hash     uint64 // set once the dict has an index
}

// NewDict makes an empty dict.
func NewDict() *Dict { return &Dict{} }

// NewDictSize makes an empty dict with room for n entries.
func NewDictSize(n int) *Dict { return &Dict{entries: make([]entry, 0, n)} }

// TypeName implements Value.
func (*Dict) TypeName() string { return "dict" }

// Len implements Sized.
func (d *Dict) Len() int { return d.live }

// Get returns the value of a key. An unhashable key is never found.
func (d *Dict) Get(key Value) (Value, bool) {
	v, ok, _ := d.Lookup(key)
	return v, ok
}

// Lookup is Get that fails for an unhashable key.
func (d *Dict) Lookup(key Value) (Value, bool, error) {
	if s, ok := key.(Str); ok {
		v, found := d.GetStr(string(s))
		return v, found, nil
	}
	h, err := hashOf(key)
	if err != nil {
		return nil, false, err
	}
	if i := d.find(key, h); i >= 0 {
		return d.entries[i].val, true, nil
	}
	return nil, false, nil
}

// GetStr returns the value of a str key.
func (d *Dict) GetStr(name string) (Value, bool) {
	if i := d.findStr(name); i >= 0 {
		return d.entries[i].val, true
	}
	return nil, false
}

// Set sets the value of a key; it fails when the key is unhashable.
func (d *Dict) Set(key, v Value) error {
	if s, ok := key.(Str); ok {
		if i := d.findStr(string(s)); i >= 0 {
			d.entries[i].val = v
			return nil
		}
		d.insert(key, v, 0)
		return nil
	}
	h, err := hashOf(key)
	if err != nil {
		return err
	}
	if i := d.find(key, h); i >= 0 {
		d.entries[i].val = v
		return nil
	}
	d.insert(key, v, h)
	return nil
}

// SetStr sets the value of a str key.
func (d *Dict) SetStr(name string, v Value) {
	if i := d.findStr(name); i >= 0 {
		d.entries[i].val = v
		return
	}
	d.insert(Str(name), v, 0)
}

// Delete removes a key and returns its value, and false when it is absent.
func (d *Dict) Delete(key Value) (Value, bool) {
	i := -1
	if s, ok := key.(Str); ok {
		i = d.findStr(string(s))
	} else if h, err := hashOf(key); err == nil {
		i = d.find(key, h)
	}
	if i < 0 {
		return nil, false
	}
	v := d.entries[i].val
	d.deleteAt(i)
	return v, true
}

// Clear removes all entries.
func (d *Dict) Clear() { *d = Dict{} }

// Copy makes a shallow copy.
func (d *Dict) Copy() *Dict {
	return &Dict{entries: slices.Clone(d.entries), index: slices.Clone(d.index), used: d.used, live: d.live}
}

// Update sets all entries of other.
func (d *Dict) Update(other *Dict) {
	for _, e := range other.entries {
		if e.key != nil {
			_ = d.Set(e.key, e.val) // a key of a dict is hashable
		}
	}
}

// Keys are the keys in order.
func (d *Dict) Keys() []Value {
	keys := make([]Value, 0, d.live)
	for k := range d.All() {
		keys = append(keys, k)
	}
	return keys
}

// Values are the values in order.
func (d *Dict) Values() []Value {
	vals := make([]Value, 0, d.live)
	for _, v := range d.All() {
		vals = append(vals, v)
	}
	return vals
}

// All iterates over the entries in order. The dict must not change meanwhile.
func (d *Dict) All() iter.Seq2[Value, Value] {
	return func(yield func(Value, Value) bool) {
		for i := range d.entries {
			if e := &d.entries[i]; e.key != nil && !yield(e.key, e.val) {
				return
			}
		}
	}
}

// Iter implements Iterable: it gives the keys.
func (d *Dict) Iter() Iterator { return &dictIter{dict: d, live: d.live, want: wantKey} }

type dictWant uint8

const (
	wantKey dictWant = iota
	wantValue
	wantItem
)

type dictIter struct {
	dict *Dict
	next int
	live int
	want dictWant
}

// Next implements Iterator.
func (it *dictIter) Next() (Value, bool, error) {
	if it.dict.live != it.live {
		return nil, false, Errorf("RuntimeError", "dictionary changed size during iteration")
	}
	for it.next < len(it.dict.entries) {
		e := &it.dict.entries[it.next]
		it.next++
		if e.key == nil {
			continue
		}
		switch it.want {
		case wantKey:
			return e.key, true, nil
		case wantValue:
			return e.val, true, nil
		default:
			return NewTuple(e.key, e.val), true, nil
		}
	}
	return nil, false, nil
}

// findStr finds the entry of a str key, or -1.
func (d *Dict) findStr(name string) int {
	if d.index == nil {
		for i := range d.entries {
			if s, ok := d.entries[i].key.(Str); ok && string(s) == name {
				return i
			}
		}
		return -1
	}
	h := hashString(name)
	mask := uint64(len(d.index) - 1)
	for slot := h & mask; ; slot = (slot + 1) & mask {
		at := d.index[slot]
		if at == 0 {
			return -1
		}
		if at < 0 {
			continue
		}
		if e := &d.entries[at-1]; e.hash == h {
			if s, ok := e.key.(Str); ok && string(s) == name {
				return int(at - 1)
			}
		}
	}
}

// find finds the entry of a key that is not a str, or -1.
func (d *Dict) find(key Value, h uint64) int {
	if d.index == nil {
		for i := range d.entries {
			if k := d.entries[i].key; k != nil && keyEqual(k, key) {
				return i
			}
		}
		return -1
	}
	mask := uint64(len(d.index) - 1)
	for slot := h & mask; ; slot = (slot + 1) & mask {
		at := d.index[slot]
		if at == 0 {
			return -1
		}
		if at < 0 {
			continue
		}
		if e := &d.entries[at-1]; e.hash == h && keyEqual(e.key, key) {
			return int(at - 1)
		}
	}
}

// insert adds a key that is absent; h is ignored for a str.
func (d *Dict) insert(key, v Value, h uint64) {
	if d.index == nil && d.live < smallDict {
		if len(d.entries) > 2*smallDict {
			d.compact()
		}
		if d.entries == nil {
			d.entries = make([]entry, 0, 4)
		}
		d.entries = append(d.entries, entry{key: key, val: v})
		d.live++
		return
	}
	if d.index == nil || 2*(max(d.used, len(d.entries))+1) > len(d.index) {
		d.rehash()
	}
	if s, ok := key.(Str); ok {
		h = hashString(string(s))
	} else if h == 0 {
		h, _ = hashOf(key) // hashable: it was hashed before
	}
	d.entries = append(d.entries, entry{key: key, val: v, hash: h})
	d.live++
	d.place(len(d.entries)-1, h)
}

// compact drops the deleted entries.
func (d *Dict) compact() {
	kept := d.entries[:0]
	for _, e := range d.entries {
		if e.key != nil {
			kept = append(kept, e)
		}
	}
	clear(d.entries[len(kept):])
	d.entries = kept
}

// rehash compacts and builds an index with room to grow.
func (d *Dict) rehash() {
	indexed := d.index != nil
	d.compact()
	size := 4 * smallDict
	for size < 4*(d.live+1) {
		size *= 2
	}
	d.index, d.used = make([]int32, size), 0
	for i := range d.entries {
		e := &d.entries[i]
		if !indexed {
			e.hash, _ = hashOf(e.key)
		}
		d.place(i, e.hash)
	}
}

func (d *Dict) place(i int, h uint64) {
	mask := uint64(len(d.index) - 1)
	slot := h & mask
	for d.index[slot] > 0 {
		slot = (slot + 1) & mask
	}
	if d.index[slot] == 0 {
		d.used++
	}
	d.index[slot] = int32(i + 1)
}

func (d *Dict) deleteAt(i int) {
	if d.index != nil {
		mask := uint64(len(d.index) - 1)
		slot := d.entries[i].hash & mask
		for d.index[slot] != int32(i+1) {
			slot = (slot + 1) & mask
		}
		d.index[slot] = -1
	}
	d.entries[i] = entry{}
	d.live--
	for n := len(d.entries); n > 0 && d.entries[n-1].key == nil; n-- {
		d.entries = d.entries[:n-1]
	}
}
