// Package view tells the user what happens: the events of a run, diagnostics,
// tables and what templates print. It writes text, or one JSON object a line;
// commands never print.
//
// Data that the user asked for (ls, show, print) goes to standard output as it
// is. Progress goes there too, unless quiet. Diagnostics go to standard error,
// so that the output of `ls` stays a clean list.
package view

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"mdl/compiler/diag"
)

// Level says how loud a line is.
type Level int

// The levels, lowest first. Silent, as a threshold, lets nothing pass.
const (
	Debug Level = iota
	Info
	Warn
	Error
	Silent
)

var levelNames = []string{"debug", "info", "warn", "error", "none"}

// ParseLevel returns the level of a word of --log-level.
func ParseLevel(word string) (Level, bool) {
	i := slices.Index(levelNames, word)
	return Level(i), i >= 0
}

// LevelNames are the words that ParseLevel knows.
func LevelNames() []string { return slices.Clone(levelNames) }

// String returns the word for the level.
func (l Level) String() string { return levelNames[l] }

// Options say where and how a View writes.
type Options struct {
	Out, Err io.Writer
	// Color adds ANSI colour codes to text.
	Color bool
	// JSON writes one JSON object a line.
	JSON bool
	// Quiet leaves out all progress: errors and data remain.
	Quiet bool
	// Level is the lowest level that is written.
	Level Level
	// Width is the number of columns that lines should fit in; 0 means 80.
	Width int
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// InvocationID marks every JSON line.
	InvocationID string
	// Log is told everything, too; nil where nothing is kept.
	Log *Log
	// TargetDir stands before the paths of artifacts in messages.
	TargetDir string
	// Target is the name of the profile's target.
	Target string
}

// View writes what happens. It is safe for concurrent use.
type View struct {
	o   Options
	mu  sync.Mutex
	err error // the first failure to write to Out
}

// Tells reports whether lines of a level are written, be it to the log file.
func (v *View) Tells(l Level) bool {
	return v.shows(l) || v.o.Log != nil && l >= v.o.Log.Level
}

// shows reports whether lines of a level are written to the terminal.
func (v *View) shows(l Level) bool { return l >= v.o.Level && (!v.o.Quiet || l >= Error) }

// New returns a View.
func New(o Options) *View {
	if o.Width == 0 {
		o.Width = 80
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return &View{o: o}
}

// For returns a view that names the profile's target, and the directory of
// artifacts before their paths.
func (v *View) For(target, dir string) *View {
	o := v.o
	o.Target, o.TargetDir = target, dir
	return &View{o: o}
}

// line is one thing to tell. Its message is text in any case; data is what a
// machine reads.
type line struct {
	name, code string // dbt's names of the event
	level      Level
	msg        string
	data       map[string]any
	plain      bool // text is written without the time
	toErr      bool // text goes to standard error
}

func (v *View) tell(l line) {
	if !v.Tells(l.level) {
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.log(l)
	if !v.shows(l.level) {
		return
	}
	if v.o.JSON {
		v.tellJSON(l)
		return
	}
	out := v.o.Out
	if l.toErr || v.o.Quiet {
		out = v.o.Err
	}
	if l.plain {
		fmt.Fprintln(out, l.msg)
		return
	}
	stamp := v.o.Now().Format("15:04:05")
	for text := range strings.SplitSeq(l.msg, "\n") {
		fmt.Fprintln(out, strings.TrimRight(stamp+"  "+text, " "))
	}
}

// envelope is dbt's form of a structured log line.
type envelope struct {
	Info info           `json:"info"`
	Data map[string]any `json:"data"`
}

type info struct {
	Category     string            `json:"category"`
	Code         string            `json:"code"`
	Extra        map[string]string `json:"extra"`
	InvocationID string            `json:"invocation_id"`
	Level        string            `json:"level"`
	Msg          string            `json:"msg"`
	Name         string            `json:"name"`
	PID          int               `json:"pid"`
	Thread       string            `json:"thread"`
	TS           string            `json:"ts"`
}

func (v *View) tellJSON(l line) {
	if l.msg == "" && l.data == nil {
		return
	}
	v.out(v.json(l))
}

// envelope is a line in dbt's form.
func (v *View) envelope(l line, data map[string]any) envelope {
	return envelope{Data: data, Info: info{
		Code: l.code, Extra: map[string]string{}, InvocationID: v.o.InvocationID,
		Level: l.level.String(), Msg: l.msg, Name: l.name, PID: os.Getpid(), Thread: "MainThread",
		TS: v.o.Now().UTC().Format("2006-01-02T15:04:05.000000Z"),
	}}
}

// Data writes what the user asked for to standard output as it is, whatever
// the level.
func (v *View) Data(text string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.out([]byte(text + "\n"))
}

// out writes to Out; its mutex is held.
func (v *View) out(text []byte) {
	if _, err := v.o.Out.Write(text); err != nil && v.err == nil {
		v.err = err
	}
}

// Err returns the first failure to write what was asked for: a full disk, say.
func (v *View) Err() error {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.err
}

// Infof tells about progress.
func (v *View) Infof(format string, args ...any) {
	v.tell(line{name: "Note", level: Info, msg: fmt.Sprintf(format, args...)})
}

// Warnf tells of something that the user should know.
func (v *View) Warnf(format string, args ...any) {
	msg := v.paint(yellow, "warning") + ": " + fmt.Sprintf(format, args...)
	v.tell(line{name: "Note", level: Warn, msg: msg, toErr: true, plain: true})
}

// gap is an empty line of text.
func (v *View) gap() { v.tell(line{name: "Formatting", level: Info}) }

type color string

const (
	red    color = "31"
	green  color = "32"
	yellow color = "33"
)

func (v *View) paint(c color, text string) string {
	if !v.o.Color || v.o.JSON {
		return text
	}
	return "\x1b[" + string(c) + "m" + text + "\x1b[0m"
}

// style is how diagnostics are rendered.
func (v *View) style() diag.Style { return diag.Style{Color: v.o.Color && !v.o.JSON} }

// count writes a number with a noun in the singular or the plural.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	switch {
	case strings.HasSuffix(noun, "is"):
		noun = strings.TrimSuffix(noun, "is") + "es"
	case strings.HasSuffix(noun, "y") && noun != "day":
		noun = strings.TrimSuffix(noun, "y") + "ies"
	case strings.HasSuffix(noun, "ss"):
		noun += "es"
	default:
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}
