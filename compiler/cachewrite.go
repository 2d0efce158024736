package compiler

import (
	"encoding/binary"
	"hash/crc32"
	"slices"

	"mdl/compiler/diag"
	"mdl/compiler/jinja"
	"mdl/compiler/project"
	"mdl/compiler/scope"
	"mdl/compiler/wire"
)

// cacheWriter makes the document of a cache, anew or out of an older one.
type cacheWriter struct {
	w      *wire.Writer
	codec  *cacheCodec
	tables cacheTables
	index  cacheIndex

	nodes, configs []byte
	configNumbers  map[string]int
	seenConfigs    map[*Config]int // their numbers, where nodes share one
	fileNumbers    map[cacheFile]int
	known          map[*diag.File]cacheFile // the files of the project
	embed          bool                     // what is in another file is kept with the file's text
}

// newCache makes the cache of a project that was read whole; nil where it has
// something that cannot be kept.
func newCache(key string, o LoadOptions, r *resolver, diags diag.List, about []string) []byte {
	details := cacheDetails{DisabledSources: r.disabled, Macros: map[string]*MacroDef{}}
	for _, def := range r.macros.All() {
		details.Macros[def.ID] = def
	}
	now := o.Now
	reads, ok := r.sharedReads(o.ConfigGlobals)
	if !ok {
		return nil
	}
	w := newCacheWriter(nil, 8*len(r.m.NodeIDs()))
	w.know(r.project)
	w.nodes = make([]byte, 0, 256*len(r.m.NodeIDs()))
	m := r.m
	w.index = cacheIndex{
		Since: now, Generation: generation(r.ctx, now), Edition: generation(r.ctx, now), Inputs: r.project.Inputs, Reads: reads, Resources: m.Resources,
		Graph: r.graph, Links: m.Graph.Links(),
		PackageDirs: packageDirs(r.project), Warnings: diags, About: about, Until: r.until,
	}
	for n := range m.AllNodes() {
		w.addNode(n)
		details.Paths = append(details.Paths, w.pathOf(n))
	}
	w.codec.details.Write(w.w, &details)
	return w.document(key, w.w.Take(0))
}

// sharedReads are what the files that make several nodes have read: properties
// and the dbt_project.yml of packages, and what made a node a disabled one. It reports false where they read what
// holds for one invocation only.
func (r *resolver) sharedReads(config jinja.Globals) ([]scope.Read, bool) {
	all := slices.Clone(r.reads.List)
	if r.reads.Volatile {
		return nil, false
	}
	for _, id := range sortedKeys(r.m.Disabled) {
		for _, n := range r.m.Disabled[id] {
			for _, read := range n.Reads {
				if !slices.Contains(all, read) {
					all = append(all, read)
				}
			}
		}
	}
	add := func(globals any) bool {
		s, ok := globals.(interface{ Reads() *scope.Reads })
		if !ok || s.Reads() == nil {
			return true
		}
		for _, read := range s.Reads().List {
			if !slices.Contains(all, read) {
				all = append(all, read)
			}
		}
		return !s.Reads().Volatile
	}
	if !add(config) {
		return nil, false
	}
	for _, pkg := range r.project.Packages {
		if pkg.Internal {
			continue
		}
		if !add(pkg.Config.Globals) {
			return nil, false
		}
		for _, file := range pkg.Properties {
			if !add(file.Globals) {
				return nil, false
			}
		}
	}
	return all, true
}

func newCacheWriter(old *wire.Texts, texts int) *cacheWriter {
	w := &cacheWriter{
		w: wire.NewWriter(old, texts), configNumbers: map[string]int{}, seenConfigs: map[*Config]int{}, fileNumbers: map[cacheFile]int{}, known: map[*diag.File]cacheFile{},
	}
	w.codec = newCacheCodec(w.specials())
	return w
}

// know lists the files of a project in which spans can be.
func (w *cacheWriter) know(p *project.Project) {
	for _, pkg := range p.Packages {
		if pkg.Internal {
			continue
		}
		add := func(s *project.Source) {
			if s.File != nil {
				w.known[s.File] = cacheFile{Root: pkg.Dir, Path: s.Path, Shown: s.File.Path}
			}
		}
		for _, list := range [][]*project.SQLFile{pkg.Models, pkg.Snapshots, pkg.Analyses, pkg.Tests, pkg.Functions} {
			for _, f := range list {
				add(&f.Source)
			}
		}
		for _, f := range pkg.Macros {
			add(&f.Source)
		}
		for _, f := range pkg.Docs {
			add(&f.Source)
		}
		for _, f := range pkg.Properties {
			add(&f.Source)
		}
		w.known[pkg.Config.File] = cacheFile{Root: pkg.Dir, Path: project.ConfigFile, Shown: pkg.Config.File.Path}
	}
}

