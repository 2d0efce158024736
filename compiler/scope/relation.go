package scope

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"mdl/adapters"
	"mdl/compiler/jinja/value"
)

// Relation is a table or view as templates see it: `this`, ref(), source(),
// api.Relation.create(). It is immutable; its methods return new ones.
type Relation struct {
	class          *relationClass
	path           path
	kind           string // dbt's RelationType; "" for none
	include, quote Policy
	quoteChar      string
	created        bool // dbt_created: names that are not quoted match without case
	limit          int  // rows that a reader sees; -1 for all
	filter         EventFilter
	requireAlias   bool
	catalog        part
	external       part // what render() gives instead of the path
	infoSchema     bool // an InformationSchema, with the view of that name
	view           part
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
	rel := p.class.blank()
	rel.path = path{partOf(r.Database), partOf(r.Schema), partOf(r.Name)}
	rel.kind = r.Kind.String()
	rel.quote = quote
	return rel
}

// CTE returns the relation of an ephemeral model: the name of its common table
// expression, unquoted.
func (p *Project) CTE(identifier string) *Relation {
	rel := p.class.blank()
	rel.path[2] = partOf(CTEPrefix + identifier)
	rel.kind = "cte"
	rel.quote.Identifier = false
	return rel
}

// CTEPrefix stands before the name of an ephemeral model's common table
// expression.
const CTEPrefix = "__dbt__cte__"

// Adapter returns the relation as the warehouse sees it.
func (r *Relation) Adapter() adapters.Relation {
	return adapters.Relation{
		Database: r.path[0].text, Schema: r.path[1].text, Name: r.path[2].text,
		Kind: adapters.ParseRelationKind(r.kind),
	}
}

// Limited returns the relation as a reader under --empty sees it: at most n
// rows.
func (r *Relation) Limited(n int) *Relation {
	return r.with(func(c *Relation) { c.limit = n })
}

// Filtered returns the relation with the rows of a span of event time only.
func (r *Relation) Filtered(f EventFilter) *Relation {
	return r.with(func(c *Relation) { c.filter = f })
}

// External returns the relation that renders as location, as dbt-duckdb does
// for sources with an external_location.
func (r *Relation) External(location string) *Relation {
	return r.with(func(c *Relation) { c.external = partOf(location) })
}

// with returns a copy with a change.
func (r *Relation) with(change func(*Relation)) *Relation {
	c := *r
	change(&c)
	return &c
}

// Render returns the name as it stands in SQL, without limit and filter.
func (r *Relation) Render() string {
	if r.external.text != "" {
		return r.external.text
	}
	var b strings.Builder
	for i, p := range r.path {
		if !p.set || !r.include.at(i) {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('.')
		}
		if r.quote.at(i) {
			b.WriteString(r.quoteChar + strings.ReplaceAll(p.text, r.quoteChar, r.quoteChar+r.quoteChar) + r.quoteChar)
		} else {
			b.WriteString(p.text)
		}
	}
	if r.view.set {
		if b.Len() > 0 {
			b.WriteByte('.')
		}
		b.WriteString(r.view.text)
	}
	return b.String()
}

// Str implements value.Printer: the name with limit and filter, as ref() is
// written into SQL.
func (r *Relation) Str() string {
	if r.kind == "function" {
		return r.Render()
	}
	return r.filtered(r.limited())
}

func (r *Relation) limited() string {
	name := r.Render()
	switch {
	case r.limit < 0:
		return name
	case r.limit == 0:
		return "(select * from " + name + " where false limit 0)" + r.alias("limit")
	}
	return "(select * from " + name + " limit " + strconv.Itoa(r.limit) + ")" + r.alias("limit")
}

func (r *Relation) filtered(name string) string {
	f := r.filter
	var conds []string
	if f.Start != "" {
		conds = append(conds, f.Column+" >= '"+f.Start+"'")
	}
	if f.End != "" {
		conds = append(conds, f.Column+" < '"+f.End+"'")
	}
	if len(conds) == 0 {
		return name
	}
	return "(select * from " + name + " where " + strings.Join(conds, " and ") + ")" + r.alias("et_filter")
}

// alias names a subquery where the warehouse wants every subquery named.
func (r *Relation) alias(what string) string {
	if !r.requireAlias {
		return ""
	}
	return " _dbt_" + what + "_subq_" + r.path[2].text
}

// Repr implements value.Printer.
func (r *Relation) Repr() string { return "<" + r.TypeName() + " " + r.Render() + ">" }

// TypeName implements value.Value: dbt's class, "DuckDBRelation".
func (r *Relation) TypeName() string {
	if r.infoSchema {
		return "InformationSchema"
	}
	return r.class.name
}

// Truth implements value.Truther.
func (r *Relation) Truth() bool { return true }

// Hash implements value.Hasher.
func (r *Relation) Hash() uint64 {
	h, _ := value.Hash(value.Str(r.Render())) // a text is hashable
	return h
}

