package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"mdl/cmd/internal/view"
	"mdl/compiler"
	"mdl/compiler/diag"
	"mdl/compiler/project"
)

// version is what mdl version tells.
const version = "0.1.0"

// app is one invocation.
type app struct {
	sys     system
	opt     *options
	view    *view.View // nil until the flags are read
	command string
	id      string // of the invocation
	started time.Time
	compat  project.Compat
	// eventTime is that of --event-time-start and --event-time-end, or nil.
	eventTime *compiler.Interval
	log       *view.Log // of --log-path, or nil
	// warnings says which warnings are errors.
	warnings warnPolicy
	sample   *compiler.Interval // of --sample, or nil
	macro    string             // that run-operation calls
	again    *previous          // what retry does again, or nil
	held     *diag.List         // where diagnostics wait while debug makes a check; nil: they are told at once
	secrets  *secrets           // masked in all that is written
}

func newApp(sys system) *app {
	if sys.now == nil {
		sys.now = time.Now
	}
	a := &app{sys: sys, opt: defaults(), started: sys.now(), secrets: &secrets{}}
	a.secrets.add(environSecrets(sys.environ)...)
	a.sys.stdout, a.sys.stderr = maskingWriter{a, sys.stdout}, maskingWriter{a, sys.stderr}
	return a
}

// begin prepares a command: the flags are read.
func (a *app) begin(name string) error {
	a.command = name
	a.id = newUUID()
	o := a.opt
	level, ok := view.ParseLevel(o.logLevel)
	if !ok {
		return usagef("--log-level cannot be %q: %s", o.logLevel, strings.Join(view.LevelNames(), ", "))
	}
	if o.debug {
		level = view.Debug
	}
	if !slices.Contains([]string{"text", "json", "debug", "default"}, o.logFormat) {
		return usagef("--log-format cannot be %q: text or json", o.logFormat)
	}
	a.openView(level)
	if err := a.openLog(); err != nil {
		return err
	}
	if a.log != nil {
		a.openView(level)
	}
	if err := a.readWarnPolicy(); err != nil {
		return err
	}
	for _, line := range a.sys.badDotEnv { // the text may be secret
		a.view.Diagnostics(diag.List{{
			Severity: diag.Warning, Code: "W403", Summary: fmt.Sprintf("line %d of %s is no variable", line, dotEnvFile), Hint: "write NAME=value",
		}})
	}
	if a.compat, ok = project.ParseCompat(o.compat); !ok {
		return usagef("--compat cannot be %q: v1 or v2", o.compat)
	}
	if err := a.readEventTime(); err != nil {
		return err
	}
	return a.readSample()
}

// openView makes the view that the flags ask for.
func (a *app) openView(level view.Level) {
	o := a.opt
	_, plain := a.sys.env("NO_COLOR")
	color := o.useColors && (a.sys.terminal && !plain || o.given["use-colors"])
	a.view = view.New(view.Options{
		Out: a.sys.stdout, Err: a.sys.stderr, Color: color, JSON: o.logFormat == "json", Quiet: o.quiet,
		Level: level, Width: a.sys.width, Now: a.sys.now, InvocationID: a.id, Log: a.log,
	})
}

// stop tells diagnostics; it returns errStopped if there is an error among
// them.
func (a *app) stop(list diag.List) error {
	list = a.warnings.judge(a.compat.Judge(list))
	if a.held != nil {
		*a.held = append(*a.held, list...)
		if list.HasErrors() {
			return errStopped
		}
		return nil
	}
	errs, warnings := a.view.Diagnostics(list)
	if errs == 0 {
		return nil
	}
	a.view.Counts(errs, warnings)
	return errStopped
}

// hold runs a check and returns the diagnostics that it would have told.
func (a *app) hold(check func() error) (diag.List, error) {
	var held diag.List
	a.held = &held
	defer func() { a.held = nil }()
	return held, check()
}

// stopErr tells one error as a diagnostic of the environment.
func (a *app) stopErr(code, hint string, err error) error {
	var d *diag.Diagnostic
	if errors.As(err, &d) {
		return a.stop(diag.List{*d})
	}
	return a.stop(diag.List{diag.Diagnostic{Code: code, Summary: err.Error(), Hint: hint, Cause: err}})
}

// newUUID returns a random UUID (version 4).
func newUUID() string {
	var b [16]byte
	rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
