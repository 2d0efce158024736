package yaml

import (
	"encoding/base64"
	"math"
	"math/big"
	"strconv"
	"strings"

	"mdl/compiler/jinja/value"
)

// scalarTags are the tags that resolve knows.
var scalarTags = []string{"!!str", "!!null", "!!bool", "!!int", "!!float", "!!timestamp", "!!binary"}

// resolve sets the kind and value of a scalar: of the given tag, or, where
// there is none, by the rules of PyYAML's SafeLoader, which are those of YAML
// 1.1 with fewer spellings of a float. It reports whether the text can mean
// what the tag or its shape says.
func (n *Node) resolve(text, tag string) bool {
	n.Text = text
	switch tag {
	case "":
		if n.style != plain {
			n.Kind = String
			return true
		}
		return n.resolvePlain(text)
	case "!!str", "!":
		n.Kind = String
		return true
	case "!!null":
		n.Kind = Null
		return true
	case "!!bool":
		return n.resolveBool(text)
	case "!!int":
		return n.resolveInt(text)
	case "!!float":
		return n.resolveFloat(text) || n.resolveIntAsFloat(text)
	case "!!timestamp":
		return n.resolveTime(text)
	case "!!binary":
		raw, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), ""))
		n.Kind, n.Text = Binary, string(raw)
		return err == nil
	}
	return false
}

// resolvePlain dispatches on the first letter, as PyYAML does.
func (n *Node) resolvePlain(text string) bool {
	n.Kind = String
	if text == "" {
		n.Kind = Null
		return true
	}
	switch c := text[0]; {
	case strings.IndexByte("yYnNtTfFoO~", c) >= 0:
		if isNull(text) {
			n.Kind = Null
			return true
		}
		n.resolveBool(text)
	case c >= '0' && c <= '9' || c == '-' || c == '+' || c == '.':
		if n.resolveFloat(text) || n.resolveInt(text) {
			return true
		}
		if c >= '0' && isTime(text) {
			return n.resolveTime(text)
		}
	}
	return true
}

func isNull(text string) bool {
	return text == "~" || text == "null" || text == "Null" || text == "NULL"
}

// resolveBool reads yes, no, on, off, true and false in lower case, upper case
// and with a capital first letter.
func (n *Node) resolveBool(text string) bool {
	if len(text) > 5 {
		return false
	}
	low := strings.ToLower(text)
	if text != low && text != strings.ToUpper(text) && text != strings.ToUpper(low[:1])+low[1:] {
		return false
	}
	switch low {
	case "yes", "true", "on":
		n.scalar = value.Bool(true)
	case "no", "false", "off":
		n.scalar = value.Bool(false)
	default:
		return false
	}
	n.Kind = Bool
	return true
}

// resolveInt reads decimal, octal (017), binary, hexadecimal and sexagesimal
// numbers with underscores between the digits.
func (n *Node) resolveInt(text string) bool {
	sign, body := cutSign(text)
	digits := strings.ReplaceAll(body, "_", "")
	base := 10
	switch {
	case body == "" || digits == "" || body[0] == '_':
		return false
	case digits == "0":
		n.Kind, n.scalar = Int, value.Int(0)
		return true
	case strings.HasPrefix(body, "0b"):
		base, digits = 2, digits[2:]
	case strings.HasPrefix(body, "0x"):
		base, digits = 16, digits[2:]
	case body[0] == '0':
		base = 8
	case strings.Contains(body, ":"):
		return n.resolveSexagesimal(sign, body)
	}
	if digits == "" || strings.ContainsAny(digits, "+-") {
		return false
	}
	if i, err := strconv.ParseInt(digits, base, 64); err == nil {
		n.Kind, n.scalar = Int, value.Int(sign*i)
		return true
	}
	big, ok := new(big.Int).SetString(digits, base)
	if !ok {
		return false
	}
	n.Kind, n.scalar = Int, bigInt(big, sign)
	return true
}

func bigInt(i *big.Int, sign int64) value.Value {
	return value.NewInt(new(big.Int).Mul(i, big.NewInt(sign)))
}

// resolveSexagesimal reads "190:20:30": digits in base 60 behind a first part.
func (n *Node) resolveSexagesimal(sign int64, body string) bool {
	total := new(big.Int)
	for i, part := range strings.Split(body, ":") {
		digits := part
		if i == 0 {
			digits = strings.ReplaceAll(part, "_", "")
		} else if !isSixty(part) {
			return false
		}
		v, ok := new(big.Int).SetString(digits, 10)
		if !ok || strings.ContainsAny(digits, "+-") {
			return false
		}
		total.Add(total.Mul(total, big.NewInt(60)), v)
	}
	n.Kind, n.scalar = Int, bigInt(total, sign)
	return true
}

