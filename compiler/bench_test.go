package compiler

import (
	"os"
	"testing"
)

// BenchmarkLoadAndResolve is what every command does before it selects: read,
// parse and bind the sample project and mdl's own packages.
func BenchmarkLoadAndResolve(b *testing.B) {
	fsys := os.DirFS("../sample_project")
	for b.Loop() {
		resolveFS(b, fsys)
	}
}
