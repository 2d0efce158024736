package project

import (
	"slices"

	"mdl/compiler/diag"
)

// Compat is which of dbt's major versions decides where the two differ.
type Compat uint8

// The versions. V1 is the zero value.
const (
	V1 Compat = iota // dbt-core 1.11: what it does not know it passes over
	V2               // dbt 2: what it does not know is an error
)

// ParseCompat reads a version as the flag --compat has it; "" is V1.
func ParseCompat(text string) (Compat, bool) {
	switch text {
	case "", "v1", "1":
		return V1, true
	case "v2", "2":
		return V2, true
	}
	return V1, false
}

// String is the version as the flag --compat has it.
func (c Compat) String() string {
	if c == V2 {
		return "v2"
	}
	return "v1"
}

// strictCodes are the warnings that are errors for dbt 2: keys that nothing
// reads, old names of keys, macros and adapter methods that do not exist.
var strictCodes = []string{"W201", "W202", "W203", "W252", "W253"}

// Judge returns diagnostics as severe as the version takes them.
func (c Compat) Judge(list diag.List) diag.List {
	if c == V1 {
		return list
	}
	judged := slices.Clone(list)
	for i := range judged {
		if slices.Contains(strictCodes, judged[i].Code) {
			judged[i].Severity = diag.Error
		}
	}
	return judged
}
