package project

import (
	"strings"

	"mdl/compiler/diag"
	"mdl/compiler/jinja"
	"mdl/compiler/yaml"
)

// DependencyKind is where a package comes from.
type DependencyKind string

// The kinds of packages, spelt as their keys in packages.yml.
const (
	Hub     DependencyKind = "package"
	Git     DependencyKind = "git"
	Local   DependencyKind = "local"
	Tarball DependencyKind = "tarball"
	Private DependencyKind = "private"
)

// Dependency is one entry of packages.yml, dependencies.yml or package-lock.yml.
type Dependency struct {
	Kind DependencyKind
	// Location is the hub name ("dbt-labs/dbt_utils"), URL or path, rendered.
	Location Text
	// Name is the package's name where the entry gives one (tarballs, locks).
	Name string
	// Versions are the constraints of a hub package.
	Versions []string
	// Revision and Subdirectory belong to git packages.
	Revision, Subdirectory string
	InstallPrerelease      bool
	WarnUnpinned           *bool
	// Node is the entry rendered, Raw as written. Node may hold secrets.
	Node, Raw *yaml.Node
	Span      diag.Span
}

// Dependencies are the packages that a project asks for.
type Dependencies struct {
	// File is packages.yml or dependencies.yml, or nil when there is neither.
	File     *diag.File
	Packages []Dependency
	// Projects is the projects list of dependencies.yml, or nil.
	Projects *yaml.Node
}

// Lock is a package-lock.yml.
type Lock struct {
	File     *diag.File
	Packages []Dependency
	// Hash is sha1_hash: what the lock was made from.
	Hash string
}

// DependencyOptions say how packages.yml is rendered; dependencies.yml is not.
type DependencyOptions struct {
	// Globals and Secret are as in ProfileOptions.
	Globals jinja.Globals
	Secret  func(name string) (string, bool)
}

// ParseDependencies reads packages.yml and dependencies.yml; either may be nil.
// The result is never nil. Codes: E15x for the YAML, E22x for its contents.
func ParseDependencies(packages, dependencies *diag.File, o DependencyOptions) (*Dependencies, diag.List) {
	p := dependencyParser{o: o}
	out := &Dependencies{}
	fromPackages := p.read(packages)
	fromDependencies := p.read(dependencies)
	out.Projects = fromDependencies.Get("projects")
	if key, _ := fromPackages.Entry("projects"); key != nil {
		p.errorf(key.Span, "projects belong into dependencies.yml")
	}
	list := fromPackages
	switch key, _ := fromDependencies.Entry("packages"); {
	case key == nil && fromPackages != nil:
		out.File = packages
	case key == nil && fromDependencies != nil:
		out.File = dependencies
	case key != nil && fromPackages.Has("packages"):
		p.errorf(key.Span, "packages may be listed in packages.yml or in dependencies.yml, not in both")
		out.File = packages
	case key != nil:
		out.File, list = dependencies, fromDependencies
		p.verbatim = true
	}
	out.Packages = p.entries(list)
	return out, p.diags
}

// ParseLock reads a package-lock.yml. The result is never nil.
func ParseLock(f *diag.File) (*Lock, diag.List) {
	p := dependencyParser{verbatim: true}
	root := p.read(f)
	return &Lock{File: f, Packages: p.entries(root), Hash: root.Get("sha1_hash").String()}, p.diags
}

type dependencyParser struct {
	o        DependencyOptions
	verbatim bool // nothing is rendered
	diags    diag.List
}

func (p *dependencyParser) errorf(at diag.Span, format string, args ...any) {
	p.diags = append(p.diags, diag.Errorf("E220", at, format, args...))
}

var packagesSchema = &yaml.Schema{What: "a list of packages", Fields: []yaml.Field{
	{Name: "packages", Type: yaml.TList | yaml.TNull}, {Name: "projects", Type: yaml.TList | yaml.TNull},
	{Name: "sha1_hash", Type: yaml.TString},
}}

// read parses a file; nil when there is none, or nothing of use in it.
func (p *dependencyParser) read(f *diag.File) *yaml.Node {
	if f == nil {
		return nil
	}
	root, diags := yaml.Parse(f)
	p.diags = append(p.diags, diags...)
	if diags.HasErrors() || root.IsNull() || !packagesSchema.Check(root, &p.diags) {
		return nil
	}
	return root
}

