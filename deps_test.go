// Package mdl_test holds the rules that span packages: who may import whom, and
// which modules mdl builds on.
package mdl_test

import (
	"go/build"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// importRules says which packages of mdl each package may import, in the manner of
// go/build/deps_test.go: "a, b < c" lets c import a and b, and all that a and b may
// import. A package that has no rule may import nothing of mdl. Tests may import
// what they like.
const importRules = `
	NONE < adapters, compiler/diag, compiler/macros, engine/outfile;

	# The language.
	compiler/diag        < compiler/jinja/value;
	compiler/jinja/value < compiler/jinja, compiler/jinja/pymod, compiler/yaml, compiler/wire;

	# The project and the names in it.
	compiler/yaml                                            < compiler/graph;
	compiler/jinja, compiler/yaml                            < compiler/project;
	adapters, compiler/jinja, compiler/jinja/pymod, compiler/yaml < compiler/scope;
	compiler/jinja/value                                     < compiler/python;
	compiler/graph, compiler/project, compiler/python, compiler/scope, compiler/macros, compiler/wire < compiler;

	compiler < compiler/state;

	# The warehouse.
	adapters < adapters/adaptertest, adapters/duckdb, adapters/postgres, engine/ledger, engine/rowdiff;

	# The run.
	compiler, engine/ledger, engine/outfile, engine/rowdiff < engine;
	engine   < engine/artifact, engine/internal/enginetest;

	# The command. Nothing above imports a driver, and nothing imports the command.
	compiler/project                 < cmd/internal/deps;
	engine/artifact                  < cmd/internal/view;
	adapters/duckdb, adapters/postgres, compiler/macros, compiler/state, cmd/internal/deps, cmd/internal/view < cmd/mdl;
`

// purePrefix is the part of the tree that touches neither files, nor processes, nor
// the network, nor a warehouse; impureImports are what it would need for that.
const purePrefix = "compiler"

var impureImports = []string{"os", "os/exec", "os/signal", "net", "net/http", "database/sql", "syscall", "plugin"}

// externalModules are the modules that mdl's own code and tests import. A new one is a
// decision: it is listed here with its reason.
var externalModules = map[string]string{
	"github.com/dlclark/regexp2":      "Python's re has look-around and back references; Go's regexp has not",
	"github.com/duckdb/duckdb-go/v2":  "DuckDB in the process",
	"github.com/jackc/pgx/v5":         "the protocol of PostgreSQL",
	"github.com/rogpeppe/go-internal": "testscript: the tests of commands are scripts",
	"github.com/spf13/cobra":          "commands, flags, help, shell completion",
	"github.com/spf13/pflag":          "the flags of cobra, which take their values from the environment too",
	"go.yaml.in/yaml/v3":              "YAML nodes with their places",
}

// driverModules may be imported by the adapter of their warehouse only.
var driverModules = map[string]string{
	"github.com/duckdb/duckdb-go/v2": "adapters/duckdb",
	"github.com/jackc/pgx/v5":        "adapters/postgres",
}

func TestImportRules(t *testing.T) {
	allowed := parseRules(t, importRules)
	seen := map[string]bool{}
	for dir, p := range modulePackages(t) {
		seen[dir] = true
		for _, imported := range p.Imports {
			inner, own := strings.CutPrefix(imported, "mdl/")
			switch {
			case own && !allowed[dir][inner]:
				t.Errorf("%s imports %s, which no rule allows", dir, inner)
			case within(dir, purePrefix) && slices.Contains(impureImports, imported):
				t.Errorf("%s imports %q: the compiler gets files, clock and warehouse from its caller", dir, imported)
			}
		}
	}
	for dir := range allowed {
		if !seen[dir] {
			t.Logf("the rules name %s, which does not exist", dir)
		}
	}
}

func TestExternalModules(t *testing.T) {
	used := map[string]bool{}
	for dir, p := range modulePackages(t) {
		for _, imported := range slices.Concat(p.Imports, p.TestImports, p.XTestImports) {
			first, _, _ := strings.Cut(imported, "/")
			if first == "mdl" || !strings.Contains(first, ".") {
				continue
			}
			module := moduleOf(imported)
			used[module] = true
			if externalModules[module] == "" {
				t.Errorf("%s imports %q: add its module and the reason to externalModules", dir, imported)
			}
		}
		for _, imported := range p.Imports {
			if owner := driverModules[moduleOf(imported)]; owner != "" && owner != dir {
				t.Errorf("%s imports the driver %q; only %s may", dir, imported, owner)
			}
		}
	}
	for module := range externalModules {
		if !used[module] {
			t.Logf("nothing imports %s", module)
		}
	}
}

// moduleOf returns the listed module that an import path belongs to, or the path.
func moduleOf(imported string) string {
	for module := range externalModules {
		if within(imported, module) {
			return module
		}
	}
	return imported
}

func within(dir, parent string) bool {
	return dir == parent || strings.HasPrefix(dir, parent+"/")
}

// modulePackages reads the import clauses of every package below this directory, by
// directory.
func modulePackages(t *testing.T) map[string]*build.Package {
	t.Helper()
	packages := map[string]*build.Package{}
	err := filepath.WalkDir(".", func(dir string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() || dir == "." {
			return err
		}
		if name := entry.Name(); strings.HasPrefix(name, ".") || name == "testdata" || name == "bin" || name == "sample_project" {
			return filepath.SkipDir
		}
		p, err := build.ImportDir(dir, 0)
		if _, none := err.(*build.NoGoError); none {
			if p == nil || len(p.TestImports)+len(p.XTestImports) == 0 {
				return nil
			}
			err = nil
		}
		packages[filepath.ToSlash(dir)] = p
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(packages) == 0 {
		wd, _ := os.Getwd()
		t.Fatalf("no packages below %s", wd)
	}
	return packages
}

// parseRules returns what each package may import.
func parseRules(t *testing.T, rules string) map[string]map[string]bool {
	t.Helper()
	allowed := map[string]map[string]bool{}
	for _, rule := range strings.Split(withoutComments(rules), ";") {
		if strings.TrimSpace(rule) == "" {
			continue
		}
		left, right, ok := strings.Cut(rule, "<")
		if !ok {
			t.Fatalf("a rule without <: %q", rule)
		}
		for _, user := range names(right) {
			if allowed[user] == nil {
				allowed[user] = map[string]bool{}
			}
			for _, used := range names(left) {
				if used == "NONE" {
					continue
				}
				if allowed[used] == nil {
					t.Fatalf("a rule uses %s before it is defined", used)
				}
				allowed[user][used] = true
				maps.Copy(allowed[user], allowed[used])
			}
		}
	}
	return allowed
}

func withoutComments(text string) string {
	var kept []string
	for _, line := range strings.Split(text, "\n") {
		code, _, _ := strings.Cut(line, "#")
		kept = append(kept, code)
	}
	return strings.Join(kept, "\n")
}

func names(list string) []string {
	var out []string
	for _, name := range strings.Split(list, ",") {
		if name = strings.TrimSpace(name); name != "" {
			out = append(out, path.Clean(name))
		}
	}
	return out
}
