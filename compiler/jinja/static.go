package jinja

import (
	"slices"

	"mdl/compiler/diag"
	"mdl/compiler/jinja/value"
)

// StaticCall is a call whose callee is a plain or dotted name, as written.
type StaticCall struct {
	// Name is the callee: "ref", "dbt_utils.star", "builtins.ref".
	Name string
	// Args are the positional arguments: a value where the argument is a
	// literal (strings, numbers, lists and dicts of them), else nil.
	Args []value.Value
	// Kwargs are the keyword arguments, with nil values where not literal.
	Kwargs []value.Kwarg
	// Dynamic reports that the call has *args or **kwargs beside those.
	Dynamic bool
	// Conditional reports that the call may not run, or run several times:
	// it stands in an if, a loop, a macro or another deferred place.
	Conditional bool
	// Block is the block in which the call stands, or nil.
	Block *Block
	// Span is the whole call; NameSpan its callee.
	Span, NameSpan diag.Span
}

// Calls returns all calls by name in source order, those in the bodies of
// blocks and in the arguments of other calls included.
func (p *Program) Calls() []StaticCall { return p.calls(&callWalker{prog: p}) }

// Callees are Calls without their arguments.
func (p *Program) Callees() []StaticCall { return p.calls(&callWalker{prog: p, bare: true}) }

// Mentions reports whether a variable of one of the given names is read,
// wherever it may come from.
func (p *Program) Mentions(names ...string) bool {
	found := false
	p.calls(&callWalker{prog: p, bare: true, read: func(name string) { found = found || slices.Contains(names, name) }})
	return found
}

func (p *Program) calls(w *callWalker) []StaticCall {
	w.calls = make([]StaticCall, 0, 8)
	w.statements(p.body)
	for _, b := range p.blocks {
		if b.body == nil {
			continue
		}
		for _, c := range b.body.calls(&callWalker{prog: b.body, bare: w.bare, read: w.read}) {
			c.Block = b
			w.calls = append(w.calls, c)
		}
	}
	slices.SortStableFunc(w.calls, func(a, b StaticCall) int { return a.Span.Start - b.Span.Start })
	return w.calls
}

// callWalker collects the calls of a tree.
type callWalker struct {
	prog        *Program
	calls       []StaticCall
	conditional bool
	bare        bool // without arguments
	block       *Block
	visit       func(*callExpr)   // when set, gets the calls instead of the list
	read        func(name string) // when set, gets the names that are read
}

func (w *callWalker) statements(body []stmt) {
	for _, s := range body {
		w.statement(s)
	}
}

// deferred walks what may not run, or may run many times.
func (w *callWalker) deferred(walk func()) {
	was := w.conditional
	w.conditional = true
	walk()
	w.conditional = was
}

func (w *callWalker) statement(s stmt) {
	switch s := s.(type) {
	case *outputStmt:
		w.expr(s.e)
	case *doStmt:
		w.expr(s.e)
	case *setStmt:
		w.expr(s.e)
	case *setBlockStmt:
		w.statements(s.block.body)
		w.expr(s.block.filter)
	case *filterStmt:
		w.statements(s.block.body)
		w.expr(s.block.filter)
	case *withStmt:
		w.exprs(s.values)
		w.statements(s.body)
	case *scopeStmt:
		w.statements(s.body)
	case *ifStmt:
		w.ifStatement(s)
	case *forStmt:
		w.expr(s.iter)
		w.deferred(func() {
			if s.filter != nil {
				w.expr(s.filter.test)
			}
			w.statements(s.body)
			w.statements(s.otherwise)
		})
	case *macroStmt:
		w.macro(s.def)
	}
}

func (w *callWalker) ifStatement(s *ifStmt) {
	for i, b := range s.branches {
		if i == 0 {
			w.expr(b.test)
		}
		w.deferred(func() {
			if i > 0 {
				w.expr(b.test)
			}
			w.statements(b.body)
		})
	}
	w.deferred(func() { w.statements(s.otherwise) })
}

func (w *callWalker) macro(def *macroDef) {
	was := w.block
	for _, b := range w.prog.blocks {
		if b.def == def {
			w.block = b
		}
	}
	w.deferred(func() {
		for _, p := range def.params {
			w.expr(p.def)
		}
		w.statements(def.body)
	})
	w.block = was
}

func (w *callWalker) exprs(list []expr) {
	for _, e := range list {
		w.expr(e)
	}
}

