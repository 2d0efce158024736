package engine

import (
	"slices"
	"strings"

	"mdl/compiler"
	"mdl/compiler/graph"
)

// The values of the configuration key publish.
const (
	publishKey        = "publish"
	publishAfterTests = "after_tests"
)

// audited reports whether a step publishes what it builds only when the tests
// of it have passed.
func (s *Step) audited() bool {
	if s.node == nil || s.node.Kind == compiler.Test || s.node.IsEphemeral() {
		return false
	}
	return s.node.Config.String(publishKey) == publishAfterTests
}

// planAudits takes the tests that decide whether a node is published out of the
// steps and hangs them on the node's step, also those that were not selected: a
// node that is to be published after its tests never is without them. It
// returns the graph in which such a node waits for all that its tests read.
//
// A node's own tests are the generic ones of its properties, and the singular
// ones that read it; a test of several such nodes belongs to the last of them
// that it can belong to. A test that reads what is built from the node can only
// run after it was published, and is left as it is.
func planAudits(m *compiler.Manifest, cmd Command, steps map[string]*Step) *graph.Graph {
	g := m.Graph
	if !slices.Contains([]Command{CmdRun, CmdBuild, CmdSeed, CmdSnapshot}, cmd) {
		return g
	}
	var nodes []string
	for id, s := range steps {
		if s.audited() {
			nodes = append(nodes, id)
		}
	}
	if len(nodes) == 0 {
		return g
	}
	order := map[string]int{}
	for i, id := range g.Topological() {
		order[id] = i
	}
	slices.SortFunc(nodes, func(a, b string) int { return order[b] - order[a] })
	taken := map[string]bool{}
	for _, id := range nodes {
		for _, child := range g.Children(id) {
			test := m.Node(child)
			if test == nil || test.Kind != compiler.Test || taken[child] || !isOwnTest(test, id) {
				continue
			}
			next, ok := waitFor(g, id, test.DependsOn)
			if !ok {
				continue
			}
			g, taken[child] = next, true
			delete(steps, child)
			steps[id].Audits = append(steps[id].Audits, &Step{ID: child, Kind: compiler.Test, Name: test.Name, node: test})
		}
	}
	return g
}

// isOwnTest reports whether a test is one of a node: of the test's parents only
// the one that it was written for counts, where there is one.
func isOwnTest(test *compiler.Node, id string) bool {
	if strings.TrimSpace(test.Raw) == "" {
		return false
	}
	return test.Test == nil || test.Test.AttachedNode == "" || test.Test.AttachedNode == id
}

// waitFor returns the graph in which a node comes after others, and false when
// one of them comes after the node.
func waitFor(g *graph.Graph, id string, others []string) (*graph.Graph, bool) {
	var more []string
	for _, other := range others {
		if other != id && g.Node(other) != nil {
			more = append(more, other)
		}
	}
	if len(more) == 0 {
		return g, true
	}
	below, above := g.Descendants(id, -1), g.Ancestors(id, -1)
	missing := more[:0]
	for _, other := range more {
		switch {
		case slices.Contains(below, other):
			return g, false
		case !slices.Contains(above, other):
			missing = append(missing, other)
		}
	}
	if len(missing) == 0 {
		return g, true
	}
	return g.WithParents(id, missing), true
}
