package main

import (
	"slices"
	"strings"

	"mdl/compiler/jinja/value"
	"mdl/compiler/project"
	"mdl/compiler/scope"
	"mdl/compiler/yaml"
)

// facts are what templates may know of the invocation.
func (a *app) facts() (scope.Facts, error) {
	vars, err := a.mapping("--vars", a.opt.vars)
	if err != nil {
		return scope.Facts{}, err
	}
	f := scope.Facts{
		InvocationID: a.id, StartedAt: a.started, Now: a.sys.now, LookupEnv: a.sys.env,
		Vars: vars, Flags: a.flagValues(), Args: a.argValues(vars), MetadataEnvs: value.NewDict(),
		Log: func(m scope.Message) {
			if m.Level != scope.Print || a.opt.print {
				a.view.Message(m)
			}
		},
	}
	for _, entry := range slices.Sorted(slices.Values(a.sys.environ)) {
		name, val, _ := strings.Cut(entry, "=")
		if strings.HasPrefix(name, project.SecretPrefix) && val != "" {
			f.Secrets = append(f.Secrets, val)
		}
		if name, ok := strings.CutPrefix(name, "DBT_ENV_CUSTOM_ENV_"); ok {
			f.MetadataEnvs.SetStr(name, value.Str(val))
		}
	}
	return f, nil
}

// mapping reads a flag that holds YAML.
func (a *app) mapping(name, text string) (*value.Dict, error) {
	if strings.TrimSpace(text) == "" {
		return value.NewDict(), nil
	}
	v, err := yaml.FromText(text)
	if err != nil {
		return nil, usagef("%s cannot be read as YAML: %v", name, err)
	}
	d, ok := v.(*value.Dict)
	if !ok {
		return nil, usagef("%s must be a mapping, as in %s '{key: value}'", name, name)
	}
	return d, nil
}

// which is the command under dbt's name.
func (a *app) which() string {
	if a.command == "ls" {
		return "list"
	}
	return a.command
}

func (a *app) flagValues() map[string]value.Value {
	o := a.opt
	return map[string]value.Value{
		"WHICH":          value.Str(a.which()),
		"FULL_REFRESH":   value.Bool(o.fullRefresh),
		"STORE_FAILURES": value.Bool(o.storeFailures),
		"EMPTY":          value.Bool(o.empty),
		"FAIL_FAST":      value.Bool(o.failFast),
		"WARN_ERROR":     value.Bool(o.warnError),
		"QUIET":          value.Bool(o.quiet),
		"PRINT":          value.Bool(o.print),
		"DEBUG":          value.Bool(o.debug),
		"USE_COLORS":     value.Bool(o.useColors),
		"INTROSPECT":     value.Bool(o.introspect),
		"WRITE_JSON":     value.Bool(o.writeJSON),
		"LOG_FORMAT":     value.Str(o.logFormat),
		"TARGET":         orNone(o.target),
		"PROFILE":        orNone(o.profile),
		"STATE":          orNone(o.state),
		"DEFER":          value.Bool(o.deferred),
		"DEFER_STATE":    orNone(o.deferState),
		"FAVOR_STATE":    value.Bool(o.favorState),
	}
}

// argValues are invocation_args_dict and the args of run_results.json.
func (a *app) argValues(vars *value.Dict) *value.Dict {
	o := a.opt
	d := value.NewDict()
	d.SetStr("which", value.Str(a.which()))
	d.SetStr("invocation_command", value.Str(strings.Join(append([]string{"dbt"}, a.sys.args...), " ")))
	d.SetStr("select", texts(o.selected))
	d.SetStr("exclude", texts(o.exclude))
	d.SetStr("full_refresh", value.Bool(o.fullRefresh))
	d.SetStr("fail_fast", value.Bool(o.failFast))
	d.SetStr("empty", value.Bool(o.empty))
	d.SetStr("defer", value.Bool(o.deferred))
	d.SetStr("favor_state", value.Bool(o.favorState))
	d.SetStr("store_failures", value.Bool(o.storeFailures))
	d.SetStr("indirect_selection", value.Str(a.indirect()))
	d.SetStr("quiet", value.Bool(o.quiet))
	d.SetStr("warn_error", value.Bool(o.warnError))
	d.SetStr("write_json", value.Bool(o.writeJSON))
	d.SetStr("vars", vars)
	for _, pair := range [][2]string{
		{"target", o.target}, {"profile", o.profile}, {"selector", o.selector},
		{"state", o.state}, {"defer_state", o.deferState},
		{"project_dir", o.projectDir}, {"profiles_dir", o.profilesDir},
	} {
		if pair[1] != "" {
			d.SetStr(pair[0], value.Str(pair[1]))
		}
	}
	return d
}

func (a *app) indirect() string {
	if a.opt.indirect == "" {
		return "eager"
	}
	return a.opt.indirect
}

func texts(list []string) value.Value {
	l := value.NewList()
	for _, s := range list {
		l.Append(value.Str(s))
	}
	return l
}

func orNone(s string) value.Value {
	if s == "" {
		return value.None
	}
	return value.Str(s)
}
