package value_test

import (
	"fmt"
	"testing"

	"mdl/compiler/jinja/value"
)

func BenchmarkDictGet(b *testing.B) {
	for _, n := range []int{4, 8, 20, 1000} {
		d := value.NewDict()
		keys := make([]string, n)
		for i := range n {
			keys[i] = fmt.Sprint("column_", i)
			d.SetStr(keys[i], value.Int(i))
		}
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for i := range b.N {
				if _, ok := d.GetStr(keys[i%n]); !ok {
					b.Fatal("lost")
				}
			}
		})
	}
}

func BenchmarkDictBuild(b *testing.B) {
	for _, n := range []int{4, 20, 1000} {
		keys := make([]string, n)
		for i := range n {
			keys[i] = fmt.Sprint("column_", i)
		}
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for range b.N {
				d := value.NewDict()
				for _, k := range keys {
					d.SetStr(k, value.None)
				}
			}
		})
	}
}

func BenchmarkOperators(b *testing.B) {
	for _, c := range []struct {
		name string
		fn   func() (value.Value, error)
	}{
		{"int+int", func() (value.Value, error) { return value.Add(value.Int(3), value.Int(4)) }},
		{"str+str", func() (value.Value, error) { return value.Add(value.Str("select "), value.Str("id")) }},
		{"int==int", func() (value.Value, error) {
			ok, err := value.Compare(value.OpEq, value.Int(3), value.Int(4))
			return value.Bool(ok), err
		}},
		{"str==str", func() (value.Value, error) {
			ok, err := value.Compare(value.OpEq, value.Str("view"), value.Str("table"))
			return value.Bool(ok), err
		}},
		{"percent", func() (value.Value, error) {
			return value.Mod(value.Str("%s.%s"), value.NewTuple(value.Str("a"), value.Str("b")))
		}},
		{"float pow", func() (value.Value, error) { return value.Pow(value.Float(2.5), value.Float(1.1)) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for range b.N {
				if _, err := c.fn(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkCallMethod(b *testing.B) {
	d := value.NewDict()
	d.SetStr("name", value.Str("x"))
	l := value.NewList()
	get := value.Positional(value.Str("name"))
	for _, c := range []struct {
		name string
		self value.Value
		args value.Args
	}{
		{"upper", value.Str("customer_id"), value.Args{}},
		{"get", d, get},
		{"items", d, value.Args{}},
		{"copy", l, value.Args{}},
		{"replace", value.Str("customer id"), value.Positional(value.Str(" "), value.Str("_"))},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for range b.N {
				if _, ok, err := value.CallMethod(thread{}, c.self, c.name, c.args); !ok || err != nil {
					b.Fatal(ok, err)
				}
			}
		})
	}
}

func BenchmarkGetAttr(b *testing.B) {
	d := value.NewDict()
	for _, k := range []string{"name", "alias", "schema", "database", "config", "tags"} {
		d.SetStr(k, value.Str(k))
	}
	b.ReportAllocs()
	for range b.N {
		if _, err := value.GetAttr(d, "config"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkJSON(b *testing.B) {
	const text = `{"name": "stg_customers", "columns": [{"name": "id", "tests": ["unique", "not_null"]}, {"name": "email", "tests": []}], "enabled": true}`
	b.Run("decode", func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			if _, err := value.FromJSON(text); err != nil {
				b.Fatal(err)
			}
		}
	})
	v, err := value.FromJSON(text)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("encode", func(b *testing.B) {
		b.ReportAllocs()
		for range b.N {
			if _, err := value.ToJSON(v, value.JSONOptions{SortKeys: true}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
