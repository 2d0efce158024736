package duckdb

import (
	"context"
	"strings"

	"mdl/adapters"
)

// Document describes the tables and views of some schemas, with one query.
func (c *conn) Document(ctx context.Context, in ...adapters.Namespace) ([]adapters.RelationInfo, error) {
	if len(in) == 0 {
		return nil, nil
	}
	d := c.adapter.dialect
	wanted := make([]string, len(in))
	for i, n := range in {
		wanted[i] = "(" + nameOr(d, n.Database, "current_database()") + ", " + nameOr(d, n.Schema, "current_schema()") + ")"
	}
	rows, err := c.Query(ctx, "select r.database_name, r.schema_name, r.name, r.is_view, r.comment,"+
		" c.column_name, c.data_type, c.column_index, c.comment"+
		" from (select database_name, schema_name, table_name as name, table_oid as oid, false as is_view, comment from duckdb_tables()"+
		" union all select database_name, schema_name, view_name, view_oid, true, comment from duckdb_views()) as r"+
		" join duckdb_columns() as c on c.database_name = r.database_name and c.schema_name = r.schema_name"+
		" and c.table_name = r.name and c.table_oid = r.oid"+
		" where (lower(r.database_name), lower(r.schema_name)) in ("+strings.Join(wanted, ", ")+")"+
		" order by r.database_name, r.schema_name, r.name, r.oid, c.column_index")
	if err != nil {
		return nil, err
	}
	var list []adapters.RelationInfo
	for _, row := range rows.Values {
		rel := adapters.Relation{Database: text(row[0]), Schema: text(row[1]), Name: text(row[2]), Kind: adapters.Table}
		if row[3] == true {
			rel.Kind = adapters.View
		}
		if len(list) == 0 || list[len(list)-1].Relation != rel {
			list = append(list, adapters.RelationInfo{Relation: rel, Comment: text(row[4])})
		}
		of := &list[len(list)-1]
		index, _ := row[7].(int64)
		of.Columns = append(of.Columns, adapters.ColumnInfo{
			Column: adapters.Column{Name: text(row[5]), Type: text(row[6])}, Index: int(index), Comment: text(row[8]),
		})
	}
	return list, nil
}
