package duckdb

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	driver "github.com/duckdb/duckdb-go/v2"

	"mdl/adapters"
)

// errParameters stands for the driver's complaint about unbound parameters.
var errParameters = errors.New("the SQL has a parameter (? or $1), and there is no value for it")

// queryError turns an error of the driver into a QueryError about sql.
func (a *Adapter) queryError(ctx context.Context, sql string, err error) *adapters.QueryError {
	if ctx.Err() != nil {
		return &adapters.QueryError{SQL: sql, Offset: -1, Kind: adapters.Cancelled,
			Message: "the statement was cancelled", Cause: context.Cause(ctx)}
	}
	if err == errParameters {
		return &adapters.QueryError{SQL: sql, Offset: -1, Kind: adapters.Syntax, Message: err.Error()}
	}
	e := parseError(rawMessage(err))
	q := &adapters.QueryError{SQL: sql, Offset: e.offset(sql), Kind: e.kind()}
	q.Message, q.Hint = e.explain()
	q.Message, q.Hint = a.redact(q.Message), a.redact(q.Hint)
	return q
}

// rawMessage is DuckDB's message without what the driver puts around it.
func rawMessage(err error) string {
	if e, ok := errors.AsType[*driver.Error](err); ok {
		return e.Msg
	}
	return err.Error()
}

// redact replaces the profile's secrets in a text that is going to be shown.
func (a *Adapter) redact(s string) string {
	for _, secret := range a.secrets {
		s = strings.ReplaceAll(s, secret, "***")
	}
	return s
}

// inProfile names the key of the profile that a failure comes from, and drops
// the SQL, which may hold secrets.
func inProfile(key string, err error) error {
	q, ok := errors.AsType[*adapters.QueryError](err)
	if !ok {
		return err
	}
	named := *q
	named.SQL, named.Offset = "", -1
	named.Message = fmt.Sprintf("profile key %s: %s", key, q.Message)
	return &named
}

// duckError is an error of DuckDB, taken apart.
type duckError struct {
	// Type is DuckDB's name of the exception: "Parser", "Binder", "IO" ...
	Type string `json:"exception_type"`
	// Message has no prefix and no excerpt of the SQL.
	Message string `json:"exception_message"`
	// Subtype is "COLUMN_NOT_FOUND", "MISSING_ENTRY" ..., or "".
	Subtype string `json:"error_subtype"`
	// Position is the byte offset in decimal, or "".
	Position string `json:"position"`
	// Name is what could not be found.
	Name string `json:"name"`
	// EntryType is what sort of thing Name is: "Table", "Scalar Function" ...
	EntryType string `json:"type"`
	// Errno is the operating system's error number in decimal, or "".
	Errno string `json:"errno"`
	// line and column, counted from 1, come from an excerpt; 0 when unknown.
	line, column int
}

// parseError reads both forms of DuckDB's errors: JSON, and text
// ("Binder Error: ..." with an excerpt "LINE 2: ..." and a caret below it).
func parseError(raw string) duckError {
	if i := strings.Index(raw, `{"exception_type"`); i >= 0 {
		var e duckError
		if err := json.Unmarshal([]byte(raw[i:]), &e); err == nil {
			return e
		}
	}
	var e duckError
	e.Message = raw
	if typ, rest, ok := strings.Cut(raw, " Error: "); ok && len(typ) < 40 {
		e.Type, e.Message = typ, rest
	}
	if i := strings.LastIndex(e.Message, "\nLINE "); i >= 0 {
		if line, column, ok := parseExcerpt(e.Message[i+1:]); ok {
			e.line, e.column = line, column
			e.Message = e.Message[:i]
		}
	}
	e.Message = strings.TrimSpace(e.Message)
	return e
}

// parseExcerpt finds the place that the caret of an excerpt points at. It is
// unknown (column 0) where DuckDB has cut the beginning of a long line.
func parseExcerpt(s string) (line, column int, ok bool) {
	text, caret, ok := strings.Cut(s, "\n")
	label, source, found := strings.Cut(text, ": ")
	if !ok || !found || strings.Trim(caret, " ^") != "" || !strings.Contains(caret, "^") {
		return 0, 0, false
	}
	line, err := strconv.Atoi(strings.TrimPrefix(label, "LINE "))
	if err != nil {
		return 0, 0, false
	}
	column = strings.IndexByte(caret, '^') - len(label+": ") + 1
	if column < 1 || strings.HasPrefix(source, "...") {
		return line, 0, true
	}
	return line, column, true
}

