package state

import (
	"slices"

	"mdl/compiler"
	"mdl/compiler/diag"
	"mdl/compiler/jinja/value"
	"mdl/compiler/project"
	"mdl/compiler/yaml"
)

// propertiesChange is what changed in one properties file.
type propertiesChange struct {
	all  bool // the file cannot be compared entry by entry
	keys map[string]bool
}

// has reports whether an entry changed.
func (c *propertiesChange) has(section, name string) bool {
	return c.all || c.keys[section+"."+name]
}

// entry compares a properties file with what it was.
func (t *touching) entry(file string) *propertiesChange {
	c := t.properties[file]
	if c == nil {
		c = compareProperties(t.files.Old(file), t.files.Now(file))
		t.properties[file] = c
	}
	return c
}

func compareProperties(old, now string) *propertiesChange {
	before, ok := parseYAML(old)
	after, ok2 := parseYAML(now)
	if !ok || !ok2 {
		return &propertiesChange{all: true}
	}
	was, is := entriesOf(before), entriesOf(after)
	c := &propertiesChange{keys: map[string]bool{}}
	for key, text := range is {
		if was[key] != text {
			c.keys[key] = true
		}
	}
	return c
}

func parseYAML(text string) (*yaml.Node, bool) {
	root, diags := yaml.Parse(diag.NewFile("", text))
	return root, !diags.HasErrors()
}

// entriesOf are the entries of a properties file by section and name, as JSON;
// of sources each table is one.
func entriesOf(root *yaml.Node) map[string]string {
	entries := map[string]string{}
	if root == nil || root.Kind != yaml.Mapping {
		return entries
	}
	for _, section := range root.Pairs {
		name := section.Key.Text
		if name == "tests" {
			name = "data_tests"
		}
		for _, item := range section.Value.List() {
			key := name + "." + item.Get("name").String()
			entries[key] = toJSON(item.ToValue())
			if name != "sources" {
				continue
			}
			source := item.ToDict()
			source.Delete(value.Str("tables"))
			for _, table := range item.Get("tables").List() {
				entries[key+"."+table.Get("name").String()] = toJSON(source) + toJSON(table.ToValue())
			}
		}
	}
	return entries
}

// projectSections are the configuration trees of dbt_project.yml by kind.
var projectSections = map[compiler.Kind]string{
	compiler.Model: "models", compiler.Seed: "seeds", compiler.Snapshot: "snapshots", compiler.Test: "data_tests",
	compiler.Analysis: "models", compiler.Source: "sources", compiler.Exposure: "exposures", compiler.UnitTest: "unit_tests",
}

// wholeProject are the keys of dbt_project.yml that count for every node.
var wholeProject = []string{"quoting", "dispatch", "query-comment"}

// touchByProject touches what dbt_project.yml configures otherwise than before:
// the levels on the way of a node's FQN, and the variables that it names.
func (t *touching) touchByProject() {
	if !t.changed[project.ConfigFile] {
		return
	}
	old, ok := parseYAML(t.files.Old(project.ConfigFile))
	now, ok2 := parseYAML(t.files.Now(project.ConfigFile))
	whole := !ok || !ok2 || slices.ContainsFunc(wholeProject, func(key string) bool { return !sameNode(old.Get(key), now.Get(key)) })
	vars := changedVars(old.Get("vars"), now.Get("vars"))
	for n := range t.m.AllNodes() {
		switch {
		case whole, n.Hook != nil && !sameNode(old.Get(n.Hook.Event), now.Get(n.Hook.Event)):
			t.ids[n.ID] = true
		case !sameLevels(section(old, n.Kind), section(now, n.Kind), n.FQN):
			t.ids[n.ID] = true
		case slices.ContainsFunc(Uses(n.Raw), func(u Use) bool { return !u.Env && vars[u.Name] }):
			t.ids[n.ID] = true
		}
	}
	for id, s := range t.m.Sources {
		if !sameLevels(section(old, compiler.Source), section(now, compiler.Source), s.FQN) {
			t.ids[id] = true
		}
	}
}

func section(root *yaml.Node, kind compiler.Kind) *yaml.Node {
	tree := root.Get(projectSections[kind])
	if tree == nil && kind == compiler.Test {
		tree = root.Get("tests")
	}
	return tree
}

func sameNode(a, b *yaml.Node) bool { return toJSON(a.ToValue()) == toJSON(b.ToValue()) }

// sameLevels compares the levels of two trees that lead to an FQN, without what
// they hold for others.
func sameLevels(old, now *yaml.Node, fqn []string) bool {
	for i := 0; ; i++ {
		if !same(ownLevel(old), ownLevel(now)) {
			return false
		}
		if i == len(fqn) {
			return true
		}
		old, now = old.Get(fqn[i]), now.Get(fqn[i])
	}
}

// ownLevel is what a level itself sets: keys with "+", and keys that are no
// mapping.
func ownLevel(level *yaml.Node) *value.Dict {
	own := value.NewDict()
	if level == nil || level.Kind != yaml.Mapping {
		return own
	}
	for _, p := range level.Pairs {
		if p.Value.Kind != yaml.Mapping || len(p.Key.Text) > 0 && p.Key.Text[0] == '+' {
			own.SetStr(p.Key.Text, p.Value.ToValue())
		}
	}
	return own
}

// changedVars are the names of variables that differ, in whatever package.
func changedVars(old, now *yaml.Node) map[string]bool {
	names := map[string]bool{}
	before, after := old.ToDict(), now.ToDict()
	for _, key := range keysOf(before, after) {
		was, is := field(before, key), field(after, key)
		if same(was, is) {
			continue
		}
		names[key] = true
		inner, ok := is.(*value.Dict)
		if !ok {
			continue
		}
		of, _ := was.(*value.Dict)
		if of == nil {
			of = value.NewDict()
		}
		for _, name := range keysOf(of, inner) {
			if !same(field(of, name), field(inner, name)) {
				names[name] = true
			}
		}
	}
	return names
}
