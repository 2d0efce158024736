package engine

import (
	"slices"
	"strings"

	"mdl/adapters"
	"mdl/compiler"
	"mdl/compiler/jinja/value"
)

// columnsOf are the columns of what an input stands for, so that unit tests need
// nothing that is built: those of the relation in the warehouse, else what the
// project says of them, else what the given values look like.
func (t *unitTest) columnsOf(in *compiler.UnitInput) ([]adapters.Column, error) {
	if in.Source != nil {
		return t.sourceColumns(in)
	}
	if found, ok, err := t.built(in); ok || err != nil {
		return found, err
	}
	if known := t.nodeColumns(in.Node); known != nil {
		return known, nil
	}
	return t.guessed(in, in.Node.Columns), nil
}

// built are the columns of an input's relation, if it is in the warehouse.
func (t *unitTest) built(in *compiler.UnitInput) ([]adapters.Column, bool, error) {
	if in.Node != nil && in.Node.IsEphemeral() {
		return nil, false, nil
	}
	return t.inWarehouse(in.Relation())
}

func (t *unitTest) inWarehouse(rel adapters.Relation) ([]adapters.Column, bool, error) {
	found, exists, err := t.session.find(t.ctx, rel)
	if err != nil || !exists {
		return nil, false, err
	}
	columns, err := t.session.conn.Columns(t.ctx, found)
	return columns, len(columns) > 0, err
}

func (t *unitTest) sourceColumns(in *compiler.UnitInput) ([]adapters.Column, error) {
	if found, ok, err := t.built(in); ok || err != nil {
		return found, err
	}
	return t.guessed(in, in.Source.Columns), nil
}

// nodeColumns are the columns that a node would have if it was built; nil where
// that cannot be found out. What was found is kept for the worker's next tests.
func (t *unitTest) nodeColumns(n *compiler.Node) []adapters.Column {
	if known, ok := t.known[n.ID]; ok {
		return known
	}
	if t.known == nil {
		t.worker.known = map[string][]adapters.Column{}
	}
	t.known[n.ID] = nil // what leads back here has no answer
	columns := t.declared(n.Columns, n)
	switch {
	case columns != nil:
	case n.Kind == compiler.Seed:
		columns = t.seedColumns(n)
	default:
		columns = t.queryColumns(n)
	}
	t.known[n.ID] = columns
	return columns
}

// building is a build of a node that is only asked about, for nothing is built.
func (t *unitTest) building(n *compiler.Node) *build {
	return &build{worker: t.worker, ctx: t.ctx, node: n, s: t.session, d: t.dialect}
}

// declared are the columns of a contract.
func (t *unitTest) declared(columns []compiler.Column, n *compiler.Node) []adapters.Column {
	b := t.building(n)
	if !b.contracted() {
		return nil
	}
	return typed(columns)
}

// seedColumns are the columns that a seed's file would be loaded into.
func (t *unitTest) seedColumns(n *compiler.Node) []adapters.Column {
	b := t.building(n)
	seed, err := b.readSeed()
	if err != nil {
		return nil
	}
	columns := make([]adapters.Column, len(seed.header))
	for i, name := range seed.header {
		columns[i] = adapters.Column{Name: name, Type: seed.sqlType(i, t.dialect)}
	}
	return columns
}

// queryColumns are the columns of a node's query. What it reads is replaced by
// queries of the right columns without rows.
func (t *unitTest) queryColumns(n *compiler.Node) []adapters.Column {
	on := compiler.StandIns{}
	for _, id := range n.DependsOn {
		columns, name := t.columnsByID(id)
		if columns == nil {
			continue // which is an error only if it is read
		}
		on[id] = compiler.EmptyStandIn(name, columns, t.dialect)
	}
	c, err := t.CompileOn(t.ctx, n, on, t.session)
	if err != nil {
		return nil
	}
	columns, err := t.session.Describe(t.ctx, c.SQL)
	if err != nil {
		return nil
	}
	for i := range columns {
		columns[i].Type = knownType(columns[i].Type, t.dialect)
	}
	if n.Kind == compiler.Snapshot {
		columns = append(columns, t.snapshotColumns(n, columns)...)
	}
	return columns
}

