package main

import (
	"mdl/adapters/duckdb"
	"mdl/compiler/diag"
	"mdl/compiler/jinja/value"
	"mdl/compiler/project"
)

func openDuckDB(p *project.Profile, dir string) (*warehouse, error) {
	raw, _ := value.ToGo(p.Credentials).(map[string]any)
	cfg, err := duckdb.ParseConfig(raw)
	if err != nil {
		return nil, err
	}
	cfg.Dir = dir
	ad, err := duckdb.Open(cfg)
	if err != nil {
		return nil, err
	}
	path := cfg.Path
	if v, ok := p.Credentials.GetStr("path"); ok {
		path = value.ToStr(v)
	}
	shown := value.NewDict()
	shown.SetStr("database", value.Str(cfg.Database))
	shown.SetStr("schema", value.Str(cfg.Schema))
	shown.SetStr("path", value.Str(path))
	for _, field := range []struct {
		key  string
		none value.Value // what dbt-duckdb has where the profile says nothing
	}{
		{"config_options", value.None}, {"extensions", value.None}, {"settings", value.NewDict()},
		{"external_root", value.Str(cfg.ExternalRoot)}, {"use_credential_provider", value.None}, {"attach", value.None},
		{"filesystems", value.None}, {"remote", value.None}, {"plugins", value.None}, {"disable_transactions", value.False},
	} {
		v, ok := p.Credentials.GetStr(field.key)
		if !ok || value.IsNone(v) {
			v = field.none
		}
		shown.SetStr(field.key, v)
	}
	w := &warehouse{adapter: ad, database: cfg.Database, schema: cfg.Schema, shown: shown, secrets: ad.Secrets()}
	for _, k := range cfg.Ignored {
		if k.Why != "" {
			w.warnings = append(w.warnings, diag.Warnf("W210", p.KeySpan(k.Key), "target %s: %s is ignored: %s", p.Target, k.Key, k.Why))
		}
	}
	return w, nil
}
