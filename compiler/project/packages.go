package project

import (
	"mdl/compiler/diag"
	"mdl/compiler/jinja"
	"mdl/compiler/yaml"
)

// DependencyKind is where a package comes from.
type DependencyKind string

// The kinds of packages, spelt as their keys in packages.yml.
const (
	Hub     DependencyKind = "package"
	Git     DependencyKind = "git"
	Local   DependencyKind = "local"
	Tarball DependencyKind = "tarball"
	Private DependencyKind = "private"
)

// Dependency is one entry of packages.yml, dependencies.yml or package-lock.yml.
type Dependency struct {
	Kind DependencyKind
	// Location is the hub name ("dbt-labs/dbt_utils"), URL or path, rendered.
	Location Text
	// Name is the package's name where the entry gives one (tarballs, locks).
	Name string
	// Versions are the constraints of a hub package.
	Versions []string
	// Revision and Subdirectory belong to git packages.
	Revision, Subdirectory string
	InstallPrerelease      bool
	WarnUnpinned           *bool
	// Node is the entry rendered, Raw as written.
	Node, Raw *yaml.Node
	Span      diag.Span
}

// Dependencies are the packages that a project asks for.
type Dependencies struct {
	// File is packages.yml or dependencies.yml, or nil when there is neither.
	File     *diag.File
	Packages []Dependency
	// Projects is the projects list of dependencies.yml, or nil.
	Projects *yaml.Node
}

// Lock is a package-lock.yml.
type Lock struct {
	File     *diag.File
	Packages []Dependency
	// Hash is sha1_hash: what the lock was made from.
	Hash string
}

// DependencyOptions say how packages.yml is rendered; dependencies.yml is not.
type DependencyOptions struct {
	Globals jinja.Globals
	Secret  func(name string) (string, bool)
}

// ParseDependencies reads packages.yml and dependencies.yml; either may be nil.
// The result is never nil.
func ParseDependencies(packages, dependencies *diag.File, o DependencyOptions) (*Dependencies, diag.List) {
	panic("not yet")
}

// ParseLock reads a package-lock.yml. The result is never nil.
func ParseLock(f *diag.File) (*Lock, diag.List) { panic("not yet") }
