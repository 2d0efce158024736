package compiler

import (
	"cmp"
	"fmt"
	"slices"
	"testing"
	"testing/fstest"

	"mdl/compiler/diag"
)

// mistakes are texts of models that have one mistake each, with the code that
// it is reported with.
var mistakes = []struct{ code, sql string }{
	{"E101", "select {{ 1 + }}"},
	{"E103", "{% if true %} select 1"},
	{"E106", "select {{ 1 | uper }}"},
	{"E120", "select {{ 1 / 0 }}"},
	{"E240", "{{ exceptions.raise_compiler_error('no') }}"},
	{"E243", "select '{{ env_var('NOPE') }}'"},
	{"E253", "{{ config(materialized='tabel') }} select 1"},
	{"E257", "select * from {{ ref('nope') }}"},
	{"E257", "select * from {{ source('raw', 'nope') }}"},
	{"E272", "{{ config(enabled='perhaps') }} select 1"},
}

// TestEveryMistake: of 200 models with a mistake in each fourth file and in
// their properties, all mistakes are reported in one run, at their files, the
// same in each run.
func TestEveryMistake(t *testing.T) {
	files := fstest.MapFS{"dbt_project.yml": {Data: []byte("name: shop\nprofile: shop\n")}}
	type found struct{ file, code string }
	var want []found
	for i := range 200 {
		name := fmt.Sprintf("models/d%d/m%03d", i%7, i)
		sql := "select 1 as id"
		if i > 0 {
			sql = fmt.Sprintf("select * from {{ ref('m%03d') }}", (i-1)/4*4)
		}
		properties := fmt.Sprintf("models: [{name: m%03d, columns: [{name: id, data_tests: [not_null]}]}]", i)
		switch {
		case i%4 == 1:
			bad := mistakes[i/4%len(mistakes)]
			sql = bad.sql
			want = append(want, found{name + ".sql", bad.code})
		case i%20 == 2:
			properties = fmt.Sprintf("models: [{name: m%03d, columns: [{name: id, data_tests: [uniqe]}]}]", i)
			want = append(want, found{name + ".yml", "E254"})
		case i%20 == 6:
			properties = fmt.Sprintf("models: [{name: m%03d, columns: id}]", i)
			want = append(want, found{name + ".yml", "E202"})
		case i%20 == 10:
			properties = fmt.Sprintf("models: [{name: m%03d", i)
			want = append(want, found{name + ".yml", "E151"})
		}
		files[name+".sql"] = &fstest.MapFile{Data: []byte(sql)}
		files[name+".yml"] = &fstest.MapFile{Data: []byte(properties)}
	}
	byFile := func(a, b found) int { return cmp.Or(cmp.Compare(a.file, b.file), cmp.Compare(a.code, b.code)) }
	slices.SortFunc(want, byFile)
	for range 2 {
		_, _, diags := resolveFS(t, files)
		var got []found
		for _, d := range diags {
			if d.Severity == diag.Error {
				got = append(got, found{d.Span.Path(), d.Code})
			}
		}
		slices.SortFunc(got, byFile)
		if !slices.Equal(got, want) {
			t.Fatalf("%d errors, not %d:\n%v\nwant\n%v", len(got), len(want), got, want)
		}
	}
}
