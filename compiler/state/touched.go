package state

import (
	"path"
	"slices"
	"strings"

	"mdl/compiler"
	"mdl/compiler/jinja/value"
)

// Files are files of a project that differ from an earlier commit.
type Files struct {
	// Changed are the paths of files that were changed, added or deleted,
	// slash-separated and relative to the project.
	Changed []string
	// Now and Old return the text of a file as it is and as it was at the
	// commit; "" where there is none.
	Now, Old func(path string) string
}

// Touched returns the ids of the resources that changed files make: by their own
// file, by the entry in properties that describes or defines them, by a macro
// that they depend on, by a docs block that they show, and by their part of
// dbt_project.yml.
func Touched(m *compiler.Manifest, files Files) map[string]bool {
	t := &touching{
		m: m, files: files, changed: map[string]bool{}, ids: map[string]bool{}, dirs: map[string]string{},
		properties: map[string]*propertiesChange{}, docs: map[string]bool{},
	}
	for _, name := range files.Changed {
		t.changed[name] = true
	}
	for n := range m.AllNodes() {
		t.dirs[n.Package] = n.Root
	}
	t.findDocs()
	t.touchNodes()
	t.touchOthers()
	t.touchByMacros()
	t.touchByProject()
	return t.ids
}

// touching is one answer on its way.
type touching struct {
	m          *compiler.Manifest
	files      Files
	changed    map[string]bool
	dirs       map[string]string // of packages, relative to the project
	ids        map[string]bool
	properties map[string]*propertiesChange
	docs       map[string]bool // ids of blocks that changed
}

// path is a file of a package, relative to the project.
func (t *touching) path(pkg, file string) string { return path.Join(t.dirs[pkg], file) }

func (t *touching) touchNodes() {
	for n := range t.m.AllNodes() {
		file := t.path(n.Package, n.OrigPath)
		hit := t.changed[file]
		switch {
		case n.Hook != nil:
			continue // of dbt_project.yml
		case n.Test != nil:
			section, name, _ := strings.Cut(n.Test.FileKeyName, ".")
			hit = hit && t.entry(file).has(section, name)
		case n.Kind == compiler.Snapshot && hit:
			hit = !strings.Contains(t.files.Old(file), n.Raw) // one of several in the file
		}
		if !hit && n.PatchPath != "" {
			pkg, patch, _ := strings.Cut(n.PatchPath, "://")
			if patch = t.path(pkg, patch); t.changed[patch] {
				hit = t.entry(patch).has(propertySections[n.Kind], n.Name)
			}
		}
		if hit || t.showsDoc(n.DocBlocks, n.Columns) {
			t.ids[n.ID] = true
		}
	}
}

// propertySections are the lists of properties files by what they describe.
var propertySections = map[compiler.Kind]string{
	compiler.Model: "models", compiler.Seed: "seeds", compiler.Snapshot: "snapshots", compiler.Analysis: "analyses",
	compiler.Test: "data_tests",
}

func (t *touching) touchOthers() {
	for id, s := range t.m.Sources {
		file := t.path(s.Package, s.OrigPath)
		if t.changed[file] && t.entry(file).has("sources", s.SourceName+"."+s.Name) || t.showsDoc(s.DocBlocks, s.Columns) {
			t.ids[id] = true
		}
	}
	for id, e := range t.m.Exposures {
		file := t.path(e.Package, e.OrigPath)
		if t.changed[file] && t.entry(file).has("exposures", e.Name) {
			t.ids[id] = true
		}
	}
	for section, semantics := range map[string]map[string]*compiler.SemanticNode{
		"metrics": t.m.Metrics, "semantic_models": t.m.SemanticModels, "saved_queries": t.m.SavedQueries,
	} {
		for id, s := range semantics {
			if file := t.path(s.Package, s.OrigPath); t.changed[file] && t.entry(file).has(section, s.Name) {
				t.ids[id] = true
			}
		}
	}
	for id, u := range t.m.UnitTests {
		file := t.path(u.Package, u.OrigPath)
		if t.changed[file] && t.entry(file).has("unit_tests", u.Name) || t.usesFixture(u) {
			t.ids[id] = true
		}
	}
}

// usesFixture reports whether one of a unit test's fixtures is a changed file.
func (t *touching) usesFixture(u *compiler.UnitTestNode) bool {
	fixtures := map[string]bool{}
	inputs := append(slices.Clone(items(u.Given)), u.Expect)
	for _, input := range inputs {
		if d, ok := input.(*value.Dict); ok {
			if name := text(d, "fixture"); name != "" {
				fixtures[name] = true
			}
		}
	}
	for name := range t.changed {
		base := path.Base(name)
		if strings.Contains(name, "fixtures/") && fixtures[strings.TrimSuffix(base, path.Ext(base))] {
			return true
		}
	}
	return false
}

// findDocs finds the docs blocks that changed.
func (t *touching) findDocs() {
	for id, block := range t.m.Docs {
		file := t.path(block.Package, block.OrigPath)
		if t.changed[file] && !strings.Contains(t.files.Old(file), block.Contents) {
			t.docs[id] = true
		}
	}
}

func (t *touching) showsDoc(blocks []string, columns []compiler.Column) bool {
	if len(t.docs) == 0 {
		return false
	}
	shows := func(list []string) bool {
		return slices.ContainsFunc(list, func(id string) bool { return t.docs[id] })
	}
	return shows(blocks) || slices.ContainsFunc(columns, func(c compiler.Column) bool { return shows(c.DocBlocks) })
}

// touchByMacros touches what depends on a macro whose text changed, and where
// the packages themselves have changed, what uses them.
func (t *touching) touchByMacros() {
	now := Of(t.m, nil)
	macros := macroChanges{now: now.macros, modified: map[string]string{}}
	packages := t.changed["packages.yml"] || t.changed["dependencies.yml"] || t.changed["package-lock.yml"]
	for _, def := range t.m.Macros().All() {
		if def.Internal || def.Block == nil {
			continue
		}
		file := t.path(def.Package, def.OrigPath)
		if t.changed[file] && !strings.Contains(t.files.Old(file), def.Block.Span.Text()) ||
			packages && def.Package != t.m.ProjectName {
			macros.modified[def.ID] = "changed"
		}
	}
	for n := range t.m.AllNodes() {
		if packages && n.Package != t.m.ProjectName || len(macros.modified) > 0 && len(macros.of(now.resource(n.ID))) > 0 {
			t.ids[n.ID] = true
		}
	}
}
