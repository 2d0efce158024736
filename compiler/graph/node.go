package graph

import (
	"strings"

	"mdl/compiler/diag"
)

// Node is what the graph and the selectors need to know of one enabled
// resource. It is plain data, given by the compiler; the graph never writes to it.
type Node struct {
	// ID is the unique id, such as "model.shop.orders".
	ID string
	// Name is the name that methods such as exposure:, metric: and unit_test:
	// compare; for a source it is the table's name.
	Name string
	// Package is the name of the project or package that owns the node.
	Package string
	// ResourceType is dbt's resource_type: model, seed, snapshot, test,
	// analysis, operation, sql_operation, source, exposure, metric,
	// semantic_model, saved_query, unit_test or function.
	ResourceType string
	// FQN is the fully qualified name, its first element being the package.
	FQN []string
	// Tags are the node's tags.
	Tags []string
	// OriginalPath is the slash-separated file below the package's root
	// (dbt's original_file_path); for sources, exposures, generic and unit
	// tests it is the YAML file.
	OriginalPath string
	// PatchPath is the properties file that describes the node, with or
	// without the leading "package://"; "" when there is none.
	PatchPath string
	// Parents are the unique ids on which the node depends, in any order.
	Parents []string
	// SourceName is the name of the source to which a table belongs.
	SourceName string
	// Access is a model's access: private, protected or public.
	Access string
	// Group is the node's configured group.
	Group string
	// Version and LatestVersion are those of a versioned model, else "".
	Version, LatestVersion string
	// TestName is the name of a generic test such as "not_null"; a test
	// without it is singular. Unit tests have none.
	TestName string
	// Config looks a configuration value up by the parts of its key path. It
	// returns string, bool, int64, float64 or []any of these; any other type
	// matches nothing. Nil means that the node cannot be selected by config:
	// in dbt only sources and what runs or is tested can.
	Config func(path []string) (any, bool)
}

// Edge is the place at which one node names another as its parent. It adds
// nothing to the graph but the places in messages.
type Edge struct {
	// Child depends on Parent; both are unique ids.
	Child, Parent string
	// Span is the place of the ref or source call.
	Span diag.Span
}

// isTest reports whether the node can be selected through its parents.
func (n *Node) isTest() bool {
	return n.ResourceType == "test" || n.ResourceType == "unit_test"
}

// isParsed reports whether dbt counts the node among its manifest's `nodes`.
func (n *Node) isParsed() bool {
	switch n.ResourceType {
	case "model", "seed", "snapshot", "test", "analysis", "operation", "sql_operation":
		return true
	}
	return false
}

// isVersioned reports whether the node is one version of a model.
func (n *Node) isVersioned() bool { return n.ResourceType == "model" && n.Version != "" }

// display is the name that a message uses and that a user can select.
func (n *Node) display() string {
	switch {
	case n.ResourceType == "source":
		return n.SourceName + "." + n.Name
	case n.isVersioned():
		return n.Name + ".v" + n.Version
	}
	return n.Name
}

// entry is a node with what selection would otherwise compute every time.
type entry struct {
	*Node
	// flat is the FQN with the dots inside its segments as separators too.
	flat []string
	// scope is the number of elements of flat that are the package's.
	scope int
	// patch is PatchPath without the package.
	patch string
}

func newEntry(n *Node) entry {
	e := entry{Node: n, flat: n.FQN, patch: n.PatchPath}
	if len(n.FQN) > 0 {
		e.scope = strings.Count(n.FQN[0], ".") + 1
	}
	for _, part := range n.FQN {
		if strings.IndexByte(part, '.') >= 0 {
			e.flat = strings.Split(e.joined(), ".")
			break
		}
	}
	if _, path, ok := strings.Cut(e.patch, "://"); ok {
		e.patch = path
	}
	return e
}

// joined is the FQN with dots between.
func (n *entry) joined() string { return strings.Join(n.FQN, ".") }
