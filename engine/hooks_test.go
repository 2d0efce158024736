package engine

import (
	"context"
	"strings"
	"testing"

	"mdl/adapters"
	"mdl/adapters/adaptertest"
	"mdl/compiler"
	"mdl/compiler/jinja/value"
	"mdl/compiler/scope"
)

func operation(name, sql, event string) *compiler.Node {
	n := node("operation.p."+name, "")
	n.Raw, n.Hook = sql, &compiler.HookInfo{Event: event}
	return n
}

func TestRunHooks(t *testing.T) {
	m := manifest(t, node("model.p.a", "table"), node("model.p.b", "table"))
	m.OnRunStart = []*compiler.Node{operation("s0", "start 0", "on-run-start"), operation("s1", "", "on-run-start")}
	m.OnRunEnd = []*compiler.Node{operation("e0", "end 0", "on-run-end")}
	f := adaptertest.NewFake(nil)
	f.On("select 'b'").Fail(broken("boom"))
	r := &renderer{}
	res := execute(t, f, r, m, CmdRun, Options{})
	if got, want := statuses(res), "s0=success s1=success a=success b=error e0=success"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got := byName(t, res, "s0"); got.Message != "p.on-run-start.0 passed" || got.Thread != "main" || *got.Failures != 0 {
		t.Errorf("%+v", got)
	}
	for name, want := range map[string]string{"schemas": "['s']", "database_schemas": "[('db', 's')]"} {
		if v, _ := r.End.GetStr(name); value.Repr(v) != want {
			t.Errorf("%s = %s, want %s", name, value.Repr(v), want)
		}
	}
	results, _ := r.End.GetStr("results")
	items, _ := value.Items(results)
	if len(items) != 2 {
		t.Fatalf("%d results for on-run-end, want 2", len(items))
	}
	n, _ := value.GetAttr(items[0], "node")
	id, _ := value.GetAttr(n, "unique_id")
	status, _ := value.GetAttr(items[1], "status")
	if value.ToStr(id) != "model.p.a" || value.ToStr(status) != "error" {
		t.Errorf("results say %s, %s", value.ToStr(id), value.ToStr(status))
	}
	if _, err := value.ToJSON(plain(items[0].(*object)), value.JSONOptions{}); err != nil {
		t.Errorf("to_dict() is no JSON: %v", err)
	}
}

func TestFailingStartHook(t *testing.T) {
	m := manifest(t, node("model.p.a", "table"))
	m.OnRunStart = []*compiler.Node{operation("s0", "start 0", "on-run-start"), operation("s1", "start 1", "on-run-start")}
	f := adaptertest.NewFake(nil)
	f.On("start 0").Fail(broken("boom"))
	res := execute(t, f, &renderer{}, m, CmdRun, Options{})
	if got, want := statuses(res), "s0=error s1=skipped a=success"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got := byName(t, res, "s0").Message; got != "p.on-run-start.0 failed, error:\n boom" {
		t.Errorf("message %q", got)
	}
	res = execute(t, f, &renderer{}, m, CmdRun, Options{SkipNodesIfOnRunStartFails: true})
	if a := byName(t, res, "a"); a.Status != Skipped || a.Reason != RunStartFailed {
		t.Errorf("a: %s %s", a.Status, a.Reason)
	}
}

func TestCompileRunsNothing(t *testing.T) {
	m := manifest(t, node("model.p.a", "table"), node("model.p.e", "ephemeral"))
	m.OnRunStart = []*compiler.Node{operation("s0", "start 0", "on-run-start")}
	f := adaptertest.NewFake(nil)
	res := execute(t, f, &renderer{}, m, CmdCompile, Options{})
	if got := statuses(res); got != "a=success e=success" {
		t.Error(got)
	}
	if sql := f.SQL(); len(sql) != 0 {
		t.Errorf("compile ran %q", sql)
	}
}

type caller struct {
	sql string
	err error
}

func (c caller) CallMacro(ctx context.Context, name string, kwargs *value.Dict, wh scope.Warehouse) (value.Value, error) {
	if _, err := wh.Exec(ctx, c.sql, true); err != nil {
		return nil, err
	}
	return value.Str(name), c.err
}

func TestRunOperation(t *testing.T) {
	f := adaptertest.NewFake(nil)
	res, out := RunOperation(context.Background(), f, caller{sql: "grant"}, "m", nil, Options{})
	if res.Status != Success || value.ToStr(out) != "m" || strings.Join(f.SQL(), " ") != "begin grant commit" {
		t.Errorf("%+v, %q", res, f.SQL())
	}
	f = adaptertest.NewFake(nil)
	f.On("grant").Fail(broken("boom"))
	res, _ = RunOperation(context.Background(), f, caller{sql: "grant"}, "m", nil, Options{})
	if res.Status != Error || *res.Failures != 1 || strings.Join(f.SQL(), " ") != "begin grant rollback" {
		t.Errorf("%+v, %q", res, f.SQL())
	}
}

func TestShow(t *testing.T) {
	m := manifest(t, node("model.p.a", "table"), node("seed.p.raw", "seed"))
	f := adaptertest.NewFake(nil)
	f.On("limit 7").Return([]adapters.Column{{Name: "x"}}, []any{int64(1)})
	res := execute(t, f, &renderer{}, m, CmdShow, Options{Limit: 7})
	if rows := byName(t, res, "a").Rows; rows == nil || len(rows.Values) != 1 {
		t.Errorf("rows %+v", rows)
	}
	if !strings.Contains(strings.Join(f.SQL(), ";"), `select * from "db"."s"."raw" limit 7`) {
		t.Errorf("%q", f.SQL())
	}
}
