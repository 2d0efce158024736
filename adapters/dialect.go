package adapters

import "strings"

// Dialect is what differs between the SQL of warehouses: data, and small pure
// functions over it. It is immutable.
type Dialect struct {
	// Name is the profile's `type`.
	Name string
	// QuoteChar encloses an identifier and is doubled inside it.
	QuoteChar string
	// BackslashEscapes tells that string literals read backslashes as escapes.
	BackslashEscapes bool
	// Case is what happens to the case of an identifier.
	Case CaseRule
	// MaxIdentifier is the longest identifier in bytes; 0 means no limit.
	MaxIdentifier int
	// Types are the names of the portable types.
	Types TypeNames
	// Now is the current time as a timestamp without zone, the same all through
	// a transaction: the time that snapshots write.
	Now string
	// Transactions tells what a transaction can hold.
	Transactions TransactionRule
	// ReplaceTable and ReplaceView tell whether `create or replace` exists: it
	// leaves the old relation until the new one is complete.
	ReplaceTable, ReplaceView bool
	// TypedCreateAs tells that `create table t (columns) as query` exists.
	TypedCreateAs bool
	// NoTemporaryTables tells that a session has no tables of its own.
	NoTemporaryTables bool
	// MD5 writes the md5 of a text as 32 hexadecimal digits, lower case; nil
	// where it is the function md5.
	MD5 func(text string) string
	// Merge tells whether the `merge into` statement exists.
	Merge bool
	// DropCascade tells whether `drop ... cascade` exists and is needed to drop
	// what others depend on.
	DropCascade bool
	// CloneTable tells whether `create or replace table ... clone ...` copies a
	// table without reading its rows.
	CloneTable bool
	// Grants is how privileges on relations are seen and changed; nil where the
	// warehouse has none.
	Grants *Grants
	// SingleWriter tells that only one process at a time can write into a
	// database, so that what looks left behind is nobody's.
	SingleWriter bool
	// KeysNameDatabase tells that a foreign key may name the database of the
	// table that it refers to.
	KeysNameDatabase bool
	// Files tells that `copy (query) to 'file'` writes files of the machine and
	// that read_parquet, read_csv and read_json read them (DuckDB).
	Files bool
	// TableFunctions tells that `create function ... as table (query)` exists.
	TableFunctions bool
	// OneDatabase tells that a session sees the relations of one database only.
	OneDatabase bool
	// Unlogged tells that `create unlogged table` makes a table that a crash of
	// the server empties.
	Unlogged bool
	// Lock returns the statement that waits until no other transaction works under
	// the same name, and keeps others waiting to the end of this one; nil where
	// there is none.
	Lock func(name string) string
	// MaterializedViews are how views that keep their rows are looked at; nil
	// where the warehouse has none.
	MaterializedViews *MaterializedViews
	// RowID is the column that every table has and that identifies a row for
	// the length of a transaction; "" where there is none.
	RowID string
}

// Grants are the facts of a warehouse that knows `grant ... on ... to ...` and
// `revoke ... on ... from ...`.
type Grants struct {
	// Show returns the query for what is granted on all relations of schemas of
	// one database, but to the relation's owner. Its rows are four texts: schema,
	// relation, privilege, grantee.
	Show func(d *Dialect, in []Namespace) string
	// KeptByReplace tells that a relation keeps its grants when `create or
	// replace` takes its place.
	KeptByReplace bool
}

// MaterializedViews are the facts of a warehouse that knows `create
// materialized view ... with no data` and `refresh materialized view`.
type MaterializedViews struct {
	// Definition returns the query for what the warehouse keeps as the text of a
	// view: one row, one text, the same for two views that mean the same.
	Definition func(d *Dialect, rel Relation) string
	// Indexes returns the query for a view's indexes. Its rows are four texts:
	// name, method, "true" if unique, the columns with commas between.
	Indexes func(d *Dialect, rel Relation) string
}

// TransactionRule tells what a transaction can hold, and Rollback undo.
type TransactionRule int

// What transactions can hold.
const (
	// Everything: rows, and create, drop and rename (DuckDB, PostgreSQL).
	Everything TransactionRule = iota
	// RowsOnly: insert, update, delete and merge; create, drop and rename commit
	// the open transaction (Snowflake).
	RowsOnly
	// Nothing: each statement is by itself, all or nothing. Begin, Commit and
	// Rollback do nothing (Trino, BigQuery).
	Nothing
)

