package artifact

import (
	"cmp"
	"io"
	"maps"
	"slices"
	"strings"

	"mdl/compiler"
	"mdl/compiler/jinja/value"
)

// AppendSemantic appends the JSON of a semantic model, a metric or a saved
// query; see AppendNode.
func AppendSemantic(buf []byte, n *compiler.SemanticNode) []byte {
	return object(buf, func(f *fields) { compiler.SemanticFields(f, n) })
}

// WriteSemanticManifest writes semantic_manifest.json, which MetricFlow and
// dbt's semantic layer read: the keys and the order of the lists are those of
// dbt-semantic-interfaces 0.9.
func WriteSemanticManifest(w io.Writer, m *compiler.Manifest) error {
	s := newStream(w)
	s.entry("semantic_models", semanticList(m.SemanticModels, semanticModel))
	s.entry("metrics", semanticList(m.Metrics, metric))
	s.entry("project_configuration", projectConfiguration(m))
	s.entry("saved_queries", semanticList(m.SavedQueries, savedQuery))
	return s.end()
}

// semanticList lists resources as dbt reads them: by package and file, in a file
// the metrics that measures asked for last.
func semanticList(of map[string]*compiler.SemanticNode, dict func(*compiler.SemanticNode) *value.Dict) *value.List {
	nodes := slices.SortedFunc(maps.Values(of), func(a, b *compiler.SemanticNode) int { return cmp.Compare(a.Order, b.Order) })
	list := value.NewList()
	for _, n := range nodes {
		list.Append(dict(n))
	}
	return list
}

func semanticModel(n *compiler.SemanticNode) *value.Dict {
	d := named(n, "defaults", "description", "node_relation", "primary_entity")
	d.SetStr("entities", pickEach(n.Body, "entities", "name", "description", "type", "role", "expr", "metadata", "label", "config"))
	d.SetStr("measures", pickEach(n.Body, "measures", "name", "agg", "description", "create_metric", "expr", "agg_params", "metadata",
		"non_additive_dimension", "agg_time_dimension", "label", "config"))
	d.SetStr("dimensions", pickEach(n.Body, "dimensions", "name", "description", "type", "is_partition", "type_params", "expr", "metadata", "label", "config"))
	d.Update(pick(n.Body, "label", "metadata"))
	d.SetStr("config", pick(n.Config.Dict(), "meta"))
	return d
}

func metric(n *compiler.SemanticNode) *value.Dict {
	d := named(n, "description", "type")
	written, _ := entry(n.Body, "type_params").(*value.Dict)
	params := pick(written, "measure", "numerator", "denominator", "expr", "window", "grain_to_date", "metrics",
		"conversion_type_params", "cumulative_type_params", "input_measures")
	if own, ok := entry(params, "cumulative_type_params").(*value.Dict); ok {
		own = pick(own, "window", "grain_to_date", "period_agg")
		lower(own, "grain_to_date")
		params.SetStr("cumulative_type_params", own)
	}
	if _, ok := entry(params, "metrics").(*value.List); ok {
		params.SetStr("metrics", pickEach(params, "metrics", "name", "filter", "alias", "offset_window", "offset_to_grain"))
		for _, input := range dicts(params, "metrics") {
			lower(input, "offset_to_grain")
		}
	}
	d.SetStr("type_params", params)
	d.Update(pick(n.Body, "filter", "metadata", "label"))
	d.SetStr("config", pick(n.Config.Dict(), "meta"))
	d.Update(pick(n.Body, "time_granularity"))
	return d
}

func savedQuery(n *compiler.SemanticNode) *value.Dict {
	d := named(n)
	params, _ := entry(n.Body, "query_params").(*value.Dict)
	d.SetStr("query_params", pick(params, "metrics", "group_by", "order_by", "limit", "where"))
	d.Update(pick(n.Body, "description", "metadata", "label"))
	d.SetStr("exports", pickEach(n.Body, "exports", "name", "config"))
	for _, export := range dicts(d, "exports") {
		config, _ := entry(export, "config").(*value.Dict)
		export.SetStr("config", pick(config, "export_as", "schema_name", "alias"))
	}
	tags := value.NewList()
	for _, tag := range n.Tags {
		tags.Append(value.Str(tag))
	}
	d.SetStr("tags", tags)
	return d
}

// projectConfiguration tells of the time spines.
func projectConfiguration(m *compiler.Manifest) *value.Dict {
	legacy, spines := value.NewList(), value.NewList()
	for _, id := range m.TimeSpines {
		if spine := timeSpine(m.Node(id)); spine != nil {
			spines.Append(spine)
		}
	}
	if n := m.LegacyTimeSpine(); n != nil && n.TimeSpine == nil && len(m.SemanticModels) > 0 {
		of := value.NewDict()
		of.SetStr("location", value.Str(n.RelationName))
		of.SetStr("column_name", value.Str("date_day"))
		of.SetStr("grain", value.Str("day"))
		legacy.Append(of)
	}
	version := value.NewDict()
	for i, part := range []string{"major_version", "minor_version", "patch_version"} {
		version.SetStr(part, value.Str([...]string{"0", "9", "0"}[i]))
	}
	d := value.NewDict()
	d.SetStr("time_spine_table_configurations", legacy)
	d.SetStr("metadata", value.None)
	d.SetStr("dsi_package_version", version)
	d.SetStr("time_spines", spines)
	return d
}

// timeSpine is the time spine that a model is, or nil.
func timeSpine(n *compiler.Node) *value.Dict {
	if n.TimeSpine == nil {
		return nil
	}
	primary := value.NewDict()
	primary.SetStr("name", entry(n.TimeSpine, "standard_granularity_column"))
	primary.SetStr("time_granularity", value.Str(n.Granularity()))
	d := value.NewDict()
	d.SetStr("node_relation", compiler.RelationDict(n))
	d.SetStr("primary_column", primary)
	d.Update(pick(n.TimeSpine, "custom_granularities"))
	return d
}

// named begins a dict with a resource's name and some keys of its body.
func named(n *compiler.SemanticNode, keys ...string) *value.Dict {
	d := value.NewDict()
	d.SetStr("name", value.Str(n.Name))
	d.Update(pick(n.Body, keys...))
	return d
}

// pick returns the given keys of a dict, none where it has no such key.
func pick(from *value.Dict, keys ...string) *value.Dict {
	d := value.NewDictSize(len(keys))
	for _, key := range keys {
		d.SetStr(key, entry(from, key))
	}
	return d
}

// pickEach is pick for every dict of a list.
func pickEach(from *value.Dict, key string, keys ...string) *value.List {
	list := value.NewList()
	for _, d := range dicts(from, key) {
		list.Append(pick(d, keys...))
	}
	return list
}

// dicts are the dicts of a list below a key.
func dicts(from *value.Dict, key string) []*value.Dict {
	list, _ := entry(from, key).(*value.List)
	if list == nil {
		return nil
	}
	var out []*value.Dict
	for _, item := range list.Items() {
		if d, ok := item.(*value.Dict); ok {
			out = append(out, d)
		}
	}
	return out
}

// entry is a value of a dict, or none.
func entry(d *value.Dict, key string) value.Value {
	if d != nil {
		if v, ok := d.GetStr(key); ok {
			return v
		}
	}
	return value.None
}

// lower puts a text of a dict into lower case.
func lower(d *value.Dict, key string) {
	if s, ok := entry(d, key).(value.Str); ok {
		d.SetStr(key, value.Str(strings.ToLower(string(s))))
	}
}
