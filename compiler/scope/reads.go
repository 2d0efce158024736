package scope

import (
	"slices"
	"time"

	"mdl/compiler/jinja/pymod"
	"mdl/compiler/jinja/value"
)

// ReadKind is what a template read that another invocation may answer
// otherwise.
type ReadKind string

// The kinds of reads.
const (
	ReadVar    ReadKind = "var"
	ReadEnv    ReadKind = "env_var"
	ReadTarget ReadKind = "target"
	ReadFlag   ReadKind = "flags"
)

// Read is one such question of a template with the answer that it got.
type Read struct {
	Kind ReadKind
	// Package is the package whose variables were asked; "" for other kinds.
	Package string
	// Name is the variable or field; "" is all of them.
	Name string
	// Sum tells answers apart: a hash, so that no value is kept. 0: no answer.
	Sum uint64
}

// Reads collects what the renders of one text read. A nil *Reads collects
// nothing.
type Reads struct {
	// List holds each read once, in order of first mention.
	List []Read
	// Volatile tells that the text read what is new in each invocation (a
	// clock, the invocation's id), or said something: what was learnt from it
	// holds for this invocation only.
	Volatile bool
}

// add notes an answer; nil is none.
func (r *Reads) add(kind ReadKind, pkg, name string, answer value.Value) {
	if r == nil {
		return
	}
	read := Read{kind, pkg, name, Sum(answer)}
	if !slices.Contains(r.List, read) {
		r.List = append(r.List, read)
	}
}

func (r *Reads) volatile() {
	if r != nil {
		r.Volatile = true
	}
}

// Sum is the hash of an answer by its type and Python text; 0 for none.
func Sum(answer value.Value) uint64 {
	if answer == nil {
		return 0
	}
	const offset, prime = 14695981039346656037, 1099511628211 // FNV-1a
	h := uint64(offset)
	for _, text := range []string{answer.TypeName(), value.Repr(answer)} {
		for i := 0; i < len(text); i++ {
			h = (h ^ uint64(text[i])) * prime
		}
	}
	return max(h, 1)
}

// Answers is what reads are checked against.
type Answers struct {
	Env    *Env
	Target *value.Dict
	// Vars are the variables of a package.
	Vars func(pkg string) *value.Dict
}

// Holds reports whether a read would get the same answer now.
func (a Answers) Holds(r Read) bool {
	var dict *value.Dict
	switch r.Kind {
	case ReadVar:
		dict = a.Vars(r.Package)
	case ReadTarget:
		dict = a.Target
	case ReadEnv:
		if text, ok := a.Env.LookupEnv(r.Name); ok {
			return r.Sum == Sum(value.Str(text))
		}
		return r.Sum == 0
	case ReadFlag:
		return r.Sum == Sum(a.Env.flag(r.Name))
	default:
		return false
	}
	if r.Name == "" {
		return r.Sum == Sum(dict)
	}
	answer, _ := dict.GetStr(r.Name)
	return r.Sum == Sum(answer)
}

// flag answers an attribute of flags; "" is all of them.
func (e *Env) flag(name string) value.Value {
	f := e.names["flags"].(*flags)
	if name == "" {
		return f
	}
	return f.values[name]
}

// watchedFlags are flags that note what is read.
type watchedFlags struct {
	*flags
	reads *Reads
}

// Attr implements value.Object.
func (f watchedFlags) Attr(name string) (value.Value, bool) {
	v, ok := f.flags.Attr(name)
	f.reads.add(ReadFlag, "", name, v)
	return v, ok
}

// Str implements value.Printer.
func (f watchedFlags) Str() string { return f.Repr() }

// Repr implements value.Printer.
func (f watchedFlags) Repr() string {
	f.reads.add(ReadFlag, "", "", f.flags)
	return f.flags.Repr()
}

// watched returns a name of the environment in a form that notes what is read.
func (s *Scope) watched(name string, v value.Value) value.Value {
	switch name {
	case "flags":
		return watchedFlags{s.env.names[name].(*flags), s.bind.Reads}
	case "modules":
		return pymod.Modules(func() time.Time {
			s.bind.Reads.volatile()
			return s.env.Now()
		})
	case "invocation_id", "run_started_at", "invocation_args_dict", "dbt_metadata_envs":
		s.bind.Reads.volatile()
	}
	return v
}
