package scope

import (
	"context"
	"maps"
	"slices"

	"mdl/adapters"
	"mdl/compiler/jinja/value"
)

// adapterObject is the name adapter.
type adapterObject struct{ scope *Scope }

// TypeName implements value.Value.
func (*adapterObject) TypeName() string { return "DatabaseWrapper" }

// Str implements value.Printer.
func (a *adapterObject) Str() string { return "<adapter " + a.scope.project.Target.Type + ">" }

// Repr implements value.Printer.
func (a *adapterObject) Repr() string { return a.Str() }

// Attr implements value.Object.
func (a *adapterObject) Attr(name string) (value.Value, bool) {
	s := a.scope
	switch name {
	case "Relation":
		return s.project.class, true
	case "Column":
		return s.project.column, true
	case "behavior":
		return behavior{s.env}, true
	case "config":
		return s.adapterConfig(), true
	}
	m, ok := adapterTable[name]
	if !ok {
		return nil, false
	}
	return &value.Func{Name: name, Fn: func(t value.Thread, args value.Args) (value.Value, error) {
		return m.call(s, t, name, args)
	}}, true
}

// CallMethod implements value.MethodCaller.
func (a *adapterObject) CallMethod(t value.Thread, name string, args value.Args) (value.Value, bool, error) {
	m, ok := adapterTable[name]
	if !ok {
		return nil, false, nil
	}
	v, err := m.call(a.scope, t, name, args)
	return v, true, err
}

// adapterMethod is one method of adapter.
type adapterMethod struct {
	params []value.Param
	// parse is the answer while a project is parsed, whatever the arguments;
	// nil where the method needs no warehouse.
	parse func() value.Value
	run   func(s *Scope, t value.Thread, got []value.Value) (value.Value, error)
}

func (m adapterMethod) call(s *Scope, t value.Thread, name string, args value.Args) (value.Value, error) {
	if s.bind.Warehouse == nil && m.parse != nil {
		return m.parse(), nil
	}
	got, err := args.Bind("adapter."+name, m.params...)
	if err != nil {
		return nil, err
	}
	if s.bind.Warehouse != nil {
		if v, done, err := s.overridden(t, name, got); done {
			return v, err
		}
	}
	return m.run(s, t, got)
}

// The answers of methods while a project is parsed.
func parseNone() value.Value  { return value.None }
func parseFalse() value.Value { return value.False }
func parseList() value.Value  { return value.NewList() }
func parseTable() value.Value { return value.NewTuple(value.Str(""), EmptyTable()) }
func parseQuery() value.Value { return value.NewTuple(value.None, value.None) }

// adapterTable are the methods of adapter by name.
var adapterTable = joined(adapterRelations, adapterSchemas, adapterQueries, adapterNames, adapterChecks, adapterDuckDB)

// IsAdapterName reports whether adapter has something of that name.
func IsAdapterName(name string) bool { return slices.Contains(AdapterNames(), name) }

// AdapterNames are the names of what adapter has, sorted.
func AdapterNames() []string {
	return slices.Sorted(func(yield func(string) bool) {
		for _, name := range []string{"Relation", "Column", "behavior", "config"} {
			if !yield(name) {
				return
			}
		}
		for name := range adapterTable {
			if !yield(name) {
				return
			}
		}
	})
}

func joined(tables ...map[string]adapterMethod) map[string]adapterMethod {
	all := map[string]adapterMethod{}
	for _, t := range tables {
		maps.Copy(all, t)
	}
	return all
}

func (s *Scope) ctx() context.Context {
	if s.bind.Context == nil {
		return context.Background()
	}
	return s.bind.Context
}

// relationArg reads an argument that must be a relation.
func relationArg(method, name string, v value.Value) (*Relation, error) {
	r, ok := v.(*Relation)
	if !ok {
		return nil, errorf(Compilation, "adapter.%s needs a relation as its %s, not %s", method, name, value.Repr(v))
	}
	return r, nil
}

// textArg reads an optional text: none and undefined are "".
func textArg(v value.Value) string {
	if v == value.None {
		return ""
	}
	return value.ToStr(v)
}

// adapterConfig is adapter.config: the little of it that macros read.
func (s *Scope) adapterConfig() value.Value {
	t := s.project.Target
	d := value.NewDict()
	d.SetStr("project_name", value.Str(s.project.Name))
	d.SetStr("credentials", copyDict(t.Values))
	d.SetStr("quoting", t.Quoting.dict())
	return &record{class: "RuntimeConfig", parts: d, truth: true}
}

// behavior is adapter.behavior: flags that change macros, by name. A flag is
// true only where the project sets it.
type behavior struct{ env *Env }

// TypeName implements value.Value.
func (behavior) TypeName() string { return "Behavior" }

// Attr implements value.Object.
func (b behavior) Attr(name string) (value.Value, bool) {
	switch name {
	case "require_batched_execution_for_custom_microbatch_strategy", "enable_truthy_nulls_equals_macro":
	default:
		return nil, false
	}
	on, set := b.env.Flags[name]
	truth := set && value.Truth(on)
	d := value.NewDictSize(3)
	d.SetStr("name", value.Str(name))
	d.SetStr("setting", value.Bool(truth))
	d.SetStr("no_warn", value.Bool(truth))
	return &record{class: "BehaviorFlagRendered", parts: d, truth: truth}, true
}

// relationsOf makes the relations of a catalog ready for templates.
func (s *Scope) relationsOf(list []adapters.Relation) []value.Value {
	items := make([]value.Value, len(list))
	for i, r := range list {
		items[i] = s.project.RelationOf(r, AllParts)
	}
	return items
}
