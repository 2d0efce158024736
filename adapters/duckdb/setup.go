package duckdb

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"mdl/adapters"
)

// setup is one statement that prepares a database or a session.
type setup struct {
	// what names the part of the profile that asks for it.
	what, sql string
}

// setups is what is done once, after opening and loading extensions.
func (c Config) setups(d *adapters.Dialect) []setup {
	var out []setup
	for i, s := range c.Secrets {
		out = append(out, setup{fmt.Sprintf("secrets[%d]", i), s.sql(d)})
	}
	for i, a := range c.Attach {
		a.Path = resolve(c.Dir, a)
		out = append(out, setup{fmt.Sprintf("attach[%d]", i), a.sql(d)})
	}
	return out
}

// session is what is done on each connection.
func (c Config) session(d *adapters.Dialect) []setup {
	var out []setup
	for _, s := range c.Settings {
		out = append(out, setup{"settings." + s.Name, "set " + s.Name + " = " + d.Literal(s.Value)})
	}
	return out
}

func (a Attachment) sql(d *adapters.Dialect) string {
	var options []string
	if a.Type != "" {
		options = append(options, "type "+a.Type)
	}
	if a.Secret != "" {
		options = append(options, "secret "+d.Quote(a.Secret))
	}
	if a.ReadOnly {
		options = append(options, "read_only")
	}
	for _, o := range a.Options {
		switch o.Value {
		case "true":
			options = append(options, o.Name)
		case "false":
		default:
			options = append(options, o.Name+" "+d.Literal(unquoted(o.Value)))
		}
	}
	sql := "attach if not exists " + d.Literal(a.Path)
	if a.Alias != "" {
		sql += " as " + d.Quote(a.Alias)
	}
	if len(options) > 0 {
		sql += " (" + strings.Join(options, ", ") + ")"
	}
	return sql
}

// unquoted takes off the quotes that a value may already have in the profile.
func unquoted(s string) string {
	s = strings.TrimSpace(s)
	if len(s) >= 2 && (s[0] == '\'' || s[0] == '"') && s[len(s)-1] == s[0] {
		return s[1 : len(s)-1]
	}
	return s
}

func (s Secret) sql(d *adapters.Dialect) string {
	params := []string{"type " + s.Type}
	if s.Provider != "" {
		params = append(params, "provider "+s.Provider)
	}
	if len(s.Scope) > 0 {
		params = append(params, "scope "+listLiteral(d, s.Scope))
	}
	for _, key := range slices.Sorted(maps.Keys(s.Params)) {
		switch v := s.Params[key].(type) {
		case nil:
		case map[string]any:
			params = append(params, key+" "+mapLiteral(d, v))
		case []any:
			params = append(params, key+" "+listLiteral(d, texts(v)))
		default:
			params = append(params, key+" "+d.Literal(fmt.Sprint(v)))
		}
	}
	persistent := ""
	if s.Persistent {
		persistent = "persistent "
	}
	return "create or replace " + persistent + "secret " + d.Quote(s.Name) + " (" + strings.Join(params, ", ") + ")"
}

func listLiteral(d *adapters.Dialect, items []string) string {
	quoted := make([]string, len(items))
	for i, item := range items {
		quoted[i] = d.Literal(item)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

func mapLiteral(d *adapters.Dialect, m map[string]any) string {
	var entries []string
	for _, key := range slices.Sorted(maps.Keys(m)) {
		entries = append(entries, d.Literal(key)+": "+d.Literal(fmt.Sprint(m[key])))
	}
	return "map {" + strings.Join(entries, ", ") + "}"
}

// secretWords mark the names of settings whose values must not be shown.
var secretWords = []string{"secret", "password", "passwd", "token", "key", "credential", "auth"}

// publicParams are the parameters of secrets that are no secrets.
var publicParams = []string{
	"region", "endpoint", "url_style", "use_ssl", "url_compatibility_mode", "chain", "profile",
	"account_name", "tenant_id", "host", "port", "database", "user", "refresh",
}

// confidential lists every text of the profile that no error may contain, the
// longest first because one may contain another.
func (c Config) confidential() []string {
	var out []string
	add := func(s string) {
		if len(s) > 2 {
			out = append(out, s)
		}
	}
	groups := [][]adapters.Setting{c.Options, c.Settings}
	for _, a := range c.Attach {
		groups = append(groups, a.Options)
		for _, s := range pathSecrets(a.Path) {
			add(s)
		}
	}
	for _, s := range slices.Concat(groups...) {
		if soundsSecret(s.Name) {
			add(s.Value)
		}
	}
	for _, s := range c.Secrets {
		for name, v := range s.Params {
			if slices.Contains(publicParams, strings.ToLower(name)) {
				continue
			}
			if m, ok := v.(map[string]any); ok {
				v = slices.Collect(maps.Values(m))
			}
			for _, text := range texts(v) {
				add(text)
			}
		}
	}
	slices.SortFunc(out, func(a, b string) int { return len(b) - len(a) })
	return out
}

// pathSecrets lists the passwords in a connection string ("host=h password=x"),
// or in a URL ("postgres://user:x@host/db?token=y").
func pathSecrets(path string) []string {
	var out []string
	if _, rest, ok := strings.Cut(path, "://"); ok {
		if user, _, ok := strings.Cut(rest, "@"); ok {
			_, password, _ := strings.Cut(user, ":")
			out = append(out, password)
		}
	}
	parts := strings.FieldsFunc(path, func(r rune) bool { return strings.ContainsRune(" \t\n?&;", r) })
	for _, part := range parts {
		if name, value, ok := strings.Cut(part, "="); ok && soundsSecret(name) {
			out = append(out, strings.Trim(value, `'"`))
		}
	}
	return out
}

func soundsSecret(name string) bool {
	name = strings.ToLower(name)
	return slices.ContainsFunc(secretWords, func(w string) bool { return strings.Contains(name, w) })
}
