package engine

import (
	"strconv"
	"time"

	"mdl/adapters"
	"mdl/compiler"
	"mdl/engine/ledger"
)

// measure records what tests of history ask for, with one query over the
// target.
func (b *build) measure(l *ledger.Ledger, watched []compiler.Watch) error {
	q := newScript("select ")
	for i, w := range watched {
		if i > 0 {
			q.add(", ")
		}
		q.add(w.SQL())
	}
	q.add(" from ", b.name(b.target))
	rows, err := b.s.conn.Query(b.ctx, q.String())
	if err != nil {
		d := queryDiagnostic(err, nil, b.node)
		d.Detail, d.Hint = q.String(), "a test of mdl asks for it: column_anomaly or freshness_vs_history"
		return d
	}
	now := b.opt.Clock()
	for i, w := range watched {
		measured, ok := measurement(w, rows.Values[0][i], now)
		if !ok {
			if rows.Values[0][i] != nil { // of no rows there is nothing to tell
				b.warn(b.node, warnLedger, "choose another metric or column", "%s of %s is no number: %s", w.Name(), b.node.Name, adapters.Text(rows.Values[0][i]))
			}
			continue
		}
		err := l.RecordMetric(b.ctx, b.s.conn, ledger.Metric{
			Relation: b.target, Model: b.node.ID, Name: w.Name(), Value: measured,
			Duration: now.Sub(b.started), At: now, InvocationID: b.opt.InvocationID,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// measurement is a value as the number that the ledger keeps.
func measurement(w compiler.Watch, v any, now time.Time) (float64, bool) {
	if t, ok := v.(adapters.Time); ok {
		return now.Sub(t.T).Seconds(), w.Metric == compiler.Lag
	}
	if w.Metric == compiler.Lag || v == nil {
		return 0, false
	}
	if _, isText := v.(string); isText {
		return 0, false
	}
	f, err := strconv.ParseFloat(adapters.Text(v), 64)
	return f, err == nil
}
