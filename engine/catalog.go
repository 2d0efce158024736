package engine

import (
	"cmp"
	"slices"
	"sync"

	"mdl/adapters"
)

// catalog is what is known to exist in the warehouse. It is read once at the
// start of a run and kept up to date by what the run does; workers share it.
type catalog struct {
	d  *adapters.Dialect
	mu sync.RWMutex
	// known holds the schemas that were read, by folded name.
	known map[adapters.Namespace]*schemaCatalog
	// grants are those at the start of the run, by relation without database;
	// not changed once the steps run.
	grants map[adapters.Relation][]grant
}

type schemaCatalog struct {
	byKey  map[adapters.Relation]adapters.Relation
	sorted []adapters.Relation // nil when it must be made again; never changed once made
}

func newCatalog(d *adapters.Dialect) *catalog {
	return &catalog{d: d, known: map[adapters.Namespace]*schemaCatalog{}}
}

// change is something that the run did to the warehouse.
type change struct {
	rel     adapters.Relation
	dropped bool
}

func (c *catalog) key(in adapters.Namespace) adapters.Namespace {
	return c.d.Key(adapters.Relation{Database: in.Database, Schema: in.Schema}).Namespace()
}

// store records what a schema holds.
func (c *catalog) store(in adapters.Namespace, rels []adapters.Relation) {
	s := &schemaCatalog{byKey: make(map[adapters.Relation]adapters.Relation, len(rels))}
	for _, r := range rels {
		s.byKey[c.d.Key(r)] = r
	}
	c.mu.Lock()
	c.known[c.key(in)] = s
	c.mu.Unlock()
}

// storeAll records the result of one query over several schemas.
func (c *catalog) storeAll(in []adapters.Namespace, rels []adapters.Relation) {
	byNamespace := map[adapters.Namespace][]adapters.Relation{}
	for _, r := range rels {
		k := c.key(r.Namespace())
		byNamespace[k] = append(byNamespace[k], r)
	}
	for _, ns := range in {
		c.store(ns, byNamespace[c.key(ns)])
	}
}

// list returns what a schema holds, sorted by name, and whether that is known.
// Callers must not change the slice.
func (c *catalog) list(in adapters.Namespace) ([]adapters.Relation, bool) {
	key := c.key(in)
	c.mu.RLock()
	s := c.known[key]
	if s == nil || s.sorted != nil {
		defer c.mu.RUnlock()
		if s == nil {
			return nil, false
		}
		return s.sorted, true
	}
	c.mu.RUnlock()
	c.mu.Lock()
	defer c.mu.Unlock()
	if s = c.known[key]; s.sorted == nil {
		s.sorted = make([]adapters.Relation, 0, len(s.byKey))
		for _, r := range s.byKey {
			s.sorted = append(s.sorted, r)
		}
		slices.SortFunc(s.sorted, func(a, b adapters.Relation) int { return cmp.Compare(a.Name, b.Name) })
	}
	return s.sorted, true
}

// find returns the relation of that name, and whether its schema is known.
func (c *catalog) find(rel adapters.Relation) (found adapters.Relation, exists, known bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	s := c.known[c.key(rel.Namespace())]
	if s == nil {
		return adapters.Relation{}, false, false
	}
	found, exists = s.byKey[c.d.Key(rel)]
	return found, exists, true
}

// apply records what became permanent.
func (c *catalog) apply(changes []change) {
	if len(changes) == 0 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, ch := range changes {
		s := c.known[c.key(ch.rel.Namespace())]
		if s == nil {
			continue
		}
		s.sorted = nil
		if ch.dropped {
			delete(s.byKey, c.d.Key(ch.rel))
		} else {
			s.byKey[c.d.Key(ch.rel)] = ch.rel
		}
	}
}

// forget drops what is known of a schema.
func (c *catalog) forget(in adapters.Namespace) {
	c.mu.Lock()
	delete(c.known, c.key(in))
	c.mu.Unlock()
}
