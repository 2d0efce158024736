package value

import (
	"math"
	"math/big"
	"strings"
	"unicode/utf8"
)

// Percent is Python's format % args.
func Percent(format string, args Value) (string, error) {
	p := percentWriter{format: format, arg: args, single: true}
	switch a := args.(type) {
	case *Tuple:
		p.items, p.single = a.items, false
	case Str:
	case *Dict, *List, *Undefined, *Range, Bytes, Indexer:
		p.mapping = args
	}
	if err := p.run(); err != nil {
		return "", err
	}
	return p.out.String(), nil
}

// percentWriter writes a format with its arguments put in.
type percentWriter struct {
	format  string
	at      int
	arg     Value   // the right operand
	items   []Value // what is left of it when it is a tuple
	single  bool    // arg itself is the next and only argument
	taken   bool    // and it has been used
	mapping Value   // arg when %(key)s may look into it
	out     strings.Builder
}

func (p *percentWriter) run() error {
	for p.at < len(p.format) {
		i := strings.IndexByte(p.format[p.at:], '%')
		if i < 0 {
			p.out.WriteString(p.format[p.at:])
			break
		}
		p.out.WriteString(p.format[p.at : p.at+i])
		p.at += i + 1
		if err := p.directive(); err != nil {
			return err
		}
		if p.out.Len() > MaxText {
			return errTooBig("the text")
		}
	}
	if p.mapping == nil && (len(p.items) > 0 || p.single && !p.taken) {
		return TypeErrorf("not all arguments converted during string formatting")
	}
	return nil
}

// conversion is one directive: %[(key)][flags][width][.precision]type.
type conversion struct {
	left, plus, space, alt, zero bool
	width, prec                  int // prec -1: none
	typ                          rune
}

func (p *percentWriter) next() (Value, error) {
	switch {
	case p.single && !p.taken:
		p.taken = true
		return p.arg, nil
	case !p.single && len(p.items) > 0:
		v := p.items[0]
		p.items = p.items[1:]
		return v, nil
	}
	return nil, TypeErrorf("not enough arguments for format string")
}

func (p *percentWriter) directive() error {
	if p.at < len(p.format) && p.format[p.at] == '%' {
		p.at++
		p.out.WriteByte('%')
		return nil
	}
	c := conversion{prec: -1}
	if err := p.key(); err != nil {
		return err
	}
	p.flags(&c)
	if err := p.sizes(&c); err != nil {
		return err
	}
	if p.at < len(p.format) && strings.IndexByte("hlL", p.format[p.at]) >= 0 {
		p.at++
	}
	if p.at >= len(p.format) {
		return ValueErrorf("incomplete format")
	}
	var n int
	c.typ, n = utf8.DecodeRuneInString(p.format[p.at:])
	p.at += n
	v, err := p.next()
	if err != nil {
		return err
	}
	return p.convert(c, v)
}

// key reads (key) and makes its value the next argument.
func (p *percentWriter) key() error {
	if p.at >= len(p.format) || p.format[p.at] != '(' {
		return nil
	}
	if p.mapping == nil {
		return TypeErrorf("format requires a mapping")
	}
	start, depth := p.at+1, 1
	for p.at++; p.at < len(p.format) && depth > 0; p.at++ {
		switch p.format[p.at] {
		case '(':
			depth++
		case ')':
			depth--
		}
	}
	if depth > 0 {
		return ValueErrorf("incomplete format key")
	}
	key := Str(p.format[start : p.at-1])
	v, err := subscript(p.mapping, key)
	if err != nil {
		return err
	}
	p.arg, p.single, p.taken = v, true, false
	return nil
}

