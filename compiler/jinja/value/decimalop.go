package value

import (
	"math"
	"math/big"
	"strings"
)

// cmp orders two Decimals; ok is false when one is NaN.
func (d *Decimal) cmp(o *Decimal) (c int, ok bool) {
	if d.form == notANumber || o.form == notANumber {
		return 0, false
	}
	if d.form == infinite || o.form == infinite {
		return d.rank() - o.rank(), true
	}
	ds, os := d.signum(), o.signum()
	switch {
	case ds != os:
		return cmpInt(int64(ds), int64(os)), true
	case ds == 0:
		return 0, true
	}
	da, oa := d.adjusted(), o.adjusted()
	if da != oa {
		return ds * cmpInt(int64(da), int64(oa)), true
	}
	x, y := d.coef, o.coef
	if d.exp > o.exp {
		x = new(big.Int).Mul(x, pow10(d.exp-o.exp))
	} else if o.exp > d.exp {
		y = new(big.Int).Mul(y, pow10(o.exp-d.exp))
	}
	return ds * x.Cmp(y), true
}

func (d *Decimal) signum() int {
	switch {
	case d.form == finite && d.coef.Sign() == 0:
		return 0
	case d.neg:
		return -1
	}
	return 1
}

// rank orders the infinities around the finite numbers.
func (d *Decimal) rank() int {
	if d.form == infinite {
		return d.signum()
	}
	return 0
}

// CompareTo implements Comparer: with ints, floats and Decimals.
func (d *Decimal) CompareTo(op Op, other Value) (bool, bool, error) {
	o, ok := decimalOf(other)
	if !ok {
		f, isFloat := other.(Float)
		if !isFloat {
			return false, false, nil
		}
		o = decimalOfFloat(float64(f))
	}
	c, ordered := d.cmp(o)
	if !ordered && op != OpEq {
		return false, true, decimalError("InvalidOperation", "InvalidOperation")
	}
	return ordered && holds(op, c), true, nil
}

// Operate implements Operand: with ints and Decimals, not with floats.
func (d *Decimal) Operate(op Op, other Value, reflected bool) (Value, bool, error) {
	o, ok := decimalOf(other)
	if !ok {
		return nil, false, nil
	}
	a, b := d, o
	if reflected {
		a, b = o, d
	}
	if a.form != finite || b.form != finite {
		v, err := nonFinite(op, a, b)
		return v, true, err
	}
	var v Value
	var err error
	switch op {
	case OpAdd:
		v, err = a.add(b)
	case OpSub:
		neg := *b
		neg.neg = !b.neg
		v, err = a.add(&neg)
	case OpMul:
		v, err = (&Decimal{neg: a.neg != b.neg, coef: new(big.Int).Mul(a.coef, b.coef), exp: a.exp + b.exp}).finish()
	case OpDiv:
		v, err = a.div(b)
	case OpFloorDiv:
		v, _, err = a.divMod(b, op)
	case OpMod:
		_, v, err = a.divMod(b, op)
	case OpPow:
		v, err = a.pow(b)
	default:
		return nil, false, nil
	}
	return v, true, err
}

// nonFinite computes with infinities and NaN as floats do.
func nonFinite(op Op, a, b *Decimal) (Value, error) {
	nan := &Decimal{form: notANumber, coef: new(big.Int)}
	if a.form == notANumber || b.form == notANumber {
		return nan, nil
	}
	v, err := floatOp(op, a.float(), b.float())
	if err != nil {
		return nil, decimalError("DivisionByZero", "DivisionByZero")
	}
	r := decimalOfFloat(float64(v.(Float)))
	if r.form == notANumber {
		return nil, decimalError("InvalidOperation", "InvalidOperation")
	}
	return r, nil
}

