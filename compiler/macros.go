package compiler

import (
	"mdl/compiler/diag"
	"mdl/compiler/jinja"
	"mdl/compiler/jinja/value"
	"mdl/compiler/project"
)

// Macros are all macros of a project and its packages, with dbt's rules of
// which of them a name means. It is immutable.
type Macros struct{}

// MacroDef is one macro, generic test or materialization of a file.
type MacroDef struct {
	ID, Package, Name, Path, OrigPath string // Name is dbt's: "test_x" for {% test x %}
	Block                             *jinja.Block
	Macro                             *jinja.Macro
	Internal                          bool
	Description                       string
	Arguments                         *value.Dict
	Meta                              *value.Dict
	PatchPath                         string
	DependsOn                         []string
}

// NewMacros collects the macros of all packages. Two of one name in one
// package are an error.
func NewMacros(p *project.Project) (*Macros, diag.List) { return &Macros{}, nil }

// Find returns the macro that a name means in a package ("" is the root):
// "name" or "package.name".
func (m *Macros) Find(pkg, name string) (*MacroDef, bool) { return nil, false }

// Test returns the macro of a generic test as a properties file of a package
// names it; namespace may be "".
func (m *Macros) Test(pkg, namespace, name string) (*MacroDef, bool) { return nil, false }

// Globals are the macros that a template of a package sees.
func (m *Macros) Globals(pkg string) jinja.Globals { return nil }

// Dispatch finds what adapter.dispatch(name, namespace) means in a package.
// The error names what was searched.
func (m *Macros) Dispatch(pkg, name, namespace string) (value.Value, error) { return nil, nil }

// All returns every macro in the order of its id.
func (m *Macros) All() []*MacroDef { return nil }
