// Package engine builds what a manifest describes: manifest + selection +
// warehouse -> Plan -> Results.
//
// NewPlan is pure and decides what would run, in which order, and why; Run
// does it. One coordinator goroutine owns all progress, N workers each own one
// connection and send results over a channel. What happens is told as Events
// to a sink and returned as Results; nothing here prints. Materializations,
// incremental strategies and snapshots are written once, from the dialect data
// of the adapter.
//
// Every build is atomic: it goes into a shadow relation that takes the place
// of the old one inside a transaction, so that a reader sees the old or the
// new relation and a failed or killed run leaves the old one.
package engine

import (
	"context"
	"io/fs"
	"time"

	"mdl/compiler"
	"mdl/compiler/diag"
)

// Command is what the user asked for; it decides which resources a plan may
// hold and what is done with each.
type Command string

// The commands that run a plan.
const (
	CmdRun      Command = "run"
	CmdTest     Command = "test"
	CmdBuild    Command = "build"
	CmdSeed     Command = "seed"
	CmdSnapshot Command = "snapshot"
	CmdCompile  Command = "compile"
	CmdShow     Command = "show"
	// CmdFreshness checks how old the data of sources are.
	CmdFreshness Command = "freshness"
	// CmdAllFreshness does so for sources and models.
	CmdAllFreshness Command = "all freshness"
	// CmdClone makes relations from those of an earlier state.
	CmdClone Command = "clone"
)

// Options are the facts of one invocation that Run depends on.
type Options struct {
	// Threads is the number of nodes that run at the same time; at least 1.
	Threads int
	// FailFast stops the run at the first error or failing test.
	FailFast bool
	// FullRefresh is dbt's flag of that name; a node's own `full_refresh`
	// configuration wins over it.
	FullRefresh bool
	// StoreFailures keeps the rows that fail a test in a table, unless the
	// test's own configuration says otherwise.
	StoreFailures bool
	// CacheNothing leaves the catalog to be read schema by schema when it is
	// asked for; CachePlanned reads at once only the schemas that the plan builds
	// into, and not those of the whole project.
	CacheNothing, CachePlanned bool
	// Judge says what becomes of warnings: they come back as warnings or errors,
	// or not at all. Nil leaves them as they are.
	Judge func(diag.List) diag.List
	// WarnError makes a test that would warn fail.
	WarnError bool
	// SkipNodesIfOnRunStartFails skips every node when an on-run-start hook
	// has failed; dbt's flag of the same name.
	SkipNodesIfOnRunStartFails bool
	// Sample is the number of failing rows fetched for a failing test.
	Sample int
	// SeedRows is the number of rows fetched of each seed that was loaded.
	SeedRows int
	// Limit is the number of rows that `show` fetches; negative means all.
	Limit int
	// InvocationID names the invocation in the ledger.
	InvocationID string
	// EventTime is the span of --event-time-start and --event-time-end, which
	// microbatch models are built for; nil: as each model's lookback says.
	EventTime *compiler.Interval
	// Now is the moment up to which microbatch models are built, and zero for
	// the start of the run. A retry takes that of the run it repeats.
	Now time.Time
	// Batches are, by unique id, the intervals to build of a node and no others,
	// in the order in which they are built. A node that is no microbatch model
	// is built once for each.
	Batches map[string][]compiler.Interval
	// Partial tells that models are built from a part of their rows (--empty,
	// --sample): the ledger does not take that for success.
	Partial bool
	// FillGaps builds the intervals of microbatch models, too, that the ledger
	// knows to be missing or failed.
	FillGaps bool
	// MaxActive limits how many batches of a node run side by side; 0: Threads.
	MaxActive int
	// Project holds the files of the project, for seeds.
	Project fs.FS
	// ProjectDir is the absolute path of Project on this machine, or "" where
	// it has none: then the warehouse reads no files of it.
	ProjectDir string
	// FastSeedSize is the size in bytes from which the warehouse's own reader
	// loads a seed's file, if it has one; 0 means that mdl decides.
	FastSeedSize int64
	// Write stores a file below the target directory, or is nil when nothing
	// is to be written. It is called by several goroutines at once.
	Write func(path string, data []byte) error
	// Retry says what becomes of transient errors; nil means DefaultRetry. A
	// node's own configuration wins over it.
	Retry *Retry
	// Sleep waits for a time or until the context ends; nil means that it does.
	Sleep func(ctx context.Context, d time.Duration) error
	// Clock answers the time; nil means time.Now.
	Clock func() time.Time
	// Statements asks for an event for each statement that is sent.
	Statements bool
	// Sink receives every event, in order and from one goroutine. It must not
	// block for long: nothing is started while it runs. Nil means nobody listens.
	Sink func(Event)
}
