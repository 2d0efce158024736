package compiler

import (
	"slices"
	"strings"

	"mdl/compiler/diag"
	"mdl/compiler/jinja"
	"mdl/compiler/jinja/value"
	"mdl/compiler/project"
	"mdl/compiler/yaml"
)

// metric checks one metric.
func (c *semanticCheck) metric(d *semanticDraft) {
	n := d.node
	c.checkName(d, n.Span, n.Name)
	c.checkLabel(d, "metric", n.Name, valueOf(n.Body, "label"), orSpan(d.entry.Node.Get("label").Place(), n.Span))
	c.filters(d, d.entry.Node)
	params, _ := typed[*value.Dict](n.Body, "type_params")
	if params == nil {
		return
	}
	switch textOf(n.Body, "type") {
	case "cumulative":
		c.cumulative(d, params)
	case "derived":
		c.derived(d, params)
	case "conversion":
		c.conversion(d, params)
	}
	c.aliases(d)
}

// cumulative checks how far back a cumulative metric reaches.
func (c *semanticCheck) cumulative(d *semanticDraft, params *value.Dict) {
	own, _ := typed[*value.Dict](params, "cumulative_type_params")
	if own == nil {
		return
	}
	at := d.entry.Node.Get("type_params").Place()
	window, limited := typed[*value.Dict](own, "window")
	grain := strings.ToLower(textOf(own, "grain_to_date"))
	if limited && grain != "" {
		c.fault(d, at, "leave out one of them", "the cumulative metric %q has a window and grain_to_date", d.node.Name)
	}
	if older, ok := typed[*value.Dict](params, "window"); ok && limited && !value.Equal(older, window) {
		c.fault(d, at, "keep the one below cumulative_type_params", "the metric %q has two different windows", d.node.Name)
	}
	if grain != "" && !slices.Contains(project.Granularities, grain) {
		c.fault(d, at, orElse(diag.DidYouMean(grain, project.Granularities), "it is day, week, month ..."), "grain_to_date of the metric %q cannot be %q", d.node.Name, grain)
	}
	if limited {
		c.window(d, window, false, at)
	}
	if older := d.entry.Node.Get("type_params"); !older.Get("window").IsNull() || !older.Get("grain_to_date").IsNull() {
		c.warn(d, at, "write them below cumulative_type_params:", "window and grain_to_date of the cumulative metric %q are at their old place", d.node.Name)
	}
}

// window checks the step of a span of time.
func (c *semanticCheck) window(d *semanticDraft, window *value.Dict, custom bool, at diag.Span) {
	step := textOf(window, "granularity")
	if step == "" { // which has been told
		return
	}
	if slices.Contains(project.Granularities, step) || custom && (slices.Contains(c.custom, step) || slices.Contains(c.custom, strings.TrimSuffix(step, "s"))) {
		return
	}
	c.fault(d, at, orElse(diag.DidYouMean(step, project.Granularities), "it is days, weeks, months ..."), "metric %q: there is no granularity %q", d.node.Name, step)
}

// derived checks the names by which a derived metric knows its inputs.
func (c *semanticCheck) derived(d *semanticDraft, params *value.Dict) {
	expr, known := textOf(params, "expr"), map[string]bool{}
	written := d.entry.Node.Get("type_params").Get("metrics").List()
	inputs := elements(params, "metrics")
	for _, input := range inputs {
		known[textOf(input, "name")] = true
	}
	for i, input := range inputs {
		at := written[i].Place()
		name := textOf(input, "name")
		if alias := textOf(input, "alias"); alias != "" {
			name = alias
			c.checkName(d, at, alias)
			if known[alias] {
				c.fault(d, at, "choose another alias", "metric %q has two inputs named %q", d.node.Name, alias)
			}
		}
		window, shifted := typed[*value.Dict](input, "offset_window")
		grain := strings.ToLower(textOf(input, "offset_to_grain"))
		if shifted {
			c.window(d, window, true, at)
		}
		if shifted && grain != "" {
			c.fault(d, at, "leave out one of them", "the input %q of metric %q has offset_window and offset_to_grain", name, d.node.Name)
		}
		if grain != "" && !slices.Contains(project.Granularities, grain) {
			c.fault(d, at, orElse(diag.DidYouMean(grain, project.Granularities), "it is day, week, month ..."), "offset_to_grain of metric %q cannot be %q", d.node.Name, grain)
		}
		if !strings.Contains(expr, name) {
			c.warn(d, at, "use it in expr, or leave it out", "metric %q does not use its input %q", d.node.Name, name)
		}
	}
}

