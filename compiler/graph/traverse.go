package graph

import "container/heap"

// reach returns the nodes that one to depth steps along the links lead to; a
// negative depth means any number. A start node is among them only where
// another start node, or a cycle, leads to it.
func (g *Graph) reach(start bitset, links [][]int32, depth int) bitset {
	found := g.newSet()
	queue := make([]int32, 0, start.count())
	start.each(func(i int32) { queue = append(queue, i) })
	for at := 0; at < len(queue) && depth != 0; depth-- {
		for end := len(queue); at < end; at++ {
			for _, n := range links[queue[at]] {
				if !found.has(n) {
					found.add(n)
					queue = append(queue, n)
				}
			}
		}
	}
	return found
}

// topological orders the nodes, the least index first where there is a choice.
// Nodes on a cycle, and after one, come last by index.
func (g *Graph) topological() []int32 {
	waiting := make([]int, len(g.nodes))
	ready := &indexHeap{}
	for i := range g.nodes {
		waiting[i] = len(g.parents[i])
		if waiting[i] == 0 {
			*ready = append(*ready, int32(i)) // ascending, hence a heap
		}
	}
	order := make([]int32, 0, len(g.nodes))
	for ready.Len() > 0 {
		i := heap.Pop(ready).(int32)
		order = append(order, i)
		for _, c := range g.children[i] {
			if waiting[c]--; waiting[c] == 0 {
				heap.Push(ready, c)
			}
		}
	}
	for i := range g.nodes {
		if waiting[i] > 0 {
			order = append(order, int32(i))
		}
	}
	return order
}

// indexHeap is a container/heap of node indexes, the least first.
type indexHeap []int32

func (h indexHeap) Len() int           { return len(h) }
func (h indexHeap) Less(a, b int) bool { return h[a] < h[b] }
func (h indexHeap) Swap(a, b int)      { h[a], h[b] = h[b], h[a] }

// Push appends for container/heap.
func (h *indexHeap) Push(x any) { *h = append(*h, x.(int32)) }

// Pop removes the last element for container/heap.
func (h *indexHeap) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}