func (d *Decimal) add(o *Decimal) (Value, error) {
	exp := min(d.exp, o.exp)
	if d.isZero() && o.isZero() {
		return &Decimal{neg: d.neg && o.neg, coef: new(big.Int), exp: exp}, nil
	}
	if d.isZero() {
		return o.extend(exp).finish()
	}
	if o.isZero() {
		return d.extend(exp).finish()
	}
	x, y := align(d, o)
	sum := new(big.Int).Add(x.signedCoef(), y.signedCoef())
	return NewDecimal(sum, x.exp).finish()
}

func (d *Decimal) signedCoef() *big.Int {
	if d.neg {
		return new(big.Int).Neg(d.coef)
	}
	return d.coef
}

// extend lowers the exponent as far as the precision allows.
func (d *Decimal) extend(exp int) *Decimal {
	lowest := max(exp, d.adjusted()-decimalDigits+1)
	if lowest >= d.exp {
		return d
	}
	return d.rescale(lowest)
}

// align brings two numbers to one exponent. One too small to matter is replaced
// by one that rounds alike.
func align(a, b *Decimal) (x, y *Decimal) {
	if a.exp < b.exp {
		y, x = align(b, a)
		return x, y
	}
	floor := a.exp + min(-1, len(a.digits())-decimalDigits-2)
	if b.adjusted() < floor {
		b = &Decimal{neg: b.neg, coef: big.NewInt(1), exp: floor}
	}
	return a.rescale(b.exp), b
}

func (d *Decimal) div(o *Decimal) (Value, error) {
	if o.isZero() {
		if d.isZero() {
			return nil, decimalError("InvalidOperation", "DivisionUndefined")
		}
		return nil, decimalError("DivisionByZero", "DivisionByZero")
	}
	neg := d.neg != o.neg
	if d.isZero() {
		return &Decimal{neg: neg, coef: new(big.Int), exp: d.exp - o.exp}, nil
	}
	shift := len(o.digits()) - len(d.digits()) + decimalDigits + 1
	exp := d.exp - o.exp - shift
	x, y := d.coef, o.coef
	if shift >= 0 {
		x = new(big.Int).Mul(x, pow10(shift))
	} else {
		y = new(big.Int).Mul(y, pow10(-shift))
	}
	q, m := new(big.Int).QuoRem(x, y, new(big.Int))
	if m.Sign() != 0 { // a last digit that keeps the rounding honest
		if new(big.Int).Rem(q, big.NewInt(5)).Sign() == 0 {
			q.Add(q, big.NewInt(1))
		}
	} else {
		ideal := d.exp - o.exp
		ten, r := big.NewInt(10), new(big.Int)
		for exp < ideal {
			next, rem := new(big.Int).QuoRem(q, ten, r)
			if rem.Sign() != 0 {
				break
			}
			q = next
			exp++
		}
	}
	return (&Decimal{neg: neg, coef: q, exp: exp}).finish()
}

// divMod is // and %, which cut towards zero, unlike those of int.
func (d *Decimal) divMod(o *Decimal, op Op) (q, m Value, err error) {
	if o.isZero() {
		switch {
		case d.isZero() && op == OpFloorDiv:
			err = decimalError("InvalidOperation", "DivisionUndefined")
		case op == OpFloorDiv:
			err = decimalError("DivisionByZero", "DivisionByZero")
		case d.isZero():
			err = decimalError("InvalidOperation", "DivisionUndefined")
		default:
			err = decimalError("InvalidOperation", "InvalidOperation")
		}
		return nil, nil, err
	}
	exp := min(d.exp, o.exp)
	neg := d.neg != o.neg
	if d.isZero() || d.adjusted() < o.adjusted()-1 {
		rest, err := d.extendTo(exp).finish()
		return &Decimal{neg: neg, coef: new(big.Int)}, rest, err
	}
	if d.adjusted()-o.adjusted() > decimalDigits {
		return nil, nil, decimalError("InvalidOperation", "DivisionImpossible")
	}
	x, y := d.rescale(exp), o.rescale(exp)
	quo, rem := new(big.Int).QuoRem(x.coef, y.coef, new(big.Int))
	if len(quo.String()) > decimalDigits {
		return nil, nil, decimalError("InvalidOperation", "DivisionImpossible")
	}
	rest, err := (&Decimal{neg: d.neg, coef: rem, exp: exp}).finish()
	return &Decimal{neg: neg, coef: quo}, rest, err
}

