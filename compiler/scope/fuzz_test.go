package scope

import (
	"strings"
	"testing"

	"mdl/compiler/jinja/value"
)

// FuzzColumnType reads types: every text is a type, and the leaves of a struct
// are no structs with fields.
func FuzzColumnType(f *testing.F) {
	for _, s := range []string{"integer", "decimal(10,2)", "STRUCT(a INTEGER, b STRUCT(c VARCHAR))", "struct(", "struct)", "varchar(10", "("} {
		f.Add(s)
	}
	class := newColumnClass("duckdb")
	f.Fuzz(func(t *testing.T, dtype string) {
		col := class.make("c", dtype)
		for _, leaf := range col.flatten() {
			if leaf.isStruct() && len(leaf.fields) > 0 && strings.Count(dtype, "(") < maxNesting {
				t.Errorf("%q has the leaf %s", dtype, leaf.dtype)
			}
		}
		_ = col.Repr()
		_, _ = columnClassMethods["from_description"](class, nil, value.Positional(value.Str("c"), value.Str(dtype)))
	})
}

// FuzzSourceLocation fills templates of any kind in.
func FuzzSourceLocation(f *testing.F) {
	for _, s := range []string{"{name}", "%(name)s", "$name", "${name}$$", "{", "%", "$", "{name!r:>10}"} {
		f.Add("newstyle", s)
		f.Add("oldstyle", s)
		f.Add("template", s)
	}
	f.Fuzz(func(t *testing.T, formatter, template string) {
		fields := value.NewDict()
		fields.SetStr("name", value.Str("n"))
		fields.SetStr("formatter", value.Str(formatter))
		fields.SetStr("external_location", value.Str(template))
		_, _, _ = SourceLocation(fields)
	})
}
