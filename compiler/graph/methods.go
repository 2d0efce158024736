package graph

import (
	"slices"
	"strconv"
	"strings"

	"mdl/compiler/diag"
)

// method is one selector method. Check, when set, says what is wrong with a
// value that needs no graph to be refused. Match returns the test that a node
// must pass. Names returns the values that exist, for suggestions.
type method struct {
	name  string
	check func(c *criterion) string
	match func(q *query) func(n *entry) bool
	names func(q *query) []string
	// values, when set, are all the values that the method can have.
	values []string
	// given is, for a method that Options.Given answers, what it needs.
	given string
}

// query is one criterion asked of one graph.
type query struct {
	*criterion
	g   *Graph
	opt *Options
}

const needsState = "it compares with the artifacts of an earlier run; name their directory with --state"

// methods is every method of the language, in the order in which messages list them.
var methods = [...]method{
	{name: "fqn", match: matchFQN, names: namesFQN},
	{name: "tag", match: matchTag, names: namesTag},
	{name: "path", check: checkPath, match: matchPath, names: namesPath},
	{name: "file", match: matchFile, names: namesFile},
	{name: "source", check: atMostDots("source", 2), match: matchSource, names: namesSource},
	{name: "exposure", check: atMostDots("exposure", 1), match: matchNamed("exposure"), names: namesOf("exposure")},
	{name: "config", match: matchConfig, names: namesConfig},
	{name: "resource_type", match: matchResourceType, values: resourceTypes},
	{name: "test_type", match: matchTestType, values: testTypes},
	{name: "test_name", match: matchTestName, names: namesTest},
	{name: "package", match: matchPackage, names: namesPackage},
	{name: "group", match: matchGroup, names: namesGroup},
	{name: "access", match: matchAccess, names: func(*query) []string { return []string{"private", "protected", "public"} }},
	{name: "version", match: matchVersion, values: []string{"latest", "prerelease", "old", "none"}},
	{name: "unit_test", check: atMostDots("unit_test", 1), match: matchNamed("unit_test"), names: namesOf("unit_test")},
	{name: "metric", check: atMostDots("metric", 1), match: matchNamed("metric"), names: namesOf("metric")},
	{name: "semantic_model", check: atMostDots("semantic_model", 1), match: matchNamed("semantic_model"), names: namesOf("semantic_model")},
	{name: "saved_query", check: atMostDots("saved_query", 1), match: matchNamed("saved_query"), names: namesOf("saved_query")},
	{name: "selector"}, // resolved when parsed
	{name: "state", given: needsState, values: []string{"modified", "new", "old", "unmodified", "modified.body",
		"modified.configs", "modified.relation", "modified.persisted_descriptions", "modified.macros", "modified.contract",
		"modified.vars", "modified.env_vars"}},
	{name: "result", given: needsState},
	{name: "source_status", given: needsState, values: []string{"fresher", "pass", "warn", "error", "runtime error"}},
	{name: "git", given: "it compares with a commit", check: checkCommit},
}

// findMethod returns a method by name, or nil.
func findMethod(name string) *method {
	for i := range methods {
		if methods[i].name == name {
			return &methods[i]
		}
	}
	return nil
}

func methodNames() []string {
	names := make([]string, len(methods))
	for i := range methods {
		names[i] = methods[i].name
	}
	return names
}

// resourceTypes are all that dbt knows; some never occur in a graph.
var resourceTypes = []string{"model", "seed", "snapshot", "test", "unit_test", "source", "exposure",
	"metric", "semantic_model", "saved_query", "analysis", "operation", "function",
	"sql_operation", "rpc", "doc", "macro", "group", "fixture"}

var testTypes = []string{"generic", "singular", "unit", "data", "schema"}

// checkValue refuses a value that its method can never have.
func (m *method) checkValue(c *criterion) *diag.Diagnostic {
	if m.values != nil && !slices.Contains(m.values, c.value) {
		d := problem("E231", c.valueSpan, "%s has no value %q", m.name, c.value)
		if d.Hint = diag.DidYouMean(c.value, m.values); d.Hint == "" {
			d.Hint = "values are " + strings.Join(m.values, ", ")
		}
		return d
	}
	if m.check == nil {
		return nil
	}
	if what := m.check(c); what != "" {
		return problem("E231", c.valueSpan, "%s", what)
	}
	return nil
}

// atMostDots limits a value to `package.name` or `package.source.table`.
func atMostDots(name string, dots int) func(c *criterion) string {
	return func(c *criterion) string {
		if strings.Count(c.value, ".") <= dots {
			return ""
		}
		if dots == 2 {
			return "a source is selected as source, source.table or package.source.table"
		}
		return "a value of " + name + ": is a name or package.name"
	}
}

// checkCommit refuses what git diff would take for two commits, or for an option.
func checkCommit(c *criterion) string {
	commit := strings.TrimSuffix(c.value, "...")
	switch {
	case commit == "":
		return "git: needs a commit, as in git:main"
	case strings.HasPrefix(commit, "-"):
		return "a commit does not begin with a dash"
	case strings.Contains(commit, ".."):
		return "git: compares what is here with one commit, as in git:main"
	}
	return ""
}

func matchTag(q *query) func(*entry) bool {
	g := newGlob(q.value)
	return func(n *entry) bool { return slices.ContainsFunc(n.Tags, g.match) }
}

