package compiler

import (
	"mdl/adapters"
	"mdl/compiler/jinja/value"
	"mdl/compiler/scope"
)

// relationOf returns the relation of a node for templates, quoted as its
// configuration and the target say. Like dbt's, it has no type: what stands in
// the warehouse under the name may be another one.
func relationOf(c *Context, n *Node) *scope.Relation {
	if n.Config == nil {
		return c.shared.RelationOf(adapters.Relation{Database: n.Database, Schema: n.Schema, Name: n.Alias}, c.Target.Quoting)
	}
	quoting, _ := n.Config.values.GetStr("quoting")
	rel := n.Relation()
	rel.Kind = adapters.Unknown
	return c.shared.RelationOf(rel, policy(c.Target.Quoting, quoting))
}

// sourceRelation returns the relation of a source table as source() answers,
// or what its external_location says instead. The project's quoting does not
// count there, only the source's own.
func sourceRelation(c *Context, s *SourceNode) (*scope.Relation, error) {
	return quotedSource(c, s, scope.AllParts)
}

// quotedSource is the same over any base of quoting: what dbt keeps as the
// relation's name in the manifest has the project's.
func quotedSource(c *Context, s *SourceNode, base scope.Policy) (*scope.Relation, error) {
	rel := c.shared.RelationOf(
		adapters.Relation{Database: s.Database, Schema: s.Schema, Name: s.Identifier},
		policy(base, s.Quoting),
	)
	fields := dictOf("name", value.Str(s.Name), "identifier", value.Str(s.Identifier), "schema", value.Str(s.Schema),
		"database", value.Str(s.Database), "tags", value.NewList(strs(s.Tags)...))
	for _, more := range []*value.Dict{s.Meta, s.Config.values} {
		merge(fields, more)
	}
	if pluginOf(s) != "" {
		return rel, nil
	}
	location, ok, err := scope.SourceLocation(fields)
	if err != nil || !ok {
		return rel, err
	}
	return rel.External(location), nil
}

// pluginOf is the plugin of dbt-duckdb that is to load a source's table, by its
// meta or configuration; "" for none.
func pluginOf(s *SourceNode) string {
	for _, in := range []*value.Dict{s.Config.values, s.Meta} {
		if in == nil {
			continue
		}
		if v, ok := in.GetStr("plugin"); ok && v != value.None {
			return value.ToStr(v)
		}
	}
	return ""
}

// policy lays the parts that a quoting configuration names over a default.
func policy(base scope.Policy, quoting value.Value) scope.Policy {
	d, ok := quoting.(*value.Dict)
	if !ok {
		return base
	}
	for key, into := range map[string]*bool{"database": &base.Database, "schema": &base.Schema, "identifier": &base.Identifier} {
		if v, ok := d.GetStr(key); ok && v != value.None {
			*into = value.Truth(v)
		}
	}
	return base
}
