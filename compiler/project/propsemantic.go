package project

import (
	"strconv"
	"strings"

	"mdl/compiler/jinja/value"
	"mdl/compiler/yaml"
)

// Granularities are the steps of time that the semantic layer knows, finest
// first.
var Granularities = []string{
	"nanosecond", "microsecond", "millisecond", "second", "minute", "hour", "day", "week", "month", "quarter", "year",
}

var (
	aggregations = []string{"sum", "min", "max", "count_distinct", "sum_boolean", "average", "percentile", "median", "count"}
	entityTypes  = []string{"foreign", "natural", "primary", "unique"}
)

// ExportTypes are what a saved query can be exported as.
var ExportTypes = []string{"table", "view"}

func anEmptyList() value.Value { return value.NewList() }
func anEmptyText() value.Value { return value.Str("") }
func isFalse() value.Value     { return value.False }

var (
	nameField        = FormField{Name: "name", Type: yaml.TString, Required: true}
	hiddenName       = FormField{Name: "name", Type: yaml.TString, Required: true, Hidden: true}
	hiddenConfig     = FormField{Name: "config", Type: yaml.TMap, Hidden: true}
	descriptionField = FormField{Name: "description", Type: optional}
	labelField       = FormField{Name: "label", Type: optional}
	metadataField    = FormField{Name: "metadata"}
	exprField        = FormField{Name: "expr", Type: optional}
	aliasField       = FormField{Name: "alias", Type: optional}
	filterField      = FormField{Name: "filter", Type: yaml.TStrings | yaml.TNull, Read: whereFilters}
	elementConfig    = FormField{Name: "config", Type: yaml.TMap, Read: onlyMeta, Default: func() value.Value { return onlyMeta(nil) }}
)

// SemanticModelForm is a semantic model, without what the compiler finds out.
var SemanticModelForm = &Form{"a semantic model", []FormField{
	hiddenName, hiddenConfig,
	{Name: "model", Type: yaml.TString, Required: true},
	descriptionField, labelField,
	{Name: "defaults", Type: yaml.TMap | yaml.TNull, Of: &Form{"defaults", []FormField{{Name: "agg_time_dimension", Type: optional}}}},
	{Name: "entities", Type: yaml.TList, Of: entityForm, Default: anEmptyList},
	{Name: "measures", Type: yaml.TList, Of: measureForm, Default: anEmptyList},
	{Name: "dimensions", Type: yaml.TList, Of: dimensionForm, Default: anEmptyList},
	metadataField,
	{Name: "primary_entity", Type: optional},
}}

var entityForm = &Form{"an entity", []FormField{
	nameField, {Name: "type", Type: yaml.TString, Required: true, Words: entityTypes},
	descriptionField, labelField, {Name: "role", Type: optional}, exprField, elementConfig,
}}

var measureForm = &Form{"a measure", []FormField{
	nameField, {Name: "agg", Type: yaml.TString, Required: true, Words: aggregations},
	descriptionField, labelField,
	// dbt makes the metric and then forgets that it was asked to.
	{Name: "create_metric", Type: yaml.TBool, Read: func(*yaml.Node) value.Value { return value.False }, Default: isFalse},
	{Name: "expr", Type: yaml.TString | yaml.TBool | yaml.TInt | yaml.TNull, Read: asText},
	{Name: "agg_params", Type: yaml.TMap | yaml.TNull, Of: &Form{"agg_params", []FormField{
		{Name: "percentile", Type: yaml.TNumber | yaml.TNull, Read: asFloat},
		{Name: "use_discrete_percentile", Type: yaml.TBool, Default: isFalse},
		{Name: "use_approximate_percentile", Type: yaml.TBool, Default: isFalse},
	}}},
	{Name: "non_additive_dimension", Type: yaml.TMap | yaml.TNull, Of: &Form{"a non-additive dimension", []FormField{
		nameField, {Name: "window_choice", Type: yaml.TString, Required: true, Words: aggregations},
		{Name: "window_groupings", Type: yaml.TList, Default: anEmptyList},
	}}},
	{Name: "agg_time_dimension", Type: optional}, elementConfig,
}}

