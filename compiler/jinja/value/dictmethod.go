package value

// dictMethod is the table of dict's methods.
func dictMethod(name string) method[*Dict] {
	switch name {
	case "get":
		return method[*Dict]{1, 2, dictGet}
	case "items":
		return method[*Dict]{0, 0, dictItems}
	case "keys":
		return method[*Dict]{0, 0, dictKeys}
	case "values":
		return method[*Dict]{0, 0, dictValues}
	case "update":
		return method[*Dict]{-1, -1, dictUpdate}
	case "pop":
		return method[*Dict]{1, 2, dictPop}
	case "setdefault":
		return method[*Dict]{1, 2, dictSetDefault}
	case "copy":
		return method[*Dict]{0, 0, dictCopy}
	case "clear":
		return method[*Dict]{0, 0, dictClear}
	case "popitem":
		return method[*Dict]{0, 0, dictPopItem}
	case "fromkeys":
		return method[*Dict]{1, 2, dictFromKeys}
	}
	return method[*Dict]{}
}

func dictGet(_ Thread, d *Dict, a Args) (Value, error) {
	v, ok, err := d.Lookup(a.Pos[0])
	if ok || err != nil {
		return v, err
	}
	return second(a, None), nil
}

// second is the optional second argument.
func second(a Args, def Value) Value {
	if len(a.Pos) > 1 {
		return a.Pos[1]
	}
	return def
}

func dictItems(_ Thread, d *Dict, _ Args) (Value, error) { return &DictView{d, wantItem}, nil }

func dictKeys(_ Thread, d *Dict, _ Args) (Value, error) { return &DictView{d, wantKey}, nil }

func dictValues(_ Thread, d *Dict, _ Args) (Value, error) { return &DictView{d, wantValue}, nil }

func dictCopy(_ Thread, d *Dict, _ Args) (Value, error) { return d.Copy(), nil }

func dictClear(_ Thread, d *Dict, _ Args) (Value, error) {
	d.Clear()
	return None, nil
}

func dictPop(_ Thread, d *Dict, a Args) (Value, error) {
	if _, _, err := d.Lookup(a.Pos[0]); err != nil {
		return nil, err
	}
	if v, ok := d.Delete(a.Pos[0]); ok {
		return v, nil
	}
	if len(a.Pos) > 1 {
		return a.Pos[1], nil
	}
	return nil, Errorf("KeyError", "%s", Repr(a.Pos[0]))
}

func dictPopItem(_ Thread, d *Dict, _ Args) (Value, error) {
	if d.live == 0 {
		return nil, Errorf("KeyError", "'popitem(): dictionary is empty'")
	}
	e := d.entries[len(d.entries)-1] // deleteAt leaves no deleted entry at the end
	d.deleteAt(len(d.entries) - 1)
	return NewTuple(e.key, e.val), nil
}

func dictSetDefault(_ Thread, d *Dict, a Args) (Value, error) {
	v, ok, err := d.Lookup(a.Pos[0])
	if ok || err != nil {
		return v, err
	}
	v = second(a, None)
	return v, d.Set(a.Pos[0], v)
}

func dictFromKeys(_ Thread, _ *Dict, a Args) (Value, error) {
	out := NewDict()
	keys, err := Items(a.Pos[0])
	if err != nil {
		return nil, err
	}
	v := second(a, None)
	for _, k := range keys {
		if err := out.Set(k, v); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func dictUpdate(_ Thread, d *Dict, a Args) (Value, error) {
	return None, d.update("update", a)
}

// NewDictFrom is Python's dict(...): of a mapping or of pairs, and keywords.
func NewDictFrom(a Args) (*Dict, error) {
	d := NewDictSize(len(a.Kw))
	return d, d.update("dict", a)
}

func (d *Dict) update(name string, a Args) error {
	if len(a.Pos) > 1 {
		return TypeErrorf("%s expected at most 1 argument, got %d", name, len(a.Pos))
	}
	if len(a.Pos) == 1 {
		if err := d.merge(a.Pos[0]); err != nil {
			return err
		}
	}
	for _, kw := range a.Kw {
		d.SetStr(kw.Name, kw.Value)
	}
	return nil
}

// merge sets the entries of a mapping or of a sequence of pairs.
func (d *Dict) merge(v Value) error {
	switch src := v.(type) {
	case *Dict:
		d.Update(src)
		return nil
	case Mapping:
		for _, k := range src.MappingKeys() {
			x, _, err := item(v, k)
			if err != nil {
				return err
			}
			if err := d.Set(k, x); err != nil {
				return err
			}
		}
		return nil
	}
	it, err := Iterate(v)
	if err != nil {
		return err
	}
	for i := 0; ; i++ {
		pair, ok, err := it.Next()
		if err != nil || !ok {
			return err
		}
		kv, err := Items(pair)
		if err != nil {
			return TypeErrorf("cannot convert dictionary update sequence element #%d to a sequence", i)
		}
		if len(kv) != 2 {
			return ValueErrorf("dictionary update sequence element #%d has length %d; 2 is required", i, len(kv))
		}
		if err := d.Set(kv[0], kv[1]); err != nil {
			return err
		}
	}
}

// Mapping is a value that acts as a dict: dict(v), **v and update(v) take its
// keys and get each by Item.
type Mapping interface {
	Indexer
	MappingKeys() []Value
}

// viewMethod is the table of a dict view's methods.
func viewMethod(name string) method[*DictView] {
	if name == "isdisjoint" {
		return method[*DictView]{1, 1, func(_ Thread, v *DictView, a Args) (Value, error) {
			if v.want == wantValue {
				return nil, Errorf("AttributeError", "'dict_values' object has no attribute 'isdisjoint'")
			}
			s, err := v.set()
			if err != nil {
				return nil, err
			}
			return setIsDisjoint(nil, s, a)
		}}
	}
	return method[*DictView]{}
}
