package scope

import (
	"bufio"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"mdl/adapters"
)

// fakeWarehouse is the database of testdata/gen.py: the tables of its set-up,
// and the rows of every query that the templates run, recorded from DuckDB.
type fakeWarehouse struct {
	queries map[string]recorded
	log     []string
}

type recorded struct {
	SQL     string
	Error   bool
	Columns [][2]string
	Rows    [][]json.RawMessage
}

var fakeCatalog = []struct {
	rel  adapters.Relation
	cols []adapters.Column
}{
	{adapters.Relation{Database: "wh", Schema: "main", Name: "t1", Kind: adapters.Table}, []adapters.Column{
		{Name: "id", Type: "INTEGER"}, {Name: "name", Type: "VARCHAR"}, {Name: "amt", Type: "DECIMAL(10,2)"},
		{Name: "d", Type: "DATE"}, {Name: "ok", Type: "BOOLEAN"}, {Name: "st", Type: "STRUCT(a INTEGER, b VARCHAR)"}}},
	{adapters.Relation{Database: "wh", Schema: "main", Name: "v1", Kind: adapters.View}, []adapters.Column{{Name: "id", Type: "INTEGER"}}},
	{adapters.Relation{Database: "wh", Schema: "other", Name: "t2", Kind: adapters.Table}, []adapters.Column{
		{Name: "id", Type: "INTEGER"}, {Name: "extra", Type: "VARCHAR"}, {Name: "Mixed Case", Type: "DOUBLE"}}},
}

func newFake(t testing.TB) *fakeWarehouse {
	t.Helper()
	f := &fakeWarehouse{queries: map[string]recorded{}}
	readLines(t, "testdata/queries.jsonl", func(line []byte) error {
		var q recorded
		if err := json.Unmarshal(line, &q); err != nil {
			return err
		}
		f.queries[q.SQL] = q
		return nil
	})
	return f
}

