package project

import (
	"strings"
	"testing"

	"mdl/compiler/diag"
	"mdl/compiler/jinja/value"
)

const profiles = `config:
  send_anonymous_usage_stats: false
shop:
  target: dev
  outputs:
    dev:
      type: duckdb
      path: dev.duckdb
      threads: 4
      extensions: [httpfs, parquet]
    prod:
      type: duckdb
      path: "{{ env_var('NOT_SET') }}"
      password: hunter2{{x
      token: "{{ env_var('DBT_ENV_SECRET_TOKEN') }}!"
      threads: "{{ var('threads') }}"
empty:
`

func parseProfile(text string, change func(*ProfileOptions)) (*Profile, diag.List) {
	o := ProfileOptions{
		Name: "shop", Globals: context{"threads": "3"},
		Secret: func(name string) (string, bool) { return "s3cret", name == "DBT_ENV_SECRET_TOKEN" },
	}
	if change != nil {
		change(&o)
	}
	return ParseProfile(diag.NewFile("profiles.yml", text), o)
}

func TestProfile(t *testing.T) {
	p, diags := parseProfile(profiles, nil)
	if len(diags) > 0 {
		t.Fatal(headlines(diags))
	}
	if p.Target != "dev" || p.Type != "duckdb" || p.Threads != 4 || p.Config.Get("send_anonymous_usage_stats").IsNull() {
		t.Errorf("%+v", p)
	}
	if got := value.Repr(p.Credentials); got != "{'path': 'dev.duckdb', 'extensions': ['httpfs', 'parquet']}" {
		t.Error(got)
	}
	if line, _ := p.Span.Position(); line != 6 {
		t.Error(line)
	}
}

func TestProfileSecrets(t *testing.T) {
	p, diags := parseProfile(strings.ReplaceAll(profiles, "NOT_SET", "threads"), func(o *ProfileOptions) { o.Target = "prod" })
	if len(diags) > 0 {
		t.Fatal(headlines(diags))
	}
	if got := value.Repr(p.Credentials); got != "{'path': '3', 'password': 'hunter2{{x', 'token': 's3cret!'}" || p.Threads != 3 {
		t.Error(got, p.Threads)
	}
}

func TestProfileErrors(t *testing.T) {
	for _, c := range []struct {
		text, name, target, want string
	}{
		{profiles, "shp", "", `error E211: Could not find profile named 'shp' in profiles.yml (did you mean "shop"?)`},
		{profiles, "shop", "prd", `profiles.yml:3:1: error E212: The profile 'shop' does not have a target named 'prd'. (did you mean "prod"?)`},
		{strings.Replace(profiles, "target: dev", "target: devv", 1), "shop", "", `profiles.yml:4:11: error E212: The profile 'shop' does not have a target named 'devv'. (did you mean "dev"?)`},
		{profiles, "empty", "", `profiles.yml:17:1: error E210: the profile "empty" has no outputs (under it, write outputs: with at least one target)`},
		{"", "shop", "", `profiles.yml:1:1: error E210: profiles.yml must be a mapping of profiles`},
		{"shop: {target: a, outputs: {a: {path: x}}}\n", "shop", "", `profiles.yml:1:29: error E210: the target "a" needs the key "type" (for DuckDB write type: duckdb)`},
		{"shop: {outputs: {a: {type: x}}}\n", "shop", "", `profiles.yml:1:1: error E212: The profile 'shop' does not have a target named 'default'.`},
		{"shop: {outputs: {default: 3}}\n", "shop", "", `profiles.yml:1:18: error E210: the target "default" must be a mapping`},
		{"shop: {outputs: {default: {type: x, threads: none}}}\n", "shop", "", `profiles.yml:1:46: error E210: threads must be a number of 1 or more`},
	} {
		p, diags := parseProfile(c.text, func(o *ProfileOptions) { o.Name, o.Target = c.name, c.target })
		if got := headlines(diags); p != nil || got != c.want+"\n" {
			t.Errorf("%s %s\ngot  %swant %s", c.name, c.target, got, c.want)
		}
	}
}

// TestSecretsAreNotShown renders every diagnostic that a file full of secrets
// can give and looks for them.
func TestSecretsAreNotShown(t *testing.T) {
	secret := "Tr0ub4dor"
	for _, text := range []string{
		"shop:\n  outputs:\n    default:\n      type: duckdb\n      password: " + secret + "\n     bad: indent\n",
		"shop:\n  outputs:\n    default:\n      type: duckdb\n      password: *" + secret + "\n",
		"shop:\n  outputs:\n    default:\n      type: duckdb\n      password: '" + secret + "\n",
		"shop:\n  outputs:\n    default:\n      type: duckdb\n      pass: {{ " + secret + " }}\n",
		"shop:\n  outputs:\n    default:\n      type: duckdb\n      token: \"{{ " + secret + " \"\n",
		"shop:\n  outputs:\n    default:\n      type: duckdb\n      private_key: |\n        " + secret + "\n        " + secret + ": {{\n\n        " + secret + "\n      threads: x\n",
		"shop:\n  outputs:\n    default: {type: duckdb, threads: x, api_key: " + secret + "}\n",
		"shop:\n  outputs:\n    default:\n      type: duckdb\n      secrets:\n      - " + secret + ": x: y\n",
		"shop:\n  outputs:\n    default:\n      threads: x\n      path: md:db?motherduck_token=" + secret + "\n",
		"shop:\n  password: " + secret + "\n  outputs:\n",
		"shop: {password: " + secret + "\n",
	} {
		_, diags := parseProfile(text, nil)
		if !diags.HasErrors() {
			t.Errorf("%q has no error", text)
		}
		var b strings.Builder
		for _, d := range diags {
			diag.Render(&b, d, diag.Style{})
		}
		if strings.Contains(b.String(), secret[2:]) {
			t.Errorf("%q shows the secret:\n%s", text, b.String())
		}
	}
}

