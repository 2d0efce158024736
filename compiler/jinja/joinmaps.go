package jinja

import (
	"sort"
	"strings"
)

// Piece is a part of a text that is put together from rendered texts.
type Piece struct {
	Text string
	// Map leads from Text to its source; nil for text that nobody wrote.
	Map *SourceMap
}

// Slice returns the part of a piece from one offset to another.
func (p Piece) Slice(from, to int) Piece {
	if p.Map == nil {
		return Piece{Text: p.Text[from:to]}
	}
	m := &SourceMap{size: to - from}
	runs := p.Map.runs
	first := max(0, sort.Search(len(runs), func(i int) bool { return runs[i].out > from })-1)
	for _, r := range runs[min(first, len(runs)):] {
		if r.out >= to {
			break
		}
		if r.out < from {
			if r.shift {
				r.at.start = min(r.at.start+int32(from-r.out), r.at.end)
			}
			r.out = from
		}
		r.out -= from
		m.runs = append(m.runs, r)
	}
	return Piece{p.Text[from:to], m}
}

// Join puts pieces together; the map leads each byte to where its piece does.
func Join(pieces ...Piece) (string, *SourceMap) {
	var text strings.Builder
	m := &SourceMap{}
	for _, p := range pieces {
		at := text.Len()
		if p.Map == nil {
			m.runs = append(m.runs, run{out: at})
		} else {
			for _, r := range p.Map.runs {
				r.out += at
				m.runs = append(m.runs, r)
			}
		}
		text.WriteString(p.Text)
	}
	m.size = text.Len()
	return text.String(), m
}
