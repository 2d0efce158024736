package engine

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"time"

	"mdl/adapters"
	"mdl/compiler"
)

// hashName is a short text that stands for a long name.
func hashName(name string) string {
	sum := md5.Sum([]byte(name))
	return "_" + hex.EncodeToString(sum[:4])
}

// markLife is the age at which the shadow of a run is nobody's any more.
const markLife = 24 * time.Hour

// marked is the end of a shadow's name that tells when its run began.
var marked = regexp.MustCompile(shadowSuffix + `_([0-9a-z]+)_[0-9a-z]{4}$`)

// newMark tells the shadows of a run from those of another one at the same
// time. Where transactions hold all that a build does none is needed: what is
// not committed nobody sees.
func newMark(d *adapters.Dialect, now time.Time) string {
	if d.Transactions == adapters.Everything {
		return ""
	}
	return fmt.Sprintf("_%s_%s", strconv.FormatInt(now.Unix()/60, 36), strconv.FormatInt(36*36*36+rand.Int64N(35*36*36*36), 36))
}

// isLeft reports whether a relation's name is that of a shadow which nobody can
// be filling: where one process at a time writes into a database every one, and
// else one whose run began a day ago.
func (c *coordinator) isLeft(name string) bool {
	if c.dialect.SingleWriter {
		return strings.HasSuffix(name, shadowSuffix)
	}
	m := marked.FindStringSubmatch(name)
	if m == nil {
		return false
	}
	minutes, err := strconv.ParseInt(m[1], 36, 64)
	return err == nil && c.opt.Clock().Sub(time.Unix(60*minutes, 0)) > markLife
}

// dropLeftovers drops the shadows that a killed run has left in the schemas
// that the plan builds into. A relation that the project builds under such a
// name stays.
func (c *coordinator) dropLeftovers(ctx context.Context) error {
	var left []adapters.Relation
	for _, ns := range c.plan.Schemas {
		rels, _ := c.catalog.list(ns)
		for _, r := range rels {
			if c.isLeft(r.Name) {
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
