package value

import "fmt"

// Date is a Python datetime.date.
type Date struct {
	ord int // days from 0001-01-01, which is 1
}

// NewDate makes a date; it fails as Python's constructor does.
func NewDate(year, month, day int) (*Date, error) {
	if err := checkDate(year, month, day); err != nil {
		return nil, err
	}
	return &Date{ord: ordinal(year, month, day)}, nil
}

// DateOfOrdinal makes the date of an ordinal; it fails outside Python's years.
func DateOfOrdinal(ord int) (*Date, error) {
	if ord < 1 || ord > maxOrdinal {
		return nil, Errorf("OverflowError", "date value out of range")
	}
	return &Date{ord: ord}, nil
}

// TypeName implements Value.
func (*Date) TypeName() string { return "datetime.date" }

// Module implements Moduled.
func (*Date) Module() string { return "datetime" }

// Civil is the date's year, month and day.
func (d *Date) Civil() (year, month, day int) { return civil(d.ord) }

// Ordinal numbers the days from 0001-01-01, which is 1.
func (d *Date) Ordinal() int { return d.ord }

// Str implements Printer: yyyy-mm-dd.
func (d *Date) Str() string {
	y, m, day := civil(d.ord)
	return fmt.Sprintf("%04d-%02d-%02d", y, m, day)
}

// Repr implements Printer.
func (d *Date) Repr() string {
	y, m, day := civil(d.ord)
	return fmt.Sprintf("datetime.date(%d, %d, %d)", y, m, day)
}

// Hash implements Hasher.
func (d *Date) Hash() uint64 { return hashInt(int64(d.ord)) }

// CompareTo implements Comparer.
func (d *Date) CompareTo(op Op, other Value) (bool, bool, error) {
	switch o := other.(type) {
	case *Date:
		return holds(op, cmpInt(int64(d.ord), int64(o.ord))), true, nil
	case *DateTime:
		if op != OpEq {
			// A datetime is a kind of date, so Python asks it first.
			return false, false, TypeErrorf("can't compare %s to %s", o.TypeName(), d.TypeName())
		}
	}
	return false, false, nil
}

// Operate implements Operand.
func (d *Date) Operate(op Op, other Value, reflected bool) (Value, bool, error) {
	switch o := other.(type) {
	case *TimeDelta:
		if op == OpAdd {
			v, err := d.addDays(o.days)
			return v, true, err
		}
		if op == OpSub && !reflected {
			v, err := d.addDays(-o.days)
			return v, true, err
		}
	case *Date:
		if op == OpSub {
			if reflected {
				d, o = o, d
			}
			return &TimeDelta{days: int64(d.ord - o.ord)}, true, nil
		}
	}
	return nil, false, nil
}

func (d *Date) addDays(n int64) (Value, error) {
	r, err := DateOfOrdinal(d.ord + int(n))
	if err != nil {
		return nil, err
	}
	return r, nil
}

// FormatBy implements Formattable: the specifier is a format of strftime.
func (d *Date) FormatBy(spec string) (string, error) {
	if spec == "" {
		return d.Str(), nil
	}
	return d.midnight().Strftime(spec)
}

func (d *Date) midnight() *DateTime { return &DateTime{ord: d.ord} }

// Attr implements Object.
func (d *Date) Attr(name string) (Value, bool) {
	y, m, day := civil(d.ord)
	switch name {
	case "year":
		return Int(y), true
	case "month":
		return Int(m), true
	case "day":
		return Int(day), true
	}
	if dateMethod(name).fn == nil {
		return nil, false
	}
	return &Method{self: d, name: name}, true
}

// CallMethod implements MethodCaller.
func (d *Date) CallMethod(t Thread, name string, args Args) (Value, bool, error) {
	return callRow(dateMethod(name), t, d, name, args)
}

