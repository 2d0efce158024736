package jinja

import "mdl/compiler/jinja/value"

func (s *forStmt) exec(f *frame) (signal, error) {
	over, err := s.iter.eval(f)
	if err != nil {
		return 0, err
	}
	if s.fn == nil {
		return sigNext, s.run(f, over, nil)
	}
	return sigNext, s.recurse(f, over, 0)
}

// recurse runs a recursive loop in a frame of its own, which lies in f.
func (s *forStmt) recurse(f *frame, over value.Value, depth int) error {
	if err := f.t.enter(); err != nil {
		return f.fail(s.pos, err)
	}
	inner := &frame{t: f.t, prog: f.prog, outer: f, lenient: f.lenient, slots: make([]value.Value, s.fn.slots)}
	err := s.run(inner, over, &recursion{loop: s, outer: f, depth: depth})
	f.t.depth--
	return err
}

// recursion is what loop(items) in a recursive loop runs.
type recursion struct {
	loop  *forStmt
	outer *frame
	depth int
}

func (s *forStmt) run(f *frame, over value.Value, rec *recursion) error {
	it, err := value.Iterate(over)
	if err != nil {
		return f.fail(s.iter.span(), err)
	}
	if s.filter != nil {
		it = &filteredIter{f: f, it: it, filter: s.filter}
		over = nil
	}
	var l *loopVar
	if s.loopVar != nil {
		l = &loopVar{it: it, over: over, index0: -1, rec: rec}
		it = l
	}
	complete, err := s.turns(f, it, l)
	if err != nil || complete || s.elseScope == nil {
		return err
	}
	f.enter(s.elseScope)
	_, err = execBody(f, s.otherwise)
	return err
}

// turns runs the body for every item. complete reports whether any turn came
// to the end of the body, which is what jinja2's else looks at.
func (s *forStmt) turns(f *frame, it value.Iterator, l *loopVar) (complete bool, err error) {
	for {
		item, ok, err := it.Next()
		if err != nil {
			return complete, f.fail(s.iter.span(), err)
		}
		if !ok {
			return complete, nil
		}
		if err := f.t.Step(1); err != nil {
			return complete, f.fail(s.pos, err)
		}
		f.enter(s.bodyScope)
		if s.target.name != nil {
			f.slots[s.target.name.slot] = item
		} else if err := f.assign(&s.target, item); err != nil {
			return complete, err
		}
		if l != nil {
			f.slots[s.loopVar.slot] = l
		}
		sig, err := execBody(f, s.body)
		if err != nil || sig == sigBreak {
			return complete, err
		}
		complete = complete || sig == sigNext
	}
}

// filteredIter gives the items for which the loop's `if` holds.
type filteredIter struct {
	f      *frame
	it     value.Iterator
	filter *loopFilter
}

// Next implements value.Iterator.
func (it *filteredIter) Next() (value.Value, bool, error) {
	for {
		item, ok, err := it.it.Next()
		if err != nil || !ok {
			return nil, false, err
		}
		if err := it.f.t.Step(1); err != nil {
			return nil, false, err
		}
		it.f.enter(it.filter.scope)
		if err := it.f.assign(&it.filter.target, item); err != nil {
			return nil, false, err
		}
		v, err := it.filter.test.eval(it.f)
		if err != nil {
			return nil, false, err
		}
		if value.Truth(v) {
			return item, true, nil
		}
	}
}

// loopField is an attribute of the loop variable, known by its name at parse
// time.
type loopField uint8

const (
	loopNone loopField = iota
	loopIndex
	loopIndex0
	loopRevindex
	loopRevindex0
	loopFirst
	loopLast
	loopLength
	loopDepth
	loopDepth0
	loopPrevitem
	loopNextitem
)

func loopFieldOf(name string) loopField {
	switch name {
	case "index":
		return loopIndex
	case "index0":
		return loopIndex0
	case "revindex":
		return loopRevindex
	case "revindex0":
		return loopRevindex0
	case "first":
		return loopFirst
	case "last":
		return loopLast
	case "length":
		return loopLength
	case "depth":
		return loopDepth
	case "depth0":
		return loopDepth0
	case "previtem":
		return loopPrevitem
	case "nextitem":
		return loopNextitem
	}
	return loopNone
}

// loopVar is the variable `loop`. It is also the iterator of its loop, so that
// it can look one item ahead.
type loopVar struct {
	it      value.Iterator
	over    value.Value // what is iterated; nil where it has no length
	index0  int
	current value.Value
	before  value.Value
	after   value.Value // the item that was looked at ahead
	length  value.Value
	changed *value.Tuple
	rec     *recursion
}

