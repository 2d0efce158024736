package state

import (
	"slices"

	"mdl/compiler"
)

// Deferred returns where the earlier state has a model, seed or snapshot; nil
// where it has none, or an ephemeral one. It may be called concurrently.
func (s *State) Deferred(id string) *compiler.DeferRelation {
	d := s.resource(id)
	if d == nil || !slices.Contains([]string{"model", "seed", "snapshot"}, text(d, "resource_type")) ||
		text(d, "config", "materialized") == "ephemeral" {
		return nil
	}
	return &compiler.DeferRelation{
		Database: text(d, "database"), Schema: text(d, "schema"), Alias: text(d, "alias"), Resource: d,
	}
}
