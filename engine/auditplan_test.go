package engine

import (
	"slices"
	"testing"

	"mdl/compiler"
)

// attached makes a generic test of a node that also reads others.
func attached(name, of string, parents ...string) *compiler.Node {
	n := node("test.p."+name, "test", append([]string{of}, parents...)...)
	n.Test = &compiler.TestInfo{AttachedNode: of}
	return n
}

// TestAuditsOfAPlan has a model that is published after its tests, which also
// read a model before it, one beside it, and one that follows it.
func TestAuditsOfAPlan(t *testing.T) {
	m := manifest(t,
		node("model.p.before", "table"),
		node("model.p.beside", "table"),
		with(node("model.p.m", "table", "model.p.before"), "publish", "after_tests"),
		node("model.p.after", "table", "model.p.m"),
		attached("own", "model.p.m"),
		attached("to_before", "model.p.m", "model.p.before"),
		attached("to_beside", "model.p.m", "model.p.beside"),
		attached("to_after", "model.p.m", "model.p.after"),
		attached("of_other", "model.p.before", "model.p.m"),
		node("test.p.singular", "test", "model.p.m"),
	)
	for _, cmd := range []Command{CmdRun, CmdBuild} {
		p := NewPlan(m, cmd, ids(m), PlanOptions{})
		var got, after, rest []string
		for _, s := range p.Steps {
			if s.ID == "model.p.m" {
				after = s.After
				for _, a := range s.Audits {
					got = append(got, a.Name)
				}
			}
			if s.Kind == compiler.Test {
				rest = append(rest, s.Name)
			}
		}
		slices.Sort(got)
		slices.Sort(after)
		if want := []string{"own", "singular", "to_before", "to_beside"}; !slices.Equal(got, want) {
			t.Errorf("%s: audits %v, want %v", cmd, got, want)
		}
		if !slices.Contains(after, "model.p.beside") || !slices.Contains(after, "model.p.before") {
			t.Errorf("%s: the model waits for %v", cmd, after)
		}
		slices.Sort(rest)
		if want := []string{"of_other", "to_after"}; cmd == CmdBuild && !slices.Equal(rest, want) {
			t.Errorf("%s: the other tests are %v, want %v", cmd, rest, want)
		}
	}
	if p := NewPlan(m, CmdTest, ids(m), PlanOptions{}); len(p.Steps) != 6 {
		t.Errorf("test runs %d tests", len(p.Steps))
	}
}

// TestAuditsDoNotMakeACycle has two such models whose tests read each other.
func TestAuditsDoNotMakeACycle(t *testing.T) {
	m := manifest(t,
		with(node("model.p.a", "table"), "publish", "after_tests"),
		with(node("model.p.b", "table"), "publish", "after_tests"),
		attached("a_to_b", "model.p.a", "model.p.b"),
		attached("b_to_a", "model.p.b", "model.p.a"),
	)
	p := NewPlan(m, CmdBuild, ids(m), PlanOptions{})
	audits := 0
	for _, s := range p.Steps {
		audits += len(s.Audits)
	}
	if audits != 1 || len(p.Steps) != 3 {
		t.Errorf("%d audits, %d steps", audits, len(p.Steps))
	}
}
