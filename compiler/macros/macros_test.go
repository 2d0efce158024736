package macros_test

import (
	"io/fs"
	"path"
	"regexp"
	"strings"
	"testing"

	"mdl/compiler/macros"
)

var (
	opening = regexp.MustCompile(`\{%-? *(macro|test) +(\w+)`)
	closing = regexp.MustCompile(`\{%-? *end(macro|test) *-?%\}`)
)

// definitions returns the macro names of a package, a generic test t being the macro test_t, and
// fails if a file leaves one open or a package defines one twice.
func definitions(t *testing.T, pkg string) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	entries, err := fs.ReadDir(macros.FS(), pkg)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if entry.IsDir() {
			continue
		}
		file := path.Join(pkg, entry.Name())
		text, err := fs.ReadFile(macros.FS(), file)
		if err != nil {
			t.Fatal(err)
		}
		found := opening.FindAllStringSubmatch(string(text), -1)
		if ends := closing.FindAll(text, -1); len(ends) != len(found) {
			t.Errorf("%s: %d macros begin and %d end", file, len(found), len(ends))
		}
		for _, match := range found {
			name := match[2]
			if match[1] == "test" {
				name = "test_" + name
			}
			if names[name] {
				t.Errorf("%s: %s is defined twice in package %s", file, name, pkg)
			}
			names[name] = true
		}
	}
	return names
}

// What adapter.dispatch is asked for must exist, or the package is broken for every warehouse.
func TestEveryDispatchHasADefault(t *testing.T) {
	dispatch := regexp.MustCompile(`dispatch\('(\w+)', *'(\w+)'`)
	for _, pkg := range []string{"dbt", "dbt_utils"} {
		names := definitions(t, pkg)
		if len(names) < 100 {
			t.Errorf("package %s has only %d macros", pkg, len(names))
		}
		entries, _ := fs.ReadDir(macros.FS(), pkg)
		for _, entry := range entries {
			text, _ := fs.ReadFile(macros.FS(), path.Join(pkg, entry.Name()))
			for _, call := range dispatch.FindAllStringSubmatch(string(text), -1) {
				if call[2] != pkg {
					t.Errorf("%s/%s dispatches %s in package %s", pkg, entry.Name(), call[1], call[2])
				}
				if !names["default__"+call[1]] {
					t.Errorf("%s/%s: there is no default__%s", pkg, entry.Name(), call[1])
				}
			}
		}
	}
}

func TestGenericTestsAreThere(t *testing.T) {
	want := map[string]string{
		"dbt": "unique not_null accepted_values relationships",
		"dbt_utils": "accepted_range at_least_one cardinality_equality equal_rowcount equality expression_is_true " +
			"fewer_rows_than mutually_exclusive_ranges not_accepted_values not_constant not_empty_string " +
			"not_null_proportion recency relationships_where sequential_values unique_combination_of_columns",
	}
	for pkg, tests := range want {
		names := definitions(t, pkg)
		for _, name := range strings.Fields(tests) {
			if !names["test_"+name] {
				t.Errorf("package %s has no generic test %s", pkg, name)
			}
		}
	}
}
