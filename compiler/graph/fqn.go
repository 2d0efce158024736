package graph

import "strings"

// fqnMatcher is a value of the fqn method, split once.
type fqnMatcher struct {
	text  string
	parts []string
	// wild is the first part with a wildcard, or -1; glob is the pattern from
	// there to the end.
	wild int
	glob glob
	// versioned is the last two parts, as they are compared with a version.
	versioned string
}

// matchFQN matches everything but sources, with and without the package in
// front. A value without wildcards is a node's own name or a folder above it.
func matchFQN(q *query) func(*entry) bool {
	m := fqnMatcher{text: q.value, parts: strings.Split(q.value, "."), wild: -1}
	for i, part := range m.parts {
		if hasWildcard(part) {
			m.wild = i
			m.glob = newGlob(strings.Join(m.parts[i:], "."))
			break
		}
	}
	m.versioned = strings.Join(m.parts[max(0, len(m.parts)-2):], "_")
	return func(n *entry) bool { return n.ResourceType != "source" && m.match(n) }
}

func (m *fqnMatcher) match(n *entry) bool {
	if len(n.FQN) == 0 {
		return false
	}
	leaf := n.FQN[len(n.FQN)-1]
	if n.isVersioned() && len(n.FQN) > 1 {
		leaf = n.FQN[len(n.FQN)-2]
		if m.matchesVersion(leaf, n.FQN[len(n.FQN)-1]) {
			return true
		}
	}
	if leaf == m.text {
		return true
	}
	if m.matchFrom(n.flat) {
		return true
	}
	if len(n.FQN) > 1 {
		if m.matchFrom(n.flat[n.scope:]) {
			return true
		}
		// A lone pattern also fits the node's own name, however deep it lies.
		return m.wild == 0 && len(m.parts) == 1 && m.glob.match(leaf)
	}
	return false
}

// matchesVersion reports whether the value is `model.v2` or `model_v2`,
// whatever stands before `model.v2`.
func (m *fqnMatcher) matchesVersion(model, version string) bool {
	return len(m.versioned) == len(model)+1+len(version) && m.versioned[:len(model)] == model &&
		m.versioned[len(model)] == '_' && m.versioned[len(model)+1:] == version
}

// matchFrom compares the parts in turn; from the first wildcard on, the
// pattern must fit all that is left.
func (m *fqnMatcher) matchFrom(flat []string) bool {
	if len(flat) < len(m.parts) {
		return false
	}
	for i, part := range m.parts {
		if i == m.wild {
			return m.glob.match(strings.Join(flat[i:], "."))
		}
		if flat[i] != part {
			return false
		}
	}
	return true
}
