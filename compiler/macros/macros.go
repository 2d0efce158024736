// Package macros carries the macro packages that mdl brings along, as files:
//
//   - dbt: the macros that every dbt project sees without installing anything (naming, generic
//     tests, cross-database functions, statements, the parts that materializations are made of),
//     with their variants for DuckDB and PostgreSQL;
//   - dbt_utils: the macros and generic tests of the package that projects use most. An installed
//     package of that name takes its place;
//   - mdl: generic tests that dbt does not have. dbt can use the folder as a package.
//
// The first two are written from the documented behaviour of their namesakes. What a macro of the package
// dbt prints, down to its whitespace, is what dbt prints, because compiled SQL is compared with
// dbt's; what a macro of dbt_utils prints gives the same rows.
package macros

import (
	"embed"
	"io/fs"
)

//go:embed dbt/*.sql dbt/docs/*.md dbt/dbt_project.yml dbt_utils/*.sql dbt_utils/dbt_project.yml mdl/*.sql mdl/dbt_project.yml
var files embed.FS

// FS returns the packages: one directory each, named as the package, with its .sql files in it.
func FS() fs.FS { return files }

// Packages returns each package as a dbt project of its own.
func Packages() []fs.FS {
	var packages []fs.FS
	for _, name := range []string{"dbt", "dbt_utils", "mdl"} {
		pkg, err := fs.Sub(files, name)
		if err != nil {
			panic(err) // the names are constant
		}
		packages = append(packages, pkg)
	}
	return packages
}
