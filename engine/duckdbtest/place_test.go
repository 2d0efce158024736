package duckdbtest

import (
	"context"
	"fmt"
	"testing"

	"mdl/compiler"
	"mdl/compiler/diag"
	"mdl/compiler/jinja"
	"mdl/compiler/scope"
	"mdl/engine"
	"mdl/engine/internal/enginetest"
)

// templates is a renderer of real templates that need no names of dbt's.
type templates struct{ enginetest.Renderer }

// Compile implements engine.Renderer.
func (*templates) Compile(_ context.Context, n *compiler.Node, _ scope.Warehouse) (*compiler.Compiled, error) {
	p, diags := jinja.Parse(n.File)
	if err := diags.Err(); err != nil {
		return nil, err
	}
	out, err := p.Render(jinja.Options{Map: true})
	if err != nil {
		return nil, err
	}
	return &compiler.Compiled{SQL: out.Text, Map: out.Map}, nil
}

// TestErrorPlace leads errors of the database back to the user's line through
// loops and expressions, for each kind of statement that the query is put into.
func TestErrorPlace(t *testing.T) {
	for _, c := range []struct{ text, place, under string }{
		{"select\n  {# what #}\n  statsu\nfrom (select 1 as status)", "models/m.sql:3:3", "statsu"},
		{"select {% for c in ['status', 'x'] %}{{ c }},{% endfor %}\n 1 as id, no_such(1)\nfrom (select 1 as status, 2 as x)", "models/m.sql:2:11", "no_such"},
		{"{% set c = 'statsu' %}\nselect {{ c }} from (select 1 as status)", "models/m.sql:2:11", "c"},
		{"select 1 as id\nfrom nowhere", "models/m.sql:2:6", "nowhere"},
	} {
		for _, materialized := range []string{"view", "table", "incremental", "snapshot", "test"} {
			n := model("m", materialized, c.text, "unique_key", "id", "strategy", "check", "check_cols", "all")
			n.File = diag.NewFile("models/m.sql", c.text)
			switch materialized {
			case "snapshot", "test":
				n.Kind = compiler.Kind(materialized)
			}
			db := open(t)
			if materialized == "incremental" || materialized == "snapshot" {
				ok := *n
				ok.File = diag.NewFile("models/m.sql", "select 1 as id")
				run(t, db, &ok)
			}
			d := run(t, db, n).Diagnostic
			if d == nil {
				t.Fatalf("%s of %q succeeds", materialized, c.text)
			}
			line, col := d.Span.Position()
			if got := fmt.Sprintf("%s:%d:%d", d.Span.Path(), line, col); got != c.place || d.Span.Text() != c.under {
				t.Errorf("%s: %s underlines %q, want %s %q (%s)", materialized, got, d.Span.Text(), c.place, c.under, d.Summary)
			}
		}
	}
}

func run(t *testing.T, db database, n *compiler.Node) *engine.Result {
	t.Helper()
	m := enginetest.Manifest(t, n)
	res, err := engine.Run(context.Background(), db, &templates{}, m, engine.NewPlan(m, engine.CmdBuild, m.Graph.IDs(), engine.PlanOptions{}), engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return res.Results[0]
}
