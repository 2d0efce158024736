package view

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"mdl/compiler"
	"mdl/engine"
)

// Event tells one event of a run.
func (v *View) Event(e engine.Event) {
	v.event(e, Info)
}

// QuietEvent is Event for commands that only render: compile and show. What
// goes well is told at the level debug.
func (v *View) QuietEvent(e engine.Event) {
	v.event(e, Debug)
}

func (v *View) event(e engine.Event, level Level) {
	switch e := e.(type) {
	case engine.RunStarted:
		if level == Info {
			v.runStarted(e)
		}
	case engine.HookStarted:
		v.progress(line{name: "LogHookStartLine", code: "Q032", level: level, data: hookInfo(e.Name, e.Index, e.Total)},
			e.Index, e.Total, "START hook: "+e.Name, "RUN", "")
	case engine.HookFinished:
		v.hookFinished(e, level)
	case engine.NodeStarted:
		v.progress(line{name: "LogStartLine", code: "Q011", level: level, data: nodeInfo(e.Step, e.Index, e.Total)},
			e.Index, e.Total, "START "+describe(e.Step), "RUN", "")
	case engine.NodeFinished:
		v.nodeFinished(e, level)
	case engine.BatchStarted:
		v.progress(line{name: "LogStartBatch", code: "Q045", level: level, data: batchInfo(e.Step, e.Node, e.Index, e.Total)},
			e.Index, e.Total, "START "+describeBatch(e.Node), "RUN", "")
	case engine.BatchFinished:
		v.batchFinished(e, level)
	case engine.Warning:
		v.diagnostic(&e.Diagnostic, Warn)
	case engine.RetryScheduled:
		v.retryScheduled(e)
	case engine.StatementSent:
		v.tell(line{name: "SQLQuery", code: "E016", level: Debug, msg: "On " + e.Connection + ": " + e.SQL,
			data: map[string]any{"conn_name": e.Connection, "sql": e.SQL}})
	case engine.RunFinished:
		v.runFinished(e.Results)
	}
}

// retryScheduled tells that a node is tried again. What is tried again at once
// is told at the level debug.
func (v *View) retryScheduled(e engine.RetryScheduled) {
	level := Info
	if e.Delay < 100*time.Millisecond {
		level = Debug
	}
	v.tell(line{name: "NodeRetry", code: "Q050", level: level,
		msg:  fmt.Sprintf("%s: retry %d of %d in %s: %s", e.Node.Name, e.Try, e.Max, delayInWords(e.Delay), e.Problem),
		data: map[string]any{"unique_id": e.Node.ID, "try": e.Try, "max": e.Max, "delay": e.Delay.Seconds(), "problem": e.Problem}})
}