func TestDependencies(t *testing.T) {
	d, diags := ParseDependencies(diag.NewFile("packages.yml", `packages:
  - package: dbt-labs/dbt_utils
    version: [">=1.0.0", "<2.0.0"]
  - package: a/b
    version: 1.2
    install-prerelease: true
  - git: "https://{{ env_var('DBT_ENV_SECRET_GIT') }}@x.com/r.git"
    revision: 1.0.0
    subdirectory: sub
    warn-unpinned: false
  - local: ../shared
  - tarball: https://x/y.tgz
    name: y
`), nil, DependencyOptions{Globals: context{}, Secret: func(string) (string, bool) { return "tok", true }})
	if len(diags) > 0 {
		t.Fatal(headlines(diags))
	}
	var got []string
	for _, p := range d.Packages {
		got = append(got, string(p.Kind)+" "+p.Location.Value+" "+strings.Join(p.Versions, ",")+" "+p.Revision+p.Name+p.Subdirectory)
	}
	want := `package dbt-labs/dbt_utils >=1.0.0,<2.0.0 
package a/b 1.2 
git https://tok@x.com/r.git  1.0.0sub
local ../shared  
tarball https://x/y.tgz  y`
	if strings.Join(got, "\n") != want {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
	if !d.Packages[1].InstallPrerelease || d.Packages[2].WarnUnpinned == nil || *d.Packages[2].WarnUnpinned {
		t.Error("flags")
	}
}

func TestDependencyErrors(t *testing.T) {
	const pk, dp = "packages.yml", "dependencies.yml"
	for _, c := range []struct{ packages, dependencies, want string }{
		{"packages:\n  - package: utils\n    version: 1.0.0\n", "", "packages.yml:2:14: error E220: a hub package has a namespace in front: \"utils\" has none (for example dbt-labs/dbt_utils)"},
		{"packages:\n  - package: a/b\n", "", `packages.yml:2:14: error E220: the hub package a/b needs a version (add version: "1.3.0" or a range such as version: [">=1.0.0", "<2.0.0"])`},
		{"packages:\n  - private: a/b\n", "", "packages.yml:2:14: error E221: private packages come from dbt's platform, which mdl does not use (name the repository with git: and its URL)"},
		{"packages:\n  - name: x\n", "", "packages.yml:2:5: error E220: a package needs one of package, git, local, tarball and private"},
		{"packages:\n  - git: x\n    local: y\n", "", "packages.yml:3:5: error E220: a package has one of package, git, local, tarball and private; this one has git, too"},
		{"packages:\n  - git: ''\n", "", "packages.yml:2:5: error E220: git must not be empty"},
		{"packages:\n  - tarball: x\n", "", "packages.yml:2:14: error E220: a tarball needs a name"},
		{"packages:\n  - git: x\n    revison: y\n", "", "packages.yml:3:5: warning W201: a package has no key \"revison\"; it is ignored (did you mean \"revision\"?)"},
		{"packages:\n  - git: x\n", "packages:\n  - git: y\n", "dependencies.yml:1:1: error E220: packages may be listed in packages.yml or in dependencies.yml, not in both"},
		{"projects:\n  - name: x\n", "", "packages.yml:1:1: error E220: projects belong into dependencies.yml"},
		{"packags: []\n", "", "packages.yml:1:1: warning W201: a list of packages has no key \"packags\"; it is ignored (did you mean \"packages\"?)"},
	} {
		var packages, dependencies *diag.File
		if c.packages != "" {
			packages = diag.NewFile(pk, c.packages)
		}
		if c.dependencies != "" {
			dependencies = diag.NewFile(dp, c.dependencies)
		}
		_, diags := ParseDependencies(packages, dependencies, DependencyOptions{})
		if got := headlines(diags); got != c.want+"\n" {
			t.Errorf("%q\ngot  %swant %s", c.packages+c.dependencies, got, c.want)
		}
	}
	d, diags := ParseDependencies(nil, diag.NewFile(dp, "projects:\n  - name: x\npackages:\n  - git: \"{{ x }}\"\n"), DependencyOptions{})
	if len(diags) > 0 || d.Packages[0].Location.Value != "{{ x }}" || len(d.Projects.Items) != 1 || d.File.Path != dp {
		t.Error(headlines(diags), d)
	}
	if d, diags := ParseDependencies(nil, nil, DependencyOptions{}); d.File != nil || len(d.Packages)+len(diags) > 0 {
		t.Error(d, diags)
	}
}

func TestLock(t *testing.T) {
	l, diags := ParseLock(diag.NewFile("package-lock.yml", "packages:\n  - name: dbt_utils\n    package: dbt-labs/dbt_utils\n    version: 1.3.0\nsha1_hash: abc\n"))
	if len(diags) > 0 || l.Hash != "abc" || l.Packages[0].Name != "dbt_utils" || l.Packages[0].Versions[0] != "1.3.0" {
		t.Error(headlines(diags), l)
	}
}
