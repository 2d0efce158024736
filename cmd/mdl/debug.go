package main

import (
	"context"
	"fmt"
	"path/filepath"
	"runtime"

	"mdl/compiler/diag"
	"mdl/compiler/jinja/value"
	"mdl/engine"
)

func debugCommand() command {
	return command{
		use: "debug", short: "Check the project, the profile and the connection", flags: []string{"connection", "config-dir"},
		long:    "Tells which files are used and what the profile says (no secrets), and connects\nto the warehouse.",
		example: "  mdl debug\n  mdl debug --target prod",
		run:     checkSetup,
	}
}

func checkSetup(ctx context.Context, a *app, _ []string) error {
	a.view.Version(version)
	a.view.Infof("go version: %s", runtime.Version())
	a.view.Infof("platform: %s/%s", runtime.GOOS, runtime.GOARCH)
	s, err := a.open()
	if err != nil {
		return errAsFailed(err)
	}
	a.view.Infof("Using profiles.yml file at %s", s.profiles)
	a.view.Infof("Using dbt_project.yml file at %s", filepath.Join(s.root, "dbt_project.yml"))
	a.view.Infof("adapter type: %s", s.profile.Type)
	a.view.Infof("Connection:")
	for k, v := range s.warehouse.shown.All() {
		a.view.Infof("  %s: %s", value.ToStr(k), value.ToStr(v))
	}
	defer s.warehouse.adapter.Close()
	probe, err := engine.CheckConnection(ctx, s.warehouse.adapter, s.warehouse.database, s.sys.now)
	if err != nil {
		a.view.Infof("Connection test: [ERROR]")
		s.stop(diag.List{diag.FromError(err, "E300", s.profile.Span)})
		return errFailed
	}
	a.view.Infof("Connection test: [OK connection ok in %s]", fmt.Sprintf("%.2fs", probe.Elapsed.Seconds()))
	a.view.Infof("All checks passed!")
	return nil
}

// errAsFailed makes a failed check the exit code 1, as dbt's debug does.
func errAsFailed(err error) error {
	if err == errStopped {
		return errFailed
	}
	return err
}
