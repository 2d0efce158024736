package compiler

import (
	"cmp"
	"strings"

	"mdl/compiler/jinja/value"
	"mdl/compiler/project"
	"mdl/compiler/yaml"
)

// mergeRule is how a configuration key of a nearer place meets the same key of
// a farther one (dbt_common/contracts/config/base.py).
type mergeRule uint8

const (
	clobber       mergeRule = iota // the nearer value replaces the other
	appendLists                    // lists add up
	updateDict                     // entries are added
	appendEntries                  // grants: entries replace, "+x" adds to the list of x
)

var mergeRules = map[string]mergeRule{
	"tags":                       appendLists,
	"pre-hook":                   appendLists,
	"post-hook":                  appendLists,
	"packages":                   appendLists,
	"meta":                       updateDict,
	"quoting":                    updateDict,
	"column_types":               updateDict,
	"docs":                       updateDict,
	"contract":                   updateDict,
	"snapshot_meta_column_names": updateDict,
	"grants":                     appendEntries,
}

// Of the kinds that build nothing the typed configuration is small: what it
// does not name is replaced.
var (
	metaRules = map[string]mergeRule{"meta": updateDict}
	testRules = map[string]mergeRule{"meta": updateDict, "tags": appendLists}
)

// rulesOf are the rules of a kind.
func rulesOf(kind Kind) map[string]mergeRule {
	switch kind {
	case Metric, SemanticModel, SavedQuery, Source, Group:
		return metaRules
	case Test, UnitTest:
		return testRules
	case Exposure:
		return nil
	}
	return mergeRules
}

// mergeConfig sets the entries of from in into by dbt's rules. Neither value
// is shared with from afterwards where it could change.
func mergeConfig(into, from *value.Dict) { mergeBy(mergeRules, into, from) }

// mergeBy is mergeConfig by other rules.
func mergeBy(rules map[string]mergeRule, into, from *value.Dict) {
	for key, v := range from.All() {
		name := strings.TrimSpace(value.ToStr(key))
		switch name {
		case "pre_hook":
			name = "pre-hook"
		case "post_hook":
			name = "post-hook"
		}
		old, _ := into.GetStr(name)
		into.SetStr(name, mergeValue(rules[name], old, v))
	}
}

func mergeValue(rule mergeRule, old, v value.Value) value.Value {
	switch rule {
	case appendLists:
		return value.NewList(append(listify(old), listify(v)...)...)
	case updateDict:
		if d, ok := v.(*value.Dict); ok {
			merged := value.NewDict()
			if was, ok := old.(*value.Dict); ok {
				merged.Update(was)
			}
			merged.Update(d)
			return merged
		}
	case appendEntries:
		if d, ok := v.(*value.Dict); ok {
			return mergeGrants(old, d)
		}
	}
	return v
}

func mergeGrants(old value.Value, from *value.Dict) value.Value {
	merged := value.NewDict()
	if was, ok := old.(*value.Dict); ok {
		for k, v := range was.All() {
			merged.Set(k, value.NewList(listify(v)...))
		}
	}
	for k, v := range from.All() {
		name, add := strings.CutPrefix(value.ToStr(k), "+")
		items := listify(v)
		if was, ok := merged.GetStr(name); ok && add {
			items = append(listify(was), items...)
		}
		merged.SetStr(name, value.NewList(items...))
	}
	return merged
}

// listify returns the elements of a list, or the value as the only one; none
// for an absent value.
func listify(v value.Value) []value.Value {
	switch v := v.(type) {
	case nil, value.NoneType:
		return nil
	case *value.List:
		return append([]value.Value(nil), v.Items()...)
	}
	return []value.Value{v}
}

// sections are the names of the configuration trees in dbt_project.yml.
var sections = map[Kind]string{
	Model: "models", Analysis: "models", Operation: "models", SQLQuery: "models",
	Seed: "seeds", Snapshot: "snapshots", Test: "data_tests", Source: "sources",
	Exposure: "exposures", UnitTest: "unit_tests", Group: "models", Function: "functions",
	Metric: "metrics", SemanticModel: "semantic-models", SavedQuery: "saved-queries",
}

// rawSections are the names under which dbt looks for the unrendered
// configuration where they differ: the last two find nothing.
var rawSections = map[Kind]string{Function: "models", SemanticModel: "semantic_models", SavedQuery: "saved_queries"}

