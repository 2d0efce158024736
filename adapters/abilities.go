package adapters

import (
	"context"
	"fmt"
	"iter"
)

// BulkLoader is a Conn that loads many rows quickly.
type BulkLoader interface {
	// Load inserts rows of text into columns of an existing table; the
	// warehouse casts each text to its column's type. Each row has a cell for
	// each named column. To explain a failure, rows may be read a second time.
	// It takes part in an open transaction and otherwise is
	// atomic by itself. It returns the number of rows. A text that cannot be
	// cast is a *LoadError; other failures are a *QueryError.
	Load(ctx context.Context, table Relation, columns []string, rows iter.Seq[[]Cell]) (int64, error)
}

// CSVLoader is a Conn that reads CSV files of this machine by itself.
type CSVLoader interface {
	// LoadCSV inserts the records of a file into columns of an existing table,
	// and takes part in an open transaction. It returns the number of records.
	// A failure is a *QueryError.
	LoadCSV(ctx context.Context, table Relation, columns []string, file CSVFile) (int64, error)
}

// QuoteGuesser is a Conn that can say how it would read a CSV file of this
// machine: by '"', by an apostrophe, or (0) without any quotes.
type QuoteGuesser interface {
	GuessQuote(ctx context.Context, path string, delimiter byte) (byte, error)
}

// CSVFile is a file of UTF-8 with a header line, quotes that are doubled
// inside a quoted field, and no empty lines. An empty field is null.
type CSVFile struct {
	Path      string
	Delimiter byte
	// Types are those that the fields are read as, one for each column; the
	// warehouse casts to the column's type what it reads as another.
	Types []string
	// CRLF tells that every line ends in a carriage return and a newline.
	CRLF bool
	// QuotedLines tells that there are line ends inside quoted fields.
	QuotedLines bool
}

// Cell is a text to load, or NULL.
type Cell struct {
	Text string
	Null bool
}

// LoadError is a cell that does not fit its column.
type LoadError struct {
	// Row counts the loaded rows from 0; Column indexes the named columns.
	Row, Column int
	// Name is the column's name, Type its type, Text the offending cell.
	Name, Type, Text string
	// Cause is the warehouse's error.
	Cause *QueryError
}

// Error names the cell and the type that it should have had.
func (e *LoadError) Error() string {
	return fmt.Sprintf("row %d, column %q: cannot read %q as %s", e.Row+1, e.Name, e.Text, e.Type)
}

// Unwrap returns the warehouse's error.
func (e *LoadError) Unwrap() error { return e.Cause }

// Resetter is a Conn that can become as it was when it was new: without the
// settings, temporary tables and prepared statements of whoever used it.
type Resetter interface {
	// Reset must not be called inside a transaction.
	Reset(ctx context.Context) error
}

// Describer is a Conn that can tell the columns of a query without running it.
type Describer interface {
	// Describe checks one query against the catalog and returns its columns.
	Describe(ctx context.Context, sql string) ([]Column, error)
}

// Documenter is a Conn that describes many relations at once.
type Documenter interface {
	// Document returns the tables and views of the given schemas with their
	// columns and comments, with one query however many there are, sorted by
	// database, schema and name. A schema that does not exist has none.
	Document(ctx context.Context, in ...Namespace) ([]RelationInfo, error)
}

// RelationInfo is what a warehouse's catalog says of a relation. Comments and
// owners are "" where there are none.
type RelationInfo struct {
	Relation
	Comment, Owner string
	Columns        []ColumnInfo // in their order
}

// ColumnInfo is what a warehouse's catalog says of a column.
type ColumnInfo struct {
	Column
	Index   int // as the warehouse counts
	Comment string
}
