package view

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"mdl/adapters"
	"mdl/compiler"
	"mdl/compiler/diag"
	"mdl/compiler/jinja/value"
	"mdl/compiler/scope"
	"mdl/engine"
)

func newTest(o Options) (v *View, out, errs *bytes.Buffer) {
	out, errs = new(bytes.Buffer), new(bytes.Buffer)
	o.Out, o.Err = out, errs
	if o.Level == 0 {
		o.Level = Info
	}
	o.Now = func() time.Time { return time.Date(2024, 1, 31, 12, 34, 56, 0, time.UTC) }
	return New(o), out, errs
}

func TestTable(t *testing.T) {
	rows := &adapters.Rows{
		Columns: []adapters.Column{{Name: "id"}, {Name: "name"}, {Name: "day"}},
		Values: [][]any{
			{int64(1), "ada\nlovelace", adapters.Time{Kind: adapters.Date, T: time.Date(2024, 1, 5, 0, 0, 0, 0, time.UTC)}},
			{nil, "é", nil},
			{adapters.Decimal("10.50"), strings.Repeat("x", 100), []any{int64(1), "a", math.NaN()}},
		},
	}
	const want = `|    id | name                        | day           |
| ----- | --------------------------- | ------------- |
|     1 | ada\nlovelace               | 2024-01-05    |
|       | é                           |               |
| 10.50 | xxxxxxxxxxxxxxxxxxxxxxxxxx… | [1,"a","NaN"] |`
	if got := Table(rows, 55); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestPreviewJSON(t *testing.T) {
	v, out, _ := newTest(Options{Quiet: true})
	rows := &adapters.Rows{
		Columns: []adapters.Column{{Name: "z"}, {Name: "a"}, {Name: "s"}},
		Values:  [][]any{{adapters.Decimal("1.50"), nil, adapters.Struct{{Name: "k", Value: "<b>"}}}},
	}
	if err := v.Preview("m", rows, true); err != nil {
		t.Fatal(err)
	}
	var flat bytes.Buffer
	if err := json.Compact(&flat, out.Bytes()); err != nil {
		t.Fatal(err)
	}
	if got, want := flat.String(), `{"node":"m","show":[{"z":1.50,"a":null,"s":{"k":"\u003cb\u003e"}}]}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestWrap(t *testing.T) {
	text := wrap("Found 8 models, 1 snapshot, 57 data tests and an_enormously_long_word_that_fits_nowhere", 20)
	for line := range strings.SplitSeq(text, "\n") {
		if len(line) > 20 && strings.Contains(strings.TrimSpace(line), " ") {
			t.Errorf("line %q is too long", line)
		}
	}
}

func TestDiagnosticsAreSortedAndCounted(t *testing.T) {
	f := diag.NewFile("models/a.sql", "one\ntwo\n")
	v, out, errs := newTest(Options{})
	nerr, nwarn := v.Diagnostics(diag.List{
		diag.Errorf("E257", diag.Span{File: f, Start: 4, End: 7}, "second"),
		diag.Warnf("W230", diag.Span{File: f, Start: 0, End: 3}, "first"),
	})
	text := errs.String()
	if nerr != 1 || nwarn != 1 || out.Len() > 0 {
		t.Errorf("%d errors, %d warnings, stdout %q", nerr, nwarn, out)
	}
	if strings.Index(text, "first") > strings.Index(text, "second") || !strings.Contains(text, "Compilation Error\nmodels/a.sql:2:1: error E257: second") {
		t.Errorf("got\n%s", text)
	}
}

func TestHeading(t *testing.T) {
	for _, c := range []struct {
		d    diag.Diagnostic
		want string
	}{
		{diag.Diagnostic{Code: "E101"}, "Compilation Error"},
		{diag.Diagnostic{Code: "E151"}, "Parsing Error"},
		{diag.Diagnostic{Code: "E202"}, "Parsing Error"},
		{diag.Diagnostic{Code: "E211"}, "Runtime Error"},
		{diag.Diagnostic{Code: "E302"}, "Database Error"},
		{diag.Diagnostic{Code: "E320"}, "Compilation Error"},
		{diag.Diagnostic{Code: "E401"}, "Runtime Error"},
		{diag.Diagnostic{Code: "E101", Cause: &scope.Error{Kind: scope.Dependency}}, "Dependency Error"},
		{diag.Diagnostic{Code: "E324", Cause: &adapters.QueryError{}}, "Database Error"},
	} {
		if got := Heading(&c.d); got != c.want {
			t.Errorf("%s: %q, want %q", c.d.Code, got, c.want)
		}
	}
}

// results are a run in which one test warned and one model failed.
func results() *engine.Results {
	node := &compiler.Node{ID: "model.p.m", Kind: compiler.Model, Name: "m", OrigPath: "models/m.sql", Config: compiler.NewConfig(value.NewDict())}
	d := diag.Errorf("E302", diag.Span{}, "no such column")
	two := int64(2)
	test := &compiler.Node{ID: "test.p.t", Kind: compiler.Test, Name: "t", OrigPath: "tests/t.sql"}
	start := time.Date(2024, 1, 31, 12, 0, 0, 0, time.UTC)
	return &engine.Results{Command: engine.CmdBuild, Started: start, Finished: start.Add(90 * time.Second), Results: []*engine.Result{
		{ID: node.ID, Kind: node.Kind, Node: node, Status: engine.Error, Message: "no such column", Diagnostic: &d},
		{ID: test.ID, Kind: test.Kind, Node: test, Status: engine.Warn, Message: "Got 2 results, configured to warn if != 0", Failures: &two,
			CompiledPath: "compiled/p/tests/t.sql",
			Rows:         &adapters.Rows{Columns: []adapters.Column{{Name: "x"}}, Values: [][]any{{int64(7)}}}},
	}}
}

func TestSummary(t *testing.T) {
	v, out, errs := newTest(Options{})
	v.For("dev", "target").Event(engine.RunFinished{Results: results()})
	for _, want := range []string{
		"in 0 hours 1 minutes and 30.00\n12:34:56    seconds (90.00s).",
		"Completed with 1 error, 0 partial successes, and 1 warning:",
		"Failure in model m (models/m.sql)\n12:34:56    Database Error in model m (models/m.sql)",
		"Warning in test t (tests/t.sql)\n12:34:56    Got 2 results, configured to warn if != 0\n12:34:56    compiled code at target/compiled/p/tests/t.sql",
		"    | 7 |\n12:34:56    (1 of 2)",
		"Done. PASS=0 WARN=1 ERROR=1 SKIP=0 NO-OP=0 TOTAL=2",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in\n%s", want, out)
		}
	}
	for line := range strings.SplitSeq(out.String(), "\n") {
		if len(line) > 80 {
			t.Errorf("more than 80 columns: %q", line)
		}
	}
	if errs.Len() > 0 {
		t.Errorf("stderr: %s", errs)
	}
}

func TestQuietTellsErrorsOnly(t *testing.T) {
	v, out, errs := newTest(Options{Quiet: true})
	v.Event(engine.RunFinished{Results: results()})
	if out.Len() > 0 {
		t.Errorf("stdout: %s", out)
	}
	if text := errs.String(); !strings.Contains(text, "Failure in model m") || strings.Contains(text, "Done.") || strings.Contains(text, "Warning in") {
		t.Errorf("stderr: %s", text)
	}
}

func TestJSONIsALineEach(t *testing.T) {
	v, out, errs := newTest(Options{JSON: true, Color: true, InvocationID: "id"})
	v.Version("1")
	v.Event(engine.RunFinished{Results: results()})
	v.Fatal(errors.New("broken"))
	v.Message(scope.Message{Level: scope.Print, Text: "hello"})
	names := map[string]bool{}
	for line := range strings.Lines(out.String()) {
		var e envelope
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		if e.Info.InvocationID != "id" || e.Info.TS != "2024-01-31T12:34:56.000000Z" || strings.Contains(e.Info.Msg, "\x1b") {
			t.Errorf("%+v", e.Info)
		}
		names[e.Info.Name] = true
	}
	for _, name := range []string{"MainReportVersion", "FinishedRunningStats", "RunResultFailure", "RunResultWarning", "StatsLine", "MainEncounteredError", "PrintEvent"} {
		if !names[name] {
			t.Errorf("no %s in\n%s", name, out)
		}
	}
	if errs.Len() > 0 {
		t.Errorf("stderr: %s", errs)
	}
}

func TestColorOnlyWhenAsked(t *testing.T) {
	for _, color := range []bool{false, true} {
		v, out, _ := newTest(Options{Color: color})
		v.Event(engine.RunFinished{Results: results()})
		if got := strings.Contains(out.String(), "\x1b["); got != color {
			t.Errorf("color %v: %q", color, out)
		}
	}
}
