package engine

import (
	"cmp"
	"slices"
	"strings"

	"mdl/adapters"
	"mdl/compiler"
	"mdl/compiler/diag"
)

// Plan is what a command would do. It is immutable and printable as JSON;
// progress is kept elsewhere.
type Plan struct {
	Command Command `json:"command"`
	// Steps are in an order in which they could run one after the other.
	Steps []*Step `json:"steps"`
	// Schemas are those that the steps build into, each once, sorted.
	Schemas []adapters.Namespace `json:"schemas"`
	// Omitted are the selected resources that the command leaves out.
	Omitted []Omission `json:"omitted,omitempty"`
}

// Step is one node of a plan.
type Step struct {
	ID              string        `json:"unique_id"`
	Kind            compiler.Kind `json:"resource_type"`
	Name            string        `json:"name"`
	Materialization string        `json:"materialization,omitempty"`
	// Relation is the quoted name of what the step builds, or "".
	Relation string `json:"relation,omitempty"`
	// After are the steps that must end first, nearest ones only; where a path
	// leads through nodes that were not selected, it counts.
	After []string `json:"after"`
	// Priority is the cost of the dearest chain of steps that starts here: of
	// the steps that are ready, the highest runs first.
	Priority float64 `json:"priority"`
	// Hidden steps are not reported unless they fail: ephemeral models, which
	// are only compiled.
	Hidden bool `json:"hidden,omitempty"`
	// Scan numbers, from 1, the tests of one relation that one statement
	// answers; 0 is a step that runs by itself. They have the same After.
	Scan int `json:"scan,omitempty"`
	// Batched steps are microbatch models: they are built one interval after
	// the other.
	Batched bool `json:"batched,omitempty"`

	// later and more: a batch that is not the first, or not the last, of its
	// node in this run.
	later, more bool
	// blocked says why the step cannot be done; nil where it can.
	blocked *diag.Diagnostic

	// Audits are the tests that decide whether what the step builds is published.
	Audits []*Step `json:"audits,omitempty"`

	node  *compiler.Node          // nil for exposures, saved queries and sources
	fresh *compiler.FreshnessRule // what is checked instead of being built, or nil
}

// ChecksFreshness reports whether the step asks for the age of data.
func (s *Step) ChecksFreshness() bool { return s.fresh != nil }

// Node is the step's node, or nil for an exposure, a saved query or a source.
func (s *Step) Node() *compiler.Node { return s.node }

// Omission is a selected resource that a plan leaves out.
type Omission struct {
	ID     string `json:"unique_id"`
	Reason string `json:"reason"`
}

// commandKinds lists what each command runs, as dbt's tasks do.
var commandKinds = map[Command][]compiler.Kind{
	CmdRun:      {compiler.Model},
	CmdTest:     {compiler.Test, compiler.UnitTest},
	CmdSeed:     {compiler.Seed},
	CmdSnapshot: {compiler.Snapshot},
	CmdBuild:    {compiler.Model, compiler.Seed, compiler.Snapshot, compiler.Test, compiler.UnitTest, compiler.Exposure, compiler.Function, compiler.SavedQuery},
	CmdCompile:  {compiler.Model, compiler.Seed, compiler.Snapshot, compiler.Test, compiler.Function, compiler.Analysis, compiler.Operation},
	CmdShow:     {compiler.Model, compiler.Seed, compiler.Snapshot, compiler.Test, compiler.Analysis},
	// Of sources those that say how old they may be.
	CmdFreshness:    {compiler.Source},
	CmdAllFreshness: {compiler.Source, compiler.Model},
	CmdClone:        {compiler.Model, compiler.Seed, compiler.Snapshot},
}

// PlanOptions are the facts that a plan depends on beside the manifest.
type PlanOptions struct {
	// StoreFailures is dbt's flag: tests build relations too.
	StoreFailures bool
	// FuseTests lets one statement answer all column tests of a relation.
	FuseTests bool
	// Cost estimates a node's duration in any unit, for the critical path; nil
	// means a guess by materialization.
	Cost func(id string) float64
}

