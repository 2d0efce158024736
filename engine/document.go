package engine

import (
	"cmp"
	"context"
	"slices"

	"mdl/adapters"
	"mdl/compiler"
)

// Documented is a relation as the warehouse describes it, and the resources of
// the project that it belongs to.
type Documented struct {
	adapters.RelationInfo
	// Node is the unique id of what builds the relation, or "". Sources are
	// those of the source tables that read it.
	Node    string
	Sources []string
}

// Document reads what the warehouse knows of relations: with one query of those
// that belong to the resources that wanted accepts. A relation that does not
// exist is left out. They are in the order of schemas and names. The error is a
// *diag.Diagnostic.
func Document(ctx context.Context, ad adapters.Adapter, m *compiler.Manifest, wanted func(id string) bool) ([]Documented, error) {
	of := owners(m, wanted, ad.Dialect())
	seen := map[adapters.Namespace]bool{}
	var in []adapters.Namespace
	for rel := range of {
		if ns := rel.Namespace(); !seen[ns] {
			seen[ns] = true
			in = append(in, ns)
		}
	}
	if len(in) == 0 {
		return nil, nil
	}
	s, err := openSession(ctx, ad, Options{})
	if err != nil {
		return nil, err
	}
	defer s.close(ctx)
	infos, err := describeAll(ctx, s.conn.Conn, in)
	if err != nil {
		return nil, queryDiagnostic(err, nil, nil)
	}
	var list []Documented
	for _, info := range infos {
		if owner := of[relationKey(s.cat.d, info.Relation)]; owner != nil && len(info.Columns) > 0 {
			list = append(list, Documented{info, owner.Node, owner.Sources})
		}
	}
	slices.SortStableFunc(list, func(a, b Documented) int {
		return cmp.Or(cmp.Compare(a.Schema, b.Schema), cmp.Compare(a.Name, b.Name))
	})
	return list, nil
}

// relationKey is the same for all spellings of a relation and for all kinds.
func relationKey(d *adapters.Dialect, r adapters.Relation) adapters.Relation {
	r.Kind = adapters.Unknown
	return d.Key(r)
}

// owners are the wanted resources by their relation.
func owners(m *compiler.Manifest, wanted func(id string) bool, d *adapters.Dialect) map[adapters.Relation]*Documented {
	of := map[adapters.Relation]*Documented{}
	at := func(r adapters.Relation) *Documented {
		key := relationKey(d, r)
		if of[key] == nil {
			of[key] = &Documented{}
		}
		return of[key]
	}
	for n := range m.AllNodes() {
		builds := n.Kind == compiler.Model || n.Kind == compiler.Seed || n.Kind == compiler.Snapshot
		if builds && !n.IsEphemeral() && wanted(n.ID) {
			at(n.Relation()).Node = n.ID
		}
	}
	for id, s := range m.Sources {
		if wanted(id) {
			owner := at(adapters.Relation{Database: s.Database, Schema: s.Schema, Name: s.Identifier})
			owner.Sources = append(owner.Sources, id)
		}
	}
	return of
}

// describeAll asks for everything at once where the warehouse can, and else for
// one relation after the other.
func describeAll(ctx context.Context, conn adapters.Conn, in []adapters.Namespace) ([]adapters.RelationInfo, error) {
	if c, ok := conn.(adapters.Documenter); ok {
		return c.Document(ctx, in...)
	}
	rels, err := conn.Relations(ctx, in...)
	if err != nil {
		return nil, err
	}
	infos := make([]adapters.RelationInfo, len(rels))
	for i, rel := range rels {
		infos[i] = adapters.RelationInfo{Relation: rel}
		columns, err := conn.Columns(ctx, rel)
		if err != nil {
			return nil, err
		}
		for j, c := range columns {
			infos[i].Columns = append(infos[i].Columns, adapters.ColumnInfo{Column: c, Index: j + 1})
		}
	}
	return infos, nil
}
