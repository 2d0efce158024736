package project

import (
	"fmt"
	"io/fs"
	"path"
	"strings"

	"mdl/compiler/diag"
)

// internalDir is where mdl's own packages seem to be.
const internalDir = "mdl"

// internal adds the packages that come with mdl.
func (l *loader) internal() {
	for _, files := range l.o.Internal {
		pkg := l.open(files, internalDir)
		if root := l.out.Root().Config; pkg != nil && pkg.Name() == "dbt" && root.Name == pkg.Name() {
			l.diags = append(l.diags, diag.Errorf("E224", root.NameSpan, "a project cannot be called %q: it is the package of the macros that every project has", root.Name).
				WithHint("give the project another name"))
		}
		if pkg != nil && pkg.Name() != l.o.Config.Name {
			pkg.Internal = true
			pkg.Dir = internalDir + "/" + pkg.Name()
			l.addPackage(pkg, files)
		}
	}
}

// installed adds the packages below packages-install-path in the order of their
// directories, then the local ones that are not there: a local package needs no
// installing.
func (l *loader) installed() {
	dir := l.o.Config.PackagesInstallPath
	count := 0
	files, err := l.openDir(dir)
	if err != nil {
		in := inputs{}
		in.missing(dir)
		l.note(l.out.Root(), in.list...)
	} else {
		in := inputs{root: dir}
		entries, _ := in.readDir(files, ".")
		l.note(l.out.Root(), in.list...)
		for _, e := range entries {
			if strings.HasPrefix(e.Name(), "__") || strings.HasPrefix(e.Name(), ".") || !isDirectory(files, e) {
				continue
			}
			count++
			l.addInstalled(path.Join(dir, e.Name()))
		}
	}
	l.missing(count)
}

func isDirectory(files fs.FS, e fs.DirEntry) bool {
	if e.Type()&fs.ModeSymlink == 0 {
		return e.IsDir()
	}
	info, err := fs.Stat(files, e.Name())
	return err == nil && info.IsDir()
}

// missing adds local packages from where they are and reports when fewer
// packages are installed than the project asks for.
func (l *loader) missing(count int) {
	if l.o.Dependencies == nil {
		return
	}
	wanted := 0
	for _, d := range l.o.Dependencies.Packages {
		if d.Kind == Local {
			l.addLocal(d)
			continue
		}
		wanted++
	}
	if wanted > count {
		f := l.o.Dependencies.File
		l.diags = append(l.diags, diag.Errorf("E222", diag.Span{File: f},
			"%s lists %s to install, but %s has %d", f.Path, packages(wanted), l.o.Config.PackagesInstallPath, count).
			WithHint("run mdl deps"))
	}
}

func packages(n int) string {
	if n == 1 {
		return "1 package"
	}
	return fmt.Sprintf("%d packages", n)
}

// addLocal adds a local package unless a package of its name is there.
func (l *loader) addLocal(d Dependency) {
	dir := cleanDir(d.Location.Value)
	files, err := l.openDir(dir)
	if err == nil {
		_, err = fs.Stat(files, ConfigFile)
	}
	if err != nil {
		l.diags = append(l.diags, diag.Errorf("E223", d.Location.Span, "there is no dbt project in %s", dir).
			WithHint("the path of a local package starts at the project's directory"))
		return
	}
	pkg := l.open(files, dir)
	if pkg == nil {
		return
	}
	if other := l.byName(pkg.Name()); other == nil {
		l.addPackage(pkg, files)
	} else if other == l.out.Root() {
		l.diags = append(l.diags, sameName(pkg, other))
	}
}

// sameName is the error of two packages that templates could not tell apart.
func sameName(pkg, other *Package) diag.Diagnostic {
	d := diag.Errorf("E224", pkg.Config.NameSpan, "two packages are called %q", pkg.Name())
	d.Notes = []diag.Note{{Message: "the other is here", Span: other.Config.NameSpan}}
	return d.WithHint("remove one of them, or rename your project")
}

// addInstalled adds the package in a directory below packages-install-path.
func (l *loader) addInstalled(dir string) {
	files, err := l.openDir(dir)
	if err != nil {
		l.diags = append(l.diags, diag.Errorf("E208", l.o.Config.installPlace(), "cannot read the directory %s: %v", dir, err))
		return
	}
	pkg := l.open(files, dir)
	if pkg == nil {
		return
	}
	if other := l.byName(pkg.Name()); other != nil {
		l.diags = append(l.diags, sameName(pkg, other))
		return
	}
	l.addPackage(pkg, files)
}

// byName finds a package that is not mdl's own, over which others win.
func (l *loader) byName(name string) *Package {
	for _, p := range l.out.Packages {
		if p.Name() == name && !p.Internal {
			return p
		}
	}
	return nil
}

// open reads a package's dbt_project.yml; nil when that fails.
func (l *loader) open(files fs.FS, dir string) *Package {
	name := path.Join(dir, ConfigFile)
	raw, input, err := readInput(files, dir, ConfigFile)
	if err != nil {
		l.diags = append(l.diags, diag.Errorf("E223", l.o.Config.installPlace(), "the package in %s has no %s", dir, ConfigFile).
			WithHint("run mdl deps again, or remove the directory"))
		return nil
	}
	o := ConfigOptions{Globals: l.o.ConfigGlobals, DBTVersion: l.o.DBTVersion}
	var diags diag.List
	if text, err := fs.ReadFile(files, VarsFile); err == nil {
		o.Vars, diags = ParseVars(diag.NewFile(path.Join(dir, VarsFile), string(text)))
	}
	c, more := ParseConfig(diag.NewFile(name, string(raw)), o)
	diags = append(diags, more...)
	for _, d := range diags {
		if d.Severity == diag.Error {
			l.diags = append(l.diags, d)
		}
	}
	if c.Name == "" {
		return nil
	}
	if dir != internalDir {
		l.out.Inputs = append(l.out.Inputs, input)
	}
	return &Package{Config: c, Dir: dir}
}

func (l *loader) openDir(dir string) (fs.FS, error) {
	if l.o.OpenDir != nil {
		return l.o.OpenDir(dir)
	}
	info, err := fs.Stat(l.root, dir)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return nil, fs.ErrInvalid
	}
	return fs.Sub(l.root, dir)
}

// installPlace is where the project says where its packages are.
func (c *Config) installPlace() diag.Span {
	if n := c.Node.Get("packages-install-path"); n != nil {
		return n.Span
	}
	return diag.Span{File: c.File}
}
