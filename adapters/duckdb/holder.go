package duckdb

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// holder says which process has the database open, from DuckDB's message
// ("... Conflicting lock is held in /usr/bin/mdl (PID 7) by user ann. See
// also ..."); "" where the message has none.
func holder(message string) string {
	_, rest, ok := strings.Cut(message, "Conflicting lock is held in ")
	if !ok {
		return ""
	}
	said, _, _ := strings.Cut(rest, ". See also")
	_, number, _ := strings.Cut(said, "(PID ")
	number, _, _ = strings.Cut(number, ")")
	if pid, err := strconv.Atoi(number); err == nil {
		return said + processDetails(pid)
	}
	return said
}

// processDetails are a process's command and the time of its start, where the
// system has /proc.
func processDetails(pid int) string {
	dir := filepath.Join("/proc", strconv.Itoa(pid))
	details := ""
	if command, err := os.ReadFile(filepath.Join(dir, "cmdline")); err == nil {
		if text := commandLine(command); text != "" {
			details += ": " + text
		}
	}
	stat, err := os.ReadFile(filepath.Join(dir, "stat"))
	if err != nil {
		return details
	}
	system, err := os.ReadFile("/proc/stat")
	if err != nil {
		return details
	}
	if at, ok := processStart(string(stat), string(system)); ok {
		details += at.Format(", since 2006-01-02 15:04:05")
	}
	return details
}

// longestCommand is the number of bytes of a command that a message shows.
const longestCommand = 80

// commandLine is a command in one line. What follows --vars and --args, and
// what sounds like a secret, is left out.
func commandLine(raw []byte) string {
	var words []string
	hide := false
	for part := range bytes.SplitSeq(bytes.TrimRight(raw, "\x00"), []byte{0}) {
		word := string(part)
		if len(words) == 0 {
			word = filepath.Base(word)
		}
		name, _, assigned := strings.Cut(word, "=")
		private := name == "--vars" || name == "--args" || strings.HasPrefix(name, "-") && soundsSecret(name)
		switch {
		case hide:
			word = "..."
		case private && assigned:
			word = name + "=..."
		}
		hide = private && !assigned
		words = append(words, word)
	}
	text := strings.ToValidUTF8(strings.Join(words, " "), "?")
	text = strings.Map(func(r rune) rune {
		if r < ' ' {
			return ' '
		}
		return r
	}, text)
	if len(text) > longestCommand {
		text = strings.ToValidUTF8(text[:longestCommand-3], "") + "..."
	}
	return text
}

// processStart reads the start of a process from its /proc/PID/stat, in ticks
// since the boot, and the time of the boot from /proc/stat.
func processStart(stat, system string) (time.Time, bool) {
	const field, ticks = 22 - 3, 100 // the first fields end with the name, in brackets
	end := strings.LastIndexByte(stat, ')')
	fields := strings.Fields(stat[end+1:])
	_, boot, found := strings.Cut(system, "btime ")
	if !found || len(fields) <= field {
		return time.Time{}, false
	}
	boot, _, _ = strings.Cut(boot, "\n")
	since, err := strconv.ParseInt(fields[field], 10, 64)
	began, bootErr := strconv.ParseInt(boot, 10, 64)
	if err != nil || bootErr != nil {
		return time.Time{}, false
	}
	return time.Unix(began+since/ticks, 0), true
}

// lockedMessage says that another process has a database file open.
func lockedMessage(path, message string) string {
	who := holder(message)
	if who != "" {
		who = ": " + who
	}
	return fmt.Sprintf("database file %q is in use by another process%s", path, who)
}
