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

// index is one that a node's configuration asks for.
type index struct {
	columns []string // as written: names or expressions
	unique  bool
	method  string // as btree; "" is the warehouse's own choice
}

// wantedIndexes reads the node's indexes.
func (b *build) wantedIndexes() ([]index, error) {
	v, ok := b.node.Config.Get("indexes")
	if !ok || value.IsNone(v) {
		return nil, nil
	}
	items, err := value.Items(v)
	if err != nil {
		return nil, b.refuse(codeConfig, "write a list of mappings with columns and, if wanted, unique and type", "indexes of %s is not a list", b.node.Name)
	}
	out := make([]index, len(items))
	for i, item := range items {
		d, ok := item.(*value.Dict)
		if !ok || len(dictStrings(d, "columns")) == 0 {
			return nil, b.refuse(codeConfig, "write `columns: [name, ...]`", "an index of %s names no columns", b.node.Name)
		}
		out[i].columns = dictStrings(d, "columns")
		if u, ok := d.GetStr("unique"); ok {
			out[i].unique = value.Truth(u)
		}
		if m, ok := d.GetStr("type"); ok && !value.IsNone(m) {
			out[i].method = value.ToStr(m)
		}
	}
	return out, nil
}

// indexes makes the indexes that the node's configuration lists, on a relation
// that is or will be the target.
func (b *build) indexes(on adapters.Relation) error {
	if b.unpublished() {
		return nil
	}
	wanted, err := b.wantedIndexes()
	if err != nil {
		return err
	}
	for i, x := range wanted {
		if err := b.createIndex(on, x, strconv.Itoa(i)); err != nil {
			return err
		}
	}
	return nil
}

// createIndex makes an index. Its name is the warehouse's only in its schema,
// where the one of the relation that is replaced may still be.
func (b *build) createIndex(on adapters.Relation, x index, part string) error {
	unique, using := "", ""
	if x.unique {
		unique = "unique "
	}
	if x.method != "" {
		using = " using " + x.method
	}
	columns := strings.Join(x.columns, ", ")
	name := indexName(b.name(b.target), unique, columns, part, strconv.FormatInt(b.started.UnixNano(), 36))
	return b.do("create ", unique, "index ", b.d.Quote(name), " on ", b.name(on), using, " (", columns, ")")
}

// uniqueIndexes reports whether one of the node's indexes is unique.
func (b *build) uniqueIndexes() bool {
	wanted, err := b.wantedIndexes()
	return err == nil && slices.ContainsFunc(wanted, func(x index) bool { return x.unique })
}

// indexName is a name that no other index of the schema has.
func indexName(parts ...string) string {
	sum := md5.Sum([]byte(strings.Join(parts, "_")))
	return "mdl_" + hex.EncodeToString(sum[:])
}
