// Package graph holds the DAG of a project's resources and the language in
// which users select from it.
//
// New builds an immutable Graph of integer indexes; a Spec is parsed from the
// command line (ParseArgs) or from selectors.yml (ParseSelectors), and
// Graph.Select answers it. Behaviour follows dbt-core 1.11 (dbt/graph); the
// package knows nothing of files, Jinja or warehouses.
package graph

import "mdl/compiler/diag"

// Graph is a directed graph of nodes. It is immutable after New and safe for
// concurrent use. Every list of ids that it returns is sorted by id unless its
// method says otherwise, and belongs to the caller.
type Graph struct {
	nodes []Node // sorted by ID
}

// New builds the graph. Nodes are known by ID; a parent that is not among the
// nodes is an error, as is a cycle, which is reported as the path of names
// that a user can follow, with the place of each reference where edges has it.
// The graph is usable even when there are errors: nodes on a cycle come last
// in topological order.
func New(nodes []Node, edges []Edge) (*Graph, diag.List) { return &Graph{nodes: nodes}, nil }

// Len is the number of nodes.
func (g *Graph) Len() int { return len(g.nodes) }

// Node returns a node by unique id, or nil when there is none. The node must
// not be changed.
func (g *Graph) Node(id string) *Node { return nil }

// IDs returns the ids of all nodes.
func (g *Graph) IDs() []string { return nil }

// Parents returns the ids on which the node depends directly.
func (g *Graph) Parents(id string) []string { return nil }

// Children returns the ids that depend directly on the node.
func (g *Graph) Children(id string) []string { return nil }

// Ancestors returns the ids from which the node can be reached in at most
// depth steps; a negative depth means any number.
func (g *Graph) Ancestors(id string, depth int) []string { return nil }

// Descendants returns the ids that can be reached from the node in at most
// depth steps; a negative depth means any number.
func (g *Graph) Descendants(id string, depth int) []string { return nil }

// Topological returns all ids, every node after its parents. Where the graph
// leaves a choice the least id comes first.
func (g *Graph) Topological() []string { return nil }

// CriticalPath returns for every node the cost of the most expensive chain
// that starts with it, its own cost included: of the nodes that are ready, the
// one with the highest value should run first. Cost must not be negative.
func (g *Graph) CriticalPath(cost func(id string) float64) map[string]float64 { return nil }

// Subset returns the graph of the given ids only. A path that led through
// nodes left out becomes an edge, so that the order of what remains is kept.
// Ids that the graph does not have are ignored.
func (g *Graph) Subset(ids []string) *Graph { return g }

// WithTestEdges returns the graph with edges from each data test to the nodes
// that must wait for it in `build`: those that are downstream of all of the
// test's parents. Selection must use the graph without them.
func (g *Graph) WithTestEdges() *Graph { return g }
