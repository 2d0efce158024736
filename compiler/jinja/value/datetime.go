package value

import (
	"fmt"
	"math/big"
	"time"
)

// DateTime is a Python datetime.datetime, with or without a zone.
type DateTime struct {
	ord  int   // the date, as in Date
	us   int64 // of the day
	zone TZInfo
	fold int
	bare bool // stands for a time without a date in strftime
}

// NewDateTime makes a datetime; zone may be nil. It fails as Python's
// constructor does.
func NewDateTime(year, month, day, hour, minute, second, micro int, zone TZInfo) (*DateTime, error) {
	if err := checkDate(year, month, day); err != nil {
		return nil, err
	}
	if err := checkTime(hour, minute, second, micro); err != nil {
		return nil, err
	}
	return &DateTime{ord: ordinal(year, month, day), us: dayMicros(hour, minute, second, micro), zone: zone}, nil
}

// Combine makes a datetime of a date and a time's own zone.
func Combine(d *Date, t *Time, zone TZInfo) *DateTime {
	return &DateTime{ord: d.ord, us: t.us, zone: zone, fold: t.fold}
}

// DateTimeOf makes a datetime of a Go time's clock: naive when the time is in
// UTC, else with its fixed offset. Years outside Python's become the nearest.
func DateTimeOf(t time.Time) *DateTime {
	var zone TZInfo
	if t.Location() != time.UTC {
		_, offset := t.Zone()
		zone = NewFixedZone(int64(offset) * usPerSec)
	}
	return clockOf(t, zone)
}

// DateTimeIn makes the datetime of an instant in a zone.
func DateTimeIn(t time.Time, zone TZInfo) *DateTime {
	return zone.FromUTC(clockOf(t.UTC(), zone))
}

func clockOf(t time.Time, zone TZInfo) *DateTime {
	y, m, d := t.Date()
	if y < MinYear || y > MaxYear {
		y, m, d = min(max(y, MinYear), MaxYear), 1, 1
	}
	return &DateTime{
		ord:  ordinal(y, int(m), d),
		us:   dayMicros(t.Hour(), t.Minute(), t.Second(), t.Nanosecond()/1000),
		zone: zone,
	}
}

// TypeName implements Value.
func (*DateTime) TypeName() string { return "datetime.datetime" }

// Module implements Moduled.
func (*DateTime) Module() string { return "datetime" }

// Zone is the datetime's tzinfo, or nil.
func (t *DateTime) Zone() TZInfo { return t.zone }

// WithZone is the same clock with another tzinfo, which may be nil.
func (t *DateTime) WithZone(zone TZInfo) *DateTime {
	r := *t
	r.zone = zone
	return &r
}

// Date is the datetime's date.
func (t *DateTime) Date() *Date { return &Date{ord: t.ord} }

// Clock is the datetime's time of day without its zone.
func (t *DateTime) Clock() *Time { return &Time{us: t.us, fold: t.fold} }

// Unix is the clock as microseconds since 1970, as if it were in UTC.
func (t *DateTime) Unix() int64 { return int64(t.ord-unixOrdinal)*usPerDay + t.us }

const unixOrdinal = 719163 // 1970-01-01

// DateTimeOfUnix is the clock of microseconds since 1970; it fails outside
// Python's years.
func DateTimeOfUnix(us int64, zone TZInfo) (*DateTime, error) {
	days := us / usPerDay
	if us %= usPerDay; us < 0 {
		us += usPerDay
		days--
	}
	ord := days + unixOrdinal
	if ord < 1 || ord > maxOrdinal {
		return nil, Errorf("OverflowError", "date value out of range")
	}
	return &DateTime{ord: int(ord), us: us, zone: zone}, nil
}

// Shifted moves the clock by microseconds; beyond Python's years it stays.
func (t *DateTime) Shifted(us int64) *DateTime {
	r, err := DateTimeOfUnix(t.Unix()+us, t.zone)
	if err != nil {
		return t
	}
	return r
}

// Offset is the offset from UTC in microseconds; false for a naive datetime.
func (t *DateTime) Offset() (int64, bool) {
	if t.zone == nil {
		return 0, false
	}
	return t.zone.UTCOffset(t)
}

