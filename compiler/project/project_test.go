package project

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"mdl/compiler/diag"
	"mdl/compiler/jinja"
	"mdl/compiler/jinja/value"
)

// context is a small template context: env_var and var over a map.
type context map[string]string

func (c context) Lookup(name string) (value.Value, bool) {
	if name != "env_var" && name != "var" {
		return nil, false
	}
	return &value.Func{Name: name, Fn: func(_ value.Thread, args value.Args) (value.Value, error) {
		key := value.ToStr(args.Pos[0])
		if strings.HasPrefix(key, SecretPrefix) {
			return value.Str(SecretPlaceholder(key)), nil
		}
		if v, ok := c[key]; ok {
			return value.Str(v), nil
		}
		if len(args.Pos) > 1 {
			return args.Pos[1], nil
		}
		return nil, fmt.Errorf("%s %q is not set", name, key)
	}}, true
}

// files makes a file system of pairs of names and texts.
func files(pairs ...string) fstest.MapFS {
	m := fstest.MapFS{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = &fstest.MapFile{Data: []byte(pairs[i+1])}
	}
	return m
}

// load loads a project as a command does.
func load(t *testing.T, m fs.FS, change func(*Options)) (*Project, diag.List) {
	t.Helper()
	text, err := fs.ReadFile(m, ConfigFile)
	if err != nil {
		t.Fatal(err)
	}
	vars := context{"v": "from var"}
	c, diags := ParseConfig(diag.NewFile(ConfigFile, string(text)), ConfigOptions{Globals: vars, DBTVersion: "1.11.16"})
	o := Options{Config: c, ConfigGlobals: vars, Globals: func(*Config) jinja.Globals { return vars }}
	if change != nil {
		change(&o)
	}
	p, more := Load(m, o)
	return p, append(diags, more...)
}

// headlines are the diagnostics one a line, with their hints.
func headlines(l diag.List) string {
	var b strings.Builder
	for _, d := range l {
		b.WriteString(d.Headline())
		if d.Hint != "" {
			b.WriteString(" (" + d.Hint + ")")
		}
		b.WriteString("\n")
	}
	return b.String()
}

const minimal = "name: shop\nprofile: shop\n"

