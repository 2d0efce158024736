package engine

import (
	"fmt"
	"strings"

	"mdl/adapters"
)

// The columns of the comparison that are the engine's own. The comparison is a
// temporary table with the rows that are a new state, and the states whose row
// is gone: what a run changes, and no more.
const (
	rowColumn  = "mdl_row"  // the state that ends; null when the key is new
	goneColumn = "mdl_gone" // whether the query no longer has the row; without it, never
	atColumn   = "mdl_at"   // when the new state begins, and the old one ends
	keyColumn  = "mdl_key_" // and a number: unique_key, on both sides of the join
	fromColumn = "mdl_from" // when the open state began
)

// hashOf is the identity of a state, as dbt makes it: the md5 of the key and
// the time as text, with bars between them.
func hashOf(d *adapters.Dialect, parts ...string) string {
	texts := make([]string, len(parts))
	for i, p := range parts {
		texts[i] = "coalesce(cast(" + p + " as " + d.Types.String + "), '')"
	}
	return d.Digest(strings.Join(texts, " || '|' || "))
}

// identity is the identity of a row's state that begins at a time.
func (s *snapshot) identity(at string) string {
	if s.id != "" {
		return s.id
	}
	return hashOf(s.d, append(append([]string{}, s.keys...), at)...)
}

// end is the value of the valid-to column of an open state, with the type of
// the time column.
func (s *snapshot) end(at string) string {
	current := s.current
	if current == "" {
		current = "null"
	}
	return "coalesce(nullif(" + at + ", " + at + "), " + current + ")"
}

// isOpen is the condition that a state of the target is the present one.
func (s *snapshot) isOpen() string {
	if s.current == "" {
		return s.cols.to + " is null"
	}
	return "(" + s.cols.to + " = " + s.current + " or " + s.cols.to + " is null)"
}

// rowIdentity is the column that identifies a state for the run: where the
// warehouse knows rows by number, that is by far the cheapest.
func (s *snapshot) rowIdentity() string {
	if _, hidden := findColumn(s.d, s.held, s.d.RowID); s.d.RowID == "" || hidden {
		return s.cols.id
	}
	return s.d.RowID
}

// comparison fills the temporary table with what has happened. Identities are
// not made here, where they would cost a hash for each row of the query.
func (s *snapshot) comparison(temp adapters.Relation) *script {
	var keys, match []string
	for i, k := range s.keys {
		name := fmt.Sprint(keyColumn, i+1)
		keys = append(keys, "("+k+") as "+name)
		match = append(match, snapshotHeld+"."+name+" = "+snapshotSource+"."+name)
	}
	join, what := " left join ", ""
	if s.deletes != "ignore" {
		join, what = " full join ", ",\n  "+s.isGone()+" as "+goneColumn
	}
	sql := newScript(s.createTemp(), s.name(temp), " as (\nselect ", snapshotHeld, ".", rowColumn, what, ",\n  ", s.begins(), " as ", atColumn,
		",\n  ", prefixed(snapshotSource, s.d, s.columns), "\nfrom (\n  select *, ", strings.Join(keys, ", "), ", (", s.at, ") as ", atColumn, "\n  from (")
	sql.code(s.sql).add(") as snapshot_query\n) as ", snapshotSource, join, "(\n  select *, ", strings.Join(keys, ", "), ", ", s.rowIdentity(), " as ", rowColumn,
		", ", s.cols.from, " as ", fromColumn, "\n  from ", s.name(s.target), "\n  where ", s.isOpen(), "\n) as ", snapshotHeld, " on ", strings.Join(match, " and "),
		"\nwhere ", snapshotHeld, ".", rowColumn, " is null or ", s.isChanged())
	return sql.add("\n)")
}

// isGone is the condition, in the comparison's join, that an open state's row
// is no longer there.
func (s *snapshot) isGone() string {
	return "(" + snapshotSource + "." + keyColumn + "1 is null and " + snapshotHeld + "." + rowColumn + " is not null)"
}

// isDeleted is the condition that the open state is the mark of a deletion.
func (s *snapshot) isDeleted() string {
	return snapshotHeld + "." + s.cols.deleted + " = 'True'"
}

// isChanged is the condition that a pair, or an open state alone, has changed.
// A row that is older than the open state is late, and no change.
func (s *snapshot) isChanged() string {
	changed := "(" + s.changed + ")"
	if !s.ordered {
		changed += " and (" + snapshotSource + "." + atColumn + " < " + snapshotHeld + "." + fromColumn + ") is not true"
	}
	switch s.deletes {
	case "invalidate":
		return s.isGone() + " or " + changed
	case "new_record":
		return "case when " + s.isGone() + " then (" + s.isDeleted() + ") is not true else (" + s.isDeleted() + ") is true or " + changed + " end"
	}
	return changed
}

// begins is the time of the new state: that of the row, or of the run when the
// row is gone, or is there again without a time after its deletion.
func (s *snapshot) begins() string {
	at := snapshotSource + "." + atColumn
	if s.deletes == "ignore" {
		return at
	}
	from, _ := findColumn(s.d, s.held, s.cols.from)
	now := "cast(" + s.d.Now + " as " + from.Type + ")"
	again := ""
	if s.deletes == "new_record" {
		again = " when " + s.isDeleted() + " and (" + at + " > " + snapshotHeld + "." + fromColumn + ") is not true then " + now
	}
	return "case when " + s.isGone() + " then " + now + again + " else " + at + " end"
}

