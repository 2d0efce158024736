package pymod

import (
	"math"
	"math/big"
	"time"

	"mdl/compiler/jinja/value"
)

const usPerSec = 1000000

// datetimeModule has the names of Python's datetime that dbt lets through.
func datetimeModule(clock func() time.Time) *module {
	return table("datetime", []member{
		{"date", dateClass(clock)},
		{"datetime", datetimeClass(clock)},
		{"time", timeClass()},
		{"timedelta", timedeltaClass()},
		{"tzinfo", &class{name: "datetime.tzinfo"}},
	})
}

func dateClass(clock func() time.Time) *class {
	first, last := mustDate(value.MinYear, 1, 1), mustDate(value.MaxYear, 12, 31)
	return &class{
		name:   "datetime.date",
		sample: first,
		call: func(_ value.Thread, a value.Args) (value.Value, error) {
			n, err := ints("", a, value.Required("year"), value.Required("month"), value.Required("day"))
			if err != nil {
				return nil, err
			}
			return wrap(value.NewDate(n[0], n[1], n[2]))
		},
		static: append(dateReaders(),
			function("today", func(_ value.Thread, a value.Args) (value.Value, error) {
				if _, err := a.BindBuiltin("today"); err != nil {
					return nil, err
				}
				return value.DateTimeOf(clock()).Date(), nil
			}),
			function("fromtimestamp", func(_ value.Thread, a value.Args) (value.Value, error) {
				got, err := a.BindBuiltin("fromtimestamp", value.Required("timestamp"))
				if err != nil {
					return nil, err
				}
				t, err := fromTimestamp(got[0], clock().Location())
				if err != nil {
					return nil, err
				}
				return t.Date(), nil
			}),
			member{"min", first}, member{"max", last}, member{"resolution", value.NewTimeDelta(1, 0, 0)},
		),
	}
}

func mustDate(y, m, d int) *value.Date {
	date, err := value.NewDate(y, m, d)
	if err != nil {
		panic(err) // only called with constants
	}
	return date
}

// dateReaders are the constructors that read other forms of a date.
func dateReaders() []member {
	return []member{
		function("fromisoformat", func(_ value.Thread, a value.Args) (value.Value, error) {
			text, err := isoText(a)
			if err != nil {
				return nil, err
			}
			return wrap(value.ISODate(text))
		}),
		function("fromordinal", func(_ value.Thread, a value.Args) (value.Value, error) {
			return fromOrdinal(a)
		}),
		function("fromisocalendar", func(_ value.Thread, a value.Args) (value.Value, error) {
			return fromISOCalendar(a)
		}),
	}
}

func isoText(a value.Args) (string, error) {
	got, err := a.BindBuiltin("fromisoformat", value.Required("date_string"))
	if err != nil {
		return "", err
	}
	text, ok := got[0].(value.Str)
	if !ok {
		return "", value.TypeErrorf("fromisoformat: argument must be str")
	}
	return string(text), nil
}

func fromOrdinal(a value.Args) (value.Value, error) {
	n, err := ints("fromordinal", a, value.Required("ordinal"))
	if err != nil {
		return nil, err
	}
	if n[0] < 1 {
		return nil, value.ValueErrorf("ordinal must be >= 1")
	}
	d, err := value.DateOfOrdinal(n[0])
	if err != nil {
		return nil, value.ValueErrorf("year is out of range")
	}
	return d, nil
}

func fromISOCalendar(a value.Args) (value.Value, error) {
	n, err := ints("fromisocalendar", a, value.Required("year"), value.Required("week"), value.Required("day"))
	if err != nil {
		return nil, err
	}
	return wrap(value.DateOfISOWeek(n[0], n[1], n[2]))
}

