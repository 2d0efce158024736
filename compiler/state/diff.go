package state

import (
	"fmt"
	"strings"
)

// context is the number of equal lines around a change; maxTable bounds the
// work of finding the shortest difference.
const context, maxTable = 2, 4_000_000

// Diff returns the difference of two texts as lines of a unified diff, without
// the header: "@@ -1,3 +1,4 @@", " same", "-old", "+new". Nothing for equal texts.
func Diff(old, now string) []string {
	if old == now {
		return nil
	}
	return hunks(edits(lines(old), lines(now)))
}

func lines(text string) []string { return strings.Split(strings.TrimSuffix(text, "\n"), "\n") }

// edit is one line of a difference: ' ', '-' or '+'.
type edit struct {
	op   byte
	text string
}

// edits is the way from one list of lines to another: by the longest common
// subsequence, what both have at the ends apart.
func edits(a, b []string) []edit {
	var head, tail []edit
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		head = append(head, edit{' ', a[0]})
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		tail = append(tail, edit{' ', a[len(a)-1]})
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	out := append(head, middle(a, b)...)
	for i := len(tail) - 1; i >= 0; i-- {
		out = append(out, tail[i])
	}
	return out
}

func middle(a, b []string) []edit {
	var out []edit
	i, j := 0, 0
	if len(a)*len(b) <= maxTable {
		common := commonLengths(a, b)
		for i < len(a) && j < len(b) {
			switch {
			case a[i] == b[j]:
				out = append(out, edit{' ', a[i]})
				i, j = i+1, j+1
			case common[i+1][j] >= common[i][j+1]:
				out = append(out, edit{'-', a[i]})
				i++
			default:
				out = append(out, edit{'+', b[j]})
				j++
			}
		}
	}
	for ; i < len(a); i++ {
		out = append(out, edit{'-', a[i]})
	}
	for ; j < len(b); j++ {
		out = append(out, edit{'+', b[j]})
	}
	return out
}

// commonLengths has, at [i][j], how many lines a[i:] and b[j:] have in common.
func commonLengths(a, b []string) [][]int32 {
	table := make([][]int32, len(a)+1)
	for i := range table {
		table[i] = make([]int32, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				table[i][j] = table[i+1][j+1] + 1
			} else {
				table[i][j] = max(table[i+1][j], table[i][j+1])
			}
		}
	}
	return table
}

// hunks leaves out equal lines that are far from every change.
func hunks(all []edit) []string {
	keep := make([]bool, len(all))
	for i, e := range all {
		if e.op == ' ' {
			continue
		}
		for k := max(0, i-context); k <= min(len(all)-1, i+context); k++ {
			keep[k] = true
		}
	}
	var out []string
	oldLine, newLine := 1, 1
	for i := 0; i < len(all); {
		if !keep[i] {
			oldLine, newLine = oldLine+1, newLine+1
			i++
			continue
		}
		var body []string
		olds, news := 0, 0
		for ; i < len(all) && keep[i]; i++ {
			body = append(body, string(all[i].op)+all[i].text)
			if all[i].op != '+' {
				olds++
			}
			if all[i].op != '-' {
				news++
			}
		}
		out = append(out, fmt.Sprintf("@@ -%d,%d +%d,%d @@", oldLine, olds, newLine, news))
		out = append(out, body...)
		oldLine, newLine = oldLine+olds, newLine+news
	}
	return out
}
