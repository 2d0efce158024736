package adaptertest

import (
	"context"
	"iter"
	"slices"
	"strings"
	"sync"

	"mdl/adapters"
)

// Fake is an adapter without a warehouse: it records every call and answers as
// told. It is safe for concurrent use. It does not understand SQL: what exists
// is what AddRelation and CreateSchema say.
type Fake struct {
	mu        sync.Mutex
	dialect   *adapters.Dialect
	calls     []Call
	conns     int
	answers   []*Answer
	schemas   []adapters.Namespace
	relations []adapters.Relation
	columns   map[adapters.Relation][]adapters.Column
	connErr   error
	closed    bool
}

// Call is one recorded call of a Conn.
type Call struct {
	// Conn numbers the connections from 1 in the order of Connect.
	Conn int
	// Op is the method: "exec", "query", "begin", "commit", "rollback",
	// "close", "schemas", "create schema", "drop schema", "relations",
	// "columns", "describe" or "load".
	Op string
	// SQL is the text of exec, query and describe, and the rendered relation or
	// schema of the calls that have one.
	SQL string
}

// NewFake returns a fake of a warehouse with a dialect; nil means one with
// DuckDB's properties.
func NewFake(d *adapters.Dialect) *Fake {
	if d == nil {
		d = &adapters.Dialect{Name: "fake", QuoteChar: `"`,
			ReplaceTable: true, ReplaceView: true, Merge: true, DropCascade: true,
			Types: adapters.TypeNames{String: "text", Int: "integer", BigInt: "bigint", Float: "float",
				Numeric: "numeric", Boolean: "boolean", Timestamp: "timestamp", Date: "date", Time: "time",
				Seed: adapters.SeedTypes{Text: "text", Integer: "integer", Number: "float8", Boolean: "boolean",
					Timestamp: "timestamp", Date: "date", Time: "time"}}}
	}
	return &Fake{dialect: d, columns: map[adapters.Relation][]adapters.Column{}}
}

// Answer is what a Fake does when a statement contains a fragment.
type Answer struct {
	fragment string
	rows     *adapters.Rows
	err      error
	once     bool
	started  chan struct{}
	release  chan struct{}
}

// On makes an answer for the statements (exec, query, describe) that contain
// fragment, and for commit if fragment is "commit". Of several answers that fit,
// the last made counts. Statements without an answer succeed with no rows.
func (f *Fake) On(fragment string) *Answer {
	f.mu.Lock()
	defer f.mu.Unlock()
	a := &Answer{fragment: fragment}
	f.answers = append(f.answers, a)
	return a
}

// Return makes the statement return rows.
func (a *Answer) Return(columns []adapters.Column, values ...[]any) *Answer {
	a.rows = &adapters.Rows{Columns: columns, Values: values}
	return a
}

// Fail makes the statement fail. A *QueryError without SQL gets the statement's.
func (a *Answer) Fail(err error) *Answer {
	a.err = err
	return a
}

// Once makes the answer count for one statement only.
func (a *Answer) Once() *Answer {
	a.once = true
	return a
}

// Block makes the statement wait until release is called or its context is
// done; started receives a value whenever one begins to wait.
func (a *Answer) Block() (started <-chan struct{}, release func()) {
	a.started, a.release = make(chan struct{}, 100), make(chan struct{})
	return a.started, sync.OnceFunc(func() { close(a.release) })
}

// FailConnect makes every further Connect fail with err; nil ends that.
func (f *Fake) FailConnect(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.connErr = err
}

// AddRelation makes a relation, and its schema, exist.
func (f *Fake) AddRelation(rel adapters.Relation, columns ...adapters.Column) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.addSchema(rel.Namespace())
	f.relations = append(f.relations, rel)
	f.columns[f.dialect.Key(rel)] = columns
}

func (f *Fake) addSchema(n adapters.Namespace) {
	if !slices.Contains(f.schemas, n) {
		f.schemas = append(f.schemas, n)
	}
}

// Calls returns what has been called so far, in order.
func (f *Fake) Calls() []Call {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.calls)
}

// SQL returns the texts of all exec and query calls so far, in order, with
// begin, commit and rollback among them.
func (f *Fake) SQL() []string {
	var out []string
	for _, c := range f.Calls() {
		switch c.Op {
		case "exec", "query":
			out = append(out, c.SQL)
		case "begin", "commit", "rollback":
			out = append(out, c.Op)
		}
	}
	return out
}

// Closed reports whether the adapter and all of its connections were closed.
func (f *Fake) Closed() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := 0
	for _, c := range f.calls {
		if c.Op == "close" {
			n++
		}
	}
	return f.closed && n == f.conns
}

// Dialect returns the dialect that NewFake was given.
func (f *Fake) Dialect() *adapters.Dialect { return f.dialect }

// Connect returns a recording connection.
func (f *Fake) Connect(ctx context.Context) (adapters.Conn, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.connErr != nil {
		return nil, f.connErr
	}
	f.conns++
	return &fakeConn{fake: f, n: f.conns}, nil
}

// Close records that the adapter was closed.
func (f *Fake) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.closed = true
	return nil
}

// fakeConn also is a BulkLoader and a Describer.
type fakeConn struct {
	fake *Fake
	n    int
	tx   bool
}

var (
	_ adapters.Adapter    = (*Fake)(nil)
	_ adapters.Conn       = (*fakeConn)(nil)
	_ adapters.BulkLoader = (*fakeConn)(nil)
	_ adapters.Describer  = (*fakeConn)(nil)
)

