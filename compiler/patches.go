package compiler

import (
	"mdl/compiler/diag"
	"mdl/compiler/project"
)

// patchKey is what a properties entry describes.
type patchKey struct {
	kind Kind
	pkg  string
	name string // of the file for versioned models
}

// patch is a properties entry, for one version where there are versions.
type patch struct {
	pkg     string
	props   *project.ModelProps
	version *project.Version
	latest  string
	used    bool
}

// patches are the properties entries of all packages by what they describe.
type patches map[patchKey]*patch

func collectPatches(p *project.Project, diags *diag.List) patches {
	all := patches{}
	for _, pkg := range p.Packages {
		for _, file := range pkg.Properties {
			for kind, list := range map[Kind][]*project.ModelProps{
				Model: file.Models, Seed: file.Seeds, Snapshot: file.Snapshots, Analysis: file.Analyses, Test: file.Tests,
				Function: file.Functions,
			} {
				for _, props := range list {
					all.add(kind, pkg.Name(), props, diags)
				}
			}
		}
	}
	return all
}

func (ps patches) add(kind Kind, pkg string, props *project.ModelProps, diags *diag.List) {
	if len(props.Versions) == 0 {
		ps.put(patchKey{kind, pkg, props.Name}, &patch{pkg: pkg, props: props}, diags)
		return
	}
	latest := latestVersion(props)
	for _, v := range props.Versions {
		name := props.Name + "_v" + v.Name()
		if v.DefinedIn.IsSet() {
			name = v.DefinedIn.Value
		}
		entry := &patch{pkg: pkg, props: props, version: v, latest: latest}
		ps.put(patchKey{kind, pkg, name}, entry, diags)
		if _, taken := ps[patchKey{kind, pkg, props.Name}]; v.Name() == latest && !taken {
			ps[patchKey{kind, pkg, props.Name}] = entry
		}
	}
}

func (ps patches) put(key patchKey, p *patch, diags *diag.List) {
	if other := ps[key]; other != nil && other.props != p.props {
		d := diag.Errorf("E251", p.props.Span, "%s %q is described twice", key.kind, key.name).
			WithHint("merge the two entries into one")
		d.Notes = []diag.Note{{Message: "the other description", Span: other.props.Span}}
		*diags = append(*diags, d)
		return
	}
	ps[key] = p
}

// latestVersion is latest_version where it is given, else the greatest version.
func latestVersion(props *project.ModelProps) string {
	if !props.LatestVersion.IsNull() {
		return props.LatestVersion.String()
	}
	latest := ""
	for _, v := range props.Versions {
		if latest == "" || versionLess(latest, v.Name()) {
			latest = v.Name()
		}
	}
	return latest
}

// versionLess orders versions as numbers where both are numbers, else as text.
func versionLess(a, b string) bool {
	x, okX := parseNumber(a)
	y, okY := parseNumber(b)
	if okX && okY {
		return x < y
	}
	return a < b
}

// warnOfUnusedProperties tells of entries that describe nothing, which dbt says
// without a place and without the name that was probably meant.
func (r *resolver) warnOfUnusedProperties() {
	keys := make([]patchKey, 0)
	for key, p := range r.patches {
		if !p.used && key.pkg == r.m.ProjectName {
			keys = append(keys, key)
		}
	}
	if len(keys) == 0 {
		return
	}
	names := map[Kind][]string{}
	for n := range r.m.AllNodes() {
		names[n.Kind] = append(names[n.Kind], n.Name)
	}
	sortPatchKeys(keys)
	told := map[*patch]bool{}
	for _, key := range keys {
		p := r.patches[key]
		if told[p] {
			continue
		}
		told[p] = true
		r.report(key.pkg, diag.Warnf("W251", p.props.Span, "no %s is named %q: the description has no effect", key.kind, key.name).
			WithHint("%s", diag.DidYouMean(key.name, names[key.kind])))
	}
}
