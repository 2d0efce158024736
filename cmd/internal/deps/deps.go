// Package deps installs the packages that a project asks for: the part of mdl that
// uses the network.
//
// The packages of packages.yml (or dependencies.yml), and those that they ask for in
// turn, are resolved to fixed versions, which package-lock.yml records as dbt does;
// what the lock says is then put below packages-install-path. While the lock fits the
// project it is not made anew, and while what is installed fits the lock there is
// nothing to do and no network is used.
package deps

import (
	"context"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"mdl/compiler/diag"
	"mdl/compiler/project"
)

// LockFile is the name of the file that records what was resolved.
const LockFile = "package-lock.yml"

// DefaultHub is the index of public packages.
const DefaultHub = "https://hub.getdbt.com/"

// installedFile, in the directory of packages, holds the lock that they were
// installed from.
const installedFile = ".mdl-installed.yml"

// Options are what Install needs.
type Options struct {
	// Dir is the directory of the project. Relative local packages start there.
	Dir string
	// Config is the project's dbt_project.yml.
	Config *project.Config
	// Dependencies are what the project asks for.
	Dependencies *project.Dependencies
	// Render says how packages.yml was rendered: the lock file and the packages.yml
	// of packages are rendered in the same way.
	Render project.DependencyOptions
	// DBTVersion leaves out releases of the hub whose require-dbt-version it does not
	// meet; "" leaves out none.
	DBTVersion string
	// Upgrade resolves anew although the lock fits.
	Upgrade bool
	// LockOnly writes the lock and installs nothing.
	LockOnly bool
	// HubURL is the hub's address, DefaultHub when "".
	HubURL string
	// Client makes the requests; nil is a client with time limits.
	Client *http.Client
	// Git is the git executable, "git" when "".
	Git string
	// RetryDelay is the time between attempts at a request, a second when 0.
	RetryDelay time.Duration
	// Secrets are texts that no message may show.
	Secrets []string
	// Report receives what is done, a line each; nil discards it.
	Report func(line string)
}

// Install brings the installed packages to what the project asks for. Either all of
// them change or, on an error, none. The diagnostics' codes are those of
// project.ParseDependencies and
//
//	E225 versions that exclude each other       E430 the network
//	E226 no such package or version             E431 git
//	E227 two packages of one name               E432 an archive
//	E228 a directory that is no package         E433 the file system
//	W225 a git package without a fixed revision W226 a secret kept out of the lock
func Install(ctx context.Context, o Options) diag.List {
	r := newRun(o)
	if err := r.install(ctx); err != nil {
		r.diags = append(r.diags, diag.FromError(err, "E433", diag.Span{}))
	}
	return r.masked()
}

// run is one call of Install.
type run struct {
	Options
	hub  *hub
	work string         // a directory of its own beside the packages, removed at the end
	dirs map[pin]string // where the files of a package are, by pin.source
	// commits are what was checked out, by directory.
	commits map[string]string
	diags   diag.List
}

func newRun(o Options) *run {
	if o.HubURL == "" {
		o.HubURL = DefaultHub
	}
	if o.Client == nil {
		o.Client = &http.Client{Timeout: 5 * time.Minute}
	}
	if o.Git == "" {
		o.Git = "git"
	}
	if o.RetryDelay == 0 {
		o.RetryDelay = time.Second
	}
	if o.Report == nil {
		o.Report = func(string) {}
	}
	r := &run{Options: o, dirs: map[pin]string{}, commits: map[string]string{}}
	r.hub = &hub{run: r, packages: map[string]*hubPackage{}}
	return r
}

func (r *run) say(line string) { r.Report(mask(line, r.Secrets)) }

func (r *run) warn(d diag.Diagnostic) { r.diags = append(r.diags, d) }

// installPath is the directory of the installed packages.
func (r *run) installPath() string { return inDir(r.Dir, r.Config.PackagesInstallPath) }

func (r *run) lockPath() string { return filepath.Join(r.Dir, LockFile) }

// inDir returns a path that may be relative to a directory.
func inDir(dir, path string) string {
	path = filepath.FromSlash(path)
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(dir, path)
}

func (r *run) install(ctx context.Context) error {
	if len(r.Dependencies.Packages) == 0 {
		r.say("No packages were found in packages.yml")
		return nil
	}
	parent := filepath.Dir(r.installPath())
	if err := os.MkdirAll(parent, 0o777); err != nil {
		return fileError(err)
	}
	work, err := os.MkdirTemp(parent, ".mdl-deps-")
	if err != nil {
		return fileError(err)
	}
	r.work = work
	defer os.RemoveAll(work)

	lock, err := r.lock(ctx)
	if err != nil || r.LockOnly {
		return err
	}
	if r.isInstalled(lock) {
		r.say("Packages are installed as " + LockFile + " says: nothing to do")
		return nil
	}
	return r.installLock(ctx, lock)
}

// isInstalled reports whether the packages of a lock are there, installed from it.
func (r *run) isInstalled(lock *lock) bool {
	text, err := os.ReadFile(filepath.Join(r.installPath(), installedFile))
	if err != nil || string(text) != lock.text {
		return false
	}
	for _, p := range lock.pins {
		if p.name == "" {
			return false
		}
		if _, err := os.Stat(filepath.Join(r.installPath(), p.name, project.ConfigFile)); err != nil {
			return false
		}
	}
	return true
}

// installLock puts all packages of a lock into a new directory, which then takes the
// place of the old one.
func (r *run) installLock(ctx context.Context, lock *lock) error {
	stage := filepath.Join(r.work, "stage")
	if err := os.Mkdir(stage, 0o777); err != nil {
		return fileError(err)
	}
	seen := map[string]pin{}
	for _, p := range lock.pins {
		r.say("Installing " + p.title())
		name, err := r.installPin(ctx, stage, p)
		if err != nil {
			return err
		}
		if err := r.checkName(name, p, seen); err != nil {
			return err
		}
		r.say("Installed from " + p.origin())
		r.sayUpdate(p)
	}
	if err := os.WriteFile(filepath.Join(stage, installedFile), []byte(lock.text), 0o666); err != nil {
		return fileError(err)
	}
	return r.swap(stage)
}

// checkName makes sure that no two packages, nor a package and the project, have one
// name.
func (r *run) checkName(name string, p pin, seen map[string]pin) error {
	if name == r.Config.Name {
		return failf("E227", p.span, "the package %s has the name of this project, %s", p.title(), name).
			WithHint("rename the project, or remove the package")
	}
	if other, twice := seen[name]; twice {
		return failf("E227", p.span, "the packages %s and %s are both called %s", other.title(), p.title(), name).
			WithHint("list one of them only")
	}
	seen[name] = p
	return nil
}

// swap puts a finished directory in the place of the installed packages.
func (r *run) swap(stage string) error {
	path, old := r.installPath(), filepath.Join(r.work, "old")
	err := os.Rename(path, old)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fileError(err)
	}
	had := err == nil
	if err := os.Rename(stage, path); err != nil {
		if had {
			err = errors.Join(err, os.Rename(old, path))
		}
		return fileError(err)
	}
	return nil
}
