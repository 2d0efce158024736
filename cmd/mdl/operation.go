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
		use: "run-operation MACRO", short: "Call a macro", flags: []string{"args", "sql", "state", "defer", "favor-state", "defer-state"}, args: operationArg,
		long: "Calls a macro of the project or of a package with the arguments given. A\ntransaction that it leaves open is committed, or rolled back if it fails.",
		example: `  mdl run-operation grant_select --args '{role: reporter}'
  mdl run-operation dbt_utils.get_url_host --args '{field: url}'
  mdl run-operation --sql "analyze {{ ref('orders') }}"`,
		run: operate,
	}
}

// operationArg asks for the name of a macro, where there is no --sql.
func operationArg(cmd *cobra.Command, args []string) error {
	sql := cmd.Flags().Changed("sql")
	switch {
	case sql && len(args) > 0:
		return usagef("run-operation takes the name of a macro or --sql, not both")
	case sql && cmd.Flags().Changed("args"):
		return usagef("--args are for a macro: --sql takes none")
	case sql:
		return nil
	}
	return oneArg("run-operation needs the name of a macro, or --sql")(cmd, args)
}

// deed is what run-operation is to do; id names it in artifacts.
type deed struct {
	id string
	do func(context.Context, engine.Options) *engine.Result
}

// macroDeed calls a macro.
func (p *planned) macroDeed(name string) (deed, error) {
	kwargs, err := p.mapping("--args", p.opt.macroArgs)
	if err != nil {
		return deed{}, err
	}
	def, ok := p.manifest.Macros().Find("", name)
	if !ok {
		var names []string
		for _, m := range p.manifest.Macros().All() {
			names = append(names, m.Name, m.Package+"."+m.Name)
		}
		d := diag.Errorf("E241", diag.Span{}, "there is no macro %q in the project or its packages", name)
		return deed{}, p.stop(diag.List{d.WithHint("%s", diag.DidYouMean(name, names))})
	}
	return deed{"macro." + def.Package + "." + def.Name, func(ctx context.Context, opt engine.Options) *engine.Result {
		res, _ := engine.RunOperation(ctx, p.patient(), p.runtime, name, kwargs, opt)
		return res
	}}, nil
}

// sqlDeed runs SQL.
func (p *planned) sqlDeed(sql string) deed {
	return deed{"sql_operation." + p.manifest.ProjectName + ".inline_query", func(ctx context.Context, opt engine.Options) *engine.Result {
		return engine.RunSQL(ctx, p.patient(), p.runtime, sql, opt)
	}}
}

func operate(ctx context.Context, a *app, args []string) error {
	p, err := a.prepare()
	if err != nil {
		return err
	}
	var what deed
	if a.opt.sql != "" {
		what = p.sqlDeed(a.opt.sql)
	} else {
		a.macro = args[0]
		if what, err = p.macroDeed(args[0]); err != nil {
			return err
		}
	}
	if p.runtime.Defer, err = p.deferral(false); err != nil {
		return err
	}
	release, err := p.holdTarget(ctx)
	if err != nil {
		return err
	}
	defer release()
	defer p.warehouse.adapter.Close()
	collectGarbage(runningPercent)
	res := what.do(ctx, engine.Options{
		Clock: p.sys.now, Judge: p.warnings.judge, Statements: p.view.Tells(view.Debug), Sink: p.view.Event,
	})
	res.ID = what.id
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
