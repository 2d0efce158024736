package duckdb

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"mdl/adapters"
)

// Config is a profile's output of type duckdb, with dbt-duckdb's keys.
type Config struct {
	// Path is the database file, or ":memory:".
	Path string
	// Dir is where a relative Path starts; "" is the current directory.
	Dir string
	// Database is the name that DuckDB gives the file, or an attachment's alias.
	Database string
	// Schema is the default schema.
	Schema string
	// Options are set when the database is opened, Settings on each connection.
	Options, Settings []adapters.Setting
	// Extensions are loaded; they must be on this machine.
	Extensions []Extension
	// Attach are further databases.
	Attach []Attachment
	// Secrets are created before anything is attached.
	Secrets []Secret
	// ExternalRoot is where external materializations are written.
	ExternalRoot string
	// Retries says what is tried again.
	Retries Retries
	// Ignored are the given keys that have no effect here.
	Ignored []Ignored
}

// Ignored is a key of the profile that has no effect. Why is "" where a user
// misses nothing: what it asks for is so already.
type Ignored struct {
	Key, Why string
}

// Extension is an extension of DuckDB; Repository is where it was installed from, "" for
// the default one.
type Extension struct {
	Name, Repository string
}

// Attachment is a database that is attached under an alias.
type Attachment struct {
	Path, Alias, Type, Secret string
	ReadOnly                  bool
	Options                   []adapters.Setting
}

// Secret is a credential in DuckDB's secret manager. A parameter's value is a
// text, a list of texts or a mapping of texts.
type Secret struct {
	Name, Type, Provider string
	Persistent           bool
	Scope                []string
	Params               map[string]any
}

// Retries says how often opening (a locked file) and statements are tried, and
// for which of DuckDB's exceptions, spelt as in Python: "IOException".
type Retries struct {
	Connect, Query int
	Exceptions     []string
}

// word is what may stand in SQL without quotes: names of settings, types, options.
var word = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// unsupported are the keys of dbt-duckdb without which the database would not
// be the one that is meant.
var unsupported = []struct{ key, what, hint string }{
	{"filesystems", "fsspec file systems are Python modules, which mdl does not run", "use the httpfs or azure extension and a secret"},
	{"remote", "Buena Vista servers are not supported", "give the path of a database file"},
	{"motherduck_token", "MotherDuck is not supported: it needs an extension that mdl does not load", "give the path of a database file"},
	{"pragmas", "is not a known key", "write them as `settings`"},
}

// ignored are the keys without which all works but what needs Python, and those
// that ask for what mdl does anyway: the database stays open during a command,
// and every build is a transaction.
var ignored = []Ignored{
	{"plugins", "plugins are Python modules, which mdl does not run: a source or model that names one fails"},
	{"module_paths", "mdl runs no Python modules"},
	{"flights", "Python models are not run"},
	{"keep_open", ""},
	{"disable_transactions", ""},
}

// ParseConfig reads an output of a profile as YAML decodes it. All mistakes are
// reported at once; each is an *adapters.ConfigError. The keys `type` and
// `threads` are allowed and not looked at.
func ParseConfig(raw map[string]any) (Config, error) {
	f := adapters.NewFields(raw)
	f.Has("type")
	f.Has("threads")
	c := Config{
		Path:         f.String("path", ":memory:"),
		Schema:       f.String("schema", "main"),
		ExternalRoot: f.String("external_root", "."),
		Options:      f.Scalars("config_options"),
		Settings:     f.Scalars("settings"),
		Extensions:   extensions(f),
		Retries:      Retries{Connect: 1, Query: 1},
	}
	f.Each("attach", func(f *adapters.Fields) { c.Attach = append(c.Attach, attachment(f)) })
	f.Each("secrets", func(f *adapters.Fields) { c.Secrets = append(c.Secrets, secret(f)) })
	if provider := f.String("use_credential_provider", ""); provider == "aws" {
		c.Secrets = append(c.Secrets, Secret{Type: "s3", Provider: "credential_chain"})
	} else if provider != "" {
		f.Fail("use_credential_provider", fmt.Sprintf("%q is not supported", provider), `only "aws" is`)
	}
	for i := range c.Secrets {
		if c.Secrets[i].Name == "" {
			c.Secrets[i].Name = fmt.Sprintf("_dbt_secret_%d", i+1)
		}
	}
	if m := f.Map("retries"); m != nil {
		c.Retries = retries(f, m)
	}
	for _, k := range ignored {
		if f.Any(k.Key) != nil {
			c.Ignored = append(c.Ignored, k)
		}
	}
	f.Has("is_ducklake")
	for _, u := range unsupported {
		if f.Any(u.key) != nil {
			f.Fail(u.key, u.what, u.hint)
		}
	}
	c.Options = slices.DeleteFunc(c.Options, func(o adapters.Setting) bool {
		install := strings.EqualFold(o.Name, "autoinstall_known_extensions")
		if install && o.Value != "false" {
			c.Ignored = append(c.Ignored, Ignored{"config_options", "mdl downloads nothing: autoinstall_known_extensions stays false"})
		}
		return install
	})
	checkWords(f, "config_options", c.Options)
	checkWords(f, "settings", c.Settings)
	c.Database = database(f, c)
	return c, f.Err()
}

