package compiler

import (
	"cmp"
	"path"
	"slices"
	"sort"
	"strings"

	"mdl/compiler/diag"
	"mdl/compiler/graph"
	"mdl/compiler/jinja/value"
)

// bindReferences turns the refs and sources of all nodes and exposures into
// dependencies (dbt/parser/manifest.py, process_refs and process_sources).
func (r *resolver) bindReferences() {
	r.m.nodes.seal()
	r.edges = make([]graph.Edge, 0, 2*len(r.m.NodeIDs()))
	for n := range r.m.AllNodes() {
		if !r.bind(n) {
			n.Config = n.Config.with("enabled", value.False)
		}
	}
	for _, id := range sortedKeys(r.m.Exposures) {
		e := r.m.Exposures[id]
		b := binder{r: r, id: id, pkg: e.Package, exposure: true, into: &e.DependsOn}
		for _, s := range e.SourceRefs {
			b.source(s[0], s[1], e.Span)
		}
		for _, ref := range e.Refs {
			b.ref(ref, e.Span)
		}
		for _, ref := range e.MetricRefs {
			b.metric(ref, e.Span)
		}
	}
}

// bind turns the refs and sources of a node into dependencies; false for a test
// of something that is not there.
func (r *resolver) bind(n *Node) bool {
	b := binder{r: r, id: n.ID, pkg: n.Package, group: n.Group, test: n.Kind == Test, into: &n.DependsOn}
	for _, s := range n.SourceRefs { // dbt binds sources first
		b.source(s[0], s[1], r.sourceSpan(n, s))
	}
	for _, ref := range n.Refs {
		b.ref(ref, n.Span)
	}
	for _, ref := range n.MetricRefs {
		b.metric(ref, n.Span)
	}
	for _, ref := range n.FunctionRefs {
		b.function(ref, n.Span)
	}
	return !b.gone
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

// sourceSpan is the place of a node's source() call, or the node's own.
func (r *resolver) sourceSpan(n *Node, s [2]string) diag.Span {
	for _, at := range r.sourceSpans[n] {
		if at.source == s && at.span.File != nil && n.Test == nil {
			return at.span
		}
	}
	return n.Span
}

// binder binds the references of one node.
type binder struct {
	r     *resolver
	id    string
	pkg   string
	group string
	test  bool
	gone  bool // a test of something that is not there
	// exposure: the reference is an exposure's
	exposure bool
	into     *[]string
}

func (b *binder) add(parent string, at diag.Span) {
	if !slices.Contains(*b.into, parent) {
		*b.into = append(*b.into, parent)
		b.r.edges = append(b.r.edges, graph.Edge{Child: b.id, Parent: parent, Span: at})
	}
}

func (b *binder) ref(ref Ref, fallback diag.Span) {
	at := ref.Span
	switch node := b.r.m.Node(b.id); {
	case at.File == nil || b.test && node.Test != nil:
		at = fallback
	case node != nil && node.Kind == Snapshot && at.File == node.File && fallback.File != node.File:
		at = fallback // the text is made of `relation:` in the properties
	}
	n, found := b.r.findRef(ref, b.pkg)
	if !found {
		b.missing(b.r.missingRef(ref, at))
		return
	}
	if n == nil && b.test {
		b.gone = true // which dbt, too, does without a word
		return
	}
	if n == nil {
		b.missing(diag.Errorf("E258", at, "%s is disabled", refText(ref)).
			WithHint("enable it, or remove the reference to it"))
		return
	}
	if d := b.forbidden(n, at); d != nil {
		b.r.report(b.pkg, *d)
		return
	}
	b.warnOfRootRef(ref, n, at)
	b.add(n.ID, at)
}

// missing reports a reference that leads nowhere: an error, but for a test a
// warning, and the test is left out. It stays among the nodes, as dbt reads
// properties first and references later, but not in the graph.
func (b *binder) missing(d diag.Diagnostic) {
	if b.test {
		d.Severity = diag.Warning
		d.Summary += ": the test is left out"
		b.gone = true
	}
	b.r.report(b.pkg, d)
}

func (b *binder) source(name, table string, at diag.Span) {
	key := name + "." + table
	for _, pkg := range b.r.m.searchOrder(b.pkg) {
		for _, s := range b.r.sources[key] {
			if pkg == "" || s.Package == pkg {
				b.add(s.ID, at)
				return
			}
		}
	}
	if b.r.disabled[key] {
		b.missing(diag.Errorf("E258", at, "source %q is disabled", key).WithHint("enable it, or remove the reference to it"))
		return
	}
	b.missing(b.r.missingSource(name, table, at))
}

// findRef returns the node that ref() means. It is found but nil when all that
// have the name are disabled.
func (r *resolver) findRef(ref Ref, from string) (n *Node, found bool) {
	packages := r.m.searchOrder(from)
	if ref.Package != "" {
		packages = []string{ref.Package}
	}
	for _, pkg := range packages {
		for _, n := range r.refables[ref.Name] {
			if (pkg == "" || n.Package == pkg) && versionMatches(n, ref.Version) {
				return n, true
			}
		}
	}
	for _, list := range r.m.Disabled {
		for _, n := range list {
			if n.Name == ref.Name && refable(n.Kind) && (ref.Package == "" || n.Package == ref.Package) {
				return nil, true
			}
		}
	}
	return nil, false
}

// versionMatches reports whether ref() with a version, or without one, means
// this node: without one the latest is meant.
func versionMatches(n *Node, version string) bool {
	if version == "" {
		return n.Version == "" || n.Version == n.LatestVersion
	}
	return n.Version == version
}

func refText(ref Ref) string {
	text := `ref("` + ref.Name + `")`
	if ref.Package != "" {
		text = `ref("` + ref.Package + `", "` + ref.Name + `")`
	}
	if ref.Version != "" {
		text = text[:len(text)-1] + ", v=" + ref.Version + ")"
	}
	return text
}

// missingRef says which name was probably meant.
func (r *resolver) missingRef(ref Ref, at diag.Span) diag.Diagnostic {
	d := diag.Errorf("E257", at, "%s: there is no model, seed or snapshot named %q", refText(ref), ref.Name)
	var versions []string
	for _, n := range r.refables[ref.Name] {
		if n.Version != "" {
			versions = append(versions, n.Version)
		}
	}
	switch {
	case ref.Package != "" && r.packages[ref.Package] == nil:
		d.Summary = refText(ref) + ": there is no package " + `"` + ref.Package + `"`
		return d.WithHint("%s", orElse(diag.DidYouMean(ref.Package, r.m.Packages), "add the package to packages.yml and run `mdl deps`"))
	case ref.Version != "" && len(r.refables[ref.Name]) > 0 && len(versions) == 0:
		d.Summary = refText(ref) + ": " + string(r.refables[ref.Name][0].Kind) + " \"" + ref.Name + "\" has no versions"
		return d.WithHint("write ref('%s')", ref.Name)
	case len(versions) > 0:
		slices.Sort(versions)
		d.Summary = refText(ref) + ": there is no such version"
		return d.WithHint("model %q has the versions %s", ref.Name, strings.Join(versions, ", "))
	}
	var names []string
	for name := range r.refables {
		names = append(names, name)
	}
	slices.Sort(names)
	hint := diag.DidYouMean(ref.Name, names)
	base := strings.TrimSuffix(path.Base(ref.Name), ".sql")
	switch {
	case base != ref.Name && slices.Contains(names, base):
		hint = "ref() takes a name without directory and extension: ref('" + base + "')"
	case r.isNode(Analysis, ref.Name):
		hint = "it is an analysis, which leaves no relation to refer to"
	case r.isNode(Test, ref.Name):
		hint = "it is a test, which nothing can refer to"
	}
	for key := range r.sources {
		if hint == "" && len(key) > len(ref.Name) && key[len(key)-len(ref.Name)-1:] == "."+ref.Name {
			s := r.sources[key][0]
			hint = "a table of a source is reached with source('" + s.SourceName + "', '" + s.Name + "')"
		}
	}
	return d.WithHint("%s", hint)
}

// isNode reports whether a package has a node of a kind and name.
func (r *resolver) isNode(kind Kind, name string) bool {
	return slices.ContainsFunc(r.m.Packages, func(pkg string) bool {
		return r.m.Node(string(kind)+"."+pkg+"."+name) != nil
	})
}

func (r *resolver) missingSource(name, table string, at diag.Span) diag.Diagnostic {
	var names, tables []string
	for _, s := range r.m.Sources {
		names = append(names, s.SourceName)
		if s.SourceName == name {
			tables = append(tables, s.Name)
		}
	}
	slices.Sort(names)
	slices.Sort(tables)
	d := diag.Errorf("E257", at, "source(%q, %q): there is no source %q", name, table, name)
	if len(tables) > 0 {
		d.Summary = "source(\"" + name + "\", \"" + table + "\"): source \"" + name + "\" has no table \"" + table + "\""
		return d.WithHint("%s", orElse(diag.DidYouMean(table, tables), "declare it under tables: of the source"))
	}
	return d.WithHint("%s", orElse(diag.DidYouMean(name, slices.Compact(names)), "declare it under sources: in a .yml file next to the models"))
}

// checkRelations refuses two nodes that would build the same relation.
func (r *resolver) checkRelations() {
	seen := map[string]*Node{}
	for n := range r.m.AllNodes() {
		if n.RelationName == "" || n.Kind == Test {
			continue
		}
		key := strings.ToLower(n.RelationName)
		other := seen[key]
		if other == nil {
			seen[key] = n
			continue
		}
		if other.RelationName != n.RelationName { // which dbt does not look at
			d := diag.Warnf("W263", n.Span, "%s %q and %s %q build relations whose names differ only in case", n.Kind, n.Name, other.Kind, other.Name).
				WithHint("most warehouses, DuckDB among them, take them for one relation: give one of them another alias or schema")
			d.Notes = []diag.Note{{Message: "the other one", Span: other.Span}}
			r.report(r.m.ProjectName, d)
			continue
		}
		d := diag.Errorf("E263", n.Span, "%s %q and %s %q build the same relation %s", n.Kind, n.Name, other.Kind, other.Name, n.RelationName).
			WithHint("give one of them another alias or schema")
		d.Notes = []diag.Note{{Message: "the other one", Span: other.Span}}
		r.report(r.m.ProjectName, d)
	}
}

// graphNode is a node as the graph knows it.
func graphNode(n *Node) graph.Node {
	g := graph.Node{
		ID: n.ID, Name: n.Name, Package: n.Package, ResourceType: string(n.Kind), FQN: n.FQN, Tags: n.Tags,
		OriginalPath: n.OrigPath, PatchPath: n.PatchPath, Parents: n.DependsOn, Group: n.Group,
		Access: n.Access, Version: n.Version, LatestVersion: n.LatestVersion, Config: n.Config.lookup,
	}
	if n.Kind == Function { // which dbt does not select by its configuration
		g.Config = nil
	}
	if n.Test != nil {
		g.TestName = n.Test.Name
	}
	return g
}

// checkNames refuses names with a space in them, unless the project's flag says
// that they are allowed.
func (r *resolver) checkNames() {
	if v := r.m.configs[0].Flags.Get("require_resource_names_without_spaces"); v != nil {
		if on, ok := v.Bool(); ok && !on {
			return
		}
	}
	for n := range r.m.AllNodes() {
		if strings.Contains(n.Name, " ") && (n.Test == nil || !strings.Contains(n.Test.AttachedNode, " ")) {
			r.report(r.m.ProjectName, diag.Errorf("E277", n.Span, "the name of %s %q has a space in it", n.Kind, n.Name).
				WithHint("rename it, or set require_resource_names_without_spaces: false under flags in dbt_project.yml"))
		}
	}
}

// buildGraph makes the graph of everything that can be selected.
func (r *resolver) buildGraph() {
	m := r.m
	nodes := make([]graph.Node, 0, len(m.NodeIDs())+len(m.Sources)+len(m.Exposures)+len(m.UnitTests))
	for n := range m.AllNodes() {
		if enabled, set := n.Config.Bool("enabled"); set && !enabled {
			continue
		}
		nodes = append(nodes, graphNode(n))
	}
	for _, s := range r.m.Sources {
		nodes = append(nodes, graph.Node{
			ID: s.ID, Name: s.Name, Package: s.Package, ResourceType: string(Source), FQN: s.FQN, Tags: s.Tags,
			OriginalPath: s.OrigPath, PatchPath: s.PatchPath, SourceName: s.SourceName, Config: s.Config.lookup,
		})
	}
	for _, e := range r.m.Exposures {
		nodes = append(nodes, graph.Node{
			ID: e.ID, Name: e.Name, Package: e.Package, ResourceType: string(Exposure), FQN: e.FQN, Tags: e.Tags,
			OriginalPath: e.OrigPath, Parents: e.DependsOn,
		})
	}
	for _, u := range r.m.UnitTests {
		nodes = append(nodes, graph.Node{
			ID: u.ID, Name: u.Name, Package: u.Package, ResourceType: string(UnitTest), FQN: u.FQN, Tags: u.Tags,
			OriginalPath: u.OrigPath, Parents: u.DependsOn, Config: u.Config.lookup,
		})
	}
	nodes = append(nodes, r.m.semanticGraphNodes()...)
	slices.SortFunc(nodes, func(a, b graph.Node) int { return cmp.Compare(a.ID, b.ID) })
	r.graph = nodes
	g, diags := graph.New(nodes, r.edges)
	r.m.Graph = g
	r.diags = append(r.diags, diags...)
	if r.project.Selectors != nil {
		r.m.SelectorDefs = graph.Definitions(r.project.Selectors)
		selectors, bad := graph.ParseSelectors(r.project.Selectors)
		r.m.Selectors = selectors
		r.diags = append(r.diags, bad...)
	}
}
