// Package enginetest makes manifests by hand for the tests of the engine.
package enginetest

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

// Renderer is an engine.Renderer that uses the raw code as it is.
type Renderer struct {
	// Fail holds errors by node id.
	Fail map[string]error
	mu   sync.Mutex
	// End is what on-run-end hooks were given.
	End *value.Dict
}

// Compile returns the raw code.
func (r *Renderer) Compile(_ context.Context, n *compiler.Node, _ scope.Warehouse) (*compiler.Compiled, error) {
	if err := r.Fail[n.ID]; err != nil {
		return nil, err
	}
	return &compiler.Compiled{SQL: n.Raw}, nil
}

// Hook returns the hook as it is.
func (r *Renderer) Hook(_ context.Context, _ *compiler.Node, h compiler.Hook, _ scope.Warehouse) (*compiler.Compiled, error) {
	return &compiler.Compiled{SQL: h.SQL}, nil
}

// Operation returns the raw code.
func (r *Renderer) Operation(_ context.Context, n *compiler.Node, extra *value.Dict, _ scope.Warehouse) (*compiler.Compiled, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if extra != nil {
		r.End = extra
	}
	return &compiler.Compiled{SQL: n.Raw}, nil
}

// SnapshotStrategy returns nil: the engine's own strategies.
func (r *Renderer) SnapshotStrategy(context.Context, *compiler.Node, string, string, string, bool, scope.Warehouse) (*value.Dict, error) {
	return nil, nil
}

// Config makes a configuration of Go values in the order given: name, value ...
func Config(pairs ...any) *compiler.Config {
	d := value.NewDict()
	for i := 0; i < len(pairs); i += 2 {
		d.SetStr(pairs[i].(string), value.FromGo(pairs[i+1]))
	}
	return compiler.NewConfig(d)
}

// Node makes a node of schema "s" in database "db": an id such as
// "model.p.a", its materialization, and its parents.
func Node(id, materialized string, parents ...string) *compiler.Node {
	parts := strings.Split(id, ".")
	kind, name := compiler.Kind(parts[0]), parts[len(parts)-1]
	n := &compiler.Node{
		ID: id, Kind: kind, Name: name, Package: parts[1], Path: name + ".sql", OrigPath: "models/" + name + ".sql",
		Raw: "select '" + name + "'", Config: Config("materialized", materialized), Database: "db", Schema: "s", Alias: name,
		DependsOn: parents, FQN: parts[1:],
	}
	n.File = diag.NewFile(n.OrigPath, n.Raw)
	n.Span = diag.Span{File: n.File}
	if kind != compiler.Test && materialized != "ephemeral" {
		n.RelationName = `"db"."s"."` + name + `"`
	}
	return n
}

// With returns the node with more configuration.
func With(n *compiler.Node, pairs ...any) *compiler.Node {
	d := n.Config.Dict().Copy()
	for i := 0; i < len(pairs); i += 2 {
		d.SetStr(pairs[i].(string), value.FromGo(pairs[i+1]))
	}
	n.Config = compiler.NewConfig(d)
	return n
}

// Manifest makes a manifest of nodes.
func Manifest(t testing.TB, nodes ...*compiler.Node) *compiler.Manifest {
	t.Helper()
	m := &compiler.Manifest{ProjectName: "p"}
	var gs []graph.Node
	for _, n := range nodes {
		if n.Kind != compiler.Exposure {
			m.AddNode(n)
		}
		gs = append(gs, graph.Node{ID: n.ID, Name: n.Name, Package: n.Package, ResourceType: string(n.Kind), FQN: n.FQN, Parents: n.DependsOn})
	}
	g, diags := graph.New(gs, nil)
	if err := diags.Err(); err != nil {
		t.Fatal(err)
	}
	m.Graph = g
	return m
}

// Ticking is a clock that moves a millisecond at every look.
func Ticking() func() time.Time {
	var mu sync.Mutex
	now := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	return func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		now = now.Add(time.Millisecond)
		return now
	}
}

// Builder knows of no macros.
func (r *Renderer) Builder(*compiler.Node) (*compiler.MacroDef, bool) { return nil, false }

// Materialize is never asked for.
func (r *Renderer) Materialize(_ context.Context, mz compiler.Materialization, _ scope.Warehouse) (*compiler.Materialized, error) {
	return nil, r.Fail[mz.Node.ID]
}

// CreateSchema has no macro for it.
func (r *Renderer) CreateSchema(context.Context, adapters.Namespace, scope.Warehouse) (bool, error) {
	return false, nil
}
