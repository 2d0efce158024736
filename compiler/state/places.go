package state

import (
	"io/fs"
	"path"
	"strings"

	"mdl/compiler"
	"mdl/compiler/diag"
	"mdl/compiler/jinja/value"
	"mdl/compiler/project"
	"mdl/compiler/yaml"
)

// Finder finds where in a project's files a change is written. It reads the
// files anew: few are asked for.
type Finder struct {
	manifest *compiler.Manifest
	files    fs.FS
	read     map[string]*yaml.Node // by path; nil for what cannot be read
}

// NewFinder returns a Finder for a project in the given files.
func NewFinder(m *compiler.Manifest, files fs.FS) *Finder {
	return &Finder{manifest: m, files: files, read: map[string]*yaml.Node{}}
}

// Place returns where a change of a resource is written; the zero Span where
// that is not known, or nowhere any more.
func (f *Finder) Place(id string, c Change) diag.Span {
	if len(c.Via) > 0 && c.At >= 0 {
		return f.inMacro(c.Via[len(c.Via)-1], c.At)
	}
	if c.Part == PartMacros {
		return f.macro(c.What)
	}
	n := f.manifest.Node(id)
	if n == nil {
		return f.other(id)
	}
	switch c.Part {
	case PartBody:
		return firstDifference(n, c)
	case PartConfigs, PartRelation:
		if c.New == nil {
			return diag.Span{}
		}
		return f.config(n, c.What)
	case PartVars, PartEnvVars:
		if c.At >= 0 {
			return inText(n, c.At)
		}
		return diag.Span{}
	case PartDescriptions:
		return f.description(n, c.What)
	case PartContract:
		return f.entry(n).Get("columns").Place()
	case PartProperties:
		return f.entry(n).Get(c.What).Place()
	}
	return diag.Span{}
}

// other is where a source, exposure or unit test is defined.
func (f *Finder) other(id string) diag.Span {
	if s := f.manifest.Sources[id]; s != nil {
		return s.Span
	}
	if e := f.manifest.Exposures[id]; e != nil {
		return e.Span
	}
	if u := f.manifest.UnitTests[id]; u != nil {
		return u.Span
	}
	for _, semantics := range []map[string]*compiler.SemanticNode{f.manifest.Metrics, f.manifest.SemanticModels, f.manifest.SavedQueries} {
		if s := semantics[id]; s != nil {
			return s.Span
		}
	}
	return diag.Span{}
}

func (f *Finder) macro(id string) diag.Span {
	for _, def := range f.manifest.Macros().All() {
		if def.ID == id && def.Block != nil {
			return def.Block.NameSpan
		}
	}
	return diag.Span{}
}

// inMacro is the place at an offset in the text of a macro.
func (f *Finder) inMacro(id string, at int) diag.Span {
	for _, def := range f.manifest.Macros().All() {
		if def.ID == id && def.Block != nil {
			s := def.Block.Span
			return diag.Span{File: s.File, Start: s.Start + at, End: s.Start + at}
		}
	}
	return diag.Span{}
}

// inText is the place at an offset in a node's text, which may be a part of its
// file.
func inText(n *compiler.Node, at int) diag.Span {
	if n.File == nil || n.Test != nil {
		return n.Span
	}
	start := max(0, strings.Index(n.File.Text, n.Raw))
	return diag.Span{File: n.File, Start: start + at, End: start + at}
}

// firstDifference is the first line of a node's text that changed.
func firstDifference(n *compiler.Node, c Change) diag.Span {
	if c.checksum || n.Test != nil {
		return diag.Span{}
	}
	old, at := value.ToStr(c.Old), 0
	for at < len(n.Raw) && at < len(old) && n.Raw[at] == old[at] {
		at++
	}
	return inText(n, strings.LastIndexByte(n.Raw[:at], '\n')+1)
}

// config is the nearest place that sets a key: config() in the file, the
// properties, or the tree of dbt_project.yml.
func (f *Finder) config(n *compiler.Node, key string) diag.Span {
	if at := callPlace(n, key); !at.IsZero() {
		return at
	}
	entry := f.entry(n)
	for _, holder := range []*yaml.Node{entry.Get("config"), entry} {
		if k, _ := holder.Entry(key); k != nil {
			return k.Span
		}
	}
	if n.Test != nil {
		return n.Span
	}
	return f.inTree(n, key)
}

func callPlace(n *compiler.Node, key string) diag.Span {
	program := n.Program()
	if program == nil || n.Test != nil {
		return diag.Span{}
	}
	at, _ := program.KeywordSpan("config", strings.ReplaceAll(key, "-", "_"))
	return at
}

// trees are the sections of dbt_project.yml by kind.
var trees = map[compiler.Kind]string{
	compiler.Model: "models", compiler.Seed: "seeds", compiler.Snapshot: "snapshots", compiler.Test: "data_tests",
	compiler.Analysis: "models",
}

// inTree is the deepest place on the way of a node's FQN that sets a key, in
// dbt_project.yml of the root project, or of the node's package.
func (f *Finder) inTree(n *compiler.Node, key string) diag.Span {
	for _, dir := range []string{"", n.Root} {
		level := f.yaml(path.Join(dir, project.ConfigFile)).Get(trees[n.Kind])
		var found diag.Span
		for i := 0; level != nil; i++ {
			for _, name := range []string{"+" + key, key, strings.ReplaceAll("+"+key, "-", "_"), strings.ReplaceAll(key, "-", "_")} {
				if k, _ := level.Entry(name); k != nil {
					found = k.Span
					break
				}
			}
			if i == len(n.FQN) {
				break
			}
			level = level.Get(n.FQN[i])
		}
		if !found.IsZero() {
			return found
		}
	}
	return diag.Span{}
}

// description is the place of a node's description, or of a column's.
func (f *Finder) description(n *compiler.Node, column string) diag.Span {
	entry := f.entry(n)
	if column == "" {
		return entry.Get("description").Place()
	}
	for _, c := range entry.Get("columns").List() {
		if c.Get("name").String() != column {
			continue
		}
		if at := c.Get("description").Place(); !at.IsZero() {
			return at
		}
		return c.Get("name").Place()
	}
	return entry.Get("name").Place()
}

// entry is what the properties say of a node; nil where they say nothing.
func (f *Finder) entry(n *compiler.Node) *yaml.Node {
	pkg, file, ok := strings.Cut(n.PatchPath, "://")
	if !ok {
		return nil
	}
	dir := n.Root
	if pkg == f.manifest.ProjectName {
		dir = ""
	}
	section := trees[n.Kind]
	if n.Kind == compiler.Analysis {
		section = "analyses"
	}
	for _, entry := range f.yaml(path.Join(dir, file)).Get(section).List() {
		if entry.Get("name").String() == n.Name {
			return entry
		}
	}
	return nil
}

// yaml reads a file of the project; nil where that cannot be done.
func (f *Finder) yaml(name string) *yaml.Node {
	if root, ok := f.read[name]; ok {
		return root
	}
	var root *yaml.Node
	if text, err := fs.ReadFile(f.files, name); err == nil {
		root, _ = yaml.Parse(diag.NewFile(name, string(text)))
	}
	f.read[name] = root
	return root
}
