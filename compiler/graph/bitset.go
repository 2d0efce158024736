package graph

import "math/bits"

// bitset is a set of node indexes. All sets of one graph have the same length.
type bitset []uint64

func (g *Graph) newSet() bitset { return make(bitset, (len(g.nodes)+63)/64) }

// allNodes returns the set of every node.
func (g *Graph) allNodes() bitset {
	s := g.newSet()
	for i := range s {
		s[i] = ^uint64(0)
	}
	if rest := len(g.nodes) % 64; rest != 0 {
		s[len(s)-1] = 1<<rest - 1
	}
	return s
}

func (s bitset) has(i int32) bool { return s[i>>6]&(1<<(i&63)) != 0 }
func (s bitset) add(i int32)      { s[i>>6] |= 1 << (i & 63) }
func (s bitset) remove(i int32)   { s[i>>6] &^= 1 << (i & 63) }

func (s bitset) clone() bitset { return append(bitset(nil), s...) }

// union, intersect and subtract change s.
func (s bitset) union(t bitset) {
	for i, w := range t {
		s[i] |= w
	}
}

func (s bitset) intersect(t bitset) {
	for i, w := range t {
		s[i] &= w
	}
}

func (s bitset) subtract(t bitset) {
	for i, w := range t {
		s[i] &^= w
	}
}

func (s bitset) empty() bool {
	for _, w := range s {
		if w != 0 {
			return false
		}
	}
	return true
}

func (s bitset) count() int {
	n := 0
	for _, w := range s {
		n += bits.OnesCount64(w)
	}
	return n
}

// hasAll reports whether every one of the indexes is in the set.
func (s bitset) hasAll(indexes []int32) bool {
	for _, i := range indexes {
		if !s.has(i) {
			return false
		}
	}
	return true
}

// each calls f for the members in ascending order; f may remove the member.
func (s bitset) each(f func(i int32)) {
	for word, w := range s {
		for w != 0 {
			f(int32(word<<6 + bits.TrailingZeros64(w)))
			w &= w - 1
		}
	}
}
