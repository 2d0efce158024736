package compiler

import (
	"slices"
	"strings"

	"mdl/compiler/diag"
	"mdl/compiler/jinja/value"
)

// Watch is a measurement of a node that the run ledger keeps after each build,
// because a test compares it with its history.
type Watch struct {
	// Node is the unique id of what is measured.
	Node string
	// Metric is what is measured: one of the names that ColumnMetrics lists,
	// RowCount or Lag.
	Metric string
	// Column is the column or expression that it is measured of, "" for RowCount.
	Column string
}

// The metrics beside those that ColumnMetrics lists.
const (
	// RowCount is the number of rows.
	RowCount = "row_count"
	// Lag is the time from the latest value of a column to the measurement, in
	// seconds; SQL gives the latest value.
	Lag = "lag"
)

// columnMetrics are the aggregates that column_anomaly knows; ? is the column.
// The macro mdl._metric_sql writes the same.
var columnMetrics = []struct{ name, sql string }{
	{"null_rate", "avg(case when ? is null then 1.0 else 0.0 end)"},
	{"zero_rate", "avg(case when ? = 0 then 1.0 else 0.0 end)"},
	{"empty_rate", "avg(case when ? = '' then 1.0 else 0.0 end)"},
	{"distinct_count", "count(distinct ?)"},
	{"min", "min(?)"},
	{"max", "max(?)"},
	{"average", "avg(?)"},
	{"sum", "sum(?)"},
}

// ColumnMetrics lists the names of the metrics of columns.
func ColumnMetrics() []string {
	names := make([]string, len(columnMetrics))
	for i, m := range columnMetrics {
		names[i] = m.name
	}
	return names
}

// Name is what the ledger calls the measurement: "row_count", "null_rate(email)".
func (w Watch) Name() string {
	if w.Column == "" {
		return w.Metric
	}
	return w.Metric + "(" + w.Column + ")"
}

// SQL is the aggregate that measures it.
func (w Watch) SQL() string {
	for _, m := range columnMetrics {
		if m.name == w.Metric {
			return strings.ReplaceAll(m.sql, "?", w.Column)
		}
	}
	if w.Metric == Lag {
		return "max(" + w.Column + ")"
	}
	return "count(*)"
}

// historyTests are the generic tests of mdl that compare a relation with what
// it was in earlier runs, and the metric that each needs; "" where an argument
// names it.
var historyTests = map[string]string{"row_count_vs_history": RowCount, "freshness_vs_history": Lag, "column_anomaly": ""}

// defaultMetric is that of column_anomaly.
const defaultMetric = "null_rate"

// watchOf is what a test of history needs to be measured.
func watchOf(n *Node) (Watch, bool) {
	if n.Test == nil || n.Test.Namespace != "mdl" || n.Test.AttachedNode == "" {
		return Watch{}, false
	}
	metric, found := historyTests[n.Test.Name]
	if !found {
		return Watch{}, false
	}
	w := Watch{Node: n.Test.AttachedNode, Metric: metric}
	if metric == "" {
		w.Metric = defaultMetric
		if v, ok := n.Test.Kwargs.GetStr("metric"); ok {
			w.Metric = value.ToStr(v)
		}
	}
	if v, ok := n.Test.Kwargs.GetStr("column_name"); ok && metric != RowCount {
		w.Column = value.ToStr(v)
	}
	return w, true
}

// watch notes what a test of history needs to be measured.
func (m *Manifest) watch(n *Node) {
	if w, ok := watchOf(n); ok && !slices.Contains(m.Watched, w) {
		m.Watched = append(m.Watched, w)
	}
}

// checkMetric says before any run that a test names a metric that there is none of.
func checkMetric(d *draft) {
	w, ok := watchOf(d.node)
	if !ok || d.node.Test.Name != "column_anomaly" || slices.Contains(ColumnMetrics(), w.Metric) {
		return
	}
	bad := diag.Errorf("E255", d.node.Span, "test column_anomaly knows no metric %q", w.Metric).
		WithHint("%s", orElse(diag.DidYouMean(w.Metric, ColumnMetrics()), "it knows "+strings.Join(ColumnMetrics(), ", ")))
	d.diags = append(d.diags, bad)
	d.failed = true
}
