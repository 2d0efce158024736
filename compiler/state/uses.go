package state

import (
	"bytes"
	"maps"
	"slices"
	"strings"
)

// Use is a mention of a variable or an environment variable in a template.
type Use struct {
	// Env tells env_var('NAME') from var('NAME').
	Env  bool
	Name string
	// At is the offset in the text.
	At int
}

// Uses returns the variables that a template names as texts. It looks at the
// text only: a call in a comment or in a branch that is not taken counts, and
// a name that is put together does not.
func Uses(text string) []Use {
	var uses []Use
	for at := 0; ; {
		i := strings.Index(text[at:], "var")
		if i < 0 {
			return uses
		}
		at += i + len("var")
		if name, ok := quotedArgument(text[at:]); ok {
			start := wordStart(text, at-len("var"))
			switch text[start:at] {
			case "var":
				uses = append(uses, Use{Name: name, At: start})
			case "env_var":
				uses = append(uses, Use{Env: true, Name: name, At: start})
			}
		}
	}
}

// wordStart is where the identifier begins that an offset is in.
func wordStart(text string, at int) int {
	for at > 0 && isWord(text[at-1]) {
		at--
	}
	return at
}

func isWord(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
}

// quotedArgument returns NAME of `('NAME'` or `.has_var('NAME'`. The quote may
// stand behind a backslash, as in JSON.
func quotedArgument(text string) (string, bool) {
	text = strings.TrimPrefix(text, ".has_var")
	text = strings.TrimLeft(text, " \t\r\n")
	text, ok := strings.CutPrefix(text, "(")
	if !ok {
		return "", false
	}
	text = strings.TrimPrefix(strings.TrimLeft(text, " \t\r\n"), `\`)
	if text == "" || text[0] != '\'' && text[0] != '"' {
		return "", false
	}
	name, _, ok := strings.Cut(text[1:], text[:1])
	name = strings.TrimSuffix(name, `\`)
	return name, ok && name != "" && !strings.ContainsAny(name, "\n\\")
}

// EnvNames gathers the names of environment variables from a text that is
// written to it, such as manifest.json: every template of the project is in it.
type EnvNames struct {
	names map[string]bool
	tail  []byte // the end of what was written, in which a call may begin
}

// longestCall is the number of bytes that a call with its name may take.
const longestCall = 256

var envVar = []byte("env_var")

// Add adds names that are known.
func (e *EnvNames) Add(names ...string) {
	if e.names == nil {
		e.names = map[string]bool{}
	}
	for _, name := range names {
		e.names[name] = true
	}
}

// Write implements io.Writer.
func (e *EnvNames) Write(p []byte) (int, error) {
	e.find(append(e.tail, p[:min(len(p), longestCall)]...))
	e.find(p)
	e.tail = append(e.tail, p[max(0, len(p)-longestCall):]...)
	e.tail = append([]byte(nil), e.tail[max(0, len(e.tail)-longestCall):]...)
	return len(p), nil
}

func (e *EnvNames) find(text []byte) {
	for {
		i := bytes.Index(text, envVar)
		if i < 0 {
			return
		}
		text = text[i+len(envVar):]
		if name, ok := quotedArgument(string(text[:min(len(text), longestCall)])); ok {
			if e.names == nil {
				e.names = map[string]bool{}
			}
			e.names[name] = true
		}
	}
}

// Names returns the names, sorted.
func (e *EnvNames) Names() []string { return slices.Sorted(maps.Keys(e.names)) }
