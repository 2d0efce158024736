package value

// TZInfo is a Python tzinfo. Offsets are microseconds east of UTC; ok is false
// where Python's method returns None.
type TZInfo interface {
	Value
	// UTCOffset is the offset at a local time; local is nil for a bare time.
	UTCOffset(local *DateTime) (us int64, ok bool)
	// DST is the part of the offset that is daylight saving.
	DST(local *DateTime) (us int64, ok bool)
	// ZoneName is the zone's name at a local time.
	ZoneName(local *DateTime) (name string, ok bool)
	// FromUTC brings a time in UTC into the zone and sets its tzinfo.
	FromUTC(utc *DateTime) *DateTime
}

// FixedZone is a Python datetime.timezone: a constant offset from UTC.
type FixedZone struct {
	offset int64  // microseconds
	name   string // "" names it by its offset
}

// UTC is datetime.timezone.utc.
var UTC = &FixedZone{}

// NewFixedZone makes a timezone of an offset in microseconds.
func NewFixedZone(offset int64) *FixedZone {
	if offset == 0 {
		return UTC
	}
	return &FixedZone{offset: offset}
}

// TypeName implements Value.
func (*FixedZone) TypeName() string { return "datetime.timezone" }

// Module implements Moduled.
func (*FixedZone) Module() string { return "datetime" }

// UTCOffset implements TZInfo.
func (z *FixedZone) UTCOffset(*DateTime) (int64, bool) { return z.offset, true }

// DST implements TZInfo.
func (z *FixedZone) DST(*DateTime) (int64, bool) { return 0, false }

// ZoneName implements TZInfo.
func (z *FixedZone) ZoneName(*DateTime) (string, bool) { return z.Str(), true }

// FromUTC implements TZInfo.
func (z *FixedZone) FromUTC(utc *DateTime) *DateTime { return utc.Shifted(z.offset).WithZone(z) }

// Str implements Printer.
func (z *FixedZone) Str() string {
	switch {
	case z.name != "":
		return z.name
	case z.offset == 0:
		return "UTC"
	}
	return "UTC" + offsetText(z.offset, ":")
}

// Repr implements Printer.
func (z *FixedZone) Repr() string {
	if z.offset == 0 {
		return "datetime.timezone.utc"
	}
	return "datetime.timezone(" + NewTimeDelta(0, 0, z.offset).Repr() + ")"
}

// CompareTo implements Comparer.
func (z *FixedZone) CompareTo(op Op, other Value) (bool, bool, error) {
	o, ok := other.(*FixedZone)
	if !ok || op != OpEq {
		return false, false, nil
	}
	return z.offset == o.offset, true, nil
}

// Hash implements Hasher.
func (z *FixedZone) Hash() uint64 { return hashInt(z.offset) }

// Attr implements Object.
func (z *FixedZone) Attr(name string) (Value, bool) { return ZoneAttr(z, name) }

// CallMethod implements MethodCaller.
func (z *FixedZone) CallMethod(t Thread, name string, args Args) (Value, bool, error) {
	return ZoneCall(t, z, name, args)
}

// ZoneAttr gives the methods that every TZInfo has, for its Attr.
func ZoneAttr(z TZInfo, name string) (Value, bool) {
	if zoneMethod(name).fn == nil {
		return nil, false
	}
	return &Method{self: z, name: name}, true
}

// ZoneCall calls the methods that every TZInfo has, for its CallMethod.
func ZoneCall(t Thread, z TZInfo, name string, args Args) (Value, bool, error) {
	return callRow(zoneMethod(name), t, z, name, args)
}

func zoneMethod(name string) method[TZInfo] {
	switch name {
	case "utcoffset":
		return method[TZInfo]{1, 1, func(_ Thread, z TZInfo, a Args) (Value, error) {
			return offsetValue(z.UTCOffset(localArg(a)))
		}}
	case "dst":
		return method[TZInfo]{1, 1, func(_ Thread, z TZInfo, a Args) (Value, error) {
			return offsetValue(z.DST(localArg(a)))
		}}
	case "tzname":
		return method[TZInfo]{1, 1, func(_ Thread, z TZInfo, a Args) (Value, error) {
			return nameValue(z.ZoneName(localArg(a)))
		}}
	}
	return method[TZInfo]{}
}

func localArg(a Args) *DateTime {
	dt, _ := a.Pos[0].(*DateTime)
	return dt
}

func offsetValue(us int64, ok bool) (Value, error) {
	if !ok {
		return None, nil
	}
	return NewTimeDelta(0, 0, us), nil
}

func nameValue(name string, ok bool) (Value, error) {
	if !ok {
		return None, nil
	}
	return Str(name), nil
}
