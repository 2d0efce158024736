package rowdiff

import (
	"strings"
	"testing"

	"mdl/adapters"
)

func TestSame(t *testing.T) {
	a := [][]any{{int64(1), "x"}, {nil, "y"}, {int64(1), "x"}}
	b := [][]any{{int64(1), "x"}, {int64(1), "x"}, {nil, "y"}}
	if d := Compare([]string{"a", "b"}, a, b); d != nil {
		t.Errorf("order must not matter: %v", d.Rows)
	}
	if d := Compare([]string{"a", "b"}, a, b[1:]); d == nil || len(d.Rows) != 1 || d.Rows[0].Actual != nil {
		t.Errorf("a row that is expected twice: %v", d)
	}
	if d := Compare([]string{"a"}, [][]any{{"NULL"}}, [][]any{{nil}}); d == nil {
		t.Error("the text NULL is no null")
	}
	if d := Compare([]string{"a"}, [][]any{{"a\nb"}}, [][]any{{`a\nb`}}); d == nil {
		t.Error("a line break is no backslash and n")
	}
	if d := Compare([]string{"a"}, [][]any{{adapters.Decimal("1.50")}}, [][]any{{adapters.Decimal("1.50")}}); d != nil {
		t.Error(d.Rows)
	}
}

func TestText(t *testing.T) {
	long := strings.Repeat("long ", 12)
	for _, c := range []struct {
		name             string
		columns          []string
		expected, actual [][]any
		width            int
		want             string
	}{
		{"marks", []string{"id", "n"}, [][]any{{int64(1), "a"}, {int64(9), "z"}, {int64(3), "c"}}, [][]any{{int64(3), "c"}, {int64(10), "y"}, {int64(1), "b"}}, 80, `
@@   id  n
→    1   a→b
---  9   z
+++  10  y
(1 row is the same)
`},
		{"nothing expected", []string{"id"}, nil, [][]any{{nil}, {""}}, 80, `
@@   id
+++  ''
+++  NULL
`},
		{"columns left out", []string{"id", "note", "n"}, [][]any{{int64(1), long, int64(2)}}, [][]any{{int64(1), long, int64(3)}}, 40, `
@@  id  n
→   1   2→3
(1 column is the same and left out)
`},
		{"blocks", []string{"id", "note", "n"}, [][]any{{int64(1), long, int64(2)}}, [][]any{{int64(1), long + "x", int64(2)}, {int64(2), "s", nil}}, 40, `
@@
→    id    1
     note  '` + long + `'→` + long + `x
+++  id    2
     note  s
     n     NULL
`},
	} {
		if got := "\n" + Compare(c.columns, c.expected, c.actual).Text(c.width); got != c.want {
			t.Errorf("%s:%s\nwant:%s", c.name, got, c.want)
		}
	}
}

func TestManyRows(t *testing.T) {
	var rows [][]any
	for i := range 1000 {
		rows = append(rows, []any{int64(i), "x"})
	}
	text := Compare([]string{"id", "n"}, nil, rows).Text(80)
	if n := strings.Count(text, "+++"); n != mostRows || !strings.Contains(text, "(950 more rows differ)") {
		t.Errorf("%d rows drawn\n%s", n, text)
	}
}
