package compiler

import (
	"strings"
	"testing"
)

// TestRefConfig holds what packages read of the project through ref, when the
// project is read and when it runs.
func TestRefConfig(t *testing.T) {
	m, c, diags := resolveText(t, `-- dbt_project.yml --
name: shop
version: "2.1"
profile: shop
-- packages.yml --
packages: [{local: parts}]
-- dbt_packages/parts/dbt_project.yml --
name: parts
version: "0.3.1"
-- macros/m.sql --
{% macro version_of(package) %}{{ return(builtins.ref.config.dependencies[package].version) }}{% endmacro %}
-- models/a.sql --
{{ config(alias='a_' ~ version_of('parts')) }}
select '{{ builtins.ref.config.project_name }} {{ version_of('shop') }} {{ ref.config.target_name }} {{ ref.config.cli_vars }}'
`)
	if diags.HasErrors() {
		t.Fatal(rendered(diags))
	}
	n := m.Node("model.shop.a")
	if n.Alias != "a_0.3.1" {
		t.Errorf("at parse time the version is that of alias %s", n.Alias)
	}
	r := &Runtime{Manifest: m, Context: c}
	got, err := r.Compile(t.Context(), n, nil)
	if err != nil {
		t.Fatal(err)
	}
	if want := "select 'shop 2.1 dev {}'"; !strings.Contains(got.SQL, want) {
		t.Errorf("got %s, want %s", got.SQL, want)
	}
}
