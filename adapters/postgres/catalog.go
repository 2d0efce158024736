package postgres

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"mdl/adapters"
)

// Schemas lists the schemas of the session's database; of another one there
// are none to see.
func (c *conn) Schemas(ctx context.Context, database string) ([]string, error) {
	if !c.adapter.here(database) {
		return nil, nil
	}
	rows, err := c.Query(ctx, "select nspname::text from pg_catalog.pg_namespace where nspname !~ '^pg_(toast|temp)'")
	if err != nil {
		return nil, err
	}
	out := make([]string, len(rows.Values))
	for i, row := range rows.Values {
		out[i] = text(row[0])
	}
	slices.Sort(out)
	return out, nil
}

// here reports whether a database is the one of the sessions; "" is.
func (a *Adapter) here(database string) bool {
	return database == "" || database == a.cfg.Database
}

// elsewhere is what to say of another database.
func (a *Adapter) elsewhere(database string) error {
	if a.here(database) {
		return nil
	}
	return &adapters.QueryError{Offset: -1, Kind: adapters.NotFound,
		Message: fmt.Sprintf("a session of PostgreSQL sees one database: it is in %q and cannot use %q", a.cfg.Database, database),
		Hint:    "leave `database` out, or use another target"}
}

// CreateSchema makes a schema unless it exists. Asking first lets work who may
// not create one; two sessions that do it at once are no error.
func (c *conn) CreateSchema(ctx context.Context, in adapters.Namespace) error {
	if err := c.adapter.elsewhere(in.Database); err != nil {
		return err
	}
	if has, err := c.hasSchema(ctx, in.Schema); has || err != nil {
		return err
	}
	_, err := c.Exec(ctx, "create schema if not exists "+c.adapter.dialect.Quote(in.Schema))
	if adapters.KindOf(err) != adapters.Constraint {
		return err
	}
	if has, askErr := c.hasSchema(ctx, in.Schema); has && askErr == nil {
		return nil
	}
	return err
}

func (c *conn) hasSchema(ctx context.Context, name string) (bool, error) {
	rows, err := c.Query(ctx, "select 1 from pg_catalog.pg_namespace where nspname = "+c.adapter.dialect.Literal(name))
	return err == nil && len(rows.Values) > 0, err
}

// DropSchema drops a schema and what is in it.
func (c *conn) DropSchema(ctx context.Context, in adapters.Namespace) error {
	if err := c.adapter.elsewhere(in.Database); err != nil {
		return err
	}
	_, err := c.Exec(ctx, "drop schema if exists "+c.adapter.dialect.Quote(in.Schema)+" cascade")
	return err
}

// kinds are the relations that pg_class calls so.
var kinds = map[string]adapters.RelationKind{
	"r": adapters.Table, "p": adapters.Table, "f": adapters.Table, "v": adapters.View, "m": adapters.MaterializedView,
}

// Relations lists the tables and views of some schemas with one query.
func (c *conn) Relations(ctx context.Context, in ...adapters.Namespace) ([]adapters.Relation, error) {
	in = c.adapter.ours(in)
	if len(in) == 0 {
		return nil, nil
	}
	rows, err := c.Query(ctx, "select n.nspname::text, c.relname::text, c.relkind::text"+
		" from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace"+
		" where c.relkind in ('r', 'p', 'f', 'v', 'm') and n.nspname in ("+schemaList(c.adapter.dialect, in)+")")
	if err != nil {
		return nil, err
	}
	out := make([]adapters.Relation, len(rows.Values))
	for i, row := range rows.Values {
		out[i] = adapters.Relation{Database: c.adapter.cfg.Database, Schema: text(row[0]), Name: text(row[1]), Kind: kinds[text(row[2])]}
	}
	slices.SortFunc(out, func(a, b adapters.Relation) int {
		return cmp.Or(cmp.Compare(a.Schema, b.Schema), cmp.Compare(a.Name, b.Name))
	})
	return out, nil
}

// ours are the schemas of the session's database.
func (a *Adapter) ours(in []adapters.Namespace) []adapters.Namespace {
	return slices.DeleteFunc(slices.Clone(in), func(n adapters.Namespace) bool { return !a.here(n.Database) })
}

// Columns lists the columns of a table or view. Without a schema it is one that
// the search path finds, as a temporary table.
func (c *conn) Columns(ctx context.Context, rel adapters.Relation) ([]adapters.Column, error) {
	d := c.adapter.dialect
	place := "pg_catalog.pg_table_is_visible(c.oid)"
	if rel.Schema != "" {
		place = "n.nspname = " + d.Literal(rel.Schema)
	}
	rows, err := c.Query(ctx, "select a.attname::text, pg_catalog.format_type(a.atttypid, a.atttypmod)"+
		" from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace"+
		" left join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped"+
		" where c.relkind in ('r', 'p', 'f', 'v', 'm') and c.relname = "+d.Literal(rel.Name)+" and "+place+" order by a.attnum")
	if err != nil {
		return nil, err
	}
	if len(rows.Values) == 0 || !c.adapter.here(rel.Database) {
		return nil, &adapters.QueryError{Offset: -1, Kind: adapters.NotFound, Message: "there is no relation " + d.Render(rel)}
	}
	var out []adapters.Column
	for _, row := range rows.Values {
		if row[0] != nil { // a table may have no columns
			out = append(out, adapters.Column{Name: text(row[0]), Type: text(row[1])})
		}
	}
	return out, nil
}

// Document describes the relations of some schemas with one query.
func (c *conn) Document(ctx context.Context, in ...adapters.Namespace) ([]adapters.RelationInfo, error) {
	in = c.adapter.ours(in)
	if len(in) == 0 {
		return nil, nil
	}
	rows, err := c.Query(ctx, "select n.nspname::text, c.relname::text, c.relkind::text, coalesce(pg_catalog.obj_description(c.oid, 'pg_class'), ''),"+
		" pg_catalog.pg_get_userbyid(c.relowner)::text, a.attname::text, pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnum::int,"+
		" coalesce(pg_catalog.col_description(c.oid, a.attnum), '')"+
		" from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace"+
		" left join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped"+
		" where c.relkind in ('r', 'p', 'f', 'v', 'm') and n.nspname in ("+schemaList(c.adapter.dialect, in)+") order by n.nspname, c.relname, a.attnum")
	if err != nil {
		return nil, err
	}
	var out []adapters.RelationInfo
	for _, row := range rows.Values {
		rel := adapters.Relation{Database: c.adapter.cfg.Database, Schema: text(row[0]), Name: text(row[1]), Kind: kinds[text(row[2])]}
		if len(out) == 0 || out[len(out)-1].Relation != rel {
			out = append(out, adapters.RelationInfo{Relation: rel, Comment: text(row[3]), Owner: text(row[4])})
		}
		if row[5] == nil {
			continue
		}
		index, _ := row[7].(int64)
		last := &out[len(out)-1]
		last.Columns = append(last.Columns, adapters.ColumnInfo{
			Column: adapters.Column{Name: text(row[5]), Type: text(row[6])}, Index: int(index), Comment: text(row[8]),
		})
	}
	slices.SortFunc(out, func(a, b adapters.RelationInfo) int {
		return cmp.Or(cmp.Compare(a.Schema, b.Schema), cmp.Compare(a.Name, b.Name))
	})
	return out, nil
}

func text(v any) string {
	s, _ := v.(string)
	return s
}
