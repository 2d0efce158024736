// Package wire writes plain Go data as compact bytes and reads it back: what
// the parse cache is made of.
//
// The form has no names and no versions: it can be read only by a program whose
// types are the same, which Shape tells. Texts are kept once, in a table, and
// reading one copies nothing.
package wire

import (
	"encoding/binary"
	"errors"
	"hash/maphash"
	"math"
	"math/bits"
	"sort"
	"unsafe"
)

// Writer collects what is written. The zero Writer is not ready: NewWriter.
type Writer struct {
	// Context is what Specials of the caller need to know.
	Context any

	buf   []byte
	table table
	err   error
}

// table are the texts of a document by number: those of an older document,
// whose numbers stay, and new ones.
type table struct {
	old   *Texts
	added []string
	seed  maphash.Seed
	slots []slot // of those that are not long; half of them are free
	// recent are texts by their address: most are one of a few that occur again
	// and again.
	recent [recentTexts]recentText
}

type recentText struct {
	text   string
	number uint32
}

// recentTexts is a power of two.
const recentTexts = 1 << 13

// slot is the place of a text among added, plus 1, with its hash; zero is free.
type slot struct{ hash, place uint32 }

// remembered is where a text is remembered.
func (t *table) remembered(s string) *recentText {
	at := uint64(uintptr(unsafe.Pointer(unsafe.StringData(s)))) + uint64(len(s))
	return &t.recent[at*0x9e3779b97f4a7c15>>(64-13)]
}

// NewWriter returns a Writer whose texts are numbered after those of an older
// document, so that parts of it can be copied as they are; old may be nil. The
// number of texts is a guess.
func NewWriter(old *Texts, texts int) *Writer {
	t := table{old: old, added: make([]string, 0, texts), seed: maphash.MakeSeed()}
	t.grow(texts)
	return &Writer{table: t}
}

// Err is the first value that cannot be written.
func (w *Writer) Err() error { return w.err }

// Fail notes that a value cannot be written.
func (w *Writer) Fail(reason string) {
	if w.err == nil {
		w.err = errors.New(reason)
	}
}

// ClearErr forgets the error.
func (w *Writer) ClearErr() { w.err = nil }

// Len is the number of bytes written so far.
func (w *Writer) Len() int { return len(w.buf) }

// Truncate takes back what was written after the first n bytes.
func (w *Writer) Truncate(n int) { w.buf = w.buf[:n] }

// Take returns what was written since start and takes it back.
func (w *Writer) Take(start int) []byte {
	part := append([]byte(nil), w.buf[start:]...)
	w.buf = w.buf[:start]
	return part
}

// Bytes returns what was written, without the texts.
func (w *Writer) Bytes() []byte { return w.buf }

// Raw writes bytes as they are.
func (w *Writer) Raw(b []byte) { w.buf = append(w.buf, b...) }

// Byte writes one byte.
func (w *Writer) Byte(b byte) { w.buf = append(w.buf, b) }

// Uint writes a number that is mostly small.
func (w *Writer) Uint(n uint64) { w.buf = binary.AppendUvarint(w.buf, n) }

// Int writes a number that may be negative.
func (w *Writer) Int(n int64) { w.buf = binary.AppendVarint(w.buf, n) }

// Float writes a float's bits.
func (w *Writer) Float(f float64) {
	w.buf = binary.LittleEndian.AppendUint64(w.buf, math.Float64bits(f))
}

// Text writes the number of a text.
func (w *Writer) Text(s string) { w.Uint(uint64(w.table.number(s))) }

// longText is the length in bytes from which a text is thought to be the only
// one of its kind, so that the table need not be searched for it.
const longText = 200

func (t *table) number(s string) uint32 {
	recent := t.remembered(s)
	if len(s) > 0 && len(recent.text) == len(s) && unsafe.StringData(recent.text) == unsafe.StringData(s) {
		return recent.number
	}
	n := t.find(s)
	*recent = recentText{s, n}
	return n
}

func (t *table) find(s string) uint32 {
	first := uint32(0)
	if t.old != nil {
		first = uint32(t.old.Len())
	}
	var free *slot
	var hash uint32
	if len(s) <= longText {
		hash = uint32(maphash.String(t.seed, s))
		if free = t.search(s, hash); free.place > 0 {
			return first + free.place - 1
		}
	}
	if t.old != nil {
		if n, ok := t.old.find(s); ok {
			return n
		}
	}
	t.added = append(t.added, s)
	place := uint32(len(t.added))
	if free != nil {
		*free = slot{hash, place}
		if 2*len(t.added) > len(t.slots) {
			t.grow(len(t.slots))
		}
	}
	return first + place - 1
}

// search returns the slot of a text, a free one where it has none.
func (t *table) search(s string, hash uint32) *slot {
	for i := hash; ; i++ {
		at := &t.slots[i&uint32(len(t.slots)-1)]
		if at.place == 0 || at.hash == hash && t.added[at.place-1] == s {
			return at
		}
	}
}

