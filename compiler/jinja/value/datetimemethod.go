package value

import (
	"math/big"
	"strings"
)

// dateTimeMethod is the table of datetime's methods.
func dateTimeMethod(name string) method[*DateTime] {
	switch name {
	case "date":
		return dtPlain(func(t *DateTime) (Value, error) { return t.Date(), nil })
	case "time":
		return dtPlain(func(t *DateTime) (Value, error) { return t.Clock(), nil })
	case "timetz":
		return dtPlain(func(t *DateTime) (Value, error) { return &Time{us: t.us, zone: t.zone, fold: t.fold}, nil })
	case "weekday":
		return dtPlain(func(t *DateTime) (Value, error) { return Int(weekday(t.ord)), nil })
	case "isoweekday":
		return dtPlain(func(t *DateTime) (Value, error) { return Int(weekday(t.ord) + 1), nil })
	case "isocalendar":
		return dtPlain(func(t *DateTime) (Value, error) { return newISOCalendar(t.ord), nil })
	case "toordinal":
		return dtPlain(func(t *DateTime) (Value, error) { return Int(t.ord), nil })
	case "ctime":
		return dtPlain(func(t *DateTime) (Value, error) { return Str(t.ctime()), nil })
	case "timestamp":
		return dtPlain((*DateTime).timestamp)
	case "utcoffset":
		return dtPlain(func(t *DateTime) (Value, error) { return offsetValue(t.Offset()) })
	case "dst":
		return dtPlain(func(t *DateTime) (Value, error) {
			if t.zone == nil {
				return None, nil
			}
			return offsetValue(t.zone.DST(t))
		})
	case "tzname":
		return dtPlain(func(t *DateTime) (Value, error) {
			if t.zone == nil {
				return None, nil
			}
			return nameValue(t.zone.ZoneName(t))
		})
	case "isoformat":
		return method[*DateTime]{-1, -1, dtISOFormat}
	case "replace":
		return method[*DateTime]{-1, -1, dtReplace}
	case "astimezone":
		return method[*DateTime]{-1, -1, dtAsTimeZone}
	case "strftime":
		return method[*DateTime]{1, 1, func(_ Thread, t *DateTime, a Args) (Value, error) { return strftimeArg(t, a) }}
	}
	return method[*DateTime]{}
}

func dtPlain(fn func(*DateTime) (Value, error)) method[*DateTime] {
	return method[*DateTime]{0, 0, func(_ Thread, t *DateTime, _ Args) (Value, error) { return fn(t) }}
}

// timestamp takes a naive datetime to be in UTC: a compiler has no local zone.
func (t *DateTime) timestamp() (Value, error) {
	off, _ := t.Offset()
	return bigDiv(big.NewInt(t.Unix()-off), big.NewInt(usPerSec))
}

func dtISOFormat(_ Thread, t *DateTime, a Args) (Value, error) {
	got, err := bindBuiltin("isoformat", a, Optional("sep", Str("T")), Optional("timespec", Str("auto")))
	if err != nil {
		return nil, err
	}
	sep, ok := got[0].(Str)
	if !ok {
		return nil, TypeErrorf("isoformat() argument 1 must be a unicode character, not %s", got[0].TypeName())
	}
	if runeCount(string(sep)) != 1 {
		return nil, TypeErrorf("isoformat() argument 1 must be a unicode character, not str")
	}
	clock, err := clockSpec(t.us, ToStr(got[1]))
	if err != nil {
		return nil, err
	}
	return Str(t.Date().Str() + string(sep) + clock + t.offsetSuffix()), nil
}

func dtReplace(_ Thread, t *DateTime, a Args) (Value, error) {
	y, m, d := civil(t.ord)
	params := []Param{Optional("year", Int(y)), Optional("month", Int(m)), Optional("day", Int(d))}
	params = append(params, clockParams(t.us)...)
	params = append(params, Optional("tzinfo", zoneValue(t.zone)), Param{"fold", Int(t.fold), KeywordOnly})
	got, err := bindBuiltin("replace", a, params...)
	if err != nil {
		return nil, err
	}
	return DateTimeOfParts(got)
}

