package artifact

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"mdl/compiler"
	"mdl/compiler/diag"
	"mdl/compiler/jinja"
	"mdl/compiler/jinja/value"
	"mdl/engine"
)

func about(d document) Manifest {
	md := d.at("metadata")
	when := func(key, layout string) time.Time {
		at, err := time.Parse(layout, md.text(key))
		if err != nil {
			panic(err)
		}
		return at
	}
	return Manifest{
		Metadata: Metadata{
			GeneratedAt: when("generated_at", time.RFC3339), InvocationID: md.text("invocation_id"),
			InvocationStartedAt: when("invocation_started_at", time.RFC3339),
		},
		RunStartedAt: when("run_started_at", time.RFC3339),
		ProjectDir:   "/project",
		Compiled:     d.built(),
	}
}

// TestManifestIsDBTs reads a manifest that dbt wrote into the compiler's types
// and writes it again: every key, its order, type and nulls must come back, as
// must what is computed (maps, primary keys, checksums of contracts, CTEs).
func TestManifestIsDBTs(t *testing.T) {
	d := loadDocument(t)
	var out bytes.Buffer
	if err := WriteManifest(&out, d.manifest(), about(d)); err != nil {
		t.Fatal(err)
	}
	want, err := value.ToJSON(d.Dict, value.JSONOptions{Indent: " "})
	if err != nil {
		t.Fatal(err)
	}
	sameLines(t, indent(t, out.Bytes()), want)
}

// TestFragments: a manifest is the same with fragments as without, and what a
// run made of a node wins over its fragment.
func TestFragments(t *testing.T) {
	m := resolveProject(t)
	write := func(about Manifest) string {
		var out bytes.Buffer
		if err := WriteManifest(&out, m, about); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	about := about(loadDocument(t))
	if len(about.Compiled) == 0 {
		t.Fatal("nothing is compiled")
	}
	plain := write(about)
	keep := kept{}
	about.Fragments = keep
	for _, when := range []string{"made", "kept"} {
		if write(about) != plain {
			t.Errorf("the manifest differs with fragments that are %s", when)
		}
	}
	if !json.Valid([]byte(plain)) {
		t.Error("not JSON")
	}
	for id := range about.Compiled {
		if keep[id] != nil {
			t.Errorf("%s was run, and kept", id)
		}
	}
	if len(keep) < len(m.Sources) || len(keep) == 0 {
		t.Errorf("%d resources are kept", len(keep))
	}
}

func sameLines(t *testing.T, got, want string) {
	t.Helper()
	if got == want {
		return
	}
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			t.Fatalf("line %d differs:\n got %s\nwant %s\nafter:\n%s", i+1, g[i], w[i], strings.Join(w[max(0, i-12):i], "\n"))
		}
	}
	t.Fatalf("%d lines, want %d", len(g), len(w))
}

