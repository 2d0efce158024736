package jinja

import "mdl/compiler/jinja/value"

// eval evaluates arguments into slices that the callee may keep.
func (a *arguments) eval(f *frame) (value.Args, error) {
	var args value.Args
	var err error
	if args.Pos, err = evalAll(f, a.args); err != nil {
		return args, err
	}
	if len(a.kwargs) > 0 {
		args.Kw = make([]value.Kwarg, len(a.kwargs))
		for i, kw := range a.kwargs {
			v, err := kw.e.eval(f)
			if err != nil {
				return args, err
			}
			args.Kw[i] = value.Kwarg{Name: kw.name, Value: v}
		}
	}
	if a.star != nil || a.dstar != nil {
		err = a.unpack(f, &args)
	}
	return args, err
}

// unpack adds *star and **dstar.
func (a *arguments) unpack(f *frame, args *value.Args) error {
	if a.star != nil {
		v, err := a.star.eval(f)
		if err != nil {
			return err
		}
		items, err := value.Items(v)
		if err != nil {
			return f.fail(a.star.span(), value.TypeErrorf("argument after * must be an iterable, not %s", v.TypeName()))
		}
		args.Pos = append(args.Pos, items...)
	}
	if a.dstar == nil {
		return nil
	}
	v, err := a.dstar.eval(f)
	if err != nil {
		return err
	}
	d, ok := v.(*value.Dict)
	if !ok {
		return f.fail(a.dstar.span(), value.TypeErrorf("argument after ** must be a mapping, not %s", v.TypeName()))
	}
	for k, v := range d.All() {
		name, ok := k.(value.Str)
		if !ok {
			return f.fail(a.dstar.span(), value.TypeErrorf("keywords must be strings"))
		}
		for _, kw := range args.Kw {
			if kw.Name == string(name) {
				return f.fail(a.dstar.span(), value.TypeErrorf("got multiple values for keyword argument '%s'", name))
			}
		}
		args.Kw = append(args.Kw, value.Kwarg{Name: string(name), Value: v})
	}
	return nil
}

func (e *callExpr) eval(f *frame) (value.Value, error) {
	fn, v, err := e.callee(f)
	if err != nil || fn == nil {
		return v, err
	}
	return e.call(f, fn)
}

// callee evaluates what is called. Methods of Python's own types are called at
// once, without a bound method: then fn is nil and v the result.
func (e *callExpr) callee(f *frame) (fn, v value.Value, err error) {
	attr, ok := e.fn.(*attrExpr)
	if !ok {
		fn, err = e.fn.eval(f)
		return fn, nil, err
	}
	base, err := attr.base.eval(f)
	if err != nil {
		return nil, nil, err
	}
	switch base.(type) {
	case value.Str, *value.List, *value.Dict, value.MethodCaller:
		v, err = e.callMethod(f, attr, base)
		return nil, v, err
	}
	fn, err = f.attr(attr.pos, base, attr.name)
	return fn, nil, err
}

func (e *callExpr) callMethod(f *frame, attr *attrExpr, base value.Value) (value.Value, error) {
	args, err := e.callArgs(f)
	if err != nil {
		return nil, err
	}
	site := f.t.site
	f.t.site = f.span(e.pos)
	v, ok, err := value.CallMethod(f.t, base, attr.name, args)
	f.t.site = site
	if err != nil {
		return nil, f.fail(e.pos, err)
	}
	if ok {
		return v, f.spend(e.pos, v)
	}
	fn, err := f.attr(attr.pos, base, attr.name)
	if err != nil {
		return nil, err
	}
	return e.callWith(f, fn, args)
}

// callArgs are the arguments with the body of a call block.
func (e *callExpr) callArgs(f *frame) (value.Args, error) {
	args, err := e.arguments.eval(f)
	if err == nil && e.caller != nil {
		args.Kw = append(args.Kw, value.Kwarg{Name: "caller", Value: e.caller.make(f)})
	}
	return args, err
}

// make makes the caller of a call block.
func (c *callerArg) make(f *frame) *Macro {
	return &Macro{Label: "caller", prog: f.prog, def: c.def, outer: f, lenient: f.lenient}
}

// call calls fn and captures what a macro prints.
func (e *callExpr) call(f *frame, fn value.Value) (value.Value, error) {
	if m, ok := fn.(*Macro); ok {
		start := f.t.capture()
		v, err := e.runMacro(f, m)
		if v == nil && err == nil {
			v = f.t.captured(start)
		}
		return v, err
	}
	args, err := e.callArgs(f)
	if err != nil {
		return nil, err
	}
	return e.callWith(f, fn, args)
}

func (e *callExpr) callWith(f *frame, fn value.Value, args value.Args) (value.Value, error) {
	c, ok := fn.(value.Callable)
	if !ok {
		return nil, f.fail(e.pos, value.TypeErrorf("'%s' object is not callable", fn.TypeName()))
	}
	if u, ok := fn.(*value.Undefined); ok && !u.Lenient {
		return nil, f.fail(e.fn.span(), u.Err())
	}
	t := f.t
	site := t.site
	t.site = f.span(e.pos)
	err := t.enter()
	if err != nil {
		return nil, f.fail(e.pos, err)
	}
	v, err := c.Call(t, args)
	t.depth--
	t.site = site
	if err != nil {
		return nil, f.fail(e.pos, err)
	}
	return v, nil
}

// runMacro calls a macro that prints to the output. A value that is not nil is
// what return() gave; then nothing was printed.
func (e *callExpr) runMacro(f *frame, m *Macro) (value.Value, error) {
	callee, err := e.bind(f, m)
	if err != nil {
		return nil, err
	}
	v, err := m.run(callee, f.span(e.pos))
	if err != nil {
		return nil, f.fail(e.pos, err)
	}
	return v, nil
}

// bind evaluates the arguments for a macro into its frame.
func (e *callExpr) bind(f *frame, m *Macro) (*frame, error) {
	t := f.t
	if len(e.kwargs) == 0 && e.star == nil && e.dstar == nil && e.caller == nil {
		base := len(t.stack)
		for _, a := range e.args {
			v, err := a.eval(f)
			if err != nil {
				t.stack = t.stack[:base]
				return nil, err
			}
			t.stack = append(t.stack, v)
		}
		callee, err := m.bind(t, value.Args{Pos: t.stack[base:]})
		t.stack = t.stack[:base]
		if err != nil {
			return nil, f.fail(e.pos, err)
		}
		return callee, nil
	}
	args, err := e.callArgs(f)
	if err != nil {
		return nil, err
	}
	callee, err := m.bind(t, args)
	if err != nil {
		return nil, f.fail(e.pos, err)
	}
	return callee, nil
}

// print evaluates the call as output: what a macro prints goes to the output
// directly.
func (e *callExpr) print(f *frame) error {
	fn, v, err := e.callee(f)
	if err != nil {
		return err
	}
	if m, ok := fn.(*Macro); ok {
		v, err = e.runMacro(f, m)
		if v == nil {
			return err
		}
	} else if fn != nil {
		v, err = e.call(f, fn)
	}
	if err != nil {
		return err
	}
	if e.caller != nil {
		return f.printText(e.pos, "call", v)
	}
	return f.print(e.pos, v)
}
