package duckdb

import (
	"context"
	"errors"
	"strings"
	"testing"

	driver "github.com/duckdb/duckdb-go/v2"

	"mdl/adapters"
)

// explainError is what a raw message of DuckDB becomes.
func explainError(sql, raw string) *adapters.QueryError {
	return (&Adapter{}).queryError(context.Background(), sql, &driver.Error{Msg: raw})
}

func TestQueryErrorOfText(t *testing.T) {
	for _, c := range []struct {
		name, sql, raw, message, hint string
		offset                        int
		kind                          adapters.ErrorKind
	}{
		{
			name: "excerpt", sql: "select 1;\nselect 'é', nope from t",
			raw:     "Binder Error: Referenced column \"nope\" not found in FROM clause!\nCandidate bindings: \"nopes\"\n\nLINE 2: select 'é', nope from t\n                    ^",
			message: `Referenced column "nope" not found in FROM clause`, hint: `closest names: "nopes"`,
			offset: 23, kind: adapters.NotFound,
		},
		{
			name: "excerpt that is cut", sql: strings.Repeat(" ", 200) + "x",
			raw:     "Parser Error: syntax error at or near \"x\"\n\nLINE 1: ...   x\n              ^",
			message: `syntax error at or near "x"`, offset: -1, kind: adapters.Syntax,
		},
		{
			name: "excerpt beyond the text", sql: "select 1",
			raw:     "Parser Error: syntax error\n\nLINE 7: x\n        ^",
			message: "syntax error", offset: -1, kind: adapters.Syntax,
		},
		{
			name: "LINE in a message", sql: "select 1",
			raw:     "Invalid Input Error: cannot read\nLINE 3: of the file",
			message: "cannot read\nLINE 3: of the file", offset: -1, kind: adapters.Other,
		},
		{
			name: "no prefix", sql: "x", raw: "something else", message: "something else", offset: -1,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			q := explainError(c.sql, c.raw)
			if q.Message != c.message || q.Hint != c.hint || q.Offset != c.offset || q.Kind != c.kind {
				t.Errorf("%+v", q)
			}
		})
	}
}

func TestOffsetOnlyWhereItFits(t *testing.T) {
	missing := func(position, name string) string {
		return `{"exception_type":"Binder","exception_message":"m","error_subtype":"COLUMN_NOT_FOUND","position":"` + position + `","name":"` + name + `"}`
	}
	for _, c := range []struct {
		sql, raw string
		want     int
	}{
		{"select b from v", missing("7", "b"), 7},
		{"select x.B from v", missing("7", "b"), 7},
		{`select "X y"."b c" from v`, missing("7", "b c"), 7},
		{`select "a""b" from v`, missing("7", `a\"b`), 7},
		{"select * from s.t", missing("14", "s.t"), 14},
		{"select * from db.s.t", missing("14", "s.t"), 14},
		{"select bcd from v", missing("7", "cd"), -1},
		{"select bcd from v", missing("7", "b"), -1},
		{"select -> from v", missing("7", "->"), 7},
		{"select 1 as x, * from v", missing("8", "b"), -1},  // inside a word
		{"select 1 as x, * from v", missing("7", "b"), -1},  // of a view's text
		{"select 1 as x, * from v", missing("99", "b"), -1}, // beyond the text
		{"select 1", missing("-4", "b"), -1},
		{"select 1", missing("x", "b"), -1},
		{"select 'x'::int", `{"exception_type":"Conversion","exception_message":"m","position":"10"}`, 10},
		{"select a, bcd from v", `{"exception_type":"Conversion","exception_message":"m","position":"11"}`, -1},
	} {
		if got := explainError(c.sql, c.raw).Offset; got != c.want {
			t.Errorf("offset in %q of %s: %d, want %d", c.sql, c.raw, got, c.want)
		}
	}
}

