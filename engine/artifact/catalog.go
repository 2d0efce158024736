package artifact

import (
	"io"

	"mdl/adapters"
	"mdl/compiler/jinja/value"
	"mdl/engine"
)

// WriteCatalog writes catalog.json: what the warehouse says of the relations of
// nodes and sources.
func WriteCatalog(w io.Writer, relations []engine.Documented, about Metadata) error {
	s := newStream(w)
	s.entry("metadata", about.dict("catalog/v1"))
	s.open("nodes", '{')
	for i := range relations {
		if r := &relations[i]; r.Node != "" {
			s.raw(r.Node, appendRelation(nil, &r.RelationInfo, r.Node))
		}
	}
	s.close('}')
	s.open("sources", '{')
	for i := range relations {
		for _, id := range sorted(relations[i].Sources) {
			s.raw(id, appendRelation(nil, &relations[i].RelationInfo, id))
		}
	}
	s.close('}')
	s.entry("errors", value.None)
	return s.end()
}

// catalogTypes are the types of relations in dbt's catalog.
var catalogTypes = map[adapters.RelationKind]string{
	adapters.View: "VIEW", adapters.MaterializedView: "MATERIALIZED VIEW",
}

func appendRelation(buf []byte, r *adapters.RelationInfo, id string) []byte {
	return object(buf, func(f *fields) {
		kind := catalogTypes[r.Kind]
		if kind == "" {
			kind = "BASE TABLE"
		}
		f.Object("metadata")
		f.Text("type", kind)
		f.Text("schema", r.Schema)
		f.Text("name", r.Name)
		f.Set("database", textOrNone(r.Database))
		f.Set("comment", textOrNone(r.Comment))
		f.Set("owner", textOrNone(r.Owner))
		f.End()
		f.Object("columns")
		for _, c := range r.Columns {
			f.Object(c.Name)
			f.Text("type", c.Type)
			f.Set("index", value.Int(c.Index))
			f.Text("name", c.Name)
			f.Set("comment", textOrNone(c.Comment))
			f.End()
		}
		f.End()
		f.Object("stats")
		f.Object("has_stats")
		f.Text("id", "has_stats")
		f.Text("label", "Has Stats?")
		f.Set("value", value.False)
		f.Set("include", value.False)
		f.Text("description", "Indicates whether there are statistics for this table")
		f.End()
		f.End()
		f.Text("unique_id", id)
	})
}
