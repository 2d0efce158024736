package compiler

import (
	"cmp"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"mdl/compiler/diag"
	"mdl/compiler/graph"
	"mdl/compiler/jinja/value"
	"mdl/compiler/project"
	"mdl/compiler/scope"
	"mdl/compiler/wire"
)

// reload is one use of a cache.
type reload struct {
	*cache
	key   string
	root  fs.FS
	ctx   *Context
	o     LoadOptions
	p     *project.Project // the packages, without their files
	m     *Manifest
	why   string // what has changed, where everything is to be read
	stale bool   // what the cache knows of files is out of date
	// relinked: the graph has other edges.
	relinked bool
}

// load makes the manifest out of the cache and what has changed; nil where it
// cannot, so that everything is to be read.
func (c *cache) load(root fs.FS, ctx *Context, o LoadOptions, key string) (*Loaded, string) {
	r := &reload{cache: c, key: key, root: root, ctx: ctx, o: o}
	c.open = r.text
	var diags diag.List
	r.p, diags = project.LoadPackages(root, o.Options)
	if diags.HasErrors() {
		return nil, "a package cannot be read"
	}
	for _, pkg := range r.p.Packages {
		c.configs = append(c.configs, pkg.Config)
	}
	if !r.samePackages() {
		return nil, "the packages are not the same"
	}
	if c.index.Until != 0 && ctx.Env.StartedAt.UnixNano() >= c.index.Until {
		return nil, "a deprecation_date has passed"
	}
	changed, ok := r.changes()
	if !ok || !r.manifest() {
		return nil, cmp.Or(r.why, "selectors.yml is wrong")
	}
	l := &Loaded{Manifest: r.m, Diags: c.index.Warnings}
	if len(changed) > 0 {
		if l = r.rereadNodes(l, changed); l == nil {
			return nil, "a changed node is wrong, or another one to those that refer to it"
		}
		return l, ""
	}
	r.m.Graph = graph.Restore(r.graphNodes(), r.index.Links)
	if r.stale {
		l.Cache = r.renew(nil, r.p)
	}
	return l, ""
}

// samePackages reports whether the packages are those of the cache.
func (r *reload) samePackages() bool {
	return slices.Equal(packageDirs(r.p), r.index.PackageDirs)
}

// packageDirs are the names and the directories of packages.
func packageDirs(p *project.Project) [][2]string {
	var dirs [][2]string
	for _, pkg := range p.Packages {
		dirs = append(dirs, [2]string{pkg.Name(), pkg.Dir})
	}
	return dirs
}

// fs returns the files of a package by its directory.
func (r *reload) fs(dir string) fs.FS {
	if dir == "" {
		return r.root
	}
	if r.o.OpenDir != nil {
		if files, err := r.o.OpenDir(dir); err == nil {
			return files
		}
	}
	files, err := fs.Sub(r.root, dir)
	if err != nil {
		return r.root
	}
	return files
}

// text reads a file in which a span is; "" where it cannot be read.
func (r *reload) text(dir, name string) string {
	raw, _ := fs.ReadFile(r.fs(dir), name)
	return string(raw)
}

// changes are the nodes, by index, that are to be read again; false where
// something else has changed.
func (r *reload) changes() ([]int, bool) {
	answers := scope.Answers{Env: r.ctx.Env, Target: r.ctx.Target.Values, Vars: r.varsOf()}
	for _, read := range r.index.Reads {
		if !answers.Holds(read) {
			r.why = strings.TrimSpace(string(read.Kind)+" "+read.Name) + " has changed, which properties read"
			return nil, false
		}
	}
	changed := map[int]bool{}
	for _, reader := range r.index.Readers {
		if !answers.Holds(reader.Read) {
			for _, n := range reader.Nodes {
				changed[n] = true
			}
		}
	}
	files, ok := r.changedFiles()
	if !ok {
		return nil, false
	}
	if len(files)+len(changed)+len(r.index.Volatile) == 0 {
		return nil, true
	}
	return r.changedNodes(files, changed)
}

// varsOf returns the variables of a package; those of the command line for "".
func (r *reload) varsOf() func(pkg string) *value.Dict {
	made := map[string]*value.Dict{"": cmp.Or(r.ctx.Env.Vars, value.NewDict())}
	return func(name string) *value.Dict {
		if _, ok := made[name]; !ok {
			made[name] = value.NewDict()
			for _, pkg := range r.p.Packages {
				if pkg.Name() == name {
					made[name] = r.ctx.Vars(pkg.Config)
				}
			}
		}
		return made[name]
	}
}

