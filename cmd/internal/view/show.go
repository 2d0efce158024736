package view

import (
	"bytes"
	"encoding/json"
	"fmt"

	"mdl/adapters"
)

// Preview writes the rows of `show`; name is "" for an inline query.
func (v *View) Preview(name string, rows *adapters.Rows, asJSON bool) error {
	if asJSON || v.o.JSON {
		return v.asJSON(name, "show", records(rows))
	}
	return v.titled("Previewing", name, ":", Table(rows, 0))
}

// Compiled writes the SQL of `compile`; name is "" for an inline query.
func (v *View) Compiled(name, sql string, asJSON bool) error {
	if asJSON || v.o.JSON {
		return v.asJSON(name, "compiled", sql)
	}
	return v.titled("Compiled", name, " is:", sql)
}

func (v *View) titled(verb, name, colon, text string) error {
	if !v.o.Quiet {
		node := "inline node"
		if name != "" {
			node = fmt.Sprintf("node '%s'", name)
		}
		v.tell(line{name: "Preview", level: Info, msg: verb + " " + node + colon})
	}
	v.Data(text)
	return nil
}

func (v *View) asJSON(name, key string, x any) error {
	var o adapters.JSONObject
	if name != "" {
		o.Add("node", name)
	}
	o.Add(key, x)
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if !v.o.JSON {
		enc.SetIndent("", "  ")
	}
	if err := enc.Encode(o); err != nil {
		return err
	}
	v.Data(string(bytes.TrimRight(b.Bytes(), "\n")))
	return nil
}
