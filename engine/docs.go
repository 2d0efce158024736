package engine

import (
	"crypto/md5"
	"encoding/hex"
	"slices"
	"strconv"
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
	kind := b.target.Kind.String()
	if kind == "" {
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

// indexes makes the indexes that the node's configuration lists.
func (b *build) indexes() error {
	v, ok := b.node.Config.Get("indexes")
	if !ok || b.unpublished() {
		return nil
	}
	items, err := value.Items(v)
	if err != nil {
		return b.refuse(codeConfig, "write a list of mappings with columns and, if wanted, unique", "indexes of %s is not a list", b.node.Name)
	}
	for i, item := range items {
		index, ok := item.(*value.Dict)
		if !ok || len(dictStrings(index, "columns")) == 0 {
			return b.refuse(codeConfig, "write `columns: [name, ...]`", "an index of %s names no columns", b.node.Name)
		}
		unique := ""
		if u, ok := index.GetStr("unique"); ok && value.Truth(u) {
			unique = "unique "
		}
		columns := strings.Join(dictStrings(index, "columns"), ", ")
		if err := b.do("create ", unique, "index ", b.d.Quote(indexName(b.name(b.target), unique, columns, strconv.Itoa(i))), " on ", b.name(b.target), " (", columns, ")"); err != nil {
			return err
		}
	}
	return nil
}

// uniqueIndexes reports whether one of the node's indexes is unique.
func (b *build) uniqueIndexes() bool {
	v, ok := b.node.Config.Get("indexes")
	if !ok {
		return false
	}
	items, err := value.Items(v)
	return err == nil && slices.ContainsFunc(items, func(item value.Value) bool {
		index, ok := item.(*value.Dict)
		if !ok {
			return false
		}
		u, ok := index.GetStr("unique")
		return ok && value.Truth(u)
	})
}

// indexName is a name that no other index of the schema has.
func indexName(parts ...string) string {
	sum := md5.Sum([]byte(strings.Join(parts, "_")))
	return "mdl_" + hex.EncodeToString(sum[:])
}
