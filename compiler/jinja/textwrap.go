package jinja

import (
	"strings"
	"unicode"

	"mdl/compiler/jinja/value"
)

var wordwrapParams = params(opt("width", value.Int(79)), opt("break_long_words", value.True), opt("wrapstring", value.None),
	opt("break_on_hyphens", value.True))

// wrapper wraps text as Python's textwrap does.
type wrapper struct {
	width   int
	long    bool // words longer than a line are broken
	hyphens bool // words may be broken behind hyphens
}

func filterWordwrap(_ *thread, v value.Value, args []value.Value) (value.Value, error) {
	text, err := textOf(v)
	if err != nil {
		return nil, err
	}
	width, err := intArg(args[0])
	if err != nil {
		return nil, err
	}
	if width <= 0 {
		return nil, value.ValueErrorf("invalid width %d (must be > 0)", width)
	}
	w := wrapper{width: width, long: value.Truth(args[1]), hyphens: value.Truth(args[3])}
	newline := "\n"
	if !value.IsNone(args[2]) {
		newline = value.ToStr(args[2])
	}
	var paragraphs []string
	for _, line := range value.SplitLines(text, false) {
		paragraphs = append(paragraphs, strings.Join(w.wrap([]rune(line)), newline))
	}
	return value.Str(strings.Join(paragraphs, newline)), nil
}

// wrap breaks one paragraph into lines.
func (w wrapper) wrap(text []rune) []string {
	var lines []string
	chunks := w.chunks(text)
	for len(chunks) > 0 {
		if len(lines) > 0 && isBlank(chunks[0]) {
			chunks = chunks[1:]
			continue
		}
		var line [][]rune
		n := 0
		for len(chunks) > 0 && n+len(chunks[0]) <= w.width {
			line, n = append(line, chunks[0]), n+len(chunks[0])
			chunks = chunks[1:]
		}
		if len(chunks) > 0 && len(chunks[0]) > w.width {
			var part []rune
			part, chunks = w.breakWord(chunks, w.width-n, len(line) == 0)
			if part != nil {
				line = append(line, part)
			}
		}
		if len(line) > 0 && isBlank(line[len(line)-1]) {
			line = line[:len(line)-1]
		}
		if len(line) > 0 {
			var b strings.Builder
			for _, chunk := range line {
				b.WriteString(string(chunk))
			}
			lines = append(lines, b.String())
		}
	}
	return lines
}

// breakWord takes what fits into the room left of a word that is longer than a
// line.
func (w wrapper) breakWord(chunks [][]rune, room int, first bool) ([]rune, [][]rune) {
	chunk := chunks[0]
	if !w.long {
		if first {
			return chunk, chunks[1:]
		}
		return nil, chunks
	}
	end := room
	if w.hyphens && len(chunk) > room {
		hyphen := -1
		for i := room - 1; i > 0; i-- {
			if chunk[i] == '-' {
				hyphen = i
				break
			}
		}
		if hyphen > 0 && strings.Trim(string(chunk[:hyphen]), "-") != "" {
			end = hyphen + 1
		}
	}
	if end == 0 {
		return nil, append([][]rune{chunk}, chunks[1:]...)
	}
	rest := append([][]rune{chunk[end:]}, chunks[1:]...)
	return chunk[:end], rest
}

func isBlank(chunk []rune) bool {
	for _, r := range chunk {
		if !isSpace(r) {
			return false
		}
	}
	return true
}

// chunks splits a text where lines may be broken: at spaces and, if wanted,
// behind hyphens and around dashes.
func (w wrapper) chunks(text []rune) [][]rune {
	var out [][]rune
	for start := 0; start < len(text); {
		end := w.chunkEnd(text, start)
		out = append(out, text[start:end])
		start = end
	}
	return out
}

func (w wrapper) chunkEnd(text []rune, start int) int {
	i := start
	if isWrapSpace(text[i]) {
		for i < len(text) && isWrapSpace(text[i]) {
			i++
		}
		return i
	}
	if w.hyphens {
		if n := dashes(text, start); n > 0 {
			return start + n
		}
	}
	for i++; i < len(text) && !isWrapSpace(text[i]); i++ {
		if !w.hyphens {
			continue
		}
		if text[i] == '-' && hyphenBreaks(text, start, i) {
			return i + 1
		}
		if dashes(text, i) > 0 {
			return i
		}
	}
	return i
}

// dashes is the length of a dash of two or more hyphens between words at i.
func dashes(text []rune, i int) int {
	if i == 0 || !isWordPunct(text[i-1]) {
		return 0
	}
	n := 0
	for i+n < len(text) && text[i+n] == '-' {
		n++
	}
	if n < 2 || i+n >= len(text) || !isWordRune(text[i+n]) {
		return 0
	}
	return n
}

// hyphenBreaks reports whether a word may be broken behind the hyphen at i.
func hyphenBreaks(text []rune, start, i int) bool {
	letter := func(j int) bool { return j >= 0 && j < len(text) && unicode.IsLetter(text[j]) }
	before := letter(i-1) && letter(i-2) || i >= 3 && isWordPunct(text[i-1]) && text[i-2] == '-' && letter(i-3)
	if !before || !letter(i+1) {
		return false
	}
	return letter(i+2) || i+2 < len(text) && text[i+2] == '-' && letter(i+3)
}

func isWrapSpace(r rune) bool { return strings.ContainsRune("\t\n\v\f\r ", r) }

func isWordRune(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsNumber(r) }

func isWordPunct(r rune) bool { return isWordRune(r) || strings.ContainsRune("!\"'&.,?", r) }
