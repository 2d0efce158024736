package compiler

import (
	"mdl/compiler/jinja"
	"mdl/compiler/jinja/value"
	"mdl/compiler/project"
	"mdl/compiler/scope"
)

// Context is what all templates of a project share: the invocation, the
// target, and the variables of each package. It is immutable
// once it is in use.
type Context struct {
	Env    *scope.Env
	Target Target
	// Compat is dbt's version whose rules count.
	Compat project.Compat
	// Steps bounds the work of rendering one text; 0 is jinja.DefaultSteps.
	Steps int
	// Interval is that of --event-time-start and --event-time-end, nil without.
	Interval *Interval

	shared *scope.Project
	root   *project.Config
}

// NewContext returns the context of a project whose root configuration and
// profile have been read.
func NewContext(env *scope.Env, root *project.Config, target Target) *Context {
	return &Context{
		Env:    env,
		Target: target,
		root:   root,
		shared: scope.NewProject(env, root.Name, scope.Target{
			Type:     target.Type,
			Database: target.Database,
			Schema:   target.Schema,
			Values:   target.Values,
			Quoting:  target.Quoting,
		}),
	}
}

// Vars returns the variables that the files of a package see: its own, under
// the root project's, under those of the command line. Entries below a
// package's name win over plain ones.
func (c *Context) Vars(pkg *project.Config) *value.Dict {
	vars := value.NewDict()
	add := func(from *project.Config) {
		for _, of := range []string{"", pkg.Name} {
			node := from.Vars
			if of != "" {
				node = node.Get(of)
			}
			merge(vars, node.ToDict())
		}
	}
	if pkg != c.root && pkg.Name != c.root.Name {
		add(pkg)
	}
	add(c.root)
	merge(vars, c.Env.Vars)
	return vars
}

// Properties returns the context of one properties file of a package.
func (c *Context) Properties(pkg *project.Config) jinja.Globals {
	return c.shared.Scope(scope.Binding{Vars: c.Vars(pkg), Package: pkg.Name, PlainVars: true, Reads: &scope.Reads{}})
}

// merge sets every entry of from in into; from may be nil.
func merge(into, from *value.Dict) {
	if from == nil {
		return
	}
	for k, v := range from.All() {
		into.Set(k, v)
	}
}
