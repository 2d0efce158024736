package jinja

import (
	"strconv"
	"strings"

	"mdl/compiler/jinja/value"
)

// getter reads attributes of items by a path such as "address.0.city".
type getter struct {
	path       []value.Value
	ignoreCase bool
	def        value.Value // in place of undefined; nil: none
}

// newGetter makes the getter of an attribute; None is the item itself.
func newGetter(attribute value.Value, ignoreCase bool) getter {
	g := getter{ignoreCase: ignoreCase}
	switch a := attribute.(type) {
	case value.NoneType:
	case value.Str:
		for _, part := range strings.Split(string(a), ".") {
			g.path = append(g.path, pathPart(part))
		}
	default:
		g.path = []value.Value{a}
	}
	return g
}

func pathPart(part string) value.Value {
	if n, err := strconv.ParseUint(part, 10, 31); err == nil {
		return value.Int(n)
	}
	return value.Str(part)
}

// get implements value.KeyFunc.
func (g getter) get(item value.Value) (value.Value, error) {
	for _, part := range g.path {
		v, err := value.GetItem(item, part)
		if err != nil {
			return nil, err
		}
		if g.def != nil && value.IsUndefined(v) {
			v = g.def
		}
		item = v
	}
	if s, ok := item.(value.Str); ok && g.ignoreCase {
		lower, _, err := value.CallMethod(nil, s, "lower", value.Args{})
		return lower, err
	}
	return item, nil
}

// sortKey makes the key of the filter sort, whose attribute may be several with
// commas between them.
func sortKey(attribute value.Value, ignoreCase bool) value.KeyFunc {
	s, ok := attribute.(value.Str)
	if !ok || !strings.Contains(string(s), ",") {
		return newGetter(attribute, ignoreCase).get
	}
	var getters []getter
	for _, part := range strings.Split(string(s), ",") {
		getters = append(getters, newGetter(value.Str(part), ignoreCase))
	}
	return func(item value.Value) (value.Value, error) {
		key := make([]value.Value, len(getters))
		for i, g := range getters {
			v, err := g.get(item)
			if err != nil {
				return nil, err
			}
			key[i] = v
		}
		return value.NewList(key...), nil
	}
}

func filterLength(_ *thread, v value.Value, _ []value.Value) (value.Value, error) {
	n, err := value.Len(v)
	return value.Int(n), err
}

func filterList(_ *thread, v value.Value, _ []value.Value) (value.Value, error) {
	items, err := value.Items(v)
	if err != nil {
		return nil, err
	}
	return value.NewList(items...), nil
}

func filterFirst(_ *thread, v value.Value, _ []value.Value) (value.Value, error) {
	it, err := value.Iterate(v)
	if err != nil {
		return nil, err
	}
	item, ok, err := it.Next()
	if err != nil || ok {
		return item, err
	}
	return undefinedValue("No first item, sequence was empty."), nil
}

// reversible returns the items of a value that Python's reversed() takes.
func reversible(v value.Value) ([]value.Value, error) {
	switch v.(type) {
	case *value.Set, *value.Generator:
		return nil, value.TypeErrorf("'%s' object is not reversible", v.TypeName())
	}
	items, err := value.Items(v)
	if err != nil {
		return nil, value.TypeErrorf("'%s' object is not reversible", v.TypeName())
	}
	return items, nil
}

func filterLast(_ *thread, v value.Value, _ []value.Value) (value.Value, error) {
	items, err := reversible(v)
	if err != nil {
		return nil, err
	}
	if len(items) == 0 {
		return undefinedValue("No last item, sequence was empty."), nil
	}
	return items[len(items)-1], nil
}

func filterReverse(_ *thread, v value.Value, _ []value.Value) (value.Value, error) {
	if value.IsStr(v) {
		return value.GetSlice(v, value.None, value.None, value.Int(-1))
	}
	items, err := value.Items(v)
	if err != nil {
		return nil, filterError("argument must be iterable")
	}
	for i, j := 0, len(items)-1; i < j; i, j = i+1, j-1 {
		items[i], items[j] = items[j], items[i]
	}
	switch v.(type) {
	case *value.Set, *value.Generator:
		return value.NewList(items...), nil
	}
	return value.NewGenerator("reversed", value.IterItems(items)), nil
}

func filterJoin(_ *thread, v value.Value, args []value.Value) (value.Value, error) {
	get := newGetter(args[1], false)
	if l, ok := v.(*value.List); ok && get.path == nil {
		return joinStrings(l.Items(), value.ToStr(args[0]))
	}
	items, err := value.Items(v)
	if err != nil {
		return nil, err
	}
	for i, item := range items {
		if items[i], err = get.get(item); err != nil {
			return nil, err
		}
	}
	return joinStrings(items, value.ToStr(args[0]))
}

func joinStrings(items []value.Value, sep string) (value.Value, error) {
	var buf []byte
	for i, item := range items {
		if i > 0 {
			buf = append(buf, sep...)
		}
		buf = appendStr(buf, item)
		if len(buf) > value.MaxText {
			return nil, value.Errorf("MemoryError", "the string is too big")
		}
	}
	return value.Str(buf), nil
}