// delayInWords is a delay for a message.
func delayInWords(d time.Duration) string {
	if d < time.Second {
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return fmt.Sprintf("%.4g s", d.Seconds())
}

func (v *View) runStarted(e engine.RunStarted) {
	if e.Total == 0 {
		return
	}
	v.tell(line{name: "ConcurrencyLine", code: "Q026", level: Info,
		msg:  fmt.Sprintf("Concurrency: %s (target='%s')", count(e.Threads, "thread"), v.o.Target),
		data: map[string]any{"num_threads": e.Threads, "target_name": v.o.Target, "node_count": e.Total}})
	v.gap()
}

// progress writes "1 of 9 <what> ..... [STATUS rest]".
func (v *View) progress(l line, index, total int, what, status, rest string) {
	head := what
	if total > 0 && index > 0 {
		head = fmt.Sprintf("%d of %d %s", index, total, what)
	}
	if l.code == "Q045" || l.code == "Q046" {
		head = "Batch " + head
	}
	if v.o.JSON {
		l.msg = fmt.Sprintf("%s [%s%s]", head, status, rest)
		v.tell(l)
		return
	}
	c, colored := statusColors[strings.Fields(status)[0]]
	if colored {
		status = v.paint(c, status)
	}
	l.msg = head + " " + strings.Repeat(".", max(0, v.o.Width-dotsRight-utf8.RuneCountInString(head))) + " [" + status + rest + "]"
	v.tell(l)
}

// dotsRight is the room for the time before a message and the status after it.
const dotsRight = len("22:09:44  ") + len("  [INSERT 10000 in 10.85s]")

var statusColors = map[string]color{
	"ERROR": red, "FAIL": red, "WARN": yellow, "SKIP": yellow,
	"SKIPPED": yellow, "PARTIAL": yellow, "OK": green, "PASS": green, "INSERT": green, "SUCCESS": green, "CREATE": green, "NO-OP": green,
}

func (v *View) hookFinished(e engine.HookFinished, level Level) {
	word, status, rest := "OK", "OK", fmt.Sprintf(" in %.2fs", e.Result.Elapsed.Seconds())
	switch e.Result.Status {
	case engine.Error:
		word, status, level = "ERROR", "ERROR", Error
	case engine.Skipped:
		word, status, rest = "SKIP", "SKIP", ""
	}
	data := hookInfo(e.Name, e.Index, e.Total)
	data["status"], data["execution_time"] = string(e.Result.Status), e.Result.Elapsed.Seconds()
	v.progress(line{name: "LogHookEndLine", code: "Q033", level: level, data: data, toErr: v.o.Quiet},
		e.Index, e.Total, word+" hook: "+e.Name, status, rest)
}

func (v *View) nodeFinished(e engine.NodeFinished, level Level) {
	r := e.Result
	data := nodeInfo(e.Step, e.Index, e.Total)
	data["status"], data["execution_time"] = string(r.Status), r.Elapsed.Seconds()
	data["message"], data["num_failures"] = r.Message, r.Failures
	l := line{name: resultNames[r.Kind], code: "Q012", level: level, data: data}
	if l.name == "" {
		l.name = "LogNodeResult"
	}
	what, status, rest := outcome(e.Step, r)
	switch r.Status {
	case engine.Error, engine.Fail:
		// The error itself comes at the end; in quiet mode only there.
		l.level = Error
		if v.o.Quiet && !v.o.JSON {
			return
		}
	case engine.Warn:
		l.level = Warn
	case engine.PartialSuccess:
		l.level = Error
	case engine.Skipped:
		l.name, l.code = "SkippingDetails", "Q034"
	}
	v.progress(l, e.Index, e.Total, what, status, rest)
}

var resultNames = map[compiler.Kind]string{
	compiler.Model: "LogModelResult", compiler.Seed: "LogSeedResult", compiler.Snapshot: "LogSnapshotResult",
	compiler.Test: "LogTestResult", compiler.UnitTest: "LogTestResult", compiler.Exposure: "LogNodeNoOpResult", compiler.SavedQuery: "LogNodeNoOpResult", compiler.Function: "LogFunctionResult",
}

// verbs are what is said of a node of a kind that was built, and that was not.
var verbs = map[compiler.Kind][2]string{
	compiler.Model:    {"OK created", "ERROR creating"},
	compiler.Seed:     {"OK loaded", "ERROR loading"},
	compiler.Snapshot: {"OK snapshotted", "ERROR snapshotting"},
}

// outcome words the end of a node: what to say, its status, and what follows
// the status.
func outcome(s *engine.Step, r *engine.Result) (what, status, rest string) {
	took := fmt.Sprintf(" in %.2fs", r.Elapsed.Seconds())
	verb, builds := verbs[r.Kind]
	if s.ChecksFreshness() {
		status = freshnessWord(r)
		return status + " " + describe(s), status, took
	}
	switch r.Status {
	case engine.Skipped:
		what = "SKIP " + describe(s)
		if n := s.Node(); n != nil && builds {
			what = "SKIP relation " + shortName(n)
		}
		return what, "SKIP", ""
	case engine.NoOp:
		return "NO-OP " + describe(s), "NO-OP", took
	case engine.Error:
		if builds {
			return verb[1] + " " + describe(s), "ERROR", took
		}
		return "ERROR " + s.Name, "ERROR", took
	case engine.Fail, engine.Warn:
		word := strings.ToUpper(string(r.Status))
		if r.Failures != nil {
			word = fmt.Sprintf("%s %d", word, *r.Failures)
		}
		return word + " " + s.Name, word, took
	case engine.PartialSuccess:
		return "PARTIALLY created " + describe(s), r.Message, took
	case engine.Pass:
		return "PASS " + s.Name, "PASS", took
	}
	if s.Materialization == "clone" {
		if r.Note != "" {
			return "NO-OP " + describe(s) + ": " + r.Note, "NO-OP", took
		}
		return "OK cloned " + describe(s), r.Message, took
	}
	if builds {
		status := r.Message
		if status == "" || strings.Contains(status, "\n") {
			status = "OK"
		}
		return verb[0] + " " + describe(s), status, took
	}
	return "OK " + describe(s), "OK", took
}

// freshnessWord is how a check of freshness ended.
func freshnessWord(r *engine.Result) string {
	switch r.Status {
	case engine.Fail:
		return "ERROR STALE"
	case engine.Skipped:
		return "SKIP"
	}
	return strings.ToUpper(string(r.Status))
}

// describe names a step as dbt does: "sql view model main.orders".
func describe(s *engine.Step) string {
	n := s.Node()
	if s.ChecksFreshness() {
		return "freshness of " + s.Name
	}
	switch s.Kind {
	case compiler.Model:
		if s.Batched {
			return "sql microbatch model " + shortName(n)
		}
		return fmt.Sprintf("sql %s model %s", s.Materialization, shortName(n))
	case compiler.Seed:
		return "seed file " + shortName(n)
	case compiler.Snapshot:
		return "snapshot " + shortName(n)
	case compiler.UnitTest:
		return "unit_test " + s.Name
	}
	return strings.ReplaceAll(string(s.Kind), "_", " ") + " " + s.Name
}

func shortName(n *compiler.Node) string {
	if n.Schema == "" {
		return n.Alias
	}
	return n.Schema + "." + n.Alias
}

func hookInfo(name string, index, total int) map[string]any {
	return map[string]any{"statement": name, "index": index, "total": total}
}

func nodeInfo(s *engine.Step, index, total int) map[string]any {
	info := map[string]any{
		"unique_id": s.ID, "resource_type": string(s.Kind), "node_name": s.Name,
		"materialized": s.Materialization, "node_relation": s.Relation,
	}
	if n := s.Node(); n != nil {
		info["node_path"] = n.Path
	}
	return map[string]any{"node_info": info, "description": describe(s), "index": index, "total": total}
}