// DateTimeOfParts makes a datetime of year, month, day, hour, minute, second,
// microsecond, tzinfo and fold.
func DateTimeOfParts(parts []Value) (Value, error) {
	n, err := indexes(parts[:7])
	if err != nil {
		return nil, err
	}
	zone, err := ZoneOf(parts[7])
	if err != nil {
		return nil, err
	}
	t, err := NewDateTime(n[0], n[1], n[2], n[3], n[4], n[5], n[6], zone)
	if err != nil {
		return nil, err
	}
	if t.fold, err = foldOf(parts[8]); err != nil {
		return nil, err
	}
	return t, nil
}

func dtAsTimeZone(_ Thread, t *DateTime, a Args) (Value, error) {
	got, err := bindBuiltin("astimezone", a, Optional("tz", None))
	if err != nil {
		return nil, err
	}
	zone, err := ZoneOf(got[0])
	if err != nil {
		return nil, err
	}
	if zone == nil {
		zone = UTC
	}
	if t.zone != nil && Same(t.zone, zone) {
		return t, nil
	}
	off, _ := t.Offset()
	utc, err := DateTimeOfUnix(t.Unix()-off, zone)
	if err != nil {
		return nil, err
	}
	return zone.FromUTC(utc), nil
}

// ISODateTime reads the text that isoformat writes, and the other forms that
// Python 3.11's fromisoformat takes: compact dates, weeks, a Z, any separator.
func ISODateTime(text string) (*DateTime, error) {
	fail := ValueErrorf("Invalid isoformat string: %s", quote(text))
	if len(text) < 7 || !isASCII(text) {
		return nil, fail
	}
	cut := isoDateLen(text)
	if cut > len(text) {
		return nil, fail
	}
	d, err := isoDate(text[:cut], fail)
	if err != nil {
		return nil, err
	}
	t := &DateTime{ord: d.ord}
	if cut == len(text) {
		return t, nil
	}
	clock, err := isoTime(text[cut+1:], fail)
	if err != nil {
		return nil, err
	}
	t.us, t.zone = clock.us, clock.zone
	return t, nil
}

// isoDateLen is the length of the date at the start of an ISO datetime.
func isoDateLen(s string) int {
	if len(s) == 7 {
		return 7
	}
	digitAt := func(i int) bool { return i < len(s) && isASCIIDigit(s[i]) }
	if s[4] == '-' {
		if s[5] != 'W' {
			return 10
		}
		if len(s) > 8 && s[8] == '-' {
			if len(s) == 9 {
				return 10
			}
			if len(s) > 10 && digitAt(10) {
				return 8
			}
			return 10
		}
		return 8
	}
	if s[4] == 'W' {
		i := 7
		for digitAt(i) {
			i++
		}
		if i < 9 {
			return i
		}
		if i%2 == 0 {
			return 7
		}
		return 8
	}
	return 8
}

// ISODate reads a date as date.fromisoformat does.
func ISODate(text string) (*Date, error) {
	fail := ValueErrorf("Invalid isoformat string: %s", quote(text))
	if n := len(text); n != 7 && n != 8 && n != 10 {
		return nil, fail
	}
	return isoDate(text, fail)
}

func isoDate(s string, fail error) (*Date, error) {
	p := isoParser{rest: s}
	y := p.digits(4)
	dash := p.take('-')
	if p.take('W') {
		week, day := p.digits(2), 1
		if p.rest != "" {
			if p.take('-') != dash {
				return nil, fail
			}
			day = p.digits(1)
		}
		if p.bad || p.rest != "" {
			return nil, fail
		}
		return DateOfISOWeek(y, week, day)
	}
	m := p.digits(2)
	if p.take('-') != dash {
		return nil, fail
	}
	d := p.digits(2)
	if p.bad || p.rest != "" {
		return nil, fail
	}
	return NewDate(y, m, d)
}