// NewPlan returns what a command does with the selected ids. It reads nothing
// but its arguments. Selected ids that the manifest does not have are ignored.
func NewPlan(m *compiler.Manifest, cmd Command, selected []string, opt PlanOptions) *Plan {
	p := &Plan{Command: cmd}
	steps := map[string]*Step{}
	for _, id := range selected {
		step, reason := newStep(m, cmd, id)
		switch {
		case step != nil:
			steps[id] = step
		case reason != "":
			p.Omitted = append(p.Omitted, Omission{id, reason})
		}
	}
	g := planAudits(m, cmd, steps)
	if cmd == CmdBuild {
		g = g.WithTestEdges().WithUnitTestsFirst()
	}
	ids := make([]string, 0, len(steps))
	for id := range steps {
		ids = append(ids, id)
	}
	g = g.Subset(ids)
	cost := opt.Cost
	if cost == nil {
		cost = func(id string) float64 { return steps[id].cost() }
	}
	priority := g.CriticalPath(cost)
	for _, id := range g.Topological() {
		s := steps[id]
		if s.After = g.Parents(id); cmd == CmdClone || cmd == CmdAllFreshness {
			s.After = nil // what is looked at exists already
		}
		s.Priority = priority[id]
		p.Steps = append(p.Steps, s)
	}
	if cmd == CmdBuild {
		seedsBeforeSources(m, p)
	}
	if opt.FuseTests && (cmd == CmdTest || cmd == CmdBuild) {
		fuse(m, p, opt.StoreFailures)
	}
	p.Schemas = schemas(p, opt)
	return p
}

// seedsBeforeSources lets what reads a source wait for the seed that loads the
// source's table. Many projects declare their seeds as sources; dbt knows of no
// order between the two and reads what is there, or fails.
func seedsBeforeSources(m *compiler.Manifest, p *Plan) {
	loads := map[string]string{}
	for _, s := range p.Steps {
		if s.Kind == compiler.Seed {
			loads[s.Relation] = s.ID
		}
	}
	if len(loads) == 0 {
		return
	}
	// Seeds wait for nothing but hooks: in front they keep the order topological.
	slices.SortStableFunc(p.Steps, func(a, b *Step) int {
		return cmp.Compare(seedFirst(a), seedFirst(b))
	})
	for _, s := range p.Steps {
		if s.node == nil {
			continue
		}
		for _, id := range s.node.DependsOn {
			if source := m.Sources[id]; source != nil && loads[source.RelationName] != "" {
				s.After = append(slices.Clone(s.After), loads[source.RelationName])
			}
		}
	}
}

// seedFirst is 0 for a seed that waits for nothing, else 1.
func seedFirst(s *Step) int {
	if s.Kind == compiler.Seed && len(s.After) == 0 {
		return 0
	}
	return 1
}

// freshnessRule is how old the data of a source or a model may be; nil for other
// resources.
func freshnessRule(m *compiler.Manifest, id string) *compiler.FreshnessRule {
	if s := m.Sources[id]; s != nil {
		return s.FreshnessRule()
	}
	if n := m.Node(id); n != nil && n.Kind == compiler.Model && !n.IsEphemeral() {
		return n.FreshnessRule()
	}
	return nil
}

// freshnessStep is the check of a rule; nil where it has no limits.
func freshnessStep(rule *compiler.FreshnessRule, cmd Command) *Step {
	if !rule.HasLimits() || !slices.Contains(commandKinds[cmd], rule.Kind) {
		return nil
	}
	return &Step{ID: rule.ID, Kind: rule.Kind, Name: rule.Name, fresh: rule}
}

