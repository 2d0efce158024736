package wire

import (
	"math/big"

	"mdl/compiler/jinja/value"
)

// The kinds of values, as they are written in front of each.
const (
	kindNil byte = iota
	kindNone
	kindFalse
	kindTrue
	kindInt
	kindFloat
	kindStr
	kindBytes
	kindList
	kindTuple
	kindDict
	kindDate
	kindDateTime
	kindBigInt
)

// Value writes a template's value: data only. What is more fails, and is none
// in the document.
func (w *Writer) Value(v value.Value) {
	switch v := v.(type) {
	case nil:
		w.Byte(kindNil)
	case value.NoneType:
		w.Byte(kindNone)
	case value.Bool:
		if v {
			w.Byte(kindTrue)
		} else {
			w.Byte(kindFalse)
		}
	case value.Int:
		w.Byte(kindInt)
		w.Int(int64(v))
	case value.Float:
		w.Byte(kindFloat)
		w.Float(float64(v))
	case value.Str:
		w.Byte(kindStr)
		w.Text(string(v))
	case value.Bytes:
		w.Byte(kindBytes)
		w.Text(string(v))
	case *value.List:
		w.values(kindList, v.Items())
	case *value.Tuple:
		w.values(kindTuple, v.Items())
	case *value.Dict:
		w.Byte(kindDict)
		w.Dict(v)
	default:
		w.scalar(v)
	}
}

// scalar writes the values that are rare.
func (w *Writer) scalar(v value.Value) {
	switch v := v.(type) {
	case *value.Date:
		w.Byte(kindDate)
		w.Int(int64(v.Ordinal()))
	case *value.DateTime:
		if v.Zone() != nil {
			w.fail("a time with a zone")
			return
		}
		w.Byte(kindDateTime)
		w.Int(v.Unix())
	case *value.BigInt:
		w.Byte(kindBigInt)
		w.Text(value.ToStr(v))
	default:
		w.fail("a value of the type " + v.TypeName())
	}
}

// fail writes none for what cannot be written.
func (w *Writer) fail(reason string) {
	w.Fail(reason)
	w.Byte(kindNone)
}

func (w *Writer) values(kind byte, items []value.Value) {
	w.Byte(kind)
	w.Uint(uint64(len(items)))
	for _, item := range items {
		w.Value(item)
	}
}

// Dict writes the entries of a dict.
func (w *Writer) Dict(d *value.Dict) {
	w.Uint(uint64(d.Len()))
	for k, v := range d.All() {
		w.Value(k)
		w.Value(v)
	}
}

// Value reads what Value wrote.
func (r *Reader) Value() value.Value {
	switch kind := r.Byte(); kind {
	case kindNil:
		return nil
	case kindNone:
		return value.None
	case kindFalse, kindTrue:
		return value.Bool(kind == kindTrue)
	case kindInt:
		return value.Int(r.Int())
	case kindFloat:
		return value.Float(r.Float())
	case kindStr:
		return value.Str(r.Text())
	case kindBytes:
		return value.Bytes(r.Text())
	case kindList:
		return value.NewList(r.values()...)
	case kindTuple:
		return value.NewTuple(r.values()...)
	case kindDict:
		return r.Dict()
	case kindDate:
		d, _ := value.DateOfOrdinal(int(r.Int()))
		return d
	case kindDateTime:
		t, _ := value.DateTimeOfUnix(r.Int(), nil)
		return t
	case kindBigInt:
		n, _ := new(big.Int).SetString(r.Text(), 10)
		return value.NewInt(n)
	default:
		panic("wire: no value has this kind")
	}
}

func (r *Reader) values() []value.Value {
	items := make([]value.Value, r.Uint())
	for i := range items {
		items[i] = r.Value()
	}
	return items
}

// Dict reads what Dict wrote.
func (r *Reader) Dict() *value.Dict {
	n := int(r.Uint())
	if n == 0 {
		return value.NewDict()
	}
	d := value.NewDictSize(n)
	for range n {
		k := r.Value()
		v := r.Value()
		if s, ok := k.(value.Str); ok {
			d.SetStr(string(s), v)
			continue
		}
		_ = d.Set(k, v) // a key of a dict is hashable
	}
	return d
}
