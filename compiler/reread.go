package compiler

import (
	"cmp"
	"iter"
	"maps"
	"path"
	"slices"
	"strings"

	"mdl/compiler/diag"
	"mdl/compiler/graph"
	"mdl/compiler/jinja/value"
	"mdl/compiler/project"
	"mdl/compiler/scope"
)

// rereadNodes reads the nodes that have changed, by their indexes, into the
// manifest. It gives up, with nil, where one of them is wrong, is no more, or
// is another one to those that refer to it.
func (r *reload) rereadNodes(l *Loaded, changed []int) *Loaded {
	old := make([]*Node, len(changed))
	for i, n := range changed {
		old[i] = r.m.Node(r.index.IDs[n])
	}
	p, diags := project.Load(r.root, r.only(old))
	res := r.resolver(p)
	drafts := res.draftNodes()
	drafts = slices.DeleteFunc(drafts, func(d *draft) bool {
		return !slices.ContainsFunc(old, func(n *Node) bool { return sameFile(n, d.node) })
	})
	res.finish(drafts)
	if !r.replace(res, old, drafts) {
		return nil
	}
	res.warnOfDeprecations(res.fresh(old))
	about := reasons(diags, res)
	diags = append(diags, res.diags...)
	if diags.HasErrors() {
		return nil
	}
	r.updateInputs(p.Inputs)
	r.replaceWarnings(p.Inputs, old, diags, about)
	l.Diags = r.index.Warnings
	r.m.stamps = maps.Clone(r.index.Stamps)
	if r.m.stamps == nil {
		r.m.stamps = map[string]uint64{}
	}
	r.index.Stamps = r.m.stamps
	r.m.edition = generation(r.ctx, r.o.Now)
	r.index.Edition = r.m.edition
	stamp := scope.Sum(value.Str(generation(r.ctx, r.o.Now)))
	if r.relinked {
		r.m.stamps[LinksID] = stamp
	}
	for _, n := range old {
		l.Reread = append(l.Reread, n.ID)
		r.m.stamps[n.ID] = stamp
		r.m.countMacros(n, -1)
		r.m.countMacros(r.m.Node(n.ID), 1)
	}
	r.index.Resources = r.m.Resources
	if r.stale || len(changed) > len(r.index.Volatile) || !onlyVolatile(r, changed) {
		l.Cache = r.renew(changed, p)
	}
	return l
}

// updateInputs takes over what was seen of the files that were read again.
func (r *reload) updateInputs(read []project.Input) {
	type place struct{ root, path string }
	at := map[place]project.Input{}
	for _, in := range read {
		if in.Kind == project.FileInput {
			at[place{in.Root, in.Path}] = in
		}
	}
	for i := range r.index.Inputs {
		if in, ok := at[place{r.index.Inputs[i].Root, r.index.Inputs[i].Path}]; ok {
			r.index.Inputs[i] = in
		}
	}
}

// onlyVolatile reports whether all nodes are read again each time anyway.
func onlyVolatile(r *reload, changed []int) bool {
	for _, n := range changed {
		if !slices.Contains(r.index.Volatile, n) {
			return false
		}
	}
	return true
}

// sameFile reports whether two nodes are of one file.
func sameFile(a, b *Node) bool {
	return a.Root == b.Root && a.OrigPath == b.OrigPath && a.Test == nil && b.Test == nil && a.Hook == nil && b.Hook == nil
}

// only are the options to read some nodes with the properties that describe
// them.
func (r *reload) only(nodes []*Node) project.Options {
	files := map[string][]string{}
	add := func(dir, file string) {
		if !slices.Contains(files[dir], file) {
			files[dir] = append(files[dir], file)
		}
	}
	for _, n := range nodes {
		add(n.Root, n.OrigPath)
		if pkg, name, ok := strings.Cut(n.PatchPath, "://"); ok {
			for _, p := range r.p.Packages {
				if p.Name() == pkg {
					add(p.Dir, name)
				}
			}
		}
	}
	o := r.o.Options
	o.Only = &project.Subset{Files: files}
	return o
}

// resolver is one that knows what is in the cache.
func (r *reload) resolver(p *project.Project) *resolver {
	res := newResolver(p, r.ctx)
	res.m = r.m
	res.macros = r.m.Macros()
	res.plain, res.plainWhere = res.plainNames(), res.ownWhere()
	res.disabled = r.readDetails().DisabledSources
	for _, s := range r.m.Sources {
		key := s.SourceName + "." + s.Name
		res.sources[key] = append(res.sources[key], s)
	}
	for _, list := range res.sources {
		slices.SortStableFunc(list, func(a, b *SourceNode) int {
			return cmp.Or(cmp.Compare(res.order(res.packages[a.Package]), res.order(res.packages[b.Package])), cmp.Compare(a.ID, b.ID))
		})
	}
	return res
}

