package main

import (
	"encoding/binary"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"

	"mdl/compiler"
	"mdl/compiler/state"
)

// fragments keeps the JSON of resources between two invocations, in a file
// that grows by what has changed: a head, then records of an id, the stamp of
// what it was made of, a sum and the JSON. It implements artifact.Fragments.
type fragments struct {
	path     string
	temp     string   // the directory of files that are being written
	secrets  *secrets // what holds one is not kept
	head     string
	manifest *compiler.Manifest
	data     []byte // the file
	at       map[string]record
	added    []byte          // records that have not been written yet
	out      *newFile        // takes them where the file is made anew
	names    *state.EnvNames // what is kept is searched for them; may be nil
}

// record is the place of a fragment in the file.
type record struct {
	start, end int
	sum        uint32
}

const fragmentsMagic = "mdl manifest fragments 1\n"

// openFragments reads what was kept of a manifest's resources. Of another
// project, or after everything was read anew, that is nothing.
func openFragments(path, temp, projectDir string, secrets *secrets, m *compiler.Manifest) *fragments {
	f := &fragments{path: path, temp: temp, secrets: secrets, head: fragmentsMagic + m.Generation() + " " + projectDir + "\n", manifest: m, at: map[string]record{}}
	if m.Generation() == "" {
		return f
	}
	data := mapped(path)
	if len(data) < len(f.head) || string(data[:len(f.head)]) != f.head {
		return f
	}
	f.data = data
	for at := len(f.head); at < len(data); {
		next, ok := f.index(at)
		if !ok {
			break // the rest was being written when the machine stopped
		}
		at = next
	}
	return f
}

// index notes the record at a place and returns the place of the next one.
func (f *fragments) index(at int) (next int, ok bool) {
	size, n := binary.Uvarint(f.data[at:])
	if n <= 0 || size > uint64(len(f.data)-at-n) {
		return 0, false
	}
	id := f.data[at+n : at+n+int(size)]
	at += n + int(size)
	if len(f.data)-at < 16 {
		return 0, false
	}
	stamp := binary.LittleEndian.Uint64(f.data[at:])
	r := record{start: at + 16, sum: binary.LittleEndian.Uint32(f.data[at+8:])}
	length := int(binary.LittleEndian.Uint32(f.data[at+12:]))
	if length > len(f.data)-r.start {
		return 0, false
	}
	r.end = r.start + length
	if name := string(id); stamp == f.manifest.Stamp(name) {
		f.at[name] = r
	}
	return r.end, true
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Fragment implements artifact.Fragments.
func (f *fragments) Fragment(id string) []byte {
	r, ok := f.at[id]
	if !ok {
		return nil
	}
	json := f.data[r.start:r.end]
	if crc32.Checksum(json, castagnoli) != r.sum {
		return nil
	}
	return json
}

// Keep implements artifact.Fragments.
func (f *fragments) Keep(id string, json []byte) {
	if f.names != nil {
		_, _ = f.names.Write(json)
	}
	if n := f.manifest.Node(id); f.manifest.Generation() == "" || n != nil && n.Volatile || f.secrets.in(json) {
		return
	}
	b := binary.AppendUvarint(f.added, uint64(len(id)))
	b = append(b, id...)
	b = binary.LittleEndian.AppendUint64(b, f.manifest.Stamp(id))
	b = binary.LittleEndian.AppendUint32(b, crc32.Checksum(json, castagnoli))
	b = binary.LittleEndian.AppendUint32(b, uint32(len(json)))
	if f.added = append(b, json...); len(f.added) >= fragmentsChunk {
		f.flush()
	}
}

// fragmentsChunk is the number of bytes that are gathered before they are
// written: whole records, so that two commands can add to one file.
const fragmentsChunk = 256 << 10

// flush writes what was kept. What cannot be written is made anew the next
// time.
func (f *fragments) flush() {
	defer func() { f.added = f.added[:0] }()
	if f.data != nil {
		out, err := os.OpenFile(f.path, os.O_RDWR|os.O_APPEND, 0)
		if err != nil {
			return
		}
		defer out.Close()
		// Another command may have put a file of its own there since.
		head := make([]byte, len(f.head))
		if _, err := out.ReadAt(head, 0); err == nil && string(head) == f.head {
			_, _ = out.Write(f.added)
		}
		return
	}
	if f.out == nil {
		f.out = createFile(f.path, f.temp)
		_, _ = io.WriteString(f.out, f.head)
	}
	_, _ = f.out.Write(f.added)
}

// save ends what was kept.
func (f *fragments) save() {
	if len(f.added) > 0 {
		f.flush()
	}
	if f.out != nil {
		_ = f.out.replace()
		f.out = nil
	}
}

// fragments opens the fragments of the session's target.
func (s *session) fragments(m *compiler.Manifest) *fragments {
	name := "manifest-" + s.profile.Name + "-" + s.profile.Target + ".fragments"
	return openFragments(filepath.Join(s.targetDir, ".mdl", name), s.tempDir(), s.root, s.secrets, m)
}
