package compiler

import (
	"crypto/sha256"
	"encoding/hex"
	"time"

	"mdl/compiler/jinja/value"
)

func createdAt(f Fields) { f.Late(CreatedAt, value.Float(0)) }

// checksumFields says how a checksum was made; a seed too big to be read has
// its path for one.
func checksumFields(f Fields, sum string) {
	f.Object("checksum")
	switch len(sum) {
	case 0:
		f.Text("name", "none")
	case hex.EncodedLen(sha256.Size):
		f.Text("name", "sha256")
	default:
		f.Text("name", "path")
	}
	f.Text("checksum", sum)
	f.End()
}

func docsFields(f Fields, show bool, color string) {
	f.Object("docs")
	f.Set("show", value.Bool(show))
	optional(f, "node_color", color)
	f.End()
}

func columnsFields(f Fields, columns []Column) {
	f.Object("columns")
	for i := range columns {
		f.Object(columns[i].Name)
		columnFields(f, &columns[i])
		f.End()
	}
	f.End()
}

func columnFields(f Fields, c *Column) {
	f.Text("name", c.Name)
	f.Text("description", c.Description)
	dictOrEmpty(f, "meta", c.Meta)
	optional(f, "data_type", c.DataType)
	constraintsFields(f, c.Constraints, false)
	if c.Quote != nil {
		f.Set("quote", value.Bool(*c.Quote))
	} else {
		f.Set("quote", value.None)
	}
	if c.Config == nil || c.Config.Len() == 0 {
		f.Object("config")
		dictOrEmpty(f, "meta", c.Meta)
		f.Texts("tags", c.Tags)
		f.End()
	} else {
		config := newRecord()
		config.dict("meta", c.Meta)
		config.texts("tags", c.Tags)
		config.Update(c.Config)
		f.Set("config", config.Dict)
	}
	f.Texts("tags", c.Tags)
	optional(f, "granularity", c.Granularity)
	f.Texts("doc_blocks", c.DocBlocks)
	if c.Extra != nil {
		for key, v := range c.Extra.All() {
			f.Set(value.ToStr(key), v)
		}
	}
}

func constraintsFields(f Fields, constraints []*value.Dict, model bool) {
	if len(constraints) == 0 {
		f.Texts("constraints", nil)
		return
	}
	f.Set("constraints", constraintsList(constraints, model))
}

// compiledFields tells what is known of the compiled code; dbt leaves the keys
// out where nothing was compiled.
func compiledFields(f Fields, b Built) {
	optional(f, "compiled_path", b.CompiledPath)
	if b.Compiled == nil {
		return
	}
	f.Set("compiled", value.True)
	f.Text("compiled_code", b.Compiled.SQL)
	f.Set("extra_ctes_injected", value.True)
	f.List("extra_ctes")
	for i, id := range b.Compiled.CTEs {
		f.Element()
		f.Text("id", id)
		if i < len(b.CTESQL) {
			f.Text("sql", b.CTESQL[i])
		} else {
			f.Set("sql", value.None)
		}
		f.End()
	}
	f.End()
}

func contractFields(f Fields, n *Node) {
	var enforced, aliasTypes value.Value = value.False, value.True
	if n.Config != nil {
		if v, ok := n.Config.Get("contract"); ok {
			if contract, ok := v.(*value.Dict); ok {
				enforced = valueOr(contract, "enforced", enforced)
				aliasTypes = valueOr(contract, "alias_types", aliasTypes)
			}
		}
	}
	f.Object("contract")
	f.Set("enforced", enforced)
	f.Set("alias_types", aliasTypes)
	if n.Kind == Model && value.Truth(enforced) {
		f.Text("checksum", contractChecksum(n))
	} else {
		f.Set("checksum", value.None)
	}
	f.End()
}

// valueOr is an entry of a dict, or otherwise where there is none.
func valueOr(d *value.Dict, key string, otherwise value.Value) value.Value {
	if v, ok := d.GetStr(key); ok {
		return v
	}
	return otherwise
}

func modelFields(f Fields, n *Node) {
	optional(f, "access", n.Access)
	constraintsFields(f, n.Constraints, true)
	f.Set("version", versionValue(n.Version))
	f.Set("latest_version", versionValue(n.LatestVersion))
	optional(f, "deprecation_date", isoDate(n.Deprecation))
	f.Late(PrimaryKey, value.NewList())
	if n.TimeSpine != nil {
		f.Set("time_spine", n.TimeSpine.Copy())
	} else {
		f.Set("time_spine", value.None)
	}
}

// isoDate is a date of the properties as dbt writes it: in UTC when no zone is
// given, where dbt takes the machine's own. What is no date stays as it is.
func isoDate(text string) string {
	if t, ok := parseDate(text); ok {
		return t.Format("2006-01-02T15:04:05-07:00")
	}
	return text
}

// parseDate reads a date or a time of the properties.
func parseDate(text string) (time.Time, bool) {
	if text == "" {
		return time.Time{}, false
	}
	for _, layout := range []string{time.DateOnly, time.DateTime, "2006-01-02T15:04:05", "2006-01-02 15:04:05Z07:00", time.RFC3339, "2006-01-02 15:04:05 -07:00"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

func genericTestFields(f Fields, t *TestInfo) {
	optional(f, "column_name", t.Column)
	optional(f, "file_key_name", t.FileKeyName)
	optional(f, "attached_node", t.AttachedNode)
	f.Object("test_metadata")
	f.Text("name", t.Name)
	dictOrEmpty(f, "kwargs", t.Kwargs)
	optional(f, "namespace", t.Namespace)
	f.End()
}

// argumentsFields completes the arguments of a macro, by name, with dbt's
// defaults.
func argumentsFields(f Fields, arguments *value.Dict) {
	list := value.NewList()
	if arguments != nil {
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
	}
	f.Set("arguments", list)
}
