package engine

import "bytes"

// shape is a form of values whose effect on the inference is known: all values
// of a shape have the same, but for the size and the fraction of numbers.
type shape uint8

const (
	otherShape shape = iota
	numberShape
	dayShape
	dateTimeShape
	isoShape
	booleanShape
	quotesShape // it holds quotes, and is text
)

// excludes is what a shape rules out.
var excludes = [...]inference{
	numberShape:   {noDate: true, noDateTime: true, noISO: true, noBoolean: true},
	dayShape:      {noNumber: true, noDateTime: true, noISO: true, noBoolean: true},
	dateTimeShape: {noNumber: true, noDate: true, noISO: true, noBoolean: true},
	isoShape:      {noNumber: true, noDate: true, noDateTime: true, noBoolean: true},
	booleanShape:  {noNumber: true, noDate: true, noDateTime: true, noISO: true},
	quotesShape:   {noNumber: true, noDate: true, noDateTime: true, noISO: true, noBoolean: true},
}

// look takes a value into account, as see does, and fast where the value has
// one of the shapes that nearly all values have. It has at least one byte.
func (c *columnScan) look(value []byte, hasQuotes bool) {
	shape := quotesShape
	if !hasQuotes {
		shape = c.shapeOf(value)
	}
	switch {
	case shape == otherShape:
		c.special = true
		c.see(string(value))
	case c.seen&(1<<shape) != 0:
		return
	default:
		c.seen |= 1 << shape
		c.merge(excludes[shape])
	}
	c.text = c.result() == typeText
}

func (c *columnScan) shapeOf(value []byte) shape {
	switch first := value[0]; {
	case isDigit(first) && len(value) >= 10 && value[4] == '-':
		return momentShape(value)
	case isDigit(first) || first == '-':
		if c.number(value) {
			return numberShape
		}
	case first|0x20 == 't' && bytes.EqualFold(value, trueText), first|0x20 == 'f' && bytes.EqualFold(value, falseText):
		return booleanShape
	}
	return otherShape
}

// momentShape is that of a day, perhaps with a time.
func momentShape(value []byte) shape {
	if !isDay(value[:10]) {
		return otherShape
	}
	switch rest := value[10:]; {
	case len(rest) == 0:
		return dayShape
	case rest[0] == ' ' && len(rest) == 9 && isClock(rest[1:]):
		return dateTimeShape
	case rest[0] == 'T' && isISOClock(rest[1:]):
		return isoShape
	}
	return otherShape
}

var trueText, falseText = []byte("true"), []byte("false")

// number takes a plain number into account: digits, with a sign, a fraction or
// an exponent. It reports false for any other form.
func (c *columnScan) number(value []byte) bool {
	at := 0
	if value[0] == '-' {
		at++
	}
	whole, end := digits(value, at)
	switch {
	case end == at || end-at > 18:
		return false
	case end < len(value) && value[end] == '.':
		at = end + 1
		fraction := false
		for end = at; end < len(value) && isDigit(value[end]); end++ {
			fraction = fraction || value[end] != '0'
		}
		if end == at {
			return false
		}
		c.decimals, c.zeros = c.decimals || fraction, c.zeros || !fraction
	}
	if end < len(value) && value[end]|0x20 == 'e' {
		at = end + 1
		if at < len(value) && (value[at] == '-' || value[at] == '+') {
			at++
		}
		if _, end = digits(value, at); end == at {
			return false
		}
		c.decimals = true
	}
	c.wide = c.wide || whole > 2147483647
	return end == len(value)
}

// digits reads a number of up to 18 digits and returns its end.
func digits(value []byte, at int) (n uint64, end int) {
	for end = at; end < len(value) && isDigit(value[end]); end++ {
		n = n*10 + uint64(value[end]-'0')
	}
	return n, end
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// two is the number that two digits spell, or -1.
func two(b []byte) int {
	if !isDigit(b[0]) || !isDigit(b[1]) {
		return -1
	}
	return int(b[0]-'0')*10 + int(b[1]-'0')
}

// isDay reports whether ten bytes are a day that exists: 2024-02-29.
func isDay(b []byte) bool {
	century, year, month, day := two(b), two(b[2:]), two(b[5:]), two(b[8:])
	if b[4] != '-' || b[7] != '-' || century < 0 || year < 0 || century+year == 0 || month < 1 || month > 12 || day < 1 {
		return false
	}
	days := [...]int{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}[month-1]
	if year = century*100 + year; month == 2 && year%4 == 0 && (year%100 != 0 || year%400 == 0) {
		days++
	}
	return day <= days
}

// isClock reports whether eight bytes are a time: 23:59:59.
func isClock(b []byte) bool {
	h, m, s := two(b), two(b[3:]), two(b[6:])
	return b[2] == ':' && b[5] == ':' && h >= 0 && h < 24 && m >= 0 && m < 60 && s >= 0 && s < 60
}

// isISOClock is the same with up to six digits of a fraction.
func isISOClock(b []byte) bool {
	if len(b) < 8 || !isClock(b[:8]) {
		return false
	}
	fraction := b[8:]
	if len(fraction) == 0 {
		return true
	}
	_, end := digits(fraction, 1)
	return fraction[0] == '.' && end == len(fraction) && end > 1 && end <= 7
}
