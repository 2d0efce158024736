package main

import (
	"context"

	"github.com/spf13/cobra"

	"mdl/cmd/internal/view"
	"mdl/compiler/diag"
	"mdl/engine"
)

func operationCommand() command {
	return command{
		use: "run-operation MACRO", short: "Call a macro", flags: []string{"args"}, args: oneArg("run-operation needs the name of a macro"),
		long: "Calls a macro of the project or of a package with the arguments given. A\ntransaction that it leaves open is committed, or rolled back if it fails.",
		example: `  mdl run-operation grant_select --args '{role: reporter}'
  mdl run-operation dbt_utils.get_url_host --args '{field: url}'`,
		run: operate,
	}
}

func operate(ctx context.Context, a *app, args []string) error {
	kwargs, err := a.mapping("--args", a.opt.macroArgs)
	if err != nil {
		return err
	}
	p, err := a.prepare()
	if err != nil {
		return err
	}
	name := args[0]
	a.macro = name
	def, ok := p.manifest.Macros().Find("", name)
	if !ok {
		var names []string
		for _, m := range p.manifest.Macros().All() {
			names = append(names, m.Name, m.Package+"."+m.Name)
		}
		d := diag.Errorf("E241", diag.Span{}, "there is no macro %q in the project or its packages", name)
		return p.stop(diag.List{d.WithHint("%s", diag.DidYouMean(name, names))})
	}
	release, err := p.holdTarget(ctx)
	if err != nil {
		return err
	}
	defer release()
	defer p.warehouse.adapter.Close()
	collectGarbage(runningPercent)
	res, _ := engine.RunOperation(ctx, p.patient(), p.runtime, name, kwargs, engine.Options{
		Clock: p.sys.now, Judge: p.warnings.judge, Statements: p.view.Tells(view.Debug), Sink: p.view.Event,
	})
	res.ID = "macro." + def.Package + "." + def.Name
	results := &engine.Results{Results: []*engine.Result{res}, Started: p.started, Finished: p.sys.now()}
	if err := p.writeManifest(p.manifest, nil); err != nil {
		return err
	}
	if err := p.writeResults(results); err != nil {
		return err
	}
	if res.Status != engine.Success {
		if res.Diagnostic != nil {
			p.view.Diagnostics(diag.List{*res.Diagnostic})
		}
		return errFailed
	}
	return nil
}

// oneArg asks for exactly one argument, with words for none.
func oneArg(none string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) == 0:
			return usagef("%s; see mdl %s --help", none, cmd.Name())
		case len(args) > 1:
			return usagef("mdl %s takes no argument %q", cmd.Name(), args[1])
		}
		return nil
	}
}
