package compiler

import (
	"context"
	"slices"
	"strings"

	"mdl/adapters"
	"mdl/compiler/diag"
	"mdl/compiler/jinja"
	"mdl/compiler/jinja/value"
	"mdl/compiler/scope"
)

// Materialization is one node that a macro is to build.
type Materialization struct {
	Macro *MacroDef
	Node  *Node
	// SQL is what Compile has made of the node; nil for seeds.
	SQL *Compiled
	// Rows reads a seed's file, for load_agate_table(); nil for all others.
	Rows func() (*scope.Table, error)
	// Later tells that an earlier batch of the same run has made the table:
	// is_incremental() is true then, and should_full_refresh() false.
	Later bool
}

// Materialized is what a materialization has done.
type Materialized struct {
	// Relations are those that it returned. Their kind may be unknown.
	Relations []adapters.Relation
	// Message, Code and Rows are the response of its statement "main"; Rows is
	// -1 where the warehouse told no count.
	Message, Code string
	Rows          int64
	// Written is what it has written for target/run.
	Written string
}

// Materialize calls a materialization's macro, which builds the node with the
// help of the warehouse. A failure is a *diag.Diagnostic; what was done before
// it is the caller's to undo.
func (r *Runtime) Materialize(ctx context.Context, mz Materialization, wh scope.Warehouse) (*Materialized, error) {
	n := mz.Node
	if languages := mz.Macro.Block.Languages; !slices.Contains(languages, n.Language()) {
		d := diag.Errorf("E266", n.Span, "the materialization %q builds only %s, and %s is written in %s",
			mz.Macro.Block.Name, strings.Join(languages, ", "), n.Name, n.Language())
		d.Notes = []diag.Note{{Message: "it is defined here", Span: mz.Macro.Block.NameSpan}}
		return nil, &d
	}
	out := &Materialized{}
	s := &runNames{r: r, n: n, inline: true, extra: mz.names(out)}
	s.extra.SetStr("model", mz.model(s))
	globals := r.scope(ctx, s, n.Package, n.Name, wh)
	returned, err := jinja.CallMacro(mz.Macro.Macro, value.Args{}, jinja.Options{Globals: mz.globals(globals), Context: ctx, Steps: r.Context.Steps})
	if err != nil {
		return out, failed(err, n)
	}
	relations, wrong := relationsOf(mz.Macro, n, returned)
	if wrong != nil {
		return out, diagnosticAt(wrong, mz.Macro.Block.NameSpan)
	}
	for _, rel := range relations {
		out.Relations = append(out.Relations, rel.Adapter())
	}
	main, ok := globals.Result("main")
	if !ok {
		return out, diagnosticAt(&scope.Error{
			Kind: scope.Runtime,
			Msg:  "the materialization \"" + mz.Macro.Block.Name + "\" ran no statement called main for " + n.Name,
			Hint: "run the statement that builds the relation in {% call statement('main') %}",
		}, mz.Macro.Block.NameSpan)
	}
	out.Message, out.Code, out.Rows = scope.ResponseParts(main.Response)
	return out, nil
}

// globals are the names of the render; those of a later batch have two answers
// of their own (dbt's MicrobatchBuilder.build_jinja_context_for_batch).
func (mz Materialization) globals(s *scope.Scope) jinja.Globals {
	if mz.Later {
		return laterBatch{s}
	}
	return s
}

type laterBatch struct{ *scope.Scope }

// Lookup implements jinja.Globals.
func (l laterBatch) Lookup(name string) (value.Value, bool) {
	if name != "is_incremental" && name != "should_full_refresh" {
		return l.Scope.Lookup(name)
	}
	answer := value.Bool(name == "is_incremental")
	return &value.Func{Name: name, Fn: func(value.Thread, value.Args) (value.Value, error) { return answer, nil }}, true
}

// CreateSchema calls the macro create_schema where the project overrides it, and
// reports whether it does. A failure is a *diag.Diagnostic.
func (r *Runtime) CreateSchema(ctx context.Context, in adapters.Namespace, wh scope.Warehouse) (done bool, err error) {
	macros := r.Manifest.Macros()
	if macros == nil || macros.Override("create_schema") == nil {
		return false, nil
	}
	rel := r.Context.shared.RelationOf(adapters.Relation{Database: in.Database, Schema: in.Schema}, scope.AllParts)
	_, err = r.CallMacro(ctx, "create_schema", dictOf("relation", rel), wh)
	return true, err
}

// names are those that only a materialization sees.
func (mz Materialization) names(out *Materialized) *value.Dict {
	code := value.Value(value.None)
	if mz.SQL != nil {
		code = value.Str(mz.SQL.SQL)
	}
	names := dictOf("sql", code, "compiled_code", code)
	names.SetStr("write", &value.Func{Name: "write", Fn: func(_ value.Thread, a value.Args) (value.Value, error) {
		got, err := a.Bind("write", value.Required("payload"))
		if err == nil {
			out.Written = value.ToStr(got[0])
		}
		return value.Str(""), err
	}})
	if mz.Rows != nil {
		names.SetStr("load_agate_table", &value.Func{Name: "load_agate_table", Fn: func(_ value.Thread, a value.Args) (value.Value, error) {
			if _, err := a.Bind("load_agate_table"); err != nil {
				return nil, err
			}
			return mz.Rows()
		}})
	}
	return names
}

// model is the name model: the node, and what was made of it.
func (mz Materialization) model(s *runNames) value.Value {
	d := s.model().(*value.Dict)
	if mz.SQL != nil {
		d.SetStr("compiled", value.True)
		d.SetStr("compiled_code", value.Str(mz.SQL.SQL))
		mz.nameKeyTargets(d)
	}
	return d
}

// nameKeyTargets writes the relations that the model's foreign keys point at in
// place of the ref() or source() of the properties, as dbt does.
func (mz Materialization) nameKeyTargets(model *value.Dict) {
	if len(mz.SQL.KeyTargets) == 0 {
		return
	}
	for _, key := range []string{"columns", "constraints"} {
		if v, ok := model.GetStr(key); ok {
			model.SetStr(key, scope.CopyOf(v))
		}
	}
	constraints, _ := model.GetStr("constraints")
	mz.nameTargetsIn(constraints)
	columns, _ := model.GetStr("columns")
	if dict, ok := columns.(*value.Dict); ok {
		for _, column := range dict.All() {
			if c, ok := column.(*value.Dict); ok {
				constraints, _ := c.GetStr("constraints")
				mz.nameTargetsIn(constraints)
			}
		}
	}
}

func (mz Materialization) nameTargetsIn(constraints value.Value) {
	list, ok := constraints.(*value.List)
	if !ok {
		return
	}
	for _, item := range list.Items() {
		c, ok := item.(*value.Dict)
		if !ok {
			continue
		}
		if to, ok := c.GetStr("to"); ok && to != nil {
			if rel := mz.SQL.KeyTargets[value.ToStr(to)]; rel != nil {
				c.SetStr("to", value.Str(rel.Render()))
			}
		}
	}
}
