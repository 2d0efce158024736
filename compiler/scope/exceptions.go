package scope

import (
	"maps"
	"slices"
	"strings"

	"mdl/compiler/jinja/value"
)

// exceptions is the name exceptions: functions that end a render with an error,
// or warn.
type exceptions struct{ scope *Scope }

// TypeName implements value.Value.
func (*exceptions) TypeName() string { return "dict" }

// Attr implements value.Object.
func (x *exceptions) Attr(name string) (value.Value, bool) {
	fn, ok := exceptionTable[name]
	if !ok {
		return value.MappingMethod(x, name)
	}
	return &value.Func{Name: name, Fn: func(t value.Thread, a value.Args) (value.Value, error) {
		got, err := a.Bind(name, fn.params...)
		if err != nil {
			return nil, err
		}
		return fn.run(x.scope, t, got)
	}}, true
}

// Item implements value.Indexer.
func (x *exceptions) Item(key value.Value) (value.Value, bool, error) {
	name, ok := key.(value.Str)
	if !ok {
		return nil, false, nil
	}
	if _, ok := exceptionTable[string(name)]; !ok {
		return nil, false, nil
	}
	v, ok := x.Attr(string(name))
	return v, ok, nil
}

// MappingKeys implements value.Mapping.
func (x *exceptions) MappingKeys() []value.Value {
	var keys []value.Value
	for _, name := range slices.Sorted(maps.Keys(exceptionTable)) {
		keys = append(keys, value.Str(name))
	}
	return keys
}

// exception is one function of exceptions.
type exception struct {
	params []value.Param
	run    func(s *Scope, t value.Thread, got []value.Value) (value.Value, error)
}

func params(names ...string) []value.Param {
	out := make([]value.Param, len(names))
	for i, n := range names {
		if name, optional := strings.CutSuffix(n, "?"); optional {
			out[i] = value.Optional(name, value.None)
		} else {
			out[i] = value.Required(n)
		}
	}
	return out
}

// raise makes an exception of a message.
func raise(kind ErrorKind, message func(got []value.Value) string, names ...string) exception {
	return exception{params(names...), func(s *Scope, _ value.Thread, got []value.Value) (value.Value, error) {
		return nil, &Error{Kind: kind, Msg: s.env.mask(message(got))}
	}}
}

// given is the message that the template gives.
func given(got []value.Value) string { return value.ToStr(got[0]) }

