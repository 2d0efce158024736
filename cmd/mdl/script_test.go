package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"mdl": main})
}

// TestScripts runs testdata/script/*.txtar of the repository: what a user
// types, and what mdl answers. A script is named <command>_<behaviour>.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:       filepath.Join("..", "..", "testdata", "script"),
		Cmds:      scriptCommands,
		Condition: scriptCondition,
		// UPDATE_SCRIPTS=1 go test ./cmd/mdl writes what cmp finds different into
		// the scripts; look at it before you commit.
		UpdateScripts: os.Getenv("UPDATE_SCRIPTS") != "",
		Setup: func(e *testscript.Env) error {
			e.Setenv("HOME", e.WorkDir)
			e.Setenv("NO_COLOR", "1")
			// A program with the race detector sleeps for a second before it ends:
			// long enough for races that its last goroutines have, too long for a
			// thousand programs.
			e.Setenv("GORACE", "atexit_sleep_ms=20")
			return nil
		},
	})
}
