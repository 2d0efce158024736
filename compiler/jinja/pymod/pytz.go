package pymod

import (
	_ "embed" // the lists of names
	"strings"
	"time"
	_ "time/tzdata" // the rules of the zones, for machines that have none

	"mdl/compiler/jinja/value"
)

//go:embed zones.txt
var zoneList string

//go:embed countries.txt
var countryList string

// pytzModule has the names of pytz.
func pytzModule() *module {
	named := func(name string) member { return member{name, &class{name: "pytz.exceptions." + name}} }
	m := table("pytz", []member{
		function("timezone", func(_ value.Thread, a value.Args) (value.Value, error) {
			got, err := a.Bind("timezone", value.Required("zone"))
			if err != nil {
				return nil, err
			}
			return zoneNamed(got[0])
		}),
		{"utc", utc{}},
		{"country_timezones", countries("country_timezones", func(name, zones string) value.Value { return strs(strings.Fields(zones)) })},
		{"country_names", countries("country_names", func(name, zones string) value.Value { return value.Str(name) })},
		named("AmbiguousTimeError"), named("InvalidTimeError"), named("NonExistentTimeError"), named("UnknownTimeZoneError"),
		{"BaseTzInfo", &class{name: "pytz.tzinfo.BaseTzInfo"}},
		function("FixedOffset", fixedOffset),
	})
	static := m.lookup
	m.names = append(m.names, "all_timezones", "all_timezones_set", "common_timezones", "common_timezones_set")
	m.lookup = func(name string) value.Value {
		// A template may change a list, so that each gets its own.
		switch name {
		case "all_timezones":
			return strs(zoneNames(false))
		case "common_timezones":
			return strs(zoneNames(true))
		case "all_timezones_set", "common_timezones_set":
			set, err := value.SetOf(strs(zoneNames(name == "common_timezones_set")))
			if err != nil {
				return nil
			}
			return set
		}
		return static(name)
	}
	return m
}

func strs(names []string) *value.List {
	items := make([]value.Value, len(names))
	for i, n := range names {
		items[i] = value.Str(n)
	}
	return value.NewList(items...)
}

func zoneNames(common bool) []string {
	var names []string
	for line := range strings.Lines(zoneList) {
		name, tags, _ := strings.Cut(strings.TrimSpace(line), " ")
		if !common || strings.Contains(tags, "common") {
			names = append(names, name)
		}
	}
	return names
}

// countries is a mapping by a country's code, which is also a function of it.
func countries(name string, make func(name, zones string) value.Value) *countryTable {
	return &countryTable{&module{name: name, lookup: func(code string) value.Value {
		for line := range strings.Lines(countryList) {
			parts := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
			if strings.EqualFold(parts[0], code) {
				return make(parts[1], parts[2])
			}
		}
		return nil
	}}}
}

type countryTable struct{ *module }

// MappingKeys implements value.Mapping.
func (*countryTable) MappingKeys() []value.Value {
	var codes []value.Value
	for line := range strings.Lines(countryList) {
		codes = append(codes, value.Str(line[:2]))
	}
	return codes
}

// Len implements value.Sized.
func (c *countryTable) Len() int { return strings.Count(countryList, "\n") }

// Iter implements value.Iterable.
func (c *countryTable) Iter() value.Iterator { return value.IterItems(c.MappingKeys()) }

// Call implements value.Callable.
func (c *countryTable) Call(_ value.Thread, a value.Args) (value.Value, error) {
	got, err := a.Bind("__call__", value.Required("iso3166_code"))
	if err != nil {
		return nil, err
	}
	return value.Subscript(c, got[0])
}

// zoneNamed is pytz.timezone(name).
func zoneNamed(v value.Value) (value.Value, error) {
	unknown := value.Errorf("UnknownTimeZoneError", "%s", value.Repr(v))
	name, ok := v.(value.Str)
	if !ok {
		return nil, unknown
	}
	if strings.EqualFold(string(name), "utc") {
		return utc{}, nil
	}
	for line := range strings.Lines(zoneList) {
		listed, tags, _ := strings.Cut(strings.TrimSpace(line), " ")
		if !strings.EqualFold(listed, string(name)) {
			continue
		}
		loc, err := time.LoadLocation(listed)
		if err != nil {
			return nil, unknown
		}
		z := &zone{name: listed, loc: loc, static: strings.Contains(tags, "static")}
		z.info = z.infoAt(time.Unix(-1<<40, 0)) // before all rules: the local mean time
		z.first = true
		return z, nil
	}
	return nil, unknown
}

