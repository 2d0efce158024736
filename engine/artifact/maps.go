package artifact

import (
	"maps"
	"slices"

	"mdl/compiler"
)

// writeMaps writes parent_map, child_map and group_map.
func writeMaps(s *stream, m *compiler.Manifest) {
	ids, parents := dependencies(m)
	children := make(map[string][]string, len(ids))
	for _, id := range ids {
		for _, parent := range parents[id] {
			children[parent] = append(children[parent], id)
		}
	}
	for _, of := range []struct {
		key string
		of  map[string][]string
	}{{"parent_map", parents}, {"child_map", children}} {
		s.open(of.key, '{')
		for _, id := range ids {
			s.texts(id, sorted(of.of[id]))
		}
		s.close('}')
	}
	writeGroups(s, m)
}

// dependencies lists every resource that can be in the graph, and what each
// depends on.
func dependencies(m *compiler.Manifest) (ids []string, parents map[string][]string) {
	parents = make(map[string][]string, len(m.NodeIDs())+len(m.Sources))
	for _, id := range m.NodeIDs() {
		if n := m.Graph.Node(id); n != nil {
			parents[id] = n.Parents
		} else {
			parents[id] = m.Node(id).DependsOn
		}
	}
	for id := range m.Sources {
		parents[id] = nil
	}
	for id, e := range m.Exposures {
		parents[id] = e.DependsOn
	}
	for id, u := range m.UnitTests {
		parents[id] = u.DependsOn
	}
	ids = slices.Concat(m.NodeIDs(), sortedKeys(m.Sources), sortedKeys(m.Exposures), sortedKeys(m.UnitTests))
	for _, n := range m.Semantics() {
		parents[n.ID] = n.DependsOn
		ids = append(ids, n.ID)
	}
	return ids, parents
}

func sortedKeys[T any](of map[string]T) []string { return slices.Sorted(maps.Keys(of)) }

// writeGroups writes, by the name of each group, the nodes in it.
func writeGroups(s *stream, m *compiler.Manifest) {
	members := map[string][]string{}
	for _, g := range m.Groups {
		members[g.Name] = nil
	}
	for _, id := range m.NodeIDs() {
		n := m.Graph.Node(id)
		if n == nil {
			continue
		}
		if _, known := members[n.Group]; known {
			members[n.Group] = append(members[n.Group], id)
		}
	}
	for _, n := range m.Semantics() {
		if _, known := members[n.Group]; known {
			members[n.Group] = append(members[n.Group], n.ID)
		}
	}
	s.open("group_map", '{')
	for _, name := range sortedKeys(members) {
		s.texts(name, members[name])
	}
	s.close('}')
}

// sorted is the list in order; it is not changed itself.
func sorted(list []string) []string {
	if slices.IsSorted(list) {
		return list
	}
	list = slices.Clone(list)
	slices.Sort(list)
	return list
}
