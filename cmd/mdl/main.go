// Command mdl builds dbt projects: flags, wiring and exit codes. What is told
// to the user goes through package view.
//
// The exit code is 0 when all went well, 1 when a node or a test failed, and 2
// when the command could not run.
package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// The exit codes.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
)

func main() {
	keepGarbage()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// After the first signal the default action is back: a second one ends mdl.
	context.AfterFunc(ctx, stop)
	code := run(ctx, host())
	stop()
	os.Exit(code)
}

// system is the world around mdl: nothing below main reads it elsewhere.
type system struct {
	args           []string
	stdout, stderr io.Writer
	dir, home      string
	environ        []string
	// badDotEnv are the lines of .env that cannot be read.
	badDotEnv []int
	now       func() time.Time
	// terminal tells that stdout is one; width is its number of columns.
	terminal bool
	width    int
}

func host() system {
	s := system{
		args: os.Args[1:], stdout: os.Stdout, stderr: os.Stderr,
		environ: os.Environ(), now: time.Now, width: 80,
	}
	if dir, err := os.Getwd(); err == nil {
		s.dir = filepath.Clean(dir) // it may be $PWD, as a shell has written it
	}
	s.environ, s.badDotEnv = withDotEnv(s.dir, s.environ)
	s.home, _ = os.UserHomeDir()
	if info, err := os.Stdout.Stat(); err == nil {
		s.terminal = info.Mode()&os.ModeCharDevice != 0
	}
	if text, ok := s.env("COLUMNS"); ok && s.terminal {
		if n, err := strconv.Atoi(text); err == nil && n >= 40 {
			s.width = n
		}
	}
	return s
}

// env looks an environment variable up.
func (s *system) env(name string) (string, bool) {
	for _, entry := range s.environ {
		if k, v, _ := strings.Cut(entry, "="); k == name {
			return v, true
		}
	}
	return "", false
}
