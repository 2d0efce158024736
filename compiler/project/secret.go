package project

import (
	"regexp"
	"strings"

	"mdl/compiler/diag"
	"mdl/compiler/yaml"
)

// SecretPrefix starts the names of environment variables that may be used in
// profiles.yml and packages.yml only and must never be shown.
const SecretPrefix = "DBT_ENV_SECRET"

const secretStart, secretEnd = "$$$DBT_SECRET_START$$$", "$$$DBT_SECRET_END$$$"

// SecretPlaceholder is what env_var answers for a secret variable while YAML is
// rendered, so that no filter can take the secret apart.
func SecretPlaceholder(name string) string { return secretStart + name + secretEnd }

// reveal puts the secrets in for their placeholders.
func reveal(n *yaml.Node, secret func(string) (string, bool)) *yaml.Node {
	text, ok := n.Str()
	if !ok || secret == nil || !strings.Contains(text, secretStart) {
		return n
	}
	var out strings.Builder
	for {
		before, rest, ok := strings.Cut(text, secretStart)
		out.WriteString(before)
		if !ok {
			break
		}
		name, after, _ := strings.Cut(rest, secretEnd)
		s, _ := secret(name)
		out.WriteString(s)
		text = after
	}
	return yaml.NewString(out.String(), n.Span)
}

// secretKey matches the keys of profiles.yml whose values must not be shown. It
// looks at the text, as a file with a syntax error has secrets, too.
var secretKey = regexp.MustCompile(`(?i)["']?[\w-]*(?:pass|pwd|token|secret|key|private|credential|keyfile|dsn|conn)[\w-]*["']?\s*[:=]`)

// redact returns a file of the same length in which every secret is blanked out
// with asterisks: the rest of the line behind a secret's key, and the lines
// below it that are indented deeper.
func redact(f *diag.File) *diag.File {
	out := []byte(f.Text)
	deeper := -1 // the indentation that a secret's further lines exceed
	for start := 0; start < len(out); {
		end := start + strings.IndexByte(f.Text[start:], '\n')
		if end < start {
			end = len(out)
		}
		line := f.Text[start:end]
		indent := len(line) - len(strings.TrimLeft(line, " \t"))
		at := secretKey.FindStringIndex(line)
		switch {
		case deeper >= 0 && (indent > deeper || strings.TrimSpace(line) == "" || indent == deeper && line[indent] == '-'):
			blank(out[start+indent : end])
		case at != nil:
			deeper = indent
			blank(out[start+at[1] : end])
		default:
			deeper = -1
		}
		start = end + 1
	}
	return diag.NewFile(f.Path, string(out))
}

func blank(b []byte) {
	for i := range b {
		if b[i] != ' ' && b[i] != '\r' {
			b[i] = '*'
		}
	}
}