// database finds the name of the default database and checks that `database`,
// where given, agrees with it, as dbt-duckdb does.
func database(f *adapters.Fields, c Config) string {
	derived, given := DatabaseName(c.Path), f.String("database", "")
	switch {
	case isMotherDuck(c.Path):
		f.Fail("path", "MotherDuck is not supported: it needs an extension that mdl does not load", "give the path of a database file")
	case strings.HasPrefix(strings.ToLower(c.Path), "ducklake:"):
		f.Fail("path", "a DuckLake cannot be the main database", "attach it: attach: [{path: '"+c.Path+"', alias: lake}], database: lake")
	case strings.Contains(c.Path, "://"):
		f.Fail("path", "must be a file of this machine", "attach a remote database under `attach`")
	case derived == "":
		f.Fail("path", fmt.Sprintf("%q has no file name", c.Path), "end it in a name such as dev.duckdb")
	case given != "" && given != derived && !c.hasAlias(given):
		f.Fail("database", fmt.Sprintf("is %q, but the database at path %q is named %q", given, c.Path, derived),
			"leave `database` out, or use the alias of an attachment")
	case given != "":
		return given
	}
	return derived
}

func (c Config) hasAlias(name string) bool {
	return slices.ContainsFunc(c.Attach, func(a Attachment) bool { return a.Alias == name })
}

// DatabaseName is the name that DuckDB gives to the database in a file: the
// part of the file's name before the first dot that is not its first byte.
func DatabaseName(path string) string {
	if path == "" || path == ":memory:" {
		return "memory"
	}
	name := strings.TrimLeft(filepath.Base(filepath.ToSlash(path)), ".")
	name, _, _ = strings.Cut(name, ".")
	switch name {
	case "/":
		return ""
	case "main", "temp", "system":
		return name + "_db"
	}
	return name
}

func isMotherDuck(path string) bool {
	scheme, _, found := strings.Cut(path, ":")
	return found && (scheme == "md" || scheme == "motherduck")
}

func extensions(f *adapters.Fields) []Extension {
	var out []Extension
	for i, item := range f.List("extensions") {
		var e Extension
		switch item := item.(type) {
		case string:
			e.Name = item
		case map[string]any:
			e.Name, _ = adapters.Scalar(item["name"])
			e.Repository, _ = adapters.Scalar(item["repo"])
		}
		if !word.MatchString(e.Name) {
			f.Fail(fmt.Sprintf("extensions[%d]", i), "must be a name, or a mapping of name and repo", "")
			continue
		}
		out = append(out, e)
	}
	return out
}

func attachment(f *adapters.Fields) Attachment {
	a := Attachment{
		Path:     f.String("path", ""),
		Alias:    f.String("alias", ""),
		Type:     f.String("type", ""),
		Secret:   f.String("secret", ""),
		ReadOnly: f.Bool("read_only"),
	}
	f.Has("is_ducklake")
	if a.Path == "" {
		f.Fail("path", "is missing", "give the path of the database to attach")
	}
	if isMotherDuck(a.Path) {
		f.Fail("path", "MotherDuck is not supported: it needs an extension that mdl does not load", "attach a database file")
	}
	if a.Type != "" && !word.MatchString(a.Type) {
		f.Fail("type", fmt.Sprintf("%q is not a type", a.Type), "")
	}
	for _, o := range f.Scalars("options") {
		switch key := strings.ToLower(o.Name); {
		case !word.MatchString(o.Name):
			f.Fail("options", fmt.Sprintf("%q is not the name of an option", o.Name), "")
		case key == "type" && a.Type == "" && word.MatchString(o.Value):
			a.Type = o.Value
		case key == "secret" && a.Secret == "":
			a.Secret = o.Value
		case key == "read_only":
			a.ReadOnly = a.ReadOnly || o.Value == "true"
		case key == "type" || key == "secret":
			f.Fail("options."+o.Name, "is also given outside of options", "give it once")
		default:
			a.Options = append(a.Options, o)
		}
	}
	return a
}

func secret(f *adapters.Fields) Secret {
	s := Secret{
		Name:       f.String("name", ""),
		Type:       f.String("type", ""),
		Provider:   f.String("provider", ""),
		Persistent: f.Bool("persistent"),
		Scope:      texts(f.Any("scope")),
	}
	if !word.MatchString(s.Type) {
		f.Fail("type", "is missing or not a type", "such as s3, gcs, azure, postgres")
	}
	if s.Provider != "" && !word.MatchString(s.Provider) {
		f.Fail("provider", "is not the name of a provider", "")
	}
	s.Params = f.Rest()
	for key := range s.Params {
		if !word.MatchString(key) {
			f.Fail(key, "is not the name of a parameter", "")
		}
	}
	return s
}

func retries(f *adapters.Fields, m map[string]any) Retries {
	sub := adapters.NewFields(m)
	r := Retries{
		Connect:    max(1, sub.Int("connect_attempts", 1)),
		Query:      max(1, sub.Int("query_attempts", 1)),
		Exceptions: []string{"IOException"},
	}
	if names := texts(sub.Any("retryable_exceptions")); names != nil {
		r.Exceptions = names
	}
	if err := sub.Err(); err != nil {
		f.Fail("retries", err.Error(), "")
	}
	return r
}

func checkWords(f *adapters.Fields, key string, settings []adapters.Setting) {
	for _, s := range settings {
		if !word.MatchString(s.Name) {
			f.Fail(key, fmt.Sprintf("%q is not the name of a setting", s.Name), "")
		}
	}
}

// texts returns a text or a list of texts as a list.
func texts(v any) []string {
	if list, ok := v.([]any); ok {
		var out []string
		for _, item := range list {
			if s, ok := adapters.Scalar(item); ok {
				out = append(out, s)
			}
		}
		return out
	}
	if s, ok := adapters.Scalar(v); ok {
		return []string{s}
	}
	return nil
}
