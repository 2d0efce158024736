package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"mdl/adapters"
	"mdl/adapters/adaptertest"
	"mdl/compiler"
	"mdl/compiler/diag"
	"mdl/compiler/scope"
	"mdl/engine/internal/enginetest"
)

func broken(message string) error {
	return &adapters.QueryError{Offset: -1, Kind: adapters.Other, Message: message}
}

func TestRunSkipsBelowAFailure(t *testing.T) {
	nodes := []*compiler.Node{
		node("model.p.a", "table"), node("model.p.b", "table", "model.p.a"), node("model.p.c", "table", "model.p.b"), node("model.p.d", "table"),
	}
	f := adaptertest.NewFake(nil)
	f.On("select 'a'").Fail(broken("boom"))
	res := execute(t, f, &renderer{}, manifest(t, nodes...), CmdRun, Options{})
	if got, want := statuses(res), "a=error b=skipped c=skipped d=success"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if c := byName(t, res, "c"); c.Reason != Upstream || c.Cause != "model.p.a" {
		t.Errorf("c was skipped because of %s %s", c.Reason, c.Cause)
	}
	if got := byName(t, res, "a").Message; got != "Runtime Error in model a (models/a.sql)\n  boom" {
		t.Errorf("message %q", got)
	}
	if res.OK() {
		t.Error("a failed run counts as a success")
	}
}

func failingTest(name string, parents ...string) *compiler.Node {
	n := node("test.p."+name, "test", parents...)
	return with(n, "severity", "ERROR", "warn_if", "!= 0", "error_if", "!= 0", "fail_calc", "count(*)")
}

func answerTest(f *adaptertest.Fake, name string, failures int64) {
	f.On("select '"+name+"'").Return(
		[]adapters.Column{{Name: "failures"}, {Name: "should_warn"}, {Name: "should_error"}}, []any{failures, failures != 0, failures != 0})
}

func TestBuildFailingTestSkipsChildren(t *testing.T) {
	m := manifest(t, node("model.p.a", "table"), failingTest("t", "model.p.a"), node("model.p.b", "table", "model.p.a"))
	f := adaptertest.NewFake(nil)
	answerTest(f, "t", 2)
	res := execute(t, f, &renderer{}, m, CmdBuild, Options{})
	if got, want := statuses(res), "a=success t=fail b=skipped"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	test := byName(t, res, "t")
	if *test.Failures != 2 || test.Message != "Got 2 results, configured to fail if != 0" {
		t.Errorf("failures %d, message %q", *test.Failures, test.Message)
	}

	f = adaptertest.NewFake(nil)
	answerTest(f, "t", 1)
	with(m.Node("test.p.t"), "severity", "warn")
	res = execute(t, f, &renderer{}, m, CmdBuild, Options{})
	if got, want := statuses(res), "a=success t=warn b=success"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got := byName(t, res, "t").Message; got != "Got 1 result, configured to warn if != 0" {
		t.Errorf("message %q", got)
	}
}

