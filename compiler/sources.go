package compiler

import (
	"slices"
	"strings"

	"mdl/compiler/diag"
	"mdl/compiler/jinja/value"
	"mdl/compiler/project"
	"mdl/compiler/yaml"
)

// resolveSources makes the nodes of all source tables (dbt/parser/sources.py).
func (r *resolver) resolveSources() {
	for _, pkg := range r.project.Packages {
		for _, file := range pkg.Properties {
			for _, src := range file.Sources {
				if src.Overrides.IsSet() {
					continue
				}
				for _, table := range src.Tables {
					r.addSource(r.source(pkg, file, src, table))
				}
			}
		}
	}
}

func (r *resolver) addSource(s *SourceNode) {
	if enabled, set := s.Config.Bool("enabled"); set && !enabled {
		r.disabled[s.SourceName+"."+s.Name] = true
		r.m.DisabledSources = append(r.m.DisabledSources, s)
		return
	}
	if other := r.m.Sources[s.ID]; other != nil {
		d := diag.Errorf("E250", s.Span, "source %q has two tables named %q", s.SourceName, s.Name).WithHint("remove one of them")
		d.Notes = []diag.Note{{Message: "the other one", Span: other.Span}}
		r.report(r.m.ProjectName, d)
		return
	}
	r.m.Sources[s.ID] = s
	key := s.SourceName + "." + s.Name
	r.sources[key] = append(r.sources[key], s)
}

func (r *resolver) source(pkg *project.Package, file *project.Properties, src *project.SourceProps, table *project.SourceTable) *SourceNode {
	s := &SourceNode{
		ID:      "source." + pkg.Name() + "." + src.Name + "." + table.Name,
		Package: pkg.Name(), SourceName: src.Name, Name: table.Name, Span: table.Span,
		FQN:  append(yamlFQN(pkg.Name(), file.Rel), src.Name, table.Name),
		Path: file.Path, OrigPath: file.Path,
		Database:           orElse(src.Database.Value, r.ctx.Target.Database),
		Schema:             orElse(src.Schema.Value, src.Name),
		Identifier:         orElse(table.Identifier.Value, table.Name),
		Loader:             src.Loader.Value,
		UnrenderedDatabase: text(src.Raw, "database"), UnrenderedSchema: text(src.Raw, "schema"),
		External: table.External.ToValue(),
		Quoting:  quotingDict(mergeQuoting(src.Quoting, table.Quoting)),
	}
	config := sourceConfig(src, table)
	s.Config, s.Unrendered = r.trees.merged(Source, pkg.Name(), s.FQN, written{call: config})
	var diags diag.List
	r.describeSource(s, src, table, &diags)
	r.report(pkg.Name(), diags...)
	s.Meta, _ = get[*value.Dict](s.Config.values, "meta")
	s.Tags = s.Config.Strings("tags")
	s.LoadedAtField, s.LoadedAtQuery = s.Config.String("loaded_at_field"), s.Config.String("loaded_at_query")
	s.Freshness, _ = s.Config.values.GetStr("freshness")
	s.SourceMeta = src.Meta.ToDict()
	if meta, ok := get[*value.Dict](src.Config.ToDict(), "meta"); ok {
		s.SourceMeta.Update(meta)
	}
	rel, err := quotedSource(r.ctx, s, r.ctx.Target.Quoting)
	if err != nil {
		r.report(pkg.Name(), diag.FromError(err, "E262", table.Span))
		return s
	}
	s.RelationName = rel.Render()
	return s
}

// describeSource sets the descriptions; those of a disabled table stay as they
// are written.
func (r *resolver) describeSource(s *SourceNode, src *project.SourceProps, table *project.SourceTable, diags *diag.List) {
	if enabled, set := s.Config.Bool("enabled"); set && !enabled {
		s.Description, s.SourceDescription = table.Description.Value, src.Description.Value
		s.Columns = r.describe(s.Package, table.Columns, &r.reads, nil)
		return
	}
	s.Description, s.DocBlocks = r.description(s.Package, table.Description.Value, table.Description.Span, &r.reads, diags)
	s.SourceDescription, _ = r.description(s.Package, src.Description.Value, src.Description.Span, &r.reads, diags)
	s.Columns = r.describe(s.Package, table.Columns, &r.reads, diags)
}

