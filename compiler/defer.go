package compiler

import (
	"slices"
	"strings"

	"mdl/adapters"
	"mdl/compiler/jinja/value"
	"mdl/compiler/scope"
)

// Defer says where ref() leads for what the target does not have: to the
// relations of an earlier state of the project.
type Defer struct {
	// Find returns where the earlier state has a node, or nil. It is called
	// concurrently.
	Find func(id string) *DeferRelation
	// FavorState prefers them for all that is not selected, also where the
	// target has the relation.
	FavorState bool
}

// DeferRelation is where an earlier state has a node.
type DeferRelation struct {
	Database, Schema, Alias string
	// Resource is the node as the earlier state's manifest.json has it.
	Resource *value.Dict
}

func (d *Defer) find(n *Node) *DeferRelation {
	if d == nil {
		return nil
	}
	return d.Find(n.ID)
}

// deferred returns the relation that stands for a node, or nil when it is the
// node's own (dbt/context/providers.py, RuntimeRefResolver).
func (s *runNames) deferred(n *Node) (*scope.Relation, error) {
	d := s.r.Defer.find(n)
	if d == nil {
		return nil, nil
	}
	if !s.r.Defer.FavorState || slices.Contains(s.r.Selected, n.ID) {
		exists, err := s.exists(n)
		if exists || err != nil {
			return nil, err
		}
	}
	return d.relation(s.r.Context), nil
}

// relation is the relation in the earlier state, quoted as configured there.
func (d *DeferRelation) relation(c *Context) *scope.Relation {
	var quoting value.Value
	if config, ok := get[*value.Dict](d.Resource, "config"); ok {
		quoting, _ = config.GetStr("quoting")
	}
	rel := adapters.Relation{Database: d.Database, Schema: d.Schema, Name: d.Alias}
	return c.shared.RelationOf(rel, policy(c.Target.Quoting, quoting))
}

// StateRelation returns where the earlier state has a node, as the warehouse
// sees it and as SQL names it; false where it has none.
func (r *Runtime) StateRelation(n *Node) (rel adapters.Relation, sql string, ok bool) {
	d := r.Defer.find(n)
	if d == nil {
		return rel, "", false
	}
	of := d.relation(r.Context)
	return of.Adapter(), of.Render(), true
}

// exists reports whether the target has the relation of a node; without a
// warehouse to ask nothing exists.
func (s *runNames) exists(n *Node) (bool, error) {
	if s.wh == nil {
		return false, nil
	}
	rel := n.Relation()
	list, err := s.wh.Relations(s.ctx, rel.Namespace())
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(list, func(r adapters.Relation) bool { return strings.EqualFold(r.Name, rel.Name) }), nil
}

// deferKeys are the entries of defer_relation that come from the earlier state.
var deferKeys = []string{"database", "schema", "alias", "relation_name", "resource_type", "name", "description",
	"compiled_code", "meta", "tags", "config"}

// deferRelation is what templates see of a node's relation in the earlier state.
func (s *runNames) deferRelation() value.Value {
	of := s.r.Defer.find(s.n)
	if of == nil {
		return value.None
	}
	d := value.NewDictSize(len(deferKeys))
	for _, key := range deferKeys {
		v, ok := of.Resource.GetStr(key)
		if !ok {
			v = value.None
		}
		d.SetStr(key, v)
	}
	return d
}

// model is the name model, with where an earlier state has the node.
func (s *runNames) model() value.Value {
	d := ModelDict(s.n)
	if s.batched() {
		d.SetStr("batch", batchDict(s.n))
	}
	if relation := s.deferRelation(); relation != value.None {
		d.SetStr("defer_relation", relation)
	}
	return d
}
