package main

import (
	"fmt"
	"strings"

	"github.com/spf13/pflag"

	"mdl/engine"
)

// options are what the flags, the environment and dbt_project.yml set.
type options struct {
	warnErrorOptions                                                 string
	projectDir, profilesDir, profile, target, targetPath, vars       string
	logFormat, logLevel, indirect, output, inline                    string
	compat, macroArgs, selector, state, deferState, sample           string
	eventTimeStart, eventTimeEnd                                     string
	startDate, endDate, reprocess                                    string
	maxActive                                                        int
	dryRun, backwards, fillGaps                                      bool
	threads, limit                                                   int
	selected, exclude                                                []string
	resourceTypes, excludeTypes, outputKeys                          []string
	fullRefresh, failFast, quiet, useColors, warnError               bool
	cacheSelected, populateCache, singleThreaded, injectCTEs         bool
	showSeeds                                                        bool
	sql                                                              string
	storeFailures, fuseTests, empty, writeJSON, deferred, favorState bool
	introspect, print, debug, upgrade, lock                          bool
	connection, skipNodesIfStartFails                                bool
	wait                                                             string
	retries                                                          int
	compile, emptyCatalog, static                                    bool

	logPath, logLevelFile, logFormatFile string
	logFileBytes                         int

	// given are the flags that the command line or the environment has set;
	// typed are those of the command line.
	given, typed map[string]bool
}

func defaults() *options {
	return &options{
		logLevelFile: "debug", logFormatFile: "debug", logFileBytes: 10 << 20,
		populateCache: true, injectCTEs: true,
		writeJSON: true, fuseTests: true, compile: true, introspect: true, print: true, useColors: true, limit: 5,
		reprocess: string(engine.ReprocessNone), logFormat: "text", logLevel: "info", given: map[string]bool{}, typed: map[string]bool{},
	}
}

// shape is how a flag is written.
type shape uint8

const (
	word   shape = iota // one word follows
	words               // all words up to the next flag
	toggle              // none; --no-name and --name=false turn it off
)

// flag is one flag. A flag without bind is dbt's, and has no effect here.
type flag struct {
	name, short, usage, value string
	shape                     shape
	bind                      func(*options) any
	// own keeps DBT_NAME from setting the flag: dbt does not read it either.
	own bool
	// oldEnv is a name under which dbt still reads the flag from the environment.
	oldEnv string
}

