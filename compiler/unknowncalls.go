package compiler

import (
	"strings"

	"mdl/compiler/diag"
	"mdl/compiler/jinja"
	"mdl/compiler/jinja/value"
	"mdl/compiler/scope"
)

// watched is a scope that notes which names it did not have. While a project
// is parsed an unknown name is no error, as in dbt, and the node fails only
// when it is compiled; mdl says it at once.
type watched struct {
	*scope.Scope
	missing map[string]bool
}

// Lookup implements jinja.Globals.
func (w watched) Lookup(name string) (value.Value, bool) {
	v, ok := w.Scope.Lookup(name)
	if !ok {
		w.missing[name] = true
	}
	return v, ok
}

// behindGlobals are the functions that jinja itself finds behind a scope.
var behindGlobals = map[string]bool{
	"return": true, "range": true, "dict": true, "namespace": true, "cycler": true, "joiner": true, "lipsum": true, "caller": true,
}

// warnOfUnknownCalls tells of calls of macros that do not exist.
func (r *resolver) warnOfUnknownCalls(d *draft, s watched) {
	for _, call := range d.node.program.Callees() {
		pkg, name, dotted := strings.Cut(call.Name, ".")
		switch {
		case pkg == "adapter" && dotted && !strings.Contains(name, ".") && !scope.IsAdapterName(name):
			d.diags = append(d.diags, diag.Warnf("W253", call.NameSpan, "adapter has no method %q", name).
				WithHint("%s", diag.DidYouMean(name, scope.AdapterNames())))
		case !dotted && s.missing[call.Name] && !behindGlobals[call.Name]:
			d.diags = append(d.diags, unknownMacro(call, s.Names()))
		case dotted && s.missing[pkg] && diag.Suggest(pkg, r.m.Packages) != "":
			d.diags = append(d.diags, diag.Warnf("W252", call.NameSpan, "there is no package %q, so no macro %q", pkg, call.Name).
				WithHint("%s", diag.DidYouMean(pkg, r.m.Packages)))
		case dotted && r.packages[pkg] != nil && !strings.Contains(name, "."):
			if _, ok := r.macros.Find(d.node.Package, call.Name); !ok {
				d.diags = append(d.diags, unknownMacro(call, r.macroNames(pkg)))
			}
		}
	}
}

func unknownMacro(call jinja.StaticCall, names []string) diag.Diagnostic {
	return diag.Warnf("W252", call.NameSpan, "there is no macro %q", call.Name).
		WithHint("%s", orElse(diag.DidYouMean(call.Name, names), "define it with {% macro %} below macros/, or install the package that has it"))
}

// macroNames are the macros of a package with its name in front.
func (r *resolver) macroNames(pkg string) []string {
	var names []string
	for _, def := range r.macros.All() {
		if def.Package == pkg {
			names = append(names, pkg+"."+def.Name)
		}
	}
	return names
}
