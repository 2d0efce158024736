package compiler

import (
	"slices"
	"strings"

	"mdl/compiler/diag"
	"mdl/compiler/jinja"
	"mdl/compiler/jinja/value"
	"mdl/compiler/project"
	"mdl/compiler/scope"
	"mdl/compiler/yaml"
)

// SemanticNode is a resource of the semantic layer: a semantic model, a metric
// or a saved query. None of them is built.
type SemanticNode struct {
	ID            string // dbt's unique_id
	Kind          Kind
	Package, Name string
	FQN           []string
	Path          string // below the resource path: dbt's path
	OrigPath      string // below the package root: dbt's original_file_path
	Span          diag.Span
	Config        *Config
	Unrendered    *value.Dict
	Group         string
	Meta          *value.Dict // of a metric
	Tags          []string    // of a metric or a saved query
	Refs          []Ref       // of a semantic model
	DependsOn     []string
	// Body is what only this kind of resource has, under the names of dbt's
	// manifest and with all their keys: measures, type_params, query_params ...
	Body *value.Dict
	// Generated marks a metric that create_metric of a measure asked for.
	Generated bool
	// Order counts the semantic nodes in the order in which dbt reads them.
	Order int
}

// semanticDraft is a semantic node with the entry that it comes from.
type semanticDraft struct {
	node  *SemanticNode
	entry *project.Entry
	pkg   *project.Package
}

// semanticLayer resolves the semantic nodes of all packages. Its lists are in
// dbt's order: by package and file, and what measures ask for after what is
// written in a file.
type semanticLayer struct {
	r                        *resolver
	models, metrics, queries []*semanticDraft
	drafts                   map[*SemanticNode]*semanticDraft
	// measured is by the name of a measure the semantic models that have it;
	// offMeasures are the measures of disabled ones.
	measured    map[string][]*SemanticNode
	offMeasures map[string]*SemanticNode
	count       int // of drafts
}

// readSemantics makes the semantic nodes. Their names are bound by bind, when
// those of all other nodes are known.
func (r *resolver) readSemantics() *semanticLayer {
	s := &semanticLayer{
		r: r, drafts: map[*SemanticNode]*semanticDraft{},
		measured: map[string][]*SemanticNode{}, offMeasures: map[string]*SemanticNode{},
	}
	for _, pkg := range r.project.Packages {
		for _, file := range pkg.Properties {
			s.read(pkg, file)
		}
	}
	return s
}

func (s *semanticLayer) read(pkg *project.Package, file *project.Properties) {
	for _, e := range file.Metrics {
		s.add(s.metric(pkg, e))
	}
	for _, e := range file.SemanticModels {
		model := s.semanticModel(pkg, e)
		s.add(model)
		for _, measure := range e.Node.Get("measures").List() {
			if asked, _ := measure.Get("create_metric").Bool(); asked {
				generated := s.metric(pkg, metricEntry(model, measure))
				generated.node.Generated = true
				s.add(generated)
			}
		}
	}
	for _, e := range file.SavedQueries {
		s.add(s.savedQuery(pkg, e))
	}
}

// draft makes what all kinds have in common.
func (s *semanticLayer) draft(kind Kind, form *project.Form, pkg *project.Package, e *project.Entry) *semanticDraft {
	file := e.Properties
	n := &SemanticNode{
		ID: string(kind) + "." + pkg.Name() + "." + e.Name, Kind: kind, Package: pkg.Name(), Name: e.Name,
		FQN: append(yamlFQN(pkg.Name(), file.Rel), e.Name), Path: file.Rel, OrigPath: file.Path, Span: e.Span,
		Body: form.Value(e.Node),
	}
	n.Config, n.Unrendered = s.r.trees.merged(kind, n.Package, n.FQN, written{patch: e.Config})
	n.Group = n.Config.String("group")
	return &semanticDraft{n, e, pkg}
}

func (s *semanticLayer) metric(pkg *project.Package, e *project.Entry) *semanticDraft {
	d := s.draft(Metric, project.MetricForm, pkg, e)
	n := d.node
	n.Tags = e.Node.Get("tags").Strings()
	n.Meta, _ = typed[*value.Dict](n.Config.values, "meta")
	if n.Meta == nil || n.Meta.Len() == 0 {
		n.Meta = e.Node.Get("meta").ToDict()
	}
	if params, ok := typed[*value.Dict](n.Body, "type_params"); ok && textOf(n.Body, "type") == "cumulative" {
		completeCumulative(params)
	}
	return d
}

// completeCumulative gives a cumulative metric its own parameters, into which
// dbt takes over those of the older place.
func completeCumulative(params *value.Dict) {
	own, ok := typed[*value.Dict](params, "cumulative_type_params")
	if !ok {
		own = project.CumulativeForm.Value(nil)
		params.SetStr("cumulative_type_params", own)
	}
	for _, key := range []string{"window", "grain_to_date"} {
		if value.IsNone(valueOf(own, key)) {
			own.SetStr(key, orNone(valueOf(params, key)))
		}
	}
}

