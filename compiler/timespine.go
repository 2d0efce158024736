package compiler

import (
	"slices"
	"strings"

	"mdl/compiler/diag"
	"mdl/compiler/jinja/value"
	"mdl/compiler/project"
)

// legacyTimeSpine is the name of the model that MetricFlow took for its time
// spine before models could say that they are one.
const legacyTimeSpine = "metricflow_time_spine"

// LegacyTimeSpine returns the model that is a time spine by its name alone, or
// nil.
func (m *Manifest) LegacyTimeSpine() *Node {
	for _, pkg := range m.Packages {
		if n := m.Node(string(Model) + "." + pkg + "." + legacyTimeSpine); n != nil {
			return n
		}
	}
	return nil
}

// Granularity is that of the column by which a model is a time spine, or "".
func (n *Node) Granularity() string {
	if n.TimeSpine == nil {
		return ""
	}
	return n.granularityOf(textOf(n.TimeSpine, "standard_granularity_column"))
}

func (n *Node) granularityOf(column string) string {
	for i := range n.Columns {
		if n.Columns[i].Name == column {
			return n.Columns[i].Granularity
		}
	}
	return ""
}

// checkTimeSpine reports a time spine whose columns the properties do not have.
func (d *draft) checkTimeSpine() {
	n := d.node
	if n.TimeSpine == nil || n.Version != n.LatestVersion {
		return
	}
	written := d.patch.props.TimeSpine
	report := func(at diag.Span, hint, format string, args ...any) {
		d.diags = append(d.diags, diag.Errorf("E280", orSpan(at, d.patch.props.Span), format, args...).WithHint("%s", hint))
	}
	var names []string
	for i := range n.Columns {
		names = append(names, n.Columns[i].Name)
	}
	standard := written.Get("standard_granularity_column")
	switch name := standard.String(); {
	case !slices.Contains(names, name):
		report(standard.Place(), orElse(diag.DidYouMean(name, names), "describe it under columns:, with its granularity"),
			"the time spine %q has no column %q", n.Name, name)
	case n.granularityOf(name) == "":
		report(standard.Place(), "add granularity: day to the column", "the column %q of the time spine %q has no granularity", name, n.Name)
	}
	for _, custom := range written.Get("custom_granularities").List() {
		column := custom.Get("column_name")
		if column.IsNull() {
			column = custom.Get("name")
		}
		if name := column.String(); !slices.Contains(names, name) {
			report(column.Place(), orElse(diag.DidYouMean(name, names), "describe it under columns:"),
				"the time spine %q has no column %q", n.Name, name)
		}
	}
}

// checkTimeSpines reports a semantic layer without a time spine of days or
// finer steps: MetricFlow could not answer a query.
func (s *semanticLayer) checkTimeSpines() {
	if len(s.models) == 0 {
		return
	}
	day := slices.Index(project.Granularities, "day")
	for n := range s.r.m.AllNodes() {
		step := slices.Index(project.Granularities, n.Granularity())
		if step >= 0 && step <= day {
			return
		}
	}
	if s.r.m.LegacyTimeSpine() != nil {
		return
	}
	s.r.report(s.r.m.ProjectName, diag.Errorf("E281", s.models[0].node.Span, "the semantic layer needs a time spine: a model with a row for each day").
		WithHint("give a model time_spine: {standard_granularity_column: date_day} and that column granularity: day"))
}

// customGranularities are the names of the project's own steps of time.
func (s *semanticLayer) customGranularities() []string {
	var names []string
	for n := range s.r.m.AllNodes() {
		if n.TimeSpine == nil {
			continue
		}
		for _, custom := range elements(n.TimeSpine, "custom_granularities") {
			names = append(names, strings.ToLower(value.ToStr(valueOf(custom, "name"))))
		}
	}
	return names
}
