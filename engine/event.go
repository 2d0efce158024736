package engine

import (
	"time"

	"mdl/compiler"
	"mdl/compiler/diag"
)

// Event is one thing that happened during a run: RunStarted, HookStarted,
// HookFinished, NodeStarted, NodeFinished, Warning or RunFinished.
type Event interface{ event() }

// RunStarted is the first event of a run.
type RunStarted struct {
	Plan    *Plan
	Threads int
	// Total is the number of nodes that will be reported.
	Total int
	Time  time.Time
}

// HookStarted tells that an on-run-start or on-run-end hook begins.
type HookStarted struct {
	Node *compiler.Node
	// Name is dbt's "package.on-run-start.0".
	Name string
	// Index counts from 1; Total is the number of hooks of the same event.
	Index, Total int
	Time         time.Time
}

// HookFinished tells how a hook ended. A hook after a failed one is skipped
// and has no HookStarted.
type HookFinished struct {
	Result       *Result
	Name         string
	Index, Total int
	Time         time.Time
}

// NodeStarted tells that a worker has begun with a node.
type NodeStarted struct {
	Step *Step
	Node *compiler.Node
	// Index counts the nodes from 1 in the order in which they start; Total is
	// that of RunStarted.
	Index, Total int
	Time         time.Time
}

// NodeFinished tells how a node ended. A node that is skipped has no
// NodeStarted. Index is 0 for an ephemeral model that could not be compiled:
// it is told only because it failed.
type NodeFinished struct {
	Step         *Step
	Result       *Result
	Index, Total int
	Time         time.Time
}

// Warning is a diagnostic that does not stop the run.
type Warning struct {
	// Node is the node it is about, or nil.
	Node       *compiler.Node
	Diagnostic diag.Diagnostic
	Time       time.Time
}

// StatementSent tells of SQL that is about to be sent to the warehouse, where
// Options.Statements asks for it.
type StatementSent struct {
	// Connection is the id of the node that it is sent for, or the name of
	// what else is done.
	Connection, SQL string
	Time            time.Time
}

// RunFinished is the last event of a run.
type RunFinished struct {
	Results *Results
	Time    time.Time
}

func (RunStarted) event()    {}
func (HookStarted) event()   {}
func (HookFinished) event()  {}
func (NodeStarted) event()   {}
func (NodeFinished) event()  {}
func (Warning) event()       {}
func (StatementSent) event() {}
func (RunFinished) event()   {}
