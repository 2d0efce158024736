package engine

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"strings"

	"mdl/adapters"
	"mdl/compiler"
)

// hashName is a short text that stands for a long name.
func hashName(name string) string {
	sum := md5.Sum([]byte(name))
	return "_" + hex.EncodeToString(sum[:4])
}

// dropLeftovers drops the shadows that a killed run has left in the schemas
// that the plan builds into. Only where one process at a time writes into a
// database can nobody else be filling them. A relation that the project builds
// under such a name stays.
func (c *coordinator) dropLeftovers(ctx context.Context) error {
	if !c.dialect.SingleWriter {
		return nil
	}
	var left []adapters.Relation
	for _, ns := range c.plan.Schemas {
		rels, _ := c.catalog.list(ns)
		for _, r := range rels {
			if strings.HasSuffix(r.Name, shadowSuffix) {
				left = append(left, r)
			}
		}
	}
	if len(left) == 0 {
		return nil
	}
	built := map[adapters.Relation]bool{}
	for n := range c.manifest.AllNodes() {
		if n.Kind == compiler.Model || n.Kind == compiler.Seed || n.Kind == compiler.Snapshot {
			built[c.dialect.Key(n.Relation())] = true
		}
	}
	for _, r := range left {
		if built[c.dialect.Key(r)] {
			continue
		}
		if err := c.main.Drop(ctx, r); err != nil {
			return err
		}
	}
	return nil
}
