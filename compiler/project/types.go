// Package project reads a dbt project from its files: dbt_project.yml, the
// profile, the packages, every SQL, CSV and Markdown file and every properties
// file, of the project itself and of its installed packages.
//
// The result is syntax with places: names are not resolved, configuration is
// not merged, and nothing is rendered but what dbt renders while it reads YAML.
// On errors the result is partial, so that one run reports many of them.
package project

import (
	"io/fs"

	"mdl/compiler/diag"
	"mdl/compiler/jinja"
	"mdl/compiler/yaml"
)

// Project is everything that was read for one invocation.
type Project struct {
	// Packages are the root project, then mdl's own packages, then the
	// installed ones by directory name.
	Packages []*Package
	// Selectors is the rendered selectors.yml, or nil.
	Selectors *yaml.Node
	// Inputs are the files and directories on which all of this depends, but
	// for the root's dbt_project.yml and mdl's own packages.
	Inputs []Input
}

// Root is the project itself.
func (p *Project) Root() *Package { return p.Packages[0] }

// Package is one dbt project with all its files. The files of each kind are in
// the order of the resource paths, then by path.
type Package struct {
	Config *Config
	// Dir is the package's directory relative to the root project, slash
	// separated; "" for the root project itself.
	Dir string
	// Internal marks a package that is part of mdl.
	Internal bool

	Models     []*SQLFile
	Snapshots  []*SQLFile // one for each snapshot block
	Analyses   []*SQLFile
	Tests      []*SQLFile // singular tests
	Functions  []*SQLFile
	Seeds      []*SeedFile
	Macros     []*MacroFile // macro paths first, then tests/generic
	Docs       []*DocsBlock
	Fixtures   []*Source // files below tests/fixtures, for unit tests
	Properties []*Properties
}

// Name is the package's name.
func (p *Package) Name() string { return p.Config.Name }

// Source is what every file of a package has.
type Source struct {
	Package string
	// Path is the path below the package's directory: dbt's original_file_path.
	Path string
	// Dir is the resource path that was searched, such as "models".
	Dir string
	// Rel is the path below Dir: dbt's path.
	Rel string
	// Name is the file's base name without its extension.
	Name string
	// File is the text; nil for seeds.
	File *diag.File
	// Checksum is the SHA-256 of the text without surrounding white space, in hex.
	Checksum string
}

// SQLFile is a model, snapshot, analysis, singular test or function.
type SQLFile struct {
	Source
	// Span is the place to name when the resource as a whole is meant: the
	// snapshot's name, or the start of the file.
	Span diag.Span
	// FQN is the package's name, the directories below Dir, and the name.
	FQN []string
	// Program is the file, or the body of the snapshot block.
	Program *jinja.Program
	// Raw is dbt's raw_code: the text, or the snapshot's body, without
	// surrounding white space.
	Raw string
	// Block is the snapshot block; nil for other kinds.
	Block *jinja.Block
	// Language is "sql" or "python". A Python resource has no Program.
	Language string
}

// SeedFile is a CSV file. Its contents are not kept.
type SeedFile struct {
	Source
	FQN []string
	// Size is the file's size in bytes.
	Size int64
	// Large marks a file over dbt's limit of 1 MB: Checksum is then its path.
	Large bool
	// FS is the package's file system and opens Source.Path.
	FS fs.FS
}

// MacroFile is a file of macros, generic tests or materializations.
type MacroFile struct {
	Source
	// Program's Blocks are the macros.
	Program *jinja.Program
	// GenericTest marks a file below tests/generic.
	GenericTest bool
}

// DocsBlock is one {% docs %} block.
type DocsBlock struct {
	Source
	// Name hides Source.Name: it is the block's name.
	Name string
	// Span is the block's name in the opening tag.
	Span diag.Span
	// Contents is the text between the tags without surrounding white space.
	Contents string
}

// Text is an optional text of a YAML file with its place.
type Text struct {
	Value string
	Span  diag.Span
}

// IsSet reports whether the text was given at all.
func (t Text) IsSet() bool { return !t.Span.IsZero() }
