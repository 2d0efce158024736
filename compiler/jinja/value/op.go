package value

// Op is an operator.
type Op uint8

// The operators of comparison and of arithmetic.
const (
	OpEq Op = iota
	OpNe
	OpLt
	OpLe
	OpGt
	OpGe
	OpIn
	OpNotIn
	OpAdd
	OpSub
	OpMul
	OpDiv
	OpFloorDiv
	OpMod
	OpPow
	OpAnd // sets only: & | ^, which templates reach through methods
	OpOr
	OpXor
)

// String spells the operator as Python's messages do.
func (op Op) String() string {
	return [...]string{"==", "!=", "<", "<=", ">", ">=", "in", "not in",
		"+", "-", "*", "/", "//", "%", "** or pow()", "&", "|", "^"}[op]
}

// Binary computes an operator of arithmetic.
func Binary(op Op, a, b Value) (Value, error) {
	switch op {
	case OpAdd:
		return Add(a, b)
	case OpSub:
		return Sub(a, b)
	case OpMul:
		return Mul(a, b)
	case OpDiv:
		return Div(a, b)
	case OpFloorDiv:
		return FloorDiv(a, b)
	case OpMod:
		return Mod(a, b)
	case OpPow:
		return Pow(a, b)
	}
	return operate(op, a, b)
}

// operate tries the operands' own arithmetic, left first, and fails as Python
// does for types that do not fit.
func operate(op Op, a, b Value) (Value, error) {
	if u := undefinedOf(a, b); u != nil {
		return nil, u.Err()
	}
	if x, ok := a.(Operand); ok {
		if v, ok, err := x.Operate(op, b, false); ok || err != nil {
			return v, err
		}
	}
	if y, ok := b.(Operand); ok {
		if v, ok, err := y.Operate(op, a, true); ok || err != nil {
			return v, err
		}
	}
	return nil, TypeErrorf("unsupported operand type(s) for %s: '%s' and '%s'", op, a.TypeName(), b.TypeName())
}

// undefinedOf returns the first Undefined of two operands.
func undefinedOf(a, b Value) *Undefined {
	if u, ok := a.(*Undefined); ok {
		return u
	}
	u, _ := b.(*Undefined)
	return u
}
