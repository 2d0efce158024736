package compiler

import (
	"slices"
	"strings"

	"mdl/compiler/jinja"
	"mdl/compiler/jinja/value"
)

// overrides are what a unit test says of macros, variables and environment
// variables (dbt/context/providers.py, generate_runtime_unit_test_context).
type overrides struct {
	macros, vars, env *value.Dict // each may be nil
}

func overridesOf(v value.Value) overrides {
	d, _ := v.(*value.Dict)
	if d == nil {
		return overrides{}
	}
	part := func(key string) *value.Dict {
		of, _ := get[*value.Dict](d, key)
		return of
	}
	return overrides{part("macros"), part("vars"), part("env_vars")}
}

// variables are the variables in sight under those that a test overrides.
func (o overrides) variables(vars *value.Dict) *value.Dict {
	if o.vars == nil {
		return vars
	}
	all := value.NewDict()
	merge(all, vars)
	merge(all, o.vars)
	return all
}

// environment answers an environment variable that a test overrides.
func (o overrides) environment(name string) (string, bool) {
	if o.env == nil {
		return "", false
	}
	v, ok := o.env.GetStr(name)
	if !ok {
		return "", false
	}
	return value.ToStr(v), true
}

// overridden are the macros in sight, some of which answer with a value.
type overridden struct {
	jinja.Globals
	names map[string]value.Value
}

// macrosOver lays what a test overrides over the macros in sight. A macro
// answers the value when it is called; any other name is the value. What is
// said of a macro of dbt's counts by its plain name and by dbt.name; of the two
// the plain one wins.
func (o overrides) macrosOver(base jinja.Globals, builtin jinja.Globals) jinja.Globals {
	if o.macros == nil || o.macros.Len() == 0 {
		return base
	}
	g := &overridden{base, map[string]value.Value{}}
	packages := map[string]map[string]value.Value{}
	put := func(pkg, name string, v value.Value) {
		if packages[pkg] == nil {
			packages[pkg] = map[string]value.Value{}
		}
		packages[pkg][name] = v
	}
	var plain []func()
	for key, answer := range o.macros.All() {
		pkg, name, dotted := strings.Cut(value.ToStr(key), ".")
		if !dotted {
			name = pkg
			plain = append(plain, func() {
				old, known := base.Lookup(name)
				if !known {
					if _, known = builtin.Lookup(name); !known {
						return
					}
				}
				g.names[name] = answering(old, name, answer)
				if ns := namespaceOf(base, globalPackage); ns != nil && ns.defs[name] != nil {
					put(globalPackage, name, g.names[name])
				}
			})
			continue
		}
		ns := namespaceOf(base, pkg)
		if ns == nil || ns.defs[name] == nil {
			continue
		}
		put(pkg, name, answering(ns.defs[name].Macro, name, answer))
		if pkg == globalPackage {
			g.names[name] = answering(ns.defs[name].Macro, name, answer)
		}
	}
	for _, override := range plain {
		override()
	}
	for pkg, macros := range packages {
		g.names[pkg] = &overriddenNamespace{namespaceOf(base, pkg), macros}
	}
	return g
}

func namespaceOf(base jinja.Globals, pkg string) *namespace {
	v, _ := base.Lookup(pkg)
	ns, _ := v.(*namespace)
	return ns
}

// answering is what a name means that a test overrides.
func answering(old value.Value, name string, answer value.Value) value.Value {
	if _, isMacro := old.(*jinja.Macro); !isMacro {
		return answer
	}
	return &value.Func{Name: name, Fn: func(value.Thread, value.Args) (value.Value, error) { return answer, nil }}
}

// Lookup implements jinja.Globals.
func (g *overridden) Lookup(name string) (value.Value, bool) {
	if v, ok := g.names[name]; ok {
		return v, true
	}
	return g.Globals.Lookup(name)
}

// Names implements jinja.Namer.
func (g *overridden) Names() []string {
	var names []string
	if n, ok := g.Globals.(jinja.Namer); ok {
		names = n.Names()
	}
	for name := range g.names {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// overriddenNamespace is a package of which a test overrides macros.
type overriddenNamespace struct {
	*namespace
	macros map[string]value.Value
}

// Attr implements value.Object.
func (n *overriddenNamespace) Attr(name string) (value.Value, bool) {
	if v, ok := n.macros[name]; ok {
		return v, true
	}
	return n.namespace.Attr(name)
}

// Item implements value.Indexer.
func (n *overriddenNamespace) Item(key value.Value) (value.Value, bool, error) {
	if name, ok := key.(value.Str); ok {
		if v, ok := n.macros[string(name)]; ok {
			return v, true, nil
		}
	}
	return n.namespace.Item(key)
}
