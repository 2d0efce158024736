package project

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"path"
	"unsafe"
)

// Input is a file or directory that was looked at while a project was loaded:
// whether it is still the same decides what a cache of the result is worth.
type Input struct {
	// Root is the directory of the package, as in Package.Dir, or the directory
	// in which packages are installed.
	Root string
	// Path is the slash-separated path below Root.
	Path string
	Kind InputKind
	Seen
	// Sum is the SHA-256 of a file's text, or of the names in a directory; ""
	// where the text was not read.
	Sum string
}

// Seen is what a file system says of a file or directory.
type Seen struct {
	Size int64
	// ModTime is that of its contents, ChangeTime that of all that is known of
	// it, in nanoseconds since 1970; 0 where the file system does not tell.
	ModTime, ChangeTime int64
}

// seen takes ChangeTime from a FileInfo that has a method of that name.
func seen(info fs.FileInfo) Seen {
	s := Seen{Size: info.Size(), ModTime: info.ModTime().UnixNano()}
	if c, ok := info.(interface{ ChangeTime() int64 }); ok {
		s.ChangeTime = c.ChangeTime()
	}
	return s
}

// InputKind is what an input was.
type InputKind uint8

// The kinds of inputs.
const (
	FileInput InputKind = iota
	DirInput
	MissingInput // there was nothing: what appears there changes the project
)

// State is what became of an input.
type State uint8

// The states of an input.
const (
	Same    State = iota
	Touched       // it was read again: the same text, though its time did not tell
	Changed
)

// Check compares an input with what is there now. What was changed less than
// trustAfter nanoseconds before since (the time of the load) is read again, as
// a later change may have left no other trace. The input is brought up to date.
func (in *Input) Check(files fs.FS, since int64) State {
	info, err := fs.Stat(files, in.Path)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) && in.Kind == MissingInput {
			return Same
		}
		return Changed
	}
	if in.Kind == MissingInput || info.IsDir() != (in.Kind == DirInput) {
		return Changed
	}
	now := seen(info)
	if now == in.Seen && max(now.ModTime, now.ChangeTime) < since-trustAfter {
		return Same
	}
	if in.Sum == "" || in.Sum != in.sum(files) {
		return Changed
	}
	in.Seen = now
	return Touched
}

// trustAfter is how far apart, in nanoseconds, two changes of a file must be
// for their times to differ on any file system.
const trustAfter = 2e9

// sum is the sum of what is there now; "" when it cannot be read.
func (in *Input) sum(files fs.FS) string {
	if in.Kind == DirInput {
		entries, err := fs.ReadDir(files, in.Path)
		if err != nil {
			return ""
		}
		return sumOfNames(entries)
	}
	raw, err := fs.ReadFile(files, in.Path)
	if err != nil {
		return ""
	}
	return sumOf(raw)
}

func sumOf(raw []byte) string {
	sum := sha256.Sum256(raw)
	return string(sum[:])
}

func sumOfNames(entries []fs.DirEntry) string {
	var b bytes.Buffer
	for _, e := range entries {
		b.WriteString(e.Name())
		b.WriteByte(0)
		b.WriteByte(byte(e.Type() >> 24)) // a link, a directory
	}
	return sumOf(b.Bytes())
}

// inputs collects the inputs of one package.
type inputs struct {
	root string
	list []Input
}

// readDir is fs.ReadDir that notes the directory.
func (in *inputs) readDir(files fs.FS, name string) ([]fs.DirEntry, error) {
	info, err := fs.Stat(files, name)
	if err != nil {
		in.missing(name)
		return nil, err
	}
	entries, err := fs.ReadDir(files, name)
	in.list = append(in.list, Input{
		Root: in.root, Path: name, Kind: DirInput, Seen: seen(info), Sum: sumOfNames(entries),
	})
	return entries, err
}

// readFile is fs.ReadFile that notes the file.
func (in *inputs) readFile(files fs.FS, name string) ([]byte, error) {
	raw, one, err := readInput(files, in.root, name)
	in.list = append(in.list, one)
	return raw, err
}

func (in *inputs) missing(name string) {
	in.list = append(in.list, Input{Root: in.root, Path: name, Kind: MissingInput})
}

// readInput reads a file with what identifies it. The file is opened once, so
// that both belong together.
func readInput(files fs.FS, root, name string) ([]byte, Input, error) {
	in := Input{Root: root, Path: path.Clean(name), Kind: MissingInput}
	f, err := files.Open(name)
	if err != nil {
		return nil, in, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, in, err
	}
	in.Kind, in.Seen = FileInput, seen(info)
	raw, err := readAll(f, info.Size())
	if err != nil {
		return nil, in, err
	}
	in.Sum = sumOf(raw)
	return raw, in, nil
}

// readAll reads a file of a size; one that says that it has none, as those of
// the kernel do, to its end.
func readAll(f fs.File, size int64) ([]byte, error) {
	if size <= 0 || size > 1<<30 {
		return io.ReadAll(f)
	}
	b := make([]byte, size)
	n, err := io.ReadFull(f, b)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil // it has become shorter
	}
	return b[:n], err
}

// textOf is what was read as a text, without a copy: nobody changes it.
func textOf(raw []byte) string { return unsafe.String(unsafe.SliceData(raw), len(raw)) }
