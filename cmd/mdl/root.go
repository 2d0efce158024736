package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"mdl/cmd/internal/view"
	"mdl/compiler/diag"
)

// command is one command of mdl.
type command struct {
	use, short, long, example string
	aliases                   []string
	args                      cobra.PositionalArgs
	flags                     []string // names in others
	hidden                    bool
	// run does it; nil for a command that only has others below it.
	run  func(ctx context.Context, a *app, args []string) error
	subs []command
}

var selection = []string{"select", "exclude", "selector", "indirect-selection", "resource-type", "exclude-resource-type",
	"state", "defer", "favor-state", "defer-state", "event-time-start", "event-time-end"}

func with(list []string, more ...string) []string { return append(slices.Clone(list), more...) }

// commands are all commands in the order of the help.
func commands() []command {
	building := with(selection, "full-refresh", "empty", "store-failures", "export-saved-queries", "include-saved-query", "show")
	sampling := with(building, "sample")
	return []command{
		buildCommand(with(sampling, "fill-gaps", "fuse-tests")), runCommand(with(sampling, "fill-gaps")), testCommand(with(building, "fuse-tests")),
		seedCommand(building), snapshotCommand(building),
		compileCommand(with(sampling, "inline", "output")), showCommand(with(selection, "inline", "limit", "output", "full-refresh", "empty", "sample")),
		retryCommand(), cloneCommand(),
		lsCommand(with(selection, "output", "output-keys")), whyCommand(with(selection, "output")), parseCommand(), operationCommand(),
		docsCommand(selection), sourceCommand(selection), freshnessCommand(selection), backfillCommand(),
		debugCommand(), depsCommand(), cleanCommand(), initCommand(), versionCommand(),
	}
}

// errFailed says that the command ran and a node or a test failed, errStopped
// that it could not run; both have been told to the user.
var (
	errFailed  = errors.New("failed")
	errStopped = errors.New("stopped")
)

// run is one invocation; it returns the exit code.
func run(ctx context.Context, sys system) int {
	a := newApp(sys)
	root := rootCommand(a)
	root.SetArgs(expand(sys.args))
	err := root.ExecuteContext(ctx)
	switch {
	case err == nil && a.view != nil && a.view.Err() != nil:
		a.view.Fatal(fmt.Errorf("cannot write to standard output: %w", a.view.Err()))
	case err == nil:
		return exitOK
	case errors.Is(err, errFailed):
		return exitFailed
	case errors.Is(err, errStopped):
	case a.view == nil:
		// The flags could not be read.
		plain := view.New(view.Options{Out: a.sys.stdout, Err: a.sys.stderr})
		plain.Fatal(helpful(err))
	default:
		a.view.Fatal(helpful(err))
	}
	return exitUsage
}

func rootCommand(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:   "mdl",
		Short: "Builds dbt projects, with DuckDB inside",
		Long: `mdl builds a dbt project: models, tests, seeds and snapshots, in the order of
their references, in the warehouse of the profile. DuckDB is inside.`,
		Example: `  mdl init shop              write a small project that builds
  mdl build                  seeds, models, snapshots and tests, in order
  mdl run --select staging+  the models in staging and all that follow them
  mdl test --select marts    only the tests of the marts
  mdl ls --select +orders    what would be built for orders
  mdl show -s orders         the first rows of a model`,
		Version:       version,
		SilenceErrors: true, SilenceUsage: true,
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknownCommand(c, args[0])
			}
			return c.Help()
		},
		Args: cobra.ArbitraryArgs,
	}
	root.SetOut(a.sys.stdout)
	root.SetErr(a.sys.stderr)
	root.SetUsageTemplate(usageTemplate)
	root.SetVersionTemplate("mdl {{.Version}}\n")
	root.PersistentFlags().SortFlags = false
	register(root.PersistentFlags(), globals, a.opt)
	valueNames(root.PersistentFlags())
	root.SetHelpCommand(helpCommand(root))
	cobra.EnableCommandSorting = false
	for _, c := range commands() {
		root.AddCommand(cobraCommand(a, c))
	}
	return root
}

