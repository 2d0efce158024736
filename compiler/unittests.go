package compiler

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"mdl/compiler/diag"
	"mdl/compiler/jinja/value"
	"mdl/compiler/project"
	"mdl/compiler/yaml"
)

// resolveUnitTests makes the unit tests of all packages: of a versioned model
// one for each version (dbt/parser/unit_tests.py).
func (r *resolver) resolveUnitTests() {
	for _, pkg := range r.project.Packages {
		for _, file := range pkg.Properties {
			for _, u := range file.UnitTests {
				r.addUnitTest(pkg, file, u)
			}
			r.snapshotUnitTests(pkg, file)
		}
	}
}

func (r *resolver) addUnitTest(pkg *project.Package, file *project.Properties, u *project.UnitTest) {
	n := &UnitTestNode{
		ID: "unit_test." + pkg.Name() + "." + u.Model.Value + "." + u.Name, Package: pkg.Name(), Name: u.Name, Model: u.Model.Value,
		Span: u.Span, Path: file.Rel, OrigPath: file.Path, Description: u.Description.Value,
		FQN:    append(yamlFQN(pkg.Name(), file.Rel), u.Model.Value, u.Name),
		Expect: r.fixtureRows(pkg, u, u.Expect.ToValue()), Fixtures: fixtureFiles(pkg, u), Overrides: u.Overrides.ToValue(), Versions: u.Versions.ToValue(),
	}
	given := value.NewList()
	for _, input := range u.Given.List() {
		given.Append(r.fixtureRows(pkg, u, input.ToValue()))
	}
	n.Given = given
	n.Config, _ = r.trees.merged(UnitTest, pkg.Name(), n.FQN, written{call: u.Config.ToDict()})
	n.Tags = n.Config.Strings("tags")
	if enabled, set := n.Config.Bool("enabled"); set && !enabled {
		r.m.DisabledUnitTests = append(r.m.DisabledUnitTests, n)
		return
	}
	ref := Ref{Package: pkg.Name(), Name: u.Model.Value}
	if name, version, versioned := strings.Cut(u.Model.Value, " "); versioned {
		ref.Name, ref.Version = name, strings.TrimSpace(version)
	}
	model, ok := r.findRef(ref, pkg.Name())
	switch {
	case !u.Model.IsSet(): // which was reported when the file was read
	case !ok:
		ref.Package = ""
		r.report(pkg.Name(), r.missingRef(ref, u.Model.Span))
	case model == nil:
		n.Config = n.Config.with("enabled", value.False)
		r.m.DisabledUnitTests = append(r.m.DisabledUnitTests, n)
	default:
		r.checkUnitTest(n, u, model)
		r.placeUnitTest(n, u, model)
	}
}

// placeUnitTest puts a unit test, or one for each version that it is for, into
// the manifest.
func (r *resolver) placeUnitTest(n *UnitTestNode, u *project.UnitTest, model *Node) {
	if other := r.m.UnitTests[n.ID]; other != nil {
		r.report(n.Package, twice("unit tests", n.Name, n.Span, other.Span))
		return
	}
	if model.Version == "" {
		n.DependsOn = []string{model.ID}
		r.m.UnitTests[n.ID] = n
		return
	}
	include, exclude := u.Versions.Get("include").Strings(), u.Versions.Get("exclude").Strings()
	found := false
	for _, m := range r.refables[model.Name] {
		if m.Package != model.Package || m.Version == "" || slices.Contains(exclude, m.Version) ||
			len(exclude) == 0 && len(include) > 0 && !slices.Contains(include, m.Version) {
			continue
		}
		found = true
		version := *n
		version.ID, version.Version, version.DependsOn = n.ID+"_v"+m.Version, m.Version, []string{m.ID}
		r.m.UnitTests[version.ID] = &version
	}
	if !found {
		r.report(n.Package, diag.Errorf("E271", u.Span, "unit test %q names no version that model %q has", n.Name, model.Name).
			WithHint("change the versions that it includes or excludes"))
	}
}

