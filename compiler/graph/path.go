package graph

import (
	"path"
	"slices"
	"strings"
)

// dir is a directory of nodes; the first one is the package's root.
type dir struct {
	path   string // slash-separated; "" for the root
	parent int32  // the root is its own parent
}

// dirTree is the tree of directories of the files of nodes.
type dirTree struct {
	dirs  []dir // parents before children
	index map[string]int32
}

func (g *Graph) dirTree() *dirTree {
	t := &dirTree{dirs: []dir{{}}, index: map[string]int32{"": 0}}
	for i := range g.nodes {
		n := &g.nodes[i]
		t.add(dirOf(n.OriginalPath))
		t.add(dirOf(n.patch))
	}
	return t
}

func (t *dirTree) add(p string) int32 {
	if at, ok := t.index[p]; ok {
		return at
	}
	parent := t.add(dirOf(p))
	at := int32(len(t.dirs))
	t.index[p] = at
	t.dirs = append(t.dirs, dir{p, parent})
	return at
}

// of is the directory of a node's file.
func (t *dirTree) of(file string) int32 { return t.index[dirOf(file)] }

// dirOf is the directory of a file or directory, "" for the root.
func dirOf(p string) string { return p[:max(0, strings.LastIndexByte(p, '/'))] }

// pathPattern is a value of the path method as Python's Path.glob reads it: a
// pattern for each segment, and `**` for any number of directories.
type pathPattern struct {
	segments []glob
	dirsOnly bool // the value ends with a slash, or with `**`
}

func checkPath(c *criterion) string {
	switch {
	case c.value == "":
		return "path: needs a path below the project's directory"
	case strings.HasPrefix(c.value, "/"):
		return "path: needs a path relative to the project's directory"
	}
	for _, segment := range strings.Split(c.value, "/") {
		if strings.Contains(segment, "**") && segment != "**" {
			return "\"**\" in a path must stand alone between slashes"
		}
	}
	return ""
}

func newPathPattern(value string) pathPattern {
	p := pathPattern{dirsOnly: strings.HasSuffix(value, "/")}
	for _, segment := range strings.Split(value, "/") {
		if segment != "" && segment != "." {
			p.segments = append(p.segments, newGlob(segment))
		}
	}
	if len(p.segments) == 0 || p.segments[len(p.segments)-1].text == "**" {
		p.dirsOnly = true
	}
	return p
}

// inDirs reports for each directory whether the first n segments of the
// pattern fit its path.
func (p *pathPattern) inDirs(dirs []dir, n int) []bool {
	fits := make([]bool, len(dirs))
	for i, d := range dirs {
		var names []string
		if d.path != "" {
			names = strings.Split(d.path, "/")
		}
		fits[i] = matchSegments(p.segments[:n], names)
	}
	return fits
}

// matchSegments backtracks over `**` like glob.match does over stars, so its
// steps are bounded by the product of the lengths.
func matchSegments(pattern []glob, names []string) bool {
	p, i := 0, 0
	star, resume := -1, 0
	for i < len(names) {
		switch {
		case p < len(pattern) && pattern[p].text == "**":
			star, resume = p, i
			p++
		case p < len(pattern) && pattern[p].match(names[i]):
			p++
			i++
		case star >= 0:
			resume++
			p, i = star+1, resume
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p].text == "**" {
		p++
	}
	return p == len(pattern)
}

// matchPath matches nodes whose file, or a directory above it, or whose
// properties file fits the pattern. Only paths of the root project exist, even
// for nodes of packages, as in dbt.
func matchPath(q *query) func(*entry) bool {
	pattern := newPathPattern(q.value)
	tree := q.g.dirTree()
	root := newRootPaths(q.g, q.opt)
	inside := pattern.inDirs(tree.dirs, len(pattern.segments))
	for i, d := range tree.dirs {
		inside[i] = i > 0 && inside[d.parent] || inside[i] && root.hasDir(d.path)
	}
	if pattern.dirsOnly {
		return func(n *entry) bool { return inside[tree.of(n.OriginalPath)] }
	}
	file := pattern.segments[len(pattern.segments)-1]
	beside := pattern.inDirs(tree.dirs, len(pattern.segments)-1)
	return func(n *entry) bool {
		at := tree.of(n.OriginalPath)
		return inside[at] ||
			beside[at] && file.match(path.Base(n.OriginalPath)) && root.hasFile(n.Package, n.OriginalPath) ||
			n.patch != "" && beside[tree.of(n.patch)] && file.match(path.Base(n.patch)) && root.hasFile(n.Package, n.patch)
	}
}

// rootPaths is what is known of the root project's files.
type rootPaths struct {
	project string
	files   map[string]bool // of nodes of the root project; nil until asked for
	dirs    map[string]bool
	g       *Graph
	opt     *Options
}

func newRootPaths(g *Graph, opt *Options) *rootPaths {
	r := &rootPaths{project: opt.Project, g: g, opt: opt, dirs: map[string]bool{"": true}}
	last := ""
	for i := range g.nodes {
		n := &g.nodes[i]
		if at := dirOf(n.OriginalPath); n.Package == opt.Project && at != last {
			last = at
			r.addDirs(at)
		}
	}
	for _, file := range opt.Paths {
		r.addDirs(path.Dir(file))
	}
	return r
}

func (r *rootPaths) addDirs(p string) {
	for p != "." && p != "" && p != "/" && !r.dirs[p] {
		r.dirs[p] = true
		p = path.Dir(p)
	}
}

// hasDir reports whether the root project has a directory. Without a project's
// name every directory counts.
func (r *rootPaths) hasDir(p string) bool { return r.project == "" || r.dirs[p] }

// hasFile reports whether a file of a package is also one of the root project.
func (r *rootPaths) hasFile(pkg, p string) bool {
	if r.project == "" || pkg == r.project {
		return true
	}
	if r.files == nil {
		r.files = map[string]bool{}
		for i := range r.g.nodes {
			if n := &r.g.nodes[i]; n.Package == r.project {
				r.files[n.OriginalPath] = true
			}
		}
	}
	return r.files[p] || slices.Contains(r.opt.Paths, p)
}
