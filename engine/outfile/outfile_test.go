package outfile

import (
	"os"
	"path/filepath"
	"testing"
)

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// tree is what is below a directory: path and text.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	got := map[string]string{}
	err := filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err != nil || info.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		rel, _ := filepath.Rel(dir, path)
		got[filepath.ToSlash(rel)] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func wantTree(t *testing.T, dir string, want map[string]string) {
	t.Helper()
	got := tree(t, dir)
	if len(got) != len(want) {
		t.Errorf("there are %v, want %v", got, want)
	}
	for path, text := range want {
		if got[path] != text {
			t.Errorf("%s is %q, want %q", path, got[path], text)
		}
	}
}

func at(t *testing.T, path string) *Place {
	t.Helper()
	p, err := At(path)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestPublish(t *testing.T) {
	for _, c := range []struct {
		name     string
		old, new map[string]string // paths below the place; "" is the place itself
		keep     bool
		want     map[string]string
	}{
		{"a first file", nil, map[string]string{"": "new"}, false, map[string]string{"out": "new"}},
		{"a file over a file", map[string]string{"": "old"}, map[string]string{"": "new"}, false, map[string]string{"out": "new"}},
		{"a directory over a file", map[string]string{"": "old"}, map[string]string{"a/x": "1"}, false, map[string]string{"out/a/x": "1"}},
		{"a file over a directory", map[string]string{"a/x": "1"}, map[string]string{"": "new"}, false, map[string]string{"out": "new"}},
		{"a directory over a directory", map[string]string{"a/x": "1", "b/x": "2"}, map[string]string{"a/x": "3"}, false, map[string]string{"out/a/x": "3"}},
		{"a directory into a directory", map[string]string{"a/x": "1", "b/x": "2"}, map[string]string{"a/x": "3"}, true, map[string]string{"out/a/x": "3", "out/b/x": "2"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			place := filepath.Join(dir, "out")
			for path, text := range c.old {
				write(t, filepath.Join(place, path), text)
			}
			before := tree(t, dir)
			for _, ends := range []bool{false, true} { // first undone, then done
				p := at(t, place)
				for path, text := range c.new {
					write(t, filepath.Join(p.Temp(), path), text)
				}
				if c.keep {
					if err := p.Keep(); err != nil {
						t.Fatal(err)
					}
				}
				if err := p.Publish(); err != nil {
					t.Fatal(err)
				}
				end, want := p.Undo, before
				if ends {
					end, want = p.Done, c.want
				}
				if err := end(); err != nil {
					t.Fatal(err)
				}
				wantTree(t, dir, want)
			}
		})
	}
}

func TestUndoBeforePublish(t *testing.T) {
	dir := t.TempDir()
	place := filepath.Join(dir, "deep", "out.csv")
	write(t, place, "old")
	p := at(t, place)
	write(t, p.Temp(), "half")
	if err := p.Undo(); err != nil {
		t.Fatal(err)
	}
	wantTree(t, dir, map[string]string{"deep/out.csv": "old"})
}

// A run that was killed leaves its files; the next one sorts them out.
func TestRecover(t *testing.T) {
	for _, c := range []struct {
		name       string
		left, want map[string]string
	}{
		{"while writing", map[string]string{"out": "old", ".out.mdl_tmp": "half"}, map[string]string{"out": "old"}},
		{"between the renames", map[string]string{".out.mdl_old": "old", ".out.mdl_tmp": "new"}, map[string]string{"out": "old"}},
		{"after publishing", map[string]string{"out": "new", ".out.mdl_old": "old"}, map[string]string{"out": "new"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			for path, text := range c.left {
				write(t, filepath.Join(dir, path), text)
			}
			at(t, filepath.Join(dir, "out"))
			wantTree(t, dir, c.want)
		})
	}
}

func TestLinkIsFollowed(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "real", "x.csv"), "old")
	if err := os.Symlink(filepath.Join(dir, "real", "x.csv"), filepath.Join(dir, "link.csv")); err != nil {
		t.Skip(err)
	}
	p := at(t, filepath.Join(dir, "link.csv"))
	write(t, p.Temp(), "new")
	if err := p.Publish(); err != nil {
		t.Fatal(err)
	}
	if err := p.Done(); err != nil {
		t.Fatal(err)
	}
	wantTree(t, dir, map[string]string{"real/x.csv": "new", "link.csv": "new"})
}
