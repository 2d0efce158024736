package project

import (
	"io/fs"
	"path"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"mdl/compiler/diag"
	"mdl/compiler/jinja"
	"mdl/compiler/yaml"
)

// Options are what Load needs beside the files.
type Options struct {
	// Config is the root project's, from ParseConfig.
	Config *Config
	// Dependencies are the packages that the project asks for; a missing one is
	// an error that says to run deps. Nil checks nothing.
	Dependencies *Dependencies
	// ConfigGlobals is the context of the dbt_project.yml of packages and of
	// selectors.yml.
	ConfigGlobals jinja.Globals
	// Globals returns the context of one properties file of a package: env_var,
	// var and target. It is called once a file.
	Globals func(c *Config) jinja.Globals
	// DBTVersion is as in ConfigOptions.
	DBTVersion string
	// Compat is dbt's version whose rules count.
	Compat Compat
	// Internal are packages that come with mdl; each has a dbt_project.yml.
	Internal []fs.FS
	// Only are the files that are read; nil reads all.
	Only *Subset
	// OpenDir opens a directory that packages-install-path or a local package
	// names, absolute or relative to the project. Nil stays inside the project.
	OpenDir func(dir string) (fs.FS, error)
}

// Subset is a part of a project.
type Subset struct {
	// Files are paths below the directories of packages, by Package.Dir.
	Files map[string][]string
	// Internal reads mdl's own packages, too.
	Internal bool
}

// Load reads every file of the project and its packages, in parallel. The
// result is never nil and does not depend on timing. Python models and files
// that cannot be parsed are reported and kept without a Program. Of packages
// only errors are reported: the user cannot change their files.
func Load(root fs.FS, o Options) (*Project, diag.List) {
	l := loader{root: root, o: o, out: &Project{}}
	l.packages()
	for i, pkg := range l.out.Packages {
		l.list(pkg, l.files[i])
	}
	runAll(l.jobs)
	for _, j := range l.jobs {
		l.collect(j)
	}
	return l.out, l.diags
}

// LoadPackages is Load without the files of the packages: their
// dbt_project.yml alone.
func LoadPackages(root fs.FS, o Options) (*Project, diag.List) {
	l := loader{root: root, o: o, out: &Project{}}
	l.packages()
	return l.out, l.diags
}

// packages finds the packages and reads selectors.yml.
func (l *loader) packages() {
	root := l.root
	l.addPackage(&Package{Config: l.o.Config}, root)
	for _, name := range []string{"packages.yml", "dependencies.yml", "selectors.yml"} {
		_, input, _ := readInput(root, "", name)
		l.note(l.out.Root(), input)
	}
	l.internal()
	l.installed()
	selectors, diags := readSelectors(root, l.o.ConfigGlobals)
	l.out.Selectors, l.diags = selectors, append(l.diags, diags...)
}

type loader struct {
	root  fs.FS
	o     Options
	out   *Project
	files []fs.FS // of each package
	jobs  []*job
	diags diag.List
}

// addPackage adds a package; one of mdl's own gives way to another of its name.
func (l *loader) addPackage(pkg *Package, files fs.FS) {
	for i, p := range l.out.Packages {
		if p.Internal && p.Name() == pkg.Name() {
			l.out.Packages = slices.Delete(l.out.Packages, i, i+1)
			l.files = slices.Delete(l.files, i, i+1)
			break
		}
	}
	l.out.Packages = append(l.out.Packages, pkg)
	l.files = append(l.files, files)
}

// readSelectors reads and renders the project's selectors.yml; nil when there
// is none.
func readSelectors(root fs.FS, globals jinja.Globals) (*yaml.Node, diag.List) {
	const name = "selectors.yml"
	raw, err := fs.ReadFile(root, name)
	if err != nil {
		return nil, nil
	}
	n, diags := yaml.Parse(diag.NewFile(name, string(raw)))
	r := renderer{globals: globals, diags: &diags}
	return r.tree(n, always), diags
}

