package scope

import "mdl/compiler/diag"

// Level says how loud a message is.
type Level uint8

// The levels of messages.
const (
	// Debug is for the log file: log(msg).
	Debug Level = iota
	// Info is for the terminal too: log(msg, info=true).
	Info
	// Warn is exceptions.warn.
	Warn
	// Print is print(msg): plain text to standard output, also when quiet.
	Print
)

// Message is something that a template says.
type Message struct {
	Level Level
	Text  string
	// Node is the node that is rendered; "" outside of nodes.
	Node string
	// Site is the place of the call.
	Site diag.Span
}
