package scope

import (
	"strings"

	"mdl/compiler/jinja/value"
)

// pathNames are the parts of a relation's name in order.
var pathNames = [3]string{"database", "schema", "identifier"}

func pathIndex(name string) int {
	for i, n := range pathNames {
		if n == name {
			return i
		}
	}
	return -1
}

// Policy says which parts of a relation's name are quoted, or included.
type Policy struct {
	Database, Schema, Identifier bool
}

// AllParts is the policy that holds for every part: dbt's default.
var AllParts = Policy{true, true, true}

func (p Policy) at(i int) bool { return [3]bool{p.Database, p.Schema, p.Identifier}[i] }

func (p Policy) with(i int, on bool) Policy {
	*[3]*bool{&p.Database, &p.Schema, &p.Identifier}[i] = on
	return p
}

// merged returns the policy with the entries of a dict, or of another policy,
// over it. Keys that name no part are ignored.
func (p Policy) merged(v value.Value) (Policy, error) {
	if r, ok := v.(*record); ok {
		v = r.parts
	}
	d, ok := v.(*value.Dict)
	if !ok {
		if v == value.None {
			return p, nil
		}
		return p, value.TypeErrorf("'%s' object is not a mapping", v.TypeName())
	}
	for i, name := range pathNames {
		if on, ok := d.GetStr(name); ok && on != value.None {
			p = p.with(i, value.Truth(on))
		}
	}
	return p, nil
}

func (p Policy) dict() *value.Dict {
	d := value.NewDictSize(3)
	for i, name := range pathNames {
		d.SetStr(name, value.Bool(p.at(i)))
	}
	return d
}

// value returns the policy as relation.quote_policy answers it.
func (p Policy) value() value.Value {
	return &record{class: "Policy", parts: p.dict(), truth: true, funcs: partMethods}
}

// path is the name of a relation in its parts.
type path [3]part

func (p path) dict(omitNone bool) *value.Dict {
	d := value.NewDictSize(3)
	for i, name := range pathNames {
		if p[i].set || !omitNone {
			d.SetStr(name, p[i].value())
		}
	}
	return d
}

// value returns the path as relation.path answers it.
func (p path) value() value.Value {
	return &record{class: "Path", parts: p.dict(false), truth: true, funcs: partMethods}
}

// partMethods are what a Path and a Policy can do beside their parts.
var partMethods = methods[*record]{
	"get_part": func(r *record, _ value.Thread, a value.Args) (value.Value, error) {
		return r.part("get_part", a)
	},
	"get_lowered_part": func(r *record, _ value.Thread, a value.Args) (value.Value, error) {
		v, err := r.part("get_lowered_part", a)
		if s, ok := v.(value.Str); ok {
			return value.Str(strings.ToLower(string(s))), err
		}
		return v, err
	},
}

func (r *record) part(name string, a value.Args) (value.Value, error) {
	got, err := a.Bind(r.class+"."+name, value.Required("key"))
	if err != nil {
		return nil, err
	}
	if v, ok := r.parts.Get(got[0]); ok {
		return v, nil
	}
	return nil, value.ValueErrorf("%s is none of database, schema and identifier", value.Repr(got[0]))
}