// specials write what is not plain data; cache.specials reads it.
func (w *cacheWriter) specials() specialTypes {
	s := commonSpecials()
	special(s, func(to *wire.Writer, span diag.Span) {
		if own, ok := to.Context.(*Node); ok && span.File != nil && span.File == own.File {
			to.Uint(ownFile)
		} else if file, ok := w.known[span.File]; ok && span.File != nil {
			to.Uint(uint64(firstFile + w.fileNumber(file)))
		} else if w.embed && span.File != nil {
			file := cacheFile{Shown: span.File.Path, Text: span.File.Text, Made: true}
			w.known[span.File] = file
			to.Uint(uint64(firstFile + w.fileNumber(file)))
		} else {
			to.Uint(noFile)
			return
		}
		to.Uint(uint64(span.Start))
		to.Uint(uint64(span.End))
	}, nil)
	special(s, func(to *wire.Writer, c *Config) {
		if c == nil {
			to.Uint(0)
			return
		}
		number, seen := w.seenConfigs[c]
		if !seen {
			start := to.Len()
			to.Dict(c.values)
			number = w.configNumber(to.Bytes()[start:])
			to.Truncate(start)
			if to.Err() == nil {
				w.seenConfigs[c] = number
			}
		}
		to.Uint(uint64(number + 1))
	}, nil)
	return s
}

func (w *cacheWriter) fileNumber(f cacheFile) int {
	n, ok := w.fileNumbers[f]
	if !ok {
		n = len(w.tables.Files)
		w.fileNumbers[f] = n
		w.tables.Files = append(w.tables.Files, f)
	}
	return n
}

func (w *cacheWriter) configNumber(blob []byte) int {
	n, ok := w.configNumbers[string(blob)]
	if !ok {
		n = len(w.tables.ConfigEnds)
		w.configNumbers[string(blob)] = n
		w.configs = append(w.configs, blob...)
		w.tables.ConfigEnds = append(w.tables.ConfigEnds, uint64(len(w.configs)))
	}
	return n
}

// pathOf is the number of the file that is a node, -1 for nodes that a
// properties file or dbt_project.yml makes.
func (w *cacheWriter) pathOf(n *Node) int {
	if f, ok := w.known[n.File]; ok {
		return w.fileNumber(f)
	}
	return -1
}

// addNode writes the next node.
func (w *cacheWriter) addNode(n *Node) {
	w.codec.writeNode(w.w, n)
	w.nodes = append(w.nodes, w.w.Bytes()...)
	w.w.Truncate(0)
	volatile := n.Volatile
	if w.pathOf(n) >= 0 && w.w.Err() != nil {
		volatile = true // its configuration holds more than data: it is read each time
		w.w.ClearErr()
	}
	w.addID(n.ID, n.Reads, volatile)
}

// addID ends the next node, whose blob has been written.
func (w *cacheWriter) addID(id string, reads []scope.Read, volatile bool) {
	at := len(w.index.IDs)
	w.index.IDs = append(w.index.IDs, id)
	w.index.Ends = append(w.index.Ends, uint64(len(w.nodes)))
	if volatile {
		w.index.Volatile = append(w.index.Volatile, at)
	}
	for _, read := range reads {
		i := slices.IndexFunc(w.index.Readers, func(r cacheReader) bool { return r.Read == read })
		if i < 0 {
			i = len(w.index.Readers)
			w.index.Readers = append(w.index.Readers, cacheReader{Read: read})
		}
		w.index.Readers[i].Nodes = append(w.index.Readers[i].Nodes, at)
	}
}

// document puts the parts together.
func (w *cacheWriter) document(key string, details []byte) []byte {
	w.embed = true
	w.codec.index.Write(w.w, &w.index)
	w.embed = false
	mark := w.w.Len()
	w.codec.tables.Write(w.w, &w.tables)
	index, tables := w.w.Bytes()[:mark], w.w.Bytes()[mark:]
	if w.w.Err() != nil {
		return nil
	}
	parts := [][]byte{tables, index, details, w.configs, w.nodes}
	head := cacheMagic + key + "sum."
	room := len(head) + 8*len(parts) + w.w.TextsLen()
	for _, p := range parts {
		room += len(p)
	}
	doc, start := append(make([]byte, 0, room), head...), len(head)
	var size uint64
	for _, p := range parts {
		size += uint64(len(p))
		doc = binary.LittleEndian.AppendUint64(doc, size)
	}
	for _, p := range parts {
		doc = append(doc, p...)
	}
	doc = w.w.Texts(doc)
	binary.LittleEndian.PutUint32(doc[start-4:], crc32.Checksum(doc[start:], castagnoli))
	return doc
}
