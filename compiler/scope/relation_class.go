package scope

import (
	"mdl/compiler/jinja/value"
)

// relationClass is the class of a warehouse's relations: the part of
// api.Relation that is the same for all projects.
type relationClass struct {
	name         string
	quoteChar    string
	requireAlias bool
	created      Policy // the quoting that api.Relation.create starts from
}

// classNames are the spellings of adapters in the names of dbt's classes, and
// what their SQL needs beside it.
var classNames = []struct {
	typ, prefix, quote string
	alias              bool
}{
	{"duckdb", "DuckDB", `"`, false},
	{"postgres", "Postgres", `"`, true},
	{"redshift", "Redshift", `"`, false},
	{"snowflake", "Snowflake", `"`, false},
	{"bigquery", "BigQuery", "`", false},
}

func newRelationClass(typ string, quoting Policy) *relationClass {
	for _, c := range classNames {
		if c.typ == typ {
			return &relationClass{c.prefix + "Relation", c.quote, c.alias, quoting}
		}
	}
	return &relationClass{"BaseRelation", `"`, true, quoting}
}

// blank returns a relation without a name, with dbt's default policies.
func (c *relationClass) blank() *Relation {
	return &Relation{class: c, include: AllParts, quote: AllParts, quoteChar: c.quoteChar, requireAlias: c.requireAlias, limit: -1}
}

// TypeName implements value.Value.
func (c *relationClass) TypeName() string { return "RelationProxy" }

// Attr implements value.Object: api.Relation.
func (c *relationClass) Attr(name string) (value.Value, bool) {
	if name == "create" {
		return &value.Func{Name: name, Fn: func(_ value.Thread, a value.Args) (value.Value, error) {
			return c.create(a, c.created)
		}}, true
	}
	return c.shared(name)
}

// CallMethod implements value.MethodCaller.
func (c *relationClass) CallMethod(t value.Thread, name string, a value.Args) (value.Value, bool, error) {
	if name == "create" {
		v, err := c.create(a, c.created)
		return v, true, err
	}
	return classMethods.call(c, t, name, a)
}

// shared are the attributes that the class and its relations have in common.
func (c *relationClass) shared(name string) (value.Value, bool) {
	switch name {
	case "get_relation_type":
		return relationType{}, true
	case "Table", "View", "CTE", "MaterializedView", "External", "PointerTable", "Function":
		return relationType{}.Attr(name)
	}
	return classMethods.bound(c, name)
}

// create is Relation.create(database, schema, identifier, type, ...) with the
// given default quoting.
func (c *relationClass) create(a value.Args, quoting Policy) (value.Value, error) {
	got, err := a.Bind("Relation.create", value.Optional("database", value.None), value.Optional("schema", value.None),
		value.Optional("identifier", value.None), value.Optional("type", value.None), value.Param{Name: "kwargs", Kind: value.KwRest})
	if err != nil {
		return nil, err
	}
	rel := c.blank()
	rel.quote = quoting
	for k, v := range got[4].(*value.Dict).All() {
		if err := rel.set(value.ToStr(k), v); err != nil {
			return nil, err
		}
	}
	names := value.NewDictSize(3)
	for i, name := range pathNames {
		names.SetStr(name, got[i])
	}
	if err := rel.setPath(names); err != nil {
		return nil, err
	}
	return rel, rel.setKind(got[3])
}

// classMethods are the methods that need no relation.
var classMethods = methods[*relationClass]{
	"create": func(c *relationClass, _ value.Thread, a value.Args) (value.Value, error) {
		return c.create(a, AllParts)
	},
	"add_ephemeral_prefix": func(_ *relationClass, _ value.Thread, a value.Args) (value.Value, error) {
		got, err := a.Bind("Relation.add_ephemeral_prefix", value.Required("name"))
		if err != nil {
			return nil, err
		}
		return value.Str(CTEPrefix + value.ToStr(got[0])), nil
	},
	"scd_args": func(_ *relationClass, _ value.Thread, a value.Args) (value.Value, error) {
		got, err := a.Bind("Relation.scd_args", value.Required("primary_key"), value.Required("updated_at"))
		if err != nil {
			return nil, err
		}
		if keys, ok := got[0].(*value.List); ok {
			return value.NewList(append(append([]value.Value(nil), keys.Items()...), got[1])...), nil
		}
		return value.NewList(got[0], got[1]), nil
	},
	"get_default_quote_policy": func(*relationClass, value.Thread, value.Args) (value.Value, error) {
		return AllParts.value(), nil
	},
	"get_default_include_policy": func(*relationClass, value.Thread, value.Args) (value.Value, error) {
		return AllParts.value(), nil
	},
}

// relationType is dbt's enumeration of the types of relations.
type relationType struct{}

// TypeName implements value.Value.
func (relationType) TypeName() string { return "EnumType" }

// Str implements value.Printer.
func (relationType) Str() string { return "<enum 'RelationType'>" }

// Repr implements value.Printer.
func (t relationType) Repr() string { return t.Str() }

// Attr implements value.Object.
func (relationType) Attr(name string) (value.Value, bool) {
	for _, t := range relationTypes {
		if t.name == name {
			return value.Str(t.text), true
		}
	}
	return nil, false
}

// Call implements value.Callable: it checks a text.
func (relationType) Call(_ value.Thread, a value.Args) (value.Value, error) {
	got, err := a.Bind("get_relation_type", value.Required("value"))
	if err != nil {
		return nil, err
	}
	if s, ok := got[0].(value.Str); ok && isRelationType(string(s)) {
		return s, nil
	}
	return nil, value.ValueErrorf("%s is not a valid RelationType", value.Repr(got[0]))
}
