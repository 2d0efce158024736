package value

import (
	"math"
	"strconv"
	"strings"
)

// floatStyle is how a float is to be written.
type floatStyle struct {
	typ  byte // e, f, g or their capitals, or r for the shortest digits
	prec int
	alt  bool // keep the point and trailing zeros
	dot0 bool // an integer gets ".0"
}

// text writes a float that has no sign.
func (s floatStyle) text(f float64) string {
	var text string
	switch {
	case math.IsInf(f, 0):
		text = "inf"
	case math.IsNaN(f):
		text = "nan"
	default:
		text = s.finite(f)
	}
	if s.typ >= 'A' && s.typ <= 'Z' {
		return strings.ToUpper(text)
	}
	return text
}

func (s floatStyle) finite(f float64) string {
	switch s.typ {
	case 'f', 'F':
		text := strconv.FormatFloat(f, 'f', s.prec, 64)
		if s.alt && s.prec == 0 {
			text += "."
		}
		return text
	case 'e', 'E':
		text := strconv.FormatFloat(f, 'e', s.prec, 64)
		if s.alt && s.prec == 0 {
			text = strings.Replace(text, "e", ".e", 1)
		}
		return text
	case 'g', 'G':
		return s.general(f)
	}
	text := FormatFloat(f)
	if mantissa, exponent, ok := strings.Cut(text, "e"); ok && s.alt {
		text = s.trim(mantissa) + "e" + exponent
	}
	if !s.dot0 {
		text = strings.TrimSuffix(text, ".0")
	}
	return text
}

// general writes s.prec significant digits, with an exponent where the number
// is small or has more digits before the point.
func (s floatStyle) general(f float64) string {
	prec := max(s.prec, 1)
	text := strconv.FormatFloat(f, 'e', prec-1, 64)
	mantissa, exponent, _ := strings.Cut(text, "e")
	exp, _ := strconv.Atoi(exponent) // strconv wrote it
	limit := prec
	if s.dot0 {
		limit--
	}
	if exp+1 <= -4 || exp+1 > limit {
		return s.trim(mantissa) + "e" + exponent
	}
	text = s.trim(strconv.FormatFloat(f, 'f', prec-1-exp, 64))
	if s.dot0 && !strings.Contains(text, ".") {
		text += ".0"
	}
	return text
}

// trim drops trailing zeros behind the point, or with alt makes sure of a point.
func (s floatStyle) trim(digits string) string {
	hasPoint := strings.Contains(digits, ".")
	switch {
	case s.alt && !hasPoint:
		return digits + "."
	case s.alt || !hasPoint:
		return digits
	}
	return strings.TrimSuffix(strings.TrimRight(digits, "0"), ".")
}
