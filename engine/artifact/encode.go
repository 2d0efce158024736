package artifact

import (
	"mdl/compiler"
	"mdl/compiler/jinja/value"
)

// fields are compiler.Fields that append JSON to a buffer, as Python's
// json.dumps writes it. Entries that do not follow from the resource alone
// become holes.
type fields struct {
	buf   []byte
	empty bool   // nothing was written yet in the open object or list
	ends  []byte // the brackets that close what is open, innermost last
}

// object appends an object that fill describes.
func object(buf []byte, fill func(f *fields)) []byte {
	f := fields{buf: append(buf, '{'), empty: true, ends: make([]byte, 0, 8)}
	fill(&f)
	return append(f.buf, '}')
}

func (f *fields) comma() {
	if !f.empty {
		f.buf = append(f.buf, ", "...)
	}
	f.empty = false
}

// key appends a key. Keys of dbt's are plain, those of users may hold anything.
func (f *fields) key(key string) {
	f.comma()
	f.buf = value.AppendJSONText(f.buf, key)
	f.buf = append(f.buf, ": "...)
}

func (f *fields) begin(open, end byte) {
	f.buf = append(f.buf, open)
	f.ends = append(f.ends, end)
	f.empty = true
}

// Set implements compiler.Fields.
func (f *fields) Set(key string, v value.Value) {
	f.key(key)
	f.buf = appendValue(f.buf, v)
}

// Text implements compiler.Fields.
func (f *fields) Text(key, text string) {
	f.key(key)
	f.buf = value.AppendJSONText(f.buf, text)
}

// Texts implements compiler.Fields.
func (f *fields) Texts(key string, list []string) {
	f.key(key)
	f.buf = appendTexts(f.buf, list)
}

// Late implements compiler.Fields.
func (f *fields) Late(key compiler.Late, _ value.Value) {
	f.key(key.String())
	f.buf = append(f.buf, hole, byte(key))
}

// Object implements compiler.Fields.
func (f *fields) Object(key string) {
	f.key(key)
	f.begin('{', '}')
}

// List implements compiler.Fields.
func (f *fields) List(key string) {
	f.key(key)
	f.begin('[', ']')
}

// Element implements compiler.Fields.
func (f *fields) Element() {
	f.comma()
	f.begin('{', '}')
}

// End implements compiler.Fields.
func (f *fields) End() {
	last := len(f.ends) - 1
	f.buf = append(f.buf, f.ends[last])
	f.ends = f.ends[:last]
	f.empty = false
}

func appendTexts(buf []byte, list []string) []byte {
	buf = append(buf, '[')
	for i, text := range list {
		if i > 0 {
			buf = append(buf, ", "...)
		}
		buf = value.AppendJSONText(buf, text)
	}
	return append(buf, ']')
}

// appendValue appends a value; one that cannot be written, because it holds
// itself or is too deep, becomes null.
func appendValue(buf []byte, v value.Value) []byte {
	out, err := value.AppendJSON(buf, v, jsonOptions)
	if err != nil {
		return append(buf, "null"...)
	}
	return out
}
