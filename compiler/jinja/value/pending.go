package value

import (
	"fmt"
	"unicode"
)

func isPrintable(r rune) bool { return unicode.IsPrint(r) }

// Decimal is a Python decimal.Decimal, the numbers that a warehouse returns.
type Decimal struct{ s string }

// TypeName implements Value.
func (*Decimal) TypeName() string { return "decimal.Decimal" }

// ParseDecimal reads a Decimal as Python's constructor does.
func ParseDecimal(s string) (*Decimal, error) { return &Decimal{s}, nil }

// GetAttr is jinja2's environment.getattr: the attribute (a method, or an
// Object's own), then the item; Undefined when there is neither.
func GetAttr(v Value, name string) (Value, error) {
	if d, ok := v.(*Dict); ok {
		if x, ok := d.GetStr(name); ok {
			return x, nil
		}
	}
	if o, ok := v.(Object); ok {
		if x, ok := o.Attr(name); ok {
			return x, nil
		}
	}
	return &Undefined{Name: name, Obj: v}, nil
}

// GetItem is jinja2's environment.getitem: the item, then for a str key the
// attribute; Undefined when there is neither.
func GetItem(v, key Value) (Value, error) {
	if d, ok := v.(*Dict); ok {
		if x, ok := d.Get(key); ok {
			return x, nil
		}
	}
	if s, ok := key.(Str); ok {
		return GetAttr(v, string(s))
	}
	return &Undefined{Key: key, Obj: v}, nil
}

// GetSlice is v[lo:hi:step]; an absent bound is None.
func GetSlice(v, lo, hi, step Value) (Value, error) { return nil, fmt.Errorf("slices") }

// CallMethod calls a method without making a bound method first. False means
// that v has no such method: then GetAttr and a call apply.
func CallMethod(t Thread, v Value, name string, args Args) (Value, bool, error) {
	return nil, false, nil
}

// Percent is Python's format % args.
func Percent(format string, args Value) (string, error) { return "", fmt.Errorf("percent") }

// Format is Python's format.format(*args, **kwargs) as jinja2's sandbox does it.
func Format(format string, args Args) (string, error) { return "", fmt.Errorf("format") }

// FormatSpec is Python's format(v, spec).
func FormatSpec(v Value, spec string) (string, error) { return "", fmt.Errorf("format") }

// FromGo makes a value of a Go value: nil, bool, numbers, string, []byte,
// []any, []string, map[string]any (by sorted keys), time.Time and Values.
func FromGo(x any) Value { return None }

// ToGo makes a Go value of a value: nil, bool, int64, *big.Int, float64, string,
// []any, map[string]any.
func ToGo(v Value) any { return nil }

// FromJSON is Python's json.loads.
func FromJSON(text string) (Value, error) { return nil, fmt.Errorf("json") }

// JSONOptions are the options of json.dumps.
type JSONOptions struct {
	SortKeys bool
	Indent   string // written once a level; "" writes one line
	Unicode  bool   // ensure_ascii=False: characters beyond ASCII as they are
	Compact  bool   // separators=(',', ':')
}

// ToJSON is Python's json.dumps.
func ToJSON(v Value, o JSONOptions) (string, error) { return "", fmt.Errorf("json") }

// ToInt is Python's int(v), or int(v, base) when base is not 10.
func ToInt(v Value, base int) (Value, error) { return nil, fmt.Errorf("int") }

// ToFloat is Python's float(v).
func ToFloat(v Value) (Value, error) { return nil, fmt.Errorf("float") }

// Abs is Python's abs(v).
func Abs(v Value) (Value, error) { return nil, fmt.Errorf("abs") }

// Round is Python's round(v, digits); digits None rounds to an int.
func Round(v, digits Value) (Value, error) { return nil, fmt.Errorf("round") }

// Sum is Python's sum(items, start).
func Sum(v, start Value) (Value, error) { return nil, fmt.Errorf("sum") }

// KeyFunc gives the key by which an item is sorted or compared.
type KeyFunc func(item Value) (Value, error)

// SortItems sorts in place, stably, by key (nil: the items themselves).
func SortItems(items []Value, key KeyFunc, reverse bool) error { return fmt.Errorf("sort") }

// Extreme is Python's min (op OpLt) or max (op OpGt) of items, which must not be
// empty; the first of equals wins.
func Extreme(op Op, items []Value, key KeyFunc) (Value, error) { return nil, fmt.Errorf("min") }

// ParseInt reads an int literal in base 2 to 36, or 0 for Python's prefixes.
func ParseInt(s string, base int) (Value, error) { return nil, fmt.Errorf("int") }

// Zip is Python's zip(*iterables).
func Zip(sources ...Value) (Value, error) { return nil, fmt.Errorf("zip") }

// Enumerate is Python's enumerate(v, start).
func Enumerate(v Value, start int) (Value, error) { return nil, fmt.Errorf("enumerate") }

func index(v Value) (int64, error) { return 0, nil }
