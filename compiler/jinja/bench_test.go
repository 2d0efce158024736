package jinja_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"mdl/compiler/diag"
	"mdl/compiler/jinja"
	"mdl/compiler/jinja/value"
)

// typicalModel is a model with a config, a source and a loop over 20 columns.
func typicalModel() string {
	var cols []string
	for i := range 20 {
		cols = append(cols, fmt.Sprintf("'column_%d'", i))
	}
	return `{{ config(materialized='incremental', unique_key='id', tags=['daily', 'finance']) }}

{% set columns = [` + strings.Join(cols, ", ") + `] %}

select
    {% for column in columns %}
    {{ column }}{% if not loop.last %},{% endif %}
    {% endfor %}
from {{ source('raw', 'payments') }}
{% if is_incremental() %}
where updated_at > (select max(updated_at) from {{ this }})
{% endif %}
`
}

func typicalScope() scope {
	constant := func(text string) *value.Func {
		v := value.Value(value.Str(text))
		return &value.Func{Name: text, Fn: func(value.Thread, value.Args) (value.Value, error) { return v, nil }}
	}
	return scope{
		"config": constant(""), "source": constant(`"db"."raw"."payments"`), "this": value.Str(`"db"."main"."model"`),
		"is_incremental": &value.Func{Name: "is_incremental", Fn: func(value.Thread, value.Args) (value.Value, error) { return value.True, nil }},
	}
}

func bigMacros(b testing.TB) string {
	text, err := os.ReadFile("testdata/macros.sql")
	if err != nil {
		b.Fatal(err)
	}
	return string(text)
}

func benchParse(b *testing.B, text string) {
	f := diag.NewFile("models/m.sql", text)
	b.ReportAllocs()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, list := jinja.Parse(f); list.HasErrors() {
			b.Fatal(list.Err())
		}
	}
}

func BenchmarkParse(b *testing.B) {
	b.Run("model", func(b *testing.B) { benchParse(b, typicalModel()) })
	b.Run("macros", func(b *testing.B) { benchParse(b, bigMacros(b)) })
}

func BenchmarkRender(b *testing.B) {
	b.Run("model", func(b *testing.B) { benchRender(b, jinja.Options{Globals: typicalScope()}) })
	b.Run("model_with_map", func(b *testing.B) { benchRender(b, jinja.Options{Globals: typicalScope(), Map: true}) })
	b.Run("macros", benchMacros)
}

func benchRender(b *testing.B, o jinja.Options) {
	p, list := jinja.Parse(diag.NewFile("models/m.sql", typicalModel()))
	if list.HasErrors() {
		b.Fatal(list.Err())
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := p.Render(o); err != nil {
			b.Fatal(err)
		}
	}
}

// benchMacros renders a model that calls into the macro file.
func benchMacros(b *testing.B) {
	p, list := jinja.ParseBlocks(diag.NewFile("macros/macros.sql", bigMacros(b)))
	if list.HasErrors() {
		b.Fatal(list.Err())
	}
	s := scope{}
	for _, block := range p.Blocks() {
		s[block.Name] = p.Macro(block)
	}
	model, _ := jinja.Parse(diag.NewFile("models/m.sql",
		"select {{ surrogate_key(['a', 'b', 'c']) }} as id, {{ pivot('status', ['new', 'paid', 'sent'], then_value='amount') }} from t {{ group_by(5) }}"))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := model.Render(jinja.Options{Globals: s}); err != nil {
			b.Fatal(err)
		}
	}
}
