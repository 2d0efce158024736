// Package diag holds what mdl says about a user's text: source files, spans in
// them, diagnostics, and the one rendering of a diagnostic that the terminal,
// the JSON log and an editor share.
package diag

import (
	"sort"
	"sync"
	"unicode/utf8"
)

// File is one source text, kept because printing a diagnostic needs it.
// It is immutable after NewFile and safe for concurrent use.
type File struct {
	// Path is the slash-separated path as the user should see it, relative to
	// the project root where the file lies below it.
	Path string
	// Text is the file's whole content; "" for a lazy file.
	Text string

	once  sync.Once
	load  func() string // of a lazy file
	text  string        // Text, or what load returned
	lines []int         // byte offset of the start of each line
}

// NewFile returns a File.
func NewFile(path, text string) *File { return &File{Path: path, Text: text} }

// NewLazyFile returns a File of which only places are shown: its text is read
// when one of them is.
func NewLazyFile(path string, load func() string) *File { return &File{Path: path, load: load} }

// open reads the text and builds the line table.
func (f *File) open() {
	f.once.Do(func() {
		f.text = f.Text
		if f.load != nil {
			f.text = f.load()
		}
		f.lines = append(f.lines, 0)
		for i := 0; i < len(f.text); i++ {
			if f.text[i] == '\n' {
				f.lines = append(f.lines, i+1)
			}
		}
	})
}

// Content is the file's text, which of a lazy file is read now.
func (f *File) Content() string {
	f.open()
	return f.text
}

// hasText reports whether there is something to show.
func (f *File) hasText() bool {
	f.open()
	return f.text != ""
}

// Position returns the 1-based line and column of a byte offset. Columns count
// characters, not bytes. An offset outside the text is clamped into it.
func (f *File) Position(offset int) (line, col int) {
	f.open()
	offset = max(0, min(offset, len(f.text)))
	i := sort.Search(len(f.lines), func(i int) bool { return f.lines[i] > offset }) - 1
	return i + 1, utf8.RuneCountInString(f.text[f.lines[i]:offset]) + 1
}

// Offset returns the byte offset of a 1-based line and column (in characters),
// clamped into the text: the inverse of Position.
func (f *File) Offset(line, col int) int {
	f.open()
	if line < 1 {
		return 0
	}
	if line > len(f.lines) {
		return len(f.text)
	}
	off := f.lines[line-1]
	end := f.lineEnd(line)
	for ; col > 1 && off < end; col-- {
		_, n := utf8.DecodeRuneInString(f.text[off:])
		off += n
	}
	return off
}

// Lines returns the number of lines; a text without a newline has one.
func (f *File) Lines() int {
	f.open()
	return len(f.lines)
}

// Line returns the text of a 1-based line without its line end, or "" when
// there is no such line.
func (f *File) Line(line int) string {
	f.open()
	if line < 1 || line > len(f.lines) {
		return ""
	}
	return f.text[f.lines[line-1]:f.lineEnd(line)]
}

func (f *File) lineEnd(line int) int {
	end := len(f.text)
	if line < len(f.lines) {
		end = f.lines[line] - 1
	}
	if end > f.lines[line-1] && f.text[end-1] == '\r' {
		end--
	}
	return end
}

// Span is a half-open byte range of a file. The zero Span means "no place".
type Span struct {
	File       *File
	Start, End int
}

// IsZero reports whether the span names no place.
func (s Span) IsZero() bool { return s.File == nil }

// Path returns the file's path, or "" for the zero Span.
func (s Span) Path() string {
	if s.File == nil {
		return ""
	}
	return s.File.Path
}

// Position returns the 1-based line and column at which the span starts, or
// 0, 0 for the zero Span.
func (s Span) Position() (line, col int) {
	if s.File == nil {
		return 0, 0
	}
	return s.File.Position(s.Start)
}

// Text returns the source text that the span covers.
func (s Span) Text() string {
	if s.File == nil {
		return ""
	}
	text := s.File.Text
	if s.File.load != nil {
		s.File.open()
		text = s.File.text
	}
	start := max(0, min(s.Start, len(text)))
	return text[start:max(start, min(s.End, len(text)))]
}
