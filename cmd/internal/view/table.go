package view

import (
	"math/big"
	"strings"
	"unicode/utf8"

	"mdl/adapters"
)

// Table draws rows with | and -. A width above 0 is the number of columns of
// the terminal: long cells are shortened to come near it.
func Table(rows *adapters.Rows, width int) string {
	n := len(rows.Columns)
	cells := make([][]string, 0, len(rows.Values)+1)
	head := make([]string, n)
	for i, c := range rows.Columns {
		head[i] = oneLine(c.Name)
	}
	cells = append(cells, head)
	right := make([]bool, n)
	for _, row := range rows.Values {
		line := make([]string, n)
		for i, x := range row {
			line[i] = oneLine(adapters.Text(x))
			right[i] = right[i] || isNumber(x)
		}
		cells = append(cells, line)
	}
	widths := make([]int, n)
	for _, line := range cells {
		for i, text := range line {
			widths[i] = max(widths[i], utf8.RuneCountInString(text))
		}
	}
	shrink(widths, width)
	var b strings.Builder
	for y, line := range cells {
		if y > 0 {
			b.WriteByte('\n')
		}
		for i, text := range line {
			b.WriteString("| " + fit(text, widths[i], right[i]) + " ")
		}
		b.WriteByte('|')
		if y == 0 {
			b.WriteByte('\n')
			for _, w := range widths {
				b.WriteString("| " + strings.Repeat("-", w) + " ")
			}
			b.WriteByte('|')
		}
	}
	return b.String()
}

const narrowest = 8

// shrink takes room from the widest columns until the table fits, or until
// every column is narrow.
func shrink(widths []int, limit int) {
	if limit <= 0 {
		return
	}
	total := 1
	for _, w := range widths {
		total += w + 3
	}
	for total > limit {
		widest := 0
		for i, w := range widths {
			if w > widths[widest] {
				widest = i
			}
		}
		if widths[widest] <= narrowest {
			return
		}
		widths[widest]--
		total--
	}
}

func fit(text string, width int, right bool) string {
	n := utf8.RuneCountInString(text)
	if n > width {
		return string([]rune(text)[:max(0, width-1)]) + "…"
	}
	pad := strings.Repeat(" ", width-n)
	if right {
		return pad + text
	}
	return text + pad
}

func oneLine(text string) string {
	return strings.NewReplacer("\n", `\n`, "\r", `\r`, "\t", `\t`).Replace(text)
}

func isNumber(x any) bool {
	switch x.(type) {
	case int64, *big.Int, float64, adapters.Decimal:
		return true
	}
	return false
}

// records are rows as JSON objects.
func records(rows *adapters.Rows) []any {
	out := make([]any, len(rows.Values))
	for y, row := range rows.Values {
		var o adapters.JSONObject
		for i, c := range rows.Columns {
			o.Add(c.Name, adapters.JSON(row[i]))
		}
		out[y] = o
	}
	return out
}
