package jinja

import "mdl/compiler/jinja/value"

// group is one row of the filter groupby: a tuple with two names.
type group struct {
	*value.Tuple
	key, items value.Value
}

func newGroup(key value.Value, items []value.Value) *group {
	list := value.NewList(items...)
	return &group{value.NewTuple(key, list), key, list}
}

// TypeName implements value.Value.
func (*group) TypeName() string { return "_GroupTuple" }

// Module implements value.Moduled.
func (*group) Module() string { return "jinja2.filters" }

// Attr implements value.Object.
func (g *group) Attr(name string) (value.Value, bool) {
	switch name {
	case "grouper":
		return g.key, true
	case "list":
		return g.items, true
	}
	return nil, false
}

// Item implements value.Indexer.
func (g *group) Item(key value.Value) (value.Value, bool, error) {
	v, err := value.GetItem(g.Tuple, key)
	return v, err == nil && !value.IsUndefined(v), err
}

// Str implements value.Printer.
func (g *group) Str() string { return value.Repr(g.Tuple) }

// Repr implements value.Printer.
func (g *group) Repr() string { return value.Repr(g.Tuple) }

func filterGroupby(_ *thread, v value.Value, args []value.Value) (value.Value, error) {
	items, err := value.Items(v)
	if err != nil {
		return nil, err
	}
	ignoreCase := !value.Truth(args[2])
	get := newGetter(args[0], ignoreCase)
	if !value.IsNone(args[1]) {
		get.def = args[1]
	}
	if err := value.SortItems(items, get.get, false); err != nil {
		return nil, err
	}
	shown := get
	shown.ignoreCase = false
	var groups []value.Value
	for start := 0; start < len(items); {
		key, err := get.get(items[start])
		if err != nil {
			return nil, err
		}
		end := start + 1
		for ; end < len(items); end++ {
			k, err := get.get(items[end])
			if err != nil {
				return nil, err
			}
			if !value.Equal(k, key) {
				break
			}
		}
		if key, err = shown.get(items[start]); err != nil {
			return nil, err
		}
		groups = append(groups, newGroup(key, items[start:end:end]))
		start = end
	}
	return value.NewList(groups...), nil
}
