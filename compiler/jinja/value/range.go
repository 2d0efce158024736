package value

import "fmt"

// MaxRange is the greatest length of a range in jinja2's sandbox.
const MaxRange = 100000

// Range is a Python range object.
type Range struct {
	start, end, step int64
	n                int64
}

// NewRange is jinja2's range(stop), range(start, stop) or range(start, stop, step).
func NewRange(args Args) (Value, error) {
	if len(args.Kw) > 0 {
		return nil, TypeErrorf("range() takes no keyword arguments")
	}
	bounds := [3]int64{0, 0, 1}
	n := len(args.Pos)
	switch {
	case n == 0:
		return nil, TypeErrorf("range expected at least 1 argument, got 0")
	case n > 3:
		return nil, TypeErrorf("range expected at most 3 arguments, got %d", n)
	}
	for i, v := range args.Pos {
		at := i
		if n == 1 {
			at = 1
		}
		k, err := index(v)
		if err != nil {
			return nil, err
		}
		bounds[at] = k
	}
	if bounds[2] == 0 {
		return nil, ValueErrorf("range() arg 3 must not be zero")
	}
	r := newRange(bounds[0], bounds[1], bounds[2])
	if r.n > MaxRange {
		return nil, Errorf("OverflowError",
			"Range too big. The sandbox blocks ranges larger than MAX_RANGE (%d).", MaxRange)
	}
	return r, nil
}

func newRange(start, stop, step int64) *Range {
	r := &Range{start: start, end: stop, step: step}
	switch {
	case step > 0 && start < stop:
		r.n = int64((uint64(stop) - uint64(start) - 1) / uint64(step))
	case step < 0 && start > stop:
		r.n = int64((uint64(start) - uint64(stop) - 1) / (-uint64(step)))
	default:
		return r
	}
	if r.n >= 0 && r.n < 1<<62 {
		r.n++
	} else {
		r.n = 1 << 62
	}
	return r
}

// TypeName implements Value.
func (*Range) TypeName() string { return "range" }

// Len implements Sized.
func (r *Range) Len() int { return int(r.n) }

// At is the i-th number; i must be in the range's length.
func (r *Range) At(i int) Value { return Int(r.start + int64(i)*r.step) }

// Iter implements Iterable.
func (r *Range) Iter() Iterator {
	var i int64
	return IterFunc(func() (Value, bool, error) {
		if i >= r.n {
			return nil, false, nil
		}
		i++
		return Int(r.start + (i-1)*r.step), true, nil
	})
}

// Contains implements Container.
func (r *Range) Contains(item Value) (bool, error) {
	x, ok := number(item)
	if !ok || x.kind == numBig {
		return false, nil
	}
	if x.kind == numFloat {
		if x.f != float64(int64(x.f)) {
			return false, nil
		}
		x.i = int64(x.f)
	}
	d := x.i - r.start
	return r.n > 0 && d%r.step == 0 && d/r.step >= 0 && d/r.step < r.n, nil
}

// CompareTo implements Comparer: equal ranges give the same numbers.
func (r *Range) CompareTo(op Op, other Value) (bool, bool, error) {
	o, ok := other.(*Range)
	if !ok || op != OpEq {
		return false, false, nil
	}
	return r.n == o.n && (r.n == 0 || r.start == o.start && (r.n == 1 || r.step == o.step)), true, nil
}

// Hash implements Hasher.
func (r *Range) Hash() uint64 {
	h := hashInt(r.n)
	if r.n > 0 {
		h ^= hashInt(r.start)
	}
	return h
}

// Str implements Printer.
func (r *Range) Str() string { return r.Repr() }

// Repr implements Printer.
func (r *Range) Repr() string {
	if r.step == 1 {
		return fmt.Sprintf("range(%d, %d)", r.start, r.end)
	}
	return fmt.Sprintf("range(%d, %d, %d)", r.start, r.end, r.step)
}
