package main

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"

	"mdl/compiler"
	"mdl/compiler/jinja/value"
	"mdl/compiler/state"
	"mdl/engine/artifact"
)

// writtenManifest is what is known of the manifest.json that was last written.
type writtenManifest struct {
	Edition    string   // of the manifest
	Generation string   // of the manifest
	Run        bool     // a run has added to it
	Size       int64    // of the file
	ModTime    int64    // of the file, in nanoseconds
	Names      []string // of the environment variables in it
	Envs       string   // the variables of the environment that its metadata tell
}

func (s *session) writtenPath() string {
	return filepath.Join(".mdl", "manifest-"+s.profile.Name+"-"+s.profile.Target+".json")
}

// lastWritten is what noteWritten kept.
func (s *session) lastWritten() (last writtenManifest) {
	raw, err := os.ReadFile(filepath.Join(s.targetDir, s.writtenPath()))
	if err != nil || json.Unmarshal(raw, &last) != nil {
		return writtenManifest{}
	}
	return last
}

// written reports whether the manifest.json that is there says all that a new
// one would, but for the time and the invocation; so that a command that only
// reads the project need not write a file that may be a thousand times longer
// than what it was asked for. To ls one that a run has added to is as good.
func (s *session) written(m *compiler.Manifest) (names []string, ok bool) {
	last := s.lastWritten()
	if m.Edition() == "" || last.Edition != m.Edition() || last.Envs != value.Repr(s.env.MetadataEnvs) {
		return nil, false
	}
	info, err := os.Stat(filepath.Join(s.targetDir, manifestFile))
	if err != nil || info.Size() != last.Size || info.ModTime().UnixNano() != last.ModTime {
		return nil, false
	}
	return last.Names, !last.Run || s.which() == "list"
}

// envNames are the names of the environment variables that the project's
// templates name. Those of what has not changed since a manifest.json are known;
// else what is written is searched for them.
func (s *session) envNames(m *compiler.Manifest, about *artifact.Manifest, kept *fragments, out io.Writer) (io.Writer, *state.EnvNames) {
	names := &state.EnvNames{}
	last := s.lastWritten()
	if m.Generation() == "" || last.Generation != m.Generation() {
		return io.MultiWriter(out, names), names
	}
	names.Add(last.Names...)
	for id := range about.Compiled {
		if n := m.Node(id); n != nil {
			_, _ = io.WriteString(names, n.Raw)
		}
	}
	kept.names = names
	return out, names
}

// noteWritten keeps what written asks.
func (s *session) noteWritten(m *compiler.Manifest, run bool, names []string) {
	info, err := os.Stat(filepath.Join(s.targetDir, manifestFile))
	if err != nil || m.Edition() == "" {
		return
	}
	raw, err := json.Marshal(writtenManifest{m.Edition(), m.Generation(), run, info.Size(), info.ModTime().UnixNano(), names, value.Repr(s.env.MetadataEnvs)})
	if err == nil {
		_ = s.write(s.writtenPath(), raw)
	}
}
