package engine

import (
	"fmt"
	"strconv"
	"strings"

	"mdl/adapters"
)

// keysShown is how many duplicate keys a message names.
const keysShown = 5

// checkTable tells of duplicate keys in a table that was just made.
func (s *snapshot) checkTable() error {
	state, err := s.probe(s.name(s.target), "")
	if err != nil || state.unique {
		return err
	}
	_, err = s.tellDuplicates(s.name(s.target), "")
	return err
}

// checkChanges tells, before the table is touched, of rows of the query with the
// same key among what would change; what does not change can do no harm.
// It returns the condition for the rows of the comparison that are new states.
func (s *snapshot) checkChanges(temp adapters.Relation) (fresh string, err error) {
	if s.deletes != "ignore" {
		fresh = "\nwhere not " + goneColumn
	}
	state, err := s.probe(s.name(temp), fresh)
	if err != nil {
		return "", err
	}
	twice := false // whether the table has a key twice
	if !state.unique {
		if twice, err = s.checkTwice(temp, fresh); err != nil {
			return "", err
		}
	}
	if err := s.checkUnchanged(temp, fresh, state, twice); err != nil {
		return "", err
	}
	if twice {
		keys := strings.Join(s.keys, ", ")
		fresh += and(fresh) + "(" + rowColumn + " is null or " + rowColumn + " in (select min(" + rowColumn + ") from " + s.name(temp) + fresh + " group by " + keys + "))"
	}
	return fresh, nil
}

// and joins a further condition to a where clause, or begins one.
func and(where string) string {
	if where == "" {
		return "\nwhere "
	}
	return " and "
}

// keyState is what one pass over a relation tells of the keys of its rows.
type keyState struct {
	rows   int64 // with a key
	unique bool  // surely; when it is not, they may still be
}

// probe looks whether the keys rise from row to row. They mostly do, since a
// table keeps the order in which it was filled, and what rises is unique. That
// takes a hundredth of the time and memory of grouping. Rows without a key are
// told.
func (s *snapshot) probe(from, where string) (keyState, error) {
	var key, before, null []string
	names := s.keyNames()
	for i, k := range s.keys {
		key, before = append(key, "("+k+") as "+names[i], "lag("+k+") over () as mdl_before_"+strconv.Itoa(i+1)), append(before, "mdl_before_"+strconv.Itoa(i+1))
		null = append(null, names[i]+" is null")
	}
	rises := tuple(names) + " > " + tuple(before)
	counts, err := s.counts(3, "select count(*), count(case when "+strings.Join(null, " or ")+" then 1 end), count(case when "+rises+
		" then 1 end) from (select "+strings.Join(key, ", ")+" from "+from+where+") as mdl_keys")
	if err != nil {
		return keyState{}, err
	}
	all, nulls, rising := counts[0], counts[1], counts[2]
	if nulls > 0 {
		s.warn(s.node, warnKeys, "give each row a key: without one a row never meets its open state, and is added again by each run",
			"%d of the rows of the snapshot %s have no %s", nulls, s.node.Name, strings.Join(s.keys, ", "))
	}
	return keyState{rows: all - nulls, unique: all <= 1 || nulls == 0 && rising == all-1}, nil
}

// keyNames are the names of the key columns in the engine's own queries.
func (s *snapshot) keyNames() []string {
	names := make([]string, len(s.keys))
	for i := range s.keys {
		names[i] = fmt.Sprint(keyColumn, i+1)
	}
	return names
}

// checkTwice finds the keys that the comparison has on several rows: because
// the query has them twice, or because the table has several open states, which
// all end now. It reports whether it is the latter alone.
func (s *snapshot) checkTwice(temp adapters.Relation, where string) (bool, error) {
	if found, err := s.tellDuplicates(s.name(temp), where, rowColumn); found || err != nil {
		return false, err
	}
	keys := strings.Join(s.keys, ", ")
	counts, err := s.counts(1, "select count(*) from (select 1 from "+s.name(temp)+where+and(where)+rowColumn+" is not null group by "+keys+" having count(*) > 1) as mdl_keys")
	if err != nil {
		return false, err
	}
	n := counts[0]
	if n > 0 {
		s.warn(s.node, warnKeys, "the run ends them all and adds one new state; look at "+s.name(s.target)+" for what the older ones were",
			"%d of the keys of the snapshot %s have several open states in the table", n, s.node.Name)
	}
	return n > 0, nil
}

