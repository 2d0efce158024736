package value

import (
	"math"
	"math/big"
	"strings"
	"unicode/utf8"
)

// spec is a parsed format specifier: [[fill]align][sign][z][#][0][width][,_][.precision][type].
type spec struct {
	fill  string
	align byte // < > ^ =, or 0
	sign  byte // + - space, or 0
	noNeg bool // z: a negative zero loses its sign
	alt   bool
	width int // -1: none
	sep   byte
	prec  int // -1: none
	typ   rune
}

// Formattable is a value that formats itself by a specifier.
type Formattable interface {
	FormatBy(spec string) (string, error)
}

// FormatSpec is Python's format(v, spec).
func FormatSpec(v Value, text string) (string, error) {
	switch x := v.(type) {
	case Formattable:
		return x.FormatBy(text)
	case Str:
		if text == "" {
			return string(x), nil
		}
		return formatStr(string(x), text)
	}
	if text == "" {
		return ToStr(v), nil
	}
	switch x, ok := number(v); {
	case !ok:
		return "", TypeErrorf("unsupported format string passed to %s.__format__", v.TypeName())
	case x.kind == numFloat:
		s, err := parseSpec(text, v, '>', 0)
		if err != nil {
			return "", err
		}
		return formatFloat(x.f, s, v)
	default:
		s, err := parseSpec(text, v, '>', 'd')
		if err != nil {
			return "", err
		}
		return formatInt(x, s, v)
	}
}

func parseSpec(text string, v Value, defaultAlign byte, defaultType rune) (spec, error) {
	s := spec{fill: " ", width: -1, prec: -1, typ: defaultType}
	p := specParser{rest: text}
	fillGiven := p.alignment(&s)
	alignGiven := s.align != 0
	if c := p.peek(); c == '+' || c == '-' || c == ' ' {
		s.sign = c
		p.rest = p.rest[1:]
	}
	s.noNeg = p.take('z')
	s.alt = p.take('#')
	if !fillGiven && p.take('0') {
		s.fill = "0"
		if !alignGiven && defaultAlign == '>' {
			s.align = '='
		}
	}
	var err error
	if s.width, err = p.integer(); err != nil {
		return s, err
	}
	if err := p.grouping(&s); err != nil {
		return s, err
	}
	if p.take('.') {
		if s.prec, err = p.integer(); err != nil {
			return s, err
		}
		if s.prec < 0 {
			return s, ValueErrorf("Format specifier missing precision")
		}
	}
	if s.width > MaxText || s.prec > MaxText {
		return s, errTooBig("the text")
	}
	if p.rest != "" {
		r, n := utf8.DecodeRuneInString(p.rest)
		if n != len(p.rest) {
			return s, ValueErrorf("Invalid format specifier '%s' for object of type '%s'", text, v.TypeName())
		}
		s.typ = r
	}
	if s.align == 0 {
		s.align = defaultAlign
	}
	return s, s.checkSeparator()
}

type specParser struct{ rest string }

func (p *specParser) peek() byte {
	if p.rest == "" {
		return 0
	}
	return p.rest[0]
}

func (p *specParser) take(c byte) bool {
	if p.peek() != c {
		return false
	}
	p.rest = p.rest[1:]
	return true
}

func isAlign(c byte) bool { return c == '<' || c == '>' || c == '^' || c == '=' }

// alignment reads [[fill]align] and tells whether a fill was given.
func (p *specParser) alignment(s *spec) bool {
	if p.rest == "" {
		return false
	}
	n := runeLen(p.rest)
	if n < len(p.rest) && isAlign(p.rest[n]) {
		s.fill, s.align = p.rest[:n], p.rest[n]
		p.rest = p.rest[n+1:]
		return true
	}
	if isAlign(p.rest[0]) {
		s.align = p.rest[0]
		p.rest = p.rest[1:]
	}
	return false
}

// integer reads digits, or gives -1.
func (p *specParser) integer() (int, error) {
	end := 0
	for end < len(p.rest) && isASCIIDigit(p.rest[end]) {
		end++
	}
	if end == 0 {
		return -1, nil
	}
	n, _, err := fieldNumber(p.rest[:end])
	p.rest = p.rest[end:]
	return n, err
}

func (p *specParser) grouping(s *spec) error {
	if p.take(',') {
		s.sep = ','
	}
	if p.take('_') {
		if s.sep != 0 {
			return ValueErrorf("Cannot specify both ',' and '_'.")
		}
		s.sep = '_'
	}
	if p.peek() == ',' {
		if s.sep == '_' {
			return ValueErrorf("Cannot specify both ',' and '_'.")
		}
	}
	return nil
}

func (s spec) checkSeparator() error {
	if s.sep == 0 {
		return nil
	}
	switch s.typ {
	case 0, 'd', 'e', 'f', 'g', 'E', 'G', '%', 'F':
		return nil
	case 'b', 'o', 'x', 'X':
		if s.sep == '_' {
			return nil
		}
	}
	if s.typ > 32 && s.typ < 128 {
		return ValueErrorf("Cannot specify '%c' with '%c'.", s.sep, s.typ)
	}
	return ValueErrorf("Cannot specify '%c' with '\\x%x'.", s.sep, s.typ)
}

func (s spec) unknownType(v Value) error {
	if s.typ > 32 && s.typ < 128 {
		return ValueErrorf("Unknown format code '%c' for object of type '%s'", s.typ, v.TypeName())
	}
	return ValueErrorf("Unknown format code '\\x%x' for object of type '%s'", s.typ, v.TypeName())
}

