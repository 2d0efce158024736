package jinja

import (
	"mdl/compiler/jinja/value"
)

func (e *constExpr) eval(*frame) (value.Value, error) { return e.v, nil }

func (e *nameExpr) eval(f *frame) (value.Value, error) {
	home := f
	for d := e.depth; d > 0; d-- {
		home = home.outer
	}
	if v := home.slots[e.slot]; v != nil {
		return v, nil
	}
	return e.missing(f, home), nil
}

// missing gives the value of a variable that is not set: a global or undefined.
func (e *nameExpr) missing(f, home *frame) value.Value {
	if e.global || home.detached {
		if v := f.t.global(e.name); v != nil {
			home.slots[e.slot] = v
			return v
		}
	}
	return &value.Undefined{Name: e.name, Lenient: f.lenient}
}

func (e *attrExpr) eval(f *frame) (value.Value, error) {
	base, err := e.base.eval(f)
	if err != nil {
		return nil, err
	}
	if l, ok := base.(*loopVar); ok && e.field != loopNone {
		v, err := l.get(e.field)
		if err != nil {
			return nil, f.fail(e.pos, err)
		}
		return v, nil
	}
	return f.attr(e.pos, base, e.name)
}

// attr is environment.getattr; what it does not find is lenient where the
// frame is.
func (f *frame) attr(at pos, base value.Value, name string) (value.Value, error) {
	v, err := value.GetAttr(base, name)
	return f.looked(at, v, err)
}

func (f *frame) looked(at pos, v value.Value, err error) (value.Value, error) {
	if err != nil {
		return nil, f.fail(at, err)
	}
	if f.lenient {
		if u, ok := v.(*value.Undefined); ok && !u.Lenient {
			return &value.Undefined{Name: u.Name, Hint: u.Hint, Lenient: true}, nil
		}
	}
	return v, nil
}

func (e *itemExpr) eval(f *frame) (value.Value, error) {
	base, err := e.base.eval(f)
	if err != nil {
		return nil, err
	}
	key, err := e.key.eval(f)
	if err != nil {
		return nil, err
	}
	v, err := value.GetItem(base, key)
	return f.looked(e.pos, v, err)
}

func (e *sliceExpr) eval(f *frame) (value.Value, error) {
	var parts [4]value.Value
	for i, part := range [4]expr{e.base, e.lo, e.hi, e.step} {
		parts[i] = value.None
		if part == nil {
			continue
		}
		v, err := part.eval(f)
		if err != nil {
			return nil, err
		}
		parts[i] = v
	}
	v, err := value.GetSlice(parts[0], parts[1], parts[2], parts[3])
	if err != nil {
		return nil, f.fail(e.pos, err)
	}
	return v, f.spend(e.pos, v)
}

// spend charges the budget for a text or list that was just made.
func (f *frame) spend(at pos, v value.Value) error {
	n := 0
	switch v := v.(type) {
	case value.Str:
		n = len(v) / bytesPerStep
	case *value.List:
		n = v.Len()
	case *value.Tuple:
		n = v.Len()
	}
	if n == 0 {
		return nil
	}
	if err := f.t.Step(n); err != nil {
		return f.fail(at, err)
	}
	return nil
}

func (e *binaryExpr) eval(f *frame) (value.Value, error) {
	left, err := e.left.eval(f)
	if err != nil {
		return nil, err
	}
	right, err := e.right.eval(f)
	if err != nil {
		return nil, err
	}
	v, err := value.Binary(e.op, left, right)
	if err != nil {
		return nil, f.fail(e.pos, err)
	}
	return v, f.spend(e.pos, v)
}

func (e *concatExpr) eval(f *frame) (value.Value, error) {
	var scratch [64]byte
	buf := scratch[:0]
	for _, part := range e.parts {
		v, err := part.eval(f)
		if err != nil {
			return nil, err
		}
		buf = appendStr(buf, v)
		if len(buf) > value.MaxText {
			return nil, f.fail(e.pos, value.Errorf("MemoryError", "the string is too big"))
		}
	}
	if err := f.t.bytes(len(buf)); err != nil {
		return nil, f.fail(e.pos, err)
	}
	return value.Str(buf), nil
}

func (e *compareExpr) eval(f *frame) (value.Value, error) {
	left, err := e.first.eval(f)
	if err != nil {
		return nil, err
	}
	for _, c := range e.rest {
		right, err := c.e.eval(f)
		if err != nil {
			return nil, err
		}
		ok, err := compare(c.op, left, right)
		if err != nil {
			return nil, f.fail(e.pos, err)
		}
		if !ok {
			return value.False, nil
		}
		left = right
	}
	return value.True, nil
}

