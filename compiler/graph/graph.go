// Package graph holds the DAG of a project's resources and the language in
// which users select from it.
//
// New builds an immutable Graph of integer indexes; a Spec is parsed from the
// command line (ParseArgs) or from selectors.yml (ParseSelectors), and
// Graph.Select answers it. Behaviour follows dbt-core 1.11 (dbt/graph); the
// package knows nothing of files, Jinja or warehouses.
//
// Diagnostic codes: E130 a selector that cannot be read, E230 an unknown
// method or selector, E231 a value that its method does not have, E232 a cycle
// or an unknown parent, E233 a method that this command cannot answer,
// W230 a criterion that selects nothing, W231 a part of selectors.yml that has
// no effect.
package graph

import (
	"iter"
	"slices"
	"strings"

	"mdl/compiler/diag"
)

// Graph is a directed graph of nodes. It is immutable after New and safe for
// concurrent use. Every list of ids that it returns is sorted by id unless its
// method says otherwise, and belongs to the caller. An id that the graph does
// not have has no relatives.
type Graph struct {
	nodes    []entry   // sorted by ID; everything else refers to it by index
	parents  [][]int32 // sorted, no duplicates
	children [][]int32
	order    []int32 // topological
}

// New builds the graph. Nodes are known by ID; a parent that is not among the
// nodes is an error, as is a cycle, which is reported as the path of names
// that a user can follow, with the place of each reference where edges has it.
// The graph is usable even when there are errors: nodes on a cycle or after
// one come last in topological order.
func New(nodes []Node, edges []Edge) (*Graph, diag.List) {
	sorted := make([]*Node, len(nodes))
	for i := range nodes {
		sorted[i] = &nodes[i]
	}
	slices.SortStableFunc(sorted, func(a, b *Node) int { return strings.Compare(a.ID, b.ID) })
	sorted = slices.CompactFunc(sorted, func(a, b *Node) bool { return a.ID == b.ID })

	entries := make([]entry, len(sorted))
	for i, n := range sorted {
		entries[i] = newEntry(n)
	}
	index := indexOf(entries)
	places := placesOf(edges)
	var diags diag.List
	parents := make([][]int32, len(entries))
	for i, n := range sorted {
		for _, id := range n.Parents {
			if p, ok := index[id]; ok {
				parents[i] = append(parents[i], p)
			} else {
				diags = append(diags, diag.Errorf("E232", places[edgeKey{n.ID, id}],
					"%s %q depends on %q, which is not in the project", n.ResourceType, n.display(), id))
			}
		}
	}
	g := build(entries, parents)
	return g, append(diags, g.cycles(places)...)
}

// Links is the structure of a graph without its nodes: plain data, by index.
type Links struct {
	// Parents are those of all nodes in turn; those of a node end at its Ends.
	Parents, Ends []int32
	// Order is topological.
	Order []int32
}

// Links returns the graph's structure, from which Restore makes it again.
func (g *Graph) Links() Links {
	l := Links{Order: g.order, Ends: make([]int32, len(g.parents))}
	for i, parents := range g.parents {
		l.Parents = append(l.Parents, parents...)
		l.Ends[i] = int32(len(l.Parents))
	}
	return l
}

// Restore makes a graph of its nodes, sorted by id, and its structure.
func Restore(nodes []Node, l Links) *Graph {
	g := &Graph{
		nodes: make([]entry, len(nodes)), parents: make([][]int32, len(nodes)), children: make([][]int32, len(nodes)), order: l.Order,
	}
	counts := make([]int32, len(nodes)+1)
	for _, p := range l.Parents {
		counts[p+1]++
	}
	for i := range nodes {
		counts[i+1] += counts[i]
		g.nodes[i] = newEntry(&nodes[i])
	}
	flat := make([]int32, len(l.Parents))
	for i := range nodes {
		g.children[i] = flat[counts[i]:counts[i]:counts[i+1]]
	}
	start := int32(0)
	for i, end := range l.Ends {
		g.parents[i] = l.Parents[start:end:end]
		for _, p := range g.parents[i] {
			g.children[p] = append(g.children[p], int32(i))
		}
		start = end
	}
	return g
}