func (d *Decimal) extendTo(exp int) *Decimal {
	if d.isZero() {
		return &Decimal{neg: d.neg, coef: d.coef, exp: exp}
	}
	return d.extend(exp)
}

// pow raises to a power.
func (d *Decimal) pow(o *Decimal) (Value, error) {
	n, err := o.toInt()
	if err != nil {
		return nil, err
	}
	if c, _ := o.cmp(mustDecimal(n)); c != 0 {
		return d.fractionalPow(o)
	}
	k, ok := n.(Int)
	if !ok || k > 1<<20 || k < -1<<20 {
		return nil, decimalError("Overflow", "Overflow")
	}
	if d.isZero() && k <= 0 {
		if k == 0 {
			return nil, decimalError("InvalidOperation", "InvalidOperation")
		}
		return &Decimal{form: infinite, coef: d.coef, neg: d.neg && k&1 == 1}, nil
	}
	r := powDigits(d, int(max(k, -k)))
	if k < 0 {
		return NewDecimal(big.NewInt(1), 0).div(r)
	}
	return r.finish()
}

// fractionalPow raises to a power that is no integer.
func (d *Decimal) fractionalPow(o *Decimal) (Value, error) {
	switch size := math.Abs(math.Log(d.float()) * o.float()); {
	case d.isZero() && !o.neg:
		return &Decimal{coef: d.coef}, nil
	case d.isZero():
		return &Decimal{form: infinite, coef: d.coef}, nil
	case d.neg || !(size < 1e5):
		return nil, decimalError("InvalidOperation", "InvalidOperation")
	}
	x, _, _ := big.ParseFloat(d.Str(), 10, powBits, big.ToNearestEven) // a finite Decimal is a number
	y, _, _ := big.ParseFloat(o.Str(), 10, powBits, big.ToNearestEven)
	r, err := ParseDecimal(exactPow(x, y).Text('e', decimalDigits+12))
	if err != nil {
		return nil, err
	}
	return r.finish()
}

// powDigits multiplies with enough digits that 28 of the result are right.
func powDigits(d *Decimal, k int) *Decimal {
	const guard = 2*decimalDigits + 8
	r, base := NewDecimal(big.NewInt(1), 0), d
	for ; k > 0; k >>= 1 {
		if k&1 == 1 {
			r = (&Decimal{neg: r.neg != base.neg, coef: new(big.Int).Mul(r.coef, base.coef), exp: r.exp + base.exp}).roundTo(guard)
		}
		base = (&Decimal{coef: new(big.Int).Mul(base.coef, base.coef), exp: 2 * base.exp}).roundTo(guard)
	}
	return r
}

// FormatBy implements Formattable.
func (d *Decimal) FormatBy(text string) (string, error) {
	s, err := parseSpec(text, d, '>', 0)
	if err != nil || s.alt || s.sep == '_' || !plainZeros(text) {
		return "", ValueErrorf("invalid format string")
	}
	typ := byte('G')
	switch s.typ {
	case 0:
	case 'e', 'E', 'f', 'F', 'g', 'G', '%':
		typ = byte(s.typ)
	case 'n':
		typ = 'g'
	default:
		return "", ValueErrorf("invalid format string")
	}
	sign := s.signText(d.neg)
	if d.form != finite {
		name := (&Decimal{form: d.form, coef: d.coef}).Str()
		if typ == '%' {
			name += "%"
		}
		if s.align == '=' && s.fill == "0" {
			s.align, s.fill = '>', " "
		}
		return s.pad(sign, name), nil
	}
	return d.formatFinite(s, typ)
}

