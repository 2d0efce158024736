package project

import (
	"strings"

	"mdl/compiler/diag"
	"mdl/compiler/jinja"
	"mdl/compiler/yaml"
)

// Config is a dbt_project.yml, rendered as dbt renders it, with dbt's defaults.
type Config struct {
	File *diag.File
	// Globals is the context with which the file was rendered.
	Globals jinja.Globals
	// Node is the whole file, rendered; Raw is the file as written.
	Node, Raw *yaml.Node

	Name     string
	NameSpan diag.Span
	Version  string
	// ConfigVersion is config-version; 2 unless the file says otherwise.
	ConfigVersion int
	// Profile is the name of the profile, or "".
	Profile Text

	ModelPaths, SeedPaths, SnapshotPaths, TestPaths, MacroPaths,
	AnalysisPaths, DocsPaths, AssetPaths, FunctionPaths []string

	TargetPath, LogPath, PackagesInstallPath string
	CleanTargets                             []string

	// Vars is the vars mapping; dbt does not render it.
	Vars *yaml.Node
	// OnRunStart and OnRunEnd are texts, not rendered.
	OnRunStart, OnRunEnd []*yaml.Node
	Dispatch             []Dispatch
	Quoting              Quoting
	// QueryComment is not rendered; nil when absent, Null when switched off.
	QueryComment *yaml.Node
	// Flags is the flags mapping, rendered.
	Flags *yaml.Node
	// RequireVersion are the constraints of require-dbt-version.
	RequireVersion []Text
	RestrictAccess bool
}

// Dispatch is one entry of dispatch: where adapter.dispatch looks for the
// macros of a namespace.
type Dispatch struct {
	Namespace   string
	SearchOrder []string
	Span        diag.Span
}

// Quoting says which parts of a relation's name are quoted; nil means that
// nothing was said.
type Quoting struct {
	Database, Schema, Identifier, Column *bool
}

// Tree returns the rendered configuration tree of a section, such as "models"
// or "data_tests" (which also answers for "tests"). It is nil when absent.
func (c *Config) Tree(section string) *yaml.Node { return tree(c.Node, section) }

// RawTree is Tree as written, before rendering.
func (c *Config) RawTree(section string) *yaml.Node { return tree(c.Raw, section) }

func tree(n *yaml.Node, section string) *yaml.Node {
	t := n.Get(section)
	if t == nil && section == "data_tests" {
		t = n.Get("tests")
	}
	if t.IsNull() {
		return nil
	}
	return t
}

// place is where the file names a directory; the whole file for a default.
func (c *Config) place(dir string) diag.Span {
	if c.Node != nil {
		for _, p := range c.Node.Pairs {
			if !strings.HasSuffix(p.Key.Text, "-paths") {
				continue
			}
			for _, item := range p.Value.Items {
				if named := cleanDir(item.Text); dir == named || strings.HasPrefix(dir, named+"/") {
					return item.Span
				}
			}
		}
	}
	return diag.Span{File: c.File}
}

// Checksum is the SHA-256 of the file without surrounding white space, in hex.
func (c *Config) Checksum() string {
	if c.File == nil {
		return ""
	}
	return checksum(strip(c.File.Text))
}
