package project

import (
	"fmt"
	"strings"
	"testing"

	"mdl/compiler/diag"
)

func parseConfig(text string) (*Config, diag.List) {
	return ParseConfig(diag.NewFile(ConfigFile, text), ConfigOptions{Globals: context{"name": "x"}, DBTVersion: "1.11.16"})
}

func TestConfigDefaults(t *testing.T) {
	c, diags := parseConfig("name: shop\n")
	if len(diags) > 0 {
		t.Fatal(headlines(diags))
	}
	got := fmt.Sprintln(c.ModelPaths, c.SeedPaths, c.SnapshotPaths, c.TestPaths, c.MacroPaths, c.AnalysisPaths, c.FunctionPaths,
		c.AssetPaths, c.TargetPath, c.PackagesInstallPath, c.CleanTargets, c.ConfigVersion, c.DocsPaths)
	want := "[models] [seeds] [snapshots] [tests] [macros] [analyses] [functions] [] target dbt_packages [target] 2 " +
		"[models seeds snapshots analyses macros tests functions]"
	if strings.TrimSpace(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestConfig(t *testing.T) {
	c, diags := parseConfig(`name: shop
version: 1.0
config-version: 2
profile: prod
model-paths: ["./models/", other]
clean-targets: [target, dbt_packages]
on-run-start: "{{ log('x') }}"
on-run-end: ["a", "b"]
vars: {when: 2024-01-31, shop: {x: "{{ 1 }}"}}
dispatch:
  - macro_namespace: dbt_utils
    search_order: [shop, dbt_utils]
quoting: {project: false, identifier: true}
query-comment:
require-dbt-version: [">=1.3.0", "<2.0.0"]
flags: {send_anonymous_usage_stats: no}
tests: {+severity: warn}
models:
  +pre-hook: "{{ this }}"
  shop: {staging: {+materialized: view, +meta: {materalized: x}}}
`)
	if len(diags) > 0 {
		t.Fatal(headlines(diags))
	}
	if c.Version != "1.0" || c.Profile.Value != "prod" || strings.Join(c.ModelPaths, " ") != "models other" {
		t.Error(c.Version, c.Profile, c.ModelPaths)
	}
	if c.OnRunStart[0].Text != "{{ log('x') }}" || len(c.OnRunEnd) != 2 || c.Vars.Get("shop").Get("x").Text != "{{ 1 }}" {
		t.Error("hooks and vars must stay as they are")
	}
	if c.Dispatch[0].Namespace != "dbt_utils" || strings.Join(c.Dispatch[0].SearchOrder, " ") != "shop dbt_utils" {
		t.Error(c.Dispatch)
	}
	if c.Quoting.Database == nil || *c.Quoting.Database || c.Quoting.Schema != nil || !*c.Quoting.Identifier {
		t.Error(c.Quoting)
	}
	if c.QueryComment == nil || !c.QueryComment.IsNull() {
		t.Error("an empty query-comment switches it off")
	}
	if c.Tree("data_tests").Get("+severity").String() != "warn" || c.Tree("models").Get("+pre-hook").Text != "{{ this }}" {
		t.Error("trees")
	}
}

func TestConfigDiagnostics(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", "dbt_project.yml:1:1: error E203: dbt_project.yml is empty (it needs at least name: and profile:)"},
		{"- a\n", "dbt_project.yml:1:1: error E202: dbt_project.yml must be a mapping, this is a list"},
		{"nam: x\n", `dbt_project.yml:1:1: error E201: dbt_project.yml has no key "nam" (did you mean "name"?)` + "\n" +
			`dbt_project.yml:1:1: error E203: dbt_project.yml needs the key "name" (did you mean "name"?)`},
		{"name: x\nmodls: {}\n", `dbt_project.yml:2:1: error E201: dbt_project.yml has no key "modls" (did you mean "models"?)`},
		{"name: 1x\n", `dbt_project.yml:1:7: error E205: "1x" cannot be a project's name (a name has letters, digits and underscores, and no digit in front)`},
		{"name: my-shop\n", `dbt_project.yml:1:7: error E205: "my-shop" cannot be a project's name (a name has letters, digits and underscores, and no digit in front)`},
		{"name: graph\n", `dbt_project.yml:1:7: error E205: "graph" cannot be a project's name: templates use it for something else`},
		{"name: 3\n", `dbt_project.yml:1:7: error E202: name must be text, this is a number (put quotes around it: "3")`},
		{"name: x\nmodel-paths: models\n", "dbt_project.yml:2:14: error E202: model-paths must be a list, this is text"},
		{"name: x\nconfig-version: 1\n", "dbt_project.yml:2:17: error E205: config-version must be 2"},
		{"name: x\nrequire-dbt-version: '>=2.0.0'\n", "dbt_project.yml:2:22: error E206: the project x asks for dbt >=2.0.0; mdl stands for dbt 1.11.16 (run again with --no-version-check to try it all the same)"},
		{"name: x\nrequire-dbt-version: '>=1'\n", `dbt_project.yml:2:22: error E205: "1" is not a version such as 1.2.3`},
		{"name: x\nsource-paths: [a]\nmodel-paths: [b]\n", "dbt_project.yml:2:1: error E205: source-paths is the old name of model-paths; only one of them may be here"},
		{"name: x\nsource-paths: [a]\n", "dbt_project.yml:2:1: warning W203: source-paths is now called model-paths"},
		{"name: x\ndispatch: [{macro_namespace: a}]\n", `dbt_project.yml:2:13: error E203: an entry of dispatch needs the key "search_order"`},
		{"name: x\ntests: {a: {+enabled: true}}\ndata_tests: {a: {+enabled: true}}\n", "dbt_project.yml:2:1: error E205: tests is the old name of data_tests; only one of them may be here"},
		{"name: x\nmodels:\n  x:\n    +materalized: view\n", `dbt_project.yml:4:5: warning W202: no configuration of models is called "materalized" (did you mean "materialized"? If it is a key of your own, put it under meta)`},
		{"name: x\nmodels:\n  x:\n    enabld: true\n    +my_own: 1\n", `dbt_project.yml:4:5: warning W202: no configuration of models is called "enabld" (did you mean "enabled"? If it is a key of your own, put it under meta)`},
		{"name: x\nname: y\n", `dbt_project.yml:2:1: warning W151: the key "name" is here a second time; the last one wins (remove one of the two)`},
		{"name: x\non-run-start: [{a: b}]\n", "dbt_project.yml:2:16: error E202: an entry of on-run-start must be text, this is a mapping"},
	} {
		_, diags := parseConfig(c.text)
		if got := headlines(diags); got != c.want+"\n" {
			t.Errorf("%q\ngot  %swant %s", c.text, got, c.want)
		}
	}
}

func TestConfigIsRendered(t *testing.T) {
	c, diags := parseConfig("name: \"{{ var('name') }}\"\nmodels:\n  x:\n    +schema: \"{{ env_var('name') }}_{{ 1 }}\"\n    +enabled: \"{{ 1 == 1 }}\"\n    +tags: \"{{ vr }}{{ env_var('missing') }}\"\n")
	if c.Name != "x" {
		t.Errorf("name %q", c.Name)
	}
	tree := c.Tree("models").Get("x")
	if tree.Get("+schema").String() != "x_1" || tree.Get("+enabled").String() != "True" {
		t.Errorf("%s %s", tree.Get("+schema"), tree.Get("+enabled"))
	}
	if c.RawTree("models").Get("x").Get("+schema").String() != "{{ env_var('name') }}_{{ 1 }}" {
		t.Error("the tree as written is lost")
	}
	if got := headlines(diags); !strings.HasPrefix(got, "dbt_project.yml:6:") || !strings.Contains(got, `env_var "missing" is not set`) || len(diags) != 1 {
		t.Error(got)
	}
}

func TestVersions(t *testing.T) {
	for _, c := range []struct {
		version, constraint string
		want                bool
	}{
		{"1.11.16", ">=1.0.0", true}, {"1.11.16", ">=1.0.0,<2.0.0", true}, {"1.11.16", ">1.11.16", false}, {"1.11.16", "1.11.16", true},
		{"1.11.16", "=1.11.15", false}, {"1.11.0-rc1", "<1.11.0", true}, {"1.11.0-rc2", ">1.11.0-rc1", true}, {"1.10.0", ">1.9.9", true},
		{"1.0.0-alpha.10", ">1.0.0-alpha.9", true}, {"1.0.0-1", "<1.0.0-a", true},
	} {
		if got, err := SatisfiesVersion(c.version, c.constraint); err != nil || got != c.want {
			t.Errorf("%s %s: %v %v", c.version, c.constraint, got, err)
		}
	}
	if _, err := SatisfiesVersion("1.0.0", ">=x"); err == nil {
		t.Error("x is a version")
	}
	if n, err := CompareVersions("1.0.0", "1.0.0-b1"); n <= 0 || err != nil {
		t.Error(n, err)
	}
}

func TestConfigKeys(t *testing.T) {
	for _, c := range []struct{ section, key, want string }{
		{"models", "materalized", "materialized"}, {"models", "materialized", ""}, {"models", "my_key", ""}, {"models", "uniqe_key", "unique_key"},
		{"tests", "severty", "severity"}, {"semantic-models", "enabeld", "enabled"}, {"nothing", "tags", ""}, {"models", "loction", "location"},
	} {
		if got := SuggestConfigKey(c.section, c.key); got != c.want {
			t.Errorf("%s %s: %q", c.section, c.key, got)
		}
	}
}