// offset is the place at fault in sql, or -1. A position may be one in the text
// of a view that sql reads, so it counts only where it fits.
func (e duckError) offset(sql string) int {
	at := -1
	switch {
	case e.Position != "":
		if n, err := strconv.Atoi(e.Position); err == nil {
			at = n
		}
		if e.Subtype == "SYNTAX_ERROR" { // the parser counts characters, the binder bytes
			at = lineOffset(sql, 1, at+1)
		}
	case e.line > 0 && e.column > 0:
		at = lineOffset(sql, e.line, e.column)
	}
	if at < 0 || at > len(sql) || at == len(sql) && e.Type != "Parser" || insideWord(sql, at) {
		return -1
	}
	missing := e.Subtype == "COLUMN_NOT_FOUND" || e.Subtype == "MISSING_ENTRY"
	if missing && e.Name != "" && !namesAt(sql[at:], e.Name) {
		return -1
	}
	return at
}

// lineOffset is the byte offset of a line and a column, both counted from 1;
// the column counts characters.
func lineOffset(sql string, line, column int) int {
	start := 0
	for range line - 1 {
		i := strings.IndexByte(sql[start:], '\n')
		if i < 0 {
			return -1
		}
		start += i + 1
	}
	for i := range sql[start:] {
		if column--; column == 0 {
			return start + i
		}
	}
	return len(sql)
}

func insideWord(sql string, at int) bool {
	return at > 0 && at < len(sql) && isWord(sql[at-1]) && isWord(sql[at])
}

func isWord(b byte) bool {
	return b == '_' || b >= 0x80 || '0' <= b && b <= '9' || 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z'
}

// namesAt reports whether text begins with name, or with a qualified name that
// name is a part of: DuckDB points at the first part.
func namesAt(text, name string) bool {
	name = strings.ToLower(name)
	parts := qualifiedName(text)
	if slices.Contains(parts, name) || !isWord(name[0]) && strings.HasPrefix(text, name) {
		return true
	}
	for _, part := range strings.Split(name, ".") {
		if !slices.Contains(parts, part) {
			return false
		}
	}
	return true
}

// qualifiedName reads the parts of the name at the start of text, in lower case.
func qualifiedName(text string) (parts []string) {
	for {
		var part string
		if rest, quoted := strings.CutPrefix(text, `"`); quoted {
			part, text = cutQuoted(rest)
		} else {
			end := strings.IndexFunc(text, func(r rune) bool { return r < 0x80 && !isWord(byte(r)) })
			if end < 0 {
				end = len(text)
			}
			part, text = text[:end], text[end:]
		}
		parts = append(parts, strings.ToLower(part))
		rest, more := strings.CutPrefix(text, ".")
		if !more {
			return parts
		}
		text = rest
	}
}

// cutQuoted splits the text behind an opening quote at the closing one.
func cutQuoted(s string) (name, rest string) {
	for i := 0; i < len(s); i++ {
		if s[i] != '"' {
			continue
		}
		if !strings.HasPrefix(s[i+1:], `"`) {
			return strings.ReplaceAll(s[:i], `""`, `"`), s[i+1:]
		}
		i++ // a doubled quote
	}
	return s, ""
}

// explain returns a clean message, and the part of it that is advice.
func (e duckError) explain() (message, hint string) {
	if e.Subtype == "MISSING_ENTRY" && e.EntryType == "configuration parameter" {
		message, _, _ = strings.Cut(e.Message, "\n") // the advice lists every setting, or a far one
		return message, ""
	}
	if message, hint := missingExtension(e.Message); message != "" {
		return message, hint
	}
	var body, advice []string
	for line := range strings.SplitSeq(strings.TrimSpace(e.Message), "\n") {
		if isAdvice(line) || len(advice) > 0 && strings.HasPrefix(line, "\t") {
			advice = append(advice, line)
		} else {
			body = append(body, line)
		}
	}
	message = strings.TrimSpace(strings.Join(body, "\n"))
	if rest, ok := strings.CutSuffix(message, "!"); ok {
		message = rest
	}
	if len(advice) == 0 {
		return message, kindHints[e.kind()]
	}
	return message, formatAdvice(advice)
}

// kindHints are what can be done about failures that DuckDB has no advice for.
var kindHints = map[adapters.ErrorKind]string{
	adapters.DiskFull: "make room on the disk of the database file, or correct `path` in the profile; what was there before is kept",
	adapters.ReadOnly: "take access_mode out of config_options and read_only out of attach in the profile, or choose a target that may be written",
}

