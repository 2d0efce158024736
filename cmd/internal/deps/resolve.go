package deps

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"mdl/compiler/diag"
	"mdl/compiler/project"
)

// request is all that is asked of one package, by the project and by other packages.
type request struct {
	kind project.DependencyKind
	// location is the hub name, URL or path; written is how the file spells it.
	location, written string
	subdirectory      string
	name              string // of a tarball
	versions          []string
	revisions         []string
	prerelease        bool
	warnUnpinned      bool
	span              diag.Span // of the first who asked
}

// pin is a package at a fixed version.
type pin struct {
	kind                   project.DependencyKind
	location, written      string
	subdirectory, revision string
	version, latest        string // of a hub package
	name                   string // of the project in it; "" while not known
	span                   diag.Span
}

// title names a package in messages.
func (p pin) title() string {
	if p.kind == project.Tarball {
		return p.name
	}
	return p.location
}

// origin says what a package was installed from.
func (p pin) origin() string {
	switch p.kind {
	case project.Hub:
		return "version " + p.version
	case project.Git:
		return "revision " + p.revision
	case project.Tarball:
		return "tarball (url: " + p.location + ")"
	}
	return "<local @ " + p.location + ">"
}

// source is the pin as far as it decides what is fetched.
func (p pin) source() pin {
	return pin{kind: p.kind, location: p.location, subdirectory: p.subdirectory, revision: p.revision, version: p.version}
}

// key identifies what is asked for: two requests of one key must agree.
func (q *request) key() string {
	switch q.kind {
	case project.Git:
		return strings.TrimSuffix(q.location, ".git") + "\x00" + q.subdirectory
	case project.Tarball:
		return q.name
	}
	return q.location
}

func newRequest(d project.Dependency) *request {
	q := &request{
		kind: d.Kind, location: d.Location.Value, written: d.Raw.Get(string(d.Kind)).String(),
		subdirectory: d.Subdirectory, versions: splitVersions(d.Versions), prerelease: d.InstallPrerelease,
		warnUnpinned: d.WarnUnpinned == nil || *d.WarnUnpinned, span: d.Span,
	}
	if d.Kind == project.Tarball {
		q.name = d.Name
	}
	if d.Revision != "" {
		q.revisions = []string{d.Revision}
	}
	return q
}

func splitVersions(lists []string) []string {
	var out []string
	for _, list := range lists {
		for _, v := range strings.Split(list, ",") {
			out = append(out, strings.TrimSpace(v))
		}
	}
	return out
}

// requests are packages in the order in which they were first asked for.
type requests struct {
	order []string
	byKey map[string]*request
}

// add takes what a further party asks of a package.
func (s *requests) add(q *request) (*request, error) {
	if s.byKey == nil {
		s.byKey = map[string]*request{}
	}
	key := q.key()
	old := s.byKey[key]
	if old == nil {
		copied := *q
		s.byKey[key] = &copied
		s.order = append(s.order, key)
		return &copied, nil
	}
	if old.kind != q.kind {
		return nil, failf("E225", q.span, "%s is asked for as a %s and as a %s package", q.location, old.kind, q.kind)
	}
	old.versions = append(old.versions, q.versions...)
	old.revisions = append(old.revisions, q.revisions...)
	old.prerelease = old.prerelease || q.prerelease
	old.warnUnpinned = old.warnUnpinned && q.warnUnpinned
	return old, nil
}

// resolve fixes the version of every package that the project needs, directly or not.
func (r *run) resolve(ctx context.Context) ([]pin, error) {
	var all requests
	expanded := map[string]pin{} // what the needs of a package were read from
	pending := r.Dependencies.Packages
	for len(pending) > 0 {
		var next []project.Dependency
		for _, d := range pending {
			q, err := all.add(newRequest(d))
			if err != nil {
				return nil, err
			}
			p, err := r.fix(ctx, q)
			if err != nil {
				return nil, err
			}
			if expanded[q.key()] == p.source() {
				continue
			}
			expanded[q.key()] = p.source()
			needs, err := r.needs(ctx, p)
			if err != nil {
				return nil, err
			}
			next = append(next, needs...)
		}
		pending = next
	}
	return r.fixAll(ctx, &all)
}

