package value

import (
	"encoding/hex"
	"fmt"
	"math"
	"math/big"
	"math/bits"
	"strconv"
	"strings"
	"unicode/utf8"
)

// intMethod is the table of int's methods for an Int.
func intMethod(name string) method[Int] {
	switch name {
	case "bit_length":
		return method[Int]{0, 0, func(_ Thread, n Int, _ Args) (Value, error) {
			return Int(bits.Len64(absInt(int64(n)))), nil
		}}
	case "bit_count":
		return method[Int]{0, 0, func(_ Thread, n Int, _ Args) (Value, error) {
			return Int(bits.OnesCount64(absInt(int64(n)))), nil
		}}
	case "as_integer_ratio":
		return method[Int]{0, 0, func(_ Thread, n Int, _ Args) (Value, error) { return NewTuple(n, Int(1)), nil }}
	case "conjugate":
		return method[Int]{0, 0, func(_ Thread, n Int, _ Args) (Value, error) { return n, nil }}
	}
	return method[Int]{}
}

// bigMethod is the table of int's methods for a BigInt.
func bigMethod(name string) method[*BigInt] {
	switch name {
	case "bit_length":
		return method[*BigInt]{0, 0, func(_ Thread, n *BigInt, _ Args) (Value, error) { return Int(n.n.BitLen()), nil }}
	case "bit_count":
		return method[*BigInt]{0, 0, func(_ Thread, n *BigInt, _ Args) (Value, error) {
			count := 0
			for _, w := range n.n.Bits() {
				count += bits.OnesCount64(uint64(w))
			}
			return Int(count), nil
		}}
	case "as_integer_ratio":
		return method[*BigInt]{0, 0, func(_ Thread, n *BigInt, _ Args) (Value, error) { return NewTuple(n, Int(1)), nil }}
	case "conjugate":
		return method[*BigInt]{0, 0, func(_ Thread, n *BigInt, _ Args) (Value, error) { return n, nil }}
	}
	return method[*BigInt]{}
}

// floatMethod is the table of float's methods.
func floatMethod(name string) method[Float] {
	switch name {
	case "is_integer":
		return method[Float]{0, 0, func(_ Thread, f Float, _ Args) (Value, error) {
			return Bool(math.Trunc(float64(f)) == float64(f) && !math.IsInf(float64(f), 0)), nil
		}}
	case "as_integer_ratio":
		return method[Float]{0, 0, floatRatio}
	case "hex":
		return method[Float]{0, 0, func(_ Thread, f Float, _ Args) (Value, error) { return Str(floatHex(float64(f))), nil }}
	case "conjugate":
		return method[Float]{0, 0, func(_ Thread, f Float, _ Args) (Value, error) { return f, nil }}
	}
	return method[Float]{}
}

func floatRatio(_ Thread, f Float, _ Args) (Value, error) {
	if math.IsNaN(float64(f)) {
		return nil, ValueErrorf("cannot convert NaN to integer ratio")
	}
	if math.IsInf(float64(f), 0) {
		return nil, Errorf("OverflowError", "cannot convert Infinity to integer ratio")
	}
	r := new(big.Rat)
	r.SetFloat64(float64(f))
	return NewTuple(NewInt(new(big.Int).Set(r.Num())), NewInt(new(big.Int).Set(r.Denom()))), nil
}

// floatHex is float.hex: one digit before the point and thirteen behind it.
func floatHex(f float64) string {
	switch {
	case math.IsNaN(f) || math.IsInf(f, 0):
		return FormatFloat(f)
	case f == 0 && math.Signbit(f):
		return "-0x0.0p+0"
	case f == 0:
		return "0x0.0p+0"
	}
	if math.Abs(f) < 0x1p-1022 { // subnormal: no leading one
		bits := math.Float64bits(f)
		sign := ""
		if f < 0 {
			sign = "-"
		}
		return sign + fmt.Sprintf("0x0.%013xp-1022", bits&(1<<52-1))
	}
	s := strconv.FormatFloat(f, 'x', 13, 64)
	mantissa, exp, _ := strings.Cut(s, "p")
	digits := strings.TrimLeft(exp[1:], "0")
	if digits == "" {
		digits = "0"
	}
	return mantissa + "p" + exp[:1] + digits
}

// bytesMethod is the table of bytes' methods, of which templates need few.
func bytesMethod(name string) method[Bytes] {
	switch name {
	case "decode":
		return method[Bytes]{-1, -1, bytesDecode}
	case "hex":
		return method[Bytes]{0, 0, func(_ Thread, b Bytes, _ Args) (Value, error) {
			return Str(hex.EncodeToString([]byte(b))), nil
		}}
	}
	return method[Bytes]{}
}

func bytesDecode(_ Thread, b Bytes, a Args) (Value, error) {
	got, err := bindBuiltin("decode", a, Optional("encoding", Str("utf-8")), Optional("errors", Str("strict")))
	if err != nil {
		return nil, err
	}
	encoding, err := strArg(got[0], "decode() argument 'encoding' must be str")
	if err != nil {
		return nil, err
	}
	switch normalEncoding(encoding) {
	case "utf_8", "utf8":
		return decodeUTF8(string(b), got[1])
	case "ascii", "us_ascii":
		if isASCII(string(b)) {
			return Str(b), nil
		}
		return nil, Errorf("UnicodeDecodeError", "'ascii' codec can't decode the bytes")
	case "latin_1", "latin1", "iso_8859_1", "iso8859_1":
		runes := make([]rune, len(b))
		for i := range len(b) {
			runes[i] = rune(b[i])
		}
		return Str(runes), nil
	}
	return nil, Errorf("LookupError", "unknown encoding: %s", encoding)
}

func decodeUTF8(s string, errors Value) (Value, error) {
	switch {
	case utf8.ValidString(s):
		return Str(s), nil
	case errors == Value(Str("ignore")):
		return Str(strings.ToValidUTF8(s, "")), nil
	case errors == Value(Str("replace")):
		return Str(strings.ToValidUTF8(s, "\uFFFD")), nil
	}
	at := 0
	for at < len(s) {
		r, n := utf8.DecodeRuneInString(s[at:])
		if r == utf8.RuneError && n == 1 {
			break
		}
		at += n
	}
	return nil, Errorf("UnicodeDecodeError", "'utf-8' codec can't decode byte 0x%02x in position %d: invalid start byte", s[at], at)
}

// rangeMethod is the table of range's methods.
func rangeMethod(name string) method[*Range] {
	switch name {
	case "count":
		return method[*Range]{1, 1, func(_ Thread, r *Range, a Args) (Value, error) {
			in, err := r.Contains(a.Pos[0])
			if in {
				return Int(1), err
			}
			return Int(0), err
		}}
	case "index":
		return method[*Range]{1, 1, func(_ Thread, r *Range, a Args) (Value, error) {
			in, err := r.Contains(a.Pos[0])
			if err != nil {
				return nil, err
			}
			if _, isInt := number(a.Pos[0]); !isInt {
				return nil, ValueErrorf("sequence.index(x): x not in sequence")
			}
			if !in {
				return nil, ValueErrorf("%s is not in range", Repr(a.Pos[0]))
			}
			at, err := Sub(a.Pos[0], Int(r.start))
			if err != nil {
				return nil, err
			}
			return FloorDiv(at, Int(r.step))
		}}
	}
	return method[*Range]{}
}
