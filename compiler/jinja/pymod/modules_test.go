package pymod_test

import (
	"bufio"
	"os"
	"strings"
	"testing"
	"time"

	"mdl/compiler/diag"
	"mdl/compiler/jinja/pymod"
	"mdl/compiler/jinja/value"
)

// thread runs callables without a budget.
type thread struct{}

func (thread) Site() diag.Span { return diag.Span{} }
func (thread) Step(int) error  { return nil }
func (t thread) Call(fn value.Value, args value.Args) (value.Value, error) {
	c, ok := fn.(value.Callable)
	if !ok {
		return nil, value.TypeErrorf("'%s' object is not callable", fn.TypeName())
	}
	return c.Call(t, args)
}

func noon() time.Time { return time.Date(2024, 5, 6, 12, 30, 0, 789000, time.UTC) }

// eval computes the syntax tree of an expression, made by testdata/gen.py.
func eval(t *testing.T, n value.Value) (value.Value, error) {
	t.Helper()
	node := n.(*value.List).Items()
	switch value.ToStr(node[0]) {
	case "const":
		if d, ok := node[1].(*value.Dict); ok {
			f, _ := d.GetStr("f")
			return value.ToFloat(f)
		}
		return node[1], nil
	case "name":
		return global(t, value.ToStr(node[1]))
	case "attr":
		v, err := eval(t, node[1])
		if err != nil {
			return nil, err
		}
		got, err := value.GetAttr(v, value.ToStr(node[2]))
		if u, ok := got.(*value.Undefined); ok && err == nil {
			err = value.Errorf("AttributeError", "%v", u.Err())
		}
		return got, err
	case "item":
		v, err := eval(t, node[1])
		if err != nil {
			return nil, err
		}
		key, err := eval(t, node[2])
		if err != nil {
			return nil, err
		}
		return value.Subscript(v, key)
	case "list", "tuple":
		items, err := evalAll(t, node[1])
		if value.ToStr(node[0]) == "tuple" {
			return value.NewTuple(items...), err
		}
		return value.NewList(items...), err
	case "op":
		return evalOp(t, value.ToStr(node[1]), node[2:])
	}
	return evalCall(t, node)
}

func evalAll(t *testing.T, list value.Value) ([]value.Value, error) {
	t.Helper()
	var out []value.Value
	for _, n := range list.(*value.List).Items() {
		v, err := eval(t, n)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

func evalOp(t *testing.T, op string, operands []value.Value) (value.Value, error) {
	t.Helper()
	ab, err := evalAll(t, value.NewList(operands...))
	if err != nil {
		return nil, err
	}
	for o := value.OpEq; o <= value.OpPow; o++ {
		if o.String() != op && !(op == "**" && o == value.OpPow) {
			continue
		}
		if o <= value.OpNotIn {
			got, err := value.Compare(o, ab[0], ab[1])
			return value.Bool(got), err
		}
		return value.Binary(o, ab[0], ab[1])
	}
	t.Fatalf("unknown operator %s", op)
	return nil, nil
}

func evalCall(t *testing.T, node []value.Value) (value.Value, error) {
	t.Helper()
	var args value.Args
	var err error
	fn := node[1].(*value.List).Items()
	var callee value.Value
	if value.ToStr(fn[0]) == "attr" {
		if callee, err = eval(t, fn[1]); err != nil {
			return nil, err
		}
	}
	if args.Pos, err = evalAll(t, node[2]); err != nil {
		return nil, err
	}
	for _, kw := range node[3].(*value.List).Items() {
		pair := kw.(*value.List).Items()
		v, err := eval(t, pair[1])
		if err != nil {
			return nil, err
		}
		args.Kw = append(args.Kw, value.Kwarg{Name: value.ToStr(pair[0]), Value: v})
	}
	if callee != nil {
		if v, ok, err := value.CallMethod(thread{}, callee, value.ToStr(fn[2]), args); ok {
			return v, err
		}
	}
	f, err := eval(t, node[1])
	if err != nil {
		return nil, err
	}
	return thread{}.Call(f, args)
}

func global(t *testing.T, name string) (value.Value, error) {
	t.Helper()
	fn := func(f func(a []value.Value) (value.Value, error)) (value.Value, error) {
		return &value.Func{Name: name, Fn: func(_ value.Thread, a value.Args) (value.Value, error) { return f(a.Pos) }}, nil
	}
	switch name {
	case "list":
		return fn(func(a []value.Value) (value.Value, error) {
			items, err := value.Items(a[0])
			return value.NewList(items...), err
		})
	case "str":
		return fn(func(a []value.Value) (value.Value, error) { return value.Str(value.ToStr(a[0])), nil })
	case "len_of":
		return fn(func(a []value.Value) (value.Value, error) {
			n, err := value.Len(a[0])
			return value.Int(n), err
		})
	case "mul":
		return fn(func(a []value.Value) (value.Value, error) { return value.Mul(a[0], a[1]) })
	case "five":
		return fn(func([]value.Value) (value.Value, error) { return value.Int(5), nil })
	case "shout":
		return fn(func(a []value.Value) (value.Value, error) {
			text, _, err := value.CallMethod(thread{}, a[0], "group", value.Positional(value.Int(0)))
			return value.Str(strings.ToUpper(value.ToStr(text)) + "!"), err
		})
	}
	return value.GetItem(pymod.Modules(noon), value.Str(name))
}

func TestModules(t *testing.T) {
	f, err := os.Open("testdata/modules.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	sc := bufio.NewScanner(f)
	for sc.Scan() {
		v, err := value.FromJSON(sc.Text())
		if err != nil {
			t.Fatal(err)
		}
		row := v.(*value.List).Items()
		answer := row[2].(*value.List).Items()
		want := value.ToStr(answer[0]) + " " + value.ToStr(answer[1])
		if value.ToStr(answer[0]) == "!" {
			want = value.ToStr(answer[1]) + ": " + value.ToStr(answer[2])
		}
		var got string
		if v, err := eval(t, row[1]); err == nil {
			name := v.TypeName()
			got = name[strings.LastIndexByte(name, '.')+1:] + " " + value.Repr(v)
		} else if e, ok := err.(*value.Error); ok {
			got = e.Kind + ": " + e.Msg
		} else {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s\n got %s\nwant %s", value.ToStr(row[0]), got, want)
		}
	}
	if err := sc.Err(); err != nil {
		t.Fatal(err)
	}
}