// globals are the flags of every command.
var globals = []flag{
	{name: "project-dir", value: "DIR", usage: "where dbt_project.yml is (default: here, or above)", bind: func(o *options) any { return &o.projectDir }},
	{name: "profiles-dir", value: "DIR", usage: "where profiles.yml is", bind: func(o *options) any { return &o.profilesDir }},
	{name: "profile", value: "NAME", usage: "profile to use instead of the project's", bind: func(o *options) any { return &o.profile }},
	{name: "target", short: "t", value: "NAME", usage: "target of the profile", bind: func(o *options) any { return &o.target }},
	{name: "target-path", value: "DIR", usage: "where artifacts are written", bind: func(o *options) any { return &o.targetPath }},
	{name: "vars", value: "YAML", usage: `variables, as in '{day: 2024-01-31}'`, bind: func(o *options) any { return &o.vars }, own: true},
	{name: "threads", value: "N", usage: "how many nodes run at the same time", bind: func(o *options) any { return &o.threads }, own: true},
	{name: "fail-fast", short: "x", shape: toggle, usage: "stop at the first failure", bind: func(o *options) any { return &o.failFast }},
	{name: "warn-error-options", value: "YAML", usage: "which warnings are errors: '{error: all, warn: [NAME], silence: [NAME]}'", bind: func(o *options) any { return &o.warnErrorOptions }},
	{name: "warn-error", shape: toggle, usage: "treat warnings as errors", bind: func(o *options) any { return &o.warnError }},
	{name: "compat", value: "VERSION", usage: "whose rules count where they differ: v1 (dbt-core 1.11) or v2 (dbt 2)", bind: func(o *options) any { return &o.compat }},
	{name: "quiet", short: "q", shape: toggle, usage: "write only errors and what was asked for", bind: func(o *options) any { return &o.quiet }},
	{name: "log-format", value: "FORMAT", usage: "text or json", bind: func(o *options) any { return &o.logFormat }},
	{name: "log-level", value: "LEVEL", usage: "debug, info, warn, error or none", bind: func(o *options) any { return &o.logLevel }},
	{name: "use-colors", shape: toggle, usage: "colours on a terminal", bind: func(o *options) any { return &o.useColors }},
	{name: "debug", short: "d", shape: toggle, usage: "the same as --log-level debug", bind: func(o *options) any { return &o.debug }},
	{name: "print", shape: toggle, usage: "write what print() says", bind: func(o *options) any { return &o.print }},
	{name: "write-json", shape: toggle, usage: "write manifest.json and run_results.json", bind: func(o *options) any { return &o.writeJSON }},
	{name: "wait", value: "TIME", usage: "how long to wait for another mdl, or for a database that another process has open: 30, 10m, 0 (default: lock_timeout of the profile, or 10s)", bind: func(o *options) any { return &o.wait }},
	{name: "retries", value: "N", usage: "how often a node is tried again after an error that may pass (default: retry of the profile; 4, for conflicts)", bind: func(o *options) any { return &o.retries }},
	{name: "introspect", shape: toggle, usage: "let templates query the warehouse", bind: func(o *options) any { return &o.introspect }},

	{name: "cache-selected-only", shape: toggle, usage: "read only the schemas of what is selected from the catalog", bind: func(o *options) any { return &o.cacheSelected }},
	{name: "populate-cache", shape: toggle, usage: "read the catalog at the start of a run", bind: func(o *options) any { return &o.populateCache }},
	{name: "partial-parse", shape: toggle}, {name: "partial-parse-file-diff", shape: toggle}, {name: "partial-parse-file-path"},
	{name: "static-parser", shape: toggle}, {name: "use-experimental-parser", shape: toggle}, {name: "version-check", shape: toggle},
	{name: "send-anonymous-usage-stats", shape: toggle}, {name: "show-all-deprecations", shape: toggle},
	{name: "log-path", value: "DIR", usage: "keep a log of all messages in this directory", bind: func(o *options) any { return &o.logPath }},
	{name: "log-level-file", value: "LEVEL", usage: "lowest level of the log file", bind: func(o *options) any { return &o.logLevelFile }},
	{name: "log-format-file", value: "FORMAT", usage: "text or json, of the log file", bind: func(o *options) any { return &o.logFormatFile }},
	{name: "log-file-max-bytes", value: "N", usage: "size at which the log file is put aside", bind: func(o *options) any { return &o.logFileBytes }},
	{name: "log-cache-events", shape: toggle}, {name: "use-colors-file", shape: toggle}, {name: "printer-width"},
	{name: "macro-debugging", shape: toggle}, {name: "single-threaded", shape: toggle, bind: func(o *options) any { return &o.singleThreaded }}, {name: "use-fast-test-edges", shape: toggle},
	{name: "record-timing-info", short: "r"}, {name: "inject-ephemeral-ctes", shape: toggle, bind: func(o *options) any { return &o.injectCTEs }},
	{name: "show-resource-report", shape: toggle}, {name: "upload-to-artifacts-ingest-api", shape: toggle},
}

