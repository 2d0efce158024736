package engine

import (
	"context"
	"slices"

	"mdl/adapters"
)

// session is one worker's connection with the catalog behind it. It is the
// scope.Warehouse of the templates that the worker renders, and belongs to one
// goroutine.
//
// A template may open a transaction (statement with auto_begin); the session
// remembers that, and what was done in it becomes known to the other workers
// when it is committed.
type session struct {
	conn *querier
	cat  *catalog
	open bool
	// building is set while a macro builds a node: what it drops, renames or
	// truncates is part of a transaction.
	building bool
	dirty    bool     // SQL of the user's own has run, which may have changed settings
	pending  []change // of the open transaction
}

// begin opens a transaction unless one is open. Where a transaction cannot hold
// all that a build does, there is none around it: see rows.
func (s *session) begin(ctx context.Context) error {
	if s.open || s.cat.d.Transactions != adapters.Everything {
		return nil
	}
	return s.start(ctx)
}

// rows does what changes rows only, in a transaction if the warehouse has any.
// Inside an open one it becomes a part of it.
func (s *session) rows(ctx context.Context, do func() error) error {
	if s.open || s.cat.d.Transactions != adapters.RowsOnly {
		return do()
	}
	if err := s.start(ctx); err != nil {
		return err
	}
	if err := do(); err != nil {
		s.rollback(ctx)
		return err
	}
	return s.Commit(ctx)
}

// start opens a transaction.
func (s *session) start(ctx context.Context) error {
	if err := s.conn.Begin(ctx); err != nil {
		return err
	}
	s.open = true
	return nil
}

// beginBuild opens a transaction while a macro builds a node.
func (s *session) beginBuild(ctx context.Context) error {
	if !s.building {
		return nil
	}
	return s.begin(ctx)
}

// Commit implements scope.Warehouse.
func (s *session) Commit(ctx context.Context) error {
	if !s.open {
		return nil
	}
	changes := s.pending
	s.open, s.pending = false, nil
	if err := s.conn.Commit(ctx); err != nil {
		return err
	}
	s.cat.apply(changes)
	return nil
}

// rollback undoes the open transaction, if there is one. It works after the
// run was cancelled.
func (s *session) rollback(ctx context.Context) {
	if s.open {
		s.open, s.pending = false, nil
		// Nothing can be done about a failure: the connection is lost and with
		// it the transaction.
		_ = s.conn.Rollback(context.WithoutCancel(ctx))
	}
}

func (s *session) did(changes ...change) {
	if s.open {
		s.pending = append(s.pending, changes...)
	} else {
		s.cat.apply(changes)
	}
}

// Query implements scope.Warehouse.
func (s *session) Query(ctx context.Context, sql string, limit int) (*adapters.Rows, error) {
	s.dirty = true
	rows, err := s.conn.Query(ctx, sql)
	if err != nil {
		return nil, err
	}
	if limit > 0 && len(rows.Values) > limit {
		rows = &adapters.Rows{Columns: rows.Columns, Values: rows.Values[:limit]}
	}
	return rows, nil
}

// Exec implements scope.Warehouse.
func (s *session) Exec(ctx context.Context, sql string, begin bool) (adapters.Outcome, error) {
	if begin {
		if err := s.begin(ctx); err != nil {
			return adapters.Outcome{}, err
		}
	}
	s.dirty = true
	return s.conn.Exec(ctx, sql)
}

// Describe implements scope.Warehouse.
func (s *session) Describe(ctx context.Context, sql string) ([]adapters.Column, error) {
	if d, ok := s.conn.Conn.(adapters.Describer); ok {
		return d.Describe(ctx, sql)
	}
	rows, err := s.conn.Query(ctx, "select * from (\n"+sql+"\n) as mdl_query where 1 = 0")
	if err != nil {
		return nil, err
	}
	return rows.Columns, nil
}

// Relations implements scope.Warehouse.
func (s *session) Relations(ctx context.Context, in adapters.Namespace) ([]adapters.Relation, error) {
	rels, known := s.cat.list(in)
	if !known {
		var err error
		if rels, err = s.RelationsUncached(ctx, in); err != nil {
			return nil, err
		}
	}
	for _, ch := range s.pending {
		if s.cat.key(ch.rel.Namespace()) != s.cat.key(in) {
			continue
		}
		rels = slices.DeleteFunc(slices.Clone(rels), func(r adapters.Relation) bool { return s.cat.d.SameRelation(r, ch.rel) })
		if !ch.dropped {
			rels = append(rels, ch.rel)
		}
	}
	return rels, nil
}

