package compiler

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"mdl/compiler/diag"
	"mdl/compiler/jinja"
	"mdl/compiler/jinja/value"
	"mdl/compiler/project"
	"mdl/compiler/scope"
	"mdl/compiler/yaml"
)

// draft is a node on its way into the manifest: what is known from its file
// and its properties, before it has been rendered once.
type draft struct {
	node    *Node
	pkg     *project.Package
	patch   *patch
	call    *value.Dict // what config() was called with
	diags   diag.List
	failed  bool       // an error in the file itself: not a node
	builtin *TestInfo  // generic tests
	target  testTarget // of a generic test
	read    bool       // a generic test that is known without its text
	config  []yaml.Pair
	base    *base        // of the node's configuration
	sources []sourceSite // of the node's SourceRefs
	reads   scope.Reads  // what its templates read
}

func parseNumber(s string) (float64, bool) {
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil
}

func sortPatchKeys(keys []patchKey) {
	slices.SortFunc(keys, func(a, b patchKey) int {
		return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.name, b.name))
	})
}

// draftNodes makes a draft of everything that is a file: models, snapshots,
// analyses, singular tests and seeds, and of the hooks of dbt_project.yml.
func (r *resolver) draftNodes() []*draft {
	var drafts []*draft
	for _, pkg := range r.project.Packages {
		for kind, files := range map[Kind][]*project.SQLFile{Model: pkg.Models, Snapshot: pkg.Snapshots, Analysis: pkg.Analyses, Test: pkg.Tests, Function: pkg.Functions} {
			for _, f := range files {
				drafts = append(drafts, r.draftFile(kind, pkg, f))
			}
		}
		for _, f := range pkg.Seeds {
			drafts = append(drafts, r.draftSeed(pkg, f))
		}
		drafts = append(drafts, r.draftYAMLSnapshots(pkg)...)
		drafts = append(drafts, r.draftHooks(pkg, "on-run-start", pkg.Config.OnRunStart)...)
		drafts = append(drafts, r.draftHooks(pkg, "on-run-end", pkg.Config.OnRunEnd)...)
	}
	slices.SortStableFunc(drafts, func(a, b *draft) int {
		return cmp.Or(cmp.Compare(a.node.Kind, b.node.Kind), cmp.Compare(r.order(a.pkg), r.order(b.pkg)))
	})
	r.adoptPatches(drafts)
	return drafts
}

// order is a package's place: the root project is last in everything where
// its hooks follow those of its packages.
func (r *resolver) order(pkg *project.Package) int {
	return slices.Index(r.project.Packages, pkg)
}

func (r *resolver) draftFile(kind Kind, pkg *project.Package, f *project.SQLFile) *draft {
	n := &Node{
		Kind: kind, Name: f.Name, Package: pkg.Name(), FQN: f.FQN, Path: f.Rel, OrigPath: f.Path, Root: pkg.Dir,
		File: f.File, Span: f.Span, Raw: f.Raw, program: f.Program, Checksum: f.Checksum, ShowDocs: true,
	}
	if kind == Analysis { // dbt puts analyses below a directory of that name
		n.Path = joinPath("analysis", f.Rel)
		n.FQN = slices.Insert(slices.Clone(f.FQN), 1, "analysis")
	}
	d := &draft{node: n, pkg: pkg}
	d.applyPatch(r.patches[patchKey{kind, pkg.Name(), f.Name}])
	if kind == Function {
		n.Function = functionOf(d.patch)
	}
	n.ID = uniqueID(n)
	// What is wrong with the text has been reported by the parser.
	d.failed = f.Language == "sql" && (f.Program == nil || f.Program.Err() != nil)
	return d
}

func (r *resolver) draftSeed(pkg *project.Package, f *project.SeedFile) *draft {
	n := &Node{
		Kind: Seed, Name: f.Name, Package: pkg.Name(), FQN: f.FQN, Path: f.Rel, OrigPath: f.Path, Root: pkg.Dir,
		File: f.File, Checksum: f.Checksum, ShowDocs: true,
		Span: diag.Span{File: diag.NewFile(joinPath(pkg.Dir, f.Path), "")},
	}
	d := &draft{node: n, pkg: pkg}
	d.applyPatch(r.patches[patchKey{Seed, pkg.Name(), f.Name}])
	n.ID = uniqueID(n)
	return d
}

