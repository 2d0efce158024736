package scope

import (
	"mdl/adapters"
)

// Policy says which parts of a relation's name are quoted, or included.
type Policy struct {
	Database, Schema, Identifier bool
}

// AllParts is the policy that holds for every part: dbt's default.
var AllParts = Policy{true, true, true}

// Relation is a table or view as templates see it: `this`, ref(), source(),
// api.Relation.create(). It is immutable; its methods return new ones.
type Relation struct {
	class          *relationClass
	path           [3]part // database, schema, identifier
	kind           string  // RelationType, "" for none
	include, quote Policy
	created        bool
	limit          int // rows that a reader sees; -1 for all
	filter         EventFilter
	external       string // what render() gives instead of the path
	catalog        part
	view           part // the view of an information schema
	infoSchema     bool
}

// part is one part of a path: text, or none.
type part struct {
	text string
	set  bool
}

// EventFilter limits a relation to the rows of a span of event time. The
// bounds are printed as they are; "" leaves a side open.
type EventFilter struct {
	Column, Start, End string
}

// RelationOf returns the relation of r for templates, with the quoting given.
func (p *Project) RelationOf(r adapters.Relation, quote Policy) *Relation {
	return p.class.of(r, quote)
}

// Adapter returns the relation as the warehouse sees it.
func (r *Relation) Adapter() adapters.Relation { return r.adapter() }

// Limited returns the relation as a reader under --empty sees it: at most n
// rows.
func (r *Relation) Limited(n int) *Relation { c := *r; c.limit = n; return &c }

// Filtered returns the relation with the rows of a span of event time only.
func (r *Relation) Filtered(f EventFilter) *Relation { c := *r; c.filter = f; return &c }

// External returns the relation that renders as location, as dbt-duckdb does
// for sources with an external_location.
func (r *Relation) External(location string) *Relation { c := *r; c.external = location; return &c }
