package graph

import (
	"strings"

	"mdl/compiler/diag"
)

// Args are the selection options of a command line.
type Args struct {
	// Select and Exclude hold one element for each word or flag. Empty means
	// that the flag was not given.
	Select, Exclude []string
	// Selector is the name given to --selector, or "".
	Selector string
	// Selectors are the project's selectors.yml, or nil.
	Selectors *Selectors
}

// ParseArgs parses a command line's selection: the named selector if there is
// one, else --select and --exclude, else the default selector of
// selectors.yml, else everything. Each diagnostic's span lies in a file named
// "--select", "--exclude" or "--selector" that holds what the user typed.
func ParseArgs(args Args) (Spec, diag.List) {
	if args.Selector != "" {
		file := diag.NewFile("--selector", args.Selector)
		at := diag.Span{File: file, End: len(args.Selector)}
		return args.Selectors.spec(args.Selector, at)
	}
	if len(args.Select) == 0 && len(args.Exclude) == 0 {
		if name := args.Selectors.Default(); name != "" {
			return args.Selectors.spec(name, args.Selectors.find(name).span)
		}
		return Spec{}, nil
	}
	p := argParser{selectors: args.Selectors}
	var included, excluded expr
	if len(args.Select) > 0 {
		included = p.union("--select", args.Select)
	}
	if len(args.Exclude) > 0 {
		excluded = p.union("--exclude", args.Exclude)
	}
	if excluded == nil {
		return Spec{root: included}, p.diags
	}
	return Spec{root: &group{op: difference, parts: []expr{included, excluded}, indirect: Eager}}, p.diags
}

// argParser parses the words of a command line.
type argParser struct {
	selectors *Selectors
	diags     diag.List
}

// union parses the words of one flag: spaces separate what is united, commas
// what is intersected. Empty words, as a variable of a shell script may leave
// them, count only when there is nothing else to select.
func (p *argParser) union(flag string, words []string) expr {
	file := diag.NewFile(flag, strings.Join(words, " "))
	all := &group{op: union}
	start := 0
	for _, word := range strings.Split(file.Text, " ") {
		at := diag.Span{File: file, Start: start, End: start + len(word)}
		start = at.End + 1
		if word != "" {
			all.parts = append(all.parts, p.intersection(at))
		}
	}
	if len(all.parts) == 0 && flag == "--select" {
		p.diags = append(p.diags, diag.Warnf("W230", diag.Span{File: file}, "--select is empty, so nothing is selected"))
	}
	return all
}

func (p *argParser) intersection(at diag.Span) expr {
	all := &group{op: intersection, warn: true, span: at}
	start := at.Start
	for _, part := range strings.Split(at.Text(), ",") {
		span := diag.Span{File: at.File, Start: start, End: start + len(part)}
		start = span.End + 1
		c, err := parseCriterion(span)
		switch {
		case err != nil:
			p.diags = append(p.diags, *err)
		case c.method.name == "selector":
			spec, diags := p.selectors.spec(c.value, c.valueSpan)
			p.diags = append(p.diags, diags...)
			all.parts = append(all.parts, spec.root)
			if c.childrensParents || c.parents || c.children {
				p.diags = append(p.diags, diag.Errorf("E130", span, "selector: takes no graph operators").
					WithHint("write the operators into the definition in selectors.yml"))
			}
		default:
			all.parts = append(all.parts, c)
		}
	}
	return all
}