// others are the flags of some commands.
var others = []flag{
	{name: "select", short: "s", value: "NODES", shape: words, usage: "what to work on: names, tag:x, path, +parents ...", bind: func(o *options) any { return &o.selected }, own: true},
	{name: "exclude", value: "NODES", shape: words, usage: "what to leave out", bind: func(o *options) any { return &o.exclude }, own: true},
	{name: "selector", value: "NAME", usage: "a selection of selectors.yml", bind: func(o *options) any { return &o.selector }, own: true},
	{name: "indirect-selection", value: "MODE", usage: "eager, cautious, buildable or empty", bind: func(o *options) any { return &o.indirect }},
	{name: "resource-type", value: "TYPES", shape: words, usage: "only these types: model, test, source ...", bind: func(o *options) any { return &o.resourceTypes }},
	{name: "exclude-resource-type", value: "TYPES", shape: words, usage: "none of these types", bind: func(o *options) any { return &o.excludeTypes }},
	{name: "full-refresh", short: "f", shape: toggle, usage: "build incremental models and seeds anew", bind: func(o *options) any { return &o.fullRefresh }},
	{name: "store-failures", shape: toggle, usage: "keep the rows that fail a test in a table", bind: func(o *options) any { return &o.storeFailures }},
	{name: "fuse-tests", shape: toggle, usage: "answer all column tests of a relation by one statement", bind: func(o *options) any { return &o.fuseTests }, own: true},
	{name: "empty", shape: toggle, usage: "read no rows from refs and sources", bind: func(o *options) any { return &o.empty }},
	{name: "output", short: "o", value: "FORM", usage: "the form of the output", bind: func(o *options) any { return &o.output }, own: true},
	{name: "output-keys", value: "KEYS", shape: words, usage: "keys of --output json", bind: func(o *options) any { return &o.outputKeys }, own: true},
	{name: "inline", value: "SQL", usage: "SQL instead of a node", bind: func(o *options) any { return &o.inline }, own: true},
	{name: "limit", value: "N", usage: "number of rows; -1 is all", bind: func(o *options) any { return &o.limit }, own: true},
	{name: "args", value: "YAML", usage: `arguments, as in '{name: x}'`, bind: func(o *options) any { return &o.macroArgs }, own: true},
	{name: "upgrade", shape: toggle, usage: "look for newer versions", bind: func(o *options) any { return &o.upgrade }, own: true},
	{name: "lock", shape: toggle, usage: "write the lock file only", bind: func(o *options) any { return &o.lock }, own: true},

	{name: "compile", shape: toggle, usage: "compile the nodes first", bind: func(o *options) any { return &o.compile }, own: true},
	{name: "empty-catalog", shape: toggle, usage: "write a catalog without relations", bind: func(o *options) any { return &o.emptyCatalog }, own: true},
	{name: "static", shape: toggle, bind: func(o *options) any { return &o.static }, own: true},
	{name: "connection", shape: toggle, usage: "test the connection only", bind: func(o *options) any { return &o.connection }, own: true},

	{name: "state", value: "DIR", oldEnv: "DBT_ARTIFACT_STATE_PATH", usage: "the artifacts of an earlier run, to compare with and to defer to", bind: func(o *options) any { return &o.state }},
	{name: "defer", shape: toggle, oldEnv: "DBT_DEFER_TO_STATE", usage: "let refs lead to the earlier run's relations where the target has none", bind: func(o *options) any { return &o.deferred }},
	{name: "favor-state", shape: toggle, oldEnv: "DBT_FAVOR_STATE_MODE", usage: "with --defer: for all that is not selected", bind: func(o *options) any { return &o.favorState }},
	{name: "defer-state", value: "DIR", usage: "the artifacts to defer to, if not those of --state", bind: func(o *options) any { return &o.deferState }},
	{name: "sample", value: "WINDOW", usage: "read only rows of a window of event_time: '3 days', or '{start: 2024-01-01, end: 2024-02-01}'", bind: func(o *options) any { return &o.sample }},
	{name: "fill-gaps", shape: toggle, usage: "build the intervals of microbatch models, too, that the ledger knows to be missing", bind: func(o *options) any { return &o.fillGaps }, own: true},
	{name: "start-date", value: "DATE", usage: "the first interval is the one that holds it, in UTC", bind: func(o *options) any { return &o.startDate }, own: true},
	{name: "end-date", value: "DATE", usage: "the last interval is the one that holds it, or the end of the day", bind: func(o *options) any { return &o.endDate }, own: true},
	{name: "reprocess", value: "WHAT", usage: "what to build beside intervals that are missing: none, failed or all", bind: func(o *options) any { return &o.reprocess }, own: true},
	{name: "max-active", value: "N", usage: "how many intervals of a model run side by side (default: --threads)", bind: func(o *options) any { return &o.maxActive }, own: true},
	{name: "dry-run", shape: toggle, usage: "list the intervals, and build none", bind: func(o *options) any { return &o.dryRun }, own: true},
	{name: "run-backwards", shape: toggle, usage: "the newest interval first", bind: func(o *options) any { return &o.backwards }, own: true},
	{name: "event-time-start", value: "TIME", usage: "the first moment that microbatch models are built for, in UTC", bind: func(o *options) any { return &o.eventTimeStart }},
	{name: "event-time-end", value: "TIME", usage: "the moment before which they end", bind: func(o *options) any { return &o.eventTimeEnd }},
	{name: "show", shape: toggle, usage: "show some rows of the seeds that were loaded", bind: func(o *options) any { return &o.showSeeds }, own: true},
	{name: "sql", value: "SQL", usage: "SQL to run instead of a macro", bind: func(o *options) any { return &o.sql }, own: true},
	{name: "export-saved-queries", shape: toggle}, {name: "include-saved-query", shape: toggle},
	{name: "config-dir", shape: toggle},
	{name: "skip-profile-setup", shape: toggle}, {name: "clean-project-files-only", shape: toggle},
}

