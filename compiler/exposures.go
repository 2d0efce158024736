package compiler

import (
	"slices"

	"mdl/compiler/diag"
	"mdl/compiler/jinja"
	"mdl/compiler/jinja/value"
	"mdl/compiler/project"
	"mdl/compiler/scope"
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
	n.Config, n.Unrendered = r.trees.merged(Exposure, pkg.Name(), n.FQN, written{call: own})
	n.Tags = append(n.Config.Strings("tags"), e.Tags...)
	slices.Sort(n.Tags)
	n.Tags = slices.Compact(n.Tags)
	n.Meta = e.Meta.ToDict()
	if meta, ok := get[*value.Dict](n.Config.values, "meta"); ok {
		n.Meta.Update(meta)
	}
	n.Config = n.Config.with("tags", value.NewList(strs(n.Tags)...)).with("meta", n.Meta)
	enabled, set := n.Config.Bool("enabled")
	enabled = enabled || !set
	var diags diag.List
	n.Description = e.Description.Value
	if enabled {
		n.Description, _ = r.description(pkg.Name(), n.Description, e.Description.Span, &r.reads, &diags)
	}
	for _, text := range e.DependsOn {
		if err := r.exposureDependency(pkg, n, text); err != nil {
			d := diag.FromError(err, "E261", text.Span)
			d.Span = text.Span
			diags = append(diags, d.WithHint("write ref('model'), source('name', 'table') or metric('name')"))
		}
	}
	r.report(pkg.Name(), diags...)
	if !enabled {
		r.m.DisabledExposures = append(r.m.DisabledExposures, n)
		return
	}
	if other := r.m.Exposures[n.ID]; other != nil {
		r.report(pkg.Name(), twice("exposures", n.Name, n.Span, other.Span))
		return
	}
	r.m.Exposures[n.ID] = n
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
	metric := &value.Func{Name: "metric", Fn: func(_ value.Thread, a value.Args) (value.Value, error) {
		ref, err := parseNamed("metric", a)
		ref.Span = dep.Span
		n.MetricRefs = append(n.MetricRefs, ref)
		return value.Str(""), err
	}}
	globals := r.ctx.shared.Scope(scope.Binding{
		Vars: r.vars[pkg.Name()], Package: pkg.Name(), Reads: &r.reads,
		Own: scope.Names{"ref": ref, "source": source, "metric": metric},
	})
	_, err := jinja.RenderExpression(diag.NewFile(dep.Span.Path(), dep.Value), dep.Value, 0, jinja.Options{Globals: globals, Steps: r.ctx.Steps})
	return err
}
