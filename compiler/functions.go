package compiler

import (
	"fmt"
	"slices"
	"strings"

	"mdl/adapters"
	"mdl/compiler/diag"
	"mdl/compiler/jinja/value"
	"mdl/compiler/project"
	"mdl/compiler/scope"
)

// FunctionInfo is what only a function of the warehouse has.
type FunctionInfo struct {
	Arguments []*value.Dict // name, data_type, description, default_value
	Returns   *value.Dict   // data_type, description
}

// undescribed is what dbt takes for the type that a function returns as long
// as no properties say it.
const undescribed = "INVALID_TYPE"

// functionOf reads the properties of a function; it has them to be built.
func functionOf(p *patch) *FunctionInfo {
	if p == nil {
		return &FunctionInfo{Returns: dictOf("data_type", value.Str(undescribed), "description", value.None)}
	}
	f := &FunctionInfo{Returns: project.ReturnsForm.Value(p.props.Returns)}
	for _, n := range p.props.Arguments.List() {
		f.Arguments = append(f.Arguments, project.ArgumentForm.Value(n))
	}
	return f
}

// functionWords are the configuration keys of functions with few values.
var functionWords = []struct {
	key   string
	words []string
}{
	{"type", []string{"scalar", "aggregate", "table"}},
	{"volatility", []string{"deterministic", "stable", "non-deterministic"}},
}

// checkFunction says what dbt would refuse, or build with a wrong type.
func (d *draft) checkFunction() {
	n := d.node
	for _, of := range functionWords {
		if v := n.Config.String(of.key); v != "" && !slices.Contains(of.words, v) {
			d.diags = append(d.diags, diag.Errorf("E205", d.callSpan(of.key), "%s of function %q cannot be %q", of.key, n.Name, v).
				WithHint("%s", orElse(diag.DidYouMean(v, of.words), "it is one of "+strings.Join(of.words, ", "))))
		}
	}
	if d.patch == nil {
		d.diags = append(d.diags, diag.Warnf("W262", n.Span, "nothing says what the function %q returns", n.Name).
			WithHint("describe it under functions: in a .yml file, with arguments and returns"))
		return
	}
	written := d.patch.props.Arguments.List()
	defaults := false
	for i, argument := range n.Function.Arguments {
		v, _ := argument.GetStr("default_value")
		if defaults && value.IsNone(v) {
			d.diags = append(d.diags, diag.Errorf("E205", written[i].Place(), "the argument %q of function %q has no default, but follows one that has", textOf(argument, "name"), n.Name).
				WithHint("put the arguments with a default_value last"))
		}
		defaults = defaults || !value.IsNone(v)
	}
}

// functionFunc is function() at parse time: it notes the call and gives the
// node's own relation, as in dbt.
func (p *parseNames) functionFunc() value.Value {
	return &value.Func{Name: "function", Fn: func(t value.Thread, a value.Args) (value.Value, error) {
		ref, err := parseNamed("function", a)
		if err == nil {
			err = p.d.mayDepend("function")
		}
		if err != nil {
			return nil, err
		}
		ref.Span = t.Site()
		p.d.node.FunctionRefs = append(p.d.node.FunctionRefs, ref)
		return p.self(), nil
	}}
}

// function binds a function() call.
func (b *binder) function(ref Ref, fallback diag.Span) {
	ref.Span = orSpan(ref.Span, fallback)
	if f := b.r.m.findFunction(ref, b.pkg); f != nil {
		b.add(f.ID, ref.Span)
		return
	}
	b.missing(b.r.missingFunction(ref))
}

// findFunction returns the function that function() means, or nil.
func (m *Manifest) findFunction(ref Ref, from string) *Node {
	packages := m.searchFor(ref, from)
	if i := slices.Index(packages, ""); i >= 0 {
		packages = slices.Concat(packages[:i], m.Packages)
	}
	for _, pkg := range packages {
		if n := m.Node(string(Function) + "." + pkg + "." + ref.Name); n != nil {
			return n
		}
	}
	return nil
}

func (r *resolver) missingFunction(ref Ref) diag.Diagnostic {
	for _, list := range r.m.Disabled {
		for _, n := range list {
			if n.Kind == Function && n.Name == ref.Name && (ref.Package == "" || n.Package == ref.Package) {
				return diag.Errorf("E258", ref.Span, "the function %q is disabled", ref.Name).WithHint("enable it, or remove the reference to it")
			}
		}
	}
	return diag.Errorf("E257", ref.Span, "function(%q): there is no such function", ref.Name).
		WithHint("%s", orElse(diag.DidYouMean(ref.Name, r.m.functionNames()), "write it to a .sql file below functions/, or name a function of the warehouse without {{ }}"))
}

func (m *Manifest) functionNames() []string {
	var names []string
	for n := range m.AllNodes() {
		if n.Kind == Function {
			names = append(names, n.Name)
		}
	}
	return names
}

// function is function() at run time: the function's relation, of which, as of
// a source's, all parts are quoted whatever the project configures.
func (s *runNames) function(_ value.Thread, a value.Args) (value.Value, error) {
	ref, err := parseNamed("function", a)
	if err != nil {
		return nil, err
	}
	m := s.r.Manifest
	f := m.findFunction(ref, s.pkg())
	switch {
	case f == nil:
		return nil, &scope.Error{
			Kind: scope.Compilation, Msg: "function('" + ref.Name + "') finds no function",
			Hint: diag.DidYouMean(ref.Name, m.functionNames()),
		}
	case !s.free && !slices.Contains(s.n.DependsOn, f.ID):
		return nil, &scope.Error{
			Kind: scope.Compilation,
			Msg:  fmt.Sprintf("function('%s') was not known as a dependency of %s when the project was parsed", ref.Name, s.name()),
			Hint: fmt.Sprintf("add this line at the top of %s:\n-- depends_on: {{ function('%s') }}", s.name(), ref.Name),
		}
	}
	rel := adapters.Relation{Database: f.Database, Schema: f.Schema, Name: f.Alias}
	return s.r.Context.shared.RelationOf(rel, scope.AllParts), nil
}