// trees holds the configuration trees of all packages as dicts, read once.
type trees struct {
	root   *project.Config
	byName map[string]map[Kind]*tree
	bases  map[string]*base
}

// tree is one section, rendered and as written.
type tree struct{ rendered, raw *value.Dict }

func newTrees(p *project.Project) *trees {
	t := &trees{root: p.Root().Config, byName: map[string]map[Kind]*tree{}, bases: map[string]*base{}}
	for _, pkg := range p.Packages {
		byKind := map[Kind]*tree{}
		for kind, section := range sections {
			byKind[kind] = &tree{pkg.Config.Tree(section).ToDict(), pkg.Config.RawTree(cmp.Or(rawSections[kind], section)).ToDict()}
		}
		t.byName[pkg.Config.Name] = byKind
	}
	return t
}

// levels calls fn for the configuration at each level that leads to an FQN,
// farthest first (dbt/utils fqn_search).
func levels(root *value.Dict, fqn []string, fn func(*value.Dict)) {
	fn(levelConfig(root))
	for _, part := range fqn {
		next, _ := root.GetStr(part)
		d, ok := next.(*value.Dict)
		if !ok {
			return
		}
		fn(levelConfig(d))
		root = d
	}
}

// levelConfig is what one level of a tree sets: keys that start with "+", and
// keys whose value is no mapping.
func levelConfig(level *value.Dict) *value.Dict {
	out := value.NewDict()
	for k, v := range level.All() {
		name, plus := strings.CutPrefix(value.ToStr(k), "+")
		if _, nested := v.(*value.Dict); plus || !nested {
			out.SetStr(strings.TrimSpace(name), v)
		}
	}
	return out
}

// written are the places other than the trees in which a node is configured.
type written struct {
	patch *yaml.Node  // config of the properties file
	call  *value.Dict // config() in the file
}

// base is what the tree of a package says of all nodes below one level of it:
// many nodes share it, and one that is configured nowhere else has it as its
// own.
type base struct {
	kind        Kind
	pkg         string
	merged, raw *value.Dict // not yet normalized; as written
	config      *Config
}

// base returns what a package's tree says of a node. It remembers: one
// goroutine at a time may ask.
func (t *trees) base(kind Kind, pkg string, fqn []string) *base {
	own := t.byName[pkg][kind]
	depth := max(depthOf(own.rendered, fqn), depthOf(own.raw, fqn))
	key := string(kind) + "\x00" + pkg + "\x00" + strings.Join(fqn[:depth], "\x00")
	if b := t.bases[key]; b != nil {
		return b
	}
	b := &base{kind: kind, pkg: pkg, merged: defaultConfig(kind), raw: value.NewDict()}
	rules := rulesOf(kind)
	levels(own.rendered, fqn, func(d *value.Dict) { mergeBy(rules, b.merged, d) })
	levels(own.raw, fqn, func(d *value.Dict) { overwrite(b.raw, d) })
	config := b.merged.Copy()
	normalize(kind, config)
	b.config = NewConfig(config)
	t.bases[key] = b
	return b
}

// depthOf is the number of parts of an FQN that lead into a tree.
func depthOf(root *value.Dict, fqn []string) int {
	for i, part := range fqn {
		next, _ := root.GetStr(part)
		d, ok := next.(*value.Dict)
		if !ok {
			return i
		}
		root = d
	}
	return len(fqn)
}

// merged returns a node's configuration and its unrendered form: the package's
// tree, under the properties, under config(), under the root project's tree
// where the node is a package's. It is for one goroutine, as base is.
func (t *trees) merged(kind Kind, pkg string, fqn []string, w written) (*Config, *value.Dict) {
	return t.over(t.base(kind, pkg, fqn), fqn, w)
}

// over is merged with the package's tree already known.
func (t *trees) over(b *base, fqn []string, w written) (*Config, *value.Dict) {
	if w.patch == nil && (w.call == nil || w.call.Len() == 0) && b.pkg == t.root.Name {
		return b.config, b.raw
	}
	config, raw, rules := b.merged.Copy(), b.raw.Copy(), rulesOf(b.kind)
	if w.patch != nil {
		patch := w.patch.ToDict()
		mergeBy(rules, config, patch)
		overwrite(raw, patch)
	}
	if w.call != nil {
		mergeBy(rules, config, w.call)
		overwrite(raw, w.call)
	}
	if b.pkg != t.root.Name {
		root := t.byName[t.root.Name][b.kind]
		levels(root.rendered, fqn, func(d *value.Dict) { mergeBy(rules, config, d) })
		levels(root.raw, fqn, func(d *value.Dict) { overwrite(raw, d) })
	}
	normalize(b.kind, config)
	return NewConfig(config), raw
}

