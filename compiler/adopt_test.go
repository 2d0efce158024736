package compiler

import "testing"

// TestPatchesOfOtherPackages holds that entries for which their own package
// has no file, or a disabled one, describe that of another package.
func TestPatchesOfOtherPackages(t *testing.T) {
	m, _, diags := resolveText(t, `-- dbt_project.yml --
name: shop
profile: shop
seeds: {parts: {exceptions: {+enabled: false}}}
-- packages.yml --
packages: [{local: parts}]
-- dbt_packages/parts/dbt_project.yml --
name: parts
-- dbt_packages/parts/models/part.sql --
select 1 as id
-- dbt_packages/parts/models/own.sql --
select 1 as id
-- dbt_packages/parts/seeds/exceptions.csv --
id
-- dbt_packages/parts/seeds/s.yml --
models:
  - {name: own, description: the package's}
seeds:
  - {name: exceptions, description: what to leave out, columns: [{name: id, data_tests: [unique]}], config: {column_types: {id: text}}}
-- models/spine.sql --
select 1 as day
-- models/s.yml --
models:
  - {name: part, description: of the project, columns: [{name: id, data_tests: [not_null]}]}
  - {name: spine, time_spine: {standard_granularity_column: day, custom_granularities: [{name: fiscal}]}, columns: [{name: day, granularity: day}, {name: fiscal}]}
-- seeds/exceptions.csv --
id
`)
	if len(diags) > 0 {
		t.Fatal(rendered(diags))
	}
	for id, want := range map[string]string{
		"model.parts.part": "shop://models/s.yml", "model.parts.own": "parts://seeds/s.yml", "seed.shop.exceptions": "parts://seeds/s.yml",
	} {
		if got := m.Node(id).PatchPath; got != want {
			t.Errorf("%s is described by %s, want %s", id, got, want)
		}
	}
	if _, ok := m.Node("seed.shop.exceptions").Config.Get("column_types"); !ok {
		t.Error("the seed's column types are not those of the package")
	}
	tests := map[string]string{}
	for n := range m.AllNodes() {
		if n.Test != nil {
			tests[n.Name] = n.Package + " " + n.Test.AttachedNode
		}
	}
	for name, want := range map[string]string{"not_null_part_id": "shop model.parts.part", "unique_exceptions_id": "parts seed.shop.exceptions"} {
		if tests[name] != want {
			t.Errorf("test %s is of %q, want %q", name, tests[name], want)
		}
	}
	spine := NodeDict(m.Node("model.shop.spine"))
	if got, _ := spine.GetStr("time_spine"); got == nil || len(tests) != 2 {
		t.Errorf("time_spine is %v, tests are %v", got, tests)
	}
	if got := m.Node("model.shop.spine").TimeSpine; got == nil || got.Len() != 2 {
		t.Errorf("time spine %v", got)
	}
}