// CompareTo implements value.Comparer.
func (r *Relation) CompareTo(op value.Op, other value.Value) (result, ok bool, err error) {
	if op != value.OpEq {
		return false, false, nil
	}
	o, same := other.(*Relation)
	return same && *r == *o, true, nil
}

// Attr implements value.Object.
func (r *Relation) Attr(name string) (value.Value, bool) {
	if v, ok := relationFields.get(r, name); ok {
		return v, true
	}
	if v, ok := relationMethods.bound(r, name); ok {
		return v, true
	}
	return r.class.shared(name)
}

// CallMethod implements value.MethodCaller.
func (r *Relation) CallMethod(t value.Thread, name string, a value.Args) (value.Value, bool, error) {
	return relationMethods.call(r, t, name, a)
}

// Item implements value.Indexer: a relation is a mapping of its attributes.
func (r *Relation) Item(key value.Value) (value.Value, bool, error) {
	name, ok := key.(value.Str)
	if !ok {
		return nil, false, nil
	}
	v, ok := r.Attr(string(name))
	return v, ok, nil
}

// MappingKeys implements value.Mapping: dbt_utils tells relations by their
// being mappings.
func (r *Relation) MappingKeys() []value.Value {
	keys := make([]value.Value, 0, len(relationFields))
	for _, name := range slices.Sorted(maps.Keys(relationFields)) {
		keys = append(keys, value.Str(name))
	}
	return keys
}

// Contains implements value.Container.
func (r *Relation) Contains(item value.Value) (bool, error) {
	_, ok, err := r.Item(item)
	return ok, err
}

// Iter implements value.Iterable: relations were dicts once and refuse it now.
func (r *Relation) Iter() value.Iterator {
	return value.IterFunc(func() (value.Value, bool, error) {
		return nil, false, errorf(Compilation, "%s is a relation, not a list or dict: it cannot be iterated", r.Str())
	})
}

// relationFields are the attributes of a relation.
var relationFields = fields[*Relation]{
	"path":                  func(r *Relation) value.Value { return r.path.value() },
	"database":              func(r *Relation) value.Value { return r.path[0].value() },
	"schema":                func(r *Relation) value.Value { return r.path[1].value() },
	"identifier":            func(r *Relation) value.Value { return r.path[2].value() },
	"name":                  func(r *Relation) value.Value { return r.path[2].value() },
	"table":                 func(r *Relation) value.Value { return r.path[2].value() },
	"type":                  func(r *Relation) value.Value { return partOf(r.kind).value() },
	"quote_character":       func(r *Relation) value.Value { return value.Str(r.quoteChar) },
	"include_policy":        func(r *Relation) value.Value { return r.include.value() },
	"quote_policy":          func(r *Relation) value.Value { return r.quote.value() },
	"dbt_created":           func(r *Relation) value.Value { return value.Bool(r.created) },
	"limit":                 func(r *Relation) value.Value { return r.limitValue() },
	"event_time_filter":     func(r *Relation) value.Value { return r.filter.value() },
	"require_alias":         func(r *Relation) value.Value { return value.Bool(r.requireAlias) },
	"catalog":               func(r *Relation) value.Value { return r.catalog.value() },
	"external":              func(r *Relation) value.Value { return r.external.value() },
	"is_table":              func(r *Relation) value.Value { return value.Bool(r.kind == "table") },
	"is_view":               func(r *Relation) value.Value { return value.Bool(r.kind == "view") },
	"is_cte":                func(r *Relation) value.Value { return value.Bool(r.kind == "cte") },
	"is_materialized_view":  func(r *Relation) value.Value { return value.Bool(r.kind == "materialized_view") },
	"is_pointer":            func(r *Relation) value.Value { return value.Bool(r.kind == "pointer_table") },
	"is_function":           func(r *Relation) value.Value { return value.Bool(r.kind == "function") },
	"can_be_renamed":        func(*Relation) value.Value { return value.False },
	"can_be_replaced":       func(*Relation) value.Value { return value.False },
	"renameable_relations":  func(*Relation) value.Value { return value.NewTuple() },
	"replaceable_relations": func(*Relation) value.Value { return value.NewTuple() },
	"information_schema_view": func(r *Relation) value.Value {
		if !r.infoSchema {
			return &value.Undefined{Name: "information_schema_view", Obj: r}
		}
		return r.view.value()
	},
}

func (r *Relation) limitValue() value.Value {
	if r.limit < 0 {
		return value.None
	}
	return value.Int(r.limit)
}

func (f EventFilter) value() value.Value {
	if f == (EventFilter{}) {
		return value.None
	}
	d := value.NewDict()
	d.SetStr("field_name", value.Str(f.Column))
	d.SetStr("start", partOf(f.Start).value())
	d.SetStr("end", partOf(f.End).value())
	return &record{class: "EventTimeFilter", parts: d, truth: true}
}
