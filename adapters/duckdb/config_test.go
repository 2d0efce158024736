package duckdb

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"mdl/adapters"
)

func TestParseConfigDefaults(t *testing.T) {
	c, err := ParseConfig(map[string]any{"type": "duckdb", "threads": 4})
	if err != nil {
		t.Fatal(err)
	}
	want := Config{Path: ":memory:", Database: "memory", Schema: "main", ExternalRoot: ".", Retries: Retries{Connect: 1, Query: 1}}
	if !reflect.DeepEqual(c, want) {
		t.Errorf("%+v", c)
	}
}

func TestParseConfigOfEverything(t *testing.T) {
	c, err := ParseConfig(map[string]any{
		"type": "duckdb", "path": "data/dev.duckdb", "database": "other", "schema": "analytics",
		"threads": 4, "config_options": map[string]any{"allow_unsigned_extensions": true},
		"settings":   map[string]any{"memory_limit": "2GB", "threads": 2},
		"extensions": []any{"parquet", map[string]any{"name": "h3", "repo": "community"}},
		"secrets": []any{
			map[string]any{"type": "s3", "key_id": "AK", "secret": "sk", "region": "eu", "scope": "s3://b"},
			map[string]any{"type": "http", "name": "api", "persistent": true, "scope": []any{"a", "b"}, "extra_http_headers": map[string]any{"h": "v"}},
		},
		"attach": []any{
			map[string]any{"path": "o.db", "alias": "other", "type": "sqlite", "read_only": true},
			map[string]any{"path": "p", "options": map[string]any{"type": "postgres", "secret": "pg", "read_only": true, "schema": "x"}},
		},
		"retries":   map[string]any{"connect_attempts": 3, "retryable_exceptions": []any{"IOException", "HTTPException"}},
		"keep_open": false, "disable_transactions": true, "external_root": "out", "use_credential_provider": "aws",
	})
	if err != nil {
		t.Fatal(err)
	}
	if c.Database != "other" || c.ExternalRoot != "out" || len(c.Ignored) != 2 {
		t.Errorf("%+v", c)
	}
	if want := (Retries{Connect: 3, Query: 1, Exceptions: []string{"IOException", "HTTPException"}}); !reflect.DeepEqual(c.Retries, want) {
		t.Errorf("retries %+v", c.Retries)
	}
	var sql []string
	for _, s := range append(c.setups(NewDialect()), c.session(NewDialect())...) {
		sql = append(sql, s.what+": "+s.sql)
	}
	cwd, _ := filepath.Abs("o.db")
	want := []string{
		`secrets[0]: create or replace secret "_dbt_secret_1" (type s3, scope ['s3://b'], key_id 'AK', region 'eu', secret 'sk')`,
		`secrets[1]: create or replace persistent secret "api" (type http, scope ['a', 'b'], extra_http_headers map {'h': 'v'})`,
		`secrets[2]: create or replace secret "_dbt_secret_3" (type s3, provider credential_chain)`,
		`attach[0]: attach if not exists '` + cwd + `' as "other" (type sqlite, read_only)`,
		`attach[1]: attach if not exists 'p' (type postgres, secret "pg", read_only, schema 'x')`,
		`settings.memory_limit: set memory_limit = '2GB'`,
		`settings.threads: set threads = '2'`,
	}
	if !reflect.DeepEqual(sql, want) {
		t.Errorf("statements\n%s\nwant\n%s", strings.Join(sql, "\n"), strings.Join(want, "\n"))
	}
}

func TestIgnored(t *testing.T) {
	for _, c := range []struct {
		key, why string
		value    any
	}{
		{"plugins", "plugins are Python modules", []any{map[string]any{"module": "excel"}}},
		{"module_paths", "mdl runs no Python modules", []any{"x"}},
		{"flights", "Python models are not run", map[string]any{}},
		{"keep_open", "", false},
		{"disable_transactions", "", true},
		{"config_options", "mdl downloads nothing", map[string]any{"autoinstall_known_extensions": true}},
	} {
		cfg, err := ParseConfig(map[string]any{c.key: c.value})
		if err != nil || len(cfg.Ignored) != 1 || cfg.Ignored[0].Key != c.key || !strings.HasPrefix(cfg.Ignored[0].Why, c.why) || len(cfg.Options) != 0 {
			t.Errorf("%s: %+v, %v", c.key, cfg, err)
		}
	}
}

