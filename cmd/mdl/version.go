package main

import (
	"context"
	"runtime"

	"mdl/compiler/scope"
)

func versionCommand() command {
	return command{
		use: "version", short: "Tell the version",
		long:    "Tells the version of mdl and of the dbt whose language it speaks.",
		example: "  mdl version",
		run: func(_ context.Context, a *app, _ []string) error {
			a.view.Data("mdl " + version + " (dbt " + scope.DBTVersion + ", " + runtime.Version() + ", " + runtime.GOOS + "/" + runtime.GOARCH + ")")
			return nil
		},
	}
}
