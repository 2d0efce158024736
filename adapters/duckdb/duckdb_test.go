package duckdb

import (
	"math"
	"math/big"
	"path/filepath"
	"testing"
	"time"

	"mdl/adapters"
	"mdl/adapters/adaptertest"
)

func TestConformance(t *testing.T) {
	adaptertest.Run(t, adaptertest.Suite{
		Open:    func(t *testing.T) adapters.Adapter { return open(t, filepath.Join(t.TempDir(), "dev.duckdb")) },
		Home:    adapters.Namespace{Database: "dev", Schema: "main"},
		Slow:    "select count(*) as n from range(1000000) a, range(1000000) b where hash(a.range) = hash(b.range) + 1",
		Integer: "INTEGER",
		Text:    "VARCHAR",
		Bad:     badStatements,
		Values:  values(),
	})
}

// open returns an adapter for a path, closed at the end of the test.
func open(t *testing.T, path string) *Adapter {
	t.Helper()
	return openConfig(t, map[string]any{"path": path})
}

func openConfig(t *testing.T, raw map[string]any) *Adapter {
	t.Helper()
	cfg, err := ParseConfig(raw)
	if err != nil {
		t.Fatal(err)
	}
	a, err := Open(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	return a
}

// connect returns a connection, closed at the end of the test.
func connect(t *testing.T, a *Adapter) adapters.Conn {
	t.Helper()
	c, err := a.Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func mustExec(t *testing.T, c adapters.Conn, sql string) {
	t.Helper()
	if _, err := c.Exec(t.Context(), sql); err != nil {
		t.Fatalf("%s\n%v", sql, err)
	}
}

// scalar returns the first value of a query.
func scalar(t *testing.T, c adapters.Conn, sql string) any {
	t.Helper()
	rows, err := c.Query(t.Context(), sql)
	if err != nil {
		t.Fatalf("%s\n%v", sql, err)
	}
	return rows.Values[0][0]
}

func TestEngineVersion(t *testing.T) {
	c := connect(t, open(t, ":memory:"))
	if got := scalar(t, c, "select version()"); got != "v1.5.5" {
		t.Errorf("the linked DuckDB is %v, want v1.5.5: are all duckdb-go modules pinned?", got)
	}
}

var badStatements = []adaptertest.Bad{
	{SQL: "selct 1", Kind: adapters.Syntax, At: "selct"},
	{SQL: "select (1", Kind: adapters.Syntax, At: adaptertest.End},
	{SQL: "select 'abc", Kind: adapters.Syntax, At: "'abc"},
	{SQL: "select ?", Kind: adapters.Syntax},
	{SQL: "select nope", Kind: adapters.NotFound, At: "nope"},
	{SQL: "select 'é', custmer_id from (select 1 as customer_id) x", Kind: adapters.NotFound, At: "custmer_id", Hint: `"customer_id"`},
	{SQL: "select x.\"No pe\" from (select 1 as \"Nopee\") x", Kind: adapters.NotFound, At: "x.\"No pe\""},
	{SQL: "select \"No pe\" from (select 1 as \"Nopee\") x", Kind: adapters.NotFound, At: "\"No pe\"", Hint: `closest names: "Nopee"`},
	{SQL: "select 1 as é, count(*) from no_such_table group by", Kind: adapters.Syntax, At: adaptertest.End},
	{SQL: "select 'é', * exclude (nope) from (select 1 as a) x", Kind: adapters.NotFound},
	{SQL: "select 'é' limit 1 limit 2", Kind: adapters.Syntax, At: "limit 2"},
	{SQL: "select 'é' as x order by 3", Kind: adapters.Syntax, At: "3"},
	{SQL: "select * from no_such_table", Kind: adapters.NotFound, At: "no_such_table"},
	{SQL: "select * from main.no_such_table", Kind: adapters.NotFound, At: "main.no"},
	{SQL: "select * from no_schema.t", Kind: adapters.NotFound, At: "no_schema"},
	{SQL: "select nosuchfn(1)", Kind: adapters.NotFound, At: "nosuchfn"},
	{SQL: "drop table no_such_table", Kind: adapters.NotFound},
	{SQL: "select upper(1, 2)", Kind: adapters.TypeMismatch, At: "upper", Hint: "upper(VARCHAR) -> VARCHAR"},
	{SQL: "select 1, 'x'::int", Kind: adapters.TypeMismatch, At: "::int"},
	{SQL: "select count(*) from (select 1 as a) x group by", Kind: adapters.Syntax, At: adaptertest.End},
	{SQL: "select a, count(*) from (select 1 as a) x", Kind: adapters.Syntax, At: "a, count"},
	{SQL: "create or replace temp table k (a int primary key); insert into k values (1), (1)", Kind: adapters.Constraint},
	{SQL: "select * from read_csv('/nowhere/x.csv')", Kind: adapters.NotFound, At: "read_csv"},
	{SQL: "copy (select * from range(100000)) to '/dev/full' (format csv)", Kind: adapters.DiskFull},
	{SQL: "select st_point(1, 2)", Kind: adapters.NotFound, Hint: `add "spatial" to`},
	{SQL: "load spatial", Kind: adapters.NotFound, Hint: `duckdb -c "install spatial"`},
	{SQL: "select 'a\x00b'", Kind: adapters.Syntax, At: "\x00"},
	{SQL: "select error('boom')", Kind: adapters.Other},
	{SQL: "set no_such_setting = 1", Kind: adapters.NotFound},
}

func values() []adaptertest.Value {
	huge, _ := new(big.Int).SetString("170141183460469231731687303715884105727", 10)
	day := time.Date(2020, 1, 2, 0, 0, 0, 0, time.UTC)
	at := time.Date(2020, 1, 2, 3, 4, 5, 123456000, time.UTC)
	clock := time.Date(1, 1, 1, 3, 4, 5, 500000000, time.UTC)
	return []adaptertest.Value{
		{SQL: "null", Type: "INTEGER", Want: nil},
		{SQL: "true", Type: "BOOLEAN", Want: true},
		{SQL: "(-8)::tinyint", Type: "TINYINT", Want: int64(-8)},
		{SQL: "4000000000::uinteger", Type: "UINTEGER", Want: int64(4000000000)},
		{SQL: "9223372036854775807", Type: "BIGINT", Want: int64(math.MaxInt64)},
		{SQL: "18446744073709551615::ubigint", Type: "UBIGINT", Want: new(big.Int).SetUint64(math.MaxUint64)},
		{SQL: "sum(1)", Type: "HUGEINT", Want: int64(1)},
		{SQL: huge.String() + "::hugeint", Type: "HUGEINT", Want: huge},
		{SQL: "1.5::float", Type: "FLOAT", Want: 1.5},
		{SQL: "0.1::double", Type: "DOUBLE", Want: 0.1},
		{SQL: "'-inf'::double", Type: "DOUBLE", Want: math.Inf(-1)},
		{SQL: "1.50", Type: "DECIMAL(3,2)", Want: adapters.Decimal("1.50")},
		{SQL: "-0.05::decimal(18,2)", Type: "DECIMAL(18,2)", Want: adapters.Decimal("-0.05")},
		{SQL: "0::decimal(4,3)", Type: "DECIMAL(4,3)", Want: adapters.Decimal("0.000")},
		{SQL: "7::decimal(38,0)", Type: "DECIMAL(38,0)", Want: adapters.Decimal("7")},
		{SQL: "'é\n'", Type: "VARCHAR", Want: "é\n"},
		{SQL: "''", Type: "VARCHAR", Want: ""},
		{SQL: "'\\xAA\\x00'::blob", Type: "BLOB", Want: []byte{0xaa, 0}},
		{SQL: "'x'::enum('x', 'y')", Type: "ENUM", Want: "x"},
		{SQL: "'10110'::bit", Type: "BIT", Want: "10110"},
		{SQL: "uuid 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'", Type: "UUID", Want: "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"},
		{SQL: `'{"z":1.10,  "a":[12345678901234567890]}'::json`, Type: "JSON", Want: `{"z":1.10,  "a":[12345678901234567890]}`},
		{SQL: "date '2020-01-02'", Type: "DATE", Want: adapters.Time{Kind: adapters.Date, T: day}},
		{SQL: "'infinity'::date", Type: "DATE", Want: "infinity"},
		{SQL: "'-infinity'::date", Type: "DATE", Want: "-infinity"},
		{SQL: "timestamp '2020-01-02 03:04:05.123456'", Type: "TIMESTAMP", Want: adapters.Time{Kind: adapters.Timestamp, T: at}},
		{SQL: "'infinity'::timestamp", Type: "TIMESTAMP", Want: "infinity"},
		{SQL: "'-infinity'::timestamptz", Type: "TIMESTAMP WITH TIME ZONE", Want: "-infinity"},
		{SQL: "timestamptz '2020-01-02 05:04:05.123456+02'", Type: "TIMESTAMP WITH TIME ZONE", Want: adapters.Time{Kind: adapters.TimestampTZ, T: at}},
		{SQL: "timestamp_ns '2020-01-02 03:04:05.123456'", Type: "TIMESTAMP_NS", Want: adapters.Time{Kind: adapters.Timestamp, T: at}},
		{SQL: "time '03:04:05.5'", Type: "TIME", Want: adapters.Time{Kind: adapters.TimeOfDay, T: clock}},
		{SQL: "timetz '03:04:05.5-01:30'", Type: "TIME WITH TIME ZONE", Want: adapters.Time{Kind: adapters.TimeOfDayTZ, T: clock, Offset: -5400}},
		{SQL: "interval '1 year 2 days 3 seconds'", Type: "INTERVAL", Want: adapters.Interval{Months: 12, Days: 2, Micros: 3e6}},
		{SQL: "[1, null]", Type: "INTEGER[]", Want: []any{int64(1), nil}},
		{SQL: "array_value(1, 2)", Type: "INTEGER[2]", Want: []any{int64(1), int64(2)}},
		{SQL: "[]", Type: "INTEGER[]", Want: []any{}},
		{SQL: "{'b': 1, 'a': [date '2020-01-02'], 'u': uuid 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'}",
			Type: `STRUCT("b" INTEGER, "a" DATE[], "u" UUID)`,
			Want: adapters.Struct{{Name: "b", Value: int64(1)}, {Name: "a", Value: []any{adapters.Time{Kind: adapters.Date, T: day}}},
				{Name: "u", Value: "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"}}},
		{SQL: "map {'k': 1.5, 'j': 2.5}", Type: "MAP(VARCHAR, DECIMAL(2,1))",
			Want: adapters.Map{{Key: "k", Value: adapters.Decimal("1.5")}, {Key: "j", Value: adapters.Decimal("2.5")}}},
		{SQL: "union_value(x := 1)", Type: `UNION("x" INTEGER)`, Want: int64(1)},
		{SQL: "42::variant", Type: "VARIANT", Want: "42"},
	}
}
