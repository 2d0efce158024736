package main

import "mdl/engine"

func sourceCommand(flags []string) command {
	return command{
		use: "source", short: "Check sources",
		subs: []command{{
			use: "freshness", short: "Check how old the data of sources are", flags: with(flags, "output"),
			long: `Compares the age of the newest data of each source that has a freshness with its
limits, and writes sources.json. A source beyond error_after fails.`,
			example: `  mdl source freshness
  mdl source freshness --select source:shop
  mdl source freshness --output target/ages.json`,
			run: engineCommand(engine.CmdFreshness),
		}},
	}
}
