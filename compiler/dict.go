package compiler

import "mdl/compiler/jinja/value"

// NodeDict returns a node under the names of dbt's manifest, as templates see
// it in model and graph and as manifest.json holds it.
func NodeDict(n *Node) *value.Dict { return value.NewDict() }

// SourceDict does the same for a source table.
func SourceDict(s *SourceNode) *value.Dict { return value.NewDict() }

// ExposureDict does the same for an exposure.
func ExposureDict(e *ExposureNode) *value.Dict { return value.NewDict() }
