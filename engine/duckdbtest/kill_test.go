package duckdbtest

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"mdl/adapters/duckdb"
	"mdl/compiler"
	"mdl/compiler/scope"
	"mdl/engine"
	"mdl/engine/internal/enginetest"
)

// killEnv names the database in the process that TestKilledRun kills.
const killEnv = "MDL_TEST_KILL"

func openAt(t testing.TB, path string) database {
	t.Helper()
	cfg, err := duckdb.ParseConfig(map[string]any{"type": "duckdb", "path": path, "schema": "main"})
	if err != nil {
		t.Fatal(err)
	}
	ad, err := duckdb.Open(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ad.Close() })
	return database{ad, duckdb.NewDialect()}
}

// halfway is a renderer that tells when the last hook is about to run.
type halfway struct{ enginetest.Renderer }

// Hook implements engine.Renderer.
func (r *halfway) Hook(ctx context.Context, n *compiler.Node, h compiler.Hook, wh scope.Warehouse) (*compiler.Compiled, error) {
	fmt.Println("halfway")
	return r.Renderer.Hook(ctx, n, h, wh)
}

// half is a model whose transaction has replaced the table and then takes
// for ever in its last hook.
func half(materialized string) *compiler.Node {
	n := model("m", materialized, "select 1 as id, 'new' as v from range(100000)", "unique_key", "id")
	n.PostHooks = []compiler.Hook{{SQL: "select count(*) from range(100000000000) a, range(100000) b", Transaction: true}}
	return n
}

// TestKilledRun kills a process in the middle of a build: the old table must be
// there, whole, and the next run must go through.
func TestKilledRun(t *testing.T) {
	if path := os.Getenv(killEnv); path != "" {
		name, materialized, _ := strings.Cut(path, "|")
		m := enginetest.Manifest(t, half(materialized))
		plan := engine.NewPlan(m, engine.CmdRun, m.Graph.IDs(), engine.PlanOptions{})
		_, _ = engine.Run(context.Background(), openAt(t, name), &halfway{}, m, plan, engine.Options{})
		t.Fatal("the endless hook ended")
	}
	for _, materialized := range []string{"table", "incremental"} {
		path := t.TempDir() + "/p.duckdb"
		build := func(sql string) {
			db := openAt(t, path)
			mustPass(t, db.runAll(t, engine.Options{}, model("m", materialized, sql, "unique_key", "id")))
			db.Close()
		}
		build("select 1 as id, 'old' as v")
		cmd := exec.Command(os.Args[0], "-test.run=^TestKilledRun$")
		cmd.Env = append(os.Environ(), killEnv+"="+path+"|"+materialized)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if line, _ := bufio.NewReader(out).ReadString('\n'); line != "halfway\n" {
			t.Fatalf("the process to kill says %q", line)
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait()
		db := openAt(t, path)
		expect(t, db, "select id, v from m", "1,old")
		expect(t, db, "select count(*) from information_schema.tables", "1")
		db.Close()
		build("select 1 as id, 'newer' as v")
		expect(t, openAt(t, path), "select id, v from m", "1,newer")
	}
}