// ints binds arguments that must be integers.
func ints(name string, a value.Args, params ...value.Param) ([]int, error) {
	got, err := a.BindBuiltin(name, params...)
	if err != nil {
		return nil, err
	}
	out := make([]int, len(got))
	for i, v := range got {
		if out[i], err = value.Index(v); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func datetimeClass(clock func() time.Time) *class {
	first := value.Combine(mustDate(value.MinYear, 1, 1), &value.Time{}, nil)
	return &class{
		name:   "datetime.datetime",
		sample: first,
		call: func(_ value.Thread, a value.Args) (value.Value, error) {
			params := []value.Param{value.Required("year"), value.Required("month"), value.Required("day")}
			got, err := a.BindBuiltin("", append(params, clockParams()...)...)
			if err != nil {
				return nil, err
			}
			return value.DateTimeOfParts(got)
		},
		static: append(append(datetimeClocks(clock), datetimeReaders()...), member{"min", first},
			member{"max", value.Combine(mustDate(value.MaxYear, 12, 31), lastTime(), nil)},
			member{"resolution", value.NewTimeDelta(0, 0, 1)}),
	}
}

func lastTime() *value.Time {
	t, err := value.NewTime(23, 59, 59, 999999, nil)
	if err != nil {
		panic(err) // only called with constants
	}
	return t
}

func clockParams() []value.Param {
	zero := value.Int(0)
	return []value.Param{
		value.Optional("hour", zero), value.Optional("minute", zero), value.Optional("second", zero),
		value.Optional("microsecond", zero), value.Optional("tzinfo", value.None),
		{Name: "fold", Default: zero, Kind: value.KeywordOnly},
	}
}

// datetimeClocks are the constructors that ask the clock or a timestamp.
func datetimeClocks(clock func() time.Time) []member {
	return []member{
		function("now", func(_ value.Thread, a value.Args) (value.Value, error) {
			got, err := a.BindBuiltin("now", value.Optional("tz", value.None))
			if err != nil {
				return nil, err
			}
			zone, err := value.ZoneOf(got[0])
			if err != nil {
				return nil, err
			}
			return at(clock(), zone), nil
		}),
		function("today", func(_ value.Thread, a value.Args) (value.Value, error) {
			if _, err := a.BindBuiltin("today"); err != nil {
				return nil, err
			}
			return at(clock(), nil), nil
		}),
		function("utcnow", func(_ value.Thread, a value.Args) (value.Value, error) {
			if _, err := a.BindBuiltin("utcnow"); err != nil {
				return nil, err
			}
			return at(clock().UTC(), nil), nil
		}),
		function("fromtimestamp", func(_ value.Thread, a value.Args) (value.Value, error) {
			got, err := a.BindBuiltin("fromtimestamp", value.Required("timestamp"), value.Optional("tz", value.None))
			if err != nil {
				return nil, err
			}
			zone, err := value.ZoneOf(got[1])
			if err != nil {
				return nil, err
			}
			if zone == nil {
				return wrap(fromTimestamp(got[0], clock().Location()))
			}
			t, err := fromTimestamp(got[0], time.UTC)
			if err != nil {
				return nil, err
			}
			return zone.FromUTC(t.WithZone(zone)), nil
		}),
		function("utcfromtimestamp", func(_ value.Thread, a value.Args) (value.Value, error) {
			got, err := a.BindBuiltin("utcfromtimestamp", value.Required("timestamp"))
			if err != nil {
				return nil, err
			}
			return wrap(fromTimestamp(got[0], time.UTC))
		}),
	}
}

// at is the naive datetime of an instant on its own clock, or its datetime in a
// zone.
func at(t time.Time, zone value.TZInfo) *value.DateTime {
	if zone == nil {
		return value.DateTimeOf(t).WithZone(nil)
	}
	return value.DateTimeIn(t, zone)
}

// fromTimestamp is the naive datetime of seconds since 1970, rounded half to even.
func fromTimestamp(v value.Value, loc *time.Location) (*value.DateTime, error) {
	f, err := value.ToFloat(v)
	if _, isStr := v.(value.Str); isStr || err != nil {
		return nil, value.TypeErrorf("'%s' object cannot be interpreted as an integer", v.TypeName())
	}
	s := float64(f.(value.Float))
	if math.IsNaN(s) {
		return nil, value.ValueErrorf("cannot convert float NaN to integer")
	}
	whole, frac := math.Modf(s)
	us := math.RoundToEven(frac * usPerSec)
	if math.Abs(whole) > 1e12 {
		return nil, value.ValueErrorf("year is out of range")
	}
	t := time.Unix(int64(whole), int64(us)*1000).In(loc)
	if t.Year() < value.MinYear || t.Year() > value.MaxYear {
		return nil, value.ValueErrorf("year %d is out of range", t.Year())
	}
	return at(t, nil), nil
}

// datetimeReaders are the constructors that read other forms of a datetime.
func datetimeReaders() []member {
	midnight := func(v value.Value, err error) (value.Value, error) {
		if err != nil {
			return nil, err
		}
		return value.Combine(v.(*value.Date), &value.Time{}, nil), nil
	}
	return []member{
		function("strptime", func(_ value.Thread, a value.Args) (value.Value, error) {
			got, err := a.BindBuiltin("strptime", value.Required("date_string"), value.Required("format"))
			if err != nil {
				return nil, err
			}
			for i, v := range got {
				if !value.IsStr(v) {
					return nil, value.TypeErrorf("strptime() argument %d must be str, not %s", i+1, v.TypeName())
				}
			}
			return wrap(strptime(value.ToStr(got[0]), value.ToStr(got[1])))
		}),
		function("fromisoformat", func(_ value.Thread, a value.Args) (value.Value, error) {
			text, err := isoText(a)
			if err != nil {
				return nil, err
			}
			return wrap(value.ISODateTime(text))
		}),
		function("fromordinal", func(_ value.Thread, a value.Args) (value.Value, error) {
			return midnight(fromOrdinal(a))
		}),
		function("fromisocalendar", func(_ value.Thread, a value.Args) (value.Value, error) {
			return midnight(fromISOCalendar(a))
		}),
		function("combine", combine),
	}
}

func combine(_ value.Thread, a value.Args) (value.Value, error) {
	got, err := a.BindBuiltin("combine", value.Required("date"), value.Required("time"), value.Optional("tzinfo", nothing))
	if err != nil {
		return nil, err
	}
	d, ok := got[0].(*value.Date)
	if dt, isDateTime := got[0].(*value.DateTime); isDateTime {
		d, ok = dt.Date(), true
	}
	if !ok {
		return nil, value.TypeErrorf("combine() argument 1 must be datetime.date, not %s", got[0].TypeName())
	}
	t, ok := got[1].(*value.Time)
	if !ok {
		return nil, value.TypeErrorf("combine() argument 2 must be datetime.time, not %s", got[1].TypeName())
	}
	zone := t.Zone()
	if got[2] != nothing {
		if zone, err = value.ZoneOf(got[2]); err != nil {
			return nil, err
		}
	}
	return value.Combine(d, t, zone), nil
}

// nothing stands for an argument that was not given where None is one.
var nothing value.Value = &class{name: "nothing"}

func timeClass() *class {
	return &class{
		name:   "datetime.time",
		sample: &value.Time{},
		call: func(_ value.Thread, a value.Args) (value.Value, error) {
			got, err := a.BindBuiltin("", clockParams()...)
			if err != nil {
				return nil, err
			}
			return value.TimeOf(got)
		},
		static: []member{
			function("fromisoformat", func(_ value.Thread, a value.Args) (value.Value, error) {
				text, err := isoText(a)
				if err != nil {
					return nil, err
				}
				return wrap(value.ISOTime(text))
			}),
			{"min", &value.Time{}}, {"max", lastTime()}, {"resolution", value.NewTimeDelta(0, 0, 1)},
		},
	}
}

// deltaUnits are the parameters of timedelta with their microseconds.
var deltaUnits = []struct {
	name string
	us   int64
}{
	{"days", 86400 * usPerSec}, {"seconds", usPerSec}, {"microseconds", 1}, {"milliseconds", 1000},
	{"minutes", 60 * usPerSec}, {"hours", 3600 * usPerSec}, {"weeks", 7 * 86400 * usPerSec},
}

func timedeltaClass() *class {
	const far = 999999999
	return &class{
		name:   "datetime.timedelta",
		sample: value.NewTimeDelta(0, 0, 0),
		call:   newTimeDelta,
		static: []member{
			{"min", value.NewTimeDelta(-far, 0, 0)},
			{"max", value.NewTimeDelta(far, 86399, 999999)},
			{"resolution", value.NewTimeDelta(0, 0, 1)},
		},
	}
}

func newTimeDelta(_ value.Thread, a value.Args) (value.Value, error) {
	params := make([]value.Param, len(deltaUnits))
	for i, u := range deltaUnits {
		params[i] = value.Optional(u.name, value.Int(0))
	}
	got, err := a.BindBuiltin("__new__", params...)
	if err != nil {
		return nil, err
	}
	total := new(big.Rat)
	for i, u := range deltaUnits {
		part, err := exact(got[i], u.name)
		if err != nil {
			return nil, err
		}
		total.Add(total, part.Mul(part, new(big.Rat).SetInt64(u.us)))
	}
	return wrap(value.DeltaOfMicros(roundEven(total)))
}

// exact is the value of a part of a timedelta.
func exact(v value.Value, name string) (*big.Rat, error) {
	switch v := v.(type) {
	case value.Int:
		return new(big.Rat).SetInt64(int64(v)), nil
	case value.Bool:
		if v {
			return big.NewRat(1, 1), nil
		}
		return new(big.Rat), nil
	case *value.BigInt:
		return new(big.Rat).SetInt(v.Big()), nil
	case value.Float:
		r := new(big.Rat).SetFloat64(float64(v))
		if r == nil {
			if math.IsNaN(float64(v)) {
				return nil, value.ValueErrorf("cannot convert float NaN to integer")
			}
			return nil, value.Errorf("OverflowError", "cannot convert float infinity to integer")
		}
		return r, nil
	}
	return nil, value.TypeErrorf("unsupported type for timedelta %s component: %s", name, v.TypeName())
}

// roundEven rounds to the nearest integer, halves to even.
func roundEven(r *big.Rat) *big.Int {
	q, m := new(big.Int).DivMod(r.Num(), r.Denom(), new(big.Int))
	c := m.Lsh(m, 1).Cmp(r.Denom())
	if c > 0 || c == 0 && q.Bit(0) == 1 {
		q.Add(q, big.NewInt(1))
	}
	return q
}
