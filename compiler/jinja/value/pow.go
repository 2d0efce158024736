package value

import (
	"math"
	"math/big"
)

// powBits is the working precision of exactPow: enough that a double, and the
// 28 digits of a Decimal, come out right.
const powBits = 160

// pow is C's pow. Go's math.Pow is off by a unit in the last place too often,
// and the digits are printed; so what is not special is computed exactly.
func pow(x, y float64) float64 {
	approx := math.Pow(x, y)
	if y == 0.5 || approx == 0 || math.IsInf(approx, 0) || math.IsNaN(approx) || x == 1 || x == -1 || y == 0 {
		return approx
	}
	z, _ := exactPow(big.NewFloat(math.Abs(x)), big.NewFloat(y)).Float64()
	return math.Copysign(z, approx)
}

func bigFloat(x float64) *big.Float { return new(big.Float).SetPrec(powBits).SetFloat64(x) }

// exactPow is x**y for x > 0 and a result within the range of a float.
func exactPow(x, y *big.Float) *big.Float {
	z := new(big.Float).SetPrec(powBits).Mul(y, logarithm(x))
	return exponential(z)
}

// logarithm is ln x = e ln 2 + ln m, with m in [1/2, 1).
func logarithm(x *big.Float) *big.Float {
	m := new(big.Float).SetPrec(powBits)
	e := x.MantExp(m)
	one := bigFloat(1)
	ln := atanhTwice(new(big.Float).Sub(m, one), new(big.Float).Add(m, one))
	return ln.Add(ln, new(big.Float).Mul(ln2(), bigFloat(float64(e))))
}

func ln2() *big.Float { return atanhTwice(bigFloat(1), bigFloat(3)) }

// atanhTwice is 2 atanh(a/b), which is ln((b+a)/(b-a)), for |a/b| <= 1/3.
func atanhTwice(a, b *big.Float) *big.Float {
	power := new(big.Float).SetPrec(powBits).Quo(a, b)
	square := new(big.Float).Mul(power, power)
	sum, term, odd := bigFloat(0), bigFloat(0), bigFloat(0)
	for k := 1.0; power.Sign() != 0 && power.MantExp(nil) > -powBits; k += 2 {
		sum.Add(sum, term.Quo(power, odd.SetFloat64(k)))
		power.Mul(power, square)
	}
	return sum.Mul(sum, bigFloat(2))
}

// exponential is e**z = 2**k e**r, with the series at r/1024 squared ten times.
func exponential(z *big.Float) *big.Float {
	const halvings = 10
	unit := ln2()
	quotient, _ := new(big.Float).Quo(z, unit).Float64()
	k := math.Round(quotient)
	r := new(big.Float).Sub(z, unit.Mul(unit, bigFloat(k)))
	r.SetMantExp(r, -halvings)
	sum, term, divisor := bigFloat(1), bigFloat(1), bigFloat(0)
	for n := 1.0; term.Sign() != 0 && term.MantExp(nil) > -powBits; n++ {
		term.Mul(term, r)
		term.Quo(term, divisor.SetFloat64(n))
		sum.Add(sum, term)
	}
	for range halvings {
		sum.Mul(sum, sum)
	}
	return sum.SetMantExp(sum, int(k))
}
