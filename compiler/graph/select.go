package graph

import (
	"slices"

	"mdl/compiler/diag"
)

// Options are the facts of one invocation that a selection depends on.
type Options struct {
	// Project is the root project's name: what package:this means.
	Project string
	// Indirect is the mode for criteria that do not choose their own.
	Indirect Indirect
	// ResourceTypes, when not nil, limits the result to these types, after
	// all selection; ExcludeResourceTypes takes types away.
	ResourceTypes, ExcludeResourceTypes []string
	// Paths are further slash-separated files of the root project, besides
	// those of its nodes, that path: may name. Nodes of packages are matched
	// by path only where the root project has the same path, as in dbt.
	Paths []string
	// Disabled are the names of disabled resources, for hints.
	Disabled []string
	// Given answers the methods that need more than the graph: state, result,
	// source_status and git. It returns the ids that a value stands for, or
	// what is wrong; the place is added. Nil where there is nothing to ask.
	Given func(method, value string) (ids map[string]bool, bad *diag.Diagnostic)
}

// Select returns the ids that the specification selects, sorted, and a warning
// for each part of a --select or --exclude that selects nothing. Parts of
// selectors.yml are reported only when the whole selection is empty.
func (g *Graph) Select(spec Spec, opt Options) ([]string, diag.List) {
	if opt.Indirect == IndirectDefault {
		opt.Indirect = Eager
	}
	e := &evaluation{g: g, opt: &opt, done: map[*group]selection{}}
	result := e.eval(spec.root).direct
	if spec.named != "" && result.empty() {
		for _, c := range e.unmatched {
			e.diags = append(e.diags, e.unmatchedWarning(c))
		}
	}
	g.filterTypes(result, &opt)
	return g.ids(result), e.diags
}

// filterTypes removes the nodes whose type was not asked for.
func (g *Graph) filterTypes(set bitset, opt *Options) {
	if opt.ResourceTypes == nil && opt.ExcludeResourceTypes == nil {
		return
	}
	set.each(func(i int32) {
		t := g.nodes[i].ResourceType
		if opt.ResourceTypes != nil && !slices.Contains(opt.ResourceTypes, t) ||
			slices.Contains(opt.ExcludeResourceTypes, t) {
			set.remove(i)
		}
	})
}

// evaluation is one Select.
type evaluation struct {
	g         *Graph
	opt       *Options
	diags     diag.List
	unmatched []*criterion
	// done holds the groups already answered: selectors.yml shares them, and
	// definitions that use one another twice would double the work each time.
	done map[*group]selection
}

// selection is what an expression selects: direct for certain, and in open
// direct and those tests that have a selected parent, but not all.
type selection struct{ direct, open bitset }

func (e *evaluation) eval(x expr) selection {
	switch x := x.(type) {
	case *criterion:
		return e.evalCriterion(x)
	case *group:
		s, ok := e.done[x]
		if !ok {
			s = e.evalGroup(x)
			e.done[x] = s
		}
		return s
	}
	all := e.g.allNodes()
	return selection{all, all}
}

// evalGroup combines the parts twice, with and without the open tests, and
// then lets in those open tests whose parents have all turned up by now.
func (e *evaluation) evalGroup(x *group) selection {
	var direct, open bitset
	before := len(e.unmatched)
	for i, part := range x.parts {
		s := e.eval(part)
		switch {
		case i == 0:
			direct, open = s.direct.clone(), s.open.clone()
		case x.op == union:
			direct.union(s.direct)
			open.union(s.open)
		case x.op == intersection:
			direct.intersect(s.direct)
			open.intersect(s.open)
		default:
			direct.subtract(s.direct)
			open.subtract(s.open)
		}
	}
	if direct == nil {
		direct, open = e.g.newSet(), e.g.newSet()
	}
	e.admit(direct, open, x.indirect)
	if x.warn && direct.empty() {
		e.warnGroup(x, e.unmatched[before:])
	}
	if x.warn {
		e.unmatched = e.unmatched[:before]
	}
	open.union(direct)
	return selection{direct, open}
}

// admit adds to direct the open data tests whose parents are all selected.
func (e *evaluation) admit(direct, open bitset, mode Indirect) {
	if mode == IndirectDefault {
		mode = e.opt.Indirect
	}
	counted := direct.clone()
	switch mode {
	case Cautious:
	case Buildable:
		counted.union(e.g.reach(direct, e.g.parents, -1))
	default:
		return
	}
	candidates := open.clone()
	candidates.subtract(direct)
	candidates.each(func(i int32) {
		// As in dbt a Cautious test that was let in counts for the next one,
		// which makes no difference, because no test is another one's parent.
		if e.g.nodes[i].isParsed() && counted.hasAll(e.g.parents[i]) {
			direct.add(i)
		}
	})
}

// evalCriterion finds the nodes, then their relatives, then the tests of both.
func (e *evaluation) evalCriterion(c *criterion) selection {
	g := e.g
	found := e.search(c)
	if found.empty() {
		e.unmatched = append(e.unmatched, c)
		return selection{found, found}
	}
	direct := found.clone()
	if c.childrensParents {
		below := g.reach(found, g.children, -1)
		below.union(found)
		direct.union(below)
		direct.union(g.reach(below, g.parents, -1))
	}
	if c.parents {
		direct.union(g.reach(found, g.parents, c.parentsDepth))
	}
	if c.children {
		direct.union(g.reach(found, g.children, c.childrenDepth))
	}
	mode := c.indirect
	if mode == IndirectDefault {
		mode = e.opt.Indirect
	}
	return e.expand(direct, mode)
}

// expand adds the tests of the selected nodes as the mode says.
func (e *evaluation) expand(selected bitset, mode Indirect) selection {
	g := e.g
	if mode == Empty {
		return selection{selected, selected}
	}
	counted := selected
	if mode == Buildable {
		counted = selected.clone()
		counted.union(g.reach(selected, g.parents, -1))
		for i := range g.nodes {
			if g.nodes[i].ResourceType == "source" {
				counted.add(int32(i))
			}
		}
	}
	direct := selected.clone()
	open := direct
	if mode != Eager {
		open = selected.clone()
	}
	selected.each(func(i int32) {
		for _, c := range g.children[i] {
			if !g.nodes[c].isTest() {
				continue
			}
			open.add(c)
			if mode == Eager || counted.hasAll(g.parents[c]) {
				direct.add(c)
			}
		}
	})
	return selection{direct, open}
}

// search returns the nodes that the criterion itself names.
func (e *evaluation) search(c *criterion) bitset {
	found := e.g.newSet()
	if c.method.given != "" {
		e.searchGiven(c, found)
		return found
	}
	match := c.method.match(&query{criterion: c, g: e.g, opt: e.opt})
	for i := range e.g.nodes {
		if match(&e.g.nodes[i]) {
			found.add(int32(i))
		}
	}
	return found
}

// searchGiven asks the caller which nodes a criterion names.
func (e *evaluation) searchGiven(c *criterion, found bitset) {
	if e.opt.Given == nil {
		e.diags = append(e.diags, *problem("E233", c.span, "%s: cannot be used here: %s", c.method.name, c.method.given))
		return
	}
	ids, bad := e.opt.Given(c.method.name, c.value)
	if bad != nil {
		d := *bad
		if d.Span.IsZero() {
			d.Span = c.span
		}
		e.diags = append(e.diags, d)
	}
	for i := range e.g.nodes {
		if ids[e.g.nodes[i].ID] {
			found.add(int32(i))
		}
	}
}
