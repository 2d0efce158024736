package compiler

import (
	"reflect"
	"strings"
	"unsafe"

	"mdl/compiler/diag"
	"mdl/compiler/jinja"
	"mdl/compiler/wire"
	"mdl/compiler/yaml"
)

// cacheCodec writes and reads the parts of a cache.
type cacheCodec struct {
	tables  *wire.Codec[cacheTables]
	index   *wire.Codec[cacheIndex]
	details *wire.Codec[cacheDetails]
	node    *wire.Codec[Node]
	scratch Node // the node that is being written
}

func newCacheCodec(specials specialTypes) *cacheCodec {
	return &cacheCodec{
		tables:  wire.NewCodec[cacheTables](specials),
		index:   wire.NewCodec[cacheIndex](specials),
		details: wire.NewCodec[cacheDetails](specials),
		node:    wire.NewCodec[Node](specials),
	}
}

// specialTypes are those that are not plain data.
type specialTypes map[reflect.Type]wire.Special

// special sets how a type is written and read.
func special[T any](s specialTypes, write func(*wire.Writer, T), read func(*wire.Reader) T) {
	s[reflect.TypeFor[T]()] = wire.Special{
		Write: func(w *wire.Writer, p unsafe.Pointer) { write(w, *(*T)(p)) },
		Read:  func(r *wire.Reader, p unsafe.Pointer) { *(*T)(p) = read(r) },
	}
}

// left makes a type be left out: what it holds is made anew.
func left[T any](s specialTypes) {
	special(s, func(*wire.Writer, T) {}, func(*wire.Reader) (none T) { return none })
}

// commonSpecials are the types that are written alike for all caches.
func commonSpecials() specialTypes {
	s := specialTypes{}
	left[*jinja.Program](s)
	left[*jinja.Block](s)
	left[*jinja.Macro](s)
	left[error](s)
	// A node of the graph knows its configuration again by its id.
	special(s, func(w *wire.Writer, lookup func([]string) (any, bool)) {}, func(*wire.Reader) func([]string) (any, bool) { return unknownConfig })
	special(s, func(w *wire.Writer, n *yaml.Node) {
		if n != nil {
			w.Fail("a part of a YAML file")
		}
	}, func(*wire.Reader) *yaml.Node { return nil })
	special(s, func(w *wire.Writer, f *diag.File) {
		if f == nil {
			w.Byte(0)
			return
		}
		w.Byte(1)
		w.Text(f.Path)
		w.Text(f.Text)
	}, func(r *wire.Reader) *diag.File {
		if r.Byte() == 0 {
			return nil
		}
		path := r.Text()
		return diag.NewFile(path, r.Text())
	})
	return s
}

// The files that a span can be in: none that is known, that of its node, and
// those of the table, from firstFile on.
const (
	noFile = iota
	ownFile
	firstFile
)

// specials read what cacheWriter.specials write.
func (c *cache) specials() specialTypes {
	s := commonSpecials()
	special(s, nil, func(r *wire.Reader) diag.Span {
		var span diag.Span
		switch file := int(r.Uint()); file {
		case noFile:
			return span
		case ownFile:
			span.File = r.Context.(*Node).File
		default:
			span.File = c.file(file - firstFile)
		}
		span.Start = int(r.Uint())
		span.End = int(r.Uint())
		return span
	})
	special(s, nil, func(r *wire.Reader) *Config {
		n := int(r.Uint())
		if n == 0 {
			return nil
		}
		return c.config(n - 1)
	})
	return s
}

// unknownConfig marks a node of the graph that has a configuration.
func unknownConfig([]string) (any, bool) { return nil, false }

// writeNode writes a node. Its raw code is mostly a part of its file's text,
// of which its place is enough.
func (c *cacheCodec) writeNode(w *wire.Writer, n *Node) {
	node, at := &c.scratch, -1
	*node = *n
	if n.File != nil && n.Raw != "" {
		at = strings.Index(n.File.Text, n.Raw)
	}
	w.Int(int64(at))
	if at >= 0 {
		w.Uint(uint64(len(n.Raw)))
		node.Raw = ""
	}
	if n.Hook != nil { // which dbt_project.yml has, and is read each time
		hook := *n.Hook
		hook.Source = nil
		node.Hook = &hook
	}
	w.Context = n
	c.node.Write(w, node)
	w.Context = nil
}

// readNode reads a node.
func (c *cache) readNode(r *wire.Reader, n *Node) {
	at, size := int(r.Int()), 0
	if at >= 0 {
		size = int(r.Uint())
	}
	r.Context = n
	c.codec.node.Read(r, n)
	if at >= 0 {
		n.Raw = n.File.Text[at : at+size]
	}
	if n.Hook != nil {
		n.Hook.Source = c.hook(n)
	}
}

// hook is the text of a hook in the dbt_project.yml of its package.
func (c *cache) hook(n *Node) *yaml.Node {
	for _, config := range c.configs {
		if config.Name != n.Package {
			continue
		}
		hooks := config.OnRunStart
		if n.Hook.Event == "on-run-end" {
			hooks = config.OnRunEnd
		}
		if n.Hook.Index < len(hooks) {
			return hooks[n.Hook.Index]
		}
	}
	return nil
}