func isAdvice(line string) bool {
	for _, start := range []string{"Candidate ", "\tCandidate ", "Did you mean", "Possible solutions", "* ", "See also"} {
		if strings.HasPrefix(line, start) {
			return true
		}
	}
	return false
}

// formatAdvice makes a hint of DuckDB's advice. Suggestions of system tables
// for a missing table are noise.
func formatAdvice(lines []string) string {
	var out []string
	for _, line := range lines {
		line = strings.TrimSpace(line)
		lower := strings.ToLower(line)
		switch {
		case strings.HasPrefix(lower, "did you mean"):
			name := strings.Trim(line[len("did you mean"):], `:?" `)
			if isSystemName(name) {
				continue
			}
			line = fmt.Sprintf("did you mean %q?", name)
		case strings.HasPrefix(lower, "candidate bindings"), strings.HasPrefix(lower, "candidate tables"),
			strings.HasPrefix(lower, "candidate entries"):
			_, names, _ := strings.Cut(line, ":")
			line = "closest names: " + strings.Trim(names, ": ")
		case strings.HasPrefix(lower, "candidate functions"):
			line = "known forms:"
		case strings.HasPrefix(lower, "see also"):
			continue
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n")
}

func isSystemName(name string) bool {
	for _, prefix := range []string{"pg_", "pragma_", "duckdb_", "sqlite_", "information_schema."} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// openError explains why the database could not be opened.
func (a *Adapter) openError(err error) *adapters.QueryError {
	q, ok := errors.AsType[*adapters.QueryError](err)
	if !ok {
		e := parseError(rawMessage(err))
		q = &adapters.QueryError{Kind: e.kind(), Message: e.Message}
	}
	out := &adapters.QueryError{Offset: -1, Kind: q.Kind, Message: q.Message, Hint: q.Hint, Cause: q.Cause}
	if name, found := refusedOption(err.Error()); found {
		out.Message, out.Kind = fmt.Sprintf("profile key config_options: %q cannot be set when the database is opened, or not to that value", name), adapters.Connection
		return out
	}
	if a.path != ":memory:" {
		a.explainFile(out)
	}
	if out.Hint == "" {
		out.Hint = kindHints[out.Kind]
	}
	if out.Kind == adapters.Other {
		out.Kind = adapters.Connection
	}
	out.Message, out.Hint = a.redact(out.Message), a.redact(out.Hint)
	return out
}

// refusedOption returns the name of the option that the driver refused; its
// message has the value too, which may be a secret.
func refusedOption(message string) (string, bool) {
	_, rest, found := strings.Cut(message, "could not set invalid or local option for global database config: ")
	name, _, _ := strings.Cut(rest, "=")
	return name, found
}

// explainFile says in terms of the file what keeps it from being opened.
func (a *Adapter) explainFile(q *adapters.QueryError) {
	dir := filepath.Dir(a.path)
	info, statErr := os.Stat(a.path)
	_, dirErr := os.Stat(dir)
	switch {
	case q.Kind == adapters.Locked:
		q.Message = lockedMessage(a.path, q.Message)
		q.Hint = "wait for that program or close it: DuckDB lets one process at a time open a file for writing"
	case os.IsNotExist(dirErr):
		q.Kind = adapters.NotFound
		q.Message = fmt.Sprintf("directory %q of the database file does not exist", dir)
		q.Hint = "create it, or correct `path` in the profile"
	case os.IsNotExist(statErr) && strings.Contains(q.Message, "read-only mode"):
		q.Message = fmt.Sprintf("database file %q does not exist, and the profile opens it for reading only", a.path)
		q.Hint = "build it with a target that may be written first, or correct `path` in the profile"
	case statErr == nil && info.IsDir():
		q.Message = fmt.Sprintf("database path %q is a directory", a.path)
		q.Hint = "end `path` in the profile in a file name such as dev.duckdb"
	case strings.Contains(q.Message, "not a valid DuckDB database"):
		q.Message = fmt.Sprintf("file %q is not a DuckDB database", a.path)
		q.Hint = "correct `path` in the profile"
		if info != nil && info.Size() == 0 {
			q.Hint = "the file is empty: delete it, and it will be created"
		}
	case q.Kind == adapters.Permission:
		q.Message = fmt.Sprintf("database file %q may not be opened for writing: permission denied", a.path)
		q.Hint = "change the file's or the directory's permissions; or set config_options: {access_mode: READ_ONLY}, to read only"
	}
}
