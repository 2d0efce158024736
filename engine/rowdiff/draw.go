package rowdiff

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// The marks in front of a line, as dbt's diff has them.
const (
	markHead    = "@@"
	markExtra   = "+++"
	markMissing = "---"
	markChanged = "→"
)

// mostRows bounds the rows that are drawn.
const mostRows = 50

// Text draws the difference. It keeps to the given number of columns where it
// can: columns in which no row differs are left out, then each row becomes a
// block. Lines that begin with +++ are rows that should not be there, with ---
// rows that are missing, and → stands before a row, and between the expected
// and the actual value of its cell.
func (d *Diff) Text(width int) string {
	rows := d.Rows[:min(len(d.Rows), mostRows)]
	columns := d.all()
	lines := d.lines(rows, columns)
	hidden := 0
	if widthOf(lines) > width {
		if some := d.differing(rows); len(some) < len(columns) {
			hidden, columns = len(columns)-len(some), some
			lines = d.lines(rows, columns)
		}
	}
	var b strings.Builder
	if widthOf(lines) <= width {
		drawTable(&b, lines)
	} else {
		drawBlocks(&b, lines)
	}
	var more []string
	if n := len(d.Rows) - len(rows); n > 0 {
		more = append(more, fmt.Sprintf("%d more rows differ", n))
	}
	if d.Same > 0 {
		more = append(more, plural(d.Same, "row is", "rows are")+" the same")
	}
	if hidden > 0 {
		more = append(more, plural(hidden, "column is", "columns are")+" the same and left out")
	}
	if len(more) > 0 {
		b.WriteString("(" + strings.Join(more, ", ") + ")\n")
	}
	return b.String()
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func (d *Diff) all() []int {
	columns := make([]int, len(d.Columns))
	for i := range columns {
		columns[i] = i
	}
	return columns
}

// differing are the columns in which a row differs, with the first one, which
// mostly tells which row it is. A row that only one side has differs in all.
func (d *Diff) differing(rows []Row) []int {
	columns := []int{0}
	for i := 1; i < len(d.Columns); i++ {
		for _, r := range rows {
			if r.Expected == nil || r.Actual == nil || r.Expected[i] != r.Actual[i] {
				columns = append(columns, i)
				break
			}
		}
	}
	return columns
}

// lines are the cells of the drawing, the mark and the head included.
func (d *Diff) lines(rows []Row, columns []int) [][]string {
	head := []string{markHead}
	for _, i := range columns {
		head = append(head, d.Columns[i])
	}
	lines := [][]string{head}
	for _, r := range rows {
		line := []string{r.mark()}
		for _, i := range columns {
			line = append(line, r.cell(i))
		}
		lines = append(lines, line)
	}
	return lines
}

func (r Row) mark() string {
	switch {
	case r.Expected == nil:
		return markExtra
	case r.Actual == nil:
		return markMissing
	}
	return markChanged
}

func (r Row) cell(i int) string {
	switch {
	case r.Expected == nil:
		return r.Actual[i]
	case r.Actual == nil, r.Expected[i] == r.Actual[i]:
		return r.Expected[i]
	}
	return r.Expected[i] + markChanged + r.Actual[i]
}

const gap = "  "

func widths(lines [][]string) []int {
	w := make([]int, len(lines[0]))
	for _, line := range lines {
		for i, text := range line {
			w[i] = max(w[i], utf8.RuneCountInString(text))
		}
	}
	return w
}

func widthOf(lines [][]string) int {
	total := -len(gap)
	for _, w := range widths(lines) {
		total += w + len(gap)
	}
	return total
}

func drawTable(b *strings.Builder, lines [][]string) {
	w := widths(lines)
	for _, line := range lines {
		var row strings.Builder
		for i, text := range line {
			row.WriteString(text + strings.Repeat(" ", w[i]-utf8.RuneCountInString(text)) + gap)
		}
		b.WriteString(strings.TrimRight(row.String(), " ") + "\n")
	}
}

// drawBlocks draws a line for each cell: of a row that differs, those that do.
func drawBlocks(b *strings.Builder, lines [][]string) {
	head, names := lines[0], 0
	for _, name := range head[1:] {
		names = max(names, utf8.RuneCountInString(name))
	}
	b.WriteString(markHead + "\n")
	for _, line := range lines[1:] {
		for i, text := range line[1:] {
			mark := ""
			if i == 0 {
				mark = line[0]
			} else if line[0] == markChanged && !strings.Contains(text, markChanged) {
				continue
			}
			name := head[i+1]
			fmt.Fprintf(b, "%-3s%s%s%s%s\n", mark, gap, name, strings.Repeat(" ", names-utf8.RuneCountInString(name)+len(gap)), text)
		}
	}
}
