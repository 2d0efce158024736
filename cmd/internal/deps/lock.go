package deps

import (
	"context"
	"crypto/sha1"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"

	"mdl/compiler/diag"
	"mdl/compiler/jinja/value"
	"mdl/compiler/project"
	"mdl/compiler/yaml"
)

// lock is a package-lock.yml.
type lock struct {
	text string
	pins []pin
}

// lock returns the lock of the project, resolving and writing it when there is none
// or when it was made from something else.
func (r *run) lock(ctx context.Context) (*lock, error) {
	hash, err := Hash(r.Dependencies.Packages)
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(r.lockPath())
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fileError(err)
	}
	if err == nil && !r.Upgrade {
		f := diag.NewFile(LockFile, string(text))
		if old, diags := project.ParseLock(f); !diags.HasErrors() && old.Hash == hash {
			return r.readLock(f)
		}
	}
	pins, err := r.resolve(ctx)
	if err != nil {
		return nil, err
	}
	out, err := r.lockText(pins, hash)
	if err != nil {
		return nil, err
	}
	r.say("Updating lock file in file path: " + r.lockPath())
	if err := r.writeFile(r.lockPath(), out); err != nil {
		return nil, err
	}
	return &lock{text: out, pins: pins}, nil
}

// readLock takes the packages from a lock that fits. It is rendered as packages.yml
// is, because a URL in it may name secrets.
func (r *run) readLock(f *diag.File) (*lock, error) {
	entries, diags := project.ParseDependencies(f, nil, r.Render)
	if err := diags.Err(); err != nil {
		return nil, err
	}
	l := &lock{text: f.Text}
	for _, d := range entries.Packages {
		q := newRequest(d)
		p := pin{kind: q.kind, location: q.location, written: q.written, subdirectory: q.subdirectory,
			revision: d.Revision, name: d.Name, span: q.span}
		if p.kind == project.Hub {
			p.version = q.versions[0]
		}
		l.pins = append(l.pins, p)
	}
	return l, nil
}

// writeFile writes a file that is there whole or not at all.
func (r *run) writeFile(path, text string) error {
	f, err := os.CreateTemp(r.work, "file-")
	if err != nil {
		return fileError(err)
	}
	_, err = f.WriteString(text)
	err = errors.Join(err, f.Chmod(0o644), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return fileError(err)
	}
	return nil
}

// lockText writes a lock as PyYAML does for dbt: keys sorted, lists indented.
func (r *run) lockText(pins []pin, hash string) (string, error) {
	var b strings.Builder
	b.WriteString("packages:\n")
	for _, p := range pins {
		entry := map[string]string{string(p.kind): r.scrub(p), "name": p.name}
		switch p.kind {
		case project.Hub:
			entry["version"] = p.version
		case project.Git:
			entry["revision"] = p.revision
			if p.subdirectory != "" {
				entry["subdirectory"] = p.subdirectory
			}
		}
		text, err := yamlText(entry)
		if err != nil {
			return "", err
		}
		for i, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
			b.WriteString(map[bool]string{true: "  - ", false: "    "}[i == 0])
			b.WriteString(line + "\n")
		}
	}
	b.WriteString("sha1_hash: " + hash + "\n")
	return b.String(), nil
}

// scrub returns how a lock names a package: as packages.yml does, without secrets.
func (r *run) scrub(p pin) string {
	if p.kind != project.Git && p.kind != project.Tarball {
		return p.location
	}
	clean := p.written
	for _, s := range r.Secrets {
		if s != "" {
			clean = strings.ReplaceAll(clean, s, "*****")
		}
	}
	if clean != p.written {
		r.warn(diag.Warnf("W226", p.span, "the lock file does not hold the secret in the address of %s", p.name).
			WithHint("name the secret with env_var in packages.yml"))
	}
	return clean
}

func yamlText(entry map[string]string) (string, error) {
	d := value.NewDictSize(len(entry))
	for k, v := range entry {
		d.SetStr(k, value.Str(v))
	}
	return yaml.ToYAML(d, true)
}

// Hash is the sha1_hash of a lock: of the JSON texts of the entries of packages.yml,
// rendered and as written, as dbt computes it.
func Hash(packages []project.Dependency) (string, error) {
	texts := make([]string, len(packages))
	for i, d := range packages {
		text, err := value.ToJSON(hashed(d), value.JSONOptions{SortKeys: true})
		if err != nil {
			return "", failf("E220", d.Span, "this package cannot be written to %s: %v", LockFile, err)
		}
		texts[i] = text
	}
	slices.Sort(texts)
	sum := sha1.Sum([]byte(strings.Join(texts, "\n")))
	return hex.EncodeToString(sum[:]), nil
}

// hashedKeys are the keys that dbt's contracts of the kinds have, with a value for
// those that are absent.
var hashedKeys = map[project.DependencyKind]map[string]value.Value{
	project.Hub:     {"package": value.None, "version": value.None, "install_prerelease": value.Bool(false)},
	project.Git:     {"git": value.None, "revision": value.None, "subdirectory": value.None, "warn-unpinned": value.None},
	project.Local:   {"local": value.None},
	project.Tarball: {"tarball": value.None, "name": value.None},
}

func hashed(d project.Dependency) *value.Dict {
	out := value.NewDict()
	for key, absent := range hashedKeys[d.Kind] {
		out.SetStr(key, absent)
		if n := d.Node.Get(key); n != nil {
			out.SetStr(key, n.ToValue())
		}
	}
	if n := d.Node.Get("name"); !n.IsNull() {
		out.SetStr("name", n.ToValue())
	}
	out.SetStr("unrendered", d.Raw.ToValue())
	return out
}
