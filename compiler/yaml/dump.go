package yaml

import (
	"encoding/base64"
	"fmt"
	"math"
	"sort"
	"strings"

	"mdl/compiler/diag"
	"mdl/compiler/jinja/value"
)

// FromText reads YAML as dbt's fromyaml does: yaml.safe_load. Its error is a
// *diag.Diagnostic whose file is the text.
func FromText(text string) (value.Value, error) {
	n, diags := Parse(diag.NewFile("<yaml>", text))
	if err := diags.Err(); err != nil {
		return nil, err
	}
	return n.ToValue(), nil
}

// ToYAML writes a value as PyYAML's safe_dump does, with the keys sorted or in
// their order. Its error is a value that YAML cannot hold.
func ToYAML(v value.Value, sortKeys bool) (string, error) {
	d := dumper{sortKeys: sortKeys, anchors: map[value.Value]string{}, written: map[value.Value]bool{}}
	if err := d.findShared(v, map[value.Value]bool{}); err != nil {
		return "", err
	}
	d.node(v, -1, inRoot)
	if d.column > 0 {
		d.newline()
	}
	if d.openEnded {
		d.write("...\n")
	}
	return d.out.String(), nil
}

// lineWidth is the column behind which PyYAML folds a line at the next space.
const lineWidth = 80

// place is what a value stands in; it decides where its first line starts.
type place uint8

const (
	inRoot place = iota
	inSequence
	inMapping
)

// dumper writes one document. All its output is ASCII, so that columns are
// bytes.
type dumper struct {
	out       strings.Builder
	column    int
	sortKeys  bool
	anchors   map[value.Value]string // of the values that occur more than once
	written   map[value.Value]bool   // whose anchor is out already
	openEnded bool                   // a plain text at the root needs "..." behind it
}

func (d *dumper) write(s string) {
	d.out.WriteString(s)
	d.column += len(s)
}

func (d *dumper) newline() {
	d.out.WriteByte('\n')
	d.column = 0
}

// space separates a value from the ":" or "-" in front of it.
func (d *dumper) space() {
	if d.column > 0 {
		d.write(" ")
	}
}

func (d *dumper) indent(n int) {
	d.newline()
	d.write(strings.Repeat(" ", n))
}

// findShared checks that the value can be dumped and numbers the containers
// that occur twice in the order in which the second use is met.
func (d *dumper) findShared(v value.Value, seen map[value.Value]bool) error {
	children, container, err := d.children(v)
	if err != nil || !container {
		return err
	}
	if _, empty := v.(*value.Tuple); !empty || len(children) > 0 {
		if seen[v] {
			if d.anchors[v] == "" {
				d.anchors[v] = fmt.Sprintf("id%03d", len(d.anchors)+1)
			}
			return nil
		}
		seen[v] = true
	}
	for _, child := range children {
		if err := d.findShared(child, seen); err != nil {
			return err
		}
	}
	return nil
}

// children are the elements of a container: of a dict, keys and values by turns.
func (d *dumper) children(v value.Value) (children []value.Value, container bool, err error) {
	switch v := v.(type) {
	case value.NoneType, value.Bool, value.Int, *value.BigInt, value.Float, value.Str, value.Bytes, *value.Date, *value.DateTime:
		return nil, false, nil
	case *value.List:
		return v.Items(), true, nil
	case *value.Tuple:
		return v.Items(), true, nil
	case *value.Dict:
		for _, key := range d.keys(v) {
			item, _ := v.Get(key)
			children = append(children, key, item)
		}
		return children, true, nil
	}
	return nil, false, fmt.Errorf("YAML cannot hold a value of type %s", v.TypeName())
}

// keys are a dict's keys in the order of the output. Keys that cannot be
// compared stay in their own order.
func (d *dumper) keys(v *value.Dict) []value.Value {
	keys := v.Keys()
	if !d.sortKeys {
		return keys
	}
	sorted := append([]value.Value(nil), keys...)
	var failed error
	sort.SliceStable(sorted, func(i, j int) bool {
		less, err := value.Compare(value.OpLt, sorted[i], sorted[j])
		if err != nil {
			failed = err
		}
		return less
	})
	if failed != nil {
		return keys
	}
	return sorted
}

