package postgres

import (
	"context"
	"fmt"
	"math"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"mdl/adapters"
	"mdl/adapters/adaptertest"
)

// server returns the profile of the test server; tests without one are skipped.
func server(t *testing.T) map[string]any {
	t.Helper()
	text := os.Getenv("MDL_TEST_POSTGRES")
	if text == "" {
		t.Skip("MDL_TEST_POSTGRES names no server")
	}
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	port, _ := strconv.Atoi(u.Port())
	password, _ := u.User.Password()
	return map[string]any{
		"type": "postgres", "host": u.Hostname(), "port": port, "user": u.User.Username(), "password": password,
		"dbname": strings.TrimPrefix(u.Path, "/"), "schema": "public", "threads": 4, "retries": 0,
	}
}

// open returns an adapter for a profile.
func open(t *testing.T, raw map[string]any) *Adapter {
	t.Helper()
	cfg, err := ParseConfig(raw)
	if err != nil {
		t.Fatal(err)
	}
	a, err := Open(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// connect returns a connection, closed at the end of the test.
func connect(t *testing.T, a *Adapter) *conn {
	t.Helper()
	c, err := a.Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c.(*conn)
}

func mustExec(t *testing.T, c adapters.Conn, sql string) {
	t.Helper()
	if _, err := c.Exec(context.WithoutCancel(t.Context()), sql); err != nil {
		t.Fatalf("%s\n%v", sql, err)
	}
}

// fresh returns the profile of a database of its own.
func fresh(t *testing.T) map[string]any {
	t.Helper()
	profile := server(t)
	admin := connect(t, open(t, profile))
	name := fmt.Sprintf("mdl_%d_%d", os.Getpid(), time.Now().UnixNano())
	mustExec(t, admin, "create database "+name)
	t.Cleanup(func() { mustExec(t, admin, "drop database "+name+" with (force)") })
	profile["dbname"] = name
	return profile
}

func TestConformance(t *testing.T) {
	profile := fresh(t)
	adaptertest.Run(t, adaptertest.Suite{
		Home: adapters.Namespace{Database: profile["dbname"].(string), Schema: "home"},
		Open: func(t *testing.T) adapters.Adapter {
			a := open(t, profile)
			mustExec(t, connect(t, a), "drop schema if exists home cascade; drop schema if exists other_schema cascade; create schema home")
			return a
		},
		Slow:        "select count(*) as n from pg_sleep(600)",
		Integer:     "integer",
		Text:        "text",
		ReadersWait: true,
		Bad:         badStatements,
		Values:      values(),
	})
}

var badStatements = []adaptertest.Bad{
	{SQL: "selct 1", Kind: adapters.Syntax, At: "selct"},
	{SQL: "select (1", Kind: adapters.Syntax, At: adaptertest.End},
	{SQL: "select 'abc", Kind: adapters.Syntax, At: "'abc"},
	{SQL: "select nope", Kind: adapters.NotFound, At: "nope"},
	{SQL: "select 'é', custmer_id from (select 1 as customer_id) x", Kind: adapters.NotFound, At: "custmer_id", Hint: `"x.customer_id"`},
	{SQL: "select * from no_such_table", Kind: adapters.NotFound, At: "no_such_table"},
	{SQL: "select * from no_schema.t", Kind: adapters.NotFound, At: "no_schema"},
	{SQL: "select nosuchfn(1)", Kind: adapters.NotFound, At: "nosuchfn", Hint: "type casts"},
	{SQL: "drop table no_such_table", Kind: adapters.NotFound},
	{SQL: "select 1, 'x'::int", Kind: adapters.TypeMismatch, At: "'x'::int"},
	{SQL: "select date '2020-13-45'", Kind: adapters.Other, At: "'2020"},
	{SQL: "select 1/0", Kind: adapters.Other},
	{SQL: "select a, count(*) from (select 1 as a) x", Kind: adapters.Syntax, At: "a, count"},
	{SQL: "create temp table k (a int primary key); insert into k values (1), (1)", Kind: adapters.Constraint},
	{SQL: "set statement_timeout = 20; select pg_sleep(60)", Kind: adapters.Other, Hint: "raise statement_timeout"},
	{SQL: "select 'a\x00b'", Kind: adapters.Syntax, At: "\x00"},
	{SQL: "do $$ begin raise exception 'boom'; end $$", Kind: adapters.Other},
	{SQL: "set no_such_setting = 1", Kind: adapters.NotFound},
}

func values() []adaptertest.Value {
	day := time.Date(2020, 1, 2, 0, 0, 0, 0, time.UTC)
	at := time.Date(2020, 1, 2, 3, 4, 5, 123456000, time.UTC)
	hour := time.Date(1, 1, 1, 3, 4, 5, 500000000, time.UTC)
	return []adaptertest.Value{
		{SQL: "null", Type: "text", Want: nil},
		{SQL: "true", Type: "boolean", Want: true},
		{SQL: "(-8)::smallint", Type: "smallint", Want: int64(-8)},
		{SQL: "9223372036854775807", Type: "bigint", Want: int64(math.MaxInt64)},
		{SQL: "sum(1)", Type: "bigint", Want: int64(1)},
		{SQL: "1.5::real", Type: "real", Want: 1.5},
		{SQL: "0.1::float8", Type: "double precision", Want: 0.1},
		{SQL: "'-inf'::float8", Type: "double precision", Want: math.Inf(-1)},
		{SQL: "1.50", Type: "numeric", Want: adapters.Decimal("1.50")},
		{SQL: "-0.05::numeric(18,2)", Type: "numeric", Want: adapters.Decimal("-0.05")},
		{SQL: "cast(-0.05 as numeric(18,2))", Type: "numeric(18,2)", Want: adapters.Decimal("-0.05")},
		{SQL: "'é\n'::text", Type: "text", Want: "é\n"},
		{SQL: "'ab'::varchar(5)", Type: "character varying(5)", Want: "ab"},
		{SQL: "''", Type: "text", Want: ""},
		{SQL: `'\xAA00'::bytea`, Type: "bytea", Want: []byte{0xaa, 0}},
		{SQL: "'10110'::bit(5)", Type: "bit(5)", Want: "10110"},
		{SQL: "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid", Type: "uuid", Want: "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"},
		{SQL: `'{"z":1.10,  "a":[1]}'::json`, Type: "json", Want: `{"z":1.10,  "a":[1]}`},
		{SQL: "date '2020-01-02'", Type: "date", Want: adapters.Time{Kind: adapters.Date, T: day}},
		{SQL: "'infinity'::date", Type: "date", Want: "infinity"},
		{SQL: "timestamp '2020-01-02 03:04:05.123456'", Type: "timestamp without time zone", Want: adapters.Time{Kind: adapters.Timestamp, T: at}},
		{SQL: "'0044-03-15 00:00:00 BC'::timestamp", Type: "timestamp without time zone", Want: "0044-03-15 00:00:00 BC"},
		{SQL: "timestamptz '2020-01-02 05:04:05.123456+02'", Type: "timestamp with time zone", Want: adapters.Time{Kind: adapters.TimestampTZ, T: at}},
		{SQL: "time '03:04:05.5'", Type: "time without time zone", Want: adapters.Time{Kind: adapters.TimeOfDay, T: hour}},
		{SQL: "timetz '03:04:05.5-01:30'", Type: "time with time zone", Want: adapters.Time{Kind: adapters.TimeOfDayTZ, T: hour, Offset: -5400}},
		{SQL: "interval '1 year 2 days -3.5 seconds'", Type: "interval", Want: adapters.Interval{Months: 12, Days: 2, Micros: -3_500_000}},
		{SQL: "interval '-1 mon 100:00:00'", Type: "interval", Want: adapters.Interval{Months: -1, Micros: 360_000_000_000}},
		{SQL: "array[1, null]", Type: "integer[]", Want: []any{int64(1), nil}},
		{SQL: `array['a"b', 'c,d', '', 'NULL', null, 'x\y']`, Type: "text[]", Want: []any{`a"b`, "c,d", "", "NULL", nil, `x\y`}},
		{SQL: "array[[1, 2], [3, 4]]", Type: "integer[]", Want: []any{[]any{int64(1), int64(2)}, []any{int64(3), int64(4)}}},
		{SQL: "'{}'::date[]", Type: "date[]", Want: []any{}},
		{SQL: "'[0:1]={1,2}'::int[]", Type: "integer[]", Want: []any{int64(1), int64(2)}},
		{SQL: "row(1, 'a')", Type: "record", Want: "(1,a)"},
	}
}
