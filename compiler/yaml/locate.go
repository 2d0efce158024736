package yaml

import (
	"strings"

	"mdl/compiler/diag"
)

// Template returns the node's Text as a file of its own, under the path of the
// file that it stands in: what a Jinja text of a YAML file is parsed from.
// Relocate leads its diagnostics back.
func (n *Node) Template() *diag.File {
	return diag.NewFile(n.Span.Path(), n.Text)
}

// Relocate returns a diagnostic with every place in the template, which
// Template returned, replaced by its place in the YAML file.
func (n *Node) Relocate(d diag.Diagnostic, template *diag.File) diag.Diagnostic {
	move := func(s diag.Span) diag.Span {
		if s.File != template {
			return s
		}
		return n.Locate(s.Start, s.End)
	}
	d.Span = move(d.Span)
	notes := make([]diag.Note, len(d.Notes))
	for i, note := range d.Notes {
		notes[i] = diag.Note{Message: note.Message, Span: move(note.Span)}
	}
	frames := make([]diag.Frame, len(d.Frames))
	for i, frame := range d.Frames {
		frames[i] = diag.Frame{Name: frame.Name, Span: move(frame.Span)}
	}
	d.Notes, d.Frames = notes, frames
	return d
}

// Locate returns the place in the file of a byte range of a text node's Text,
// so that an error inside a Jinja text points into the YAML. Where the way back
// is not known, the place is the whole value.
func (n *Node) Locate(start, end int) diag.Span {
	source := n.Span.Text()
	if n.Kind != String || n.style == synthetic || source == "" || start < 0 || end < start || end > len(n.Text) {
		return n.Span
	}
	open := 0
	if n.style == singleQuoted || n.style == doubleQuoted {
		open = 1
	}
	if rest := source[open:]; len(rest) >= len(n.Text) && rest[:len(n.Text)] == n.Text {
		from := n.Span.Start + open
		return diag.Span{File: n.Span.File, Start: from + start, End: from + end}
	}
	return n.locateLine(source, start, end)
}

// locateLine finds the range through its line: the lines of a block scalar stand
// in the source one by one behind their indentation, and of the other styles
// each piece without a line break does.
func (n *Node) locateLine(source string, start, end int) diag.Span {
	from, to := 0, len(n.Text)
	if i := strings.LastIndexByte(n.Text[:start], '\n'); i >= 0 {
		from = i + 1
	}
	if i := strings.IndexByte(n.Text[start:], '\n'); i >= 0 {
		to = start + i
	}
	line := n.Text[from:to]
	if line == "" || strings.Count(source, line) == 0 {
		return n.Span
	}
	// The same line may stand there several times: take the same one of them.
	nth := strings.Count(n.Text[:from], line)
	at := 0
	for ; nth > 0; nth-- {
		i := strings.Index(source[at:], line)
		if i < 0 {
			return n.Span
		}
		at += i + len(line)
	}
	i := strings.Index(source[at:], line)
	if i < 0 {
		return n.Span
	}
	base := n.Span.Start + at + i - from
	return diag.Span{File: n.Span.File, Start: base + start, End: base + min(end, to)}
}
