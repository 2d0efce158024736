package value

import (
	"math"
	"math/big"
)

// Add is a + b.
func Add(a, b Value) (Value, error) {
	switch x := a.(type) {
	case Int:
		if y, ok := b.(Int); ok {
			if s := x + y; (s > x) == (y > 0) {
				return s, nil
			}
		}
	case Str:
		if y, ok := b.(Str); ok {
			if len(x)+len(y) > MaxText {
				return nil, errTooBig("the text")
			}
			return x + y, nil
		}
	case *List:
		if y, ok := b.(*List); ok {
			items, err := concat(x.items, y.items)
			return &List{items: items}, err
		}
	case *Tuple:
		if y, ok := b.(*Tuple); ok {
			items, err := concat(x.items, y.items)
			return &Tuple{items: items}, err
		}
	case Bytes:
		if y, ok := b.(Bytes); ok {
			return x + y, nil
		}
	}
	return arith(OpAdd, a, b)
}

func concat(a, b []Value) ([]Value, error) {
	if len(a)+len(b) > MaxItems {
		return nil, errTooBig("the list")
	}
	items := make([]Value, 0, len(a)+len(b))
	return append(append(items, a...), b...), nil
}

// Sub is a - b.
func Sub(a, b Value) (Value, error) {
	if x, ok := a.(Int); ok {
		if y, ok := b.(Int); ok {
			if d := x - y; (d < x) == (y > 0) {
				return d, nil
			}
		}
	}
	return arith(OpSub, a, b)
}

// Mul is a * b.
func Mul(a, b Value) (Value, error) {
	if x, ok := a.(Int); ok {
		if y, ok := b.(Int); ok && x > -1<<31 && x < 1<<31 && y > -1<<31 && y < 1<<31 {
			return x * y, nil
		}
	}
	if v, done, err := repeat(a, b); done {
		return v, err
	}
	if v, done, err := repeat(b, a); done {
		return v, err
	}
	return arith(OpMul, a, b)
}

// Div is a / b, which is never an int.
func Div(a, b Value) (Value, error) { return arith(OpDiv, a, b) }

// FloorDiv is a // b.
func FloorDiv(a, b Value) (Value, error) { return arith(OpFloorDiv, a, b) }

// Mod is a % b: the remainder with b's sign, or a formatted when it is a str.
func Mod(a, b Value) (Value, error) {
	if s, ok := a.(Str); ok {
		text, err := Percent(string(s), b)
		if err != nil {
			return nil, err
		}
		return Str(text), nil
	}
	return arith(OpMod, a, b)
}

// Pow is a ** b.
func Pow(a, b Value) (Value, error) { return arith(OpPow, a, b) }

// Neg is -v.
func Neg(v Value) (Value, error) {
	if x, ok := number(v); ok {
		switch {
		case x.kind == numFloat:
			return Float(-x.f), nil
		case x.kind == numInt && x.i != math.MinInt64:
			return Int(-x.i), nil
		}
		return NewInt(new(big.Int).Neg(x.bigOf())), nil
	}
	return unary("-", v)
}

// Pos is +v.
func Pos(v Value) (Value, error) {
	switch v := v.(type) {
	case Int, Float, *BigInt:
		return v, nil
	case Bool:
		if v {
			return Int(1), nil
		}
		return Int(0), nil
	}
	return unary("+", v)
}

// Signed is a value with unary operators of its own.
type Signed interface {
	Negate() Value
	Positive() Value
}

func unary(op string, v Value) (Value, error) {
	switch v := v.(type) {
	case *Undefined:
		return nil, v.Err()
	case Signed:
		if op == "-" {
			return v.Negate(), nil
		}
		return v.Positive(), nil
	}
	return nil, TypeErrorf("bad operand type for unary %s: '%s'", op, v.TypeName())
}

// arith computes an operator that no fast path took.
func arith(op Op, a, b Value) (Value, error) {
	x, ok := number(a)
	if !ok {
		return arithOther(op, a, b)
	}
	y, ok := number(b)
	if !ok {
		return arithOther(op, a, b)
	}
	if x.kind == numFloat || y.kind == numFloat {
		f, err := x.float()
		if err != nil {
			return nil, err
		}
		g, err := y.float()
		if err != nil {
			return nil, err
		}
		return floatOp(op, f, g)
	}
	if x.kind == numInt && y.kind == numInt {
		if v, done, err := intOp(op, x.i, y.i); done {
			return v, err
		}
	}
	return bigOp(op, x.bigOf(), y.bigOf())
}

func arithOther(op Op, a, b Value) (Value, error) {
	v, err := operate(op, a, b)
	if err == nil || !IsKind(err, "TypeError") {
		return v, err
	}
	switch op {
	case OpAdd:
		switch a.(type) {
		case Str, *List, *Tuple:
			return nil, TypeErrorf(`can only concatenate %s (not "%s") to %[1]s`, a.TypeName(), b.TypeName())
		case Bytes:
			return nil, TypeErrorf("can't concat %s to bytes", b.TypeName())
		}
	case OpMul:
		if isSequence(a) {
			return nil, TypeErrorf("can't multiply sequence by non-int of type '%s'", b.TypeName())
		}
		if isSequence(b) {
			return nil, TypeErrorf("can't multiply sequence by non-int of type '%s'", a.TypeName())
		}
	}
	return nil, err
}

func isSequence(v Value) bool {
	switch v.(type) {
	case Str, *List, *Tuple, Bytes:
		return true
	}
	return false
}

// repeat is sequence * count; done is false when it is not that.
func repeat(seq, count Value) (v Value, done bool, err error) {
	if !isSequence(seq) {
		return nil, false, nil
	}
	x, ok := number(count)
	if !ok || x.kind == numFloat {
		return nil, false, nil
	}
	if x.kind == numBig {
		if x.sign() < 0 {
			x = num{}
		} else {
			return nil, true, Errorf("OverflowError", "cannot fit 'int' into an index-sized integer")
		}
	}
	n := max(x.i, 0)
	switch s := seq.(type) {
	case Str:
		text, err := repeatText(string(s), n)
		return Str(text), true, err
	case Bytes:
		text, err := repeatText(string(s), n)
		return Bytes(text), true, err
	case *List:
		items, err := repeatItems(s.items, n)
		return &List{items: items}, true, err
	case *Tuple:
		items, err := repeatItems(s.items, n)
		return &Tuple{items: items}, true, err
	}
	return nil, false, nil
}

func repeatText(s string, n int64) (string, error) {
	if len(s) > 0 && n > int64(MaxText/len(s)) {
		return "", errTooBig("the text")
	}
	buf := make([]byte, 0, len(s)*int(min(n, MaxText)))
	for ; n > 0 && len(s) > 0; n-- {
		buf = append(buf, s...)
	}
	return string(buf), nil
}

func repeatItems(items []Value, n int64) ([]Value, error) {
	if len(items) == 0 {
		return nil, nil
	}
	if n > int64(MaxItems/len(items)) {
		return nil, errTooBig("the list")
	}
	out := make([]Value, 0, len(items)*int(n))
	for ; n > 0; n-- {
		out = append(out, items...)
	}
	return out, nil
}
