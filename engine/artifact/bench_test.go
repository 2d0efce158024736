package artifact

import (
	"fmt"
	"io"
	"slices"
	"syscall"
	"testing"
	"time"

	"mdl/compiler"
)

// kept are fragments in memory.
type kept map[string][]byte

func (k kept) Fragment(id string) []byte { return k[id] }

func (k kept) Keep(id string, json []byte) { k[id] = slices.Clone(json) }

// big is the project of the tests with copies of its nodes: 1,000 models and
// 2,500 generic tests more.
func big(b *testing.B) *compiler.Manifest {
	m := resolveProject(b)
	add := func(kind compiler.Kind, count int) {
		var of []*compiler.Node
		for n := range m.AllNodes() {
			if n.Kind == kind {
				of = append(of, n)
			}
		}
		for i := range count {
			n := *of[i%len(of)]
			n.ID += fmt.Sprintf(".%d", i)
			m.AddNode(&n)
		}
	}
	add(compiler.Model, 1000)
	add(compiler.Test, 2500)
	link(m)
	return m
}

func BenchmarkWriteManifest(b *testing.B) {
	m := big(b)
	about := Manifest{Metadata: Metadata{GeneratedAt: time.Unix(1, 0)}}
	for _, c := range []struct {
		name      string
		fragments Fragments
	}{{"made", nil}, {"kept", kept{}}} {
		b.Run(c.name, func(b *testing.B) {
			about.Fragments = c.fragments
			w := &counter{}
			b.ReportAllocs()
			start := cpu()
			for b.Loop() {
				w.n = 0
				if err := WriteManifest(w, m, about); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64((cpu()-start).Microseconds())/1000/float64(b.N), "cpu-ms/op")
			b.SetBytes(w.n)
		})
	}
}

// cpu is the time that the process has spent computing.
func cpu() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

type counter struct{ n int64 }

func (c *counter) Write(p []byte) (int, error) {
	c.n += int64(len(p))
	return io.Discard.Write(p)
}