// record writes a call down and returns the answer to it, nil if there is none.
func (c *fakeConn) record(op, sql string) *Answer {
	f := c.fake
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls = append(f.calls, Call{Conn: c.n, Op: op, SQL: sql})
	for i, a := range slices.Backward(f.answers) {
		if !strings.Contains(sql, a.fragment) {
			continue
		}
		if a.once {
			f.answers = slices.Delete(f.answers, i, i+1)
		}
		return a
	}
	return nil
}

// answer records a statement, waits if its answer blocks, and gives the answer.
func (c *fakeConn) answer(ctx context.Context, op, sql string) (*adapters.Rows, error) {
	a := c.record(op, sql)
	if a != nil && a.release != nil {
		a.started <- struct{}{}
		select {
		case <-a.release:
		case <-ctx.Done():
		}
	}
	if ctx.Err() != nil {
		return nil, &adapters.QueryError{SQL: sql, Offset: -1, Kind: adapters.Cancelled,
			Message: "the statement was cancelled", Cause: context.Cause(ctx)}
	}
	if a == nil {
		return &adapters.Rows{}, nil
	}
	if q, ok := a.err.(*adapters.QueryError); ok && q.SQL == "" {
		located := *q
		located.SQL = sql
		return nil, &located
	}
	if a.err != nil {
		return nil, a.err
	}
	if a.rows == nil {
		return &adapters.Rows{}, nil
	}
	return a.rows, nil
}

func (c *fakeConn) Exec(ctx context.Context, sql string) (adapters.Outcome, error) {
	_, err := c.answer(ctx, "exec", sql)
	return adapters.Outcome{RowsAffected: -1}, err
}

func (c *fakeConn) Query(ctx context.Context, sql string) (*adapters.Rows, error) {
	return c.answer(ctx, "query", sql)
}

func (c *fakeConn) Describe(ctx context.Context, sql string) ([]adapters.Column, error) {
	rows, err := c.answer(ctx, "describe", sql)
	if err != nil {
		return nil, err
	}
	return rows.Columns, nil
}

func (c *fakeConn) Begin(ctx context.Context) error {
	if _, err := c.answer(ctx, "begin", "begin"); err != nil {
		return err
	}
	if c.tx {
		return &adapters.QueryError{Offset: -1, Message: "a transaction is open already"}
	}
	c.tx = true
	return nil
}

func (c *fakeConn) Commit(ctx context.Context) error {
	_, err := c.answer(ctx, "commit", "commit")
	if err == nil && !c.tx {
		return &adapters.QueryError{Offset: -1, Message: "no transaction is open"}
	}
	c.tx = false
	return err
}

func (c *fakeConn) Rollback(context.Context) error {
	c.record("rollback", "rollback")
	c.tx = false
	return nil
}

func (c *fakeConn) Close() error {
	c.record("close", "")
	return nil
}

func (c *fakeConn) Schemas(_ context.Context, database string) ([]string, error) {
	c.record("schemas", database)
	c.fake.mu.Lock()
	defer c.fake.mu.Unlock()
	var out []string
	for _, n := range c.fake.schemas {
		if c.fake.dialect.SameName(n.Database, database) {
			out = append(out, n.Schema)
		}
	}
	slices.Sort(out)
	return out, nil
}

func (c *fakeConn) CreateSchema(ctx context.Context, in adapters.Namespace) error {
	if _, err := c.answer(ctx, "create schema", c.fake.dialect.RenderNamespace(in)); err != nil {
		return err
	}
	c.fake.mu.Lock()
	defer c.fake.mu.Unlock()
	c.fake.addSchema(in)
	return nil
}

func (c *fakeConn) DropSchema(ctx context.Context, in adapters.Namespace) error {
	if _, err := c.answer(ctx, "drop schema", c.fake.dialect.RenderNamespace(in)); err != nil {
		return err
	}
	c.fake.mu.Lock()
	defer c.fake.mu.Unlock()
	c.fake.schemas = slices.DeleteFunc(c.fake.schemas, func(n adapters.Namespace) bool { return n == in })
	c.fake.relations = slices.DeleteFunc(c.fake.relations, func(r adapters.Relation) bool { return r.Namespace() == in })
	return nil
}

func (c *fakeConn) Relations(_ context.Context, in ...adapters.Namespace) ([]adapters.Relation, error) {
	var names []string
	for _, n := range in {
		names = append(names, c.fake.dialect.RenderNamespace(n))
	}
	c.record("relations", strings.Join(names, ", "))
	c.fake.mu.Lock()
	defer c.fake.mu.Unlock()
	var out []adapters.Relation
	for _, r := range c.fake.relations {
		if slices.Contains(in, r.Namespace()) {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(a, b adapters.Relation) int {
		return strings.Compare(a.Database+"\x00"+a.Schema+"\x00"+a.Name, b.Database+"\x00"+b.Schema+"\x00"+b.Name)
	})
	return out, nil
}

func (c *fakeConn) Columns(ctx context.Context, rel adapters.Relation) ([]adapters.Column, error) {
	name := c.fake.dialect.Render(rel)
	if _, err := c.answer(ctx, "columns", name); err != nil {
		return nil, err
	}
	c.fake.mu.Lock()
	defer c.fake.mu.Unlock()
	columns, ok := c.fake.columns[c.fake.dialect.Key(rel)]
	if !ok {
		return nil, &adapters.QueryError{Offset: -1, Kind: adapters.NotFound, Message: name + " does not exist"}
	}
	return columns, nil
}

func (c *fakeConn) Load(ctx context.Context, table adapters.Relation, _ []string, rows iter.Seq[[]adapters.Cell]) (int64, error) {
	if _, err := c.answer(ctx, "load", c.fake.dialect.Render(table)); err != nil {
		return 0, err
	}
	var n int64
	for range rows {
		n++
	}
	return n, nil
}
