package engine

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"mdl/adapters"
	"mdl/compiler"
	"mdl/compiler/jinja/value"
	"mdl/compiler/scope"
	"mdl/engine/rowdiff"
)

// givenSchema is the schema of the relations that hold given rows, beside that
// in which the model is built.
const givenSchema = "given"

// unitRuns builds the model of a unit test by its own materialization, run
// after run, in a place of its own: nothing of the warehouse is touched.
type unitRuns struct {
	*unitTest
	place   adapters.Namespace
	node    *compiler.Node // the model, in the place
	builder *worker        // the same connection with a catalog of the place
	on      compiler.StandIns
}

// runs does the runs of a unit test, if it has any, and says what the table
// holds that it should not.
func (t *unitTest) runs() (err error) {
	if len(t.of.Runs) == 0 || t.res.Status != Pass {
		return nil
	}
	scratcher, ok := t.session.conn.Conn.(adapters.Scratcher)
	if !ok {
		d := nodeError(codeUnit, t.res.Node, "%s has no place for the runs of the unit test %s", t.dialect.Name, t.test.Name)
		d.Hint = "remove runs from its config.meta.mdl"
		return d
	}
	sum := sha256.Sum256([]byte(t.test.ID + t.name))
	name := fmt.Sprintf("mdl_unit_%x", sum[:6])
	place, err := scratcher.Scratch(t.ctx, name)
	if err != nil {
		return err
	}
	u := &unitRuns{unitTest: t, place: place, on: compiler.StandIns{}}
	u.prepare()
	defer func() {
		u.builder.session.rollback(t.ctx)
		if dropErr := scratcher.DropScratch(t.ctx, name); err == nil {
			err = dropErr
		}
	}()
	return u.all()
}

// prepare makes the worker that builds in the place, and the node that it
// builds there. Hooks, grants and comments are about the warehouse: they are
// left out.
func (u *unitRuns) prepare() {
	r := *u.runner
	r.renderer = runRenderer{u.runner.renderer, u}
	r.catalog, r.books, r.opt.Write = newCatalog(u.dialect), &books{}, nil
	u.builder = &worker{runner: &r, name: u.name, reports: u.reports, session: &session{conn: u.session.conn, cat: r.catalog}}
	n := *u.of.Model
	n.Database, n.Schema, n.PreHooks, n.PostHooks = u.place.Database, u.place.Schema, nil, nil
	n.Config = compiler.NewConfig(n.Config.Dict().Copy())
	for _, key := range []string{"grants", "persist_docs"} {
		n.Config.Dict().Delete(value.Str(key))
	}
	n.RelationName = u.dialect.Render(n.Relation())
	u.node = &n
}

// runRenderer renders the model of a unit test on what the runs are given, and
// leaves the rest to another renderer.
type runRenderer struct {
	Renderer
	runs *unitRuns
}

// Compile implements Renderer.
func (r runRenderer) Compile(ctx context.Context, n *compiler.Node, wh scope.Warehouse) (*compiler.Compiled, error) {
	return r.runs.CompileRun(ctx, r.runs.of, n, r.runs.on, wh)
}

func (u *unitRuns) all() error {
	given := u.place
	given.Schema = givenSchema
	if err := u.session.conn.CreateSchema(u.ctx, given); err != nil {
		return err
	}
	inputs := u.of.Inputs
	for i, run := range u.of.Runs {
		if i > 0 {
			inputs = nil
		}
		for _, in := range slices.Concat(inputs, run.Inputs) {
			if err := u.load(in, given); err != nil {
				return err
			}
		}
		if err := u.build(&run); err != nil {
			return err
		}
		if run.Expect == nil {
			continue
		}
		if err := u.check(run.Expect, i); err != nil || u.res.Status == Fail {
			return err
		}
	}
	return nil
}

// load puts given rows into a table: beside the model, or as what the model's
// own table holds.
func (u *unitRuns) load(in *compiler.UnitInput, given adapters.Namespace) error {
	stand, err := u.fixture(in)
	if err != nil {
		return err
	}
	rel := adapters.Relation{Database: given.Database, Schema: given.Schema, Name: stand.Name, Kind: adapters.Table}
	if in.ID() == u.of.Model.ID {
		rel = u.node.Relation()
		rel.Kind = adapters.Table
	} else {
		u.on[in.ID()] = &compiler.StandIn{Relation: &rel}
	}
	sql := newScript("create or replace table ", u.dialect.Render(rel), " as (\n").add(stand.SQL.Text, "\n)")
	if _, err := u.session.conn.Exec(u.ctx, sql.String()); err != nil {
		return u.explain(err, sql, nil)
	}
	u.builder.session.Added(rel)
	return nil
}

// build builds the model once; a microbatch model batch by batch.
func (u *unitRuns) build(run *compiler.UnitRun) error {
	u.node.Config.Dict().SetStr("full_refresh", value.Bool(run.FullRefresh)) // which wins over the flag
	nodes := []*compiler.Node{u.node}
	if w := run.EventTime; w != nil {
		nodes = nil
		size := u.node.BatchSize()
		for _, i := range size.Intervals(size.Floor(w.Start), size.Ceil(w.End)) {
			nodes = append(nodes, u.node.For(i))
		}
	}
	for i, n := range nodes {
		res := &Result{ID: n.ID, Kind: n.Kind, Node: n, later: i > 0, more: i < len(nodes)-1}
		err := u.builder.compile(u.ctx, res)
		if err == nil {
			err = u.builder.build(u.ctx, res)
		}
		if err != nil {
			return u.explain(err, nil, nil)
		}
	}
	return nil
}

// check compares what the table holds after a run with what it should.
func (u *unitRuns) check(expect *compiler.UnitRows, run int) error {
	columns, err := u.session.conn.Columns(u.ctx, u.node.Relation())
	if err != nil {
		return err
	}
	of := *u.of
	of.Expect = *expect
	before, after, err := u.UnitTestQuery(u.ctx, &of, columns, u.session)
	if err != nil {
		return err
	}
	q := before + "select * from " + u.dialect.Render(u.node.Relation()) + after
	rows, err := u.session.conn.Query(u.ctx, q)
	if err != nil {
		u.of.Expect = *expect
		return u.explain(err, newScript(q), columns)
	}
	if diff := differing(rows); diff != nil {
		u.failed(fmt.Sprintf("the table after run %d differs from expected", run+1), diff)
	}
	return nil
}

// differing compares the rows of a unit test's query.
func differing(rows *adapters.Rows) *rowdiff.Diff {
	last := len(rows.Columns) - 1
	names := make([]string, last)
	for i := range names {
		names[i] = strings.ToLower(rows.Columns[i].Name)
	}
	var expected, actual [][]any
	for _, row := range rows.Values {
		if row[last] == "expected" {
			expected = append(expected, row[:last])
		} else {
			actual = append(actual, row[:last])
		}
	}
	return rowdiff.Compare(names, expected, actual)
}
