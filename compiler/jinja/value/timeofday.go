package value

import "fmt"

// Time is a Python datetime.time: a time of day, with or without a zone.
type Time struct {
	us   int64 // of the day
	zone TZInfo
	fold int
}

// NewTime makes a time; zone may be nil. It fails as Python's constructor does.
func NewTime(hour, minute, second, micro int, zone TZInfo) (*Time, error) {
	if err := checkTime(hour, minute, second, micro); err != nil {
		return nil, err
	}
	return &Time{us: dayMicros(hour, minute, second, micro), zone: zone}, nil
}

func dayMicros(h, m, s, us int) int64 {
	return (int64(h)*3600+int64(m)*60+int64(s))*usPerSec + int64(us)
}

// TypeName implements Value.
func (*Time) TypeName() string { return "datetime.time" }

// Module implements Moduled.
func (*Time) Module() string { return "datetime" }

// Micros is the time in microseconds since midnight.
func (t *Time) Micros() int64 { return t.us }

// Zone is the time's tzinfo, or nil.
func (t *Time) Zone() TZInfo { return t.zone }

// Str implements Printer.
func (t *Time) Str() string { return clockText(t.us) + t.offsetSuffix() }

func (t *Time) offsetSuffix() string {
	if us, ok := t.offset(); ok {
		return offsetText(us, ":")
	}
	return ""
}

func (t *Time) offset() (int64, bool) {
	if t.zone == nil {
		return 0, false
	}
	return t.zone.UTCOffset(nil)
}

// Repr implements Printer.
func (t *Time) Repr() string {
	return "datetime.time(" + clockRepr(t.us, false) + zoneRepr(t.zone, t.fold) + ")"
}

// clockRepr lists hour, minute and, where they are not zero, the smaller parts.
func clockRepr(us int64, always bool) string {
	s := us / usPerSec
	text := fmt.Sprintf("%d, %d", s/3600, s/60%60)
	if s%60 != 0 || us%usPerSec != 0 || always {
		text += fmt.Sprintf(", %d", s%60)
	}
	if us %= usPerSec; us != 0 {
		text += fmt.Sprintf(", %d", us)
	}
	return text
}

func zoneRepr(zone TZInfo, fold int) string {
	text := ""
	if fold != 0 {
		text = ", fold=1"
	}
	if zone != nil {
		text += ", tzinfo=" + Repr(zone)
	}
	return text
}

// Hash implements Hasher.
func (t *Time) Hash() uint64 {
	off, _ := t.offset()
	return hashInt(t.us - off)
}

// CompareTo implements Comparer.
func (t *Time) CompareTo(op Op, other Value) (bool, bool, error) {
	o, ok := other.(*Time)
	if !ok {
		return false, false, nil
	}
	a, aware := t.offset()
	b, awareToo := o.offset()
	if aware != awareToo {
		if op == OpEq {
			return false, true, nil
		}
		return false, false, TypeErrorf("can't compare offset-naive and offset-aware times")
	}
	return holds(op, cmpInt(t.us-a, o.us-b)), true, nil
}

// FormatBy implements Formattable: the specifier is a format of strftime.
func (t *Time) FormatBy(spec string) (string, error) {
	if spec == "" {
		return t.Str(), nil
	}
	return t.onFirstDay().Strftime(spec)
}

// onFirstDay is the time on 1900-01-01, which strftime formats.
func (t *Time) onFirstDay() *DateTime {
	return &DateTime{ord: ordinal(1900, 1, 1), us: t.us, zone: t.zone, fold: t.fold, bare: true}
}

// Attr implements Object.
func (t *Time) Attr(name string) (Value, bool) {
	if v, ok := clockAttr(t.us, t.zone, t.fold, name); ok {
		return v, true
	}
	if timeMethod(name).fn == nil {
		return nil, false
	}
	return &Method{self: t, name: name}, true
}

// clockAttr is an attribute that time and datetime share.
func clockAttr(us int64, zone TZInfo, fold int, name string) (Value, bool) {
	s := us / usPerSec
	switch name {
	case "hour":
		return Int(s / 3600), true
	case "minute":
		return Int(s / 60 % 60), true
	case "second":
		return Int(s % 60), true
	case "microsecond":
		return Int(us % usPerSec), true
	case "tzinfo":
		if zone == nil {
			return None, true
		}
		return zone, true
	case "fold":
		return Int(fold), true
	}
	return nil, false
}

