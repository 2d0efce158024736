package main

import (
	"fmt"
	"os"
	"path/filepath"
)

// cachePath is where the parse cache of a target is, below the target
// directory: nobody else reads it, and it can be removed at any time.
func (s *session) cachePath() string {
	return filepath.Join(".mdl", "parse-"+s.profile.Name+"-"+s.profile.Target+".cache")
}

// readCache returns the parse cache; nil when there is none.
func (s *session) readCache() []byte { return mapped(filepath.Join(s.targetDir, s.cachePath())) }

// writeCache keeps the parse cache. Where it cannot be written, the next run
// reads the project once more, and nothing else is lost. One that would hold a
// secret is not kept.
func (s *session) writeCache(cache []byte) {
	if s.secrets.in(cache) {
		return
	}
	_ = s.alone(func() error { return s.write(s.cachePath(), cache) })
}

// build tells this program from another build of it.
func build() string {
	path, err := os.Executable()
	if err != nil {
		return version
	}
	info, err := os.Stat(path)
	if err != nil {
		return version
	}
	return fmt.Sprint(version, info.Size(), info.ModTime().UnixNano())
}
