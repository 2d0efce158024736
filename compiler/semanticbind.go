package compiler

import (
	"slices"

	"mdl/compiler/diag"
	"mdl/compiler/graph"
	"mdl/compiler/jinja/value"
)

// bind turns the names in semantic nodes into dependencies
// (dbt/parser/manifest.py, process_refs, process_metrics, process_saved_queries).
func (s *semanticLayer) bind() {
	for _, d := range s.models {
		s.bindModel(d)
	}
	for _, d := range s.metrics {
		s.bindMetric(d, nil)
	}
	for _, d := range s.queries {
		s.bindQuery(d)
	}
	for _, list := range [][]*semanticDraft{s.models, s.metrics, s.queries} {
		for _, d := range list {
			s.describe(d)
		}
	}
}

// bindModel finds the model of a semantic model and the relation behind it.
func (s *semanticLayer) bindModel(d *semanticDraft) {
	n := d.node
	b := binder{r: s.r, id: n.ID, pkg: n.Package, into: &n.DependsOn}
	for _, ref := range n.Refs {
		b.ref(ref, n.Span)
	}
	if len(n.DependsOn) == 0 {
		return
	}
	if model := s.r.m.Node(n.DependsOn[0]); model != nil {
		n.Body.SetStr("node_relation", RelationDict(model))
	}
}

// RelationDict is a node's relation as the semantic layer writes it.
func RelationDict(n *Node) *value.Dict {
	return dictFrom(func(f Fields, n *Node) {
		f.Text("alias", n.Alias)
		f.Text("schema_name", n.Schema)
		optional(f, "database", n.Database)
		optional(f, "relation_name", n.RelationName)
	}, n)
}

// bindMetric finds what a metric is computed from: measures, or metrics and
// their measures. From are the metrics that led here; one that comes back is
// found as a cycle of the graph.
func (s *semanticLayer) bindMetric(d *semanticDraft, from []*semanticDraft) {
	params, ok := typed[*value.Dict](d.node.Body, "type_params")
	if !ok || len(d.inputs()) > 0 || slices.Contains(from, d) {
		return
	}
	switch kind := textOf(d.node.Body, "type"); kind {
	case "simple", "cumulative":
		s.bindMeasures(d, params, "measure")
	case "conversion":
		conversion, ok := typed[*value.Dict](params, "conversion_type_params")
		if !ok {
			s.incomplete(d, "a conversion metric needs conversion_type_params", "write type_params: {conversion_type_params: {base_measure: ..., conversion_measure: ..., entity: ...}}")
			return
		}
		s.bindMeasures(d, conversion, "base_measure", "conversion_measure")
	case "ratio":
		numerator, one := typed[*value.Dict](params, "numerator")
		denominator, two := typed[*value.Dict](params, "denominator")
		if !one || !two {
			s.incomplete(d, "a ratio metric needs a numerator and a denominator", "write type_params: {numerator: a, denominator: b}, two names of metrics")
			return
		}
		s.bindInputs(d, []*value.Dict{numerator, denominator}, from)
	case "derived":
		inputs := elements(params, "metrics")
		if len(inputs) == 0 {
			s.incomplete(d, "a derived metric needs metrics to derive it from", "write type_params: {expr: a - b, metrics: [a, b]}")
		}
		s.bindInputs(d, inputs, from)
	}
}

func (s *semanticLayer) incomplete(d *semanticDraft, why, hint string) {
	at := d.entry.Node.Get("type_params").Place()
	s.r.report(d.node.Package, diag.Errorf("E203", at, "metric %q: %s", d.node.Name, why).WithHint("%s", hint))
}

// inputs are the measures that a metric needs, as far as they are known.
func (d *semanticDraft) inputs() []*value.Dict {
	params, _ := typed[*value.Dict](d.node.Body, "type_params")
	return elements(params, "input_measures")
}

// addInput notes a measure that a metric needs, each once.
func (d *semanticDraft) addInput(measure *value.Dict) {
	for _, known := range d.inputs() {
		if value.Equal(known, measure) {
			return
		}
	}
	params, _ := typed[*value.Dict](d.node.Body, "type_params")
	if list, ok := typed[*value.List](params, "input_measures"); ok {
		list.Append(measure)
	}
}

