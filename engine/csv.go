package engine

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

// csvFile is a seed's file, read as Python's csv module reads it: a quote
// opens a quoted field only as its first character, is doubled inside one, and
// what follows the closing quote belongs to the field.
type csvFile struct {
	header  []string
	records [][]csvField
}

// csvField is one field, with the byte offset of its first character.
type csvField struct {
	text   string
	offset int
}

// csvError is a place at which a file cannot be read.
type csvError struct {
	offset int
	what   string
}

func (e *csvError) Error() string { return e.what }

var utf8BOM = []byte("\ufeff")

// readCSV parses a file with a header line. A byte order mark is skipped.
// Lines without any field are skipped; a record with fewer fields than the
// header is an error, as one with more.
func readCSV(text []byte, delimiter byte) (*csvFile, error) {
	if i := invalidUTF8(text); i >= 0 {
		return nil, &csvError{i, "the file is not UTF-8"}
	}
	r := &csvReader{text: text, delimiter: delimiter}
	if bytes.HasPrefix(text, utf8BOM) {
		r.pos = len(utf8BOM)
	}
	header := r.record()
	if header == nil {
		return nil, &csvError{0, "the file is empty: a seed needs a header line"}
	}
	f := &csvFile{}
	for _, h := range header {
		f.header = append(f.header, h.text)
	}
	for {
		start := r.pos
		rec := r.record()
		if rec == nil {
			return f, nil
		}
		if len(rec) == 1 && rec[0].text == "" && len(header) > 1 {
			continue
		}
		if len(rec) != len(header) {
			return nil, &csvError{start, fmt.Sprintf("%d fields, but the header has %d", len(rec), len(header))}
		}
		f.records = append(f.records, rec)
	}
}

func invalidUTF8(text []byte) int {
	if utf8.Valid(text) {
		return -1
	}
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return -1
}

type csvReader struct {
	text      []byte
	pos       int
	delimiter byte
}

// record reads one record with its line end, skipping empty lines; nil at the
// end of the file.
func (r *csvReader) record() []csvField {
	for r.pos < len(r.text) && (r.text[r.pos] == '\n' || r.text[r.pos] == '\r') {
		r.pos++
	}
	if r.pos >= len(r.text) {
		return nil
	}
	var rec []csvField
	for {
		start := r.pos
		rec = append(rec, csvField{r.field(), start})
		if r.pos >= len(r.text) {
			return rec
		}
		c := r.text[r.pos]
		r.pos++
		if c == r.delimiter {
			continue
		}
		if c == '\r' && r.pos < len(r.text) && r.text[r.pos] == '\n' {
			r.pos++
		}
		return rec
	}
}

// field reads up to the delimiter or line end that follows the field.
func (r *csvReader) field() string {
	if r.pos < len(r.text) && r.text[r.pos] == '"' {
		return r.quoted()
	}
	start := r.pos
	r.skipPlain()
	return string(r.text[start:r.pos])
}

func (r *csvReader) skipPlain() {
	for r.pos < len(r.text) {
		if c := r.text[r.pos]; c == r.delimiter || c == '\n' || c == '\r' {
			return
		}
		r.pos++
	}
}

func (r *csvReader) quoted() string {
	var field []byte
	for r.pos++; r.pos < len(r.text); r.pos++ {
		if r.text[r.pos] != '"' {
			field = append(field, r.text[r.pos])
			continue
		}
		if r.pos+1 < len(r.text) && r.text[r.pos+1] == '"' {
			field = append(field, '"')
			r.pos++
			continue
		}
		r.pos++
		start := r.pos
		r.skipPlain()
		return string(append(field, r.text[start:r.pos]...))
	}
	return string(field)
}
