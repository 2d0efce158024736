package yaml

import (
	"regexp"
	"strings"

	"mdl/compiler/diag"
)

// diagnose says where a text stops being YAML and what is probably meant. The
// library names a line, but often that of the construct around the mistake;
// the mistake itself is on the line after the longest run of whole lines from
// the start that is YAML of its own.
func diagnose(f *diag.File, err error) diag.Diagnostic {
	line := badLine(f)
	text := f.Line(line)
	start := f.Offset(line, 1)
	for _, m := range mistakes {
		if d, ok := m.find(f, line, text, err); ok {
			return d
		}
	}
	indent := len(text) - len(strings.TrimLeft(text, " "))
	at := diag.Span{File: f, Start: start + indent, End: start + max(indent, len(strings.TrimRight(text, " ")))}
	d := diag.Errorf("E151", at, "this line is not YAML: %s", reason(err))
	if indent > 0 {
		d.Hint = "check the indentation against the lines above; keys of one mapping start in one column"
	}
	return d
}

// longestConstruct is how many lines of a quoted text or a bracket, which is no
// YAML before its end, badLine looks ahead.
const longestConstruct = 60

// badLine is the 1-based line from which on the text cannot be YAML. No prefix
// that reaches the mistake is YAML, and shorter ones are, but for those that end
// inside a construct of several lines: after each bisection the lines that
// follow are tried for the end of one.
func badLine(f *diag.File) int {
	good, bad := 0, f.Lines() // whole lines from the start that are YAML, and that are not
	for good+1 < bad {
		for lo, hi := good, bad; lo+1 < hi; {
			mid := (lo + hi) / 2
			if isYAML(f, mid) {
				lo = mid
			} else {
				hi = mid
			}
			good = lo
		}
		next := good + 2
		for next < min(bad, good+longestConstruct) && !isYAML(f, next) {
			next++
		}
		if next >= min(bad, good+longestConstruct) {
			break
		}
		good = next
	}
	line := good + 1
	for line < f.Lines() && isBlank(f.Line(line)) {
		line++
	}
	return line
}

// isYAML reports whether the first lines of a file are YAML.
func isYAML(f *diag.File, lines int) bool {
	_, err := decode(f.Text[:f.Offset(lines+1, 1)])
	return err == nil
}

func isBlank(line string) bool {
	line = strings.TrimSpace(line)
	return line == "" || line[0] == '#'
}

// reason is the library's own words, without the line that it names and
// without anything of the text.
func reason(err error) string {
	msg := strings.TrimPrefix(err.Error(), "yaml: ")
	if strings.HasPrefix(msg, "line ") {
		if _, rest, ok := strings.Cut(msg, ": "); ok {
			msg = rest
		}
	}
	if strings.HasPrefix(msg, "unknown anchor") {
		return "unknown anchor"
	}
	return msg
}

// mistake is a usual way of writing what is no YAML.
type mistake struct {
	name string
	find func(f *diag.File, line int, text string, err error) (diag.Diagnostic, bool)
}

var mistakes = [...]mistake{
	{"second document", secondDocument},
	{"tab", tab},
	{"jinja", unquotedJinja},
	{"letter", reservedLetter},
	{"alias", unknownAnchor},
	{"quote", openQuote},
	{"bracket", openBracket},
	{"colon in a value", colonInValue},
	{"missing colon", missingColon},
	{"missing dash", missingDash},
	{"behind a quote", behindQuote},
}

// at makes the error with a place of a line: byte columns from and to.
func at(f *diag.File, line, from, to int, summary, hint string) (diag.Diagnostic, bool) {
	start := f.Offset(line, 1)
	d := diag.Errorf("E151", diag.Span{File: f, Start: start + from, End: start + max(from, to)}, "%s", summary)
	d.Hint = hint
	return d, true
}

func none() (diag.Diagnostic, bool) { return diag.Diagnostic{}, false }

func secondDocument(f *diag.File, line int, text string, err error) (diag.Diagnostic, bool) {
	if err != errSecondDocument {
		return none()
	}
	for i := 2; i <= f.Lines(); i++ {
		if strings.HasPrefix(f.Line(i), "---") && !isBlank(strings.Join(before(f, i), "")) {
			return at(f, i, 0, 3, "a file must hold one YAML document, a second one starts here", "")
		}
	}
	return none()
}

// before are the lines before a 1-based line that are neither blank nor "---".
func before(f *diag.File, line int) []string {
	var out []string
	for i := 1; i < line; i++ {
		if l := f.Line(i); !isBlank(l) && !strings.HasPrefix(l, "---") {
			out = append(out, l)
		}
	}
	return out
}

func tab(f *diag.File, line int, text string, err error) (diag.Diagnostic, bool) {
	indent := text[:len(text)-len(strings.TrimLeft(text, " \t"))]
	if i := strings.IndexByte(indent, '\t'); i >= 0 {
		return at(f, line, i, len(indent), "a tab cannot indent YAML", "use spaces")
	}
	return none()
}

var jinjaValue = regexp.MustCompile(`(?:^|[:\-?,\[]\s+|^\s*)(\{[{%#])`)

func unquotedJinja(f *diag.File, line int, text string, err error) (diag.Diagnostic, bool) {
	m := jinjaValue.FindStringSubmatchIndex(text)
	if m == nil {
		return none()
	}
	return at(f, line, m[2], len(strings.TrimRight(text, " ")), "a value that starts with Jinja must be quoted",
		`put quotes around the whole value: "{{ ... }}"`)
}

