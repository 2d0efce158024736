package compiler

import (
	"slices"
	"strings"

	"mdl/compiler/jinja"
	"mdl/compiler/jinja/value"
	"mdl/compiler/scope"
)

// explicitOverrides is dbt's flag: a package may take the place of a
// materialization of dbt's own only where the project says so by a
// materialization of that name of its own.
const explicitOverrides = "require_explicit_package_overrides_for_builtin_materializations"

// Where a materialization comes from; the higher wins.
const (
	fromDBT = iota
	fromPackage
	fromRoot
)

func (m *Macros) locality(def *MacroDef) int {
	switch {
	case def.Internal:
		return fromDBT
	case def.Package == m.root:
		return fromRoot
	}
	return fromPackage
}

// Materialization returns the materialization that a name means, of the
// project, a package or dbt itself (MacroDef.Internal), by dbt-core's rules: one
// for the warehouse before one for its parent before a default, and among these
// the project's before a package's before dbt's. A package's does not replace
// one of dbt's, unless packagesOverride. Nil where there is none.
func (m *Macros) Materialization(name string, packagesOverride bool) *MacroDef {
	best := m.bestMaterialization(name, func(*MacroDef) bool { return true })
	if best == nil || packagesOverride || m.locality(best) != fromPackage {
		return best
	}
	ofPackage := func(def *MacroDef) bool { return m.locality(def) == fromPackage }
	if m.bestMaterialization(name, func(def *MacroDef) bool { return def.Internal }) == nil {
		return best
	}
	return m.bestMaterialization(name, func(def *MacroDef) bool { return !ofPackage(def) })
}

func (m *Macros) bestMaterialization(name string, allowed func(*MacroDef) bool) *MacroDef {
	for _, variant := range m.prefixes {
		var best *MacroDef
		for _, pkg := range m.order {
			def, ok := m.in(pkg, "materialization_"+name+"_"+variant)
			if ok && allowed(def) && (best == nil || m.locality(def) > m.locality(best)) {
				best = def
			}
		}
		if best != nil {
			return best
		}
	}
	return nil
}

// ownMaterializations are the names of those that the project and its packages
// define, for suggestions.
func (m *Macros) ownMaterializations() []string {
	var names []string
	for _, def := range m.all {
		if def.Block.Kind == jinja.MaterializationBlock && !def.Internal && !slices.Contains(names, def.Block.Name) {
			names = append(names, def.Block.Name)
		}
	}
	return names
}

// packagesOverride reports whether the project has switched explicitOverrides off.
func (r *Runtime) packagesOverride() bool {
	explicit, set := r.Manifest.configs[0].Flags.Get(explicitOverrides).Bool()
	return set && !explicit
}

// Builder says which macro builds a node. own is false where it is one of dbt's
// own materializations and nothing that it calls is overridden: what the engine
// does without macros is then the same. Nil where there is no such
// materialization. Asking is not free: ask once for all nodes of one package,
// materialization and strategy.
func (r *Runtime) Builder(n *Node) (def *MacroDef, own bool) {
	macros := r.Manifest.Macros()
	def = macros.Materialization(n.Materialized(), r.packagesOverride())
	if def == nil || !def.Internal {
		return def, def != nil
	}
	return def, macros.overridden(n.Package, macros.builderNames(def, n)) != nil
}

// builderNames are the macros that a materialization of dbt's calls: itself,
// and those whose names it puts together. A snapshot strategy that is not dbt's
// is none of them: the engine asks it, see Runtime.SnapshotStrategy.
func (m *Macros) builderNames(def *MacroDef, n *Node) []string {
	names := []string{def.Name}
	switch def.Block.Name {
	case "incremental":
		strategy := orElse(n.Config.String("incremental_strategy"), "default")
		names = append(names, inPackage(strings.ReplaceAll(strategy, "+", "_"), "get_incremental_", "_sql"))
	case "snapshot":
		if strategy, ok := strategyMacro(m, n.Package, n.Config.String("strategy")); ok && strategy.Internal {
			names = append(names, strategy.Name)
		}
	}
	return names
}

// inPackage puts a name between two others, behind the package before its dot.
func inPackage(name, before, after string) string {
	if pkg, plain, dotted := strings.Cut(name, "."); dotted {
		return pkg + "." + before + plain + after
	}
	return before + name + after
}

// adapterMacros are the methods of adapter that call a macro.
var adapterMacros = map[string]string{
	"adapter.drop_relation":           "drop_relation",
	"adapter.rename_relation":         "rename_relation",
	"adapter.truncate_relation":       "truncate_relation",
	"adapter.get_columns_in_relation": "get_columns_in_relation",
	"adapter.create_schema":           "create_schema",
	"adapter.drop_schema":             "drop_schema",
}