// grow makes room for a number of texts.
func (t *table) grow(texts int) {
	old := t.slots
	t.slots = make([]slot, 1<<bits.Len(uint(2*max(texts, 8))))
	for _, of := range old {
		if of.place == 0 {
			continue
		}
		i := of.hash
		for t.slots[i&uint32(len(t.slots)-1)].place > 0 {
			i++
		}
		t.slots[i&uint32(len(t.slots)-1)] = of
	}
}

// TextsLen is the number of bytes that Texts appends.
func (w *Writer) TextsLen() int {
	n := 4 + 4*len(w.table.added)
	if old := w.table.old; old != nil {
		n += len(old.ends) + len(old.text)
	}
	for _, s := range w.table.added {
		n += len(s)
	}
	return n
}

// Texts appends the table of texts to a document: the ends of all texts as
// 32-bit numbers, then the texts.
func (w *Writer) Texts(doc []byte) []byte {
	old := w.table.old
	if old == nil {
		old = &Texts{}
	}
	doc = binary.LittleEndian.AppendUint32(doc, uint32(old.Len()+len(w.table.added)))
	doc = append(doc, old.ends...)
	size := len(old.text)
	for _, s := range w.table.added {
		size += len(s)
		doc = binary.LittleEndian.AppendUint32(doc, uint32(size))
	}
	doc = append(doc, old.text...)
	for _, s := range w.table.added {
		doc = append(doc, s...)
	}
	return doc
}

// Texts is a table of texts as it was written.
type Texts struct {
	ends string // 32-bit numbers
	text string
}

// ReadTexts reads a table that takes all of doc.
func ReadTexts(doc string) (*Texts, error) {
	if len(doc) < 4 {
		return nil, errCut
	}
	n := int(uint32At(doc, 0))
	if n < 0 || len(doc)-4 < 4*n {
		return nil, errCut
	}
	t := &Texts{ends: doc[4 : 4+4*n], text: doc[4+4*n:]}
	if n > 0 && int(uint32At(t.ends, 4*(n-1))) != len(t.text) {
		return nil, errCut
	}
	return t, nil
}

// find returns the number of a text that was read from the table: it is known
// by its address.
func (t *Texts) find(s string) (uint32, bool) {
	at := uintptr(unsafe.Pointer(unsafe.StringData(s))) - uintptr(unsafe.Pointer(unsafe.StringData(t.text)))
	if s == "" || at >= uintptr(len(t.text)) {
		return 0, false
	}
	n := sort.Search(t.Len(), func(i int) bool { return uintptr(uint32At(t.ends, 4*i)) > at })
	return uint32(n), n < t.Len() && t.At(uint64(n)) == s
}

var errCut = errors.New("the document is cut off")

// Len is the number of texts.
func (t *Texts) Len() int { return len(t.ends) / 4 }

// At returns a text by its number.
func (t *Texts) At(n uint64) string {
	i := int(n) * 4
	start := 0
	if i > 0 {
		start = int(uint32At(t.ends, i-4))
	}
	return t.text[start:uint32At(t.ends, i)]
}

func uint32At(s string, i int) uint32 {
	_ = s[i+3]
	return uint32(s[i]) | uint32(s[i+1])<<8 | uint32(s[i+2])<<16 | uint32(s[i+3])<<24
}

// Reader reads a part of a document from its start. It panics where the bytes
// are not what a Writer made: the caller checks a document's sum first.
type Reader struct {
	// Context is what Specials of the caller need to know.
	Context any

	data  string
	pos   int
	texts *Texts
}

// NewReader returns a Reader of a part of a document.
func NewReader(data string, texts *Texts) *Reader { return &Reader{data: data, texts: texts} }

// Pos is the number of bytes read.
func (r *Reader) Pos() int { return r.pos }

// Byte reads one byte.
func (r *Reader) Byte() byte {
	b := r.data[r.pos]
	r.pos++
	return b
}

// Uint reads what Uint wrote.
func (r *Reader) Uint() uint64 {
	b := r.data[r.pos]
	r.pos++
	if b < 0x80 {
		return uint64(b)
	}
	n, shift := uint64(b&0x7f), 7
	for {
		b = r.data[r.pos]
		r.pos++
		n |= uint64(b&0x7f) << shift
		if b < 0x80 {
			return n
		}
		shift += 7
	}
}

// Int reads what Int wrote.
func (r *Reader) Int() int64 {
	u := r.Uint()
	return int64(u>>1) ^ -int64(u&1)
}

// Float reads what Float wrote.
func (r *Reader) Float() float64 {
	var b [8]byte
	copy(b[:], r.data[r.pos:r.pos+8])
	r.pos += 8
	return math.Float64frombits(binary.LittleEndian.Uint64(b[:]))
}

// Text reads what Text wrote.
func (r *Reader) Text() string { return r.texts.At(r.Uint()) }