// list makes the jobs of a package.
func (l *loader) list(pkg *Package, files fs.FS) {
	if l.o.Only != nil && pkg.Internal && !l.o.Only.Internal {
		return
	}
	w := newWalker(files, pkg)
	if l.o.Only != nil && !pkg.Internal {
		w.only, w.chosen = l.o.Only.Files[pkg.Dir], true
	}
	c := pkg.Config
	add := func(k kind, found []found) {
		for _, f := range found {
			j := &job{pkg: pkg, fsys: files, kind: k, found: f}
			if k == propertiesFile {
				j.props = &propsContext{config: c, root: l.out.Root().Config, compat: l.o.Compat}
				if l.o.Globals != nil {
					j.props.globals = l.o.Globals(c)
				}
			}
			l.jobs = append(l.jobs, j)
		}
	}
	add(macroFile, w.match(c.MacroPaths, ".sql"))
	add(genericTestFile, w.match(below(c.TestPaths, "generic"), ".sql"))
	add(modelFile, w.match(c.ModelPaths, ".sql", ".py"))
	add(snapshotFile, w.match(c.SnapshotPaths, ".sql"))
	add(analysisFile, w.match(c.AnalysisPaths, ".sql"))
	for _, f := range w.match(c.TestPaths, ".sql") {
		if first := firstDir(f.rel); first != "generic" && first != "fixtures" {
			add(testFile, []found{f})
		}
	}
	add(functionFile, w.match(c.FunctionPaths, ".sql", ".py"))
	add(seedFile, w.match(c.SeedPaths, ".csv"))
	add(docsFile, w.match(c.DocsPaths, ".md"))
	add(fixtureFile, w.match(below(c.TestPaths, "fixtures"), ".csv", ".sql"))
	add(propertiesFile, w.match(c.ResourcePaths(), ".yml", ".yaml"))
	l.diags = append(l.diags, w.diags...)
	l.note(pkg, w.inputs.list...)
}

// note keeps the inputs of a package; mdl's own never change.
func (l *loader) note(pkg *Package, list ...Input) {
	if !pkg.Internal {
		l.out.Inputs = append(l.out.Inputs, list...)
	}
}

func below(dirs []string, name string) []string {
	out := make([]string, len(dirs))
	for i, dir := range dirs {
		out[i] = path.Join(dir, name)
	}
	return out
}

// firstDir is the first directory of a path, or the file where there is none.
func firstDir(rel string) string {
	for i := range rel {
		if rel[i] == '/' {
			return rel[:i]
		}
	}
	return rel
}

// runAll runs the jobs on all processors.
func runAll(jobs []*job) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(jobs)) {
		wg.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= len(jobs) {
					return
				}
				jobs[i].run()
			}
		})
	}
	wg.Wait()
}

// collect adds a job's result to its package.
func (l *loader) collect(j *job) {
	for _, d := range j.diags {
		if j.pkg == l.out.Root() || d.Severity == diag.Error {
			l.diags = append(l.diags, d)
		}
	}
	p := j.pkg
	l.note(p, j.input)
	switch j.kind {
	case macroFile, genericTestFile:
		if j.macro != nil {
			p.Macros = append(p.Macros, j.macro)
		}
	case modelFile:
		p.Models = append(p.Models, j.sql...)
	case snapshotFile:
		p.Snapshots = append(p.Snapshots, j.sql...)
	case analysisFile:
		p.Analyses = append(p.Analyses, j.sql...)
	case testFile:
		p.Tests = append(p.Tests, j.sql...)
	case functionFile:
		p.Functions = append(p.Functions, j.sql...)
	case seedFile:
		if j.seed != nil {
			p.Seeds = append(p.Seeds, j.seed)
		}
	case docsFile:
		p.Docs = append(p.Docs, j.docs...)
	case fixtureFile:
		if j.fixture != nil {
			p.Fixtures = append(p.Fixtures, j.fixture)
		}
	case propertiesFile:
		if j.properties != nil {
			p.Properties = append(p.Properties, j.properties)
		}
	}
}
