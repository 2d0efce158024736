package wire

import (
	"encoding/binary"
	"reflect"
	"slices"
	"unsafe"

	"mdl/compiler/jinja/value"
)

// Special writes and reads the values of one type in the caller's own way.
type Special struct {
	Write func(w *Writer, p unsafe.Pointer)
	Read  func(r *Reader, p unsafe.Pointer)
}

// Codec writes and reads values of T: structs, slices, arrays, maps with text
// as keys, pointers (to values that are not shared), texts, numbers, booleans,
// templates' values. It is made once from the type, and works on addresses
// afterwards, without reflection.
type Codec[T any] struct{ op op }

// NewCodec makes the codec of a type. It panics for a type that holds what
// cannot be written, such as a func, unless specials have it.
func NewCodec[T any](specials map[reflect.Type]Special) *Codec[T] {
	b := &builder{specials: specials, known: map[reflect.Type]*op{}}
	return &Codec[T]{*b.of(reflect.TypeFor[T]())}
}

// Write writes a value.
func (c *Codec[T]) Write(w *Writer, v *T) { c.op.write(w, unsafe.Pointer(v)) }

// Read reads a value into v, which must be zero.
func (c *Codec[T]) Read(r *Reader, v *T) { c.op.read(r, unsafe.Pointer(v)) }

// op writes and reads the value at an address.
type op struct {
	write func(w *Writer, p unsafe.Pointer)
	read  func(r *Reader, p unsafe.Pointer)
}

type builder struct {
	specials map[reflect.Type]Special
	known    map[reflect.Type]*op
}

var (
	valueType = reflect.TypeFor[value.Value]()
	dictType  = reflect.TypeFor[*value.Dict]()
)

// of returns the op of a type, which for a type within itself is filled later.
func (b *builder) of(t reflect.Type) *op {
	if o, ok := b.known[t]; ok {
		return o
	}
	o := &op{}
	b.known[t] = o
	if s, ok := b.specials[t]; ok {
		*o = op{s.Write, s.Read}
		return o
	}
	switch t {
	case valueType:
		*o = op{
			func(w *Writer, p unsafe.Pointer) { w.Value(*(*value.Value)(p)) },
			func(r *Reader, p unsafe.Pointer) { *(*value.Value)(p) = r.Value() },
		}
		return o
	case dictType:
		*o = dictOp
		return o
	}
	switch t.Kind() {
	case reflect.String:
		*o = op{
			func(w *Writer, p unsafe.Pointer) { w.Text(*(*string)(p)) },
			func(r *Reader, p unsafe.Pointer) { *(*string)(p) = r.Text() },
		}
	case reflect.Bool:
		*o = op{
			func(w *Writer, p unsafe.Pointer) { w.Byte(*(*byte)(p)) },
			func(r *Reader, p unsafe.Pointer) { *(*bool)(p) = r.Byte() != 0 },
		}
	case reflect.Int, reflect.Int64:
		*o = op{
			func(w *Writer, p unsafe.Pointer) { w.Int(*(*int64)(p)) },
			func(r *Reader, p unsafe.Pointer) { *(*int64)(p) = r.Int() },
		}
	case reflect.Uint64:
		*o = op{
			func(w *Writer, p unsafe.Pointer) { w.Uint(*(*uint64)(p)) },
			func(r *Reader, p unsafe.Pointer) { *(*uint64)(p) = r.Uint() },
		}
	case reflect.Uint8:
		*o = op{
			func(w *Writer, p unsafe.Pointer) { w.Byte(*(*byte)(p)) },
			func(r *Reader, p unsafe.Pointer) { *(*byte)(p) = r.Byte() },
		}
	case reflect.Float64:
		*o = op{
			func(w *Writer, p unsafe.Pointer) { w.Float(*(*float64)(p)) },
			func(r *Reader, p unsafe.Pointer) { *(*float64)(p) = r.Float() },
		}
	case reflect.Pointer:
		*o = b.pointer(t)
	case reflect.Slice:
		*o = b.slice(t)
	case reflect.Array:
		*o = b.array(t)
	case reflect.Map:
		*o = b.mapping(t)
	case reflect.Struct:
		*o = b.structure(t)
	default:
		panic("wire: cannot write the type " + t.String())
	}
	return o
}

