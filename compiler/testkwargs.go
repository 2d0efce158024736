package compiler

import (
	"regexp"
	"strings"

	"mdl/compiler/diag"
	"mdl/compiler/jinja"
	"mdl/compiler/jinja/value"
)

// looksLikeCall is a test's argument that dbt evaluates although it has no
// braces, such as "ref('orders')".
var looksLikeCall = regexp.MustCompile(`^\s*(env_var|ref|var|source|doc)\s*\(.+\)\s*$`)

// renderTestKwargs returns the arguments of a generic test with their texts
// rendered as native values (dbt/clients/jinja.py, add_rendered_test_kwargs).
// The column's name stays as it is.
func renderTestKwargs(n *Node, o jinja.Options) (*value.Dict, error) {
	out := value.NewDictSize(n.Test.Kwargs.Len())
	for key, v := range n.Test.Kwargs.All() {
		if value.ToStr(key) != "column_name" {
			var err error
			if v, err = renderDeep(n, v, o); err != nil {
				return nil, err
			}
		}
		out.Set(key, v)
	}
	return out, nil
}

func renderDeep(n *Node, v value.Value, o jinja.Options) (value.Value, error) {
	switch v := v.(type) {
	case value.Str:
		return renderNative(n, string(v), o)
	case *value.List:
		items := make([]value.Value, v.Len())
		for i, item := range v.Items() {
			var err error
			if items[i], err = renderDeep(n, item, o); err != nil {
				return nil, err
			}
		}
		return value.NewList(items...), nil
	case *value.Dict:
		out := value.NewDictSize(v.Len())
		for key, item := range v.All() {
			rendered, err := renderDeep(n, item, o)
			if err != nil {
				return nil, err
			}
			out.Set(key, rendered)
		}
		return out, nil
	}
	return v, nil
}

func renderNative(n *Node, text string, o jinja.Options) (value.Value, error) {
	if looksLikeCall.MatchString(text) {
		text = "{{ " + text + " }}"
	}
	if !strings.Contains(text, "{{") && !strings.Contains(text, "{%") {
		return value.Str(text), nil
	}
	return jinja.NativeRender(diag.NewFile(n.File.Path, text), text, 0, o)
}
