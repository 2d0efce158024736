package duckdb

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mdl/adapters"
)

// TestMain lets the test binary also be the other process that holds a file.
func TestMain(m *testing.M) {
	if path := os.Getenv("HOLD_DATABASE"); path != "" {
		hold(path)
		return
	}
	os.Exit(m.Run())
}

func hold(path string) {
	a, err := Open(Config{Path: path})
	if err == nil {
		_, err = a.Connect(context.Background())
	}
	fmt.Println("held", err)
	_, _ = bufio.NewReader(os.Stdin).ReadString('\n') // until the test ends
}

func openFailure(t *testing.T, raw map[string]any) *adapters.QueryError {
	t.Helper()
	c, err := openConfig(t, raw).Connect(t.Context())
	if err == nil {
		_ = c.Close()
		t.Fatalf("%v: opened", raw)
	}
	q, ok := err.(*adapters.QueryError)
	if !ok || q.SQL != "" || q.Offset != -1 {
		t.Fatalf("%v: %#v", raw, err)
	}
	return q
}

func TestOpenFailures(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for _, c := range []struct {
		raw        map[string]any
		kind       adapters.ErrorKind
		said, hint string
	}{
		{map[string]any{"path": filepath.Join(dir, "no/such/dir/x.duckdb")}, adapters.NotFound, "no/such/dir\" of the database file does not exist", "create it"},
		{map[string]any{"path": dir}, adapters.Connection, "is a directory", "file name"},
		{map[string]any{"path": write("text.duckdb", strings.Repeat("not a database\n", 9000))}, adapters.Connection, "is not a DuckDB database", "correct `path`"},
		{map[string]any{"path": write("empty.duckdb", "")}, adapters.Connection, "is not a DuckDB database", "empty: delete it"},
		{map[string]any{"path": "/sys/x.duckdb"}, adapters.Permission, "permission denied", "permissions"},
		{map[string]any{"path": "/dev/full"}, adapters.DiskFull, "No space left", ""},
		{map[string]any{"path": filepath.Join(dir, "absent.duckdb"), "config_options": map[string]any{"access_mode": "READ_ONLY"}}, adapters.NotFound, "does not exist", ""},
		{map[string]any{"config_options": map[string]any{"no_such_option": 1}}, adapters.Connection, "no_such_option", ""},
		{map[string]any{"config_options": map[string]any{"threads": "hunter2"}}, adapters.Connection, `"threads" cannot be set`, ""},
		{map[string]any{"settings": map[string]any{"no_such": 1}}, adapters.NotFound, "profile key settings.no_such: unrecognized", ""},
		{map[string]any{"extensions": []any{"no_such_ext"}, "config_options": map[string]any{"custom_extension_repository": dir}}, adapters.NotFound, `profile key extensions: extension "no_such_ext" is not installed in `, `duckdb -c "install no_such_ext"; or name the folder`},
		{map[string]any{"extensions": []any{map[string]any{"name": "no_such_ext", "repo": dir}}}, adapters.NotFound, `extension "no_such_ext" is not installed in `, `duckdb -c "install no_such_ext from ` + dir + `"`},
		{map[string]any{"attach": []any{map[string]any{"path": "/no/dir/x.duckdb"}}}, adapters.NotFound, "profile key attach[0]: Cannot open", ""},
		{map[string]any{"attach": []any{map[string]any{"path": "host=h password=hunter2", "type": "postgres"}}}, adapters.NotFound, `extension "postgres" is not installed in `, `duckdb -c "install postgres"`},
		{map[string]any{"secrets": []any{map[string]any{"type": "http", "bearer_tokn": "hunter2"}}}, adapters.Syntax, "profile key secrets[0]: Unknown parameter 'bearer_tokn'", ""},
		{map[string]any{"settings": map[string]any{"http_proxy_password": "hunter2", "threads": "hunter2"}}, adapters.Other, "Could not convert string '***'", ""},
	} {
		q := openFailure(t, c.raw)
		if q.Kind != c.kind || !strings.Contains(q.Message, c.said) || !strings.Contains(q.Hint, c.hint) {
			t.Errorf("%v\nkind %v, want %v\n%v", c.raw, q.Kind, c.kind, q)
		}
		if strings.Contains(q.Error(), "hunter2") || strings.Contains(q.Error(), "database/sql/driver") {
			t.Errorf("%v: %v", c.raw, q)
		}
	}
}

func TestLockedByAnotherProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "dev.duckdb")
	other := exec.Command(os.Args[0])
	other.Env = append(os.Environ(), "HOLD_DATABASE="+path)
	input, err := other.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	output, err := other.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(output).ReadString('\n'); line != "held <nil>\n" {
		t.Fatal(line, err)
	}
	a := open(t, path)
	_, err = a.Connect(t.Context())
	if adapters.KindOf(err) != adapters.Locked {
		t.Fatal(err)
	}
	for _, part := range []string{path, fmt.Sprintf("(PID %d)", other.Process.Pid), "wait for that program or close it"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q is missing in: %v", part, err)
		}
	}
	_ = input.Close()
	_ = other.Wait()
	if got := scalar(t, connect(t, a), "select 1"); got != int64(1) { // the failure is not kept
		t.Error(got)
	}
}

func TestRetriesConnect(t *testing.T) {
	a, err := Open(Config{Path: "/no/such/dir/x.duckdb", Retries: Retries{Connect: 2, Query: 1, Exceptions: []string{"IOException"}}})
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	if _, err := a.Connect(t.Context()); err == nil {
		t.Fatal("opened")
	}
	if waited := time.Since(start); waited < time.Second {
		t.Errorf("gave up after %v", waited)
	}
}

func TestOpenTouchesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "dev.duckdb")
	a := open(t, path)
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Errorf("Open made the file: %v", err)
	}
}

func TestReadOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "dev.duckdb")
	a := open(t, path)
	writer := connect(t, a)
	mustExec(t, writer, "create table t as select 1 as a")
	_ = writer.Close()
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	c := connect(t, openConfig(t, map[string]any{"path": path, "config_options": map[string]any{"access_mode": "read_only"}}))
	if got := scalar(t, c, "select a from t"); got != int64(1) {
		t.Error(got)
	}
	_, err := c.Exec(t.Context(), "drop table t")
	if adapters.KindOf(err) != adapters.ReadOnly {
		t.Errorf("%v: %v", adapters.KindOf(err), err)
	}
}

func TestSettingsExtensionsAttachSecrets(t *testing.T) {
	dir := t.TempDir()
	cfg, err := ParseConfig(map[string]any{
		"path":       "dev.duckdb",
		"settings":   map[string]any{"TimeZone": "Asia/Tokyo", "memory_limit": "1GB"},
		"extensions": []any{"json", "icu"},
		"attach":     []any{map[string]any{"path": "side.duckdb", "alias": "side \"db"}, map[string]any{"path": ":memory:", "alias": "mem"}},
		"secrets":    []any{map[string]any{"type": "http", "bearer_token": "hunter2", "scope": []any{"https://a", "https://b"}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	cfg.Dir = dir
	a, err := Open(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	for range 2 { // on every connection
		c := connect(t, a)
		if got := scalar(t, c, "select current_setting('TimeZone')"); got != "Asia/Tokyo" {
			t.Error(got)
		}
		if got := scalar(t, c, "select current_setting('autoinstall_known_extensions')"); got != false {
			t.Error(got)
		}
		mustExec(t, c, `create or replace table "side ""db".main.t as select 1 as a`)
		if got := scalar(t, c, "select count(*) from duckdb_secrets() where name = '_dbt_secret_1'"); got != int64(1) {
			t.Error(got)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "side.duckdb")); err != nil {
		t.Error("a relative path starts at the project:", err)
	}
	q := connect(t, a)
	_, err = q.Exec(t.Context(), "select error('the token is hunter2')")
	if err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("%v", err)
	}
}

func TestOutOfMemory(t *testing.T) {
	c := connect(t, openConfig(t, map[string]any{"settings": map[string]any{"memory_limit": "20MB", "temp_directory": ""}}))
	_, err := c.Exec(t.Context(), "create table big as select i, i::varchar || repeat('x', 100) as s from range(2000000) r(i) order by s")
	if adapters.KindOf(err) != adapters.Memory || !strings.Contains(err.Error(), "memory limit") {
		t.Errorf("%v: %v", adapters.KindOf(err), err)
	}
}
