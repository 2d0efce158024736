package engine

import (
	"strings"

	"mdl/adapters"
	"mdl/compiler/jinja/value"
)

// comments writes the node's descriptions into the warehouse where its
// persist_docs configuration asks for it.
func (b *build) comments() error {
	persist := b.dict("persist_docs")
	if persist == nil {
		return nil
	}
	kind := b.target.Kind.Keyword()
	if b.target.Kind == adapters.Unknown {
		kind = "macro table" // a table function
	}
	if v, ok := persist.GetStr("relation"); ok && value.Truth(v) && b.node.Description != "" {
		if err := b.do("comment on ", kind, " ", b.name(b.target), " is ", b.d.Literal(b.node.Description)); err != nil {
			return err
		}
	}
	if v, ok := persist.GetStr("columns"); b.target.Kind == adapters.Unknown || !ok || !value.Truth(v) || len(b.node.Columns) == 0 {
		return nil
	}
	existing, err := b.s.conn.Columns(b.ctx, b.target)
	if err != nil {
		return err
	}
	var missing []string
	for _, c := range b.node.Columns {
		found, exists := findColumn(b.d, existing, c.Name)
		if !exists || c.Quote != nil && *c.Quote && found.Name != c.Name {
			missing = append(missing, c.Name)
			continue
		}
		if err := b.do("comment on column ", b.name(b.target), ".", b.d.Quote(found.Name), " is ", b.d.Literal(c.Description)); err != nil {
			return err
		}
	}
	if len(missing) > 0 {
		return b.warn(b.node, warnColumns, "correct the names in the properties file",
			"In relation %s: The following columns are specified in the schema but are not present in the database: %s", b.name(b.target), strings.Join(missing, ", "))
	}
	return nil
}