func cobraCommand(a *app, c command) *cobra.Command {
	name, _, _ := strings.Cut(c.use, " ")
	cc := &cobra.Command{
		Use: c.use, Short: c.short, Long: c.long, Example: c.example, Aliases: c.aliases, Args: c.args,
		DisableFlagsInUseLine: true, Hidden: c.hidden,
		RunE: func(cc *cobra.Command, args []string) error {
			if err := fromEnv(cc.Flags(), a.opt, a.sys.env); err != nil {
				return err
			}
			if err := a.begin(name); err != nil {
				return err
			}
			return c.run(cc.Context(), a, args)
		},
	}
	if cc.Args == nil {
		cc.Args = noArguments(slices.Contains(c.flags, "select"))
	}
	if c.run == nil {
		cc.Args = cobra.ArbitraryArgs
		cc.RunE = func(cc *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknownCommand(cc, args[0])
			}
			return cc.Help()
		}
	}
	for _, sub := range c.subs {
		cc.AddCommand(cobraCommand(a, sub))
	}
	cc.Flags().SortFlags = false
	var list []flag
	for _, f := range others {
		if slices.Contains(c.flags, f.name) {
			list = append(list, f)
		}
	}
	register(cc.Flags(), list, a.opt)
	valueNames(cc.Flags())
	return cc
}

// noArguments refuses arguments; where nodes can be selected, it says how.
func noArguments(selects bool) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		switch {
		case len(args) == 0:
			return nil
		case selects:
			return usagef("%s takes no argument %q; to choose nodes: --select %s", c.CommandPath(), args[0], args[0])
		}
		return usagef("%s takes no argument %q", c.CommandPath(), args[0])
	}
}

// named is a flag's value under the placeholder that the help shows.
type named struct {
	pflag.Value
	name string
}

// Type implements pflag.Value.
func (n named) Type() string { return n.name }

// valueNames puts the placeholders of values into the help.
func valueNames(fs *pflag.FlagSet) {
	fs.VisitAll(func(p *pflag.Flag) {
		f := findFlag("--" + p.Name)
		if f == nil || f.value == "" {
			return
		}
		p.Value = named{p.Value, f.value}
		if f.shape == words {
			p.DefValue = ""
		}
	})
}

func helpCommand(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use: "help [COMMAND]", Short: "Help about a command",
		RunE: func(_ *cobra.Command, args []string) error {
			c, rest, err := root.Find(args)
			if err != nil || c == root && len(rest) > 0 {
				return unknownCommand(root, args[0])
			}
			return c.Help()
		},
	}
}

// unknownCommand is the error of a misspelt command.
func unknownCommand(root *cobra.Command, name string) error {
	var names []string
	for _, c := range root.Commands() {
		names = append(append(names, c.Name()), c.Aliases...)
	}
	return usagef("unknown command %q%s", name, suggestion(diag.Suggest(name, names)))
}

func suggestion(name string) string {
	if name == "" {
		return "; see mdl --help"
	}
	return fmt.Sprintf("; did you mean %q?", name)
}

// helpful words an error of the flag parser, with a suggestion where there is
// one.
func helpful(err error) error {
	if missing := (*pflag.ValueRequiredError)(nil); errors.As(err, &missing) {
		return usagef("--%s needs a value", missing.GetFlag().Name)
	}
	if bad := (*pflag.InvalidValueError)(nil); errors.As(err, &bad) {
		return usagef("--%s cannot be %q", bad.GetFlag().Name, bad.GetValue())
	}
	if none := (*pflag.NotExistError)(nil); errors.As(err, &none) && none.GetSpecifiedShortnames() != "" {
		return usagef("unknown flag -%s; see mdl --help", none.GetSpecifiedName())
	}
	name, ok := strings.CutPrefix(err.Error(), "unknown flag: --")
	if !ok {
		return err
	}
	var names []string
	for _, list := range [][]flag{globals, others} {
		for _, f := range list {
			names = append(names, f.name)
		}
	}
	if slices.Contains(names, name) {
		return usagef("the flag --%s does not belong to this command; see mdl COMMAND --help", name)
	}
	near := diag.Suggest(name, names)
	if near != "" {
		near = "--" + near
	}
	return usagef("unknown flag --%s%s", name, suggestion(near))
}

const usageTemplate = `Usage:
  {{if .HasAvailableSubCommands}}{{.CommandPath}} COMMAND [flags]{{else}}{{.UseLine}} [flags]{{end}}{{if .HasExample}}

Examples:
{{.Example}}{{end}}{{if .HasAvailableSubCommands}}

Commands:{{range .Commands}}{{if .IsAvailableCommand}}
  {{rpad .Name 14}} {{.Short}}{{end}}{{end}}{{end}}{{if .HasAvailableLocalFlags}}

Flags:
{{.LocalFlags.FlagUsagesWrapped 80 | trimTrailingWhitespaces}}{{end}}{{if .HasAvailableInheritedFlags}}

Flags of every command:
{{.InheritedFlags.FlagUsagesWrapped 80 | trimTrailingWhitespaces}}{{end}}

Every flag is also an environment variable: --fail-fast is MDL_FAIL_FAST, and
DBT_FAIL_FAST where dbt has it.{{if .HasAvailableSubCommands}} "mdl COMMAND --help" tells more.{{end}}
`