// CallMethod implements MethodCaller.
func (t *Time) CallMethod(th Thread, name string, args Args) (Value, bool, error) {
	return callRow(timeMethod(name), th, t, name, args)
}

func timeMethod(name string) method[*Time] {
	switch name {
	case "isoformat":
		return method[*Time]{-1, -1, func(_ Thread, t *Time, a Args) (Value, error) {
			got, err := bindBuiltin("isoformat", a, Optional("timespec", Str("auto")))
			if err != nil {
				return nil, err
			}
			text, err := clockSpec(t.us, ToStr(got[0]))
			return Str(text + t.offsetSuffix()), err
		}}
	case "replace":
		return method[*Time]{-1, -1, timeReplace}
	case "strftime":
		return method[*Time]{1, 1, func(_ Thread, t *Time, a Args) (Value, error) { return strftimeArg(t.onFirstDay(), a) }}
	case "utcoffset":
		return method[*Time]{0, 0, func(_ Thread, t *Time, _ Args) (Value, error) { return offsetValue(t.offset()) }}
	case "tzname":
		return method[*Time]{0, 0, func(_ Thread, t *Time, _ Args) (Value, error) {
			if t.zone == nil {
				return None, nil
			}
			return nameValue(t.zone.ZoneName(nil))
		}}
	case "dst":
		return method[*Time]{0, 0, func(_ Thread, t *Time, _ Args) (Value, error) {
			if t.zone == nil {
				return None, nil
			}
			return offsetValue(t.zone.DST(nil))
		}}
	}
	return method[*Time]{}
}

func timeReplace(_ Thread, t *Time, a Args) (Value, error) {
	params := append(clockParams(t.us), Optional("tzinfo", zoneValue(t.zone)), Param{"fold", Int(t.fold), KeywordOnly})
	got, err := bindBuiltin("replace", a, params...)
	if err != nil {
		return nil, err
	}
	return TimeOf(got)
}

// TimeOf makes a time of hour, minute, second, microsecond, tzinfo and fold.
func TimeOf(parts []Value) (Value, error) {
	n, err := indexes(parts[:4])
	if err != nil {
		return nil, err
	}
	zone, err := ZoneOf(parts[4])
	if err != nil {
		return nil, err
	}
	t, err := NewTime(n[0], n[1], n[2], n[3], zone)
	if err != nil {
		return nil, err
	}
	if t.fold, err = foldOf(parts[5]); err != nil {
		return nil, err
	}
	return t, nil
}

func indexes(parts []Value) ([]int, error) {
	out := make([]int, len(parts))
	for i, v := range parts {
		var err error
		if out[i], err = Index(v); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func foldOf(v Value) (int, error) {
	n, err := Index(v)
	if err == nil && n != 0 && n != 1 {
		err = ValueErrorf("fold must be either 0 or 1")
	}
	return n, err
}

// ZoneOf is the TZInfo of an argument; None is nil.
func ZoneOf(v Value) (TZInfo, error) {
	if IsNone(v) {
		return nil, nil
	}
	z, ok := v.(TZInfo)
	if !ok {
		return nil, TypeErrorf("tzinfo argument must be None or of a tzinfo subclass, not type '%s'", shortTypeName(v))
	}
	return z, nil
}

func zoneValue(z TZInfo) Value {
	if z == nil {
		return None
	}
	return z
}

// clockParams are the parameters of a time with their present values.
func clockParams(us int64) []Param {
	s := us / usPerSec
	return []Param{
		Optional("hour", Int(s/3600)), Optional("minute", Int(s/60%60)),
		Optional("second", Int(s%60)), Optional("microsecond", Int(us%usPerSec)),
	}
}

// clockSpec writes a time for a timespec of isoformat.
func clockSpec(us int64, spec string) (string, error) {
	s := us / usPerSec
	switch spec {
	case "auto":
		return clockText(us), nil
	case "hours":
		return fmt.Sprintf("%02d", s/3600), nil
	case "minutes":
		return fmt.Sprintf("%02d:%02d", s/3600, s/60%60), nil
	case "seconds":
		return clockText(s * usPerSec), nil
	case "milliseconds":
		return fmt.Sprintf("%s.%03d", clockText(s*usPerSec), us%usPerSec/1000), nil
	case "microseconds":
		return fmt.Sprintf("%s.%06d", clockText(s*usPerSec), us%usPerSec), nil
	}
	return "", ValueErrorf("Unknown timespec value")
}
