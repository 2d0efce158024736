package value

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode"
)

// ToInt is Python's int(v), or int(v, base) when base is not 10.
func ToInt(v Value, base int) (Value, error) {
	switch v := v.(type) {
	case Str:
		return ParseInt(string(v), base)
	case Bytes:
		return ParseInt(string(v), base)
	case *Undefined:
		if base == 10 {
			return nil, v.Err()
		}
	}
	if base != 10 {
		return nil, TypeErrorf("int() can't convert non-string with explicit base")
	}
	switch v := v.(type) {
	case Int, *BigInt, Bool:
		return Pos(v)
	case Float:
		return truncate(float64(v))
	case *Decimal:
		return v.toInt()
	}
	return nil, TypeErrorf("int() argument must be a string, a bytes-like object or a real number, not '%s'", v.TypeName())
}

// truncate is int(f).
func truncate(f float64) (Value, error) {
	switch {
	case math.IsNaN(f):
		return nil, ValueErrorf("cannot convert float NaN to integer")
	case math.IsInf(f, 0):
		return nil, Errorf("OverflowError", "cannot convert float infinity to integer")
	case math.Abs(f) < 1<<62:
		return Int(f), nil
	}
	n, _ := big.NewFloat(f).Int(nil)
	return NewInt(n), nil
}

// ParseInt reads an integer as int(s, base) does: white space around it, a
// sign, underscores between digits; base 0 reads Python's prefixes.
func ParseInt(s string, base int) (Value, error) {
	if base != 0 && (base < 2 || base > 36) {
		return nil, ValueErrorf("int() base must be >= 2 and <= 36, or 0")
	}
	fail := func() (Value, error) {
		return nil, ValueErrorf("invalid literal for int() with base %d: %s", base, quote(s))
	}
	digits := asciiDigits(strings.TrimFunc(s, isSpace))
	sign := ""
	if digits != "" && (digits[0] == '-' || digits[0] == '+') {
		sign, digits = digits[:1], digits[1:]
	}
	digits, radix, ok := intPrefix(digits, base)
	if !ok {
		return fail()
	}
	digits, ok = dropUnderscores(digits)
	if !ok || digits == "" || digits[0] == '-' || digits[0] == '+' {
		return fail()
	}
	if n, err := strconv.ParseInt(sign+digits, radix, 64); err == nil {
		return Int(n), nil
	}
	if len(digits) > maxDigits && radix&(radix-1) != 0 {
		return nil, ValueErrorf("Exceeds the limit (%d digits) for integer string conversion: value has %d digits; "+
			"use sys.set_int_max_str_digits() to increase the limit", maxDigits, len(digits))
	}
	if len(digits) > maxBits {
		return nil, errTooBig("the number")
	}
	n, ok := new(big.Int).SetString(sign+digits, radix)
	if !ok {
		return fail()
	}
	return checkedInt(n)
}

// maxDigits is the number of decimal digits from which Python refuses to
// convert between int and str.
const maxDigits = 4300

// intPrefix takes off 0x, 0o or 0b where the base allows it.
func intPrefix(s string, base int) (digits string, radix int, ok bool) {
	if len(s) > 1 && s[0] == '0' {
		prefixed := map[byte]int{'x': 16, 'o': 8, 'b': 2}[s[1]|0x20]
		if prefixed != 0 && (base == 0 || base == prefixed) {
			return strings.TrimPrefix(s[2:], "_"), prefixed, true
		}
		if base == 0 { // only zeros may start with a zero
			return s, 10, strings.Trim(s, "0_") == ""
		}
	}
	if base == 0 {
		base = 10
	}
	return s, base, true
}

// dropUnderscores takes out underscores that stand between digits.
func dropUnderscores(s string) (string, bool) {
	if strings.IndexByte(s, '_') < 0 {
		return s, true
	}
	if s[0] == '_' || s[len(s)-1] == '_' || strings.Contains(s, "__") {
		return s, false
	}
	return strings.ReplaceAll(s, "_", ""), true
}

// asciiDigits turns the decimal digits of other scripts into ASCII.
func asciiDigits(s string) string {
	if isASCII(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if r < 128 || !unicode.IsDigit(r) {
			return r
		}
		zero := r
		for unicode.IsDigit(zero-1) && r-zero < 9 {
			zero--
		}
		return '0' + (r-zero)%10
	}, s)
}

