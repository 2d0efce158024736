// Package postgres is the adapter of PostgreSQL and of what speaks its
// protocol, over jackc/pgx.
//
// Statements go through the simple protocol, so that a text of several is one
// round trip, and results come as text.
package postgres

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"

	"mdl/adapters"
)

// Adapter is a PostgreSQL database; each connection is a session of its own.
type Adapter struct {
	cfg     Config
	dialect *adapters.Dialect
	server  *pgconn.Config

	mu    sync.Mutex
	types map[typeKey]string // the names of types that were asked for
}

var _ adapters.Adapter = (*Adapter)(nil)

// Open prepares an adapter without touching the server.
func Open(cfg Config) (*Adapter, error) {
	server, err := pgconn.ParseConfig(dsn(cfg))
	if err != nil {
		return nil, &adapters.ConfigError{Key: "sslmode", Message: clean(err, cfg.Password)}
	}
	server.RuntimeParams = cfg.parameters()
	server.DialFunc = (&net.Dialer{KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: cfg.KeepAlive}}).DialContext
	server.BuildContextWatcherHandler = func(c *pgconn.PgConn) ctxwatch.Handler {
		return &pgconn.CancelRequestContextWatcherHandler{Conn: c, DeadlineDelay: cancelPatience}
	}
	return &Adapter{cfg: cfg, dialect: NewDialect(), server: server, types: map[typeKey]string{}}, nil
}

// cancelPatience is how long the server may take to answer a request to cancel
// before the connection is given up.
const cancelPatience = 5 * time.Second

// dsn writes libpq's connection string. What the profile leaves out is taken
// from libpq's environment variables and files, as psycopg2 does for dbt.
func dsn(c Config) string {
	var b strings.Builder
	for _, p := range []adapters.Setting{
		{Name: "host", Value: c.Host}, {Name: "port", Value: fmt.Sprint(c.Port)}, {Name: "user", Value: c.User}, {Name: "password", Value: c.Password},
		{Name: "dbname", Value: c.Database}, {Name: "sslmode", Value: c.SSLMode}, {Name: "sslcert", Value: c.SSLCert}, {Name: "sslkey", Value: c.SSLKey},
		{Name: "sslrootcert", Value: c.SSLRootCert}, {Name: "connect_timeout", Value: fmt.Sprint(int(c.ConnectTimeout.Seconds()))},
	} {
		if p.Value != "" {
			b.WriteString(p.Name + "='" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(p.Value) + "' ")
		}
	}
	return b.String()
}

// parameters are set while the session begins. Times and floats are read from
// text, so their form is laid down here.
func (c Config) parameters() map[string]string {
	p := map[string]string{
		"application_name": c.ApplicationName, "client_encoding": "UTF8", "datestyle": "ISO", "intervalstyle": "postgres", "extra_float_digits": "1",
	}
	if c.SearchPath != "" {
		p["search_path"] = c.SearchPath
	}
	if c.StatementTimeout != "" {
		p["statement_timeout"] = c.StatementTimeout
	}
	return p
}

// Dialect returns the dialect of PostgreSQL.
func (a *Adapter) Dialect() *adapters.Dialect { return a.dialect }

// Secrets are the texts of the profile that nothing may show.
func (a *Adapter) Secrets() []string {
	if a.cfg.Password == "" {
		return nil
	}
	return []string{a.cfg.Password}
}

// Connect opens a session. It is tried again as often as the profile's
// `retries` says, after 1, 4, 9 ... seconds, unless the server has refused for
// a reason that stays.
func (a *Adapter) Connect(ctx context.Context) (adapters.Conn, error) {
	c := &conn{adapter: a}
	for try := 1; ; try++ {
		err := c.open(ctx)
		if err == nil {
			return c, nil
		}
		if try > a.cfg.Retries || !mayPass(err) || !sleep(ctx, time.Duration(try*try)*time.Second) {
			return nil, err
		}
	}
}

// Close has nothing to end: connections share only what is in memory.
func (a *Adapter) Close() error { return nil }

// mayPass reports whether connecting may succeed later.
func mayPass(err error) bool {
	kind := adapters.KindOf(err)
	return kind == adapters.Connection || kind == adapters.Transient
}

// sleep waits; false if the context ended meanwhile.
func sleep(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

// plainRole is a role that needs no quotes.
var plainRole = regexp.MustCompile(`^([A-Za-z_][A-Za-z0-9_$]*|".*")$`)

// open begins the session, which must not be open.
func (c *conn) open(ctx context.Context) error {
	raw, err := pgconn.ConnectConfig(ctx, c.adapter.server)
	if err != nil {
		return c.adapter.connectError(ctx, err)
	}
	c.raw = raw
	if err := c.takeRole(ctx); err != nil {
		_ = c.Close()
		return err
	}
	return nil
}

// takeRole takes on the profile's role.
func (c *conn) takeRole(ctx context.Context) error {
	role := c.adapter.cfg.Role
	if role == "" {
		return nil
	}
	if !plainRole.MatchString(role) {
		role = c.adapter.dialect.Quote(role)
	}
	if _, err := c.Exec(ctx, "set role "+role); err != nil {
		return inProfile(err, "role")
	}
	return nil
}

// again restores a session that was lost. An open transaction is lost with it,
// so that is only done outside of one.
func (c *conn) again(ctx context.Context) error {
	until := time.Now().Add(c.adapter.cfg.ReconnectTimeout)
	for delay := 100 * time.Millisecond; ; delay = min(2*delay, 5*time.Second) {
		err := c.open(ctx)
		if err == nil || !mayPass(err) || time.Now().Add(delay).After(until) || !sleep(ctx, delay) {
			return err
		}
	}
}

// address is the server as errors name it.
func (a *Adapter) address() string {
	return cmp.Or(a.cfg.Host, "localhost") + ":" + fmt.Sprint(a.cfg.Port)
}
