package value_test

import (
	"testing"

	"mdl/compiler/jinja/value"
)

func TestBind(t *testing.T) {
	one := value.Value(value.Int(1))
	x, y, z := value.Required("x"), value.Required("y"), value.Required("z")
	b := value.Optional("b", value.Int(5))
	kwOnly := value.Param{Name: "k", Kind: value.KeywordOnly}
	kwOptional := value.Param{Name: "k", Default: value.None, Kind: value.KeywordOnly}
	posOnly := value.Param{Name: "x", Kind: value.PositionalOnly}
	rest := value.Param{Name: "args", Kind: value.Rest}
	kwRest := value.Param{Name: "kwargs", Kind: value.KwRest}
	kw := func(names ...string) (out []value.Kwarg) {
		for _, n := range names {
			out = append(out, value.Kwarg{Name: n, Value: value.Int(2)})
		}
		return out
	}
	pos := func(n int) (out []value.Value) {
		for range n {
			out = append(out, one)
		}
		return out
	}
	for _, c := range []struct {
		params []value.Param
		args   value.Args
		want   string // repr of the bound arguments, or the error
	}{
		{[]value.Param{x, y}, value.Args{Pos: pos(2)}, "[1, 1]"},
		{[]value.Param{x, b}, value.Args{Pos: pos(1)}, "[1, 5]"},
		{[]value.Param{x, b}, value.Args{Kw: kw("b", "x")}, "[2, 2]"},
		{[]value.Param{x, rest, kwRest}, value.Args{Pos: pos(3), Kw: kw("q")}, "[1, (1, 1), {'q': 2}]"},
		{[]value.Param{x}, value.Args{}, "f() missing 1 required positional argument: 'x'"},
		{[]value.Param{x, y}, value.Args{}, "f() missing 2 required positional arguments: 'x' and 'y'"},
		{[]value.Param{x, y, z}, value.Args{}, "f() missing 3 required positional arguments: 'x', 'y', and 'z'"},
		{[]value.Param{kwOnly}, value.Args{}, "f() missing 1 required keyword-only argument: 'k'"},
		{nil, value.Args{Pos: pos(1)}, "f() takes 0 positional arguments but 1 was given"},
		{[]value.Param{x}, value.Args{Pos: pos(2)}, "f() takes 1 positional argument but 2 were given"},
		{[]value.Param{x, b}, value.Args{Pos: pos(3)}, "f() takes from 1 to 2 positional arguments but 3 were given"},
		{[]value.Param{b}, value.Args{Pos: pos(2)}, "f() takes from 0 to 1 positional arguments but 2 were given"},
		{[]value.Param{x, kwOptional}, value.Args{Pos: pos(2), Kw: kw("k")},
			"f() takes 1 positional argument but 2 positional arguments (and 1 keyword-only argument) were given"},
		{[]value.Param{x}, value.Args{Pos: pos(1), Kw: kw("x")}, "f() got multiple values for argument 'x'"},
		{[]value.Param{x}, value.Args{Kw: kw("q")}, "f() got an unexpected keyword argument 'q'"},
		{[]value.Param{posOnly}, value.Args{Kw: kw("x")}, "f() got some positional-only arguments passed as keyword arguments: 'x'"},
		{[]value.Param{posOnly, kwRest}, value.Args{Pos: pos(1), Kw: kw("x")}, "[1, {'x': 2}]"},
	} {
		got, err := c.args.Bind("f", c.params...)
		text := value.Repr(value.NewList(got...))
		if err != nil {
			text = err.Error()
		}
		if text != c.want {
			t.Errorf("%v\n got %s\nwant %s", c.args, text, c.want)
		}
	}
}
