package engine

import "time"

// microbatchRows replaces the rows of the batch's time by the new ones. New
// rows of another time are left out, as in dbt-duckdb
// (duckdb__get_incremental_microbatch_sql).
func microbatchRows(inc *increment) error {
	column, batch := inc.str("event_time"), inc.node.Interval()
	switch {
	case batch == nil:
		return inc.refuse(codeConfig, "set incremental_strategy='microbatch' together with materialized='incremental'", "%s has no batch to build", inc.node.Name)
	case column == "":
		return inc.refuse(codeConfig, "set event_time to the column that tells when a row happened", "the microbatch model %s needs event_time", inc.node.Name)
	}
	window := column + " >= " + inc.moment(batch.Start) + "\n  and " + column + " < " + inc.moment(batch.End)
	drop := "delete from " + inc.name(inc.target) + "\nwhere " + window
	for _, p := range inc.predicates {
		drop += "\n  and (" + p + ")"
	}
	if err := inc.do(drop); err != nil {
		return err
	}
	columns := inc.quoted(inc.dest)
	return inc.main(newScript("insert into ", inc.name(inc.target), " (", columns, ")\nselect ", columns, "\nfrom ", inc.name(inc.temp), "\nwhere ", window))
}

// moment is a literal of a time as dbt writes it: a text, which takes the type
// of what it is compared with.
func (b *build) moment(t time.Time) string {
	return b.d.Literal(t.UTC().Format("2006-01-02 15:04:05.999999-07:00"))
}

// checkBatches refuses a unique_key with the first batch: dbt-duckdb does with
// the second.
func (b *build) checkBatches() error {
	if len(b.keys()) == 0 {
		return nil
	}
	return b.refuse(codeConfig, "remove unique_key, or use incremental_strategy='merge'",
		"the microbatch strategy does not support 'unique_key', which %s has: a batch replaces the rows of its time", b.node.Name)
}
