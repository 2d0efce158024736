package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"mdl/compiler"
	"mdl/compiler/diag"
	"mdl/engine"
)

func backfillCommand() command {
	return command{
		use: "backfill", short: "Build intervals of the past",
		flags: []string{"select", "exclude", "selector", "start-date", "end-date", "reprocess", "max-active", "dry-run", "run-backwards",
			"state", "defer", "favor-state", "defer-state"},
		long: `Builds the selected models for each interval of a range of time: microbatch
models batch by batch, and incremental models that read ds or
data_interval_start once for each day, or their batch_size. What the ledger
knows to be built is left as it is, unless --reprocess says otherwise.`,
		example: `  mdl backfill --select orders --start-date 2024-01-01 --end-date 2024-01-31
  mdl backfill -s orders --start-date 2024-01-01 --end-date 2024-01-31 --dry-run
  mdl backfill -s orders+ --start-date 2024-01-01 --end-date 2024-01-31 \
    --reprocess failed --max-active 2`,
		run: backfill,
	}
}

func backfill(ctx context.Context, a *app, _ []string) error {
	o, err := a.backfillOptions()
	if err != nil {
		return err
	}
	if len(a.opt.selected) == 0 && a.opt.selector == "" {
		return usagef("backfill needs --select: the models to build")
	}
	p, err := a.plan(engine.CmdRun)
	if err != nil {
		return err
	}
	nodes, err := p.byInterval()
	if err != nil {
		return err
	}
	list, err := engine.PlanBackfill(ctx, p.warehouse.adapter, p.manifest, nodes, o)
	if err != nil {
		p.warehouse.adapter.Close()
		return p.stopErr("E300", "", err)
	}
	if a.opt.dryRun {
		defer p.warehouse.adapter.Close()
		return p.tellBackfill(list)
	}
	opt := engine.Options{Batches: map[string][]compiler.Interval{}, MaxActive: a.opt.maxActive}
	steps := p.plan.Steps[:0:0]
	for _, s := range p.plan.Steps {
		for _, b := range list {
			if b.Node.ID == s.ID && len(b.Intervals) > 0 {
				opt.Batches[s.ID] = b.Intervals
			}
		}
		if opt.Batches[s.ID] != nil || s.Hidden {
			steps = append(steps, s)
		}
	}
	if len(opt.Batches) == 0 {
		defer p.warehouse.adapter.Close()
		return p.tellBackfill(list)
	}
	p.plan = p.plan.Only(steps)
	_, err = p.execute(ctx, opt)
	return err
}

// backfillOptions reads the flags of a backfill.
func (a *app) backfillOptions() (engine.BackfillOptions, error) {
	o := a.opt
	opt := engine.BackfillOptions{Now: a.sys.now(), Reprocess: engine.Reprocess(o.reprocess), Backwards: o.backwards}
	switch {
	case o.startDate == "" || o.endDate == "":
		return opt, usagef("backfill needs --start-date and --end-date")
	case o.maxActive < 0 || o.maxActive == 0 && o.given["max-active"]:
		return opt, usagef("--max-active must be 1 or more")
	}
	switch opt.Reprocess {
	case engine.ReprocessNone, engine.ReprocessFailed, engine.ReprocessAll:
	default:
		return opt, usagef("--reprocess cannot be %q: none, failed or all", o.reprocess)
	}
	var err error
	if opt.Start, err = moment("start-date", o.startDate); err != nil {
		return opt, err
	}
	last, err := moment("end-date", o.endDate)
	if err != nil {
		return opt, err
	}
	if last.Before(opt.Start) {
		return opt, usagef("--end-date %s is before --start-date %s", o.endDate, o.startDate)
	}
	// The interval that holds the end is the last one; a date is its whole day.
	opt.End = last.Add(time.Microsecond)
	if len(o.endDate) == len(time.DateOnly) {
		opt.End = last.AddDate(0, 0, 1)
	}
	return opt, nil
}

// byInterval are the planned nodes that can be built interval by interval; the
// others are a warning.
func (p *planned) byInterval() ([]*compiler.Node, error) {
	var nodes []*compiler.Node
	var left diag.List
	for _, s := range p.plan.Steps {
		switch n := s.Node(); {
		case engine.ByInterval(p.manifest, n):
			nodes = append(nodes, n)
		case !s.Hidden:
			left = append(left, engine.NotByInterval(n))
		}
	}
	return nodes, p.stop(left)
}

// tellBackfill lists what a backfill would build.
func (p *planned) tellBackfill(list []engine.Backfill) error {
	intervals := 0
	for _, b := range list {
		size := b.Node.BatchSize()
		for i, in := range b.Intervals {
			p.view.Data(fmt.Sprintf("%s  %s  %s", b.Node.Name, size.Label(in.Start), b.States[i]))
		}
		intervals += len(b.Intervals)
	}
	if intervals > 0 {
		return nil
	}
	names := make([]string, len(list))
	for i, b := range list {
		names[i] = b.Node.Name
	}
	if len(names) == 0 {
		p.view.NothingToDo()
		return nil
	}
	p.view.Infof("Nothing to do: every interval of %s from %s to %s is built, or failed; see --reprocess",
		strings.Join(names, ", "), p.opt.startDate, p.opt.endDate)
	return nil
}