func TestKinds(t *testing.T) {
	for raw, want := range map[string]adapters.ErrorKind{
		"TransactionContext Error: Catalog write-write conflict on create with \"s\"":                                              adapters.Transient,
		"TransactionContext Error: Conflict on update!":                                                                            adapters.Transient,
		"TransactionContext Error: Failed to commit: Attempting to modify table x but another transaction has altered this table":  adapters.Transient,
		"TransactionContext Error: Failed to commit: PRIMARY KEY or UNIQUE constraint violation: duplicate key \"1\"":              adapters.Constraint,
		"TransactionContext Error: cannot commit - no transaction is active":                                                       adapters.Other,
		"Invalid Input Error: Cannot execute statement of type \"CREATE\" on database \"my\" which is attached in read-only mode!": adapters.ReadOnly,
		`{"exception_type":"IO","exception_message":"Could not write file \"/x\"","errno":"28"}`:                                   adapters.DiskFull,
		`{"exception_type":"IO","exception_message":"Cannot open file \"/x\"","errno":"30"}`:                                       adapters.ReadOnly,
		"FATAL Error: Failed: database has been invalidated because of a previous fatal error: No space left on device":            adapters.DiskFull,
		"Out of Memory Error: failed to allocate data of size 128.0 KiB (19.0 MiB/19.0 MiB used)":                                  adapters.Memory,
		"INTERNAL Error: Attempted to access index 3":                                                                              adapters.Internal,
		"INTERRUPT Error: Interrupted!":                                                                                                adapters.Cancelled,
		"Constraint Error: NOT NULL constraint failed: k.a":                                                                            adapters.Constraint,
		"HTTP Error: HTTP GET error on 'https://h/x.parquet' (HTTP 503)":                                                               adapters.Transient,
		"HTTP Error: Unable to connect to URL":                                                                                         adapters.Connection,
		"Permission Error: file system operations are disabled by configuration":                                                       adapters.Permission,
		"Binder Error: Cannot compare values of type VARCHAR and type INTEGER - an explicit cast is required":                          adapters.TypeMismatch,
		"Catalog Error: Table with name \"customers\" already exists!":                                                                 adapters.Other,
		"Catalog Error: Existing object tt is of type Table, trying to drop type View":                                                 adapters.Other,
		"Binder Error: Catalog \"nodb\" does not exist!":                                                                               adapters.NotFound,
		"Binder Error: column \"s\" must appear in the GROUP BY clause or must be part of an aggregate function.":                      adapters.Syntax,
		"IO Error: Could not set lock on file \"/x\": Conflicting lock is held in /usr/bin/python (PID 1)":                             adapters.Locked,
		"Extension Autoloading Error: An error occurred while trying to automatically install the required extension 'httpfs':\nnot..": adapters.NotFound,
	} {
		if got := explainError("", raw).Kind; got != want {
			t.Errorf("%s: kind %v, want %v", raw, got, want)
		}
	}
}

func TestHints(t *testing.T) {
	for _, c := range []struct{ raw, message, hint string }{
		{"Catalog Error: Table with name customer does not exist!\nDid you mean \"customers\"?", "Table with name customer does not exist", `did you mean "customers"?`},
		{"Catalog Error: Table with name missing_tbl does not exist!\nDid you mean \"pragma_database_list\"?", "Table with name missing_tbl does not exist", ""},
		{"Binder Error: Table \"tt\" does not have a column named \"nope\"\n\nCandidate bindings: : \"s\"", `Table "tt" does not have a column named "nope"`, `closest names: "s"`},
		{"Binder Error: Referenced update column zz not found in table!\n\nDid you mean: \"s\"", "Referenced update column zz not found in table", `did you mean "s"?`},
		{"Binder Error: No function matches 'upper(A)'. You might need casts.\n\tCandidate functions:\n\tupper(VARCHAR) -> VARCHAR\n", "No function matches 'upper(A)'. You might need casts.", "known forms:\nupper(VARCHAR) -> VARCHAR"},
		{`{"exception_type":"Catalog","exception_message":"unrecognized configuration parameter \"x\"\n\nDid you mean: \"schema\"","error_subtype":"MISSING_ENTRY","type":"configuration parameter","name":"x"}`, `unrecognized configuration parameter "x"`, ""},
		{"IO Error: Extension \"/e/spatial.duckdb_extension\" not found.\nExtension \"spatial\" is an existing extension.\n\nInstall it first using \"INSTALL spatial\".", `extension "spatial" is not installed in /e`, installHint("spatial", "")},
		{"Catalog Error: Scalar Function with name \"st_point\" is not in the catalog, but it exists in the spatial extension.\n\nPlease try installing and loading the spatial extension:\nINSTALL spatial;\nLOAD spatial;", `Scalar Function with name "st_point" is not in the catalog, but it exists in the spatial extension.`, "add \"spatial\" to `extensions` in the profile"},
	} {
		q := explainError("", c.raw)
		if q.Message != c.message || q.Hint != c.hint {
			t.Errorf("%s\nmessage %q\nhint %q", c.raw, q.Message, q.Hint)
		}
	}
}

func TestCancelledCarriesTheCause(t *testing.T) {
	reason := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(reason)
	q := (&Adapter{}).queryError(ctx, "x", errors.New("whatever"))
	if q.Kind != adapters.Cancelled || !errors.Is(q, reason) {
		t.Errorf("%+v", q)
	}
}

func FuzzQueryError(f *testing.F) {
	f.Add("select nope", "Binder Error: no\nCandidate bindings: \"a\"\n\nLINE 1: select nope\n               ^")
	f.Add("select 1", `{"exception_type":"Parser","exception_message":"m","error_subtype":"SYNTAX_ERROR","position":"3"}`)
	f.Add("é", "\nLINE 1: é\n        ^")
	f.Add("", "Did you mean\nCandidate tables\nINSTALL ")
	f.Fuzz(func(t *testing.T, sql, raw string) {
		if q := explainError(sql, raw); q.Offset < -1 || q.Offset > len(sql) {
			t.Errorf("offset %d in %q", q.Offset, sql)
		}
	})
}
