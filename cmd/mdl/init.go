package main

import (
	"context"
	"embed"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

//go:embed all:starter
var starter embed.FS

func initCommand() command {
	return command{
		use: "init NAME", short: "Write a small project that builds", flags: []string{"skip-profile-setup"}, args: oneArg("init needs a name for the project"),
		long:    "Writes a new project with a seed, two models and tests into a directory, and a\nprofile for a DuckDB file in it.",
		example: "  mdl init shop\n  cd shop && mdl build",
		run:     initialize,
	}
}

var projectName = regexp.MustCompile(`^[a-z_][a-z0-9_]*$`)

func initialize(_ context.Context, a *app, args []string) error {
	name := args[0]
	if !projectName.MatchString(name) {
		return usagef("%q cannot be a project's name: lower-case letters, digits and _, and no digit first", name)
	}
	dir := a.abs(name)
	if _, err := os.Stat(dir); err == nil {
		return usagef("%s exists already", dir)
	}
	err := fs.WalkDir(starter, "starter", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		to := filepath.Join(dir, filepath.FromSlash(strings.TrimPrefix(strings.TrimPrefix(path, "starter"), "/")))
		if d.IsDir() {
			return os.MkdirAll(to, 0o777)
		}
		text, err := starter.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(to, []byte(strings.ReplaceAll(string(text), "starter_project", name)), 0o666)
	})
	if err != nil {
		return a.stopErr("E421", "", err)
	}
	a.view.Infof("Wrote the project %s. Build it with: cd %s && mdl build", name, name)
	return nil
}