// CaseRule tells how identifiers are stored and compared.
type CaseRule int

// The rules that warehouses follow.
const (
	// Preserve stores identifiers as written and compares them without case,
	// quoted or not (DuckDB).
	Preserve CaseRule = iota
	// Lower folds unquoted identifiers to lower case; quoted ones are compared
	// with case (PostgreSQL).
	Lower
	// Upper folds unquoted identifiers to upper case; quoted ones are compared
	// with case (Snowflake).
	Upper
	// Exact compares every identifier with case (BigQuery's tables).
	Exact
)

// TypeNames are a warehouse's names of the types that portable SQL and seeds
// use, spelt as dbt's adapter for it spells them in compiled SQL.
type TypeNames struct {
	String, Int, BigInt, Float, Numeric, Boolean, Timestamp, Date, Time string
	// The types that a seed's columns get by inference.
	Seed SeedTypes
}

// SeedTypes are the column types of a seed by what its values look like.
type SeedTypes struct {
	Text, Integer, Number, Boolean, Timestamp, Date, Time string
}

// Quote returns an identifier that reads back as exactly name.
func (d *Dialect) Quote(name string) string {
	q := d.QuoteChar
	return q + strings.ReplaceAll(name, q, q+q) + q
}

// Literal returns a string literal of s.
func (d *Dialect) Literal(s string) string {
	if d.BackslashEscapes {
		s = strings.ReplaceAll(s, `\`, `\\`)
	}
	return "'" + strings.ReplaceAll(s, "'", "''") + "'"
}

// Digest writes the md5 of a text as 32 hexadecimal digits.
func (d *Dialect) Digest(text string) string {
	if d.MD5 != nil {
		return d.MD5(text)
	}
	return "md5(" + text + ")"
}

// Render returns the quoted, qualified name of a relation, leaving out the
// parts that it does not have.
func (d *Dialect) Render(r Relation) string {
	return d.path(r.Database, r.Schema, r.Name)
}

// RenderNamespace returns the quoted name of a schema within its database.
func (d *Dialect) RenderNamespace(n Namespace) string {
	return d.path(n.Database, n.Schema)
}

func (d *Dialect) path(parts ...string) string {
	var b strings.Builder
	for _, p := range parts {
		if p == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('.')
		}
		b.WriteString(d.Quote(p))
	}
	return b.String()
}

// Fold returns the name under which the warehouse stores an identifier that
// was written without quotes.
func (d *Dialect) Fold(name string) string {
	switch d.Case {
	case Lower:
		return strings.ToLower(name)
	case Upper:
		return strings.ToUpper(name)
	}
	return name
}

// SameName reports whether two stored names are the same identifier.
func (d *Dialect) SameName(a, b string) bool {
	if d.Case == Preserve {
		return foldASCII(a) == foldASCII(b)
	}
	return a == b
}

// SameRelation reports whether a and b are one relation, whatever their kinds.
func (d *Dialect) SameRelation(a, b Relation) bool {
	return d.Key(a) == d.Key(b)
}

// Key returns r in a form that is equal for two relations exactly when they
// are the same, to be used as a map key.
func (d *Dialect) Key(r Relation) Relation {
	r.Kind = Unknown
	if d.Case == Preserve {
		r.Database, r.Schema, r.Name = foldASCII(r.Database), foldASCII(r.Schema), foldASCII(r.Name)
	}
	return r
}

// DropSQL drops a relation of known kind if it exists, with its dependents
// where the warehouse would otherwise refuse.
func (d *Dialect) DropSQL(r Relation) string {
	sql := "drop " + r.Kind.Keyword() + " if exists " + d.Render(r)
	if d.DropCascade {
		sql += " cascade"
	}
	return sql
}

// RenameSQL renames a relation of known kind within its schema.
func (d *Dialect) RenameSQL(r Relation, name string) string {
	return "alter " + r.Kind.Keyword() + " " + d.Render(r) + " rename to " + d.Quote(name)
}

// foldASCII lowers A to Z only: that is how DuckDB compares identifiers.
func foldASCII(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}
