package compiler

import (
	"strings"

	"mdl/compiler/diag"
	"mdl/compiler/jinja/value"
	"mdl/compiler/scope"
)

// parseNames are the names of a node's template while it is parsed: they
// record and give dbt's parse-time answers (dbt/context/providers.py).
type parseNames struct {
	r      *resolver
	d      *draft
	kwargs *value.Dict // of a generic test
}

// testKwargsName is the name under which a generic test finds its arguments.
const testKwargsName = "_dbt_generic_test_kwargs"

// Lookup implements jinja.Globals.
func (p *parseNames) Lookup(name string) (value.Value, bool) {
	switch name {
	case "ref":
		return p.refFunc(), true
	case "source":
		return p.sourceFunc(), true
	case "config":
		return parseConfig{p.d}, true
	case "this":
		return p.this(), true
	case "model":
		return ModelDict(p.d.configured()), true
	case "pre_hooks", "post_hooks":
		if p.kwargs != nil {
			return value.None, true
		}
		return value.NewList(), true
	case "compiled_code", "defer_relation":
		return value.None, true
	case "load_agate_table":
		return refusal(name), true
	case "graph":
		return value.NewDict(), true
	case "selected_resources":
		return value.NewList(), true
	case "metric":
		return p.metricFunc(), true
	case "function":
		return p.functionFunc(), true
	case "ds", "ds_nodash", "data_interval_start", "data_interval_end", "prev_ds", "next_ds":
		p.d.reads.Volatile = true
		return intervalName(name, p.r.ctx.intervalOf(p.d.node), p.d.node.BatchSize()), true
	case testKwargsName:
		if p.kwargs != nil {
			return p.kwargs, true
		}
	}
	return nil, false
}

// Names implements jinja.Namer.
func (p *parseNames) Names() []string {
	return append([]string{
		"ref", "source", "config", "this", "model", "graph", "selected_resources", "metric", "function",
		"pre_hooks", "post_hooks", "compiled_code", "defer_relation", "load_agate_table",
	}, IntervalNames...)
}

// this is none for the hooks of a run, which have no relation.
func (p *parseNames) this() value.Value {
	if p.d.node.Kind == Operation {
		return value.None
	}
	return p.self()
}

// configured is the node with a configuration: that of a generic test is made
// when all is known.
func (d *draft) configured() *Node {
	if d.node.Config == nil {
		d.node.Config = d.base.config
	}
	return d.node
}

// self is what ref(), source() and this give at parse time: the node's own
// relation, as in dbt.
func (p *parseNames) self() *scope.Relation { return relationOf(p.r.ctx, p.d.node) }

func (p *parseNames) refFunc() value.Value {
	return newRef(p.r.m, &p.d.reads.Volatile, func(t value.Thread, a value.Args) (value.Value, error) {
		ref, err := parseRef(a)
		if err == nil {
			err = p.d.mayDepend("ref")
		}
		if err != nil {
			return nil, err
		}
		ref.Span = t.Site()
		p.d.node.Refs = append(p.d.node.Refs, ref)
		return p.self(), nil
	})
}

// parseRef reads ref(name), ref(package, name) and their version arguments.
func parseRef(a value.Args) (Ref, error) {
	var ref Ref
	switch len(a.Pos) {
	case 1:
		ref.Name = value.ToStr(a.Pos[0])
	case 2:
		ref.Package, ref.Name = value.ToStr(a.Pos[0]), value.ToStr(a.Pos[1])
	default:
		return ref, &scope.Error{
			Msg:  "ref() takes a model's name, or a package and a name",
			Hint: "write ref('model') or ref('package', 'model'); a version is v=2",
		}
	}
	for _, arg := range a.Pos {
		if !value.IsStr(arg) {
			return ref, &scope.Error{Msg: "ref() takes text, but got " + arg.TypeName() + ": " + value.Repr(arg)}
		}
	}
	for _, kw := range a.Kw {
		switch kw.Name {
		case "v", "version":
			if kw.Value != value.None {
				ref.Version, ref.VersionText = value.ToStr(kw.Value), value.IsStr(kw.Value)
			}
		default:
			return ref, &scope.Error{Msg: "ref() has no argument " + kw.Name, Hint: "the version is given as v=2 or version=2"}
		}
	}
	return ref, nil
}

