package compiler

import (
	"io/fs"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"mdl/compiler/diag"
	"mdl/compiler/jinja/value"
	"mdl/compiler/macros"
	"mdl/compiler/project"
	"mdl/compiler/scope"
)

// invocation is what one Load of a test knows.
type invocation struct {
	env    map[string]string
	vars   *value.Dict
	schema string
	now    int64
	cache  []byte
	build  string
}

// loadFS loads a project of a test.
func loadFS(t testing.TB, fsys fs.FS, in invocation) *Loaded {
	t.Helper()
	env := scope.NewEnv(scope.Facts{
		InvocationID: "00000000-0000-0000-0000-000000000000", StartedAt: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Vars: in.vars,
		LookupEnv: func(name string) (string, bool) { text, ok := in.env[name]; return text, ok },
	})
	data, err := fs.ReadFile(fsys, project.ConfigFile)
	if err != nil {
		t.Fatal(err)
	}
	schema := in.schema
	if schema == "" {
		schema = "main"
	}
	values := dictOf("name", value.Str("dev"), "schema", value.Str(schema), "database", value.Str("db"), "type", value.Str("duckdb"))
	globals := env.BaseWithTarget(values)
	config, diags := project.ParseConfig(diag.NewFile(project.ConfigFile, string(data)), project.ConfigOptions{Globals: globals})
	if diags.HasErrors() {
		t.Fatal(diags.Err())
	}
	ctx := NewContext(env, config, Target{
		ProfileName: "test", Name: "dev", Type: "duckdb", Database: "db", Schema: schema, Threads: 1, Values: values, Quoting: scope.AllParts,
	})
	return Load(fsys, ctx, LoadOptions{
		Options: project.Options{Config: config, ConfigGlobals: globals, Globals: ctx.Properties, Internal: macros.Packages()},
		Cache:   in.cache, Build: in.build, Now: in.now,
	})
}

// later is a time at which the files of a test are old.
const later = int64(1e18)

func TestLoadFromCache(t *testing.T) {
	files := fstest.MapFS{}
	for name, text := range map[string]string{
		"dbt_project.yml": "name: shop\nprofile: shop\nvars:\n  day: monday\nmodels:\n  shop:\n    +tags: [nightly]\n",
		"models/a.sql":    "select '{{ var('day') }}' as day",
		"models/b.sql":    "{{ config(materialized='table') }} select * from {{ ref('a') }} -- {{ env_var('WHO', 'me') }}",
		"models/c.sql":    "select {{ five() }} as n from {{ source('raw', 't') }}",
		"macros/five.sql": "{% macro five() %}5{% endmacro %}",
		"models/p.yml": `
models:
  - name: a
    description: the day
    columns:
      - name: day
        data_tests: [not_null]
  - name: b
sources:
  - name: raw
    tables: [{name: t}]
`,
	} {
		files[name] = &fstest.MapFile{Data: []byte(text), ModTime: time.Unix(1000, 0)}
	}
	files["models"] = &fstest.MapFile{Mode: fs.ModeDir | 0o755, ModTime: time.Unix(1000, 0)}
	first := loadFS(t, files, invocation{now: later})
	if first.Diags.HasErrors() || first.Cache == nil || !first.Full {
		t.Fatalf("%v, cache of %d bytes", rendered(first.Diags), len(first.Cache))
	}
	if again := loadFS(t, files, invocation{now: later, cache: first.Cache}); again.Full || len(again.Reread) != 0 || again.Cache != nil {
		t.Fatalf("full %v, reread %v", again.Full, again.Reread)
	} else {
		sameManifest(t, again.Manifest, first.Manifest)
	}

	edit := func(name, text string) fstest.MapFS {
		changed := maps.Clone(files)
		if changed[name] == nil {
			changed["models"] = &fstest.MapFile{Mode: fs.ModeDir | 0o755, ModTime: time.Unix(2000, 0)}
		}
		changed[name] = &fstest.MapFile{Data: []byte(text), ModTime: time.Unix(2000, 0)}
		return changed
	}
	vars := dictOf("day", value.Str("tuesday"))
	for _, c := range []struct {
		name   string
		files  fstest.MapFS
		in     invocation
		reread string // "" where everything must be read
	}{
		{"a model's text", edit("models/b.sql", "select 1 as x from {{ ref('c') }}"), invocation{}, "model.shop.b"},
		{"a described model", edit("models/a.sql", "select 2 as day"), invocation{}, "model.shop.a"},
		{"a variable", files, invocation{vars: vars}, "model.shop.a"},
		{"an environment variable", files, invocation{env: map[string]string{"WHO": "you"}}, "model.shop.b"},
		{"a new tag", edit("models/c.sql", "{{ config(tags='x') }} select 1 as n"), invocation{}, "model.shop.c"},
		{"another schema", edit("models/c.sql", "{{ config(schema='x') }} select 1 as n"), invocation{}, ""},
		{"a disabled model", edit("models/c.sql", "{{ config(enabled=false) }} select 1 as n"), invocation{}, ""},
		{"a new model", edit("models/d.sql", "select 1 as n"), invocation{}, ""},
		{"a properties file", edit("models/p.yml", "models: [{name: a}]\nsources: [{name: raw, tables: [{name: t}]}]"), invocation{}, ""},
		{"a macro", edit("macros/five.sql", "{% macro five() %}6{% endmacro %}"), invocation{}, ""},
		{"the target's schema", files, invocation{schema: "other"}, ""},
		{"the project", edit("dbt_project.yml", "name: shop\nprofile: shop\n"), invocation{}, ""},
		{"another program", files, invocation{build: "2"}, ""},
	} {
		c.in.now, c.in.cache = later, first.Cache
		got := loadFS(t, c.files, c.in)
		if strings.Join(got.Reread, " ") != c.reread || got.Full != (c.reread == "") {
			t.Errorf("%s: reread %v, full %v", c.name, got.Reread, got.Full)
		}
		in := c.in
		in.cache = nil
		whole := loadFS(t, c.files, in)
		if a, b := rendered(got.Diags), rendered(whole.Diags); a != b {
			t.Errorf("%s: diagnostics\n%s\nwant\n%s", c.name, a, b)
		}
		if whole.Diags.HasErrors() {
			continue
		}
		sameManifest(t, got.Manifest, whole.Manifest)
		in.cache = got.Cache
		if kept := loadFS(t, c.files, in); kept.Full || len(kept.Reread) != 0 {
			t.Errorf("%s: the new cache is not used: reread %v, full %v", c.name, kept.Reread, kept.Full)
		} else {
			sameManifest(t, kept.Manifest, whole.Manifest)
		}
	}
}