// exceptionTable are the functions of exceptions by name.
var exceptionTable = map[string]exception{
	"raise_compiler_error":     raise(Compilation, given, "msg", "node?"),
	"raise_database_error":     raise(Database, given, "msg", "node?"),
	"raise_dependency_error":   raise(Dependency, given, "msg"),
	"raise_not_implemented":    raise(NotImplemented, given, "msg"),
	"raise_fail_fast_error":    raise(FailFast, given, "msg", "node?"),
	"raise_cache_inconsistent": raise(Internal, given, "message"),
	"raise_dataclass_not_dict": raise(Compilation, func(got []value.Value) string {
		return value.ToStr(got[0]) + " is no dict and cannot be used as one"
	}, "obj"),
	"missing_config": raise(Compilation, func(got []value.Value) string {
		return attrText(got[0], "unique_id") + " needs the configuration '" + value.ToStr(got[1]) + "'"
	}, "model", "name"),
	"missing_relation": raise(Compilation, func(got []value.Value) string {
		return "relation " + value.ToStr(got[0]) + " does not exist"
	}, "relation", "model?"),
	"missing_materialization": raise(Compilation, func(got []value.Value) string {
		return "there is no materialization '" + configText(got[0], "materialized") + "' for " + value.ToStr(got[1])
	}, "model", "adapter_type"),
	"relation_wrong_type": raise(Compilation, func(got []value.Value) string {
		return value.ToStr(got[0]) + " is a " + attrText(got[0], "type") + " and cannot become a " + value.ToStr(got[1]) +
			": drop it, or run with --full-refresh"
	}, "relation", "expected_type", "model?"),
	"column_type_missing": raise(Compilation, func(got []value.Value) string {
		return "a model with a contract must give every column a data_type; without one: " + value.ToStr(got[0])
	}, "column_names"),
	"raise_contract_error": {params("yaml_columns", "sql_columns"), contractError},
	"raise_ambiguous_alias": raise(Compilation, func(got []value.Value) string {
		return attrText(got[0], "unique_id") + " and " + attrText(got[1], "unique_id") + " would be the same relation"
	}, "node_1", "node_2", "duped_name?"),
	"raise_ambiguous_catalog_match": raise(Compilation, func(got []value.Value) string {
		return "two relations in the warehouse could be " + value.ToStr(got[0]) + ": drop or rename one of them"
	}, "unique_id", "match_1", "match_2"),
	"raise_dep_not_found": raise(Compilation, func(got []value.Value) string {
		return value.ToStr(got[1]) + " needs the package '" + value.ToStr(got[2]) + "', which is not installed: run deps"
	}, "node", "node_description", "required_pkg"),
	"raise_duplicate_patch_name": raise(Compilation, func(got []value.Value) string {
		return attrText(got[0], "name") + " is described twice: also in " + value.ToStr(got[1])
	}, "patch_1", "existing_patch_path"),
	"raise_duplicate_resource_name": raise(Compilation, func(got []value.Value) string {
		return "two resources have the name " + attrText(got[0], "name")
	}, "node_1", "node_2"),
	"raise_invalid_property_yml_version": raise(Compilation, func(got []value.Value) string {
		return value.ToStr(got[0]) + " is not valid: " + value.ToStr(got[1])
	}, "path", "issue"),
	"warn": {params("msg", "node?"), func(s *Scope, t value.Thread, got []value.Value) (value.Value, error) {
		return value.Str(""), s.warn("JinjaLogWarning", value.ToStr(got[0]), t.Site())
	}},
	"warn_snapshot_timestamp_data_types": {params("snapshot_time_data_type", "updated_at_data_type"),
		func(s *Scope, t value.Thread, got []value.Value) (value.Value, error) {
			return value.None, s.warn("SnapshotTimestampWarning", "the snapshot's times are of type "+value.ToStr(got[0])+
				" and its updated_at is of type "+value.ToStr(got[1])+": comparing them may give wrong validity", t.Site())
		}},
}

func attrText(v value.Value, name string) string {
	x, err := value.GetAttr(v, name)
	if err != nil {
		return ""
	}
	return value.ToStr(x)
}

func configText(model value.Value, name string) string {
	config, err := value.GetAttr(model, "config")
	if err != nil {
		return ""
	}
	return attrText(config, name)
}

// contractError compares the columns that a contract promises with those of the
// model's SQL.
func contractError(_ *Scope, _ value.Thread, got []value.Value) (value.Value, error) {
	want, err := contractColumns(got[0])
	if err != nil {
		return nil, err
	}
	have, err := contractColumns(got[1])
	if err != nil {
		return nil, err
	}
	var rows [][]string
	for _, c := range have {
		switch typ, found := c.in(want); {
		case !found:
			rows = append(rows, []string{c.name, c.typ, "", "missing in contract"})
		case typ != c.typ:
			rows = append(rows, []string{c.name, c.typ, typ, "data type mismatch"})
		}
	}
	for _, c := range want {
		if _, found := c.in(have); !found {
			rows = append(rows, []string{c.name, "", c.typ, "missing in definition"})
		}
	}
	msg := "the model's columns are not those of its contract"
	if len(rows) > 0 {
		msg += "\n\n" + markdown([]string{"column_name", "definition_type", "contract_type", "mismatch_reason"}, rows,
			func(int) bool { return true })
	}
	return nil, &Error{Kind: Compilation, Msg: msg}
}

type contractColumn struct{ name, typ string }

func (c contractColumn) in(list []contractColumn) (typ string, found bool) {
	for _, o := range list {
		if o.name == c.name {
			return o.typ, true
		}
	}
	return "", false
}

func contractColumns(v value.Value) ([]contractColumn, error) {
	items, err := value.Items(v)
	if err != nil {
		return nil, err
	}
	cols := make([]contractColumn, len(items))
	for i, item := range items {
		cols[i] = contractColumn{attrText(item, "name"), attrText(item, "data_type")}
	}
	return cols, nil
}
