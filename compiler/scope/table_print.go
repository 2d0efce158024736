package scope

import (
	"math/big"
	"strings"

	"mdl/compiler/jinja/value"
)

// The limits of print_table and what stands for what they cut.
const (
	printRows, printColumns, printWidth = 20, 6, 20
	printPrecision                      = 3
	ellipsis                            = "..."
	numberEllipsis                      = "…"
)

// printTable prints the table as Markdown, cut to what a terminal shows.
func (t *Table) printTable(_ value.Thread, a value.Args) (value.Value, error) {
	got, err := a.Bind("print_table", value.Optional("max_rows", value.Int(printRows)),
		value.Optional("max_columns", value.Int(printColumns)), value.Optional("output", value.None),
		value.Optional("max_column_width", value.Int(printWidth)), value.Optional("locale", value.None),
		value.Optional("max_precision", value.Int(printPrecision)))
	if err != nil {
		return nil, err
	}
	p := tablePrinter{
		table: t, rows: limitOr(got[0], t.Rows()), columns: limitOr(got[1], len(t.names)),
		width: limitOr(got[3], 0), precision: limitOr(got[5], 0),
	}
	if got[5] == value.None {
		p.precision = -1
	}
	return t.say(p.text()), nil
}

func limitOr(v value.Value, all int) int {
	if n, ok := v.(value.Int); ok {
		return int(n)
	}
	return all
}

type tablePrinter struct {
	table                           *Table
	rows, columns, width, precision int // width 0: any; precision -1: any
}

func (p *tablePrinter) text() string {
	t := p.table
	shown := min(p.columns, len(t.names))
	header := make([]string, 0, shown+1)
	for _, n := range t.names[:shown] {
		header = append(header, p.cut(n))
	}
	more := shown < len(t.names)
	if more {
		header = append(header, ellipsis)
	}
	format := make([]func(value.Value) string, shown)
	for c := range format {
		format[c] = p.formatter(c)
	}
	var body [][]string
	for _, row := range t.rows.items[:min(p.rows, t.Rows())] {
		cells := make([]string, 0, len(header))
		for c, v := range row.(*sequence).items[:shown] {
			cells = append(cells, p.cut(format[c](v)))
		}
		if more {
			cells = append(cells, ellipsis)
		}
		body = append(body, cells)
	}
	if p.rows < t.Rows() {
		cells := make([]string, len(header))
		for i := range cells {
			cells[i] = ellipsis
		}
		body = append(body, cells)
	}
	return markdown(header, body, func(c int) bool { return t.types[c] == textColumn })
}

// cut shortens a cell that is too wide.
func (p *tablePrinter) cut(s string) string {
	if r := []rune(s); p.width > 0 && len(r) > p.width {
		return string(r[:max(0, p.width-len(ellipsis))]) + ellipsis
	}
	return s
}

// formatter returns how the cells of a column are printed: numbers with as many
// places as the longest of them, at most the allowed ones.
func (p *tablePrinter) formatter(col int) func(value.Value) string {
	plain := func(v value.Value) string {
		if v == value.None {
			return ""
		}
		return value.ToStr(v)
	}
	if p.table.types[col] != numberColumn {
		return plain
	}
	places := 0
	for _, row := range p.table.rows.items[:min(p.rows, p.table.Rows())] {
		places = max(places, placesOf(plain(row.(*sequence).items[col])))
	}
	end := ""
	if p.precision >= 0 && places > p.precision {
		places, end = p.precision, numberEllipsis
	}
	return func(v value.Value) string {
		text := plain(v)
		r, ok := new(big.Rat).SetString(text)
		if !ok {
			return text // none, infinite or not a number
		}
		return grouped(roundHalfEven(r, places)) + end
	}
}

// placesOf counts the decimals of a number without the zeros at its end.
func placesOf(text string) int {
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		return 0
	}
	n, _ := r.FloatPrec()
	return n
}

// roundHalfEven prints a number with a fixed count of decimals.
func roundHalfEven(r *big.Rat, places int) string {
	scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(places)), nil)
	scaled := new(big.Rat).Mul(r, new(big.Rat).SetInt(scale))
	q, rem := new(big.Int).QuoRem(new(big.Int).Abs(scaled.Num()), scaled.Denom(), new(big.Int))
	half := new(big.Int).Lsh(rem, 1).Cmp(scaled.Denom())
	if half > 0 || half == 0 && q.Bit(0) == 1 {
		q.Add(q, big.NewInt(1))
	}
	digits := q.String()
	if len(digits) <= places {
		digits = strings.Repeat("0", places-len(digits)+1) + digits
	}
	sign := ""
	if r.Sign() < 0 {
		sign = "-"
	}
	whole := sign + digits[:len(digits)-places]
	if places == 0 {
		return whole
	}
	return whole + "." + digits[len(digits)-places:]
}

// grouped puts commas between the thousands.
func grouped(s string) string {
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "-", s[1:]
	}
	whole, frac, found := strings.Cut(s, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if found {
		whole += "." + frac
	}
	return sign + whole
}
