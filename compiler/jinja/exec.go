package jinja

import (
	"strconv"

	"mdl/compiler/diag"
	"mdl/compiler/jinja/value"
)

// execBody runs statements up to an error, a break or a continue.
func execBody(f *frame, body []stmt) (signal, error) {
	for _, s := range body {
		f.t.steps--
		if f.t.steps < f.t.checkAt {
			if err := f.t.check(); err != nil {
				return 0, f.fail(stmtPos(s), err)
			}
		}
		if sig, err := s.exec(f); err != nil || sig != sigNext {
			return sig, err
		}
	}
	return sigNext, nil
}

// stmtPos is the place of a statement, where it has one.
func stmtPos(s stmt) pos {
	if p, ok := s.(interface{ span() pos }); ok {
		return p.span()
	}
	return pos{}
}

// enter gives the variables of a scope their first values.
func (f *frame) enter(s *scope) {
	for _, in := range s.inits {
		if in.depth < 0 {
			f.slots[in.dst] = nil
			continue
		}
		from := f
		for d := in.depth; d > 0; d-- {
			from = from.outer
		}
		f.slots[in.dst] = from.slots[in.src]
	}
}

func (s *textStmt) exec(f *frame) (signal, error) {
	t := f.t
	if t.rec != nil {
		t.rec.add(len(t.out), f, s.pos, true)
	}
	if t.native != nil {
		t.native.text()
	}
	t.out = append(t.out, s.text...)
	t.steps -= len(s.text) / bytesPerStep
	return sigNext, nil
}

func (s *outputStmt) exec(f *frame) (signal, error) {
	if f.t.native != nil {
		return sigNext, s.execNative(f)
	}
	if c, ok := s.e.(*callExpr); ok {
		return sigNext, c.print(f)
	}
	v, err := s.e.eval(f)
	if err != nil {
		return 0, err
	}
	return sigNext, f.print(s.e.span(), v)
}

// execNative prints for NativeRender, which wants to know the values.
func (s *outputStmt) execNative(f *frame) error {
	native := f.t.native
	f.t.native = nil
	v, err := s.e.eval(f)
	f.t.native = native
	if err != nil {
		return err
	}
	native.print(s.e, v)
	return f.print(s.e.span(), v)
}

// print writes a value to the output.
func (f *frame) print(at pos, v value.Value) error {
	t := f.t
	start := len(t.out)
	if t.rec != nil {
		if s, ok := v.(value.Str); !ok || s == "" || !t.rec.splice(string(s), start) {
			t.rec.add(start, f, at, false)
		}
	}
	t.out = appendStr(t.out, v)
	if n := len(t.out) - start; n > bytesPerStep {
		if err := t.bytes(n); err != nil {
			return f.fail(at, err)
		}
	}
	return nil
}

// printText prints the result of a block tag, which jinja2 does not convert.
// What is no text fails only when the output is joined at the end of the macro
// or of the template: a return() may come before.
func (f *frame) printText(at pos, tag string, v value.Value) error {
	if value.IsStr(v) || value.IsUndefined(v) {
		return f.print(at, v)
	}
	if f.t.unfit == nil {
		f.t.unfit = f.fail(at, value.TypeErrorf("the {%% %s %%} block must give text, not a value of type %s", tag, v.TypeName()))
	}
	return nil
}

// appendStr appends str(v).
func appendStr(buf []byte, v value.Value) []byte {
	switch v := v.(type) {
	case value.Str:
		return append(buf, v...)
	case value.Int:
		return strconv.AppendInt(buf, int64(v), 10)
	case *value.Undefined:
		return buf
	}
	return append(buf, value.ToStr(v)...)
}

func (s *doStmt) exec(f *frame) (signal, error) {
	_, err := s.e.eval(f)
	return sigNext, err
}

func (s *ifStmt) exec(f *frame) (signal, error) {
	for i := range s.branches {
		v, err := s.branches[i].test.eval(f)
		if err != nil {
			return 0, err
		}
		if value.Truth(v) {
			return execBody(f, s.branches[i].body)
		}
	}
	return execBody(f, s.otherwise)
}

func (s *setStmt) exec(f *frame) (signal, error) {
	v, err := s.e.eval(f)
	if err != nil {
		return 0, err
	}
	return sigNext, f.assign(&s.target, v)
}

