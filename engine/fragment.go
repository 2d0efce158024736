package engine

import (
	"regexp"
	"strings"
)

var plainName = regexp.MustCompile(`^([A-Za-z_][A-Za-z0-9_]*|"([^"]|"")+")$`)

// isName reports whether SQL is one identifier, quoted or not.
func isName(sql string) bool { return plainName.MatchString(sql) }

// isFragment reports whether SQL can be put into brackets without meaning
// something else there: its own brackets and quotes are closed, and it holds no
// comment, no end of a statement and no dollar quote.
func isFragment(sql string) bool {
	var open []byte
	for i := 0; i < len(sql); i++ {
		switch c := sql[i]; c {
		case '\'', '"':
			end := strings.IndexByte(sql[i+1:], c)
			if end < 0 {
				return false
			}
			i += end + 1
		case '(', '[', '{':
			open = append(open, c)
		case ')', ']', '}':
			if len(open) == 0 || opening[c] != open[len(open)-1] {
				return false
			}
			open = open[:len(open)-1]
		case ';', '$', '\\', 0:
			return false
		case '-', '/':
			if next := sql[i+1:]; strings.HasPrefix(next, "-") || strings.HasPrefix(next, "*") {
				return false
			}
		}
	}
	return len(open) == 0 && strings.TrimSpace(sql) != ""
}

// opening is the bracket that a closing one belongs to.
var opening = map[byte]byte{')': '(', ']': '[', '}': '{'}
