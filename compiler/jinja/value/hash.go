package value

import (
	"hash/maphash"
	"math"
	"math/big"
)

// seed makes the hashes of this process; nothing that is printed depends on it.
var seed = maphash.MakeSeed()

func hashString(s string) uint64 { return maphash.String(seed, s) }

// Hash is a hash of a value: equal values have equal hashes, so 1, 1.0 and True
// do. It fails for a list, dict or set as Python does.
func Hash(v Value) (uint64, error) { return hashOf(v) }

func hashOf(v Value) (uint64, error) {
	if t, ok := v.(*Tuple); ok {
		left := maxHashed
		return hashTuple(t, 0, &left)
	}
	return hashScalar(v)
}

// maxHashed bounds the items of a tuple that its hash looks at, because tuples
// within tuples may hold exponentially many.
const maxHashed = 1 << 16

// hashScalar hashes a value that is no tuple.
func hashScalar(v Value) (uint64, error) {
	switch v := v.(type) {
	case Str:
		return hashString(string(v)), nil
	case Int:
		return hashInt(int64(v)), nil
	case Bool:
		if v {
			return hashInt(1), nil
		}
		return hashInt(0), nil
	case NoneType:
		return 0x4e6f6e65, nil
	case Float:
		return hashFloat(float64(v)), nil
	case *BigInt:
		return hashBig(v.big()), nil
	case Bytes:
		return hashString(string(v)) ^ 0xb17e5, nil
	case *List, *Dict, *Set, *DictView:
		return 0, TypeErrorf("unhashable type: '%s'", v.TypeName())
	case *Undefined:
		return 0x0def, nil
	case Hasher:
		return v.Hash(), nil
	}
	return hashString(v.TypeName()), nil // compared by identity: its type is enough
}

func hashTuple(t *Tuple, depth int, left *int) (uint64, error) {
	if depth > maxDepth {
		return 0, errRecursion()
	}
	h := uint64(0x345678) + uint64(len(t.items))
	for _, item := range t.items {
		if *left--; *left < 0 {
			break
		}
		ih, err := hashItem(item, depth+1, left)
		if err != nil {
			return 0, err
		}
		h = (h ^ ih) * 0x9e3779b97f4a7c15
		h ^= h >> 29
	}
	return h, nil
}

func hashItem(v Value, depth int, left *int) (uint64, error) {
	if t, ok := v.(*Tuple); ok {
		return hashTuple(t, depth, left)
	}
	return hashScalar(v)
}

// hashInt mixes the bits, because consecutive keys are the usual ones.
func hashInt(n int64) uint64 {
	h := uint64(n) * 0x9e3779b97f4a7c15
	return h ^ h>>32
}

func hashFloat(f float64) uint64 {
	if f == math.Trunc(f) && !math.IsInf(f, 0) {
		if f >= -1<<63 && f < 1<<63 {
			return hashInt(int64(f))
		}
		n, _ := new(big.Float).SetFloat64(f).Int(nil)
		return hashBig(n)
	}
	return hashInt(int64(math.Float64bits(f)))
}

func hashBig(n *big.Int) uint64 {
	if n.IsInt64() {
		return hashInt(n.Int64())
	}
	h := uint64(n.Sign())
	for _, w := range n.Bits() {
		h = (h ^ uint64(w)) * 0x9e3779b97f4a7c15
		h ^= h >> 29
	}
	return h
}