// zoneInfo is what a zone's rules say at a time.
type zoneInfo struct {
	offset, dst int64 // microseconds
	abbrev      string
}

// zone is a pytz timezone. Like pytz's, it carries the offset of one moment:
// localize, normalize and astimezone give a datetime the zone with its offset.
type zone struct {
	name   string
	loc    *time.Location
	info   zoneInfo
	static bool // one offset for all time
	first  bool // as timezone() returns it
}

// infoAt asks the rules at an instant. pytz rounds offsets to minutes.
func (z *zone) infoAt(at time.Time) zoneInfo {
	local := at.In(z.loc)
	abbrev, seconds := local.Zone()
	offset := int64(floor(seconds+30, 60)) * 60 * usPerSec
	info := zoneInfo{offset: offset, abbrev: abbrev}
	if local.IsDST() {
		info.dst = z.saving(local, int64(seconds)) * usPerSec
	}
	return info
}

// saving is the daylight saving at a time that has some: the difference from
// the standard offset before it.
func (z *zone) saving(local time.Time, seconds int64) int64 {
	for range 8 {
		start, _ := local.ZoneBounds()
		if start.IsZero() {
			break
		}
		local = start.Add(-time.Second).In(z.loc)
		if _, standard := local.Zone(); !local.IsDST() {
			if d := seconds - int64(standard); d > 0 {
				return d
			}
			break
		}
	}
	return 3600
}

