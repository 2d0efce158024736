package project

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"

	"mdl/compiler/diag"
)

// walker lists the files of a package, each directory once.
type walker struct {
	fsys   fs.FS
	config *Config
	ignore ignorer
	dirs   map[string][]string // resource path -> files below it, relative to it
	inputs inputs
	diags  diag.List
	only   []string // the files that there seem to be, where chosen
	chosen bool
}

func newWalker(fsys fs.FS, pkg *Package) *walker {
	w := &walker{fsys: fsys, config: pkg.Config, dirs: map[string][]string{}, inputs: inputs{root: pkg.Dir}}
	if text, err := w.inputs.readFile(fsys, ".dbtignore"); err == nil {
		w.ignore = parseIgnore(string(text))
	}
	return w
}

// files returns the files below a directory, sorted, without those that
// .dbtignore names. A directory that does not exist has none.
func (w *walker) files(dir string) []string {
	if files, ok := w.dirs[dir]; ok {
		return files
	}
	var files []string
	if w.chosen {
		for _, file := range w.only {
			if rel, ok := strings.CutPrefix(file, prefixOf(dir)); ok {
				files = append(files, rel)
			}
		}
		slices.Sort(files)
	} else if !fs.ValidPath(dir) {
		w.diags = append(w.diags, diag.Errorf("E207", w.config.place(dir), "the directory %q lies outside of the project", dir).
			WithHint("move it into the project, or make it a package of its own with local: in packages.yml"))
	} else {
		w.walk(dir, "", &files)
		slices.Sort(files)
	}
	w.dirs[dir] = files
	return files
}

// prefixOf is what the paths of the files below a directory begin with.
func prefixOf(dir string) string {
	if dir == "." {
		return ""
	}
	return dir + "/"
}

// walk adds the files of one directory and of those below it. A symbolic link
// counts as the file that it leads to; one to a directory is not followed.
func (w *walker) walk(root, below string, files *[]string) {
	entries, err := w.inputs.readDir(w.fsys, path.Join(root, below))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		w.diags = append(w.diags, diag.Errorf("E208", w.config.place(root), "cannot read the directory %s: %v", path.Join(root, below), err))
	}
	for _, e := range entries {
		name := path.Join(below, e.Name())
		switch {
		case e.IsDir():
			w.walk(root, name, files)
		case !e.Type().IsRegular() && !w.isFile(path.Join(root, name)): // a pipe would keep us waiting
			w.dangling(e, path.Join(root, name))
		case !w.ignore.ignores(path.Join(root, name)):
			*files = append(*files, name)
		}
	}
}

// readable are the extensions of the files that dbt reads.
var readable = []string{".sql", ".py", ".csv", ".md", ".yml", ".yaml"}

// dangling reports a symbolic link that leads nowhere, but for those of editors
// and of files that nobody would read.
func (w *walker) dangling(e fs.DirEntry, name string) {
	read := slices.ContainsFunc(readable, func(ext string) bool { return hasExtension(name, ext) })
	if e.Type()&fs.ModeSymlink == 0 || !read || w.ignore.ignores(name) {
		return
	}
	if _, err := fs.Stat(w.fsys, name); errors.Is(err, fs.ErrNotExist) {
		shown := path.Join(w.inputs.root, name)
		w.diags = append(w.diags, diag.Errorf("E208", diag.Span{File: diag.NewFile(shown, "")}, "the symbolic link leads to a file that does not exist").
			WithHint("restore the file, or remove the link"))
	}
}

func (w *walker) isFile(name string) bool {
	info, err := fs.Stat(w.fsys, name)
	return err == nil && info.Mode().IsRegular()
}

// found is a file of some kind in a resource path.
type found struct {
	dir, rel string
}

func (f found) path() string { return path.Join(f.dir, f.rel) }

// match returns the files below the given directories that have one of the
// extensions, extension by extension as dbt reads them, each file once.
func (w *walker) match(dirs []string, extensions ...string) []found {
	var out []found
	seen := map[string]bool{}
	for _, ext := range extensions {
		for _, dir := range dirs {
			for _, rel := range w.files(dir) {
				f := found{dir, rel}
				if hasExtension(rel, ext) && !seen[f.path()] {
					seen[f.path()] = true
					out = append(out, f)
				}
			}
		}
	}
	return out
}

// hasExtension reports whether dbt reads a file: its extension fits in any
// case, and the name does not start as editors name their temporary files.
func hasExtension(name, ext string) bool {
	base := path.Base(name)
	return len(base) > len(ext) && strings.EqualFold(base[len(base)-len(ext):], ext) && !strings.ContainsRune(".#~", rune(base[0]))
}
