package value_test

import (
	"bufio"
	"os"
	"strings"
	"testing"

	"mdl/compiler/diag"
	"mdl/compiler/jinja/value"
)

// rows reads a table of Python's answers, made by testdata/gen.py.
func rows(t *testing.T, name string) [][]value.Value {
	t.Helper()
	f, err := os.Open("testdata/" + name + ".jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out [][]value.Value
	sc := bufio.NewScanner(f)
	for sc.Scan() {
		v, err := value.FromJSON(sc.Text())
		if err != nil {
			t.Fatalf("%s: %v", sc.Text(), err)
		}
		out = append(out, v.(*value.List).Items())
	}
	if err := sc.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// dec makes the value that gen.py encoded.
func dec(t *testing.T, v value.Value) value.Value {
	t.Helper()
	switch v := v.(type) {
	case *value.List:
		return value.NewList(decAll(t, v)...)
	case *value.Dict:
		for tag, x := range v.All() {
			return decTag(t, value.ToStr(tag), x)
		}
	}
	return v
}

func decAll(t *testing.T, v value.Value) []value.Value {
	t.Helper()
	var out []value.Value
	for _, x := range v.(*value.List).Items() {
		out = append(out, dec(t, x))
	}
	return out
}

func ints(t *testing.T, v value.Value) []int {
	t.Helper()
	var out []int
	for _, x := range v.(*value.List).Items() {
		n, err := value.Index(x)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, n)
	}
	return out
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func decTag(t *testing.T, tag string, x value.Value) value.Value {
	t.Helper()
	switch tag {
	case "t":
		return value.NewTuple(decAll(t, x)...)
	case "s":
		return must(value.NewSet(decAll(t, x)...))
	case "d":
		d := value.NewDict()
		for _, pair := range decAll(t, x) {
			kv := pair.(*value.List).Items()
			if err := d.Set(kv[0], kv[1]); err != nil {
				t.Fatal(err)
			}
		}
		return d
	case "f":
		return must(value.ToFloat(x))
	case "b":
		var b []byte
		for _, r := range value.ToStr(x) {
			b = append(b, byte(r))
		}
		return value.Bytes(b)
	case "D":
		return must(value.ParseDecimal(value.ToStr(x)))
	case "r":
		return must(value.NewRange(value.Positional(x.(*value.List).Items()...)))
	case "u":
		return value.NewUndefined(value.ToStr(x))
	case "date":
		n := ints(t, x)
		return must(value.NewDate(n[0], n[1], n[2]))
	case "dt":
		n := ints(t, x)
		return must(value.NewDateTime(n[0], n[1], n[2], n[3], n[4], n[5], n[6], nil))
	case "time":
		n := ints(t, x)
		return must(value.NewTime(n[0], n[1], n[2], n[3], nil))
	case "td":
		n := ints(t, x)
		return value.NewTimeDelta(int64(n[0]), int64(n[1]), int64(n[2]))
	}
	t.Fatalf("unknown tag %q", tag)
	return nil
}

// shown is the repr that gen.py writes: a set is sorted.
func shown(v value.Value) string {
	switch v := v.(type) {
	case *value.Set:
		items := v.Items()
		_ = value.SortItems(items, func(x value.Value) (value.Value, error) { return value.Str(value.Repr(x)), nil }, false)
		return value.Repr(value.NewList(items...))
	case *value.Method:
		return ""
	}
	return value.Repr(v)
}

func typeName(v value.Value) string {
	name := v.TypeName()
	return name[strings.LastIndexByte(name, '.')+1:]
}

// check compares an answer with Python's.
func check(t *testing.T, row []value.Value, got value.Value, err error) {
	t.Helper()
	want := row[len(row)-1].(*value.List).Items()
	label := value.Repr(value.NewList(row[:len(row)-1]...))
	if kind := value.ToStr(want[0]); kind == "!" {
		wantErr := value.ToStr(want[1]) + ": " + value.ToStr(want[2])
		if err == nil {
			t.Errorf("%s\n got %s\nwant %s", label, value.Repr(got), wantErr)
			return
		}
		gotErr := err.Error()
		if e, ok := err.(*value.Error); ok {
			gotErr = e.Kind + ": " + e.Msg
		}
		if gotErr != wantErr {
			t.Errorf("%s\n got %s\nwant %s", label, gotErr, wantErr)
		}
		return
	}
	wantText := value.ToStr(want[0]) + " " + value.ToStr(want[1])
	if err != nil {
		t.Errorf("%s\n got %v\nwant %s", label, err, wantText)
		return
	}
	if gotText := typeName(got) + " " + shown(got); gotText != wantText {
		t.Errorf("%s\n got %s\nwant %s", label, gotText, wantText)
	}
}

// thread runs callables without a budget.
type thread struct{}

func (thread) Site() diag.Span { return diag.Span{} }
func (thread) Step(int) error  { return nil }
func (t thread) Call(fn value.Value, args value.Args) (value.Value, error) {
	return fn.(value.Callable).Call(t, args)
}

func TestPrinting(t *testing.T) {
	for _, row := range rows(t, "printing") {
		v := dec(t, row[0])
		if _, isSet := v.(*value.Set); !isSet && value.ToStr(v) != value.ToStr(row[1]) {
			t.Errorf("str(%s)\n got %s\nwant %s", value.Repr(row[0]), value.ToStr(v), value.ToStr(row[1]))
		}
		check(t, row, v, nil)
	}
}

func compareOp(op string) (value.Op, bool) {
	for o := value.OpEq; o <= value.OpNotIn; o++ {
		if o.String() == op {
			return o, true
		}
	}
	return 0, false
}

func arithOp(op string) value.Op {
	for o := value.OpAdd; o <= value.OpPow; o++ {
		if o.String() == op || op == "**" && o == value.OpPow {
			return o
		}
	}
	panic(op)
}

func TestOperators(t *testing.T) {
	for _, row := range rows(t, "operators") {
		name, a, b := value.ToStr(row[0]), dec(t, row[1]), dec(t, row[2])
		if op, ok := compareOp(name); ok {
			got, err := value.Compare(op, a, b)
			check(t, row, value.Bool(got), err)
			continue
		}
		got, err := value.Binary(arithOp(name), a, b)
		check(t, row, got, err)
	}
}

func TestUnary(t *testing.T) {
	for _, row := range rows(t, "unary") {
		op, digits, hasDigits := strings.Cut(value.ToStr(row[0]), ":")
		v := dec(t, row[1])
		var got value.Value
		var err error
		switch op {
		case "-":
			got, err = value.Neg(v)
		case "+":
			got, err = value.Pos(v)
		case "abs":
			got, err = value.Abs(v)
		case "bool":
			got = value.Bool(value.Truth(v))
		case "len":
			var n int
			n, err = value.Len(v)
			got = value.Int(n)
		case "list":
			var items []value.Value
			items, err = value.Items(v)
			got = value.NewList(items...)
		case "float":
			got, err = value.ToFloat(v)
		case "sum":
			got, err = value.Sum(v, value.Int(0))
		case "sorted", "reversed", "min", "max", "enumerate", "dict", "set":
			got, err = aggregate(op, v)
		case "round":
			n := value.None
			if hasDigits {
				if n, err = value.ParseInt(digits, 10); err != nil {
					n = value.Str(digits)
				}
			}
			got, err = value.Round(v, n)
		default:
			base := 10
			if op != "int" {
				base = int(must(value.ParseInt(op[3:], 10)).(value.Int))
			}
			got, err = value.ToInt(v, base)
		}
		check(t, row, got, err)
	}
}

func aggregate(op string, v value.Value) (value.Value, error) {
	switch op {
	case "dict":
		return value.NewDictFrom(value.Positional(v))
	case "set":
		return value.SetOf(v)
	case "enumerate":
		pairs, err := value.Enumerate(v, 1)
		if err != nil {
			return nil, err
		}
		v = pairs
	}
	items, err := value.Items(v)
	if err != nil {
		return nil, err
	}
	switch op {
	case "min":
		return value.Extreme(value.OpLt, items, nil)
	case "max":
		return value.Extreme(value.OpGt, items, nil)
	case "sorted", "reversed":
		err = value.SortItems(items, nil, op == "reversed")
	}
	return value.NewList(items...), err
}

func decArgs(t *testing.T, pos, kw value.Value) value.Args {
	t.Helper()
	args := value.Args{Pos: decAll(t, pos)}
	for _, pair := range kw.(*value.List).Items() {
		kv := pair.(*value.List).Items()
		args.Kw = append(args.Kw, value.Kwarg{Name: value.ToStr(kv[0]), Value: dec(t, kv[1])})
	}
	return args
}

func TestMethods(t *testing.T) {
	for _, row := range rows(t, "methods") {
		self, name, args := dec(t, row[0]), value.ToStr(row[1]), decArgs(t, row[2], row[3])
		got, ok, err := value.CallMethod(thread{}, self, name, args)
		if !ok {
			var fn value.Value
			if fn, err = value.GetAttr(self, name); err == nil {
				if u, isUndefined := fn.(*value.Undefined); isUndefined {
					err = u.Err()
				} else {
					err = value.TypeErrorf("'%s' object is not callable", fn.TypeName())
				}
			}
		}
		check(t, row, got, err)
		if want := value.ToStr(row[4]); shown(self) != want && err == nil {
			t.Errorf("%s\n leaves %s\nwant %s", value.Repr(value.NewList(row[:4]...)), shown(self), want)
		}
	}
}

func TestPercent(t *testing.T) {
	for _, row := range rows(t, "percent") {
		got, err := value.Percent(value.ToStr(row[0]), dec(t, row[1]))
		check(t, row, value.Str(got), err)
	}
}

func TestFormat(t *testing.T) {
	for _, row := range rows(t, "formats") {
		got, err := value.Format(value.ToStr(row[0]), decArgs(t, row[1], row[2]))
		check(t, row, value.Str(got), err)
	}
}

func TestFormatSpec(t *testing.T) {
	for _, row := range rows(t, "specs") {
		got, err := value.FormatSpec(dec(t, row[0]), value.ToStr(row[1]))
		check(t, row, value.Str(got), err)
	}
}

func TestSlices(t *testing.T) {
	for _, row := range rows(t, "slices") {
		got, err := value.GetSlice(dec(t, row[0]), dec(t, row[1]), dec(t, row[2]), dec(t, row[3]))
		check(t, row, got, err)
	}
}

func TestAccess(t *testing.T) {
	for _, row := range rows(t, "access") {
		var got value.Value
		var err error
		if value.ToStr(row[0]) == "getattr" {
			got, err = value.GetAttr(dec(t, row[1]), value.ToStr(row[2]))
		} else {
			got, err = value.GetItem(dec(t, row[1]), dec(t, row[2]))
		}
		if u, ok := got.(*value.Undefined); ok && err == nil {
			err = u.Err()
		}
		check(t, row, got, err)
	}
}

func TestFromJSON(t *testing.T) {
	for _, row := range rows(t, "loads") {
		got, err := value.FromJSON(value.ToStr(row[0]))
		check(t, row, got, err)
	}
}

func TestToJSON(t *testing.T) {
	for _, row := range rows(t, "dumps") {
		var o value.JSONOptions
		switch value.ToStr(row[1]) {
		case "sort":
			o.SortKeys = true
		case "indent":
			o.Indent = "  "
		case "unicode":
			o.Unicode = true
		case "compact":
			o.Compact = true
		}
		got, err := value.ToJSON(dec(t, row[0]), o)
		check(t, row, value.Str(got), err)
	}
}