// metricEntry is the entry of the metric that a measure asks for.
func metricEntry(model *semanticDraft, measure *yaml.Node) *project.Entry {
	at := measure.Get("name").Place()
	name := measure.Get("name").String()
	label, expr := measure.Get("label").String(), measure.Get("expr").ToValue()
	if measure.Get("label").IsNull() || label == "" {
		label = name
	}
	if !value.Truth(expr) {
		expr = value.Str(name)
	}
	description := measure.Get("description").String()
	if measure.Get("description").IsNull() || description == "" {
		description = "Metric created from measure " + name
	}
	enabled, _ := model.node.Config.Bool("enabled")
	meta, _ := model.node.Config.values.GetStr("meta")
	params := dictOf("measure", value.Str(name), "expr", value.Str(value.ToStr(expr)))
	return &project.Entry{
		Properties: model.entry.Properties, Name: name, Span: at,
		Config: yaml.FromValue(dictOf("enabled", value.Bool(enabled), "meta", orNone(meta)), at),
		Node: yaml.FromValue(dictOf("name", value.Str(name), "label", value.Str(label), "type", value.Str("simple"),
			"description", value.Str(description), "type_params", params), at),
	}
}

func (s *semanticLayer) semanticModel(pkg *project.Package, e *project.Entry) *semanticDraft {
	d := s.draft(SemanticModel, project.SemanticModelForm, pkg, e)
	n := d.node
	n.Body.SetStr("node_relation", value.None)
	meta, _ := typed[*value.Dict](n.Config.values, "meta")
	for _, list := range elementLists {
		for _, element := range elements(n.Body, list) {
			config, _ := typed[*value.Dict](element, "config")
			own, _ := typed[*value.Dict](config, "meta")
			merged := value.NewDict()
			if meta != nil {
				merged.Update(meta)
			}
			merged.Update(own)
			config.SetStr("meta", merged)
		}
	}
	model := e.Node.Get("model")
	var diags diag.List
	if err := s.refOf(n, model); err != nil {
		bad := diag.FromError(err, "E261", model.Place())
		bad.Span = model.Place()
		diags = append(diags, bad.WithHint("write model: ref('orders')"))
	} else if len(n.Refs) == 0 && model != nil {
		diags = append(diags, diag.Errorf("E261", model.Place(), "the model of semantic model %q must be a ref", n.Name).
			WithHint("write model: ref('orders')"))
	}
	s.r.report(n.Package, diags...)
	return d
}

// elementLists are the lists of a semantic model's body whose entries have
// names, descriptions and configuration.
var elementLists = []string{"dimensions", "entities", "measures"}

// elements are the dicts of a list in a body.
func elements(body *value.Dict, list string) []*value.Dict {
	l, _ := typed[*value.List](body, list)
	if l == nil {
		return nil
	}
	var out []*value.Dict
	for _, item := range l.Items() {
		if d, ok := item.(*value.Dict); ok {
			out = append(out, d)
		}
	}
	return out
}

// refOf evaluates the model of a semantic model, which is a call of ref.
func (s *semanticLayer) refOf(n *SemanticNode, model *yaml.Node) error {
	written, ok := model.Str()
	if !ok {
		return nil
	}
	ref := &value.Func{Name: "ref", Fn: func(_ value.Thread, a value.Args) (value.Value, error) {
		ref, err := parseRef(a)
		if err == nil {
			ref.Span = model.Span
			n.Refs = append(n.Refs, ref)
		}
		return value.Str(""), err
	}}
	globals := s.r.ctx.shared.Scope(scope.Binding{Vars: s.r.vars[n.Package], Package: n.Package, Reads: &s.r.reads, Own: scope.Names{"ref": ref}})
	_, err := jinja.RenderExpression(diag.NewFile(model.Span.Path(), written), written, 0, jinja.Options{Globals: globals})
	return err
}

func (s *semanticLayer) savedQuery(pkg *project.Package, e *project.Entry) *semanticDraft {
	d := s.draft(SavedQuery, project.SavedQueryForm, pkg, e)
	n := d.node
	n.Tags = append(e.Node.Get("tags").Strings(), n.Config.Strings("tags")...)
	slices.Sort(n.Tags)
	n.Tags = slices.Compact(n.Tags)
	written := e.Node.Get("exports").List()
	for i, export := range elements(n.Body, "exports") {
		s.completeExport(d, export, written[i])
	}
	return d
}

