package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"mdl/compiler/diag"
	"mdl/compiler/project"
)

const profilesFile = "profiles.yml"

// abs returns a path of the command line as an absolute one.
func (a *app) abs(path string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(a.sys.dir, path)
}

// findProject returns the project's directory: --project-dir, or the nearest
// directory from here upwards that has a dbt_project.yml.
func (a *app) findProject() (string, error) {
	if given := a.opt.projectDir; given != "" {
		dir := a.abs(given)
		if isFile(filepath.Join(dir, project.ConfigFile)) {
			return dir, nil
		}
		hint := "--project-dir is the directory that has " + project.ConfigFile
		if info, err := os.Stat(dir); err != nil {
			hint = "the directory does not exist"
		} else if !info.IsDir() {
			hint = "it is a file; name the directory"
		}
		return "", a.noProject(dir, hint)
	}
	for dir := a.sys.dir; ; dir = filepath.Dir(dir) {
		if isFile(filepath.Join(dir, project.ConfigFile)) {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", a.noProject(a.sys.dir, "go to the directory that has "+project.ConfigFile+", name it with --project-dir, or write a new project with: mdl init NAME")
		}
	}
}

func (a *app) noProject(dir, hint string) error {
	return a.stop(diag.List{{
		Code: "E401", Summary: "not a project directory: " + dir + " has no " + project.ConfigFile, Hint: hint,
	}})
}

// findProfiles returns the path of profiles.yml: in --profiles-dir, here, in
// the project, or in ~/.dbt.
func (a *app) findProfiles(root string) (string, error) {
	if given := a.opt.profilesDir; given != "" {
		path := filepath.Join(a.abs(given), profilesFile)
		if isFile(path) {
			return path, nil
		}
		return "", a.stop(diag.List{{
			Code: "E402", Summary: "there is no " + profilesFile + " in " + a.abs(given),
			Hint: "--profiles-dir is the directory that holds it",
		}})
	}
	home := filepath.Join(a.sys.home, ".dbt")
	for _, dir := range []string{a.sys.dir, root, home} {
		if path := filepath.Join(dir, profilesFile); isFile(path) {
			return path, nil
		}
	}
	return "", a.stop(diag.List{{
		Code: "E402", Summary: "there is no " + profilesFile,
		Detail: "searched: " + root + ", " + home,
		Hint:   "write one beside " + project.ConfigFile + ", or name its directory with --profiles-dir",
	}})
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && !info.IsDir()
}

// readFile reads a file under a name for messages.
func (a *app) readFile(path, shown string) (*diag.File, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		var p *fs.PathError
		if errors.As(err, &p) {
			err = p.Err
		}
		return nil, a.stop(diag.List{{Code: "E403", Summary: "cannot read " + shown + ": " + err.Error(), Cause: err}})
	}
	return diag.NewFile(shown, string(text)), nil
}

// shown is a path as the user should see it: relative to the project where it
// lies below it.
func shown(root, path string) string {
	if rel, err := filepath.Rel(root, path); err == nil && filepath.IsLocal(rel) {
		return filepath.ToSlash(rel)
	}
	return path
}
