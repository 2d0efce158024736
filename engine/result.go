package engine

import (
	"cmp"
	"time"

	"mdl/adapters"
	"mdl/compiler"
	"mdl/compiler/diag"
)

// Status is how a node ended, spelt as in dbt's run_results.json.
type Status string

// The statuses. Success is for what builds something and for hooks; Pass, Fail
// and Warn are for tests; NoOp is for what there was nothing to do about.
const (
	Success Status = "success"
	Error   Status = "error"
	Skipped Status = "skipped"
	// PartialSuccess is for a model of which some batches were built and some
	// were not.
	PartialSuccess Status = "partial success"
	Pass           Status = "pass"
	Fail           Status = "fail"
	Warn           Status = "warn"
	NoOp           Status = "no-op"
)

// Reason says why a node was skipped.
type Reason string

// The reasons for skipping a node.
const (
	// Upstream: a parent failed or was skipped; Result.Cause names the one
	// that began it.
	Upstream Reason = "upstream"
	// FailedFast: the run stopped at its first failure.
	FailedFast Reason = "fail_fast"
	// Cancelled: the user interrupted the run.
	Cancelled Reason = "cancelled"
	// RunStartFailed: an on-run-start hook failed.
	RunStartFailed Reason = "on_run_start"
)

// Timing is one phase of a node, "compile" or "execute".
type Timing struct {
	Name               string
	Started, Completed time.Time
}

// Response is what the warehouse said about the main statement: dbt's
// adapter_response.
type Response struct {
	// Message is a short text such as "OK" or "INSERT 3".
	Message string
	// Code is the kind of statement, or "".
	Code string
	// RowsAffected is -1 where the warehouse does not tell.
	RowsAffected int64
}

// newResponse is what the warehouse says of a statement; "OK" where it says
// nothing.
func newResponse(out adapters.Outcome) *Response {
	return &Response{Message: cmp.Or(out.Message, "OK"), Code: out.Code, RowsAffected: out.RowsAffected}
}

// answered is what the warehouse says of a query.
func answered(rows *adapters.Rows) *Response {
	if rows.Outcome.Message == "" {
		return &Response{Message: "OK", RowsAffected: -1}
	}
	return newResponse(rows.Outcome)
}

// Result is how one node ended. It is not changed once it was given out.
type Result struct {
	// ID and Kind are the resource's; Node is nil for exposures.
	ID     string
	Kind   compiler.Kind
	Node   *compiler.Node
	Status Status
	// Message is dbt's message: the response's for what was built, "Got 2
	// results, configured to fail if != 0" for a test, the error's headline.
	Message string
	// Note is what else is to be told of how the node ended, or "".
	Note string
	// Reason and Cause are set for skipped nodes: Cause is the unique id of
	// the node whose failure began it, or "".
	Reason Reason
	Cause  string
	// Failures is the count of a test, 0 or 1 for a hook, and nil where dbt
	// writes null.
	Failures *int64
	// Diagnostic says what went wrong, with the place in the user's own text;
	// nil when nothing did.
	Diagnostic *diag.Diagnostic
	// Compiled is the node's SQL, or nil when it was not compiled.
	Compiled *compiler.Compiled
	// CompiledPath and RunPath are the files below the target directory that
	// hold the compiled SQL and the statements that were run, or "".
	CompiledPath, RunPath string
	// Response is nil when no statement was run.
	Response *Response
	// Timing has "compile" and "execute", as far as the node came.
	Timing []Timing
	// Thread is dbt's thread_id: "Thread-1 (worker)", or "main" for hooks.
	Thread string
	// Elapsed is the wall time from start to end.
	Elapsed time.Duration
	// Rows are some of the failing rows of a test, the rows of a `show`, or nil.
	Rows *adapters.Rows
	// Freshness is what was found of a source, or nil.
	Freshness *Freshness
	// Batches tells of a node that was built batch by batch; else nil.
	Batches *Batches
	// StoredIn is the relation that keeps a test's failing rows, or "".
	StoredIn string
	audits   []*Step // the step's

	// later and more are those of the step.
	later, more bool
}

// Results is what a run came to.
type Results struct {
	Command Command
	// Results are in the order in which the nodes ended, hooks included, as in
	// dbt's run_results.json.
	Results []*Result
	// Ephemeral are the ephemeral models that were compiled into others, and of
	// which nothing else is to be told.
	Ephemeral         []*Result
	Started, Finished time.Time
	// Cancelled tells that the user interrupted the run.
	Cancelled bool
}

// OK reports whether the run succeeded: no node ended in error, failed or was
// skipped. Warnings are fine.
func (r *Results) OK() bool {
	if r.Cancelled {
		return false
	}
	for _, res := range r.Results {
		switch res.Status {
		case Error, Fail, Skipped, PartialSuccess:
			return false
		}
	}
	return true
}

// Counts returns the number of nodes, hooks included, that ended in each status.
func (r *Results) Counts() map[Status]int {
	counts := map[Status]int{}
	for _, res := range r.Results {
		counts[res.Status]++
	}
	return counts
}
