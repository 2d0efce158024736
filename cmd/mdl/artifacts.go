package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"mdl/compiler"
	"mdl/compiler/diag"
	"mdl/compiler/state"
	"mdl/engine"
	"mdl/engine/artifact"
)

// write stores a file below the target directory as writeTo does, and leaves
// one alone that is there word for word: a run writes two files a node, mostly
// those of the last run.
func (s *session) write(path string, data []byte) error {
	path, data = filepath.Join(s.targetDir, filepath.FromSlash(path)), s.maskedFile(data)
	if holds(path, data) {
		return nil
	}
	f := createFile(path, s.tempDir())
	if f.err == nil {
		_, f.err = f.file.Write(data)
	}
	return f.replace()
}

// holds reports whether a file is there and has the content.
func holds(path string, data []byte) bool {
	info, err := os.Stat(path)
	if err != nil || info.Size() != int64(len(data)) {
		return false
	}
	old, err := os.ReadFile(path)
	return err == nil && bytes.Equal(old, data)
}

func (s *session) writeTo(path string, fill func(io.Writer) error) (err error) {
	return replaceFile(filepath.Join(s.targetDir, filepath.FromSlash(path)), s.tempDir(), s.masking(fill))
}

// masking masks what is filled in, where there is anything to mask: then all
// of it is looked at in memory.
func (s *session) masking(fill func(io.Writer) error) func(io.Writer) error {
	if s.secrets.written == nil {
		return fill
	}
	return func(w io.Writer) error {
		var b bytes.Buffer
		if err := fill(&b); err != nil {
			return err
		}
		_, err := w.Write(s.maskedFile(b.Bytes()))
		return err
	}
}

// replaceFile writes a file, with its directory; a reader sees the old file or
// the new one.
func replaceFile(path, temp string, fill func(io.Writer) error) error {
	f := createFile(path, temp)
	if err := fill(f); err != nil {
		f.discard()
		return err
	}
	return f.replace()
}

// newFile is a file that is being written, in a directory for such files, until
// it replaces another one. An error stays: replace returns the first one.
type newFile struct {
	path string
	file *os.File
	buf  *bufio.Writer // nil until something is written through it
	err  error
}

// createFile begins a file. It is written in temp, a directory on the same disk.
func createFile(path, temp string) *newFile {
	f := &newFile{path: path}
	name := filepath.Join(temp, strconv.FormatUint(rand.Uint64(), 36))
	if f.file, f.err = os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666); !errors.Is(f.err, fs.ErrNotExist) {
		return f
	}
	if f.err = os.MkdirAll(temp, 0o777); f.err == nil {
		f.file, f.err = os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
	}
	return f
}

// Write implements io.Writer.
func (f *newFile) Write(b []byte) (int, error) {
	if f.err != nil {
		return 0, f.err
	}
	if f.buf == nil {
		f.buf = bufio.NewWriterSize(f.file, 64<<10)
	}
	var n int
	n, f.err = f.buf.Write(b)
	return n, f.err
}

// replace ends the file and puts it in the place of the old one, with its
// directory.
func (f *newFile) replace() error {
	if f.err == nil && f.buf != nil {
		f.err = f.buf.Flush()
	}
	if f.err != nil {
		f.discard()
		return f.err
	}
	if f.err = f.file.Close(); f.err == nil {
		f.err = os.Rename(f.file.Name(), f.path)
	}
	if errors.Is(f.err, fs.ErrNotExist) {
		if f.err = os.MkdirAll(filepath.Dir(f.path), 0o777); f.err == nil {
			f.err = os.Rename(f.file.Name(), f.path)
		}
	}
	if f.err != nil {
		os.Remove(f.file.Name())
	}
	return f.err
}

// discard leaves the old file as it is.
func (f *newFile) discard() {
	if f.file != nil {
		f.file.Close()
		os.Remove(f.file.Name())
	}
}

func (s *session) about() artifact.Metadata {
	return artifact.Metadata{
		GeneratedAt: s.sys.now(), InvocationID: s.id, InvocationStartedAt: s.started, Env: s.env.MetadataEnvs,
	}
}

// writeManifest writes manifest.json, with what a run made of each node, and
// semantic_manifest.json.
func (s *session) writeManifest(m *compiler.Manifest, res *engine.Results) error {
	if !s.opt.writeJSON {
		return nil
	}
	err := s.alone(func() error { return s.manifestFiles(m, res) })
	var d *diag.Diagnostic
	switch {
	case err == nil || err == errStopped:
		return err
	case errors.As(err, &d): // another process has the lock
		return s.stop(diag.List{*d})
	}
	return s.unwritable(manifestFile, err)
}

