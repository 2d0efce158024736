// Package pymod holds the Python modules that dbt gives to templates as
// `modules`: datetime, pytz, re and itertools, with the names that dbt lets
// through and Python's semantics of each.
//
// All of it is immutable and may be shared by goroutines.
package pymod

import (
	"time"

	"mdl/compiler/jinja/value"
)

// Modules is the template variable `modules`. The clock answers now() and
// today(); its location is the local time zone.
func Modules(clock func() time.Time) value.Value {
	dt := datetimeModule(clock)
	modules := map[string]value.Value{
		"datetime":  dt,
		"pytz":      pytzModule(),
		"re":        reModule(),
		"itertools": itertoolsModule(),
	}
	return &module{
		name:   "modules",
		names:  []string{"pytz", "datetime", "re", "itertools"},
		lookup: func(name string) value.Value { return modules[name] },
	}
}

// module is a mapping of names that templates cannot change; in dbt it is a dict.
type module struct {
	name   string
	names  []string
	lookup func(name string) value.Value // nil when absent
}

// TypeName implements value.Value.
func (*module) TypeName() string { return "dict" }

// Attr implements value.Object.
func (m *module) Attr(name string) (value.Value, bool) {
	if v := m.lookup(name); v != nil {
		return v, true
	}
	return value.MappingMethod(m, name)
}

// Item implements value.Indexer.
func (m *module) Item(key value.Value) (value.Value, bool, error) {
	name, ok := key.(value.Str)
	if !ok {
		return nil, false, nil
	}
	v := m.lookup(string(name))
	return v, v != nil, nil
}

// MappingKeys implements value.Mapping.
func (m *module) MappingKeys() []value.Value {
	keys := make([]value.Value, len(m.names))
	for i, n := range m.names {
		keys[i] = value.Str(n)
	}
	return keys
}

// Len implements value.Sized.
func (m *module) Len() int { return len(m.names) }

// Iter implements value.Iterable.
func (m *module) Iter() value.Iterator { return value.IterItems(m.MappingKeys()) }

// Str implements value.Printer.
func (m *module) Str() string { return m.Repr() }

// Repr implements value.Printer.
func (m *module) Repr() string { return "<module '" + m.name + "'>" }

// table makes a module of a fixed table.
func table(name string, rows []member) *module {
	m := &module{name: name}
	byName := make(map[string]value.Value, len(rows))
	for _, r := range rows {
		m.names = append(m.names, r.name)
		byName[r.name] = r.value
	}
	m.lookup = func(name string) value.Value { return byName[name] }
	return m
}

// member is a name of a module or class.
type member struct {
	name  string
	value value.Value
}

// function is a member that is a function.
func function(name string, fn func(t value.Thread, a value.Args) (value.Value, error)) member {
	return member{name, &value.Func{Name: name, Fn: fn}}
}

// class is a Python class.
type class struct {
	name   string // with its module: "datetime.date"
	call   func(t value.Thread, a value.Args) (value.Value, error)
	static []member
	sample value.Value // an instance, whose methods the class has too
}

// TypeName implements value.Value.
func (*class) TypeName() string { return "type" }

// Str implements value.Printer.
func (c *class) Str() string { return c.Repr() }

// Repr implements value.Printer.
func (c *class) Repr() string { return "<class '" + c.name + "'>" }

// Call implements value.Callable: it makes an instance.
func (c *class) Call(t value.Thread, a value.Args) (value.Value, error) {
	if c.call == nil {
		return nil, value.TypeErrorf("cannot create '%s' instances", c.name)
	}
	return c.call(t, a)
}

// Attr implements value.Object: the class's own functions, then the methods of
// its instances, which take the instance as their first argument.
func (c *class) Attr(name string) (value.Value, bool) {
	for _, m := range c.static {
		if m.name == name {
			return m.value, true
		}
	}
	if c.sample == nil {
		return nil, false
	}
	if bound, err := value.GetAttr(c.sample, name); err == nil {
		if _, ok := bound.(*value.Method); ok {
			return c.unbound(name), true
		}
	}
	return nil, false
}

func (c *class) unbound(name string) value.Value {
	return &value.Func{Name: name, Fn: func(t value.Thread, a value.Args) (value.Value, error) {
		if len(a.Pos) == 0 {
			return nil, value.TypeErrorf("unbound method %s.%s() needs an argument", c.sample.TypeName(), name)
		}
		if a.Pos[0].TypeName() != c.sample.TypeName() {
			return nil, value.TypeErrorf("descriptor '%s' for '%s' objects doesn't apply to a '%s' object",
				name, c.sample.TypeName(), a.Pos[0].TypeName())
		}
		v, _, err := value.CallMethod(t, a.Pos[0], name, value.Args{Pos: a.Pos[1:], Kw: a.Kw})
		return v, err
	}}
}

// wrap makes a Value of a result that may have failed.
func wrap[T value.Value](v T, err error) (value.Value, error) {
	if err != nil {
		return nil, err
	}
	return v, nil
}
