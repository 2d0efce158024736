package compiler

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"mdl/compiler/diag"
	"mdl/compiler/jinja/value"
	"mdl/compiler/scope"
)

// runNames are the names of a template at run time that need the manifest
// (dbt/context/providers.py). They belong to one render.
type runNames struct {
	r *Runtime
	n *Node // nil for run-operation
	// free allows references that were not known when the project was parsed.
	free bool
	// inline allows ephemeral models, which are put in front of the SQL.
	inline bool
	// extra are names of this render alone; may be nil.
	extra *value.Dict
	// ctx and wh are those of the render.
	ctx context.Context
	wh  scope.Warehouse

	// on are the stand-ins that are read; nil: the relations themselves. unit
	// is the unit test whose model is rendered, or nil; over what it overrides.
	on   StandIns
	unit *UnitCase
	over *overrides

	ephemeral []*Node    // the ephemeral models that ref() has answered with
	stood     []*StandIn // the stand-ins that are put in front
	made      scope.Names
}

// runNameMakers are the names by how they are made, once a render.
var runNameMakers = map[string]func(*runNames) value.Value{
	"ref":                func(s *runNames) value.Value { return newRef(s.r.Manifest, nil, s.ref) },
	"source":             func(s *runNames) value.Value { return &value.Func{Name: "source", Fn: s.source} },
	"config":             func(s *runNames) value.Value { return &runConfig{s.n} },
	"graph":              func(s *runNames) value.Value { return graphDict(s.r.Manifest) },
	"selected_resources": func(s *runNames) value.Value { return textList(s.r.Selected) },
	"metric":             func(s *runNames) value.Value { return &value.Func{Name: "metric", Fn: s.metric} },
	"function":           func(s *runNames) value.Value { return &value.Func{Name: "function", Fn: s.function} },
	"load_agate_table":   func(*runNames) value.Value { return refusal("load_agate_table") },
}

// nodeNameMakers are those that only nodes have.
var nodeNameMakers = map[string]func(*runNames) value.Value{
	"this":           (*runNames).this,
	"model":          (*runNames).model,
	"schema":         func(s *runNames) value.Value { return value.Str(s.n.Schema) },
	"database":       func(s *runNames) value.Value { return value.Str(s.n.Database) },
	"pre_hooks":      func(s *runNames) value.Value { return hookList(s.n.PreHooks) },
	"post_hooks":     func(s *runNames) value.Value { return hookList(s.n.PostHooks) },
	"compiled_code":  func(*runNames) value.Value { return value.None },
	"defer_relation": (*runNames).deferRelation,

	"ds": intervalMaker("ds"), "ds_nodash": intervalMaker("ds_nodash"),
	"data_interval_start": intervalMaker("data_interval_start"), "data_interval_end": intervalMaker("data_interval_end"),
	"prev_ds": intervalMaker("prev_ds"), "next_ds": intervalMaker("next_ds"),
}

// Lookup implements jinja.Globals.
func (s *runNames) Lookup(name string) (value.Value, bool) {
	if s.extra != nil {
		if v, ok := s.extra.GetStr(name); ok {
			return v, true
		}
	}
	if v, ok := s.made[name]; ok {
		return v, true
	}
	mk, ok := runNameMakers[name]
	if !ok && s.n != nil {
		mk, ok = nodeNameMakers[name]
	}
	if !ok {
		return nil, false
	}
	v := mk(s)
	if s.made == nil {
		s.made = scope.Names{}
	}
	s.made[name] = v
	return v, true
}

// Names implements jinja.Namer.
func (s *runNames) Names() []string {
	names := sortedKeys(runNameMakers)
	if s.n != nil {
		names = append(names, sortedKeys(nodeNameMakers)...)
	}
	if s.extra != nil {
		for _, k := range s.extra.Keys() {
			names = append(names, value.ToStr(k))
		}
	}
	return names
}

func (s *runNames) this() value.Value {
	switch {
	case s.n.Kind == Operation:
		return value.None
	case s.unit != nil:
		return s.unitThis()
	}
	return relationOf(s.r.Context, s.n)
}

// name is what messages call the render.
func (s *runNames) name() string {
	if s.n == nil {
		return "this macro"
	}
	return s.n.Name
}

