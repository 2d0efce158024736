package adapters

// Namespace is a schema within a database.
type Namespace struct {
	Database, Schema string
}

// Relation names a table or view, unquoted and unfolded. An empty Database or
// Schema is left out when the relation is rendered.
type Relation struct {
	Database, Schema, Name string
	Kind                   RelationKind
}

// Namespace is the schema that holds the relation.
func (r Relation) Namespace() Namespace { return Namespace{r.Database, r.Schema} }

// WithName returns r under another name in the same schema.
func (r Relation) WithName(name string) Relation {
	r.Name = name
	return r
}

// RelationKind is what sort of thing a Relation is.
type RelationKind int

// The kinds of relations.
const (
	Unknown RelationKind = iota
	Table
	View
	MaterializedView
	External
	CTE
)

var kindNames = [...]string{"", "table", "view", "materialized_view", "external", "cte"}

// String is the kind as templates and artifacts spell it; "" when unknown.
func (k RelationKind) String() string {
	if k < 0 || int(k) >= len(kindNames) {
		return ""
	}
	return kindNames[k]
}

// Keyword is what SQL calls the kind in `create`, `drop`, `alter` and `comment`.
func (k RelationKind) Keyword() string {
	switch k {
	case View:
		return "view"
	case MaterializedView:
		return "materialized view"
	}
	return "table"
}

// ParseRelationKind is the inverse of RelationKind.String.
func ParseRelationKind(name string) RelationKind {
	for k, n := range kindNames {
		if n == name {
			return RelationKind(k)
		}
	}
	return Unknown
}

// Column is a column's name and its type as the warehouse spells it.
type Column struct {
	Name, Type string
}
