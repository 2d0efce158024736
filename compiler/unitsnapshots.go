package compiler

import (
	"mdl/compiler/diag"
	"mdl/compiler/jinja/value"
	"mdl/compiler/project"
	"mdl/compiler/yaml"
)

// snapshotUnitTests makes the unit tests of the snapshots that a properties file
// describes. They stand below config.meta.mdl.unit_tests of the snapshot, as
// dbt has unit tests of models only and refuses others.
func (r *resolver) snapshotUnitTests(pkg *project.Package, file *project.Properties) {
	for _, props := range file.Snapshots {
		var snapshot *Node
		for _, n := range r.refables[props.Name] {
			if n.Kind == Snapshot && n.Package == pkg.Name() {
				snapshot = n
			}
		}
		if snapshot == nil {
			continue
		}
		for _, entry := range props.Config.Get("meta").Get("mdl").Get("unit_tests").List() {
			r.addSnapshotUnitTest(file, snapshot, entry)
		}
	}
}

func (r *resolver) addSnapshotUnitTest(file *project.Properties, snapshot *Node, entry *yaml.Node) {
	name, ok := entry.Get("name").Str()
	runs := entry.Get("runs")
	if !ok || !runs.Is(yaml.TList) {
		r.report(snapshot.Package, diag.Errorf(codeUnitTest, entry.Place(), "a unit test of the snapshot %s needs a name and runs", snapshot.Name).
			WithHint("write {name: history, given: [...], runs: [{expect: {rows: [...]}}]}"))
		return
	}
	n := &UnitTestNode{
		ID: "unit_test." + snapshot.Package + "." + snapshot.Name + "." + name, Package: snapshot.Package, Name: name, Model: snapshot.Name,
		Span: entry.Get("name").Span, Path: file.Rel, OrigPath: file.Path, Description: entry.Get("description").String(),
		FQN:   append(yamlFQN(snapshot.Package, file.Rel), snapshot.Name, name),
		Given: entry.Get("given").ToValue(), Expect: dictOf("rows", value.NewList()), Overrides: entry.Get("overrides").ToValue(),
		DependsOn: []string{snapshot.ID}, Runs: runs.ToValue(),
	}
	n.Config, _ = r.trees.merged(UnitTest, snapshot.Package, n.FQN, written{call: entry.Get("config").ToDict()})
	n.Tags = n.Config.Strings("tags")
	if enabled, set := n.Config.Bool("enabled"); set && !enabled {
		return
	}
	if other := r.m.UnitTests[n.ID]; other != nil {
		r.report(n.Package, twice("unit tests", n.Name, n.Span, other.Span))
		return
	}
	r.m.UnitTests[n.ID] = n
}
