package project

import (
	"strings"

	"mdl/compiler/diag"
	"mdl/compiler/jinja"
	"mdl/compiler/yaml"
)

// renderer renders the texts of YAML trees.
type renderer struct {
	globals jinja.Globals
	diags   *diag.List
}

// tree renders every scalar of a tree that should be rendered, by its path.
func (r *renderer) tree(n *yaml.Node, should func(path []string) bool) *yaml.Node {
	return n.Map(func(path []string, scalar *yaml.Node) *yaml.Node {
		if !should(path) {
			return scalar
		}
		return r.scalar(scalar)
	})
}

func always([]string) bool { return true }

// scalar renders one scalar; on an error it is reported and stays as it was.
func (r *renderer) scalar(n *yaml.Node) *yaml.Node {
	out, err := renderScalar(n, r.globals)
	if err != nil {
		*r.diags = append(*r.diags, *err)
		return n
	}
	return out
}

// renderScalar does what dbt does to every scalar of a rendered file: a text
// becomes what its template gives, a date becomes its ISO text.
func renderScalar(n *yaml.Node, globals jinja.Globals) (*yaml.Node, *diag.Diagnostic) {
	if n.Is(yaml.TDate) {
		return yaml.NewString(n.Text, n.Span), nil
	}
	text, ok := n.Str()
	if !ok {
		return n, nil
	}
	if !hasJinja(text) {
		// A template loses its last newline.
		if cut := strings.TrimSuffix(text, "\n"); cut != text {
			return yaml.NewString(cut, n.Span), nil
		}
		return n, nil
	}
	template := n.Template()
	v, err := jinja.NativeRender(template, text, 0, jinja.Options{Globals: globals, Steps: textSteps})
	if err != nil {
		d := n.Relocate(diag.FromError(err, "E204", diag.Span{File: template, End: len(text)}), template)
		return n, &d
	}
	return yaml.FromValue(v, n.Span), nil
}

// hasJinja reports whether a text has anything to render.
func hasJinja(text string) bool {
	for i := 0; i+1 < len(text); i++ {
		if text[i] == '{' && (text[i+1] == '{' || text[i+1] == '%' || text[i+1] == '#') {
			return true
		}
	}
	return false
}

// text is an optional text of a mapping. Scalars of other types are taken by
// their spelling; the schema has reported them where dbt refuses them.
func text(n *yaml.Node) Text {
	if n.IsNull() {
		return Text{}
	}
	return Text{Value: n.String(), Span: n.Span}
}

// boolean is an optional boolean of a mapping.
func boolean(n *yaml.Node) *bool {
	b, ok := n.Bool()
	if !ok {
		return nil
	}
	return &b
}

// textSteps bounds the render of one docs block or one value in YAML, of which
// a project has many, and none has work to do.
const textSteps = 1_000_000
