package duckdb

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"mdl/adapters"
)

// load loads an extension that is on this machine already: mdl downloads
// nothing.
func (c *conn) load(ctx context.Context, e Extension) error {
	_, err := c.Exec(ctx, "load "+e.Name)
	if q, ok := errors.AsType[*adapters.QueryError](err); ok && e.Repository != "" && strings.Contains(q.Hint, installCommand(e.Name, "")) {
		q.Hint = installHint(e.Name, e.Repository)
	}
	return inProfile("extensions", err)
}

// extensionFile is in DuckDB's complaint about an extension that is not there.
var extensionFile = regexp.MustCompile(`Extension "(.*)[/\\]([^/\\"]+)\.duckdb_extension" not found`)

// missingExtension returns what to say of a message that an extension is not
// installed, or not loaded; "" where it says something else.
func missingExtension(message string) (said, hint string) {
	first, _, _ := strings.Cut(message, "\n")
	name := namedInstall(message)
	if at := extensionFile.FindStringSubmatch(message); at != nil {
		if name == "" {
			name = at[2]
		}
		return fmt.Sprintf("extension %q is not installed in %s", name, at[1]), installHint(name, "")
	}
	switch {
	case name == "":
		return "", ""
	case strings.Contains(first, "catalog"): // it names what the extension has
		return first, fmt.Sprintf("add %q to `extensions` in the profile", name)
	}
	return fmt.Sprintf("extension %q is not installed", name), installHint(name, "")
}

// namedInstall is the extension that a message advises to install, or "".
func namedInstall(message string) string {
	_, rest, found := strings.Cut(message, "INSTALL ")
	if !found {
		return ""
	}
	end := strings.IndexFunc(rest, func(r rune) bool { return r > 0x7f || !isWord(byte(r)) })
	if end < 0 {
		end = len(rest)
	}
	return rest[:end]
}

func installHint(name, repository string) string {
	return "mdl downloads nothing: install it once with DuckDB's own program, of the version in that path: " + installCommand(name, repository) +
		"; or name the folder that has it in config_options: {extension_directory: ...}"
}

func installCommand(name, repository string) string {
	sql := "install " + name
	if repository != "" {
		sql += " from " + repository
	}
	return `duckdb -c "` + sql + `"`
}