var dimensionForm = &Form{"a dimension", []FormField{
	nameField, {Name: "type", Type: yaml.TString, Required: true, Words: []string{"categorical", "time"}},
	descriptionField, labelField, {Name: "is_partition", Type: yaml.TBool, Default: isFalse},
	{Name: "type_params", Type: yaml.TMap | yaml.TNull, Of: &Form{"type_params", []FormField{
		{Name: "time_granularity", Type: yaml.TString, Required: true, Words: Granularities},
		{Name: "validity_params", Type: yaml.TMap | yaml.TNull, Of: &Form{"validity_params", []FormField{
			{Name: "is_start", Type: yaml.TBool, Default: isFalse}, {Name: "is_end", Type: yaml.TBool, Default: isFalse},
		}}},
	}}},
	exprField, metadataField, elementConfig,
}}

// MetricForm is a metric.
var MetricForm = &Form{"a metric", []FormField{
	hiddenName, hiddenConfig, {Name: "meta", Type: yaml.TMap, Hidden: true}, {Name: "tags", Type: yaml.TList, Hidden: true},
	{Name: "description", Type: yaml.TString, Default: anEmptyText},
	{Name: "label", Type: yaml.TString, Required: true},
	{Name: "type", Type: yaml.TString, Required: true, Words: []string{"simple", "ratio", "cumulative", "derived", "conversion"}},
	{Name: "type_params", Type: yaml.TMap, Required: true, Of: typeParamsForm},
	filterField, metadataField, {Name: "time_granularity", Type: optional},
}}

var typeParamsForm = &Form{"type_params", []FormField{
	{Name: "measure", Type: yaml.TString | yaml.TMap | yaml.TNull, Of: inputMeasureForm, Bare: true},
	{Name: "input_measures", Default: anEmptyList},
	{Name: "numerator", Type: yaml.TString | yaml.TMap | yaml.TNull, Of: inputMetricForm, Bare: true},
	{Name: "denominator", Type: yaml.TString | yaml.TMap | yaml.TNull, Of: inputMetricForm, Bare: true},
	{Name: "expr", Type: yaml.TString | yaml.TBool | yaml.TNull, Read: asText},
	windowField("window"),
	{Name: "grain_to_date", Type: optional, Words: Granularities},
	{Name: "metrics", Type: yaml.TList | yaml.TNull, Of: inputMetricForm, Bare: true, Default: anEmptyList},
	{Name: "conversion_type_params", Type: yaml.TMap | yaml.TNull, Of: conversionForm},
	{Name: "cumulative_type_params", Type: yaml.TMap | yaml.TNull, Of: CumulativeForm},
	{Name: "metric_aggregation_params"},
}}

var inputMeasureForm = &Form{"a measure of a metric", []FormField{
	nameField, filterField, aliasField, {Name: "join_to_timespine", Type: yaml.TBool, Default: isFalse},
	{Name: "fill_nulls_with", Type: yaml.TInt | yaml.TNull},
}}

var inputMetricForm = &Form{"an input metric", []FormField{
	nameField, filterField, aliasField, windowField("offset_window"), {Name: "offset_to_grain", Type: optional},
}}

var conversionForm = &Form{"conversion_type_params", []FormField{
	{Name: "base_measure", Type: yaml.TString | yaml.TMap, Required: true, Of: inputMeasureForm, Bare: true},
	{Name: "conversion_measure", Type: yaml.TString | yaml.TMap, Required: true, Of: inputMeasureForm, Bare: true},
	{Name: "entity", Type: yaml.TString, Required: true},
	{Name: "calculation", Type: yaml.TString, Words: []string{"conversions", "conversion_rate"}, Default: func() value.Value { return value.Str("conversion_rate") }},
	windowField("window"),
	{Name: "constant_properties", Type: yaml.TList | yaml.TNull, Of: &Form{"a constant property", []FormField{
		{Name: "base_property", Type: yaml.TString, Required: true}, {Name: "conversion_property", Type: yaml.TString, Required: true},
	}}},
}}

// CumulativeForm is the cumulative_type_params of a metric.
var CumulativeForm = &Form{"cumulative_type_params", []FormField{
	windowField("window"), {Name: "grain_to_date", Type: optional},
	{Name: "period_agg", Type: yaml.TString, Words: []string{"first", "last", "average"}, Default: func() value.Value { return value.Str("first") }},
	{Name: "metric"},
}}