var dictOp = op{
	func(w *Writer, p unsafe.Pointer) {
		d := *(**value.Dict)(p)
		if d == nil {
			w.Byte(0)
			return
		}
		w.Byte(1)
		w.Dict(d)
	},
	func(r *Reader, p unsafe.Pointer) {
		if r.Byte() != 0 {
			*(**value.Dict)(p) = r.Dict()
		}
	},
}

func (b *builder) pointer(t reflect.Type) op {
	elem := t.Elem()
	inner := b.of(elem)
	return op{
		func(w *Writer, p unsafe.Pointer) {
			to := *(*unsafe.Pointer)(p)
			if to == nil {
				w.Byte(0)
				return
			}
			w.Byte(1)
			inner.write(w, to)
		},
		func(r *Reader, p unsafe.Pointer) {
			if r.Byte() == 0 {
				return
			}
			to := reflect.New(elem).UnsafePointer()
			inner.read(r, to)
			*(*unsafe.Pointer)(p) = to
		},
	}
}

// sliceHeader is what a slice is made of.
type sliceHeader struct {
	data     unsafe.Pointer
	len, cap int
}

func (b *builder) slice(t reflect.Type) op {
	elem := t.Elem()
	if elem.Kind() == reflect.Int32 {
		return int32sOp
	}
	inner, size := b.of(elem), elem.Size()
	texts := elem == reflect.TypeFor[string]()
	return op{
		func(w *Writer, p unsafe.Pointer) {
			s := (*sliceHeader)(p)
			if s.data == nil {
				w.Uint(0)
				return
			}
			w.Uint(uint64(s.len) + 1)
			for i := range s.len {
				inner.write(w, unsafe.Add(s.data, uintptr(i)*size))
			}
		},
		func(r *Reader, p unsafe.Pointer) {
			n := int(r.Uint()) - 1
			if n < 0 {
				return
			}
			if texts {
				list := make([]string, n)
				for i := range list {
					list[i] = r.Text()
				}
				*(*[]string)(p) = list
				return
			}
			s := reflect.MakeSlice(t, n, n)
			data := s.UnsafePointer()
			for i := range n {
				inner.read(r, unsafe.Add(data, uintptr(i)*size))
			}
			*(*sliceHeader)(p) = sliceHeader{data, n, n}
		},
	}
}

// int32sOp writes numbers as they are in memory: they are many.
var int32sOp = op{
	func(w *Writer, p unsafe.Pointer) {
		list := *(*[]int32)(p)
		w.Uint(uint64(len(list)))
		for _, n := range list {
			w.buf = binary.LittleEndian.AppendUint32(w.buf, uint32(n))
		}
	},
	func(r *Reader, p unsafe.Pointer) {
		list := make([]int32, r.Uint())
		for i := range list {
			list[i] = int32(uint32At(r.data, r.pos+4*i))
		}
		r.pos += 4 * len(list)
		*(*[]int32)(p) = list
	},
}

func (b *builder) array(t reflect.Type) op {
	inner, size, n := b.of(t.Elem()), t.Elem().Size(), t.Len()
	return op{
		func(w *Writer, p unsafe.Pointer) {
			for i := range n {
				inner.write(w, unsafe.Add(p, uintptr(i)*size))
			}
		},
		func(r *Reader, p unsafe.Pointer) {
			for i := range n {
				inner.read(r, unsafe.Add(p, uintptr(i)*size))
			}
		},
	}
}

