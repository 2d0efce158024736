// Package outfile puts a file or a directory in its place at once: what is
// written goes beside the place, and takes it when it is complete.
package outfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Place is a path that is about to get a new file or directory. The zero value
// is not usable.
type Place struct {
	final, temp, old string
	published        bool
}

// At prepares a place: its parent directory is made, and what a killed run has
// left beside it is put back or removed. A symbolic link is followed. Errors
// are those of package os.
func At(path string) (*Place, error) {
	path, err := expand(path)
	if err != nil {
		return nil, err
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	dir, name := filepath.Split(filepath.Clean(path))
	p := &Place{
		final: filepath.Join(dir, name),
		temp:  filepath.Join(dir, "."+name+".mdl_tmp"),
		old:   filepath.Join(dir, "."+name+".mdl_old"),
	}
	if err := os.MkdirAll(filepath.Clean(filepath.Dir(p.final)), 0o777); err != nil {
		return nil, err
	}
	return p, p.recover()
}

// expand makes a path that begins with ~/ one in the home directory.
func expand(path string) (string, error) {
	rest, ok := strings.CutPrefix(path, "~/")
	if !ok {
		return path, nil
	}
	home, err := os.UserHomeDir()
	return filepath.Join(home, rest), err
}

// recover undoes what a killed run has left. The old content is put back only
// where the new one had not arrived.
func (p *Place) recover() error {
	if exists(p.old) && !exists(p.final) {
		if err := os.Rename(p.old, p.final); err != nil {
			return err
		}
	}
	return errors.Join(os.RemoveAll(p.old), os.RemoveAll(p.temp))
}

// Temp is where to write the new content.
func (p *Place) Temp() string { return p.temp }

// Occupied reports whether the place is a directory with something in it.
func (p *Place) Occupied() bool {
	entries, err := os.ReadDir(p.final)
	return err == nil && len(entries) > 0
}

// Keep adds to a new directory the files of the old one that it has no own
// version of.
func (p *Place) Keep() error {
	if !isDir(p.final) {
		return nil
	}
	return filepath.WalkDir(p.final, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		to := filepath.Join(p.temp, strings.TrimPrefix(path, p.final))
		if entry.IsDir() {
			return os.MkdirAll(to, 0o777)
		}
		if exists(to) {
			return nil
		}
		return linkOrCopy(path, to)
	})
}

// Publish gives the place its new content. The old one is kept until Done.
func (p *Place) Publish() error {
	p.published = true
	if exists(p.final) {
		// One file takes the place of another without a moment between.
		replace := !isDir(p.final) && !isDir(p.temp) && os.Link(p.final, p.old) == nil
		if !replace {
			if err := os.Rename(p.final, p.old); err != nil {
				return err
			}
		}
	}
	return os.Rename(p.temp, p.final)
}

// Undo puts the old content back, if Publish was called, and removes what was
// written. It can be called at any time, also after Done.
func (p *Place) Undo() error {
	if !p.published {
		return os.RemoveAll(p.temp)
	}
	p.published = false
	if !exists(p.old) || isDir(p.old) || isDir(p.final) {
		if err := os.RemoveAll(p.final); err != nil {
			return err
		}
	}
	if exists(p.old) {
		if err := os.Rename(p.old, p.final); err != nil {
			return err
		}
	}
	return os.RemoveAll(p.temp)
}

// Done removes the old content.
func (p *Place) Done() error {
	p.published = false
	return errors.Join(os.RemoveAll(p.old), os.RemoveAll(p.temp))
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

func isDir(path string) bool {
	info, err := os.Lstat(path)
	return err == nil && info.IsDir()
}

// linkOrCopy makes a second name of a file, or a copy where the file system
// knows of no second names.
func linkOrCopy(from, to string) error {
	if os.Link(from, to) == nil {
		return nil
	}
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil {
		_ = out.Close() // the failed copy is the error to tell
		return fmt.Errorf("copying %s: %w", from, err)
	}
	return out.Close()
}
