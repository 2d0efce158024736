package jinja

import "mdl/compiler/jinja/value"

// test is a row of the table of tests: fn gets the arguments in the order of
// params.
type test struct {
	name   string
	params []value.Param
	fn     func(t *thread, v value.Value, args []value.Value) (bool, error)
}

// apply runs the test on a value.
func (x *test) apply(t *thread, v value.Value, args value.Args) (bool, error) {
	bound, err := bindParams(x.name, x.params, args)
	if err != nil {
		return false, err
	}
	return x.fn(t, v, bound)
}

var (
	otherParam = params(req("other"))
	numParam   = params(req("num"))
	seqParam   = params(req("seq"))
)

// tests are jinja2's tests.
var tests = []test{
	{name: "!=", params: otherParam, fn: comparing(value.OpNe)},
	{name: "<", params: otherParam, fn: comparing(value.OpLt)},
	{name: "<=", params: otherParam, fn: comparing(value.OpLe)},
	{name: "==", params: otherParam, fn: comparing(value.OpEq)},
	{name: ">", params: otherParam, fn: comparing(value.OpGt)},
	{name: ">=", params: otherParam, fn: comparing(value.OpGe)},
	{name: "boolean", fn: is(func(v value.Value) bool { _, ok := v.(value.Bool); return ok })},
	{name: "callable", fn: is(func(v value.Value) bool { _, ok := v.(value.Callable); return ok })},
	{name: "defined", fn: is(func(v value.Value) bool { return !value.IsUndefined(v) })},
	{name: "divisibleby", params: numParam, fn: testDivisibleby},
	{name: "eq", params: otherParam, fn: comparing(value.OpEq)},
	{name: "equalto", params: otherParam, fn: comparing(value.OpEq)},
	{name: "escaped", fn: is(func(value.Value) bool { return false })},
	{name: "even", fn: remainder(0)},
	{name: "false", fn: isBool(false)},
	{name: "filter", fn: testFilter},
	{name: "float", fn: is(func(v value.Value) bool { _, ok := v.(value.Float); return ok })},
	{name: "ge", params: otherParam, fn: comparing(value.OpGe)},
	{name: "greaterthan", params: otherParam, fn: comparing(value.OpGt)},
	{name: "gt", params: otherParam, fn: comparing(value.OpGt)},
	{name: "in", params: seqParam, fn: comparing(value.OpIn)},
	{name: "integer", fn: is(value.IsInteger)},
	{name: "iterable", fn: testIterable},
	{name: "le", params: otherParam, fn: comparing(value.OpLe)},
	{name: "lessthan", params: otherParam, fn: comparing(value.OpLt)},
	{name: "lower", fn: cased("islower")},
	{name: "lt", params: otherParam, fn: comparing(value.OpLt)},
	{name: "mapping", fn: is(isMapping)},
	{name: "ne", params: otherParam, fn: comparing(value.OpNe)},
	{name: "none", fn: is(value.IsNone)},
	{name: "number", fn: is(value.IsNumber)},
	{name: "odd", fn: remainder(1)},
	{name: "sameas", params: otherParam, fn: testSameas},
	{name: "sequence", fn: is(isSequence)},
	{name: "string", fn: is(value.IsStr)},
	{name: "test", fn: testTest},
	{name: "true", fn: isBool(true)},
	{name: "undefined", fn: is(value.IsUndefined)},
	{name: "upper", fn: cased("isupper")},
}

var testIndex = indexNames(tests, func(x *test) string { return x.name })

// lookupTest returns a test, or nil.
func lookupTest(name string) *test { return testIndex[name] }

// testNames are the names of all tests.
func testNames() []string {
	names := make([]string, len(tests))
	for i := range tests {
		names[i] = tests[i].name
	}
	return names
}

type testFunc = func(t *thread, v value.Value, args []value.Value) (bool, error)

func is(holds func(value.Value) bool) testFunc {
	return func(_ *thread, v value.Value, _ []value.Value) (bool, error) { return holds(v), nil }
}

func isBool(want value.Bool) testFunc {
	return is(func(v value.Value) bool { b, ok := v.(value.Bool); return ok && b == want })
}

func comparing(op value.Op) testFunc {
	return func(_ *thread, v value.Value, args []value.Value) (bool, error) { return compare(op, v, args[0]) }
}

func remainder(want value.Int) testFunc {
	return func(_ *thread, v value.Value, _ []value.Value) (bool, error) {
		rest, err := value.Mod(v, value.Int(2))
		return err == nil && value.Equal(rest, want), err
	}
}

func cased(method string) testFunc {
	return func(t *thread, v value.Value, _ []value.Value) (bool, error) {
		ok, _, err := value.CallMethod(t, value.Str(value.ToStr(v)), method, value.Args{})
		return err == nil && value.Truth(ok), err
	}
}

func testDivisibleby(_ *thread, v value.Value, args []value.Value) (bool, error) {
	rest, err := value.Mod(v, args[0])
	return err == nil && value.Equal(rest, value.Int(0)), err
}

func testFilter(t *thread, v value.Value, _ []value.Value) (bool, error) {
	name, ok := v.(value.Str)
	return ok && t.filter(string(name)) != nil, nil
}

func testTest(t *thread, v value.Value, _ []value.Value) (bool, error) {
	name, ok := v.(value.Str)
	return ok && t.test(string(name)) != nil, nil
}

func testIterable(_ *thread, v value.Value, _ []value.Value) (bool, error) {
	_, err := value.Iterate(v)
	return err == nil, nil
}

func testSameas(_ *thread, v value.Value, args []value.Value) (bool, error) {
	return value.Same(v, args[0]), nil
}

func isMapping(v value.Value) bool {
	switch v.(type) {
	case *value.Dict, value.Mapping:
		return true
	}
	return false
}

// isSequence tells whether a value has a length and items.
func isSequence(v value.Value) bool {
	switch v := v.(type) {
	case value.Str, value.Bytes, *value.List, *value.Tuple, *value.Dict, *value.Range, *value.Undefined:
		return true
	case value.Indexer:
		_, ok := v.(value.Sized)
		return ok
	}
	return false
}
