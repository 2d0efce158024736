package engine

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"mdl/adapters"
	"mdl/compiler"
	"mdl/compiler/diag"
	"mdl/compiler/graph"
	"mdl/compiler/jinja/value"
	"mdl/compiler/scope"
)

// renderer is a Renderer that uses the raw code as it is.
type renderer struct {
	fail map[string]error // by node id
	mu   sync.Mutex
	end  *value.Dict // what on-run-end hooks were given
}

func (r *renderer) Compile(_ context.Context, n *compiler.Node, _ scope.Warehouse) (*compiler.Compiled, error) {
	if err := r.fail[n.ID]; err != nil {
		return nil, err
	}
	return &compiler.Compiled{SQL: n.Raw}, nil
}

func (r *renderer) Hook(_ context.Context, _ *compiler.Node, h compiler.Hook, _ scope.Warehouse) (*compiler.Compiled, error) {
	return &compiler.Compiled{SQL: h.SQL}, nil
}

func (r *renderer) Operation(_ context.Context, n *compiler.Node, extra *value.Dict, _ scope.Warehouse) (*compiler.Compiled, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if extra != nil {
		r.end = extra
	}
	return &compiler.Compiled{SQL: n.Raw}, nil
}

// config makes a configuration of Go values in the order given: name, value ...
func config(pairs ...any) *compiler.Config {
	d := value.NewDict()
	for i := 0; i < len(pairs); i += 2 {
		d.SetStr(pairs[i].(string), value.FromGo(pairs[i+1]))
	}
	return compiler.NewConfig(d)
}

// node makes a node of schema "s" in database "db": an id such as
// "model.p.a", its materialization, and its parents.
func node(id, materialized string, parents ...string) *compiler.Node {
	parts := strings.Split(id, ".")
	kind, name := compiler.Kind(parts[0]), parts[len(parts)-1]
	n := &compiler.Node{
		ID: id, Kind: kind, Name: name, Package: parts[1], Path: name + ".sql", OrigPath: "models/" + name + ".sql",
		Raw: "select '" + name + "'", Config: config("materialized", materialized), Database: "db", Schema: "s", Alias: name,
		DependsOn: parents, FQN: parts[1:],
	}
	n.File = diag.NewFile(n.OrigPath, n.Raw)
	n.Span = diag.Span{File: n.File}
	if kind != compiler.Test && materialized != "ephemeral" {
		n.RelationName = `"db"."s"."` + name + `"`
	}
	return n
}

// with returns the node with more configuration.
func with(n *compiler.Node, pairs ...any) *compiler.Node {
	d := n.Config.Dict().Copy()
	for i := 0; i < len(pairs); i += 2 {
		d.SetStr(pairs[i].(string), value.FromGo(pairs[i+1]))
	}
	n.Config = compiler.NewConfig(d)
	return n
}

// manifest makes a manifest of nodes.
func manifest(t testing.TB, nodes ...*compiler.Node) *compiler.Manifest {
	t.Helper()
	m := &compiler.Manifest{ProjectName: "p", Nodes: map[string]*compiler.Node{}}
	var gs []graph.Node
	for _, n := range nodes {
		m.Nodes[n.ID] = n
		gs = append(gs, graph.Node{ID: n.ID, Name: n.Name, Package: n.Package, ResourceType: string(n.Kind), FQN: n.FQN, Parents: n.DependsOn})
	}
	g, diags := graph.New(gs, nil)
	if err := diags.Err(); err != nil {
		t.Fatal(err)
	}
	m.Graph = g
	return m
}

func ids(m *compiler.Manifest) []string { return m.Graph.IDs() }

// ticking is a clock that moves a millisecond at every look.
func ticking() func() time.Time {
	var mu sync.Mutex
	now := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	return func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		now = now.Add(time.Millisecond)
		return now
	}
}

// execute plans everything and runs it.
func execute(t *testing.T, ad adapters.Adapter, r Renderer, m *compiler.Manifest, cmd Command, opt Options) *Results {
	t.Helper()
	opt.Clock = ticking()
	res, err := Run(context.Background(), ad, r, m, NewPlan(m, cmd, ids(m), PlanOptions{StoreFailures: opt.StoreFailures}), opt)
	if err != nil {
		t.Fatalf("run: %v", err)
	}
	return res
}

// statuses renders results as "a=success b=skipped" in the order of their ids.
func statuses(res *Results) string {
	var list []string
	for _, r := range res.Results {
		name := r.ID[strings.LastIndexByte(r.ID, '.')+1:]
		list = append(list, name+"="+string(r.Status))
	}
	return strings.Join(list, " ")
}

func byName(t *testing.T, res *Results, name string) *Result {
	t.Helper()
	for _, r := range res.Results {
		if strings.HasSuffix(r.ID, "."+name) {
			return r
		}
	}
	t.Fatalf("no result of %s in %s", name, statuses(res))
	return nil
}
