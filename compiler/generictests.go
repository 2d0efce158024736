package compiler

import (
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"mdl/compiler/diag"
	"mdl/compiler/jinja"
	"mdl/compiler/jinja/value"
	"mdl/compiler/project"
	"mdl/compiler/yaml"
)

// testTarget is what a generic test hangs on.
type testTarget struct {
	name, version string
	source        string // set for a table of a source
	file          *project.Properties
	fileKey       string
	attached      *Node
	tags          []string
}

// call is the ref() or source() of the target.
func (t testTarget) call() string {
	switch {
	case t.source != "":
		return fmt.Sprintf("source('%s', '%s')", t.source, t.name)
	case t.version != "":
		return fmt.Sprintf("ref('%s', version='%s')", t.name, t.version)
	}
	return fmt.Sprintf("ref('%s')", t.name)
}

// draftTests makes a draft of every generic test in the properties files: of
// the nodes' first, then of the sources'.
func (r *resolver) draftTests(nodes []*draft) []*draft {
	var drafts []*draft
	for _, d := range r.oneOfEach(nodes) {
		if d.patch == nil || d.failed {
			continue
		}
		kind := string(d.node.Kind) + "s"
		target := testTarget{
			name: d.node.Name, version: d.node.Version, file: d.patch.props.Properties,
			fileKey: kind + "." + d.node.Name, attached: d.node,
		}
		quote := d.patch.props.QuoteColumns
		drafts = append(drafts, r.targetTests(r.packages[d.patch.pkg], target, d.columns(), d.tests(), quote)...)
	}
	drafts = append(drafts, r.unattachedTests()...)
	return append(drafts, r.sourceTests()...)
}

// oneOfEach leaves one draft of each id: of files of one name, of which all but
// one are disabled, the properties' tests belong to the one that is not.
func (r *resolver) oneOfEach(drafts []*draft) []*draft {
	at := make(map[string]int, len(drafts))
	out := make([]*draft, 0, len(drafts))
	for _, d := range drafts {
		i, twice := at[d.node.ID]
		switch {
		case !twice:
			at[d.node.ID] = len(out)
			out = append(out, d)
		case r.m.Node(d.node.ID) == d.node:
			out[i] = d
		}
	}
	return out
}

// unattachedTests are those of entries that describe no file: dbt makes them
// all the same, and tells that their ref() leads nowhere.
func (r *resolver) unattachedTests() []*draft {
	var drafts []*draft
	for _, pkg := range r.project.Packages {
		for _, file := range pkg.Properties {
			for i, list := range [][]*project.ModelProps{file.Models, file.Seeds, file.Snapshots} {
				kind := []Kind{Model, Seed, Snapshot}[i]
				for _, props := range list {
					p := r.patches[patchKey{kind, pkg.Name(), props.Name}]
					if p == nil || p.used || len(props.Versions) > 0 {
						continue
					}
					target := testTarget{name: props.Name, file: file, fileKey: string(kind) + "s." + props.Name}
					drafts = append(drafts, r.targetTests(pkg, target, props.Columns, props.Tests, props.QuoteColumns)...)
				}
			}
		}
	}
	return drafts
}

func (r *resolver) sourceTests() []*draft {
	var drafts []*draft
	for _, pkg := range r.project.Packages {
		for _, file := range pkg.Properties {
			for _, src := range file.Sources {
				for _, table := range src.Tables {
					target := testTarget{
						name: table.Name, source: src.Name, file: file, fileKey: "sources." + src.Name,
						tags: slices.Concat(src.Tags, table.Tags),
					}
					drafts = append(drafts, r.targetTests(pkg, target, table.Columns, table.Tests, nil)...)
				}
			}
		}
	}
	return drafts
}

