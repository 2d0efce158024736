// Package python finds in the text of a Python model the calls by which it
// tells dbt what it needs: dbt.ref, dbt.source, dbt.config, dbt.config.get and
// dbt.config.meta_get. Nothing is run: as for dbt (dbt/parser/models.py) the
// arguments of these calls are literals.
package python

import (
	"fmt"
	"strings"

	"mdl/compiler/jinja/value"
)

// Call is one call.
type Call struct {
	// Name is "ref", "source", "config", "get" or "meta_get".
	Name string
	Args value.Args
	// Start and End are byte offsets of the call in the text.
	Start, End int
}

// Model is what the text of a Python model says.
type Model struct {
	Calls []Call
	// Functions counts the definitions of a function called model.
	Functions int
}

// Error is a text that dbt would refuse.
type Error struct {
	Offset int // in bytes
	Msg    string
}

// Error implements error.
func (e *Error) Error() string { return e.Msg }

// known are the calls that count, by their full name.
var known = map[string]string{
	"dbt.ref": "ref", "dbt.source": "source", "dbt.config": "config",
	"dbt.config.get": "get", "dbt.config.meta_get": "meta_get",
}

// Read returns the calls of a text in order. An error is an *Error: a text
// that does not end, or an argument that is no literal.
func Read(text string) (*Model, error) {
	tokens, err := scan(text)
	if err != nil {
		return nil, err
	}
	m := &Model{}
	for i := range tokens {
		switch t := tokens[i]; {
		case t.kind == fstring:
			m.Calls = append(m.Calls, inFString(t)...)
		case t.kind != name || i > 0 && tokens[i-1].text == ".":
		case t.text == "def" && at(tokens, i+1).text == "model" && at(tokens, i+2).text == "(":
			m.Functions++
		case t.text == "dbt":
			call, err := readCall(tokens, i)
			if err != nil {
				return nil, err
			}
			if call != nil {
				m.Calls = append(m.Calls, *call)
			}
		}
	}
	return m, nil
}

// inFString returns the calls in the braces of an f-string; what cannot be
// read there is text.
func inFString(t token) []Call {
	var calls []Call
	for rest, base := t.text, t.body; ; {
		open := strings.IndexByte(rest, '{')
		if open < 0 {
			return calls
		}
		end := strings.IndexByte(rest[open:], '}')
		if end < 0 {
			return calls
		}
		if m, err := Read(rest[open+1 : open+end]); err == nil {
			for _, c := range m.Calls {
				c.Start, c.End = c.Start+base+open+1, c.End+base+open+1
				calls = append(calls, c)
			}
		}
		rest, base = rest[open+end+1:], base+open+end+1
	}
}

// readCall reads a call of dbt's that starts at a token; nil for another use
// of the name.
func readCall(tokens []token, i int) (*Call, error) {
	start := tokens[i].start
	full := tokens[i].text
	for at(tokens, i+1).text == "." && at(tokens, i+2).kind == name {
		full += "." + tokens[i+2].text
		i += 2
	}
	short, ok := known[full]
	if !ok || at(tokens, i+1).text != "(" {
		return nil, nil
	}
	p := &parser{tokens: tokens, pos: i + 2}
	args, err := p.arguments()
	if err != nil {
		return nil, err
	}
	return &Call{Name: short, Args: args, Start: start, End: tokens[p.pos-1].end}, nil
}

// at is the token at an index; an empty one beyond the end.
func at(tokens []token, i int) token {
	if i < len(tokens) {
		return tokens[i]
	}
	return token{}
}

func errorAt(offset int, format string, args ...any) error {
	return &Error{Offset: offset, Msg: fmt.Sprintf(format, args...)}
}
