package project

import (
	"slices"
	"strings"

	"mdl/compiler/diag"
	"mdl/compiler/yaml"
)

// testConfigKeys are the keys of a test that are configuration wherever they
// stand, in the order in which dbt writes them.
var testConfigKeys = []string{
	"severity", "tags", "enabled", "where", "limit", "warn_if", "error_if", "fail_calc", "store_failures",
	"store_failures_as", "meta", "database", "schema", "alias",
}

// tests reads the data_tests (formerly tests) of a model or column.
func (p *propsParser) tests(n *yaml.Node, column string) []*DataTest {
	key, tests := n.Entry("data_tests")
	if old, was := n.Entry("tests"); old != nil {
		if key != nil && len(list(was)) > 0 {
			p.report(diag.Errorf("E205", old.Span, "tests is the old name of data_tests; only one of them may be here"))
		} else {
			tests = was
		}
	}
	var out []*DataTest
	for _, item := range list(tests) {
		if t := p.test(item, column); t != nil {
			out = append(out, t)
		}
	}
	return out
}

// test reads one use of a generic test: a name, a mapping from the name to its
// arguments, or a mapping with the key test_name. Nil when it is none of these.
func (p *propsParser) test(n *yaml.Node, column string) *DataTest {
	t := &DataTest{Node: n, Column: column, Span: n.Span}
	var name string
	var args *yaml.Node
	switch n.Kind {
	case yaml.String:
		name = n.Text
	case yaml.Mapping:
		key, val, ok := p.testParts(n)
		if !ok {
			return nil
		}
		name, args, t.Span = key.Text, val, key.Span
	default:
		p.report(diag.Errorf("E209", n.Span, "a test must be a name or a mapping from its name to its arguments, this is %s", n.Kind))
		return nil
	}
	if t.Namespace, t.Test = cutTestName(name); t.Test == "" {
		p.report(diag.Errorf("E209", t.Span, "%q cannot be the name of a test", name))
		return nil
	}
	p.arguments(t, args)
	return t
}

// cutTestName takes the identifier with which a text starts as the name of a
// test, or two with a point between them as package and name. What follows does
// not count. The name is empty where there is no identifier.
func cutTestName(text string) (namespace, name string) {
	first, rest := cutIdentifier(text)
	if rest, ok := strings.CutPrefix(rest, "."); ok && first != "" {
		if second, _ := cutIdentifier(rest); second != "" {
			return first, second
		}
	}
	return "", first
}

// cutIdentifier splits a text behind the identifier at its start.
func cutIdentifier(text string) (identifier, rest string) {
	i := 0
	for i < len(text) {
		c := text[i] | 0x20 // a letter in lower case
		if (c < 'a' || c > 'z') && text[i] != '_' && (i == 0 || text[i] < '0' || text[i] > '9') {
			break
		}
		i++
	}
	return text[:i], text[i:]
}

// testParts splits a test's mapping into its name and its arguments.
func (p *propsParser) testParts(n *yaml.Node) (name, args *yaml.Node, ok bool) {
	if name := n.Get("test_name"); name != nil {
		if name.Kind != yaml.String {
			p.report(diag.Errorf("E202", name.Span, "test_name must be text, this is %s", name.Kind))
			return nil, nil, false
		}
		return name, n.Without("test_name"), true
	}
	if len(n.Pairs) != 1 {
		d := diag.Errorf("E209", n.Span, "a test has one name, this mapping has %d keys", len(n.Pairs))
		if len(n.Pairs) > 1 {
			d.Span = n.Pairs[1].Key.Span
			d.Hint = "indent the arguments of " + n.Pairs[0].Key.String() + " deeper than its name"
		}
		p.report(d)
		return nil, nil, false
	}
	name, args = n.Pairs[0].Key, n.Pairs[0].Value
	switch {
	case name.Kind != yaml.String:
		p.report(diag.Errorf("E209", name.Span, "the name of a test must be text, this is %s", name.Kind))
	case args.Kind == yaml.Null:
		p.report(diag.Errorf("E209", name.Span, "the test %s has a colon but no arguments", name.Text).WithHint("remove the colon"))
	case args.Kind != yaml.Mapping:
		p.report(diag.Errorf("E209", args.Span, "the arguments of %s must be a mapping, this is %s", name.Text, args.Kind))
	default:
		return name, args, true
	}
	return nil, nil, false
}