// conversion checks the measures and properties of a conversion metric.
func (c *semanticCheck) conversion(d *semanticDraft, params *value.Dict) {
	of, _ := typed[*value.Dict](params, "conversion_type_params")
	if of == nil {
		return
	}
	written := d.entry.Node.Get("type_params").Get("conversion_type_params")
	if window, ok := typed[*value.Dict](of, "window"); ok {
		c.window(d, window, false, written.Get("window").Place())
	}
	for _, side := range []string{"base", "conversion"} {
		input, _ := typed[*value.Dict](of, side+"_measure")
		if input == nil {
			continue
		}
		name := textOf(input, "name")
		n := c.r.m.pickSemantic(c.measured[name], d.node.Package)
		if n == nil {
			continue // which has been told
		}
		var names []string
		for _, list := range []string{"entities", "dimensions"} {
			for _, e := range elements(n.Body, list) {
				names = append(names, textOf(e, "name"))
			}
		}
		c.has(d, n, names, textOf(of, "entity"), written.Get("entity").Place())
		for i, property := range elements(of, "constant_properties") {
			at := written.Get("constant_properties").List()[i].Get(side + "_property").Place()
			c.has(d, n, names, textOf(property, side+"_property"), at)
		}
		for _, measure := range elements(n.Body, "measures") {
			agg := textOf(measure, "agg")
			if textOf(measure, "name") == name && agg != "count" && agg != "count_distinct" && (agg != "sum" || textOf(measure, "expr") != "1") {
				c.fault(d, written.Get(side+"_measure").Place(), "use agg: count, count_distinct, or sum with expr: 1", "the conversion metric %q needs measures that count; %q is a %s", d.node.Name, name, agg)
			}
		}
	}
}

func (c *semanticCheck) has(d *semanticDraft, n *SemanticNode, names []string, name string, at diag.Span) {
	if !slices.Contains(names, name) {
		c.fault(d, at, orElse(diag.DidYouMean(name, names), "declare it under entities: or dimensions:"), "metric %q: semantic model %q has no %q", d.node.Name, n.Name, name)
	}
}

// aliases checks the names that a metric gives to measures.
func (c *semanticCheck) aliases(d *semanticDraft) {
	for _, input := range d.inputs() {
		alias := textOf(input, "alias")
		if alias == "" {
			continue
		}
		at := d.placeOf(alias)
		c.checkName(d, at, alias)
		if c.measured[alias] != nil {
			c.fault(d, at, "choose another alias", "metric %q: %q is the name of a measure", d.node.Name, alias)
		}
		c.checkLabel(d, "alias of a measure", d.node.Name, value.Str(alias), at)
	}
}

// filterNames are what a filter can call.
var filterNames = []string{"Dimension", "TimeDimension", "Entity", "Metric"}

// filters checks the templates of all filters in an entry.
func (c *semanticCheck) filters(d *semanticDraft, n *yaml.Node) {
	if n == nil {
		return
	}
	for _, p := range n.Pairs {
		switch p.Key.Text {
		case "filter", "where":
			for _, text := range p.Value.List() {
				c.filter(d, text)
			}
		default:
			c.filters(d, p.Value)
		}
	}
	for _, item := range n.Items {
		c.filters(d, item)
	}
}

func (c *semanticCheck) filter(d *semanticDraft, n *yaml.Node) {
	file := n.Template()
	program, diags := jinja.Parse(file)
	for _, bad := range diags {
		c.r.report(d.node.Package, n.Relocate(bad, file))
	}
	if diags.HasErrors() {
		return
	}
	for _, call := range program.Calls() {
		if name := call.Name; !slices.Contains(filterNames, name) {
			c.fault(d, n.Place(), orElse(diag.DidYouMean(name, filterNames), "a filter names columns with {{ Dimension('entity__name') }}"), "a filter cannot call %s()", name)
		}
	}
}

// query checks one saved query.
func (c *semanticCheck) query(d *semanticDraft) {
	n := d.node
	c.checkName(d, n.Span, n.Name)
	c.filters(d, d.entry.Node.Get("query_params"))
	params, _ := typed[*value.Dict](n.Body, "query_params")
	written := d.entry.Node.Get("query_params")
	if params == nil {
		return
	}
	if limit, ok := typed[value.Int](params, "limit"); ok && limit < 0 {
		c.fault(d, written.Get("limit").Place(), "leave it out for all rows", "the limit of saved query %q is negative", n.Name)
	}
	for _, item := range written.Get("group_by").List() {
		c.groupBy(d, item)
	}
}

// groupBy checks an entry of group_by: a call that names an element.
func (c *semanticCheck) groupBy(d *semanticDraft, n *yaml.Node) {
	text, ok := n.Str()
	if !ok {
		return
	}
	program, diags := jinja.Parse(diag.NewFile(n.Span.Path(), "{{ "+text+" }}"))
	calls := program.Calls()
	if diags.HasErrors() || len(calls) == 0 {
		c.fault(d, n.Span, "write Dimension('entity__name'), TimeDimension('metric_time', 'day') or Entity('name')", "group_by of saved query %q: %q names no column", d.node.Name, text)
		return
	}
	if name := calls[0].Name; !slices.Contains(filterNames, name) {
		c.fault(d, n.Span, orElse(diag.DidYouMean(name, filterNames), "it is Dimension, TimeDimension, Entity or Metric"), "group_by cannot call %s()", name)
	}
}
