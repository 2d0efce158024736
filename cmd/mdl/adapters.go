package main

import (
	"errors"
	"slices"
	"strings"

	"mdl/adapters"
	"mdl/compiler/diag"
	"mdl/compiler/jinja/value"
	"mdl/compiler/project"
)

// warehouse is a profile's target, checked but not touched.
type warehouse struct {
	adapter          adapters.Adapter
	database, schema string
	// shown are the entries of the connection that `target` answers and debug
	// shows: no secrets.
	shown *value.Dict
	// warnings are about what the profile asks for in vain.
	warnings diag.List
	// secrets are what the profile says that nobody may see.
	secrets []string
}

// ownKeys are the keys of a target that are mdl's own, whatever the warehouse.
var ownKeys = []string{lockTimeoutKey, retryKey}

// drivers are the warehouses that mdl knows, by the profile's type.
var drivers = []struct {
	name string
	open func(p *project.Profile, dir string) (*warehouse, error)
}{
	{"duckdb", openDuckDB},
	{"postgres", openPostgres},
}

// connect checks a profile's target; dir is where relative paths start.
func connect(p *project.Profile, dir string) (*warehouse, diag.List) {
	p = withoutKeys(p, ownKeys)
	var names []string
	for _, d := range drivers {
		if d.name == p.Type {
			w, err := d.open(p, dir)
			if w != nil {
				return w, w.warnings
			}
			return nil, profileErrors(p, err)
		}
		names = append(names, d.name)
	}
	known := []string{"snowflake", "bigquery", "redshift", "databricks", "spark", "clickhouse", "trino"}
	d := diag.Errorf("E213", p.TypeSpan, "the target %q has type %q, which this mdl has no adapter for", p.Target, p.Type)
	if near := diag.Suggest(p.Type, names); near != "" && !slices.Contains(known, p.Type) {
		return nil, diag.List{d.WithHint("did you mean %q?", near)}
	}
	return nil, diag.List{d.WithHint("it has %s", strings.Join(names, ", "))}
}

// withoutKeys returns a profile without some of its target's keys.
func withoutKeys(p *project.Profile, keys []string) *project.Profile {
	rest := *p
	rest.Credentials = p.Credentials.Copy()
	for _, key := range keys {
		rest.Credentials.Delete(value.Str(key))
	}
	return &rest
}

// profileErrors turns the mistakes that an adapter found into diagnostics.
func profileErrors(p *project.Profile, err error) diag.List {
	if err == nil {
		return nil
	}
	var list diag.List
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		for _, one := range many.Unwrap() {
			list = append(list, profileErrors(p, one)...)
		}
		return list
	}
	var bad *adapters.ConfigError
	if errors.As(err, &bad) {
		d := diag.Errorf("E210", p.KeySpan(bad.Key), "target %s: %s: %s", p.Target, bad.Key, bad.Message)
		return diag.List{d.WithHint("%s", bad.Hint)}
	}
	return diag.List{diag.Errorf("E210", p.Span, "target %s: %v", p.Target, err)}
}