// newStep returns the step for a resource, or nil and why there is none.
func newStep(m *compiler.Manifest, cmd Command, id string) (*Step, string) {
	if rule := freshnessRule(m, id); rule != nil && (cmd == CmdFreshness || cmd == CmdAllFreshness) {
		return freshnessStep(rule, cmd), ""
	}
	if n := m.Node(id); n != nil {
		if !slices.Contains(commandKinds[cmd], n.Kind) {
			return nil, ""
		}
		if n.Kind != compiler.Seed && strings.TrimSpace(n.Raw) == "" {
			return nil, "its file is empty"
		}
		if n.IsPython() && (cmd == CmdCompile || cmd == CmdShow) {
			return nil, "mdl does not compile Python models"
		}
		how := n.Materialized()
		if cmd == CmdClone {
			if n.IsEphemeral() {
				return nil, ""
			}
			how = "clone"
		}
		return &Step{
			ID: id, Kind: n.Kind, Name: n.Name, Materialization: how,
			Relation: n.RelationName, Hidden: n.IsEphemeral() && cmd != CmdCompile && cmd != CmdShow, node: n,
			Batched: (cmd == CmdRun || cmd == CmdBuild) && m.IsMicrobatch(n),
		}, ""
	}
	if e := m.Exposures[id]; e != nil && slices.Contains(commandKinds[cmd], compiler.Exposure) {
		return &Step{ID: id, Kind: compiler.Exposure, Name: e.Name}, ""
	}
	if n := m.SavedQueries[id]; n != nil && slices.Contains(commandKinds[cmd], n.Kind) {
		return &Step{ID: id, Kind: n.Kind, Name: n.Name}, ""
	}
	if u := m.UnitTests[id]; u != nil && slices.Contains(commandKinds[cmd], compiler.UnitTest) {
		return &Step{ID: id, Kind: compiler.UnitTest, Name: u.Model + "::" + u.VersionedName(), node: m.UnitTestNodeOf(u)}, ""
	}
	return nil, ""
}

// cost guesses how long a step takes, in the time of a table.
func (s *Step) cost() float64 {
	switch {
	case s.Kind == compiler.Exposure, s.Kind == compiler.SavedQuery:
		return 0
	case s.Kind == compiler.Test, s.Kind == compiler.UnitTest, s.Materialization == "view", s.Materialization == "ephemeral":
		return 0.1
	}
	return 1
}

// schemas lists where the steps of a plan build. Commands that build nothing
// need none.
func schemas(p *Plan, opt PlanOptions) []adapters.Namespace {
	if p.Command == CmdCompile || p.Command == CmdShow {
		return nil
	}
	seen := map[adapters.Namespace]bool{}
	for _, s := range p.Steps {
		if s.node == nil || s.node.IsEphemeral() || s.node.Schema == "" {
			continue
		}
		if s.Kind == compiler.UnitTest || s.Kind == compiler.Test && storeAs(s.node, opt.StoreFailures) == "" {
			continue
		}
		seen[s.node.Relation().Namespace()] = true
		for _, a := range s.Audits {
			if storeAs(a.node, opt.StoreFailures) != "" {
				seen[a.node.Relation().Namespace()] = true
			}
		}
	}
	list := make([]adapters.Namespace, 0, len(seen))
	for ns := range seen {
		list = append(list, ns)
	}
	slices.SortFunc(list, func(a, b adapters.Namespace) int {
		return cmp.Or(cmp.Compare(a.Database, b.Database), cmp.Compare(a.Schema, b.Schema))
	})
	return list
}

// Only returns the plan of some of its steps; the order that is left among
// them is that of the whole plan.
func (p *Plan) Only(steps []*Step) *Plan {
	keep := map[string]bool{}
	for _, s := range steps {
		keep[s.ID] = true
	}
	after := map[string][]string{} // by step: the kept ones that must end first
	rest := *p
	rest.Steps = nil
	for _, s := range p.Steps {
		var first []string
		for _, id := range s.After {
			if keep[id] {
				first = append(first, id)
			} else {
				first = append(first, after[id]...)
			}
		}
		slices.Sort(first)
		after[s.ID] = slices.Compact(first)
		if keep[s.ID] {
			part := *s
			part.After = after[s.ID]
			rest.Steps = append(rest.Steps, &part)
		}
	}
	return &rest
}
