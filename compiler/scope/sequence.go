package scope

import (
	"strings"

	"mdl/compiler/jinja/value"
)

// Row is one row of a Table: values by position and by column name.
// It is immutable.
type Row = sequence

// sequence is agate's MappedSequence: a tuple whose values may have names. The
// rows and columns of a table are sequences too.
type sequence struct {
	class string // "Row", "Column", "MappedSequence"
	items []value.Value
	keys  []string // nil: the values have no names
	// Of a column only:
	name  string
	index int
	typ   dataType
}

// TypeName implements value.Value.
func (s *sequence) TypeName() string { return s.class }

// Len implements value.Sized.
func (s *sequence) Len() int { return len(s.items) }

// Iter implements value.Iterable.
func (s *sequence) Iter() value.Iterator { return value.IterItems(s.items) }

// Values returns the values in order; callers must not change them.
func (s *sequence) Values() []value.Value { return s.items }

// Contains implements value.Container.
func (s *sequence) Contains(item value.Value) (bool, error) { return value.Contains(s.tuple(), item) }

// Slice implements value.Slicer.
func (s *sequence) Slice(lo, hi, step value.Value) (value.Value, error) {
	return value.GetSlice(s.tuple(), lo, hi, step)
}

// Item implements value.Indexer: by position or by name.
func (s *sequence) Item(key value.Value) (value.Value, bool, error) {
	switch key := key.(type) {
	case value.Int:
		i := int(key)
		if i < 0 {
			i += len(s.items)
		}
		if i < 0 || i >= len(s.items) {
			return nil, false, nil
		}
		return s.items[i], true, nil
	case value.Str:
		i := s.find(string(key))
		if i < 0 {
			return nil, false, nil
		}
		return s.items[i], true, nil
	}
	return nil, false, nil
}

func (s *sequence) find(name string) int {
	for i, k := range s.keys {
		if k == name {
			return i
		}
	}
	return -1
}

// CompareTo implements value.Comparer: equal to any sequence of equal values.
func (s *sequence) CompareTo(op value.Op, other value.Value) (result, ok bool, err error) {
	if op != value.OpEq {
		return false, false, nil
	}
	switch o := other.(type) {
	case *sequence:
		return value.Equal(s.tuple(), o.tuple()), true, nil
	case *value.Tuple:
		return value.Equal(s.tuple(), o), true, nil
	case *value.List:
		return value.Equal(s.tuple(), value.NewTuple(o.Items()...)), true, nil
	}
	return false, true, nil
}

// shownItems is how many values str() shows.
const shownItems = 5

// Str implements value.Printer: a sample.
func (s *sequence) Str() string {
	var b strings.Builder
	b.WriteString("<agate." + s.class + ": (")
	for i, v := range s.items {
		if i > 0 {
			b.WriteString(", ")
		}
		if i == shownItems {
			b.WriteString("...")
			break
		}
		b.WriteString(value.Repr(v))
	}
	return b.String() + ")>"
}

// Repr implements value.Printer.
func (s *sequence) Repr() string { return s.Str() }

func (s *sequence) tuple() *value.Tuple { return value.NewTuple(s.items...) }

func (s *sequence) keyTuple() value.Value {
	if s.keys == nil {
		return value.None
	}
	return textTuple(s.keys)
}

func textTuple(texts []string) value.Value {
	items := make([]value.Value, len(texts))
	for i, t := range texts {
		items[i] = value.Str(t)
	}
	return value.NewTuple(items...)
}

// Attr implements value.Object.
func (s *sequence) Attr(name string) (value.Value, bool) {
	if s.class == "Column" {
		switch name {
		case "name":
			return value.Str(s.name), true
		case "index":
			return value.Int(s.index), true
		case "data_type":
			return s.typ, true
		}
		if v, ok := agateColumnMethods.bound(s, name); ok {
			return v, true
		}
	}
	return sequenceMethods.bound(s, name)
}

// CallMethod implements value.MethodCaller.
func (s *sequence) CallMethod(t value.Thread, name string, a value.Args) (value.Value, bool, error) {
	return sequenceMethods.call(s, t, name, a)
}

// sequenceMethods are the methods of rows, columns and their lists.
var sequenceMethods = methods[*sequence]{
	"values": func(s *sequence, _ value.Thread, _ value.Args) (value.Value, error) { return s.tuple(), nil },
	"keys":   func(s *sequence, _ value.Thread, _ value.Args) (value.Value, error) { return s.keyTuple(), nil },
	"items": func(s *sequence, _ value.Thread, _ value.Args) (value.Value, error) {
		pairs := make([]value.Value, 0, len(s.keys))
		for i, k := range s.keys {
			pairs = append(pairs, value.NewTuple(value.Str(k), s.items[i]))
		}
		return value.NewTuple(pairs...), nil
	},
	"dict": func(s *sequence, _ value.Thread, _ value.Args) (value.Value, error) { return s.dict(), nil },
	"get": func(s *sequence, _ value.Thread, a value.Args) (value.Value, error) {
		got, err := a.Bind("get", value.Required("key"), value.Optional("default", value.None))
		if err != nil {
			return nil, err
		}
		if key, ok := got[0].(value.Str); ok {
			if i := s.find(string(key)); i >= 0 {
				return s.items[i], nil
			}
		}
		if value.Truth(got[1]) {
			return got[1], nil
		}
		return value.None, nil
	},
	"index": func(s *sequence, t value.Thread, a value.Args) (value.Value, error) {
		v, _, err := value.CallMethod(t, s.tuple(), "index", a)
		return v, err
	},
	"count": func(s *sequence, t value.Thread, a value.Args) (value.Value, error) {
		v, _, err := value.CallMethod(t, s.tuple(), "count", a)
		return v, err
	},
}

func (s *sequence) dict() *value.Dict {
	d := value.NewDictSize(len(s.keys))
	for i, k := range s.keys {
		d.SetStr(k, s.items[i])
	}
	return d
}

// agateColumnMethods are the methods that only the columns of a table have.
var agateColumnMethods = methods[*sequence]{
	"values_distinct": func(s *sequence, _ value.Thread, _ value.Args) (value.Value, error) {
		set, err := value.NewSet(s.items...)
		if err != nil {
			return nil, err
		}
		return value.NewTuple(set.Items()...), nil
	},
	"values_without_nulls": func(s *sequence, _ value.Thread, _ value.Args) (value.Value, error) {
		return value.NewTuple(withoutNulls(s.items)...), nil
	},
	"values_sorted": func(s *sequence, _ value.Thread, _ value.Args) (value.Value, error) {
		items, err := sortedNullsLast(s.items)
		return value.NewList(items...), err
	},
	"values_without_nulls_sorted": func(s *sequence, _ value.Thread, _ value.Args) (value.Value, error) {
		items, err := sortedNullsLast(withoutNulls(s.items))
		return value.NewList(items...), err
	},
}

func withoutNulls(items []value.Value) []value.Value {
	var out []value.Value
	for _, v := range items {
		if v != value.None {
			out = append(out, v)
		}
	}
	return out
}

func sortedNullsLast(items []value.Value) ([]value.Value, error) {
	out := withoutNulls(items)
	if err := value.SortItems(out, nil, false); err != nil {
		return nil, err
	}
	for len(out) < len(items) {
		out = append(out, value.None)
	}
	return out, nil
}
