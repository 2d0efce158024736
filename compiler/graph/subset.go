package graph

import "slices"

// Subset returns the graph of the given ids only. A path that led through
// nodes left out becomes an edge, so that the order of what remains is kept.
// Ids that the graph does not have are ignored.
func (g *Graph) Subset(ids []string) *Graph {
	keep := g.newSet()
	for _, id := range ids {
		if i, ok := g.find(id); ok {
			keep.add(i)
		}
	}
	renumber := make([]int32, len(g.nodes))
	nodes := make([]entry, 0, keep.count())
	keep.each(func(i int32) {
		renumber[i] = int32(len(nodes))
		nodes = append(nodes, g.nodes[i])
	})
	above := g.keptAbove(keep)
	parents := make([][]int32, len(nodes))
	keep.each(func(i int32) {
		at := renumber[i]
		for _, p := range g.parents[i] {
			if keep.has(p) {
				parents[at] = append(parents[at], renumber[p])
				continue
			}
			above[p].each(func(k int32) { parents[at] = append(parents[at], renumber[k]) })
		}
	})
	return build(nodes, parents)
}

// keptAbove returns for each node left out the kept nodes that lie above it
// with nothing kept between; nil for none.
func (g *Graph) keptAbove(keep bitset) []bitset {
	above := make([]bitset, len(g.nodes))
	for _, i := range g.order {
		if keep.has(i) {
			continue
		}
		for _, p := range g.parents[i] {
			if !keep.has(p) && above[p] == nil {
				continue
			}
			if above[i] == nil {
				above[i] = g.newSet()
			}
			if keep.has(p) {
				above[i].add(p)
			} else {
				above[i].union(above[p])
			}
		}
	}
	return above
}

// WithTestEdges returns the graph with edges from each data test to the nodes
// that must wait for it in `build`: those that are downstream of all of the
// test's parents. A node that waits for it through another one needs no edge
// of its own. Selection must use the graph without these edges.
func (g *Graph) WithTestEdges() *Graph {
	parents := make([][]int32, len(g.nodes))
	for i := range parents {
		parents[i] = slices.Clone(g.parents[i])
	}
	below := map[int32]bitset{}
	for i := range g.nodes {
		if g.nodes[i].ResourceType != "test" {
			continue
		}
		for _, n := range g.firstBelow(g.parents[i], below) {
			if g.nodes[n].isParsed() && !g.nodes[n].isTest() {
				parents[n] = append(parents[n], int32(i))
			}
		}
	}
	return build(g.nodes, parents)
}

// firstBelow returns nodes that are downstream of all the given ones, at least
// those that have no parent which is. It keeps what it computes in below.
func (g *Graph) firstBelow(above []int32, below map[int32]bitset) []int32 {
	if len(above) == 0 {
		return nil
	}
	if len(above) == 1 {
		return g.children[above[0]]
	}
	var common bitset
	for _, p := range above {
		if below[p] == nil {
			start := g.newSet()
			start.add(p)
			below[p] = g.reach(start, g.children, -1)
		}
		if common == nil {
			common = below[p].clone()
		} else {
			common.intersect(below[p])
		}
	}
	var first []int32
	common.each(func(i int32) {
		if !touches(common, g.parents[i]) {
			first = append(first, i)
		}
	})
	return first
}

// WithParents returns the graph in which a node has more parents. None of them
// may be downstream of it; those that the graph does not have are ignored.
func (g *Graph) WithParents(id string, more []string) *Graph {
	at, ok := g.find(id)
	if !ok {
		return g
	}
	parents := slices.Clone(g.parents)
	parents[at] = slices.Clone(parents[at])
	for _, p := range more {
		if i, ok := g.find(p); ok {
			parents[at] = append(parents[at], i)
		}
	}
	return build(g.nodes, parents)
}
