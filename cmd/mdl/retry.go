package main

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"mdl/compiler"
	"mdl/compiler/diag"
	"mdl/engine"
)

func retryCommand() command {
	return command{
		use: "retry", short: "Do again what failed or was skipped in the last run",
		flags: []string{"state", "full-refresh", "empty", "store-failures", "defer", "favor-state", "defer-state", "indirect-selection", "sample", "args"},
		long: `Repeats the last command for the nodes that failed or were skipped, with the flags
that it had. Which these are is read from run_results.json in the target
directory, or in that of --state. A flag that is given counts more than that of
the last run.`,
		example: `  mdl retry
  mdl retry --threads 1
  mdl retry --state last_night           what failed in an earlier run`,
		run: retry,
	}
}

// previous is a run that is done again, as its run_results.json tells.
type previous struct {
	command string // under dbt's name
	args    map[string]json.RawMessage
	results []previousResult
	// began is when it began; zero where that is not known.
	began time.Time
}

// previousResult is how a node ended in an earlier run.
type previousResult struct {
	ID      string `json:"unique_id"`
	Status  string `json:"status"`
	Batches *struct {
		Successful []span `json:"successful"`
		Failed     []span `json:"failed"`
	} `json:"batch_results"`
}

// span is the start and the end of a batch.
type span [2]time.Time

// retried are the commands that can be done again, by dbt's name.
var retried = []struct {
	name string
	run  func(context.Context, *app, []string) error
}{
	{"build", engineCommand(engine.CmdBuild)},
	{"clone", engineCommand(engine.CmdClone)},
	{"compile", compile},
	{"generate", generateDocs},
	{"run", engineCommand(engine.CmdRun)},
	{"run-operation", operate},
	{"seed", engineCommand(engine.CmdSeed)},
	{"snapshot", engineCommand(engine.CmdSnapshot)},
	{"test", engineCommand(engine.CmdTest)},
}

func retry(ctx context.Context, a *app, _ []string) error {
	p, err := a.readPrevious()
	if err != nil {
		return err
	}
	var names []string
	for _, r := range retried {
		names = append(names, r.name)
		if r.name != p.command {
			continue
		}
		if len(p.ids(a.opt.warnError)) == 0 {
			a.view.Infof("Nothing to retry: nothing failed or was skipped in the last `mdl %s`", spoken(p.command))
			return nil
		}
		if err := a.restore(p); err != nil {
			return err
		}
		return r.run(ctx, a, []string{p.text("macro")})
	}
	return usagef("mdl retry cannot repeat %q; it repeats %s", "mdl "+spoken(p.command), strings.Join(names, ", "))
}

// spoken is a command as it is typed.
func spoken(command string) string {
	if command == "generate" {
		return "docs generate"
	}
	return cmp.Or(command, "?")
}

// readPrevious reads the run_results.json of the run to do again.
func (a *app) readPrevious() (*previous, error) {
	c, err := a.readConfig()
	if err != nil {
		return nil, err
	}
	s := &session{app: a, root: c.root, config: c.config}
	path, text, bad := s.stateFile(cmp.Or(a.opt.state, s.targetPath()), resultsFile)
	if bad != nil {
		d := bad.WithHint("mdl retry repeats what failed in an earlier run: run something first, or name the directory of its artifacts with --state")
		return nil, a.stop(diag.List{d})
	}
	var file struct {
		Metadata struct {
			Began     time.Time `json:"invocation_started_at"`
			Generated time.Time `json:"generated_at"`
		} `json:"metadata"`
		Args    map[string]json.RawMessage `json:"args"`
		Results []previousResult           `json:"results"`
	}
	if err := json.Unmarshal(text, &file); err != nil {
		d := diag.Errorf("E442", diag.Span{}, "%s cannot be read as JSON: %v", shown(c.root, path), err)
		return nil, a.stop(diag.List{d})
	}
	p := &previous{args: file.Args, results: file.Results, began: file.Metadata.Began}
	if p.began.IsZero() {
		p.began = file.Metadata.Generated // of a version of dbt that does not tell more
	}
	p.command = p.text("which")
	return p, nil
}