func formatStr(text, specText string) (string, error) {
	s, err := parseSpec(specText, Str(""), '<', 's')
	switch {
	case err != nil:
		return "", err
	case s.typ != 's':
		return "", s.unknownType(Str(""))
	case s.sign == ' ':
		return "", ValueErrorf("Space not allowed in string format specifier")
	case s.sign != 0:
		return "", ValueErrorf("Sign not allowed in string format specifier")
	case s.noNeg:
		return "", ValueErrorf("Negative zero coercion (z) not allowed in string format specifier")
	case s.alt:
		return "", ValueErrorf("Alternate form (#) not allowed in string format specifier")
	case s.align == '=':
		return "", ValueErrorf("'=' alignment not allowed in string format specifier")
	}
	if s.prec >= 0 {
		text = text[:byteOffset(text, s.prec)]
	}
	return s.pad("", text), nil
}

// pad brings a text to its width; with = the fill goes between sign and text.
func (s spec) pad(sign, text string) string {
	missing := s.width - runeCount(sign) - runeCount(text)
	if missing <= 0 {
		return sign + text
	}
	switch s.align {
	case '<':
		return sign + text + strings.Repeat(s.fill, missing)
	case '^':
		return pad(sign+text, s.fill, missing/2, missing-missing/2)
	case '=':
		return sign + strings.Repeat(s.fill, missing) + text
	}
	return strings.Repeat(s.fill, missing) + sign + text
}

func (s spec) signText(negative bool) string {
	switch {
	case negative:
		return "-"
	case s.sign == '+' || s.sign == ' ':
		return string(s.sign)
	}
	return ""
}

// numeric puts a number together: sign and prefix, grouped digits, the rest.
func (s spec) numeric(sign, digits, rest string) string {
	least := 0
	if s.fill == "0" && s.align == '=' {
		least = s.width - len(sign) - len(rest)
	}
	if digits != "" {
		digits = s.group(digits, least)
	}
	return s.pad(sign, digits+rest)
}

// group puts separators into digits and zeros before them up to a least width,
// which a separator never starts.
func (s spec) group(digits string, least int) string {
	if s.sep == 0 {
		return strings.Repeat("0", max(least-len(digits), 0)) + digits
	}
	size := 3
	switch s.typ {
	case 'b', 'o', 'x', 'X':
		size = 4
	}
	var groups []string
	for {
		n := min(size, max(len(digits), least, 1))
		cut := max(len(digits)-n, 0)
		groups = append(groups, strings.Repeat("0", max(n-len(digits), 0))+digits[cut:])
		digits = digits[:cut]
		if least -= n; digits == "" && least <= 0 {
			break
		}
		least--
	}
	var b strings.Builder
	for i := len(groups) - 1; i >= 0; i-- {
		b.WriteString(groups[i])
		if i > 0 {
			b.WriteByte(s.sep)
		}
	}
	return b.String()
}

func formatInt(x num, s spec, v Value) (string, error) {
	switch s.typ {
	case 'e', 'E', 'f', 'F', 'g', 'G', '%':
		f, err := x.float()
		if err != nil {
			return "", err
		}
		return formatFloat(f, s, v)
	case 'b', 'c', 'd', 'o', 'x', 'X', 'n':
	default:
		return "", s.unknownType(v)
	}
	switch {
	case s.prec >= 0:
		return "", ValueErrorf("Precision not allowed in integer format specifier")
	case s.noNeg:
		return "", ValueErrorf("Negative zero coercion (z) not allowed in integer format specifier")
	case s.typ == 'c':
		return formatChar(x, s)
	}
	radix, prefix := 10, ""
	switch s.typ {
	case 'b':
		radix, prefix = 2, "0b"
	case 'o':
		radix, prefix = 8, "0o"
	case 'x':
		radix, prefix = 16, "0x"
	case 'X':
		radix, prefix = 16, "0X"
	}
	digits := new(big.Int).Abs(x.bigOf()).Text(radix)
	if s.typ == 'X' {
		digits = strings.ToUpper(digits)
	}
	if !s.alt {
		prefix = ""
	}
	return s.numeric(s.signText(x.sign() < 0)+prefix, digits, ""), nil
}

func formatChar(x num, s spec) (string, error) {
	switch {
	case s.sign != 0:
		return "", ValueErrorf("Sign not allowed with integer format specifier 'c'")
	case s.alt:
		return "", ValueErrorf("Alternate form (#) not allowed with integer format specifier 'c'")
	case x.kind == numBig:
		return "", Errorf("OverflowError", "Python int too large to convert to C long")
	case x.i < 0 || x.i > utf8.MaxRune:
		return "", Errorf("OverflowError", "%%c arg not in range(0x110000)")
	}
	return s.numeric("", "", string(rune(x.i))), nil
}

func formatFloat(f float64, s spec, v Value) (string, error) {
	style := floatStyle{typ: 'r', prec: s.prec, alt: s.alt}
	rest := ""
	switch s.typ {
	case 0:
		style.dot0 = true
		if s.prec >= 0 {
			style.typ = 'g'
		}
	case 'e', 'E', 'f', 'F', 'g', 'G':
		style.typ = byte(s.typ)
	case 'n':
		style.typ = 'g'
	case '%':
		f *= 100
		style.typ, rest = 'f', "%"
	default:
		return "", s.unknownType(v)
	}
	if style.typ != 'r' && style.prec < 0 {
		style.prec = 6
	}
	text := style.text(math.Abs(f))
	negative := math.Signbit(f) && !math.IsNaN(f)
	if s.noNeg && strings.Trim(strings.ToLower(text), "0.e+-") == "" {
		negative = false
	}
	end := 0
	for end < len(text) && isASCIIDigit(text[end]) {
		end++
	}
	return s.numeric(s.signText(negative), text[:end], text[end:]+rest), nil
}
