package main

import (
	"context"
	"io"
	"slices"

	"mdl/engine"
	"mdl/engine/artifact"
)

func docsCommand(flags []string) command {
	return command{
		use: "docs", short: "Describe the project and its relations",
		subs: []command{{
			use: "generate", short: "Write catalog.json, of what is in the warehouse", flags: with(flags, "compile", "empty-catalog", "static"),
			long: `Compiles the selected nodes and writes manifest.json, and catalog.json with the
columns, types and comments of their relations and of sources. Both are what
tools for documentation read; a website is not made.`,
			example: "  mdl docs generate\n  mdl docs generate --select marts\n  mdl docs generate --no-compile",
			run:     generateDocs,
		}},
	}
}

func generateDocs(ctx context.Context, a *app, _ []string) error {
	if a.opt.static {
		return usagef("--static is not there: mdl writes catalog.json and manifest.json, and no website")
	}
	if !a.opt.compile {
		p, err := a.prepare()
		if err != nil {
			return err
		}
		defer p.warehouse.adapter.Close()
		return p.writeCatalog(ctx, func(string) bool { return true })
	}
	p, err := a.plan(engine.CmdCompile)
	if err != nil {
		return err
	}
	defer p.warehouse.adapter.Close()
	if _, err := p.perform(ctx, engine.Options{}, func() {}); err != nil {
		return err
	}
	return p.writeCatalog(ctx, func(id string) bool {
		_, selected := slices.BinarySearch(p.runtime.Selected, id)
		return selected
	})
}

// writeCatalog writes catalog.json with the relations of those resources.
func (p *planned) writeCatalog(ctx context.Context, wanted func(id string) bool) error {
	var relations []engine.Documented
	if !p.opt.emptyCatalog {
		var err error
		if relations, err = engine.Document(ctx, p.patient(), p.manifest, wanted); err != nil {
			return p.stopErr("E300", "", err)
		}
	}
	return p.unwritable("catalog.json", p.writeTo("catalog.json", func(w io.Writer) error {
		return artifact.WriteCatalog(w, relations, p.about())
	}))
}