// subscript is v[key] that fails as Python does.
func subscript(v, key Value) (Value, error) {
	x, ok, err := item(v, key)
	if ok || err != nil {
		return x, err
	}
	switch v.(type) {
	case *List, *Tuple, Str, Bytes, *Range:
		name := shortTypeName(v)
		if _, isInt := number(key); isInt {
			if name == "range" {
				return nil, Errorf("IndexError", "range object index out of range")
			}
			if name == "str" {
				name = "string"
			}
			return nil, Errorf("IndexError", "%s index out of range", name)
		}
		if name == "str" {
			return nil, TypeErrorf("string indices must be integers, not '%s'", key.TypeName())
		}
		return nil, TypeErrorf("%s indices must be integers or slices, not %s", name, key.TypeName())
	case Indexer, *Dict:
		return nil, Errorf("KeyError", "%s", Repr(key))
	}
	return nil, TypeErrorf("'%s' object is not subscriptable", v.TypeName())
}

// Subscript is Python's own v[key], which fails with a KeyError or IndexError
// where GetItem gives Undefined.
func Subscript(v, key Value) (Value, error) { return subscript(v, key) }

func (p *percentWriter) flags(c *conversion) {
	for ; p.at < len(p.format); p.at++ {
		switch p.format[p.at] {
		case '-':
			c.left = true
		case '+':
			c.plus = true
		case ' ':
			c.space = true
		case '#':
			c.alt = true
		case '0':
			c.zero = true
		default:
			return
		}
	}
}

func (p *percentWriter) sizes(c *conversion) error {
	n, _, err := p.size("width")
	if err != nil {
		return err
	}
	if n < 0 {
		c.left, n = true, -n
	}
	c.width = n
	if p.at < len(p.format) && p.format[p.at] == '.' {
		p.at++
		if n, _, err = p.size("precision"); err != nil {
			return err
		}
		c.prec = max(n, 0)
	}
	if c.width > MaxText || c.prec > MaxText {
		return errTooBig("the text")
	}
	return nil
}

// size reads digits or a * that takes the next argument.
func (p *percentWriter) size(what string) (n int, given bool, err error) {
	if p.at < len(p.format) && p.format[p.at] == '*' {
		p.at++
		v, err := p.next()
		if err != nil {
			return 0, false, err
		}
		x, ok := number(v)
		if !ok || x.kind == numFloat {
			return 0, false, TypeErrorf("* wants int")
		}
		if x.kind == numBig || x.i > math.MaxInt32 || x.i < -math.MaxInt32 {
			return 0, false, Errorf("OverflowError", "Python int too large to convert to C int")
		}
		return int(x.i), true, nil
	}
	for ; p.at < len(p.format) && isASCIIDigit(p.format[p.at]); p.at++ {
		if n > math.MaxInt32/10 {
			return 0, false, ValueErrorf("%s too big", what)
		}
		n = n*10 + int(p.format[p.at]-'0')
		given = true
	}
	return n, given, nil
}

func (p *percentWriter) convert(c conversion, v Value) error {
	switch c.typ {
	case 's', 'r', 'a':
		p.text(c, v)
		return nil
	case 'c':
		return p.char(c, v)
	case 'd', 'i', 'u', 'o', 'x', 'X':
		n, err := percentInt(c.typ, v)
		if err != nil {
			return err
		}
		p.integer(c, n)
		return nil
	case 'e', 'E', 'f', 'F', 'g', 'G':
		return p.float(c, v)
	}
	shown := "?"
	if c.typ > 31 && c.typ < 128 {
		shown = string(c.typ)
	}
	return ValueErrorf("unsupported format character '%s' (0x%x) at index %d", shown, c.typ, runeCount(p.format[:p.at])-1)
}

func (p *percentWriter) text(c conversion, v Value) {
	var s string
	switch c.typ {
	case 's':
		s = ToStr(v)
	case 'r':
		s = Repr(v)
	default:
		s = ASCII(v)
	}
	if c.prec >= 0 {
		s = s[:byteOffset(s, c.prec)]
	}
	c.zero = false
	p.pad(c, "", s)
}