// sourceConfig is what the source and the table say of their configuration,
// the table over the source.
func sourceConfig(src *project.SourceProps, table *project.SourceTable) *value.Dict {
	config := src.Config.ToDict()
	config.Update(table.Config.ToDict())
	if f, set := freshness(src, table); set {
		config.SetStr("freshness", f)
	} else {
		config.Delete(value.Str("freshness"))
	}
	setText := func(key string, of ...string) {
		config.SetStr(key, value.None)
		for _, text := range of {
			if text != "" {
				config.SetStr(key, value.Str(text))
				return
			}
		}
	}
	field, query := src.LoadedAtField.Value, src.LoadedAtQuery.Value
	if table.LoadedAtFieldPresent {
		field, query = "", ""
	}
	setText("loaded_at_field", table.LoadedAtField.Value, text(table.Config, "loaded_at_field"), field, text(src.Config, "loaded_at_field"))
	setText("loaded_at_query", table.LoadedAtQuery.Value, text(table.Config, "loaded_at_query"), query, text(src.Config, "loaded_at_query"))

	meta := value.NewDict()
	for _, n := range []*yaml.Node{src.Meta, src.Config.Get("meta"), table.Meta, table.Config.Get("meta")} {
		meta.Update(n.ToDict())
	}
	config.SetStr("meta", meta)
	var tags []value.Value
	for _, list := range [][]string{src.Tags, src.Config.Get("tags").Strings(), table.Tags, table.Config.Get("tags").Strings()} {
		for _, tag := range list {
			if !slices.Contains(tags, value.Value(value.Str(tag))) {
				tags = append(tags, value.Str(tag))
			}
		}
	}
	slices.SortFunc(tags, func(a, b value.Value) int { return strings.Compare(value.ToStr(a), value.ToStr(b)) })
	config.SetStr("tags", value.NewList(tags...))
	return config
}

// freshness is the nearest freshness that was written, with the farther one's
// limits where it has none; None where it was switched off.
func freshness(src *project.SourceProps, table *project.SourceTable) (value.Value, bool) {
	var merged *value.Dict
	set := false
	for _, n := range []*yaml.Node{src.Freshness, src.Config.Get("freshness"), table.Freshness, table.Config.Get("freshness")} {
		if n == nil {
			continue
		}
		set = true
		if n.IsNull() {
			merged = nil
			continue
		}
		if merged == nil {
			merged = noFreshness()
		}
		for k, v := range n.ToDict().All() {
			if limit, ok := v.(*value.Dict); ok && !isLimit(limit) {
				far, _ := merged.Get(k)
				if whole, ok := far.(*value.Dict); ok && isLimit(whole) {
					continue
				}
				v = withDefaults(limit, "count", "period")
			}
			merged.Set(k, v)
		}
	}
	if merged == nil {
		return value.None, set
	}
	return merged, set
}

// isLimit reports whether a limit of a freshness is complete; half of one says
// nothing.
func isLimit(limit *value.Dict) bool {
	return !value.IsNone(valueOr(limit, "count", value.None)) && !value.IsNone(valueOr(limit, "period", value.None))
}

func mergeQuoting(src, table project.Quoting) project.Quoting {
	pick := func(near, far *bool) *bool {
		if near != nil {
			return near
		}
		return far
	}
	return project.Quoting{
		Database: pick(table.Database, src.Database), Schema: pick(table.Schema, src.Schema),
		Identifier: pick(table.Identifier, src.Identifier), Column: pick(table.Column, src.Column),
	}
}

func quotingDict(q project.Quoting) *value.Dict {
	flag := func(b *bool) value.Value {
		if b == nil {
			return value.None
		}
		return value.Bool(*b)
	}
	return dictOf("database", flag(q.Database), "schema", flag(q.Schema), "identifier", flag(q.Identifier), "column", flag(q.Column))
}

// text returns a key's text, or "" where it is absent or null.
func text(n *yaml.Node, key string) string {
	if v := n.Get(key); !v.IsNull() {
		return v.String()
	}
	return ""
}
