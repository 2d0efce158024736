package main

import (
	"context"
	"slices"
	"strings"

	"mdl/cmd/internal/view"
	"mdl/compiler"
	"mdl/engine"
)

func showCommand(flags []string) command {
	return command{
		use: "show", short: "Show the first rows of a model or a query", flags: flags,
		long: "Compiles a node, or SQL that is given, and shows the first rows of its result.\nNothing is built.",
		example: `  mdl show -s dim_customers --limit 10
  mdl show --inline "select count(*) as n from {{ ref('stg_orders') }}"
  mdl show -s fct_orders --output json --quiet | jq '.show[0]'`,
		run: show,
	}
}

func compileCommand(flags []string) command {
	return command{
		use: "compile", short: "Render SQL without running it", flags: flags,
		long: "Renders the selected nodes into target/compiled. Nothing is built; templates may\nquery the warehouse.",
		example: `  mdl compile
  mdl compile -s dim_customers
  mdl compile --inline "select * from {{ ref('stg_orders') }}"`,
		run: compile,
	}
}

// asJSON reads --output of show and compile.
func (a *app) asJSON() (bool, error) {
	switch a.opt.output {
	case "", "text":
		return false, nil
	case "json":
		return true, nil
	}
	return false, usagef("--output cannot be %q: text or json", a.opt.output)
}

func show(ctx context.Context, a *app, _ []string) error {
	asJSON, err := a.asJSON()
	if err != nil {
		return err
	}
	if a.opt.inline != "" {
		return a.inline(ctx, a.opt.limit, asJSON)
	}
	if len(a.opt.selected) == 0 && a.opt.selector == "" {
		return usagef("show needs --select NAME or --inline SQL")
	}
	if !a.opt.given["indirect-selection"] {
		// The tests of a model are not shown with it.
		a.opt.indirect = "empty"
	}
	p, err := a.plan(engine.CmdShow)
	if err != nil {
		return err
	}
	res, err := p.execute(ctx, engine.Options{Limit: a.opt.limit})
	if err != nil {
		return err
	}
	for _, r := range a.meant(res) {
		if r.Rows == nil {
			continue
		}
		if err := p.view.Preview(r.Node.Name, r.Rows, asJSON); err != nil {
			return err
		}
	}
	return nil
}

func compile(ctx context.Context, a *app, _ []string) error {
	asJSON, err := a.asJSON()
	if err != nil {
		return err
	}
	if a.opt.inline != "" {
		return a.inline(ctx, 0, asJSON)
	}
	p, err := a.plan(engine.CmdCompile)
	if err != nil {
		return err
	}
	res, err := p.execute(ctx, engine.Options{})
	if err != nil || len(a.opt.selected) == 0 {
		return err
	}
	for _, r := range a.meant(res) {
		if r.Compiled == nil {
			continue
		}
		if err := p.view.Compiled(r.Node.Name, r.Compiled.SQL, asJSON); err != nil {
			return err
		}
	}
	return nil
}

// meant are the results that the selection names, or the only one there is:
// `-s a+` shows a, and not all that follows.
func (a *app) meant(res *engine.Results) []*engine.Result {
	var names []string
	for _, word := range a.opt.selected {
		for _, name := range strings.Fields(word) {
			names = append(names, strings.Trim(name, "+@0123456789"), name)
		}
	}
	var named, all []*engine.Result
	for _, r := range res.Results {
		if r.Node == nil || r.Kind == compiler.Operation {
			continue
		}
		all = append(all, r)
		if slices.Contains(names, r.Node.Name) {
			named = append(named, r)
		}
	}
	if len(named) == 0 && len(all) == 1 {
		return all
	}
	return named
}

// inline compiles SQL of the command line and shows it, or its rows.
func (a *app) inline(ctx context.Context, limit int, asJSON bool) error {
	p, err := a.prepare()
	if err != nil {
		return err
	}
	if err := p.writeManifest(p.manifest, nil); err != nil {
		return err
	}
	defer p.warehouse.adapter.Close()
	if p.runtime.Defer, err = p.deferral(false); err != nil {
		return err
	}
	compiled, rows, err := engine.Inline(ctx, p.patient(), p.runtime, p.manifest, a.opt.inline, engine.Options{
		Limit: limit, Statements: p.view.Tells(view.Debug), Sink: p.view.QuietEvent,
	})
	if err != nil {
		p.view.Fatal(err)
		return errFailed
	}
	if rows == nil {
		return p.view.Compiled("", compiled.SQL, asJSON)
	}
	return p.view.Preview("", rows, asJSON)
}
