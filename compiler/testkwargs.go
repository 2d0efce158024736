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

// testKwargs are the rendered arguments of a test while it is parsed. What the
// argument model does is known where mdl's own get_where_subquery is meant: it
// refers to the target, and gives the relation.
func (r *resolver) testKwargs(d *draft, names *parseNames, o jinja.Options) (*value.Dict, error) {
	n := d.node
	if !r.plainWhere || d.target.version != "" {
		return renderTestKwargs(n, o)
	}
	rest := *n.Test
	rest.Kwargs = n.Test.Kwargs.Copy()
	rest.Kwargs.Delete(value.Str("model"))
	kwargs, err := renderTestKwargs(&Node{File: n.File, Test: &rest}, o)
	if err == nil {
		d.addTarget()
		kwargs.SetStr("model", names.self())
	}
	return kwargs, err
}

// addTarget notes that a generic test refers to what it hangs on.
func (d *draft) addTarget() {
	if d.target.source != "" {
		d.addSource(d.target.source, d.target.name, diag.Span{})
		return
	}
	d.node.Refs = append(d.node.Refs, Ref{Name: d.target.name})
}

// ownWhere reports whether get_where_subquery is mdl's own.
func (r *resolver) ownWhere() bool {
	const name = "get_where_subquery"
	def, ok := r.macros.Find("", name)
	variant, _ := r.macros.search("", name, globalPackage)
	return ok && def.Internal && variant != nil && variant.Internal
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
