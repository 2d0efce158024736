package graph

import "mdl/compiler/diag"

// Options are the facts of one invocation that a selection depends on.
type Options struct {
	// Project is the root project's name: what package:this means.
	Project string
	// Indirect is the mode for criteria that do not choose their own.
	Indirect Indirect
	// ResourceTypes, when not nil, limits the result to these types, after
	// all selection; ExcludeResourceTypes takes types away.
	ResourceTypes, ExcludeResourceTypes []string
	// Paths are further slash-separated files of the root project, besides
	// those of its nodes, that path: may name. Nodes of packages are matched
	// by path only where the root project has the same path, as in dbt.
	Paths []string
	// Disabled are the names of disabled resources, for hints.
	Disabled []string
}

// Select returns the ids that the specification selects, sorted, and a
// warning for each criterion that selects nothing.
func (g *Graph) Select(spec Spec, opt Options) ([]string, diag.List) { return nil, nil }