// assign stores a value in a target, which may be a tuple of targets.
func (f *frame) assign(t *target, v value.Value) error {
	switch {
	case t.items != nil:
		return f.assignAll(t, v)
	case t.attr == "":
		f.slots[t.name.slot] = v
		return nil
	}
	base, err := t.name.eval(f)
	if err != nil {
		return err
	}
	ns, ok := base.(*namespace)
	if !ok {
		d := diag.Errorf("E120", f.span(t.pos), "cannot assign attribute on non-namespace object").
			WithHint("only the attributes of a namespace() can be set; for a dict, use {%% do %s.update({'%s': ...}) %%}", t.name.name, t.attr)
		return f.fail(t.pos, &d)
	}
	ns.attrs.SetStr(t.attr, v)
	return nil
}

func (f *frame) assignAll(t *target, v value.Value) error {
	it, err := value.Iterate(v)
	if err != nil {
		return f.fail(t.pos, value.TypeErrorf("cannot unpack non-iterable %s object", v.TypeName()))
	}
	for i := range t.items {
		item, ok, err := it.Next()
		if err != nil {
			return f.fail(t.pos, err)
		}
		if !ok {
			return f.fail(t.pos, value.ValueErrorf("not enough values to unpack (expected %d, got %d)", len(t.items), i))
		}
		if err := f.assign(&t.items[i], item); err != nil {
			return err
		}
	}
	if _, more, err := it.Next(); err != nil || more {
		if err == nil {
			err = value.ValueErrorf("too many values to unpack (expected %d)", len(t.items))
		}
		return f.fail(t.pos, err)
	}
	return nil
}

// run executes a captured body and its filters. ok is false where the body was
// left by a break or continue.
func (c *captured) run(f *frame) (v value.Value, sig signal, err error) {
	f.enter(c.scope)
	start := f.t.capture()
	native, around := f.t.native, f.t.unfit
	f.t.native, f.t.unfit = nil, nil
	sig, err = execBody(f, c.body)
	f.t.native = native
	err = f.t.join(around, err)
	if err != nil {
		return nil, 0, err
	}
	if sig != sigNext {
		f.t.drop(start)
		return nil, sig, nil
	}
	v = f.t.captured(start)
	if c.filter == nil {
		return v, sigNext, nil
	}
	f.slots[c.text.slot] = v
	v, err = c.filter.eval(f)
	return v, sigNext, err
}

func (s *setBlockStmt) exec(f *frame) (signal, error) {
	v, sig, err := s.block.run(f)
	if err != nil || sig != sigNext {
		return sig, err
	}
	return sigNext, f.assign(&s.target, v)
}

func (s *filterStmt) exec(f *frame) (signal, error) {
	v, sig, err := s.block.run(f)
	if err != nil || sig != sigNext {
		return sig, err
	}
	return sigNext, f.printText(s.pos, "filter", v)
}

func (s *withStmt) exec(f *frame) (signal, error) {
	vals, err := evalAll(f, s.values)
	if err != nil {
		return 0, err
	}
	f.enter(s.scope)
	for i := range s.targets {
		if err := f.assign(&s.targets[i], vals[i]); err != nil {
			return 0, err
		}
	}
	return execBody(f, s.body)
}

func (s *scopeStmt) exec(f *frame) (signal, error) {
	if s.scope != nil {
		f.enter(s.scope)
	}
	return execBody(f, s.body)
}

func (*breakStmt) exec(*frame) (signal, error) { return sigBreak, nil }

func (*continueStmt) exec(*frame) (signal, error) { return sigContinue, nil }

func (s *macroStmt) exec(f *frame) (signal, error) {
	f.slots[s.name.slot] = &Macro{Label: "macro " + s.def.name, prog: f.prog, def: s.def, outer: f, lenient: f.lenient}
	return sigNext, nil
}

func (s *refusedStmt) exec(f *frame) (signal, error) {
	d := diag.Errorf("E111", f.span(s.pos), "{%% %s %%} is not possible: there is no loader of templates", s.tag)
	d = d.WithHint("put what is shared into a macro of the project")
	return 0, f.fail(s.pos, &d)
}
