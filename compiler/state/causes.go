package state

import (
	"slices"

	"mdl/compiler/jinja/value"
)

// macroChanges are the macros that differ between two states.
type macroChanges struct {
	now      map[string]Macro
	modified map[string]string // what happened, by unique id
}

// newMacroChanges compares macros by their text. The macros that came with the
// tool are compared only where both states are mdl's: dbt's are not the same.
func newMacroChanges(old, now *State) macroChanges {
	m := macroChanges{now: now.macros, modified: map[string]string{}}
	all := old.Inputs != nil
	for id, macro := range now.macros {
		was, known := old.macros[id]
		switch {
		case !all && !macro.Own:
		case !known && macro.Own:
			m.modified[id] = "is new"
		case known && was.SQL != macro.SQL:
			m.modified[id] = "changed"
		}
	}
	for id, macro := range old.macros {
		if _, kept := now.macros[id]; !kept && macro.Own {
			m.modified[id] = "was removed"
		}
	}
	return m
}

// of returns the modified macros that a resource reaches, each once, by the
// shortest way.
func (m *macroChanges) of(resource *value.Dict) []Change {
	if len(m.modified) == 0 {
		return nil
	}
	var changes []Change
	m.reach(resource, func(via []string) {
		id := via[len(via)-1]
		if what, ok := m.modified[id]; ok {
			changes = append(changes, Change{Part: PartMacros, What: id, Via: via[:len(via)-1], At: -1, Note: what})
		}
	})
	return changes
}

// reach visits all macros that a resource depends on, nearest first, with the
// way that leads there.
func (m *macroChanges) reach(resource *value.Dict, visit func(via []string)) {
	seen := map[string]bool{}
	var queue [][]string
	push := func(via []string, ids []string) {
		for _, id := range ids {
			if !seen[id] {
				seen[id] = true
				queue = append(queue, append(slices.Clone(via), id))
			}
		}
	}
	var direct []string
	for _, v := range items(field(resource, "depends_on", "macros")) {
		direct = append(direct, value.ToStr(v))
	}
	push(nil, direct)
	for len(queue) > 0 {
		via := queue[0]
		queue = queue[1:]
		visit(via)
		push(via, m.now[via[len(via)-1]].DependsOn)
	}
}

// inputChanges are the variables that differ between two states.
type inputChanges struct {
	old, now *Inputs
	any      bool // some variable differs at all
}

func newInputChanges(old, now *State) inputChanges {
	in := inputChanges{old: old.Inputs, now: now.Inputs}
	if in.old == nil || in.now == nil {
		return in
	}
	in.any = differ(in.old.EnvVars, in.now.EnvVars)
	for pkg, vars := range in.now.Vars {
		in.any = in.any || differ(in.old.Vars[pkg], vars)
	}
	return in
}

func differ(a, b map[string]string) bool {
	if len(a) != len(b) {
		return true
	}
	for k, v := range a {
		if other, ok := b[k]; !ok || other != v {
			return true
		}
	}
	return false
}

// of returns the variables that changed and that a resource reads: in its text,
// in its configuration, and in the macros that it depends on. Where a relation
// is placed does not count: that is meant to differ.
func (in *inputChanges) of(c *Comparison, p *pair) []Change {
	if !in.any || !slices.Contains(kinds[p.kind].parts, PartVars) {
		return nil
	}
	r := reader{in: in, pkg: text(p.now, "package_name"), told: map[Use]bool{}}
	r.text(text(p.now, "raw_code"), nil)
	r.config(p)
	c.macros.reach(p.now, func(via []string) {
		if macro := c.macros.now[via[len(via)-1]]; macro.Own {
			r.text(macro.SQL, via)
		}
	})
	return r.changes
}

// reader gathers the changed variables that one resource reads.
type reader struct {
	in      *inputChanges
	pkg     string
	told    map[Use]bool
	changes []Change
}

// text looks at a template: the resource's, or that of the last macro of via.
func (r *reader) text(template string, via []string) {
	for _, use := range Uses(template) {
		r.add(use, via, use.At)
	}
}

// config looks at the configuration as it is written.
func (r *reader) config(p *pair) {
	for key, v := range dict(p.now, "unrendered_config").All() {
		if !slices.Contains([]string{"database", "schema", "alias"}, value.ToStr(key)) {
			r.written(toJSON(v))
		}
	}
	for key, v := range dict(p.now, "test_metadata", "kwargs").All() {
		if value.ToStr(key) != "model" {
			r.written(toJSON(v))
		}
	}
	if r.in.now != nil {
		for _, v := range r.in.now.Written[p.id] {
			r.written(v)
		}
	}
}

func (r *reader) written(text string) {
	for _, use := range Uses(text) {
		r.add(use, nil, -1)
	}
}

func (r *reader) add(use Use, via []string, at int) {
	key := Use{Env: use.Env, Name: use.Name}
	if r.told[key] {
		return
	}
	r.told[key] = true
	change := Change{Part: PartVars, What: use.Name, Via: via, At: at}
	old, now := r.in.old.Vars[r.pkg], r.in.now.Vars[r.pkg]
	if use.Env {
		change.Part, old, now = PartEnvVars, r.in.old.EnvVars, r.in.now.EnvVars
	}
	was, had := old[use.Name]
	is, has := now[use.Name]
	if had == has && was == is {
		return
	}
	switch {
	case !had:
		change.Note = "was not set"
	case !has:
		change.Note = "is not set any more"
	}
	if !use.Env {
		change.Old, change.New = shown(was), shown(is)
	}
	r.changes = append(r.changes, change)
}

// shown is the value of a variable; nil for none, and for a secret's hash.
func shown(text string) value.Value {
	v, err := value.FromJSON(text)
	if text == "" || err != nil {
		return nil
	}
	return v
}
