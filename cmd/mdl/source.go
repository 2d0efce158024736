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

func freshnessCommand(flags []string) command {
	return command{
		use: "freshness", short: "Check how old the data of sources and models are", flags: with(flags, "output"),
		long: `Compares the age of the newest data of each source and model that has a freshness
with its limits, and writes freshness.json. What is older than error_after fails.
A model says so below config, with the keys that a source has: freshness with
warn_after, error_after and filter, and loaded_at_field or loaded_at_query.`,
		example: `  mdl freshness
  mdl freshness --resource-type model
  mdl freshness --select orders --output target/ages.json`,
		run: engineCommand(engine.CmdAllFreshness),
	}
}
