package project

import (
	"slices"
	"strings"

	"mdl/compiler/diag"
	"mdl/compiler/yaml"
)

// nodeKeys are the configuration keys of everything that builds a relation.
var nodeKeys = []string{
	"enabled", "alias", "schema", "database", "tags", "meta", "group", "materialized", "static_analysis",
	"incremental_strategy", "batch_size", "lookback", "begin", "persist_docs", "pre_hook", "post_hook", "pre-hook",
	"post-hook", "quoting", "column_types", "full_refresh", "unique_key", "on_schema_change",
	"on_configuration_change", "grants", "packages", "docs", "contract", "event_time", "concurrent_batches",
	"sql_header",
}

// duckdbKeys are the keys that dbt-duckdb adds for models and snapshots.
var duckdbKeys = []string{
	"location", "format", "delimiter", "options", "indexes", "partitioned_by", "sorted_by", "partition_by",
	"partition_columns", "plugin", "glue_register", "glue_database", "parquet_read_options", "csv_read_options",
	"json_read_options", "incremental_predicates", "predicates", "publish", "retry", "merge_clauses", "merge_update_columns",
	"merge_exclude_columns", "merge_update_condition", "merge_insert_condition", "merge_on_using_columns",
	"merge_returning_columns", "merge_update_set_expressions",
}

var configKeys = map[string][]string{
	"models":          slices.Concat(nodeKeys, duckdbKeys, []string{"access", "freshness", "on_error", "loaded_at_field", "loaded_at_query", "latest_version_pointer", "python_version", "submission_method"}),
	"seeds":           slices.Concat(nodeKeys, []string{"delimiter", "quote_columns", "fast"}),
	"snapshots":       slices.Concat(nodeKeys, duckdbKeys, []string{"strategy", "target_schema", "target_database", "updated_at", "check_cols", "snapshot_meta_column_names", "dbt_valid_to_current", "hard_deletes", "invalidate_hard_deletes"}),
	"data_tests":      {"enabled", "alias", "schema", "database", "tags", "meta", "group", "materialized", "static_analysis", "severity", "store_failures", "store_failures_as", "where", "limit", "fail_calc", "warn_if", "error_if", "sql_header"},
	"sources":         {"enabled", "event_time", "freshness", "loaded_at_field", "loaded_at_query", "meta", "tags", "static_analysis", "external_location", "plugin"},
	"exposures":       {"enabled", "tags", "meta"},
	"unit_tests":      {"enabled", "tags", "meta", "static_analysis"},
	"metrics":         {"enabled", "group", "meta", "tags"},
	"semantic_models": {"enabled", "group", "meta"},
	"saved_queries":   {"enabled", "group", "meta", "tags", "export_as", "schema", "cache"},
	"functions":       slices.Concat(nodeKeys, []string{"type", "volatility", "runtime_version", "entry_point"}),
	"analyses":        nodeKeys,
	"macros":          {"meta", "docs"},
	"groups":          {"meta"},
}

// mappingKeys are the configuration keys whose value is a mapping. In a tree
// without + such a key is not taken for a directory.
var mappingKeys = []string{
	"meta", "persist_docs", "quoting", "column_types", "grants", "docs", "contract", "freshness", "options",
	"parquet_read_options", "csv_read_options", "json_read_options", "snapshot_meta_column_names", "cache",
}

// ConfigKeys are the configuration keys that dbt and dbt-duckdb know for a
// section of dbt_project.yml ("models", "data_tests" ...). Others are legal:
// they are a project's own. Callers must not change the slice.
func ConfigKeys(section string) []string {
	if section == "tests" {
		section = "data_tests"
	}
	return configKeys[strings.ReplaceAll(section, "-", "_")]
}

// SuggestConfigKey returns the known key that an unknown one was probably meant
// to be, or "" when the key is known or near none.
func SuggestConfigKey(section, key string) string {
	keys := ConfigKeys(section)
	if slices.Contains(keys, key) {
		return ""
	}
	return diag.Suggest(key, keys)
}

// CheckConfig warns (W202) of the keys of a config mapping that are nearly a
// known key: those of a config() call have no tree and are checked one by one
// with SuggestConfigKey.
func CheckConfig(section string, config *yaml.Node, diags *diag.List) {
	if config == nil {
		return
	}
	for _, p := range config.Pairs {
		checkConfigKey(section, p.Key, diags)
	}
}

func checkConfigKey(section string, key *yaml.Node, diags *diag.List) {
	name := strings.TrimLeft(key.Text, "+ ")
	if s := SuggestConfigKey(section, name); s != "" {
		*diags = append(*diags, MisspeltConfig(key.Span, section, name))
	}
}

// MisspeltConfig is the warning of a configuration key that nothing reads and
// that is nearly a known one.
func MisspeltConfig(at diag.Span, section, key string) diag.Diagnostic {
	return diag.Warnf("W202", at, "no configuration of %s is called %q", section, key).
		WithHint("did you mean %q? If it is a key of your own, put it under meta", SuggestConfigKey(section, key))
}

// checkTree warns of misspelt keys in a configuration tree: keys with +, and
// those without whose value is no mapping, as a mapping is a directory.
func checkTree(section string, n *yaml.Node, diags *diag.List) {
	if n == nil {
		return
	}
	for _, p := range n.Pairs {
		switch {
		case strings.HasPrefix(p.Key.Text, "+"):
			checkConfigKey(section, p.Key, diags)
		case p.Value.Kind != yaml.Mapping:
			checkConfigKey(section, p.Key, diags)
		case !slices.Contains(mappingKeys, p.Key.Text):
			checkTree(section, p.Value, diags)
		}
	}
}
