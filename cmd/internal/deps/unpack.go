package deps

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
)

// maxUnpacked and maxEntries bound what an archive may become.
const (
	maxUnpacked = 1 << 30
	maxEntries  = 100_000
)

// unpack writes the files of a .tar.gz below a directory. An entry that would lie
// outside of it is an error, as is a link that leads there; entries that are neither
// files, directories nor symbolic links are left out.
func unpack(archive []byte, dir string) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	gz, err := gzip.NewReader(bytes.NewReader(archive))
	if err != nil {
		return err
	}
	files := tar.NewReader(gz)
	left := int64(maxUnpacked)
	for range maxEntries {
		h, err := files.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if left -= h.Size; left < 0 {
			return fmt.Errorf("more than %d MiB when unpacked", maxUnpacked>>20)
		}
		if err := unpackEntry(root, h, files); err != nil {
			return err
		}
	}
	return fmt.Errorf("more than %d entries", maxEntries)
}

func unpackEntry(root *os.Root, h *tar.Header, content io.Reader) error {
	name := filepath.FromSlash(path.Clean(h.Name))
	if h.Typeflag == tar.TypeXGlobalHeader {
		return nil
	}
	if !filepath.IsLocal(name) {
		return fmt.Errorf("the entry %q lies outside of the archive", h.Name)
	}
	switch h.Typeflag {
	case tar.TypeDir:
		return root.MkdirAll(name, 0o777)
	case tar.TypeReg:
		if err := root.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			return err
		}
		return writeEntry(root, name, h, content)
	case tar.TypeSymlink:
		if target := path.Join(path.Dir(h.Name), h.Linkname); path.IsAbs(h.Linkname) || !filepath.IsLocal(filepath.FromSlash(target)) {
			return fmt.Errorf("the link %q leads outside of the archive", h.Name)
		}
		if err := root.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			return err
		}
		return root.Symlink(filepath.FromSlash(h.Linkname), name)
	}
	return nil
}

func writeEntry(root *os.Root, name string, h *tar.Header, content io.Reader) error {
	mode := os.FileMode(0o666)
	if h.FileInfo().Mode()&0o100 != 0 {
		mode = 0o777
	}
	f, err := root.OpenFile(name, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, mode)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, content)
	return errors.Join(err, f.Close())
}
