package scope

import (
	"strings"

	"mdl/adapters"
	"mdl/compiler/jinja/value"
)

// adapterRelations are the methods about tables, views and their columns.
var adapterRelations = map[string]adapterMethod{
	"get_relation":                   {params("database", "schema", "identifier"), parseNone, getRelation},
	"already_exists":                 {params("schema", "name"), parseFalse, alreadyExists},
	"list_relations":                 {params("database", "schema"), parseList, listRelations},
	"list_relations_without_caching": {params("schema_relation"), parseList, listRelationsUncached},
	"drop_relation":                  {params("relation"), parseNone, dropRelation},
	"truncate_relation":              {params("relation"), parseNone, truncateRelation},
	"rename_relation":                {params("from_relation", "to_relation"), parseNone, renameRelation},
	"get_columns_in_relation":        {params("relation"), parseList, getColumns},
	"get_columns_in_table":           {params("schema", "identifier"), parseList, getColumnsInTable},
	"get_missing_columns":            {params("from_relation", "to_relation"), parseList, missingColumns},
	"expand_target_column_types":     {params("from_relation", "to_relation"), parseNone, expandColumns},
	"cache_added":                    {params("relation"), nil, cacheAdded},
	"cache_dropped":                  {params("relation"), nil, cacheDropped},
	"cache_renamed":                  {params("from_relation", "to_relation"), nil, cacheRenamed},
	"valid_snapshot_target":          {params("relation", "column_names?"), parseNone, validSnapshotTarget},
	"assert_valid_snapshot_target_given_strategy": {
		params("relation", "column_names", "strategy"), parseNone, validSnapshotStrategy},
}

// find looks a relation up in the cached catalog by the rules of
// Relation.matches; nil when there is none.
func (s *Scope) find(search path) (*Relation, error) {
	in := adapters.Namespace{Database: search[0].text, Schema: search[1].text}
	list, err := s.bind.Warehouse.Relations(s.ctx(), in)
	if err != nil {
		return nil, err
	}
	for i := range search {
		if search[i].set && !s.project.Target.Quoting.at(i) {
			search[i].text = strings.ToLower(search[i].text)
		}
	}
	var found []value.Value
	for _, r := range list {
		rel := s.project.RelationOf(r, AllParts)
		ok, err := rel.matches(search)
		if err != nil {
			return nil, err
		}
		if ok {
			found = append(found, rel)
		}
	}
	switch len(found) {
	case 0:
		return nil, nil
	case 1:
		return found[0].(*Relation), nil
	}
	return nil, errorf(Compilation, "get_relation found several relations: %s; give it a database and a schema",
		value.Repr(value.NewList(found...)))
}

// searchPath reads the arguments of a look-up; an empty text counts as a name.
func searchPath(got ...value.Value) (path, error) {
	var p path
	for i, v := range got {
		if u, ok := v.(*value.Undefined); ok {
			return p, u.Err()
		}
		if v != value.None {
			p[i] = part{value.ToStr(v), true}
		}
	}
	return p, nil
}

func orNone(r *Relation, err error) (value.Value, error) {
	if r == nil || err != nil {
		return value.None, err
	}
	return r, nil
}

func getRelation(s *Scope, _ value.Thread, got []value.Value) (value.Value, error) {
	search, err := searchPath(got...)
	if err != nil {
		return nil, err
	}
	return orNone(s.find(search))
}

func alreadyExists(s *Scope, _ value.Thread, got []value.Value) (value.Value, error) {
	search, err := searchPath(value.Str(s.project.Target.Database), got[0], got[1])
	if err != nil {
		return nil, err
	}
	r, err := s.find(search)
	return value.Bool(r != nil), err
}

func listRelations(s *Scope, _ value.Thread, got []value.Value) (value.Value, error) {
	list, err := s.bind.Warehouse.Relations(s.ctx(), adapters.Namespace{Database: textArg(got[0]), Schema: textArg(got[1])})
	return value.NewList(s.relationsOf(list)...), err
}

func listRelationsUncached(s *Scope, _ value.Thread, got []value.Value) (value.Value, error) {
	rel, err := relationArg("list_relations_without_caching", "schema_relation", got[0])
	if err != nil {
		return nil, err
	}
	list, err := s.bind.Warehouse.RelationsUncached(s.ctx(), rel.Adapter().Namespace())
	return value.NewList(s.relationsOf(list)...), err
}

func dropRelation(s *Scope, _ value.Thread, got []value.Value) (value.Value, error) {
	rel, err := relationArg("drop_relation", "relation", got[0])
	if err != nil {
		return nil, err
	}
	if rel.kind == "" {
		return nil, errorf(Compilation, "%s cannot be dropped: its type is not known", rel.Str())
	}
	return value.None, s.bind.Warehouse.Drop(s.ctx(), rel.Adapter())
}

func truncateRelation(s *Scope, _ value.Thread, got []value.Value) (value.Value, error) {
	rel, err := relationArg("truncate_relation", "relation", got[0])
	if err != nil {
		return nil, err
	}
	return value.None, s.bind.Warehouse.Truncate(s.ctx(), rel.Adapter())
}