// replace puts the drafts in the place of the old nodes, and binds what they
// refer to.
func (r *reload) replace(res *resolver, old []*Node, drafts []*draft) bool {
	fresh := map[string]*draft{}
	for _, d := range drafts {
		fresh[d.node.ID] = d
	}
	if len(fresh) != len(drafts) || len(drafts) != len(old) {
		return false
	}
	for _, n := range old {
		d := fresh[n.ID]
		if d == nil || d.failed || !interchangeable(n, d.node) {
			return false
		}
	}
	res.findNames(drafts, r.index.Graph)
	for _, d := range drafts {
		r.m.nodes.made[d.node.ID] = d.node
	}
	for _, d := range drafts {
		if !res.bind(d.node) {
			return false
		}
	}
	nodes, linked := r.graphNodes(), true
	for _, d := range drafts {
		i, ok := slices.BinarySearchFunc(nodes, d.node.ID, func(n graph.Node, id string) int { return cmp.Compare(n.ID, id) })
		if !ok {
			return false
		}
		linked = linked && slices.Equal(nodes[i].Parents, d.node.DependsOn)
		nodes[i] = graphNode(d.node)
	}
	if linked {
		r.m.Graph = graph.Restore(nodes, r.index.Links)
		return true
	}
	g, bad := graph.New(nodes, res.edges)
	r.m.Graph, r.index.Links, r.relinked = g, g.Links(), true
	return !bad.HasErrors()
}

// interchangeable reports whether to all other nodes the new node is the old.
func interchangeable(a, b *Node) bool {
	enabled := func(n *Node) bool {
		on, set := n.Config.Bool("enabled")
		return on || !set
	}
	return a.ID == b.ID && a.Name == b.Name && a.Database == b.Database && a.Schema == b.Schema && a.Alias == b.Alias &&
		a.RelationName == b.RelationName && a.Access == b.Access && a.Group == b.Group && a.Version == b.Version &&
		a.LatestVersion == b.LatestVersion && enabled(a) && enabled(b)
}

// findNames fills refables with what the drafts refer to.
func (r *resolver) findNames(drafts []*draft, nodes []graph.Node) {
	wanted := map[string]bool{}
	for _, d := range drafts {
		for _, ref := range d.node.Refs {
			wanted[ref.Name] = true
		}
	}
	for i := range nodes {
		n := &nodes[i]
		if refable(Kind(n.ResourceType)) && wanted[n.Name] {
			r.refables[n.Name] = append(r.refables[n.Name], r.m.Node(n.ID))
		}
	}
	for _, list := range r.refables {
		slices.SortStableFunc(list, func(a, b *Node) int {
			return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(r.order(r.packages[a.Package]), r.order(r.packages[b.Package])))
		})
	}
}

// fresh are the nodes that have taken the place of others.
func (r *resolver) fresh(old []*Node) iter.Seq[*Node] {
	return func(yield func(*Node) bool) {
		for _, n := range old {
			if !yield(r.m.Node(n.ID)) {
				return
			}
		}
	}
}

// reasons tells, for the diagnostics of a load and of a resolver, what each
// goes away with: cacheIndex.About.
func reasons(loaded diag.List, r *resolver) []string {
	about := make([]string, 0, len(loaded)+len(r.diags))
	for _, d := range loaded {
		about = append(about, fileOf(d.Span.Path()))
	}
	for i := range r.diags {
		about = append(about, r.about[i])
	}
	return about
}

// fileOf is the reason of what is said of a file while it is read.
func fileOf(path string) string { return "file " + path }

// replaceWarnings replaces what was said of files and nodes by what is said of
// them now.
func (r *reload) replaceWarnings(read []project.Input, nodes []*Node, fresh diag.List, about []string) {
	gone := map[string]bool{}
	for _, in := range read {
		gone[fileOf(path.Join(in.Root, in.Path))] = in.Kind == project.FileInput
	}
	for _, n := range nodes {
		gone[n.ID] = true
	}
	ix := &r.index
	var kept diag.List
	var keptAbout []string
	for i, d := range ix.Warnings {
		if !gone[ix.About[i]] {
			kept, keptAbout = append(kept, d), append(keptAbout, ix.About[i])
		}
	}
	for i, d := range fresh {
		if gone[about[i]] {
			kept, keptAbout = append(kept, d), append(keptAbout, about[i])
		}
	}
	ix.Warnings, ix.About = kept, keptAbout
}
