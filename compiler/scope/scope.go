// Package scope holds the names that a dbt template sees, apart from those
// that need the manifest (ref, source, config, this, model, graph, macros).
//
// The context grows in three steps, as dbt's does, and each is a type:
//
//	Env      one invocation: env_var, command-line vars, flags, modules ...
//	Project  one resolved target: target, project_name, api.Relation ...
//	Scope    one render of one node: var, adapter, statement results, log ...
//
// Env and Project are immutable and shared by all renders; what they answer is
// built once. A Scope is the jinja.Globals of one render and belongs to one
// goroutine; what only few templates ask for is built when first asked.
package scope

import (
	"context"
	"time"

	"mdl/compiler/jinja"
	"mdl/compiler/jinja/value"
)

// DBTVersion is what dbt_version answers: the release of dbt-core whose
// language mdl speaks.
const DBTVersion = "1.11.16"

// Facts are what an invocation knows before it reads a project.
type Facts struct {
	// InvocationID is the UUID of the invocation.
	InvocationID string
	// StartedAt is when it began.
	StartedAt time.Time
	// Now is the clock of modules.datetime; nil means time.Now.
	Now func() time.Time
	// LookupEnv reads an environment variable; nil means that there are none.
	LookupEnv func(name string) (string, bool)
	// Secrets are the values of the DBT_ENV_SECRET_ variables; they are masked
	// in all messages and errors.
	Secrets []string
	// Vars are the variables of --vars; may be nil.
	Vars *value.Dict
	// Flags are the attributes of `flags` by upper-case name (FULL_REFRESH,
	// STORE_FAILURES, WHICH, EMPTY ...); dbt's other flags answer none.
	Flags map[string]value.Value
	// Args is invocation_args_dict; may be nil.
	Args *value.Dict
	// MetadataEnvs is dbt_metadata_envs: the DBT_ENV_CUSTOM_ENV_ variables
	// without the prefix; may be nil.
	MetadataEnvs *value.Dict
	// Log receives what templates say; nil discards it. It must be safe for
	// concurrent use.
	Log func(Message)
	// Judge says what becomes of a template's warning, by dbt's name of it: an
	// error, or nothing. Nil lets all be told.
	Judge func(event string) (fails, silent bool)
}

// Env is the context of one invocation. It is immutable.
type Env struct {
	Facts
	names Names            // the same for every render
	base  map[string]maker // made for each render that asks
	node  map[string]maker // the same, for nodes only
}

// NewEnv returns the context of an invocation.
func NewEnv(f Facts) *Env { return newEnv(f) }

// Names is a table of names of the context.
type Names map[string]value.Value

// Lookup implements jinja.Globals.
func (n Names) Lookup(name string) (value.Value, bool) {
	v, ok := n[name]
	return v, ok
}

// Files says which kind of file a template stands in, where dbt gives it other
// rules.
type Files uint8

// The kinds of files.
const (
	// ProjectFile is dbt_project.yml, selectors.yml ...: secrets are refused.
	ProjectFile Files = iota
	// SecretFile is profiles.yml, packages.yml or dependencies.yml: env_var
	// answers DBT_ENV_SECRET_ variables too.
	SecretFile
)

// Base returns the globals for the YAML files that are read before there is a
// target: var (from the command line only), env_var and the functions that
// need nothing else. read is told each variable that env_var answers; may be
// nil.
func (e *Env) Base(kind Files, read EnvReader) *Scope { return newBase(e, kind, read) }

// BaseWithTarget returns the globals of dbt_project.yml and selectors.yml once
// the target is known. What is read is collected.
func (e *Env) BaseWithTarget(target *value.Dict) *Scope {
	s := newBase(e, ProjectFile, nil)
	s.bind.Reads = &Reads{}
	s.bind.Own = targetName{target, s.bind.Reads}
	return s
}

// EnvReader is told that a template read an environment variable. fromDefault
// reports that it was not set, so that the template's default was used.
type EnvReader func(name, val string, fromDefault bool)

// Target is the chosen output of the profile as templates see it.
type Target struct {
	// Type is the adapter: "duckdb".
	Type string
	// Database and Schema are the defaults of nodes.
	Database, Schema string
	// Values is all that `target` answers, without secrets.
	Values *value.Dict
	// Quoting is the project's quoting configuration.
	Quoting Policy
}

// Project is the context that all nodes of a resolved project share. It is
// immutable.
type Project struct {
	Env    *Env
	Name   string
	Target Target
	class  *relationClass
	column *columnClass
	names  Names
}

// NewProject returns the shared context of a project's nodes.
func NewProject(e *Env, name string, t Target) *Project { return newProject(e, name, t) }

// Binding is what one render adds to its project.
type Binding struct {
	// Node is the name of the node, for messages.
	Node string
	// Context ends the render's queries; nil means context.Background.
	Context context.Context
	// Warehouse runs what adapter.* and statements need. Nil while a project
	// is parsed: every method then gives dbt's parse-time answer.
	Warehouse Warehouse
	// Execute is the name `execute`.
	Execute bool
	// Vars are the variables that var sees: those of the node's package, under
	// the root project's, under the command line's. Never changed.
	Vars *value.Dict
	// PlainVars returns variables as they are, where dbt does not render the
	// templates in them: in YAML files.
	PlainVars bool
	// AllowMissingVars makes var answer none for an unknown variable, as dbt
	// does while it parses a model.
	AllowMissingVars bool
	// EnvRead is told each environment variable that env_var answers; may be nil.
	EnvRead EnvReader
	// Package is the package whose variables Vars are, for Reads.
	Package string
	// Reads collects what the render reads; may be nil.
	Reads *Reads
	// EnvOverride answers before the environment does (unit tests); may be nil.
	EnvOverride func(name string) (string, bool)
	// Dispatch finds the macro of adapter.dispatch(name, namespace); namespace
	// is "" where none was given. An error says what was searched.
	Dispatch func(name, namespace string) (value.Value, error)
	// Override finds the project's macro that stands in the place of one of
	// dbt's, for the methods of adapter that call one; nil where there is none.
	Override func(name string) value.Callable
	// Thread is the worker's name: thread_id.
	Thread string
	// Own are the names that the caller adds (ref, config, this ...). They hide
	// those of this package.
	Own jinja.Globals
	// Macros are the macros in sight. They hide every other name, as in dbt.
	Macros jinja.Globals
}

// Scope is the context of one render: a jinja.Globals. It belongs to one
// goroutine.
type Scope struct {
	env     *Env
	project *Project // nil in Base
	bind    Binding
	kind    Files
	made    Names // built when first asked for
	set     Names // written by context.update
	results map[string]*Result
	calling map[string]bool // the methods of adapter whose override is running
}

// Reads is what the render has read so far; nil where nobody collects it.
func (s *Scope) Reads() *Reads { return s.bind.Reads }

// Scope returns the context of one render.
func (p *Project) Scope(b Binding) *Scope { return newScope(p, b) }
