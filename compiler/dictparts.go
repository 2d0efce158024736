package compiler

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"

	"mdl/compiler/jinja/value"
)

// record is a dict whose entries are set once, in dbt's order.
type record struct{ *value.Dict }

func newRecord() record { return record{value.NewDictSize(10)} }

func (d record) set(key string, v value.Value) { d.SetStr(key, v) }

func (d record) text(key, s string) { d.SetStr(key, value.Str(s)) }

func (d record) none(key string) { d.SetStr(key, value.None) }

func (d record) texts(key string, list []string) { d.SetStr(key, textList(list)) }

// dict sets a dict that is empty when it is not there.
func (d record) dict(key string, v *value.Dict) {
	if v == nil {
		v = value.NewDict()
	}
	d.SetStr(key, v)
}

func (d record) config(c *Config) {
	if c == nil {
		d.dict("config", nil)
		return
	}
	d.dict("config", c.Dict())
}

func (d record) identity(name string, kind Kind, pkg, path, origPath, id string) {
	d.text("name", name)
	d.text("resource_type", string(kind))
	d.text("package_name", pkg)
	d.text("path", path)
	d.text("original_file_path", origPath)
	d.text("unique_id", id)
}

func textList(list []string) *value.List {
	l := value.NewList()
	for _, s := range list {
		l.Append(value.Str(s))
	}
	return l
}

func orNone(v value.Value) value.Value {
	if v == nil {
		return value.None
	}
	return v
}

// withDefaults returns a dict that begins with the given keys, none where v has
// no such entry, followed by what else v holds.
func withDefaults(v value.Value, keys ...string) *value.Dict {
	from, _ := v.(*value.Dict)
	d := value.NewDict()
	for _, key := range keys {
		d.SetStr(key, value.None)
	}
	if from != nil {
		d.Update(from)
	}
	return d
}

func macrosDict(macros []string) *value.Dict {
	d := newRecord()
	d.texts("macros", macros)
	return d.Dict
}

func dependsDict(macros, nodes []string) *value.Dict {
	d := record{macrosDict(macros)}
	d.texts("nodes", nodes)
	return d.Dict
}

// versionValue is a version as YAML means it: a number where it reads as one.
func versionValue(v string) value.Value {
	if v == "" {
		return value.None
	}
	if i, err := strconv.ParseInt(v, 10, 64); err == nil {
		return value.Int(i)
	}
	if f, err := strconv.ParseFloat(v, 64); err == nil {
		return value.Float(f)
	}
	return value.Str(v)
}

// constraintsList completes constraints with dbt's defaults; those of a whole
// model also have columns.
func constraintsList(constraints []*value.Dict, model bool) *value.List {
	list := value.NewList()
	for _, c := range constraints {
		d := newRecord()
		d.none("type")
		d.none("name")
		d.none("expression")
		d.set("warn_unenforced", value.True)
		d.set("warn_unsupported", value.True)
		d.none("to")
		d.set("to_columns", value.NewList())
		if model {
			d.set("columns", value.NewList())
		}
		d.Update(c)
		list.Append(d.Dict)
	}
	return list
}

// contractChecksum is the checksum by which dbt sees that a contract changed:
// of the columns by name, and of the constraints where the materialization
// enforces them, each as Python prints dbt's classes.
func contractChecksum(n *Node) string {
	var state strings.Builder
	columns := slices.SortedStableFunc(slices.Values(n.Columns), func(a, b Column) int { return cmp.Compare(a.Name, b.Name) })
	for _, c := range columns {
		dataType := "None"
		if c.DataType != "" {
			dataType = c.DataType
		}
		state.WriteString("|" + c.Name + dataType)
		writeConstraints(&state, "ColumnLevelConstraint", constraintsList(c.Constraints, false))
	}
	if m := n.Materialized(); m == "table" || m == "incremental" {
		state.WriteString(m)
		writeConstraints(&state, "ModelLevelConstraint", constraintsList(n.Constraints, true))
	}
	sum := sha256.Sum256([]byte(state.String()))
	return hex.EncodeToString(sum[:])
}

// writeConstraints writes constraints as Python's repr of a list of dbt's
// dataclasses.
func writeConstraints(w *strings.Builder, class string, constraints *value.List) {
	w.WriteString("[")
	for i, item := range constraints.Items() {
		if i > 0 {
			w.WriteString(", ")
		}
		writeDataclass(w, class, item)
	}
	w.WriteString("]")
}