func TestParseConfigMistakes(t *testing.T) {
	for _, c := range []struct {
		raw  map[string]any
		want string
	}{
		{map[string]any{"pth": "x"}, `pth: is not a known key; did you mean "path"?`},
		{map[string]any{"setings": map[string]any{}}, `did you mean "settings"?`},
		{map[string]any{"path": "a/dev.duckdb", "database": "prod"}, `database: is "prod", but the database at path "a/dev.duckdb" is named "dev"`},
		{map[string]any{"path": "md:my_db"}, "path: MotherDuck is not supported"},
		{map[string]any{"path": "s3://b/x.duckdb"}, "path: must be a file of this machine"},
		{map[string]any{"path": "/"}, "has no file name"},
		{map[string]any{"path": "ducklake:m.ducklake"}, "path: a DuckLake cannot be the main database; attach it: attach: [{path: 'ducklake:m.ducklake', alias: lake}]"},
		{map[string]any{"filesystems": []any{}}, "filesystems: fsspec file systems are Python modules, which mdl does not run; use the httpfs"},
		{map[string]any{"remote": map[string]any{"host": "h"}}, "remote: Buena Vista servers are not supported"},
		{map[string]any{"motherduck_token": "x"}, "motherduck_token: MotherDuck is not supported"},
		{map[string]any{"pragmas": map[string]any{"x": 1}}, "pragmas: is not a known key; write them as `settings`"},
		{map[string]any{"attach": []any{map[string]any{"path": "md:x"}}}, "attach[0].path: MotherDuck is not supported: it needs an extension"},
		{map[string]any{"settings": map[string]any{"a; drop": 1}}, `"a; drop" is not the name of a setting`},
		{map[string]any{"config_options": map[string]any{"a b": 1}}, `"a b" is not the name of a setting`},
		{map[string]any{"extensions": []any{"a'b"}}, "extensions[0]: must be a name"},
		{map[string]any{"extensions": "spatial"}, "extensions: must be a list"},
		{map[string]any{"attach": []any{map[string]any{"alais": "x"}}}, `attach[0].alais: is not a known key; did you mean "alias"?`},
		{map[string]any{"attach": []any{map[string]any{}}}, "attach[0].path: is missing"},
		{map[string]any{"attach": []any{map[string]any{"path": "p", "type": "x y"}}}, `attach[0].type: "x y" is not a type`},
		{map[string]any{"attach": []any{map[string]any{"path": "p", "type": "x", "options": map[string]any{"TYPE": "y"}}}}, "options.TYPE: is also given outside"},
		{map[string]any{"attach": []any{map[string]any{"path": "p", "options": map[string]any{"a)b": "y"}}}}, "is not the name of an option"},
		{map[string]any{"secrets": []any{map[string]any{"key": "x"}}}, "secrets[0].type: is missing"},
		{map[string]any{"secrets": []any{map[string]any{"type": "s3", "a b": "x"}}}, "secrets[0].a b: is not the name"},
		{map[string]any{"retries": map[string]any{"conect_attempts": 2}}, `did you mean "connect_attempts"?`},
		{map[string]any{"use_credential_provider": "gcp"}, `"gcp" is not supported`},
	} {
		_, err := ParseConfig(c.raw)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("ParseConfig(%v): %v\nwant %s", c.raw, err, c.want)
		}
	}
}

