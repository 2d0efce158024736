package compiler

import (
	"iter"
	"time"

	"mdl/compiler/diag"
)

// warnOfDeprecations tells of models past their deprecation_date, and of models
// that refer to a model with one (dbt/parser/manifest.py,
// check_for_model_deprecations).
func (r *resolver) warnOfDeprecations(nodes iter.Seq[*Node]) {
	now := r.ctx.Env.StartedAt
	for n := range nodes {
		if n.Kind != Model || n.Deprecation == "" {
			continue
		}
		date, ok := parseDate(n.Deprecation)
		if !ok {
			r.report(n.Package, diag.Errorf("E272", n.Span, "deprecation_date of model %q is no date: %s", n.Name, n.Deprecation).
				WithHint("write it as 2030-12-31"))
			continue
		}
		if !date.Before(now) && (r.until == 0 || date.UnixNano() < r.until) {
			r.until = date.UnixNano() + 1
		}
		if date.Before(now) {
			r.reportOf(n, n.Package, diag.Warnf("W272", n.Span, "model %s has passed its deprecation_date of %s", versioned(n), n.Deprecation).
				WithHint("disable or remove it"))
		}
	}
	for n := range nodes {
		if n.Kind == Model {
			r.warnOfDeprecatedRefs(n, now)
		}
	}
}

func (r *resolver) warnOfDeprecatedRefs(n *Node, now time.Time) {
	for _, id := range n.DependsOn {
		parent := r.m.Node(id)
		if parent == nil || parent.Kind != Model || parent.Deprecation == "" {
			continue
		}
		date, ok := parseDate(parent.Deprecation)
		if !ok {
			continue
		}
		code, text := "W273", "model %s is to be deprecated on %s"
		if date.Before(now) {
			code, text = "W274", "model %s is deprecated since %s"
		}
		d := diag.Warnf(code, r.refSpan(n, parent), text, versioned(parent), parent.Deprecation).
			WithHint("refer to another model")
		if parent.LatestVersion != "" && parent.LatestVersion != parent.Version {
			d.Hint = "there is a newer version: ref('" + parent.Name + "', v=" + parent.LatestVersion + ")"
		}
		r.reportOf(n, n.Package, d)
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
