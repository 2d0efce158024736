package compiler

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"mdl/compiler/diag"
	"mdl/compiler/jinja"
	"mdl/compiler/jinja/value"
	"mdl/compiler/project"
	"mdl/compiler/scope"
	"mdl/compiler/yaml"
)

// globalPackage is the internal package whose macros every template sees
// without naming it.
const globalPackage = "dbt"

// codeDuplicateMacro marks two macros of one name in one package.
const codeDuplicateMacro = "E260"

// Macros are all macros of a project and its packages, with dbt's rules of
// which of them a name means. It is immutable.
type Macros struct {
	root     string
	all      []*MacroDef
	byID     map[string]*MacroDef
	packages map[string]*namespace
	order    []string // of packages
	globals  map[string]*macroGlobals
	dispatch map[string][]string // search order by namespace: dispatch of dbt_project.yml
	prefixes []string            // of the variants that adapter.dispatch finds, best first
	blocks   map[*jinja.Block]*MacroDef
	internal []*jinja.Program // the files of dbt's own macros
}

// MacroDef is one macro, generic test or materialization of a file.
type MacroDef struct {
	ID, Package, Name, Path, OrigPath string // Name is dbt's: "test_x" for {% test x %}
	Block                             *jinja.Block
	Macro                             *jinja.Macro
	Internal                          bool
	Description                       string
	HideDocs                          bool // docs: {show: false}
	NodeColor                         string
	Arguments                         *value.Dict // type and description by name
	Meta                              *value.Dict
	PatchPath                         string
	DependsOn                         []string
}

// NewMacros collects the macros of all packages for a type of target. Two of
// one name in one package are an error.
func NewMacros(p *project.Project, target string) (*Macros, diag.List) {
	m := &Macros{
		root:     p.Root().Name(),
		byID:     map[string]*MacroDef{},
		packages: map[string]*namespace{},
		globals:  map[string]*macroGlobals{},
		dispatch: map[string][]string{},
		prefixes: dispatchPrefixes(target),
		blocks:   map[*jinja.Block]*MacroDef{},
	}
	var diags diag.List
	calls := map[*jinja.Block][]jinja.StaticCall{}
	for _, pkg := range p.Packages {
		m.order = append(m.order, pkg.Name())
		m.packages[pkg.Name()] = &namespace{pkg.Name(), map[string]*MacroDef{}, pkg.Internal}
		for _, file := range pkg.Macros {
			m.addFile(pkg, file, &diags)
			if !pkg.Internal { // what mdl brings never changes: nobody asks what it depends on
				collectCalls(calls, file.Program)
			} else if pkg.Name() == globalPackage {
				m.internal = append(m.internal, file.Program)
			}
		}
	}
	for _, pkg := range p.Packages {
		m.patch(pkg)
		m.globals[pkg.Name()] = m.newGlobals(pkg.Name())
	}
	for _, d := range p.Root().Config.Dispatch {
		m.dispatch[d.Namespace] = d.SearchOrder
	}
	m.all = slices.SortedFunc(maps.Values(m.byID), func(a, b *MacroDef) int { return strings.Compare(a.ID, b.ID) })
	for _, def := range m.all {
		def.DependsOn = m.dependencies(def, calls[def.Block])
	}
	return m, diags
}

func (m *Macros) addFile(pkg *project.Package, file *project.MacroFile, diags *diag.List) {
	if file.Program == nil {
		return
	}
	for _, b := range file.Program.Blocks() {
		name := macroName(b)
		if name == "" || file.GenericTest && b.Kind != jinja.TestBlock {
			continue
		}
		home := homeOf(pkg, name)
		def := &MacroDef{
			ID: "macro." + home + "." + name, Package: home, Name: name,
			Path: file.Path, OrigPath: file.Path, Internal: pkg.Internal,
			Block: b, Macro: file.Program.Macro(b),
			Arguments: value.NewDict(), Meta: value.NewDict(),
		}
		def.Macro.Label = "macro " + def.Package + "." + name
		if first, twice := m.byID[def.ID]; twice {
			*diags = append(*diags, duplicateMacro(first, def))
			continue
		}
		m.byID[def.ID] = def
		m.blocks[b] = def
		m.packages[pkg.Name()].defs[name] = def
	}
}

