package project

import (
	"io/fs"

	"mdl/compiler/diag"
	"mdl/compiler/jinja"
)

// Options are what Load needs beside the files.
type Options struct {
	// Config is the root project's, from ParseConfig.
	Config *Config
	// Dependencies are the packages that the project asks for; a missing one is
	// an error that says to run deps. Nil checks nothing.
	Dependencies *Dependencies
	// ConfigGlobals is the context of the dbt_project.yml of packages and of
	// selectors.yml.
	ConfigGlobals jinja.Globals
	// Globals returns the context of the properties files of a package: env_var,
	// var and target. It is called once a package.
	Globals func(c *Config) jinja.Globals
	// DBTVersion is as in ConfigOptions.
	DBTVersion string
	// Internal are packages that come with mdl; each has a dbt_project.yml.
	Internal []fs.FS
	// OpenDir opens a directory that packages-install-path or a local package
	// names, absolute or relative to the project. Nil stays inside the project.
	OpenDir func(dir string) (fs.FS, error)
}

// Load reads every file of the project and its packages, in parallel. The
// result is never nil and does not depend on timing. Python models and files
// that cannot be parsed are reported and kept without a Program.
func Load(root fs.FS, o Options) (*Project, diag.List) { panic("not yet") }
