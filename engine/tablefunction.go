package engine

import (
	"strings"

	"mdl/adapters"
	"mdl/compiler/jinja/value"
)

// buildTableFunction makes the node a function that returns its rows, with the
// parameters of its configuration. Its query is bound when it is called.
func buildTableFunction(b *build) error {
	if !b.d.TableFunctions {
		return b.refuse(codeMaterialization, "materialize it as a view", "%s has no table functions: %s is one", b.d.Name, b.node.Name)
	}
	if b.exists {
		return b.refuse(codeRelation, "drop it, or give the model another alias", "%s is a %s, so %s cannot be a function of that name", b.name(b.old), b.old.Kind, b.node.Name)
	}
	b.target.Kind = adapters.Unknown // no relation
	s := b.header()
	s.add("create or replace function ", b.name(b.target), "(", b.parameters(), ") as table (").code(b.sql).add(")")
	return b.main(s)
}

// parameters are those of a table function: a text that may hold several, or a
// list.
func (b *build) parameters() string {
	v, _ := b.node.Config.Get("parameters")
	switch v := v.(type) {
	case nil:
		return ""
	case *value.List:
		return strings.Join(b.list("parameters"), ", ")
	default:
		if !value.Truth(v) {
			return ""
		}
		return value.ToStr(v)
	}
}