func TestPrimaryKey(t *testing.T) {
	test := func(id, name, column string) *compiler.Node {
		kwargs := value.NewDict()
		kwargs.SetStr("column_name", value.Str(column))
		if name == "unique_combination_of_columns" {
			kwargs = value.NewDict()
			kwargs.SetStr("combination_of_columns", value.NewList(value.Str("y"), value.Str("x")))
		}
		return &compiler.Node{ID: id, Kind: compiler.Test, Test: &compiler.TestInfo{Name: name, Kwargs: kwargs, AttachedNode: "model.p.a"}, DependsOn: []string{"model.p.a"}}
	}
	for _, c := range []struct {
		name           string
		enabled, other []*compiler.Node
		want           string
	}{
		{"nothing", nil, nil, ""},
		{"unique only", []*compiler.Node{test("1", "unique", "b"), test("2", "unique", "a")}, nil, "a b"},
		{"unique and not null wins", []*compiler.Node{test("1", "unique", "b"), test("2", "unique", "a"), test("3", "not_null", "b")}, nil, "b"},
		{"not null alone", []*compiler.Node{test("3", "not_null", "b")}, nil, ""},
		{"combination", []*compiler.Node{test("1", "unique_combination_of_columns", "")}, nil, "x y"},
		{"disabled test", nil, []*compiler.Node{test("1", "unique", "c")}, "c"},
		{"enabled before disabled", []*compiler.Node{test("2", "unique", "a")}, []*compiler.Node{test("1", "unique", "c")}, "a"},
	} {
		m := &compiler.Manifest{Resources: compiler.Resources{Disabled: map[string][]*compiler.Node{}}}
		m.AddNode(&compiler.Node{ID: "model.p.a", Kind: compiler.Model})
		for _, n := range c.enabled {
			m.AddNode(n)
		}
		for _, n := range c.other {
			m.Disabled[n.ID] = append(m.Disabled[n.ID], n)
		}
		link(m)
		if got := strings.Join(newKeyFinder(m).of(m.Node("model.p.a")), " "); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestMacroDict(t *testing.T) {
	file := diag.NewFile("macros/m.sql", "{% macro mm(a, b=none) %}x{% endmacro %}\n{% materialization foo, adapter='duckdb' %}{% endmaterialization %}")
	program, list := jinja.Parse(file)
	if len(list) > 0 {
		t.Fatal(list)
	}
	blocks := program.Blocks()
	argument := value.NewDict()
	argument.SetStr("type", value.Str("string"))
	arguments := value.NewDict()
	arguments.SetStr("a", argument)
	got, err := value.ToJSON(compiler.MacroDict(&compiler.MacroDef{ID: "macro.p1.mm", Package: "p1", Name: "mm", Path: "macros/m.sql", OrigPath: "macros/m.sql",
		Block: blocks[0], Arguments: arguments, PatchPath: "p1://models/v.yml"}), value.JSONOptions{})
	if err != nil {
		t.Fatal(err)
	}
	want := `{"name": "mm", "resource_type": "macro", "package_name": "p1", "path": "macros/m.sql", "original_file_path": "macros/m.sql", "unique_id": "macro.p1.mm", ` +
		`"macro_sql": "{% macro mm(a, b=none) %}x{% endmacro %}", "depends_on": {"macros": []}, "description": "", "meta": {}, "docs": {"show": true, "node_color": null}, ` +
		`"config": {"meta": {}, "docs": {"show": true, "node_color": null}}, "patch_path": "p1://models/v.yml", "arguments": [{"name": "a", "type": "string", "description": ""}], ` +
		`"created_at": 0.0, "supported_languages": null}`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	languages, _ := compiler.MacroDict(&compiler.MacroDef{Block: blocks[1]}).GetStr("supported_languages")
	if value.Repr(languages) != "['sql']" {
		t.Errorf("languages of a materialization: %s", value.Repr(languages))
	}
}

func results() *engine.Results {
	at := time.Date(2026, 11, 23, 20, 28, 38, 360373000, time.UTC)
	one := int64(0)
	model := &compiler.Node{ID: "model.p1.a", Kind: compiler.Model, RelationName: `"p1"."main"."a"`}
	return &engine.Results{
		Started: at, Finished: at.Add(1500 * time.Millisecond),
		Results: []*engine.Result{
			{ID: model.ID, Kind: compiler.Model, Node: model, Status: engine.Success, Message: "OK", Response: &engine.Response{Message: "OK"},
				Compiled: &compiler.Compiled{SQL: "select 1 as id"}, CompiledPath: "compiled/p1/models/a.sql", RunPath: "run/p1/models/a.sql",
				Timing: []engine.Timing{{Name: "compile", Started: at, Completed: at.Add(time.Millisecond)}}, Thread: "Thread-1 (worker)", Elapsed: 250 * time.Millisecond},
			{ID: "seed.p1.t", Kind: compiler.Seed, Node: &compiler.Node{ID: "seed.p1.t", RelationName: "t"}, Status: engine.Success, Message: "INSERT 1",
				Response: &engine.Response{Message: "INSERT 1", Code: "INSERT", RowsAffected: 1}, Thread: "Thread-1 (worker)", Elapsed: time.Second},
			{ID: "exposure.p1.e1", Kind: compiler.Exposure, Status: engine.NoOp, Message: "NO-OP", Failures: &one, Thread: "Thread-1 (worker)"},
			{ID: "model.p1.d", Kind: compiler.Model, Node: model, Status: engine.Skipped, Thread: "Thread-2 (worker)"},
		},
		Ephemeral: []*engine.Result{{ID: "model.p1.b", Kind: compiler.Model, Compiled: &compiler.Compiled{SQL: "select 2"}, CompiledPath: "compiled/p1/models/b.sql"}},
	}
}

func TestRunResults(t *testing.T) {
	args := value.NewDict()
	args.SetStr("which", value.Str("build"))
	var out bytes.Buffer
	at := time.Date(2026, 11, 23, 20, 28, 38, 0, time.UTC)
	if err := WriteRunResults(&out, results(), Metadata{GeneratedAt: at, InvocationStartedAt: at, InvocationID: "x"}, args); err != nil {
		t.Fatal(err)
	}
	want := `{"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/run-results/v6.json", "dbt_version": "1.11.16", "generated_at": "2026-11-23T20:28:38.000000Z", "invocation_id": "x", "invocation_started_at": "2026-11-23T20:28:38.000000Z", "env": {}}, "results": [` +
		`{"status": "success", "timing": [{"name": "compile", "started_at": "2026-11-23T20:28:38.360373Z", "completed_at": "2026-11-23T20:28:38.361373Z"}], "thread_id": "Thread-1 (worker)", "execution_time": 0.25, "adapter_response": {"_message": "OK"}, "message": "OK", "failures": null, "unique_id": "model.p1.a", "compiled": true, "compiled_code": "select 1 as id", "relation_name": "\"p1\".\"main\".\"a\"", "batch_results": null}, ` +
		`{"status": "success", "timing": [], "thread_id": "Thread-1 (worker)", "execution_time": 1.0, "adapter_response": {"_message": "INSERT 1", "code": "INSERT", "rows_affected": 1}, "message": "INSERT 1", "failures": null, "unique_id": "seed.p1.t", "compiled": null, "compiled_code": null, "relation_name": null, "batch_results": null}, ` +
		`{"status": "no-op", "timing": [], "thread_id": "Thread-1 (worker)", "execution_time": 0.0, "adapter_response": {}, "message": "NO-OP", "failures": 0, "unique_id": "exposure.p1.e1", "compiled": null, "compiled_code": null, "relation_name": null, "batch_results": null}, ` +
		`{"status": "skipped", "timing": [], "thread_id": "Thread-2 (worker)", "execution_time": 0, "adapter_response": {}, "message": null, "failures": null, "unique_id": "model.p1.d", "compiled": false, "compiled_code": null, "relation_name": "\"p1\".\"main\".\"a\"", "batch_results": null}], ` +
		`"elapsed_time": 1.5, "args": {"which": "build"}}`
	if out.String() != want {
		t.Errorf("got  %s\nwant %s", &out, want)
	}
}

func TestCompiled(t *testing.T) {
	built := Compiled(results(), "target")
	if b := built["model.p1.a"]; b.CompiledPath != "target/compiled/p1/models/a.sql" || b.BuildPath != "target/run/p1/models/a.sql" || b.Compiled.SQL != "select 1 as id" {
		t.Errorf("model: %+v", b)
	}
	if b := built["model.p1.b"]; b.CompiledPath != "target/compiled/p1/models/b.sql" || b.BuildPath != "" {
		t.Errorf("ephemeral model: %+v", b)
	}
	if len(built) != 2 {
		t.Errorf("%d nodes, want 2", len(built))
	}
}

type brokenDisk struct{ left int }

var errDisk = errors.New("disk full")

func (d *brokenDisk) Write(p []byte) (int, error) {
	if d.left--; d.left < 0 {
		return 0, errDisk
	}
	return len(p), nil
}

func TestWriteFails(t *testing.T) {
	d := loadDocument(t)
	if err := WriteManifest(&brokenDisk{}, d.manifest(), about(d)); !errors.Is(err, errDisk) {
		t.Errorf("error %v", err)
	}
	if err := WriteRunResults(&brokenDisk{}, results(), Metadata{}, nil); !errors.Is(err, errDisk) {
		t.Errorf("error %v", err)
	}
}

func TestOddValuesAreWritten(t *testing.T) {
	date, err := value.NewDate(2026, 1, 2)
	if err != nil {
		t.Fatal(err)
	}
	at, err := value.NewDateTime(2026, 1, 2, 3, 4, 5, 0, nil)
	if err != nil {
		t.Fatal(err)
	}
	number, err := value.ParseDecimal("1.50")
	if err != nil {
		t.Fatal(err)
	}
	set, err := value.NewSet(value.Int(1))
	if err != nil {
		t.Fatal(err)
	}
	got, err := value.ToJSON(value.NewList(date, at, number, set, value.Bytes("x")), jsonOptions)
	if want := `["2026-01-02", "2026-01-02T03:04:05", 1.5, [1], "b'x'"]`; err != nil || got != want {
		t.Errorf("got %s %v, want %s", got, err, want)
	}
}

func TestList(t *testing.T) {
	m := loadDocument(t).manifest()
	for _, c := range []struct{ id, selector, name, path string }{
		{"model.p1.a", "p1.a", "a", "models/a.sql"},
		{"model.p1.vv.v1", "p1.vv.v1", "vv.v1", "models/vv_v1.sql"},
		{"source.p1.s.t", "source:p1.s.t", "s.t", "models/s.yml"},
		{"exposure.p1.e1", "exposure:p1.e1", "e1", "models/s.yml"},
		{"unit_test.p1.d.ut1", "unit_test:p1.ut1", "ut1", "models/v.yml"},
		{"test.p1.unique_a_id.f6a5f640da", "p1.unique_a_id", "unique_a_id", "models/s.yml"},
	} {
		l, ok := List(m, c.id)
		if !ok || l.Selector != c.selector || l.Name != c.name || l.Path != c.path {
			t.Errorf("%s: %+v", c.id, l)
		}
	}
	if _, ok := List(m, "model.p1.nothing"); ok {
		t.Error("a model that is not there is listed")
	}
	l, _ := List(m, "source.p1.s2.u")
	for _, c := range []struct {
		keys []string
		want string
	}{
		{[]string{"name", "config.freshness.warn_after.count", "config.event_time", "nothing", "patch_path", "name.x"},
			`{"name": "u", "config.freshness.warn_after.count": 1, "patch_path": null}`},
		{nil, `{"name": "u", "resource_type": "source", "package_name": "p1", "original_file_path": "models/v.yml", "unique_id": "source.p1.s2.u", "source_name": "s2", "tags": ["q"], "config": `},
	} {
		got, err := l.JSON(c.keys)
		if err != nil || !strings.HasPrefix(got, c.want) {
			t.Errorf("%v: %s %v\nwant %s", c.keys, got, err, c.want)
		}
	}
}

func TestGraphSummary(t *testing.T) {
	m := &compiler.Manifest{}
	m.AddNode(&compiler.Node{ID: "model.p.a", Kind: compiler.Model})
	m.AddNode(&compiler.Node{ID: "model.p.b", Kind: compiler.Model, DependsOn: []string{"model.p.a"}})
	link(m)
	var out bytes.Buffer
	if err := WriteGraphSummary(&out, m, "id"); err != nil {
		t.Fatal(err)
	}
	want := `{"_invocation_id": "id", "linked": {"0": {"name": "model.p.a", "type": "model", "succ": [1]}, "1": {"name": "model.p.b", "type": "model"}}}`
	if out.String() != want {
		t.Errorf("%s, want %s", out.String(), want)
	}
}
