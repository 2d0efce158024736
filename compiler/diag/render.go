package diag

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// Style chooses how Render decorates its text.
type Style struct {
	// Color adds ANSI colour codes.
	Color bool
}

const (
	red    = "\x1b[31m"
	yellow = "\x1b[33m"
	cyan   = "\x1b[36m"
	bold   = "\x1b[1m"
	reset  = "\x1b[0m"
)

func (s Style) paint(code, text string) string {
	if !s.Color || text == "" {
		return text
	}
	return code + text + reset
}

// Render writes a diagnostic for a reader: headline, source line with the
// place underlined, detail, hint, notes, and the macro calls that led there.
func Render(w io.Writer, d Diagnostic, style Style) {
	var b strings.Builder
	color := red
	if d.Severity == Warning {
		color = yellow
	}
	if d.Span.File != nil {
		line, col := d.Span.Position()
		b.WriteString(style.paint(bold, fmt.Sprintf("%s:%d:%d: ", d.Span.Path(), line, col)))
	}
	head := d.Severity.String()
	if d.Code != "" {
		head += " " + d.Code
	}
	b.WriteString(style.paint(color, head+":") + " " + style.paint(bold, d.Summary) + "\n")
	if d.Span.File != nil && d.Span.File.hasText() {
		snippet(&b, d.Span, style, color)
	}
	if d.Detail != "" {
		b.WriteString(indent(d.Detail) + "\n")
	}
	for _, n := range d.Notes {
		place(&b, "note: "+n.Message, n.Span, style)
	}
	for i, f := range d.Frames {
		if i == maxFrames {
			fmt.Fprintf(&b, "  … %d more calls\n", len(d.Frames)-i)
			break
		}
		place(&b, "called in "+f.Name, f.Span, style)
	}
	if d.Hint != "" {
		b.WriteString("  " + style.paint(cyan, "hint:") + " " + strings.TrimPrefix(indent(d.Hint), "  ") + "\n")
	}
	io.WriteString(w, b.String())
}

// maxFrames bounds the printed call stack; endless recursion has thousands.
const maxFrames = 8

// maxSourceLine bounds a printed source line, in characters.
const maxSourceLine = 160

func indent(text string) string {
	return "  " + strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\n  ")
}

func place(b *strings.Builder, what string, at Span, style Style) {
	if at.File == nil {
		b.WriteString("  " + what + "\n")
		return
	}
	line, col := at.Position()
	fmt.Fprintf(b, "  %s\n    at %s:%d:%d\n", what, style.paint(bold, at.Path()), line, col)
}

// snippet writes the line before the place, the line itself and the underline.
func snippet(b *strings.Builder, s Span, style Style, color string) {
	line, col := s.Position()
	width := len(fmt.Sprint(line))
	if before := s.File.Line(line - 1); strings.TrimSpace(before) != "" {
		text, _, _ := window(before, 1, 0)
		fmt.Fprintf(b, "   %*d |%s\n", width, line-1, pad(text))
	}
	length := utf8.RuneCountInString(s.Text())
	if i := strings.IndexByte(s.Text(), '\n'); i >= 0 {
		length = utf8.RuneCountInString(strings.TrimRight(s.Text()[:i], "\r"))
	}
	text, col, length := window(s.File.Line(line), col, length)
	fmt.Fprintf(b, "   %*d >%s\n", width, line, pad(text))
	mark := strings.Repeat(" ", col-1) + style.paint(color, strings.Repeat("^", max(1, length)))
	fmt.Fprintf(b, "   %*s | %s\n", width, "", mark)
}

func pad(text string) string {
	if text == "" {
		return ""
	}
	return " " + text
}

// window cuts a long line to the part around a column, and replaces tabs and
// control characters so that the underline stays below its text.
func window(text string, col, length int) (string, int, int) {
	runes := []rune(text)
	for i, r := range runes {
		if r < ' ' || r == 0x7f {
			runes[i] = ' '
		}
	}
	start := 0
	if len(runes) > maxSourceLine {
		start = max(0, min(col-1-maxSourceLine/3, len(runes)-maxSourceLine))
		runes = runes[start : start+maxSourceLine]
	}
	col -= start
	return strings.TrimRight(string(runes), " "), col, min(length, max(1, len(runes)-col+1))
}
