package main

import (
	"slices"

	"mdl/cmd/internal/view"
	"mdl/compiler/diag"
)

// behaviours are the flags of dbt_project.yml that nothing else sets: dbt's
// behaviour changes. Those that mdl follows are read where they count.
var behaviours = []string{
	"require_all_warnings_handled_by_warn_error", "require_batched_execution_for_custom_microbatch_strategy",
	"require_event_names_in_deprecations", "require_explicit_package_overrides_for_builtin_materializations",
	"require_generic_test_arguments_property", "require_nested_cumulative_type_params",
	"require_ref_searches_node_package_before_root", "require_resource_names_without_spaces",
	"require_unique_project_resource_names", "require_yaml_configuration_for_mf_time_spines",
	"skip_nodes_if_on_run_start_fails", "source_freshness_run_project_hooks", "state_modified_compare_more_unrendered_values",
	"state_modified_compare_vars", "validate_macro_args",
}

// projectOptions are the flags of dbt_project.yml that the command line has,
// too (dbt/contracts/project.py, ProjectFlags).
var projectOptions = []string{
	"cache_selected_only", "debug", "fail_fast", "indirect_selection", "log_format", "log_format_file", "log_level", "log_level_file",
	"partial_parse", "populate_cache", "printer_width", "send_anonymous_usage_stats", "static_parser", "use_colors",
	"use_colors_file", "use_experimental_parser", "version_check", "warn_error", "warn_error_options", "write_json",
	"fuse_tests", // mdl's own
}

// projectFlags applies the flags of dbt_project.yml that nobody else has set.
func (s *session) projectFlags() error {
	o, flags := s.opt, s.config.Flags
	for _, f := range []struct {
		key, flag string
		into      *bool
	}{
		{"fail_fast", "fail-fast", &o.failFast},
		{"warn_error", "warn-error", &o.warnError},
		{"write_json", "write-json", &o.writeJSON},
		{"fuse_tests", "fuse-tests", &o.fuseTests},
		{"use_colors", "use-colors", &o.useColors},
		{"debug", "debug", &o.debug},
		{"skip_nodes_if_on_run_start_fails", "", &o.skipNodesIfStartFails},
	} {
		if truth, ok := flags.Get(f.key).Bool(); ok && !o.given[f.flag] {
			*f.into = truth
		}
	}
	for _, f := range []struct {
		key, flag string
		into      *string
	}{{"indirect_selection", "indirect-selection", &o.indirect}, {"log_format", "log-format", &o.logFormat}, {"log_level", "log-level", &o.logLevel}} {
		if word, ok := flags.Get(f.key).Str(); ok && !o.given[f.flag] {
			*f.into = word
		}
	}
	if err := s.projectWarnPolicy(flags); err != nil {
		return err
	}
	if flags.Has("log_level") || flags.Has("log_format") || flags.Has("debug") || flags.Has("use_colors") {
		level, ok := view.ParseLevel(o.logLevel)
		if !ok {
			return s.stop(diag.List{diag.Errorf("E205", flags.Get("log_level").Span, "log_level cannot be %q", o.logLevel)})
		}
		if o.debug {
			level = view.Debug
		}
		s.openView(level)
	}
	return s.warnOfFlags()
}

// warnOfFlags tells of flags that nobody reads and that look like one.
func (s *session) warnOfFlags() error {
	known := slices.Concat(behaviours, projectOptions)
	var list diag.List
	for _, key := range s.config.Flags.Keys() {
		if slices.Contains(known, key) {
			continue
		}
		if meant := diag.Suggest(key, known); meant != "" {
			k, _ := s.config.Flags.Entry(key)
			list = append(list, diag.Warnf("W202", k.Span, "there is no flag %q", key).WithHint("did you mean %q?", meant))
		}
	}
	return s.stop(list)
}
