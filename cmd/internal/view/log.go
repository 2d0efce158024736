package view

import (
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"strings"
)

// Log is a file in which a View tells everything once more, for those who look
// later: with the level of each line, and without colours.
type Log struct {
	Out io.Writer
	// Level is the lowest level that is written; JSON writes one object a line.
	Level Level
	JSON  bool
}

// colors are ANSI's codes for them.
var colors = regexp.MustCompile("\x1b\\[[0-9;]*m")

// log tells a line in the log file, if there is one; the mutex is held.
func (v *View) log(l line) {
	log := v.o.Log
	if log == nil || l.level < log.Level {
		return
	}
	l.msg = colors.ReplaceAllString(l.msg, "")
	if log.JSON {
		if l.msg != "" || l.data != nil {
			log.Out.Write(v.json(l)) // nothing can be told of a log that cannot be written
		}
		return
	}
	stamp := v.o.Now().Format("15:04:05.000000")
	for text := range strings.SplitSeq(l.msg, "\n") {
		fmt.Fprintf(log.Out, "%s [%-5s]: %s\n", stamp, l.level, text)
	}
}

// json is a line as an object of dbt's form, with a newline.
func (v *View) json(l line) []byte {
	data := l.data
	if data == nil {
		data = map[string]any{"msg": l.msg}
	}
	text, err := json.Marshal(v.envelope(l, data))
	if err != nil {
		text = fmt.Appendf(nil, `{"info":{"name":%q,"level":"error","msg":%q},"data":{}}`, l.name, err)
	}
	return append(text, '\n')
}
