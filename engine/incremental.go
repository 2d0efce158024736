package engine

import (
	"cmp"
	"errors"
	"strings"

	"mdl/adapters"
	"mdl/compiler/diag"
)

// buildIncremental adds the node's rows to the table that is there, or makes
// the table when there is none, when it is a view, or on full refresh.
func buildIncremental(b *build) error {
	strategy, wrong := b.strategy()
	if strategy.name == "microbatch" {
		if err := b.checkBatches(); err != nil {
			return err
		}
	}
	if !b.exists || b.old.Kind != adapters.Table || b.fullRefresh {
		if wrong != nil { // this time no strategy is needed
			b.warn(b.node, warnStrategy, wrong.Hint, "%s: the next run that adds to the table will fail", wrong.Summary)
		}
		return b.create(adapters.Table)
	}
	if wrong != nil {
		return wrong
	}
	b.target.Kind = adapters.Table
	if b.contracted() {
		if _, err := b.checkContract(); err != nil {
			return err
		}
	}
	inc := increment{build: b, keys: b.keys(), predicates: b.predicates()}
	if inc.onlyInserts(strategy) {
		return inc.insertQuery()
	}
	if inc.onlyMerges(strategy) {
		return inc.mergeQuery()
	}
	return inc.withTemp(inc.newRows, func(temp adapters.Relation) error {
		return inc.follow(strategy, temp)
	})
}

// follow brings the rows of a temporary table into the target.
func (inc *increment) follow(by strategy, temp adapters.Relation) (err error) {
	inc.temp = temp
	if inc.source, err = inc.s.conn.Columns(inc.ctx, temp); err != nil {
		return err
	}
	if inc.dest, err = inc.s.conn.Columns(inc.ctx, inc.target); err != nil {
		return err
	}
	if inc.dest, err = inc.followSchema(inc.source, inc.dest); err != nil {
		return err
	}
	return inc.s.rows(inc.ctx, func() error { return by.apply(inc) })
}

// ignoresSchema reports whether the new rows' columns need not be compared with
// the table's.
func (b *build) ignoresSchema() bool {
	mode := b.str("on_schema_change")
	return mode == "" || mode == "ignore"
}

// onlyInserts reports whether no new row needs to be looked at before it goes
// into the table.
func (inc *increment) onlyInserts(s strategy) bool {
	return inc.ignoresSchema() && (s.name == "append" || s.name == "delete+insert" && len(inc.keys) == 0)
}

// insertQuery inserts the query's rows without a table between.
func (inc *increment) insertQuery() error {
	dest, err := inc.s.conn.Columns(inc.ctx, inc.target)
	if err != nil {
		return err
	}
	inc.dest = dest
	columns := inc.quoted(dest)
	err = inc.main(inc.header().add("insert into ", inc.name(inc.target), " (", columns, ")\nselect ", columns, " from (").code(inc.sql).add(") as mdl_query"))
	if d, ok := errors.AsType[*diag.Diagnostic](err); ok && adapters.KindOf(d.Cause) == adapters.NotFound {
		// Asked only now: what can be described has its own columns.
		if source, unknown := inc.s.Describe(inc.ctx, inc.sql.SQL); unknown == nil {
			inc.source = source
			return cmp.Or(inc.checkSelected(), err)
		}
	}
	return err
}

// newRows fills a temporary table with the node's query.
func (b *build) newRows(temp adapters.Relation) *script {
	return b.header().add(b.createTemp(), b.name(temp), " as (").code(b.sql).add(")")
}

// increment is what a strategy works with.
type increment struct {
	*build
	temp         adapters.Relation // holds the new rows
	keys         []string          // unique_key, as written
	predicates   []string
	source, dest []adapters.Column // of temp; of the target, to be filled
}

// strategy is one way to bring new rows into a table.
type strategy struct {
	name  string
	apply func(*increment) error
}

var strategies = []strategy{
	{"append", appendRows},
	{"delete+insert", deleteInsert},
	{"merge", mergeRows},
	{"insert_overwrite", overwriteRows},
	{"microbatch", microbatchRows},
}

// strategy finds the configured strategy; without one it is delete+insert, as
// in dbt-duckdb, which without a unique_key only inserts.
func (b *build) strategy() (strategy, *diag.Diagnostic) {
	name := b.str("incremental_strategy")
	if name == "" || name == "default" {
		name = "delete+insert"
	}
	names := make([]string, len(strategies))
	for i, s := range strategies {
		if s.name == name {
			if name == "merge" {
				return s, b.checkMerge()
			}
			return s, nil
		}
		names[i] = s.name
	}
	hint := "choose one of " + strings.Join(names, ", ") + ", or write the macro get_incremental_" + strings.ReplaceAll(name, "+", "_") + "_sql"
	d := b.refuse(codeMaterialization, hint, "incremental strategy %q of %s is not one that mdl has", name, b.node.Name)
	if s := diag.DidYouMean(name, names); s != "" {
		d.Hint = s
	}
	return strategy{}, d
}

// predicates are the conditions that limit which rows of the target are looked at.
func (b *build) predicates() []string {
	if p := b.list("predicates"); len(p) > 0 {
		return p
	}
	return b.list("incremental_predicates")
}

func appendRows(inc *increment) error {
	if err := inc.checkSelected(); err != nil {
		return err
	}
	columns := inc.quoted(inc.dest)
	return inc.main(newScript("insert into ", inc.name(inc.target), " (", columns, ")\nselect ", columns, "\nfrom ", inc.name(inc.temp)))
}

// deleteInsert deletes the rows whose key comes again, then inserts all. A
// unique_key that is one text may be any expression; of a list each is a
// column. The alias is dbt-duckdb's, because predicates name it.
func deleteInsert(inc *increment) error {
	s := newScript()
	target, temp := inc.name(inc.target), inc.name(inc.temp)
	switch {
	case len(inc.keys) == 0:
		return appendRows(inc)
	case !inc.keyIsList():
		s.add("delete from ", target, "\nwhere (", inc.keys[0], ") in (select (", inc.keys[0], ") from ", temp, ")")
		for _, p := range inc.predicates {
			s.add("\n  and ", p)
		}
	default:
		var match []string
		for _, k := range inc.keys {
			match = append(match, temp+"."+k+" = DBT_INCREMENTAL_TARGET."+k)
		}
		match = append(match, inc.predicates...)
		s.add("delete from ", target, " as DBT_INCREMENTAL_TARGET\nusing ", temp, "\nwhere ", strings.Join(match, "\n  and "))
	}
	if _, err := inc.exec(s); err != nil {
		return err
	}
	return appendRows(inc)
}

// keys are the entries of unique_key; an empty text is none, as in dbt.
func (b *build) keys() []string {
	if b.str("unique_key") == "" {
		return nil
	}
	return b.list("unique_key")
}

// keyIsList reports whether unique_key was written as a list.
func (inc *increment) keyIsList() bool {
	v, _ := inc.node.Config.Get("unique_key")
	return v != nil && v.TypeName() != "str"
}

// quoted lists columns for SQL.
func (b *build) quoted(columns []adapters.Column) string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = b.d.Quote(c.Name)
	}
	return strings.Join(names, ", ")
}