func readLines(t testing.TB, name string, each func(line []byte) error) {
	t.Helper()
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	scan := bufio.NewScanner(file)
	scan.Buffer(nil, 1<<20)
	for scan.Scan() {
		if err := each(scan.Bytes()); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	if err := scan.Err(); err != nil {
		t.Fatal(err)
	}
}

func (f *fakeWarehouse) Query(_ context.Context, sql string, limit int) (*adapters.Rows, error) {
	q, ok := f.queries[strings.TrimSpace(sql)]
	if !ok || q.Error {
		return nil, &adapters.QueryError{SQL: sql, Offset: -1, Message: "the query fails"}
	}
	rows := &adapters.Rows{}
	for _, c := range q.Columns {
		rows.Columns = append(rows.Columns, adapters.Column{Name: c[0], Type: c[1]})
	}
	for i, row := range q.Rows {
		if limit > 0 && i == limit {
			break
		}
		cells := make([]any, len(row))
		for c, raw := range row {
			v, err := decode(raw)
			if err != nil {
				return nil, err
			}
			cells[c] = v
		}
		rows.Values = append(rows.Values, cells)
	}
	return rows, nil
}

// decode reads a value as gen.py writes it.
func decode(raw json.RawMessage) (any, error) {
	var plain any
	if err := json.Unmarshal(raw, &plain); err != nil {
		return nil, err
	}
	if _, tagged := plain.(map[string]any); !tagged {
		return plain, nil // null, true, false
	}
	var tags map[string]json.RawMessage
	if err := json.Unmarshal(raw, &tags); err != nil {
		return nil, err
	}
	for _, tag := range []string{"list", "struct", "map", "interval"} {
		if inner, ok := tags[tag]; ok {
			return decodeNested(tag, inner)
		}
	}
	offset := 0
	if o, ok := tags["offset"]; ok {
		offset, _ = strconv.Atoi(string(o))
		delete(tags, "offset")
	}
	for tag, inner := range tags {
		var text string
		if err := json.Unmarshal(inner, &text); err != nil {
			return nil, err
		}
		return decodeText(tag, text, offset)
	}
	return nil, errors.New("an empty value")
}

func decodeNested(tag string, raw json.RawMessage) (any, error) {
	if tag == "interval" {
		var parts [2]int64
		err := json.Unmarshal(raw, &parts)
		return adapters.Interval{Days: int32(parts[0]), Micros: parts[1]}, err
	}
	if tag == "list" {
		var items []json.RawMessage
		if err := json.Unmarshal(raw, &items); err != nil {
			return nil, err
		}
		out := make([]any, len(items))
		for i, item := range items {
			v, err := decode(item)
			if err != nil {
				return nil, err
			}
			out[i] = v
		}
		return out, nil
	}
	var pairs [][2]json.RawMessage
	if err := json.Unmarshal(raw, &pairs); err != nil {
		return nil, err
	}
	var st adapters.Struct
	var m adapters.Map
	for _, p := range pairs {
		k, err := decode(p[0])
		if err != nil {
			return nil, err
		}
		v, err := decode(p[1])
		if err != nil {
			return nil, err
		}
		m = append(m, adapters.Entry{Key: k, Value: v})
		st = append(st, adapters.Field{Name: fmt.Sprint(k), Value: v})
	}
	if tag == "map" {
		return m, nil
	}
	return st, nil
}

func decodeText(tag, text string, offset int) (any, error) {
	clock := func(kind adapters.TimeKind, layout string) (any, error) {
		t, err := time.Parse(layout, text)
		return adapters.Time{Kind: kind, T: t, Offset: offset}, err
	}
	switch tag {
	case "int":
		n, ok := new(big.Int).SetString(text, 10)
		if !ok {
			return nil, fmt.Errorf("%q is no int", text)
		}
		if n.IsInt64() {
			return n.Int64(), nil
		}
		return n, nil
	case "float":
		return strconv.ParseFloat(text, 64)
	case "decimal":
		return adapters.Decimal(text), nil
	case "text":
		return text, nil
	case "blob":
		return hex.DecodeString(text)
	case "timestamp":
		return clock(adapters.Timestamp, "2006-01-02T15:04:05.999999")
	case "timestamptz":
		return clock(adapters.TimestampTZ, "2006-01-02T15:04:05.999999")
	case "date":
		return clock(adapters.Date, "2006-01-02")
	case "time":
		return clock(adapters.TimeOfDay, "15:04:05.999999")
	case "timetz":
		return clock(adapters.TimeOfDayTZ, "15:04:05.999999")
	}
	return nil, fmt.Errorf("unknown tag %q", tag)
}

func (f *fakeWarehouse) Exec(ctx context.Context, sql string, begin bool) (adapters.Outcome, error) {
	f.log = append(f.log, strings.TrimSpace(sql))
	if strings.HasPrefix(strings.TrimSpace(sql), "selec ") {
		return adapters.Outcome{}, &adapters.QueryError{SQL: sql, Kind: adapters.Syntax, Message: "the query fails"}
	}
	return adapters.Outcome{RowsAffected: -1}, nil
}

func (f *fakeWarehouse) Commit(context.Context) error { f.log = append(f.log, "commit"); return nil }

func (f *fakeWarehouse) Describe(_ context.Context, sql string) ([]adapters.Column, error) {
	return []adapters.Column{{Name: "a", Type: "INTEGER"}, {Name: "b", Type: "VARCHAR"},
		{Name: "c", Type: "STRUCT(p INTEGER, q VARCHAR)"}}, nil
}

func (f *fakeWarehouse) Relations(_ context.Context, in adapters.Namespace) ([]adapters.Relation, error) {
	var out []adapters.Relation
	for _, e := range fakeCatalog {
		if e.rel.Namespace() == in {
			out = append(out, e.rel)
		}
	}
	return out, nil
}

func (f *fakeWarehouse) RelationsUncached(ctx context.Context, in adapters.Namespace) ([]adapters.Relation, error) {
	return f.Relations(ctx, in)
}

func (f *fakeWarehouse) Columns(_ context.Context, rel adapters.Relation) ([]adapters.Column, error) {
	for _, e := range fakeCatalog {
		if e.rel.Namespace() == rel.Namespace() && e.rel.Name == rel.Name {
			return e.cols, nil
		}
	}
	return nil, nil
}

func (f *fakeWarehouse) SchemaExists(_ context.Context, in adapters.Namespace) (bool, error) {
	return in.Database == "wh" && (in.Schema == "main" || in.Schema == "other"), nil
}

func (f *fakeWarehouse) say(what string, rels ...adapters.Relation) error {
	for _, r := range rels {
		what += " " + r.Schema + "." + r.Name
	}
	f.log = append(f.log, what)
	return nil
}

func (f *fakeWarehouse) CreateSchema(_ context.Context, in adapters.Namespace) error {
	return f.say("create schema " + in.Schema)
}

func (f *fakeWarehouse) DropSchema(_ context.Context, in adapters.Namespace) error {
	return f.say("drop schema " + in.Schema)
}

func (f *fakeWarehouse) Drop(_ context.Context, rel adapters.Relation) error {
	return f.say("drop", rel)
}

func (f *fakeWarehouse) Rename(_ context.Context, from, to adapters.Relation) error {
	return f.say("rename", from, to)
}

func (f *fakeWarehouse) Truncate(_ context.Context, rel adapters.Relation) error {
	return f.say("truncate", rel)
}

func (f *fakeWarehouse) Added(rel adapters.Relation)        { _ = f.say("added", rel) }
func (f *fakeWarehouse) Dropped(rel adapters.Relation)      { _ = f.say("dropped", rel) }
func (f *fakeWarehouse) Renamed(from, to adapters.Relation) { _ = f.say("renamed", from, to) }

func (f *fakeWarehouse) Dialect() *adapters.Dialect {
	return &adapters.Dialect{Name: "duckdb", QuoteChar: `"`}
}
