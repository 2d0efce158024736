package value

import "fmt"

// Decimal is a Python decimal.Decimal, the numbers that a warehouse returns.
type Decimal struct{ s string }

// TypeName implements Value.
func (*Decimal) TypeName() string { return "decimal.Decimal" }

// ParseDecimal reads a Decimal as Python's constructor does.
func ParseDecimal(s string) (*Decimal, error) { return &Decimal{s}, nil }

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

func (d *Decimal) toInt() (Value, error)                  { return nil, nil }
func (d *Decimal) float() float64                         { return 0 }
func (d *Decimal) round(Value) (Value, error)             { return nil, nil }
func strFormat(_ Thread, s Str, a Args) (Value, error)    { return nil, nil }
func strFormatMap(_ Thread, s Str, a Args) (Value, error) { return nil, nil }
