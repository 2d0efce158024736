package compiler

import (
	"mdl/compiler/jinja/value"
	"mdl/compiler/scope"
)

// ModelDict returns a node as the name model shows it to templates: like
// NodeDict, but without the entries that have no value, and with the types of
// columns in the warehouse's own words (dbt/context/providers.py, ctx_model).
// Templates can change what they get.
func ModelDict(n *Node) *value.Dict {
	d := sparseDictFrom(UnbuiltFields, n)
	if n.Config != nil {
		d.SetStr("config", sparseConfig(n.Config.Dict()))
	}
	for _, entry := range []string{"meta", "unrendered_config"} {
		if v, ok := d.GetStr(entry); ok {
			d.SetStr(entry, scope.CopyOf(v))
		}
	}
	columns, _ := d.GetStr("columns")
	if dict, ok := columns.(*value.Dict); ok && aliasTypes(d) {
		for _, column := range dict.All() {
			translateColumn(column)
		}
	}
	return d
}

// MacroModelDict returns a macro as the name model of run-operation.
func MacroModelDict(m *MacroDef) *value.Dict { return sparseDictFrom(MacroFields, m) }

func aliasTypes(d *value.Dict) bool {
	contract, _ := d.GetStr("contract")
	dict, ok := contract.(*value.Dict)
	if !ok {
		return false
	}
	on, _ := dict.GetStr("alias_types")
	return on == value.True
}

func translateColumn(column value.Value) {
	dict, ok := column.(*value.Dict)
	if !ok {
		return
	}
	if dtype, ok := dict.GetStr("data_type"); ok {
		dict.SetStr("data_type", value.Str(scope.TranslateType(value.ToStr(dtype))))
	}
}

// sparseConfig is a copy of a configuration without the entries that are not
// set, also in those of its parts that dbt knows.
func sparseConfig(config *value.Dict) *value.Dict {
	d := value.NewDictSize(config.Len())
	for key, v := range config.All() {
		name := value.ToStr(key)
		switch {
		case v == value.None:
			continue
		case name == "docs":
			v = withoutNones(v)
		case name == "pre-hook" || name == "post-hook":
			v = hooksWithoutNones(v)
		default:
			v = scope.CopyOf(v)
		}
		d.SetStr(name, v)
	}
	return d
}

func hooksWithoutNones(v value.Value) value.Value {
	items, err := value.Items(v)
	if err != nil {
		return v
	}
	list := value.NewList()
	for _, item := range items {
		list.Append(withoutNones(item))
	}
	return list
}

func withoutNones(v value.Value) value.Value {
	dict, ok := v.(*value.Dict)
	if !ok {
		return v
	}
	d := value.NewDictSize(dict.Len())
	for key, v := range dict.All() {
		if v != value.None {
			d.SetStr(value.ToStr(key), v)
		}
	}
	return d
}