// Next implements value.Iterator.
func (l *loopVar) Next() (value.Value, bool, error) {
	item := l.after
	l.after = nil
	if item == nil {
		next, ok, err := l.it.Next()
		if err != nil || !ok {
			return nil, false, err
		}
		item = next
	}
	l.index0++
	l.before, l.current = l.current, item
	return item, true, nil
}

// peek returns the next item without passing it; nil at the end.
func (l *loopVar) peek() (value.Value, error) {
	if l.after != nil {
		return l.after, nil
	}
	item, ok, err := l.it.Next()
	if err != nil || !ok {
		return nil, err
	}
	l.after = item
	return item, nil
}

// len returns the number of items, reading the rest of an iterator for it.
func (l *loopVar) len() (int, error) {
	if n, ok := l.length.(value.Int); ok {
		return int(n), nil
	}
	n, err := 0, error(nil)
	if l.over != nil {
		n, err = value.Len(l.over)
	}
	if l.over == nil || err != nil {
		rest, err := value.Drain(l.it)
		if err != nil {
			return 0, err
		}
		n = len(rest) + l.index0 + 1
		if l.after != nil {
			n++
		}
		l.it = value.IterItems(rest)
	}
	l.length = value.Int(n)
	return n, nil
}

func (l *loopVar) get(field loopField) (value.Value, error) {
	switch field {
	case loopIndex:
		return value.Int(l.index0 + 1), nil
	case loopIndex0:
		return value.Int(l.index0), nil
	case loopFirst:
		return value.Bool(l.index0 == 0), nil
	case loopLast:
		next, err := l.peek()
		return value.Bool(next == nil), err
	case loopDepth, loopDepth0:
		return value.Int(l.depth() + int(loopDepth0-field)), nil
	case loopPrevitem:
		if l.index0 == 0 {
			return &value.Undefined{Hint: "there is no previous item"}, nil
		}
		return l.before, nil
	case loopNextitem:
		next, err := l.peek()
		if next == nil {
			return &value.Undefined{Hint: "there is no next item"}, err
		}
		return next, err
	}
	n, err := l.len()
	switch field {
	case loopRevindex:
		n -= l.index0
	case loopRevindex0:
		n -= l.index0 + 1
	}
	return value.Int(n), err
}

func (l *loopVar) depth() int {
	if l.rec == nil {
		return 0
	}
	return l.rec.depth
}

// TypeName implements value.Value.
func (*loopVar) TypeName() string { return "LoopContext" }

// Module implements value.Moduled.
func (*loopVar) Module() string { return "jinja2.runtime" }

// Str implements value.Printer.
func (l *loopVar) Str() string { return l.Repr() }

// Repr implements value.Printer.
func (l *loopVar) Repr() string {
	n, err := l.len()
	if err != nil {
		return "<LoopContext>"
	}
	return "<LoopContext " + value.ToStr(value.Int(l.index0+1)) + "/" + value.ToStr(value.Int(n)) + ">"
}

// Attr implements value.Object.
func (l *loopVar) Attr(name string) (value.Value, bool) {
	if field := loopFieldOf(name); field != loopNone {
		v, err := l.get(field)
		return v, err == nil
	}
	switch name {
	case "cycle", "changed":
		return &value.Func{Name: name, Fn: func(t value.Thread, args value.Args) (value.Value, error) {
			v, _, err := l.CallMethod(t, name, args)
			return v, err
		}}, true
	}
	return nil, false
}

// CallMethod implements value.MethodCaller.
func (l *loopVar) CallMethod(_ value.Thread, name string, args value.Args) (value.Value, bool, error) {
	switch name {
	case "cycle":
		if len(args.Kw) > 0 {
			return nil, true, value.TypeErrorf("LoopContext.cycle() got an unexpected keyword argument '%s'", args.Kw[0].Name)
		}
		if len(args.Pos) == 0 {
			return nil, true, value.TypeErrorf("no items for cycling given")
		}
		return args.Pos[l.index0%len(args.Pos)], true, nil
	case "changed":
		now := value.NewTuple(args.Pos...)
		if l.changed != nil && value.Equal(l.changed, now) {
			return value.False, true, nil
		}
		l.changed = now
		return value.True, true, nil
	}
	return nil, false, nil
}

// Call implements value.Callable: it runs a recursive loop over further items
// and returns the text.
func (l *loopVar) Call(t value.Thread, args value.Args) (value.Value, error) {
	bound, err := args.Bind("loop", value.Required("iterable"))
	if err != nil {
		return nil, err
	}
	if l.rec == nil {
		return nil, value.TypeErrorf("The loop must have the 'recursive' marker to be called recursively.")
	}
	th := l.rec.outer.t
	start, around := th.capture(), th.unfit
	th.unfit = nil
	if err := th.join(around, l.rec.loop.recurse(l.rec.outer, bound[0], l.rec.depth+1)); err != nil {
		return nil, err
	}
	return th.captured(start), nil
}