// ToFloat is Python's float(v).
func ToFloat(v Value) (Value, error) {
	switch v := v.(type) {
	case Str:
		return parseFloat(string(v))
	case Bytes:
		return parseFloat(string(v))
	case *Undefined:
		return nil, v.Err()
	case *Decimal:
		return Float(v.float()), nil
	}
	x, ok := number(v)
	if !ok {
		return nil, TypeErrorf("float() argument must be a string or a real number, not '%s'", v.TypeName())
	}
	f, err := x.float()
	return Float(f), err
}

func parseFloat(text string) (Value, error) {
	fail := func() (Value, error) {
		return nil, ValueErrorf("could not convert string to float: %s", quote(text))
	}
	s := asciiDigits(strings.TrimFunc(text, isSpace))
	for i := 0; i < len(s); i++ {
		if s[i] == '_' {
			if i == 0 || i+1 == len(s) || !isASCIIDigit(s[i-1]) || !isASCIIDigit(s[i+1]) {
				return fail()
			}
		}
		if s[i] == 'x' || s[i] == 'X' || s[i] == 'p' || s[i] == 'P' {
			return fail() // Go's hexadecimal floats
		}
	}
	f, err := strconv.ParseFloat(strings.ReplaceAll(s, "_", ""), 64)
	if err != nil && !math.IsInf(f, 0) {
		return fail()
	}
	return Float(f), nil
}

func isASCIIDigit(c byte) bool { return c >= '0' && c <= '9' }

// Abs is Python's abs(v).
func Abs(v Value) (Value, error) {
	x, ok := number(v)
	switch {
	case !ok:
		if s, ok := v.(interface{ Absolute() Value }); ok {
			return s.Absolute(), nil
		}
		if u, ok := v.(*Undefined); ok && !u.Lenient {
			return nil, TypeErrorf("bad operand type for abs(): 'Undefined'")
		}
		return nil, TypeErrorf("bad operand type for abs(): '%s'", v.TypeName())
	case x.kind == numFloat:
		return Float(math.Abs(x.f)), nil
	case x.sign() < 0:
		return Neg(v)
	}
	return Pos(v)
}

// Round is Python's round(v, digits); digits None rounds to an int.
func Round(v, digits Value) (Value, error) {
	if d, ok := v.(*Decimal); ok {
		return d.round(digits)
	}
	x, ok := number(v)
	if !ok {
		return nil, TypeErrorf("type %s doesn't define __round__ method", v.TypeName())
	}
	if IsNone(digits) {
		if x.kind == numFloat {
			return truncate(math.RoundToEven(x.f))
		}
		return Pos(v)
	}
	n, err := index(digits)
	if err != nil {
		return nil, err
	}
	if x.kind == numFloat {
		return roundFloat(x.f, n)
	}
	if n >= 0 {
		return Pos(v)
	}
	return roundInt(x.bigOf(), -n), nil
}

// roundFloat rounds to n decimals, exactly: halves of the binary value go to even.
func roundFloat(f float64, n int64) (Value, error) {
	switch {
	case math.IsNaN(f) || math.IsInf(f, 0) || f == 0 || n > 323:
		return Float(f), nil
	case n < -308:
		return Float(math.Copysign(0, f)), nil
	case n >= 0:
		r, err := strconv.ParseFloat(strconv.FormatFloat(f, 'f', int(n), 64), 64)
		if err != nil {
			return nil, Errorf("OverflowError", "rounded value too large to represent")
		}
		return Float(r), nil
	}
	exact := new(big.Rat)
	exact.SetFloat64(f)
	unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(-n), nil)
	q := roundQuotient(exact.Num(), new(big.Int).Mul(exact.Denom(), unit))
	r, _ := new(big.Float).SetInt(q.Mul(q, unit)).Float64()
	if math.IsInf(r, 0) {
		return nil, Errorf("OverflowError", "rounded value too large to represent")
	}
	if r == 0 {
		r = math.Copysign(0, f)
	}
	return Float(r), nil
}

// roundInt rounds to a multiple of 10**n, halves to even.
func roundInt(x *big.Int, n int64) Value {
	if n > int64(x.BitLen()) { // 10**n is more than twice x
		return Int(0)
	}
	unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(n), nil)
	q := roundQuotient(x, unit)
	return NewInt(q.Mul(q, unit))
}

// roundQuotient is x/y rounded to the nearest integer, halves to even; y > 0.
func roundQuotient(x, y *big.Int) *big.Int {
	q, m := floorDivMod(x, y)
	c := new(big.Int).Lsh(m, 1).Cmp(y)
	if c > 0 || c == 0 && q.Bit(0) == 1 {
		q.Add(q, big.NewInt(1))
	}
	return q
}
