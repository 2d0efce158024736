package pymod_test

import (
	"testing"

	"mdl/compiler/jinja/pymod"
	"mdl/compiler/jinja/value"
)

func BenchmarkModules(b *testing.B) {
	b.ReportAllocs()
	for range b.N {
		pymod.Modules(noon)
	}
}

func BenchmarkSub(b *testing.B) {
	b.ReportAllocs()
	for range b.N {
		if _, err := callModule("re", "sub", value.Str("[^a-z]+"), value.Str("_"), value.Str("customer id (raw)")); err != nil {
			b.Fatal(err)
		}
	}
}
