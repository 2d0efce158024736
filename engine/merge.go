package engine

import (
	"slices"
	"strings"

	"mdl/adapters"
	"mdl/compiler"
	"mdl/compiler/jinja/value"
)

// The names by which users' predicates and conditions mean the two sides of a
// merge.
const (
	mergeSource = "DBT_INTERNAL_SOURCE"
	mergeTarget = "DBT_INTERNAL_DEST"
)

// mergeRows updates the rows whose key comes again and inserts the others.
// Without a unique_key it only inserts.
func mergeRows(inc *increment) error {
	return inc.merge(inc.header(), newScript(inc.name(inc.temp)))
}

// merge merges what a part of a from clause gives, in a statement that begins
// with s.
func (inc *increment) merge(s, from *script) error {
	if !inc.d.Merge {
		return inc.refuse(codeMaterialization, "use delete+insert", "%s has no merge statement for the incremental strategy of %s", inc.d.Name, inc.node.Name)
	}
	branches, err := inc.mergeBranches()
	if err != nil {
		return err
	}
	s.add("merge into ", inc.name(inc.target), " as ", mergeTarget, "\nusing ").embed(from).add(" as ", mergeSource, "\n", inc.mergeOn(), branches)
	return inc.main(s)
}

// onlyMerges reports whether the query's rows can be merged as they come. Those
// of a query that reads the table itself are put aside first, so that it does
// not see what the merge has done already.
func (inc *increment) onlyMerges(s strategy) bool {
	reads := compiler.HasWord(strings.ToLower(inc.sql.SQL), strings.ToLower(inc.target.Name))
	return s.name == "merge" && inc.ignoresSchema() && !reads
}

// mergeQuery merges the query's rows without a table between.
func (inc *increment) mergeQuery() error {
	if err := inc.runHeader(); err != nil {
		return err
	}
	var err error
	if inc.source, err = inc.s.Describe(inc.ctx, inc.sql.SQL); err != nil {
		return queryDiagnostic(err, userScript(inc.sql), inc.node)
	}
	if inc.dest, err = inc.s.conn.Columns(inc.ctx, inc.target); err != nil {
		return err
	}
	return inc.merge(newScript(), newScript("(").code(inc.sql).add(")"))
}

// mergeBranches are the usual update and insert, as the configuration limits
// them, or those that merge_clauses spells out.
func (inc *increment) mergeBranches() (string, error) {
	if clauses := inc.dict("merge_clauses"); clauses != nil {
		return inc.mergeClauses(clauses)
	}
	shared := inc.sharedColumns()
	set, err := inc.assignments(inc.list("merge_update_columns"), inc.list("merge_exclude_columns"), inc.dict("merge_update_set_expressions"))
	if err != nil {
		return "", err
	}
	sql := ""
	if len(set) > 0 && inc.canMatch() {
		sql += "\nwhen matched" + condition(inc.str("merge_update_condition")) + " then update set\n  " + strings.Join(set, ",\n  ")
	}
	return sql + "\nwhen not matched" + condition(inc.str("merge_insert_condition")) + " then insert\n  (" +
		inc.quoted(shared) + ")\n  values (" + prefixed(mergeSource, inc.d, shared) + ")", nil
}

// canMatch reports whether any row of the target can be met.
func (inc *increment) canMatch() bool {
	return len(inc.keys) > 0 || len(inc.list("merge_on_using_columns")) > 0
}

// mergeOn is the join of a merge.
func (inc *increment) mergeOn() string {
	if using := inc.list("merge_on_using_columns"); len(using) > 0 {
		on := "using (" + strings.Join(using, ", ") + ")"
		if len(inc.predicates) > 0 {
			on += " on (" + strings.Join(inc.predicates, ") and (") + ")"
		}
		return on
	}
	var match []string
	for _, k := range inc.keys {
		match = append(match, mergeSource+"."+k+" = "+mergeTarget+"."+k)
	}
	if len(match) == 0 {
		match = []string{"false"}
	}
	return "on (" + strings.Join(append(match, inc.predicates...), ") and (") + ")"
}

// sharedColumns are the target's columns that the new rows have.
func (inc *increment) sharedColumns() []adapters.Column {
	return slices.DeleteFunc(slices.Clone(inc.dest), func(c adapters.Column) bool {
		_, found := findColumn(inc.d, inc.source, c.Name)
		return !found
	})
}

// assignments are what an update sets: the given expressions, and the columns
// that are listed, or all but those excepted, to their new values.
func (inc *increment) assignments(only, except []string, given *value.Dict) ([]string, error) {
	if len(only) > 0 && len(except) > 0 {
		return nil, inc.refuse(codeConfig, "keep one of them", "%s has both a list of columns to update and one of columns not to update in its merge", inc.node.Name)
	}
	set := expressions(given)
	var assigned []string
	for _, s := range set {
		name, _, _ := strings.Cut(s, " = ")
		assigned = append(assigned, strings.Trim(name, `"'`))
	}
	names := only
	if len(only) == 0 {
		for _, c := range inc.sharedColumns() {
			if !containsName(inc.d, except, c.Name) {
				names = append(names, inc.d.Quote(c.Name))
			}
		}
	}
	for _, name := range names {
		if !containsName(inc.d, assigned, strings.Trim(name, `"'`)) {
			set = append(set, name+" = "+mergeSource+"."+name)
		}
	}
	return set, nil
}

// expressions lists the assignments that a configuration spells out.
func expressions(given *value.Dict) []string {
	var set []string
	if given != nil {
		for column, expression := range given.All() {
			set = append(set, value.ToStr(column)+" = "+value.ToStr(expression))
		}
	}
	return set
}

func condition(sql string) string {
	if sql == "" {
		return ""
	}
	return " and " + sql
}

// prefixed lists columns of a table alias.
func prefixed(alias string, d *adapters.Dialect, columns []adapters.Column) string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = alias + "." + d.Quote(c.Name)
	}
	return strings.Join(names, ", ")
}

func containsName(d *adapters.Dialect, names []string, name string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return d.SameName(strings.ToLower(n), strings.ToLower(name)) })
}

// findColumn returns the column of a name.
func findColumn(d *adapters.Dialect, columns []adapters.Column, name string) (adapters.Column, bool) {
	for _, c := range columns {
		if d.SameName(c.Name, name) || d.SameName(c.Name, unquoted(d, name)) {
			return c, true
		}
	}
	return adapters.Column{}, false
}