func (p *parseNames) sourceFunc() value.Value {
	return &value.Func{Name: "source", Fn: func(t value.Thread, a value.Args) (value.Value, error) {
		name, table, err := parseSource(a)
		if err == nil {
			err = p.d.mayDepend("source")
		}
		if err != nil {
			return nil, err
		}
		p.d.addSource(name, table, t.Site())
		return p.self(), nil
	}}
}

// parseSource reads source(name, table).
func parseSource(a value.Args) (name, table string, err error) {
	if len(a.Pos) != 2 || len(a.Kw) != 0 || !value.IsStr(a.Pos[0]) || !value.IsStr(a.Pos[1]) {
		return "", "", &scope.Error{Msg: "source() takes two texts: the source's name and the table's", Hint: "write source('shop', 'orders')"}
	}
	return value.ToStr(a.Pos[0]), value.ToStr(a.Pos[1]), nil
}

func (d *draft) addSource(name, table string, at diag.Span) {
	d.node.SourceRefs = append(d.node.SourceRefs, [2]string{name, table})
	d.sources = append(d.sources, sourceSite{[2]string{name, table}, at})
}

// mayDepend refuses what the hooks of a seed refer to, as dbt does: seeds are
// the roots of the graph (contracts/graph/nodes.py, SeedNode).
func (d *draft) mayDepend(name string) error {
	if d.node.Kind != Seed {
		return nil
	}
	return &scope.Error{
		Kind: scope.Parsing,
		Msg:  "Seeds cannot depend on other nodes: a hook of the seed " + d.node.Name + " calls " + name + "()",
		Hint: "name the relation in SQL, or move the hook to a model",
	}
}

// parseConfig is `config` at parse time: a call records, every question is
// answered with empty text.
type parseConfig struct{ d *draft }

// TypeName implements value.Value.
func (parseConfig) TypeName() string { return "ParseConfigObject" }

// Call implements value.Callable.
func (c parseConfig) Call(_ value.Thread, a value.Args) (value.Value, error) {
	options := value.NewDictSize(len(a.Kw))
	switch {
	case len(a.Pos) == 1 && len(a.Kw) == 0:
		given, ok := a.Pos[0].(*value.Dict)
		if !ok {
			return nil, &scope.Error{Msg: "config() takes key=value pairs or one dict, but got " + a.Pos[0].TypeName()}
		}
		options.Update(given)
	case len(a.Pos) == 0 && len(a.Kw) > 0:
		for _, kw := range a.Kw {
			options.SetStr(kw.Name, kw.Value)
		}
	default:
		return nil, &scope.Error{Msg: "config() takes key=value pairs or one dict", Hint: "write config(materialized='table')"}
	}
	for _, key := range []string{"pre_hook", "post_hook"} {
		v, ok := options.GetStr(key)
		if !ok {
			continue
		}
		kept := strings.Replace(key, "_", "-", 1)
		if _, both := options.GetStr(kept); both {
			return nil, &scope.Error{Msg: "config() sets both " + key + " and " + kept + ", which are one key", Hint: "write one list of hooks under " + key}
		}
		options.Delete(value.Str(key))
		options.SetStr(kept, v)
	}
	if c.d.call == nil {
		c.d.call = options
	} else {
		mergeConfig(c.d.call, options)
	}
	return value.Str(""), nil
}

// Attr implements value.Object.
func (c parseConfig) Attr(name string) (value.Value, bool) {
	answer := func(v value.Value) (value.Value, bool) {
		return &value.Func{Name: name, Fn: func(value.Thread, value.Args) (value.Value, error) { return v, nil }}, true
	}
	switch name {
	case "model":
		return NodeDict(c.d.configured()), true
	case "get", "require", "meta_get", "meta_require":
		return answer(value.Str(""))
	case "persist_relation_docs", "persist_column_docs":
		return answer(value.Bool(false))
	case "set":
		return &value.Func{Name: name, Fn: func(t value.Thread, a value.Args) (value.Value, error) {
			bound, err := a.Bind("set", value.Required("name"), value.Required("value"))
			if err != nil {
				return nil, err
			}
			return c.Call(t, value.Args{Pos: []value.Value{dictOf(value.ToStr(bound[0]), bound[1])}})
		}}, true
	}
	return nil, false
}