// macroName is dbt's name of a block's macro, "" for a block that makes none.
func macroName(b *jinja.Block) string {
	switch b.Kind {
	case jinja.MacroBlock:
		return b.Name
	case jinja.TestBlock:
		return "test_" + b.Name
	case jinja.MaterializationBlock:
		return "materialization_" + b.Name + "_" + b.Adapter
	}
	return ""
}

func duplicateMacro(first, second *MacroDef) diag.Diagnostic {
	d := diag.Errorf(codeDuplicateMacro, second.Block.NameSpan,
		"the package %s has two macros named %q", second.Package, second.Name).WithHint("rename or remove one of them")
	d.Notes = []diag.Note{{Message: "the other one is here", Span: first.Block.NameSpan}}
	return d
}

// patch adds what the properties files of a package say about its macros.
func (m *Macros) patch(pkg *project.Package) {
	for _, props := range pkg.Properties {
		for _, p := range props.Macros {
			def, ok := m.packages[pkg.Name()].defs[p.Name]
			if !ok {
				continue
			}
			def.Description = p.Description.Value
			def.PatchPath = pkg.Name() + "://" + props.Path
			def.Meta = p.Meta.ToDict()
			def.Meta.Update(p.Config.Get("meta").ToDict())
			for _, docs := range []*yaml.Node{p.Docs, p.Config.Get("docs")} {
				if show, said := docs.Get("show").Bool(); said {
					def.HideDocs = !show
				}
				def.NodeColor = cmp.Or(text(docs, "node_color"), def.NodeColor)
			}
			for _, a := range p.Arguments {
				arg := value.NewDictSize(2)
				if a.Type.IsSet() {
					arg.SetStr("type", value.Str(a.Type.Value))
				}
				arg.SetStr("description", value.Str(a.Description.Value))
				def.Arguments.SetStr(a.Name.Value, arg)
			}
		}
	}
}

// Find returns the macro that a name means in a package ("" is the root):
// "name" or "package.name". A plain name that neither the package, the root
// nor dbt itself has is looked for in the other packages, as run-operation and
// generic tests do.
func (m *Macros) Find(pkg, name string) (*MacroDef, bool) {
	if ns, plain, dotted := strings.Cut(name, "."); dotted {
		return m.in(ns, plain)
	}
	if def, ok := m.visible(pkg, name); ok {
		return def, true
	}
	for i := len(m.order) - 1; i >= 0; i-- { // the last one wins, as in dbt
		if def, ok := m.in(m.order[i], name); ok {
			return def, true
		}
	}
	return nil, false
}

// in looks a name up in one package.
func (m *Macros) in(pkg, name string) (*MacroDef, bool) {
	ns, ok := m.packages[pkg]
	if !ok {
		return nil, false
	}
	def, ok := ns.defs[name]
	return def, ok
}

// visible looks a plain name up as a template of a package sees it.
func (m *Macros) visible(pkg, name string) (*MacroDef, bool) {
	for _, p := range []string{pkg, m.root, globalPackage} {
		if def, ok := m.in(p, name); ok {
			return def, true
		}
	}
	return nil, false
}

// Test returns the macro of a generic test as a properties file of a package
// names it; namespace may be "".
func (m *Macros) Test(pkg, namespace, name string) (*MacroDef, bool) {
	if namespace != "" {
		return m.in(namespace, "test_"+name)
	}
	return m.Find(pkg, "test_"+name)
}

// Tests lists the generic tests that a properties file of a package can name,
// for suggestions: "unique", "dbt_utils.accepted_range".
func (m *Macros) Tests(pkg string) []string {
	var names []string
	for _, def := range m.all {
		if def.Block.Kind != jinja.TestBlock {
			continue
		}
		if def.Package == pkg || def.Package == m.root || def.Package == globalPackage {
			names = append(names, def.Block.Name)
		} else {
			names = append(names, def.Package+"."+def.Block.Name)
		}
	}
	return names
}

