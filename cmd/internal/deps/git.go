package deps

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"mdl/compiler/diag"
)

// clone gets a revision of a repository and returns the package's directory. The
// history is not kept: its configuration would hold the credentials of the URL.
func (r *run) clone(ctx context.Context, p pin, dir string) (string, error) {
	for _, text := range []string{p.location, p.revision} {
		if strings.HasPrefix(text, "-") {
			return "", failf("E431", p.span, "%q is not the name of a git repository or revision", text)
		}
	}
	steps := [][]string{
		{"init", "--quiet"},
		{"remote", "add", "--", "origin", gitLocation(r.Dir, p.location)},
	}
	for _, args := range steps {
		if _, err := r.git(ctx, dir, p, args...); err != nil {
			return "", err
		}
	}
	if err := r.checkout(ctx, dir, p); err != nil {
		return "", err
	}
	id, err := r.git(ctx, dir, p, "rev-parse", "HEAD")
	if err != nil {
		return "", err
	}
	if err := os.RemoveAll(filepath.Join(dir, ".git")); err != nil {
		return "", fileError(err)
	}
	out := dir
	if p.subdirectory != "" {
		if out, err = subdirectory(dir, p); err != nil {
			return "", err
		}
	}
	r.commits[out] = id
	return out, nil
}

// gitLocation makes a path that is relative to the project absolute: git runs
// elsewhere.
func gitLocation(dir, location string) string {
	if !strings.HasPrefix(location, "./") && !strings.HasPrefix(location, "../") {
		return location
	}
	if abs, err := filepath.Abs(inDir(dir, location)); err == nil {
		return abs
	}
	return location
}

// checkout gets one revision alone; a server that does not give it so, or a
// shortened commit, costs the whole history.
func (r *run) checkout(ctx context.Context, dir string, p pin) error {
	_, err := r.git(ctx, dir, p, "fetch", "--quiet", "--depth", "1", "origin", p.revision)
	if err == nil {
		_, err = r.git(ctx, dir, p, "checkout", "--quiet", "--detach", "FETCH_HEAD")
		return err
	}
	if ctx.Err() != nil || p.revision == "HEAD" {
		return err
	}
	if _, all := r.git(ctx, dir, p, "fetch", "--quiet", "--tags", "origin"); all != nil {
		return all
	}
	if _, missing := r.git(ctx, dir, p, "checkout", "--quiet", "--detach", p.revision, "--"); missing != nil {
		return failf("E431", p.span, "the repository %s has no revision %s", p.location, p.revision)
	}
	return nil
}

// subdirectory returns a directory of a checkout.
func subdirectory(dir string, p pin) (string, error) {
	path := filepath.FromSlash(p.subdirectory)
	if !filepath.IsLocal(path) {
		return "", failf("E228", p.span, "the subdirectory %s is not inside the repository", p.subdirectory)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return "", fileError(err)
	}
	defer root.Close()
	info, err := root.Stat(path)
	if err != nil || !info.IsDir() {
		return "", failf("E228", p.span, "the repository %s has no directory %s at %s", p.location, p.subdirectory, p.revision)
	}
	return filepath.Join(dir, path), nil
}

// fixRevision puts the commit in the place of a branch or a tag, and warns when the
// package would change by itself.
func (r *run) fixRevision(ctx context.Context, p pin, warn bool) (pin, error) {
	moving := p.revision == "HEAD" || p.revision == "main" || p.revision == "master"
	if moving && warn {
		r.warn(diag.Warnf("W225", p.span, "the git package %s is not fixed: %s changes with every commit", p.location, p.revision).
			WithHint("name a tag or a commit with revision:, or say warn-unpinned: false"))
	}
	dir, err := r.fetch(ctx, p)
	if err != nil {
		return p, err
	}
	p.revision = r.commits[dir]
	r.dirs[p.source()] = dir
	return p, nil
}

// git runs git in a directory and returns what it prints.
func (r *run) git(ctx context.Context, dir string, p pin, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, r.Git, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "LC_ALL=C", "GIT_TERMINAL_PROMPT=0")
	var out, log strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &log
	err := cmd.Run()
	switch {
	case err == nil:
		return strings.TrimSpace(out.String()), nil
	case ctx.Err() != nil:
		return "", ctx.Err()
	case errors.Is(err, exec.ErrNotFound):
		return "", failf("E431", p.span, "the package %s needs git, which is not on PATH", p.location).
			WithHint("install git, or set PATH so that it is found")
	}
	f := failf("E431", p.span, "git cannot get %s", p.location).WithHint("%s", offlineHint)
	f.Detail = strings.TrimSpace(log.String())
	return "", f
}