func TestLoadFiles(t *testing.T) {
	m := files(
		ConfigFile, minimal+"model-paths: [models, more/]\n",
		"models/a/b/m.sql", "\n\nselect 1  \n",
		"models/z.SQL", "select 2",
		"models/.hidden.sql", "x", "models/#tmp.sql", "x", "models/~x.sql", "x",
		"models/p.py", "def model(dbt, session): pass",
		"models/readme.md", "{{ nothing",
		"more/n.sql", "select 3",
		"seeds/s.csv", "a,b\n1,2\n",
		"seeds/big.csv", strings.Repeat("x", maxSeed+1),
		"tests/one.sql", "select 1",
		"tests/generic/g.sql", "",
		"tests/fixtures/f.csv", "a\n1\n",
		"macros/deep/m.sql", "",
		"analyses/q.sql", "select 4",
		"models/a/s.yml", "version: 2\nmodels:\n  - name: m\n",
		"models/empty.yaml", "# nothing\n",
		"models/secret/x.sql", "{% broken", "models/old.sql", "{% broken",
		".dbtignore", "# not ours\nsecret/\n*old.sql\n",
	)
	p, diags := load(t, m, nil)
	root := p.Root()
	if want := "models/p.py:1:1: warning W204: Python models are not supported; p cannot be built (write it in SQL, or leave it out with --exclude p)\n"; headlines(diags) != want {
		t.Errorf("diagnostics\n%s", headlines(diags))
	}
	var got []string
	for _, f := range root.Models {
		got = append(got, f.Path+" "+strings.Join(f.FQN, ".")+" "+f.Raw)
	}
	for _, f := range root.Seeds {
		got = append(got, fmt.Sprintf("%s %s %d %v", f.Path, f.Name, f.Size, f.Large))
	}
	for _, f := range root.Tests {
		got = append(got, f.Path)
	}
	for _, f := range root.Analyses {
		got = append(got, f.Path)
	}
	for _, f := range root.Macros {
		got = append(got, fmt.Sprintf("%s %v", f.Path, f.GenericTest))
	}
	for _, f := range root.Fixtures {
		got = append(got, f.Path)
	}
	for _, f := range root.Properties {
		got = append(got, f.Path)
	}
	want := `models/a/b/m.sql shop.a.b.m select 1
models/z.SQL shop.z select 2
more/n.sql shop.n select 3
models/p.py shop.p def model(dbt, session): pass
seeds/big.csv big 1048577 true
seeds/s.csv s 8 false
tests/one.sql
analyses/q.sql
macros/deep/m.sql false
tests/generic/g.sql true
tests/fixtures/f.csv
models/a/s.yml`
	if strings.Join(got, "\n") != want {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
	if sum := root.Models[0].Checksum; !strings.HasPrefix(sum, "822ae07d4783") {
		t.Errorf("checksum of \"select 1\" is %s", sum)
	}
	if sum := root.Seeds[0].Checksum; sum != "seeds/big.csv" {
		t.Errorf("checksum of a large seed is %s", sum)
	}
}

func TestLoadBlocks(t *testing.T) {
	m := files(ConfigFile, minimal,
		"snapshots/two.sql", "{% snapshot a %}\n select 1\n{% endsnapshot %}\n{% snapshot b %}select 2{% endsnapshot %}",
		"models/d.md", "# title\n{% docs one %}\n text {{ 1 + 1 }}\n{% enddocs %}\n{% docs two %}\nplain\n{% enddocs %}\n",
		"macros/m.sql", "{% macro x(a) %}{% endmacro %}{% test t(model) %}{% endtest %}",
	)
	p, diags := load(t, m, nil)
	if len(diags) > 0 {
		t.Errorf("diagnostics\n%s", headlines(diags))
	}
	root := p.Root()
	if len(root.Snapshots) != 2 || root.Snapshots[0].Raw != "\n select 1\n" || strings.Join(root.Snapshots[1].FQN, ".") != "shop.two.b" {
		t.Errorf("snapshots %+v", root.Snapshots)
	}
	if len(root.Docs) != 2 || root.Docs[0].Contents != "text 2" || root.Docs[1].Name != "two" || root.Docs[1].Contents != "plain" {
		t.Errorf("docs %+v", root.Docs)
	}
	if len(root.Macros) != 1 || len(root.Macros[0].Program.Blocks()) != 2 {
		t.Errorf("macros %+v", root.Macros)
	}
}

func TestPackages(t *testing.T) {
	m := files(ConfigFile, minimal,
		"dbt_packages/utils/dbt_project.yml", "name: utils\n", "dbt_packages/utils/models/u.sql", "select 1",
		"dbt_packages/utils/models/u.yml", "models:\n  - name: u\n    descripton: x\n",
		"dbt_packages/again/dbt_project.yml", "name: utils\n",
		"dbt_packages/none/readme", "", "dbt_packages/.git/x", "", "dbt_packages/__cache/x", "", "dbt_packages/file", "",
		"local/dbt_project.yml", "name: loc\n",
	)
	inner := files("dbt_project.yml", "name: inner\n")
	deps, _ := ParseDependencies(diag.NewFile("packages.yml", "packages:\n  - local: local\n  - package: a/b\n    version: 1.0.0\n  - package: a/c\n    version: 1.0.0\n  - git: x\n  - git: y\n"), nil, DependencyOptions{})
	p, diags := load(t, m, func(o *Options) {
		o.Internal = []fs.FS{inner, files("dbt_project.yml", "name: utils\n")}
		o.Dependencies = deps
	})
	var names []string
	for _, pkg := range p.Packages {
		names = append(names, pkg.Name()+" "+pkg.Dir)
	}
	if got := strings.Join(names, ", "); got != "shop , inner mdl/inner, utils dbt_packages/again, loc local" {
		t.Error(got)
	}
	want := `dbt_project.yml:1:1: error E223: the package in dbt_packages/none has no dbt_project.yml (run mdl deps again, or remove the directory)
dbt_packages/utils/dbt_project.yml:1:7: error E224: two packages are called "utils" (remove one of them, or rename your project)
packages.yml:1:1: error E222: packages.yml lists 4 packages to install, but dbt_packages has 3 (run mdl deps)
`
	if got := headlines(diags); got != want {
		t.Error(got)
	}
}

func TestPackageWarningsAreSilent(t *testing.T) {
	m := files(ConfigFile, minimal, "dbt_packages/u/dbt_project.yml", "name: u\nsource-paths: [models]\n",
		"dbt_packages/u/models/u.yml", "models:\n  - name: u\n    descripton: x\n")
	p, diags := load(t, m, nil)
	if len(diags) > 0 || len(p.Packages) != 2 || len(p.Packages[1].Properties) != 1 {
		t.Errorf("%s%+v", headlines(diags), p.Packages)
	}
}

// TestDiagnosticsInOrder: a file's diagnostics come in the order of its lines.
func TestDiagnosticsInOrder(t *testing.T) {
	_, diags := load(t, files(ConfigFile, minimal, "models/s.yml",
		"models:\n  - name: a\n    tests: [3]\n    descripton: x\n    config: {alias: \"{{ env_var('GONE') }}\"}\n"), nil)
	want := `models/s.yml:3:13: error E209: a test must be a name or a mapping from its name to its arguments, this is a number
models/s.yml:4:5: warning W201: a model has no key "descripton"; it is ignored (did you mean "description"?)
models/s.yml:5:25: error E120: env_var "GONE" is not set
`
	if got := headlines(diags); got != want {
		t.Errorf("got\n%s", got)
	}
}

func TestOutsidePath(t *testing.T) {
	_, diags := load(t, files(ConfigFile, minimal+"model-paths: [../x]\n"), nil)
	if !strings.Contains(headlines(diags), `dbt_project.yml:3:15: error E207: the directory "../x" lies outside of the project`) {
		t.Error(headlines(diags))
	}
}

func TestIgnore(t *testing.T) {
	ig := parseIgnore("a.sql\n/b.sql\ndir/\nx/*.sql\n!keep.sql\n**/deep/*.sql\nq?.sql\n[rs]t.sql\n\\#h.sql\n")
	for path, want := range map[string]bool{
		"a.sql": true, "models/a.sql": true, "b.sql": true, "models/b.sql": false, "models/dir/z.sql": true, "dir.sql": false,
		"x/y.sql": true, "x/z/y.sql": false, "x/keep.sql": false, "m/deep/k.sql": true, "m/qa.sql": true, "m/q.sql": false,
		"m/rt.sql": true, "m/tt.sql": false, "#h.sql": true, "models/sa.sql": false,
	} {
		if got := ig.ignores(path); got != want {
			t.Errorf("%s: %v", path, got)
		}
	}
}
