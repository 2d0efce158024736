// Package ledger keeps, beside what a project builds, what is known of it:
// which interval of which model is built, when and from which code, and how
// large relations were after each run.
//
// It is two tables in the schema of the profile, in the database of the
// relations that they are about (one transaction writes to one database):
// mdl_ledger_intervals and mdl_ledger_metrics. Rows are only ever added, so
// that batches that run side by side never conflict, until the relation is
// made anew and Forget takes its rows away.
//
// Whoever builds records within the transaction of the build, so that the
// ledger never tells of what has not happened:
//
//	l := ledger.New(dialect, adapters.Namespace{Database: rel.Database, Schema: target.Schema})
//	err := l.Ensure(ctx, conn)              // once a run, before the workers begin
//	...
//	err = conn.Begin(ctx)
//	... build rel ...
//	err = l.RecordMetric(ctx, conn, ledger.Metric{Relation: rel, Name: ledger.RowCount, Value: 12, At: now})
//	err = conn.Commit(ctx)
//	...
//	history, err := l.Metrics(ctx, conn, rel, ledger.RowCount, now.AddDate(0, 0, -7))
//
// A project that uses no feature which needs the ledger has no such tables.
// All times are UTC. Failures are those of the warehouse: *adapters.QueryError.
package ledger

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"mdl/adapters"
)

// The names of the ledger's tables.
const (
	IntervalTable = "mdl_ledger_intervals"
	MetricTable   = "mdl_ledger_metrics"
)

// Ledger is the two tables of one schema. It is immutable and holds no
// connection; the methods use the caller's, with its transaction.
type Ledger struct {
	d                  *adapters.Dialect
	intervals, metrics adapters.Relation
}

// New returns the ledger of a schema. Nothing is asked of the warehouse.
func New(d *adapters.Dialect, in adapters.Namespace) *Ledger {
	rel := adapters.Relation{Database: in.Database, Schema: in.Schema, Kind: adapters.Table}
	return &Ledger{d: d, intervals: rel.WithName(IntervalTable), metrics: rel.WithName(MetricTable)}
}

// Namespace is the schema that holds the ledger.
func (l *Ledger) Namespace() adapters.Namespace { return l.intervals.Namespace() }

// Ensure makes the schema and the tables unless they exist. It belongs before
// the workers of a run, on one connection: statements that make one table side
// by side conflict.
func (l *Ledger) Ensure(ctx context.Context, conn adapters.Conn) error {
	if err := conn.CreateSchema(ctx, l.Namespace()); err != nil {
		return err
	}
	t := l.d.Types
	_, err := conn.Exec(ctx, l.table(l.intervals,
		"schema_name", t.String, "table_name", t.String, "model", t.String,
		"interval_start", t.Timestamp, "interval_end", t.Timestamp, "attempt", t.Int,
		"status", t.String, "code", t.String, "row_count", t.BigInt,
		"built_at", t.Timestamp, "invocation_id", t.String))
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, l.table(l.metrics,
		"schema_name", t.String, "table_name", t.String, "model", t.String,
		"metric", t.String, "metric_value", t.Seed.Number, "seconds", t.Seed.Number,
		"measured_at", t.Timestamp, "invocation_id", t.String))
	return err
}

// Exists reports whether the ledger's tables are there: a command that only
// reads does not make them.
func (l *Ledger) Exists(ctx context.Context, conn adapters.Conn) (bool, error) {
	rels, err := conn.Relations(ctx, l.Namespace())
	if err != nil {
		return false, err
	}
	found := 0
	for _, r := range rels {
		if l.d.SameRelation(r, l.intervals) || l.d.SameRelation(r, l.metrics) {
			found++
		}
	}
	return found == 2, nil
}

// Forget removes what is known of a relation's intervals: it is made anew.
func (l *Ledger) Forget(ctx context.Context, conn adapters.Conn, rel adapters.Relation) error {
	_, err := conn.Exec(ctx, "delete from "+l.d.Render(l.intervals)+"\nwhere "+l.about(rel))
	return err
}

// table is the statement that makes a table of names and types.
func (l *Ledger) table(rel adapters.Relation, pairs ...string) string {
	columns := make([]string, 0, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		columns = append(columns, pairs[i]+" "+pairs[i+1])
	}
	return "create table if not exists " + l.d.Render(rel) + " (\n  " + strings.Join(columns, ",\n  ") + "\n)"
}

// about is the condition on the rows that tell of a relation. Its database is
// that of the ledger: a file that was copied has another name and the same rows.
func (l *Ledger) about(rel adapters.Relation) string {
	key := l.d.Key(rel)
	return "schema_name = " + l.d.Literal(key.Schema) + " and table_name = " + l.d.Literal(key.Name)
}

// names are the values of schema_name and table_name.
func (l *Ledger) names(rel adapters.Relation) string {
	key := l.d.Key(rel)
	return l.d.Literal(key.Schema) + ", " + l.d.Literal(key.Name)
}

// time is a literal of a moment.
func (l *Ledger) time(t time.Time) string {
	return "cast(" + l.d.Literal(t.UTC().Format("2006-01-02 15:04:05.999999")) + " as " + l.d.Types.Timestamp + ")"
}

// row reads the values of one row, in order. Its error says which one is not
// what the ledger wrote: somebody else has changed the table.
type row struct {
	rel     adapters.Relation
	columns []adapters.Column
	values  []any
	at      int
	err     error
}

// next is the next value as a T.
func next[T any](r *row) T {
	v, ok := r.values[r.at].(T)
	if !ok && r.err == nil {
		r.err = fmt.Errorf("the ledger %s holds %v in column %s", r.rel.Name, r.values[r.at], r.columns[r.at].Name)
	}
	r.at++
	return v
}

func (r *row) time() time.Time { return next[adapters.Time](r).T }

// integer formats a number for SQL.
func integer(n int64) string { return strconv.FormatInt(n, 10) }
