// Package rowdiff compares two sets of rows without regard to their order, and
// draws the difference for a reader: which rows are missing, which are too
// many, and which cells differ between rows that seem to be the same one.
package rowdiff

import (
	"cmp"
	"slices"
	"strings"

	"mdl/adapters"
)

// Diff is the difference between expected and actual rows.
type Diff struct {
	Columns []string
	// Rows are the rows that differ, sorted by their values.
	Rows []Row
	// Same is the number of rows that both have.
	Same int
}

// Row is a row that differs. Expected is nil for a row that should not be
// there, and Actual for one that is missing.
type Row struct {
	Expected, Actual []string
}

// Null is how a null is drawn. A text of these letters is quoted.
const Null = "NULL"

// Compare returns the difference of two sets of rows, nil where there is none.
// A row that stands there twice must be expected twice.
func Compare(columns []string, expected, actual [][]any) *Diff {
	want, got := texts(expected), texts(actual)
	d := &Diff{Columns: columns}
	missing, extra := d.withoutSame(want, got)
	if len(missing)+len(extra) == 0 {
		return nil
	}
	d.pair(missing, extra)
	slices.SortStableFunc(d.Rows, func(a, b Row) int { return slices.CompareFunc(a.key(), b.key(), compareCells) })
	return d
}

func (r Row) key() []string {
	if r.Expected != nil {
		return r.Expected
	}
	return r.Actual
}

// compareCells orders numbers before their lengths: 9 before 10.
func compareCells(a, b string) int {
	if number(a) && number(b) {
		return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
	}
	return cmp.Compare(a, b)
}

func number(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

func texts(rows [][]any) [][]string {
	out := make([][]string, len(rows))
	for i, row := range rows {
		out[i] = make([]string, len(row))
		for k, v := range row {
			out[i][k] = cellText(v)
		}
	}
	return out
}

func cellText(v any) string {
	switch v := v.(type) {
	case nil:
		return Null
	case string:
		if v == "" || v == Null || v[0] == '\'' || strings.TrimSpace(v) != v || strings.ContainsAny(v, "\n\r\t") {
			return "'" + strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\r", `\r`, "\t", `\t`).Replace(v) + "'"
		}
	}
	return adapters.Text(v)
}

// withoutSame takes the rows that both sides have away.
func (d *Diff) withoutSame(want, got [][]string) (missing, extra [][]string) {
	count := map[string]int{}
	for _, row := range want {
		count[joined(row)]++
	}
	for _, row := range got {
		if k := joined(row); count[k] > 0 {
			count[k]--
			d.Same++
		} else {
			extra = append(extra, row)
		}
	}
	for _, row := range slices.Backward(want) { // of equal rows the last ones are missing
		if k := joined(row); count[k] > 0 {
			count[k]--
			missing = append(missing, row)
		}
	}
	slices.Reverse(missing)
	return missing, extra
}

func joined(row []string) string { return strings.Join(row, "\x00") }

// mostPaired bounds the rows that are looked at for likeness: each is compared
// with each.
const mostPaired = 300

// likeness is how many cells two rows share.
type likeness struct{ missing, extra, shared int }

// pair puts each missing row beside the row that is most like it, where at
// least half of the cells are the same; the first columns weigh more, as they
// mostly are the key.
func (d *Diff) pair(missing, extra [][]string) {
	var like []likeness
	if len(missing) <= mostPaired && len(extra) <= mostPaired {
		for i, a := range missing {
			for k, b := range extra {
				if n := shared(a, b); 2*n >= len(a) && n > 0 {
					weight := 2 * n
					if a[0] == b[0] {
						weight++
					}
					like = append(like, likeness{i, k, weight})
				}
			}
		}
	}
	slices.SortStableFunc(like, func(a, b likeness) int { return cmp.Compare(b.shared, a.shared) })
	ofMissing, ofExtra := make([]bool, len(missing)), make([]bool, len(extra))
	for _, l := range like {
		if !ofMissing[l.missing] && !ofExtra[l.extra] {
			ofMissing[l.missing], ofExtra[l.extra] = true, true
			d.Rows = append(d.Rows, Row{missing[l.missing], extra[l.extra]})
		}
	}
	for i, done := range ofMissing {
		if !done {
			d.Rows = append(d.Rows, Row{Expected: missing[i]})
		}
	}
	for i, done := range ofExtra {
		if !done {
			d.Rows = append(d.Rows, Row{Actual: extra[i]})
		}
	}
}

func shared(a, b []string) int {
	n := 0
	for i := range a {
		if a[i] == b[i] {
			n++
		}
	}
	return n
}
