package graph

import (
	"strings"
	"unicode/utf8"
)

// glob is a compiled shell pattern with the meaning of Python's fnmatch: `*`
// is any text, dots and slashes included, `?` is one character, `[a-z]` and
// `[!a-z]` are one of a set, and a `[` that is never closed is itself.
type glob struct {
	text string
	// pieces is what stands between the stars of a pattern that has no other
	// wildcard; parts is any other pattern. Both are nil when there is none.
	pieces []string
	parts  []globPart
}

// globPart is one position of a pattern: a star, a set, or one character.
type globPart struct {
	star   bool
	any    bool // `?`
	char   rune // when neither star, any nor a set
	set    []runeRange
	isSet  bool
	negate bool
}

type runeRange struct{ low, high rune }

// hasWildcard reports whether dbt treats a name as a pattern. A lone `]`
// counts, as it does in dbt, though it matches only itself.
func hasWildcard(text string) bool { return strings.ContainsAny(text, "*?[]") }

func newGlob(pattern string) glob {
	g := glob{text: pattern}
	if !strings.ContainsAny(pattern, "*?[") {
		return g
	}
	if !strings.ContainsAny(pattern, "?[") {
		g.pieces = strings.Split(pattern, "*")
		return g
	}
	for i := 0; i < len(pattern); {
		c, size := utf8.DecodeRuneInString(pattern[i:])
		part := globPart{char: c}
		switch c {
		case '*':
			part.star = true
		case '?':
			part.any = true
		case '[':
			if end := closingBracket(pattern, i); end > 0 {
				part = parseSet(pattern[i+1 : end])
				size = end + 1 - i
			}
		}
		i += size
		if part.star && len(g.parts) > 0 && g.parts[len(g.parts)-1].star {
			continue
		}
		g.parts = append(g.parts, part)
	}
	return g
}

// closingBracket returns the offset of the `]` that closes the set which
// starts at i, or -1. A `]` in first place belongs to the set.
func closingBracket(pattern string, i int) int {
	i++
	if i < len(pattern) && pattern[i] == '!' {
		i++
	}
	if i < len(pattern) && pattern[i] == ']' {
		i++
	}
	if i >= len(pattern) {
		return -1
	}
	end := strings.IndexByte(pattern[i:], ']')
	if end < 0 {
		return -1
	}
	return i + end
}

// parseSet reads what stands between the brackets. A range that runs backwards
// is empty.
func parseSet(text string) globPart {
	part := globPart{isSet: true}
	if strings.HasPrefix(text, "!") {
		part.negate = true
		text = text[1:]
	}
	runes := []rune(text)
	for i := 0; i < len(runes); i++ {
		r := runeRange{runes[i], runes[i]}
		if i+2 < len(runes) && runes[i+1] == '-' {
			r.high = runes[i+2]
			i += 2
		}
		part.set = append(part.set, r)
	}
	return part
}

func (p *globPart) matches(c rune) bool {
	if p.any {
		return true
	}
	if !p.isSet {
		return p.char == c
	}
	for _, r := range p.set {
		if r.low <= c && c <= r.high {
			return !p.negate
		}
	}
	return p.negate
}

// match reports whether the whole name fits the pattern. It takes at most
// len(name) times len(pattern) steps.
func (g *glob) match(name string) bool {
	switch {
	case g.pieces != nil:
		return matchPieces(g.pieces, name)
	case g.parts != nil:
		return g.matchParts(name)
	}
	return g.text == name
}

// matchPieces finds the pieces in turn: the first one at the start, the last
// one at the end.
func matchPieces(pieces []string, name string) bool {
	first, last := pieces[0], pieces[len(pieces)-1]
	if len(name) < len(first)+len(last) || !strings.HasPrefix(name, first) || !strings.HasSuffix(name, last) {
		return false
	}
	name = name[len(first) : len(name)-len(last)]
	for _, piece := range pieces[1 : len(pieces)-1] {
		at := strings.Index(name, piece)
		if at < 0 {
			return false
		}
		name = name[at+len(piece):]
	}
	return true
}

func (g *glob) matchParts(name string) bool {
	p, i := 0, 0
	star, resume := -1, 0 // the last star, and where its text ends so far
	for i < len(name) {
		if p < len(g.parts) && g.parts[p].star {
			star, resume = p, i
			p++
			continue
		}
		c, size := utf8.DecodeRuneInString(name[i:])
		if p < len(g.parts) && g.parts[p].matches(c) {
			p++
			i += size
			continue
		}
		if star < 0 {
			return false
		}
		_, skip := utf8.DecodeRuneInString(name[resume:])
		resume += skip
		p, i = star+1, resume
	}
	for p < len(g.parts) && g.parts[p].star {
		p++
	}
	return p == len(g.parts)
}
