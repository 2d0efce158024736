package project

import (
	"mdl/compiler/diag"
	"mdl/compiler/jinja"
	"mdl/compiler/jinja/value"
	"mdl/compiler/yaml"
)

// Profile is one target of a profile in profiles.yml, rendered.
type Profile struct {
	Name   string
	Target string
	Type   string
	// Threads is 1 unless the target says otherwise.
	Threads int
	// Credentials are the target's other keys in the order of the file. They
	// may hold secrets: never print them.
	Credentials *value.Dict
	// Config is the deprecated config block of profiles.yml, or nil.
	Config *yaml.Node
	// Span is the target's key; its file has the secrets blanked out.
	Span diag.Span
}

// ProfileOptions choose the target and say how it is rendered.
type ProfileOptions struct {
	// Name is the profile's name, NameSpan where the project says so.
	Name     string
	NameSpan diag.Span
	// Target overrides the profile's own target; "" does not.
	Target string
	// Globals is the context: env_var and var. For a variable whose name starts
	// with SecretPrefix, env_var must answer SecretPlaceholder(name).
	Globals jinja.Globals
	// Secret looks up a secret environment variable.
	Secret func(name string) (string, bool)
}

// SecretPrefix starts the names of environment variables that may be used in
// profiles.yml and packages.yml only and must never be shown.
const SecretPrefix = "DBT_ENV_SECRET"

// SecretPlaceholder is what env_var answers for a secret variable while YAML is
// rendered, so that no filter can take the secret apart.
func SecretPlaceholder(name string) string {
	return "$$$DBT_SECRET_START$$$" + name + "$$$DBT_SECRET_END$$$"
}

// ParseProfile reads the chosen target of a profile; no other target is
// rendered. The result is nil when there are errors. Diagnostics never show
// the value of a secret.
func ParseProfile(f *diag.File, o ProfileOptions) (*Profile, diag.List) { panic("not yet") }
