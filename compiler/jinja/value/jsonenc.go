package value

import (
	"math"
	"math/bits"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// JSONOptions are the options of json.dumps.
type JSONOptions struct {
	SortKeys bool
	Indent   string // written once a level on lines of their own; "" writes one line
	Unicode  bool   // ensure_ascii=False: characters beyond ASCII as they are
	Compact  bool   // separators=(',', ':')
	// Default gives what to write for a value that JSON cannot hold; nil makes
	// such a value an error.
	Default func(Value) Value
}

// ToJSON is Python's json.dumps. It fails with Python's message for a value that
// JSON cannot hold.
func ToJSON(v Value, o JSONOptions) (string, error) {
	buf, err := AppendJSON(nil, v, o)
	return string(buf), err
}

// AppendJSON appends what ToJSON would return to buf. After an error the buffer
// is returned as it was.
func AppendJSON(buf []byte, v Value, o JSONOptions) ([]byte, error) {
	e := jsonEncoder{opts: o, comma: ", ", colon: ": ", buf: buf, start: len(buf)}
	if o.Compact {
		e.comma, e.colon = ",", ":"
	} else if o.Indent != "" {
		e.comma = ","
	}
	if err := e.value(v); err != nil {
		return buf, err
	}
	return e.buf, nil
}

// AppendJSONText appends a text as json.dumps writes it, without making a Value
// of it.
func AppendJSONText(buf []byte, s string) []byte {
	e := jsonEncoder{buf: buf}
	e.str(s)
	return e.buf
}

type jsonEncoder struct {
	opts         JSONOptions
	comma, colon string
	buf          []byte
	start        int     // of what this encoder wrote to buf
	depth        int     // the number of containers around the place
	open         []Value // those of them beyond the first few
}

func (e *jsonEncoder) value(v Value) error {
	switch v := v.(type) {
	case Str:
		e.str(string(v))
	case NoneType:
		e.text("null")
	case Bool:
		e.text(strconv.FormatBool(bool(v)))
	case Int:
		e.buf = strconv.AppendInt(e.buf, int64(v), 10)
	case *BigInt:
		e.text(v.n.String())
	case Float:
		e.text(jsonFloat(float64(v)))
	case *List:
		return e.array(v, v.items)
	case *Tuple:
		return e.array(v, v.items)
	case *Dict:
		return e.object(v)
	default:
		if e.opts.Default != nil {
			if err := e.enter(v); err != nil {
				return err
			}
			defer e.leave()
			return e.value(e.opts.Default(v))
		}
		return TypeErrorf("Object of type %s is not JSON serializable", shortTypeName(v))
	}
	return nil
}

func (e *jsonEncoder) text(s string) { e.buf = append(e.buf, s...) }

func jsonFloat(f float64) string {
	switch {
	case math.IsNaN(f):
		return "NaN"
	case math.IsInf(f, 1):
		return "Infinity"
	case math.IsInf(f, -1):
		return "-Infinity"
	}
	return FormatFloat(f)
}

func (e *jsonEncoder) enter(v Value) error {
	if len(e.buf)-e.start > MaxText {
		return errTooBig("the text")
	}
	if e.depth > maxDepth {
		return Errorf("RecursionError", "maximum recursion depth exceeded while encoding a JSON object")
	}
	e.depth++
	if e.depth <= fewDeep {
		return nil
	}
	for _, o := range e.open {
		if sameObject(o, v) {
			return ValueErrorf("Circular reference detected")
		}
	}
	e.open = append(e.open, v)
	return nil
}

// fewDeep is the number of nested containers that are not remembered: one that
// holds itself is found further down.
const fewDeep = 8

func (e *jsonEncoder) leave() {
	if e.depth > fewDeep {
		e.open = e.open[:len(e.open)-1]
	}
	e.depth--
}

// line starts a new line where the output is indented.
func (e *jsonEncoder) line() {
	if e.opts.Indent == "" {
		return
	}
	e.buf = append(e.buf, '\n')
	for range e.depth {
		e.text(e.opts.Indent)
	}
}

func (e *jsonEncoder) array(v Value, items []Value) error {
	if len(items) == 0 {
		e.text("[]")
		return nil
	}
	if err := e.enter(v); err != nil {
		return err
	}
	e.text("[")
	for i, item := range items {
		if i > 0 {
			e.text(e.comma)
		}
		e.line()
		if err := e.value(item); err != nil {
			return err
		}
	}
	e.leave()
	e.line()
	e.text("]")
	return nil
}

func (e *jsonEncoder) object(d *Dict) error {
	if d.live == 0 {
		e.text("{}")
		return nil
	}
	if err := e.enter(d); err != nil {
		return err
	}
	keys := []Value(nil)
	if e.opts.SortKeys {
		keys = d.Keys()
		if err := SortItems(keys, nil, false); err != nil {
			return err
		}
	}
	e.text("{")
	first := true
	for _, k := range keys {
		v, _ := d.Get(k)
		if err := e.entry(&first, k, v); err != nil {
			return err
		}
	}
	if !e.opts.SortKeys {
		for i := range d.entries {
			if of := &d.entries[i]; of.key != nil {
				if err := e.entry(&first, of.key, of.val); err != nil {
					return err
				}
			}
		}
	}
	e.leave()
	e.line()
	e.text("}")
	return nil
}

func (e *jsonEncoder) entry(first *bool, k, v Value) error {
	if !*first {
		e.text(e.comma)
	}
	*first = false
	e.line()
	if err := e.key(k); err != nil {
		return err
	}
	e.text(e.colon)
	return e.value(v)
}

func (e *jsonEncoder) key(k Value) error {
	switch k := k.(type) {
	case Str:
		e.str(string(k))
	case Int, *BigInt, Float, Bool, NoneType:
		e.text(`"`)
		_ = e.value(k) // a scalar always has a text
		e.text(`"`)
	default:
		return TypeErrorf("keys must be str, int, float, bool or None, not %s", shortTypeName(k))
	}
	return nil
}

func (e *jsonEncoder) str(s string) {
	n := plainPrefix(s)
	e.buf = append(append(e.buf, '"'), s[:n]...)
	if n < len(s) {
		e.escaped(s[n:])
	}
	e.buf = append(e.buf, '"')
}

// escaped appends a text in which some characters are written in another way.
func (e *jsonEncoder) escaped(s string) {
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			e.wide(r, s[i:i+n])
			i += n
			continue
		}
		if n := plainPrefix(s[i:]); n > 0 {
			e.text(s[i : i+n])
			i += n
			continue
		}
		i++
		if c == '\n' { // most are those of code
			e.text(`\n`)
		} else if at := strings.IndexByte("\"\\\b\f\n\r\t", c); at >= 0 {
			e.buf = append(e.buf, '\\', `"\bfnrt`[at])
		} else if c < ' ' || c == 0x7f && !e.opts.Unicode {
			e.escape(rune(c))
		} else {
			e.buf = append(e.buf, c)
		}
	}
}

