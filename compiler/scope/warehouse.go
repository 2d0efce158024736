package scope

import (
	"context"

	"mdl/adapters"
)

// Warehouse is what templates may ask of the warehouse. The engine implements
// it on one worker's connection; a Scope calls it from one goroutine.
//
// Every failure is a *adapters.QueryError in the error's chain.
type Warehouse interface {
	// Query runs SQL and returns the rows of its last statement, at most limit
	// of them if limit is above 0.
	Query(ctx context.Context, sql string, limit int) (*adapters.Rows, error)
	// Exec runs SQL and discards its rows. begin asks for a transaction to be
	// opened before, if none is, as statement(auto_begin=true) does.
	Exec(ctx context.Context, sql string, begin bool) (adapters.Outcome, error)
	// Commit makes the open transaction permanent; without one it does nothing.
	Commit(ctx context.Context) error
	// Describe returns the columns of a query without running it.
	Describe(ctx context.Context, sql string) ([]adapters.Column, error)

	// Relations lists what a schema holds, from the worker's cached catalog; a
	// schema that does not exist holds nothing. The slice is not changed.
	Relations(ctx context.Context, in adapters.Namespace) ([]adapters.Relation, error)
	// RelationsUncached does the same past the cache.
	RelationsUncached(ctx context.Context, in adapters.Namespace) ([]adapters.Relation, error)
	// Columns lists a relation's columns; none if it does not exist.
	Columns(ctx context.Context, rel adapters.Relation) ([]adapters.Column, error)
	// SchemaExists reports whether a schema exists.
	SchemaExists(ctx context.Context, in adapters.Namespace) (bool, error)
	// CreateSchema makes a schema unless it exists.
	CreateSchema(ctx context.Context, in adapters.Namespace) error
	// DropSchema drops a schema with all that is in it, if it exists.
	DropSchema(ctx context.Context, in adapters.Namespace) error
	// Drop drops a relation if it exists.
	Drop(ctx context.Context, rel adapters.Relation) error
	// Rename renames a relation within its schema.
	Rename(ctx context.Context, from, to adapters.Relation) error
	// Truncate deletes all rows of a relation.
	Truncate(ctx context.Context, rel adapters.Relation) error
	// Added, Dropped and Renamed tell the cached catalog what a template did by
	// SQL of its own.
	Added(rel adapters.Relation)
	Dropped(rel adapters.Relation)
	Renamed(from, to adapters.Relation)

	// Dialect is the SQL that the warehouse speaks.
	Dialect() *adapters.Dialect
}
