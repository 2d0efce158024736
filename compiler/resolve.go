package compiler

import (
	"cmp"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"mdl/adapters"
	"mdl/compiler/diag"
	"mdl/compiler/graph"
	"mdl/compiler/jinja/value"
	"mdl/compiler/project"
	"mdl/compiler/scope"
)

// Resolve binds every name of a project: configuration is merged, relations are
// named, references become dependencies. The manifest is never nil; on errors
// it is partial, so that one run reports many of them.
func Resolve(p *project.Project, c *Context) (*Manifest, diag.List) {
	r := resolve(p, c)
	return r.m, r.diags
}

func resolve(p *project.Project, c *Context) *resolver {
	r := newResolver(p, c)
	macros, diags := NewMacros(p, c.Target.Type)
	r.macros, r.diags = macros, append(r.diags, diags...)
	r.m.macros = func() *Macros { return r.macros }
	r.plain, r.plainWhere = r.plainNames(), r.ownWhere()
	r.collectDocs()
	r.describeMacros()
	r.collectGroups()

	drafts := r.draftNodes()
	r.finish(drafts)
	r.register(drafts)
	sortHooks(r.m.ProjectName, r.m.OnRunStart)
	sortHooks(r.m.ProjectName, r.m.OnRunEnd)
	r.resolveSources()
	r.warnOfUnusedProperties()

	tests := r.draftTests(drafts)
	r.finish(tests)
	r.register(tests)
	r.resolveExposures()
	r.resolveUnitTests()

	semantics := r.readSemantics()
	r.bindReferences()
	semantics.resolve()
	r.checkGroups()
	r.warnOfDeprecations(r.m.AllNodes())
	r.checkNames()
	r.checkRelations()
	r.buildGraph()
	r.summarize()
	return r
}

// summarize notes what commands ask of all nodes together.
func (r *resolver) summarize() {
	m := r.m
	m.MacroUses, m.WrittenConfigs = map[string]int{}, map[string]*value.Dict{}
	seen := map[adapters.Namespace]bool{}
	for n := range m.AllNodes() {
		m.countMacros(n, 1)
		m.watch(n)
		if n.Written != nil {
			m.WrittenConfigs[n.ID] = n.Written
		}
		if n.TimeSpine != nil {
			m.TimeSpines = append(m.TimeSpines, n.ID)
		}
		if !refable(n.Kind) || n.IsEphemeral() {
			continue
		}
		if at := n.Relation().Namespace(); !seen[at] {
			seen[at] = true
			m.Namespaces = append(m.Namespaces, at)
		}
	}
	for _, def := range r.macros.All() {
		if !def.Internal {
			m.OwnMacros++
		}
	}
}

// countMacros adds to the uses of the macros of a node.
func (m *Manifest) countMacros(n *Node, by int) {
	for _, id := range n.DependsOnMacros {
		if m.MacroUses[id] += by; m.MacroUses[id] == 0 {
			delete(m.MacroUses, id)
		}
	}
}

// resolver is the state of one Resolve. Only finish runs in parallel, and what
// it writes belongs to one draft.
type resolver struct {
	project *project.Project
	ctx     *Context
	macros  *Macros
	trees   *trees
	plain   map[string]bool // the parts of relations' names that need no macro
	// plainWhere: the argument model of generic tests needs no macro either.
	plainWhere bool
	vars       map[string]*value.Dict
	packages   map[string]*project.Package
	patches    patches
	refables   map[string][]*Node // by name: models, seeds and snapshots
	sources    map[string][]*SourceNode
	disabled   map[string]bool // "source.table" of disabled sources
	edges      []graph.Edge
	reads      scope.Reads  // of what makes no node: sources, exposures
	graph      []graph.Node // what the graph was made of
	// sourceSpans are the places of source() calls, by node.
	sourceSpans map[*Node][]sourceSite
	m           *Manifest
	diags       diag.List
	about       map[int]string // the ids of the nodes that diags, by index, are about alone
	until       int64          // when a deprecation_date passes, in nanoseconds since 1970; 0: never
}

func newResolver(p *project.Project, c *Context) *resolver {
	r := &resolver{
		project:  p,
		ctx:      c,
		trees:    newTrees(p),
		vars:     map[string]*value.Dict{},
		packages: map[string]*project.Package{},
		refables: map[string][]*Node{},
		sources:  map[string][]*SourceNode{},
		disabled: map[string]bool{},

		sourceSpans: map[*Node][]sourceSite{},
		about:       map[int]string{},
		m: &Manifest{
			ProjectName: p.Root().Name(),
			Target:      c.Target,
			Resources: Resources{
				Sources:        map[string]*SourceNode{},
				Exposures:      map[string]*ExposureNode{},
				UnitTests:      map[string]*UnitTestNode{},
				Groups:         map[string]*GroupNode{},
				Docs:           map[string]*DocBlock{},
				Disabled:       map[string][]*Node{},
				Metrics:        map[string]*SemanticNode{},
				SemanticModels: map[string]*SemanticNode{},
				SavedQueries:   map[string]*SemanticNode{},
			},
		},
	}
	for _, pkg := range p.Packages {
		r.vars[pkg.Name()] = c.Vars(pkg.Config)
		r.packages[pkg.Name()] = pkg
		r.m.Packages = append(r.m.Packages, pkg.Name())
		r.m.configs = append(r.m.configs, pkg.Config)
	}
	r.m.vars, r.m.cliVars = r.vars, cmp.Or(c.Env.Vars, value.NewDict())
	r.patches = collectPatches(p, &r.diags)
	return r
}