// changedFiles are the files whose text is another one; false where more than
// the text of files has changed.
func (r *reload) changedFiles() (map[cacheFile]bool, bool) {
	roots := map[string]fs.FS{}
	for i := range r.index.Inputs {
		if dir := r.index.Inputs[i].Root; roots[dir] == nil {
			roots[dir] = r.fs(dir)
		}
	}
	states := make([]project.State, len(r.index.Inputs))
	const chunk = 64
	parallel((len(states)+chunk-1)/chunk, func(at int) {
		for i := at * chunk; i < min(len(states), (at+1)*chunk); i++ {
			in := &r.index.Inputs[i]
			states[i] = in.Check(roots[in.Root], r.index.Since)
		}
	})
	files := map[cacheFile]bool{}
	for i, state := range states {
		in := &r.index.Inputs[i]
		switch {
		case state == project.Touched:
			r.stale = true
		case state == project.Changed && in.Kind != project.FileInput:
			r.why = path.Join(in.Root, in.Path) + " has changed"
			return nil, false
		case state == project.Changed:
			files[cacheFile{Root: in.Root, Path: in.Path, Shown: path.Join(in.Root, in.Path)}] = true
		}
	}
	return files, true
}

// changedNodes adds the nodes of changed files; false where a file is not a
// node, or a changed node not a file.
func (r *reload) changedNodes(files map[cacheFile]bool, changed map[int]bool) ([]int, bool) {
	details := r.readDetails()
	for _, n := range r.index.Volatile {
		if details.Paths[n] >= 0 {
			changed[n] = true
		}
	}
	found := map[cacheFile]bool{}
	for n, file := range details.Paths {
		if file >= 0 && files[r.tables.Files[file]] {
			changed[n] = true
			found[r.tables.Files[file]] = true
		}
	}
	for n := range changed {
		if details.Paths[n] < 0 {
			r.why = r.index.IDs[n] + " reads what has changed"
			return nil, false
		}
	}
	for file := range files {
		if !found[file] && (r.why == "" || file.Shown+" has changed" < r.why) {
			r.why = file.Shown + " has changed"
		}
	}
	return slices.Sorted(maps.Keys(changed)), r.why == ""
}

// readDetails reads the details, once.
func (r *reload) readDetails() *cacheDetails {
	d := &cacheDetails{}
	r.codec.details.Read(wire.NewReader(r.details, r.texts), d)
	return d
}

// manifest makes the manifest but for its graph; false where selectors.yml is
// wrong.
func (r *reload) manifest() bool {
	ix := &r.index
	r.m = &Manifest{
		ProjectName: r.ctx.root.Name, Target: r.ctx.Target, Resources: ix.Resources,
		configs: r.configs, cliVars: cmp.Or(r.ctx.Env.Vars, value.NewDict()), vars: map[string]*value.Dict{},
		generation: ix.Generation, edition: ix.Edition, stamps: ix.Stamps,
	}
	vars := r.varsOf()
	for _, pkg := range r.p.Packages {
		r.m.vars[pkg.Name()] = vars(pkg.Name())
	}
	r.m.nodes = nodeTable{
		made: map[string]*Node{}, sorted: ix.IDs,
		cached: &cachedNodes{cache: r.cache, ids: ix.IDs, made: make([]atomic.Pointer[Node], len(ix.IDs))},
	}
	r.m.macros = sync.OnceValue(r.loadMacros)
	r.hooks()
	if r.p.Selectors != nil {
		selectors, bad := graph.ParseSelectors(r.p.Selectors)
		r.m.Selectors = selectors
		return !bad.HasErrors()
	}
	return true
}

