package compiler

import (
	"context"
	"strings"

	"mdl/compiler/diag"
	"mdl/compiler/jinja"
	"mdl/compiler/jinja/value"
	"mdl/compiler/scope"
)

// SnapshotStrategy asks the macro snapshot_NAME_strategy of the project or of a
// package how the snapshot n finds what has changed. Held and source are the
// names by which the answer means the open states and the rows of the query;
// exists tells whether there is a table to compare with. The answer is nil where
// only mdl's own strategy of that name exists, and else a mapping with at least
// unique_key, updated_at, row_changed and scd_id (dbt's strategies.sql). A
// failure is a *diag.Diagnostic.
func (r *Runtime) SnapshotStrategy(ctx context.Context, n *Node, sql, held, source string, exists bool, wh scope.Warehouse) (*value.Dict, error) {
	name := n.Config.String("strategy")
	def, ok := strategyMacro(r.Manifest.Macros(), n.Package, name)
	if !ok || def.Internal {
		return nil, nil
	}
	model := ModelDict(n)
	model.SetStr("compiled_code", value.Str(sql))
	s := &runNames{r: r, n: n, extra: dictOf("model", model, "sql", value.Str(sql), "compiled_code", value.Str(sql))}
	config, _ := model.GetStr("config")
	args := value.Args{Pos: []value.Value{model, value.Str(held), value.Str(source), config, value.Bool(exists)}}
	v, err := jinja.CallMacro(def.Macro, args, jinja.Options{Globals: r.scope(ctx, s, n.Package, n.Name, wh), Context: ctx, Steps: r.Context.Steps})
	if err != nil {
		return nil, failed(err, n)
	}
	answer, ok := v.(*value.Dict)
	for _, key := range []string{"unique_key", "updated_at", "row_changed", "scd_id"} {
		if ok {
			part, _ := answer.GetStr(key)
			ok = part != nil && value.Truth(part)
		}
		if !ok {
			d := diag.Errorf("E273", n.Span, "the macro %s, the strategy of the snapshot %s, returns no %s", def.Name, n.Name, key).
				WithHint("let it return a dict with unique_key, updated_at, row_changed and scd_id")
			d.Notes = []diag.Note{{Message: "it is defined here", Span: def.Block.NameSpan}}
			return nil, &d
		}
	}
	return answer, nil
}

// strategyMacro finds the macro of a snapshot strategy, which may be named with
// its package.
func strategyMacro(m *Macros, pkg, strategy string) (*MacroDef, bool) {
	if m == nil {
		return nil, false
	}
	prefix := ""
	if at := strings.LastIndexByte(strategy, '.'); at >= 0 {
		prefix, strategy = strategy[:at+1], strategy[at+1:]
	}
	return m.Find(pkg, prefix+"snapshot_"+strategy+"_strategy")
}
