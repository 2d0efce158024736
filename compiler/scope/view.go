package scope

import "mdl/compiler/jinja/value"

// view is the name context, or builtins: the names of a render as a dict that
// templates can read. builtins leaves the macros out. context can be updated,
// which packages use to keep what one macro has for another.
type view struct {
	scope  *Scope
	macros bool
}

// TypeName implements value.Value.
func (*view) TypeName() string { return "dict" }

func (v *view) lookup(name string) (value.Value, bool) {
	if v.macros {
		return v.scope.Lookup(name)
	}
	if name == "context" || name == "builtins" {
		return nil, false
	}
	return v.scope.builtin(name)
}

// Item implements value.Indexer.
func (v *view) Item(key value.Value) (value.Value, bool, error) {
	name, ok := key.(value.Str)
	if !ok {
		return nil, false, nil
	}
	x, ok := v.lookup(string(name))
	return x, ok, nil
}

// Attr implements value.Object.
func (v *view) Attr(name string) (value.Value, bool) {
	if name == "update" {
		return &value.Func{Name: name, Fn: v.update}, true
	}
	return value.MappingMethod(v, name)
}

// Contains implements value.Container.
func (v *view) Contains(item value.Value) (bool, error) {
	_, ok, err := v.Item(item)
	return ok, err
}

// Len implements value.Sized.
func (v *view) Len() int { return len(v.scope.list(v.macros)) }

// Iter implements value.Iterable: over the names.
func (v *view) Iter() value.Iterator { return value.IterItems(v.MappingKeys()) }

// MappingKeys implements value.Mapping: the names, sorted.
func (v *view) MappingKeys() []value.Value {
	names := v.scope.list(v.macros)
	keys := make([]value.Value, len(names))
	for i, n := range names {
		keys[i] = value.Str(n)
	}
	return keys
}

// Str implements value.Printer.
func (v *view) Str() string { return v.Repr() }

// Repr implements value.Printer: the names only, as the values hold this view.
func (v *view) Repr() string {
	d := value.NewDict()
	for _, n := range v.scope.list(v.macros) {
		d.SetStr(n, value.NewTuple())
	}
	return "dict_keys(" + value.Repr(value.NewList(d.Keys()...)) + ")"
}

// update sets names of the render, before macros and all others of that name,
// until the render ends.
func (v *view) update(t value.Thread, a value.Args) (value.Value, error) {
	if !v.macros {
		return nil, &Error{Kind: Compilation, Msg: "builtins cannot be changed", Hint: "use context.update()"}
	}
	fresh := value.NewDict()
	if _, _, err := value.CallMethod(t, fresh, "update", a); err != nil {
		return nil, err
	}
	if v.scope.set == nil {
		v.scope.set = Names{}
	}
	for key, x := range fresh.All() {
		if name, ok := key.(value.Str); ok {
			v.scope.set[string(name)] = x
		}
	}
	return value.None, nil
}
