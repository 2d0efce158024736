package compiler

import (
	"strings"

	"mdl/compiler/jinja/value"
)

// plainNames reports for each part of a relation's name whether mdl's own
// generate_*_name macro makes it, so that the result is known without running
// it: most projects override none of them, and each node has three.
func (r *resolver) plainNames() map[string]bool {
	plain := map[string]bool{}
	for _, part := range []string{"database", "schema", "alias"} {
		name := "generate_" + part + "_name"
		def, ok := r.macros.nameMacro("", part)
		if !ok || !def.Internal {
			continue
		}
		variant, _ := r.macros.search("", name, globalPackage)
		plain[part] = variant != nil && variant.Internal && variant.Name == "default__"+name
	}
	return plain
}

// plainName is what mdl's own macros answer (compiler/macros/dbt/names.sql);
// false where they are to be asked.
func (r *resolver) plainName(n *Node, part string, custom value.Value) (string, bool) {
	if !r.plain[part] || n.Version != "" {
		return "", false
	}
	if def, _ := r.macros.nameMacro(n.Package, part); !def.Internal {
		return "", false
	}
	text, isText := custom.(value.Str)
	if custom != value.None && !isText {
		return "", false
	}
	own := strings.TrimSpace(string(text))
	switch {
	case part == "alias" && text != "":
		return own, true
	case part == "alias":
		return n.Name, true
	}
	target, _ := r.ctx.Target.Values.GetStr(part)
	if _, ok := target.(value.Str); !ok {
		return "", false
	}
	base := strings.TrimSpace(value.ToStr(target))
	switch {
	case custom == value.None:
		return base, true
	case part == "database":
		return own, true
	}
	return base + "_" + own, true
}
