package engine

import (
	"strings"

	"mdl/compiler"
	"mdl/compiler/diag"
)

// script is SQL to run, which remembers where in it the user's own SQL stands,
// so that the warehouse's complaints lead back to the user's line.
type script struct {
	text    strings.Builder
	regions []region
}

type region struct {
	start, end int
	code       *compiler.Compiled
}

// newScript returns a script that begins with the given text.
func newScript(parts ...string) *script {
	s := &script{}
	return s.add(parts...)
}

// add appends SQL of the engine's own.
func (s *script) add(parts ...string) *script {
	for _, p := range parts {
		s.text.WriteString(p)
	}
	return s
}

// code appends a node's SQL on lines of its own: it may end in a comment.
func (s *script) code(c *compiler.Compiled) *script {
	s.text.WriteByte('\n')
	start := s.text.Len()
	s.text.WriteString(c.SQL)
	s.regions = append(s.regions, region{start, s.text.Len(), c})
	s.text.WriteByte('\n')
	return s
}

// embed appends another script, with its places.
func (s *script) embed(o *script) *script {
	for _, r := range o.regions {
		s.regions = append(s.regions, region{r.start + s.text.Len(), r.end + s.text.Len(), r.code})
	}
	s.text.WriteString(o.String())
	return s
}

// userScript returns the script that is a user's SQL and nothing else.
func userScript(c *compiler.Compiled) *script {
	s := &script{}
	s.text.WriteString(c.SQL)
	s.regions = []region{{0, len(c.SQL), c}}
	return s
}

func (s *script) String() string { return s.text.String() }

// at returns the place in the user's files that wrote the byte at offset, with
// the macro calls that led there; the zero Span where the engine wrote it.
func (s *script) at(offset int) (diag.Span, []diag.Frame) {
	for _, r := range s.regions {
		if offset < r.start || offset >= max(r.end, r.start+1) || r.code.Map == nil {
			continue
		}
		span, frames := r.code.Map.At(offset - r.start)
		return wholeToken(span, s.String()[offset:r.end]), frames
	}
	return diag.Span{}, nil
}

// wholeToken extends a span to the token at the start of sql where the source
// has the same text at that place.
func wholeToken(span diag.Span, sql string) diag.Span {
	if span.File == nil || span.Start < 0 || span.Start > len(span.File.Text) {
		return span
	}
	n := tokenLength(sql)
	if n > 0 && strings.HasPrefix(span.File.Text[span.Start:], sql[:n]) {
		span.End = span.Start + n
	}
	return span
}

// tokenLength is the length of the name, number or quoted name that sql begins
// with, at least 1 unless sql is empty.
func tokenLength(sql string) int {
	if sql == "" {
		return 0
	}
	if q := sql[0]; q == '"' || q == '\'' || q == '`' {
		if end := strings.IndexByte(sql[1:], q); end >= 0 {
			return end + 2
		}
		return 1
	}
	n := strings.IndexFunc(sql, func(r rune) bool {
		return !(r == '_' || r == '$' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r > 0x7f)
	})
	if n < 0 {
		return len(sql)
	}
	return max(n, 1)
}