// report adds diagnostics. Of a package only errors are worth telling: the
// user cannot change its files.
func (r *resolver) report(pkg string, ds ...diag.Diagnostic) {
	for _, d := range ds {
		if d.Severity == diag.Error || pkg == r.m.ProjectName {
			r.diags = append(r.diags, d)
		}
	}
}

// reportOf is report of what a node alone is the reason for: it goes away when
// the node is read again.
func (r *resolver) reportOf(n *Node, pkg string, ds ...diag.Diagnostic) {
	start := len(r.diags)
	r.report(pkg, ds...)
	for i := start; i < len(r.diags); i++ {
		r.about[i] = n.ID
	}
}

// finish parses and configures drafts in parallel and reports in their order.
func (r *resolver) finish(drafts []*draft) {
	for _, d := range drafts {
		d.base = r.trees.base(d.node.Kind, d.node.Package, d.node.FQN)
	}
	parallel(len(drafts), func(i int) { r.finishDraft(drafts[i]) })
	for _, d := range drafts {
		for i := range d.diags {
			d.diags[i] = d.node.Relocate(d.diags[i])
		}
		r.reportOf(d.node, d.node.Package, d.diags...)
		if len(d.sources) > 0 {
			r.sourceSpans[d.node] = d.sources
		}
		d.node.Reads, d.node.Volatile = d.reads.List, d.reads.Volatile
	}
}

// sourceSite is a source() call.
type sourceSite struct {
	source [2]string
	span   diag.Span
}

// parallel calls fn for 0 to n-1 on all processors.
func parallel(n int, fn func(i int)) {
	workers := min(n, runtime.GOMAXPROCS(0))
	if workers < 2 {
		for i := range n {
			fn(i)
		}
		return
	}
	var next atomic.Int64
	var wait sync.WaitGroup
	for range workers {
		wait.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				fn(i)
			}
		})
	}
	wait.Wait()
}

// register puts finished drafts into the manifest: enabled ones under their
// id, which must be new, the others among the disabled.
func (r *resolver) register(drafts []*draft) {
	for _, d := range drafts {
		n := d.node
		if d.failed && n.Test != nil {
			continue // a node that cannot be read stays, so that refs to it are found
		}
		if enabled, set := n.Config.Bool("enabled"); set && !enabled {
			r.m.Disabled[n.ID] = append(r.m.Disabled[n.ID], n)
			continue
		}
		if other := r.sameName(n); other != nil {
			dup := diag.Errorf("E250", n.Span, "two %ss are named %q: %s and %s", n.Kind, n.Name, other.OrigPath, n.OrigPath).
				WithHint("rename one of the files, or disable one with enabled: false")
			if other.Kind != n.Kind {
				dup.Summary = "a " + string(other.Kind) + " and a " + string(n.Kind) + " are both named \"" + n.Name + "\", so that ref() could mean either"
			}
			if n.Test != nil {
				dup = twice("tests", n.Name, n.Span, other.Span).WithHint("remove one of them, or give one a name of its own with name:")
			}
			dup.Notes = []diag.Note{{Message: "the other one", Span: other.Span}}
			r.report(r.m.ProjectName, dup)
			continue
		}
		r.m.AddNode(n)
		if refable(n.Kind) {
			r.refables[n.Name] = append(r.refables[n.Name], n)
		}
		r.addHooks(n)
	}
}

func (r *resolver) addHooks(n *Node) {
	if n.Hook == nil {
		return
	}
	if n.Hook.Event == "on-run-start" {
		r.m.OnRunStart = append(r.m.OnRunStart, n)
	} else {
		r.m.OnRunEnd = append(r.m.OnRunEnd, n)
	}
}

// sortHooks puts hooks in the order in which they run: the root project's, then
// the packages' by name. That is what dbt does, which means to do the contrary:
// the key that is to sort the root last (dbt/task/run.py, BiggestName) sorts it
// first.
func sortHooks(root string, hooks []*Node) {
	slices.SortStableFunc(hooks, func(a, b *Node) int {
		aRoot, bRoot := a.Package == root, b.Package == root
		switch {
		case aRoot != bRoot && aRoot:
			return -1
		case aRoot != bRoot:
			return 1
		}
		return cmp.Or(cmp.Compare(a.Package, b.Package), cmp.Compare(a.Hook.Index, b.Hook.Index))
	})
}

// sameName returns an enabled node that makes a second one of n's name
// impossible: the same id, or another refable node of the package.
func (r *resolver) sameName(n *Node) *Node {
	if other := r.m.Node(n.ID); other != nil {
		return other
	}
	if refable(n.Kind) {
		for _, other := range r.refables[n.Name] {
			if other.Package == n.Package && other.Version == n.Version {
				return other
			}
		}
	}
	return nil
}

// refable reports whether ref() can name a kind.
func refable(k Kind) bool { return k == Model || k == Seed || k == Snapshot }