// twoRelations reads the arguments from_relation and to_relation.
func twoRelations(method string, got []value.Value) (from, to *Relation, err error) {
	if from, err = relationArg(method, "from_relation", got[0]); err == nil {
		to, err = relationArg(method, "to_relation", got[1])
	}
	return from, to, err
}

func renameRelation(s *Scope, _ value.Thread, got []value.Value) (value.Value, error) {
	from, to, err := twoRelations("rename_relation", got)
	if err != nil {
		return nil, err
	}
	return value.None, s.bind.Warehouse.Rename(s.ctx(), from.Adapter(), to.Adapter())
}

func (s *Scope) columns(rel *Relation) ([]*Column, error) {
	cols, err := s.bind.Warehouse.Columns(s.ctx(), rel.Adapter())
	if err != nil {
		return nil, err
	}
	out := make([]*Column, len(cols))
	for i, c := range cols {
		out[i] = s.project.NewColumn(c)
	}
	return out, nil
}

func getColumns(s *Scope, _ value.Thread, got []value.Value) (value.Value, error) {
	rel, err := relationArg("get_columns_in_relation", "relation", got[0])
	if err != nil {
		return nil, err
	}
	cols, err := s.columns(rel)
	return columnList(cols), err
}

func getColumnsInTable(s *Scope, _ value.Thread, got []value.Value) (value.Value, error) {
	rel := adapters.Relation{Database: s.project.Target.Database, Schema: textArg(got[0]), Name: textArg(got[1])}
	cols, err := s.columns(s.project.RelationOf(rel, AllParts))
	return columnList(cols), err
}

func missingColumns(s *Scope, _ value.Thread, got []value.Value) (value.Value, error) {
	from, to, err := twoRelations("get_missing_columns", got)
	if err != nil {
		return nil, err
	}
	have, err := s.columns(to)
	if err != nil {
		return nil, err
	}
	want, err := s.columns(from)
	if err != nil {
		return nil, err
	}
	known := map[string]bool{}
	for _, c := range have {
		known[c.name] = true
	}
	var missing []*Column
	for _, c := range want {
		if !known[c.name] {
			missing = append(missing, c)
		}
	}
	return columnList(missing), nil
}

// expandColumns does nothing: no warehouse that mdl knows limits a text's
// length so that a new row could fail to fit.
func expandColumns(_ *Scope, _ value.Thread, got []value.Value) (value.Value, error) {
	_, _, err := twoRelations("expand_target_column_types", got)
	return value.None, err
}

func cacheAdded(s *Scope, _ value.Thread, got []value.Value) (value.Value, error) {
	return s.cached("cache_added", got[0], Warehouse.Added)
}

func cacheDropped(s *Scope, _ value.Thread, got []value.Value) (value.Value, error) {
	return s.cached("cache_dropped", got[0], Warehouse.Dropped)
}

func (s *Scope) cached(method string, v value.Value, tell func(Warehouse, adapters.Relation)) (value.Value, error) {
	rel, err := relationArg(method, "relation", v)
	if err != nil {
		return nil, err
	}
	if s.bind.Warehouse != nil {
		tell(s.bind.Warehouse, rel.Adapter())
	}
	return value.Str(""), nil
}

func cacheRenamed(s *Scope, _ value.Thread, got []value.Value) (value.Value, error) {
	from, to, err := twoRelations("cache_renamed", got)
	if err != nil {
		return nil, err
	}
	if s.bind.Warehouse != nil {
		s.bind.Warehouse.Renamed(from.Adapter(), to.Adapter())
	}
	return value.Str(""), nil
}

// snapshotColumns are the columns that every snapshot has, by dbt's names.
var snapshotColumns = []string{"dbt_scd_id", "dbt_valid_from", "dbt_valid_to"}

func validSnapshotTarget(s *Scope, _ value.Thread, got []value.Value) (value.Value, error) {
	return value.None, s.checkSnapshot("valid_snapshot_target", got[0], got[1], snapshotColumns)
}

func validSnapshotStrategy(s *Scope, _ value.Thread, got []value.Value) (value.Value, error) {
	want := snapshotColumns
	if attrText(got[2], "hard_deletes") == "new_record" {
		want = append([]string{"dbt_is_deleted"}, want...)
	}
	return value.None, s.checkSnapshot("assert_valid_snapshot_target_given_strategy", got[0], got[1], want)
}

// checkSnapshot fails unless a relation has the columns of a snapshot under the
// configured names.
func (s *Scope) checkSnapshot(method string, target, names value.Value, want []string) error {
	rel, err := relationArg(method, "relation", target)
	if err != nil {
		return err
	}
	cols, err := s.columns(rel)
	if err != nil {
		return err
	}
	have := map[string]bool{}
	for _, c := range cols {
		have[strings.ToLower(c.name)] = true
	}
	var missing []string
	for _, column := range want {
		if value.Truth(names) {
			column = attrText(names, column)
		}
		if column != "" && !have[strings.ToLower(column)] {
			missing = append(missing, column)
		}
	}
	if missing == nil {
		return nil
	}
	return errorf(Compilation, "Snapshot target is missing configured columns: %s; %s is no table of this snapshot", strings.Join(missing, ", "), rel.Str())
}
