package compiler

import (
	"time"

	"mdl/compiler/diag"
)

// warnOfDeprecations tells of models past their deprecation_date, and of models
// that refer to a model with one (dbt/parser/manifest.py,
// check_for_model_deprecations).
func (r *resolver) warnOfDeprecations() {
	now := r.ctx.Env.StartedAt
	dated := map[string]time.Time{}
	for n := range r.m.AllNodes() {
		if n.Kind != Model || n.Deprecation == "" {
			continue
		}
		date, ok := parseDate(n.Deprecation)
		if !ok {
			r.report(n.Package, diag.Errorf("E272", n.Span, "deprecation_date of model %q is no date: %s", n.Name, n.Deprecation).
				WithHint("write it as 2030-12-31"))
			continue
		}
		dated[n.ID] = date
		if date.Before(now) {
			r.report(n.Package, diag.Warnf("W272", n.Span, "model %s has passed its deprecation_date of %s", versioned(n), n.Deprecation).
				WithHint("disable or remove it"))
		}
	}
	for n := range r.m.AllNodes() {
		if len(dated) > 0 && n.Kind == Model {
			r.warnOfDeprecatedRefs(n, dated, now)
		}
	}
}

func (r *resolver) warnOfDeprecatedRefs(n *Node, dated map[string]time.Time, now time.Time) {
	for _, id := range n.DependsOn {
		date, ok := dated[id]
		if !ok {
			continue
		}
		parent := r.m.Node(id)
		code, text := "W273", "model %s is to be deprecated on %s"
		if date.Before(now) {
			code, text = "W274", "model %s is deprecated since %s"
		}
		d := diag.Warnf(code, r.refSpan(n, parent), text, versioned(parent), parent.Deprecation).
			WithHint("refer to another model")
		if parent.LatestVersion != "" && parent.LatestVersion != parent.Version {
			d.Hint = "there is a newer version: ref('" + parent.Name + "', v=" + parent.LatestVersion + ")"
		}
		r.report(n.Package, d)
	}
}

// refSpan is the place where a node refers to another.
func (r *resolver) refSpan(n, parent *Node) diag.Span {
	for _, ref := range n.Refs {
		if ref.Name == parent.Name && versionMatches(parent, ref.Version) && ref.Span.File != nil {
			return ref.Span
		}
	}
	return n.Span
}

func versioned(n *Node) string {
	if n.Version == "" {
		return `"` + n.Name + `"`
	}
	return `"` + n.Name + "\" v" + n.Version
}