// TestDatabaseName compares the names with those that DuckDB gives.
func TestDatabaseName(t *testing.T) {
	for path, want := range map[string]string{
		":memory:": "memory", "dev.duckdb": "dev", "my.db.duckdb": "my", ".hid.duckdb": "hid", "noext": "noext",
		"x-y.duckdb": "x-y", "é b.duckdb": "é b", "main.duckdb": "main_db", "temp.db": "temp_db", "system.db": "system_db",
		"a#b?c%zz.duckdb": "a#b?c%zz", "50%.duckdb": "50%", "it's \"q\".duckdb": "it's \"q\"", "new\nline.duckdb": "new\nline",
	} {
		if got := DatabaseName(path); got != want {
			t.Errorf("DatabaseName(%q) = %q, want %q", path, got, want)
		}
		a, err := Open(Config{Path: path, Dir: t.TempDir(), Retries: Retries{Connect: 1, Query: 1}})
		if err != nil {
			t.Fatal(err)
		}
		c, err := a.Connect(t.Context())
		if err != nil {
			t.Errorf("%q: %v", path, err)
			continue
		}
		if got := scalar(t, c, "select current_database()"); got != want {
			t.Errorf("%q is named %q, want %q", path, got, want)
		}
		mustExec(t, c, "create table t as select 1 as a")
		if path != ":memory:" {
			if _, err := os.Stat(a.Path()); err != nil {
				t.Error(err)
			}
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	}
	if got := DatabaseName("/srv/data/x.duckdb"); got != "x" {
		t.Error(got)
	}
}

func TestAbsolute(t *testing.T) {
	home, err := os.UserHomeDir()
	if err != nil {
		t.Skip(err)
	}
	for _, c := range [][2]string{
		{"x.duckdb", "/proj/x.duckdb"}, {"../x.duckdb", "/x.duckdb"}, {"/a/x.duckdb", "/a/x.duckdb"},
		{":memory:", ":memory:"}, {"", ":memory:"}, {"~/x.duckdb", filepath.Join(home, "x.duckdb")},
	} {
		if got, err := absolute("/proj", c[0]); err != nil || got != c[1] {
			t.Errorf("absolute(%q) = %q, %v", c[0], got, err)
		}
	}
}

func TestConfidential(t *testing.T) {
	c := Config{
		Options:  []adapters.Setting{{Name: "http_proxy_password", Value: "optpass"}, {Name: "threads", Value: "four"}},
		Settings: []adapters.Setting{{Name: "s3_secret_access_key", Value: "settingkey"}},
		Attach: []Attachment{
			{Path: "host=h user=u password=conn1", Options: []adapters.Setting{{Name: "token", Value: "opttoken"}, {Name: "schema", Value: "public"}}},
			{Path: "postgres://me:conn2@host/db?sslpassword=conn3"},
			{Path: "/data/keyboard.duckdb"},
		},
		Secrets: []Secret{{Params: map[string]any{"secret": "sk", "key_id": "AKIA", "region": "eu-west-1", "h": map[string]any{"Authorization": "Bearer"}}}},
	}
	got := strings.Join(c.confidential(), " ")
	for _, secret := range []string{"optpass", "settingkey", "opttoken", "conn1", "conn2", "conn3", "AKIA", "Bearer"} {
		if !strings.Contains(got, secret) {
			t.Errorf("%q is not held back: %s", secret, got)
		}
	}
	for _, public := range []string{"four", "public", "keyboard", "eu-west-1"} {
		if strings.Contains(got, public) {
			t.Errorf("%q is no secret: %s", public, got)
		}
	}
}

func FuzzParseConfig(f *testing.F) {
	f.Add("path", "dev.duckdb", "attach", "x")
	f.Add("settings", "a", "secrets", "b")
	f.Fuzz(func(t *testing.T, k1, v1, k2, v2 string) {
		for _, v := range []any{v2, []any{v2}, map[string]any{v1: v2}, []any{map[string]any{v1: v2, "path": v2, "type": v2}}} {
			c, err := ParseConfig(map[string]any{k1: v1, k2: v})
			if err == nil {
				_ = c.setups(NewDialect())
				_ = c.confidential()
			}
		}
	})
}
