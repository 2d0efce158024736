package project

import (
	"slices"
	"strings"

	"mdl/compiler/diag"
	"mdl/compiler/yaml"
)

// freshnessPeriods are the periods of a limit (dbt/artifacts/resources/types.py).
var freshnessPeriods = []string{"minute", "hour", "day"}

// freshness reports limits that nothing can be compared with. A limit without
// count and period inherits them.
func (p *propsParser) freshness(n *yaml.Node) {
	for _, key := range []string{"warn_after", "error_after"} {
		limit := n.Get(key)
		if limit.IsNull() {
			continue
		}
		if limit.Kind != yaml.Mapping {
			p.report(diag.Errorf("E202", limit.Span, "%s must be a mapping, this is %s", key, limit.Kind).
				WithHint("write %s: {count: 12, period: hour}", key))
			continue
		}
		if count := limit.Get("count"); !count.IsNull() {
			if _, ok := wholeNumber(count); !ok {
				p.report(diag.Errorf("E202", count.Span, "count must be a whole number, this is %s", count.Kind))
			}
		}
		if period := limit.Get("period"); !period.IsNull() && !slices.Contains(freshnessPeriods, period.String()) {
			p.report(diag.Errorf("E205", period.Span, "a period cannot be %q", period.String()).
				WithHint("%s", orElse(diag.DidYouMean(period.String(), freshnessPeriods), "it is minute, hour or day")))
		}
	}
}

// fixtureFormats are the forms of the rows of a unit test.
var fixtureFormats = []string{"dict", "csv", "sql"}

// unitTestRows reports an input, or the expectation, of a unit test that
// cannot be read.
func (p *propsParser) unitTestRows(what string, n *yaml.Node, needsInput bool) {
	if n.Kind != yaml.Mapping {
		p.report(diag.Errorf("E202", n.Span, "%s must be a mapping, this is %s", what, n.Kind).
			WithHint("write {input: ref('orders'), rows: [...]}"))
		return
	}
	if input := n.Get("input"); needsInput && !input.Is(yaml.TString) {
		at := n.Span
		if input != nil {
			at = input.Span
		}
		p.report(diag.Errorf("E203", at, `%s needs the key "input"`, what).WithHint("it is ref('orders'), source('shop', 'orders') or this"))
	}
	format, rows := n.Get("format"), n.Get("rows")
	if !format.IsNull() && !slices.Contains(fixtureFormats, format.String()) {
		p.report(diag.Errorf("E205", format.Span, "format cannot be %q", format.String()).
			WithHint("%s", orElse(diag.DidYouMean(format.String(), fixtureFormats), "it is "+strings.Join(fixtureFormats, ", "))))
		return
	}
	list := format.IsNull() || format.String() == "dict"
	switch {
	case rows.IsNull():
	case list && rows.Kind != yaml.Sequence:
		p.report(diag.Errorf("E202", rows.Span, "rows must be a list of mappings, this is %s", rows.Kind).
			WithHint("or say what it is with format: csv or format: sql"))
	case !list && rows.Kind != yaml.String:
		p.report(diag.Errorf("E202", rows.Span, "rows in the format %s must be text, this is %s", format.String(), rows.Kind))
	}
}

func orElse(text, other string) string {
	if text != "" {
		return text
	}
	return other
}
