package value_test

import (
	"fmt"
	"strings"
	"testing"

	"mdl/compiler/jinja/value"
)

func TestDict(t *testing.T) {
	d := value.NewDict()
	for i := range 1000 {
		key := value.Value(value.Str(fmt.Sprint("k", i)))
		if i%3 == 0 {
			key = value.Int(i)
		}
		if err := d.Set(key, value.Int(i)); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 1000 {
		if i%3 == 0 && i%2 == 0 {
			if _, ok := d.Delete(value.Float(i)); !ok {
				t.Fatalf("%d is not deleted by its float", i)
			}
		}
	}
	d.SetStr("k1", value.None)
	if v, _ := d.GetStr("k1"); v != value.None || d.Len() != 833 {
		t.Errorf("k1 = %v, len = %d", v, d.Len())
	}
	last := value.Value(value.Int(-1))
	for k, v := range d.All() {
		if got, ok := d.Get(k); !ok || got != v {
			t.Fatalf("%v is lost", k)
		}
		if v == value.None {
			continue
		}
		if after, _ := value.Compare(value.OpGt, v, last); !after {
			t.Fatalf("%v comes after %v", v, last)
		}
		last = v
	}
}

// A queue in a dict deletes as often as it inserts: the index must not fill up
// with deleted slots.
func TestDictChurn(t *testing.T) {
	d := value.NewDict()
	for i := range 100000 {
		d.SetStr(fmt.Sprint(i), value.None)
		if i >= 20 {
			if _, ok := d.Delete(value.Str(fmt.Sprint(i - 20))); !ok {
				t.Fatal(i)
			}
		}
		if i%2 == 0 {
			if _, ok := d.Delete(value.Str(fmt.Sprint(i))); !ok && i > 20 {
				t.Fatal(i)
			}
			d.SetStr(fmt.Sprint(i), value.None)
		}
	}
	if d.Len() != 20 {
		t.Errorf("len = %d", d.Len())
	}
}

func TestDictKeysAreOne(t *testing.T) {
	d := value.NewDict()
	dec, err := value.ParseDecimal("1.00")
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range []value.Value{value.Int(1), value.True, value.Float(1), dec} {
		if err := d.Set(k, k); err != nil {
			t.Fatal(err)
		}
	}
	if d.Len() != 1 || value.Repr(d) != "{1: Decimal('1.00')}" {
		t.Error(value.Repr(d))
	}
	for range 20 { // with an index too
		d.SetStr(fmt.Sprint(d.Len()), value.None)
	}
	for _, k := range []value.Value{value.Int(1), value.True, value.Float(1), dec} {
		if _, ok := d.Get(k); !ok {
			t.Errorf("%v is not found", k)
		}
	}
	if err := d.Set(value.NewTuple(value.NewList()), value.None); err == nil || err.Error() != "unhashable type: 'list'" {
		t.Error(err)
	}
}

func TestDictChangedWhileIterated(t *testing.T) {
	d := value.NewDict()
	d.SetStr("a", value.None)
	it, err := value.Iterate(d)
	if err != nil {
		t.Fatal(err)
	}
	d.SetStr("b", value.None)
	if _, _, err := it.Next(); err == nil || err.Error() != "dictionary changed size during iteration" {
		t.Error(err)
	}
}

func TestRecursion(t *testing.T) {
	l := value.NewList(value.Int(1))
	l.Append(l)
	if got := value.Repr(l); got != "[1, [...]]" {
		t.Error(got)
	}
	d := value.NewDict()
	d.SetStr("self", d)
	if got := value.Repr(d); got != "{'self': {...}}" {
		t.Error(got)
	}
	if _, err := value.ToJSON(l, value.JSONOptions{}); err == nil || err.Error() != "Circular reference detected" {
		t.Error(err)
	}
	m := value.NewList(value.Int(1))
	m.Append(m)
	if _, err := value.Compare(value.OpEq, l, m); !value.IsKind(err, "RecursionError") {
		t.Error(err)
	}
}

// Lists that hold each other twice at every level have a repr and a comparison
// of exponential size, which must be cut off.
func TestExponentialNesting(t *testing.T) {
	grow := func() value.Value {
		l := value.NewList(value.Str(strings.Repeat("x", 1<<16)))
		for range 60 {
			l = value.NewList(l, l)
		}
		return l
	}
	a, b := grow(), grow()
	if n := len(value.Repr(a)); n > 2*value.MaxText {
		t.Errorf("repr has %d bytes", n)
	}
	if value.Equal(a, b) {
		t.Error("the comparison ended")
	}
	if _, err := value.ToJSON(a, value.JSONOptions{}); !value.IsKind(err, "MemoryError") {
		t.Error(err)
	}
}

func TestBounds(t *testing.T) {
	big := value.Int(1 << 40)
	ab := value.Str("ab")
	for name, fn := range map[string]func() (value.Value, error){
		"repeat a str":  func() (value.Value, error) { return value.Mul(ab, big) },
		"repeat a list": func() (value.Value, error) { return value.Mul(value.NewList(ab), big) },
		"power":         func() (value.Value, error) { return value.Pow(value.Int(10), big) },
		"range":         func() (value.Value, error) { return value.NewRange(value.Positional(big)) },
		"pad":           func() (value.Value, error) { return call(ab, "ljust", big) },
		"width": func() (value.Value, error) {
			return value.Mod(value.Str("%*d"), value.NewTuple(value.Int(1<<30), value.Int(1)))
		},
		"spec": func() (value.Value, error) {
			s, err := value.FormatSpec(value.Int(1), "100000000d")
			return value.Str(s), err
		},
		"replace": func() (value.Value, error) {
			return call(value.Str(strings.Repeat("a", 1<<20)), "replace", value.Str("a"), value.Str(strings.Repeat("b", 1<<20)))
		},
		"join": func() (value.Value, error) {
			items := make([]value.Value, 1<<12)
			for i := range items {
				items[i] = value.Str("")
			}
			return call(value.Str(strings.Repeat("b", 1<<20)), "join", value.NewList(items...))
		},
	} {
		if v, err := fn(); err == nil {
			t.Errorf("%s gave a %s", name, v.TypeName())
		}
	}
}

func call(v value.Value, name string, args ...value.Value) (value.Value, error) {
	got, _, err := value.CallMethod(thread{}, v, name, value.Positional(args...))
	return got, err
}

func TestUndefined(t *testing.T) {
	for _, c := range []struct {
		v    value.Value
		attr string
		want string
	}{
		{value.NewUndefined("x"), "y", "'x' is undefined"},
		{value.None, "upper", "'None' has no attribute 'upper'"},
		{value.NewDict(), "b", "'dict object' has no attribute 'b'"},
		{value.Str(""), "__class__", "access to attribute '__class__' of 'str' object is unsafe."},
	} {
		v, err := value.GetAttr(c.v, c.attr)
		if u, ok := v.(*value.Undefined); ok {
			if value.ToStr(u) != "" || value.Truth(u) {
				t.Errorf("%s prints %q", c.attr, value.ToStr(u))
			}
			_, err = u.Call(thread{}, value.Args{})
		}
		if err == nil || err.Error() != c.want {
			t.Errorf("%s: %v, want %s", c.attr, err, c.want)
		}
	}
}

func TestLenientUndefined(t *testing.T) {
	u := &value.Undefined{Name: "x", Lenient: true}
	for _, attr := range []string{"y", "upper"} {
		v, err := value.GetAttr(u, attr)
		if err != nil || !value.IsUndefined(v) {
			t.Errorf("x.%s = %v, %v", attr, v, err)
		}
	}
	if v, err := value.GetItem(u, value.Int(0)); v != value.Value(u) || err != nil {
		t.Errorf("x[0] = %v, %v", v, err)
	}
	if v, err := u.Call(thread{}, value.Args{}); v != value.Value(u) || err != nil {
		t.Errorf("x() = %v, %v", v, err)
	}
	if v, err := value.GetAttr(u, "name"); v != value.Value(value.Str("x")) || err != nil {
		t.Errorf("x.name = %v, %v", v, err)
	}
	if _, err := value.Add(u, value.Int(1)); err == nil || err.Error() != "'x' is undefined" {
		t.Error(err)
	}
}

func TestSortCallsKey(t *testing.T) {
	l := value.NewList(value.Str("bb"), value.Str("a"), value.Str("CC"), value.Str("cc"))
	length := &value.Func{Name: "len", Fn: func(_ value.Thread, a value.Args) (value.Value, error) {
		n, err := value.Len(a.Pos[0])
		return value.Int(n), err
	}}
	args := value.Args{Kw: []value.Kwarg{{Name: "key", Value: length}, {Name: "reverse", Value: value.True}}}
	if _, _, err := value.CallMethod(thread{}, l, "sort", args); err != nil {
		t.Fatal(err)
	}
	if got := value.Repr(l); got != "['bb', 'CC', 'cc', 'a']" {
		t.Error(got)
	}
}

func TestZip(t *testing.T) {
	z, err := value.Zip(value.NewList(value.Int(1), value.Int(2)), value.Str("abc"))
	if err != nil {
		t.Fatal(err)
	}
	items, err := value.Items(z)
	if got := value.Repr(value.NewList(items...)); err != nil || got != "[(1, 'a'), (2, 'b')]" {
		t.Error(got, err)
	}
	if items, _ = value.Items(z); len(items) != 0 {
		t.Error("a zip object can be iterated once")
	}
	if _, err := value.Zip(value.Int(5)); err == nil || err.Error() != "'int' object is not iterable" {
		t.Error(err)
	}
}

func TestGoValues(t *testing.T) {
	in := map[string]any{"b": []any{1, 2.5, nil, "x"}, "a": true, "c": []string{"y"}, "d": uint64(1 << 63)}
	v := value.FromGo(in)
	if got := value.Repr(v); got != "{'a': True, 'b': [1, 2.5, None, 'x'], 'c': ['y'], 'd': 9223372036854775808}" {
		t.Error(got)
	}
	out := value.ToGo(v).(map[string]any)
	if out["a"] != true || out["b"].([]any)[0] != int64(1) || out["b"].([]any)[2] != nil {
		t.Error(out)
	}
}

func TestViews(t *testing.T) {
	d := value.NewDict()
	d.SetStr("a", value.Int(1))
	d.SetStr("b", value.Int(2))
	keys := must(call(d, "keys"))
	items := must(call(d, "items"))
	if got := value.Repr(keys) + value.Repr(items); got != "dict_keys(['a', 'b'])dict_items([('a', 1), ('b', 2)])" {
		t.Error(got)
	}
	rest := must(value.Sub(keys, value.NewList(value.Str("a"))))
	if got := value.Repr(rest); got != "{'b'}" {
		t.Error(got)
	}
	for _, c := range []struct {
		op   value.Op
		a, b value.Value
		want bool
	}{
		{value.OpEq, keys, must(value.NewSet(value.Str("b"), value.Str("a"))), true},
		{value.OpLt, keys, must(value.NewSet(value.Str("b"))), false},
		{value.OpIn, value.Str("a"), keys, true},
		{value.OpIn, value.NewTuple(value.Str("a"), value.Int(1)), items, true},
		{value.OpIn, value.NewTuple(value.Str("a"), value.Int(2)), items, false},
		{value.OpIn, value.Int(2), must(call(d, "values")), true},
	} {
		if got, err := value.Compare(c.op, c.a, c.b); got != c.want || err != nil {
			t.Errorf("%v %v %v: %v, %v", value.Repr(c.a), c.op, value.Repr(c.b), got, err)
		}
	}
	d.SetStr("c", value.Int(3))
	if n, err := value.Len(keys); n != 3 || err != nil {
		t.Error("a view shows the dict as it is now")
	}
}
