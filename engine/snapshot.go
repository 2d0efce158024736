package engine

import (
	"fmt"
	"strings"

	"mdl/adapters"
	"mdl/compiler/jinja/value"
)

// snapshot is a node that keeps every state of its query's rows.
type snapshot struct {
	*build
	keys    []string // unique_key, each a column or expression
	cols    snapshotColumns
	deletes string // hard_deletes: "ignore", "invalidate" or "new_record"
	current string // dbt_valid_to_current: an expression, or "" for null
	// at is the expression of a row's time in the query; changed tells, of a
	// row of the query (source) and the open row of the same key (held),
	// whether it is to be kept as a new state.
	at, changed string
}

// snapshotColumns are the names of the columns that a snapshot adds.
type snapshotColumns struct {
	id, updatedAt, from, to, deleted string
}

// hashOf is the identity of a state, as dbt makes it: the md5 of the key and
// the time as text, with bars between them.
func hashOf(parts ...string) string {
	for i, p := range parts {
		parts[i] = "coalesce(cast(" + p + " as varchar), '')"
	}
	return "md5(" + strings.Join(parts, " || '|' || ") + ")"
}

func buildSnapshot(b *build) error {
	s, err := b.newSnapshot()
	if err != nil {
		return err
	}
	b.target.Kind = adapters.Table
	if !b.exists {
		return s.begin()
	}
	if b.old.Kind != adapters.Table {
		return b.refuse(codeRelation, "drop it, or give the snapshot another alias", "%s is a %s, not a table that the snapshot %s can add to", b.name(b.old), b.old.Kind, b.node.Name)
	}
	return s.update()
}

// newSnapshot reads the node's configuration.
func (b *build) newSnapshot() (*snapshot, error) {
	s := &snapshot{build: b, keys: b.keys(), current: b.str("dbt_valid_to_current")}
	if len(s.keys) == 0 {
		return nil, b.refuse(codeConfig, "name the column, or list of columns, that tells the rows apart", "the snapshot %s has no unique_key", b.node.Name)
	}
	s.cols = snapshotColumns{
		b.snapshotColumn("dbt_scd_id"), b.snapshotColumn("dbt_updated_at"), b.snapshotColumn("dbt_valid_from"),
		b.snapshotColumn("dbt_valid_to"), b.snapshotColumn("dbt_is_deleted"),
	}
	var err error
	if s.deletes, err = b.hardDeletes(); err != nil {
		return nil, err
	}
	s.at = b.str("updated_at")
	switch name := b.str("strategy"); {
	case name == "timestamp" && s.at == "":
		return nil, b.refuse(codeConfig, "name the column that holds the time of a row's last change", "the snapshot %s has no updated_at, which the timestamp strategy needs", b.node.Name)
	case name == "timestamp":
		s.changed = "held." + s.cols.from + " < source." + atColumn
	case name == "check":
		if s.at == "" {
			s.at = b.d.Now
		}
	default:
		return nil, b.refuse(codeConfig, "choose timestamp or check", "strategy %q of the snapshot %s is not one that mdl has", name, b.node.Name)
	}
	return s, nil
}

// snapshotColumn is the name of a column that snapshots add; the project may
// choose it.
func (b *build) snapshotColumn(name string) string {
	if names := b.dict("snapshot_meta_column_names"); names != nil {
		if own := dictString(names, name); own != "" {
			return own
		}
	}
	return name
}

