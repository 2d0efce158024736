package value

import (
	"fmt"
	"math"
	"math/big"
	"strings"
)

// TimeDelta is a Python datetime.timedelta.
type TimeDelta struct {
	days int64
	us   int64 // of the day: 0 <= us < usPerDay
}

const maxDeltaDays = 999999999

// NewTimeDelta makes a timedelta of days, seconds and microseconds. What lies
// beyond Python's bounds is cut to them.
func NewTimeDelta(days, seconds, micros int64) *TimeDelta {
	d, err := deltaOf(days, seconds, micros)
	if err != nil {
		return &TimeDelta{days: maxDeltaDays, us: usPerDay - 1}
	}
	return d
}

func deltaOf(days, seconds, micros int64) (*TimeDelta, error) {
	n := new(big.Int).Mul(big.NewInt(days), big.NewInt(usPerDay))
	n.Add(n, new(big.Int).Mul(big.NewInt(seconds), big.NewInt(usPerSec)))
	return DeltaOfMicros(n.Add(n, big.NewInt(micros)))
}

// DeltaOfMicros makes a timedelta of microseconds; it fails beyond Python's bounds.
func DeltaOfMicros(n *big.Int) (*TimeDelta, error) {
	days, us := floorDivMod(n, big.NewInt(usPerDay))
	if !days.IsInt64() || days.Int64() > math.MaxInt32 || days.Int64() < math.MinInt32 {
		return nil, Errorf("OverflowError", "Python int too large to convert to C int")
	}
	if days.Int64() > maxDeltaDays || days.Int64() < -maxDeltaDays {
		return nil, Errorf("OverflowError", "days=%s; must have magnitude <= %d", days, maxDeltaDays)
	}
	return &TimeDelta{days: days.Int64(), us: us.Int64()}, nil
}

// TypeName implements Value.
func (*TimeDelta) TypeName() string { return "datetime.timedelta" }

// Module implements Moduled.
func (*TimeDelta) Module() string { return "datetime" }

// Micros is the whole length in microseconds.
func (d *TimeDelta) Micros() *big.Int {
	n := new(big.Int).Mul(big.NewInt(d.days), big.NewInt(usPerDay))
	return n.Add(n, big.NewInt(d.us))
}

// Truth implements Truther.
func (d *TimeDelta) Truth() bool { return d.days != 0 || d.us != 0 }

// Hash implements Hasher.
func (d *TimeDelta) Hash() uint64 { return hashInt(d.days) ^ hashInt(d.us)*31 }

// Str implements Printer.
func (d *TimeDelta) Str() string {
	s := d.us / usPerSec
	text := fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
	if us := d.us % usPerSec; us != 0 {
		text += fmt.Sprintf(".%06d", us)
	}
	if d.days == 0 {
		return text
	}
	ending := "s"
	if d.days == 1 || d.days == -1 {
		ending = ""
	}
	return fmt.Sprintf("%d day%s, %s", d.days, ending, text)
}

// Repr implements Printer.
func (d *TimeDelta) Repr() string {
	var parts []string
	for _, p := range []struct {
		name string
		n    int64
	}{{"days", d.days}, {"seconds", d.us / usPerSec}, {"microseconds", d.us % usPerSec}} {
		if p.n != 0 {
			parts = append(parts, fmt.Sprintf("%s=%d", p.name, p.n))
		}
	}
	if parts == nil {
		parts = []string{"0"}
	}
	return "datetime.timedelta(" + strings.Join(parts, ", ") + ")"
}

// CompareTo implements Comparer.
func (d *TimeDelta) CompareTo(op Op, other Value) (bool, bool, error) {
	o, ok := other.(*TimeDelta)
	if !ok {
		return false, false, nil
	}
	c := cmpInt(d.days, o.days)
	if c == 0 {
		c = cmpInt(d.us, o.us)
	}
	return holds(op, c), true, nil
}

