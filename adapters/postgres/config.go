package postgres

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"mdl/adapters"
)

// Config is a profile's output of type postgres, with dbt-postgres's keys and
// two of mdl's own: statement_timeout and reconnect_timeout.
type Config struct {
	Host, User, Password, Database, Schema string
	Port                                   int
	// Role is taken on with `set role` on each connection; "" keeps the user's.
	Role string
	// SearchPath is that of each connection; "" is the server's.
	SearchPath string
	// SSLMode is libpq's: disable, allow, prefer, require, verify-ca or
	// verify-full; "" leaves it to PGSSLMODE, and then to prefer.
	SSLMode, SSLCert, SSLKey, SSLRootCert string
	// ApplicationName is what the server's views of activity show.
	ApplicationName string
	// ConnectTimeout bounds one try to connect, KeepAlive is the idle time
	// before a probe (0: the system's).
	ConnectTimeout, KeepAlive time.Duration
	// Retries is how often connecting is tried after the first time.
	Retries int
	// StatementTimeout is the longest that a statement may run, as the server
	// spells times ("5min", "30s"); "" is the server's own.
	StatementTimeout string
	// ReconnectTimeout is how long a lost connection is sought again.
	ReconnectTimeout time.Duration
}

// sslModes are libpq's.
var sslModes = []string{"disable", "allow", "prefer", "require", "verify-ca", "verify-full"}

// duration is how PostgreSQL spells times: a number is of milliseconds.
var duration = regexp.MustCompile(`^\d+ *(us|ms|s|min|h|d)?$`)

// ParseConfig reads an output of a profile as YAML decodes it. All mistakes are
// reported at once; each is an *adapters.ConfigError. The keys `type` and
// `threads` are allowed and not looked at.
func ParseConfig(raw map[string]any) (Config, error) {
	f := adapters.NewFields(raw)
	f.Has("type")
	f.Has("threads")
	c := Config{
		Host:             required(f, "host"),
		User:             required(f, "user"),
		Password:         either(f, "password", "pass"),
		Database:         either(f, "dbname", "database"),
		Schema:           required(f, "schema"),
		Port:             f.Int("port", 0),
		Role:             f.String("role", ""),
		SearchPath:       f.String("search_path", ""),
		SSLMode:          f.String("sslmode", ""),
		SSLCert:          f.String("sslcert", ""),
		SSLKey:           f.String("sslkey", ""),
		SSLRootCert:      f.String("sslrootcert", ""),
		ApplicationName:  f.String("application_name", "mdl"),
		ConnectTimeout:   seconds(f, "connect_timeout", 10),
		KeepAlive:        seconds(f, "keepalives_idle", 0),
		Retries:          f.Int("retries", 1),
		StatementTimeout: f.String("statement_timeout", ""),
		ReconnectTimeout: seconds(f, "reconnect_timeout", 30),
	}
	switch {
	case !f.Has("port"):
		f.Fail("port", "is missing", "PostgreSQL's own is 5432")
	case c.Port < 1 || c.Port > 65535:
		f.Fail("port", "must be a number from 1 to 65535", "")
	}
	if c.SSLMode != "" && !slices.Contains(sslModes, c.SSLMode) {
		hint := "it is one of " + strings.Join(sslModes, ", ")
		if near := adapters.Nearest(c.SSLMode, sslModes); near != "" {
			hint = fmt.Sprintf("did you mean %q?", near)
		}
		f.Fail("sslmode", fmt.Sprintf("%q is not a mode", c.SSLMode), hint)
	}
	if c.StatementTimeout != "" && !duration.MatchString(c.StatementTimeout) {
		f.Fail("statement_timeout", fmt.Sprintf("%q is not a time", c.StatementTimeout), "write a number of milliseconds, or a text such as 5min or 30s")
	}
	if f.Bool("autocommit") {
		f.Fail("autocommit", "builds are transactions, so that a failed one leaves the old table", "leave it out")
	}
	return c, f.Err()
}

// required reads a text that must be there.
func required(f *adapters.Fields, key string) string {
	s := f.String(key, "")
	if s == "" {
		f.Fail(key, "is missing", "")
	}
	return s
}

// either reads a text that has two names, one of which must be there; an empty
// text counts, since a password may be one.
func either(f *adapters.Fields, key, alias string) string {
	first, second := f.Has(key), f.Has(alias)
	if !first && !second {
		f.Fail(key, "is missing", "")
	}
	return cmp.Or(f.String(key, ""), f.String(alias, ""))
}

// seconds reads a number of seconds.
func seconds(f *adapters.Fields, key string, def int) time.Duration {
	n := f.Int(key, def)
	if n < 0 {
		f.Fail(key, "must be a number of seconds", "")
	}
	return time.Duration(n) * time.Second
}
