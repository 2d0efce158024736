package duckdbtest

import (
	"context"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"mdl/compiler"
	"mdl/compiler/diag"
	"mdl/compiler/jinja/value"
	"mdl/compiler/macros"
	"mdl/compiler/project"
	"mdl/compiler/scope"
	"mdl/engine"
	"mdl/engine/internal/enginetest"
)

// byMacros builds every node by the macro of its materialization, as if the
// project had overridden something that it calls.
type byMacros struct {
	enginetest.Renderer
	runtime *compiler.Runtime
}

// Builder implements engine.Renderer.
func (r *byMacros) Builder(n *compiler.Node) (*compiler.MacroDef, bool) {
	def, _ := r.runtime.Builder(n)
	return def, true
}

// Materialize implements engine.Renderer.
func (r *byMacros) Materialize(ctx context.Context, mz compiler.Materialization, wh scope.Warehouse) (*compiler.Materialized, error) {
	return r.runtime.Materialize(ctx, mz, wh)
}

// emptyRuntime is the runtime of a project without files.
func emptyRuntime(t *testing.T) *compiler.Runtime {
	t.Helper()
	env := scope.NewEnv(scope.Facts{StartedAt: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Flags: map[string]value.Value{"FULL_REFRESH": value.False}})
	globals := env.Base(scope.ProjectFile, nil)
	config, diags := project.ParseConfig(diag.NewFile(project.ConfigFile, "name: p\nprofile: p\n"), project.ConfigOptions{Globals: globals})
	target := value.NewDict()
	target.SetStr("type", value.Str("duckdb"))
	ctx := compiler.NewContext(env, config, compiler.Target{
		ProfileName: "p", Name: "dev", Type: "duckdb", Database: "p", Schema: "main", Threads: 1, Values: target, Quoting: scope.AllParts,
	})
	p, more := project.Load(fstest.MapFS{}, project.Options{
		Config: config, ConfigGlobals: globals, Globals: ctx.Properties, Internal: macros.Packages(),
	})
	m, most := compiler.Resolve(p, ctx)
	if err := append(append(diags, more...), most...).Err(); err != nil {
		t.Fatal(err)
	}
	return &compiler.Runtime{Manifest: m, Context: ctx}
}

// otherwise are the cases of which the macros make something else than dbt, and why.
var otherwise = map[string]string{
	"s_blank_lines":         "the rows that are there are counted",
	"s_semicolon":           "1,5 is read as the number that its column was found to be",
	"m_merge_clauses":       "not in the macros",
	"m_merge_clauses_usual": "not in the macros",
	"m_merge_clauses_names": "not in the macros",
}

// TestGoldenByMacros builds what TestGolden builds by macros: what dbt made of
// the same cases is there.
func TestGoldenByMacros(t *testing.T) {
	text, err := os.ReadFile("testdata/golden.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []goldenCase
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	db, r := open(t), &byMacros{runtime: emptyRuntime(t)}
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			if why := otherwise[c.Name]; why != "" {
				t.Skip(why)
			}
			for i, run := range c.Runs {
				n := goldenNode(c, i)
				files := fstest.MapFS{"seeds/" + c.Name + ".csv": {Data: []byte(run.Text)}}
				m := enginetest.Manifest(t, n)
				plan := engine.NewPlan(m, engine.CmdBuild, m.Graph.IDs(), engine.PlanOptions{})
				results, err := engine.Run(context.Background(), db, r, m, plan, engine.Options{Project: files})
				if err != nil {
					t.Fatal(err)
				}
				res := results.Results[0]
				if string(res.Status) != run.Status {
					t.Fatalf("run %d: %s, dbt: %s\n%s\n%s", i, res.Status, run.Status, res.Message, run.Message)
				}
				if run.Status != "success" {
					continue
				}
				if res.Message != run.Message {
					t.Errorf("run %d: message %q, dbt: %q", i, res.Message, run.Message)
				}
				if g, w := render(mask(c, db.relation(t, c.Name))), render(run.Relation); !strings.EqualFold(g, w) {
					t.Errorf("run %d:\n%s\ndbt has\n%s", i, g, w)
				}
			}
		})
	}
}