var reserved = regexp.MustCompile("(?:[:\\-]\\s+|^\\s*)([@`%])")

func reservedLetter(f *diag.File, line int, text string, err error) (diag.Diagnostic, bool) {
	if !strings.Contains(err.Error(), "cannot start any token") && !strings.Contains(err.Error(), "directive") {
		return none()
	}
	m := reserved.FindStringSubmatchIndex(text)
	if m == nil {
		return none()
	}
	return at(f, line, m[2], m[3], "a value cannot start with "+text[m[2]:m[3]], "put quotes around the whole value")
}

var alias = regexp.MustCompile(`(?:[:\-,\[]\s*|^\s*)(\*\S*)`)

func unknownAnchor(f *diag.File, line int, text string, err error) (diag.Diagnostic, bool) {
	msg := err.Error()
	if !strings.Contains(msg, "anchor") && !strings.Contains(msg, "alphabetic") {
		return none()
	}
	m := alias.FindStringSubmatchIndex(text)
	if m == nil {
		return none()
	}
	return at(f, line, m[2], m[3], "this refers to an anchor that is not defined above",
		"if the value is meant to start with *, put quotes around it")
}

func openQuote(f *diag.File, line int, text string, err error) (diag.Diagnostic, bool) {
	if !strings.Contains(err.Error(), "unexpected end of stream") && !strings.Contains(err.Error(), "document indicator") {
		return none()
	}
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c != '"' && c != '\'' || i > 0 && strings.IndexByte(" [{,:-", text[i-1]) < 0 {
			continue
		}
		p := places{text: text}
		if end := p.quotedEnd(i, c); end <= i+1 || text[end-1] != c || end == len(text) && strings.Count(text[i:], string(c)) == 1 {
			return at(f, line, i, i+1, "this quote is never closed", "")
		} else {
			i = end - 1
		}
	}
	return none()
}

func openBracket(f *diag.File, line int, text string, err error) (diag.Diagnostic, bool) {
	msg := err.Error()
	if !strings.Contains(msg, "',' or ']'") && !strings.Contains(msg, "',' or '}'") && !strings.Contains(msg, "node content") {
		return none()
	}
	i := strings.LastIndexAny(text, "[{")
	if i < 0 {
		return none()
	}
	return at(f, line, i, i+1, "this bracket is not closed, or a comma is missing behind it", "")
}

func colonInValue(f *diag.File, line int, text string, err error) (diag.Diagnostic, bool) {
	first := strings.Index(text, ": ")
	if first < 0 || !strings.Contains(err.Error(), "mapping values") {
		return none()
	}
	second := strings.Index(text[first+1:], ":")
	if second < 0 {
		return none()
	}
	second += first + 1
	if second+1 < len(text) && text[second+1] != ' ' {
		return none()
	}
	return at(f, line, second, second+1, `a value cannot contain ": "`, "put quotes around the whole value")
}

// missingColon: a line that is a key continues the text of the line above it,
// which was probably meant as a key, too.
func missingColon(f *diag.File, line int, text string, err error) (diag.Diagnostic, bool) {
	msg := err.Error()
	if !strings.Contains(msg, "mapping values") && !strings.Contains(msg, "expected ':'") {
		return none()
	}
	for i := line - 1; i >= 1; i-- {
		prev := f.Line(i)
		if isBlank(prev) {
			continue
		}
		indent := len(prev) - len(strings.TrimLeft(prev, " -"))
		body := strings.TrimRight(prev, " ")
		if !strings.Contains(prev, ": ") && !strings.HasSuffix(body, ":") {
			return at(f, i, indent, len(body), "a colon is missing behind this key", "")
		}
		if len(text)-len(strings.TrimLeft(text, " ")) > indent {
			return at(f, line, len(text)-len(strings.TrimLeft(text, " ")), len(strings.TrimRight(text, " ")),
				"this key is indented as if it belonged to the text above it",
				"keys of one mapping start in one column; quote the text above if it goes on here")
		}
		break
	}
	if strings.Contains(msg, "expected ':'") {
		indent := len(text) - len(strings.TrimLeft(text, " -"))
		return at(f, line, indent, len(strings.TrimRight(text, " ")), "a colon is missing behind this key", "")
	}
	return none()
}

func missingDash(f *diag.File, line int, text string, err error) (diag.Diagnostic, bool) {
	if !strings.Contains(err.Error(), "'-' indicator") {
		return none()
	}
	indent := len(text) - len(strings.TrimLeft(text, " "))
	return at(f, line, indent, len(strings.TrimRight(text, " ")), "this line stands among the items of a list and is none",
		"start it with -, or indent it as far as the item's other keys")
}

var afterQuote = regexp.MustCompile(`[:\-]\s+(?:"[^"]*"|'[^']*')\s*([^\s#,\]}:].*)$`)

func behindQuote(f *diag.File, line int, text string, err error) (diag.Diagnostic, bool) {
	m := afterQuote.FindStringSubmatchIndex(text)
	if m == nil {
		return none()
	}
	return at(f, line, m[2], len(strings.TrimRight(text, " ")), "nothing can stand behind the closing quote",
		"put the whole value in quotes, and double the quotes inside: 'it''s'")
}
