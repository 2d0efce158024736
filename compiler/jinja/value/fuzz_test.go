package value_test

import (
	"testing"
	"unicode/utf8"

	"mdl/compiler/jinja/value"
)

func FuzzPercent(f *testing.F) {
	for _, s := range []string{"%s-%d-%05.2f-%x", "%(k)s", "%*d|%-5s", "%%", "%.999999f", "%#x%c"} {
		f.Add(s, "a", int64(42), 3.14)
	}
	f.Fuzz(func(t *testing.T, format, s string, i int64, x float64) {
		args := value.NewTuple(value.Str(s), value.Int(i), value.Float(x), value.None)
		text, err := value.Percent(format, args)
		if err == nil && len(text) > 2*value.MaxText {
			t.Errorf("%d bytes", len(text))
		}
		d := value.NewDict()
		d.SetStr("k", value.Int(i))
		_, _ = value.Percent(format, d)
	})
}

func FuzzFormat(f *testing.F) {
	for _, s := range []string{"{} {0}", "{a!r:>5}", "{0[x].y:{1}}", "{{}}", "{:,.2f}", "{:010_x}", "{:{:{}}}"} {
		f.Add(s, "a", int64(42), 3.14)
	}
	f.Fuzz(func(t *testing.T, format, s string, i int64, x float64) {
		args := value.Args{
			Pos: []value.Value{value.Str(s), value.Int(i), value.Float(x)},
			Kw:  []value.Kwarg{{Name: "a", Value: value.NewList(value.Int(i))}},
		}
		text, err := value.Format(format, args)
		if err == nil && len(text) > 2*value.MaxText {
			t.Errorf("%d bytes", len(text))
		}
		for _, v := range args.Pos {
			_, _ = value.FormatSpec(v, format)
		}
		if d, err := value.ParseDecimal(s); err == nil {
			_, _ = value.FormatSpec(d, format)
		}
		if d, err := value.ISODateTime(s); err == nil {
			_, _ = d.Strftime(format)
		}
	})
}

func FuzzJSON(f *testing.F) {
	for _, s := range []string{`{"a": [1, 2.5, null, true, "x\u00e9"]}`, `[[[]]]`, `"\ud83d\ude00"`, `1e400`, `-0`, `NaN`, `{"a":1,"a":2}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v, err := value.FromJSON(text)
		if err != nil {
			return
		}
		out, err := value.ToJSON(v, value.JSONOptions{})
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if !utf8.ValidString(text) {
			return
		}
		again, err := value.FromJSON(out)
		if err != nil {
			t.Fatalf("%q became %q: %v", text, out, err)
		}
		if value.Repr(v) != value.Repr(again) {
			t.Errorf("%q became %q", text, out)
		}
	})
}

func FuzzSlice(f *testing.F) {
	f.Add("abcdef", int64(1), int64(-1), int64(2), uint8(0))
	f.Add("日本é", int64(-99), int64(99), int64(-1), uint8(7))
	f.Fuzz(func(t *testing.T, s string, lo, hi, step int64, absent uint8) {
		bounds := []value.Value{value.Int(lo), value.Int(hi), value.Int(step)}
		for i := range bounds {
			if absent>>i&1 == 1 {
				bounds[i] = value.None
			}
		}
		items, err := value.Items(value.Str(s))
		if err != nil {
			t.Fatal(err)
		}
		str, err := value.GetSlice(value.Str(s), bounds[0], bounds[1], bounds[2])
		list, err2 := value.GetSlice(value.NewList(items...), bounds[0], bounds[1], bounds[2])
		if (err == nil) != (err2 == nil) {
			t.Fatalf("str: %v, list: %v", err, err2)
		}
		if err != nil || !utf8.ValidString(s) {
			return
		}
		chars, err := value.Items(str)
		if err != nil {
			t.Fatal(err)
		}
		if value.Repr(value.NewList(chars...)) != value.Repr(list) {
			t.Errorf("str gives %s, list %s", value.Repr(str), value.Repr(list))
		}
		rng, err := value.NewRange(value.Positional(value.Int(lo), value.Int(hi), value.Int(step)))
		if err == nil {
			_, _ = value.GetSlice(rng, bounds[2], bounds[0], bounds[1])
		}
	})
}

func FuzzMethods(f *testing.F) {
	names := []string{"capitalize", "casefold", "center", "count", "encode", "endswith", "expandtabs", "find", "format", "index", "join", "ljust", "lower",
		"lstrip", "partition", "removeprefix", "replace", "rfind", "rpartition", "rsplit", "split", "splitlines", "strip", "swapcase", "title", "translate", "upper", "zfill"}
	f.Add("a b\tc", ",", int64(3), uint8(24))
	f.Add("straße", "ß", int64(-1), uint8(16))
	f.Fuzz(func(t *testing.T, s, arg string, n int64, which uint8) {
		name := names[int(which)%len(names)]
		for _, args := range [][]value.Value{nil, {value.Str(arg)}, {value.Int(n)}, {value.Int(n), value.Str(arg)},
			{value.Str(arg), value.Int(n)}, {value.Str(arg), value.Str(s), value.Int(n)}, {value.None}} {
			v, ok, err := value.CallMethod(thread{}, value.Str(s), name, value.Positional(args...))
			if !ok || err == nil && v == nil {
				t.Fatalf("%s: %v %v", name, ok, v)
			}
		}
	})
}
