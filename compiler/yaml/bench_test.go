package yaml

import (
	"fmt"
	"strings"
	"testing"

	"mdl/compiler/diag"
)

// BenchmarkParse reads a properties file of 50 models with 10 columns each.
func BenchmarkParse(b *testing.B) {
	var text strings.Builder
	text.WriteString("version: 2\nmodels:\n")
	for i := range 50 {
		fmt.Fprintf(&text, "  - name: model_%d\n    description: What it is\n    config:\n      tags: [a, b]\n    columns:\n", i)
		for j := range 10 {
			fmt.Fprintf(&text, "      - name: col_%d\n        description: \"{{ doc('x') }}\"\n        data_tests:\n          - not_null\n", j)
		}
	}
	f := diag.NewFile("x.yml", text.String())
	b.SetBytes(int64(text.Len()))
	b.ReportAllocs()
	for b.Loop() {
		if _, diags := Parse(f); len(diags) > 0 {
			b.Fatal(diags)
		}
	}
}
