package scope

import (
	"mdl/compiler/jinja/value"
)

// adapterQueries are the methods that run SQL.
var adapterQueries = map[string]adapterMethod{
	"execute": {[]value.Param{value.Required("sql"), value.Optional("auto_begin", value.False),
		value.Optional("fetch", value.False), value.Optional("limit", value.None)}, parseTable, execute},
	"add_query": {[]value.Param{value.Required("sql"), value.Optional("auto_begin", value.True),
		value.Optional("bindings", value.None), value.Optional("abridge_sql_log", value.False)}, parseQuery, addQuery},
	"get_column_schema_from_query":  {params("sql"), parseList, columnsOfQuery},
	"get_partitions_metadata":       {params("table"), parseTable, partitions},
	"commit":                        {nil, parseNone, commit},
	"ensure_transaction":            {nil, parseNone, ensureTransaction},
	"location_exists":               {params("location"), parseFalse, locationExists},
	"existing_key_constraint_types": {params("relation"), parseList, keyConstraints},
	"catalog_supports_foreign_keys": {params("database"), parseFalse, supportsForeignKeys},
}

// execute is adapter.execute: a tuple of the response and the table.
func execute(s *Scope, t value.Thread, got []value.Value) (value.Value, error) {
	sql := value.ToStr(got[0])
	if !value.Truth(got[2]) {
		out, err := s.bind.Warehouse.Exec(s.ctx(), sql, value.Truth(got[1]))
		if err != nil {
			return nil, err
		}
		return value.NewTuple(NewResponse(out), EmptyTable()), nil
	}
	limit := 0
	if n, ok := got[3].(value.Int); ok {
		limit = int(n)
	}
	rows, err := s.bind.Warehouse.Query(s.ctx(), sql, limit)
	if err != nil {
		return nil, err
	}
	table := NewTable(rows)
	site := t.Site()
	table.print = func(text string) { s.say(Print, text, site) }
	return value.NewTuple(NewResponse(rows.Outcome), table), nil
}

func addQuery(s *Scope, _ value.Thread, got []value.Value) (value.Value, error) {
	sql := value.ToStr(got[0])
	if got[2] != value.None {
		values, err := value.Items(got[2])
		if err != nil {
			return nil, err
		}
		if sql, err = bindValues(s.bind.Warehouse.Dialect(), sql, values); err != nil {
			return nil, err
		}
	}
	_, err := s.bind.Warehouse.Exec(s.ctx(), sql, value.Truth(got[1]))
	return value.NewTuple(value.None, value.None), err
}

func columnsOfQuery(s *Scope, _ value.Thread, got []value.Value) (value.Value, error) {
	cols, err := s.bind.Warehouse.Describe(s.ctx(), value.ToStr(got[0]))
	if err != nil {
		return nil, err
	}
	var out []*Column
	for _, c := range cols {
		out = append(out, s.project.NewColumn(c).flatten()...)
	}
	return columnList(out), nil
}

func partitions(*Scope, value.Thread, []value.Value) (value.Value, error) {
	return nil, errorf(NotImplemented, "get_partitions_metadata is for BigQuery")
}

func commit(s *Scope, _ value.Thread, _ []value.Value) (value.Value, error) {
	if s.bind.Warehouse == nil {
		return value.None, nil
	}
	return value.None, s.bind.Warehouse.Commit(s.ctx())
}

func ensureTransaction(s *Scope, _ value.Thread, _ []value.Value) (value.Value, error) {
	_, err := s.bind.Warehouse.Exec(s.ctx(), "", true)
	return value.None, err
}

func locationExists(s *Scope, _ value.Thread, got []value.Value) (value.Value, error) {
	from := s.bind.Warehouse.Dialect().Literal(value.ToStr(got[0]))
	_, err := s.bind.Warehouse.Query(s.ctx(), "select 1 from "+from+" where false", 0)
	return value.Bool(err == nil), s.ctx().Err()
}

// keyConstraints names the kinds of keys that a table has.
func keyConstraints(s *Scope, _ value.Thread, got []value.Value) (value.Value, error) {
	rel, err := relationArg("existing_key_constraint_types", "relation", got[0])
	if err != nil {
		return nil, err
	}
	lit := s.bind.Warehouse.Dialect().Literal
	rows, err := s.bind.Warehouse.Query(s.ctx(), "select distinct lower(replace(constraint_type, ' ', '_')) as kind"+
		" from duckdb_constraints() where lower(database_name) = lower("+lit(rel.path[0].text)+
		") and lower(schema_name) = lower("+lit(rel.path[1].text)+") and lower(table_name) = lower("+lit(rel.path[2].text)+
		") and constraint_type in ('PRIMARY KEY', 'UNIQUE', 'FOREIGN KEY') order by kind", 0)
	if err != nil {
		return nil, err
	}
	out := value.NewList()
	for _, row := range rows.Values {
		out.Append(value.FromGo(row[0]))
	}
	return out, nil
}

func supportsForeignKeys(s *Scope, _ value.Thread, got []value.Value) (value.Value, error) {
	rows, err := s.bind.Warehouse.Query(s.ctx(), "select 1 from duckdb_databases() where type in ('duckdb', 'motherduck')"+
		" and lower(database_name) = lower("+s.bind.Warehouse.Dialect().Literal(value.ToStr(got[0]))+")", 0)
	if err != nil {
		return nil, err
	}
	return value.Bool(len(rows.Values) > 0), nil
}