// endStates closes the states that are over.
func (s *snapshot) endStates(temp adapters.Relation) error {
	return s.main(newScript("update ", s.name(s.target), " as held\nset ", s.cols.to, " = happened.", atColumn,
		"\nfrom (select ", rowColumn, ", ", atColumn, " from ", s.name(temp), ") as happened\nwhere held.", s.rowIdentity(), " = happened.", rowColumn,
		s.stillOpen()))
}

// stillOpen limits an update to open states where the identity may be that of
// an older one, too.
func (s *snapshot) stillOpen() string {
	if s.rowIdentity() != s.cols.id {
		return ""
	}
	return "\n  and " + strings.ReplaceAll(s.isOpen(), s.cols.to, "held."+s.cols.to)
}

// stateColumns lists the columns of a new state.
func (s *snapshot) stateColumns() string {
	return strings.Join(s.stateNames(), ", ")
}

// stateNames are the names of the columns of a new state, as SQL has them.
func (s *snapshot) stateNames() []string {
	var names []string
	for _, c := range s.columns {
		names = append(names, s.d.Quote(c.Name))
	}
	names = append(names, s.cols.id, s.cols.updatedAt, s.cols.from, s.cols.to)
	if s.deletes == "new_record" {
		names = append(names, s.cols.deleted)
	}
	return names
}

// states selects the new states: the rows of the comparison that fulfil a
// condition.
func (s *snapshot) states(temp adapters.Relation, fresh string) string {
	return "select " + s.state() + "\nfrom " + s.name(temp) + fresh
}

// state lists the values of a new state, of a row of the comparison.
func (s *snapshot) state() string {
	list := s.quoted(s.columns) + ", " + s.identity(atColumn) + " as " + s.cols.id + ", " + atColumn + " as " + s.cols.updatedAt + ", " +
		atColumn + " as " + s.cols.from + ", " + s.end(atColumn) + " as " + s.cols.to
	if s.deletes == "new_record" {
		list += ", 'False' as " + s.cols.deleted
	}
	return list
}

// keptColumns are the query's columns that the table has.
func (s *snapshot) keptColumns() []adapters.Column {
	var kept []adapters.Column
	for _, c := range s.columns {
		if _, found := findColumn(s.d, s.held, c.Name); found {
			kept = append(kept, c)
		}
	}
	return kept
}

// deletionColumns lists the columns of a state that marks a deletion.
func (s *snapshot) deletionColumns() string {
	return s.quoted(s.keptColumns()) + ", " + s.ownColumns() + ", " + s.cols.deleted
}

// deletions selects a state for each key that is gone: its last values, and the
// mark that it is deleted.
func (s *snapshot) deletions(temp adapters.Relation) string {
	return "select " + s.deletion(s.keptColumns()) + "\nfrom " + s.gone(temp)
}

// deletion lists the values of a state that marks a deletion.
func (s *snapshot) deletion(kept []adapters.Column) string {
	at := "happened." + atColumn
	return prefixed("held", s.d, kept) + ", " + hashOf(s.d, "held."+s.cols.id, at) + ", " + at + ", " + at + ", " + s.end(at) + ", 'True'"
}

// gone joins the open states whose row is gone with what the comparison says.
func (s *snapshot) gone(temp adapters.Relation) string {
	return "(\n  select *, row_number() over (partition by " + strings.Join(s.keys, ", ") + ") as mdl_nth, " + s.rowIdentity() + " as " + rowColumn +
		"\n  from " + s.name(s.target) + "\n  where " + s.rowIdentity() + " in (select " + rowColumn + " from " + s.name(temp) + " where " + goneColumn +
		")\n) as held\njoin " + s.name(temp) + " as happened on held." + rowColumn + " = happened." + rowColumn + "\nwhere held.mdl_nth = 1"
}

// merge ends the states that are over and adds the new ones in one statement,
// for a warehouse whose transactions cannot hold it all. A row of its source
// either names the state that it ends or is a new one.
func (s *snapshot) merge(temp adapters.Relation, fresh string) error {
	none := "nullif(" + rowColumn + ", " + rowColumn + ") as " + rowColumn // null, of the right type
	q := newScript("merge into ", s.name(s.target), " as held\nusing (\n  select ", rowColumn, ", ", atColumn, ", ", s.state(), "\n  from ", s.name(temp),
		"\n  where ", rowColumn, " is not null\n  union all\n  select ", none, ", ", atColumn, ", ", s.state(), "\n  from ", s.name(temp), fresh)
	if s.deletes == "new_record" {
		row := "happened." + rowColumn
		q.add("\n  union all\n  select nullif(", row, ", ", row, "), happened.", atColumn, ", ", s.deletion(s.columns), "\n  from ", s.gone(temp))
	}
	var values []string
	for _, name := range s.stateNames() {
		values = append(values, "happened."+name)
	}
	q.add("\n) as happened\non held.", s.rowIdentity(), " = happened.", rowColumn, s.stillOpen(), "\nwhen matched then update set ", s.cols.to, " = happened.", atColumn,
		"\nwhen not matched and happened.", rowColumn, " is null then insert (", s.stateColumns(), ")\n  values (", strings.Join(values, ", "), ")")
	return s.main(q)
}

// ownColumns lists the columns that snapshots add, without the deletion mark.
func (s *snapshot) ownColumns() string {
	return strings.Join([]string{s.cols.id, s.cols.updatedAt, s.cols.from, s.cols.to}, ", ")
}
