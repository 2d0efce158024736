// Package duckdb is the adapter of DuckDB, embedded in the process.
//
// All connections of an Adapter share one DuckDB instance; its temporary
// tables and session settings belong to each connection.
package duckdb

import (
	"context"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	driver "github.com/duckdb/duckdb-go/v2"

	"mdl/adapters"
)

// Adapter is a DuckDB database, opened by the first Connect.
type Adapter struct {
	cfg     Config
	dialect *adapters.Dialect
	secrets []string // texts that no error may contain
	path    string   // absolute, or ":memory:"

	mu        sync.Mutex
	connector *driver.Connector
	use       string // the statement that selects the database, where opening does not
}

var _ adapters.Adapter = (*Adapter)(nil)

// Open prepares an adapter without touching the database.
func Open(cfg Config) (*Adapter, error) {
	path, err := absolute(cfg.Dir, cfg.Path)
	if err != nil {
		return nil, &adapters.ConfigError{Key: "path", Message: err.Error()}
	}
	return &Adapter{cfg: cfg, dialect: NewDialect(), secrets: cfg.confidential(), path: path}, nil
}

// Dialect returns the dialect of DuckDB.
func (a *Adapter) Dialect() *adapters.Dialect { return a.dialect }

// Path is the absolute path of the database file, or ":memory:".
func (a *Adapter) Path() string { return a.path }

// Secrets are the texts of the profile that nothing may show.
func (a *Adapter) Secrets() []string { return a.secrets }

// Connect opens the database, if this is the first connection, and a session.
func (a *Adapter) Connect(ctx context.Context) (adapters.Conn, error) {
	connector, err := a.open(ctx)
	if err != nil {
		return nil, err
	}
	c, err := a.connect(ctx, connector)
	if err != nil {
		return nil, err
	}
	for _, s := range a.cfg.session(a.dialect) {
		if err := c.prepare(ctx, s); err != nil {
			_ = c.Close() // the first error is the one to tell
			return nil, err
		}
	}
	return c, nil
}

// Close closes the database.
func (a *Adapter) Close() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.connector == nil {
		return nil
	}
	err := a.connector.Close()
	a.connector = nil
	return err
}

// open opens the instance once. A failure is not kept: a file that was locked
// may be free at the next try.
func (a *Adapter) open(ctx context.Context) (*driver.Connector, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.connector != nil {
		return a.connector, nil
	}
	var connector *driver.Connector
	err := a.retry(ctx, a.cfg.Retries.Connect, func() (err error) {
		connector, err = driver.NewConnector(a.dsn(), nil)
		return err
	})
	if err != nil {
		return nil, a.openError(err)
	}
	if err := a.setUp(ctx, connector); err != nil {
		_ = connector.Close() // the first error is the one to tell
		return nil, err
	}
	a.connector = connector
	return connector, nil
}

// setUp does what the whole instance needs, on a connection of its own.
func (a *Adapter) setUp(ctx context.Context, connector *driver.Connector) error {
	a.use = ""
	c, err := a.connect(ctx, connector)
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }()
	if a.indirect() {
		name := a.dialect.Quote(DatabaseName(a.path))
		if _, err := c.Exec(ctx, "attach "+a.dialect.Literal(a.path)+" as "+name); err != nil {
			return a.openError(err)
		}
		a.use = "use " + name
	}
	for _, e := range a.cfg.Extensions {
		if err := c.load(ctx, e); err != nil {
			return err
		}
	}
	for _, s := range a.cfg.setups(a.dialect) {
		if err := c.prepare(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

func (a *Adapter) connect(ctx context.Context, connector *driver.Connector) (*conn, error) {
	raw, err := connector.Connect(ctx)
	if err != nil {
		return nil, a.openError(err)
	}
	c := &conn{raw: raw.(*driver.Conn), adapter: a}
	if a.use != "" {
		if _, err := c.Exec(ctx, a.use); err != nil {
			_ = c.Close()
			return nil, err
		}
	}
	return c, nil
}

// indirect reports whether the path cannot stand in the driver's connection
// string, which is a URL: then the file is attached to an empty instance.
func (a *Adapter) indirect() bool {
	u, err := url.Parse(a.path)
	return a.path != ":memory:" && (err != nil || u.RawQuery != "" || u.Fragment != "" || strings.ContainsAny(a.path, "?#"))
}

// dsn is the driver's connection string: the path and the options.
//
// Errors come as JSON because it has the offset in bytes; the textual form has
// only an excerpt of one line with a caret.
func (a *Adapter) dsn() string {
	options := url.Values{"errors_as_json": {"true"}, "autoinstall_known_extensions": {"false"}}
	for _, o := range a.cfg.Options {
		options.Set(o.Name, o.Value)
	}
	path := a.path
	if a.indirect() {
		path = ":memory:"
	}
	return path + "?" + options.Encode()
}

// retry calls try up to n times while it fails with a retryable exception,
// waiting 1, 2, 4 ... seconds in between.
func (a *Adapter) retry(ctx context.Context, n int, try func() error) error {
	for i := 0; ; i++ {
		err := try()
		if err == nil || i+1 >= n || !slices.Contains(a.cfg.Retries.Exceptions, exception(err)) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(time.Second << i):
		}
	}
}

// exception is the name that an error of DuckDB has in Python, "" if it is none.
func exception(err error) string {
	e, ok := errors.AsType[*driver.Error](err)
	if !ok {
		return ""
	}
	name := parseError(e.Msg).Type
	if name == "TransactionContext" {
		name = "Transaction"
	}
	return strings.ReplaceAll(name, " ", "") + "Exception"
}

// absolute returns the path as DuckDB finds it from dir.
func absolute(dir, path string) (string, error) {
	if path == ":memory:" || path == "" {
		return ":memory:", nil
	}
	if rest, ok := strings.CutPrefix(path, "~/"); ok {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", err
		}
		return filepath.Join(home, rest), nil
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(dir, path)
	}
	return filepath.Abs(path)
}

// resolve returns an attachment's path; one that names a file starts at dir.
func resolve(dir string, a Attachment) string {
	isFile := a.Type == "" || strings.EqualFold(a.Type, "duckdb") || strings.EqualFold(a.Type, "sqlite")
	if !isFile || strings.Contains(a.Path, ":") || strings.Contains(a.Path, "=") {
		return a.Path
	}
	path, err := absolute(dir, a.Path)
	if err != nil {
		return a.Path
	}
	return path
}
