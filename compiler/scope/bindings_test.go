package scope

import (
	"testing"
	"time"

	"mdl/adapters"
	"mdl/compiler/jinja/pymod"
	"mdl/compiler/jinja/value"
)

func TestBindValues(t *testing.T) {
	d := &adapters.Dialect{QuoteChar: `"`}
	at := value.DateTimeIn(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), pymod.UTC)
	for _, c := range []struct {
		sql    string
		values []value.Value
		want   string
	}{
		{"insert into t values (?, ?,?)", []value.Value{value.Int(1), value.Str("it's"), value.None}, "insert into t values (1, 'it''s',null)"},
		{"values (%s, %s)", []value.Value{value.True, value.Float(1.5)}, "values (true, 1.5)"},
		{`select '?', "a?", ? -- ?` + "\n/* %s */", []value.Value{value.False}, `select '?', "a?", false -- ?` + "\n/* %s */"},
		{"select 'it''s ?', ?", []value.Value{at}, "select 'it''s ?', '2026-01-02 03:04:05+00:00'"},
		{"select '", nil, "select '"},
		{"", nil, ""},
	} {
		got, err := bindValues(d, c.sql, c.values)
		if err != nil || got != c.want {
			t.Errorf("%s: %q, %v, want %q", c.sql, got, err, c.want)
		}
	}
	if _, err := bindValues(d, "values (?)", nil); err == nil || err.Error() != "adapter.add_query was given 0 bindings for a statement with 1 places" {
		t.Error(err)
	}
}

func FuzzBindValues(f *testing.F) {
	f.Add("select '?', ?, %s -- ?", "it's")
	f.Add("/* ? */ \"", "x")
	d := &adapters.Dialect{QuoteChar: `"`}
	f.Fuzz(func(t *testing.T, sql, text string) {
		none, err := bindValues(d, sql, nil)
		if err == nil && none != sql {
			t.Errorf("%q became %q", sql, none)
		}
		one, err := bindValues(d, sql+" ?", []value.Value{value.Str(text)})
		if err == nil && none == sql && one != sql+" "+d.Literal(text) && one != sql+" ?" {
			t.Errorf("%q with %q became %q", sql+" ?", text, one)
		}
	})
}