// draftYAMLSnapshots makes the snapshots that a properties file defines by
// their relation alone.
func (r *resolver) draftYAMLSnapshots(pkg *project.Package) []*draft {
	var drafts []*draft
	for _, file := range pkg.Properties {
		for _, props := range file.Snapshots {
			if !props.Relation.IsSet() {
				continue
			}
			raw := "select * from {{ " + props.Relation.Value + " }}"
			at := diag.NewFile(file.Path, raw)
			program, diags := jinja.Parse(at)
			n := &Node{
				Kind: Snapshot, Name: props.Name, Package: pkg.Name(), Path: file.Rel + "/" + props.Name + ".sql",
				OrigPath: file.Path, Root: pkg.Dir, File: at, Span: props.Span, Raw: raw, program: program,
				Checksum: file.Checksum, ShowDocs: true,
				FQN: append(yamlFQN(pkg.Name(), file.Rel), props.Name),
			}
			d := &draft{node: n, pkg: pkg}
			for _, bad := range diags {
				bad.Span = props.Relation.Span
				d.diags = append(d.diags, bad)
			}
			d.failed = d.diags.HasErrors()
			d.applyPatch(r.patches[patchKey{Snapshot, pkg.Name(), props.Name}])
			n.ID = uniqueID(n)
			drafts = append(drafts, d)
		}
	}
	return drafts
}

// yamlFQN is the FQN of what a properties file defines, without its name: the
// package and the directories.
func yamlFQN(pkg, rel string) []string {
	parts := strings.Split(rel, "/")
	return append([]string{pkg}, parts[:len(parts)-1]...)
}

func (r *resolver) draftHooks(pkg *project.Package, event string, hooks []*yaml.Node) []*draft {
	var drafts []*draft
	for i, hook := range hooks {
		name := fmt.Sprintf("%s-%s-%d", pkg.Name(), event, i)
		file := hook.Template()
		program, diags := jinja.Parse(file)
		n := &Node{
			ID: "operation." + pkg.Name() + "." + name, Kind: Operation, Name: name, Package: pkg.Name(),
			FQN: []string{pkg.Name(), "hooks", name}, Path: "hooks/" + name + ".sql",
			OrigPath: "./" + project.ConfigFile, Checksum: pkg.Config.Checksum(), Root: pkg.Dir, File: file, Span: hook.Place(), Raw: file.Text,
			program: program, Tags: []string{event}, Hook: &HookInfo{Event: event, Index: i, Source: hook}, ShowDocs: true,
		}
		d := &draft{node: n, pkg: pkg}
		for _, bad := range diags {
			d.diags = append(d.diags, hook.Relocate(bad, file))
		}
		d.failed = d.diags.HasErrors()
		drafts = append(drafts, d)
	}
	return drafts
}

// applyPatch takes what the properties say and rendering cannot change.
func (d *draft) applyPatch(p *patch) {
	if p == nil {
		return
	}
	p.used = true
	d.patch = p
	n := d.node
	n.PatchPath = p.pkg + "://" + p.props.Properties.Path
	n.Description = p.props.Description.Value
	n.Constraints = dicts(p.props.Constraints)
	if v := p.version; v != nil {
		n.Name = p.props.Name
		n.Version, n.LatestVersion = v.Name(), p.latest
		n.FQN = append(append([]string(nil), n.FQN[:len(n.FQN)-1]...), n.Name, "v"+n.Version)
		if v.Description.IsSet() {
			n.Description = v.Description.Value
		}
		if len(v.Constraints) > 0 {
			n.Constraints = dicts(v.Constraints)
		}
		n.Deprecation = v.DeprecationDate.String()
		n.TimeSpine = timeSpine(p.props.TimeSpine)
		return
	}
	n.Deprecation = p.props.DeprecationDate.String()
	n.TimeSpine = timeSpine(p.props.TimeSpine)
}

