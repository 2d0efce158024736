package value

import (
	"math"
	"math/big"
	"strconv"
	"strings"
)

// Decimal is a Python decimal.Decimal: the numbers that a warehouse returns.
// Arithmetic rounds to 28 digits, halves to even, as Python's default context.
type Decimal struct {
	neg  bool
	coef *big.Int // not negative, never changed
	exp  int
	form decimalForm
}

type decimalForm uint8

const (
	finite decimalForm = iota
	infinite
	notANumber
)

const (
	decimalDigits = 28     // the precision of Python's default context
	decimalMaxExp = 999999 // and its greatest exponent
)

// TypeName implements Value.
func (*Decimal) TypeName() string { return "decimal.Decimal" }

// Module implements Moduled.
func (*Decimal) Module() string { return "decimal" }

// NewDecimal makes the number coef * 10**exp.
func NewDecimal(coef *big.Int, exp int) *Decimal {
	return &Decimal{neg: coef.Sign() < 0, coef: new(big.Int).Abs(coef), exp: exp}
}

// ParseDecimal reads a Decimal as Python's constructor does: all digits are kept.
func ParseDecimal(text string) (*Decimal, error) {
	fail := Errorf("InvalidOperation", "[<class 'decimal.ConversionSyntax'>]")
	s := strings.ReplaceAll(asciiDigits(strings.TrimFunc(text, isSpace)), "_", "")
	d := &Decimal{coef: new(big.Int)}
	if s != "" && (s[0] == '-' || s[0] == '+') {
		d.neg, s = s[0] == '-', s[1:]
	}
	switch strings.ToLower(s) {
	case "inf", "infinity":
		d.form = infinite
		return d, nil
	case "nan", "snan":
		d.form = notANumber
		return d, nil
	}
	mantissa, exponent, hasExp := strings.Cut(strings.ToLower(s), "e")
	whole, frac, _ := strings.Cut(mantissa, ".")
	digits := whole + frac
	if digits == "" || strings.Trim(digits, "0123456789") != "" || len(digits) > maxBits {
		return nil, fail
	}
	if hasExp {
		e, err := strconv.Atoi(exponent)
		if err != nil || e > decimalMaxExp || e < -decimalMaxExp {
			return nil, fail
		}
		d.exp = e
	}
	d.coef.SetString(digits, 10)
	d.exp -= len(frac)
	return d, nil
}

// decimalOf is an int as a Decimal; ok is false for anything else.
func decimalOf(v Value) (d *Decimal, ok bool) {
	if d, ok := v.(*Decimal); ok {
		return d, true
	}
	x, ok := number(v)
	if !ok || x.kind == numFloat {
		return nil, false
	}
	return NewDecimal(x.bigOf(), 0), true
}

func (d *Decimal) digits() string { return d.coef.String() }

// adjusted is the exponent of the first digit.
func (d *Decimal) adjusted() int { return d.exp + len(d.digits()) - 1 }

func (d *Decimal) isZero() bool { return d.form == finite && d.coef.Sign() == 0 }

// Truth implements Truther.
func (d *Decimal) Truth() bool { return !d.isZero() }

// Str implements Printer.
func (d *Decimal) Str() string {
	sign := ""
	if d.neg {
		sign = "-"
	}
	switch d.form {
	case infinite:
		return sign + "Infinity"
	case notANumber:
		return sign + "NaN"
	}
	whole, frac, exp := d.split('G', -1)
	if frac != "" {
		frac = "." + frac
	}
	if exp != 0 {
		frac += "E" + signed(exp)
	}
	return sign + whole + frac
}

// Repr implements Printer.
func (d *Decimal) Repr() string { return "Decimal('" + d.Str() + "')" }

func signed(n int) string {
	if n < 0 {
		return strconv.Itoa(n)
	}
	return "+" + strconv.Itoa(n)
}

// split divides the digits at the point for a type of format: e, f or g.
func (d *Decimal) split(typ byte, prec int) (whole, frac string, exp int) {
	digits := d.digits()
	left := d.exp + len(digits)
	point := left
	switch {
	case typ|0x20 == 'e' && d.isZero() && prec >= 0:
		point = 1 - prec
	case typ|0x20 == 'e', typ|0x20 == 'g' && !(d.exp <= 0 && left > -6):
		point = 1
	}
	switch {
	case point <= 0:
		whole, frac = "0", strings.Repeat("0", -point)+digits
	case point >= len(digits):
		whole = digits + strings.Repeat("0", point-len(digits))
	default:
		whole, frac = digits[:point], digits[point:]
	}
	return whole, frac, left - point
}

func pow10(n int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }

// rescale rounds to an exponent, halves to even.
func (d *Decimal) rescale(exp int) *Decimal {
	if d.form != finite || d.exp == exp {
		return d
	}
	out := &Decimal{neg: d.neg, exp: exp}
	switch shift := d.exp - exp; {
	case d.isZero():
		out.coef = d.coef
	case shift > 0:
		out.coef = new(big.Int).Mul(d.coef, pow10(shift))
	case -shift > len(d.digits())+1:
		out.coef = new(big.Int)
	default:
		out.coef = roundQuotient(d.coef, pow10(-shift))
	}
	return out
}

