package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"mdl/cmd/internal/view"
	"mdl/compiler/diag"
)

// defaultWait is how long mdl waits for another process when nothing says
// otherwise: long enough for the end of a short command, too short to look
// like hanging.
const defaultWait = 10 * time.Second

// lockPause is the time between two tries of a lock.
const lockPause = 50 * time.Millisecond

// patience is how long a wait goes without saying.
const patience = 200 * time.Millisecond

// The lock files, below the target directory. The lock of runLock belongs to
// the process that runs a plan, for as long as it does; that of artifactsLock
// to one that writes artifacts, for moments. The kernel drops the locks of a
// process that ends, however it ends.
const (
	runLock       = ".mdl/run.lock"
	artifactsLock = ".mdl/artifacts.lock"
)

// errLocked says that another process has a lock.
var errLocked = errors.New("locked")

// holder is what a process writes into the file that it has locked.
type holder struct {
	PID     int       `json:"pid"`
	Command string    `json:"command"`
	Since   time.Time `json:"since"`
}

// String names the process for a message.
func (h holder) String() string {
	if h.PID == 0 {
		return "another mdl"
	}
	return fmt.Sprintf("%s (process %d, since %s)", h.Command, h.PID, h.Since.Local().Format("2006-01-02 15:04:05"))
}

// fileLock is a lock that this process has.
type fileLock struct{ file *os.File }

// release gives the lock to others; nobody must take the name of this process
// for that of the next one.
func (l *fileLock) release() {
	_ = l.file.Truncate(0)
	l.file.Close()
}

// tryLock takes the lock of a file, with its directory; errLocked when another
// process has it. A file that was removed while it was being locked (by clean)
// protects nothing, so it is made again.
func tryLock(path string, h holder) (*fileLock, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return nil, err
	}
	for {
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o666)
		if err != nil {
			return nil, err
		}
		if err := lockFile(f); err != nil {
			f.Close()
			return nil, err
		}
		mine, err := f.Stat()
		there, statErr := os.Stat(path)
		if err == nil && statErr == nil && os.SameFile(mine, there) {
			text, _ := json.Marshal(h)
			if f.Truncate(0) == nil {
				_, _ = f.WriteAt(append(text, '\n'), 0) // who it is, is only told
			}
			return &fileLock{f}, nil
		}
		f.Close()
	}
}

// lockedBy reads who has the lock of a file. Who has just taken it says so in a
// moment.
func lockedBy(path string) (h holder) {
	for range 20 {
		if text, err := os.ReadFile(path); err != nil || json.Unmarshal(text, &h) == nil {
			break
		}
		time.Sleep(lockPause / 5)
	}
	return h
}

// self is this process as others are told of it. Variables and arguments may
// hold what is nobody's business.
func (a *app) self() holder {
	words := []string{"mdl"}
	for i, w := range a.sys.args {
		name, _, assigned := strings.Cut(w, "=")
		switch {
		case name == "--vars" || name == "--args":
			if words = append(words, name); assigned {
				words = append(words, "...")
			}
		case i > 0 && (a.sys.args[i-1] == "--vars" || a.sys.args[i-1] == "--args"):
			words = append(words, "...")
		default:
			words = append(words, w)
		}
	}
	command := []rune(strings.Join(words, " "))
	if len(command) > 80 {
		command = append(command[:77], '.', '.', '.')
	}
	return holder{PID: os.Getpid(), Command: a.masked(string(command)), Since: a.sys.now()}
}

// lock takes a lock of the target directory. While another process has it, it
// waits and says so; then it gives up.
func (s *session) lock(ctx context.Context, name string, most time.Duration) (*fileLock, error) {
	path := filepath.Join(s.targetDir, filepath.FromSlash(name))
	wait := s.waiting(most, func() string {
		return fmt.Sprintf("%s is at work in %s", lockedBy(path), shown(s.root, s.targetDir))
	})
	for {
		l, err := tryLock(path, s.self())
		if !errors.Is(err, errLocked) {
			return l, err
		}
		if wait.pause(ctx) {
			continue
		}
		d := inUseError(shown(s.root, s.targetDir), path)
		return nil, &d
	}
}

// inUseError says who has the lock of a directory.
func inUseError(dir, path string) diag.Diagnostic {
	return diag.Diagnostic{
		Code: "E422", Summary: fmt.Sprintf("%s is in use: %s is at work in it", dir, lockedBy(path)),
		Hint: "wait for it with --wait 10m, or give one of the two its own --target-path",
	}
}

// inUse reports whether a process has the lock of a file.
func inUse(path string) bool {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return false
	}
	defer f.Close()
	return errors.Is(lockFile(f), errLocked)
}

// waiting is a wait for something that another process has.
type waiting struct {
	view  *view.View
	what  func() string
	most  time.Duration
	until time.Time
	told  bool
}

func (s *session) waiting(most time.Duration, what func() string) *waiting {
	return &waiting{view: s.view, what: what, most: most, until: time.Now().Add(most)}
}

// pause waits a moment; it reports whether to try again. The first time it
// tells what is waited for.
func (w *waiting) pause(ctx context.Context) bool {
	if ctx.Err() != nil || !time.Now().Before(w.until) {
		return false
	}
	if !w.told && time.Until(w.until) < w.most-patience {
		w.told = true
		w.view.Warnf("%s: waiting for up to %s", w.what(), w.most)
	}
	select {
	case <-ctx.Done():
		return false
	case <-time.After(lockPause):
		return true
	}
}

// holdTarget makes the target directory this process's own until release is
// called: it checks that artifacts can be written, before anything is built,
// and removes the files that a killed process was writing.
func (s *session) holdTarget(ctx context.Context) (release func(), err error) {
	if err := s.checkTarget(); err != nil {
		return nil, err
	}
	l, err := s.lock(ctx, runLock, s.wait)
	if err != nil {
		return nil, s.stopErr("E420", "", err)
	}
	_ = s.alone(func() error { return os.RemoveAll(s.tempDir()) }) // they are in the way of nobody
	return l.release, nil
}

// alone does something to the artifacts while no other process does. It takes
// moments, so that one always waits for it.
func (s *session) alone(do func() error) error {
	l, err := s.lock(context.Background(), artifactsLock, defaultWait)
	if err != nil {
		return err
	}
	defer l.release()
	return do()
}

// tempDir is where files of the target directory are written before they are
// moved to their place.
func (s *session) tempDir() string { return filepath.Join(s.targetDir, ".mdl", "tmp") }

// parseWait reads a duration: a number of seconds, or one with a unit.
func parseWait(text string) (time.Duration, bool) {
	d, err := time.ParseDuration(text)
	if err != nil {
		d, err = time.ParseDuration(text + "s")
	}
	return d, err == nil && d >= 0
}
