package pymod

import (
	"strconv"

	"mdl/compiler/jinja/value"
)

// utc is pytz.utc.
type utc struct{}

// TypeName implements value.Value.
func (utc) TypeName() string { return "UTC" }

// Module implements value.Moduled.
func (utc) Module() string { return "pytz" }

// UTCOffset implements value.TZInfo.
func (utc) UTCOffset(*value.DateTime) (int64, bool) { return 0, true }

// DST implements value.TZInfo.
func (utc) DST(*value.DateTime) (int64, bool) { return 0, true }

// ZoneName implements value.TZInfo.
func (utc) ZoneName(*value.DateTime) (string, bool) { return "UTC", true }

// FromUTC implements value.TZInfo.
func (z utc) FromUTC(t *value.DateTime) *value.DateTime { return t.WithZone(z) }

// Str implements value.Printer.
func (utc) Str() string { return "UTC" }

// Repr implements value.Printer.
func (utc) Repr() string { return "<UTC>" }

func (z utc) localize(dt *value.DateTime, _ value.Value) (*value.DateTime, error) {
	return localizeFixed(z, dt)
}

func (z utc) normalize(dt *value.DateTime) (*value.DateTime, error) { return normalizeFixed(z, dt) }

// Attr implements value.Object.
func (z utc) Attr(name string) (value.Value, bool) {
	if name == "zone" {
		return value.Str("UTC"), true
	}
	return zoneAttr(z, name)
}

// CallMethod implements value.MethodCaller.
func (z utc) CallMethod(t value.Thread, name string, a value.Args) (value.Value, bool, error) {
	return zoneCall(t, z, name, a)
}

func localizeFixed(z value.TZInfo, dt *value.DateTime) (*value.DateTime, error) {
	if dt.Zone() != nil {
		return nil, value.ValueErrorf("Not naive datetime (tzinfo is already set)")
	}
	return dt.WithZone(z), nil
}

func normalizeFixed(z value.TZInfo, dt *value.DateTime) (*value.DateTime, error) {
	if dt.Zone() == nil {
		return nil, value.ValueErrorf("Naive time - no tzinfo set")
	}
	if dt.Zone() == z {
		return dt, nil
	}
	offset, _ := dt.Offset()
	return z.FromUTC(dt.Shifted(-offset)), nil
}

// fixed is a pytz.FixedOffset, in minutes.
type fixed int64

func fixedOffset(_ value.Thread, a value.Args) (value.Value, error) {
	got, err := a.Bind("FixedOffset", value.Required("offset"))
	if err != nil {
		return nil, err
	}
	n, err := value.Index(got[0])
	switch {
	case err != nil:
		return nil, err
	case n == 0:
		return utc{}, nil
	case n <= -1440 || n >= 1440:
		return nil, value.ValueErrorf("('absolute offset is too large', %d)", n)
	}
	return fixed(n), nil
}

// TypeName implements value.Value.
func (fixed) TypeName() string { return "_FixedOffset" }

// Module implements value.Moduled.
func (fixed) Module() string { return "pytz" }

// UTCOffset implements value.TZInfo.
func (z fixed) UTCOffset(*value.DateTime) (int64, bool) { return int64(z) * 60 * usPerSec, true }

// DST implements value.TZInfo.
func (fixed) DST(*value.DateTime) (int64, bool) { return 0, true }

// ZoneName implements value.TZInfo.
func (fixed) ZoneName(*value.DateTime) (string, bool) { return "", false }

// FromUTC implements value.TZInfo.
func (z fixed) FromUTC(t *value.DateTime) *value.DateTime {
	return t.Shifted(int64(z) * 60 * usPerSec).WithZone(z)
}

// Str implements value.Printer.
func (z fixed) Str() string { return z.Repr() }

// Repr implements value.Printer.
func (z fixed) Repr() string { return "pytz.FixedOffset(" + strconv.FormatInt(int64(z), 10) + ")" }

func (z fixed) localize(dt *value.DateTime, _ value.Value) (*value.DateTime, error) {
	return localizeFixed(z, dt)
}

func (z fixed) normalize(dt *value.DateTime) (*value.DateTime, error) { return normalizeFixed(z, dt) }

// Attr implements value.Object.
func (z fixed) Attr(name string) (value.Value, bool) {
	if name == "zone" {
		return value.None, true
	}
	return zoneAttr(z, name)
}

// CallMethod implements value.MethodCaller.
func (z fixed) CallMethod(t value.Thread, name string, a value.Args) (value.Value, bool, error) {
	return zoneCall(t, z, name, a)
}