// overwrite sets every entry of from in into, without merging.
func overwrite(into, from *value.Dict) {
	for k, v := range from.All() {
		name := strings.TrimSpace(value.ToStr(k))
		into.SetStr(name, v)
	}
}

// normalize gives values the form that dbt's typed configuration has.
func normalize(kind Kind, config *value.Dict) {
	for _, key := range []string{"pre-hook", "post-hook"} {
		if v, ok := config.GetStr(key); ok {
			items := listify(v)
			for i, item := range items {
				items[i] = hookDict(item)
			}
			config.SetStr(key, value.NewList(items...))
		}
	}
	if docs, ok := get[*value.Dict](config, "docs"); ok && kind != Group {
		full := dictOf("show", value.Bool(true), "node_color", value.None)
		full.Update(docs)
		config.SetStr("docs", full)
	}
	if contract, ok := get[*value.Dict](config, "contract"); ok {
		full := dictOf("enforced", value.Bool(false), "alias_types", value.Bool(true))
		full.Update(contract)
		config.SetStr("contract", full)
	}
	switch kind {
	case Test:
		normalizeTest(config)
	case Model:
		normalizeFreshness(config)
	case SavedQuery:
		normalizeSavedQuery(config)
	}
}

// normalizeSavedQuery completes cache.
func normalizeSavedQuery(config *value.Dict) {
	cache, _ := get[*value.Dict](config, "cache")
	full := dictOf("enabled", value.False)
	if cache != nil {
		full.Update(cache)
	}
	config.SetStr("cache", full)
	if as, ok := get[value.Str](config, "export_as"); ok {
		config.SetStr("export_as", value.Str(strings.ToLower(string(as))))
	}
}

// normalizeFreshness keeps of a model's freshness only one that has
// build_after; the rest is meant for sources (dbt/artifacts/resources/v1/model.py).
func normalizeFreshness(config *value.Dict) {
	freshness, _ := get[*value.Dict](config, "freshness")
	if freshness == nil {
		config.SetStr("freshness", value.None)
		return
	}
	after, ok := get[*value.Dict](freshness, "build_after")
	if !ok {
		config.SetStr("freshness", value.None)
		return
	}
	full := dictOf("count", value.None, "period", value.None, "updates_on", value.Str("any"))
	for _, key := range full.Keys() {
		if v, ok := after.GetStr(value.ToStr(key)); ok {
			full.SetStr(value.ToStr(key), v)
		}
	}
	config.SetStr("freshness", dictOf("build_after", full))
}

// normalizeTest lets store_failures_as win over store_failures, and each set
// the other (dbt/artifacts/resources/v1/config.py, TestConfig).
func normalizeTest(config *value.Dict) {
	as, _ := config.GetStr("store_failures_as")
	store, _ := config.GetStr("store_failures")
	switch {
	case as == nil || as == value.None:
		switch store {
		case value.Value(value.True):
			config.SetStr("store_failures_as", value.Str("table"))
		case value.Value(value.Bool(false)):
			config.SetStr("store_failures_as", value.Str("ephemeral"))
		}
	default:
		config.SetStr("store_failures", value.Bool(value.ToStr(as) != "ephemeral"))
	}
}

// hookDict returns a hook in dbt's form: sql, transaction, index.
func hookDict(v value.Value) value.Value {
	hook := dictOf("sql", v, "transaction", value.Bool(true), "index", value.None)
	if s, ok := v.(value.Str); ok && strings.HasPrefix(strings.TrimSpace(string(s)), "{") {
		if parsed, err := value.FromJSON(string(s)); err == nil {
			v = parsed
		}
	}
	if d, ok := v.(*value.Dict); ok {
		hook.Update(d)
	}
	return hook
}

// hooksOf returns the hooks of a configuration key.
func hooksOf(c *Config, key string) []Hook {
	v, _ := c.values.GetStr(key)
	var hooks []Hook
	for _, item := range listify(v) {
		d, ok := item.(*value.Dict)
		if !ok {
			continue
		}
		sql, _ := d.GetStr("sql")
		transaction, _ := d.GetStr("transaction")
		hooks = append(hooks, Hook{SQL: value.ToStr(sql), Transaction: value.Truth(transaction)})
	}
	return hooks
}