func (s *session) manifestFiles(m *compiler.Manifest, res *engine.Results) error {
	if res == nil {
		if names, ok := s.written(m); ok {
			return s.writeInputs(m, names)
		}
	}
	about := artifact.Manifest{Metadata: s.about(), RunStartedAt: s.started, ProjectDir: s.root}
	if res != nil {
		about.Compiled = artifact.Compiled(res, shown(s.root, s.targetDir))
	}
	kept := s.fragments(m)
	about.Fragments = kept
	defer kept.save()
	var names *state.EnvNames
	write := func(w io.Writer) error {
		w, names = s.envNames(m, &about, kept, w)
		return artifact.WriteManifest(w, m, about)
	}
	var err error
	if res != nil {
		err = s.writeTo(manifestFile, func(w io.Writer) error { return s.writePacked(w, write) })
	} else {
		err = s.writeTo(manifestFile, write)
	}
	if err != nil {
		return s.unwritable(manifestFile, err)
	}
	if err := s.writeInputs(m, names.Names()); err != nil {
		return err
	}
	err = s.writeTo("semantic_manifest.json", func(w io.Writer) error { return artifact.WriteSemanticManifest(w, m) })
	if err != nil {
		return s.unwritable("semantic_manifest.json", err)
	}
	err = s.writeTo("graph_summary.json", func(w io.Writer) error { return artifact.WriteGraphSummary(w, m, s.id) })
	if err != nil {
		return s.unwritable("graph_summary.json", err)
	}
	s.noteWritten(m, res != nil, names.Names())
	return nil
}

// writePacked writes a manifest twice: as JSON into w, and as the document that
// dbt's own Python classes read, which programs around dbt open after a run.
func (s *session) writePacked(w io.Writer, write func(io.Writer) error) error {
	f := createFile(filepath.Join(s.targetDir, "partial_parse.msgpack"), s.tempDir())
	if f.err != nil {
		return f.err
	}
	packed := artifact.NewMsgpack(f.file)
	err := s.masking(write)(io.MultiWriter(w, packed))
	if err == nil {
		err = packed.Close()
	}
	if err != nil {
		f.discard()
		return err
	}
	return f.replace()
}

func (s *session) writeResults(res *engine.Results) error {
	if !s.opt.writeJSON {
		return nil
	}
	switch res.Command {
	case engine.CmdFreshness:
		return s.writeAges(res, sourcesFile, artifact.WriteSources)
	case engine.CmdAllFreshness:
		return s.writeAges(res, "freshness.json", artifact.WriteFreshness)
	}
	if res.Command == engine.CmdCompile && (s.command != "compile" || len(s.opt.selected) == 0) {
		res = withoutEphemeral(res)
	}
	return s.unwritable(resultsFile, s.writeTo(resultsFile, func(w io.Writer) error {
		return artifact.WriteRunResults(w, res, s.about(), s.resultArgs())
	}))
}

// withoutEphemeral leaves out ephemeral models, which dbt tells of only where
// compile was asked for some nodes.
func withoutEphemeral(res *engine.Results) *engine.Results {
	rest := *res
	rest.Results = slices.DeleteFunc(slices.Clone(res.Results), func(r *engine.Result) bool {
		return r.Node != nil && r.Node.IsEphemeral() && r.Status == engine.Success
	})
	return &rest
}

// writeAges writes sources.json or freshness.json, or the file that --output
// names.
func (s *session) writeAges(res *engine.Results, name string, write func(io.Writer, *engine.Results, artifact.Metadata) error) error {
	path, temp := filepath.Join(s.targetDir, name), s.tempDir()
	if s.opt.output != "" {
		if path = s.opt.output; !filepath.IsAbs(path) {
			path = filepath.Join(s.sys.dir, path)
		}
		temp = filepath.Dir(path)
	}
	return s.unwritable(path, replaceFile(path, temp, s.masking(func(w io.Writer) error { return write(w, res, s.about()) })))
}

// checkTarget checks that artifacts can be written, before anything is built.
func (s *session) checkTarget() error {
	err := os.MkdirAll(s.targetDir, 0o777)
	if err == nil {
		f := createFile("", s.tempDir()) // a killed process leaves it where the next one looks
		f.discard()
		err = f.err
	}
	if err := s.unwritable("", err); err != nil {
		s.view.Counts(1, 0)
		return err
	}
	return nil
}

// unwritable tells that an artifact, or the whole directory when there is no
// name, cannot be written.
func (s *session) unwritable(name string, err error) error {
	if err == nil {
		return nil
	}
	why := err
	if p := (*fs.PathError)(nil); errors.As(err, &p) {
		why = p.Err
	}
	s.view.Diagnostics(diag.List{{
		Code: "E420", Summary: fmt.Sprintf("cannot write to %s: %v", filepath.Join(shown(s.root, s.targetDir), name), why),
		Hint: "--target-path names another directory for artifacts", Cause: err,
	}})
	return errStopped
}
