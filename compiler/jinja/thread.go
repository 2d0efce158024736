package jinja

import (
	"context"

	"mdl/compiler/diag"
	"mdl/compiler/jinja/value"
)

// maxDepth bounds calls within calls. Python's own limit stops dbt at less.
const maxDepth = 200

// checkEvery is how many steps pass between two looks at the context.
const checkEvery = 4096

// maxOutput bounds the text of one render, in bytes.
const maxOutput = 256 << 20

// thread is the state of one render, used by one goroutine.
type thread struct {
	out     []byte
	globals Globals
	ctx     context.Context
	steps   int
	checkAt int // the number of steps left at which to look at the context
	depth   int
	macros  int           // how many macros of files the place is in
	called  func(*Macro)  // Options.Called
	site    diag.Span     // the innermost call that is running
	rec     *recorder     // nil: no source map
	native  *nativeOutput // nil: the output is text
	unfit   error         // what the present output cannot be joined for; see printText
	marks   bool          // the as_ filters make text: the render is of a YAML file
	stack   []value.Value // positional arguments on their way into a macro's frame
	// filter and test look up by name, for the filters that take names: the
	// tables cannot refer to themselves.
	filter func(name string) *filter
	test   func(name string) *test
}

// frame is the variables of a running function.
type frame struct {
	t     *thread
	prog  *Program
	outer *frame // of the function around
	slots []value.Value
	// lenient: undefined names are dbt's of parse time.
	lenient bool
	// detached: the frame stands for a file that is not rendered itself,
	// around a macro that is called by itself.
	detached bool
}

func newThread(o Options) *thread {
	t := &thread{
		globals: o.Globals, ctx: o.Context, steps: o.Steps, called: o.Called,
		filter: lookupFilter, test: lookupTest,
	}
	if t.steps <= 0 {
		t.steps = DefaultSteps
	}
	t.checkAt = t.steps
	if o.Map {
		t.rec = &recorder{runs: make([]run, 0, 128)}
	}
	return t
}

// Site implements value.Thread.
func (t *thread) Site() diag.Span { return t.site }

// Step implements value.Thread.
func (t *thread) Step(n int) error {
	t.steps -= n
	if t.steps >= t.checkAt {
		return nil
	}
	return t.check()
}

// check looks at the budget, the context and the size of the output.
func (t *thread) check() error {
	t.checkAt = t.steps - checkEvery
	if t.steps < 0 {
		t.checkAt = 0
		return &diag.Diagnostic{
			Code: "E124", Summary: "the template does not end: its budget of steps is used up",
			Hint: "look for a loop or a recursion that never stops",
		}
	}
	if len(t.out) > maxOutput {
		return &diag.Diagnostic{Code: "E126", Summary: "the output is too big: more than 256 MiB"}
	}
	if t.ctx != nil && t.ctx.Err() != nil {
		return &diag.Diagnostic{Code: "E127", Summary: "the render was cancelled", Cause: context.Cause(t.ctx)}
	}
	return nil
}

// bytesPerStep makes the budget of steps bound the memory too.
const bytesPerStep = 16

// bytes spends the steps of making a text of n bytes.
func (t *thread) bytes(n int) error { return t.Step(n / bytesPerStep) }

// Call implements value.Thread.
func (t *thread) Call(fn value.Value, args value.Args) (value.Value, error) {
	c, ok := fn.(value.Callable)
	if !ok {
		return nil, value.TypeErrorf("'%s' object is not callable", fn.TypeName())
	}
	if err := t.enter(); err != nil {
		return nil, err
	}
	v, err := c.Call(t, args)
	t.depth--
	return v, err
}

// enter begins a call; the caller ends it with t.depth--.
func (t *thread) enter() error {
	t.depth++
	if t.depth > maxDepth {
		t.depth--
		return &diag.Diagnostic{
			Code: "E125", Summary: "the calls are nested too deep: more than 200",
			Hint: "a macro calls itself without an end",
		}
	}
	return t.Step(1)
}

// calling notes that a macro of a file begins.
func (t *thread) calling(m *Macro) {
	if t.called != nil && t.macros == 0 {
		t.called(m)
	}
	t.macros++
}

// global looks up a name beyond the variables of the template; nil: undefined.
func (t *thread) global(name string) value.Value {
	if t.globals != nil {
		if v, ok := t.globals.Lookup(name); ok {
			return v
		}
	}
	return builtin(name)
}

// capture begins to keep output instead of printing it; the result goes to end.
func (t *thread) capture() int { return len(t.out) }

// captured ends a capture: it returns the text since start and takes it out.
func (t *thread) captured(start int) value.Value {
	text := string(t.out[start:])
	if t.rec != nil {
		t.rec.keep(text, start, len(t.out))
	}
	t.drop(start)
	return value.Str(text)
}

// join ends an output that was begun with unfit empty: it puts back what the
// output around had, and fails where this one cannot be joined.
func (t *thread) join(around, err error) error {
	if err == nil {
		err = t.unfit
	}
	t.unfit = around
	return err
}

// drop forgets the output since start.
func (t *thread) drop(start int) {
	t.out = t.out[:start]
	if t.rec != nil {
		t.rec.drop(start)
	}
}
