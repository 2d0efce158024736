package main

import (
	"encoding/json"
	"os"
	"path/filepath"

	"mdl/compiler"
)

// writtenManifest is what is known of the manifest.json that was last written.
type writtenManifest struct {
	Edition string   // of the manifest
	Run     bool     // a run has added to it
	Size    int64    // of the file
	ModTime int64    // of the file, in nanoseconds
	Names   []string // of the environment variables in it
}

func (s *session) writtenPath() string {
	return filepath.Join(".mdl", "manifest-"+s.profile.Name+"-"+s.profile.Target+".json")
}

// written reports whether the manifest.json that is there says all that a new
// one would, but for the time and the invocation; so that a command that only
// reads the project need not write a file that may be a thousand times longer
// than what it was asked for. To ls one that a run has added to is as good.
func (s *session) written(m *compiler.Manifest) (names []string, ok bool) {
	raw, err := os.ReadFile(filepath.Join(s.targetDir, s.writtenPath()))
	var last writtenManifest
	if err != nil || json.Unmarshal(raw, &last) != nil || m.Edition() == "" || last.Edition != m.Edition() {
		return nil, false
	}
	info, err := os.Stat(filepath.Join(s.targetDir, manifestFile))
	if err != nil || info.Size() != last.Size || info.ModTime().UnixNano() != last.ModTime {
		return nil, false
	}
	return last.Names, !last.Run || s.which() == "list"
}

// noteWritten keeps what written asks.
func (s *session) noteWritten(m *compiler.Manifest, run bool, names []string) {
	info, err := os.Stat(filepath.Join(s.targetDir, manifestFile))
	if err != nil || m.Edition() == "" {
		return
	}
	raw, err := json.Marshal(writtenManifest{m.Edition(), run, info.Size(), info.ModTime().UnixNano(), names})
	if err == nil {
		_ = s.write(s.writtenPath(), raw)
	}
}
