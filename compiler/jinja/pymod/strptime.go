package pymod

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"mdl/compiler/jinja/value"
)

// directives are the patterns of strptime's directives.
var directives = map[byte]string{
	'd': `3[0-1]|[1-2]\d|0[1-9]|[1-9]| [1-9]`,
	'f': `[0-9]{1,6}`,
	'H': `2[0-3]|[0-1]\d|\d`,
	'I': `1[0-2]|0[1-9]|[1-9]`,
	'G': `\d\d\d\d`,
	'j': `36[0-6]|3[0-5]\d|[1-2]\d\d|0[1-9]\d|00[1-9]|[1-9]\d|0[1-9]|[1-9]`,
	'm': `1[0-2]|0[1-9]|[1-9]`,
	'M': `[0-5]\d|\d`,
	'S': `6[0-1]|[0-5]\d|\d`,
	'U': `5[0-3]|[0-4]\d|\d`,
	'W': `5[0-3]|[0-4]\d|\d`,
	'w': `[0-6]`,
	'u': `[1-7]`,
	'V': `5[0-3]|0[1-9]|[1-4]\d|\d`,
	'y': `\d\d`,
	'Y': `\d\d\d\d`,
	'z': `[+-]\d\d:?[0-5]\d(?::?[0-5]\d(?:\.\d{1,6})?)?|[Zz]`,
	'A': names(7, func(i int) string { return time.Weekday((i + 1) % 7).String() }),
	'a': names(7, func(i int) string { return time.Weekday((i + 1) % 7).String()[:3] }),
	'B': names(12, func(i int) string { return time.Month(i + 1).String() }),
	'b': names(12, func(i int) string { return time.Month(i + 1).String()[:3] }),
	'p': `am|pm`,
	'Z': `utc|gmt`,
	'%': `%`,
}

// compound are the directives that stand for several.
var compound = map[byte]string{'c': "%a %b %d %H:%M:%S %Y", 'x': "%m/%d/%y", 'X': "%H:%M:%S"}

func names(n int, name func(int) string) string {
	all := make([]string, n)
	for i := range n {
		all[i] = name(i)
	}
	return strings.Join(all, "|")
}

// parsedTime are the fields that a text was read into.
type parsedTime map[byte]string

func (p parsedTime) number(letter byte, absent int) int {
	text, ok := p[letter]
	if !ok {
		return absent
	}
	n, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil {
		return absent // the patterns let only digits through
	}
	return n
}

// index finds a name of a directive in its pattern, from 0, or gives -1.
func (p parsedTime) index(letter byte) int {
	for i, name := range strings.Split(directives[letter], "|") {
		if strings.EqualFold(name, p[letter]) {
			return i
		}
	}
	return -1
}

// strptime is datetime.strptime in the C locale.
func strptime(text, format string) (*value.DateTime, error) {
	pattern, letters, err := strptimePattern(format)
	if err != nil {
		return nil, err
	}
	re, err := regexp.Compile("(?is)^(?:" + pattern + ")")
	if err != nil {
		return nil, value.ValueErrorf("bad format %s: %v", value.Repr(value.Str(format)), err)
	}
	m := re.FindStringSubmatch(text)
	if m == nil {
		return nil, value.ValueErrorf("time data %s does not match format %s", value.Repr(value.Str(text)), value.Repr(value.Str(format)))
	}
	if rest := text[len(m[0]):]; rest != "" {
		return nil, value.ValueErrorf("unconverted data remains: %s", rest)
	}
	p := parsedTime{}
	for i, letter := range letters {
		p[letter] = m[i+1]
	}
	return p.build()
}

func strptimePattern(format string) (pattern string, letters []byte, err error) {
	var b strings.Builder
	seen := map[byte]bool{}
	for i := 0; i < len(format); i++ {
		c := format[i]
		if c == '%' {
			if i++; i == len(format) {
				return "", nil, value.ValueErrorf("stray %% in format '%s'", format)
			}
			letter := format[i]
			if long, ok := compound[letter]; ok {
				format = format[:i-1] + long + format[i+1:]
				i -= 2
				continue
			}
			sub, ok := directives[letter]
			if !ok {
				return "", nil, value.ValueErrorf("'%s' is a bad directive in format '%s'", format[i:i+1], format)
			}
			if letter == '%' {
				b.WriteString("%")
				continue
			}
			if seen[letter] {
				return "", nil, value.Errorf("error", "redefinition of group name '%c'", letter)
			}
			seen[letter] = true
			letters = append(letters, letter)
			b.WriteString("(" + sub + ")")
			continue
		}
		if strings.IndexByte(" \t\n\r\f\v", c) >= 0 {
			for i+1 < len(format) && strings.IndexByte(" \t\n\r\f\v", format[i+1]) >= 0 {
				i++
			}
			b.WriteString(`\s+`)
			continue
		}
		b.WriteString(regexp.QuoteMeta(string(c)))
	}
	return b.String(), letters, nil
}