func indexOf(entries []entry) map[string]int32 {
	index := make(map[string]int32, len(entries))
	for i := range entries {
		index[entries[i].ID] = int32(i)
	}
	return index
}

// build links sorted nodes; it owns and sorts the parents' lists.
func build(nodes []entry, parents [][]int32) *Graph {
	g := &Graph{nodes: nodes, parents: parents, children: make([][]int32, len(nodes))}
	for i := range parents {
		slices.Sort(parents[i])
		parents[i] = slices.Compact(parents[i])
		for _, p := range parents[i] {
			g.children[p] = append(g.children[p], int32(i))
		}
	}
	g.order = g.topological()
	return g
}

// find returns the index of a node.
func (g *Graph) find(id string) (int32, bool) {
	i, ok := slices.BinarySearchFunc(g.nodes, id, func(n entry, id string) int { return strings.Compare(n.ID, id) })
	return int32(i), ok
}

// Len is the number of nodes.
func (g *Graph) Len() int { return len(g.nodes) }

// Node returns a node by unique id, or nil when there is none. The node must
// not be changed.
func (g *Graph) Node(id string) *Node {
	if i, ok := g.find(id); ok {
		return g.nodes[i].Node
	}
	return nil
}

// IDs returns the ids of all nodes.
func (g *Graph) IDs() []string { return g.ids(g.allNodes()) }

// Parents returns the ids on which the node depends directly.
func (g *Graph) Parents(id string) []string { return g.neighbours(id, g.parents) }

// Children returns the ids that depend directly on the node.
func (g *Graph) Children(id string) []string { return g.neighbours(id, g.children) }

// Ancestors returns the ids from which the node can be reached in at most
// depth steps; a negative depth means any number.
func (g *Graph) Ancestors(id string, depth int) []string { return g.relatives(id, g.parents, depth) }

// Descendants returns the ids that can be reached from the node in at most
// depth steps; a negative depth means any number.
func (g *Graph) Descendants(id string, depth int) []string {
	return g.relatives(id, g.children, depth)
}

// Successors are the nodes, by id, each with the places in this order of those
// that depend directly on it.
func (g *Graph) Successors() iter.Seq2[*Node, []int32] {
	return func(yield func(*Node, []int32) bool) {
		for i := range g.nodes {
			if !yield(g.nodes[i].Node, g.children[i]) {
				return
			}
		}
	}
}

// Topological returns all ids, every node after its parents. Where the graph
// leaves a choice the least id comes first.
func (g *Graph) Topological() []string {
	ids := make([]string, len(g.order))
	for at, i := range g.order {
		ids[at] = g.nodes[i].ID
	}
	return ids
}

// CriticalPath returns for every node the cost of the most expensive chain
// that starts with it, its own cost included: of the nodes that are ready, the
// one with the highest value should run first. Cost must not be negative.
func (g *Graph) CriticalPath(cost func(id string) float64) map[string]float64 {
	chain := make([]float64, len(g.nodes))
	total := make(map[string]float64, len(g.nodes))
	for _, i := range slices.Backward(g.order) {
		after := 0.0
		for _, c := range g.children[i] {
			after = max(after, chain[c])
		}
		chain[i] = after + cost(g.nodes[i].ID)
		total[g.nodes[i].ID] = chain[i]
	}
	return total
}

// ids returns the unique ids of a set.
func (g *Graph) ids(s bitset) []string {
	out := make([]string, 0, s.count())
	s.each(func(i int32) { out = append(out, g.nodes[i].ID) })
	return out
}

func (g *Graph) neighbours(id string, links [][]int32) []string {
	i, ok := g.find(id)
	if !ok {
		return nil
	}
	ids := make([]string, len(links[i]))
	for at, n := range links[i] {
		ids[at] = g.nodes[n].ID
	}
	return ids
}

func (g *Graph) relatives(id string, links [][]int32, depth int) []string {
	i, ok := g.find(id)
	if !ok {
		return nil
	}
	start := g.newSet()
	start.add(i)
	return g.ids(g.reach(start, links, depth))
}