// arguments separates a test's arguments from its configuration.
func (p *propsParser) arguments(t *DataTest, args *yaml.Node) {
	if args == nil {
		return
	}
	if nested := args.Get("arguments"); p.ctx.nestedArguments() && nested != nil {
		if nested.Kind != yaml.Mapping && nested.Kind != yaml.Null {
			p.report(diag.Errorf("E202", nested.Span, "arguments must be a mapping, this is %s", nested.Kind))
		}
		args = args.Without("arguments")
		for _, pair := range nested.Pairs {
			args = args.With(pair.Key, pair.Value)
		}
	}
	config := args.Get("config")
	if config != nil && config.Kind != yaml.Mapping {
		if config.Kind != yaml.Null {
			p.report(diag.Errorf("E202", config.Span, "config must be a mapping, this is %s", config.Kind))
		}
		config = nil
	}
	r := renderer{globals: p.ctx.globals, diags: p.diags}
	for _, pair := range p.testConfig(args, config) {
		if pair.Value.Kind == yaml.String {
			pair.Value = r.scalar(pair.Value)
		}
		t.Config = append(t.Config, pair)
	}
	t.CustomName, t.Description = text(args.Get("name")), text(args.Get("description"))
	for _, pair := range args.Pairs {
		switch name := pair.Key.String(); {
		case name == "model":
			p.report(diag.Errorf("E209", pair.Key.Span, "a test cannot have an argument named model: it is the model that the test hangs on"))
		case name != "config" && name != "name" && name != "description" && name != "column_name" && !slices.Contains(testConfigKeys, name):
			t.Arguments = append(t.Arguments, pair)
		case name == "column_name" && t.Column == "":
			t.Arguments = append(t.Arguments, pair)
		}
	}
}

// testConfig collects the configuration of a test: keys beside the arguments
// first, which may also stand under config, then the others under config.
func (p *propsParser) testConfig(args, config *yaml.Node) []yaml.Pair {
	var out []yaml.Pair
	for _, name := range testConfigKeys {
		key, val := args.Entry(name)
		inner, innerVal := config.Entry(name)
		switch {
		case isTruthy(val) && inner != nil:
			p.report(diag.Errorf("E209", key.Span, "%s stands beside config and in it", name).WithHint("keep the one in config"))
		case !isTruthy(val) && inner != nil:
			key, val = inner, innerVal
		}
		if !val.IsNull() {
			out = append(out, yaml.Pair{Key: key, Value: val})
		}
	}
	for _, pair := range pairs(config) {
		if slices.Contains(testConfigKeys, pair.Key.String()) || pair.Value.Kind == yaml.Null {
			continue
		}
		checkConfigKey("data_tests", pair.Key, p.diags)
		out = append(out, pair)
	}
	return out
}

// isTruthy is Python's truth of a value of a test.
func isTruthy(n *yaml.Node) bool {
	switch {
	case n.IsNull():
		return false
	case n.Kind == yaml.Bool:
		b, _ := n.Bool()
		return b
	case n.Kind == yaml.Int:
		i, ok := n.Int()
		return !ok || i != 0
	case n.Kind == yaml.String:
		return n.Text != ""
	}
	return len(n.Items)+len(n.Pairs) > 0 || n.Kind == yaml.Float
}

// nestedArguments reports whether "arguments:" of a test holds its arguments,
// as it does unless the root project's flags say otherwise.
func (c *propsContext) nestedArguments() bool {
	b, ok := c.root.Flags.Get("require_generic_test_arguments_property").Bool()
	return b || !ok
}
