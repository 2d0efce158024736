package engine

import (
	"mdl/adapters"
	"mdl/compiler"
)

// Plan is what a command would do. It is immutable and printable as JSON;
// progress is kept elsewhere.
type Plan struct {
	Command Command `json:"command"`
	// Steps are in an order in which they could run one after the other.
	Steps []*Step `json:"steps"`
	// Schemas are those that the steps build into, each once, without Name.
	Schemas []adapters.Relation `json:"schemas"`
}

// Step is one node of a plan.
type Step struct {
	ID              string        `json:"unique_id"`
	Kind            compiler.Kind `json:"resource_type"`
	Materialization string        `json:"materialization"`
	// Relation is the quoted name of what the step builds, or "".
	Relation string `json:"relation,omitempty"`
	// After are the steps that must end first, nearest ones only; where a path
	// leads through nodes that were not selected, it counts.
	After []string `json:"after"`
	// Priority is the length of the longest chain of steps that starts here:
	// of the steps that are ready, the highest runs first.
	Priority float64 `json:"priority"`
	// Hidden steps are not reported unless they fail: ephemeral models, which
	// are only compiled.
	Hidden bool `json:"hidden,omitempty"`
}