// Str implements Printer.
func (t *DateTime) Str() string { return t.iso(" ") }

func (t *DateTime) iso(sep string) string {
	return t.Date().Str() + sep + clockText(t.us) + t.offsetSuffix()
}

func (t *DateTime) offsetSuffix() string {
	if us, ok := t.Offset(); ok {
		return offsetText(us, ":")
	}
	return ""
}

// Repr implements Printer.
func (t *DateTime) Repr() string {
	y, m, d := civil(t.ord)
	return fmt.Sprintf("datetime.datetime(%d, %d, %d, %s%s)", y, m, d, clockRepr(t.us, false), zoneRepr(t.zone, t.fold))
}

func (t *DateTime) ctime() string {
	y, m, d := civil(t.ord)
	return fmt.Sprintf("%s %s %2d %s %04d", dayNames[weekday(t.ord)][:3], monthNames[m][:3], d,
		clockText(t.us-t.us%usPerSec), y)
}

// Hash implements Hasher.
func (t *DateTime) Hash() uint64 {
	off, _ := t.Offset()
	return hashInt(t.Unix() - off)
}

// CompareTo implements Comparer.
func (t *DateTime) CompareTo(op Op, other Value) (bool, bool, error) {
	o, ok := other.(*DateTime)
	if !ok {
		if d, isDate := other.(*Date); isDate && op != OpEq {
			return false, false, TypeErrorf("can't compare %s to %s", t.TypeName(), d.TypeName())
		}
		return false, false, nil
	}
	a, aware := t.Offset()
	b, awareToo := o.Offset()
	if aware != awareToo {
		if op == OpEq {
			return false, true, nil
		}
		return false, false, TypeErrorf("can't compare offset-naive and offset-aware datetimes")
	}
	return holds(op, cmpInt(t.Unix()-a, o.Unix()-b)), true, nil
}

// Operate implements Operand.
func (t *DateTime) Operate(op Op, other Value, reflected bool) (Value, bool, error) {
	switch o := other.(type) {
	case *TimeDelta:
		if op == OpAdd {
			v, err := t.add(o.Micros())
			return v, true, err
		}
		if op == OpSub && !reflected {
			v, err := t.add(new(big.Int).Neg(o.Micros()))
			return v, true, err
		}
	case *DateTime:
		if op == OpSub {
			if reflected {
				t, o = o, t
			}
			v, err := t.since(o)
			return v, true, err
		}
	}
	return nil, false, nil
}

func (t *DateTime) add(us *big.Int) (Value, error) {
	sum := new(big.Int).Add(big.NewInt(t.Unix()), us)
	if !sum.IsInt64() {
		return nil, Errorf("OverflowError", "date value out of range")
	}
	r, err := DateTimeOfUnix(sum.Int64(), t.zone)
	if err != nil {
		return nil, err
	}
	return r, nil
}

func (t *DateTime) since(o *DateTime) (Value, error) {
	a, aware := t.Offset()
	b, awareToo := o.Offset()
	if aware != awareToo {
		return nil, TypeErrorf("can't subtract offset-naive and offset-aware datetimes")
	}
	if t.zone != nil && o.zone != nil && Same(t.zone, o.zone) {
		a, b = 0, 0
	}
	return deltaValue(deltaOf(0, 0, t.Unix()-a-o.Unix()+b))
}

// FormatBy implements Formattable: the specifier is a format of strftime.
func (t *DateTime) FormatBy(spec string) (string, error) {
	if spec == "" {
		return t.Str(), nil
	}
	return t.Strftime(spec)
}

// Attr implements Object.
func (t *DateTime) Attr(name string) (Value, bool) {
	if v, ok := clockAttr(t.us, t.zone, t.fold, name); ok {
		return v, true
	}
	switch name {
	case "year", "month", "day":
		return t.Date().Attr(name)
	}
	if dateTimeMethod(name).fn == nil {
		return nil, false
	}
	return &Method{self: t, name: name}, true
}

// CallMethod implements MethodCaller.
func (t *DateTime) CallMethod(th Thread, name string, args Args) (Value, bool, error) {
	return callRow(dateTimeMethod(name), th, t, name, args)
}
