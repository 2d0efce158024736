package engine

import (
	"context"
	"strings"
	"testing"

	"mdl/adapters"
	"mdl/compiler"
	"mdl/engine/internal/enginetest"
)

type renderer = enginetest.Renderer

var (
	node     = enginetest.Node
	with     = enginetest.With
	manifest = enginetest.Manifest
)

func ids(m *compiler.Manifest) []string { return m.Graph.IDs() }

// execute plans everything and runs it.
func execute(t *testing.T, ad adapters.Adapter, r Renderer, m *compiler.Manifest, cmd Command, opt Options) *Results {
	t.Helper()
	opt.Clock = enginetest.Ticking()
	res, err := Run(context.Background(), ad, r, m, NewPlan(m, cmd, ids(m), PlanOptions{StoreFailures: opt.StoreFailures}), opt)
	if err != nil {
		t.Fatalf("run: %v", err)
	}
	return res
}

// statuses renders results as "a=success b=skipped" in the order of their ids.
func statuses(res *Results) string {
	var list []string
	for _, r := range res.Results {
		name := r.ID[strings.LastIndexByte(r.ID, '.')+1:]
		list = append(list, name+"="+string(r.Status))
	}
	return strings.Join(list, " ")
}

func byName(t *testing.T, res *Results, name string) *Result {
	t.Helper()
	for _, r := range res.Results {
		if strings.HasSuffix(r.ID, "."+name) {
			return r
		}
	}
	t.Fatalf("no result of %s in %s", name, statuses(res))
	return nil
}
