package postgres

import (
	"fmt"
	"hash/fnv"
	"strings"

	"mdl/adapters"
)

// NewDialect returns what is particular to the SQL of PostgreSQL 12 and later.
//
// All DDL is transactional. A view is never replaced in place, because `create
// or replace view` cannot rename, retype or drop a column; `merge` came with
// version 15, and an older server's error says so.
func NewDialect() *adapters.Dialect {
	return &adapters.Dialect{
		Name:      "postgres",
		QuoteChar: `"`,
		Case:      adapters.Lower,
		// The server would cut a longer one without a word.
		MaxIdentifier: 63,
		Types: adapters.TypeNames{
			String:    "TEXT",
			Int:       "integer",
			BigInt:    "bigint",
			Float:     "float",
			Numeric:   "numeric(28,6)",
			Boolean:   "boolean",
			Timestamp: "timestamp without time zone",
			Date:      "date",
			Time:      "time",
			Seed: adapters.SeedTypes{
				Text:      "text",
				Integer:   "integer",
				Number:    "float8",
				Boolean:   "boolean",
				Timestamp: "timestamp without time zone",
				Date:      "date",
				Time:      "time",
			},
		},
		Now:               "now()::timestamp without time zone",
		Merge:             true,
		DropCascade:       true,
		KeysNameDatabase:  true,
		OneDatabase:       true,
		Unlogged:          true,
		MaterializedViews: &adapters.MaterializedViews{Definition: viewDefinition, Indexes: showIndexes},
		Lock:              advisoryLock,
		Grants:            &adapters.Grants{Show: showGrants},
	}
}

// advisoryLock takes a lock whose number stands for a name.
func advisoryLock(name string) string {
	h := fnv.New64a()
	_, _ = h.Write([]byte("mdl " + name)) // it never fails
	return fmt.Sprintf("select pg_catalog.pg_advisory_xact_lock(%d)", int64(h.Sum64()))
}

// showGrants asks for the privileges on relations of some schemas that others
// than their owners have.
func showGrants(d *adapters.Dialect, in []adapters.Namespace) string {
	return "select n.nspname, c.relname, lower(a.privilege_type), case a.grantee when 0 then 'public' else pg_get_userbyid(a.grantee) end" +
		" from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace, aclexplode(c.relacl) a" +
		" where a.grantee <> c.relowner and n.nspname in (" + schemaList(d, in) + ")"
}

// viewDefinition asks for the text of a view, which the server writes from what
// it has understood.
func viewDefinition(d *adapters.Dialect, rel adapters.Relation) string {
	return "select pg_catalog.pg_get_viewdef(c.oid) from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace where c.relname = " +
		d.Literal(rel.Name) + " and n.nspname = " + d.Literal(rel.Schema)
}

// showIndexes asks for the indexes of a relation.
func showIndexes(d *adapters.Dialect, rel adapters.Relation) string {
	return "select i.relname::text, m.amname::text, x.indisunique::text, (select string_agg(pg_catalog.pg_get_indexdef(x.indexrelid, k, true), ', ' order by k)" +
		" from generate_series(1, x.indnkeyatts) k)" +
		" from pg_catalog.pg_index x join pg_catalog.pg_class i on i.oid = x.indexrelid join pg_catalog.pg_am m on m.oid = i.relam" +
		" join pg_catalog.pg_class c on c.oid = x.indrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace" +
		" where c.relname = " + d.Literal(rel.Name) + " and n.nspname = " + d.Literal(rel.Schema) + " order by 1"
}

// schemaList writes the schemas' names as literals.
func schemaList(d *adapters.Dialect, in []adapters.Namespace) string {
	names := make([]string, len(in))
	for i, n := range in {
		names[i] = "current_schema()"
		if n.Schema != "" {
			names[i] = d.Literal(n.Schema)
		}
	}
	return strings.Join(names, ", ")
}
