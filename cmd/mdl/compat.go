package main

import (
	"slices"
	"strings"

	"mdl/compiler/diag"
	"mdl/compiler/project"
)

// oldSelect are the spellings of --select that dbt 2 has dropped.
var oldSelect = []string{"--models", "--model", "-m"}

// projectCompat takes the version from the flags of dbt_project.yml where the
// command line and the environment do not say, and refuses what the version
// does not have.
func (a *app) projectCompat(config *project.Config) error {
	if node := config.Flags.Get("compat"); node != nil && a.opt.compat == "" {
		text, _ := node.Str()
		compat, ok := project.ParseCompat(text)
		if !ok {
			return a.stop(diag.List{diag.Errorf("E211", node.Span, "the flag compat must be v1 or v2, not %q", text)})
		}
		a.compat = compat
	}
	if a.compat == project.V1 {
		return nil
	}
	for _, arg := range a.sys.args {
		if name, _, _ := strings.Cut(arg, "="); slices.Contains(oldSelect, name) {
			return usagef("%s is gone in dbt 2: write --select", name)
		}
	}
	return nil
}
