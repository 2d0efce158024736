package artifact

import (
	"encoding/binary"
	"errors"
	"io"
	"math"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// Msgpack turns the JSON that is written to it into MessagePack, as it comes:
// what dbt's own tools read as partial_parse.msgpack has the shape of
// manifest.json. Only the resource that is being written is held in memory.
//
// MessagePack says how long a list is before its elements; JSON does not. The
// two outermost levels are therefore mended in the file by Close.
type Msgpack struct {
	out     io.WriterAt
	buf     []byte // not yet in the file
	flushed int64  // bytes in the file
	open    []container
	late    []container // of the file, to be mended

	state   jsonState
	text    []byte // of the literal or text that is being read
	escape  []byte // of an escape that is being read
	pending uint16 // the first half of a surrogate pair
	err     error
}

// container is an object or an array that is open: where its length belongs,
// and how many elements it has so far.
type container struct {
	at     int64
	object bool
	count  uint32
}

type jsonState byte

const (
	jsonBetween jsonState = iota
	jsonText
	jsonEscape
	jsonLiteral
)

// outermost is how many levels are written to the file before they end.
const outermost = 2

// MessagePack's type bytes.
const (
	packNil, packFalse, packTrue   = 0xc0, 0xc2, 0xc3
	packFloat64, packInt64         = 0xcb, 0xd3
	packStr8, packStr16, packStr32 = 0xd9, 0xda, 0xdb
	packArray32, packMap32         = 0xdd, 0xdf
	packFixStr, packFixStrMax      = 0xa0, 31
)

var errNotJSON = errors.New("what was written is not JSON")

// NewMsgpack returns a writer that fills out from its beginning.
func NewMsgpack(out io.WriterAt) *Msgpack { return &Msgpack{out: out} }

// Write implements io.Writer.
func (p *Msgpack) Write(json []byte) (int, error) {
	for i := 0; i < len(json) && p.err == nil; i++ {
		c := json[i]
		switch p.state {
		case jsonText:
			// Most of a manifest is plain text: take it in one piece.
			from := i
			for i < len(json) && json[i] != '"' && json[i] != '\\' {
				i++
			}
			p.text = append(p.text, json[from:i]...)
			if i == len(json) {
				return i, p.err
			}
			if json[i] == '\\' {
				p.state = jsonEscape
			} else {
				p.str()
			}
		case jsonEscape:
			p.unescape(c)
		case jsonLiteral:
			if c != ',' && c != '}' && c != ']' && c > ' ' {
				p.text = append(p.text, c)
				continue
			}
			p.literal()
			p.between(c)
		default:
			p.between(c)
		}
	}
	return len(json), p.err
}

// between takes a byte that is part of no value.
func (p *Msgpack) between(c byte) {
	switch c {
	case ' ', '\n', '\r', '\t', ',', ':':
	case '{', '[':
		p.element()
		p.open = append(p.open, container{at: p.flushed + int64(len(p.buf)), object: c == '{'})
		kind := byte(packArray32)
		if c == '{' {
			kind = packMap32
		}
		p.buf = append(p.buf, kind, 0, 0, 0, 0)
	case '}', ']':
		p.end()
	case '"':
		p.state = jsonText
	default:
		p.state = jsonLiteral
		p.text = append(p.text, c)
	}
}

// element counts a key or a value of the innermost container.
func (p *Msgpack) element() {
	if n := len(p.open); n > 0 {
		p.open[n-1].count++
	}
}

// end closes the innermost container.
func (p *Msgpack) end() {
	n := len(p.open) - 1
	if n < 0 {
		p.err = errNotJSON
		return
	}
	c := p.open[n]
	p.open = p.open[:n]
	if c.object {
		c.count /= 2
	}
	if c.at >= p.flushed {
		binary.BigEndian.PutUint32(p.buf[c.at-p.flushed+1:], c.count)
	} else {
		p.late = append(p.late, c)
	}
	if n <= outermost && len(p.buf) > 64<<10 {
		p.flush()
	}
}

func (p *Msgpack) flush() {
	if p.err == nil {
		_, p.err = p.out.WriteAt(p.buf, p.flushed)
	}
	p.flushed += int64(len(p.buf))
	p.buf = p.buf[:0]
}

// unescape takes the byte after a backslash, and the digits of \u.
func (p *Msgpack) unescape(c byte) {
	if len(p.escape) > 0 || c == 'u' {
		if p.escape = append(p.escape, c); len(p.escape) == 5 {
			p.unicode(string(p.escape[1:]))
			p.escape, p.state = p.escape[:0], jsonText
		}
		return
	}
	p.state = jsonText
	switch c {
	case 'b':
		c = '\b'
	case 'f':
		c = '\f'
	case 'n':
		c = '\n'
	case 'r':
		c = '\r'
	case 't':
		c = '\t'
	}
	p.text = append(p.text, c)
}

func (p *Msgpack) unicode(digits string) {
	n, err := strconv.ParseUint(digits, 16, 16)
	if err != nil {
		p.err = errNotJSON
		return
	}
	r := rune(n)
	switch {
	case p.pending != 0:
		r = utf16.DecodeRune(rune(p.pending), r)
		p.pending = 0
	case utf16.IsSurrogate(r):
		p.pending = uint16(n)
		return
	}
	p.text = utf8.AppendRune(p.text, r)
}

// str ends a text.
func (p *Msgpack) str() {
	p.element()
	switch n := len(p.text); {
	case n <= packFixStrMax:
		p.buf = append(p.buf, packFixStr|byte(n))
	case n <= math.MaxUint8:
		p.buf = append(p.buf, packStr8, byte(n))
	case n <= math.MaxUint16:
		p.buf = binary.BigEndian.AppendUint16(append(p.buf, packStr16), uint16(n))
	default:
		p.buf = binary.BigEndian.AppendUint32(append(p.buf, packStr32), uint32(n))
	}
	p.buf = append(p.buf, p.text...)
	p.text, p.state = p.text[:0], jsonBetween
}

// literal ends a number, true, false or null.
func (p *Msgpack) literal() {
	p.element()
	switch text := string(p.text); text {
	case "null":
		p.buf = append(p.buf, packNil)
	case "true":
		p.buf = append(p.buf, packTrue)
	case "false":
		p.buf = append(p.buf, packFalse)
	default:
		p.number(text)
	}
	p.text, p.state = p.text[:0], jsonBetween
}

func (p *Msgpack) number(text string) {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		if n >= 0 && n <= math.MaxInt8 {
			p.buf = append(p.buf, byte(n))
			return
		}
		p.buf = binary.BigEndian.AppendUint64(append(p.buf, packInt64), uint64(n))
		return
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		p.err = errNotJSON
		return
	}
	p.buf = binary.BigEndian.AppendUint64(append(p.buf, packFloat64), math.Float64bits(f))
}

// Close writes what is left. It does not close the file.
func (p *Msgpack) Close() error {
	if p.state == jsonLiteral {
		p.literal()
	}
	if p.err == nil && (len(p.open) > 0 || p.state != jsonBetween) {
		p.err = errNotJSON
	}
	p.flush()
	for _, c := range p.late {
		if p.err != nil {
			break
		}
		_, p.err = p.out.WriteAt(binary.BigEndian.AppendUint32(nil, c.count), c.at+1)
	}
	return p.err
}