// fixAll fixes every package by all that is asked of it, and learns its name.
func (r *run) fixAll(ctx context.Context, all *requests) ([]pin, error) {
	pins := make([]pin, 0, len(all.order))
	seen := map[string]pin{}
	for _, key := range all.order {
		p, err := r.fix(ctx, all.byKey[key])
		if err != nil {
			return nil, err
		}
		if p.name, err = r.projectName(ctx, p); err != nil {
			return nil, err
		}
		if p.kind == project.Git {
			if p, err = r.fixRevision(ctx, p, all.byKey[key].warnUnpinned); err != nil {
				return nil, err
			}
		}
		if err := r.checkName(p.name, p, seen); err != nil {
			return nil, err
		}
		pins = append(pins, p)
	}
	return pins, nil
}

// fix chooses the version of a package.
func (r *run) fix(ctx context.Context, q *request) (pin, error) {
	p := pin{kind: q.kind, location: q.location, written: q.written, subdirectory: q.subdirectory, name: q.name, span: q.span}
	switch q.kind {
	case project.Hub:
		return r.hub.fix(ctx, q, p)
	case project.Git:
		revisions := slices.Clone(q.revisions)
		slices.Sort(revisions)
		revisions = slices.Compact(revisions)
		switch len(revisions) {
		case 0:
			p.revision = "HEAD"
		case 1:
			p.revision = revisions[0]
		default:
			return p, failf("E225", q.span, "%s is asked for at different revisions: %s", q.location, strings.Join(revisions, ", ")).
				WithHint("ask for one revision everywhere")
		}
	}
	return p, nil
}

// needs returns what a package asks for in turn.
func (r *run) needs(ctx context.Context, p pin) ([]project.Dependency, error) {
	if p.kind == project.Hub {
		return r.hub.needs(ctx, p)
	}
	dir, err := r.fetch(ctx, p)
	if err != nil {
		return nil, err
	}
	packages, err := optionalFile(dir, "packages.yml")
	if err != nil {
		return nil, err
	}
	dependencies, err := optionalFile(dir, "dependencies.yml")
	if err != nil {
		return nil, err
	}
	needs, diags := project.ParseDependencies(packages, dependencies, r.Render)
	return needs.Packages, diags.Err()
}

// optionalFile reads a file of a package; nil when there is none.
func optionalFile(dir, name string) (*diag.File, error) {
	text, err := os.ReadFile(filepath.Join(dir, name))
	if os.IsNotExist(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fileError(err)
	}
	return diag.NewFile(filepath.ToSlash(filepath.Join(filepath.Base(dir), name)), string(text)), nil
}

// projectName returns the name that a package is installed under.
func (r *run) projectName(ctx context.Context, p pin) (string, error) {
	name := p.name
	switch p.kind {
	case project.Hub:
		found, err := r.hub.release(ctx, p)
		if err != nil {
			return "", err
		}
		name = found.Name
	case project.Local, project.Git:
		dir, err := r.fetch(ctx, p)
		if err != nil {
			return "", err
		}
		if name, err = r.readName(dir, p); err != nil {
			return "", err
		}
	}
	if !isPlainName(name) {
		return "", failf("E228", p.span, "the package %s calls itself %q, which cannot be the name of a directory", p.location, name)
	}
	return name, nil
}

// isPlainName reports whether a name stays where it is put.
func isPlainName(name string) bool {
	return name != "" && !strings.HasPrefix(name, ".") && !strings.ContainsAny(name, `/\:`) && filepath.IsLocal(name)
}

// readName reads the name in the dbt_project.yml of a package's directory.
func (r *run) readName(dir string, p pin) (string, error) {
	f, err := optionalFile(dir, project.ConfigFile)
	if err != nil {
		return "", err
	}
	if f == nil {
		return "", failf("E228", p.span, "the package %s has no %s", p.title(), project.ConfigFile).
			WithHint("%s", missingProjectHint(p))
	}
	c, diags := project.ParseConfig(f, project.ConfigOptions{Globals: r.Render.Globals})
	if c.Name != "" {
		return c.Name, nil
	}
	if err := diags.Err(); err != nil {
		return "", err
	}
	return "", failf("E228", p.span, "the package %s has no name in its %s", p.title(), project.ConfigFile)
}

func missingProjectHint(p pin) string {
	if p.kind == project.Git && p.subdirectory == "" {
		return "name the directory of the project in the repository with subdirectory:"
	}
	return "a package is a directory with a dbt project"
}
