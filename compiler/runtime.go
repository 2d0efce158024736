package compiler

import (
	"context"

	"mdl/compiler/jinja"
	"mdl/compiler/jinja/value"
	"mdl/compiler/scope"
)

// Runtime renders the nodes of one manifest during one invocation. It is
// immutable and shared by all workers.
type Runtime struct {
	Manifest *Manifest
	Context  *Context
	Selected []string // unique ids; `selected_resources`
}

// Compiled is the SQL of one node, with the way back to the user's text.
type Compiled struct {
	SQL  string
	Map  *jinja.SourceMap
	CTEs []string // unique ids of the ephemeral models that were put in front
}

// Compile renders a model, test, snapshot, analysis or operation for execution,
// with the ephemeral models it refers to put in front as common table
// expressions. A failure is a *diag.Diagnostic.
func (r *Runtime) Compile(ctx context.Context, n *Node, wh scope.Warehouse) (*Compiled, error) {
	return nil, nil
}

// Hook renders the SQL of a hook in the context of its node.
func (r *Runtime) Hook(ctx context.Context, n *Node, hook Hook, wh scope.Warehouse) (*Compiled, error) {
	return nil, nil
}

// Operation renders the SQL of an on-run-start or on-run-end hook. Extra are
// further names of its context, which on-run-end hooks see: results, schemas
// and database_schemas.
func (r *Runtime) Operation(ctx context.Context, n *Node, extra *value.Dict, wh scope.Warehouse) (*Compiled, error) {
	return nil, nil
}

// CallMacro calls a macro by name ("name" or "package.name") with keyword
// arguments, as run-operation does. A failure is a *diag.Diagnostic.
func (r *Runtime) CallMacro(ctx context.Context, name string, kwargs *value.Dict, wh scope.Warehouse) (value.Value, error) {
	return nil, nil
}

// Inline renders SQL that was given on the command line, as a node of its own.
func (r *Runtime) Inline(ctx context.Context, sql string, wh scope.Warehouse) (*Compiled, error) {
	return nil, nil
}
