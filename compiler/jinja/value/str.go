package value

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// ToStr is Python's str(v); an Undefined is "".
func ToStr(v Value) string {
	switch v := v.(type) {
	case Str:
		return string(v)
	case Int:
		return strconv.FormatInt(int64(v), 10)
	case *Undefined:
		return ""
	case Printer:
		return v.Str()
	}
	return Repr(v)
}

// Repr is Python's repr(v).
func Repr(v Value) string {
	switch v := v.(type) {
	case Str:
		return quote(string(v))
	case Int:
		return strconv.FormatInt(int64(v), 10)
	}
	w := reprWriter{}
	w.value(v)
	return w.String()
}

// reprWriter writes the repr of nested containers. A container inside itself is
// written as [...], as in Python; so is what lies deeper than maxDepth or
// beyond MaxText, where Python would fail.
type reprWriter struct {
	strings.Builder
	open []Value // the containers around the place
}

func (w *reprWriter) value(v Value) {
	switch v := v.(type) {
	case Str:
		w.WriteString(quote(string(v)))
	case Int:
		w.WriteString(strconv.FormatInt(int64(v), 10))
	case Bool:
		if v {
			w.WriteString("True")
		} else {
			w.WriteString("False")
		}
	case NoneType:
		w.WriteString("None")
	case Float:
		w.WriteString(FormatFloat(float64(v)))
	case *BigInt:
		w.WriteString(v.n.String())
	case *List:
		w.items(v, "[", v.items, "]")
	case *Tuple:
		w.tuple(v)
	case *Dict:
		w.dict(v)
	case *Set:
		w.set(v)
	case *DictView:
		w.view(v)
	case Bytes:
		w.WriteString(quoteBytes(string(v)))
	case *Undefined:
		w.WriteString("Undefined")
	case Printer:
		w.WriteString(v.Repr())
	default:
		w.WriteString("<" + v.TypeName() + " object>")
	}
}

// enter notes that the writer is inside a container; false means that the
// container must be abbreviated.
func (w *reprWriter) enter(v Value) bool {
	if len(w.open) >= maxDepth || w.Len() > MaxText {
		return false
	}
	for _, o := range w.open {
		if sameObject(o, v) {
			return false
		}
	}
	w.open = append(w.open, v)
	return true
}

func (w *reprWriter) leave() { w.open = w.open[:len(w.open)-1] }

func (w *reprWriter) list(items []Value) {
	for i, item := range items {
		if i > 0 {
			w.WriteString(", ")
		}
		w.value(item)
	}
}

func (w *reprWriter) items(v Value, start string, items []Value, end string) {
	w.WriteString(start)
	if w.enter(v) {
		w.list(items)
		w.leave()
	} else {
		w.WriteString("...")
	}
	w.WriteString(end)
}

func (w *reprWriter) tuple(v *Tuple) {
	end := ")"
	if len(v.items) == 1 {
		end = ",)"
	}
	w.items(v, "(", v.items, end)
}

func (w *reprWriter) dict(d *Dict) {
	if !w.enter(d) {
		w.WriteString("{...}")
		return
	}
	w.WriteByte('{')
	first := true
	for k, v := range d.All() {
		if !first {
			w.WriteString(", ")
		}
		first = false
		w.value(k)
		w.WriteString(": ")
		w.value(v)
	}
	w.WriteByte('}')
	w.leave()
}

func (w *reprWriter) set(s *Set) {
	if s.d.live == 0 {
		w.WriteString("set()")
		return
	}
	w.items(s, "{", s.Items(), "}")
}

func (w *reprWriter) view(v *DictView) {
	w.WriteString(v.TypeName())
	items, _ := Drain(v.Iter()) // a view's own iteration cannot fail
	w.items(v, "([", items, "])")
}

// FormatFloat is Python's repr of a float: the shortest digits that read back,
// with an exponent below 1e-4 and from 1e16 on.
func FormatFloat(f float64) string {
	switch {
	case math.IsNaN(f):
		return "nan"
	case math.IsInf(f, 1):
		return "inf"
	case math.IsInf(f, -1):
		return "-inf"
	}
	if abs := math.Abs(f); abs != 0 && (abs < 1e-4 || abs >= 1e16) {
		return strconv.FormatFloat(f, 'e', -1, 64)
	}
	s := strconv.FormatFloat(f, 'f', -1, 64)
	if strings.IndexByte(s, '.') < 0 {
		s += ".0"
	}
	return s
}

// quote is the repr of a str: in single quotes unless only those occur in it.
func quote(s string) string {
	q := byte('\'')
	if strings.IndexByte(s, '\'') >= 0 && strings.IndexByte(s, '"') < 0 {
		q = '"'
	}
	buf := make([]byte, 0, len(s)+2)
	buf = append(buf, q)
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			buf = appendEscaped(buf, c, q)
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if isPrintable(r) {
			buf = append(buf, s[i:i+n]...)
		} else {
			buf = appendHex(buf, r)
		}
		i += n
	}
	return string(append(buf, q))
}

func appendEscaped(buf []byte, c, q byte) []byte {
	switch {
	case c == q || c == '\\':
		return append(buf, '\\', c)
	case c == '\n':
		return append(buf, '\\', 'n')
	case c == '\r':
		return append(buf, '\\', 'r')
	case c == '\t':
		return append(buf, '\\', 't')
	case c < ' ' || c == 0x7f:
		return appendHex(buf, rune(c))
	}
	return append(buf, c)
}

const hexDigits = "0123456789abcdef"

// appendHex writes \xhh, \uhhhh or \Uhhhhhhhh.
func appendHex(buf []byte, r rune) []byte {
	letter, digits := byte('x'), 2
	switch {
	case r > 0xffff:
		letter, digits = 'U', 8
	case r > 0xff:
		letter, digits = 'u', 4
	}
	buf = append(buf, '\\', letter)
	for shift := 4 * (digits - 1); shift >= 0; shift -= 4 {
		buf = append(buf, hexDigits[r>>shift&15])
	}
	return buf
}

// quoteBytes is the repr of bytes.
func quoteBytes(s string) string {
	q := byte('\'')
	if strings.IndexByte(s, '\'') >= 0 && strings.IndexByte(s, '"') < 0 {
		q = '"'
	}
	buf := append(make([]byte, 0, len(s)+3), 'b', q)
	for i := 0; i < len(s); i++ {
		if s[i] < utf8.RuneSelf {
			buf = appendEscaped(buf, s[i], q)
		} else {
			buf = appendHex(buf, rune(s[i]))
		}
	}
	return string(append(buf, q))
}
