package value

import (
	"fmt"
	"strings"
)

// Param is a parameter of a function.
type Param struct {
	Name    string
	Default Value // nil when the argument is required
	Kind    ParamKind
}

// ParamKind is the way in which a parameter takes arguments.
type ParamKind uint8

// The kinds of parameters. Rest takes the further positional arguments as a
// tuple and KwRest the further keyword arguments as a dict.
const (
	Plain ParamKind = iota
	PositionalOnly
	KeywordOnly
	Rest
	KwRest
)

// Required makes a parameter without a default.
func Required(name string) Param { return Param{Name: name} }

// Optional makes a parameter with a default.
func Optional(name string, def Value) Param { return Param{Name: name, Default: def} }

// Bind gives each parameter its argument, in the order of params, and fails
// with the message of a Python function of that name.
func (a Args) Bind(name string, params ...Param) ([]Value, error) {
	b := binder{name: name, params: params, args: a, got: make([]Value, len(params))}
	b.positional()
	if err := b.keywords(); err != nil {
		return nil, err
	}
	if b.surplus > 0 {
		return nil, b.tooMany()
	}
	if err := b.fillDefaults(); err != nil {
		return nil, err
	}
	return b.got, nil
}

type binder struct {
	name    string
	params  []Param
	args    Args
	got     []Value
	surplus int // positional arguments that no parameter takes
}

func (b *binder) positional() {
	next := 0
	for i, p := range b.params {
		switch p.Kind {
		case Plain, PositionalOnly:
			if next < len(b.args.Pos) {
				b.got[i] = b.args.Pos[next]
				next++
			}
		case Rest:
			b.got[i] = NewTuple(append([]Value(nil), b.args.Pos[next:]...)...)
			next = len(b.args.Pos)
		case KwRest:
			b.got[i] = NewDict()
		}
	}
	b.surplus = len(b.args.Pos) - next
}

func (b *binder) keywords() error {
	var posOnly []string
	for _, kw := range b.args.Kw {
		i := b.param(kw.Name)
		if i >= 0 && b.params[i].Kind == PositionalOnly && b.kwRest() != nil {
			i = -1 // the name is free for **kwargs
		}
		switch {
		case i >= 0 && b.params[i].Kind == PositionalOnly:
			posOnly = append(posOnly, kw.Name)
		case i >= 0 && b.got[i] != nil:
			return TypeErrorf("%s() got multiple values for argument '%s'", b.name, kw.Name)
		case i >= 0:
			b.got[i] = kw.Value
		default:
			rest := b.kwRest()
			if rest == nil {
				return TypeErrorf("%s() got an unexpected keyword argument '%s'", b.name, kw.Name)
			}
			rest.SetStr(kw.Name, kw.Value)
		}
	}
	if posOnly != nil {
		return TypeErrorf("%s() got some positional-only arguments passed as keyword arguments: '%s'",
			b.name, strings.Join(posOnly, ", "))
	}
	return nil
}

// param finds the parameter that a keyword names.
func (b *binder) param(name string) int {
	for i, p := range b.params {
		if p.Name == name && p.Kind != Rest && p.Kind != KwRest {
			return i
		}
	}
	return -1
}

func (b *binder) kwRest() *Dict {
	for i, p := range b.params {
		if p.Kind == KwRest {
			return b.got[i].(*Dict)
		}
	}
	return nil
}

func (b *binder) tooMany() error {
	most, least, kwOnly := 0, 0, 0
	for i, p := range b.params {
		switch p.Kind {
		case Plain, PositionalOnly:
			most++
			if p.Default == nil {
				least++
			}
		case KeywordOnly:
			if b.got[i] != nil {
				kwOnly++
			}
		}
	}
	takes := fmt.Sprint(most)
	if least < most {
		takes = fmt.Sprintf("from %d to %d", least, most)
	}
	given := fmt.Sprint(len(b.args.Pos))
	if kwOnly > 0 {
		given = fmt.Sprintf("%d positional argument%s (and %d keyword-only argument%s)",
			len(b.args.Pos), plural(len(b.args.Pos)), kwOnly, plural(kwOnly))
	}
	verb := "were"
	if len(b.args.Pos) == 1 && kwOnly == 0 {
		verb = "was"
	}
	ending := plural(most)
	if least < most {
		ending = "s"
	}
	return TypeErrorf("%s() takes %s positional argument%s but %s %s given", b.name, takes, ending, given, verb)
}

func (b *binder) fillDefaults() error {
	var missing, missingKw []string
	for i, p := range b.params {
		if b.got[i] != nil {
			continue
		}
		switch {
		case p.Default != nil:
			b.got[i] = p.Default
		case p.Kind == KeywordOnly:
			missingKw = append(missingKw, p.Name)
		default:
			missing = append(missing, p.Name)
		}
	}
	if missing != nil {
		return b.missing("positional", missing)
	}
	if missingKw != nil {
		return b.missing("keyword-only", missingKw)
	}
	return nil
}

func (b *binder) missing(kind string, names []string) error {
	for i, n := range names {
		names[i] = "'" + n + "'"
	}
	list := names[0]
	switch n := len(names); {
	case n == 2:
		list = names[0] + " and " + names[1]
	case n > 2:
		list = strings.Join(names[:n-1], ", ") + ", and " + names[n-1]
	}
	return TypeErrorf("%s() missing %d required %s argument%s: %s", b.name, len(names), kind, plural(len(names)), list)
}

func plural(n int) string {
	if n == 1 {
		return ""
	}
	return "s"
}

// arity checks the arguments of a method that takes from least to most
// positional arguments (most < 0: any number) and no keywords. name is "append"
// and owner "list", for Python's messages.
func (a Args) arity(owner, name string, least, most int) error {
	n := len(a.Pos)
	switch {
	case len(a.Kw) > 0:
		return TypeErrorf("%s.%s() takes no keyword arguments", owner, name)
	case n >= least && (most < 0 || n <= most):
		return nil
	case most == 0:
		return TypeErrorf("%s.%s() takes no arguments (%d given)", owner, name, n)
	case least == 1 && most == 1:
		return TypeErrorf("%s.%s() takes exactly one argument (%d given)", owner, name, n)
	case n < least:
		return TypeErrorf("%s expected %s%d argument%s, got %d", name, atLeast(least, most), least, plural(least), n)
	}
	bound := "at most "
	if least == most {
		bound = ""
	}
	return TypeErrorf("%s expected %s%d argument%s, got %d", name, bound, most, plural(most), n)
}

func atLeast(least, most int) string {
	if least == most {
		return ""
	}
	return "at least "
}
