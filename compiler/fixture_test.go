package compiler

import (
	"testing"

	"mdl/compiler/jinja/value"
)

func TestFixtures(t *testing.T) {
	row := func(v value.Value) value.Value { return dictOf("id", v) }
	for _, c := range []struct {
		name, want string
		in         *value.Dict
	}{
		{"csv", `{"rows": [{"id": "1", "n": "a,b"}, {"id": "2", "n": null}], "format": "csv", "fixture": null}`,
			dictOf("format", value.Str("csv"), "rows", value.Str("id,n\n1,\"a,b\"\n2,\n"))},
		{"full row first", `{"rows": [{"id": 2}, {"id": null}], "format": "dict", "fixture": null}`,
			dictOf("rows", value.NewList(row(value.None), row(value.Int(2))))},
		{"sql", `{"rows": "select 1", "format": "sql", "fixture": null}`, dictOf("format", value.Str("sql"), "rows", value.Str("select 1"))},
		{"no rows", `{"rows": null, "format": "csv", "fixture": "f"}`, dictOf("format", value.Str("csv"), "fixture", value.Str("f"))},
	} {
		got, err := value.ToJSON(fixtureDict(c.in, "rows", "format", "fixture"), value.JSONOptions{})
		if err != nil || got != c.want {
			t.Errorf("%s: %s %v\nwant %s", c.name, got, err, c.want)
		}
	}
}

func TestISODate(t *testing.T) {
	for _, c := range [][2]string{
		{"2090-01-02", "2090-01-02T00:00:00+00:00"},
		{"2090-01-02 10:00:00", "2090-01-02T10:00:00+00:00"},
		{"2090-01-02T10:00:00+02:00", "2090-01-02T10:00:00+02:00"},
		{"soon", "soon"}, {"", ""},
	} {
		if got := isoDate(c[0]); got != c[1] {
			t.Errorf("%q: %q, want %q", c[0], got, c[1])
		}
	}
}