// overridden looks through all that macros of dbt's call, directly or not, in a
// render for a package, and returns the first that the project or a package has
// put in the place of one of dbt's; nil where there is none.
func (m *Macros) overridden(pkg string, names []string) *MacroDef {
	for _, name := range names {
		if def, ok := m.inSight(pkg, name); ok && !def.Internal {
			return def
		}
	}
	if !m.hidesInternal() {
		return nil
	}
	calls := m.internalCalls()
	seen := map[string]bool{}
	for i := 0; i < len(names); i++ {
		def, ok := m.inSight(pkg, names[i])
		if !ok || seen[def.ID] {
			continue
		}
		seen[def.ID] = true
		if !def.Internal {
			return def
		}
		for _, c := range calls[def.Block] {
			switch macro := adapterMacros[c.Name]; {
			case macro != "":
				if to := m.Override(macro); to != nil {
					return to
				}
			case c.Name == "adapter.dispatch":
				if to := m.dispatched(pkg, c); to != nil {
					names = append(names, to.Name)
					if !to.Internal {
						return to
					}
				}
			default:
				names = append(names, c.Name)
			}
		}
	}
	return nil
}

// inSight looks up "name" as a template of a package sees it, or "package.name".
func (m *Macros) inSight(pkg, name string) (*MacroDef, bool) {
	if ns, plain, dotted := strings.Cut(name, "."); dotted {
		return m.in(ns, plain)
	}
	return m.visible(pkg, name)
}

func (m *Macros) dispatched(pkg string, c jinja.StaticCall) *MacroDef {
	name, namespace := dispatchArguments(c)
	if name == "" {
		return nil
	}
	def, _ := m.search(pkg, name, namespace)
	return def
}

// hidesInternal reports whether any macro of the project or a package has the
// name of one of dbt's, or of a variant of one: nearly no project has.
func (m *Macros) hidesInternal() bool {
	dbt := m.packages[globalPackage]
	if dbt == nil {
		return false
	}
	for _, def := range m.all {
		if def.Internal || def.Block.Kind != jinja.MacroBlock {
			continue
		}
		_, plain, variant := strings.Cut(def.Name, "__")
		if dbt.defs[def.Name] != nil || variant && dbt.defs[plain] != nil {
			return true
		}
	}
	return false
}

// internalCalls are the calls in the macros of dbt, by block.
func (m *Macros) internalCalls() map[*jinja.Block][]jinja.StaticCall {
	calls := map[*jinja.Block][]jinja.StaticCall{}
	for _, p := range m.internal {
		collectCalls(calls, p)
	}
	return calls
}

// Override returns the macro of the project that stands in the place of a macro
// of dbt's, by its name or by its variant for the warehouse, where the adapter
// itself calls it; nil where dbt's own is in force.
func (m *Macros) Override(name string) *MacroDef {
	if def, ok := m.visible("", name); ok && !def.Internal {
		return def
	}
	if def, _ := m.search("", name, globalPackage); def != nil && !def.Internal {
		return def
	}
	return nil
}

// relationsOf reads what a materialization returned.
func relationsOf(def *MacroDef, n *Node, returned value.Value) ([]*scope.Relation, *scope.Error) {
	wrong := func(what string) *scope.Error {
		return &scope.Error{
			Kind: scope.Compilation,
			Msg:  "the materialization \"" + def.Block.Name + "\" of " + n.Name + " " + what,
			Hint: "end it with {{ return({'relations': [this]}) }}: a list of the relations that it has made",
		}
	}
	d, ok := returned.(*value.Dict)
	switch {
	case value.IsStr(returned):
		return nil, wrong("did not explicitly return a list of relations")
	case !ok:
		return nil, wrong("must return a dict with the key \"relations\", not " + value.Repr(returned))
	}
	v, ok := d.GetStr("relations")
	if !ok {
		return nil, wrong("must return a dict with the key \"relations\", which is not among " + value.Repr(value.NewList(d.Keys()...)))
	}
	list, ok := v.(*value.List)
	if !ok {
		return nil, wrong("returned \"relations\" that are no list: " + value.Repr(v))
	}
	var relations []*scope.Relation
	for _, item := range list.Items() {
		rel, ok := item.(*scope.Relation)
		if !ok {
			return nil, wrong("returned \"relations\" of which one is no relation: " + value.Repr(item))
		}
		relations = append(relations, rel)
	}
	return relations, nil
}
