package compiler

import (
	"context"
	"fmt"
	"slices"

	"mdl/adapters"
	"mdl/compiler/diag"
	"mdl/compiler/jinja"
	"mdl/compiler/jinja/value"
	"mdl/compiler/scope"
)

// StandIn is what a template reads in place of a relation of the project: a
// query that is put in front as a common table expression, or a relation
// somewhere else.
type StandIn struct {
	// Name is the name of the common table expression, and SQL its query.
	Name string
	SQL  jinja.Piece
	// Relation is read instead where it is set.
	Relation *adapters.Relation
}

// StandIns are stand-ins by the unique ids of what they stand for.
type StandIns map[string]*StandIn

// missingStandIn is the error of a template that reads what nothing stands for.
type missingStandIn struct {
	what string // the call, as written
	id   string
	node string
}

func (e *missingStandIn) Error() string {
	return fmt.Sprintf("%s reads %s, for which there are no rows", e.node, e.what)
}

// CompileOn renders a node that reads stand-ins only: a ref() or source() of
// anything else is an error. A failure is a *diag.Diagnostic.
func (r *Runtime) CompileOn(ctx context.Context, n *Node, on StandIns, wh scope.Warehouse) (*Compiled, error) {
	return r.compile(ctx, &runNames{r: r, n: n, inline: true, on: on}, wh)
}

// standIn is what ref() or source() answers with where stand-ins are read.
// eventTime is the column by which a batch limits what it reads, or "".
func (s *runNames) standIn(id, call, eventTime string) (value.Value, error) {
	stand := s.on[id]
	switch {
	case stand == nil:
		return nil, &missingStandIn{what: call, id: id, node: s.name()}
	case stand.Relation != nil:
		return s.inWindow(s.r.Context.shared.RelationOf(*stand.Relation, scope.AllParts), eventTime), nil
	}
	return s.stoodBy(stand), nil
}

// unitThis is the name this in a unit test: the rows that are given for it, or
// none.
func (s *runNames) unitThis() value.Value {
	if stand := s.on[s.unit.Model.ID]; stand != nil {
		return s.stoodBy(stand)
	}
	return value.None
}

func refCall(n *Node) string {
	if n.Version != "" && n.Version != n.LatestVersion {
		return "ref('" + n.Name + "', v=" + n.Version + ")"
	}
	return "ref('" + n.Name + "')"
}

func sourceCall(s *SourceNode) string { return "source('" + s.SourceName + "', '" + s.Name + "')" }

// stoodBy is the name of a stand-in's common table expression, which is put in
// front.
func (s *runNames) stoodBy(stand *StandIn) value.Value {
	if !slices.Contains(s.stood, stand) {
		s.stood = append(s.stood, stand)
	}
	return s.r.Context.shared.CTE(stand.Name)
}

// add puts stand-ins among the common table expressions.
func (l *cteList) add(stood []*StandIn) {
	for _, stand := range stood {
		if slices.Contains(l.stood, stand) {
			continue
		}
		l.stood = append(l.stood, stand)
		l.pieces = append(l.pieces, jinja.Piece{Text: " " + scope.CTEPrefix + stand.Name + " as (\n"}, stand.SQL, jinja.Piece{Text: "\n)"})
	}
}

// EmptyStandIn stands for a relation of which only the columns are known: a
// query of their types without rows.
func EmptyStandIn(name string, columns []adapters.Column, d *adapters.Dialect) *StandIn {
	sql := "select"
	for i, c := range columns {
		if i > 0 {
			sql += ","
		}
		sql += " cast(null as " + c.Type + ") as " + d.Quote(c.Name)
	}
	return &StandIn{Name: name, SQL: jinja.Piece{Text: sql + " where 1 = 0"}}
}

// StandInName is the name under which a stand-in for a node is put in front,
// as dbt names it.
func StandInName(n *Node, s *SourceNode) string {
	if s != nil {
		return s.SourceName + "__" + s.Name
	}
	return n.Alias
}

// missingInput turns the error of a unit test that has no rows for what its
// model reads into one at the place where they belong.
func (u *UnitCase) missingInput(e *missingStandIn, d *diag.Diagnostic) *diag.Diagnostic {
	out := diag.Errorf(codeUnitTest, u.Test.place("given"), "unit test %q has no input for %s, which the model %s reads", u.Test.Name, e.what, u.Model.Name).
		WithHint("add {input: %s, rows: []} to given, with the rows that it should read", e.what)
	out.Cause = d
	if !d.Span.IsZero() {
		out.Notes = []diag.Note{{Message: "it is read here", Span: d.Span}}
	}
	return &out
}
