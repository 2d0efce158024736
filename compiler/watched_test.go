package compiler

import (
	"strings"
	"testing"
)

func TestWatchNames(t *testing.T) {
	for _, c := range []struct {
		watch     Watch
		name, sql string
	}{
		{Watch{Metric: RowCount}, "row_count", "count(*)"},
		{Watch{Metric: Lag, Column: "at"}, "lag(at)", "max(at)"},
		{Watch{Metric: "null_rate", Column: `"E mail"`}, `null_rate("E mail")`, `avg(case when "E mail" is null then 1.0 else 0.0 end)`},
		{Watch{Metric: "average", Column: "x"}, "average(x)", "avg(x)"},
	} {
		if c.watch.Name() != c.name || c.watch.SQL() != c.sql {
			t.Errorf("%+v: %s, %s", c.watch, c.watch.Name(), c.watch.SQL())
		}
	}
}

// TestMetricsOfTheMacro: what a build measures is what the test measures.
func TestMetricsOfTheMacro(t *testing.T) {
	for _, name := range ColumnMetrics() {
		r := runtimeOf(t, "-- dbt_project.yml --\nname: p\nprofile: p\n-- models/m.sql --\n{{ mdl._metric_sql('"+name+"', 'x') }}\n")
		compiled, err := r.Compile(t.Context(), r.Manifest.Node("model.p.m"), nil)
		if err != nil {
			t.Fatal(err)
		}
		got := strings.TrimSpace(compiled.SQL)
		if want := (Watch{Metric: name, Column: "x"}).SQL(); got != want {
			t.Errorf("the macro writes %q, the ledger asks %q", got, want)
		}
	}
}