func floor(a, b int) int {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// with is the zone carrying another offset.
func (z *zone) with(info zoneInfo) *zone {
	return &zone{name: z.name, loc: z.loc, info: info, static: z.static, first: false}
}

func instant(us int64) time.Time { return time.UnixMicro(us) }

// TypeName implements value.Value.
func (z *zone) TypeName() string { return z.name }

// Module implements value.Moduled.
func (*zone) Module() string { return "pytz.tzfile" }

// UTCOffset implements value.TZInfo.
func (z *zone) UTCOffset(local *value.DateTime) (int64, bool) {
	info, ok := z.infoFor(local)
	return info.offset, ok
}

// DST implements value.TZInfo.
func (z *zone) DST(local *value.DateTime) (int64, bool) {
	info, ok := z.infoFor(local)
	return info.dst, ok
}

// ZoneName implements value.TZInfo.
func (z *zone) ZoneName(local *value.DateTime) (string, bool) {
	if local == nil {
		return z.name, true
	}
	info, ok := z.infoFor(local)
	return info.abbrev, ok
}

// infoFor is the carried offset for a datetime of this zone, and what the rules
// say for one of another zone or of none.
func (z *zone) infoFor(local *value.DateTime) (zoneInfo, bool) {
	switch {
	case z.static:
		return z.info, true
	case local == nil:
		return zoneInfo{}, false
	case local.Zone() == value.TZInfo(z):
		return z.info, true
	}
	dt, err := z.localize(local.WithZone(nil), value.False)
	if err != nil {
		return zoneInfo{}, false
	}
	return dt.Zone().(*zone).info, true
}

// FromUTC implements value.TZInfo.
func (z *zone) FromUTC(utc *value.DateTime) *value.DateTime {
	info := z.infoAt(instant(utc.Unix()))
	dt, err := value.DateTimeOfUnix(utc.Unix()+info.offset, z.with(info))
	if err != nil {
		return utc
	}
	return dt
}

// CompareTo implements value.Comparer: one zone with one offset is one object
// in pytz.
func (z *zone) CompareTo(op value.Op, other value.Value) (bool, bool, error) {
	o, ok := other.(*zone)
	if !ok || op != value.OpEq {
		return false, false, nil
	}
	return z.name == o.name && z.info == o.info, true, nil
}

// Str implements value.Printer.
func (z *zone) Str() string { return z.name }

// Repr implements value.Printer.
func (z *zone) Repr() string {
	if z.static {
		return "<StaticTzInfo '" + z.name + "'>"
	}
	kind := "STD"
	if z.info.dst != 0 {
		kind = "DST"
	}
	offset := value.NewTimeDelta(0, 0, z.info.offset).Str()
	if z.info.offset > 0 {
		offset = "+" + offset
	}
	return "<DstTzInfo '" + z.name + "' " + z.info.abbrev + offset + " " + kind + ">"
}

// localize gives a naive datetime the zone, with the offset that the rules say.
// isDST chooses where a clock was turned back; None makes that an error.
func (z *zone) localize(dt *value.DateTime, isDST value.Value) (*value.DateTime, error) {
	if dt.Zone() != nil {
		return nil, value.ValueErrorf("Not naive datetime (tzinfo is already set)")
	}
	if z.static {
		return dt.WithZone(z), nil
	}
	var possible []*value.DateTime
	for _, delta := range []int64{-86400 * usPerSec, 86400 * usPerSec} {
		info := z.infoAt(instant(dt.Unix() + delta))
		found := z.FromUTC(dt.WithZone(nil).Shifted(-info.offset))
		if found.Unix() == dt.Unix() && (len(possible) == 0 || possible[0].Zone().(*zone).info != found.Zone().(*zone).info) {
			possible = append(possible, found)
		}
	}
	switch len(possible) {
	case 0:
		return z.localizeGap(dt, isDST)
	case 1:
		return possible[0], nil
	}
	if value.IsNone(isDST) {
		return nil, value.Errorf("AmbiguousTimeError", "%s", dt.Str())
	}
	return choose(possible[0], possible[1], value.Truth(isDST)), nil
}

// choose picks the moment of two that has daylight saving as wanted, else the
// earlier when it is wanted and the later when not.
func choose(a, b *value.DateTime, dst bool) *value.DateTime {
	x, y := a.Zone().(*zone).info, b.Zone().(*zone).info
	if (x.dst != 0) != (y.dst != 0) {
		if (x.dst != 0) == dst {
			return a
		}
		return b
	}
	if (x.offset > y.offset) == dst { // the greater offset is the earlier moment
		return a
	}
	return b
}

// localizeGap takes a time that the clocks jumped over from its side of the gap.
func (z *zone) localizeGap(dt *value.DateTime, isDST value.Value) (*value.DateTime, error) {
	if value.IsNone(isDST) {
		return nil, value.Errorf("NonExistentTimeError", "%s", dt.Str())
	}
	const sixHours = 6 * 3600 * usPerSec
	by := int64(-sixHours)
	if value.Truth(isDST) {
		by = sixHours
	}
	found, err := z.localize(dt.Shifted(by), isDST)
	if err != nil {
		return nil, err
	}
	return found.Shifted(-by), nil
}

// normalize corrects the offset of a datetime after arithmetic.
func (z *zone) normalize(dt *value.DateTime) (*value.DateTime, error) {
	if dt.Zone() == nil {
		return nil, value.ValueErrorf("Naive time - no tzinfo set")
	}
	offset, _ := dt.Offset()
	return z.FromUTC(dt.Shifted(-offset)), nil
}

// Attr implements value.Object.
func (z *zone) Attr(name string) (value.Value, bool) {
	if name == "zone" {
		return value.Str(z.name), true
	}
	return zoneAttr(z, name)
}

// CallMethod implements value.MethodCaller.
func (z *zone) CallMethod(t value.Thread, name string, a value.Args) (value.Value, bool, error) {
	return zoneCall(t, z, name, a)
}

// localizer is a TZInfo of pytz.
type localizer interface {
	value.TZInfo
	localize(dt *value.DateTime, isDST value.Value) (*value.DateTime, error)
	normalize(dt *value.DateTime) (*value.DateTime, error)
}

func zoneAttr(z localizer, name string) (value.Value, bool) {
	switch name {
	case "localize", "normalize", "fromutc":
		return &value.Func{Name: name, Fn: func(t value.Thread, a value.Args) (value.Value, error) {
			v, _, err := zoneCall(t, z, name, a)
			return v, err
		}}, true
	}
	return value.ZoneAttr(z, name)
}

func zoneCall(t value.Thread, z localizer, name string, a value.Args) (value.Value, bool, error) {
	params := []value.Param{value.Required("dt"), value.Optional("is_dst", value.False)}
	switch name {
	case "localize", "normalize", "fromutc":
	case "utcoffset", "dst", "tzname":
		if len(a.Pos) > 1 {
			a.Pos = a.Pos[:1] // is_dst
		}
		a.Kw = nil
		return value.ZoneCall(t, z, name, a)
	default:
		return nil, false, nil
	}
	got, err := a.Bind(name, params...)
	if err != nil {
		return nil, true, err
	}
	dt, ok := got[0].(*value.DateTime)
	if !ok {
		return nil, true, value.Errorf("AttributeError", "'%s' object has no attribute 'tzinfo'", got[0].TypeName())
	}
	var v value.Value
	switch name {
	case "localize":
		v, err = wrap(z.localize(dt, got[1]))
	case "normalize":
		v, err = wrap(z.normalize(dt))
	default:
		v = z.FromUTC(dt)
	}
	return v, true, err
}