// timeSpine is the time_spine of a model; nil without one.
func timeSpine(n *yaml.Node) *value.Dict {
	if n == nil {
		return nil
	}
	custom := value.NewList()
	if list := n.Get("custom_granularities"); list != nil {
		for _, g := range list.Items {
			custom.Append(withDefaults(g.ToValue(), "name", "column_name"))
		}
	}
	return dictOf("standard_granularity_column", n.Get("standard_granularity_column").ToValue(), "custom_granularities", custom)
}

func dicts(nodes []*yaml.Node) []*value.Dict {
	var out []*value.Dict
	for _, n := range nodes {
		out = append(out, n.ToDict())
	}
	return out
}

// uniqueID is dbt's: kind, package, name, and the version.
func uniqueID(n *Node) string {
	id := string(n.Kind) + "." + n.Package + "." + n.Name
	if n.Version != "" {
		id += ".v" + n.Version
	}
	return id
}

// columns are those that the draft's properties describe.
func (d *draft) columns() []*project.Column {
	if d.patch == nil {
		return nil
	}
	all := d.patch.props.Columns
	v := d.patch.version
	if v == nil {
		return all
	}
	var out []*project.Column
	for _, c := range all {
		if v.Includes(c.Name) && !slices.ContainsFunc(v.Columns, func(own *project.Column) bool { return own.Name == c.Name }) {
			out = append(out, c)
		}
	}
	return append(out, v.Columns...)
}

// tests are the generic tests of the draft as a whole.
func (d *draft) tests() []*project.DataTest {
	if d.patch == nil {
		return nil
	}
	if v := d.patch.version; v != nil && v.HasTests {
		return v.Tests
	}
	return d.patch.props.Tests
}

// patchConfig is the config of the properties, the version's over the model's.
func (d *draft) patchConfig() *yaml.Node {
	if d.patch == nil {
		return nil
	}
	config := d.patch.props.Config
	v := d.patch.version
	if v == nil || v.Config == nil {
		return config
	}
	return mergeNodes(config, v.Config)
}

// mergeNodes is a mapping over another one: mappings in both are merged as
// deeply as they go, lists are put before those below (dbt_common's deep_merge).
func mergeNodes(base, over *yaml.Node) *yaml.Node {
	for _, key := range over.Keys() {
		k, v := over.Entry(key)
		below := base.Get(key)
		switch {
		case below == nil:
		case v.Kind == yaml.Mapping && below.Kind == yaml.Mapping:
			v = mergeNodes(below, v)
		case v.Kind == yaml.Sequence && below.Kind == yaml.Sequence:
			v = &yaml.Node{Kind: yaml.Sequence, Span: v.Span, Items: slices.Concat(v.Items, below.Items)}
		}
		base = base.With(k, v)
	}
	return base
}

// describe turns the columns of a properties entry into those of a node.
func (r *resolver) describe(pkg string, columns []*project.Column, reads *scope.Reads, diags *diag.List) []Column {
	if len(columns) == 0 {
		return nil
	}
	out := make([]Column, 0, len(columns))
	for _, c := range columns {
		col := Column{
			Name: c.Name, DataType: c.DataType.Value, Granularity: strings.ToLower(c.Granularity.Value), Quote: c.Quote, Meta: dictOrNil(c.Meta), Tags: c.Tags,
			Constraints: dicts(c.Constraints), Config: dictOrNil(c.Config), Extra: dictOrNil(c.Extra),
		}
		col.Description, col.DocBlocks = r.description(pkg, c.Description.Value, c.Description.Span, reads, diags)
		if i := slices.IndexFunc(out, func(other Column) bool { return other.Name == c.Name }); i >= 0 {
			out[i] = col
			continue
		}
		out = append(out, col)
	}
	return out
}

// dictOrNil is a mapping as a dict; nil for none, of which there are many.
func dictOrNil(n *yaml.Node) *value.Dict {
	if n == nil {
		return nil
	}
	return n.ToDict()
}

func joinPath(dir, path string) string {
	if dir == "" {
		return path
	}
	return dir + "/" + path
}