// isSixty matches [0-5]?[0-9].
func isSixty(s string) bool {
	return len(s) == 1 && isDigit(s[0]) || len(s) == 2 && s[0] >= '0' && s[0] <= '5' && isDigit(s[1])
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func cutSign(text string) (sign int64, rest string) {
	switch {
	case strings.HasPrefix(text, "-"):
		return -1, text[1:]
	case strings.HasPrefix(text, "+"):
		return 1, text[1:]
	}
	return 1, text
}

// resolveFloat reads numbers with a point. An exponent needs its sign, and a
// number that starts with the point has no sign of its own: 1e3 and -.5 are
// texts in PyYAML.
func (n *Node) resolveFloat(text string) bool {
	sign, body := cutSign(text)
	signed := len(body) < len(text)
	switch body {
	case ".inf", ".Inf", ".INF":
		n.Kind, n.scalar = Float, value.Float(math.Inf(int(sign)))
		return true
	case ".nan", ".NaN", ".NAN":
		if signed {
			return false
		}
		n.Kind, n.scalar = Float, value.Float(math.NaN())
		return true
	}
	whole, frac, ok := strings.Cut(body, ".")
	if !ok {
		return false
	}
	if strings.Contains(whole, ":") {
		return n.resolveSexagesimalFloat(sign, whole, frac)
	}
	mantissa, exponent, hasExponent := cutExponent(frac)
	switch {
	case hasExponent && !isExponent(exponent),
		!allDigits(mantissa), !allDigits(whole),
		whole == "" && (signed || mantissa == "" || mantissa[0] == '_'),
		whole != "" && whole[0] == '_':
		return false
	}
	number := strings.ReplaceAll(whole+"."+mantissa, "_", "")
	if hasExponent {
		number += "e" + exponent
	}
	f, _ := strconv.ParseFloat(number, 64) // out of range gives infinity, as in Python
	n.Kind, n.scalar = Float, value.Float(float64(sign)*f)
	return true
}

func cutExponent(s string) (mantissa, exponent string, ok bool) {
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		return s[:i], s[i+1:], true
	}
	return s, "", false
}

// isExponent matches [-+][0-9]+.
func isExponent(s string) bool {
	return len(s) > 1 && (s[0] == '-' || s[0] == '+') && allDigits(s[1:]) && !strings.Contains(s, "_")
}

// allDigits matches [0-9_]*.
func allDigits(s string) bool {
	for i := 0; i < len(s); i++ {
		if !isDigit(s[i]) && s[i] != '_' {
			return false
		}
	}
	return true
}

// resolveSexagesimalFloat reads "190:20:30.15".
func (n *Node) resolveSexagesimalFloat(sign int64, whole, frac string) bool {
	parts := strings.Split(whole, ":")
	total := 0.0
	for i, part := range parts {
		digits := part
		if i == 0 {
			digits = strings.ReplaceAll(part, "_", "")
			if part == "" || !isDigit(part[0]) || !allDigits(part) {
				return false
			}
		} else if !isSixty(part) {
			return false
		}
		if i == len(parts)-1 {
			digits += "." + strings.ReplaceAll(frac, "_", "")
		}
		f, err := strconv.ParseFloat(digits, 64)
		if err != nil {
			return false
		}
		total = total*60 + f
	}
	if !allDigits(frac) {
		return false
	}
	n.Kind, n.scalar = Float, value.Float(float64(sign)*total)
	return true
}

// resolveIntAsFloat reads "!!float 3".
func (n *Node) resolveIntAsFloat(text string) bool {
	f, err := strconv.ParseFloat(strings.ReplaceAll(text, "_", ""), 64)
	if err != nil {
		return false
	}
	n.Kind, n.scalar = Float, value.Float(f)
	return true
}

// isTime reports whether a text has the shape of a date or a timestamp.
func isTime(text string) bool {
	_, _, ok := cutTime(text)
	return ok
}

// resolveTime reads a date (2024-01-31) or a timestamp. Its Text becomes the
// ISO form that Python's isoformat gives. It is false for a day that is in no
// calendar.
func (n *Node) resolveTime(text string) bool {
	m, clock, ok := cutTime(text)
	if !ok {
		return false
	}
	p := m.parts
	if !clock {
		d, err := value.NewDate(p[0], p[1], p[2])
		if n.Kind = Date; err == nil {
			n.setTime(d)
		}
		return err == nil
	}
	var zone value.TZInfo
	if m.zone {
		zone = value.NewFixedZone(int64(m.offset) * 1_000_000)
	}
	t, err := value.NewDateTime(p[0], p[1], p[2], p[3], p[4], p[5], p[6], zone)
	if n.Kind = Timestamp; err == nil {
		n.setTime(t)
	}
	return err == nil
}

// setTime makes the node a date or a timestamp.
func (n *Node) setTime(v value.Value) {
	n.Kind, n.scalar, n.Text = Date, v, value.ToStr(v)
	if _, ok := v.(*value.DateTime); ok {
		n.Kind, n.Text = Timestamp, strings.Replace(n.Text, " ", "T", 1)
	}
}
