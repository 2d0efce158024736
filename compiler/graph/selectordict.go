package graph

import (
	"strconv"
	"strings"

	"mdl/compiler/diag"
	"mdl/compiler/jinja/value"
	"mdl/compiler/yaml"
)

// Definitions returns the definitions of a rendered selectors.yml as dbt keeps
// them in its manifest: by name, with criteria in the spelling of the command
// line taken apart, and `method: selector` replaced by what it means
// (dbt/config/selectors.py, SelectorDict).
func Definitions(root *yaml.Node) *value.Dict {
	all := value.NewDict()
	for _, item := range root.Get("selectors").List() {
		name, ok := item.Get("name").Str()
		if !ok || item.Kind != yaml.Mapping {
			continue
		}
		entry := item.ToDict()
		entry.SetStr("definition", definitionValue(item.Get("definition"), all))
		all.SetStr(name, entry)
	}
	return all
}

// definitionValue is a definition that may use those that are known.
func definitionValue(n *yaml.Node, known *value.Dict) value.Value {
	if text, ok := n.Str(); ok {
		return criterionDict(text)
	}
	if n == nil || n.Kind != yaml.Mapping || len(n.Pairs) == 0 {
		return n.ToValue()
	}
	for _, op := range []string{"union", "intersection"} {
		if n.Has(op) {
			return single(op, definitionList(n.Get(op), known))
		}
	}
	key, v := n.Pairs[0].Key.String(), n.Pairs[0].Value
	switch {
	case key == "exclude" && v.Kind == yaml.Sequence:
		return single(key, definitionList(v, known))
	case len(n.Pairs) == 1 && v.Kind == yaml.Sequence:
		return methodDict(key, definitionList(v, known))
	case len(n.Pairs) == 1:
		return methodDict(key, v.ToValue())
	case key == "method" && v.String() == "selector":
		if of, ok := known.GetStr(n.Get("value").String()); ok {
			d, _ := of.(*value.Dict).GetStr("definition")
			return d
		}
	}
	return n.ToValue()
}

func definitionList(n *yaml.Node, known *value.Dict) value.Value {
	list := value.NewList()
	for _, item := range n.List() {
		list.Append(definitionValue(item, known))
	}
	return list
}

func single(key string, v value.Value) *value.Dict {
	d := value.NewDict()
	d.SetStr(key, v)
	return d
}

func methodDict(method string, v value.Value) *value.Dict {
	d := single("method", value.Str(method))
	d.SetStr("value", v)
	return d
}

// criterionDict is a criterion in the spelling of the command line.
func criterionDict(text string) value.Value {
	c, err := parseCriterion(diag.Span{File: diag.NewFile("", text), End: len(text)})
	if err != nil {
		return value.Str(text)
	}
	d := value.NewDict()
	number := func(key string, depth int) {
		if depth >= 0 {
			d.SetStr(key, value.Str(strconv.Itoa(depth)))
		}
	}
	if c.childrensParents {
		d.SetStr("childrens_parents", value.True)
	}
	if c.parents {
		d.SetStr("parents", value.True)
		number("parents_depth", c.parentsDepth)
	}
	d.SetStr("method", value.Str(strings.Join(append([]string{c.method.name}, c.args...), ".")))
	if c.value != "" {
		d.SetStr("value", value.Str(c.value))
	}
	if c.children {
		d.SetStr("children", value.True)
		number("children_depth", c.childrenDepth)
	}
	return d
}