var dependencySchema = &yaml.Schema{What: "a package", Fields: []yaml.Field{
	{Name: "package", Type: yaml.TString}, {Name: "git", Type: yaml.TString}, {Name: "local", Type: yaml.TString},
	{Name: "tarball", Type: yaml.TString}, {Name: "private", Type: yaml.TString},
	{Name: "name", Type: yaml.TString | yaml.TNull},
	{Name: "version", Type: yaml.TStrings | yaml.TNumber}, {Name: "install_prerelease", Type: yaml.TBool | yaml.TNull},
	{Name: "install-prerelease", Type: yaml.TBool | yaml.TNull},
	{Name: "revision", Type: yaml.TString | yaml.TNumber | yaml.TNull}, {Name: "subdirectory", Type: yaml.TString | yaml.TNull},
	{Name: "warn-unpinned", Type: yaml.TBool | yaml.TNull}, {Name: "warn_unpinned", Type: yaml.TBool | yaml.TNull},
	{Name: "provider", Type: yaml.TString | yaml.TNull}, {Name: "unrendered", Type: yaml.TAny},
}}

func (p *dependencyParser) entries(root *yaml.Node) []Dependency {
	var out []Dependency
	for _, raw := range root.Get("packages").List() {
		n := raw
		if !p.verbatim {
			n = raw.Map(p.scalar)
		}
		if !dependencySchema.Check(n, &p.diags) {
			continue
		}
		if d, ok := p.entry(n); ok {
			d.Raw = raw
			out = append(out, d)
		}
	}
	return out
}

func (p *dependencyParser) scalar(_ []string, n *yaml.Node) *yaml.Node {
	rendered, err := renderScalar(n, p.o.Globals)
	if err != nil {
		p.diags = append(p.diags, *err)
		return n
	}
	return reveal(rendered, p.o.Secret)
}

func (p *dependencyParser) entry(n *yaml.Node) (Dependency, bool) {
	d := Dependency{Node: n, Span: n.Span}
	for _, kind := range []DependencyKind{Hub, Git, Local, Tarball, Private} {
		key, location := n.Entry(string(kind))
		if key == nil {
			continue
		}
		if d.Kind != "" {
			p.errorf(key.Span, "a package has one of package, git, local, tarball and private; this one has %s, too", d.Kind)
			return d, false
		}
		d.Kind, d.Location, d.Span = kind, text(location), key.Span
	}
	if d.Kind == "" {
		p.errorf(n.Span, "a package needs one of package, git, local, tarball and private")
		return d, false
	}
	if d.Location.Value == "" {
		p.errorf(d.Span, "%s must not be empty", d.Kind)
		return d, false
	}
	d.Name = text(n.Get("name")).Value
	d.Versions = n.Get("version").Strings()
	d.Revision = text(n.Get("revision")).Value
	d.Subdirectory = text(n.Get("subdirectory")).Value
	d.InstallPrerelease = isTrue(n, "install_prerelease") || isTrue(n, "install-prerelease")
	if d.WarnUnpinned = boolean(n.Get("warn-unpinned")); d.WarnUnpinned == nil {
		d.WarnUnpinned = boolean(n.Get("warn_unpinned"))
	}
	return d, p.check(&d)
}

func isTrue(n *yaml.Node, key string) bool {
	b, _ := n.Get(key).Bool()
	return b
}

// check reports what a package of its kind cannot be without.
func (p *dependencyParser) check(d *Dependency) bool {
	at := d.Location.Span
	switch d.Kind {
	case Hub:
		if !strings.Contains(d.Location.Value, "/") {
			p.diags = append(p.diags, diag.Errorf("E220", at, "a hub package has a namespace in front: %q has none", d.Location.Value).
				WithHint("for example dbt-labs/dbt_utils"))
			return false
		}
		if len(d.Versions) == 0 {
			p.diags = append(p.diags, diag.Errorf("E220", at, "the hub package %s needs a version", d.Location.Value).
				WithHint(`add version: "1.3.0" or a range such as version: [">=1.0.0", "<2.0.0"]`))
			return false
		}
	case Tarball:
		if d.Name == "" {
			p.errorf(at, "a tarball needs a name")
			return false
		}
	case Private:
		p.diags = append(p.diags, diag.Errorf("E221", at, "private packages come from dbt's platform, which mdl does not use").
			WithHint("name the repository with git: and its URL"))
		return false
	}
	return true
}