// RelationsUncached implements scope.Warehouse.
func (s *session) RelationsUncached(ctx context.Context, in adapters.Namespace) ([]adapters.Relation, error) {
	rels, err := s.conn.Relations(ctx, in)
	if err != nil {
		return nil, err
	}
	if !s.open {
		s.cat.store(in, rels)
	}
	return rels, nil
}

// find returns the relation that has a name, and false if there is none.
func (s *session) find(ctx context.Context, rel adapters.Relation) (adapters.Relation, bool, error) {
	for _, ch := range slices.Backward(s.pending) {
		if s.cat.d.SameRelation(ch.rel, rel) {
			return ch.rel, !ch.dropped, nil
		}
	}
	if found, exists, known := s.cat.find(rel); known {
		return found, exists, nil
	}
	rels, err := s.RelationsUncached(ctx, rel.Namespace())
	for _, r := range rels {
		if s.cat.d.SameRelation(r, rel) {
			return r, true, nil
		}
	}
	return adapters.Relation{}, false, err
}

// Columns implements scope.Warehouse.
func (s *session) Columns(ctx context.Context, rel adapters.Relation) ([]adapters.Column, error) {
	cols, err := s.conn.Columns(ctx, rel)
	if err != nil && adapters.KindOf(err) == adapters.NotFound {
		return nil, nil
	}
	return cols, err
}

// SchemaExists implements scope.Warehouse.
func (s *session) SchemaExists(ctx context.Context, in adapters.Namespace) (bool, error) {
	names, err := s.conn.Schemas(ctx, in.Database)
	return slices.ContainsFunc(names, func(n string) bool { return s.cat.d.SameName(n, in.Schema) }), err
}

// CreateSchema implements scope.Warehouse.
func (s *session) CreateSchema(ctx context.Context, in adapters.Namespace) error {
	return s.conn.CreateSchema(ctx, in)
}

// DropSchema implements scope.Warehouse.
func (s *session) DropSchema(ctx context.Context, in adapters.Namespace) error {
	if err := s.conn.DropSchema(ctx, in); err != nil {
		return err
	}
	s.cat.forget(in)
	return nil
}

// Drop implements scope.Warehouse. A relation of unknown kind is looked up.
func (s *session) Drop(ctx context.Context, rel adapters.Relation) error {
	if rel.Kind == adapters.Unknown {
		found, exists, err := s.find(ctx, rel)
		if err != nil || !exists {
			return err
		}
		rel = found
	}
	if err := s.beginBuild(ctx); err != nil {
		return err
	}
	if _, err := s.conn.Exec(ctx, s.cat.d.DropSQL(rel)); err != nil {
		return err
	}
	s.Dropped(rel)
	return nil
}

// dropAny drops what has a relation's name, whatever its kind, if it exists.
func (s *session) dropAny(ctx context.Context, rel adapters.Relation) error {
	rel.Kind = adapters.Unknown
	return s.Drop(ctx, rel)
}

// Rename implements scope.Warehouse.
func (s *session) Rename(ctx context.Context, from, to adapters.Relation) error {
	if from.Kind == adapters.Unknown {
		from.Kind = to.Kind
	}
	if err := s.beginBuild(ctx); err != nil {
		return err
	}
	if _, err := s.conn.Exec(ctx, s.cat.d.RenameSQL(from, to.Name)); err != nil {
		return err
	}
	s.Renamed(from, to)
	return nil
}

// Truncate implements scope.Warehouse.
func (s *session) Truncate(ctx context.Context, rel adapters.Relation) error {
	if err := s.beginBuild(ctx); err != nil {
		return err
	}
	_, err := s.conn.Exec(ctx, "delete from "+s.cat.d.Render(rel))
	return err
}

// Added implements scope.Warehouse.
func (s *session) Added(rel adapters.Relation) { s.did(change{rel: rel}) }

// Dropped implements scope.Warehouse.
func (s *session) Dropped(rel adapters.Relation) { s.did(change{rel: rel, dropped: true}) }

// Renamed implements scope.Warehouse.
func (s *session) Renamed(from, to adapters.Relation) {
	if to.Kind == adapters.Unknown {
		to.Kind = from.Kind
	}
	s.did(change{rel: from, dropped: true}, change{rel: to})
}

// Dialect implements scope.Warehouse.
func (s *session) Dialect() *adapters.Dialect { return s.cat.d }