// round28 brings a result into the context's precision.
func (d *Decimal) roundTo(digits int) *Decimal {
	if d.form != finite {
		return d
	}
	excess := len(d.digits()) - digits
	if excess <= 0 {
		return d
	}
	r := d.rescale(d.exp + excess)
	if len(r.digits()) > digits { // 999.. became 1000..
		r = r.rescale(r.exp + 1)
	}
	return r
}

func (d *Decimal) finish() (Value, error) {
	r := d.roundTo(decimalDigits)
	if r.form == finite && !r.isZero() && r.adjusted() > decimalMaxExp {
		return nil, decimalError("Overflow", "Overflow")
	}
	return r, nil
}

func decimalError(kind, class string) error {
	return Errorf(kind, "[<class 'decimal.%s'>]", class)
}

// float is the nearest float.
func (d *Decimal) float() float64 {
	f, _ := strconv.ParseFloat(strings.ToLower(d.Str()), 64) // out of range gives ±Inf or 0, as wanted
	return f
}

// toInt is int(d), which cuts the fraction off.
func (d *Decimal) toInt() (Value, error) {
	switch {
	case d.form == notANumber:
		return nil, ValueErrorf("cannot convert NaN to integer")
	case d.form == infinite:
		return nil, Errorf("OverflowError", "cannot convert Infinity to integer")
	case d.adjusted() > maxBits/3:
		return nil, errTooBig("the number")
	}
	n := new(big.Int)
	if d.exp >= 0 {
		n.Mul(d.coef, pow10(d.exp))
	} else if d.adjusted() >= 0 {
		n.Quo(d.coef, pow10(-d.exp))
	}
	if d.neg {
		n.Neg(n)
	}
	return NewInt(n), nil
}

// round is round(d) or round(d, digits).
func (d *Decimal) round(digits Value) (Value, error) {
	if IsNone(digits) {
		return d.rescale(0).toInt()
	}
	n, err := index(digits)
	if err != nil {
		return nil, err
	}
	return d.quantize(int(-n))
}

// quantize rounds to an exponent; more digits than the context has are an error.
func (d *Decimal) quantize(exp int) (Value, error) {
	if d.form == finite && !d.isZero() && d.adjusted()-exp >= decimalDigits || exp < -decimalMaxExp || exp > decimalMaxExp {
		return nil, decimalError("InvalidOperation", "InvalidOperation")
	}
	r := d.rescale(exp)
	if len(r.digits()) > decimalDigits {
		return nil, decimalError("InvalidOperation", "InvalidOperation")
	}
	return r, nil
}

// Negate implements Signed.
func (d *Decimal) Negate() Value {
	r := *d
	r.neg = !d.neg && !d.isZero()
	v, err := r.finish()
	if err != nil {
		return &r
	}
	return v
}

// Positive implements Signed.
func (d *Decimal) Positive() Value {
	r := *d
	r.neg = d.neg && !d.isZero()
	return r.roundTo(decimalDigits)
}

// Absolute is abs(d).
func (d *Decimal) Absolute() Value {
	r := *d
	r.neg = false
	return r.roundTo(decimalDigits)
}

// Hash implements Hasher: equal to the hash of the int or float of that value.
func (d *Decimal) Hash() uint64 {
	if d.form != finite {
		return hashString(d.Str())
	}
	if d.adjusted() < maxBits/3 {
		if n, err := d.toInt(); err == nil {
			if c, _ := d.cmp(mustDecimal(n)); c == 0 {
				h, _ := hashOf(n) // an int is hashable
				return h
			}
		}
	}
	if f := d.float(); !math.IsInf(f, 0) && f != 0 {
		if c, ok := d.cmp(decimalOfFloat(f)); ok && c == 0 {
			return hashFloat(f)
		}
	}
	return hashString(d.normal().Str())
}

func mustDecimal(v Value) *Decimal {
	d, _ := decimalOf(v)
	return d
}

// decimalOfFloat is the exact value of a float.
func decimalOfFloat(f float64) *Decimal {
	switch {
	case math.IsNaN(f):
		return &Decimal{form: notANumber, coef: new(big.Int)}
	case math.IsInf(f, 0):
		return &Decimal{form: infinite, neg: f < 0, coef: new(big.Int)}
	}
	d, err := ParseDecimal(strconv.FormatFloat(f, 'e', 800, 64)) // a double has at most 767 digits
	if err != nil {
		return &Decimal{form: notANumber, coef: new(big.Int)}
	}
	return d.normal()
}

// normal drops trailing zeros.
func (d *Decimal) normal() *Decimal {
	if d.form != finite {
		return d
	}
	digits := d.digits()
	kept := strings.TrimRight(digits, "0")
	if kept == "" {
		return &Decimal{neg: d.neg, coef: new(big.Int)}
	}
	coef, _ := new(big.Int).SetString(kept, 10)
	return &Decimal{neg: d.neg, coef: coef, exp: d.exp + len(digits) - len(kept)}
}
