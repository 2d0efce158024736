package graph

import (
	"slices"
	"strconv"
	"strings"

	"mdl/compiler/diag"
	"mdl/compiler/yaml"
)

// ParseSelectors reads a rendered selectors.yml. A nil node gives nil. A
// definition with errors keeps its name and cannot be used.
func ParseSelectors(root *yaml.Node) (*Selectors, diag.List) {
	if root.IsNull() {
		return nil, nil
	}
	p := &selectorParser{known: &Selectors{}}
	if !fileSchema.Check(root, &p.diags) {
		return p.known, p.diags
	}
	for _, item := range root.Get("selectors").List() {
		if definitionSchema.Check(item, &p.diags) {
			p.define(item)
		}
	}
	return p.known, p.diags
}

var (
	fileSchema = &yaml.Schema{What: "selectors.yml", Fields: []yaml.Field{
		{Name: "selectors", Type: yaml.TList | yaml.TNull, Required: true},
		{Name: "version", Type: yaml.TNumber},
	}}
	definitionSchema = &yaml.Schema{What: "a selector", Fields: []yaml.Field{
		{Name: "name", Type: yaml.TString, Required: true},
		{Name: "definition", Type: yaml.TString | yaml.TMap, Required: true},
		{Name: "description", Type: yaml.TString},
		{Name: "default", Type: yaml.TBool},
	}}
)

// selectorParser reads definitions one after the other; a definition may use
// those before it.
type selectorParser struct {
	known *Selectors
	diags diag.List
}

func (p *selectorParser) define(item *yaml.Node) {
	name, _ := item.Get("name").Str()
	d := definition{name: name, span: item.Get("name").Place()}
	d.description, _ = item.Get("description").Str()
	d.isDefault, _ = item.Get("default").Bool()
	if old := p.known.Default(); d.isDefault && old != "" {
		p.fail("E231", item.Get("default"), "selectors %q and %q are both the default", old, name)
		d.isDefault = false
	}
	errors := len(p.diags)
	body := item.Get("definition")
	if len(body.Pairs) > 1 && (body.Has("union") || body.Has("intersection")) {
		p.fail("E130", body, "a definition with union or intersection can have no other key")
	} else {
		d.root = p.expression(body)
	}
	if p.diags[errors:].HasErrors() {
		d.root = nil
	}
	if old := p.known.find(name); old != nil {
		p.ignored(item.Get("name"), "selector %q is defined twice; the later definition counts", name)
		*old = d
		return
	}
	p.known.list = append(p.known.list, d)
}

// fail reports an error at a node and returns nil, so that callers can return it.
func (p *selectorParser) fail(code string, at *yaml.Node, format string, args ...any) expr {
	p.diags = append(p.diags, diag.Errorf(code, at.Place(), format, args...))
	return nil
}

// expression reads a string, a set operation or a criterion.
func (p *selectorParser) expression(n *yaml.Node) expr {
	if _, ok := n.Str(); ok {
		return p.text(n)
	}
	switch {
	case n == nil || n.Kind != yaml.Mapping:
		return p.fail("E130", n, "expected text or a mapping here, found %s", kindOf(n))
	case n.Has("union"):
		return p.set(union, n.Get("union"))
	case n.Has("intersection"):
		return p.set(intersection, n.Get("intersection"))
	}
	return p.mapping(n)
}

func kindOf(n *yaml.Node) string {
	if n == nil {
		return yaml.Null.String()
	}
	return n.Kind.String()
}

// text reads a criterion in the spelling of the command line. As in dbt it is
// a single one: spaces and commas belong to the value.
func (p *selectorParser) text(n *yaml.Node) expr {
	text, _ := n.Str()
	file := n.Span.File
	c, err := parseCriterion(diag.Span{File: diag.NewFile("", text), End: len(text)})
	if err != nil {
		if file != nil {
			err.Span = n.Locate(err.Span.Start, err.Span.End)
		}
		p.diags = append(p.diags, *err)
		return nil
	}
	c.valueSpan = n.Locate(c.valueSpan.Start, c.valueSpan.End)
	c.span = n.Span
	return p.resolve(c)
}

// resolve replaces `selector:name` by what it stands for.
func (p *selectorParser) resolve(c *criterion) expr {
	if c.method.name != "selector" {
		return c
	}
	spec, diags := p.known.spec(c.value, c.valueSpan)
	for i := range diags {
		diags[i].Hint = strings.TrimSpace(diags[i].Hint + "\na definition can use only those above it")
	}
	p.diags = append(p.diags, diags...)
	return spec.root
}

// set reads the elements of a union or an intersection. An element with
// `exclude` takes away from the rest, and is nothing else.
func (p *selectorParser) set(op operator, list *yaml.Node) expr {
	if list == nil || list.Kind != yaml.Sequence {
		return p.fail("E130", list, "expected a list here, found %s", kindOf(list))
	}
	all := &group{op: op, indirect: Eager, span: list.Span}
	var without expr
	for _, item := range list.Items {
		if !item.Has("exclude") {
			all.parts = append(all.parts, p.expression(item))
			continue
		}
		if without != nil {
			p.fail("E130", item, "a union or intersection can have only one exclude: put all into one list")
		}
		if len(item.Pairs) > 1 {
			p.ignored(item, "keys beside exclude have no effect in a list")
		}
		without = p.exclusion(item.Get("exclude"))
	}
	return subtract(all, without)
}