// compare is value.Compare with the commonest case first.
func compare(op value.Op, a, b value.Value) (bool, error) {
	if x, ok := a.(value.Str); ok && op <= value.OpNe {
		if y, ok := b.(value.Str); ok {
			return (x == y) == (op == value.OpEq), nil
		}
	}
	return value.Compare(op, a, b)
}

func (e *andExpr) eval(f *frame) (value.Value, error) {
	v, err := e.left.eval(f)
	if err != nil || !value.Truth(v) {
		return v, err
	}
	return e.right.eval(f)
}

func (e *orExpr) eval(f *frame) (value.Value, error) {
	v, err := e.left.eval(f)
	if err != nil || value.Truth(v) {
		return v, err
	}
	return e.right.eval(f)
}

func (e *notExpr) eval(f *frame) (value.Value, error) {
	v, err := e.e.eval(f)
	if err != nil {
		return nil, err
	}
	return value.Bool(!value.Truth(v)), nil
}

func (e *signExpr) eval(f *frame) (value.Value, error) {
	v, err := e.e.eval(f)
	if err != nil {
		return nil, err
	}
	if e.negative {
		v, err = value.Neg(v)
	} else {
		v, err = value.Pos(v)
	}
	if err != nil {
		return nil, f.fail(e.pos, err)
	}
	return v, nil
}

func (e *condExpr) eval(f *frame) (value.Value, error) {
	test, err := e.test.eval(f)
	if err != nil {
		return nil, err
	}
	if value.Truth(test) {
		return e.then.eval(f)
	}
	if e.otherwise != nil {
		return e.otherwise.eval(f)
	}
	return &value.Undefined{Hint: "the inline if-expression evaluated to false and no else section was defined."}, nil
}

// evalAll evaluates expressions into a new slice.
func evalAll(f *frame, exprs []expr) ([]value.Value, error) {
	if len(exprs) == 0 {
		return nil, nil
	}
	vals := make([]value.Value, len(exprs))
	for i, e := range exprs {
		v, err := e.eval(f)
		if err != nil {
			return nil, err
		}
		vals[i] = v
	}
	return vals, nil
}

func (e *listExpr) eval(f *frame) (value.Value, error) {
	items, err := evalAll(f, e.items)
	if err != nil {
		return nil, err
	}
	return value.NewList(items...), nil
}

func (e *tupleExpr) eval(f *frame) (value.Value, error) {
	items, err := evalAll(f, e.items)
	if err != nil {
		return nil, err
	}
	return value.NewTuple(items...), nil
}

func (e *dictExpr) eval(f *frame) (value.Value, error) {
	d := value.NewDictSize(len(e.keys))
	for i, k := range e.keys {
		key, err := k.eval(f)
		if err != nil {
			return nil, err
		}
		v, err := e.vals[i].eval(f)
		if err != nil {
			return nil, err
		}
		if err := d.Set(key, v); err != nil {
			return nil, f.fail(k.span(), err)
		}
	}
	return d, nil
}

func (e *filterExpr) eval(f *frame) (value.Value, error) {
	v, err := e.target.eval(f)
	if err != nil {
		return nil, err
	}
	if e.filter == nil {
		return nil, f.fail(e.at, value.Errorf("TemplateRuntimeError", "No filter named %s found.", value.Repr(value.Str(e.name))))
	}
	args, err := e.arguments.eval(f)
	if err != nil {
		return nil, err
	}
	if err := f.t.Step(1); err != nil {
		return nil, f.fail(e.at, err)
	}
	v, err = e.filter.apply(f.t, v, args)
	if err != nil {
		return nil, f.fail(e.at, err)
	}
	return v, f.spend(e.at, v)
}

func (e *testExpr) eval(f *frame) (value.Value, error) {
	v, err := e.target.eval(f)
	if err != nil {
		return nil, err
	}
	if e.test == nil {
		return nil, f.fail(e.at, value.Errorf("TemplateRuntimeError", "No test named %s found.", value.Repr(value.Str(e.name))))
	}
	args, err := e.arguments.eval(f)
	if err != nil {
		return nil, err
	}
	ok, err := e.test.apply(f.t, v, args)
	if err != nil {
		return nil, f.fail(e.at, err)
	}
	return value.Bool(ok), nil
}