// bindMeasures binds the measures under some keys of a metric's parameters.
func (s *semanticLayer) bindMeasures(d *semanticDraft, params *value.Dict, keys ...string) {
	for _, key := range keys {
		measure, ok := typed[*value.Dict](params, key)
		if !ok {
			s.incomplete(d, "a "+textOf(d.node.Body, "type")+" metric needs a "+key, "write type_params: {"+key+": name}, the name of a measure of a semantic model")
			continue
		}
		name := textOf(measure, "name")
		at := d.placeOf(name)
		if model := s.r.m.pickSemantic(s.measured[name], d.node.Package); model != nil {
			d.addInput(measure)
			d.depend(s.r, model.ID, at)
			continue
		}
		s.r.report(d.node.Package, s.missingMeasure(d, name, at))
	}
}

func (s *semanticLayer) missingMeasure(d *semanticDraft, name string, at diag.Span) diag.Diagnostic {
	if off := s.offMeasures[name]; off != nil {
		return diag.Errorf("E258", at, "metric %q: the semantic model %q, which has the measure %q, is disabled", d.node.Name, off.Name, name).
			WithHint("enable it, or disable the metric, too")
	}
	return diag.Errorf("E257", at, "metric %q: no semantic model has a measure named %q", d.node.Name, name).
		WithHint("%s", orElse(diag.DidYouMean(name, sortedKeys(s.measured)), "declare it under measures: of a semantic model"))
}

// bindInputs binds the metrics that a metric is computed from.
func (s *semanticLayer) bindInputs(d *semanticDraft, inputs []*value.Dict, from []*semanticDraft) {
	for _, input := range inputs {
		name := textOf(input, "name")
		at := d.placeOf(name)
		target := s.metricOf(d, "metric", name, at)
		if target == nil {
			continue
		}
		s.bindMetric(target, append(slices.Clip(from), d))
		for _, measure := range target.inputs() {
			d.addInput(measure)
		}
		d.depend(s.r, target.node.ID, at)
	}
}

// metricOf returns the metric that an entry names, or nil after saying why there
// is none.
func (s *semanticLayer) metricOf(d *semanticDraft, what, name string, at diag.Span) *semanticDraft {
	ref := Ref{Name: name, Span: at}
	if n := s.r.m.findMetric(ref, d.node.Package); n != nil {
		return s.drafts[n]
	}
	missing := s.r.m.missingMetric(ref)
	missing.Summary = what + " \"" + d.node.Name + "\": " + missing.Summary
	s.r.report(d.node.Package, missing)
	return nil
}

func (s *semanticLayer) bindQuery(d *semanticDraft) {
	params, _ := typed[*value.Dict](d.node.Body, "query_params")
	for _, name := range textsOf(params, "metrics") {
		at := d.placeOf(name)
		if target := s.metricOf(d, "saved query", name, at); target != nil {
			d.depend(s.r, target.node.ID, at)
		}
	}
}

// depend adds a parent.
func (d *semanticDraft) depend(r *resolver, parent string, at diag.Span) {
	if !slices.Contains(d.node.DependsOn, parent) {
		d.node.DependsOn = append(d.node.DependsOn, parent)
		r.edges = append(r.edges, graph.Edge{Child: d.node.ID, Parent: parent, Span: at})
	}
}

// placeOf is where an entry mentions a name: the first text of that value other
// than its own name, or the entry's name.
func (d *semanticDraft) placeOf(text string) diag.Span {
	if n := d.entry.Node; !d.node.Generated && n != nil {
		for _, key := range []string{"type_params", "query_params", "depends_on", "measures", "dimensions", "entities"} {
			if at, ok := find(n.Get(key), text); ok {
				return at
			}
		}
	}
	return d.node.Span
}

// describe renders the descriptions, in which doc() names docs blocks.
func (s *semanticLayer) describe(d *semanticDraft) {
	n := d.node
	var diags diag.List
	render := func(of *value.Dict, at diag.Span) {
		if raw := textOf(of, "description"); raw != "" {
			made, _ := s.r.description(n.Package, raw, at, &s.r.reads, &diags)
			of.SetStr("description", value.Str(made))
		}
	}
	render(n.Body, orSpan(d.entry.Node.Get("description").Place(), n.Span))
	for _, list := range elementLists {
		written := d.entry.Node.Get(list).List()
		for i, element := range elements(n.Body, list) {
			render(element, orSpan(written[i].Get("description").Place(), n.Span))
		}
	}
	s.r.report(n.Package, diags...)
}

func orSpan(at, otherwise diag.Span) diag.Span {
	if at.IsZero() {
		return otherwise
	}
	return at
}