// hardDeletes says what becomes of rows that the query no longer has.
func (b *build) hardDeletes() (string, error) {
	mode, legacy := b.str("hard_deletes"), b.str("invalidate_hard_deletes")
	if mode != "" && legacy != "" {
		return "", b.refuse(codeConfig, "keep hard_deletes", "the snapshot %s has both hard_deletes and invalidate_hard_deletes", b.node.Name)
	}
	if on, _ := b.node.Config.Bool("invalidate_hard_deletes"); on {
		mode = "invalidate"
	}
	switch mode {
	case "":
		return "ignore", nil
	case "ignore", "invalidate", "new_record":
		return mode, nil
	}
	return "", b.refuse(codeConfig, "choose ignore, invalidate or new_record", "hard_deletes of the snapshot %s cannot be %q", b.node.Name, mode)
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
func (s *snapshot) isOpen(alias string) string {
	to := alias + s.cols.to
	if s.current == "" {
		return to + " is null"
	}
	return "(" + to + " = " + s.current + " or " + to + " is null)"
}

// begin makes the table from the query's present rows.
func (s *snapshot) begin() error {
	sql := s.header()
	sql.add("create table ", s.name(s.target), " as (\nselect *,\n  ",
		hashOf(append(append([]string{}, s.keys...), s.at)...), " as ", s.cols.id, ",\n  ",
		s.at, " as ", s.cols.updatedAt, ",\n  ", s.at, " as ", s.cols.from, ",\n  ", s.end(s.at), " as ", s.cols.to)
	if s.deletes == "new_record" {
		sql.add(",\n  'False' as ", s.cols.deleted)
	}
	sql.add("\nfrom (").code(s.sql).add(") as source\n)")
	if err := s.main(sql); err != nil {
		return err
	}
	s.s.Added(s.target)
	return s.indexes()
}

// The columns of the temporary table that are the engine's own.
const (
	whatColumn  = "mdl_what"   // see below
	closeColumn = "mdl_closes" // the identity of the state that ends
	untilColumn = "mdl_until"  // when it ends
	atColumn    = "mdl_at"     // the time of the new state
	newIDColumn = "mdl_id"     // its identity
	keyColumn   = "mdl_key_"   // and a number
)

// What is found about a row: whatNew has no open state, whatChanged another
// one, whatGone is an open state whose row is no longer there.
const (
	whatNew     = "new"
	whatChanged = "changed"
	whatGone    = "gone"
)

// update compares the query with the open states, then ends those that are
// over and adds the new ones.
func (s *snapshot) update() error {
	held, err := s.s.conn.Columns(s.ctx, s.target)
	if err != nil {
		return err
	}
	if err := s.checkTarget(held); err != nil {
		return err
	}
	columns, err := s.s.Describe(s.ctx, s.sql.SQL)
	if err != nil {
		return queryDiagnostic(err, userScript(s.sql), s.node)
	}
	if s.str("strategy") == "check" {
		if err := s.checkColumns(columns, held); err != nil {
			return err
		}
	}
	temp := s.temp()
	if _, err := s.exec(s.comparison(temp, held)); err != nil {
		return err
	}
	if err := s.addColumns(compareColumns(s.d, columns, held).added); err != nil {
		return err
	}
	if err := s.endStates(temp); err != nil {
		return err
	}
	if err := s.addStates(temp, columns); err != nil {
		return err
	}
	if s.deletes == "new_record" {
		if err := s.addDeletions(temp, columns, held); err != nil {
			return err
		}
	}
	return s.do("drop table ", s.name(temp))
}

// checkTarget refuses a table that no snapshot has made.
func (s *snapshot) checkTarget(held []adapters.Column) error {
	needed := []string{s.cols.id, s.cols.from, s.cols.to}
	if s.deletes == "new_record" {
		needed = append(needed, s.cols.deleted)
	}
	var missing []string
	for _, name := range needed {
		if _, found := findColumn(s.d, held, name); !found {
			missing = append(missing, name)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return s.refuse(codeRelation, "give the snapshot another alias, or rename the columns of "+s.name(s.target),
		"Snapshot target is missing configured columns: %s", strings.Join(missing, ", "))
}

// checkColumns works out the condition of the check strategy: a difference in
// any of check_cols. A column that the table does not have yet makes every row
// a changed one.
func (s *snapshot) checkColumns(columns, held []adapters.Column) error {
	checked := columns
	if v, ok := s.node.Config.Get("check_cols"); !ok || !value.Truth(v) {
		return s.refuse(codeConfig, "write all, or a list of columns", "the snapshot %s has no check_cols, which the check strategy needs", s.node.Name)
	} else if _, isText := v.(value.Str); !isText {
		sql := "select " + strings.Join(s.list("check_cols"), ", ") + " from (\n" + s.sql.SQL + "\n) as source"
		var err error
		if checked, err = s.s.Describe(s.ctx, sql); err != nil {
			return queryDiagnostic(err, nil, s.node)
		}
	} else if value.ToStr(v) != "all" {
		return s.refuse(codeConfig, "write all, or a list of columns", "check_cols of the snapshot %s cannot be %q", s.node.Name, value.ToStr(v))
	}
	var differ []string
	for _, c := range checked {
		if _, found := findColumn(s.d, held, c.Name); !found {
			s.changed = "true"
			return nil
		}
		name := s.d.Quote(c.Name)
		differ = append(differ, "held."+name+" is distinct from source."+name)
	}
	s.changed = strings.Join(differ, " or ")
	return nil
}

// comparison fills the temporary table with what has happened.
func (s *snapshot) comparison(temp adapters.Relation, held []adapters.Column) *script {
	var sourceKeys, heldKeys, match []string
	for i, k := range s.keys {
		name := fmt.Sprint(keyColumn, i+1)
		sourceKeys = append(sourceKeys, k+" as "+name)
		heldKeys = append(heldKeys, k+" as "+name)
		match = append(match, "held."+name+" = source."+name)
	}
	on := strings.Join(match, " and ")
	first := keyColumn + "1"
	changed := s.changed
	if s.deletes == "new_record" {
		changed += " or held." + s.cols.deleted + " = 'True'"
	}
	sql := s.header()
	sql.add("create temporary table ", s.name(temp), " as (\nwith source as (\n  select *, ", strings.Join(sourceKeys, ", "), ",\n    ",
		s.at, " as ", atColumn, ",\n    ", hashOf(append(append([]string{}, s.keys...), s.at)...), " as ", newIDColumn, "\n  from (").
		code(s.sql).add(") as query\n),\nheld as (\n  select *, ", strings.Join(heldKeys, ", "), "\n  from ", s.name(s.target), "\n  where ", s.isOpen(""), "\n)\n",
		"select case when held.", first, " is null then '", whatNew, "' else '", whatChanged, "' end as ", whatColumn,
		", held.", s.cols.id, " as ", closeColumn, ", source.", atColumn, " as ", untilColumn, ", source.*\n",
		"from source left join held on ", on, "\nwhere held.", first, " is null or ", changed)
	if s.deletes != "ignore" {
		sql.add("\nunion all\nselect '", whatGone, "', held.", s.cols.id, ", ", s.d.Now, ", source.*\nfrom held left join source on ", on,
			"\nwhere source.", first, " is null")
		if s.deletes == "new_record" {
			sql.add(" and held.", s.cols.deleted, " is distinct from 'True'")
		}
	}
	return sql.add("\n)")
}

// endStates closes the states that are over.
func (s *snapshot) endStates(temp adapters.Relation) error {
	return s.main(newScript("update ", s.name(s.target), " as held\nset ", s.cols.to, " = happened.", untilColumn,
		"\nfrom ", s.name(temp), " as happened\nwhere held.", s.cols.id, " = happened.", closeColumn, "\n  and ", s.isOpen("held.")))
}

// addStates inserts the new states.
func (s *snapshot) addStates(temp adapters.Relation, columns []adapters.Column) error {
	list := s.quoted(columns)
	added, extra := "", ""
	if s.deletes == "new_record" {
		added, extra = ", "+s.cols.deleted, ", 'False'"
	}
	return s.do("insert into ", s.name(s.target), " (", list, ", ", s.ownColumns(), added, ")\nselect ", list, ", ",
		newIDColumn, ", ", atColumn, ", ", atColumn, ", ", s.end(atColumn), extra,
		"\nfrom ", s.name(temp), "\nwhere ", whatColumn, " <> '", whatGone, "'")
}

// addDeletions inserts a state for each row that is gone: its last values, and
// the mark that it is deleted.
func (s *snapshot) addDeletions(temp adapters.Relation, columns, held []adapters.Column) error {
	var kept []adapters.Column
	for _, c := range columns {
		if _, found := findColumn(s.d, held, c.Name); found {
			kept = append(kept, c)
		}
	}
	return s.do("insert into ", s.name(s.target), " (", s.quoted(kept), ", ", s.ownColumns(), ", ", s.cols.deleted, ")\nselect ",
		prefixed("held", s.d, kept), ", ", hashOf("held."+s.cols.id, s.d.Now), ", ", s.d.Now, ", ", s.d.Now, ", ", s.end(s.d.Now), ", 'True'\nfrom ",
		s.name(s.target), " as held\njoin ", s.name(temp), " as happened on held.", s.cols.id, " = happened.", closeColumn,
		"\nwhere happened.", whatColumn, " = '", whatGone, "'")
}

// ownColumns lists the columns that snapshots add, without the deletion mark.
func (s *snapshot) ownColumns() string {
	return strings.Join([]string{s.cols.id, s.cols.updatedAt, s.cols.from, s.cols.to}, ", ")
}
