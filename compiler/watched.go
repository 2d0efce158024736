package compiler

import "slices"

// historyTests are the generic tests that compare a relation with what it was
// in earlier runs. The run ledger records the size of what they are put on.
var historyTests = []string{"row_count_vs_history"}

// watch notes the node that a test of history is put on.
func (m *Manifest) watch(n *Node) {
	if n.Test == nil || n.Test.AttachedNode == "" || !slices.Contains(historyTests, n.Test.Name) || slices.Contains(m.Watched, n.Test.AttachedNode) {
		return
	}
	m.Watched = append(m.Watched, n.Test.AttachedNode)
}
