package graph

import "slices"

// WithUnitTestsFirst returns the graph in which unit tests come before their
// models, as in `build`: a unit test waits for what its model waits for, and
// the model waits for it. Selection must use the graph without these edges.
func (g *Graph) WithUnitTestsFirst() *Graph {
	var tests []int32
	for i := range g.nodes {
		if g.nodes[i].ResourceType == "unit_test" && len(g.parents[i]) > 0 {
			tests = append(tests, int32(i))
		}
	}
	if len(tests) == 0 {
		return g
	}
	parents := slices.Clone(g.parents)
	for _, i := range tests {
		parents[i] = nil
		for _, model := range g.parents[i] {
			parents[i] = append(parents[i], g.parents[model]...)
		}
	}
	for _, i := range tests {
		for _, model := range g.parents[i] {
			parents[model] = append(slices.Clone(parents[model]), i)
		}
	}
	return build(g.nodes, parents)
}