// node writes a value that stands in a container with the given indentation
// (-1: at the root).
func (d *dumper) node(v value.Value, indent int, in place) {
	children, container, _ := d.children(v)
	if !container {
		d.scalar(v, max(indent, 0)+2, in)
		return
	}
	if anchor := d.anchors[v]; anchor != "" {
		d.space()
		if d.written[v] {
			d.write("*" + anchor)
			return
		}
		d.write("&" + anchor)
		d.written[v] = true
	}
	_, isDict := v.(*value.Dict)
	switch {
	case len(children) == 0 && isDict:
		d.space()
		d.write("{}")
	case len(children) == 0:
		d.space()
		d.write("[]")
	case isDict:
		d.mapping(children, indent, in)
	default:
		d.sequence(children, indent, in)
	}
}

// start moves to where the first line of a block starts: behind the "-" of a
// sequence, where nothing else is there, or on a line of its own.
func (d *dumper) start(indent int) {
	switch {
	case d.column == indent-1 || d.column == 0 && indent == 0:
		d.write(strings.Repeat(" ", indent-d.column))
	default:
		d.indent(indent)
	}
}

func (d *dumper) sequence(items []value.Value, indent int, in place) {
	if in != inMapping {
		indent = nested(indent)
	}
	for i, item := range items {
		if i == 0 && in != inMapping {
			d.start(indent)
		} else {
			d.indent(indent)
		}
		d.write("-")
		d.node(item, indent, inSequence)
	}
}

func (d *dumper) mapping(pairs []value.Value, indent int, in place) {
	indent = nested(indent)
	for i := 0; i < len(pairs); i += 2 {
		if i == 0 && in != inMapping {
			d.start(indent)
		} else {
			d.indent(indent)
		}
		if key, ok := simpleKey(pairs[i]); ok {
			d.write(key + ":")
		} else {
			d.write("?")
			d.node(pairs[i], indent, inMapping)
			d.indent(indent)
			d.write(":")
		}
		d.node(pairs[i+1], indent, inMapping)
	}
}

func nested(indent int) int {
	if indent < 0 {
		return 0
	}
	return indent + 2
}

// simpleKey is the text of a key that fits in front of its colon.
func simpleKey(key value.Value) (string, bool) {
	text, isStr := key.(value.Str)
	if !isStr {
		plainText, ok := plainScalar(key)
		return plainText, ok
	}
	runes := []rune(string(text))
	if len(runes) == 0 || len(runes) >= 128 || strings.ContainsAny(string(text), breaks) {
		return "", false
	}
	k := dumper{}
	k.text(string(text), -1)
	return k.out.String(), true
}

// plainScalar is the text of a value that is neither a text nor a container.
func plainScalar(v value.Value) (string, bool) {
	switch v := v.(type) {
	case value.NoneType:
		return "null", true
	case value.Bool:
		return strings.ToLower(value.ToStr(v)), true
	case value.Int, *value.BigInt, *value.Date, *value.DateTime:
		return value.ToStr(v), true
	case value.Float:
		return floatText(v), true
	}
	return "", false
}

func floatText(v value.Float) string {
	f := float64(v)
	switch {
	case math.IsNaN(f):
		return ".nan"
	case math.IsInf(f, 1):
		return ".inf"
	case math.IsInf(f, -1):
		return "-.inf"
	}
	text := strings.ToLower(value.Repr(v))
	if !strings.Contains(text, ".") {
		text = strings.Replace(text, "e", ".0e", 1)
	}
	return text
}

func (d *dumper) scalar(v value.Value, indent int, in place) {
	if text, ok := plainScalar(v); ok {
		d.space()
		d.write(text)
		d.openEnded = in == inRoot
		return
	}
	d.space()
	if raw, ok := v.(value.Bytes); ok {
		d.binary(string(raw), indent)
		return
	}
	isPlain := d.text(value.ToStr(v), indent)
	d.openEnded = isPlain && in == inRoot
}

// binaryLine is how many letters of base64 stand in a line.
const binaryLine = 76

// binary writes bytes as a block of base64.
func (d *dumper) binary(raw string, indent int) {
	d.write("!!binary |")
	text := base64.StdEncoding.EncodeToString([]byte(raw))
	for len(text) > 0 {
		n := min(binaryLine, len(text))
		d.indent(indent)
		d.write(text[:n])
		text = text[n:]
	}
}