// text is an argument of the earlier run that is a text; "" where there is none.
func (p *previous) text(name string) string {
	var s string
	_ = json.Unmarshal(p.args[name], &s) // of another type: none
	return s
}

// ids are the nodes to do again, sorted (dbt/task/retry.py). Hooks run with
// every command anyway.
func (p *previous) ids(warned bool) []string {
	again := []string{"error", "fail", "skipped", "runtime error", "partial success"}
	if warned {
		again = append(again, "warn")
	}
	var ids []string
	for _, r := range p.results {
		if slices.Contains(again, r.Status) && !strings.HasPrefix(r.ID, "operation.") {
			ids = append(ids, r.ID)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// left are the nodes to do again that the project still has.
func (p *previous) left(s *session, m *compiler.Manifest) ([]string, error) {
	known := map[string]bool{}
	for _, id := range m.Graph.IDs() {
		known[id] = true
	}
	var gone diag.List
	ids := slices.DeleteFunc(p.ids(s.opt.warnError), func(id string) bool {
		if !known[id] {
			gone = append(gone, diag.Warnf("W443", diag.Span{}, "%s failed in the last run, and the project has it no more", id))
		}
		return !known[id]
	})
	return ids, s.stop(gone)
}

// batches are the batches that failed of models of which others were built: they
// alone are done again. Where none was built, all are.
func (p *previous) batches() map[string][]compiler.Interval {
	failed := map[string][]compiler.Interval{}
	for _, r := range p.results {
		if r.Batches == nil || len(r.Batches.Successful) == 0 {
			continue
		}
		for _, b := range r.Batches.Failed {
			failed[r.ID] = append(failed[r.ID], compiler.Interval{Start: b[0].UTC(), End: b[1].UTC()})
		}
	}
	return failed
}

// restored are the flags that a retry takes from the earlier run.
var restored = []string{
	"profile", "target", "vars", "threads", "fail-fast", "warn-error-options", "write-json", "introspect", "full-refresh",
	"store-failures", "empty", "sample", "event-time-start", "event-time-end", "indirect-selection", "select", "exclude",
	"selector", "resource-type", "exclude-resource-type", "defer", "favor-state", "defer-state", "args", "compile", "empty-catalog",
}

// argNames are the arguments of run_results.json that are not named as their
// flag.
var argNames = map[string]string{"resource-type": "resource_types", "exclude-resource-type": "exclude_resource_types"}

// restore sets the flags of the earlier run that the command line does not set,
// and makes the command the earlier one.
func (a *app) restore(p *previous) error {
	a.opt.state = p.text("state") // that of this command line is where the results were
	for _, name := range restored {
		f := findFlag("--" + name)
		raw := p.args[cmp.Or(argNames[name], strings.ReplaceAll(name, "-", "_"))]
		if f == nil || f.bind == nil || a.opt.typed[name] || len(raw) == 0 || string(raw) == "null" || name == "warn-error-options" && saysNothing(raw) {
			continue
		}
		into := f.bind(a.opt)
		if text, ok := into.(*string); ok && raw[0] == '{' {
			*text = string(raw) // JSON is YAML
		} else if err := json.Unmarshal(raw, into); err != nil {
			return usagef("the run_results.json of the last run has %s for %s, which is no value of --%s", raw, name, name)
		}
		a.opt.given[name] = true
	}
	a.command, a.again = p.command, p
	if err := a.readWarnPolicy(); err != nil {
		return err
	}
	if err := a.readEventTime(); err != nil {
		return err
	}
	return a.readSample()
}

// saysNothing reports whether a mapping of lists has only empty ones.
func saysNothing(raw json.RawMessage) bool {
	var lists map[string][]string
	if json.Unmarshal(raw, &lists) != nil {
		return false
	}
	for _, list := range lists {
		if len(list) > 0 {
			return false
		}
	}
	return true
}
