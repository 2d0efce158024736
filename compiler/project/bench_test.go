package project

import (
	"fmt"
	"strings"
	"testing"

	"mdl/compiler/diag"
	"mdl/compiler/jinja"
)

// BenchmarkLoad reads a project of 1,000 models with 10 described columns each,
// 20 models a properties file.
func BenchmarkLoad(b *testing.B) {
	m := files(ConfigFile, minimal)
	for i := range 50 {
		var text strings.Builder
		text.WriteString("version: 2\nmodels:\n")
		for j := range 20 {
			name := fmt.Sprintf("m_%d_%d", i, j)
			fmt.Fprintf(&text, "  - name: %s\n    description: x\n    columns:\n", name)
			for k := range 10 {
				fmt.Fprintf(&text, "      - name: c%d\n        description: x\n        data_tests: [not_null]\n", k)
			}
			m[fmt.Sprintf("models/d%d/%s.sql", i, name)] = files("f", "{{ config(materialized='table') }}\nselect * from {{ ref('x') }}\n")["f"]
		}
		m[fmt.Sprintf("models/d%d/s.yml", i)] = files("f", text.String())["f"]
	}
	vars := context{}
	b.ReportAllocs()
	for b.Loop() {
		c, _ := ParseConfig(diag.NewFile(ConfigFile, minimal), ConfigOptions{Globals: vars})
		_, diags := Load(m, Options{Config: c, ConfigGlobals: vars, Globals: func(*Config) jinja.Globals { return vars }})
		if len(diags) > 0 {
			b.Fatal(headlines(diags))
		}
	}
}
