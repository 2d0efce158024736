package duckdb

import (
	"strings"

	"mdl/adapters"
)

// kindsByType gives the kind of the exceptions that have only one.
var kindsByType = []struct {
	typ  string
	kind adapters.ErrorKind
}{
	{"Parser", adapters.Syntax},
	{"Syntax", adapters.Syntax},
	{"Conversion", adapters.TypeMismatch},
	{"Mismatch Type", adapters.TypeMismatch},
	{"Invalid type", adapters.TypeMismatch},
	{"Constraint", adapters.Constraint},
	{"INTERRUPT", adapters.Cancelled},
	{"Interrupt", adapters.Cancelled},
	{"Out of Memory", adapters.Memory},
	{"Permission", adapters.Permission},
	{"Missing Extension", adapters.NotFound},
	{"Extension Autoloading", adapters.NotFound},
	{"HTTP", adapters.Connection},
	{"Connection", adapters.Connection},
	{"Network", adapters.Connection},
	{"INTERNAL", adapters.Internal},
	{"Internal", adapters.Internal},
	{"FATAL", adapters.Internal},
	{"Fatal", adapters.Internal},
	{"Binder", adapters.Syntax},
}

// kindsByText gives the kind of failures that DuckDB tells apart in words only,
// or that any exception may carry. The first that fits counts.
var kindsByText = []struct {
	types string // the exceptions it applies to, with spaces around; "" for all
	text  string // what the message contains
	kind  adapters.ErrorKind
}{
	{"", "No space left on device", adapters.DiskFull},
	{"", "read-only mode!", adapters.ReadOnly},
	{"", "Read-only file system", adapters.ReadOnly},
	{" IO ", "Could not set lock on file", adapters.Locked},
	{" IO ", "Permission denied", adapters.Permission},
	{" IO ", "No such file or directory", adapters.NotFound},
	{" IO ", "No files found", adapters.NotFound},
	{" IO ", "does not exist", adapters.NotFound},
	{" IO ", `.duckdb_extension" not found`, adapters.NotFound},
	{" IO Invalid_Input ", "Is a directory", adapters.Connection},
	{" TransactionContext ", "constraint violation", adapters.Constraint},
	{" TransactionContext ", "onflict", adapters.Transient},
	{" TransactionContext ", "another transaction has", adapters.Transient},
	{" HTTP ", "(HTTP 429)", adapters.Transient},
	{" HTTP ", "(HTTP 502)", adapters.Transient},
	{" HTTP ", "(HTTP 503)", adapters.Transient},
	{" HTTP ", "(HTTP 504)", adapters.Transient},
	{" Catalog Binder ", "does not exist", adapters.NotFound},
	{" Catalog Binder ", "not found", adapters.NotFound},
	{" Catalog Binder ", "is not in the catalog", adapters.NotFound},
	{" Catalog Binder ", "unrecognized configuration parameter", adapters.NotFound},
	{" Binder ", "does not have a column", adapters.NotFound},
	{" Binder ", "Could not find key", adapters.NotFound},
	{" Binder ", "explicit type casts", adapters.TypeMismatch},
	{" Binder ", "Cannot compare values", adapters.TypeMismatch},
	{" Binder ", "Cannot mix values", adapters.TypeMismatch},
	{" Binder ", "Cannot combine types", adapters.TypeMismatch},
}

// kind classifies an error.
func (e duckError) kind() adapters.ErrorKind {
	switch e.Errno {
	case "28", "122": // ENOSPC, EDQUOT
		return adapters.DiskFull
	case "13", "1": // EACCES, EPERM
		return adapters.Permission
	case "30": // EROFS
		return adapters.ReadOnly
	}
	typ := " " + strings.ReplaceAll(e.Type, " ", "_") + " "
	for _, k := range kindsByText {
		if (k.types == "" || strings.Contains(k.types, typ)) && strings.Contains(e.Message, k.text) {
			return k.kind
		}
	}
	if e.Subtype == "COLUMN_NOT_FOUND" || e.Subtype == "MISSING_ENTRY" {
		return adapters.NotFound
	}
	for _, k := range kindsByType {
		if k.typ == e.Type {
			return k.kind
		}
	}
	return adapters.Other
}