// exclusion reads the list of an `exclude`; an empty one excludes nothing.
func (p *selectorParser) exclusion(list *yaml.Node) expr {
	if list == nil || list.Kind != yaml.Sequence {
		return p.fail("E130", list, "exclude needs a list, found %s", kindOf(list))
	}
	all := &group{op: union, indirect: Eager, span: list.Span}
	for _, item := range list.Items {
		all.parts = append(all.parts, p.expression(item))
	}
	switch len(all.parts) {
	case 0:
		return nil
	case 1:
		return all.parts[0]
	}
	return all
}

func subtract(from, without expr) expr {
	if without == nil {
		return from
	}
	return &group{op: difference, parts: []expr{from, without}, indirect: Eager}
}

// ignored warns of something that dbt accepts and does not use.
func (p *selectorParser) ignored(at *yaml.Node, format string, args ...any) {
	p.diags = append(p.diags, diag.Warnf("W231", at.Place(), format, args...))
}

// mapping reads `tag: nightly`, or method and value with their options.
func (p *selectorParser) mapping(n *yaml.Node) expr {
	methodNode, value := n.Get("method"), n.Get("value")
	if len(n.Pairs) == 1 && methodNode == nil && value == nil {
		key := n.Pairs[0].Key
		return p.criterion(n, key.String(), key, n.Pairs[0].Value)
	}
	if methodNode == nil || value == nil {
		return p.fail("E130", n, "a criterion needs either one key, such as tag: nightly, or method and value")
	}
	c := p.criterion(n, methodNode.String(), methodNode, value)
	if !n.Has("exclude") {
		return c
	}
	return subtract(c, p.exclusion(n.Get("exclude")))
}

// options are the keys that a mapping with method and value may have.
var options = []string{"method", "value", "children", "parents", "childrens_parents",
	"children_depth", "parents_depth", "indirect_selection", "exclude"}

func (p *selectorParser) criterion(n *yaml.Node, name string, methodNode, value *yaml.Node) expr {
	c := &criterion{
		value: value.String(), valueSpan: value.Place(), span: n.Span,
		parents: truth(n.Get("parents")), parentsDepth: p.depth(n.Get("parents_depth")),
		children: truth(n.Get("children")), childrenDepth: p.depth(n.Get("children_depth")),
		childrensParents: truth(n.Get("childrens_parents")),
		indirect:         p.mode(n.Get("indirect_selection")),
		typed:            scalar(value),
	}
	if value.IsNull() || value.Kind == yaml.Sequence || value.Kind == yaml.Mapping {
		if s := diag.DidYouMean(name, []string{"union", "intersection", "exclude", "method"}); s != "" {
			return p.fail("E130", value, "a definition has no key %q: %s", name, s)
		}
		return p.fail("E130", value, "%s: expected one value here, found %s", name, kindOf(value))
	}
	err := c.setMethod(name, methodNode.Place())
	if err == nil {
		err = c.method.checkValue(c)
	}
	if err == nil && c.children && c.childrensParents {
		err = contradiction(n.Span)
	}
	if err != nil {
		p.diags = append(p.diags, *err)
		return nil
	}
	p.checkOptions(n, c)
	return p.resolve(c)
}

// checkOptions warns of keys that have no effect.
func (p *selectorParser) checkOptions(n *yaml.Node, c *criterion) {
	if len(n.Pairs) == 1 {
		return
	}
	for _, pair := range n.Pairs {
		key := pair.Key.String()
		switch {
		case !slices.Contains(options, key):
			p.ignored(pair.Key, "a criterion has no key %q", key)
			p.diags[len(p.diags)-1].Hint = diag.DidYouMean(key, options)
		case c.method.name == "selector" && key != "method" && key != "value":
			p.ignored(pair.Key, "%s has no effect beside method: selector", key)
		}
	}
}

// depth reads children_depth or parents_depth. As in dbt the number 0 counts
// as not given.
func (p *selectorParser) depth(n *yaml.Node) int {
	if n.IsNull() || n.String() == "" {
		return -1
	}
	if i, ok := n.Int(); ok && i >= 0 {
		if i == 0 {
			return -1
		}
		return int(i)
	}
	text := n.String()
	if strings.Trim(text, "0123456789") != "" {
		p.fail("E130", n, "expected a whole number here, found %q", text)
		return -1
	}
	return depth(text)
}

func (p *selectorParser) mode(n *yaml.Node) Indirect {
	if n.IsNull() {
		return IndirectDefault
	}
	mode, ok := ParseIndirect(n.String())
	if !ok {
		p.fail("E231", n, "there is no indirect selection %q", n.String())
		last := &p.diags[len(p.diags)-1]
		if last.Hint = diag.DidYouMean(n.String(), IndirectNames()); last.Hint == "" {
			last.Hint = "modes are " + strings.Join(IndirectNames(), ", ")
		}
	}
	return mode
}

// truth is Python's bool() of a scalar: text is true unless it is empty.
func truth(n *yaml.Node) bool {
	if n.IsNull() {
		return false
	}
	if b, ok := n.Bool(); ok {
		return b
	}
	if i, ok := n.Int(); ok {
		return i != 0
	}
	return n.String() != ""
}

// scalar returns what YAML gave besides text, or nil: only config compares it.
func scalar(n *yaml.Node) any {
	if b, ok := n.Bool(); ok {
		return b
	}
	if i, ok := n.Int(); ok {
		return i
	}
	if n.Kind == yaml.Float {
		if f, err := strconv.ParseFloat(n.Text, 64); err == nil {
			return f
		}
	}
	return nil
}
