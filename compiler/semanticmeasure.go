package compiler

import (
	"slices"
	"strings"

	"mdl/compiler/diag"
	"mdl/compiler/jinja/value"
)

// measure checks one measure of a semantic model.
func (c *semanticCheck) measure(d *semanticDraft, e *element, times map[string]*element, fallback string, entities []*element) {
	at := e.at("agg_time_dimension")
	name := textOf(e.dict, "agg_time_dimension")
	if name == "" {
		name = fallback
	}
	time := times[name]
	switch {
	case name == "":
		c.fault(d, e.at(), "say defaults: {agg_time_dimension: ...} of the semantic model, or agg_time_dimension of the measure", "the measure %q has no time to be aggregated by", e.name())
	case time == nil && name != fallback: // which has been told
		c.fault(d, at, orElse(diag.DidYouMean(name, sortedKeys(times)), "declare it under dimensions:, with type: time"),
			"the measure %q: semantic model %q has no time dimension %q", e.name(), d.node.Name, name)
	}
	c.aggregation(d, e)
	c.nonAdditive(d, e, times, time, entities)
}

// aggregation checks that a measure says what its aggregation needs.
func (c *semanticCheck) aggregation(d *semanticDraft, e *element) {
	agg, expr := textOf(e.dict, "agg"), textOf(e.dict, "expr")
	params, _ := typed[*value.Dict](e.dict, "agg_params")
	percentile, given := typed[value.Float](params, "percentile")
	discrete := count(params, "use_discrete_percentile") > 0
	approximate := count(params, "use_approximate_percentile") > 0
	switch {
	case agg == "count" && !e.written.Has("expr"):
		c.fault(d, e.at("agg"), "expr: 1 counts all rows", "the measure %q counts, but does not say what: it needs expr", e.name())
	case agg == "count" && strings.HasPrefix(strings.ToLower(expr), "distinct "):
		c.fault(d, e.at("expr"), "use agg: count_distinct and expr without distinct", "the measure %q counts distinct values, which do not add up", e.name())
	case agg == "percentile" && !given:
		c.fault(d, e.at("agg"), "write agg_params: {percentile: 0.95}", "the measure %q is a percentile, but does not say which", e.name())
	case agg == "percentile" && (percentile <= 0 || percentile >= 1):
		c.fault(d, e.at("agg_params", "percentile"), "the 95th percentile is 0.95; for 0 use agg: min, for 1 agg: max", "the percentile of the measure %q must be between 0 and 1", e.name())
	case agg == "median" && (given && percentile != 0.5 || discrete):
		c.fault(d, e.at("agg_params"), "leave out agg_params", "the measure %q is a median: its percentile is 0.5 and continuous", e.name())
	case agg != "percentile" && agg != "median" && (given && percentile != 0 || discrete || approximate):
		c.fault(d, e.at("agg_params"), "leave out agg_params, or use agg: percentile", "the measure %q is no percentile", e.name())
	}
}

// nonAdditive checks a measure that cannot be added up over a dimension.
func (c *semanticCheck) nonAdditive(d *semanticDraft, e *element, times map[string]*element, time *element, entities []*element) {
	over, ok := typed[*value.Dict](e.dict, "non_additive_dimension")
	if !ok {
		return
	}
	name := textOf(over, "name")
	dimension := times[name]
	switch {
	case dimension == nil:
		c.fault(d, e.at("non_additive_dimension", "name"), orElse(diag.DidYouMean(name, sortedKeys(times)), "it must be a dimension with type: time"),
			"semantic model %q has no time dimension %q", d.node.Name, name)
	case time != nil && granularityOf(dimension) != granularityOf(time):
		c.fault(d, e.at("non_additive_dimension", "name"), "both dimensions need one time_granularity",
			"the measure %q is aggregated by %s, but not additive over %s", e.name(), granularityOf(time), granularityOf(dimension))
	}
	if choice := textOf(over, "window_choice"); choice != "min" && choice != "max" {
		c.fault(d, e.at("non_additive_dimension", "window_choice"), "it is min or max", "window_choice of the measure %q cannot be %q", e.name(), choice)
	}
	var names []string
	for _, entity := range entities {
		names = append(names, entity.name())
	}
	for _, name := range textsOf(over, "window_groupings") {
		if !slices.Contains(names, name) {
			at, _ := find(e.written.Get("non_additive_dimension").Get("window_groupings"), name)
			c.fault(d, orSpan(at, e.at()), orElse(diag.DidYouMean(name, names), "declare it under entities:"), "semantic model %q has no entity %q", d.node.Name, name)
		}
	}
}

// granularityOf is that of a time dimension.
func granularityOf(e *element) string {
	params, _ := typed[*value.Dict](e.dict, "type_params")
	return textOf(params, "time_granularity")
}
