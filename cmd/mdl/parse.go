package main

import "context"

func parseCommand() command {
	return command{
		use: "parse", short: "Read the project and write manifest.json",
		long:    "Reads and checks the whole project and writes target/manifest.json. The\nwarehouse is not touched.",
		example: "  mdl parse\n  mdl parse --target prod --vars '{day: 2024-01-31}'",
		run: func(_ context.Context, a *app, _ []string) error {
			p, err := a.prepare()
			if err != nil {
				return err
			}
			return p.writeManifest(p.manifest, nil)
		},
	}
}
