package value

import (
	"fmt"
	"strconv"
	"strings"
)

// Strftime formats as Python's strftime does on Linux in the C locale, with
// glibc's flags - _ 0 ^ # and widths. An unknown directive stays as it is.
func (t *DateTime) Strftime(format string) (string, error) {
	var out strings.Builder
	for format != "" {
		i := strings.IndexByte(format, '%')
		if i < 0 {
			out.WriteString(format)
			break
		}
		out.WriteString(format[:i])
		d, rest := cutDirective(format[i:])
		format = rest
		out.WriteString(t.directive(d))
		if out.Len() > MaxText {
			return "", errTooBig("the text")
		}
	}
	return out.String(), nil
}

// directive is one %[flag][width]letter of strftime.
type directive struct {
	text   string // as it is written
	flag   byte
	width  int // -1: none
	letter byte
}

func cutDirective(s string) (d directive, rest string) {
	d.width = -1
	i := 1
	for i < len(s) && strings.IndexByte("-_0^#", s[i]) >= 0 {
		d.flag = s[i]
		i++
	}
	for i < len(s) && isASCIIDigit(s[i]) {
		d.width = min(max(d.width, 0)*10+int(s[i]-'0'), 1024)
		i++
	}
	if i >= len(s) {
		d.text = s
		return d, ""
	}
	d.letter = s[i]
	end := i + runeLen(s[i:])
	d.text = s[:end]
	return d, s[end:]
}

// number writes a number in a least width, with glibc's flags.
func (d directive) number(n, width int, fill byte) string {
	switch d.flag {
	case '-':
		width = 0
	case '_':
		fill = ' '
	case '0':
		fill = '0'
	}
	if d.width >= 0 && d.flag != '-' {
		width = d.width
	}
	s := strconv.Itoa(n)
	if missing := width - len(s); missing > 0 {
		s = strings.Repeat(string(fill), missing) + s
	}
	return s
}

func (d directive) word(s string) string {
	switch {
	case d.flag == '^', d.flag == '#' && d.letter != 'p' && d.letter != 'Z':
		s = strings.ToUpper(s)
	case d.flag == '#':
		s = strings.ToLower(s)
	}
	if missing := d.width - len(s); missing > 0 {
		s = strings.Repeat(" ", missing) + s
	}
	return s
}

func (t *DateTime) directive(d directive) string {
	y, m, day := civil(t.ord)
	switch d.letter {
	case 'a':
		return d.word(dayNames[weekday(t.ord)][:3])
	case 'A':
		return d.word(dayNames[weekday(t.ord)])
	case 'b', 'h':
		return d.word(monthNames[m][:3])
	case 'B':
		return d.word(monthNames[m])
	case 'C':
		return d.number(y/100, 1, '0')
	case 'd':
		return d.number(day, 2, '0')
	case 'e':
		return d.number(day, 2, ' ')
	case 'G':
		iso, _, _ := isoWeek(t.ord)
		return d.number(iso, 1, '0')
	case 'g':
		iso, _, _ := isoWeek(t.ord)
		return d.number(iso%100, 2, '0')
	case 'j':
		return d.number(t.yearDay(), 3, '0')
	case 'm':
		return d.number(m, 2, '0')
	case 'u':
		return d.number(weekday(t.ord)+1, 1, '0')
	case 'U':
		return d.number((t.yearDay()+6-(weekday(t.ord)+1)%7)/7, 2, '0')
	case 'V':
		_, week, _ := isoWeek(t.ord)
		return d.number(week, 2, '0')
	case 'w':
		return d.number((weekday(t.ord)+1)%7, 1, '0')
	case 'W':
		return d.number((t.yearDay()+6-weekday(t.ord))/7, 2, '0')
	case 'y':
		return d.number(y%100, 2, '0')
	case 'Y':
		return d.number(y, 1, '0')
	}
	return t.clockDirective(d)
}

func (t *DateTime) clockDirective(d directive) string {
	s := int(t.us / usPerSec)
	hour, minute := s/3600, s/60%60
	switch d.letter {
	case 'f':
		return fmt.Sprintf("%06d", t.us%usPerSec)
	case 'H':
		return d.number(hour, 2, '0')
	case 'I':
		return d.number((hour+11)%12+1, 2, '0')
	case 'k':
		return d.number(hour, 2, ' ')
	case 'l':
		return d.number((hour+11)%12+1, 2, ' ')
	case 'M':
		return d.number(minute, 2, '0')
	case 'n':
		return "\n"
	case 'p':
		return d.word(meridiem(hour))
	case 'P':
		return strings.ToLower(meridiem(hour))
	case 's':
		return d.number(int(floorSeconds(t.Unix())), 1, '0')
	case 'S':
		return d.number(s%60, 2, '0')
	case 't':
		return "\t"
	case 'z':
		if us, ok := t.zoneOffset(); ok {
			return offsetText(us, "")
		}
		return ""
	case 'Z':
		return d.word(t.zoneName())
	case '%':
		return "%"
	}
	if long := longDirective(d.letter); long != "" {
		text, _ := t.Strftime(long) // made of short directives
		return d.word(text)
	}
	return d.text
}

// longDirective spells a directive that stands for several.
func longDirective(letter byte) string {
	switch letter {
	case 'c':
		return "%a %b %e %H:%M:%S %Y"
	case 'D', 'x':
		return "%m/%d/%y"
	case 'F':
		return "%Y-%m-%d"
	case 'r':
		return "%I:%M:%S %p"
	case 'R':
		return "%H:%M"
	case 'T', 'X':
		return "%H:%M:%S"
	}
	return ""
}

func meridiem(hour int) string {
	if hour < 12 {
		return "AM"
	}
	return "PM"
}

func floorSeconds(us int64) int64 {
	s := us / usPerSec
	if us%usPerSec < 0 {
		s--
	}
	return s
}

func (t *DateTime) yearDay() int {
	y, _, _ := civil(t.ord)
	return t.ord - ordinal(y, 1, 1) + 1
}

// zoneOffset and zoneName ask the zone with no date where there is none.
func (t *DateTime) zoneOffset() (int64, bool) {
	if t.bare && t.zone != nil {
		return t.zone.UTCOffset(nil)
	}
	return t.Offset()
}

func (t *DateTime) zoneName() string {
	if t.zone == nil {
		return ""
	}
	at := t
	if t.bare {
		at = nil
	}
	name, _ := t.zone.ZoneName(at)
	return name
}
