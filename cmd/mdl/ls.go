package main

import (
	"context"
	"slices"

	"mdl/engine/artifact"
)

var listForms = []string{"selector", "name", "path", "json"}

func lsCommand(flags []string) command {
	return command{
		use: "ls", aliases: []string{"list"}, short: "List what a selection holds", flags: flags,
		long: `Lists the selected resources, one a line. The warehouse is not touched, so that
a selection can be tried before it is run.`,
		example: `  mdl ls --select staging+
  mdl ls --resource-type model source --output name
  mdl ls --select tag:nightly --output path
  mdl ls --output json --output-keys name config.materialized depends_on`,
		run: list,
	}
}

func list(_ context.Context, a *app, _ []string) error {
	form := a.opt.output
	if form == "" {
		form = "selector"
	}
	if !slices.Contains(listForms, form) {
		return usagef("--output cannot be %q: selector, name, path or json", form)
	}
	s, err := a.open()
	if err != nil {
		return err
	}
	m, err := s.load()
	if err != nil {
		return err
	}
	if err := s.writeManifest(m, nil); err != nil {
		return err
	}
	ids, err := s.selected(m)
	if err != nil {
		return err
	}
	listed := 0
	for _, id := range ids {
		l, ok := artifact.List(m, id)
		if !ok || len(a.opt.resourceTypes) == 0 && hiddenByDefault(id) {
			continue
		}
		listed++
		text := map[string]string{"selector": l.Selector, "name": l.Name, "path": l.Path}[form]
		if form == "json" {
			if text, err = l.JSON(a.opt.outputKeys); err != nil {
				return err
			}
		}
		s.view.Data(text)
	}
	if listed == 0 {
		s.view.Warnf("no resource is selected")
	}
	return nil
}

// hiddenByDefault tells of what dbt lists only when it is asked by its type.
func hiddenByDefault(id string) bool {
	for _, kind := range []string{"analysis.", "operation.", "sql_operation."} {
		if len(id) > len(kind) && id[:len(kind)] == kind {
			return true
		}
	}
	return false
}
