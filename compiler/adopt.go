package compiler

import (
	"maps"
	"slices"
)

// adoptPatches gives properties entries that describe no file of their own
// package to the file of that name in another: a project adds tests to the
// models of a package so, and a package describes the seed that a project puts
// in place of the package's own, which the project disables (parse_patch in
// dbt/parser/schemas.py). Versioned models are never described from outside.
func (r *resolver) adoptPatches(drafts []*draft) {
	nodes := map[patchKey]*draft{}
	named := map[patchKey][]*draft{} // without a package
	for _, d := range drafts {
		if d.node.Version == "" {
			key := patchKey{d.node.Kind, d.node.Package, d.node.Name}
			nodes[key] = d
			key.pkg = ""
			named[key] = append(named[key], d)
		}
	}
	keys := slices.Collect(maps.Keys(r.patches))
	sortPatchKeys(keys)
	for _, key := range keys {
		p := r.patches[key]
		own, all := nodes[key], named[patchKey{key.kind, "", key.name}]
		if p.version != nil || !refable(key.kind) || own != nil && (len(all) == 1 || r.enabledByTree(own)) {
			continue
		}
		for _, d := range all {
			if d == own || d.patch != nil || !r.enabledByTree(d) {
				continue
			}
			if own != nil {
				own.patch = nil
			}
			d.applyPatch(p)
			break
		}
	}
}

// enabledByTree reports whether dbt_project.yml lets a node be.
func (r *resolver) enabledByTree(d *draft) bool {
	config, _ := r.trees.merged(d.node.Kind, d.node.Package, d.node.FQN, written{})
	enabled, set := config.Bool("enabled")
	return enabled || !set
}
