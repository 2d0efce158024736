package main

import (
	"maps"
	"slices"
	"strings"

	"mdl/compiler/diag"
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
		Judge: func(event string) (fails, silent bool) {
			severity, silent := a.warnings.verdict("W240", event)
			return severity == diag.Error, silent
		},
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
	eventStart, eventEnd := a.eventTimes()
	return map[string]value.Value{
		"WHICH":          value.Str(a.which()),
		"FULL_REFRESH":   value.Bool(o.fullRefresh),
		"STORE_FAILURES": value.Bool(o.storeFailures),
		"EMPTY":          value.Bool(o.empty),
		"FAIL_FAST":      value.Bool(o.failFast),
		"WARN_ERROR":     onlyTrue(o.warnError),
		"QUIET":          value.Bool(o.quiet),
		"PRINT":          value.Bool(o.print),
		"DEBUG":          value.Bool(o.debug),
		"USE_COLORS":     value.Bool(o.useColors),
		"INTROSPECT":     value.Bool(o.introspect),
		"WRITE_JSON":     value.Bool(o.writeJSON),
		"LOG_FORMAT":     value.Str(dbtLogFormat(o.logFormat)),
		"TARGET":         orNone(o.target),
		"PROFILE":        orNone(o.profile),
		"STATE":          orNone(o.state),
		"DEFER":          value.Bool(o.deferred),
		"DEFER_STATE":    orNone(o.deferState),
		"FAVOR_STATE":    value.Bool(o.favorState),

		"EVENT_TIME_START": eventStart, "EVENT_TIME_END": eventEnd,

		"INDIRECT_SELECTION": value.Str(a.indirect()),
		"INVOCATION_COMMAND": value.Str(a.commandLine()),
		"PROFILES_DIR":       orNone(o.profilesDir),
		"TARGET_PATH":        orNone(o.targetPath),
	}
}

// commandLine is the invocation as one would write it for dbt.
func (a *app) commandLine() string {
	return strings.Join(append([]string{"dbt"}, a.sys.args...), " ")
}

// onlyTrue is none for false: dbt has no value there.
func onlyTrue(on bool) value.Value {
	if on {
		return value.True
	}
	return value.None
}

// dbtLogFormat is dbt's name of a format of messages.
func dbtLogFormat(name string) string {
	if name == "text" {
		return "default"
	}
	return name
}

// usualArgs are arguments that invocation_args_dict has in every invocation.
var usualArgs = map[string]value.Value{
	"cache_selected_only": value.False, "defer": value.False, "favor_state": value.False, "introspect": value.True,
	"log_file_max_bytes": value.Int(10 << 20), "log_format_file": value.Str("debug"), "log_level_file": value.Str("debug"),
	"macro_debugging": value.False, "partial_parse": value.True, "partial_parse_file_diff": value.True,
	"populate_cache": value.True, "printer_width": value.Int(80), "require_all_warnings_handled_by_warn_error": value.False,
	"require_batched_execution_for_custom_microbatch_strategy":        value.False,
	"require_explicit_package_overrides_for_builtin_materializations": value.True,
	"require_generic_test_arguments_property":                         value.True,
	"require_nested_cumulative_type_params":                           value.False,
	"require_ref_searches_node_package_before_root":                   value.False,
	"require_resource_names_without_spaces":                           value.True,
	"require_unique_project_resource_names":                           value.False,
	"require_yaml_configuration_for_mf_time_spines":                   value.False,
	"send_anonymous_usage_stats":                                      value.False, "show_all_deprecations": value.False,
	"show_resource_report": value.False, "skip_nodes_if_on_run_start_fails": value.False,
	"source_freshness_run_project_hooks": value.True, "state_modified_compare_more_unrendered_values": value.False,
	"state_modified_compare_vars": value.False, "static_parser": value.True, "strict_mode": value.False,
	"upload_to_artifacts_ingest_api": value.False, "use_colors_file": value.True, "use_fast_test_edges": value.False,
	"validate_macro_args": value.False, "version_check": value.True,
}

// argValues are invocation_args_dict and the args of run_results.json.
func (a *app) argValues(vars *value.Dict) *value.Dict {
	o := a.opt
	d := value.NewDict()
	for _, name := range slices.Sorted(maps.Keys(usualArgs)) {
		d.SetStr(name, usualArgs[name])
	}
	d.SetStr("which", value.Str(a.which()))
	d.SetStr("invocation_command", value.Str(a.commandLine()))
	d.SetStr("log_format", value.Str(dbtLogFormat(o.logFormat)))
	d.SetStr("log_level", value.Str(o.logLevel))
	d.SetStr("print", value.Bool(o.print))
	d.SetStr("use_colors", value.Bool(o.useColors))
	options := value.NewDictSize(3)
	for _, name := range []string{"error", "warn", "silence"} {
		options.SetStr(name, value.NewList())
	}
	for name, list := range map[string][]string{"error": a.warnings.errs, "warn": a.warnings.warns, "silence": a.warnings.silence} {
		options.SetStr(name, texts(list))
	}
	if a.warnings.all && o.warnErrorOptions != "" {
		options.SetStr("error", value.Str("all"))
	}
	d.SetStr("warn_error_options", options)
	d.SetStr("introspect", value.Bool(o.introspect))
	if o.threads > 0 {
		d.SetStr("threads", value.Int(o.threads))
	}
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
	if a.eventTime != nil {
		start, end := a.eventTimes()
		d.SetStr("event_time_start", start)
		d.SetStr("event_time_end", end)
	}
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
