package engine

import "container/heap"

// progress knows which steps of a plan are ready. It belongs to the
// coordinator and knows nothing of workers.
type progress struct {
	steps    []*Step
	children [][]int
	waiting  []int // parents that have not ended
	cause    []int // the step whose failure dooms this one, or -1
	ready    readyQueue
	left     int           // steps that have not been taken
	scans    map[int][]int // the steps of each scan that are ready, and
	wanted   map[int]int   // how many it has
}

func newProgress(p *Plan) *progress {
	n := len(p.Steps)
	g := &progress{
		steps: p.Steps, children: make([][]int, n), waiting: make([]int, n), cause: make([]int, n), left: n,
		ready: readyQueue{steps: p.Steps}, scans: map[int][]int{}, wanted: map[int]int{},
	}
	index := make(map[string]int, n)
	for i, s := range p.Steps {
		index[s.ID] = i
	}
	for i, s := range p.Steps {
		g.cause[i] = -1
		if s.Scan != 0 {
			g.wanted[s.Scan]++
		}
		for _, parent := range s.After {
			j := index[parent]
			g.children[j] = append(g.children[j], i)
			g.waiting[i]++
		}
	}
	for i := range p.Steps {
		if g.waiting[i] == 0 {
			g.queue(i)
		}
	}
	return g
}

// queue makes a step ready. Steps of one scan wait for each other: they have
// the same parents.
func (g *progress) queue(i int) {
	scan := g.steps[i].Scan
	if scan == 0 {
		heap.Push(&g.ready, i)
		return
	}
	g.scans[scan] = append(g.scans[scan], i)
	if len(g.scans[scan]) == g.wanted[scan] {
		heap.Push(&g.ready, g.scans[scan][0])
	}
}

// take returns the ready step with the highest priority, with the others of its
// scan, and nil when none is ready.
func (g *progress) take() []int {
	if g.ready.Len() == 0 {
		return nil
	}
	i := heap.Pop(&g.ready).(int)
	group := []int{i}
	if scan := g.steps[i].Scan; scan != 0 {
		group = g.scans[scan]
	}
	g.left -= len(group)
	return group
}

// done records the end of a step and makes its children ready. The children of
// a step that failed are doomed, and so are theirs.
func (g *progress) done(i int, failed bool) {
	cause := g.cause[i]
	if failed && cause < 0 {
		cause = i
	}
	for _, child := range g.children[i] {
		if cause >= 0 && g.cause[child] < 0 {
			g.cause[child] = cause
		}
		if g.waiting[child]--; g.waiting[child] == 0 {
			g.queue(child)
		}
	}
}

// rest returns the steps that were never taken, in the order of the plan.
func (g *progress) rest(taken []bool) []int {
	var rest []int
	for i := range g.steps {
		if !taken[i] {
			rest = append(rest, i)
		}
	}
	return rest
}

// readyQueue is a heap of step indexes: highest priority first, then the order
// of the plan.
type readyQueue struct {
	steps []*Step
	items []int
}

func (q *readyQueue) Len() int { return len(q.items) }

func (q *readyQueue) Less(a, b int) bool {
	i, j := q.items[a], q.items[b]
	if p, r := q.steps[i].Priority, q.steps[j].Priority; p != r {
		return p > r
	}
	return i < j
}

func (q *readyQueue) Swap(a, b int) { q.items[a], q.items[b] = q.items[b], q.items[a] }

func (q *readyQueue) Push(x any) { q.items = append(q.items, x.(int)) }

func (q *readyQueue) Pop() any {
	last := len(q.items) - 1
	x := q.items[last]
	q.items = q.items[:last]
	return x
}
