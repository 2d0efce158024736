package value

import (
	"math"
	"math/big"
)

// maxBits bounds the size of an integer, about 39,000 decimal digits. Python
// has no bound but refuses to print more than 4,300 digits.
const maxBits = 1 << 17

// BigInt is a Python int outside the range of Int. Results that fit become Int
// again, so no BigInt equals an Int.
type BigInt struct {
	n *big.Int // never changed
}

// TypeName implements Value.
func (*BigInt) TypeName() string { return "int" }

func (b *BigInt) big() *big.Int { return b.n }

// Big returns a copy of the number.
func (b *BigInt) Big() *big.Int { return new(big.Int).Set(b.n) }

// NewInt makes the Int or BigInt of n, which the value then owns.
func NewInt(n *big.Int) Value {
	if n.IsInt64() {
		return Int(n.Int64())
	}
	return &BigInt{n: n}
}

func checkedInt(n *big.Int) (Value, error) {
	if n.BitLen() > maxBits {
		return nil, Errorf("OverflowError", "the integer is too big: more than %d bits", maxBits)
	}
	return NewInt(n), nil
}

// num is an int, bool or float on its way through an operator.
type num struct {
	kind numKind
	i    int64
	b    *big.Int
	f    float64
}

type numKind uint8

const (
	numInt numKind = iota
	numBig
	numFloat
)

// number unpacks an int, bool or float.
func number(v Value) (num, bool) {
	switch v := v.(type) {
	case Int:
		return num{kind: numInt, i: int64(v)}, true
	case Float:
		return num{kind: numFloat, f: float64(v)}, true
	case Bool:
		if v {
			return num{kind: numInt, i: 1}, true
		}
		return num{}, true
	case *BigInt:
		return num{kind: numBig, b: v.n}, true
	}
	return num{}, false
}

// bigOf is the number as a big integer; it must not be a float.
func (x num) bigOf() *big.Int {
	if x.kind == numBig {
		return x.b
	}
	return big.NewInt(x.i)
}

// float converts to a float as float(x) does.
func (x num) float() (float64, error) {
	switch x.kind {
	case numInt:
		return float64(x.i), nil
	case numFloat:
		return x.f, nil
	}
	f, _ := new(big.Float).SetInt(x.b).Float64()
	if math.IsInf(f, 0) {
		return 0, Errorf("OverflowError", "int too large to convert to float")
	}
	return f, nil
}

func (x num) sign() int {
	switch {
	case x.kind == numBig:
		return x.b.Sign()
	case x.kind == numFloat && x.f > 0, x.i > 0:
		return 1
	case x.kind == numFloat && x.f < 0, x.i < 0:
		return -1
	}
	return 0
}

// compareNum orders two numbers; ok is false when one is NaN. An int and a
// float are compared exactly, without rounding.
func compareNum(x, y num) (c int, ok bool) {
	if x.kind == numInt && y.kind == numInt {
		return cmpInt(x.i, y.i), true
	}
	if x.kind == numFloat && y.kind == numFloat {
		return cmpFloat(x.f, y.f)
	}
	if x.kind == numFloat {
		c, ok = compareNum(y, x)
		return -c, ok
	}
	if y.kind != numFloat {
		return x.bigOf().Cmp(y.bigOf()), true
	}
	if math.IsNaN(y.f) {
		return 0, false
	}
	if math.IsInf(y.f, 0) {
		return -int(math.Copysign(1, y.f)), true
	}
	if x.kind == numInt && x.i > -1<<53 && x.i < 1<<53 {
		return cmpFloat(float64(x.i), y.f)
	}
	return new(big.Float).SetInt(x.bigOf()).Cmp(big.NewFloat(y.f)), true
}

func cmpInt(a, b int64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func cmpFloat(a, b float64) (int, bool) {
	switch {
	case a < b:
		return -1, true
	case a > b:
		return 1, true
	}
	return 0, a == b
}
