package value

import "math"

// GetSlice is v[lo:hi:step]; an absent bound is None or nil.
func GetSlice(v, lo, hi, step Value) (Value, error) {
	n, err := sliceable(v)
	if err != nil {
		return nil, err
	}
	if n < 0 {
		if ix, ok := v.(Slicer); ok {
			return ix.Slice(lo, hi, step)
		}
		return v, nil // a lenient Undefined
	}
	s, err := newSpan(n, lo, hi, step)
	if err != nil {
		return nil, err
	}
	switch v := v.(type) {
	case Str:
		return sliceStr(string(v), s), nil
	case *List:
		return &List{items: s.pick(v.items)}, nil
	case *Tuple:
		return &Tuple{items: s.pick(v.items)}, nil
	case Bytes:
		return Bytes(s.bytes(string(v))), nil
	}
	r := v.(*Range)
	out := newRange(r.start+int64(s.lo)*r.step, r.start+int64(s.hi)*r.step, r.step*int64(s.step))
	return out, nil
}

// Slicer is a value that can be sliced beside Python's own sequences.
type Slicer interface {
	Slice(lo, hi, step Value) (Value, error)
}

// sliceable is the length of a sequence that can be sliced; -1 for a value that
// slices itself.
func sliceable(v Value) (int, error) {
	switch v := v.(type) {
	case Str, *List, *Tuple, Bytes, *Range:
		return Len(v)
	case *Undefined:
		if v.Lenient {
			return -1, nil
		}
		return 0, v.Err()
	case Slicer:
		return -1, nil
	case *Dict:
		return 0, TypeErrorf("unhashable type: 'slice'")
	}
	return 0, TypeErrorf("'%s' object is not subscriptable", v.TypeName())
}

// span is a slice whose bounds are brought into a sequence's length.
type span struct {
	lo, hi, step int
	n            int // the number of items that it selects
}

func newSpan(n int, lo, hi, step Value) (span, error) {
	by, err := bound(step, 1)
	if err != nil {
		return span{}, err
	}
	if by == 0 {
		return span{}, ValueErrorf("slice step cannot be zero")
	}
	first, last := 0, n
	if by < 0 {
		first, last = n-1, -1
	}
	s := span{step: by}
	if s.lo, err = s.clip(lo, first, n); err != nil {
		return s, err
	}
	if s.hi, err = s.clip(hi, last, n); err != nil {
		return s, err
	}
	switch {
	case by > 0 && s.lo < s.hi:
		s.n = (s.hi-s.lo-1)/by + 1
	case by < 0 && s.lo > s.hi:
		s.n = (s.lo-s.hi-1)/-by + 1
	}
	return s, nil
}

// clip brings a bound into the sequence.
func (s span) clip(v Value, absent, n int) (int, error) {
	if v == nil || IsNone(v) {
		return absent, nil
	}
	i, err := bound(v, 0)
	if err != nil {
		return 0, err
	}
	if i < 0 {
		i += n
	}
	low, high := 0, n
	if s.step < 0 {
		low, high = -1, n-1
	}
	return min(max(i, low), high), nil
}

// bound is an index of a slice, kept far from overflow.
func bound(v Value, absent int) (int, error) {
	if v == nil || IsNone(v) {
		return absent, nil
	}
	const far = math.MaxInt64 / 4
	x, ok := number(v)
	switch {
	case !ok || x.kind == numFloat:
		return 0, TypeErrorf("slice indices must be integers or None or have an __index__ method")
	case x.kind == numBig:
		return x.sign() * far, nil
	}
	return int(min(max(x.i, -far), far)), nil
}

// pick selects the items of the slice.
func (s span) pick(items []Value) []Value {
	out := make([]Value, 0, s.n)
	if s.step == 1 && s.n > 0 {
		return append(out, items[s.lo:s.hi]...)
	}
	for i, at := 0, s.lo; i < s.n; i, at = i+1, at+s.step {
		out = append(out, items[at])
	}
	return out
}

func (s span) bytes(text string) string {
	if s.n == 0 {
		return ""
	}
	if s.step == 1 {
		return text[s.lo:s.hi]
	}
	out := make([]byte, 0, s.n)
	for i, at := 0, s.lo; i < s.n; i, at = i+1, at+s.step {
		out = append(out, text[at])
	}
	return string(out)
}

func sliceStr(text string, s span) Value {
	if isASCII(text) {
		return Str(s.bytes(text))
	}
	if s.n == 0 {
		return Str("")
	}
	if s.step == 1 {
		from := byteOffset(text, s.lo)
		return Str(text[from : from+byteOffset(text[from:], s.hi-s.lo)])
	}
	runes := []rune(text)
	out := make([]rune, 0, s.n)
	for i, at := 0, s.lo; i < s.n; i, at = i+1, at+s.step {
		out = append(out, runes[at])
	}
	return Str(out)
}

// index is an integer as operator.index gives it.
func index(v Value) (int64, error) {
	x, ok := number(v)
	switch {
	case !ok || x.kind == numFloat:
		return 0, TypeErrorf("'%s' object cannot be interpreted as an integer", v.TypeName())
	case x.kind == numBig:
		return 0, Errorf("OverflowError", "Python int too large to convert to C ssize_t")
	}
	return x.i, nil
}

// Index is a Python integer as a Go int; it fails for what is not an integer.
func Index(v Value) (int, error) {
	i, err := index(v)
	return int(i), err
}
