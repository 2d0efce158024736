package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"mdl/adapters"
	"mdl/compiler"
	"mdl/compiler/scope"
	"mdl/engine/rowdiff"
)

// UnitRenderer renders unit tests. It is *compiler.Runtime but for tests; its
// failures are *diag.Diagnostic.
type UnitRenderer interface {
	BindUnitTest(u *compiler.UnitTestNode) (*compiler.UnitCase, error)
	Fixture(ctx context.Context, t *compiler.UnitCase, in *compiler.UnitInput, wh scope.Warehouse) (*compiler.StandIn, error)
	CompileUnitTest(ctx context.Context, t *compiler.UnitCase, on compiler.StandIns, wh scope.Warehouse) (*compiler.Compiled, error)
	UnitTestQuery(ctx context.Context, t *compiler.UnitCase, columns []adapters.Column, wh scope.Warehouse) (before, after string, err error)
	CompileRun(ctx context.Context, t *compiler.UnitCase, n *compiler.Node, on compiler.StandIns, wh scope.Warehouse) (*compiler.Compiled, error)
	CompileOn(ctx context.Context, n *compiler.Node, on compiler.StandIns, wh scope.Warehouse) (*compiler.Compiled, error)
}

var _ UnitRenderer = (*compiler.Runtime)(nil)

// diffWidth is the number of columns that the difference of a failing unit test
// keeps to, where it can: those of a terminal without the time and the
// indentation in front.
const diffWidth = 80 - len("15:04:05    ")

// unitTest is a unit test that is run.
type unitTest struct {
	*worker
	UnitRenderer
	ctx  context.Context
	test *compiler.UnitTestNode
	res  *Result
	of   *compiler.UnitCase
	on   compiler.StandIns
	// types are the columns of the inputs, by unique id.
	types map[string][]adapters.Column
}

// unitTest prepares a unit test: what a step does that is one.
func (w *worker) unitTest(s *Step, res *Result) (*unitTest, error) {
	r, ok := w.renderer.(UnitRenderer)
	u := w.manifest.UnitTests[s.ID]
	if !ok || u == nil {
		return nil, fmt.Errorf("%s cannot be rendered", s.ID)
	}
	return &unitTest{worker: w, UnitRenderer: r, test: u, res: res, on: compiler.StandIns{}, types: map[string][]adapters.Column{}}, nil
}

// compile renders the model on the given rows.
func (t *unitTest) compile(ctx context.Context, res *Result) error {
	t.ctx = ctx
	var err error
	if t.of, err = t.BindUnitTest(t.test); err != nil {
		return err
	}
	if t.of.Model.Kind == compiler.Snapshot {
		return nil // of which the runs alone are tested
	}
	if err := t.tellUseless(); err != nil {
		return err
	}
	for _, in := range t.of.Inputs {
		if t.on[in.ID()], err = t.fixture(in); err != nil {
			return err
		}
	}
	if res.Compiled, err = t.CompileUnitTest(ctx, t.of, t.on, t.session); err != nil {
		return t.asked(err)
	}
	res.CompiledPath, err = t.write("compiled", res.Node, res.Compiled.SQL)
	return err
}

// asked explains an error of a query that the model's template sends itself:
// given rows are part of the model's own query only.
func (t *unitTest) asked(err error) error {
	q, ok := errors.AsType[*adapters.QueryError](err)
	if !ok {
		return err
	}
	d := *queryDiagnostic(err, nil, t.res.Node)
	d.Detail = strings.TrimSpace(d.Detail + "\nthe model asks the warehouse while it is rendered, where the given rows are not:\n" + strings.TrimSpace(q.SQL))
	d.Hint = "give the answer under overrides: {macros: {...}}, in a macro that sends the query"
	return &d
}

// fixture makes the query that gives the rows of an input.
func (t *unitTest) fixture(in *compiler.UnitInput) (*compiler.StandIn, error) {
	if in.IsSQL {
		return t.Fixture(t.ctx, t.of, in, t.session)
	}
	columns, err := t.columnsOf(in)
	if err != nil {
		return nil, err
	}
	t.types[in.ID()] = columns
	if err := in.Check(columns); err != nil {
		return nil, err
	}
	return t.Fixture(t.ctx, t.of, in, described{t.session, in.Relation(), columns})
}

// described is the warehouse as if a relation with these columns was there.
type described struct {
	scope.Warehouse
	rel     adapters.Relation
	columns []adapters.Column
}

// Columns implements scope.Warehouse.
func (d described) Columns(ctx context.Context, rel adapters.Relation) ([]adapters.Column, error) {
	if d.Dialect().SameRelation(rel, d.rel) {
		return d.columns, nil
	}
	return d.Warehouse.Columns(ctx, rel)
}

// execute compares what the model made of the given rows with what it should.
func (t *unitTest) execute(ctx context.Context, res *Result) error {
	if t.of.Model.Kind == compiler.Snapshot {
		none := int64(0)
		res.Status, res.Failures = Pass, &none
		return t.runs()
	}
	if err := t.header(); err != nil {
		return err
	}
	columns, err := t.session.Describe(ctx, res.Compiled.SQL)
	if err != nil {
		return t.explain(err, userScript(res.Compiled), nil)
	}
	for i := range columns {
		columns[i].Type = knownType(columns[i].Type, t.dialect)
	}
	before, after, err := t.UnitTestQuery(ctx, t.of, columns, t.session)
	if err != nil {
		return err
	}
	q := newScript(before).code(res.Compiled).add(after)
	res.RunPath, _ = t.write("run", res.Node, q.String())
	rows, err := t.session.conn.Query(ctx, q.String())
	if err != nil {
		return t.explain(err, q, columns)
	}
	res.Response = answered(rows)
	t.judge(rows)
	return t.runs()
}

// header runs the model's sql_header, which its query may need.
func (t *unitTest) header() error {
	header := t.of.Node.Config.String("sql_header")
	if header == "" {
		return nil
	}
	t.session.dirty = true
	_, err := t.session.conn.Exec(t.ctx, header)
	if err != nil {
		return queryDiagnostic(err, nil, t.res.Node)
	}
	return nil
}

// knownType is the type that a table's column gets of a query's: a column that
// is only null has none of its own.
func knownType(typ string, d *adapters.Dialect) string {
	if strings.Trim(typ, `"`) == "NULL" {
		return d.Types.Seed.Integer
	}
	return typ
}

// judge turns the rows of a unit test's query into a status.
func (t *unitTest) judge(rows *adapters.Rows) {
	none := int64(0)
	t.res.Status, t.res.Failures = Pass, &none
	if diff := differing(rows); diff != nil {
		t.failed("actual differs from expected", diff)
	}
}

// failed records a difference.
func (t *unitTest) failed(what string, diff *rowdiff.Diff) {
	one := int64(1)
	t.res.Status, t.res.Failures = Fail, &one
	t.res.Message = "\n\n" + what + ":\n\n" + diff.Text(diffWidth) + "\n"
}