// DateOfISOWeek is date.fromisocalendar.
func DateOfISOWeek(year, week, day int) (*Date, error) {
	if year < MinYear || year > MaxYear {
		return nil, ValueErrorf("Year is out of range: %d", year)
	}
	last := 52
	if first := weekday(ordinal(year, 1, 1)); first == 3 || first == 2 && isLeap(year) {
		last = 53
	}
	if week < 1 || week > last {
		return nil, ValueErrorf("Invalid week: %d", week)
	}
	if day < 1 || day > 7 {
		return nil, ValueErrorf("Invalid day: %d (range is [1, 7])", day)
	}
	return DateOfOrdinal(isoYearStart(year) + (week-1)*7 + day - 1)
}

// ISOTime reads a time as time.fromisoformat does.
func ISOTime(text string) (*Time, error) {
	return isoTime(strings.TrimPrefix(text, "T"), ValueErrorf("Invalid isoformat string: %s", quote(text)))
}

func isoTime(s string, fail error) (*Time, error) {
	clock, zoneText := s, ""
	if i := strings.IndexAny(s, "+-Z"); i >= 0 {
		clock, zoneText = s[:i], s[i:]
	}
	us, ok := isoClock(clock)
	if !ok {
		return nil, fail
	}
	hour, minute, second := int(us/usPerSec/3600), int(us/usPerSec/60%60), int(us/usPerSec%60)
	if us >= usPerDay {
		return nil, ValueErrorf("hour must be in 0..23")
	}
	if err := checkTime(hour, minute, second, 0); err != nil {
		return nil, err
	}
	t := &Time{us: us}
	switch {
	case zoneText == "":
	case zoneText[0] == 'Z':
		if zoneText != "Z" {
			return nil, fail
		}
		t.zone = UTC
	default:
		off, ok := isoClock(zoneText[1:])
		if !ok || off >= usPerDay {
			return nil, fail
		}
		if zoneText[0] == '-' {
			off = -off
		}
		t.zone = NewFixedZone(off)
	}
	return t, nil
}

// isoClock reads hh[:mm[:ss[.f+]]], with or without the colons.
func isoClock(s string) (us int64, ok bool) {
	p := isoParser{rest: s}
	h := p.digits(2)
	colon := strings.HasPrefix(p.rest, ":")
	m, sec := 0, 0
	if p.rest != "" {
		p.take(':')
		m = p.digits(2)
	}
	if p.rest != "" && p.rest[0] != '.' && p.rest[0] != ',' {
		if p.take(':') != colon {
			return 0, false
		}
		sec = p.digits(2)
	}
	frac := int64(0)
	if p.rest != "" && (p.take('.') || p.take(',')) {
		if p.rest == "" || strings.Trim(p.rest, "0123456789") != "" {
			return 0, false
		}
		n := isoParser{rest: (p.rest + "000000")[:6]}
		frac = int64(n.digits(6))
		p.rest = ""
	}
	if p.bad || p.rest != "" || m > 59 || sec > 59 {
		return 0, false
	}
	return (int64(h)*3600+int64(m)*60+int64(sec))*usPerSec + frac, true
}

// isoParser takes fixed numbers of digits off a text.
type isoParser struct {
	rest string
	bad  bool
}

func (p *isoParser) digits(n int) int {
	if len(p.rest) < n {
		p.bad = true
		return 0
	}
	x := 0
	for i := range n {
		if !isASCIIDigit(p.rest[i]) {
			p.bad = true
			return 0
		}
		x = x*10 + int(p.rest[i]-'0')
	}
	p.rest = p.rest[n:]
	return x
}

func (p *isoParser) take(c byte) bool {
	if p.rest == "" || p.rest[0] != c {
		return false
	}
	p.rest = p.rest[1:]
	return true
}
