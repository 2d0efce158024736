package value

import (
	"fmt"
	"math/big"
	"slices"
	"time"
)

// FromGo makes a value of a Go value: nil, bool, numbers, string, []byte,
// []any, []string, [][]any, map[string]any and map[string]string (by sorted
// keys), time.Time (a datetime, with a timezone unless it is UTC),
// time.Duration (a timedelta) and Values themselves. Anything else becomes the
// str that fmt makes of it.
func FromGo(x any) Value {
	switch x := x.(type) {
	case nil:
		return None
	case Value:
		return x
	case bool:
		return Bool(x)
	case string:
		return Str(x)
	case []byte:
		return Bytes(x)
	case float64:
		return Float(x)
	case float32:
		return Float(x)
	case *big.Int:
		return NewInt(new(big.Int).Set(x))
	case time.Time:
		return DateTimeOf(x)
	case time.Duration:
		return NewTimeDelta(0, 0, x.Microseconds())
	case []any:
		return fromSlice(x)
	case []string:
		return strList(x)
	case [][]any:
		return fromSlice(x)
	case map[string]any:
		return fromMap(x)
	case map[string]string:
		return fromMap(x)
	}
	return fromGoInt(x)
}

func fromGoInt(x any) Value {
	switch x := x.(type) {
	case int:
		return Int(x)
	case int64:
		return Int(x)
	case int32:
		return Int(x)
	case int16:
		return Int(x)
	case int8:
		return Int(x)
	case uint8:
		return Int(x)
	case uint16:
		return Int(x)
	case uint32:
		return Int(x)
	case uint64:
		return NewInt(new(big.Int).SetUint64(x))
	case uint:
		return NewInt(new(big.Int).SetUint64(uint64(x)))
	}
	return Str(fmt.Sprint(x))
}

func fromSlice[T any](x []T) Value {
	items := make([]Value, len(x))
	for i, v := range x {
		items[i] = FromGo(v)
	}
	return &List{items: items}
}

func fromMap[T any](x map[string]T) Value {
	keys := make([]string, 0, len(x))
	for k := range x {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	d := NewDictSize(len(x))
	for _, k := range keys {
		d.SetStr(k, FromGo(x[k]))
	}
	return d
}

// ToGo makes a Go value of a value: nil, bool, int64, *big.Int, float64, string,
// []byte, []any (of any sequence or set), map[string]any (keys by str()). An
// Undefined is nil and a value of another type is the string that it prints.
// What is nested too deep is cut off.
func ToGo(v Value) any { return toGo(v, 0) }

func toGo(v Value, depth int) any {
	if depth > maxDepth {
		return nil
	}
	switch v := v.(type) {
	case NoneType, *Undefined:
		return nil
	case Bool:
		return bool(v)
	case Int:
		return int64(v)
	case *BigInt:
		return v.Big()
	case Float:
		return float64(v)
	case Str:
		return string(v)
	case Bytes:
		return []byte(v)
	case *Dict:
		m := make(map[string]any, v.live)
		for k, x := range v.All() {
			m[ToStr(k)] = toGo(x, depth+1)
		}
		return m
	case *List:
		return toSlice(v.items, depth)
	case *Tuple:
		return toSlice(v.items, depth)
	case *Set:
		return toSlice(v.Items(), depth)
	}
	return ToStr(v)
}

func toSlice(items []Value, depth int) []any {
	out := make([]any, len(items))
	for i, v := range items {
		out[i] = toGo(v, depth+1)
	}
	return out
}