// spellings are other names of flags.
var spellings = map[string]string{
	"--models": "--select", "--model": "--select", "-m": "--select",
	"--resource-types": "--resource-type", "--exclude-resource-types": "--exclude-resource-type",
}

// findFlag returns the flag that a word such as "--select" or "-s" names.
func findFlag(token string) *flag {
	for _, list := range [][]flag{globals, others} {
		for i := range list {
			if f := &list[i]; token == "--"+f.name || f.short != "" && token == "-"+f.short {
				return f
			}
		}
	}
	return nil
}

// expand writes a command line as the flag parser wants it: what dbt allows
// beyond it is `--select a b`, `--no-name`, and some other names of flags.
func expand(args []string) []string {
	var out []string
	for i := 0; i < len(args); i++ {
		if args[i] == "--" {
			return append(out, args[i:]...)
		}
		token, val, hasVal := strings.Cut(args[i], "=")
		if s, ok := spellings[token]; ok {
			token = s
		}
		if off, ok := strings.CutPrefix(token, "--no-"); ok && !hasVal {
			if f := findFlag("--" + off); f != nil && f.shape == toggle {
				out = append(out, "--"+off+"=false")
				continue
			}
		}
		f := findFlag(token)
		switch {
		case f == nil:
			out = append(out, args[i])
		case hasVal:
			out = append(out, token+"="+val)
		case f.shape == toggle:
			out = append(out, token)
		case i+1 == len(args):
			out = append(out, token)
		default:
			i++
			out = append(out, token, args[i])
		}
		if f != nil && f.shape == words {
			for i+1 < len(args) && !strings.HasPrefix(args[i+1], "-") {
				i++
				out = append(out, "--"+f.name, args[i])
			}
		}
	}
	return out
}

// register adds flags to a set.
func register(fs *pflag.FlagSet, list []flag, o *options) {
	for i := range list {
		f := &list[i]
		switch p := target(f, o).(type) {
		case *bool:
			fs.BoolVarP(p, f.name, f.short, *p, f.usage)
		case *int:
			fs.IntVarP(p, f.name, f.short, *p, f.usage)
		case *string:
			fs.StringVarP(p, f.name, f.short, *p, f.usage)
		case *[]string:
			fs.StringArrayVarP(p, f.name, f.short, nil, f.usage)
		}
		fs.Lookup(f.name).Hidden = f.usage == ""
	}
}

// target is the variable that a flag sets.
func target(f *flag, o *options) any {
	switch {
	case f.bind != nil:
		return f.bind(o)
	case f.shape == toggle:
		return new(bool)
	}
	return new(string)
}

// fromEnv sets the flags that the command line did not: --fail-fast is also
// MDL_FAIL_FAST and, where dbt has it, DBT_FAIL_FAST.
func fromEnv(fs *pflag.FlagSet, o *options, env func(string) (string, bool)) error {
	var failed error
	fs.VisitAll(func(p *pflag.Flag) {
		f := findFlag("--" + p.Name)
		if f == nil || f.bind == nil || failed != nil {
			return
		}
		if p.Changed {
			o.given[p.Name], o.typed[p.Name] = true, true
			return
		}
		name := strings.ToUpper(strings.ReplaceAll(p.Name, "-", "_"))
		variables := []string{"MDL_" + name}
		if !f.own {
			variables = append(variables, "DBT_"+name)
		}
		if f.oldEnv != "" {
			variables = append(variables, f.oldEnv)
		}
		for _, variable := range variables {
			text, ok := env(variable)
			if !ok || text == "" {
				continue
			}
			o.given[p.Name] = true
			values := []string{text}
			if f.shape == words {
				values = strings.Fields(text)
			}
			for _, v := range values {
				if err := p.Value.Set(truth(f, v)); err != nil {
					failed = usagef("%s: %q is not a value of --%s", variable, v, p.Name)
				}
			}
			return
		}
	})
	return failed
}

// truth spells a truth value of the environment as the flag parser does.
func truth(f *flag, text string) string {
	if f.shape != toggle {
		return text
	}
	switch strings.ToLower(text) {
	case "yes", "on", "y":
		return "true"
	case "no", "off", "n":
		return "false"
	}
	return strings.ToLower(text)
}

// usageError is a mistake on the command line.
type usageError struct{ msg string }

func (e *usageError) Error() string { return e.msg }

func usagef(format string, args ...any) error {
	return &usageError{fmt.Sprintf(format, args...)}
}
