package compiler

import (
	"mdl/adapters"
	"mdl/compiler/scope"
)

// Instead returns a Runtime whose ref() of a node leads to another relation:
// how tests read what is not published yet.
func (r *Runtime) Instead(id string, rel adapters.Relation) *Runtime {
	other := *r
	other.insteadOf, other.instead = id, rel
	return &other
}

// insteadRelation is the other relation, quoted as the node's own.
func insteadRelation(r *Runtime, n *Node) *scope.Relation {
	quoting, _ := n.Config.Get("quoting")
	rel := r.instead
	rel.Kind = adapters.Unknown
	return r.Context.shared.RelationOf(rel, policy(r.Context.Target.Quoting, quoting))
}