func (r *resolver) targetTests(pkg *project.Package, target testTarget, columns []*project.Column, tests []*project.DataTest, quote *bool) []*draft {
	var drafts []*draft
	for _, c := range columns {
		name := c.Name
		if quoted := c.Quote; quoted != nil && *quoted || quoted == nil && quote != nil && *quote {
			name = `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
		}
		tags := slices.Concat(target.tags, c.Tags)
		for _, t := range c.Tests {
			drafts = append(drafts, r.draftTest(pkg, target, t, name, tags))
		}
	}
	for _, t := range tests {
		drafts = append(drafts, r.draftTest(pkg, target, t, "", target.tags))
	}
	return drafts
}

// draftTest makes the node of one generic test, named as dbt names it
// (parser/generic_test_builders.py).
func (r *resolver) draftTest(pkg *project.Package, target testTarget, t *project.DataTest, column string, tags []string) *draft {
	kwargs := value.NewDictSize(len(t.Arguments) + 2)
	for _, a := range t.Arguments {
		kwargs.SetStr(a.Key.String(), a.Value.ToValue())
	}
	if column != "" {
		kwargs.SetStr("column_name", value.Str(column))
	}
	info := &TestInfo{Name: t.Test, Namespace: t.Namespace, Kwargs: kwargs, Column: column, FileKeyName: target.fileKey}
	config := slices.DeleteFunc(slices.Clone(t.Config), func(p yaml.Pair) bool { return p.Value.IsNull() })
	full, short := t.CustomName.Value, t.CustomName.Value
	if !t.CustomName.IsSet() {
		full, short = testName(info, target)
		if full != short && !slices.ContainsFunc(config, func(p yaml.Pair) bool { return p.Key.String() == "alias" }) {
			config = append(config, yaml.Pair{Key: yaml.NewString("alias", t.Span), Value: yaml.NewString(short, t.Span)})
		}
	}
	kwargs.SetStr("model", value.Str("{{ get_where_subquery("+target.call()+") }}"))

	macro := "test_" + t.Test
	if t.Namespace != "" {
		macro = t.Namespace + "." + macro
	}
	raw := "{{ " + macro + "(**" + testKwargsName + ") }}" + configCall(config)
	file := diag.NewFile(target.file.File.Path, raw)
	n := &Node{
		Kind: Test, Name: full, Package: pkg.Name(), Path: short + ".sql", OrigPath: target.file.Path, Root: pkg.Dir,
		FQN:  append(yamlFQN(pkg.Name(), afterFirst(target.file.Path)), full),
		File: file, Span: t.Span, Raw: raw, ShowDocs: true,
		Description: t.Description.Value, Test: info,
	}
	n.ID = "test." + pkg.Name() + "." + full + "." + testHash(full, info)
	d := &draft{node: n, pkg: pkg, builtin: info, config: config, target: target}
	if target.attached != nil {
		info.AttachedNode = target.attached.ID
		n.Group = target.attached.Group
	}
	n.Tags = sortedTags(tags, config)
	// The text of most tests is one call, which nobody needs to look at.
	if d.read = r.plainWhere && target.version == "" && len(t.Config) == 0 && r.isRead(n); !d.read {
		var diags diag.List
		n.program, diags = jinja.Parse(file)
		for _, bad := range diags {
			bad.Span = t.Span
			d.diags = append(d.diags, bad)
		}
		d.failed = diags.HasErrors()
	}
	if def, ok := r.macros.Test(pkg.Name(), t.Namespace, t.Test); ok {
		if first := r.macros.named(pkg.Name(), "test_"+t.Test); first != nil && first != def { // dbt looks without the namespace
			n.DependsOnMacros = append(n.DependsOnMacros, first.ID)
		}
		n.DependsOnMacros = append(n.DependsOnMacros, def.ID)
		r.checkTestArguments(d, def)
		checkMetric(d)
	} else {
		d.diags = append(d.diags, r.unknownTest(t))
		d.failed = true
	}
	return d
}

// afterFirst drops the first directory of a path: a generic test's FQN starts
// below the resource path.
func afterFirst(p string) string {
	if _, rest, ok := strings.Cut(p, "/"); ok {
		return rest
	}
	return p
}

// sortedTags are the tags of the target and of the test's config, in order
// and once each.
func sortedTags(tags []string, config []yaml.Pair) []string {
	all := slices.Clone(tags)
	for _, p := range config {
		if p.Key.String() == "tags" {
			all = append(all, p.Value.Strings()...)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// unknownTest tells which test was probably meant, which dbt does only when
// the test runs.
func (r *resolver) unknownTest(t *project.DataTest) diag.Diagnostic {
	var names []string
	for _, def := range r.macros.All() {
		if name, ok := strings.CutPrefix(def.Name, "test_"); ok {
			if t.Namespace != "" || def.Package != "dbt" && def.Package != r.m.ProjectName {
				name = def.Package + "." + name
			}
			names = append(names, name)
		}
	}
	name := t.Test
	if t.Namespace != "" {
		name = t.Namespace + "." + t.Test
		if r.packages[t.Namespace] == nil {
			return diag.Errorf("E254", t.Span, "there is no package %q, so no test %q", t.Namespace, name).
				WithHint("%s", orElse(diag.DidYouMean(name, names), "add the package to packages.yml and run `mdl deps`"))
		}
	}
	return diag.Errorf("E254", t.Span, "there is no generic test %q", name).
		WithHint("%s", orElse(diag.DidYouMean(name, names), "a generic test is a {% test "+t.Test+"(model) %} block in tests/generic or macros"))
}

func orElse(text, other string) string {
	if text != "" {
		return text
	}
	return other
}

// checkTestArguments says before any run that a test is called with an argument
// that it does not have, or without one that it needs.
func (r *resolver) checkTestArguments(d *draft, def *MacroDef) {
	if def.Block == nil || takesAnyKeyword(def.Block) {
		return
	}
	kwargs := d.node.Test.Kwargs
	var names []string
	for _, p := range def.Block.Params {
		names = append(names, p.Name)
	}
	for key := range kwargs.All() {
		name := value.ToStr(key)
		if !slices.Contains(names, name) {
			bad := diag.Errorf("E255", d.node.Span, "test %s has no argument %q", d.node.Test.Name, name).
				WithHint("%s", orElse(diag.DidYouMean(name, names), "it takes "+strings.Join(names[1:], ", ")))
			d.diags = append(d.diags, bad)
			d.failed = true
		}
	}
}

// takesAnyKeyword reports whether the macro uses kwargs.
func takesAnyKeyword(b *jinja.Block) bool { return strings.Contains(b.Body(), "kwargs") }

// unsafeInName is what a test's name has no room for.
var unsafeInName = regexp.MustCompile(`[^0-9a-zA-Z_]+`)

// testName makes dbt's name of a test out of its macro, target and arguments,
// and the short form for files and relations, which are below 64 characters.
func testName(info *TestInfo, target testTarget) (full, short string) {
	kind := info.Name
	if target.source != "" {
		kind = "source_" + kind
	}
	if info.Namespace != "" {
		kind = info.Namespace + "_" + kind
	}
	name := target.name
	if target.source != "" {
		name = target.source + "_" + target.name
	} else if target.version != "" {
		name += "_v" + target.version
	}
	var keys []string
	for key := range info.Kwargs.All() {
		keys = append(keys, value.ToStr(key))
	}
	slices.Sort(keys)
	var parts []string
	for _, key := range keys {
		v, _ := info.Kwargs.GetStr(key)
		for _, part := range flatten(v) {
			text := value.ToStr(part)
			if !isPlainName(text) {
				text = unsafeInName.ReplaceAllString(text, "_")
			}
			parts = append(parts, text)
		}
	}
	identifier := kind + "_" + name
	full = identifier + "_" + strings.Join(parts, "__")
	if len(full) < 64 {
		return full, full
	}
	return full, identifier[:min(30, len(identifier))] + "_" + md5Hex(full)
}

// isPlainName reports whether unsafeInName leaves a text as it is.
func isPlainName(text string) bool {
	for i := range len(text) {
		if c := text[i]; c != '_' && (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z') {
			return false
		}
	}
	return true
}

func flatten(v value.Value) []value.Value {
	switch v := v.(type) {
	case *value.Dict:
		return v.Values()
	case *value.List:
		return v.Items()
	}
	return []value.Value{v}
}

// testHash is the last part of a generic test's unique id: dbt's hash over the
// Python text of the test's metadata.
func testHash(name string, info *TestInfo) string {
	text := make([]byte, 0, 512)
	text = append(append(text, name...), "{'kwargs': "...)
	text = appendHashed(text, info.Kwargs)
	text = append(append(text, ", 'name': "...), value.Repr(value.Str(info.Name))...)
	text = append(append(text, ", 'namespace': "...), value.Repr(value.Str(orElse(info.Namespace, "None")))...)
	sum := md5.Sum(append(text, '}'))
	return hex.EncodeToString(sum[len(sum)-5:])
}

// appendHashed appends Python's text of a value with dict keys sorted and every
// scalar as text.
func appendHashed(text []byte, v value.Value) []byte {
	switch v := v.(type) {
	case *value.Dict:
		keys := make([]string, 0, v.Len())
		for k := range v.All() {
			keys = append(keys, value.ToStr(k))
		}
		slices.Sort(keys)
		text = append(text, '{')
		for i, k := range slices.Compact(keys) {
			if i > 0 {
				text = append(text, ", "...)
			}
			text = append(append(text, value.Repr(value.Str(k))...), ": "...)
			item, _ := v.GetStr(k)
			text = appendHashed(text, item)
		}
		return append(text, '}')
	case *value.List:
		text = append(text, '[')
		for i, item := range v.Items() {
			if i > 0 {
				text = append(text, ", "...)
			}
			text = appendHashed(text, item)
		}
		return append(text, ']')
	}
	return append(text, value.Repr(value.Str(value.ToStr(v)))...)
}

func md5Hex(text string) string {
	sum := md5.Sum([]byte(text))
	return hex.EncodeToString(sum[:])
}

// configCall is the {{ config(...) }} that dbt writes behind a test's call.
func configCall(config []yaml.Pair) string {
	var parts []string
	for _, p := range config {
		v := p.Value.ToValue()
		if v == value.None {
			continue
		}
		text := value.ToStr(v)
		if s, ok := v.(value.Str); ok {
			text = `"` + strings.ReplaceAll(string(s), `"`, `\"`) + `"`
		}
		parts = append(parts, p.Key.String()+"="+text)
	}
	if len(parts) == 0 {
		return ""
	}
	return "{{ config(" + strings.Join(parts, ",") + ") }}"
}

// isRead reports whether dbt knows a test without rendering it: its own unique
// and not_null. Of all others the config() is called once more, so that tags
// stand twice, and the macro of the argument model is called.
func (r *resolver) isRead(n *Node) bool {
	def, ok := r.macros.Test(n.Package, n.Test.Namespace, n.Test.Name)
	return ok && def.Package == "dbt" && def.Internal && (n.Test.Name == "unique" || n.Test.Name == "not_null")
}
