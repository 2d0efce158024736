package jinja

import (
	"strings"

	"mdl/compiler/diag"
	"mdl/compiler/jinja/value"
)

// NativeRender renders a string of a YAML file as dbt does: a template that is
// one expression gives its value, others give text; as_number, as_bool,
// as_native and as_text decide how text becomes a value.
func NativeRender(f *diag.File, text string, offset int, o Options) (value.Value, error) {
	if !hasTags(text) {
		return value.Str(strings.TrimSuffix(text, "\n")), nil
	}
	p, list := parse(source{file: f, text: text, end: len(text), shift: offset})
	if err := list.Err(); err != nil {
		return nil, err
	}
	t := newThread(o)
	t.native, t.marks = &nativeOutput{}, true
	frame := p.newFrame(t, o)
	if _, err := execBody(frame, p.body); err != nil {
		return nil, finish(err, frame)
	}
	n := t.native
	if n.parts != 1 || n.value == nil {
		return value.Str(t.out), nil
	}
	v, err := n.convert()
	if err != nil {
		return nil, finish(frame.fail(n.at, err), frame)
	}
	return v, nil
}

// nativeOutput watches what a native render prints: where it is one value, the
// value is the result.
type nativeOutput struct {
	parts  int
	value  value.Value // of the only part; nil where it is text
	marker string      // the as_ filter that the part went through
	at     pos
}

// text notes that text was printed.
func (n *nativeOutput) text() {
	n.parts++
	n.value = nil
}

// print notes that the value of an expression was printed. A constant is text,
// because jinja2 prints it while it compiles.
func (n *nativeOutput) print(e expr, v value.Value) {
	n.text()
	marker := markerOf(e)
	if marker != "" || !isConst(e) || !isSafe(v) {
		n.value, n.marker, n.at = v, marker, e.span()
	}
}

// markerOf returns the as_ filter whose text an expression gives: what a filter
// marks is text, which is true, so that "and" gives its right side and "or" its
// left one.
func markerOf(e expr) string {
	switch e := e.(type) {
	case *filterExpr:
		switch e.name {
		case "as_text", "as_bool", "as_number", "as_native":
			return e.name
		}
	case *andExpr:
		return markerOf(e.right)
	case *orExpr:
		return markerOf(e.left)
	}
	return ""
}

// markFilter is an as_ filter: it turns what a YAML file prints into text, and
// leaves everything else as it is.
func markFilter(t *thread, v value.Value, _ []value.Value) (value.Value, error) {
	if t.marks && t.macros == 0 {
		return value.Str(value.ToStr(v)), nil
	}
	return v, nil
}

// convert applies the as_ filter of the only part.
func (n *nativeOutput) convert() (value.Value, error) {
	if n.marker == "" || !value.IsStr(n.value) {
		return n.value, nil
	}
	text := value.ToStr(n.value)
	if n.marker == "as_text" {
		return value.Str(text), nil
	}
	v, ok := literal(text)
	if !ok {
		v = value.Str(text)
	}
	_, isBool := v.(value.Bool)
	switch {
	case n.marker == "as_bool" && !isBool:
		return nil, notConvertible(text, "bool")
	case n.marker == "as_number" && (isBool || !value.IsNumber(v)):
		return nil, notConvertible(text, "number")
	}
	return v, nil
}

func notConvertible(text, to string) error {
	return &diag.Diagnostic{Code: "E130", Summary: "Could not convert value '" + text + "' into type '" + to + "'"}
}

// literal reads a literal of Python: numbers, strings, True, False, None, and
// lists, tuples and dicts of them.
func literal(text string) (value.Value, bool) {
	text = strings.TrimLeft(text, " \t")
	src := "{{ " + text + " }}"
	p, list := parse(source{file: diag.NewFile("", src), text: src, end: len(src)})
	if list.HasErrors() || len(p.body) != 1 {
		return nil, false
	}
	out, ok := p.body[0].(*outputStmt)
	if !ok || !isLiteral(out.e, src) {
		return nil, false
	}
	v, err := out.e.eval(p.newFrame(newThread(Options{}), Options{}))
	return v, err == nil
}

// isLiteral reports whether an expression of src is a literal in Python.
func isLiteral(e expr, src string) bool {
	switch e := e.(type) {
	case *constExpr:
		word := src[e.start:e.end]
		return word != "true" && word != "false" && word != "none"
	case *signExpr:
		c, ok := e.e.(*constExpr)
		return ok && value.IsNumber(c.v)
	case *listExpr:
		return allLiteral(e.items, src)
	case *tupleExpr:
		return allLiteral(e.items, src)
	case *dictExpr:
		return allLiteral(e.keys, src) && allLiteral(e.vals, src)
	}
	return false
}

func allLiteral(items []expr, src string) bool {
	for _, item := range items {
		if !isLiteral(item, src) {
			return false
		}
	}
	return true
}

// isConst reports whether jinja2 evaluates an expression while it compiles.
func isConst(e expr) bool {
	switch e := e.(type) {
	case *filterExpr:
		if e.filter == nil || e.filter.context {
			return false
		}
	case *nameExpr, *callExpr:
		return false
	}
	all := true
	children(e, func(c expr) { all = all && isConst(c) })
	return all
}

// isSafe reports whether jinja2 would write a value into its compiled code.
func isSafe(v value.Value) bool {
	switch v := v.(type) {
	case value.NoneType, value.Bool, value.Int, *value.BigInt, value.Float, value.Str, *value.Range:
		return true
	case *value.List:
		return allSafe(v.Items())
	case *value.Tuple:
		return allSafe(v.Items())
	case *value.Set:
		return allSafe(v.Items())
	case *value.Dict:
		return allSafe(v.Keys()) && allSafe(v.Values())
	}
	return false
}

func allSafe(items []value.Value) bool {
	for _, item := range items {
		if !isSafe(item) {
			return false
		}
	}
	return true
}