func TestTestCommandDoesNotSkip(t *testing.T) {
	m := manifest(t, node("model.p.a", "table"), failingTest("t", "model.p.a"), node("model.p.b", "table", "model.p.a"), failingTest("u", "model.p.b"))
	f := adaptertest.NewFake(nil)
	answerTest(f, "t", 2)
	answerTest(f, "u", 0)
	if got, want := statuses(execute(t, f, &renderer{}, m, CmdTest, Options{})), "t=fail u=pass"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestFailFast(t *testing.T) {
	m := manifest(t, node("model.p.a", "table"), node("model.p.b", "table"), node("model.p.c", "table"))
	f := adaptertest.NewFake(nil)
	f.On("select 'a'").Fail(broken("boom"))
	res := execute(t, f, &renderer{}, m, CmdRun, Options{FailFast: true})
	if got, want := statuses(res), "a=error b=skipped c=skipped"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if b := byName(t, res, "b"); b.Reason != FailedFast || b.Message != "Skipping due to fail_fast" {
		t.Errorf("b: %s %q", b.Reason, b.Message)
	}
	if res.Cancelled {
		t.Error("fail-fast counts as an interrupt")
	}
}

func TestFailFastInterruptsRunningQueries(t *testing.T) {
	m := manifest(t, node("model.p.a", "table"), node("model.p.slow", "table"))
	f := adaptertest.NewFake(nil)
	started, release := f.On("select 'slow'").Block()
	defer release()
	f.On("select 'a'").Fail(broken("boom"))
	r := &renderer{}
	opt := Options{FailFast: true, Threads: 2, Sink: func(e Event) {
		if n, ok := e.(NodeFinished); ok && n.Step.Name == "a" {
			<-started
		}
	}}
	if got, want := statuses(execute(t, f, r, m, CmdRun, opt)), "a=error slow=skipped"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestCancel(t *testing.T) {
	m := manifest(t, node("model.p.a", "table"), node("model.p.b", "table", "model.p.a"), node("model.p.c", "table"))
	m.OnRunEnd = []*compiler.Node{node("operation.p.end", "")}
	f := adaptertest.NewFake(nil)
	started, release := f.On("select 'a'").Block()
	defer release()
	ctx, cancel := context.WithCancel(context.Background())
	go func() { <-started; cancel() }()
	var last Event
	res, err := Run(ctx, f, &renderer{}, m, NewPlan(m, CmdRun, ids(m), PlanOptions{}), Options{Clock: enginetest.Ticking(), Sink: func(e Event) { last = e }})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := statuses(res), "a=skipped b=skipped c=skipped"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	for _, r := range res.Results {
		if r.Reason != Cancelled {
			t.Errorf("%s was skipped because of %q", r.ID, r.Reason)
		}
	}
	if _, ok := last.(RunFinished); !ok || !res.Cancelled || res.OK() {
		t.Errorf("last event %T, cancelled %v, ok %v", last, res.Cancelled, res.OK())
	}
	if sql := strings.Join(f.SQL(), ";"); !strings.Contains(sql, "rollback") || strings.Contains(sql, "commit") || strings.Contains(sql, "'end'") {
		t.Errorf("statements: %s", sql)
	}
}

func TestCancelBeforeAnything(t *testing.T) {
	m := manifest(t, node("model.p.a", "table"))
	f := adaptertest.NewFake(nil)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	f.FailConnect(&adapters.QueryError{Offset: -1, Kind: adapters.Cancelled, Message: "cancelled", Cause: context.Canceled})
	res, err := Run(ctx, f, &renderer{}, m, NewPlan(m, CmdRun, ids(m), PlanOptions{}), Options{})
	if err != nil || statuses(res) != "a=skipped" || !res.Cancelled {
		t.Errorf("%v, %s, cancelled %v", err, statuses(res), res.Cancelled)
	}
}

func TestNoConnection(t *testing.T) {
	m := manifest(t, node("model.p.a", "table"))
	f := adaptertest.NewFake(nil)
	f.FailConnect(&adapters.QueryError{Offset: -1, Kind: adapters.Locked, Message: "the database is locked", Hint: "end the other process"})
	res, err := Run(context.Background(), f, &renderer{}, m, NewPlan(m, CmdRun, ids(m), PlanOptions{}), Options{})
	d, ok := errors.AsType[*diag.Diagnostic](err)
	if !ok || d.Code != "E308" || d.Hint != "end the other process" || len(res.Results) != 0 {
		t.Errorf("error %#v, results %s", err, statuses(res))
	}
}

// TestCriticalPath has one worker, a long chain and many short nodes: the
// chain's head must come first.
func TestCriticalPath(t *testing.T) {
	nodes := []*compiler.Node{
		node("model.p.zchain1", "table"), node("model.p.zchain2", "table", "model.p.zchain1"), node("model.p.zchain3", "table", "model.p.zchain2"),
		node("model.p.short1", "table"), node("model.p.short2", "table"),
	}
	var started []string
	opt := Options{Sink: func(e Event) {
		if n, ok := e.(NodeStarted); ok {
			started = append(started, n.Step.Name)
		}
	}}
	execute(t, adaptertest.NewFake(nil), &renderer{}, manifest(t, nodes...), CmdRun, opt)
	if got, want := strings.Join(started, " "), "zchain1 zchain2 short1 short2 zchain3"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestWorkersOwnTheirConnections(t *testing.T) {
	var nodes []*compiler.Node
	for i := range 50 {
		nodes = append(nodes, node(fmt.Sprintf("model.p.m%02d", i), "table"))
	}
	f := adaptertest.NewFake(nil)
	execute(t, f, &renderer{}, manifest(t, nodes...), CmdRun, Options{Threads: 4})
	open := map[int]bool{}
	for _, c := range f.Calls() {
		switch c.Op {
		case "begin":
			if open[c.Conn] {
				t.Fatalf("connection %d has two transactions", c.Conn)
			}
			open[c.Conn] = true
		case "commit":
			open[c.Conn] = false
		}
	}
	f.Close()
	if !f.Closed() {
		t.Error("a connection was not closed")
	}
}

func TestCatalogIsReadOnce(t *testing.T) {
	var nodes []*compiler.Node
	for i := range 30 {
		n := node(fmt.Sprintf("model.p.m%02d", i), "table")
		n.Schema = fmt.Sprintf("s%d", i%3)
		nodes = append(nodes, n)
	}
	f := adaptertest.NewFake(nil)
	execute(t, f, &renderer{}, manifest(t, nodes...), CmdRun, Options{Threads: 3})
	count := map[string]int{}
	for _, c := range f.Calls() {
		count[c.Op]++
	}
	if count["relations"] != 1 || count["schemas"] != 1 || count["create schema"] != 3 {
		t.Errorf("catalog calls: %v", count)
	}
}

func TestEphemeralFailure(t *testing.T) {
	m := manifest(t, node("model.p.e", "ephemeral"), node("model.p.a", "table", "model.p.e"), node("model.p.b", "ephemeral"))
	d := diag.Errorf("E210", diag.Span{}, "no such ref")
	r := &renderer{Fail: map[string]error{"model.p.e": &d, "model.p.b": &d}}
	var failure *Result
	res := execute(t, adaptertest.NewFake(nil), r, m, CmdRun, Options{Sink: func(e Event) {
		if f, ok := e.(NodeFinished); ok && f.Step.Name == "e" {
			failure = f.Result
		}
	}})
	if got, want := statuses(res), "a=skipped b=error"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got := byName(t, res, "a").Message; !strings.Contains(got, "caused by compilation error in referenced ephemeral model model.p.e") {
		t.Errorf("message %q", got)
	}
	if got := failure.Message; got != "Compilation Error in model e (models/e.sql)\n  no such ref" {
		t.Errorf("message %q", got)
	}
}

func TestExposuresAreNoOps(t *testing.T) {
	m := manifest(t, node("model.p.a", "table"), node("exposure.p.x", "", "model.p.a"))
	m.Exposures = map[string]*compiler.ExposureNode{"exposure.p.x": {ID: "exposure.p.x", Name: "x"}}
	res := execute(t, adaptertest.NewFake(nil), &renderer{}, m, CmdBuild, Options{})
	if got, want := statuses(res), "a=success x=no-op"; got != want || !res.OK() {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestEventsAreNumbered(t *testing.T) {
	m := manifest(t, node("model.p.a", "table"), node("model.p.b", "table", "model.p.a"), node("model.p.e", "ephemeral"))
	f := adaptertest.NewFake(nil)
	f.On("select 'a'").Fail(broken("boom"))
	var got []string
	execute(t, f, &renderer{}, m, CmdRun, Options{Sink: func(e Event) {
		switch e := e.(type) {
		case RunStarted:
			got = append(got, fmt.Sprintf("run of %d", e.Total))
		case NodeStarted:
			got = append(got, fmt.Sprintf("start %d/%d %s", e.Index, e.Total, e.Step.Name))
		case NodeFinished:
			got = append(got, fmt.Sprintf("%s %d/%d %s", e.Result.Status, e.Index, e.Total, e.Step.Name))
		case RunFinished:
			got = append(got, "end")
		}
	}})
	want := "run of 2, start 1/2 a, error 1/2 a, skipped 2/2 b, end"
	if strings.Join(got, ", ") != want {
		t.Errorf("%s\nwant %s", strings.Join(got, ", "), want)
	}
}

type panicking struct{ renderer }

func (*panicking) Compile(context.Context, *compiler.Node, scope.Warehouse) (*compiler.Compiled, error) {
	panic("ouch")
}

func TestPanicIsAResult(t *testing.T) {
	res := execute(t, adaptertest.NewFake(nil), &panicking{}, manifest(t, node("model.p.a", "table")), CmdRun, Options{})
	if d := res.Results[0].Diagnostic; d == nil || d.Code != codePanic || !strings.Contains(d.Summary, "ouch") {
		t.Errorf("%+v", d)
	}
}

func TestWrittenFiles(t *testing.T) {
	a := node("model.p.a", "table")
	test := failingTest("not_null_a", "model.p.a")
	test.OrigPath, test.Path = "models/schema.yml", "not_null_a.sql"
	f := adaptertest.NewFake(nil)
	answerTest(f, "not_null_a", 0)
	files := map[string]string{}
	res := execute(t, f, &renderer{}, manifest(t, a, test), CmdBuild, Options{Write: func(path string, data []byte) error {
		files[path] = string(data)
		return nil
	}})
	if files["compiled/p/models/a.sql"] != "select 'a'" || !strings.Contains(files["run/p/models/a.sql"], "create or replace table") {
		t.Errorf("files of the model: %q", files)
	}
	if files["compiled/p/models/schema.yml/not_null_a.sql"] == "" || byName(t, res, "not_null_a").CompiledPath != "compiled/p/models/schema.yml/not_null_a.sql" {
		t.Errorf("files of the test: %q", files)
	}

	res = execute(t, f, &renderer{}, manifest(t, a), CmdRun, Options{Write: func(string, []byte) error { return errors.New("disk full") }})
	if d := byName(t, res, "a").Diagnostic; d == nil || d.Code != codeFile || !strings.Contains(d.Summary, "disk full") {
		t.Errorf("diagnostic %+v", d)
	}
}

func TestErrorPlace(t *testing.T) {
	n := node("model.p.a", "table")
	n.File = diag.NewFile("models/a.sql", "select\n  statsu\nfrom x")
	n.Raw = n.File.Text
	s := newScript("create table t as (").code(&compiler.Compiled{SQL: n.Raw}).add(")")
	q := &adapters.QueryError{SQL: s.String(), Offset: strings.Index(s.String(), "statsu"), Kind: adapters.NotFound, Message: "no column\nwith that name", Hint: "h"}
	d := queryDiagnostic(q, s, n)
	if d.Code != "E302" || d.Summary != "no column" || d.Detail != "with that name" || d.Hint != "h" {
		t.Errorf("%+v", d)
	}
	if span := wholeToken(diag.Span{File: n.File, Start: 9, End: 9}, "statsu\nfrom x"); span.Text() != "statsu" {
		t.Errorf("underlined %q", span.Text())
	}
	semi := newScript("create table t as (").code(&compiler.Compiled{SQL: "select 1;"}).add(")")
	d = queryDiagnostic(&adapters.QueryError{SQL: semi.String(), Offset: -1, Kind: adapters.Syntax, Message: "syntax"}, semi, n)
	if !strings.Contains(d.Hint, "semicolon") {
		t.Errorf("hint %q", d.Hint)
	}
}

func TestWarnings(t *testing.T) {
	granted := map[string]any{"select": []any{"everyone"}}
	empty := node("model.p.e", "view")
	empty.Raw = ""
	m := manifest(t, with(node("model.p.a", "table"), "grants", granted), with(node("model.p.b", "table"), "grants", granted), empty)
	var codes []string
	_, err := Run(context.Background(), adaptertest.NewFake(nil), &renderer{}, m, NewPlan(m, CmdBuild, ids(m), PlanOptions{}),
		Options{Sink: func(e Event) {
			if w, ok := e.(Warning); ok {
				codes = append(codes, w.Diagnostic.Code)
			}
		}})
	if got := strings.Join(codes, " "); err != nil || got != warnOmitted+" "+warnGrants {
		t.Errorf("%v, warnings %s", err, got)
	}
}

// TestSettingsDoNotLeak: what a node's own SQL may have set is not there for
// the next node.
func TestSettingsDoNotLeak(t *testing.T) {
	m := manifest(t, node("model.p.a", "table"), with(node("model.p.b", "table", "model.p.a"), "sql_header", "set x = 1;"), node("model.p.c", "table", "model.p.b"))
	f := adaptertest.NewFake(nil)
	execute(t, f, &renderer{}, m, CmdRun, Options{})
	var conns []int
	for _, c := range f.Calls() {
		if c.Op == "begin" {
			conns = append(conns, c.Conn)
		}
	}
	if len(conns) != 3 || conns[0] != conns[1] || conns[1] == conns[2] {
		t.Errorf("the nodes ran on connections %v", conns)
	}
}
