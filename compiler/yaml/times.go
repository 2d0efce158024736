package yaml

import (
	"strconv"
	"strings"
)

// moment is a date or timestamp taken apart but not checked.
type moment struct {
	parts  [7]int // year, month, day, hour, minute, second, microsecond
	zone   bool
	offset int // seconds east of UTC
}

// cutTime takes a text apart that has the shape of a date (2024-01-31) or of a
// timestamp (2024-1-31 10:00:00.5 +02:00); clock tells which.
func cutTime(text string) (m moment, clock, ok bool) {
	s := scan{text, true}
	m.parts[0] = s.digits(4, 4)
	s.lit("-")
	m.parts[1] = s.digits(1, 2)
	s.lit("-")
	m.parts[2] = s.digits(1, 2)
	if s.ok && s.rest == "" {
		return m, false, len(text) == len("2024-01-31")
	}
	if !s.skip("Tt", 1) && !s.skip(" \t", len(s.rest)) {
		return m, true, false
	}
	m.parts[3] = s.digits(1, 2)
	s.lit(":")
	m.parts[4] = s.digits(2, 2)
	s.lit(":")
	m.parts[5] = s.digits(2, 2)
	if s.ok && strings.HasPrefix(s.rest, ".") {
		s.lit(".")
		m.parts[6] = s.fraction()
	}
	if !s.ok || s.rest == "" {
		return m, true, s.ok
	}
	s.skip(" \t", len(s.rest))
	m.zone = true
	if s.rest == "Z" {
		return m, true, true
	}
	sign := 1
	if strings.HasPrefix(s.rest, "-") {
		sign = -1
	} else if !strings.HasPrefix(s.rest, "+") {
		return m, true, false
	}
	s.rest = s.rest[1:]
	m.offset = sign * s.digits(1, 2) * 3600
	if s.rest != "" {
		s.lit(":")
		m.offset += sign * s.digits(2, 2) * 60
	}
	return m, true, s.ok && s.rest == ""
}

// scan reads a text from the left until something does not fit.
type scan struct {
	rest string
	ok   bool
}

func (s *scan) lit(want string) {
	rest, ok := strings.CutPrefix(s.rest, want)
	s.rest, s.ok = rest, s.ok && ok
}

// digits reads between lo and hi digits.
func (s *scan) digits(lo, hi int) int {
	n := 0
	for n < hi && n < len(s.rest) && isDigit(s.rest[n]) {
		n++
	}
	v, _ := strconv.Atoi(s.rest[:n])
	s.rest, s.ok = s.rest[n:], s.ok && n >= lo
	return v
}

// skip goes over up to n letters of a set and reports whether there was one.
func (s *scan) skip(set string, n int) bool {
	i := 0
	for i < n && i < len(s.rest) && strings.IndexByte(set, s.rest[i]) >= 0 {
		i++
	}
	s.rest = s.rest[i:]
	return i > 0
}

// fraction reads digits as microseconds; further digits are dropped.
func (s *scan) fraction() int {
	n := 0
	for n < len(s.rest) && isDigit(s.rest[n]) {
		n++
	}
	v, _ := strconv.Atoi((s.rest[:n] + "000000")[:6])
	s.rest = s.rest[n:]
	return v
}
