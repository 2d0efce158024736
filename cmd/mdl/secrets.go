package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/url"
	"slices"
	"strings"

	"mdl/compiler/project"
)

// mask stands for a secret in all that mdl writes, as in dbt.
const mask = "*****"

// The shortest secrets that are masked: in messages, and in files, where a
// password such as "test" would take the sense of half of the keys.
const (
	shortestTold    = 3
	shortestWritten = 6
)

// secrets are the texts that mdl must not write anywhere: the values of the
// variables DBT_ENV_SECRET_..., and what the profile says to be secret.
type secrets struct {
	told, written *strings.Replacer // nil where there are none
	forms         [][]byte          // of written
	values        []string
}

// add makes texts secret, in all forms in which they may be written.
func (s *secrets) add(values ...string) {
	for _, v := range values {
		if v = strings.TrimSpace(v); len(v) >= shortestTold && !slices.Contains(s.values, v) {
			s.values = append(s.values, v)
		}
	}
	var told, written []string
	for _, v := range s.values {
		told = append(told, secretForms(v)...)
		if len(v) >= shortestWritten {
			written = append(written, secretForms(v)...)
		}
	}
	s.told, s.forms = replacer(told), nil
	if s.written = replacer(written); s.written != nil {
		for _, f := range written {
			s.forms = append(s.forms, []byte(f))
		}
	}
}

// replacer masks texts; of two that begin at one place the longer one counts.
func replacer(texts []string) *strings.Replacer {
	if len(texts) == 0 {
		return nil
	}
	slices.SortFunc(texts, func(a, b string) int { return len(b) - len(a) })
	var pairs []string
	for _, t := range texts {
		pairs = append(pairs, t, mask)
	}
	return strings.NewReplacer(pairs...)
}

// secretForms are the ways in which a text is written: as it is, in a literal
// of SQL, in JSON (by Go, with and without HTML in mind), and in a URL.
func secretForms(v string) []string {
	forms := []string{v, strings.ReplaceAll(v, "'", "''"), url.QueryEscape(v), url.PathEscape(v)}
	if escaped, err := json.Marshal(v); err == nil {
		forms = append(forms, string(escaped[1:len(escaped)-1]))
	}
	var plain bytes.Buffer
	e := json.NewEncoder(&plain)
	e.SetEscapeHTML(false)
	if e.Encode(v) == nil {
		text := strings.TrimSuffix(plain.String(), "\n")
		forms = append(forms, text[1:len(text)-1])
	}
	slices.Sort(forms)
	return slices.Compact(forms)
}

// masked returns a text for a message.
func (a *app) masked(text string) string {
	if a.secrets.told == nil {
		return text
	}
	return a.secrets.told.Replace(text)
}

// maskedFile returns the contents of a file without secrets.
func (a *app) maskedFile(data []byte) []byte {
	if !a.secrets.in(data) {
		return data
	}
	return []byte(a.secrets.written.Replace(string(data)))
}

// in reports whether a file's contents hold a secret.
func (s *secrets) in(data []byte) bool {
	return slices.ContainsFunc(s.forms, func(f []byte) bool { return bytes.Contains(data, f) })
}

// environSecrets are the secret variables of an environment.
func environSecrets(environ []string) (values []string) {
	for _, entry := range environ {
		if name, v, _ := strings.Cut(entry, "="); strings.HasPrefix(name, project.SecretPrefix) {
			values = append(values, v)
		}
	}
	return values
}

// maskingWriter masks what is written through it. Each Write is whole: no
// secret is cut in two.
type maskingWriter struct {
	app *app
	w   io.Writer
}

// Write implements io.Writer.
func (m maskingWriter) Write(b []byte) (int, error) {
	if m.app.secrets.told == nil {
		return m.w.Write(b)
	}
	if _, err := io.WriteString(m.w, m.app.masked(string(b))); err != nil {
		return 0, err
	}
	return len(b), nil
}
