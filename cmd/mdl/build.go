package main

import (
	"context"
	"os"

	"mdl/cmd/internal/view"
	"mdl/compiler"
	"mdl/engine"
)

// shownSeedRows is the number of rows that --show shows of a seed.
const shownSeedRows = 10

// sampleRows is the number of failing rows that a failing test shows.
const sampleRows = 5

func runCommand(flags []string) command {
	return command{
		use: "run", short: "Build models", flags: flags,
		long: "Builds the selected models, in the order of their references.",
		example: `  mdl run                                  all models
  mdl run --select staging+                staging, and all that follows
  mdl run --select marts --full-refresh    incremental models anew
  mdl run --exclude tag:slow --threads 8`,
		run: engineCommand(engine.CmdRun),
	}
}

func buildCommand(flags []string) command {
	return command{
		use: "build", short: "Build and test everything, in order", flags: flags,
		long: `Loads seeds, builds models and snapshots and runs tests, in the order of their
references. What follows a failed node or test is skipped.`,
		example: `  mdl build
  mdl build --select +dim_customers        a model and all that it needs
  mdl build --select tag:nightly --fail-fast`,
		run: engineCommand(engine.CmdBuild),
	}
}

func testCommand(flags []string) command {
	return command{
		use: "test", short: "Run tests", flags: flags,
		long: `Runs the data tests and unit tests of the selected nodes. A failing test shows
how many rows fail, some of them, and where its SQL is; a failing unit test how
actual and expected rows differ. Unit tests need nothing that is built.`,
		example: `  mdl test --select marts                  the tests of models in marts
  mdl test --select test_type:unit         unit tests only
  mdl test --select not_null_orders_id     one test
  mdl test --store-failures                keep failing rows in tables`,
		run: engineCommand(engine.CmdTest),
	}
}

func seedCommand(flags []string) command {
	return command{
		use: "seed", short: "Load seeds", flags: flags,
		long: "Loads CSV files of the project into tables.",
		example: `  mdl seed
  mdl seed --select orders --full-refresh`,
		run: engineCommand(engine.CmdSeed),
	}
}

func snapshotCommand(flags []string) command {
	return command{
		use: "snapshot", short: "Record the history of changing rows", flags: flags,
		long: "Updates snapshots: tables that keep each version of a row with its times.",
		example: `  mdl snapshot
  mdl snapshot --select orders_history`,
		run: engineCommand(engine.CmdSnapshot),
	}
}

// engineCommand is a command that runs a plan.
func engineCommand(cmd engine.Command) func(context.Context, *app, []string) error {
	return func(ctx context.Context, a *app, _ []string) error {
		p, err := a.plan(cmd)
		if err != nil {
			return err
		}
		_, err = p.execute(ctx, engine.Options{Sample: sampleRows})
		return err
	}
}

// planned is a session with its manifest and the selection.
type planned struct {
	*session
	manifest *compiler.Manifest
	runtime  *compiler.Runtime
	plan     *engine.Plan
}

// prepare opens and loads the project.
func (a *app) prepare() (*planned, error) {
	a.view.Version(version)
	s, err := a.open()
	if err != nil {
		return nil, err
	}
	m, err := s.load()
	if err != nil {
		return nil, err
	}
	s.view.Found(m)
	return &planned{session: s, manifest: m, runtime: &compiler.Runtime{Manifest: m, Context: s.context}}, nil
}

// plan prepares what a command would do.
func (a *app) plan(cmd engine.Command) (*planned, error) {
	p, err := a.prepare()
	if err != nil {
		return nil, err
	}
	ids, err := p.chosen(p.manifest)
	if err != nil {
		return nil, err
	}
	p.runtime.Selected, p.runtime.Sample, p.runtime.BareSQL = ids, p.sample, cmd == engine.CmdCompile && !p.opt.injectCTEs
	if p.runtime.Defer, err = p.deferral(cmd == engine.CmdClone); err != nil {
		return nil, err
	}
	p.plan = engine.NewPlan(p.manifest, cmd, ids, engine.PlanOptions{StoreFailures: p.opt.storeFailures, FuseTests: p.opt.fuseTests})
	return p, nil
}

// execute runs the plan, writes the artifacts and is done with the warehouse: it
// is closed meanwhile, since that takes DuckDB as long after a large run.
func (p *planned) execute(ctx context.Context, opt engine.Options) (*engine.Results, error) {
	closed := make(chan struct{})
	closing := func() {
		p.warehouse.adapter.Close()
		close(closed)
	}
	defer func() { <-closed }()
	return p.perform(ctx, opt, func() { go closing() })
}

// perform runs the plan and writes the artifacts; ran is called between the two,
// or when there is nothing to write.
func (p *planned) perform(ctx context.Context, opt engine.Options, ran func()) (*engine.Results, error) {
	if len(p.plan.Steps) == 0 {
		p.view.NothingToDo()
	}
	release, err := p.holdTarget(ctx)
	if err != nil {
		ran()
		return nil, err
	}
	defer release()
	o := p.opt
	opt.Threads, opt.FailFast, opt.FullRefresh, opt.StoreFailures = p.threads, o.failFast, o.fullRefresh, o.storeFailures
	opt.WarnError, opt.SkipNodesIfOnRunStartFails = p.warnings.failsTests(), o.skipNodesIfStartFails
	opt.Judge, opt.CacheNothing, opt.CachePlanned = p.warnings.judge, !o.populateCache, o.cacheSelected
	if o.showSeeds {
		opt.SeedRows = shownSeedRows
	}
	opt.Statements = p.view.Tells(view.Debug)
	opt.Retry = &p.retry
	opt.Project, opt.Clock, opt.Sink, opt.Write = os.DirFS(p.root), p.sys.now, p.view.Event, p.write
	opt.InvocationID, opt.EventTime, opt.FillGaps = p.id, p.eventTime, o.fillGaps
	opt.ProjectDir = p.root
	if p.sample != nil {
		opt.EventTime = p.sample
	}
	if p.again != nil {
		opt.Batches, opt.Now = p.again.batches(), p.again.began
	}
	opt.Partial = o.empty || p.sample != nil
	if p.plan.Command == engine.CmdCompile || p.plan.Command == engine.CmdShow {
		opt.Sink = p.view.QuietEvent
	}
	if len(p.plan.Steps) > fewSteps {
		collectGarbage(runningPercent)
	}
	res, err := engine.Run(ctx, p.patient(), p.runtime, p.manifest, p.plan, opt)
	ran()
	if err != nil {
		return res, p.stopErr("E300", "", err)
	}
	if err := p.writeManifest(p.manifest, res); err != nil {
		return res, err
	}
	if err := p.writeResults(res); err != nil {
		return res, err
	}
	if err := p.showSeeds(res); err != nil {
		return res, err
	}
	if !res.OK() || res.Cancelled {
		return res, errFailed
	}
	return res, nil
}

// showSeeds shows the rows that --show asked for.
func (p *planned) showSeeds(res *engine.Results) error {
	for _, r := range res.Results {
		if r.Kind != compiler.Seed || r.Rows == nil || p.plan.Command == engine.CmdShow {
			continue
		}
		if err := p.view.Preview(r.Node.Schema+"."+r.Node.Alias, r.Rows, false); err != nil {
			return err
		}
	}
	return nil
}
