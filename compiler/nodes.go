package compiler

import (
	"iter"
	"sort"
)

// nodeTable holds the nodes of a manifest: those that are in memory, over
// those of a cache, which are read when they are asked for.
type nodeTable struct {
	made   map[string]*Node
	sorted []string // ids of made and cached; nil after a change
	all    []*Node  // those of sorted, where all are made
	cached *cachedNodes
}

// Node returns the model, seed, snapshot, test, analysis or operation of a
// unique id, nil when there is none.
func (m *Manifest) Node(id string) *Node {
	if n, ok := m.nodes.made[id]; ok {
		return n
	}
	return m.nodes.cached.get(id)
}

// AllNodes are the nodes in the order of their ids.
func (m *Manifest) AllNodes() iter.Seq[*Node] {
	return func(yield func(*Node) bool) {
		if m.nodes.all != nil {
			for _, n := range m.nodes.all {
				if !yield(n) {
					return
				}
			}
			return
		}
		for _, id := range m.NodeIDs() {
			if !yield(m.Node(id)) {
				return
			}
		}
	}
}

// NodeIDs are the ids of the nodes, sorted; callers must not change them.
func (m *Manifest) NodeIDs() []string {
	if m.nodes.sorted == nil {
		return m.nodes.list()
	}
	return m.nodes.sorted
}

// AddNode puts a node into a manifest that nobody reads yet.
func (m *Manifest) AddNode(n *Node) {
	if m.nodes.made == nil {
		m.nodes.made = map[string]*Node{}
	}
	m.nodes.made[n.ID] = n
	m.nodes.sorted, m.nodes.all = nil, nil
}

// seal ends the adding of nodes.
func (t *nodeTable) seal() {
	t.sorted = t.list()
	if t.cached != nil {
		return
	}
	t.all = make([]*Node, len(t.sorted))
	for i, id := range t.sorted {
		t.all[i] = t.made[id]
	}
}

func (t *nodeTable) list() []string {
	ids := sortedKeys(t.made)
	if t.cached == nil {
		return ids
	}
	for _, id := range t.cached.ids {
		if _, made := t.made[id]; !made {
			ids = append(ids, id)
		}
	}
	sort.Strings(ids)
	return ids
}

// Generation names the load that has read everything of which the manifest is
// made; "" where nothing of it can be kept. What was made of a resource holds
// within a generation as long as its Stamp is the same.
func (m *Manifest) Generation() string { return m.generation }

// Edition names what the manifest says: two of one edition are the same. It is
// "" where that is not known.
func (m *Manifest) Edition() string { return m.edition }

// LinksID has a Stamp as if it were a node's: that of what depends on what.
const LinksID = "links"

// Stamp tells the texts apart that a node has had within a generation.
func (m *Manifest) Stamp(id string) uint64 { return m.stamps[id] }

// Macros are the macros of the project and its packages, nil where a manifest
// was made without any.
func (m *Manifest) Macros() *Macros {
	if m.macros == nil {
		return nil
	}
	return m.macros()
}