// nameMacro returns the macro that makes a part of the names of a package's
// relations: the package's own, else the root project's, else dbt's.
func (m *Macros) nameMacro(pkg, part string) (*MacroDef, bool) {
	name := "generate_" + part + "_name"
	if def, ok := m.in(pkg, name); ok {
		return def, true
	}
	return m.visible("", name)
}

// Globals are the macros that a template of a package sees: those of the
// package, over the root project's, over the packages by name, over dbt's.
func (m *Macros) Globals(pkg string) jinja.Globals {
	if g, ok := m.globals[pkg]; ok {
		return g
	}
	return m.globals[m.root]
}

// Dispatch finds what adapter.dispatch(name, namespace) means in a package.
// The error names what was searched.
func (m *Macros) Dispatch(pkg, name, namespace string) (value.Value, error) {
	def, tried := m.search(pkg, name, namespace)
	if def != nil {
		return def.Macro, nil
	}
	msg := fmt.Sprintf("adapter.dispatch finds no macro '%s'", name)
	if namespace != "" {
		msg += fmt.Sprintf(" in the namespace '%s'", namespace)
	}
	return nil, &scope.Error{
		Kind: scope.Compilation,
		Msg:  msg + "\nsearched for: '" + strings.Join(tried, "', '") + "'",
		Hint: m.dispatchHint(name, namespace),
	}
}

// search finds the macro of a dispatch, and names what it tried.
func (m *Macros) search(pkg, name, namespace string) (def *MacroDef, tried []string) {
	for _, in := range m.searchOrder(namespace) {
		for _, prefix := range m.prefixes {
			full := prefix + "__" + name
			var ok bool
			if in == "" {
				def, ok = m.visible(pkg, full)
			} else {
				def, ok = m.in(in, full)
				full = in + "." + full
			}
			if ok {
				return def, nil
			}
			tried = append(tried, full)
		}
	}
	return nil, tried
}

// searchOrder is where a dispatch looks: packages, or "" for what is in sight.
func (m *Macros) searchOrder(namespace string) []string {
	if order, ok := m.dispatch[namespace]; ok && len(order) > 0 {
		return order
	}
	if _, ok := m.packages[namespace]; !ok {
		return []string{""}
	}
	return []string{m.root, namespace}
}

func (m *Macros) dispatchHint(name, namespace string) string {
	if _, ok := m.packages[namespace]; namespace != "" && !ok {
		if s := diag.DidYouMean(namespace, m.order); s != "" {
			return "there is no package '" + namespace + "': " + s
		}
	}
	var names []string
	for _, def := range m.all {
		for _, prefix := range m.prefixes {
			if plain, ok := strings.CutPrefix(def.Name, prefix+"__"); ok {
				names = append(names, plain)
			}
		}
	}
	if s := diag.DidYouMean(name, names); s != "" {
		return s
	}
	return "write a macro default__" + name
}

// names lists what run-operation can call: the macros of the root plain, those
// of packages with their package.
func (m *Macros) names() []string {
	names := make([]string, 0, len(m.all))
	for _, def := range m.all {
		if def.Package == m.root || def.Internal && m.packages[globalPackage].defs[def.Name] == def {
			names = append(names, def.Name)
		} else {
			names = append(names, def.Package+"."+def.Name)
		}
	}
	return names
}

// All returns every macro in the order of its id.
func (m *Macros) All() []*MacroDef { return m.all }

// macroGlobals are the macros in sight of the templates of one package.
type macroGlobals struct{ names map[string]value.Value }

