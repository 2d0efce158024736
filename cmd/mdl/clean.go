package main

import (
	"context"
	"os"
	"path/filepath"

	"mdl/compiler/diag"
	"mdl/compiler/project"
)

func cleanCommand() command {
	return command{
		use: "clean", short: "Delete the directories of clean-targets", flags: []string{"clean-project-files-only"},
		long:    "Deletes what clean-targets of dbt_project.yml lists: target and packages, unless\nit says otherwise. Nothing outside the project and none of its sources is deleted.",
		example: "  mdl clean",
		run:     clean,
	}
}

func clean(_ context.Context, a *app, _ []string) error {
	c, err := a.readConfig()
	if err != nil {
		return err
	}
	root, config := c.root, c.config
	var diags diag.List
	var dirs []string
	for _, dir := range config.CleanTargets {
		full, problem := cleanable(root, dir, config)
		if problem != "" {
			diags = append(diags, diag.Errorf("E208", diag.Span{File: config.File}, "clean will not delete %q: %s", dir, problem))
			continue
		}
		dirs = append(dirs, full)
	}
	if err := a.stop(diags); err != nil {
		return err
	}
	for _, dir := range dirs {
		if _, err := os.Lstat(dir); err != nil {
			continue
		}
		if l := filepath.Join(dir, filepath.FromSlash(runLock)); inUse(l) {
			return a.stop(diag.List{inUseError(shown(root, dir), l)})
		}
		if err := os.RemoveAll(dir); err != nil {
			return a.stopErr("E421", "", err)
		}
		a.view.Infof("Cleaned %s", shown(root, dir))
	}
	a.view.Infof("Finished cleaning all paths.")
	return nil
}

// cleanable returns the directory to delete, or why it must stay. Links are
// followed before it is decided what lies inside the project.
func cleanable(root, dir string, config *project.Config) (full, problem string) {
	full = dir
	if !filepath.IsAbs(dir) {
		full = filepath.Join(root, dir)
	}
	realRoot, err := filepath.EvalSymlinks(root)
	if err != nil {
		return "", err.Error()
	}
	parent, err := filepath.EvalSymlinks(filepath.Dir(full))
	if err != nil {
		// Its parent does not exist: there is nothing to delete.
		parent = filepath.Dir(full)
		realRoot = root
	}
	inside, err := filepath.Rel(realRoot, filepath.Join(parent, filepath.Base(full)))
	if err != nil || !filepath.IsLocal(inside) || inside == "." {
		return "", "it is not below the project"
	}
	for _, source := range append(config.ResourcePaths(), config.TestPaths...) {
		rel, err := filepath.Rel(inside, filepath.Clean(filepath.FromSlash(source)))
		if err == nil && filepath.IsLocal(rel) {
			return "", "it holds sources of the project (" + source + ")"
		}
	}
	return full, ""
}
