package compiler

import (
	"encoding/binary"
	"hash/crc32"
	"slices"
	"strings"
	"sync/atomic"
	"unsafe"

	"mdl/compiler/diag"
	"mdl/compiler/graph"
	"mdl/compiler/project"
	"mdl/compiler/scope"
	"mdl/compiler/wire"
)

// A cache is one document:
//
//	magic, key, sum of the rest
//	the ends of the five parts that follow
//	tables   cacheTables: what the others refer to
//	index    cacheIndex: what each command needs
//	details  cacheDetails: what is needed when something has changed, or is run
//	configs  configurations, each distinct one once
//	nodes    one blob a node
//	texts    of all parts
const cacheMagic = "mdl parse cache 1\n"

// cacheIndex is the part of a cache that is read whenever it is used.
type cacheIndex struct {
	// Since is when the load began that made the cache, in nanoseconds.
	Since int64
	// Generation tells the loads apart that have read everything, and Stamps
	// those that have read a node again since.
	Generation string
	Stamps     map[string]uint64
	// Edition is that of the manifest.
	Edition string
	// PackageDirs are the names and directories of the packages.
	PackageDirs [][2]string
	Inputs      []project.Input
	// Reads are those of files that make more than one node.
	Reads []scope.Read
	// Readers are the nodes, by index, that read what Reads of theirs says.
	Readers []cacheReader
	// Volatile are the nodes that hold for one invocation only.
	Volatile []int
	Warnings diag.List
	// About tells, for each warning, what it goes away with: the id of a node,
	// a file (fileOf), or "", where it stays until everything is read.
	About []string
	// Until is when a date that warnings depend on passes; 0: never.
	Until int64
	IDs   []string
	// Ends are where the blobs of nodes end.
	Ends      []uint64
	Graph     []graph.Node
	Links     graph.Links
	Resources Resources
}

// cacheTables are the files in which spans are, and where the blobs of
// configurations end.
type cacheTables struct {
	Files      []cacheFile
	ConfigEnds []uint64
}

// cacheReader is a question and the nodes that asked it.
type cacheReader struct {
	Read  scope.Read
	Nodes []int
}

// cacheDetails is the part of a cache that is read when something has changed
// or a node is compiled.
type cacheDetails struct {
	// Paths are, for each node that is a file, the file; -1 for others.
	Paths           []int
	DisabledSources map[string]bool
	// Macros are the macros without their programs.
	Macros map[string]*MacroDef
}

// cacheFile is a file that a span is in.
type cacheFile struct {
	Root, Path, Shown string
	// Made tells that it is no file of the project: what it says is Text.
	Made bool
	Text string
}

// cache is an opened document.
type cache struct {
	tables  cacheTables
	index   cacheIndex
	details string
	values  string // of configurations
	blobs   string // of nodes
	texts   *wire.Texts
	codec   *cacheCodec

	configs    []*project.Config // of the packages
	madeConfig []atomic.Pointer[Config]
	madeFile   []atomic.Pointer[diag.File]
	open       func(root, path string) string // the text of a file, "" where there is none
}

// openCache opens a document of a key; nil where it is none, or damaged.
func openCache(raw []byte, key string) (c *cache) {
	defer func() {
		if recover() != nil { // a document that is none in spite of its sum
			c = nil
		}
	}()
	doc := unsafe.String(unsafe.SliceData(raw), len(raw))
	doc, ok := strings.CutPrefix(doc, cacheMagic)
	if !ok || !strings.HasPrefix(doc, key) || len(doc) < len(key)+4 {
		return nil
	}
	sum := binary.LittleEndian.Uint32(raw[len(cacheMagic)+len(key):])
	doc = doc[len(key)+4:]
	if crc32.Checksum(raw[len(raw)-len(doc):], castagnoli) != sum {
		return nil
	}
	const ended = 5
	var parts [ended + 1]string
	ends := doc[:ended*8]
	doc = doc[ended*8:]
	start := 0
	for i := range parts {
		end := len(doc)
		if i < ended {
			end = int(binary.LittleEndian.Uint64([]byte(ends[8*i : 8*i+8])))
		}
		parts[i] = doc[start:end]
		start = end
	}
	texts, err := wire.ReadTexts(parts[ended])
	if err != nil {
		return nil
	}
	c = &cache{details: parts[2], values: parts[3], blobs: parts[4], texts: texts}
	c.codec = newCacheCodec(c.specials())
	c.codec.tables.Read(wire.NewReader(parts[0], texts), &c.tables)
	c.madeConfig = make([]atomic.Pointer[Config], len(c.tables.ConfigEnds))
	c.madeFile = make([]atomic.Pointer[diag.File], len(c.tables.Files))
	c.codec.index.Read(wire.NewReader(parts[1], texts), &c.index)
	return c
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// part is the n-th blob of a part of the document.
func part(of string, ends []uint64, n int) string {
	start := uint64(0)
	if n > 0 {
		start = ends[n-1]
	}
	return of[start:ends[n]]
}

// cachedNodes are the nodes of a cache, read when they are asked for.
type cachedNodes struct {
	cache *cache
	ids   []string // sorted
	made  []atomic.Pointer[Node]
}

func (c *cachedNodes) get(id string) *Node {
	if c == nil {
		return nil
	}
	i, ok := slices.BinarySearch(c.ids, id)
	if !ok {
		return nil
	}
	if n := c.made[i].Load(); n != nil {
		return n
	}
	c.made[i].CompareAndSwap(nil, c.cache.node(i))
	return c.made[i].Load()
}

// node reads a node.
func (c *cache) node(i int) *Node {
	n := &Node{}
	r := wire.NewReader(part(c.blobs, c.index.Ends, i), c.texts)
	c.readNode(r, n)
	return n
}

// config returns the n-th configuration, which its nodes share.
func (c *cache) config(n int) *Config {
	if made := c.madeConfig[n].Load(); made != nil {
		return made
	}
	r := wire.NewReader(part(c.values, c.tables.ConfigEnds, n), c.texts)
	c.madeConfig[n].CompareAndSwap(nil, NewConfig(r.Dict()))
	return c.madeConfig[n].Load()
}

// file returns the n-th file. Its text is read when it is asked for.
func (c *cache) file(n int) *diag.File {
	if made := c.madeFile[n].Load(); made != nil {
		return made
	}
	f := &c.tables.Files[n]
	if f.Made {
		c.madeFile[n].CompareAndSwap(nil, diag.NewFile(f.Shown, f.Text))
		return c.madeFile[n].Load()
	}
	c.madeFile[n].CompareAndSwap(nil, diag.NewLazyFile(f.Shown, func() string { return c.open(f.Root, f.Path) }))
	return c.madeFile[n].Load()
}
