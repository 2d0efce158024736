package compiler

import (
	"fmt"

	"mdl/compiler/diag"
)

// searchOrder is where a name without a package is looked for by a file of a
// package: the root project, the package itself, anywhere (""). The flag
// require_ref_searches_node_package_before_root turns the first two round
// (dbt/contracts/graph/manifest.py, _packages_to_search).
func (m *Manifest) searchOrder(from string) []string {
	switch {
	case from == "" || from == m.ProjectName:
		return []string{m.ProjectName, ""}
	case m.flag("require_ref_searches_node_package_before_root"):
		return []string{from, m.ProjectName, ""}
	}
	return []string{m.ProjectName, from, ""}
}

// flag returns a flag of dbt_project.yml that is off unless it is set.
func (m *Manifest) flag(name string) bool {
	if len(m.configs) == 0 {
		return false
	}
	on, _ := m.configs[0].Flags.Get(name).Bool()
	return on
}

// forbidden tells why the node of a binder may not refer to a model: it is
// private to another group, or kept in its package by restrict-access.
func (b *binder) forbidden(to *Node, at diag.Span) *diag.Diagnostic {
	if to.Kind != Model {
		return nil
	}
	restricted := b.pkg != to.Package && b.r.packages[to.Package].Config.RestrictAccess
	if to.Access != "private" && !restricted {
		return nil
	}
	var d diag.Diagnostic
	switch {
	case to.Access == "private" && (b.group == "" || b.group != to.Group):
		of := "and in no group, so that nothing may refer to it"
		if to.Group != "" {
			of = fmt.Sprintf("to group %q", to.Group)
		}
		d = diag.Errorf("E259", at, "model %q is private %s", to.Name, of).
			WithHint("put this node into the group, or give the model access: protected")
		if b.exposure {
			d.Hint = "an exposure is in no group: give the model access: protected"
		}
	case restricted && to.Access == "private":
		d = diag.Errorf("E259", at, "model %q is private in package %q, which restricts access", to.Name, to.Package).
			WithHint("refer to a model of the package that has access: public")
	case restricted && to.Access == "protected":
		d = diag.Errorf("E259", at, "model %q is protected by package %q, which restricts access", to.Name, to.Package).
			WithHint("refer to a model of the package that has access: public")
	default:
		return nil
	}
	d.Notes = []diag.Note{{Message: "the " + to.Access + " model", Span: to.Span}}
	return &d
}

// warnOfRootRef warns of a package's node that got a model of the root project
// by a name without a package: usually the package means its own.
func (b *binder) warnOfRootRef(ref Ref, to *Node, at diag.Span) {
	root := b.r.m.ProjectName
	if b.test || b.pkg == root || to.Package != root || ref.Package == root || b.r.m.flag("require_ref_searches_node_package_before_root") {
		return
	}
	b.r.reportOf(b.r.m.Node(b.id), root, diag.Warnf("W259", at, "%s of package %q means the root project's %s", refText(ref), b.pkg, to.ID).
		WithHint("set the flag require_ref_searches_node_package_before_root: true in %s, or rename the root's %s", "dbt_project.yml", to.Kind))
}

// checkGroups reports nodes of a group that does not exist, and public models
// that leave no relation to refer to.
func (r *resolver) checkGroups() {
	known := map[string]bool{}
	var names []string
	for _, id := range sortedKeys(r.m.Groups) {
		known[r.m.Groups[id].Name] = true
		names = append(names, r.m.Groups[id].Name)
	}
	for n := range r.m.AllNodes() {
		if n.Group != "" && !known[n.Group] && n.Test == nil {
			r.report(n.Package, diag.Errorf("E268", n.Span, "%s %q is in group %q, which does not exist", n.Kind, n.Name, n.Group).
				WithHint("%s", orElse(diag.DidYouMean(n.Group, names), "declare it under groups: in a .yml file, with an owner")))
		}
		if n.Kind == Model {
			r.checkAccess(n)
		}
	}
}

// accessLevels are the values of access.
var accessLevels = []string{"private", "protected", "public"}

func (r *resolver) checkAccess(n *Node) {
	switch n.Access {
	case "private", "protected":
	case "public":
		if n.IsEphemeral() {
			r.report(n.Package, diag.Errorf("E269", n.Span, "model %q is ephemeral and cannot be public: it has no relation that others could read", n.Name).
				WithHint("materialize it as a view or a table, or give it access: protected"))
		}
	default:
		r.report(n.Package, diag.Errorf("E269", n.Span, "access of model %q cannot be %q", n.Name, n.Access).
			WithHint("%s", orElse(diag.DidYouMean(n.Access, accessLevels), "it is private, protected or public")))
	}
}