func (s *runNames) ref(_ value.Thread, a value.Args) (value.Value, error) {
	ref, err := parseRef(a)
	if err != nil {
		return nil, err
	}
	n := s.r.findRef(s.n, ref)
	switch {
	case n == nil:
		return nil, s.r.missingRef(ref)
	case !s.free && n.ID != s.n.ID && !slices.Contains(s.n.DependsOn, n.ID):
		return nil, &scope.Error{
			Kind: scope.Compilation,
			Msg: fmt.Sprintf("%s was not known as a dependency of %s when the project was parsed\n"+
				"a ref() in a block that runs only at execution is not seen then", refText(ref), s.name()),
			Hint: fmt.Sprintf("add this line at the top of %s:\n-- depends_on: {{ %s }}", s.name(), refText(ref)),
		}
	case s.on != nil && (s.on[n.ID] != nil || !n.IsEphemeral()):
		return s.standIn(n.ID, refCall(n), eventTime(n.Config, n.Columns, nil))
	case n.IsEphemeral():
		return s.ephemeralRef(n)
	}
	if n.ID == s.r.insteadOf {
		return s.limited(s.inWindow(insteadRelation(s.r, n), eventTime(n.Config, n.Columns, nil))), nil
	}
	rel, err := s.deferred(n)
	switch {
	case err != nil:
		return nil, err
	case rel == nil:
		rel = relationOf(s.r.Context, n)
	}
	return s.limited(s.inWindow(rel, eventTime(n.Config, n.Columns, nil))), nil
}

func (s *runNames) ephemeralRef(n *Node) (value.Value, error) {
	if !s.inline {
		return nil, &scope.Error{
			Kind: scope.Compilation,
			Msg:  fmt.Sprintf("%s refers to the ephemeral model %s, which hooks and operations cannot do", s.name(), n.Name),
			Hint: "make the model a view or a table",
		}
	}
	if !slices.Contains(s.ephemeral, n) {
		s.ephemeral = append(s.ephemeral, n)
	}
	return s.limited(s.inWindow(s.r.Context.shared.CTE(n.Alias), eventTime(n.Config, n.Columns, nil))), nil
}

// limited is a relation as a reader under --empty sees it.
func (s *runNames) limited(rel *scope.Relation) value.Value {
	if empty := s.r.Context.Env.Flags["EMPTY"]; empty != nil && value.Truth(empty) {
		return rel.Limited(0)
	}
	return rel
}

func (s *runNames) source(_ value.Thread, a value.Args) (value.Value, error) {
	name, table, err := parseSource(a)
	if err != nil {
		return nil, err
	}
	src := s.r.findSource(s.n, name, table)
	if src == nil {
		return nil, s.r.missingSource(name, table)
	}
	if s.on != nil {
		return s.standIn(src.ID, sourceCall(src), eventTime(src.Config, src.Columns, src.Quoting))
	}
	if plugin := pluginOf(src); plugin != "" {
		d := diag.Errorf("E279", diag.Span{}, "the source %s.%s is loaded by the plugin %s of dbt-duckdb, which is Python and is not run", src.SourceName, src.Name, plugin).
			WithHint("give the source an external_location, such as \"read_csv('data/file.csv')\"; for another database, attach it in the profile")
		return nil, &d
	}
	rel, err := sourceRelation(s.r.Context, src)
	if err != nil {
		return nil, err
	}
	return s.limited(s.inWindow(rel, eventTime(src.Config, src.Columns, src.Quoting))), nil
}

func (r *Runtime) searchOrder(from *Node) []string {
	if from == nil {
		return r.Manifest.searchOrder("")
	}
	return r.Manifest.searchOrder(from.Package)
}

// findRef returns the node that ref() means, or nil. A node's own dependencies
// are looked at first: they are few, and nearly always hold it.
func (r *Runtime) findRef(from *Node, ref Ref) *Node {
	packages := r.searchOrder(from)
	if ref.Package != "" {
		packages = []string{ref.Package}
	}
	var known []string
	if from != nil {
		known = from.DependsOn
	}
	if n := r.matchRef(known, ref, packages); n != nil {
		return n
	}
	var all []string
	for n := range r.Manifest.AllNodes() {
		if n.Name == ref.Name {
			all = append(all, n.ID)
		}
	}
	return r.matchRef(all, ref, packages)
}

func (r *Runtime) matchRef(ids []string, ref Ref, packages []string) *Node {
	for _, pkg := range packages {
		for _, id := range ids {
			n := r.Manifest.Node(id)
			if n != nil && n.Name == ref.Name && refable(n.Kind) && (pkg == "" || n.Package == pkg) && versionMatches(n, ref.Version) {
				return n
			}
		}
	}
	return nil
}