// completeExport says where an export would be written: what the saved query
// configures, and the same macros as for models.
func (s *semanticLayer) completeExport(d *semanticDraft, export *value.Dict, at *yaml.Node) {
	own, _ := typed[*value.Dict](export, "config")
	inherited := func(key string) value.Value {
		return orNone(valueOr(own, key, valueOf(d.node.Config.values, key)))
	}
	as, schema := inherited("export_as"), orNone(valueOf(own, "schema_name"))
	if value.IsNone(schema) {
		schema = inherited("schema")
	}
	kind := strings.ToLower(value.ToStr(as))
	if !slices.Contains(project.ExportTypes, kind) {
		d.exportFault(s.r, as, at)
	}
	unnamed := &draft{pkg: d.pkg, node: &Node{
		ID: d.node.ID, Kind: SavedQuery, Name: textOf(export, "name"), Package: d.node.Package, FQN: d.node.FQN,
		Path: d.node.Path, OrigPath: d.node.OrigPath, Span: at.Place(), Config: NewConfig(own), ShowDocs: true,
		Schema: s.r.ctx.Target.Schema, Database: s.r.ctx.Target.Database, Alias: textOf(export, "name"),
	}}
	named := func(component string, given value.Value) value.Value {
		if !value.IsNone(given) {
			return given
		}
		made, err := s.r.generateName(unnamed, component, NodeDict(unnamed.node))
		if err != nil {
			s.r.report(d.node.Package, diag.FromError(err, "E120", at.Place()))
		}
		return value.Str(made)
	}
	database, schema, alias := named("database", value.None), named("schema", schema), named("alias", orNone(valueOf(own, "alias")))
	export.SetStr("config", dictOf("export_as", value.Str(kind), "schema_name", schema, "alias", alias, "database", database))
	export.SetStr("unrendered_config", own)
}

func (d *semanticDraft) exportFault(r *resolver, as value.Value, at *yaml.Node) {
	bad := diag.Errorf("E205", at.Place(), "an export of saved query %q needs export_as: table or view", d.node.Name).
		WithHint("write config: {export_as: table}")
	if !value.IsNone(as) {
		bad.Summary = "export_as cannot be \"" + value.ToStr(as) + "\""
		bad = bad.WithHint("%s", orElse(diag.DidYouMean(value.ToStr(as), project.ExportTypes), "it is table or view"))
	}
	r.report(d.node.Package, bad)
}

// typed is an entry of a dict where it is there and of the type; the dict may be
// nil.
func typed[T value.Value](d *value.Dict, key string) (T, bool) {
	if d == nil {
		var none T
		return none, false
	}
	return get[T](d, key)
}

// textOf is a text of a dict, or "".
func textOf(d *value.Dict, key string) string {
	v, _ := typed[value.Str](d, key)
	return string(v)
}

// textsOf are the texts of a list of a dict.
func textsOf(d *value.Dict, key string) []string {
	list, _ := typed[*value.List](d, key)
	if list == nil {
		return nil
	}
	var out []string
	for _, item := range list.Items() {
		out = append(out, value.ToStr(item))
	}
	return out
}

// add registers a draft: among the disabled, or under its id.
func (s *semanticLayer) add(d *semanticDraft) {
	m, n := s.r.m, d.node
	s.count++
	n.Order = s.count
	if enabled, set := n.Config.Bool("enabled"); set && !enabled {
		m.DisabledSemantics = append(m.DisabledSemantics, n)
		for _, name := range n.measures() {
			s.offMeasures[name] = n
		}
		return
	}
	into := map[Kind]map[string]*SemanticNode{Metric: m.Metrics, SemanticModel: m.SemanticModels, SavedQuery: m.SavedQueries}[n.Kind]
	if other := into[n.ID]; other != nil {
		s.r.report(n.Package, duplicateSemantic(n, other))
		return
	}
	into[n.ID], s.drafts[n] = n, d
	switch n.Kind {
	case Metric:
		s.metrics = append(s.metrics, d)
	case SemanticModel:
		s.models = append(s.models, d)
		for _, name := range n.measures() {
			s.measured[name] = append(s.measured[name], n)
		}
	case SavedQuery:
		s.queries = append(s.queries, d)
	}
}

// measures are the names of a semantic model's measures.
func (n *SemanticNode) measures() []string {
	var names []string
	for _, measure := range elements(n.Body, "measures") {
		names = append(names, textOf(measure, "name"))
	}
	return names
}

func duplicateSemantic(n, other *SemanticNode) diag.Diagnostic {
	what := strings.ReplaceAll(string(n.Kind), "_", " ")
	d := diag.Errorf("E250", n.Span, "two %s are named %q", plural(what), n.Name).WithHint("rename one of them, or disable it with enabled: false")
	if n.Generated != other.Generated {
		d = d.WithHint("create_metric makes a metric of the measure's name: leave it out, or rename the other metric")
	}
	d.Notes = []diag.Note{{Message: "the other one", Span: other.Span}}
	return d
}

func plural(what string) string {
	if stem, ok := strings.CutSuffix(what, "y"); ok {
		return stem + "ies"
	}
	return what + "s"
}