func dateMethod(name string) method[*Date] {
	switch name {
	case "replace":
		return method[*Date]{-1, -1, dateReplace}
	case "toordinal":
		return method[*Date]{0, 0, func(_ Thread, d *Date, _ Args) (Value, error) { return Int(d.ord), nil }}
	case "weekday":
		return method[*Date]{0, 0, func(_ Thread, d *Date, _ Args) (Value, error) { return Int(weekday(d.ord)), nil }}
	case "isoweekday":
		return method[*Date]{0, 0, func(_ Thread, d *Date, _ Args) (Value, error) { return Int(weekday(d.ord) + 1), nil }}
	case "isocalendar":
		return method[*Date]{0, 0, func(_ Thread, d *Date, _ Args) (Value, error) { return newISOCalendar(d.ord), nil }}
	case "isoformat":
		return method[*Date]{0, 0, func(_ Thread, d *Date, _ Args) (Value, error) { return Str(d.Str()), nil }}
	case "ctime":
		return method[*Date]{0, 0, func(_ Thread, d *Date, _ Args) (Value, error) { return Str(d.midnight().ctime()), nil }}
	case "strftime":
		return method[*Date]{1, 1, func(_ Thread, d *Date, a Args) (Value, error) { return strftimeArg(d.midnight(), a) }}
	}
	return method[*Date]{}
}

func dateReplace(_ Thread, d *Date, a Args) (Value, error) {
	y, m, day := civil(d.ord)
	n, err := intArgs("replace", a, Optional("year", Int(y)), Optional("month", Int(m)), Optional("day", Int(day)))
	if err != nil {
		return nil, err
	}
	r, err := NewDate(n[0], n[1], n[2])
	if err != nil {
		return nil, err
	}
	return r, nil
}

// intArgs binds arguments that must all be integers.
func intArgs(name string, a Args, params ...Param) ([]int, error) {
	got, err := bindBuiltin(name, a, params...)
	if err != nil {
		return nil, err
	}
	out := make([]int, len(got))
	for i, v := range got {
		if out[i], err = Index(v); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func strftimeArg(dt *DateTime, a Args) (Value, error) {
	format, ok := a.Pos[0].(Str)
	if !ok {
		return nil, TypeErrorf("strftime() argument 1 must be str, not %s", noneName(a.Pos[0]))
	}
	text, err := dt.Strftime(string(format))
	return Str(text), err
}

// isoCalendar is what isocalendar() returns: a tuple of three with names.
type isoCalendar struct{ *Tuple }

func newISOCalendar(ord int) isoCalendar {
	y, w, d := isoWeek(ord)
	return isoCalendar{NewTuple(Int(y), Int(w), Int(d))}
}

// TypeName implements Value.
func (isoCalendar) TypeName() string { return "datetime.IsoCalendarDate" }

// Module implements Moduled.
func (isoCalendar) Module() string { return "datetime" }

// Str implements Printer.
func (c isoCalendar) Str() string { return c.Repr() }

// Repr implements Printer.
func (c isoCalendar) Repr() string {
	return fmt.Sprintf("datetime.IsoCalendarDate(year=%s, week=%s, weekday=%s)",
		Repr(c.items[0]), Repr(c.items[1]), Repr(c.items[2]))
}

// Attr implements Object.
func (c isoCalendar) Attr(name string) (Value, bool) {
	switch name {
	case "year":
		return c.items[0], true
	case "week":
		return c.items[1], true
	case "weekday":
		return c.items[2], true
	}
	return nil, false
}

// Item implements Indexer.
func (c isoCalendar) Item(key Value) (Value, bool, error) { return item(c.Tuple, key) }

// CompareTo implements Comparer: it equals the plain tuple.
func (c isoCalendar) CompareTo(op Op, other Value) (bool, bool, error) {
	if o, ok := other.(isoCalendar); ok {
		other = o.Tuple
	}
	if _, ok := other.(*Tuple); !ok {
		return false, false, nil
	}
	r, err := Compare(op, c.Tuple, other)
	return r, err == nil, err
}