func get[T value.Value](d *value.Dict, key string) (T, bool) {
	v, _ := d.GetStr(key)
	t, ok := v.(T)
	return t, ok
}

// dictOf makes a dict of names and values in turn.
func dictOf(pairs ...any) *value.Dict {
	d := value.NewDictSize(len(pairs) / 2)
	for i := 0; i < len(pairs); i += 2 {
		d.SetStr(pairs[i].(string), pairs[i+1].(value.Value))
	}
	return d
}

// defaultConfig returns dbt's keys of a kind in dbt's order with their
// defaults (dbt/artifacts/resources/v1).
func defaultConfig(kind Kind) *value.Dict {
	none, list, dict := value.None, func() value.Value { return value.NewList() }, func() value.Value { return value.NewDict() }
	switch kind {
	case Source:
		return dictOf("enabled", value.True, "event_time", none, "freshness", noFreshness(), "loaded_at_field", none,
			"loaded_at_query", none, "meta", dict(), "tags", list(), "static_analysis", none)
	case Group:
		return dictOf("meta", dict())
	case Exposure:
		return dictOf("enabled", value.True, "tags", list(), "meta", dict())
	case Metric, SemanticModel:
		return dictOf("enabled", value.True, "group", none, "meta", dict())
	case SavedQuery:
		return dictOf("enabled", value.True, "group", none, "meta", dict(), "export_as", none, "schema", none, "cache", dict())
	case UnitTest:
		return dictOf("tags", list(), "meta", dict(), "enabled", value.True, "static_analysis", none)
	}
	config := dictOf("enabled", value.True, "alias", none, "schema", none, "database", none, "tags", list(), "meta", dict(),
		"group", none, "static_analysis", none)
	if kind == Test {
		config.SetStr("schema", value.Str("dbt_test__audit"))
		config.Update(dictOf("materialized", value.Str("test"), "severity", value.Str("ERROR"), "store_failures", none,
			"store_failures_as", none, "where", none, "limit", none, "fail_calc", value.Str("count(*)"),
			"warn_if", value.Str("!= 0"), "error_if", value.Str("!= 0")))
		return config
	}
	config.Update(dictOf("materialized", value.Str("view"), "incremental_strategy", none, "batch_size", none,
		"lookback", value.Int(1), "begin", none, "persist_docs", dict(), "post-hook", list(), "pre-hook", list(),
		"quoting", dict(), "column_types", dict(), "full_refresh", none, "unique_key", none,
		"on_schema_change", value.Str("ignore"), "on_configuration_change", value.Str("apply"), "grants", dict(),
		"packages", list(), "docs", dict(), "contract", dict(), "event_time", none, "concurrent_batches", none))
	switch kind {
	case Function:
		config.SetStr("materialized", value.Str("function"))
		config.Update(dictOf("type", value.Str("scalar"), "volatility", none, "runtime_version", none, "entry_point", none))
	case Model:
		config.Update(dictOf("access", value.Str("protected"), "freshness", none))
	case Seed:
		config.SetStr("materialized", value.Str("seed"))
		config.Update(dictOf("delimiter", value.Str(","), "quote_columns", none))
	case Snapshot:
		config.SetStr("materialized", value.Str("snapshot"))
		config.Update(dictOf("strategy", none, "target_schema", none, "target_database", none, "updated_at", none,
			"check_cols", none, "snapshot_meta_column_names", dictOf("dbt_valid_to", none, "dbt_valid_from", none,
				"dbt_scd_id", none, "dbt_updated_at", none, "dbt_is_deleted", none), "dbt_valid_to_current", none))
	}
	return config
}

// noFreshness is dbt's empty freshness threshold.
func noFreshness() *value.Dict {
	limit := func() value.Value { return dictOf("count", value.None, "period", value.None) }
	return dictOf("warn_after", limit(), "error_after", limit(), "filter", value.None)
}

// lookup finds a value by the parts of its key, for the config: selector.
func (c *Config) lookup(path []string) (any, bool) {
	var v value.Value = c.values
	for _, key := range path {
		d, ok := v.(*value.Dict)
		if !ok {
			return nil, false
		}
		if v, ok = d.GetStr(key); !ok {
			return nil, false
		}
	}
	switch v.(type) {
	case *value.Dict, value.NoneType:
		return nil, false
	}
	return value.ToGo(v), true
}
