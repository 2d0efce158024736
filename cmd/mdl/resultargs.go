package main

import (
	"path/filepath"

	"mdl/compiler/jinja/value"
)

// unsaid are the arguments that dbt leaves out of run_results.json when they
// are false.
var unsaid = []string{"full_refresh", "fail_fast", "store_failures", "warn_error"}

// emptyCommands are the commands that have --empty.
var emptyCommands = map[string]bool{"build": true, "run": true, "compile": true, "show": true, "snapshot": true}

// resultArgs are the args of run_results.json: those of the invocation, and
// those that dbt has for this command alone.
func (s *session) resultArgs() *value.Dict {
	d := s.env.Args.Copy()
	for _, name := range unsaid {
		if v, ok := d.GetStr(name); ok && !value.Truth(v) {
			d.Delete(value.Str(name))
		}
	}
	if !emptyCommands[s.command] {
		d.Delete(value.Str("empty"))
	}
	d.SetStr("project_dir", value.Str(s.root))
	d.SetStr("profiles_dir", value.Str(filepath.Dir(s.profiles)))
	d.SetStr("log_path", value.Str(filepath.Join(s.root, "logs")))
	limits := value.NewDict()
	limits.SetStr("MAX_GROUPING_DEPTH", value.None)
	limits.SetStr("MAX_GROUPING_TOKENS", value.None)
	d.SetStr("sqlparse", limits)
	s.commandArgs(d)
	return d
}

// commandArgs adds the arguments of single commands.
func (s *session) commandArgs(d *value.Dict) {
	o := s.opt
	no := func(names ...string) {
		for _, name := range names {
			d.SetStr(name, value.False)
		}
	}
	switch s.command {
	case "build", "test", "clone":
		d.SetStr("resource_types", texts(o.resourceTypes))
		d.SetStr("exclude_resource_types", texts(o.excludeTypes))
	case "compile", "show":
		form := o.output
		if form == "" {
			form = "text"
		}
		d.SetStr("output", value.Str(form))
		d.SetStr("inject_ephemeral_ctes", value.True)
	case "generate":
		d.SetStr("compile", value.Bool(o.compile))
		d.SetStr("empty_catalog", value.Bool(o.emptyCatalog))
		no("static")
	}
	if s.sample != nil {
		d.SetStr("sample", s.sampleArg())
	}
	switch s.command {
	case "run-operation":
		args, _ := s.mapping("--args", o.macroArgs)
		d.SetStr("macro", value.Str(s.macro))
		if args.Len() > 0 {
			d.SetStr("args", args)
		}
	case "build":
		no("show", "export_saved_queries", "include_saved_query")
	case "seed":
		no("show")
	}
}
