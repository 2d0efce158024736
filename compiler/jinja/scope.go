package jinja

// The scoping rules of jinja2. A scope is a file, a macro, a loop's body, a set
// block and so on, but not a branch of an if. For every name that is mentioned
// directly in a scope it is decided once, from the whole scope:
//
//   - a parameter or loop variable is the scope's own;
//   - a name that is only read belongs to the nearest scope around that
//     mentions it, else it is global;
//   - a name that is written is the scope's own; each time the scope is entered
//     it starts with the value of the scope around that mentions it; where none
//     does, it starts as the global of that name if it is first read, or first
//     written under a condition, and undefined if it is first written.
//
// A scope that is entered many times in one call (a loop's body) shares its
// function's frame, so entering it runs its inits.

// scope collects names while parsing; resolve makes slots of them.
type scope struct {
	up    *scope
	fn    *function
	inits []slotInit

	binds  []binding
	uses   *nameExpr // a list; slot holds the index of the binding until resolved
	branch int       // how many ifs are open in the scope
	macro  *macroDef // the macro whose body the scope is, or nil
	loop   *forStmt  // the loop whose body the scope is, or nil

	used, hidden special // of a macro or loop: which special names are read, or were written before
}

// function is code that runs in one frame: the file, a macro, the body of a
// recursive loop.
type function struct {
	up    *function
	slots int32
	// closure: the function reads variables of a function around it.
	closure bool
}

// slotInit is done on entering a scope: slots[dst] gets the value of a slot
// depth functions out; depth < 0 empties it.
type slotInit struct {
	dst, src int32
	depth    int16
}

type binding struct {
	name   string
	param  bool
	stored bool
	// early: the first mention reads the name or writes it under a condition.
	early bool

	fn     *function
	slot   int32
	global bool
}

// special marks the names that have a meaning in macros and loops.
type special uint8

const (
	specialCaller special = 1 << iota
	specialKwargs
	specialVarargs
	specialLoop
)

func specialOf(name string) special {
	switch name {
	case "caller":
		return specialCaller
	case "kwargs":
		return specialKwargs
	case "varargs":
		return specialVarargs
	case "loop":
		return specialLoop
	}
	return 0
}

// find returns the binding of a name in the scope itself, or nil.
func (s *scope) find(name string) *binding {
	for i := range s.binds {
		if s.binds[i].name == name {
			return &s.binds[i]
		}
	}
	return nil
}

// mention registers a use of a name and returns its binding.
func (s *scope) mention(n *nameExpr, write bool) *binding {
	at := 0
	for at < len(s.binds) && s.binds[at].name != n.name {
		at++
	}
	if at == len(s.binds) {
		if s.binds == nil {
			s.binds = make([]binding, 0, 4)
		}
		s.binds = append(s.binds, binding{name: n.name, early: !write || s.branch > 0})
	}
	n.slot = int32(at)
	n.next, s.uses = s.uses, n
	return &s.binds[at]
}

// load registers a read.
func (s *scope) load(n *nameExpr) {
	s.mention(n, false)
	bit := specialOf(n.name)
	if bit == 0 {
		return
	}
	for ; s != nil; s = s.up {
		if s.hidden&bit == 0 {
			s.used |= bit
		}
	}
}

// hide notes that a special name is written, in the order of the text: from
// here on reading it has no special meaning.
func (s *scope) hide(name string) {
	bit := specialOf(name)
	for ; bit != 0 && s != nil; s = s.up {
		if s.used&bit == 0 {
			s.hidden |= bit
		}
	}
}

// store registers a write.
func (s *scope) store(n *nameExpr) { s.mention(n, true).stored = true }

// param registers a parameter or loop variable.
func (s *scope) param(n *nameExpr) { s.mention(n, true).param = true }

// implicit makes the node of a special name that the scope defines.
func (s *scope) implicit(name string) *nameExpr {
	n := &nameExpr{name: name}
	s.param(n)
	return n
}

// resolve gives every name of the scope its slot. The scopes around it must be
// resolved already.
func (s *scope) resolve() {
	s.addImplicit()
	for i := range s.binds {
		s.bind(&s.binds[i])
	}
	for n := s.uses; n != nil; n, n.next = n.next, nil {
		b := &s.binds[n.slot]
		n.slot, n.global, n.depth = b.slot, b.global, s.fn.distance(b.fn)
	}
	s.uses = nil
}

func (s *scope) addImplicit() {
	if s.loop != nil && s.used&specialLoop != 0 {
		s.loop.loopVar = s.implicit("loop")
	}
	if s.macro == nil {
		return
	}
	if b := s.find("caller"); s.used&specialCaller != 0 && (b == nil || !b.param) {
		s.macro.caller = s.implicit("caller")
	}
	if b := s.find("kwargs"); s.used&specialKwargs != 0 && (b == nil || !b.param) {
		s.macro.kwargs = s.implicit("kwargs")
	}
	if b := s.find("varargs"); s.used&specialVarargs != 0 && (b == nil || !b.param) {
		s.macro.varargs = s.implicit("varargs")
	}
}

func (s *scope) bind(b *binding) {
	b.fn = s.fn
	if b.param {
		b.slot = s.fn.newSlot()
		return
	}
	outer := s.up.lookup(b.name)
	if outer != nil && !b.stored {
		b.fn, b.slot, b.global = outer.fn, outer.slot, outer.global
		return
	}
	b.slot = s.fn.newSlot()
	if outer != nil {
		b.global = outer.global
		s.inits = append(s.inits, slotInit{b.slot, outer.slot, s.fn.distance(outer.fn)})
		return
	}
	b.global = b.early
	if b.stored && (s.loop != nil || s.up != nil && s.up.fn == s.fn) {
		s.inits = append(s.inits, slotInit{dst: b.slot, depth: -1})
	}
}

// lookup finds the binding of a name in the scope or those around it.
func (s *scope) lookup(name string) *binding {
	for ; s != nil; s = s.up {
		if b := s.find(name); b != nil {
			return b
		}
	}
	return nil
}

func (fn *function) newSlot() int32 {
	fn.slots++
	return fn.slots - 1
}

// distance is how many functions out another one is, and marks those between
// as closures.
func (fn *function) distance(outer *function) int16 {
	d := int16(0)
	for ; fn != outer; fn = fn.up {
		fn.closure = true
		d++
	}
	return d
}