// checkUnchanged looks, for a key that has changed, for rows of the query that
// have not: with the check strategy the two would take turns, run after run. A
// strategy that goes by time is safe, since the older row never counts.
func (s *snapshot) checkUnchanged(temp adapters.Relation, where string, state keyState, twice bool) error {
	if state.rows == 0 || twice || s.str("strategy") == "timestamp" {
		return nil
	}
	query := "(\n" + s.sql.SQL + "\n) as snapshot_query"
	within := "\nwhere " + tuple(s.keys) + " in (select " + tuple(s.keys) + " from " + s.name(temp) + where + ")"
	counts, err := s.counts(1, "select count(*) from "+query+within)
	if err != nil || counts[0] == state.rows {
		return err
	}
	_, err = s.tellDuplicates(query, within)
	return err
}

// tuple is one expression of several keys.
func tuple(keys []string) string {
	return "(" + strings.Join(keys, ", ") + ")"
}

// tellDuplicates warns of the keys that several rows of a relation have, and
// reports whether there are any; rows that differ in the columns apart are not
// the same. dbt takes such rows as they come, so that a run goes on unless the
// warning is made an error.
func (s *snapshot) tellDuplicates(from, where string, apart ...string) (bool, error) {
	var key, shown, present []string
	for i, k := range s.keys {
		name := fmt.Sprint(keyColumn, i+1)
		key = append(key, "("+k+") as "+name)
		shown = append(shown, "cast("+name+" as varchar)")
		present = append(present, name+" is not null")
	}
	names := strings.Join(s.keyNames(), ", ")
	rows, err := s.s.conn.Query(s.ctx, "select count(*) over (), mdl_rows, "+strings.Join(shown, ", ")+" from (select "+names+", max(mdl_n) as mdl_rows from (select "+
		strings.Join(append([]string{names}, apart...), ", ")+", count(*) as mdl_n from (select "+strings.Join(append(key, apart...), ", ")+" from "+from+where+
		") as mdl_keys where "+strings.Join(present, " and ")+" group by "+strings.Join(append([]string{names}, apart...), ", ")+
		" having count(*) > 1) as mdl_groups group by "+names+") as mdl_duplicates order by mdl_rows desc, "+names+" limit "+strconv.Itoa(keysShown))
	if err != nil {
		return false, queryDiagnostic(err, nil, s.node)
	}
	if len(rows.Values) == 0 {
		return false, nil
	}
	all, _ := toCount(rows.Values[0][0])
	var lines []string
	for _, row := range rows.Values {
		var parts []string
		for i, k := range s.keys {
			parts = append(parts, fmt.Sprintf("%s = %v", k, row[i+2]))
		}
		n, _ := toCount(row[1])
		lines = append(lines, fmt.Sprintf("%s (%d rows)", strings.Join(parts, ", "), n))
	}
	if more := all - int64(len(lines)); more > 0 {
		lines = append(lines, fmt.Sprintf("and %d more keys", more))
	}
	return true, s.warn(s.node, warnKeys, "let the query give one row for each key, or add the column to unique_key that tells them apart; "+
		"--warn-error-options '{error: ["+warnKeys+"]}' makes this an error that leaves the table as it was",
		"the query of the snapshot %s has more than one row for the same %s: %s", s.node.Name, strings.Join(s.keys, ", "), strings.Join(lines, "; "))
}

// counts runs a query whose answer is one row of n whole numbers.
func (s *snapshot) counts(n int, sql string) ([]int64, error) {
	rows, err := s.s.conn.Query(s.ctx, sql)
	if err != nil {
		return nil, queryDiagnostic(err, nil, s.node)
	}
	counts := make([]int64, n)
	if len(rows.Values) > 0 {
		for i := range counts {
			counts[i], _ = toCount(rows.Values[0][i])
		}
	}
	return counts, nil
}
