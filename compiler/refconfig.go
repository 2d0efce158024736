package compiler

import (
	"mdl/compiler/jinja/value"
	"mdl/compiler/project"
)

// refCallable is the name ref. Packages, elementary first of them, read what
// there is to know about a project through builtins.ref.config, as dbt's own
// ref happens to hold its configuration.
type refCallable struct {
	value.Func
	m    *Manifest
	read *bool // set when the configuration was asked for; nil: nobody cares
}

// newRef returns a ref that calls fn.
func newRef(m *Manifest, read *bool, fn func(value.Thread, value.Args) (value.Value, error)) value.Value {
	return &refCallable{value.Func{Name: "ref", Fn: fn}, m, read}
}

// Attr implements value.Object.
func (r *refCallable) Attr(name string) (value.Value, bool) {
	if name != "config" {
		return nil, false
	}
	if r.read != nil {
		*r.read = true
	}
	return r.m.configDict(), true
}

// configDict is a project's configuration: what its own file says, the profile
// that was chosen, and the same of the packages. It is made for each that asks,
// because templates can change what they get.
func (m *Manifest) configDict() *value.Dict {
	packages := value.NewDictSize(len(m.configs))
	for _, c := range m.configs {
		packages.SetStr(c.Name, projectDict(c))
	}
	d := projectDict(m.configs[0])
	d.SetStr("dependencies", packages)
	d.SetStr("profile_name", value.Str(m.Target.ProfileName))
	d.SetStr("target_name", value.Str(m.Target.Name))
	d.SetStr("threads", value.Int(m.Target.Threads))
	d.SetStr("cli_vars", m.cliVars.Copy())
	return d
}

func projectDict(c *project.Config) *value.Dict {
	version := value.Value(value.None)
	if c.Version != "" {
		version = value.Str(c.Version)
	}
	return dictOf("project_name", value.Str(c.Name), "version", version)
}
