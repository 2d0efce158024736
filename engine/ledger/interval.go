package ledger

import (
	"context"
	"strings"
	"time"

	"mdl/adapters"
)

// Status is how the last attempt at an interval ended.
type Status string

// The statuses of an interval. A killed run leaves what was there before.
const (
	Success Status = "success"
	Failed  Status = "failed"
	// Partial is for what was built from a part of its rows.
	Partial Status = "partial"
)

// Interval is one attempt to build one part of a relation: the rows whose time
// is at or after Start and before End.
type Interval struct {
	// Relation is what the interval is a part of; Model the unique id of the
	// node that built it.
	Relation   adapters.Relation
	Model      string
	Start, End time.Time
	Status     Status
	// Code is a checksum of the code and the configuration it was built from.
	Code string
	// Rows is the number of rows written, -1 where the warehouse does not tell.
	Rows int64
	// Attempt counts from 1; RecordInterval finds it.
	Attempt int
	// Built is when the attempt ended.
	Built time.Time
	// InvocationID is that of the run.
	InvocationID string
}

// RecordInterval writes how an attempt ended: a success within the transaction
// that wrote the interval's rows, a failure after its rollback.
func (l *Ledger) RecordInterval(ctx context.Context, conn adapters.Conn, in Interval) error {
	table := l.d.Render(l.intervals)
	_, err := conn.Exec(ctx, "insert into "+table+
		" (schema_name, table_name, model, interval_start, interval_end, attempt, status, code, row_count, built_at, invocation_id)\n"+
		"select "+l.names(in.Relation)+", "+l.d.Literal(in.Model)+", "+l.time(in.Start)+", "+l.time(in.End)+
		", coalesce(max(attempt), 0) + 1, "+l.d.Literal(string(in.Status))+", "+l.d.Literal(in.Code)+", "+integer(in.Rows)+
		", "+l.time(in.Built)+", "+l.d.Literal(in.InvocationID)+
		"\nfrom "+table+"\nwhere "+l.about(in.Relation)+
		" and interval_start = "+l.time(in.Start)+" and interval_end = "+l.time(in.End))
	return err
}

// Intervals returns the last attempt at each interval of some relations, with
// one query, by start and end. A relation that is not known has none.
func (l *Ledger) Intervals(ctx context.Context, conn adapters.Conn, rels ...adapters.Relation) ([]Interval, error) {
	if len(rels) == 0 {
		return nil, nil
	}
	about := make([]string, len(rels))
	byKey := map[adapters.Relation]adapters.Relation{}
	for i, rel := range rels {
		about[i] = "(" + l.about(rel) + ")"
		byKey[adapters.Relation{Schema: l.d.Key(rel).Schema, Name: l.d.Key(rel).Name}] = rel
	}
	table := l.d.Render(l.intervals)
	rows, err := conn.Query(ctx, "select schema_name, table_name, model, interval_start, interval_end, cast(attempt as "+l.d.Types.BigInt+
		"), status, code, row_count, built_at, invocation_id\n"+
		"from "+table+" as latest\nwhere ("+strings.Join(about, " or ")+")\n  and attempt = (select max(attempt) from "+table+" as tries"+
		" where tries.schema_name = latest.schema_name and tries.table_name = latest.table_name"+
		" and tries.interval_start = latest.interval_start and tries.interval_end = latest.interval_end)\n"+
		"order by interval_start, interval_end")
	if err != nil {
		return nil, err
	}
	list := make([]Interval, 0, len(rows.Values))
	for _, values := range rows.Values {
		r := &row{rel: l.intervals, columns: rows.Columns, values: values}
		rel := byKey[adapters.Relation{Schema: next[string](r), Name: next[string](r)}]
		in := Interval{
			Relation: rel, Model: next[string](r), Start: r.time(), End: r.time(), Attempt: int(next[int64](r)),
			Status: Status(next[string](r)), Code: next[string](r), Rows: next[int64](r), Built: r.time(), InvocationID: next[string](r),
		}
		if r.err != nil {
			return nil, r.err
		}
		list = append(list, in)
	}
	return list, nil
}