func (r *Runtime) missingRef(ref Ref) error {
	e := &scope.Error{Kind: scope.Compilation, Msg: refText(ref) + " finds no model, seed or snapshot of that name"}
	var names []string
	for n := range r.Manifest.AllNodes() {
		if refable(n.Kind) {
			names = append(names, n.Name)
		}
	}
	for _, list := range r.Manifest.Disabled {
		for _, n := range list {
			if n.Name == ref.Name && refable(n.Kind) {
				e.Msg, e.Hint = refText(ref)+" means a "+string(n.Kind)+" that is disabled", "enable it, or remove the reference to it"
				return e
			}
		}
	}
	e.Hint = diag.DidYouMean(ref.Name, names)
	return e
}

// findSource returns the table that source() means, or nil.
func (r *Runtime) findSource(from *Node, name, table string) *SourceNode {
	if from != nil {
		if s := r.matchSource(from.DependsOn, name, table, []string{""}); s != nil {
			return s
		}
	}
	return r.matchSource(sortedKeys(r.Manifest.Sources), name, table, r.searchOrder(from))
}

func (r *Runtime) matchSource(ids []string, name, table string, packages []string) *SourceNode {
	for _, pkg := range packages {
		for _, id := range ids {
			s := r.Manifest.Sources[id]
			if s != nil && s.SourceName == name && s.Name == table && (pkg == "" || s.Package == pkg) {
				return s
			}
		}
	}
	return nil
}

func (r *Runtime) missingSource(name, table string) error {
	var names []string
	for _, s := range r.Manifest.Sources {
		names = append(names, s.SourceName+"."+s.Name)
	}
	return &scope.Error{
		Kind: scope.Compilation,
		Msg:  fmt.Sprintf("source('%s', '%s') finds no such table", name, table),
		Hint: diag.DidYouMean(name+"."+table, names),
	}
}

func refusal(name string) value.Value {
	return &value.Func{Name: name, Fn: func(value.Thread, value.Args) (value.Value, error) {
		return nil, &scope.Error{Kind: scope.NotImplemented, Msg: name + "() is not supported by mdl"}
	}}
}

func hookList(hooks []Hook) value.Value {
	list := value.NewList()
	for _, h := range hooks {
		list.Append(dictOf("sql", value.Str(h.SQL), "transaction", value.Bool(h.Transaction)))
	}
	return list
}

// graphDict is the name graph. It is made for each render that asks, because
// templates can change what they get.
func graphDict(m *Manifest) value.Value {
	return dictOf(
		"exposures", dictsOf(m.Exposures, ExposureDict),
		"functions", nodesDict(m, true),
		"groups", dictsOf(m.Groups, GroupDict),
		"metrics", dictsOf(m.Metrics, SemanticDict),
		"nodes", nodesDict(m, false),
		"sources", dictsOf(m.Sources, SourceDict),
		"semantic_models", dictsOf(m.SemanticModels, SemanticDict),
		"saved_queries", dictsOf(m.SavedQueries, SemanticDict),
	)
}

// nodesDict are the functions, or all other nodes, as dbt keeps them apart.
func nodesDict(m *Manifest, functions bool) *value.Dict {
	d := value.NewDictSize(len(m.NodeIDs()))
	for n := range m.AllNodes() {
		if functions == (n.Kind == Function) {
			d.SetStr(n.ID, NodeDict(n))
		}
	}
	return d
}

func dictsOf[T any](resources map[string]T, dict func(T) *value.Dict) *value.Dict {
	d := value.NewDictSize(len(resources))
	for _, id := range sortedKeys(resources) {
		d.SetStr(id, dict(resources[id]))
	}
	return d
}

// runConfig is the name config at run time: it answers from the node's merged
// configuration; a call of it changes nothing and prints nothing.
type runConfig struct{ n *Node }

// TypeName implements value.Value.
func (*runConfig) TypeName() string { return "RuntimeConfigObject" }

// Call implements value.Callable.
func (*runConfig) Call(value.Thread, value.Args) (value.Value, error) { return value.Str(""), nil }

