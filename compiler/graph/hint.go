package graph

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"mdl/compiler/diag"
)

// warnGroup warns of criteria joined by commas that select nothing together.
// Where one of them selects nothing by itself, the warning is about that one.
func (e *evaluation) warnGroup(x *group, unmatched []*criterion) {
	if e.diags.HasErrors() {
		return
	}
	if len(unmatched) == 0 {
		e.diags = append(e.diags, diag.Warnf("W230", x.span, "%q matches nothing", x.span.Text()).
			WithHint("each part matches something, but nothing meets all of them"))
		return
	}
	d := e.unmatchedWarning(unmatched[0])
	if unmatched[0].span.Text() == "" {
		d.Summary = fmt.Sprintf("%q matches nothing", x.span.Text())
		d.Hint = "nothing stands before or after one of the commas"
	}
	e.diags = append(e.diags, d)
}

// unmatchedWarning says that a criterion names nothing, and what it may have meant.
func (e *evaluation) unmatchedWarning(c *criterion) diag.Diagnostic {
	text := c.span.Text()
	if len(text) > 80 || strings.Contains(text, "\n") {
		text = c.method.name + ":" + c.value
	}
	d := diag.Warnf("W230", c.span, "%q matches nothing", text)
	d.Hint = e.hint(&query{criterion: c, g: e.g, opt: e.opt})
	return d
}

func (e *evaluation) hint(q *query) string {
	value := q.value
	switch {
	case q.method.given != "":
		return ""
	case value == "":
		return "a name is missing"
	case strings.Trim(value, "+@") != value:
		return `"+" and "@" have a meaning only at the ends: @name, 2+name, name+1, 2+name+1`
	case slices.Contains(e.opt.Disabled, value):
		return fmt.Sprintf("%s is disabled; `enabled: true` in its configuration brings it back", value)
	case strings.Contains(value, ",") && q.span.Path() != "--select" && q.span.Path() != "--exclude":
		return "in selectors.yml a comma is part of the value; use intersection: for both"
	}
	if other := otherMethod(q); other != "" {
		return fmt.Sprintf("did you mean %q?", other)
	}
	if hasWildcard(value) {
		return ""
	}
	names := q.method.values
	if q.method.names != nil {
		names = q.method.names(q)
	}
	if hint := diag.DidYouMean(value, names); hint != "" {
		return hint
	}
	return listOf(q.method.name, names)
}

// listOf names all the values of a method when they are few.
func listOf(method string, names []string) string {
	const few = 8
	if len(names) == 0 && method != "fqn" && method != "path" && method != "file" {
		return noValues(method)
	}
	if len(names) > few || len(names) == 0 {
		return ""
	}
	return "the project has " + strings.Join(names, ", ")
}

// noValues says that a method has nothing to choose from.
func noValues(method string) string {
	switch {
	case method == "tag":
		return "nothing in the project has a tag"
	case strings.HasPrefix(method, "config"):
		return "nothing in the project has that configuration"
	}
	return "the project has no value for " + method + ":"
}

// otherMethod returns the criterion of another method whose value the text is.
func otherMethod(q *query) string {
	if q.method.name != "fqn" && q.method.name != "path" && q.method.name != "file" {
		return ""
	}
	for _, name := range []string{"fqn", "tag", "source", "file", "exposure", "group", "test_name"} {
		if name == q.method.name {
			continue
		}
		m := findMethod(name)
		if m.check != nil && m.check(q.criterion) != "" {
			continue
		}
		match := m.match(q)
		for i := range q.g.nodes {
			if match(&q.g.nodes[i]) {
				return name + ":" + q.value
			}
		}
	}
	if q.method.name == "fqn" {
		for i := range q.g.nodes {
			if n := &q.g.nodes[i]; n.ResourceType == "source" && n.Name == q.value {
				return "source:" + n.SourceName + "." + n.Name
			}
		}
	}
	return ""
}

// collect returns the sorted names that f gives for the nodes, "" left out.
func collect(q *query, f func(n *entry, add func(string))) []string {
	set := map[string]struct{}{}
	add := func(name string) { set[name] = struct{}{} }
	for i := range q.g.nodes {
		f(&q.g.nodes[i], add)
	}
	delete(set, "")
	return slices.Sorted(maps.Keys(set))
}

// namesFQN are the names of resources and folders, with and without what
// stands before them; generic tests, which nobody types, are left out.
func namesFQN(q *query) []string {
	return collect(q, func(n *entry, add func(string)) {
		if n.ResourceType == "source" || n.TestName != "" {
			return
		}
		add(n.display())
		joined := n.joined()
		add(joined)
		for at, prefix := 0, ""; at < len(n.FQN)-1; at++ {
			add(n.FQN[at])
			prefix += n.FQN[at]
			add(prefix)
			prefix += "."
		}
		if len(n.FQN) > 1 {
			add(joined[len(n.FQN[0])+1:])
		}
	})
}

func namesTag(q *query) []string {
	return collect(q, func(n *entry, add func(string)) {
		for _, tag := range n.Tags {
			add(tag)
		}
	})
}

func namesPath(q *query) []string {
	return collect(q, func(n *entry, add func(string)) {
		add(n.OriginalPath)
		add(n.patch)
		for d := dirOf(n.OriginalPath); d != ""; d = dirOf(d) {
			add(d)
		}
	})
}

func namesFile(q *query) []string {
	return collect(q, func(n *entry, add func(string)) {
		name := n.OriginalPath[strings.LastIndexByte(n.OriginalPath, '/')+1:]
		add(name)
		add(stem(name))
	})
}

func namesSource(q *query) []string {
	dots := strings.Count(q.value, ".")
	return collect(q, func(n *entry, add func(string)) {
		if n.ResourceType != "source" {
			return
		}
		switch dots {
		case 0:
			add(n.SourceName)
		case 1:
			add(n.SourceName + "." + n.Name)
		default:
			add(n.Package + "." + n.SourceName + "." + n.Name)
		}
	})
}

func namesOf(resourceType string) func(q *query) []string {
	return func(q *query) []string {
		return collect(q, func(n *entry, add func(string)) {
			if n.ResourceType == resourceType {
				add(n.Name)
			}
		})
	}
}

func namesTest(q *query) []string {
	return collect(q, func(n *entry, add func(string)) { add(n.TestName) })
}

func namesPackage(q *query) []string {
	return collect(q, func(n *entry, add func(string)) { add(n.Package) })
}

func namesGroup(q *query) []string {
	return collect(q, func(n *entry, add func(string)) { add(n.Group) })
}

// namesConfig are the values that the configuration key has anywhere.
func namesConfig(q *query) []string {
	return collect(q, func(n *entry, add func(string)) {
		if n.Config == nil {
			return
		}
		found, _ := n.Config(q.args)
		list, ok := found.([]any)
		if !ok {
			list = []any{found}
		}
		for _, v := range list {
			switch v := v.(type) {
			case string:
				add(v)
			case bool:
				add(fmt.Sprint(v))
			}
		}
	})
}
