package engine

import (
	"strings"

	"mdl/adapters"
)

// snapshot is a node that keeps every state of its query's rows.
type snapshot struct {
	*build
	keys    []string // unique_key, each a column or expression
	cols    snapshotColumns
	deletes string // hard_deletes: "ignore", "invalidate" or "new_record"
	current string // dbt_valid_to_current: an expression, or "" for null
	at      string // the expression of a row's time in the query
	id      string // that of a state's identity, over the query's columns; "" for the usual one
	// changed tells, of a row of the query (source_data) and the open state of
	// the same key (snapshotted_data), whether the row is a new state.
	changed string
	// ordered tells that a changed row is never older than the open state.
	ordered bool
	// columns are those of the query; held those of the table.
	columns, held []adapters.Column
}

// snapshotColumns are the names of the columns that a snapshot adds.
type snapshotColumns struct {
	id, updatedAt, from, to, deleted string
}

// The names by which the condition of a change means the two sides, as in dbt:
// strategies of a project's own may spell them out.
const (
	snapshotSource = "source_data"
	snapshotHeld   = "snapshotted_data"
)

func buildSnapshot(b *build) error {
	s, err := b.newSnapshot()
	if err != nil {
		return err
	}
	b.target.Kind = adapters.Table
	if b.exists && b.old.Kind != adapters.Table {
		return b.refuse(codeRelation, "drop it, or give the snapshot another alias", "%s is a %s, not a table that the snapshot %s can add to", b.name(b.old), b.old.Kind, b.node.Name)
	}
	if err := s.runHeader(); err != nil {
		return err
	}
	if !b.exists {
		return s.begin()
	}
	return s.update()
}

// newSnapshot reads the node's configuration, but for the strategy.
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
	s.deletes, err = b.hardDeletes()
	return s, err
}

// snapshotColumn is the name of a column that snapshots add; the project may
// choose it.
func (b *build) snapshotColumn(name string) string {
	if names := b.dict("snapshot_meta_column_names"); names != nil {
		if own := dictString(names, name); own != "" {
			return written(b.d, own)
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

// runHeader runs the node's sql_header by itself: the query may need it to be
// described, too.
func (b *build) runHeader() error {
	header := b.header()
	if header.text.Len() == 0 {
		return nil
	}
	_, err := b.exec(header)
	return err
}

// begin makes the table from the query's present rows.
func (s *snapshot) begin() error {
	if err := s.chooseStrategy(); err != nil {
		return err
	}
	sql := newScript("create table ", s.name(s.target), " as (\nselect *,\n  ", s.identity(s.at), " as ", s.cols.id, ",\n  ",
		s.at, " as ", s.cols.updatedAt, ",\n  ", s.at, " as ", s.cols.from, ",\n  ", s.end(s.at), " as ", s.cols.to)
	if s.deletes == "new_record" {
		sql.add(",\n  'False' as ", s.cols.deleted)
	}
	sql.add("\nfrom (").code(s.sql).add(") as ", snapshotSource, "\n)")
	if err := s.main(sql); err != nil {
		return err
	}
	if err := s.checkTable(); err != nil {
		return err
	}
	s.s.Added(s.target)
	return s.indexes(s.target)
}

// update compares the query with the open states, then ends those that are
// over and adds the new ones.
func (s *snapshot) update() error {
	var err error
	if s.held, err = s.s.conn.Columns(s.ctx, s.target); err != nil {
		return err
	}
	if err := s.checkTarget(); err != nil {
		return err
	}
	if s.columns, err = s.s.Describe(s.ctx, s.sql.SQL); err != nil {
		return queryDiagnostic(err, userScript(s.sql), s.node)
	}
	if err := s.chooseStrategy(); err != nil {
		return err
	}
	if err := s.followQuery(); err != nil {
		return err
	}
	return s.withTemp(s.comparison, s.follow)
}

// follow brings what the comparison has found into the table.
func (s *snapshot) follow(temp adapters.Relation) error {
	fresh, err := s.checkChanges(temp)
	if err != nil {
		return err
	}
	if s.d.Transactions != adapters.Everything {
		return s.merge(temp, fresh)
	}
	if s.deletes == "new_record" {
		if err := s.do("insert into ", s.name(s.target), " (", s.deletionColumns(), ")\n", s.deletions(temp)); err != nil {
			return err
		}
	}
	if err := s.endStates(temp); err != nil {
		return err
	}
	return s.do("insert into ", s.name(s.target), " (", s.stateColumns(), ")\n", s.states(temp, fresh))
}

// checkTarget refuses a table that no snapshot has made.
func (s *snapshot) checkTarget() error {
	needed := []string{s.cols.id, s.cols.from, s.cols.to}
	if s.deletes == "new_record" {
		needed = append(needed, s.cols.deleted)
	}
	var missing []string
	for _, name := range needed {
		if _, found := findColumn(s.d, s.held, name); !found {
			missing = append(missing, name)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return s.refuse(codeRelation, "give the snapshot another alias, or rename the columns of "+s.name(s.target),
		"Snapshot target is missing configured columns: %s", strings.Join(missing, ", "))
}

// followQuery adds the query's new columns to the table and widens those whose
// values would no longer fit.
func (s *snapshot) followQuery() error {
	change := compareColumns(s.d, s.columns, s.held)
	if err := s.addColumns(change.added); err != nil {
		return err
	}
	for _, c := range change.retyped {
		old, _ := findColumn(s.d, s.held, c.Name)
		wide, err := s.s.Describe(s.ctx, "select cast(null as "+old.Type+") as mdl_type union all select cast(null as "+c.Type+")")
		if err != nil {
			return queryDiagnostic(err, nil, s.node)
		}
		if len(wide) == 0 || wide[0].Type == old.Type {
			continue
		}
		if err := s.do("alter table ", s.name(s.target), " alter column ", s.d.Quote(old.Name), " set data type ", wide[0].Type); err != nil {
			return err
		}
	}
	return nil
}