// Attr implements value.Object.
func (c *runConfig) Attr(name string) (value.Value, bool) {
	switch name {
	case "model":
		if c.n == nil {
			return nil, false
		}
		return NodeDict(c.n), true
	case "get", "require", "meta_get", "meta_require", "set", "persist_relation_docs", "persist_column_docs":
		return &value.Func{Name: name, Fn: func(t value.Thread, a value.Args) (value.Value, error) {
			v, _, err := c.CallMethod(t, name, a)
			return v, err
		}}, true
	}
	return nil, false
}

// CallMethod implements value.MethodCaller.
func (c *runConfig) CallMethod(t value.Thread, name string, a value.Args) (value.Value, bool, error) {
	var v value.Value
	var err error
	switch name {
	case "get", "meta_get":
		v, err = c.get(t, name, a)
	case "require", "meta_require":
		v, err = c.require(t, name, a)
	case "set":
		v = value.Str("")
	case "persist_relation_docs":
		v, err = c.persistDocs("relation")
	case "persist_column_docs":
		v, err = c.persistDocs("columns")
	default:
		return nil, false, nil
	}
	return v, true, err
}

func (c *runConfig) get(t value.Thread, method string, a value.Args) (value.Value, error) {
	got, err := a.Bind("config."+method, value.Required("name"), value.Optional("default", value.None), value.Optional("validator", value.None))
	if err != nil {
		return nil, err
	}
	v, ok := c.find(method, value.ToStr(got[0]))
	if !ok {
		v = got[1]
	}
	if got[2] != value.None && got[1] != value.None {
		_, err = t.Call(got[2], value.Positional(v))
	}
	return v, err
}

func (c *runConfig) require(t value.Thread, method string, a value.Args) (value.Value, error) {
	got, err := a.Bind("config."+method, value.Required("name"), value.Optional("validator", value.None))
	if err != nil {
		return nil, err
	}
	name := value.ToStr(got[0])
	v, ok := c.find(method, name)
	if !ok {
		return nil, c.missing(name)
	}
	if got[1] != value.None {
		_, err = t.Call(got[1], value.Positional(v))
	}
	return v, err
}

// find looks a key up in the configuration, or in its meta.
func (c *runConfig) find(method, name string) (value.Value, bool) {
	if c.n == nil || c.n.Config == nil {
		return nil, false
	}
	d := c.n.Config.Dict()
	if strings.HasPrefix(method, "meta_") {
		meta, _ := d.GetStr("meta")
		if d, _ = meta.(*value.Dict); d == nil {
			return nil, false
		}
	}
	if v, ok := d.GetStr(name); ok {
		return v, true
	}
	if name == "snapshot_table_column_names" && c.n.Kind == Snapshot {
		return snapshotColumnNames(d), true
	}
	return d.GetStr(strings.ReplaceAll(name, "_", "-")) // pre_hook is kept as pre-hook
}

func (c *runConfig) missing(name string) error {
	e := &scope.Error{Kind: scope.Compilation, Msg: "config.require: '" + name + "' is not set"}
	if c.n == nil || c.n.Config == nil {
		return e
	}
	e.Msg = fmt.Sprintf("%s needs the configuration '%s', which is not set", c.n.ID, name)
	var names []string
	for _, k := range c.n.Config.Dict().Keys() {
		names = append(names, value.ToStr(k))
	}
	e.Hint = diag.DidYouMean(name, names)
	return e
}

func (c *runConfig) persistDocs(part string) (value.Value, error) {
	docs, ok := c.find("get", "persist_docs")
	if !ok || docs == value.None {
		return value.False, nil
	}
	d, ok := docs.(*value.Dict)
	if !ok {
		return nil, &scope.Error{
			Kind: scope.Compilation,
			Msg:  "persist_docs must be a mapping, not " + docs.TypeName(),
			Hint: "write persist_docs={'relation': true, 'columns': true}",
		}
	}
	if v, ok := d.GetStr(part); ok {
		return v, nil
	}
	return value.False, nil
}

// snapshotColumnNames are the columns that a snapshot adds, by dbt's names for
// them, as its configuration calls them.
func snapshotColumnNames(config *value.Dict) value.Value {
	given, _ := config.GetStr("snapshot_meta_column_names")
	own, _ := given.(*value.Dict)
	names := value.NewDict()
	for _, column := range []string{"dbt_valid_to", "dbt_valid_from", "dbt_scd_id", "dbt_updated_at", "dbt_is_deleted"} {
		names.SetStr(column, value.Str(column))
		if own == nil {
			continue
		}
		if v, ok := own.GetStr(column); ok && value.Truth(v) {
			names.SetStr(column, v)
		}
	}
	return names
}
