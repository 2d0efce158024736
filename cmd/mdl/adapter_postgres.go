package main

import (
	"mdl/adapters/postgres"
	"mdl/compiler/jinja/value"
	"mdl/compiler/project"
)

func openPostgres(p *project.Profile, _ string) (*warehouse, error) {
	raw, _ := value.ToGo(p.Credentials).(map[string]any)
	cfg, err := postgres.ParseConfig(raw)
	if err != nil {
		return nil, err
	}
	ad, err := postgres.Open(cfg)
	if err != nil {
		return nil, err
	}
	shown := value.NewDict()
	for _, field := range []struct {
		key string
		is  value.Value
	}{
		{"host", value.Str(cfg.Host)}, {"port", value.Int(cfg.Port)}, {"user", value.Str(cfg.User)}, {"database", value.Str(cfg.Database)},
		{"schema", value.Str(cfg.Schema)}, {"connect_timeout", value.Int(cfg.ConnectTimeout.Seconds())}, {"role", textOrNone(cfg.Role)},
		{"search_path", textOrNone(cfg.SearchPath)}, {"keepalives_idle", value.Int(cfg.KeepAlive.Seconds())}, {"sslmode", textOrNone(cfg.SSLMode)},
		{"sslcert", textOrNone(cfg.SSLCert)}, {"sslkey", textOrNone(cfg.SSLKey)}, {"sslrootcert", textOrNone(cfg.SSLRootCert)},
		{"application_name", value.Str(cfg.ApplicationName)}, {"autocommit", value.False}, {"retries", value.Int(cfg.Retries)}, {"dbname", value.Str(cfg.Database)},
	} {
		shown.SetStr(field.key, field.is)
	}
	return &warehouse{adapter: ad, database: cfg.Database, schema: cfg.Schema, shown: shown, secrets: ad.Secrets()}, nil
}

// textOrNone is a text of the profile, none where it says nothing.
func textOrNone(s string) value.Value {
	if s == "" {
		return value.None
	}
	return value.Str(s)
}