func (w *callWalker) expr(e expr) {
	switch e := e.(type) {
	case nil:
	case *callExpr:
		w.call(e)
	case *nameExpr:
		if w.read != nil {
			w.read(e.name)
		}
	case *condExpr:
		w.expr(e.test)
		w.deferred(func() {
			w.expr(e.then)
			w.expr(e.otherwise)
		})
	case *andExpr:
		w.expr(e.left)
		w.deferred(func() { w.expr(e.right) })
	case *orExpr:
		w.expr(e.left)
		w.deferred(func() { w.expr(e.right) })
	default:
		children(e, w.expr)
	}
}

func (w *callWalker) call(e *callExpr) {
	if w.visit != nil {
		w.visit(e)
	} else if name := dottedName(e.fn); name != "" {
		c := StaticCall{
			Name: name, Conditional: w.conditional, Dynamic: e.star != nil || e.dstar != nil, Block: w.block,
			Span: w.prog.span(e.pos), NameSpan: w.prog.span(e.fn.span()),
		}
		if !w.bare {
			c.takeArguments(e)
		}
		w.calls = append(w.calls, c)
	}
	children(e, w.expr)
	if e.caller != nil {
		w.macro(e.caller.def)
	}
}

func (c *StaticCall) takeArguments(e *callExpr) {
	for _, a := range e.args {
		c.Args = append(c.Args, literalValue(a))
	}
	for _, kw := range e.kwargs {
		c.Kwargs = append(c.Kwargs, value.Kwarg{Name: kw.name, Value: literalValue(kw.e)})
	}
}

func (p *Program) span(at pos) diag.Span {
	return diag.Span{File: p.file, Start: int(at.start) + p.shift, End: int(at.end) + p.shift}
}

// dottedName returns a plain or dotted name, or "" for any other expression.
func dottedName(e expr) string {
	switch e := e.(type) {
	case *nameExpr:
		return e.name
	case *attrExpr:
		if base := dottedName(e.base); base != "" {
			return base + "." + e.name
		}
	}
	return ""
}

// literalValue returns the value of a literal, or nil.
func literalValue(e expr) value.Value {
	switch e := e.(type) {
	case *constExpr:
		return e.v
	case *signExpr:
		if v := literalValue(e.e); v != nil && value.IsNumber(v) {
			n, err := e.eval(nil)
			if err == nil {
				return n
			}
		}
	case *listExpr:
		if items, ok := literalValues(e.items); ok {
			return value.NewList(items...)
		}
	case *tupleExpr:
		if items, ok := literalValues(e.items); ok {
			return value.NewTuple(items...)
		}
	case *dictExpr:
		return literalDict(e)
	}
	return nil
}

func literalValues(list []expr) ([]value.Value, bool) {
	var items []value.Value
	for _, e := range list {
		v := literalValue(e)
		if v == nil {
			return nil, false
		}
		items = append(items, v)
	}
	return items, true
}

func literalDict(e *dictExpr) value.Value {
	keys, ok := literalValues(e.keys)
	vals, ok2 := literalValues(e.vals)
	if !ok || !ok2 {
		return nil
	}
	d := value.NewDictSize(len(keys))
	for i, k := range keys {
		if d.Set(k, vals[i]) != nil {
			return nil
		}
	}
	return d
}

// children calls visit for every expression directly inside of another.
func children(e expr, visit func(expr)) {
	list := func(items []expr) {
		for _, item := range items {
			visit(item)
		}
	}
	each := func(items ...expr) {
		for _, item := range items {
			if item != nil {
				visit(item)
			}
		}
	}
	args := func(a *arguments) {
		list(a.args)
		for _, kw := range a.kwargs {
			visit(kw.e)
		}
		each(a.star, a.dstar)
	}
	switch e := e.(type) {
	case *attrExpr:
		visit(e.base)
	case *itemExpr:
		each(e.base, e.key)
	case *sliceExpr:
		each(e.base, e.lo, e.hi, e.step)
	case *callExpr:
		visit(e.fn)
		args(&e.arguments)
	case *filterExpr:
		visit(e.target)
		args(&e.arguments)
	case *testExpr:
		visit(e.target)
		args(&e.arguments)
	case *binaryExpr:
		each(e.left, e.right)
	case *concatExpr:
		list(e.parts)
	case *compareExpr:
		visit(e.first)
		for _, c := range e.rest {
			visit(c.e)
		}
	case *andExpr:
		each(e.left, e.right)
	case *orExpr:
		each(e.left, e.right)
	case *notExpr:
		visit(e.e)
	case *signExpr:
		visit(e.e)
	case *condExpr:
		each(e.test, e.then, e.otherwise)
	case *listExpr:
		list(e.items)
	case *tupleExpr:
		list(e.items)
	case *dictExpr:
		list(e.keys)
		list(e.vals)
	}
}
