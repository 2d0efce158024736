package duckdb

import "mdl/adapters"

// NewDialect returns what is particular to the SQL of DuckDB 1.5.
//
// What a transaction of DuckDB 1.5.5 can hold was found by experiment; the
// tests of this package keep it true.
//
// Works inside one transaction, and is undone by a rollback:
//   - create, drop, rename, comment, create schema, create index, truncate;
//   - creating x__tmp, dropping x (a table with indexes, keys or dependent
//     views, or a view) and renaming x__tmp to x; the same twice; renaming x
//     away first. Views that read x see the new one; an index name of the
//     dropped table is free at once;
//   - altering a table (several columns) and then inserting into it, deleting
//     from it or renaming it;
//   - deleting a row and inserting one with the same key;
//   - two connections that do such things to different tables of one schema at
//     the same time: both commit.
//
// Does not work:
//   - renaming, or dropping a column of, a table that has an index (a primary
//     key is no obstacle): create indexes after the rename. Drop works;
//   - update or delete rows and then alter the columns of the same table:
//     commit fails, with the words of a conflict, however often it is tried;
//   - dropping a table that another one's foreign key refers to, even with
//     cascade;
//   - create or replace across kinds (a view over a table): drop first;
//   - writing to two attached databases; temporary tables are free;
//   - a second `create schema if not exists` of the same name, or creating the
//     same table, while another transaction has an uncommitted one: Transient.
//     So are update or delete of one row by two transactions, and inserting
//     into a table that was altered meanwhile.
//
// A statement that fails while running (a constraint, a cast, an interrupt)
// aborts its transaction, one that fails while being bound does not. DuckDB
// answers a commit of an aborted transaction with success and rolls back;
// Conn.Commit reports that as an error. merge takes several source rows for
// one target row without an error and keeps any of them.
func NewDialect() *adapters.Dialect {
	return &adapters.Dialect{
		Name:      "duckdb",
		QuoteChar: `"`,
		Case:      adapters.Preserve,
		Types: adapters.TypeNames{
			String:    "TEXT",
			Int:       "integer",
			BigInt:    "bigint",
			Float:     "float",
			Numeric:   "numeric(28,6)",
			Boolean:   "boolean",
			Timestamp: "timestamp",
			Date:      "date",
			Time:      "time",
			Seed: adapters.SeedTypes{
				Text:      "text",
				Integer:   "integer",
				Number:    "float8",
				Boolean:   "boolean",
				Timestamp: "timestamp without time zone",
				Date:      "date",
				Time:      "time",
			},
		},
		Now:            "now()::timestamp",
		RowID:          "rowid",
		SingleWriter:   true,
		ReplaceTable:   true,
		ReplaceView:    true,
		Merge:          true,
		DropCascade:    true,
		Files:          true,
		TableFunctions: true,
	}
}
