package main

import "context"

func depsCommand() command {
	return command{
		use: "deps", short: "Install the packages of packages.yml", flags: []string{"upgrade", "lock"},
		long:    "Installs what packages.yml or dependencies.yml asks for: local directories, git\nrepositories, tarballs and packages of the hub.",
		example: "  mdl deps\n  mdl deps --upgrade",
		run: func(context.Context, *app, []string) error {
			return usagef("deps is not there yet")
		},
	}
}
