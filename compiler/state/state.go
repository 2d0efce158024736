// Package state compares a project with an earlier state of it: what dbt calls
// state:modified, and what deferral needs to know.
//
// A state is what manifest.json says of a project, dbt's own or mdl's, and
// beside it, where mdl wrote it, the inputs: the variables and environment
// variables that templates read. Read makes a State of these files, Of of a
// project that has just been resolved. Compare takes the two and answers why a
// resource is modified, as a list of changes; a resource without changes is
// unmodified. The rules are those of dbt-core 1.11 (dbt/contracts/graph/nodes.py,
// same_contents, and dbt/graph/selector_methods.py), but for three: what a
// config() call says is compared as it is written where its values differ, so
// that configuration that depends on the target is no change; so are the
// templates of properties; and a variable or environment variable that changed
// modifies what reads it.
package state

import (
	"mdl/compiler"
	"mdl/compiler/jinja/value"
)

// State is one state of a project. It is immutable.
type State struct {
	// Adapter is the type of the warehouse: "duckdb".
	Adapter string
	// Inputs are what templates read beside their text; nil where dbt wrote
	// the state, or mdl could not tell.
	Inputs *Inputs

	// resource returns what manifest.json says of an id, or nil.
	resource func(id string) *value.Dict
	macros   map[string]Macro
	// nodes are the ids of what may be removed: models and their like.
	nodes []string
	// disabled are resources of the project that are switched off.
	disabled map[string]bool
}

// Macro is one macro of a state.
type Macro struct {
	SQL       string
	DependsOn []string
	// Own reports that the macro is the project's or that of an installed
	// package: it did not come with the tool.
	Own bool
}

// Resource returns what manifest.json says of a unique id; nil where there is
// no enabled resource of that id.
func (s *State) Resource(id string) *value.Dict { return s.resource(id) }

// Of returns the state of a project that has been resolved.
func Of(m *compiler.Manifest, in *Inputs) *State {
	s := &State{
		Adapter: m.Target.Type, Inputs: in, macros: map[string]Macro{}, disabled: map[string]bool{},
		resource: func(id string) *value.Dict { return dictOf(m, id) },
	}
	for _, def := range m.Macros().All() {
		macro := Macro{DependsOn: def.DependsOn, Own: !def.Internal}
		if def.Block != nil {
			macro.SQL = def.Block.Span.Text()
		}
		s.macros[def.ID] = macro
	}
	for id := range m.Disabled {
		s.disabled[id] = true
	}
	return s
}

// dictOf returns a resource of a manifest under the keys of manifest.json.
func dictOf(m *compiler.Manifest, id string) *value.Dict {
	if n := m.Node(id); n != nil {
		return compiler.NodeDict(n)
	}
	if s := m.Sources[id]; s != nil {
		return compiler.SourceDict(s)
	}
	if e := m.Exposures[id]; e != nil {
		return compiler.ExposureDict(e)
	}
	if u := m.UnitTests[id]; u != nil {
		return compiler.UnitTestDict(u)
	}
	for _, semantics := range []map[string]*compiler.SemanticNode{m.Metrics, m.SemanticModels, m.SavedQueries} {
		if s := semantics[id]; s != nil {
			return compiler.SemanticDict(s)
		}
	}
	return nil
}
