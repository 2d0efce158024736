package graph

import (
	"slices"
	"strings"

	"mdl/compiler/diag"
)

type edgeKey struct{ child, parent string }

// placesOf maps each edge to its first place.
func placesOf(edges []Edge) map[edgeKey]diag.Span {
	places := make(map[edgeKey]diag.Span, len(edges))
	for _, e := range edges {
		key := edgeKey{e.Child, e.Parent}
		if old, ok := places[key]; !ok || old.IsZero() {
			places[key] = e.Span
		}
	}
	return places
}

// cycles reports cycles that share no node, each as the shortest one through
// the node whose name comes first in the alphabet.
func (g *Graph) cycles(places map[edgeKey]diag.Span) diag.List {
	left := g.allNodes()
	g.peel(left)
	byName := make([]int32, 0, left.count())
	left.each(func(i int32) { byName = append(byName, i) })
	slices.SortStableFunc(byName, func(a, b int32) int {
		return strings.Compare(g.nodes[a].display(), g.nodes[b].display())
	})
	var diags diag.List
	for _, i := range byName {
		if !left.has(i) {
			continue
		}
		path := g.cycleThrough(i, left)
		for _, n := range path {
			left.remove(n)
		}
		left.remove(i)
		g.peel(left)
		if path != nil {
			diags = append(diags, g.describeCycle(path, places))
		}
	}
	return diags
}

// peel removes, again and again, nodes that have no parent or no child in the
// set: what stays lies on a cycle or between two.
func (g *Graph) peel(set bitset) {
	for changed := true; changed; {
		changed = false
		keep := func(i int32) {
			if !touches(set, g.parents[i]) || !touches(set, g.children[i]) {
				set.remove(i)
				changed = true
			}
		}
		for _, i := range g.order {
			if set.has(i) {
				keep(i)
			}
		}
		for _, i := range slices.Backward(g.order) {
			if set.has(i) {
				keep(i)
			}
		}
	}
}

func touches(set bitset, indexes []int32) bool {
	for _, i := range indexes {
		if set.has(i) {
			return true
		}
	}
	return false
}

// cycleThrough returns the shortest cycle that starts at a node and follows
// parents inside the set, without the repeated first node; nil if none.
func (g *Graph) cycleThrough(start int32, set bitset) []int32 {
	child := map[int32]int32{} // by which child a node was reached
	layer := []int32{start}
	for len(layer) > 0 {
		var next []int32
		for _, i := range layer {
			for _, p := range g.parents[i] {
				if p == start {
					return pathBack(start, i, child)
				}
				if _, seen := child[p]; !seen && set.has(p) {
					child[p] = i
					next = append(next, p)
				}
			}
		}
		layer = next
	}
	return nil
}

func pathBack(start, last int32, child map[int32]int32) []int32 {
	path := []int32{last}
	for i := last; i != start; {
		i = child[i]
		path = append(path, i)
	}
	slices.Reverse(path)
	return path
}

// describeCycle names the cycle in the direction of the references, in which a
// user walks from file to file.
func (g *Graph) describeCycle(path []int32, places map[edgeKey]diag.Span) diag.Diagnostic {
	names := make([]string, 0, len(path)+1)
	notes := make([]diag.Note, len(path))
	for at, i := range path {
		next := path[(at+1)%len(path)]
		names = append(names, g.nodes[i].display())
		notes[at] = diag.Note{
			Message: g.nodes[i].display() + " refers to " + g.nodes[next].display(),
			Span:    places[edgeKey{g.nodes[i].ID, g.nodes[next].ID}],
		}
	}
	names = append(names, names[0])
	d := diag.Errorf("E232", notes[0].Span, "cycle: %s", strings.Join(names, " -> "))
	d.Detail = "Each refers to the next, so none of them can be built first."
	d.Hint = "remove one of these references, or move what both sides need into a model of its own"
	d.Notes = notes
	if len(path) == 1 {
		d.Detail = "It refers to itself, so it can never be built."
		d.Hint = "for the table as it was before this run, use {{ this }} in an incremental model"
		d.Notes = nil
	}
	return d
}
