package yaml

import (
	"fmt"
	"strings"
)

// breaks are the line breaks of YAML 1.1 but for the carriage return, which
// PyYAML writes as an escape.
const breaks = "\n\u0085\u2028\u2029"

// shape is what decides how a text can be written.
type shape struct {
	multiline     bool
	plain, single bool // may be written plain, in single quotes
}

// text writes a text in the first style that can hold it: plain, in single
// quotes, in double quotes. Lines are folded at indent; -1 keeps one line. It
// reports whether the text went out plain.
func (d *dumper) text(text string, indent int) (isPlain bool) {
	s := shapeOf([]rune(text))
	var means Node
	if s.plain && text != "=" && text != "<<" {
		if means.resolvePlain(text); means.Kind == String {
			d.plainText(text, indent)
			return true
		}
	}
	if s.single && !(indent < 0 && s.multiline) {
		d.singleQuoted([]rune(text), indent)
		return false
	}
	d.doubleQuoted([]rune(text), indent)
	return false
}

// shapeOf looks for what a style cannot hold.
func shapeOf(text []rune) shape {
	if len(text) == 0 {
		return shape{single: true}
	}
	s := shape{plain: true, single: true}
	first, last := text[0], text[len(text)-1]
	if strings.ContainsRune("#,[]{}&*!|>'\"%@`", first) ||
		strings.ContainsRune("?:-", first) && (len(text) == 1 || isBlankRune(text[1])) ||
		isBreak(first) || isBreak(last) || first == ' ' || last == ' ' ||
		strings.HasPrefix(string(text), "---") || strings.HasPrefix(string(text), "...") {
		s.plain = false
	}
	for i, r := range text {
		next := i+1 == len(text) || isBlankRune(text[i+1])
		switch {
		case i > 0 && r == ':' && next, i > 0 && r == '#' && isBlankRune(text[i-1]):
			s.plain = false
		case r == '\n':
			s.multiline, s.plain = true, false
		case r < ' ' || r > '~':
			s.plain, s.single = false, false
			s.multiline = s.multiline || isBreak(r)
		}
		if i > 0 && (r == ' ' && isBreak(text[i-1]) || isBreak(r) && text[i-1] == ' ') {
			s.plain, s.single = false, false
		}
	}
	return s
}

func isBreak(r rune) bool { return strings.ContainsRune(breaks, r) }

func isBlankRune(r rune) bool { return r == 0 || r == ' ' || r == '\t' || r == '\r' || isBreak(r) }

// plainText folds at single spaces behind the line's width.
func (d *dumper) plainText(text string, indent int) {
	d.foldWords(strings.Split(text, " "), indent, func(i, n int) bool { return true })
}

// foldWords writes words with the spaces between them; a single space behind the
// line's width may become a line break. Between several spaces lie empty words.
func (d *dumper) foldWords(words []string, indent int, mayFold func(i, n int) bool) {
	for i, word := range words {
		if i > 0 {
			single := word != "" && words[i-1] != ""
			if single && indent >= 0 && d.column > lineWidth && mayFold(i, len(words)) {
				d.indent(indent)
			} else {
				d.write(" ")
			}
		}
		d.write(word)
	}
}

// singleQuoted doubles the quotes; a line break is written as one more than
// there are in a row.
func (d *dumper) singleQuoted(text []rune, indent int) {
	d.write("'")
	lines := strings.Split(strings.ReplaceAll(string(text), "'", "''"), "\n")
	for i, line := range lines {
		if i > 0 && line == "" && i < len(lines)-1 {
			if lines[i-1] != "" || i == 1 {
				d.newline()
			}
			d.newline()
			continue
		}
		if i > 0 {
			if lines[i-1] != "" || i == 1 {
				d.newline()
			}
			d.indent(indent)
		}
		words := strings.Split(line, " ")
		d.foldWords(words, indent, func(w, n int) bool {
			start, end := i == 0 && w == 1 && words[0] == "", i == len(lines)-1 && w == n-1 && words[w] == ""
			return !start && !end
		})
	}
	d.write("'")
}

// escapes are the letters behind the backslash of a double-quoted text.
var escapes = map[rune]string{
	0: "0", 7: "a", 8: "b", 9: "t", 10: "n", 11: "v", 12: "f", 13: "r", 27: "e",
	'"': `"`, '\\': `\`, 0x85: "N", 0xa0: "_", 0x2028: "L", 0x2029: "P",
}

// doubleQuoted escapes everything that is not printable ASCII. A line that is
// too long is broken in front of a space or behind an escape.
func (d *dumper) doubleQuoted(text []rune, indent int) {
	d.write(`"`)
	var run strings.Builder
	flush := func() { d.write(run.String()); run.Reset() }
	for i, r := range text {
		escaped := r < ' ' || r > '~' || r == '"' || r == '\\'
		if escaped {
			flush()
			d.write(escape(r))
		}
		if (r == ' ' || escaped) && i > 0 && i < len(text)-1 && indent >= 0 && d.column+run.Len() > lineWidth {
			flush()
			d.write(`\`)
			d.indent(indent)
			if next := i + 1; !escaped && r == ' ' || escaped && text[next] == ' ' {
				d.write(`\`)
			}
		}
		if !escaped {
			run.WriteRune(r)
		}
	}
	flush()
	d.write(`"`)
}

func escape(r rune) string {
	if s, ok := escapes[r]; ok {
		return `\` + s
	}
	switch {
	case r <= 0xff:
		return fmt.Sprintf(`\x%02X`, r)
	case r <= 0xffff:
		return fmt.Sprintf(`\u%04X`, r)
	}
	return fmt.Sprintf(`\U%08X`, r)
}
