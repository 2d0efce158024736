package artifact

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"mdl/compiler"
	"mdl/compiler/diag"
	"mdl/compiler/jinja/value"
	"mdl/compiler/macros"
	"mdl/compiler/project"
	"mdl/compiler/scope"
)

// TestProjectIsDBTs resolves the project of which testdata/manifest.json is
// dbt's manifest, and compares what can be known without a run.
func TestProjectIsDBTs(t *testing.T) {
	want := loadDocument(t)
	var out bytes.Buffer
	of := about(want)
	of.Compiled = nil
	if err := WriteManifest(&out, resolveProject(t), of); err != nil {
		t.Fatal(err)
	}
	v, err := value.FromJSON(out.String())
	if err != nil {
		t.Fatal(err)
	}
	got := document{v.(*value.Dict)}
	for _, d := range []document{want, got} {
		d.Delete(value.Str("macros")) // dbt's own are not in the file
		d.at("docs").Delete(value.Str("doc.dbt.__overview__"))
		for _, section := range []string{"nodes", "exposures"} {
			for _, v := range d.at(section).All() {
				unrun(document{v.(*value.Dict)})
			}
		}
		for _, list := range d.at("disabled").All() {
			unrun(document{list.(*value.List).Items()[0].(*value.Dict)})
		}
	}
	options := value.JSONOptions{Indent: " "}
	g, err := value.ToJSON(got.Dict, options)
	if err != nil {
		t.Fatal(err)
	}
	w, err := value.ToJSON(want.Dict, options)
	if err != nil {
		t.Fatal(err)
	}
	sameLines(t, g, w)
}

// unrun takes from a node what only a run knows, and the macros of dbt that it
// depends on.
func unrun(n document) {
	for _, key := range []string{"compiled", "compiled_code", "extra_ctes_injected", "extra_ctes", "compiled_path", "build_path"} {
		n.Delete(value.Str(key))
	}
	if n.text("resource_type") == "operation" {
		n.Delete(value.Str("index"))
	}
	on := n.at("depends_on")
	for key := range on.All() {
		name := value.ToStr(key)
		ids := slices.DeleteFunc(on.texts(name), func(id string) bool { return strings.HasPrefix(id, "macro.dbt.") })
		list := value.NewList()
		for _, id := range ids {
			list.Append(value.Str(id))
		}
		on.SetStr(name, list)
	}
}

func resolveProject(t testing.TB) *compiler.Manifest {
	t.Helper()
	files := os.DirFS("testdata/project")
	env := scope.NewEnv(scope.Facts{StartedAt: time.Unix(0, 0), LookupEnv: func(string) (string, bool) { return "", false }})
	text, err := os.ReadFile("testdata/project/dbt_project.yml")
	if err != nil {
		t.Fatal(err)
	}
	globals := env.Base(scope.ProjectFile, nil)
	config, diags := project.ParseConfig(diag.NewFile(project.ConfigFile, string(text)), project.ConfigOptions{Globals: globals})
	values := value.NewDict()
	values.SetStr("database", value.Str("p1"))
	values.SetStr("schema", value.Str("main"))
	c := compiler.NewContext(env, config, compiler.Target{
		Name: "dev", Type: "duckdb", Database: "p1", Schema: "main", Threads: 1, Values: values, Quoting: scope.AllParts,
	})
	p, more := project.Load(files, project.Options{Config: config, ConfigGlobals: globals, Globals: c.Properties, Internal: macros.Packages()})
	diags = append(diags, more...)
	m, more := compiler.Resolve(p, c)
	for _, d := range append(diags, more...) {
		if d.Severity == diag.Error {
			t.Errorf("%s %s", d.Code, d.Summary)
		}
	}
	return m
}