// plainPrefix is the length of the text up to the first byte that is not
// written as it is.
func plainPrefix(s string) int {
	i := 0
	for ; i+8 <= len(s); i += 8 {
		w := uint64(s[i]) | uint64(s[i+1])<<8 | uint64(s[i+2])<<16 | uint64(s[i+3])<<24 |
			uint64(s[i+4])<<32 | uint64(s[i+5])<<40 | uint64(s[i+6])<<48 | uint64(s[i+7])<<56
		if found := special(w); found != 0 {
			return i + bits.TrailingZeros64(found)/8
		}
	}
	for ; i < len(s); i++ {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c >= 0x7f {
			return i
		}
	}
	return i
}

// special marks, of eight bytes at once, those that are not written as they
// are. The lowest mark is right; above it there may be others too many.
func special(w uint64) uint64 {
	const ones, high = 0x0101010101010101, 0x8080808080808080
	zero := func(x uint64) uint64 { return (x - ones) &^ x }
	return (w | (w-' '*ones)&^w | zero(w^'"'*ones) | zero(w^'\\'*ones) | zero(w^0x7f*ones)) & high
}

func (e *jsonEncoder) wide(r rune, raw string) {
	if e.opts.Unicode {
		e.text(raw)
		return
	}
	if r > 0xffff {
		high, low := utf16.EncodeRune(r)
		e.escape(high)
		r = low
	}
	e.escape(r)
}

func (e *jsonEncoder) escape(r rune) {
	e.text(`\u`)
	for shift := 12; shift >= 0; shift -= 4 {
		e.buf = append(e.buf, hexDigits[r>>shift&15])
	}
}
