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
func hashOf(parts ...string) string {
	texts := make([]string, len(parts))
	for i, p := range parts {
		texts[i] = "coalesce(cast(" + p + " as varchar), '')"
	}
	return "md5(" + strings.Join(texts, " || '|' || ") + ")"
}

// identity is the identity of a row's state that begins at a time.
func (s *snapshot) identity(at string) string {
	if s.id != "" {
		return s.id
	}
	return hashOf(append(append([]string{}, s.keys...), at)...)
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
	sql := newScript("create temporary table ", s.name(temp), " as (\nselect ", snapshotHeld, ".", rowColumn, what, ",\n  ", s.begins(), " as ", atColumn,
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

// addStates inserts the new states: the rows of the comparison that fulfil a
// condition.
func (s *snapshot) addStates(temp adapters.Relation, fresh string) error {
	list := s.quoted(s.columns)
	added, extra := "", ""
	if s.deletes == "new_record" {
		added, extra = ", "+s.cols.deleted, ", 'False'"
	}
	return s.do("insert into ", s.name(s.target), " (", list, ", ", s.ownColumns(), added, ")\nselect ", list, ", ",
		s.identity(atColumn), ", ", atColumn, ", ", atColumn, ", ", s.end(atColumn), extra, "\nfrom ", s.name(temp), fresh)
}

// addDeletions inserts a state for each key that is gone: its last values, and
// the mark that it is deleted.
func (s *snapshot) addDeletions(temp adapters.Relation) error {
	var kept []adapters.Column
	for _, c := range s.columns {
		if _, found := findColumn(s.d, s.held, c.Name); found {
			kept = append(kept, c)
		}
	}
	at := "happened." + atColumn
	return s.do("insert into ", s.name(s.target), " (", s.quoted(kept), ", ", s.ownColumns(), ", ", s.cols.deleted, ")\nselect ",
		prefixed("held", s.d, kept), ", ", hashOf("held."+s.cols.id, at), ", ", at, ", ", at, ", ", s.end(at), ", 'True'\nfrom (\n  select *, row_number() over (partition by ",
		strings.Join(s.keys, ", "), ") as mdl_nth, ", s.rowIdentity(), " as ", rowColumn, "\n  from ", s.name(s.target), "\n  where ", s.rowIdentity(), " in (select ",
		rowColumn, " from ", s.name(temp), " where ", goneColumn, ")\n) as held\njoin ", s.name(temp), " as happened on held.", rowColumn, " = happened.", rowColumn,
		"\nwhere held.mdl_nth = 1")
}

// ownColumns lists the columns that snapshots add, without the deletion mark.
func (s *snapshot) ownColumns() string {
	return strings.Join([]string{s.cols.id, s.cols.updatedAt, s.cols.from, s.cols.to}, ", ")
}