func (m *Macros) newGlobals(pkg string) *macroGlobals {
	g := &macroGlobals{map[string]value.Value{}}
	add := func(ns *namespace) {
		if ns == nil {
			return
		}
		for name, def := range ns.defs {
			g.names[name] = def.Macro
		}
	}
	add(m.packages[globalPackage])
	for name, ns := range m.packages {
		g.names[name] = ns
	}
	if dbt := m.packages[globalPackage]; dbt != nil {
		g.names[globalPackage+"_"+m.prefixes[0]] = dbt // the package of the adapter in dbt
	}
	add(m.packages[m.root])
	if pkg != globalPackage {
		add(m.packages[pkg])
	}
	return g
}

// Lookup implements jinja.Globals.
func (g *macroGlobals) Lookup(name string) (value.Value, bool) {
	v, ok := g.names[name]
	return v, ok
}

// Names implements jinja.Namer.
func (g *macroGlobals) Names() []string { return slices.Sorted(maps.Keys(g.names)) }

// testGlobals are the macros in sight of a generic test while it is parsed:
// also those that its macro calls, directly or not, are known by their plain
// names, of whichever package they are (dbt/context/macro_resolver.py).
type testGlobals struct {
	jinja.Globals
	macros *Macros
	n      *Node
}

// Lookup implements jinja.Globals.
func (g testGlobals) Lookup(name string) (value.Value, bool) {
	if v, ok := g.Globals.Lookup(name); ok {
		return v, true
	}
	seen := map[string]bool{}
	queue := slices.Clone(g.n.DependsOnMacros)
	for len(queue) > 0 {
		id := queue[0]
		queue = queue[1:]
		def := g.macros.byID[id]
		if seen[id] || def == nil {
			continue
		}
		seen[id] = true
		if def.Name == name {
			return def.Macro, true
		}
		queue = append(queue, def.DependsOn...)
	}
	return nil, false
}

// namespace is a package as templates see it: its macros by name.
type namespace struct {
	pkg      string
	defs     map[string]*MacroDef
	internal bool // comes with mdl
}

// TypeName implements value.Value.
func (*namespace) TypeName() string { return "dict" }

// Attr implements value.Object. A name with an underscore in front is an item
// only: attributes of that kind are hidden from templates. As a package is a
// dict for dbt, the methods of a dict come before macros of their names.
func (n *namespace) Attr(name string) (value.Value, bool) {
	if m, ok := value.MappingMethod(n, name); ok {
		return m, true
	}
	def, ok := n.defs[name]
	if !ok || strings.HasPrefix(name, "_") {
		return nil, false
	}
	return def.Macro, true
}

// Item implements value.Indexer. A name that the package does not have is
// undefined, with a message that suggests one.
func (n *namespace) Item(key value.Value) (value.Value, bool, error) {
	name, ok := key.(value.Str)
	if !ok {
		return nil, false, nil
	}
	if def, ok := n.defs[string(name)]; ok {
		return def.Macro, true, nil
	}
	hint := fmt.Sprintf("the package '%s' has no macro '%s'", n.pkg, string(name))
	if s := diag.DidYouMean(string(name), n.names()); s != "" {
		hint += ": " + s
	}
	return &value.Undefined{Name: string(name), Obj: n, Hint: hint}, true, nil
}

// Contains implements value.Container.
func (n *namespace) Contains(item value.Value) (bool, error) {
	name, _ := item.(value.Str)
	_, ok := n.defs[string(name)]
	return ok, nil
}

// Len implements value.Sized.
func (n *namespace) Len() int { return len(n.defs) }

// Iter implements value.Iterable: over the names.
func (n *namespace) Iter() value.Iterator { return value.IterItems(n.MappingKeys()) }

// MappingKeys implements value.Mapping: the names, sorted.
func (n *namespace) MappingKeys() []value.Value {
	names := n.names()
	keys := make([]value.Value, len(names))
	for i, name := range names {
		keys[i] = value.Str(name)
	}
	return keys
}

// Str implements value.Printer.
func (n *namespace) Str() string { return n.Repr() }

// Repr implements value.Printer.
func (n *namespace) Repr() string { return "<package " + n.pkg + ">" }

func (n *namespace) names() []string { return slices.Sorted(maps.Keys(n.defs)) }
