package duckdbtest

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"mdl/compiler"
	"mdl/engine"
	"mdl/engine/internal/enginetest"
)

// BenchmarkBuild builds 200 small relations of each kind again and again.
func BenchmarkBuild(b *testing.B) {
	for _, materialized := range []string{"view", "table", "incremental"} {
		for _, threads := range []int{1, 4} {
			b.Run(fmt.Sprintf("%s/threads=%d", materialized, threads), func(b *testing.B) {
				db := open(b)
				var nodes []*compiler.Node
				for i := range 200 {
					nodes = append(nodes, model(fmt.Sprintf("m%03d", i), materialized, fmt.Sprintf("select %d as id", i), "unique_key", "id"))
				}
				m := enginetest.Manifest(b, nodes...)
				plan := engine.NewPlan(m, engine.CmdRun, m.Graph.IDs(), engine.PlanOptions{})
				for b.Loop() {
					res, err := engine.Run(context.Background(), db, &enginetest.Renderer{}, m, plan, engine.Options{Threads: threads})
					if err != nil || !res.OK() {
						b.Fatal(err, res.Counts())
					}
				}
				b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/200, "µs/node")
			})
		}
	}
}

// BenchmarkConnect opens one more session on an open database.
func BenchmarkConnect(b *testing.B) {
	db := open(b)
	first, err := db.Connect(context.Background())
	if err != nil {
		b.Fatal(err)
	}
	defer first.Close()
	for b.Loop() {
		conn, err := db.Connect(context.Background())
		if err != nil {
			b.Fatal(err)
		}
		conn.Close()
	}
}

// BenchmarkSeed loads 100,000 rows of six columns.
func BenchmarkSeed(b *testing.B) {
	var text strings.Builder
	text.WriteString("id,name,amount,day,at,ok\n")
	for i := range 100000 {
		fmt.Fprintf(&text, "%d,\"name %d\",%d.25,2024-01-%02d,2024-01-02 03:04:05,true\n", i, i, i, i%28+1)
	}
	files := fstest.MapFS{"seeds/s.csv": {Data: []byte(text.String())}}
	n := enginetest.Node("seed.p.s", "seed")
	n.Database, n.Schema, n.OrigPath = "p", "main", "seeds/s.csv"
	db := open(b)
	b.SetBytes(int64(text.Len()))
	for b.Loop() {
		if res := db.run(b, engine.Options{Project: files, FullRefresh: true}, n); res.Status != engine.Success {
			b.Fatal(res.Message)
		}
	}
}
