package main

import (
	"context"

	"mdl/cmd/internal/deps"
	"mdl/compiler/project"
	"mdl/compiler/scope"
)

func depsCommand() command {
	return command{
		use: "deps", short: "Install the packages of packages.yml", flags: []string{"upgrade", "lock"},
		long: `Installs what packages.yml or dependencies.yml asks for: local directories, git
repositories, tarballs and packages of the hub. package-lock.yml keeps what was
chosen; while it fits, no network is used.`,
		example: "  mdl deps\n  mdl deps --upgrade\n  mdl deps --lock",
		run:     installPackages,
	}
}

func installPackages(ctx context.Context, a *app, _ []string) error {
	c, err := a.readConfig()
	if err != nil {
		return err
	}
	o := project.DependencyOptions{Globals: c.env.Base(scope.SecretFile, nil), Secret: a.sys.env}
	wanted, diags := readDependencies(c.root, o)
	if err := a.stop(diags); err != nil {
		return err
	}
	if wanted == nil {
		a.view.Warnf("there is no packages.yml and no dependencies.yml: nothing to install")
		return nil
	}
	hub, _ := a.sys.env("DBT_PACKAGE_HUB_URL")
	return a.stop(deps.Install(ctx, deps.Options{
		Dir: c.root, Config: c.config, Dependencies: wanted, Render: o, DBTVersion: scope.DBTVersion,
		Upgrade: a.opt.upgrade, LockOnly: a.opt.lock, HubURL: hub, Secrets: c.env.Secrets,
		Report: func(line string) { a.view.Infof("%s", line) },
	}))
}
