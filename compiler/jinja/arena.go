package jinja

import "slices"

// slab hands out the nodes of one kind from arrays that grow, because a parse
// makes many small nodes that live equally long.
type slab[T any] struct {
	free []T
	size int
}

// maxSlab is the length of the longest array of a slab.
const maxSlab = 64

func (s *slab[T]) new() *T {
	if len(s.free) == 0 {
		s.size = min(max(4, 2*s.size), maxSlab)
		s.free = make([]T, s.size)
	}
	n := &s.free[0]
	s.free = s.free[1:]
	return n
}

// stack collects the parts of a node whose number is not known yet. Nodes
// within nodes use the same stack, each from its own mark.
type stack[T any] []T

func (s *stack[T]) push(v T) { *s = append(*s, v) }

// take removes what was pushed since the mark and returns it in a slice of its
// own, nil when there is nothing.
func (s *stack[T]) take(mark int) []T {
	if mark >= len(*s) {
		return nil
	}
	taken := slices.Clone((*s)[mark:])
	clear((*s)[mark:])
	*s = (*s)[:mark]
	return taken
}