func filterItems(t *thread, v value.Value, _ []value.Value) (value.Value, error) {
	if value.IsUndefined(v) {
		return value.NewGenerator("generator", value.IterItems(nil)), nil
	}
	pairs, err := dictItems(t, v)
	if err != nil {
		return nil, value.TypeErrorf("Can only get item pairs from a mapping.")
	}
	return value.NewGenerator("generator", value.IterItems(pairs)), nil
}

// dictItems are the pairs of a mapping.
func dictItems(t *thread, v value.Value) ([]value.Value, error) {
	d, ok := v.(*value.Dict)
	if ok {
		pairs := make([]value.Value, 0, d.Len())
		for k, v := range d.All() {
			pairs = append(pairs, value.NewTuple(k, v))
		}
		return pairs, nil
	}
	method, err := value.GetAttr(v, "items")
	if err != nil {
		return nil, err
	}
	c, ok := method.(value.Callable)
	if !ok || value.IsUndefined(method) {
		return nil, (&value.Undefined{Name: "items", Obj: v}).Err()
	}
	pairs, err := c.Call(t, value.Args{})
	if err != nil {
		return nil, err
	}
	return value.Items(pairs)
}

func filterDictsort(t *thread, v value.Value, args []value.Value) (value.Value, error) {
	by := 0
	switch value.ToStr(args[1]) {
	case "key":
	case "value":
		by = 1
	default:
		return nil, filterError(`You can only sort by either "key" or "value"`)
	}
	pairs, err := dictItems(t, v)
	if err != nil {
		return nil, err
	}
	key := newGetter(value.Int(by), !value.Truth(args[0]))
	if err := value.SortItems(pairs, key.get, value.Truth(args[2])); err != nil {
		return nil, err
	}
	return value.NewList(pairs...), nil
}

func filterSort(_ *thread, v value.Value, args []value.Value) (value.Value, error) {
	items, err := value.Items(v)
	if err != nil {
		return nil, err
	}
	if err := value.SortItems(items, sortKey(args[2], !value.Truth(args[1])), value.Truth(args[0])); err != nil {
		return nil, err
	}
	return value.NewList(items...), nil
}

func filterMin(_ *thread, v value.Value, args []value.Value) (value.Value, error) {
	return extreme(value.OpLt, v, args)
}

func filterMax(_ *thread, v value.Value, args []value.Value) (value.Value, error) {
	return extreme(value.OpGt, v, args)
}

func extreme(op value.Op, v value.Value, args []value.Value) (value.Value, error) {
	items, err := value.Items(v)
	if err != nil {
		return nil, err
	}
	if len(items) == 0 {
		return undefinedValue("No aggregated item, sequence was empty."), nil
	}
	return value.Extreme(op, items, newGetter(args[1], !value.Truth(args[0])).get)
}

func filterSum(_ *thread, v value.Value, args []value.Value) (value.Value, error) {
	get := newGetter(args[0], false)
	if get.path == nil {
		return value.Sum(v, args[1])
	}
	items, err := value.Items(v)
	if err != nil {
		return nil, err
	}
	for i, item := range items {
		if items[i], err = get.get(item); err != nil {
			return nil, err
		}
	}
	return value.Sum(value.NewList(items...), args[1])
}

func filterUnique(_ *thread, v value.Value, args []value.Value) (value.Value, error) {
	it, err := value.Iterate(v)
	if err != nil {
		return nil, err
	}
	get := newGetter(args[1], !value.Truth(args[0]))
	seen, _ := value.NewSet()
	return value.NewGenerator("generator", value.IterFunc(func() (value.Value, bool, error) {
		for {
			item, ok, err := it.Next()
			if err != nil || !ok {
				return nil, false, err
			}
			key, err := get.get(item)
			if err != nil {
				return nil, false, err
			}
			if known, err := seen.Has(key); err != nil || known {
				if err != nil {
					return nil, false, err
				}
				continue
			}
			return item, true, seen.Add(key)
		}
	})), nil
}

// intArg reads an argument that must be an integer.
func intArg(v value.Value) (int, error) {
	switch v := v.(type) {
	case value.Int:
		return int(v), nil
	case value.Bool:
		if v {
			return 1, nil
		}
		return 0, nil
	case *value.Undefined:
		return 0, v.Err()
	}
	return 0, value.TypeErrorf("'%s' object cannot be interpreted as an integer", v.TypeName())
}

func filterBatch(_ *thread, v value.Value, args []value.Value) (value.Value, error) {
	items, err := value.Items(v)
	if err != nil {
		return nil, err
	}
	size, err := intArg(args[0])
	if err != nil {
		return nil, err
	}
	if size > value.MaxItems {
		return nil, value.Errorf("MemoryError", "the list is too big")
	}
	var rows []value.Value
	for size > 0 && len(items) > size {
		rows = append(rows, value.NewList(items[:size:size]...))
		items = items[size:]
	}
	if len(items) > 0 {
		if fill := args[1]; !value.IsNone(fill) {
			for len(items) < size {
				items = append(items, fill)
			}
		}
		rows = append(rows, value.NewList(items...))
	}
	return value.NewGenerator("generator", value.IterItems(rows)), nil
}

