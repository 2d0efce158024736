package value

import (
	"math"
	"math/big"
	"math/bits"
)

func zeroDivision(msg string) error { return Errorf("ZeroDivisionError", "%s", msg) }

// intOp computes in 64 bits; done is false when the result needs more.
func intOp(op Op, x, y int64) (v Value, done bool, err error) {
	switch op {
	case OpAdd:
		s := x + y
		return Int(s), (s > x) == (y > 0), nil
	case OpSub:
		d := x - y
		return Int(d), (d < x) == (y > 0), nil
	case OpMul:
		hi, lo := bits.Mul64(absInt(x), absInt(y))
		return Int(x * y), hi == 0 && lo < 1<<63, nil
	case OpDiv:
		if y == 0 {
			return nil, true, zeroDivision("division by zero")
		}
		const exact = 1 << 53
		if absInt(x) <= exact && absInt(y) <= exact {
			return Float(float64(x) / float64(y)), true, nil
		}
	case OpFloorDiv:
		if y == 0 {
			return nil, true, zeroDivision("integer division or modulo by zero")
		}
		if y == -1 {
			return Int(-x), x != math.MinInt64, nil
		}
		q := x / y
		if x%y != 0 && (x < 0) != (y < 0) {
			q--
		}
		return Int(q), true, nil
	case OpMod:
		if y == 0 {
			return nil, true, zeroDivision("integer modulo by zero")
		}
		if y == -1 {
			return Int(0), true, nil
		}
		r := x % y
		if r != 0 && (r < 0) != (y < 0) {
			r += y
		}
		return Int(r), true, nil
	}
	return nil, false, nil
}

func absInt(x int64) uint64 {
	if x < 0 {
		return -uint64(x)
	}
	return uint64(x)
}

// bigOp computes with integers of any size.
func bigOp(op Op, x, y *big.Int) (Value, error) {
	z := new(big.Int)
	switch op {
	case OpAdd:
		return checkedInt(z.Add(x, y))
	case OpSub:
		return checkedInt(z.Sub(x, y))
	case OpMul:
		return checkedInt(z.Mul(x, y))
	case OpDiv:
		return bigDiv(x, y)
	case OpFloorDiv:
		if y.Sign() == 0 {
			return nil, zeroDivision("integer division or modulo by zero")
		}
		q, _ := floorDivMod(x, y)
		return checkedInt(q)
	case OpMod:
		if y.Sign() == 0 {
			return nil, zeroDivision("integer modulo by zero")
		}
		_, m := floorDivMod(x, y)
		return checkedInt(m)
	default:
		return bigPow(x, y)
	}
}

func bigDiv(x, y *big.Int) (Value, error) {
	if y.Sign() == 0 {
		return nil, zeroDivision("division by zero")
	}
	f, _ := new(big.Rat).SetFrac(x, y).Float64()
	if f == 0 && y.Sign() < 0 && x.Sign() >= 0 {
		f = math.Copysign(0, -1)
	}
	if math.IsInf(f, 0) {
		return nil, Errorf("OverflowError", "integer division result too large for a float")
	}
	return Float(f), nil
}

// floorDivMod divides with the quotient rounded down.
func floorDivMod(x, y *big.Int) (q, m *big.Int) {
	q, m = new(big.Int).QuoRem(x, y, new(big.Int))
	if m.Sign() != 0 && m.Sign() != y.Sign() {
		q.Sub(q, big.NewInt(1))
		m.Add(m, y)
	}
	return q, m
}

func bigPow(x, y *big.Int) (Value, error) {
	if y.Sign() < 0 {
		f, err := num{kind: numBig, b: x}.float()
		if err != nil {
			return nil, err
		}
		g, err := num{kind: numBig, b: y}.float()
		if err != nil {
			return nil, err
		}
		return floatOp(OpPow, f, g)
	}
	if x.BitLen() > 1 && (!y.IsInt64() || y.Int64() > maxBits || int64(x.BitLen()-1)*y.Int64() > maxBits) {
		return nil, Errorf("OverflowError", "the integer is too big: more than %d bits", maxBits)
	}
	if x.BitLen() <= 1 { // -1, 0, 1: the exponent may be of any size
		if x.Sign() < 0 && y.Bit(0) == 0 || y.Sign() == 0 {
			return Int(1), nil
		}
		return Int(x.Int64()), nil
	}
	return checkedInt(new(big.Int).Exp(x, y, nil))
}

func floatOp(op Op, x, y float64) (Value, error) {
	switch op {
	case OpAdd:
		return Float(x + y), nil
	case OpSub:
		return Float(x - y), nil
	case OpMul:
		return Float(x * y), nil
	case OpDiv:
		if y == 0 {
			return nil, zeroDivision("float division by zero")
		}
		return Float(x / y), nil
	case OpFloorDiv:
		if y == 0 {
			return nil, zeroDivision("float floor division by zero")
		}
		q, _ := floatDivMod(x, y)
		return Float(q), nil
	case OpMod:
		if y == 0 {
			return nil, zeroDivision("float modulo")
		}
		_, m := floatDivMod(x, y)
		return Float(m), nil
	default:
		return floatPow(x, y)
	}
}

// floatDivMod divides with the quotient rounded down and the remainder exact.
func floatDivMod(x, y float64) (q, m float64) {
	m = math.Mod(x, y)
	q = (x - m) / y
	if m == 0 {
		m = math.Copysign(0, y)
	} else if (y < 0) != (m < 0) {
		m += y
		q--
	}
	if q == 0 {
		return math.Copysign(0, x/y), m
	}
	down := math.Floor(q)
	if q-down > 0.5 {
		down++
	}
	return down, m
}

func floatPow(x, y float64) (Value, error) {
	if x == 0 && y < 0 {
		return nil, zeroDivision("0.0 cannot be raised to a negative power")
	}
	if x < 0 && !math.IsInf(x, 0) && !math.IsInf(y, 0) && y != math.Trunc(y) {
		return nil, ValueErrorf("a negative number to a fractional power is a complex number")
	}
	z := pow(x, y)
	if math.IsInf(z, 0) && !math.IsInf(x, 0) && !math.IsInf(y, 0) {
		return nil, Errorf("OverflowError", "(34, 'Numerical result out of range')")
	}
	return Float(z), nil
}
