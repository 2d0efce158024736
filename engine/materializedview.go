package engine

import (
	"slices"
	"strings"

	"mdl/adapters"
)

// buildMaterializedView makes a view that keeps its rows. One that is there and
// means the same is refreshed; where only its indexes differ,
// on_configuration_change says what becomes of them: apply, continue or fail.
func buildMaterializedView(b *build) error {
	if b.d.MaterializedViews == nil {
		return b.refuse(codeMaterialization, "make it a table, or incremental so that a run adds to it what is new",
			"this warehouse has no materialized views, as which %s is to be built", b.node.Name)
	}
	if !b.exists || b.old.Kind != adapters.MaterializedView || b.fullRefresh {
		return b.create(adapters.MaterializedView)
	}
	b.target.Kind = adapters.MaterializedView
	same, err := b.sameView()
	if err != nil {
		return err
	}
	if !same {
		return b.create(adapters.MaterializedView)
	}
	changed, err := b.changedIndexes()
	if err != nil {
		return err
	}
	if !changed.none() {
		switch mode := b.str("on_configuration_change"); mode {
		case "apply", "":
			if err := b.follow(changed); err != nil {
				return err
			}
		case "continue":
			b.warn(b.node, warnIndexes, "run it with --full-refresh, or set on_configuration_change: apply",
				"the indexes of %s are not those of its configuration, and on_configuration_change is continue", b.node.Name)
			b.response = &Response{Message: "skip", RowsAffected: -1}
			return nil
		case "fail":
			return b.refuse(codeMaterialization, "run it with --full-refresh, or set on_configuration_change: apply",
				"the indexes of %s are not those of its configuration, and on_configuration_change is fail", b.node.Name)
		default:
			return b.refuse(codeConfig, "write apply, continue or fail", "on_configuration_change of %s cannot be %q", b.node.Name, mode)
		}
	}
	return b.main(newScript("refresh materialized view ", b.name(b.target)))
}

// sameView reports whether the view that is there means what the node's query
// means. The warehouse compares: both are written out by it, from an empty view
// of the query that is dropped again.
func (b *build) sameView() (bool, error) {
	shadow, err := b.freeShadow(adapters.MaterializedView)
	if err != nil {
		return false, err
	}
	s := b.header()
	s.add("create materialized view ", b.name(shadow), " as (").code(b.sql).add(") with no data")
	if _, err := b.exec(s); err != nil {
		return false, err
	}
	texts := make([]string, 2)
	for i, rel := range []adapters.Relation{b.old, shadow} {
		rows, err := b.s.conn.Query(b.ctx, b.d.MaterializedViews.Definition(b.d, rel))
		if err != nil {
			return false, err
		}
		if len(rows.Values) > 0 {
			texts[i], _ = rows.Values[0][0].(string)
		}
	}
	return texts[0] == texts[1], b.do(b.d.DropSQL(shadow))
}

// indexChanges are what must happen before a view has its configured indexes.
type indexChanges struct {
	drop   []string // names
	create []index
}

func (c indexChanges) none() bool { return len(c.drop) == 0 && len(c.create) == 0 }

// changedIndexes compares the indexes of the view that is there with those that
// its configuration lists.
func (b *build) changedIndexes() (indexChanges, error) {
	wanted, err := b.wantedIndexes()
	if err != nil {
		return indexChanges{}, err
	}
	rows, err := b.s.conn.Query(b.ctx, b.d.MaterializedViews.Indexes(b.d, b.old))
	if err != nil {
		return indexChanges{}, err
	}
	var out indexChanges
	for _, row := range rows.Values {
		var cells [4]string
		for i := range cells {
			cells[i], _ = row[i].(string)
		}
		at := slices.IndexFunc(wanted, func(x index) bool { return x.is(cells[1], cells[2] == "true", cells[3]) })
		if at < 0 {
			out.drop = append(out.drop, cells[0])
		} else {
			wanted = slices.Delete(wanted, at, at+1)
		}
	}
	out.create = wanted
	return out, nil
}

// is reports whether an index of the warehouse is the one that is wanted.
func (x index) is(method string, unique bool, columns string) bool {
	plain := func(s string) string {
		return strings.ToLower(strings.ReplaceAll(strings.ReplaceAll(s, " ", ""), `"`, ""))
	}
	return unique == x.unique && (x.method == "" && method == "btree" || strings.EqualFold(method, x.method)) &&
		plain(columns) == plain(strings.Join(x.columns, ","))
}

// follow makes the changes.
func (b *build) follow(changed indexChanges) error {
	for _, name := range changed.drop {
		if err := b.do("drop index ", b.name(b.target.WithName(name))); err != nil {
			return err
		}
	}
	for i, x := range changed.create {
		if err := b.createIndex(b.target, x, "again"+string(rune('0'+i%10))); err != nil {
			return err
		}
	}
	return nil
}
