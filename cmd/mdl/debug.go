package main

import (
	"context"
	"fmt"
	"path/filepath"
	"runtime"

	"mdl/compiler/diag"
	"mdl/compiler/jinja/value"
	"mdl/compiler/project"
	"mdl/engine"
)

func debugCommand() command {
	return command{
		use: "debug", short: "Check the project, the profile and the connection", flags: []string{"connection", "config-dir"},
		long:    "Tells which files are used and what the profile says (no secrets), and connects\nto the warehouse.",
		example: "  mdl debug\n  mdl debug --target prod\n  mdl debug --connection",
		run:     checkSetup,
	}
}

// setup is what debug finds out. All checks are made, and what failed is told
// at the end, as dbt's debug does.
type setup struct {
	*app
	session *session // nil without a project
	failed  []failure
}

// failure is a check that failed: under a heading, what is wrong.
type failure struct {
	heading string
	diags   diag.List
}

func checkSetup(ctx context.Context, a *app, _ []string) error {
	a.view.Version(version)
	a.view.Infof("go version: %s", runtime.Version())
	a.view.Infof("platform: %s/%s", runtime.GOOS, runtime.GOARCH)
	c := &setup{app: a}
	if err := c.checkFiles(); err != nil {
		return err
	}
	if c.session != nil && c.session.warehouse != nil {
		defer c.session.warehouse.adapter.Close()
		c.checkConnection(ctx)
	} else {
		a.view.Infof("Connection test skipped since no profile was found")
	}
	return c.conclude()
}

// checkFiles reads the project and the profile, each even where the other
// cannot be read.
func (c *setup) checkFiles() error {
	var file *projectFile
	_, err := c.check("Project", func() (err error) {
		file, err = c.readConfig()
		return err
	})
	if file == nil {
		return err
	}
	s := &session{app: c.app, root: file.root, env: file.env, vars: file.vars}
	c.session = s
	profile, err := c.check("Profile", func() error { return s.openProfile(file.config) })
	if err != nil {
		return err
	}
	diags, err := c.check("Project", func() error {
		if s.warehouse == nil {
			return c.stop(file.diags)
		}
		return s.openConfig(file.config)
	})
	if err != nil {
		return err
	}
	c.tellFiles(profile, diags)
	return nil
}

// check makes one check of a file. Only a mistake on the command line is an
// error.
func (c *setup) check(what string, fn func() error) (diag.List, error) {
	diags, err := c.hold(fn)
	if diags.HasErrors() {
		c.failed = append(c.failed, failure{what + " loading failed for the following reason:", diags})
	}
	if err == errStopped {
		err = nil
	}
	return diags, err
}

func (c *setup) tellFiles(profile, config diag.List) {
	s := c.session
	if s.profiles != "" {
		c.view.Infof("Using profiles.yml file at %s", s.profiles)
	}
	c.view.Infof("Using dbt_project.yml file at %s", filepath.Join(s.root, project.ConfigFile))
	if s.profile != nil {
		c.view.Infof("adapter type: %s", s.profile.Type)
	}
	if c.opt.connection {
		c.view.Infof("Skipping steps before connection verification")
		return
	}
	c.view.Infof("Configuration:")
	c.view.Infof("  profiles.yml file [%s]", verdict(profile))
	c.view.Infof("  dbt_project.yml file [%s]", verdict(config))
}

func verdict(diags diag.List) string {
	if diags.HasErrors() {
		return "ERROR invalid"
	}
	return "OK found and valid"
}

// checkConnection tells what the profile says and connects.
func (c *setup) checkConnection(ctx context.Context) {
	w := c.session.warehouse
	c.view.Infof("Connection:")
	for k, v := range w.shown.All() {
		c.view.Infof("  %s: %s", value.ToStr(k), value.ToStr(v))
	}
	probe, err := engine.CheckConnection(ctx, w.adapter, w.database, c.sys.now)
	if err != nil {
		c.view.Infof("  Connection test: [ERROR]")
		c.failed = append(c.failed, failure{"The connection failed for the following reason:", diag.List{diag.FromError(err, "E300", c.session.profile.Span)}})
		return
	}
	c.view.Infof("  Connection test: [OK connection ok in %s]", fmt.Sprintf("%.2fs", probe.Elapsed.Seconds()))
}

// conclude tells what failed.
func (c *setup) conclude() error {
	if len(c.failed) == 0 {
		c.view.Infof("All checks passed!")
		return nil
	}
	plural := "s"
	if len(c.failed) == 1 {
		plural = ""
	}
	c.view.Infof("%d check%s failed:", len(c.failed), plural)
	for _, f := range c.failed {
		c.view.Infof("%s", f.heading)
		c.view.Diagnostics(f.diags)
	}
	return errFailed
}
