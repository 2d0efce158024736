package compiler

import "mdl/compiler/graph"

// Semantics are all saved queries, semantic models and metrics, by unique id.
func (m *Manifest) Semantics() []*SemanticNode {
	var nodes []*SemanticNode
	for _, of := range []map[string]*SemanticNode{m.SavedQueries, m.SemanticModels, m.Metrics} {
		for _, id := range sortedKeys(of) {
			nodes = append(nodes, of[id])
		}
	}
	return nodes
}

// semanticGraphNodes are the semantic nodes as the graph needs them.
func (m *Manifest) semanticGraphNodes() []graph.Node {
	var nodes []graph.Node
	for _, n := range m.Semantics() {
		nodes = append(nodes, graph.Node{
			ID: n.ID, Name: n.Name, Package: n.Package, ResourceType: string(n.Kind), FQN: n.FQN, Tags: n.Tags,
			OriginalPath: n.OrigPath, Parents: n.DependsOn, Group: n.Group,
		})
	}
	return nodes
}

// Semantic returns the semantic model, metric or saved query of a unique id,
// or nil.
func (m *Manifest) Semantic(id string) *SemanticNode {
	for _, of := range []map[string]*SemanticNode{m.SemanticModels, m.Metrics, m.SavedQueries} {
		if n := of[id]; n != nil {
			return n
		}
	}
	return nil
}
