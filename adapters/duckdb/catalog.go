package duckdb

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"mdl/adapters"
)

// Schemas lists the schemas of a database.
func (c *conn) Schemas(ctx context.Context, database string) ([]string, error) {
	d := c.adapter.dialect
	rows, err := c.Query(ctx, "select database_name, schema_name from duckdb_schemas()"+
		" where lower(database_name) = lower("+d.Literal(database)+") order by schema_name")
	if err != nil {
		return nil, err
	}
	var out []string
	for _, row := range rows.Values {
		if d.SameName(text(row[0]), database) {
			out = append(out, text(row[1]))
		}
	}
	return out, nil
}

// CreateSchema makes a schema unless it exists.
func (c *conn) CreateSchema(ctx context.Context, in adapters.Namespace) error {
	_, err := c.Exec(ctx, "create schema if not exists "+c.adapter.dialect.RenderNamespace(in))
	return err
}

// DropSchema drops a schema and what is in it.
func (c *conn) DropSchema(ctx context.Context, in adapters.Namespace) error {
	_, err := c.Exec(ctx, "drop schema if exists "+c.adapter.dialect.RenderNamespace(in)+" cascade")
	return err
}

// Relations lists the tables and views of some schemas with one query. An empty
// database or schema means the session's own.
func (c *conn) Relations(ctx context.Context, in ...adapters.Namespace) ([]adapters.Relation, error) {
	if len(in) == 0 {
		return nil, nil
	}
	d := c.adapter.dialect
	wanted := make([]string, len(in))
	for i, n := range in {
		wanted[i] = "(" + nameOr(d, n.Database, "current_database()") + ", " + nameOr(d, n.Schema, "current_schema()") + ")"
	}
	rows, err := c.Query(ctx, "select table_catalog, table_schema, table_name, table_type"+
		" from system.information_schema.tables"+
		" where (lower(table_catalog), lower(table_schema)) in ("+strings.Join(wanted, ", ")+")")
	if err != nil {
		return nil, err
	}
	out := make([]adapters.Relation, 0, len(rows.Values))
	for _, row := range rows.Values {
		rel := adapters.Relation{Database: text(row[0]), Schema: text(row[1]), Name: text(row[2]), Kind: adapters.Table}
		if row[3] == "VIEW" {
			rel.Kind = adapters.View
		}
		out = append(out, rel)
	}
	slices.SortFunc(out, func(a, b adapters.Relation) int {
		return cmp.Or(cmp.Compare(a.Database, b.Database), cmp.Compare(a.Schema, b.Schema), cmp.Compare(a.Name, b.Name))
	})
	return out, nil
}

func nameOr(d *adapters.Dialect, name, current string) string {
	if name == "" {
		return "lower(" + current + ")"
	}
	return "lower(" + d.Literal(name) + ")"
}

// Columns lists the columns of a table or view.
func (c *conn) Columns(ctx context.Context, rel adapters.Relation) ([]adapters.Column, error) {
	return c.columns(ctx, "describe "+c.adapter.dialect.Render(rel))
}

func text(v any) string {
	s, _ := v.(string)
	return s
}
