package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"mdl/compiler/diag"
	"mdl/compiler/project"
	"mdl/compiler/scope"
	"mdl/compiler/yaml"
)

// varsFile are the variables of vars.yml, which dbt_project.yml is rendered
// with; a variable of --vars wins.
type varsFile struct {
	node *yaml.Node // nil without a vars.yml
	env  *scope.Env // for dbt_project.yml
}

func (a *app) readVars(root string, f scope.Facts, env *scope.Env) (varsFile, error) {
	text, err := os.ReadFile(filepath.Join(root, project.VarsFile))
	if errors.Is(err, fs.ErrNotExist) {
		return varsFile{env: env}, nil
	}
	if err != nil {
		return varsFile{}, a.stopErr("E402", "make the file readable", err)
	}
	node, diags := project.ParseVars(diag.NewFile(project.VarsFile, string(text)))
	if err := a.stop(diags); err != nil || node == nil {
		return varsFile{env: env}, err
	}
	vars := node.ToDict()
	vars.Update(f.Vars)
	f.Vars = vars
	return varsFile{node, scope.NewEnv(f)}, nil
}
