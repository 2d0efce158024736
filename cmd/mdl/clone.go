package main

import "mdl/engine"

func cloneCommand() command {
	return command{
		use: "clone", short: "Make relations that show those of another state",
		flags: []string{"select", "exclude", "selector", "indirect-selection", "resource-type", "exclude-resource-type", "state",
			"defer", "favor-state", "defer-state", "full-refresh"},
		long: `Makes each selected model, seed and snapshot in the target as a clone of the
relation that the state of --state has: a copy that costs nothing where the
warehouse has such, and else a view. What exists already is left alone, unless
--full-refresh is given.`,
		example: `  mdl clone --state prod_artifacts
  mdl clone --state prod_artifacts --select marts --full-refresh`,
		run: engineCommand(engine.CmdClone),
	}
}
