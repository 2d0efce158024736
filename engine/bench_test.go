package engine

import (
	"context"
	"fmt"
	"testing"

	"mdl/adapters/adaptertest"
	"mdl/compiler"
	"mdl/engine/internal/enginetest"
)

// wide is a graph of n nodes in layers of 100, each with two parents.
func wide(b *testing.B, n int, materialized string) *compiler.Manifest {
	var nodes []*compiler.Node
	for i := range n {
		var parents []string
		if i >= 100 {
			parents = []string{nodes[i-100].ID, nodes[i-100+(i+1)%100-i%100].ID}
		}
		nodes = append(nodes, node(fmt.Sprintf("model.p.m%05d", i), materialized, parents...))
	}
	return manifest(b, nodes...)
}

// BenchmarkNoOps is the scheduler's overhead: 10,000 nodes that are only
// compiled, by a compiler that does nothing.
func BenchmarkNoOps(b *testing.B) {
	for _, threads := range []int{1, 8} {
		b.Run(fmt.Sprintf("threads=%d", threads), func(b *testing.B) {
			m := wide(b, 10000, "view")
			plan := NewPlan(m, CmdCompile, ids(m), PlanOptions{})
			b.ReportAllocs()
			for b.Loop() {
				res, err := Run(context.Background(), adaptertest.NewFake(nil), &enginetest.Renderer{}, m, plan, Options{Threads: threads})
				if err != nil || len(res.Results) != 10000 {
					b.Fatal(err, len(res.Results))
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/10000, "ns/node")
		})
	}
}

// BenchmarkPlan plans 10,000 nodes.
func BenchmarkPlan(b *testing.B) {
	m := wide(b, 10000, "table")
	selected := ids(m)
	b.ReportAllocs()
	for b.Loop() {
		if p := NewPlan(m, CmdBuild, selected, PlanOptions{}); len(p.Steps) != 10000 {
			b.Fatal(len(p.Steps))
		}
	}
}
