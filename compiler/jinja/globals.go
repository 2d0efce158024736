package jinja

import "mdl/compiler/jinja/value"

// builtin returns a name that every template knows: jinja2's globals and dbt's
// return. nil: there is none.
func builtin(name string) value.Value {
	switch name {
	case "range":
		return rangeFunc
	case "dict":
		return dictFunc
	case "namespace":
		return namespaceFunc
	case "cycler":
		return cyclerFunc
	case "joiner":
		return joinerFunc
	case "return":
		return returnFunc
	}
	return nil
}

// builtinNames are the names that builtin knows.
var builtinNames = []string{"range", "dict", "namespace", "cycler", "joiner", "return"}

var rangeFunc = &value.Func{Name: "range", Fn: func(_ value.Thread, args value.Args) (value.Value, error) {
	return value.NewRange(args)
}}

var dictFunc = &value.Func{Name: "dict", Fn: func(t value.Thread, args value.Args) (value.Value, error) {
	return newDict(t, args)
}}

// newDict is Python's dict(...).
func newDict(t value.Thread, args value.Args) (*value.Dict, error) {
	if len(args.Pos) > 1 {
		return nil, value.TypeErrorf("dict expected at most 1 argument, got %d", len(args.Pos))
	}
	d := value.NewDict()
	_, _, err := value.CallMethod(t, d, "update", args)
	return d, err
}

var returnFunc = &value.Func{Name: "return", Fn: func(_ value.Thread, args value.Args) (value.Value, error) {
	bound, err := args.Bind("return", value.Required("data"))
	if err != nil {
		return nil, err
	}
	return nil, &returned{bound[0]}
}}

var namespaceFunc = &value.Func{Name: "namespace", Fn: func(t value.Thread, args value.Args) (value.Value, error) {
	attrs, err := newDict(t, args)
	if err != nil {
		return nil, err
	}
	return &namespace{attrs}, nil
}}

// namespace is jinja2's namespace(): the object whose attributes can be set.
type namespace struct{ attrs *value.Dict }

// TypeName implements value.Value.
func (*namespace) TypeName() string { return "Namespace" }

// Module implements value.Moduled.
func (*namespace) Module() string { return "jinja2.utils" }

// Attr implements value.Object.
func (n *namespace) Attr(name string) (value.Value, bool) { return n.attrs.GetStr(name) }

// Str implements value.Printer.
func (n *namespace) Str() string { return n.Repr() }

// Repr implements value.Printer.
func (n *namespace) Repr() string { return "<Namespace " + value.Repr(n.attrs) + ">" }

var cyclerFunc = &value.Func{Name: "cycler", Fn: func(_ value.Thread, args value.Args) (value.Value, error) {
	if len(args.Kw) > 0 {
		return nil, value.TypeErrorf("Cycler.__init__() got an unexpected keyword argument '%s'", args.Kw[0].Name)
	}
	if len(args.Pos) == 0 {
		return nil, value.Errorf("RuntimeError", "at least one item has to be provided")
	}
	return &cycler{items: args.Pos}, nil
}}

// cycler is jinja2's cycler(): it gives its items in turn.
type cycler struct {
	items []value.Value
	next  int
}

// TypeName implements value.Value.
func (*cycler) TypeName() string { return "Cycler" }

// Module implements value.Moduled.
func (*cycler) Module() string { return "jinja2.utils" }

// Attr implements value.Object.
func (c *cycler) Attr(name string) (value.Value, bool) {
	switch name {
	case "current":
		return c.items[c.next], true
	case "pos":
		return value.Int(c.next), true
	case "items":
		return value.NewTuple(c.items...), true
	case "next", "reset":
		return &value.Func{Name: name, Fn: func(t value.Thread, args value.Args) (value.Value, error) {
			v, _, err := c.CallMethod(t, name, args)
			return v, err
		}}, true
	}
	return nil, false
}

// CallMethod implements value.MethodCaller.
func (c *cycler) CallMethod(_ value.Thread, name string, args value.Args) (value.Value, bool, error) {
	if name != "next" && name != "reset" {
		return nil, false, nil
	}
	if _, err := args.Bind("Cycler." + name); err != nil {
		return nil, true, err
	}
	if name == "reset" {
		c.next = 0
		return value.None, true, nil
	}
	v := c.items[c.next]
	c.next = (c.next + 1) % len(c.items)
	return v, true, nil
}

var joinerFunc = &value.Func{Name: "joiner", Fn: func(_ value.Thread, args value.Args) (value.Value, error) {
	bound, err := args.Bind("joiner", value.Optional("sep", value.Str(", ")))
	if err != nil {
		return nil, err
	}
	return &joiner{sep: bound[0]}, nil
}}

// joiner is jinja2's joiner(): nothing at first, then always the separator.
type joiner struct {
	sep  value.Value
	used bool
}

// TypeName implements value.Value.
func (*joiner) TypeName() string { return "Joiner" }

// Module implements value.Moduled.
func (*joiner) Module() string { return "jinja2.utils" }

// Attr implements value.Object.
func (j *joiner) Attr(name string) (value.Value, bool) {
	switch name {
	case "sep":
		return j.sep, true
	case "used":
		return value.Bool(j.used), true
	}
	return nil, false
}

// Call implements value.Callable.
func (j *joiner) Call(_ value.Thread, args value.Args) (value.Value, error) {
	if _, err := args.Bind("Joiner.__call__"); err != nil {
		return nil, err
	}
	if !j.used {
		j.used = true
		return value.Str(""), nil
	}
	return j.sep, nil
}
