package engine

import (
	"fmt"
	"strings"

	"mdl/compiler/diag"
	"mdl/compiler/jinja/value"
)

// mergeShape is what a configuration of merge must look like.
type mergeShape struct {
	key  string
	kind string // "str", "list" of texts, or "dict"
	// branched tells that merge_clauses says it too, so that both is a mistake.
	branched bool
}

// mergeShapes are dbt-duckdb's configurations of merge beside merge_clauses.
var mergeShapes = []mergeShape{
	{"merge_update_condition", "str", true},
	{"merge_insert_condition", "str", true},
	{"merge_on_using_columns", "list", false},
	{"merge_update_columns", "list", true},
	{"merge_update_set_expressions", "dict", true},
	{"merge_exclude_columns", "list", true},
	{"merge_returning_columns", "list", false},
}

// checkMerge refuses a configuration of merge that cannot mean anything, with
// all that is wrong with it. As in dbt-duckdb it matters once there is a table
// to merge into.
func (b *build) checkMerge() *diag.Diagnostic {
	var wrong, conflicting []string
	clauses, branched := b.node.Config.Get("merge_clauses")
	branched = branched && clauses != value.None
	for _, shape := range mergeShapes {
		v, ok := b.node.Config.Get(shape.key)
		if !ok || v == value.None {
			continue
		}
		wrong = append(wrong, shape.problems(v)...)
		if branched && shape.branched && value.Truth(v) {
			conflicting = append(conflicting, shape.key)
		}
	}
	if branched {
		wrong = append(wrong, clauseProblems(clauses)...)
	}
	if len(conflicting) > 0 {
		wrong = append(wrong, "merge_clauses say what a merge does, these basic merge configurations will be ignored: "+
			strings.Join(conflicting, ", ")+"; say it in merge_clauses, or remove these")
	}
	if len(wrong) == 0 {
		return nil
	}
	d := b.refuse(codeConfig, "", "the merge configuration of %s is wrong", b.node.Name)
	d.Detail = strings.Join(wrong, "\n")
	return d
}

// problems says what is wrong with a value.
func (s mergeShape) problems(v value.Value) []string {
	switch s.kind {
	case "str":
		if _, ok := v.(value.Str); !ok {
			return []string{fmt.Sprintf("%s must be a string, found: %s", s.key, value.ToStr(v))}
		}
	case "dict":
		if _, ok := v.(*value.Dict); !ok {
			return []string{fmt.Sprintf("%s must be a dictionary, found: %s", s.key, value.ToStr(v))}
		}
	case "list":
		items, ok := listItems(v)
		if !ok {
			return []string{s.key + " must be a list"}
		}
		var wrong []string
		for _, item := range items {
			if _, ok := item.(value.Str); !ok {
				wrong = append(wrong, fmt.Sprintf("%s must contain only string values, found: %s", s.key, value.ToStr(item)))
			}
		}
		return wrong
	}
	return nil
}

// clauseProblems says what is wrong with merge_clauses.
func clauseProblems(clauses value.Value) []string {
	d, ok := clauses.(*value.Dict)
	if !ok {
		return []string{"merge_clauses must be a dictionary, found: " + value.ToStr(clauses)}
	}
	var wrong []string
	sides := 0
	for _, side := range []string{"when_matched", "when_not_matched"} {
		v, ok := d.GetStr(side)
		if !ok {
			continue
		}
		sides++
		items, ok := listItems(v)
		if !ok {
			wrong = append(wrong, "merge_clauses."+side+" must be a list")
			continue
		}
		if len(items) == 0 {
			wrong = append(wrong, "merge_clauses."+side+" must contain at least one element")
		}
		for _, item := range items {
			if _, ok := item.(*value.Dict); !ok {
				wrong = append(wrong, "merge_clauses."+side+" elements must be dictionaries, found: "+value.ToStr(item))
			}
		}
	}
	if sides == 0 {
		wrong = append(wrong, "merge_clauses must contain at least one of 'when_matched' or 'when_not_matched'")
	}
	return wrong
}

// listItems are the elements of a list or tuple; not ok for anything else.
func listItems(v value.Value) ([]value.Value, bool) {
	switch v.TypeName() {
	case "list", "tuple":
		items, err := value.Items(v)
		return items, err == nil
	}
	return nil, false
}
