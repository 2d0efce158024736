package engine

import (
	"strings"

	"mdl/compiler"
	"mdl/compiler/jinja/value"
)

// probe is a test as a part of a statement that answers several.
type probe struct {
	// over is what the test reads: a relation, or a subquery with its `where`.
	over string
	// where limits the rows that count, or "".
	where string
	// number is an expression over the rows; a value that is read through row
	// is null where the row does not count.
	number func(row func(string) string) string
	// exact: the number is that of the failures. Else it only is zero where
	// there are none.
	exact bool
	// apart: the number is made by a query of its own. joins: that query joins.
	apart, joins bool
	// distinct: the scan holds the values of a column in memory.
	distinct bool
}

// probeMaker makes a probe of a test's arguments; false where they hold more
// than a name or a simple text, so that the test runs by itself.
type probeMaker func(a testArgs) (probe, bool)

// probeMakers are the tests that can share a scan. Each says the same as the
// query of its macro (compiler/macros).
var probeMakers = []struct {
	name string
	make probeMaker
}{
	{"dbt.not_null", probeNotNull},
	{"dbt.unique", probeUnique},
	{"dbt.accepted_values", probeAcceptedValues},
	{"dbt.relationships", probeRelationships},
	{"dbt_utils.accepted_range", probeAcceptedRange},
	{"dbt_utils.not_accepted_values", probeNotAcceptedValues},
	{"dbt_utils.not_empty_string", probeNotEmptyString},
	{"dbt_utils.expression_is_true", probeExpression},
	{"dbt_utils.at_least_one", probeAtLeastOne},
	{"dbt_utils.not_constant", probeGroups},
	{"dbt_utils.unique_combination_of_columns", probeGroups},
}

// probeOf finds the maker of a test's probe by the name that
// Manifest.BuiltinTest gives, or nil.
func probeOf(name string) probeMaker {
	for _, p := range probeMakers {
		if p.name == name {
			return p.make
		}
	}
	return nil
}

// testArgs are the arguments of a generic test.
type testArgs struct {
	dict *value.Dict
	sql  *compiler.Compiled
}

func (a testArgs) text(name string) string {
	v, ok := a.dict.GetStr(name)
	if !ok || v == value.None {
		return ""
	}
	return textOf(v)
}

func textOf(v value.Value) string {
	if v == nil {
		return ""
	}
	return value.ToStr(v)
}

// truth is an argument that is true or false, and false for ok if it is neither.
func (a testArgs) truth(name string, otherwise bool) (truth, ok bool) {
	v, given := a.dict.GetStr(name)
	if !given {
		return otherwise, true
	}
	b, ok := v.(value.Bool)
	return bool(b), ok
}

// column is the column that a test is about, where it is a name.
func (a testArgs) column() (string, bool) {
	c := a.text("column_name")
	return c, isName(c)
}

// list is the list of values in the form in which a test writes them, and
// whether they are simple and some.
func (a testArgs) list() (string, bool) {
	v, _ := a.dict.GetStr("values")
	list, ok := v.(*value.List)
	quote, plain := a.truth("quote", true)
	if !ok || !plain || list.Len() == 0 {
		return "", false
	}
	parts := make([]string, list.Len())
	for i, item := range list.Items() {
		parts[i] = textOf(item)
		if quote {
			parts[i] = "'" + parts[i] + "'"
		}
		if !isFragment(parts[i]) {
			return "", false
		}
	}
	return strings.Join(parts, ", "), true
}

func probeNotNull(a testArgs) (probe, bool) {
	c, ok := a.column()
	return probe{exact: true, number: func(row func(string) string) string {
		return "count(" + row("1") + ") - count(" + row(c) + ")"
	}}, ok
}

func probeAcceptedValues(a testArgs) (probe, bool) {
	c, ok := a.column()
	list, simple := a.list()
	return failing(c+" not in ("+list+")", false), ok && simple
}

func probeNotAcceptedValues(a testArgs) (probe, bool) {
	c, ok := a.column()
	list, simple := a.list()
	return failing(c+" in ("+list+")", false), ok && simple
}

// probeUnique asks whether there are as many values as different ones.
func probeUnique(a testArgs) (probe, bool) {
	c, ok := a.column()
	return probe{distinct: true, number: func(row func(string) string) string {
		return "count(" + row(c) + ") - count(distinct " + row(c) + ")"
	}}, ok
}

// probeGroups counts the rows of the test's own query, which groups rows: side
// by side in one statement, such queries take the memory of one, where as many
// distinct aggregates take the memory of all.
func probeGroups(a testArgs) (probe, bool) {
	return probe{exact: true, apart: true, number: func(func(string) string) string {
		return "(select count(*) from (\n" + a.sql.SQL + "\n) as mdl_test)"
	}}, true
}

// probeRelationships counts the rows of the test's own query: the warehouse
// chooses the side of the join that it holds in memory.
func probeRelationships(a testArgs) (probe, bool) {
	p, ok := probeGroups(a)
	p.joins = true
	return p, ok
}

func probeAcceptedRange(a testArgs) (probe, bool) {
	c, ok := a.column()
	inclusive, plain := a.truth("inclusive", true)
	equal := ""
	if inclusive {
		equal = "="
	}
	var outside []string
	for _, bound := range []struct{ name, operator string }{{"min_value", ">"}, {"max_value", "<"}} {
		if limit := a.text(bound.name); limit != "" {
			outside = append(outside, "not "+c+" "+bound.operator+equal+" "+limit)
			ok = ok && isFragment(limit)
		}
	}
	return failing(strings.Join(outside, " or "), true), ok && plain && len(outside) > 0
}

func probeNotEmptyString(a testArgs) (probe, bool) {
	c, ok := a.column()
	trim, plain := a.truth("trim_whitespace", true)
	if trim {
		c = "trim(" + c + ")"
	}
	return failing(c+" = ''", true), ok && plain
}

func probeExpression(a testArgs) (probe, bool) {
	c, expression := a.text("column_name"), a.text("expression")
	if c != "" {
		if !isName(c) {
			return probe{}, false
		}
		expression = c + " " + expression
	}
	return failing("not("+expression+")", true), isFragment(expression)
}

func probeAtLeastOne(a testArgs) (probe, bool) {
	c, ok := a.column()
	return probe{exact: true, number: func(row func(string) string) string {
		return "case when count(" + row(c) + ") = 0 then 1 else 0 end"
	}}, ok && a.text("group_by_columns") == ""
}

// failing counts the rows that meet a condition.
func failing(condition string, exact bool) probe {
	return probe{exact: exact, number: func(row func(string) string) string {
		return "count(" + row("case when "+condition+" then 1 end") + ")"
	}}
}
