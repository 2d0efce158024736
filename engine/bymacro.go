package engine

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"mdl/adapters"
	"mdl/compiler"
	"mdl/compiler/diag"
	"mdl/compiler/scope"
)

// builderKey is what the choice of a builder depends on.
type builderKey struct{ pkg, materialized, strategy string }

func builderKeyOf(n *compiler.Node) builderKey {
	return builderKey{n.Package, n.Materialized(), n.Config.String("incremental_strategy") + n.Config.String("strategy")}
}

// builders finds, once a run, the nodes that a macro builds: those whose
// materialization is the project's own or a package's, those of which the
// project overrides a macro that dbt would have called, and those that mdl has
// as macros only. The engine builds all others without rendering anything.
func builders(r Renderer, p *Plan) map[builderKey]*compiler.MacroDef {
	found := map[builderKey]*compiler.MacroDef{}
	for _, s := range p.Steps {
		if s.node == nil || s.node.Kind == compiler.Test || s.node.IsEphemeral() || s.node.Materialized() == "" {
			continue
		}
		key := builderKeyOf(s.node)
		if _, done := found[key]; done {
			continue
		}
		def, own := r.Builder(s.node)
		if !own && isNative(key.materialized) {
			def = nil
		}
		found[key] = def
	}
	return found
}

// isNative reports whether the engine has a materialization itself.
func isNative(name string) bool {
	return slices.ContainsFunc(materializations, func(m materialization) bool { return m.name == name })
}

// byMacro lets a materialization's macro build the node. It begins transactions
// where dbt does; what it drops or renames begins one too, so that a failure
// leaves the old relation. What it has not committed at its end is committed.
func (b *build) byMacro(def *compiler.MacroDef) error {
	mz := compiler.Materialization{Macro: def, Node: b.node, SQL: b.sql, Later: b.later}
	if b.node.Kind == compiler.Seed {
		mz.Rows = b.seedRows
	}
	b.s.building = true
	defer func() { b.s.building = false }()
	done, err := b.renderer.Materialize(b.ctx, mz, b.s)
	if done != nil && done.Written != "" {
		b.ran = []string{done.Written}
	}
	if err == nil {
		err = b.tellCatalog(done.Relations)
	}
	if err == nil {
		b.response = &Response{Message: done.Message, Code: done.Code, RowsAffected: done.Rows}
		err = b.record()
	}
	if err == nil {
		err = b.s.Commit(b.ctx)
	}
	if err != nil {
		b.s.rollback(b.ctx)
		return b.place(err)
	}
	return nil
}

// tellCatalog makes the relations that a macro has made known to the other
// workers. A relation of which the macro does not say what it is, is looked up.
func (b *build) tellCatalog(made []adapters.Relation) error {
	if b.node.Kind == compiler.Function { // which the catalog does not hold
		return nil
	}
	for _, rel := range made {
		if rel.Kind != adapters.Unknown {
			b.s.Added(rel)
			continue
		}
		there, err := b.s.conn.Relations(b.ctx, rel.Namespace())
		if err != nil {
			return err
		}
		for _, r := range there {
			if b.d.SameRelation(r, rel) {
				b.s.Added(r)
			}
		}
	}
	return nil
}

// place leads a complaint of the warehouse about a macro's statement back to
// the line of the node's own SQL, where that is part of the statement.
func (b *build) place(err error) error {
	q, ok := errors.AsType[*adapters.QueryError](err)
	if !ok || b.sql == nil || b.sql.SQL == "" {
		return err
	}
	own := strings.TrimRight(b.sql.SQL, "; \t\r\n")
	at := strings.Index(q.SQL, own)
	if at < 0 || q.Offset < at || q.Offset > at+len(own) {
		return err
	}
	s := newScript(q.SQL)
	s.regions = []region{{at, at + len(own), b.sql}}
	span, frames := s.at(q.Offset)
	d, ok := errors.AsType[*diag.Diagnostic](err)
	if !ok || span.IsZero() {
		return err
	}
	placed := *d
	placed.Notes = append(slices.Clone(d.Notes), diag.Note{Message: "in a statement of this materialization", Span: d.Span})
	placed.Span, placed.Frames = span, frames
	return &placed
}

// seedRows reads the seed's file as the table that macros see.
func (b *build) seedRows() (*scope.Table, error) {
	t, err := b.readSeed()
	if err != nil {
		return nil, err
	}
	rows := &adapters.Rows{}
	for i, name := range t.header {
		rows.Columns = append(rows.Columns, adapters.Column{Name: name, Type: t.sqlType(i, b.d)})
	}
	for cells := range t.rows() {
		row := make([]any, len(cells))
		for i, cell := range cells {
			if !cell.Null {
				row[i] = seedValue(t.types[i], cell.Text)
			}
		}
		rows.Values = append(rows.Values, row)
	}
	return scope.NewTable(rows), nil
}

// seedValue is a field of a seed as a warehouse would return it: the text itself
// where it is of another form than its column's type has.
func seedValue(kind seedType, text string) any {
	switch kind {
	case typeInteger, typeBigint:
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			return n
		}
		if n, err := strconv.ParseFloat(text, 64); err == nil { // "1."
			return int64(n)
		}
	case typeNumber:
		return adapters.Decimal(text)
	case typeBoolean:
		return strings.EqualFold(text, "true")
	case typeDate:
		if at, err := time.Parse("2006-1-2", text); err == nil {
			return adapters.Time{Kind: adapters.Date, T: at}
		}
	case typeDateTime:
		for _, layout := range []string{time.DateTime, "2006-01-02T15:04:05", time.RFC3339} {
			if at, err := time.Parse(layout, text); err == nil {
				_, zone := at.Zone() // which dbt does not look at
				return adapters.Time{Kind: adapters.Timestamp, T: at.UTC().Add(time.Duration(zone) * time.Second)}
			}
		}
	}
	return text
}

// builtBy runs the macro that builds the node, or the engine's own
// materialization.
func (w *worker) builtBy(b *build) error {
	if def := w.builders[builderKeyOf(b.node)]; def != nil {
		if err := b.checkPublish("the macro " + def.Name); err != nil {
			return err
		}
		return b.byMacro(def)
	}
	m, err := materializationOf(b.node)
	if err != nil {
		return err
	}
	if b.unpublished() {
		if err := b.checkPublish(b.unauditable(m)); err != nil {
			return err
		}
		return b.publish(m, b.audits)
	}
	if err := b.checkPublish(""); err != nil {
		return err
	}
	return b.atomically(m)
}

// createSchema makes a schema, by the project's own macro if it has one.
func (c *coordinator) createSchema(ctx context.Context, ns adapters.Namespace) error {
	done, err := c.renderer.CreateSchema(ctx, ns, c.main)
	if err == nil && done {
		err = c.main.Commit(ctx)
	}
	if err != nil || done {
		return err
	}
	return c.main.conn.CreateSchema(ctx, ns)
}
