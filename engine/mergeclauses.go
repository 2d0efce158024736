package engine

import (
	"strings"

	"mdl/compiler/jinja/value"
)

// mergeClauses renders the branches that the merge_clauses configuration
// spells out: lists under when_matched and when_not_matched, of which a missing
// one means the usual update or insert.
func (inc *increment) mergeClauses(clauses *value.Dict) (string, error) {
	var b strings.Builder
	for _, side := range []struct {
		key, words string
		usual      map[string]string
	}{
		{"when_matched", "when matched", map[string]string{"action": "update", "mode": "by_name"}},
		{"when_not_matched", "when not matched", map[string]string{"action": "insert", "mode": "by_name"}},
	} {
		branches, err := inc.branches(clauses, side.key, side.usual)
		if err != nil {
			return "", err
		}
		for _, branch := range branches {
			words := side.words
			if by := dictString(branch, "by"); by != "" {
				words += " by " + by
			}
			action, err := inc.mergeAction(branch)
			if err != nil {
				return "", err
			}
			b.WriteString("\n" + words + branchCondition(branch) + " then " + action)
		}
	}
	return b.String(), nil
}

// branches returns one side's list, or the usual branch where there is none.
func (inc *increment) branches(clauses *value.Dict, key string, usual map[string]string) ([]*value.Dict, error) {
	v, ok := clauses.GetStr(key)
	if !ok || v == value.None {
		d := value.NewDict()
		for name, text := range usual {
			d.SetStr(name, value.Str(text))
		}
		return []*value.Dict{d}, nil
	}
	items, err := value.Items(v)
	var list []*value.Dict
	for _, item := range items {
		if d, ok := item.(*value.Dict); ok {
			list = append(list, d)
		}
	}
	if err != nil || len(list) == 0 || len(list) != len(items) {
		return nil, inc.refuse(codeConfig, "write a list of mappings, each with an action", "merge_clauses.%s of %s is not a list of branches", key, inc.node.Name)
	}
	return list, nil
}

// branchCondition is a branch's condition, a text or a list that must all hold.
func branchCondition(branch *value.Dict) string {
	v, ok := branch.GetStr("condition")
	if !ok || !value.Truth(v) {
		return ""
	}
	if text, ok := v.(value.Str); ok {
		return " and " + string(text)
	}
	return " and (" + strings.Join(dictStrings(branch, "condition"), ") and (") + ")"
}

// mergeAction renders what a branch does.
func (inc *increment) mergeAction(branch *value.Dict) (string, error) {
	switch action, mode := dictString(branch, "action"), dictString(branch, "mode"); action {
	case "update":
		return inc.mergeUpdate(branch, mode)
	case "insert":
		return inc.mergeInsert(branch, mode)
	case "delete":
		return "delete", nil
	case "do_nothing":
		return "do nothing", nil
	case "error":
		if text := dictString(branch, "error_message"); text != "" {
			return "error " + inc.d.Literal(text), nil
		}
		return "error", nil
	default:
		return "", inc.refuse(codeConfig, "choose update, insert, delete, do_nothing or error", "action %q in merge_clauses of %s is not known", action, inc.node.Name)
	}
}

func (inc *increment) mergeUpdate(branch *value.Dict, mode string) (string, error) {
	switch mode {
	case "by_name":
		return "update by name", nil
	case "by_position":
		return "update by position", nil
	case "star":
		return "update set *", nil
	}
	set, err := expressions(subDict(branch, "set_expressions")), error(nil)
	if mode == "explicit" {
		u := subDict(branch, "update")
		set, err = inc.assignments(dictStrings(u, "include"), dictStrings(u, "exclude"), subDict(u, "set_expressions"))
	}
	if err == nil && len(set) == 0 {
		err = inc.refuse(codeConfig, "give it a mode, or set_expressions", "an update in merge_clauses of %s sets nothing", inc.node.Name)
	}
	return "update set\n  " + strings.Join(set, ",\n  "), err
}

func (inc *increment) mergeInsert(branch *value.Dict, mode string) (string, error) {
	switch mode {
	case "by_name":
		return "insert by name", nil
	case "by_position":
		return "insert by position", nil
	case "star":
		return "insert *", nil
	}
	into := subDict(branch, "insert")
	columns, values := dictStrings(into, "columns"), dictStrings(into, "values")
	if len(columns) == 0 || len(columns) != len(values) {
		return "", inc.refuse(codeConfig, "write insert: {columns: [...], values: [...]}, as many of each, or mode: by_name", "an insert in merge_clauses of %s has no columns and values", inc.node.Name)
	}
	return "insert (" + strings.Join(columns, ", ") + ")\n  values (" + strings.Join(values, ", ") + ")", nil
}

// subDict is a mapping inside a mapping; empty when there is none.
func subDict(d *value.Dict, key string) *value.Dict {
	v, _ := d.GetStr(key)
	sub, ok := v.(*value.Dict)
	if !ok {
		return value.NewDict()
	}
	return sub
}