// mapping writes the entries of a map by their sorted keys. Maps are few, so
// that reflection does no harm.
func (b *builder) mapping(t reflect.Type) op {
	if t.Key().Kind() != reflect.String {
		panic("wire: the keys of a map must be texts: " + t.String())
	}
	inner := b.of(t.Elem())
	return op{
		func(w *Writer, p unsafe.Pointer) {
			m := reflect.NewAt(t, p).Elem()
			if m.IsNil() {
				w.Uint(0)
				return
			}
			keys := m.MapKeys()
			slices.SortFunc(keys, func(a, b reflect.Value) int {
				if a.String() < b.String() {
					return -1
				}
				return 1
			})
			w.Uint(uint64(len(keys)) + 1)
			elem := reflect.New(t.Elem())
			for _, k := range keys {
				w.Text(k.String())
				elem.Elem().Set(m.MapIndex(k))
				inner.write(w, elem.UnsafePointer())
			}
		},
		func(r *Reader, p unsafe.Pointer) {
			n := int(r.Uint()) - 1
			if n < 0 {
				return
			}
			m := reflect.MakeMapWithSize(t, n)
			for range n {
				k := reflect.New(t.Key()).Elem()
				k.SetString(r.Text())
				elem := reflect.New(t.Elem())
				inner.read(r, elem.UnsafePointer())
				m.SetMapIndex(k, elem.Elem())
			}
			reflect.NewAt(t, p).Elem().Set(m)
		},
	}
}

// fieldOp is one field of a struct.
type fieldOp struct {
	offset, size uintptr
	*op
}

// maskBits is the number of fields that one mask tells of.
const maskBits = 56

// structure writes masks of the fields that are not zero, then these fields.
func (b *builder) structure(t reflect.Type) op {
	var fields []fieldOp
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Type.Size() > 0 {
			fields = append(fields, fieldOp{f.Offset, f.Type.Size(), b.of(f.Type)})
		}
	}
	return op{
		func(w *Writer, p unsafe.Pointer) {
			for part := range slices.Chunk(fields, maskBits) {
				var mask uint64
				for i, f := range part {
					if !isZero(unsafe.Add(p, f.offset), f.size) {
						mask |= 1 << i
					}
				}
				w.Uint(mask)
				for i, f := range part {
					if mask&(1<<i) != 0 {
						f.write(w, unsafe.Add(p, f.offset))
					}
				}
			}
		},
		func(r *Reader, p unsafe.Pointer) {
			for start := 0; start < len(fields); start += maskBits {
				mask := r.Uint()
				for i := start; mask != 0; i, mask = i+1, mask>>1 {
					if mask&1 != 0 {
						f := &fields[i]
						f.read(r, unsafe.Add(p, f.offset))
					}
				}
			}
		},
	}
}

// isZero reports whether the bytes at an address are all zero.
func isZero(p unsafe.Pointer, size uintptr) bool {
	at := uintptr(0)
	for ; at+8 <= size; at += 8 {
		if *(*uint64)(unsafe.Add(p, at)) != 0 {
			return false
		}
	}
	for ; at < size; at++ {
		if *(*byte)(unsafe.Add(p, at)) != 0 {
			return false
		}
	}
	return true
}

// Shape describes a type with all that it holds, so that a document of another
// program is known by its shape.
func Shape[T any]() string {
	s := shaper{seen: map[reflect.Type]bool{}}
	s.add(reflect.TypeFor[T]())
	return string(s.text)
}

type shaper struct {
	text []byte
	seen map[reflect.Type]bool
}

func (s *shaper) add(t reflect.Type) {
	s.text = append(s.text, t.String()...)
	s.text = append(s.text, ' ')
	if s.seen[t] {
		return
	}
	s.seen[t] = true
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
		s.add(t.Elem())
	case reflect.Struct:
		for i := range t.NumField() {
			s.text = append(s.text, t.Field(i).Name...)
			s.text = append(s.text, ':')
			s.add(t.Field(i).Type)
		}
	}
}