// SavedQueryForm is a saved query; what its exports inherit is added later.
var SavedQueryForm = &Form{"a saved query", []FormField{
	hiddenName, hiddenConfig, {Name: "tags", Type: yaml.TStrings, Hidden: true},
	{Name: "query_params", Type: yaml.TMap, Required: true, Of: &Form{"query_params", []FormField{
		{Name: "metrics", Type: yaml.TList, Default: anEmptyList}, {Name: "group_by", Type: yaml.TList, Default: anEmptyList},
		{Name: "where", Type: yaml.TStrings | yaml.TNull, Read: whereFilters},
		{Name: "order_by", Type: yaml.TList, Default: anEmptyList}, {Name: "limit", Type: yaml.TInt | yaml.TNull},
	}}},
	{Name: "exports", Type: yaml.TList, Default: anEmptyList, Of: &Form{"an export", []FormField{
		nameField, {Name: "config", Type: yaml.TMap, Default: func() value.Value { return value.NewDict() }},
	}}},
	descriptionField, labelField, metadataField,
}}

// ArgumentForm is an argument of a function, ReturnsForm what it returns.
var (
	ArgumentForm = &Form{"an argument of a function", []FormField{
		nameField, {Name: "data_type", Type: yaml.TString, Required: true}, descriptionField, {Name: "default_value", Type: yaml.TAny},
	}}
	ReturnsForm = &Form{"returns", []FormField{{Name: "data_type", Type: yaml.TString, Required: true}, descriptionField}}
)

// windowField is a span of time such as "7 days".
func windowField(name string) FormField {
	return FormField{
		Name: name, Type: optional,
		Fault: func(text string) (string, string) {
			if _, _, ok := parseWindow(text); !ok {
				return "must be a count and a granularity, this is " + strconv.Quote(text), "write it as 7 days"
			}
			return "", ""
		},
		Read: func(n *yaml.Node) value.Value {
			count, granularity, _ := parseWindow(n.String())
			d := value.NewDict()
			d.SetStr("count", value.Int(count))
			d.SetStr("granularity", value.Str(granularity))
			return d
		},
	}
}

// parseWindow reads a span of time. The plural of a granularity of the
// semantic layer's own becomes its singular.
func parseWindow(text string) (count int64, granularity string, ok bool) {
	number, granularity, two := strings.Cut(strings.ToLower(text), " ")
	n, err := strconv.ParseUint(number, 10, 63)
	if singular, plural := strings.CutSuffix(granularity, "s"); plural {
		for _, g := range Granularities {
			if g == singular {
				granularity = g
			}
		}
	}
	return int64(n), granularity, two && err == nil && granularity != "" && !strings.Contains(granularity, " ")
}

// whereFilters is a filter: texts that all must hold.
func whereFilters(n *yaml.Node) value.Value {
	list := value.NewList()
	for _, text := range n.Strings() {
		filter := value.NewDict()
		filter.SetStr("where_sql_template", value.Str(text))
		list.Append(filter)
	}
	d := value.NewDict()
	d.SetStr("where_filters", list)
	return d
}

// onlyMeta is the configuration of an element of a semantic model.
func onlyMeta(n *yaml.Node) value.Value {
	d := value.NewDict()
	d.SetStr("meta", n.Get("meta").ToDict())
	return d
}

func asText(n *yaml.Node) value.Value { return value.Str(n.String()) }

func asFloat(n *yaml.Node) value.Value {
	f, err := value.ToFloat(n.ToValue())
	if err != nil {
		return value.None
	}
	return f
}

func (p *propsParser) addMetric(e Entry) {
	MetricForm.checkInside(e.Node, p.diags)
	p.out.Metrics = append(p.out.Metrics, &e)
}

func (p *propsParser) addSemanticModel(e Entry) {
	SemanticModelForm.checkInside(e.Node, p.diags)
	p.out.SemanticModels = append(p.out.SemanticModels, &e)
}

func (p *propsParser) addSavedQuery(e Entry) {
	SavedQueryForm.checkInside(e.Node, p.diags)
	p.out.SavedQueries = append(p.out.SavedQueries, &e)
}

func (p *propsParser) addFunction(e Entry) {
	m := p.node(e)
	m.Arguments, m.Returns = e.Node.Get("arguments"), e.Node.Get("returns")
	for _, n := range list(m.Arguments) {
		ArgumentForm.check(n, p.diags)
	}
	if m.Returns.Is(yaml.TMap) {
		ReturnsForm.check(m.Returns, p.diags)
	}
	p.out.Functions = append(p.out.Functions, m)
}