// ASCII is Python's ascii(v): repr with escapes for all but ASCII.
func ASCII(v Value) string {
	s := Repr(v)
	if isASCII(s) {
		return s
	}
	var buf []byte
	for _, r := range s {
		if r < utf8.RuneSelf {
			buf = append(buf, byte(r))
		} else {
			buf = appendHex(buf, r)
		}
	}
	return string(buf)
}

func (p *percentWriter) char(c conversion, v Value) error {
	c.zero = false
	switch v := v.(type) {
	case Str:
		if runeCount(string(v)) != 1 {
			return TypeErrorf("%%c requires int or char")
		}
		p.pad(c, "", string(v))
	case Int, Bool, *BigInt:
		x, _ := number(v)
		if x.kind == numBig || x.i < 0 || x.i > utf8.MaxRune {
			return Errorf("OverflowError", "%%c arg not in range(0x110000)")
		}
		p.pad(c, "", string(rune(x.i)))
	default:
		return TypeErrorf("%%c requires int or char")
	}
	return nil
}

// percentInt is the integer that a directive for integers writes.
func percentInt(typ rune, v Value) (*big.Int, error) {
	x, ok := number(v)
	hex := typ == 'x' || typ == 'X' || typ == 'o'
	switch {
	case ok && x.kind != numFloat:
		return x.bigOf(), nil
	case hex:
		return nil, TypeErrorf("%%%c format: an integer is required, not %s", typ, v.TypeName())
	case !ok:
		if u, isUndefined := v.(*Undefined); isUndefined {
			return nil, u.Err()
		}
		if _, isDecimal := v.(*Decimal); !isDecimal {
			return nil, TypeErrorf("%%%c format: a real number is required, not %s", typ, v.TypeName())
		}
	}
	n, err := ToInt(v, 10)
	if err != nil {
		return nil, err
	}
	x, _ = number(n)
	return x.bigOf(), nil
}

func (p *percentWriter) integer(c conversion, n *big.Int) {
	radix, prefix := 10, ""
	switch c.typ {
	case 'o':
		radix, prefix = 8, "0o"
	case 'x':
		radix, prefix = 16, "0x"
	case 'X':
		radix, prefix = 16, "0X"
	}
	digits := new(big.Int).Abs(n).Text(radix)
	if c.typ == 'X' {
		digits = strings.ToUpper(digits)
	}
	if missing := c.prec - len(digits); missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}
	if !c.alt {
		prefix = ""
	}
	p.pad(c, c.sign(n.Sign() < 0)+prefix, digits)
}

func (c conversion) sign(negative bool) string {
	switch {
	case negative:
		return "-"
	case c.plus:
		return "+"
	case c.space:
		return " "
	}
	return ""
}

func (p *percentWriter) float(c conversion, v Value) error {
	switch v.(type) {
	case Str, Bytes:
		return TypeErrorf("must be real number, not %s", v.TypeName())
	}
	x, err := ToFloat(v)
	if err != nil {
		if IsKind(err, "TypeError") {
			err = TypeErrorf("must be real number, not %s", v.TypeName())
		}
		return err
	}
	f := float64(x.(Float))
	if c.prec < 0 {
		c.prec = 6
	}
	style := floatStyle{typ: byte(c.typ), prec: c.prec, alt: c.alt}
	p.pad(c, c.sign(math.Signbit(f) && !math.IsNaN(f)), style.text(math.Abs(f)))
	return nil
}

// pad writes a text in its width; zeros go between the sign and the digits.
func (p *percentWriter) pad(c conversion, sign, text string) {
	missing := max(c.width-runeCount(text)-len(sign), 0)
	switch {
	case c.left:
		p.out.WriteString(sign + text)
		p.fill(' ', missing)
	case c.zero:
		p.out.WriteString(sign)
		p.fill('0', missing)
		p.out.WriteString(text)
	default:
		p.fill(' ', missing)
		p.out.WriteString(sign + text)
	}
}

func (p *percentWriter) fill(c byte, n int) {
	for ; n > 0; n-- {
		p.out.WriteByte(c)
	}
}