// columnsByID are the columns of a node or a source, in the warehouse or not,
// and the name that stands for it.
func (t *unitTest) columnsByID(id string) ([]adapters.Column, string) {
	if s := t.manifest.Sources[id]; s != nil {
		rel := adapters.Relation{Database: s.Database, Schema: s.Schema, Name: s.Identifier}
		columns, ok, err := t.inWarehouse(rel)
		if err == nil && !ok {
			columns = typed(s.Columns)
		}
		return columns, compiler.StandInName(nil, s)
	}
	n := t.manifest.Node(id)
	if n == nil {
		return nil, ""
	}
	if !n.IsEphemeral() {
		if columns, ok, err := t.inWarehouse(n.Relation()); ok && err == nil {
			return columns, compiler.StandInName(n, nil)
		}
	}
	return t.nodeColumns(n), compiler.StandInName(n, nil)
}

// typed are the described columns if all have a type, else nil.
func typed(columns []compiler.Column) []adapters.Column {
	var out []adapters.Column
	for _, c := range columns {
		if c.DataType == "" {
			return nil
		}
		out = append(out, adapters.Column{Name: c.Name, Type: c.DataType})
	}
	return out
}

// snapshotColumns are the columns that a snapshot adds to those of its query.
func (t *unitTest) snapshotColumns(n *compiler.Node, query []adapters.Column) []adapters.Column {
	b := t.building(n)
	s, err := b.newSnapshot()
	if err != nil {
		return nil
	}
	text, at := t.dialect.Types.Seed.Text, t.dialect.Types.Timestamp
	for _, c := range query {
		if t.dialect.SameName(c.Name, s.at) {
			at = c.Type
		}
	}
	columns := []adapters.Column{{Name: s.cols.id, Type: text}, {Name: s.cols.updatedAt, Type: at}, {Name: s.cols.from, Type: at}, {Name: s.cols.to, Type: at}}
	if s.deletes == "new_record" {
		columns = append(columns, adapters.Column{Name: s.cols.deleted, Type: text})
	}
	return columns
}

// guessed are the columns that the properties describe and those that the given
// rows name; where no type is described, it is what the values look like.
func (t *unitTest) guessed(in *compiler.UnitInput, described []compiler.Column) []adapters.Column {
	var columns []adapters.Column
	add := func(name, typ string) {
		known := slices.ContainsFunc(columns, func(c adapters.Column) bool { return strings.EqualFold(c.Name, name) })
		if !known {
			columns = append(columns, adapters.Column{Name: name, Type: typ})
		}
	}
	for _, c := range described {
		typ := c.DataType
		if typ == "" {
			typ = t.typeOf(in, c.Name)
		}
		add(c.Name, typ)
	}
	for _, row := range in.Rows {
		for _, k := range row.Keys() {
			name := value.ToStr(k)
			add(name, t.typeOf(in, name))
		}
	}
	return columns
}

// typeOf is the type that all values of a column fit.
func (t *unitTest) typeOf(in *compiler.UnitInput, name string) string {
	var f inference
	seen, text, boolean := false, false, false
	for _, row := range in.Rows {
		for k, v := range row.All() {
			if !strings.EqualFold(value.ToStr(k), name) || value.IsNone(v) {
				continue
			}
			seen = true
			switch v.(type) {
			case value.Str:
				text = true
			case value.Bool:
				boolean = true
			}
			f.see(value.ToStr(v))
		}
	}
	names := t.dialect.Types.Seed
	kind := f.result()
	if text && !in.Texts && kind != typeDate && kind != typeDateTime {
		kind = typeText // a number in quotes is meant to be text
	}
	switch {
	case !seen:
		return names.Text
	case boolean && !text:
		return names.Boolean
	}
	return kind.sqlType(t.dialect)
}
