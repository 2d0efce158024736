package scope

import (
	"strings"

	"mdl/compiler/diag"
	"mdl/compiler/jinja"
	"mdl/compiler/jinja/value"
)

// secretPrefix begins the names of environment variables that only profiles
// and packages may read.
const secretPrefix = "DBT_ENV_SECRET"

// variables is the name var.
type variables struct{ scope *Scope }

// TypeName implements value.Value.
func (*variables) TypeName() string { return "Var" }

// Call implements value.Callable: var(name, default).
func (v *variables) Call(_ value.Thread, a value.Args) (value.Value, error) {
	got, err := a.Bind("var", value.Required("var_name"), value.Optional("default", noDefault{}))
	if err != nil {
		return nil, err
	}
	s := v.scope
	if s.bind.Vars != nil {
		found, ok, err := s.bind.Vars.Lookup(got[0])
		if err != nil {
			return nil, err
		}
		s.bind.Reads.add(ReadVar, s.bind.Package, value.ToStr(got[0]), found)
		if ok {
			return s.variable(found)
		}
	}
	if _, none := got[1].(noDefault); !none {
		return got[1], nil
	}
	if s.bind.AllowMissingVars {
		return value.None, nil
	}
	return nil, s.missingVar(value.ToStr(got[0]))
}

// noDefault stands for a default that was not given.
type noDefault struct{ value.NoneType }

// variable is what var answers for a value as written: dbt renders its texts.
func (s *Scope) variable(v value.Value) (value.Value, error) {
	text, ok := v.(value.Str)
	if !ok {
		return CopyOf(v), nil
	}
	if s.bind.PlainVars || !strings.Contains(string(text), "{") {
		return v, nil
	}
	return s.render("vars", string(text))
}

// render renders a text as a template of its own in this context.
func (s *Scope) render(name, text string) (value.Value, error) {
	prog, diags := jinja.Parse(diag.NewFile(name, text))
	if err := diags.Err(); err != nil {
		return nil, err
	}
	if !prog.HasTags() {
		return value.Str(text), nil
	}
	out, err := prog.Render(jinja.Options{Globals: s, Context: s.bind.Context})
	if err != nil {
		return nil, err
	}
	return value.Str(out.Text), nil
}

func (s *Scope) missingVar(name string) error {
	node := s.bind.Node
	if node == "" {
		node = "<Configuration>"
	}
	var names []string
	supplied := "{}"
	if s.bind.Vars != nil {
		for _, k := range s.bind.Vars.Keys() {
			names = append(names, value.ToStr(k))
		}
		supplied = s.suppliedVars()
	}
	return &Error{
		Kind: Compilation,
		Msg:  s.env.mask("variable '" + name + "' is not defined and has no default\nvariables of " + node + ": " + supplied),
		Hint: suggestion(name, names, "define it under `vars:` in dbt_project.yml or with --vars"),
	}
}

// suppliedVars prints the variables in sight, without the secret ones.
func (s *Scope) suppliedVars() string {
	shown := value.NewDict()
	for k, v := range s.bind.Vars.All() {
		name := value.ToStr(k)
		if strings.HasPrefix(name, secretPrefix) {
			v = value.Str("*****")
		}
		shown.SetStr(name, v)
	}
	text, err := value.ToJSON(shown, value.JSONOptions{SortKeys: true, Indent: "    "})
	if err != nil {
		return value.Repr(shown)
	}
	return text
}

func suggestion(name string, names []string, otherwise string) string {
	if s := diag.DidYouMean(name, names); s != "" {
		return s
	}
	return otherwise
}

// Attr implements value.Object.
func (v *variables) Attr(name string) (value.Value, bool) {
	if name == "has_var" {
		return v.scope.method(name, (*Scope).hasVar), true
	}
	return nil, false
}

func (s *Scope) hasVar(_ value.Thread, a value.Args) (value.Value, error) {
	got, err := a.Bind("var.has_var", value.Required("var_name"))
	if err != nil || s.bind.Vars == nil {
		return value.False, err
	}
	found, ok, err := s.bind.Vars.Lookup(got[0])
	s.bind.Reads.add(ReadVar, s.bind.Package, value.ToStr(got[0]), found)
	return value.Bool(ok), err
}

// envVar is env_var(name, default).
func (s *Scope) envVar(_ value.Thread, a value.Args) (value.Value, error) {
	got, err := a.Bind("env_var", value.Required("var"), value.Optional("default", value.None))
	if err != nil {
		return nil, err
	}
	key, ok := got[0].(value.Str)
	if !ok {
		return nil, value.Errorf("AttributeError", "'%s' object has no attribute 'startswith'", got[0].TypeName())
	}
	name := string(key)
	secret := strings.HasPrefix(name, secretPrefix)
	if s.bind.EnvOverride != nil {
		if text, ok := s.bind.EnvOverride(name); ok {
			return value.Str(text), nil
		}
	}
	if secret && s.kind != SecretFile {
		return nil, &Error{
			Kind: Parsing,
			Msg:  "'" + name + "' is a secret, which only profiles.yml and packages.yml may read",
			Hint: "give a variable that is no secret a name without " + secretPrefix,
		}
	}
	text, found := s.env.LookupEnv(name)
	switch {
	case found:
		s.bind.Reads.add(ReadEnv, "", name, value.Str(text))
		s.envRead(name, text, secret, false)
		return value.Str(text), nil
	case got[1] != value.None:
		s.bind.Reads.add(ReadEnv, "", name, nil)
		s.envRead(name, value.ToStr(got[1]), secret, true)
		return got[1], nil
	}
	return nil, &Error{
		Kind: Parsing,
		Msg:  "environment variable '" + name + "' is not set",
		Hint: "set it, or give env_var a default: env_var('" + name + "', '...')",
	}
}

func (s *Scope) envRead(name, text string, secret, fromDefault bool) {
	if s.bind.EnvRead != nil && !secret {
		s.bind.EnvRead(name, text, fromDefault)
	}
}
