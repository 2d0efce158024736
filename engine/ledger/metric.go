package ledger

import (
	"context"
	"strconv"
	"time"

	"mdl/adapters"
)

// RowCount is the metric of how many rows a relation has after it was built.
const RowCount = "row_count"

// Metric is one number that was measured of a relation when it was built.
type Metric struct {
	// Relation is what was measured; Model the unique id of what built it.
	Relation adapters.Relation
	Model    string
	// Name says what was measured, such as RowCount.
	Name  string
	Value float64
	// Duration is how long the build took.
	Duration time.Duration
	// At is when it was measured.
	At time.Time
	// InvocationID is that of the run.
	InvocationID string
}

// metricLife is how long a measurement is kept: a year and some, so that a
// season can be compared with the last one.
const metricLife = 400 * 24 * time.Hour

// RecordMetric writes a measurement, within the transaction of the build, and
// forgets those of the same sort that nobody looks at any more.
func (l *Ledger) RecordMetric(ctx context.Context, conn adapters.Conn, m Metric) error {
	_, err := conn.Exec(ctx, "insert into "+l.d.Render(l.metrics)+
		" (schema_name, table_name, model, metric, metric_value, seconds, measured_at, invocation_id)\nvalues ("+
		l.names(m.Relation)+", "+l.d.Literal(m.Model)+", "+l.d.Literal(m.Name)+", "+number(m.Value)+", "+
		number(m.Duration.Seconds())+", "+l.time(m.At)+", "+l.d.Literal(m.InvocationID)+");\n"+
		"delete from "+l.d.Render(l.metrics)+"\nwhere "+l.about(m.Relation)+" and metric = "+l.d.Literal(m.Name)+" and measured_at < "+l.time(m.At.Add(-metricLife)))
	return err
}

// Metrics returns the measurements of a relation at or after a moment, oldest
// first. A relation that is not known has none.
func (l *Ledger) Metrics(ctx context.Context, conn adapters.Conn, rel adapters.Relation, name string, since time.Time) ([]Metric, error) {
	rows, err := conn.Query(ctx, "select model, metric_value, seconds, measured_at, invocation_id\nfrom "+
		l.d.Render(l.metrics)+"\nwhere "+l.about(rel)+" and metric = "+l.d.Literal(name)+" and measured_at >= "+l.time(since)+
		"\norder by measured_at")
	if err != nil {
		return nil, err
	}
	list := make([]Metric, 0, len(rows.Values))
	for _, values := range rows.Values {
		r := &row{rel: l.metrics, columns: rows.Columns, values: values}
		m := Metric{
			Relation: rel, Name: name, Model: next[string](r), Value: next[float64](r),
			Duration: time.Duration(next[float64](r) * float64(time.Second)), At: r.time(), InvocationID: next[string](r),
		}
		if r.err != nil {
			return nil, r.err
		}
		list = append(list, m)
	}
	return list, nil
}

// number is a literal of a number.
func number(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