// sameManifest compares what templates and artifacts see of two manifests.
func sameManifest(t *testing.T, got, want *Manifest) {
	t.Helper()
	if a, b := value.Repr(graphDict(got)), value.Repr(graphDict(want)); a != b {
		t.Errorf("graph\n%s\nwant\n%s", a, b)
	}
	if a, b := got.NodeIDs(), want.NodeIDs(); !slices.Equal(a, b) {
		t.Errorf("nodes %v, want %v", a, b)
	}
	if a, b := got.Graph.Topological(), want.Graph.Topological(); !slices.Equal(a, b) {
		t.Errorf("order %v, want %v", a, b)
	}
	for n := range want.AllNodes() {
		o := got.Node(n.ID)
		if o.Raw != n.Raw || o.Span.Start != n.Span.Start || o.Span.Path() != n.Span.Path() || (o.Program() == nil) != (n.Program() == nil) {
			t.Errorf("%s: %q at %v, want %q at %v", n.ID, o.Raw, o.Span, n.Raw, n.Span)
		}
	}
}

func TestDamagedCacheIsIgnored(t *testing.T) {
	files := fstest.MapFS{
		"dbt_project.yml": &fstest.MapFile{Data: []byte("name: shop\nprofile: shop\n"), ModTime: time.Unix(1000, 0)},
		"models/a.sql":    &fstest.MapFile{Data: []byte("select 1 as x"), ModTime: time.Unix(1000, 0)},
	}
	cache := loadFS(t, files, invocation{now: later}).Cache
	for i := 0; i < len(cache); i += max(1, len(cache)/40) {
		damaged := slices.Clone(cache)
		damaged[i] ^= 0x10
		if !loadFS(t, files, invocation{now: later, cache: damaged}).Full {
			t.Fatalf("byte %d of %d: the cache is trusted", i, len(cache))
		}
	}
	for _, cut := range []int{0, 1, 20, len(cache) / 2, len(cache) - 1} {
		if !loadFS(t, files, invocation{now: later, cache: cache[:cut]}).Full {
			t.Errorf("the first %d bytes are trusted", cut)
		}
	}
}

// TestCacheHasTheWholeManifest fails for a new part of a manifest that neither
// the cache keeps nor a reload makes.
func TestCacheHasTheWholeManifest(t *testing.T) {
	made := []string{"ProjectName", "Target", "Graph", "OnRunStart", "OnRunEnd", "Selectors"}
	for f := range reflect.TypeFor[Manifest]().Fields() {
		if f.IsExported() && !f.Anonymous && !slices.Contains(made, f.Name) {
			t.Errorf("Manifest.%s: put it into Resources, which are plain data and kept in the cache", f.Name)
		}
	}
	newCacheCodec(commonSpecials()) // panics for what is no plain data
}