func matchFile(q *query) func(*entry) bool {
	g := newGlob(q.value)
	return func(n *entry) bool {
		name := n.OriginalPath[strings.LastIndexByte(n.OriginalPath, '/')+1:]
		return g.match(name) || g.match(stem(name))
	}
}

// stem is a file's name without its last extension.
func stem(name string) string {
	if dot := strings.LastIndexByte(name, '.'); dot > 0 && dot < len(name)-1 {
		return name[:dot]
	}
	return name
}

func matchSource(q *query) func(*entry) bool {
	pkg, source, table := "*", q.value, "*"
	switch parts := strings.Split(q.value, "."); len(parts) {
	case 2:
		source, table = parts[0], parts[1]
	case 3:
		pkg, source, table = parts[0], parts[1], parts[2]
	}
	inPackage, inSource, isTable := newGlob(pkg), newGlob(source), newGlob(table)
	return func(n *entry) bool {
		return n.ResourceType == "source" && inPackage.match(n.Package) &&
			inSource.match(n.SourceName) && isTable.match(n.Name)
	}
}

// matchNamed matches resources of one type by `name` or `package.name`.
func matchNamed(resourceType string) func(q *query) func(*entry) bool {
	return func(q *query) func(*entry) bool {
		pkg, name, qualified := strings.Cut(q.value, ".")
		if !qualified {
			pkg, name = "*", q.value
		}
		inPackage, isName := newGlob(pkg), newGlob(name)
		return func(n *entry) bool {
			return n.ResourceType == resourceType && inPackage.match(n.Package) && isName.match(n.Name)
		}
	}
}

func matchResourceType(q *query) func(*entry) bool {
	return func(n *entry) bool { return n.ResourceType == q.value }
}

func matchTestType(q *query) func(*entry) bool {
	return func(n *entry) bool {
		switch q.value {
		case "unit":
			return n.ResourceType == "unit_test"
		case "data":
			return n.ResourceType == "test"
		case "singular":
			return n.ResourceType == "test" && n.TestName == ""
		}
		return n.ResourceType == "test" && n.TestName != ""
	}
}

func matchTestName(q *query) func(*entry) bool {
	g := newGlob(q.value)
	return func(n *entry) bool {
		if n.ResourceType == "unit_test" {
			return g.match(n.Name)
		}
		return n.ResourceType == "test" && n.TestName != "" && g.match(n.TestName)
	}
}

func matchPackage(q *query) func(*entry) bool {
	name := q.value
	if name == "this" && q.opt.Project != "" {
		name = q.opt.Project
	}
	g := newGlob(name)
	return func(n *entry) bool { return g.match(n.Package) }
}

func matchGroup(q *query) func(*entry) bool {
	g := newGlob(q.value)
	return func(n *entry) bool {
		return n.Group != "" && (n.isParsed() || n.ResourceType == "metric") && g.match(n.Group)
	}
}

func matchAccess(q *query) func(*entry) bool {
	return func(n *entry) bool { return n.ResourceType == "model" && n.Access == q.value }
}

func matchVersion(q *query) func(*entry) bool {
	return func(n *entry) bool {
		if n.ResourceType != "model" {
			return false
		}
		switch q.value {
		case "latest":
			return n.Version != "" && n.Version == n.LatestVersion
		case "prerelease":
			return n.Version != "" && n.LatestVersion != "" && versionLess(n.LatestVersion, n.Version)
		case "old":
			return n.Version != "" && n.LatestVersion != "" && versionLess(n.Version, n.LatestVersion)
		}
		return n.Version == ""
	}
}

// versionLess compares as numbers where both are, else as text.
func versionLess(a, b string) bool {
	x, errX := strconv.ParseFloat(a, 64)
	y, errY := strconv.ParseFloat(b, 64)
	if errX == nil && errY == nil {
		return x < y
	}
	return a < b
}

func matchConfig(q *query) func(*entry) bool {
	wanted := q.typed
	if wanted == nil {
		wanted = q.value
	}
	fold := len(q.args) == 1 && q.args[0] == "severity"
	return func(n *entry) bool {
		if n.Config == nil {
			return false
		}
		found, ok := n.Config(q.args)
		if !ok {
			return false
		}
		if list, ok := found.([]any); ok {
			return slices.ContainsFunc(list, func(v any) bool { return sameValue(wanted, v, fold) })
		}
		return sameValue(wanted, found, fold)
	}
}

// sameValue compares a wanted value with a configured one. The words true and
// false, in any case, are also the booleans; otherwise text equals only text
// and a number only a number.
func sameValue(wanted, found any, fold bool) bool {
	word, isText := wanted.(string)
	switch found := found.(type) {
	case string:
		return isText && (word == found || fold && strings.EqualFold(word, found))
	case bool:
		if isText {
			return strings.EqualFold(word, strconv.FormatBool(found))
		}
		if truth, ok := wanted.(bool); ok {
			return truth == found
		}
		return sameNumber(wanted, map[bool]int64{true: 1}[found])
	}
	if truth, ok := wanted.(bool); ok {
		wanted = map[bool]int64{true: 1}[truth] // in Python True == 1
	}
	return sameNumber(wanted, found)
}

func sameNumber(a, b any) bool {
	x, okX := number(a)
	y, okY := number(b)
	return okX && okY && x == y
}

func number(v any) (float64, bool) {
	switch v := v.(type) {
	case int64:
		return float64(v), true
	case float64:
		return v, true
	}
	return 0, false
}
