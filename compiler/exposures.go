package compiler

import (
	"mdl/compiler/diag"
	"mdl/compiler/jinja"
	"mdl/compiler/jinja/value"
	"mdl/compiler/project"
	"mdl/compiler/scope"
	"mdl/compiler/yaml"
)

// resolveExposures makes the exposures of all packages.
func (r *resolver) resolveExposures() {
	for _, pkg := range r.project.Packages {
		for _, file := range pkg.Properties {
			for _, e := range file.Exposures {
				r.addExposure(pkg, file, e)
			}
		}
	}
}

func (r *resolver) addExposure(pkg *project.Package, file *project.Properties, e *project.Exposure) {
	n := &ExposureNode{
		ID: "exposure." + pkg.Name() + "." + e.Name, Package: pkg.Name(), Name: e.Name, Span: e.Span,
		FQN: append(yamlFQN(pkg.Name(), file.Rel), e.Name), Path: file.Rel, OrigPath: file.Path,
		Type: e.Type.Value, Label: e.Label.Value, Maturity: e.Maturity.Value, URL: e.URL.Value, Owner: e.Owner.ToDict(),
	}
	n.OwnerName, n.OwnerEmail = text(e.Owner, "name"), text(e.Owner, "email")
	own := e.Config.ToDict()
	addTo(own, "meta", e.Meta.ToDict(), e.Meta)
	if len(e.Tags) > 0 {
		own.SetStr("tags", value.NewList(append(listify(valueOf(own, "tags")), strs(e.Tags)...)...))
	}
	n.Config, n.Unrendered = r.trees.merged(Exposure, pkg.Name(), n.FQN, written{call: own})
	n.Tags = n.Config.Strings("tags")
	n.Meta, _ = get[*value.Dict](n.Config.values, "meta")
	var diags diag.List
	n.Description, _ = r.description(pkg.Name(), e.Description.Value, e.Description.Span, &diags)
	for _, text := range e.DependsOn {
		if err := r.exposureDependency(pkg, n, text); err != nil {
			d := diag.FromError(err, "E261", text.Span)
			d.Span = text.Span
			diags = append(diags, d.WithHint("write ref('model'), source('name', 'table') or metric('name')"))
		}
	}
	r.report(pkg.Name(), diags...)
	if enabled, set := n.Config.Bool("enabled"); set && !enabled {
		return
	}
	r.m.Exposures[n.ID] = n
}

func addTo(config *value.Dict, key string, d *value.Dict, written *yaml.Node) {
	if written == nil || d.Len() == 0 {
		return
	}
	if was, ok := get[*value.Dict](config, key); ok {
		d.Update(was)
	}
	config.SetStr(key, d)
}

func valueOf(d *value.Dict, key string) value.Value {
	v, _ := d.GetStr(key)
	return v
}

func strs(texts []string) []value.Value {
	out := make([]value.Value, len(texts))
	for i, t := range texts {
		out[i] = value.Str(t)
	}
	return out
}

// exposureDependency evaluates one entry of depends_on.
func (r *resolver) exposureDependency(pkg *project.Package, n *ExposureNode, dep project.Text) error {
	ref := &value.Func{Name: "ref", Fn: func(_ value.Thread, a value.Args) (value.Value, error) {
		ref, err := parseRef(a)
		ref.Span = dep.Span
		n.Refs = append(n.Refs, ref)
		return value.Str(""), err
	}}
	source := &value.Func{Name: "source", Fn: func(_ value.Thread, a value.Args) (value.Value, error) {
		name, table, err := parseSource(a)
		n.SourceRefs = append(n.SourceRefs, [2]string{name, table})
		return value.Str(""), err
	}}
	metric := &value.Func{Name: "metric", Fn: func(value.Thread, value.Args) (value.Value, error) { return value.Str(""), nil }}
	globals := r.ctx.shared.Scope(scope.Binding{
		Vars: r.vars[pkg.Name()], Own: scope.Names{"ref": ref, "source": source, "metric": metric},
	})
	_, err := jinja.RenderExpression(diag.NewFile(dep.Span.Path(), dep.Value), dep.Value, 0, jinja.Options{Globals: globals})
	return err
}

// resolveUnitTests notes the unit tests of all packages. They are parsed, not
// run.
func (r *resolver) resolveUnitTests() {
	for _, pkg := range r.project.Packages {
		for _, file := range pkg.Properties {
			for _, u := range file.UnitTests {
				r.addUnitTest(pkg, file, u)
			}
		}
	}
}

func (r *resolver) addUnitTest(pkg *project.Package, file *project.Properties, u *project.UnitTest) {
	model, ok := r.findRef(Ref{Name: u.Model.Value}, pkg.Name())
	if !ok {
		r.report(pkg.Name(), r.missingRef(Ref{Name: u.Model.Value}, u.Model.Span))
		return
	}
	if model == nil {
		return
	}
	n := &UnitTestNode{
		ID: "unit_test." + pkg.Name() + "." + u.Model.Value + "." + u.Name, Package: pkg.Name(), Name: u.Name, Model: u.Model.Value,
		Span: u.Span, Path: file.Rel, OrigPath: file.Path, Description: u.Description.Value,
		FQN:   append(yamlFQN(pkg.Name(), file.Rel), u.Model.Value, u.Name),
		Given: u.Given.ToValue(), Expect: u.Expect.ToValue(), Overrides: u.Overrides.ToValue(), DependsOn: []string{model.ID},
	}
	n.Config, _ = r.trees.merged(UnitTest, pkg.Name(), n.FQN, written{call: u.Config.ToDict()})
	n.Tags = n.Config.Strings("tags")
	if enabled, set := n.Config.Bool("enabled"); set && !enabled {
		return
	}
	r.m.UnitTests[n.ID] = n
}
