package engine

import (
	"encoding/json"
	"strings"
	"testing"

	"mdl/compiler"
)

func order(p *Plan) string {
	var names []string
	for _, s := range p.Steps {
		names = append(names, s.Name)
	}
	return strings.Join(names, " ")
}

func stepOf(p *Plan, name string) *Step {
	for _, s := range p.Steps {
		if s.Name == name {
			return s
		}
	}
	return nil
}

func TestPlanKinds(t *testing.T) {
	m := manifest(t,
		node("seed.p.raw", "seed"), node("model.p.a", "view", "seed.p.raw"), node("snapshot.p.h", "snapshot", "model.p.a"),
		node("test.p.t", "test", "model.p.a"), node("analysis.p.x", "view", "model.p.a"))
	for _, c := range []struct {
		cmd  Command
		want string
	}{
		{CmdRun, "a"}, {CmdTest, "t"}, {CmdSeed, "raw"}, {CmdSnapshot, "h"}, {CmdBuild, "raw a t h"},
	} {
		if got := order(NewPlan(m, c.cmd, ids(m), PlanOptions{})); got != c.want {
			t.Errorf("%s: %q, want %q", c.cmd, got, c.want)
		}
	}
	if got := len(NewPlan(m, CmdCompile, ids(m), PlanOptions{}).Steps); got != 5 {
		t.Errorf("compile has %d steps, want 5", got)
	}
}

func TestPlanLeadsThroughUnselected(t *testing.T) {
	m := manifest(t, node("model.p.a", "table"), node("model.p.e", "ephemeral", "model.p.a"), node("model.p.b", "table", "model.p.e"), node("model.p.c", "table", "model.p.b"))
	p := NewPlan(m, CmdRun, []string{"model.p.a", "model.p.c"}, PlanOptions{})
	if got := stepOf(p, "c").After; len(got) != 1 || got[0] != "model.p.a" {
		t.Errorf("c waits for %v, want model.p.a", got)
	}
	if a, c := stepOf(p, "a"), stepOf(p, "c"); a.Priority <= c.Priority {
		t.Errorf("a has priority %v, c %v: the head of the chain must come first", a.Priority, c.Priority)
	}
}

func TestPlanBuildOrdersTestsBeforeChildren(t *testing.T) {
	m := manifest(t, node("model.p.a", "table"), node("test.p.t", "test", "model.p.a"), node("model.p.b", "table", "model.p.a"))
	if got := stepOf(NewPlan(m, CmdBuild, ids(m), PlanOptions{}), "b").After; !strings.Contains(strings.Join(got, " "), "test.p.t") {
		t.Errorf("b waits for %v, want the test of a among them", got)
	}
}

func TestPlanSchemas(t *testing.T) {
	a, b := node("model.p.a", "view"), node("model.p.b", "ephemeral")
	b.Schema = "never"
	test := node("test.p.t", "test", "model.p.a")
	test.Schema = "audit"
	m := manifest(t, a, b, test)
	if got := NewPlan(m, CmdBuild, ids(m), PlanOptions{}).Schemas; len(got) != 1 || got[0].Schema != "s" {
		t.Errorf("schemas %v, want s", got)
	}
	if got := NewPlan(m, CmdBuild, ids(m), PlanOptions{StoreFailures: true}).Schemas; len(got) != 2 || got[0].Schema != "audit" {
		t.Errorf("schemas %v, want audit and s", got)
	}
}

func TestPlanIsJSON(t *testing.T) {
	empty := node("model.p.e", "view")
	empty.Raw = ""
	m := manifest(t, node("model.p.a", "view"), empty)
	text, err := json.Marshal(NewPlan(m, CmdBuild, ids(m), PlanOptions{}))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"unique_id":"model.p.a"`, `"materialization":"view"`, `"relation":"\"db\".\"s\".\"a\""`, `"reason":"its file is empty"`} {
		if !strings.Contains(string(text), want) {
			t.Errorf("%s is missing in %s", want, text)
		}
	}
}

func TestPlanBuildLoadsSeedsBeforeTheirSourcesAreRead(t *testing.T) {
	m := manifest(t, node("seed.p.raw", "seed"), node("model.p.a", "table"), node("test.p.t", "test"))
	m.Sources = map[string]*compiler.SourceNode{"source.p.s.raw": {ID: "source.p.s.raw", RelationName: m.Node("seed.p.raw").RelationName}}
	for _, id := range []string{"model.p.a", "test.p.t"} {
		m.Node(id).DependsOn = []string{"source.p.s.raw"}
	}
	p := NewPlan(m, CmdBuild, ids(m), PlanOptions{})
	for _, name := range []string{"a", "t"} {
		if got := strings.Join(stepOf(p, name).After, " "); got != "seed.p.raw" {
			t.Errorf("%s waits for %q, want the seed", name, got)
		}
	}
	if got := order(p); !strings.HasPrefix(got, "raw ") {
		t.Errorf("order %q: the seed must come first", got)
	}
	if got := stepOf(NewPlan(m, CmdRun, ids(m), PlanOptions{}), "a").After; len(got) != 0 {
		t.Errorf("run: a waits for %v", got)
	}
}

// TestPlanUnitTests: in build a unit test comes before its model, after what the
// model waits for; test runs it alone.
func TestPlanUnitTests(t *testing.T) {
	m := manifest(t, node("model.p.a", "table"), node("test.p.t", "test", "model.p.a"), node("model.p.b", "view", "model.p.a"),
		node("model.p.c", "view", "model.p.b"), node("unit_test.p.u", "unit", "model.p.b"))
	p := NewPlan(m, CmdBuild, ids(m), PlanOptions{})
	for name, want := range map[string]string{"u": "model.p.a test.p.t", "b": "model.p.a test.p.t unit_test.p.u", "c": "model.p.b"} {
		if got := strings.Join(stepOf(p, name).After, " "); got != want {
			t.Errorf("%s waits for %q, want %q", name, got, want)
		}
	}
	if got := NewPlan(m, CmdTest, []string{"unit_test.p.u"}, PlanOptions{}); len(got.Steps) != 1 || len(got.Schemas) != 0 {
		t.Errorf("test: %d steps, schemas %v", len(got.Steps), got.Schemas)
	}
}
