package main

import (
	"os"
	"path/filepath"
	"strings"
)

// dotEnvFile holds environment variables for whoever runs mdl in its directory.
const dotEnvFile = ".env"

// withDotEnv adds the variables of the .env in a directory to an environment,
// whose own variables win. It returns the numbers of lines that are none.
func withDotEnv(dir string, environ []string) (all []string, bad []int) {
	text, err := os.ReadFile(filepath.Join(dir, dotEnvFile))
	if err != nil {
		return environ, nil
	}
	all = environ[:len(environ):len(environ)]
	p := dotEnv{text: strings.ReplaceAll(strings.TrimPrefix(string(text), "\ufeff"), "\r\n", "\n"), line: 1, known: map[string]string{}}
	for _, entry := range environ {
		name, v, _ := strings.Cut(entry, "=")
		p.known[name] = v
	}
	for p.text != "" {
		line := p.line
		name, v, ok := p.binding()
		switch {
		case !ok:
			bad = append(bad, line)
		case name != "":
			if _, have := p.known[name]; !have {
				p.known[name] = v
				all = append(all, name+"="+v)
			}
		}
	}
	return all, bad
}

// dotEnv reads the text of a .env as python-dotenv does: NAME=value with an
// optional export in front, comments, values in quotes that may go over
// several lines, and ${NAME} or ${NAME:-otherwise} in values.
type dotEnv struct {
	text  string // the rest
	line  int
	known map[string]string
}

// binding reads one line, or more where a value in quotes has more. The name is
// empty for a line without a variable.
func (p *dotEnv) binding() (name, v string, ok bool) {
	rest := strings.TrimLeft(p.text, " \t")
	if rest == "" || rest[0] == '\n' || rest[0] == '#' {
		p.skipLine()
		return "", "", true
	}
	if after, exported := strings.CutPrefix(rest, "export "); exported {
		rest = strings.TrimLeft(after, " \t")
	}
	end := strings.IndexAny(rest, "=\n#")
	if end < 0 || rest[end] != '=' {
		name = strings.TrimSpace(rest[:max(end, 0)])
		p.skipLine()
		return "", "", name != "" && !strings.ContainsAny(name, " \t") // a name alone sets nothing
	}
	name = strings.Trim(strings.TrimSpace(rest[:end]), "'")
	if name == "" || strings.ContainsAny(name, " \t") {
		p.skipLine()
		return "", "", false
	}
	rest = strings.TrimLeft(rest[end+1:], " \t")
	if rest != "" && (rest[0] == '\'' || rest[0] == '"') {
		v, ok = p.quoted(rest)
	} else {
		line, _, _ := strings.Cut(rest, "\n")
		if i := strings.Index(" "+line, " #"); i >= 0 {
			line = line[:max(i-1, 0)]
		}
		v, ok = strings.TrimSpace(line), true
		p.skipLine()
	}
	return name, p.expand(v), ok
}

// quoted reads a value in quotes and what stands behind it on its line.
func (p *dotEnv) quoted(rest string) (string, bool) {
	quote := rest[0]
	var v strings.Builder
	for i := 1; i < len(rest); i++ {
		switch c := rest[i]; {
		case c == '\\' && i+1 < len(rest):
			i++
			v.WriteString(unescape(rest[i], quote))
		case c == quote:
			p.line += strings.Count(rest[:i], "\n")
			p.text = rest[i+1:]
			behind, _, _ := strings.Cut(p.text, "\n")
			p.skipLine()
			behind = strings.TrimSpace(behind)
			return v.String(), behind == "" || behind[0] == '#'
		default:
			v.WriteByte(c)
		}
	}
	p.skipLine()
	return "", false
}

// unescape is what a backslash and a letter mean between quotes.
func unescape(c, quote byte) string {
	if c == '\\' || c == quote {
		return string(c)
	}
	if i := strings.IndexByte("abfnrtv'", c); quote == '"' && i >= 0 {
		return "\a\b\f\n\r\t\v'"[i : i+1]
	}
	return `\` + string(c)
}

func (p *dotEnv) skipLine() {
	_, p.text, _ = strings.Cut(p.text, "\n")
	p.line++
}

// expand replaces ${NAME} and ${NAME:-otherwise}.
func (p *dotEnv) expand(v string) string {
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(v, "${")
		out.WriteString(before)
		if !found {
			return out.String()
		}
		inside, after, closed := strings.Cut(rest, "}")
		if !closed {
			out.WriteString("${" + rest)
			return out.String()
		}
		name, otherwise, _ := strings.Cut(inside, ":-")
		if known, ok := p.known[name]; ok {
			otherwise = known
		}
		out.WriteString(otherwise)
		v = after
	}
}
