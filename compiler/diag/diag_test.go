package diag

import (
	"strings"
	"testing"
)

func TestPosition(t *testing.T) {
	f := NewFile("a.sql", "é1\r\nab\n")
	for _, c := range []struct{ off, line, col int }{{0, 1, 1}, {2, 1, 2}, {5, 2, 1}, {6, 2, 2}, {8, 3, 1}, {99, 3, 1}, {-1, 1, 1}} {
		if l, col := f.Position(c.off); l != c.line || col != c.col {
			t.Errorf("Position(%d) = %d:%d, want %d:%d", c.off, l, col, c.line, c.col)
		}
	}
	if got := f.Line(1); got != "é1" {
		t.Errorf("Line(1) = %q", got)
	}
	if off := f.Offset(2, 2); off != 6 {
		t.Errorf("Offset(2,2) = %d", off)
	}
}

func TestRender(t *testing.T) {
	f := NewFile("models/a.sql", "select\n    statsu,\nfrom x")
	d := Errorf("E210", Span{f, 11, 17}, "column %q not found", "statsu").WithHint("%s", DidYouMean("statsu", []string{"status", "state"}))
	d.Frames = []Frame{{"macro m", Span{f, 18, 22}}}
	var b strings.Builder
	Render(&b, d, Style{})
	want := `models/a.sql:2:5: error E210: column "statsu" not found
   1 | select
   2 >     statsu,
     |     ^^^^^^
  called in macro m
    at models/a.sql:2:12
  hint: did you mean "status"?
`
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
}

func TestSuggest(t *testing.T) {
	for _, c := range []struct {
		name, want string
		from       []string
	}{
		{"stg_custmers", "stg_customers", []string{"stg_orders", "stg_customers"}},
		{"xyz", "", []string{"stg_orders"}},
		{"materalized", "materialized", []string{"materialized", "tags"}},
		{"dim_ordres", "dim_orders", []string{"dim_orders", "fct_orders"}},
	} {
		if got := Suggest(c.name, c.from); got != c.want {
			t.Errorf("Suggest(%q) = %q, want %q", c.name, got, c.want)
		}
	}
}

func FuzzRender(f *testing.F) {
	f.Add("a\tb\nc", 1, 9)
	f.Fuzz(func(t *testing.T, text string, start, end int) {
		var b strings.Builder
		Render(&b, Errorf("E1", Span{NewFile("f", text), start, end}, "x"), Style{Color: true})
		if !strings.Contains(b.String(), "E1") {
			t.Fatal("the headline is missing")
		}
	})
}