// Negate implements Signed.
func (d *TimeDelta) Negate() Value {
	r, err := DeltaOfMicros(new(big.Int).Neg(d.Micros()))
	if err != nil {
		return d
	}
	return r
}

// Positive implements Signed.
func (d *TimeDelta) Positive() Value { return d }

// Absolute is abs(d).
func (d *TimeDelta) Absolute() Value {
	if d.days < 0 {
		return d.Negate()
	}
	return d
}

// Operate implements Operand.
func (d *TimeDelta) Operate(op Op, other Value, reflected bool) (Value, bool, error) {
	if o, ok := other.(*TimeDelta); ok {
		if reflected {
			d, o = o, d
		}
		return d.withDelta(op, o)
	}
	x, ok := number(other)
	if !ok {
		return nil, false, nil
	}
	switch {
	case op == OpMul:
		v, err := scaleDelta(d.Micros(), x, false)
		return v, true, err
	case reflected:
		return nil, false, nil
	case op == OpDiv:
		v, err := scaleDelta(d.Micros(), x, true)
		return v, true, err
	case op == OpFloorDiv && x.kind != numFloat:
		if x.sign() == 0 {
			return nil, true, zeroDivision("integer division or modulo by zero")
		}
		q, _ := floorDivMod(d.Micros(), x.bigOf())
		v, err := DeltaOfMicros(q)
		return v, true, err
	}
	return nil, false, nil
}

func (d *TimeDelta) withDelta(op Op, o *TimeDelta) (Value, bool, error) {
	a, b := d.Micros(), o.Micros()
	switch op {
	case OpAdd:
		v, err := DeltaOfMicros(a.Add(a, b))
		return v, true, err
	case OpSub:
		v, err := DeltaOfMicros(a.Sub(a, b))
		return v, true, err
	case OpDiv, OpFloorDiv:
		v, err := bigOp(op, a, b)
		return v, true, err
	case OpMod:
		if b.Sign() == 0 {
			return nil, true, zeroDivision("integer modulo by zero")
		}
		_, m := floorDivMod(a, b)
		v, err := DeltaOfMicros(m)
		return v, true, err
	}
	return nil, false, nil
}

// scaleDelta multiplies or divides microseconds by a number, exactly, and
// rounds halves to even.
func scaleDelta(us *big.Int, x num, divide bool) (Value, error) {
	r := new(big.Rat)
	if x.kind == numFloat {
		if math.IsNaN(x.f) {
			return nil, ValueErrorf("cannot convert NaN to integer ratio")
		}
		if math.IsInf(x.f, 0) {
			return nil, Errorf("OverflowError", "cannot convert Infinity to integer ratio")
		}
		r.SetFloat64(x.f)
	} else {
		r.SetInt(x.bigOf())
	}
	if divide {
		if r.Sign() == 0 {
			return nil, zeroDivision("integer division or modulo by zero")
		}
		r.Inv(r)
	}
	r.Mul(r, new(big.Rat).SetInt(us))
	return deltaValue(DeltaOfMicros(roundQuotient(r.Num(), r.Denom())))
}

func deltaValue(d *TimeDelta, err error) (Value, error) {
	if err != nil {
		return nil, err
	}
	return d, nil
}

// Attr implements Object.
func (d *TimeDelta) Attr(name string) (Value, bool) {
	switch name {
	case "days":
		return Int(d.days), true
	case "seconds":
		return Int(d.us / usPerSec), true
	case "microseconds":
		return Int(d.us % usPerSec), true
	case "total_seconds":
		return &Method{self: d, name: name}, true
	}
	return nil, false
}

// CallMethod implements MethodCaller.
func (d *TimeDelta) CallMethod(t Thread, name string, args Args) (Value, bool, error) {
	if name != "total_seconds" {
		return nil, false, nil
	}
	return callRow(method[*TimeDelta]{0, 0, func(_ Thread, d *TimeDelta, _ Args) (Value, error) {
		return bigDiv(d.Micros(), big.NewInt(usPerSec))
	}}, t, d, name, args)
}