// hooks collects the hooks of dbt_project.yml, which are operations.
func (r *reload) hooks() {
	first, _ := slices.BinarySearch(r.index.IDs, string(Operation)+".")
	for _, id := range r.index.IDs[first:] {
		n := r.m.Node(id)
		switch {
		case n.Kind != Operation:
			sortHooks(r.m.ProjectName, r.m.OnRunStart)
			sortHooks(r.m.ProjectName, r.m.OnRunEnd)
			return
		case n.Hook != nil && n.Hook.Event == "on-run-start":
			r.m.OnRunStart = append(r.m.OnRunStart, n)
		case n.Hook != nil:
			r.m.OnRunEnd = append(r.m.OnRunEnd, n)
		}
	}
	sortHooks(r.m.ProjectName, r.m.OnRunStart)
	sortHooks(r.m.ProjectName, r.m.OnRunEnd)
}

// loadMacros reads the files of macros; the cache knows the rest of them.
func (r *reload) loadMacros() *Macros {
	o := r.o.Options
	o.Only = &project.Subset{Files: r.macroFiles(), Internal: true}
	p, _ := project.Load(r.root, o)
	macros, _ := NewMacros(p, r.ctx.Target.Type)
	known := r.readDetails().Macros
	for _, def := range macros.All() {
		if facts := known[def.ID]; facts != nil {
			block, macro := def.Block, def.Macro
			*def = *facts
			def.Block, def.Macro = block, macro
		}
	}
	return macros
}

// macroFiles are the files of macros, by package.
func (r *reload) macroFiles() map[string][]string {
	dirs := map[string][]string{}
	for _, pkg := range r.p.Packages {
		for _, dir := range pkg.Config.MacroPaths {
			dirs[pkg.Dir] = append(dirs[pkg.Dir], prefixOf(dir))
		}
		for _, dir := range pkg.Config.TestPaths {
			dirs[pkg.Dir] = append(dirs[pkg.Dir], prefixOf(path.Join(dir, "generic")))
		}
	}
	files := map[string][]string{}
	for _, in := range r.index.Inputs {
		below := func(dir string) bool { return strings.HasPrefix(in.Path, dir) }
		if in.Kind == project.FileInput && slices.ContainsFunc(dirs[in.Root], below) {
			files[in.Root] = append(files[in.Root], in.Path)
		}
	}
	return files
}

// prefixOf is what the paths of all files below a directory begin with; "." has
// them all.
func prefixOf(dir string) string {
	if dir = path.Clean(dir); dir == "." {
		return ""
	}
	return dir + "/"
}

// graphNodes are the nodes of the graph, with their configurations.
func (r *reload) graphNodes() []graph.Node {
	for i := range r.index.Graph {
		if n := &r.index.Graph[i]; n.Config != nil {
			n.Config = r.m.configLookup(n.ID)
		}
	}
	return r.index.Graph
}

// configLookup finds values in the configuration of a resource.
func (m *Manifest) configLookup(id string) func(path []string) (any, bool) {
	return func(path []string) (any, bool) {
		if n := m.Node(id); n != nil {
			return n.Config.lookup(path)
		}
		if s := m.Sources[id]; s != nil {
			return s.Config.lookup(path)
		}
		if u := m.UnitTests[id]; u != nil {
			return u.Config.lookup(path)
		}
		return nil, false
	}
}

// renew makes the cache of the manifest, in which some nodes, by index, are
// new: those of the files of p.
func (r *reload) renew(changed []int, p *project.Project) []byte {
	w := newCacheWriter(r.texts, 0)
	w.know(p)
	for i := range r.madeFile {
		if f := r.madeFile[i].Load(); f != nil {
			w.known[f] = r.tables.Files[i]
		}
	}
	w.index, w.tables = r.index, r.tables
	w.index.Since = r.o.Now
	w.index.IDs, w.index.Ends, w.index.Readers, w.index.Volatile = nil, nil, nil, nil
	w.configs = []byte(r.values)
	for i, f := range w.tables.Files {
		w.fileNumbers[f] = i
	}
	volatile := map[int]bool{}
	for _, n := range r.index.Volatile {
		volatile[n] = true
	}
	reads := map[int][]scope.Read{}
	for _, reader := range r.index.Readers {
		for _, n := range reader.Nodes {
			reads[n] = append(reads[n], reader.Read)
		}
	}
	for i, id := range r.index.IDs {
		if slices.Contains(changed, i) {
			w.addNode(r.m.Node(id))
			continue
		}
		w.nodes = append(w.nodes, part(r.blobs, r.index.Ends, i)...)
		w.addID(id, reads[i], volatile[i])
	}
	return w.document(r.key, []byte(r.details))
}
