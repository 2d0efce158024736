package compiler

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"time"

	"mdl/compiler/jinja/value"
)

// record is a dict whose entries are set once, in dbt's order.
type record struct{ *value.Dict }

func newRecord() record { return record{value.NewDictSize(40)} }

func (d record) set(key string, v value.Value) { d.SetStr(key, v) }

func (d record) text(key, s string) { d.SetStr(key, value.Str(s)) }

func (d record) none(key string) { d.SetStr(key, value.None) }

func (d record) texts(key string, list []string) { d.SetStr(key, textList(list)) }

// optional sets a text that is null when empty.
func (d record) optional(key, s string) {
	if s == "" {
		d.none(key)
	} else {
		d.text(key, s)
	}
}

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

func (d record) references(refs []Ref, sources [][2]string) {
	list := value.NewList()
	for _, r := range refs {
		ref := newRecord()
		ref.text("name", r.Name)
		ref.optional("package", r.Package)
		ref.set("version", versionValue(r.Version))
		list.Append(ref.Dict)
	}
	d.set("refs", list)
	pairs := value.NewList()
	for _, s := range sources {
		pairs.Append(textList(s[:]))
	}
	d.set("sources", pairs)
	d.set("metrics", value.NewList())
}

// compiled sets what is known of the compiled code; dbt leaves the keys out
// where nothing was compiled.
func (d record) compiled(n *Node, b Built) {
	d.optional("compiled_path", b.CompiledPath)
	if b.Compiled == nil {
		return
	}
	d.set("compiled", value.True)
	d.text("compiled_code", b.Compiled.SQL)
	d.set("extra_ctes_injected", value.True)
	ctes := value.NewList()
	for i, id := range b.Compiled.CTEs {
		cte := newRecord()
		cte.text("id", id)
		cte.none("sql")
		if i < len(b.CTESQL) {
			cte.text("sql", b.CTESQL[i])
		}
		ctes.Append(cte.Dict)
	}
	d.set("extra_ctes", ctes)
}

func (d record) model(n *Node, b Built) {
	d.optional("access", n.Access)
	d.set("constraints", constraintsList(n.Constraints, true))
	d.set("version", versionValue(n.Version))
	d.set("latest_version", versionValue(n.LatestVersion))
	d.optional("deprecation_date", isoDate(n.Deprecation))
	d.texts("primary_key", b.PrimaryKey)
	if n.TimeSpine != nil {
		d.set("time_spine", n.TimeSpine.Copy())
	} else {
		d.none("time_spine")
	}
}

// isoDate is a date of the properties as dbt writes it: in UTC when no zone is
// given, where dbt takes the machine's own. What is no date stays as it is.
func isoDate(text string) string {
	for _, layout := range []string{time.DateOnly, time.DateTime, "2006-01-02T15:04:05", "2006-01-02 15:04:05Z07:00", time.RFC3339, "2006-01-02 15:04:05 -07:00"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.Format("2006-01-02T15:04:05-07:00")
		}
	}
	return text
}

func (d record) genericTest(t *TestInfo) {
	d.optional("column_name", t.Column)
	d.optional("file_key_name", t.FileKeyName)
	d.optional("attached_node", t.AttachedNode)
	metadata := newRecord()
	metadata.text("name", t.Name)
	metadata.dict("kwargs", t.Kwargs)
	metadata.optional("namespace", t.Namespace)
	d.set("test_metadata", metadata.Dict)
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

// checksumDict says how a checksum was made; a seed too big to be read has its
// path for one.
func checksumDict(sum string) *value.Dict {
	d := newRecord()
	switch len(sum) {
	case 0:
		d.text("name", "none")
	case hex.EncodedLen(sha256.Size):
		d.text("name", "sha256")
	default:
		d.text("name", "path")
	}
	d.text("checksum", sum)
	return d.Dict
}

func docsDict(show bool, color string) *value.Dict {
	d := newRecord()
	d.set("show", value.Bool(show))
	d.optional("node_color", color)
	return d.Dict
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

func contractDict(n *Node) *value.Dict {
	d := newRecord()
	d.set("enforced", value.False)
	d.set("alias_types", value.True)
	if n.Config != nil {
		if v, ok := n.Config.Get("contract"); ok {
			if contract, ok := v.(*value.Dict); ok {
				d.Update(contract)
			}
		}
	}
	d.none("checksum")
	if enforced, _ := d.GetStr("enforced"); n.Kind == Model && value.Truth(enforced) {
		d.text("checksum", contractChecksum(n))
	}
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

func columnsDict(columns []Column) *value.Dict {
	d := value.NewDictSize(len(columns))
	for i := range columns {
		d.SetStr(columns[i].Name, columnDict(&columns[i]))
	}
	return d
}

func columnDict(c *Column) *value.Dict {
	d := newRecord()
	d.text("name", c.Name)
	d.text("description", c.Description)
	d.dict("meta", c.Meta)
	d.optional("data_type", c.DataType)
	d.set("constraints", constraintsList(c.Constraints, false))
	d.none("quote")
	if c.Quote != nil {
		d.set("quote", value.Bool(*c.Quote))
	}
	config := newRecord()
	config.dict("meta", c.Meta)
	config.texts("tags", c.Tags)
	if c.Config != nil {
		config.Update(c.Config)
	}
	d.set("config", config.Dict)
	d.texts("tags", c.Tags)
	d.none("granularity")
	d.texts("doc_blocks", c.DocBlocks)
	if c.Extra != nil {
		d.Update(c.Extra)
	}
	return d.Dict
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

func argumentsList(arguments *value.Dict) *value.List {
	list := value.NewList()
	if arguments == nil {
		return list
	}
	for name, v := range arguments.All() {
		d := newRecord()
		d.set("name", name)
		d.none("type")
		d.text("description", "")
		if argument, ok := v.(*value.Dict); ok {
			d.Update(argument)
		}
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
