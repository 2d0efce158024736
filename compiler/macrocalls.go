package compiler

import (
	"slices"
	"strings"

	"mdl/compiler/jinja"
	"mdl/compiler/jinja/value"
	"mdl/compiler/project"
)

// parentAdapters are the adapters whose macros an adapter falls back on, best
// first: what its package in dbt depends on.
var parentAdapters = map[string][]string{
	"redshift":    {"postgres"},
	"materialize": {"postgres"},
	"greenplum":   {"postgres"},
	"risingwave":  {"postgres"},
	"databricks":  {"spark"},
	"sqlserver":   {"fabric"},
	"synapse":     {"fabric"},
}

// dispatchPrefixes begin the names of the variants of a macro that a target can
// use, best first.
func dispatchPrefixes(target string) []string {
	return append(append([]string{target}, parentAdapters[target]...), "default")
}

// homeOf is the package that dbt keeps a macro in: the variants for a warehouse
// that come with mdl stand in one package with the others, and in the package
// of the adapter in dbt.
func homeOf(pkg *project.Package, name string) string {
	if !pkg.Internal || pkg.Name() != globalPackage {
		return pkg.Name()
	}
	for _, adapter := range []string{"duckdb", "postgres"} {
		if strings.HasPrefix(name, adapter+"__") || strings.HasPrefix(name, "materialization_") && strings.HasSuffix(name, "_"+adapter) {
			return globalPackage + "_" + adapter
		}
	}
	return pkg.Name()
}

// notMacros are the names that a call in a macro never means a macro by
// (dbt/clients/jinja_static.py): three that dbt names, and those that its
// context of configuration has.
var notMacros = map[string]bool{
	"source": true, "ref": true, "config": true,
	"builtins": true, "context": true, "dbt_version": true, "diff_of_two_dicts": true, "env_var": true, "flags": true,
	"fromjson": true, "fromyaml": true, "invocation_id": true, "local_md5": true, "log": true, "modules": true,
	"print": true, "project_name": true, "return": true, "run_started_at": true, "set": true, "set_strict": true,
	"target": true, "thread_id": true, "tojson": true, "toyaml": true, "var": true, "zip": true, "zip_strict": true,
}

// collectCalls sorts the calls of a file by the block in which they stand.
func collectCalls(into map[*jinja.Block][]jinja.StaticCall, p *jinja.Program) {
	if p == nil {
		return
	}
	for _, c := range p.Calls() {
		if c.Block != nil {
			into[c.Block] = append(into[c.Block], c)
		}
	}
}

// dependencies are the ids of the macros that a macro's text names, as dbt
// guesses them from the text alone: of a.b() it looks for b also where there
// is no package a.
func (m *Macros) dependencies(def *MacroDef, calls []jinja.StaticCall) []string {
	var ids []string
	add := func(to *MacroDef) {
		if to != nil && !slices.Contains(ids, to.ID) {
			ids = append(ids, to.ID)
		}
	}
	for _, c := range calls {
		if c.Name == "adapter.dispatch" {
			name, namespace := dispatchArguments(c)
			if name == "" {
				continue
			}
			if name != def.Name {
				add(m.named(def.Package, name))
			}
			to, _ := m.search(def.Package, name, namespace)
			add(to)
			continue
		}
		pkg, name, dotted := strings.Cut(c.Name, ".")
		switch {
		case !dotted && !notMacros[c.Name] && c.Name != def.Name:
			add(m.named(def.Package, c.Name))
		case dotted && pkg != "adapter" && !strings.Contains(name, "."):
			add(m.named(pkg, name))
		}
	}
	return ids
}

// dispatchArguments are the literal arguments of adapter.dispatch; "" for one
// that is not there or no literal.
func dispatchArguments(c jinja.StaticCall) (name, namespace string) {
	into := map[string]*string{"macro_name": &name, "macro_namespace": &namespace}
	for i, key := range []string{"macro_name", "macro_namespace"} {
		if i < len(c.Args) {
			*into[key] = literalText(c.Args[i])
		}
	}
	for _, kw := range c.Kwargs {
		if to := into[kw.Name]; to != nil {
			*to = literalText(kw.Value)
		}
	}
	return name, namespace
}

func literalText(v value.Value) string {
	text, _ := v.(value.Str)
	return string(text)
}

// named returns the macro that dbt takes a name in a package's text for while
// it reads a project: the package's own, the root's, any package's, dbt's; nil
// where there is none. What a template sees when it runs is Find's.
func (m *Macros) named(pkg, name string) *MacroDef {
	order := []string{pkg, m.root}
	for i := len(m.order) - 1; i >= 0; i-- { // the last one wins
		if !m.packages[m.order[i]].internal {
			order = append(order, m.order[i])
		}
	}
	for _, p := range append(order, globalPackage) {
		if def, ok := m.in(p, name); ok {
			return def
		}
	}
	if def, ok := m.Find(pkg, name); ok {
		return def
	}
	return nil
}

// Of returns the definition of a macro that a render called.
func (m *Macros) Of(macro *jinja.Macro) (*MacroDef, bool) {
	def, ok := m.blocks[macro.Block()]
	return def, ok
}
