// Package adapters is the contract between mdl and a warehouse.
//
// An adapter is a folder below this one. It implements Adapter and Conn and
// returns every failure as a *QueryError. It holds facts of its warehouse (its
// Dialect) and no strategy: how a model is built is decided once, in engine,
// from those facts. What only some warehouses can do is an optional interface
// that a Conn may also implement (BulkLoader, Describer), found by type
// assertion as in package io.
//
// The conformance suite of all adapters is adapters/adaptertest.
package adapters

import "context"

// Adapter is an opened profile: one warehouse, from which each worker takes a
// connection of its own. It is safe for concurrent use.
//
// Opening an adapter checks its configuration only; the warehouse is first
// touched by Connect, so that a command which needs none never waits for one.
type Adapter interface {
	// Dialect is constant during the adapter's life.
	Dialect() *Dialect
	// Connect returns a new session with the profile's settings in force. A
	// failure is a *QueryError with an empty SQL: of kind Locked, Permission,
	// NotFound, ReadOnly, Connection ...
	Connect(ctx context.Context) (Conn, error)
	// Close ends what the adapter shares between connections. All connections
	// must have been closed before. Closing twice is allowed.
	Close() error
}

// Conn is one session. One goroutine at a time may use it.
//
// Cancelling the context of a call interrupts the running statement; the call
// then returns a *QueryError of kind Cancelled that wraps the context's cause,
// and the Conn stays usable. Inside a transaction, any failed statement may
// leave the transaction unusable: roll it back.
type Conn interface {
	Catalog
	// Exec runs one or several statements separated by semicolons and discards
	// their rows. SQL without a statement (empty, comments) does nothing.
	// Statements before a failing one may have happened.
	Exec(ctx context.Context, sql string) (Outcome, error)
	// Query runs as Exec does and returns the rows of the last statement.
	Query(ctx context.Context, sql string) (*Rows, error)
	// Begin opens a transaction; an error if one is open.
	Begin(ctx context.Context) error
	// Commit makes the transaction permanent; an error if none is open. After a
	// failed Commit the transaction is closed and nothing of it has happened.
	Commit(ctx context.Context) error
	// Rollback undoes the open transaction and does nothing if none is open. It
	// works after ctx was cancelled, so that it can be deferred.
	Rollback(ctx context.Context) error
	// Close rolls an open transaction back and ends the session.
	Close() error
}

// Catalog reads and changes what exists. Names are compared by the rule of
// Dialect.SameName; results carry the warehouse's own spelling.
type Catalog interface {
	// Schemas lists the schemas of a database, sorted.
	Schemas(ctx context.Context, database string) ([]string, error)
	// CreateSchema makes a schema unless it exists.
	CreateSchema(ctx context.Context, in Namespace) error
	// DropSchema drops a schema with all that is in it, if it exists.
	DropSchema(ctx context.Context, in Namespace) error
	// Relations lists the tables and views of all the given schemas, with one
	// query however many there are, sorted by database, schema and name. A
	// schema that does not exist has none.
	Relations(ctx context.Context, in ...Namespace) ([]Relation, error)
	// Columns lists a relation's columns in their order. A relation that does
	// not exist is a *QueryError of kind NotFound.
	Columns(ctx context.Context, rel Relation) ([]Column, error)
}

// Outcome is what a warehouse says after Exec.
type Outcome struct {
	// RowsAffected counts the rows that the last statement inserted, updated or
	// deleted; -1 if it is of another sort.
	RowsAffected int64
	// Message is what the warehouse says of the last statement ("SELECT 5"), and
	// Code the word for its sort; both "" where it says nothing.
	Message, Code string
}
