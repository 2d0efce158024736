package artifact

import (
	"slices"

	"mdl/compiler"
	"mdl/compiler/jinja/value"
)

// columnTests are the columns of a model that have tests from which a primary
// key can be guessed. Disabled tests count too.
type columnTests struct{ unique, disabledUnique, notNull []string }

// keyFinder infers the primary keys of models as dbt does: from a constraint of
// the model, else of a column, else the columns that are tested to be unique and
// not null, else to be unique, else that once were.
type keyFinder struct {
	m        *compiler.Manifest
	disabled map[string][]*compiler.Node // disabled tests by the model they hang on
}

func newKeyFinder(m *compiler.Manifest) *keyFinder {
	f := &keyFinder{m: m, disabled: map[string][]*compiler.Node{}}
	for _, id := range sortedKeys(m.Disabled) {
		for _, n := range m.Disabled[id] {
			if n.Test != nil {
				f.disabled[n.Test.AttachedNode] = append(f.disabled[n.Test.AttachedNode], n)
			}
		}
	}
	return f
}

// of returns the columns of a model's primary key, sorted.
func (f *keyFinder) of(model *compiler.Node) []string {
	tests := map[string]*columnTests{}
	for _, id := range f.m.Graph.Children(model.ID) {
		if n := f.m.Node(id); n != nil {
			addTest(tests, n, true)
		}
	}
	for _, n := range f.disabled[model.ID] {
		addTest(tests, n, false)
	}
	return slices.Compact(slices.Sorted(slices.Values(primaryKey(model, tests[model.ID]))))
}

func addTest(tests map[string]*columnTests, n *compiler.Node, enabled bool) {
	if n.Test == nil || n.Test.AttachedNode == "" || n.Test.Kwargs == nil {
		return
	}
	of := tests[n.Test.AttachedNode]
	if of == nil {
		of = &columnTests{}
		tests[n.Test.AttachedNode] = of
	}
	set := &of.unique
	switch {
	case n.Test.Name == "not_null":
		set = &of.notNull
	case n.Test.Name != "unique" && n.Test.Name != "unique_combination_of_columns":
		return
	case !enabled:
		set = &of.disabledUnique
	}
	*set = appendTested(*set, n.Test)
}

func appendTested(columns []string, t *compiler.TestInfo) []string {
	if name, _ := t.Kwargs.GetStr("column_name"); name != nil && value.IsStr(name) {
		return append(columns, value.ToStr(name))
	}
	combination, _ := t.Kwargs.GetStr("combination_of_columns")
	list, ok := combination.(*value.List)
	if !ok {
		return columns
	}
	return append(columns, textsOf(list)...)
}

// textsOf are those items of a list that are texts.
func textsOf(list *value.List) []string {
	var out []string
	for _, item := range list.Items() {
		if value.IsStr(item) {
			out = append(out, value.ToStr(item))
		}
	}
	return out
}

func primaryKey(n *compiler.Node, tests *columnTests) []string {
	for _, c := range n.Constraints {
		if isPrimaryKey(c) {
			columns, _ := c.GetStr("columns")
			if list, ok := columns.(*value.List); ok {
				return textsOf(list)
			}
			return nil
		}
	}
	for _, column := range n.Columns {
		if slices.ContainsFunc(column.Constraints, isPrimaryKey) {
			return []string{column.Name}
		}
	}
	if tests == nil {
		return nil
	}
	var both []string
	for _, column := range tests.notNull {
		if slices.Contains(tests.unique, column) || slices.Contains(tests.disabledUnique, column) {
			both = append(both, column)
		}
	}
	switch {
	case len(both) > 0:
		return both
	case len(tests.unique) > 0:
		return tests.unique
	default:
		return tests.disabledUnique
	}
}

func isPrimaryKey(constraint *value.Dict) bool {
	kind, ok := constraint.GetStr("type")
	return ok && value.ToStr(kind) == "primary_key"
}
