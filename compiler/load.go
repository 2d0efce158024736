package compiler

import (
	"fmt"
	"io/fs"

	"mdl/compiler/diag"
	"mdl/compiler/project"
)

// LoadOptions are what Load needs beside the files.
type LoadOptions struct {
	project.Options
	// Cache is what an earlier Load has left; what is of no use is ignored.
	Cache []byte
	// Build tells programs apart: the cache of another one is of no use.
	Build string
	// Now is the time in nanoseconds since 1970.
	Now int64
}

// Loaded is a project whose names are bound.
type Loaded struct {
	// Manifest is never nil; on errors it is partial.
	Manifest *Manifest
	Diags    diag.List
	// Cache is what is to be kept for the next Load; nil where that has
	// nothing to learn.
	Cache []byte
	// Reread are the ids of the nodes that were not taken from the cache;
	// everything was when Full.
	Reread []string
	Full   bool
	// Why tells why everything was read.
	Why string
}

// generation names a load that has read everything.
func generation(c *Context, now int64) string { return fmt.Sprintf("%s %x", c.Env.InvocationID, now) }

// Load reads and binds a project: all of it, or where a cache knows the rest,
// what has changed since.
//
// A cache is taken when every file and directory is as it was, and every
// variable, environment variable and field of the target that a file read
// still answers the same. Where only the texts of models, analyses, snapshots
// and singular tests differ, and what others know of them stays (their names,
// relations, groups ...), these alone are read again. In all other cases
// everything is.
func Load(root fs.FS, c *Context, o LoadOptions) *Loaded {
	key := cacheKey(c, o.Build)
	why := "there is no cache of this project, target and program"
	if cache := openCache(o.Cache, key); cache != nil {
		l, reason := cache.load(root, c, o, key)
		if l != nil {
			return l
		}
		why = reason
	}
	p, diags := project.Load(root, o.Options)
	r := resolve(p, c)
	about := reasons(diags, r)
	l := &Loaded{Manifest: r.m, Diags: append(diags, r.diags...), Full: true, Why: why}
	if !l.Diags.HasErrors() {
		l.Cache = newCache(key, o, r, l.Diags, about)
		if l.Cache != nil {
			r.m.generation = generation(c, o.Now)
			r.m.edition = r.m.generation
		}
	}
	return l
}
