package value

// MappingMethod returns the method of dicts that is called name, bound to a
// mapping that is no Dict: get, keys, values, items or copy. Templates treat
// what dbt has as a dict (modules, exceptions, the macros of a package) by
// these. A mapping is never changed through them.
func MappingMethod(m Mapping, name string) (Value, bool) {
	var fn func(Args) (Value, error)
	switch name {
	case "get":
		fn = func(a Args) (Value, error) { return mappingGet(m, a) }
	case "keys":
		fn = func(Args) (Value, error) { return NewList(m.MappingKeys()...), nil }
	case "values":
		fn = func(Args) (Value, error) { return mappingEntries(m, func(_, v Value) Value { return v }) }
	case "items":
		fn = func(Args) (Value, error) {
			return mappingEntries(m, func(k, v Value) Value { return NewTuple(k, v) })
		}
	case "copy":
		fn = func(Args) (Value, error) { return mappingCopy(m) }
	default:
		return nil, false
	}
	return &Func{Name: name, Fn: func(_ Thread, a Args) (Value, error) { return fn(a) }}, true
}

func mappingGet(m Mapping, a Args) (Value, error) {
	got, err := a.Bind("get", Required("key"), Optional("default", None))
	if err != nil {
		return nil, err
	}
	v, ok, err := m.Item(got[0])
	if err != nil {
		return nil, err
	}
	if _, missing := v.(*Undefined); !ok || missing {
		return got[1], nil
	}
	return v, nil
}

func mappingEntries(m Mapping, entry func(k, v Value) Value) (Value, error) {
	var list []Value
	for _, k := range m.MappingKeys() {
		v, ok, err := m.Item(k)
		if err != nil {
			return nil, err
		}
		if ok {
			list = append(list, entry(k, v))
		}
	}
	return NewList(list...), nil
}

func mappingCopy(m Mapping) (Value, error) {
	d := NewDict()
	for _, k := range m.MappingKeys() {
		v, ok, err := m.Item(k)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		if err := d.Set(k, v); err != nil {
			return nil, err
		}
	}
	return d, nil
}
