package deps

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"mdl/compiler/diag"
	"mdl/compiler/project"
)

// attempts is how often a request is made before it counts as failed.
const attempts = 3

// maxDownload bounds an answer: a package is text.
const maxDownload = 256 << 20

// fetch returns a directory with the files of a package, getting them once. The
// directory of a local package is the package's own: it is not to be changed.
func (r *run) fetch(ctx context.Context, p pin) (string, error) {
	if dir, ok := r.dirs[p.source()]; ok {
		return dir, nil
	}
	dir, err := r.get(ctx, p)
	if err == nil {
		r.dirs[p.source()] = dir
	}
	return dir, err
}

func (r *run) get(ctx context.Context, p pin) (string, error) {
	if p.kind == project.Local {
		return r.localDir(p)
	}
	dir, err := os.MkdirTemp(r.work, "fetch-")
	if err != nil {
		return "", fileError(err)
	}
	// What MkdirTemp makes is for its owner alone; a package is for all who may see
	// the project.
	if err := os.Chmod(dir, 0o755); err != nil {
		return "", fileError(err)
	}
	switch p.kind {
	case project.Git:
		return r.clone(ctx, p, dir)
	case project.Hub:
		release, err := r.hub.release(ctx, p)
		if err != nil {
			return "", err
		}
		return r.download(ctx, release.Downloads.Tarball, p, dir)
	}
	return r.download(ctx, p.location, p, dir)
}

func (r *run) localDir(p pin) (string, error) {
	dir, err := filepath.Abs(inDir(r.Dir, p.location))
	if err != nil {
		return "", fileError(err)
	}
	info, err := os.Stat(dir)
	if err != nil || !info.IsDir() {
		return "", failf("E226", p.span, "there is no directory %s", p.location).
			WithHint("the path of a local package starts at the project's directory")
	}
	return dir, nil
}

// installPin puts a package below the directory stage and returns its name.
func (r *run) installPin(ctx context.Context, stage string, p pin) (string, error) {
	dir, err := r.fetch(ctx, p)
	if err != nil {
		return "", err
	}
	name, err := r.projectName(ctx, p)
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(filepath.Join(dir, project.ConfigFile)); err != nil {
		return "", failf("E228", p.span, "the package %s has no %s", p.title(), project.ConfigFile).
			WithHint("%s", missingProjectHint(p))
	}
	to := filepath.Join(stage, name)
	if _, err := os.Lstat(to); err == nil {
		return name, nil // reported as a duplicate
	}
	if p.kind == project.Local {
		return name, linkOrCopy(dir, to)
	}
	if err := os.Rename(dir, to); err != nil {
		return "", fileError(err)
	}
	delete(r.dirs, p.source())
	return name, nil
}

// linkOrCopy makes a symbolic link to a directory, or a copy where there are no links.
func linkOrCopy(dir, to string) error {
	if os.Symlink(dir, to) == nil {
		return nil
	}
	if err := os.CopyFS(to, os.DirFS(dir)); err != nil {
		return fileError(err)
	}
	return nil
}

// download gets an archive and unpacks it; the package is its only directory.
func (r *run) download(ctx context.Context, address string, p pin, dir string) (string, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" {
		return "", failf("E432", p.span, "the address of %s is not one of the web: %s", p.title(), address)
	}
	body, status, err := r.request(ctx, address, p.span)
	if err != nil {
		return "", err
	}
	if status != http.StatusOK {
		return "", failf("E430", p.span, "%s answers %d %s", address, status, http.StatusText(status))
	}
	if err := unpack(body, dir); err != nil {
		return "", failf("E432", p.span, "the archive of %s: %v", p.title(), err).
			WithHint("the archive is a .tar.gz of one directory")
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", fileError(err)
	}
	if len(entries) != 1 || !entries[0].IsDir() {
		return "", failf("E432", p.span, "the archive of %s must hold one directory, it holds %d entries", p.title(), len(entries))
	}
	return filepath.Join(dir, entries[0].Name()), nil
}

// request gets an address. It tries again when the network or the server fails;
// every other answer is the caller's.
func (r *run) request(ctx context.Context, address string, at diag.Span) (body []byte, status int, err error) {
	for attempt := 1; ; attempt++ {
		body, status, err = r.requestOnce(ctx, address)
		if err == nil && status < 500 {
			return body, status, nil
		}
		if err == nil {
			err = fmt.Errorf("the server answers %d %s", status, http.StatusText(status))
		}
		if attempt == attempts {
			break
		}
		select {
		case <-ctx.Done():
			return nil, 0, ctx.Err()
		case <-time.After(r.RetryDelay):
		}
	}
	return nil, 0, networkError(address, err, at)
}

func (r *run) requestOnce(ctx context.Context, address string) ([]byte, int, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, 0, err
	}
	res, err := r.Client.Do(req)
	if err != nil {
		return nil, 0, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxDownload+1))
	if err == nil && len(body) > maxDownload {
		err = fmt.Errorf("the answer has more than %d MiB", maxDownload>>20)
	}
	return body, res.StatusCode, err
}

// networkError says that an address could not be reached, without the address being
// told twice.
func networkError(address string, err error, at diag.Span) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	reason := err.Error()
	var lookup *net.DNSError
	if errors.As(err, &lookup) {
		reason = "no address is known for " + lookup.Name
	}
	return failf("E430", at, "cannot read %s: %s", address, reason).WithHint("%s", offlineHint)
}

const offlineHint = "installing needs a network; packages that are installed already, and local: packages, need none"
