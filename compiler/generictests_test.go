package compiler

import (
	"slices"
	"testing"

	"mdl/compiler/jinja/value"
)

// TestGenericTestNodes holds what the manifest says of generic tests: dbt
// renders all but its own unique and not_null, which shows in their tags and
// in the macros they depend on.
func TestGenericTestNodes(t *testing.T) {
	m, _, diags := resolveText(t, projectFile+`-- macros/m.sql --
{% macro after() %}{% endmacro %}
{% test odd(model, column_name) %}select 1 from {{ model }}{% endtest %}
-- models/off.sql --
{{ config(enabled=false) }}select 1 as id
-- models/a.sql --
{{ config(post_hook="{{ after() }}") }}select 1 as id
-- models/s.yml --
models:
  - name: a
    columns:
      - name: id
        data_tests:
          - odd: {name: odd, config: {tags: [x], enabled: "{{ var('on', true) }}"}}
          - unique: {name: unique, config: {tags: [x]}}
          - accepted_values: {name: values, arguments: {values: [1]}, config: {tags: [x]}}
          - relationships: {name: silent, arguments: {to: ref('off'), field: id}}
    description: >
      folded
`)
	if len(diags) > 0 {
		t.Error(rendered(diags))
	}
	byName := map[string]*Node{}
	for n := range m.AllNodes() {
		byName[n.Name] = n
	}
	for _, c := range []struct {
		name   string
		tags   []string
		macros []string
	}{
		{"odd", []string{"x", "x"}, []string{"macro.shop.test_odd", "macro.dbt.get_where_subquery"}},
		{"unique", []string{"x"}, []string{"macro.dbt.test_unique"}},
		{"values", []string{"x", "x"}, []string{"macro.dbt.test_accepted_values", "macro.dbt.get_where_subquery"}},
		{"a", nil, []string{"macro.shop.after"}},
	} {
		n := byName[c.name]
		if tags := n.Config.Strings("tags"); !slices.Equal(tags, c.tags) {
			t.Errorf("%s has tags %v, want %v", c.name, tags, c.tags)
		}
		if !slices.Equal(n.DependsOnMacros, c.macros) {
			t.Errorf("%s depends on %v, want %v", c.name, n.DependsOnMacros, c.macros)
		}
	}
	if v, _ := byName["odd"].Unrendered.GetStr("enabled"); v != value.True {
		t.Errorf("a test's config is rendered before it is called unrendered: enabled is %v", v)
	}
	if text := byName["a"].Description; text != "folded" {
		t.Errorf("the description at the end of the file is %q", text)
	}
}