// plainZeros tells whether a specifier pads with zeros at most as Decimal takes
// it: without an alignment and with one zero.
func plainZeros(text string) bool {
	var s spec
	p := specParser{rest: text}
	p.alignment(&s)
	p.rest = strings.TrimLeft(p.rest, "+- z#")
	zero := p.take('0')
	return !zero || s.align == 0 && p.peek() != '0'
}

func (d *Decimal) formatFinite(s spec, typ byte) (string, error) {
	if d.adjusted() > MaxText || -d.exp > MaxText || s.prec > maxBits { // rounding to more digits takes seconds
		return "", errTooBig("the text")
	}
	fixed := typ|0x20 == 'f' || typ == '%'
	if typ == '%' {
		d = &Decimal{neg: d.neg, coef: d.coef, exp: d.exp + 2}
	}
	if s.prec >= 0 {
		switch {
		case typ|0x20 == 'e' && !d.isZero():
			d = d.roundTo(s.prec + 1)
			d = d.rescale(d.adjusted() - s.prec)
		case fixed:
			d = d.rescale(-s.prec)
		case len(d.digits()) > s.prec:
			d = d.roundTo(max(s.prec, 1))
		}
	}
	if fixed && d.isZero() && d.exp > 0 {
		d = d.rescale(0)
	}
	whole, frac, exp := d.split(typ, s.prec)
	if frac != "" || s.alt {
		frac = "." + frac
	}
	if exp != 0 || typ|0x20 == 'e' {
		frac += string(rune(typ&^2)) + signed(exp)
	}
	if typ == '%' {
		frac += "%"
	}
	return s.numeric(s.signText(d.neg && !(s.noNeg && d.isZero())), whole, frac), nil
}

// CallMethod implements MethodCaller.
func (d *Decimal) CallMethod(t Thread, name string, args Args) (Value, bool, error) {
	return callRow(decimalMethod(name), t, d, name, args)
}

// Attr implements Object.
func (d *Decimal) Attr(name string) (Value, bool) {
	switch name {
	case "real":
		return d, true
	case "imag":
		return NewDecimal(new(big.Int), 0), true
	}
	if decimalMethod(name).fn != nil {
		return &Method{self: d, name: name}, true
	}
	return nil, false
}

// decimalMethod is the table of Decimal's methods, of which templates need few.
func decimalMethod(name string) method[*Decimal] {
	switch name {
	case "quantize":
		return method[*Decimal]{1, 1, func(_ Thread, d *Decimal, a Args) (Value, error) {
			o, ok := decimalOf(a.Pos[0])
			if !ok {
				return nil, TypeErrorf("conversion from %s to Decimal is not supported", a.Pos[0].TypeName())
			}
			return d.quantize(o.exp)
		}}
	case "normalize":
		return method[*Decimal]{0, 0, func(_ Thread, d *Decimal, _ Args) (Value, error) {
			return d.roundTo(decimalDigits).normal(), nil
		}}
	case "to_integral_value", "to_integral":
		return method[*Decimal]{0, 0, func(_ Thread, d *Decimal, _ Args) (Value, error) {
			return d.rescale(max(d.exp, 0)), nil
		}}
	case "is_nan":
		return method[*Decimal]{0, 0, func(_ Thread, d *Decimal, _ Args) (Value, error) { return Bool(d.form == notANumber), nil }}
	case "is_finite":
		return method[*Decimal]{0, 0, func(_ Thread, d *Decimal, _ Args) (Value, error) { return Bool(d.form == finite), nil }}
	case "is_zero":
		return method[*Decimal]{0, 0, func(_ Thread, d *Decimal, _ Args) (Value, error) { return Bool(d.isZero()), nil }}
	case "is_signed":
		return method[*Decimal]{0, 0, func(_ Thread, d *Decimal, _ Args) (Value, error) { return Bool(d.neg), nil }}
	case "adjusted":
		return method[*Decimal]{0, 0, func(_ Thread, d *Decimal, _ Args) (Value, error) { return Int(d.adjusted()), nil }}
	}
	return method[*Decimal]{}
}