func (p parsedTime) build() (*value.DateTime, error) {
	d, err := p.date()
	if err != nil {
		return nil, err
	}
	hour := p.number('H', 0)
	if _, ok := p['I']; ok {
		hour = p.number('I', 0) % 12
		if strings.EqualFold(p['p'], "pm") {
			hour += 12
		}
	}
	micro := 0
	if f, ok := p['f']; ok {
		micro, _ = strconv.Atoi((f + "000000")[:6]) // the pattern lets only digits through
	}
	zone := p.zone()
	y, m, day := d.Civil()
	return value.NewDateTime(y, m, day, hour, p.number('M', 0), p.number('S', 0), micro, zone)
}

// zone is the timezone of %z, or nil.
func (p parsedTime) zone() value.TZInfo {
	text, ok := p['z']
	if !ok {
		return nil
	}
	if text == "Z" || text == "z" {
		return value.UTC
	}
	clean := strings.ReplaceAll(text[1:], ":", "")
	digits, frac, _ := strings.Cut(clean, ".")
	part := func(at int) int64 {
		if at+2 > len(digits) {
			return 0
		}
		n, _ := strconv.Atoi(digits[at : at+2]) // the pattern lets only digits through
		return int64(n)
	}
	us, _ := strconv.Atoi((frac + "000000")[:6])
	offset := (part(0)*3600+part(2)*60+part(4))*usPerSec + int64(us)
	if text[0] == '-' {
		offset = -offset
	}
	return value.NewFixedZone(offset)
}

// date puts the date together from a month and day, a day of the year, or a
// week and weekday.
func (p parsedTime) date() (*value.Date, error) {
	year, hasYear := p.year()
	weekday := p.weekday()
	if _, ok := p['G']; ok {
		return p.isoDate(weekday)
	}
	if _, ok := p['V']; ok {
		if hasYear {
			return nil, value.ValueErrorf("ISO week directive '%%V' is incompatible with the year directive '%%Y'. " +
				"Use the ISO year '%%G' instead.")
		}
		return nil, value.ValueErrorf("ISO week directive '%%V' must be used with the ISO year directive '%%G' " +
			"and a weekday directive ('%%A', '%%a', '%%w', or '%%u').")
	}
	month, day := p.number('m', 1), p.number('d', 1)
	switch {
	case p['B'] != "":
		month = p.index('B') + 1
	case p['b'] != "":
		month = p.index('b') + 1
	}
	if julian := p.number('j', 0); julian > 0 {
		return p.ofYearDay(year, julian)
	}
	if hasYear && weekday >= 0 {
		if week, ok := p.week(); ok {
			return p.ofWeek(year, week, weekday)
		}
	}
	if !hasYear && month == 2 && day == 29 {
		return nil, value.ValueErrorf("day is out of range for month")
	}
	return value.NewDate(year, month, day)
}

func (p parsedTime) year() (year int, given bool) {
	if _, ok := p['Y']; ok {
		return p.number('Y', 1900), true
	}
	if _, ok := p['y']; !ok {
		return 1900, false
	}
	year = p.number('y', 0) + 1900
	if year < 1969 {
		year += 100
	}
	return year, true
}

// weekday is 0 on Monday, or -1.
func (p parsedTime) weekday() int {
	switch {
	case p['A'] != "":
		return p.index('A')
	case p['a'] != "":
		return p.index('a')
	case p['w'] != "":
		return (p.number('w', 0) + 6) % 7
	case p['u'] != "":
		return p.number('u', 1) - 1
	}
	return -1
}

func (p parsedTime) isoDate(weekday int) (*value.Date, error) {
	if p['V'] == "" || weekday < 0 {
		return nil, value.ValueErrorf("ISO year directive '%%G' must be used with the ISO week directive '%%V' " +
			"and a weekday directive ('%%A', '%%a', '%%w', or '%%u').")
	}
	return value.DateOfISOWeek(p.number('G', 0), p.number('V', 0), weekday+1)
}

func (p parsedTime) ofYearDay(year, day int) (*value.Date, error) {
	first, err := value.NewDate(year, 1, 1)
	if err != nil {
		return nil, err
	}
	return value.DateOfOrdinal(first.Ordinal() + day - 1)
}

// week is the number of %U (weeks from Sunday) or %W (from Monday); Sunday's
// weeks come as negative numbers less one.
func (p parsedTime) week() (int, bool) {
	if _, ok := p['U']; ok {
		return -p.number('U', 0) - 1, true
	}
	if _, ok := p['W']; ok {
		return p.number('W', 0), true
	}
	return 0, false
}

func (p parsedTime) ofWeek(year, week, weekday int) (*value.Date, error) {
	first, err := value.NewDate(year, 1, 1)
	if err != nil {
		return nil, err
	}
	start := (first.Ordinal() + 6) % 7 // the weekday of January 1, from Monday
	if week < 0 {
		week, start, weekday = -week-1, (start+1)%7, (weekday+1)%7
	}
	lead := (7 - start) % 7 // the days of week 0
	if week == 0 {
		return value.DateOfOrdinal(first.Ordinal() + weekday - start)
	}
	return value.DateOfOrdinal(first.Ordinal() + lead + 7*(week-1) + weekday)
}