func filterSlice(_ *thread, v value.Value, args []value.Value) (value.Value, error) {
	items, err := value.Items(v)
	if err != nil {
		return nil, err
	}
	slices, err := intArg(args[0])
	if err != nil {
		return nil, err
	}
	if slices == 0 {
		return nil, value.Errorf("ZeroDivisionError", "integer division or modulo by zero")
	}
	if slices > value.MaxRange {
		return nil, value.Errorf("MemoryError", "the list is too big")
	}
	if slices < 0 {
		slices = 0
	}
	var rows []value.Value
	each, longer := 0, 0
	if slices > 0 {
		each, longer = len(items)/slices, len(items)%slices
	}
	for i := range slices {
		n := each
		if i < longer {
			n++
		}
		row := append(make([]value.Value, 0, n+1), items[:n]...)
		items = items[n:]
		if fill := args[1]; !value.IsNone(fill) && i >= longer {
			row = append(row, fill)
		}
		rows = append(rows, value.NewList(row...))
	}
	return value.NewGenerator("generator", value.IterItems(rows)), nil
}

// filterMap applies another filter to every item, or reads an attribute of it.
func filterMap(t *thread, v value.Value, args value.Args) (value.Value, error) {
	if !value.Truth(v) {
		return value.NewGenerator("generator", value.IterItems(nil)), nil
	}
	apply, err := mapper(t, args)
	if err != nil {
		return value.NewGenerator("generator", failingIter(err)), nil
	}
	it, err := value.Iterate(v)
	if err != nil {
		return nil, err
	}
	return value.NewGenerator("generator", value.IterFunc(func() (value.Value, bool, error) {
		item, ok, err := it.Next()
		if err != nil || !ok {
			return nil, false, err
		}
		if err := t.Step(1); err != nil {
			return nil, false, err
		}
		out, err := apply(item)
		return out, err == nil, err
	})), nil
}

// failingIter fails at once: a generator's mistakes show only when it is used.
func failingIter(err error) value.Iterator {
	return value.IterFunc(func() (value.Value, bool, error) { return nil, false, err })
}

func mapper(t *thread, args value.Args) (value.KeyFunc, error) {
	if len(args.Pos) == 0 {
		bound, err := args.Bind("map", opt("attribute", value.None), opt("default", value.None))
		if err != nil {
			return nil, err
		}
		for _, kw := range args.Kw {
			if kw.Name == "attribute" {
				g := newGetter(bound[0], false)
				if !value.IsNone(bound[1]) {
					g.def = bound[1]
				}
				return g.get, nil
			}
		}
		return nil, filterError("map requires a filter argument")
	}
	fl := t.filter(value.ToStr(args.Pos[0]))
	if fl == nil {
		return nil, value.Errorf("TemplateRuntimeError", "No filter named %s.", value.Repr(args.Pos[0]))
	}
	rest := value.Args{Pos: args.Pos[1:], Kw: args.Kw}
	return func(item value.Value) (value.Value, error) { return fl.apply(t, item, rest) }, nil
}

// selecting makes select, reject and their attr variants: they keep the items
// for which a test (without one: their truth) is as wanted.
func selecting(want, attr bool) func(*thread, value.Value, value.Args) (value.Value, error) {
	return func(t *thread, v value.Value, args value.Args) (value.Value, error) {
		if !value.Truth(v) {
			return value.NewGenerator("generator", value.IterItems(nil)), nil
		}
		keep, err := selector(t, args, attr)
		if err != nil {
			return value.NewGenerator("generator", failingIter(err)), nil
		}
		it, err := value.Iterate(v)
		if err != nil {
			return nil, err
		}
		return value.NewGenerator("generator", value.IterFunc(func() (value.Value, bool, error) {
			for {
				item, ok, err := it.Next()
				if err != nil || !ok {
					return nil, false, err
				}
				if err := t.Step(1); err != nil {
					return nil, false, err
				}
				if ok, err = keep(item); err != nil || ok == want {
					return item, err == nil, err
				}
			}
		})), nil
	}
}

func selector(t *thread, args value.Args, attr bool) (func(value.Value) (bool, error), error) {
	var get getter
	if attr {
		if len(args.Pos) == 0 {
			return nil, filterError("Missing parameter for attribute name")
		}
		get = newGetter(args.Pos[0], false)
		args.Pos = args.Pos[1:]
	}
	if len(args.Pos) == 0 {
		return func(item value.Value) (bool, error) {
			v, err := get.get(item)
			return err == nil && value.Truth(v), err
		}, nil
	}
	test := t.test(value.ToStr(args.Pos[0]))
	if test == nil {
		return nil, value.Errorf("TemplateRuntimeError", "No test named %s.", value.Repr(args.Pos[0]))
	}
	rest := value.Args{Pos: args.Pos[1:], Kw: args.Kw}
	return func(item value.Value) (bool, error) {
		v, err := get.get(item)
		if err != nil {
			return false, err
		}
		return test.apply(t, v, rest)
	}, nil
}