// checkUnitTest reports what a unit test of its model cannot do without.
func (r *resolver) checkUnitTest(n *UnitTestNode, u *project.UnitTest, model *Node) {
	fail := func(hint, format string, args ...any) {
		r.report(n.Package, diag.Errorf("E271", u.Span, "unit test %q: "+format, append([]any{n.Name}, args...)...).WithHint("%s", hint))
	}
	if model.Version == "" && (len(u.Versions.Get("include").Strings()) > 0 || len(u.Versions.Get("exclude").Strings()) > 0) {
		fail("remove versions: from the unit test", "model %q has no versions", model.Name)
	}
	if !slices.Contains(model.DependsOnMacros, "macro.dbt.is_incremental") {
		return
	}
	incremental, said := u.Overrides.Get("macros").Get("is_incremental").Bool()
	if !said {
		fail("add overrides: {macros: {is_incremental: true}} or false", "model %q asks is_incremental()", model.Name)
	}
	this := slices.ContainsFunc(u.Given.List(), func(input *yaml.Node) bool { return input.Get("input").String() == "this" })
	if incremental && !this {
		fail("add an input: this, with the rows that are there already", "model %q is incremental in it and has no rows of its own", model.Name)
	}
}

// fixtureRows fills in the rows of an input or of the expectation that stand in
// a file below tests/fixtures, or in a seed.
func (r *resolver) fixtureRows(pkg *project.Package, u *project.UnitTest, fixture value.Value) value.Value {
	d, ok := fixture.(*value.Dict)
	if !ok {
		return fixture
	}
	if name, ok := get[value.Str](d, "fixture"); ok {
		return r.withRows(d, u, func() (value.Value, error) { return fixtureFile(pkg, string(name)) })
	}
	format := valueOf(d, "format")
	if rows := valueOf(d, "rows"); value.IsNone(orNone(rows)) && (value.IsNone(orNone(format)) || value.ToStr(format) == "dict") {
		if input, ok := get[value.Str](d, "input"); ok {
			return r.withRows(d, u, func() (value.Value, error) { return r.seedRows(pkg, string(input)) })
		}
	}
	return fixture
}

func (r *resolver) withRows(d *value.Dict, u *project.UnitTest, read func() (value.Value, error)) value.Value {
	rows, err := read()
	if err != nil {
		r.report(u.Properties.Package, diag.Errorf("E271", u.Span, "unit test %q: %v", u.Name, err))
		return d
	}
	out := d.Copy()
	out.SetStr("rows", rows)
	return out
}

// fixtureFile is the contents of a file below tests/fixtures: rows of CSV, or
// the text of SQL.
func fixtureFile(pkg *project.Package, name string) (value.Value, error) {
	var names []string
	for _, f := range pkg.Fixtures {
		if f.Name != name {
			names = append(names, f.Name)
			continue
		}
		text := strings.TrimSpace(f.File.Text)
		if strings.HasSuffix(f.Path, ".sql") {
			return value.Str(text), nil
		}
		return csvRows(text), nil
	}
	msg := fmt.Sprintf("there is no fixture %q in tests/fixtures", name)
	if s := diag.DidYouMean(name, names); s != "" {
		msg += ": " + s
	}
	return nil, fmt.Errorf("%s", msg)
}

// fixtureFiles are the files that a unit test names, by their names; nil for
// none.
func fixtureFiles(pkg *project.Package, u *project.UnitTest) map[string]diag.Span {
	var files map[string]diag.Span
	for _, n := range append(u.Given.List(), u.Expect) {
		name := n.Get("fixture").String()
		for _, f := range pkg.Fixtures {
			if name == "" || f.Name != name {
				continue
			}
			if files == nil {
				files = map[string]diag.Span{}
			}
			files[name] = diag.Span{File: f.File}
		}
	}
	return files
}

// seedRows are the rows of the seed that an input without rows names.
func (r *resolver) seedRows(pkg *project.Package, input string) (value.Value, error) {
	ref, _, err := r.referenceIn(pkg.Name(), input)
	if err != nil {
		return nil, err
	}
	if ref == nil {
		return nil, fmt.Errorf("the input %s has no rows", input)
	}
	for _, s := range r.packageOf(ref.Package, pkg).Seeds {
		if s.Name == ref.Name {
			raw, err := fs.ReadFile(s.FS, s.Path)
			return textRows(string(raw)), err
		}
	}
	return nil, fmt.Errorf("the input %s has no rows, and is no seed", input)
}

// packageOf is a package by its name, or the other where there is no name.
func (r *resolver) packageOf(name string, other *project.Package) *project.Package {
	if p := r.packages[name]; p != nil {
		return p
	}
	return other
}
