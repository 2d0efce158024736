package jinja

import "mdl/compiler/jinja/value"

// expr is an expression. The tree is what is executed: eval.go has the eval of
// every kind.
type expr interface {
	eval(f *frame) (value.Value, error)
	span() pos
}

// stmt is a statement; exec.go has the exec of every kind.
type stmt interface {
	exec(f *frame) (signal, error)
}

// signal says how a statement ended.
type signal uint8

const (
	sigNext signal = iota
	sigBreak
	sigContinue
)

func (p pos) span() pos { return p }

type constExpr struct {
	pos
	v value.Value
}

// nameExpr is a variable, read or written. After resolving it is the slot of
// the frame that lies depth functions out.
type nameExpr struct {
	pos
	name  string
	slot  int32
	depth int16
	// global: an empty slot is filled from the globals of the render.
	global bool
	next   *nameExpr // in the list of a scope that is not resolved yet
}

type attrExpr struct {
	pos
	base  expr
	name  string
	field loopField // what the name is on a loop variable
}

type itemExpr struct {
	pos
	base, key expr
}

type sliceExpr struct {
	pos
	base         expr
	lo, hi, step expr // each may be nil
}

// arguments are those of a call, filter or test.
type arguments struct {
	args   []expr
	kwargs []keywordArg
	star   expr // *star, may be nil
	dstar  expr // **dstar, may be nil
}

type keywordArg struct {
	name string
	e    expr
}

type callExpr struct {
	pos
	fn expr
	arguments
	caller *callerArg // of a {% call %} block, else nil
}

// callerArg is the body of a call block, which the call gets as its caller.
type callerArg struct {
	def *macroDef
}

type filterExpr struct {
	pos
	target expr
	name   string
	filter *filter // nil: unknown, an error when reached
	at     pos     // the filter alone, without what it is applied to
	arguments
}

type testExpr struct {
	pos
	target expr
	name   string
	test   *test // nil: unknown, an error when reached
	at     pos   // the test alone
	arguments
}

type binaryExpr struct {
	pos
	op          value.Op
	left, right expr
}

type concatExpr struct {
	pos
	parts []expr
}

type compareExpr struct {
	pos
	first expr
	rest  []comparison
}

type comparison struct {
	op value.Op
	e  expr
}

type andExpr struct {
	pos
	left, right expr
}

type orExpr struct {
	pos
	left, right expr
}

type notExpr struct {
	pos
	e expr
}

type signExpr struct {
	pos
	negative bool
	e        expr
}

// condExpr is `then if test else otherwise`; otherwise may be nil.
type condExpr struct {
	pos
	test, then, otherwise expr
}

type listExpr struct {
	pos
	items []expr
}

type tupleExpr struct {
	pos
	items []expr
}

type dictExpr struct {
	pos
	keys, vals []expr
}

// target is the left side of an assignment: a name, an attribute of a
// namespace (attr is set), or a tuple of targets.
type target struct {
	pos
	name  *nameExpr
	attr  string
	items []target
}

type textStmt struct {
	pos
	text string
}

type outputStmt struct {
	pos
	e expr
}

type doStmt struct {
	pos
	e expr
}

type ifStmt struct {
	pos
	branches  []branch
	otherwise []stmt
}

type branch struct {
	test expr
	body []stmt
}

type forStmt struct {
	pos
	target    target
	iter      expr
	filter    *loopFilter // may be nil
	body      []stmt
	otherwise []stmt
	bodyScope *scope
	elseScope *scope
	loopVar   *nameExpr // nil: the body does not use loop
	fn        *function // of a recursive loop, whose body has frames of its own
}

// loopFilter is the `if` of a for loop. It has its own variables, because it
// looks ahead of the body.
type loopFilter struct {
	scope  *scope
	target target
	test   expr
}

type setStmt struct {
	pos
	target target
	e      expr
}

type setBlockStmt struct {
	pos
	target target
	block  captured
}

type filterStmt struct {
	pos
	block captured
}

// captured is a body whose text is kept and may run through filters.
type captured struct {
	scope  *scope
	body   []stmt
	text   *nameExpr // the hidden variable that the filters start from
	filter expr      // nil: no filters
}

type withStmt struct {
	pos
	scope   *scope
	targets []target
	values  []expr
	body    []stmt
}

type scopeStmt struct {
	scope *scope
	body  []stmt
}

type breakStmt struct{}

type continueStmt struct{}

// macroStmt defines a macro where it is reached.
type macroStmt struct {
	name *nameExpr
	def  *macroDef
}

// refusedStmt is a tag that needs a template loader, which dbt has not.
type refusedStmt struct {
	pos
	tag string
}

// macroDef is the shared part of a macro: what its values close over the
// frame in which they were made.
type macroDef struct {
	pos
	kind   BlockKind
	name   string // "" for the caller of a call block
	params []macroParam
	body   []stmt
	scope  *scope
	fn     *function
	// The implicit parameters, nil where the body does not use them.
	caller, kwargs, varargs *nameExpr
	// explicitCaller: a parameter is called caller.
	explicitCaller bool
	// err is the first mistake inside the macro.
	err error
}

type macroParam struct {
	name *nameExpr
	typ  string
	def  expr // nil: no default
}
