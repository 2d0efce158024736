package compiler

import (
	"slices"

	"mdl/compiler/diag"
	"mdl/compiler/jinja/value"
	"mdl/compiler/scope"
	"mdl/compiler/yaml"
)

// find returns the place of the first text of a tree that is the given one.
func find(n *yaml.Node, text string) (diag.Span, bool) {
	if n == nil {
		return diag.Span{}, false
	}
	if n.Kind == yaml.String && n.Text == text {
		return n.Span, true
	}
	for _, item := range n.Items {
		if at, ok := find(item, text); ok {
			return at, true
		}
	}
	for _, p := range n.Pairs {
		if at, ok := find(p.Value, text); ok {
			return at, true
		}
	}
	return diag.Span{}, false
}

// parseNamed reads the arguments of metric() and function(): a name, or a
// package and a name.
func parseNamed(fn string, a value.Args) (Ref, error) {
	var ref Ref
	for _, arg := range a.Pos {
		if !value.IsStr(arg) {
			return ref, &scope.Error{Msg: fn + "() takes text, but got " + arg.TypeName() + ": " + value.Repr(arg)}
		}
	}
	switch {
	case len(a.Pos) == 1 && len(a.Kw) == 0:
		ref.Name = value.ToStr(a.Pos[0])
	case len(a.Pos) == 2 && len(a.Kw) == 0:
		ref.Package, ref.Name = value.ToStr(a.Pos[0]), value.ToStr(a.Pos[1])
	default:
		return ref, &scope.Error{Msg: fn + "() takes a name, or a package and a name", Hint: "write " + fn + "('name')"}
	}
	return ref, nil
}

// metricFunc is metric() at parse time: it notes the call and gives the name.
func (p *parseNames) metricFunc() value.Value {
	return &value.Func{Name: "metric", Fn: func(t value.Thread, a value.Args) (value.Value, error) {
		ref, err := parseNamed("metric", a)
		if err == nil {
			err = p.d.mayDepend("metric")
		}
		if err != nil {
			return nil, err
		}
		ref.Span = t.Site()
		p.d.node.MetricRefs = append(p.d.node.MetricRefs, ref)
		return value.Str(ref.Name), nil
	}}
}

// findMetric returns the metric that metric() means, or nil.
func (m *Manifest) findMetric(ref Ref, from string) *SemanticNode {
	var candidates []*SemanticNode
	for _, id := range sortedKeys(m.Metrics) {
		if n := m.Metrics[id]; n.Name == ref.Name && (ref.Package == "" || n.Package == ref.Package) {
			candidates = append(candidates, n)
		}
	}
	return m.pickSemantic(candidates, from)
}

// pickSemantic chooses among nodes of one name as dbt does for a package that
// asks; nil where there are none.
func (m *Manifest) pickSemantic(candidates []*SemanticNode, from string) *SemanticNode {
	for _, pkg := range m.searchOrder(from) {
		for _, n := range candidates {
			if pkg == "" || n.Package == pkg {
				return n
			}
		}
	}
	if len(candidates) > 0 { // all in the package that was named
		return candidates[0]
	}
	return nil
}

// missingMetric says which metric was probably meant.
func (m *Manifest) missingMetric(ref Ref) diag.Diagnostic {
	for _, n := range m.DisabledSemantics {
		if n.Kind == Metric && n.Name == ref.Name {
			return diag.Errorf("E258", ref.Span, "the metric %q is disabled", ref.Name).WithHint("enable it, or remove the reference to it")
		}
	}
	d := diag.Errorf("E257", ref.Span, "there is no metric named %q", ref.Name).
		WithHint("%s", orElse(diag.DidYouMean(ref.Name, m.metricNames()), "declare it under metrics: in a .yml file"))
	for _, model := range m.SemanticModels {
		if slices.Contains(model.measures(), ref.Name) {
			return d.WithHint("there is a measure of that name: add create_metric: true to it, or declare a metric")
		}
	}
	return d
}

func (m *Manifest) metricNames() []string {
	var names []string
	for _, n := range m.Metrics {
		names = append(names, n.Name)
	}
	slices.Sort(names)
	return names
}

// metric binds a metric() call.
func (b *binder) metric(ref Ref, fallback diag.Span) {
	ref.Span = orSpan(ref.Span, fallback)
	if n := b.r.m.findMetric(ref, b.pkg); n != nil {
		b.add(n.ID, ref.Span)
		return
	}
	b.missing(b.r.m.missingMetric(ref))
}

// metric is metric() at run time.
func (s *runNames) metric(_ value.Thread, a value.Args) (value.Value, error) {
	ref, err := parseNamed("metric", a)
	if err != nil {
		return nil, err
	}
	m := s.r.Manifest
	if n := m.findMetric(ref, s.pkg()); n != nil {
		return metricValue{n}, nil
	}
	return nil, &scope.Error{Kind: scope.Compilation, Msg: "metric('" + ref.Name + "') finds no metric", Hint: diag.DidYouMean(ref.Name, m.metricNames())}
}

// searchFor are the packages in which a name is looked for.
func (m *Manifest) searchFor(ref Ref, from string) []string {
	if ref.Package != "" {
		return []string{ref.Package}
	}
	return m.searchOrder(from)
}

// pkg is the package that asks: the root project for an operation.
func (s *runNames) pkg() string {
	if s.n == nil {
		return s.r.Manifest.ProjectName
	}
	return s.n.Package
}

// metricValue is what metric() gives: it prints as the name, its attributes are
// the entries of the manifest.
type metricValue struct{ n *SemanticNode }

// TypeName implements value.Value.
func (metricValue) TypeName() string { return "ResolvedMetricReference" }

// Str implements value.Printer.
func (m metricValue) Str() string { return m.n.Name }

// Repr implements value.Printer.
func (m metricValue) Repr() string { return m.n.Name }

// Attr implements value.Object.
func (m metricValue) Attr(name string) (value.Value, bool) {
	switch name {
	case "metric_name":
		return value.Str(m.n.Name), true
	}
	return SemanticDict(m.n).GetStr(name)
}
