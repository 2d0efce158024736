package yaml

import (
	"encoding/json"
	"math/big"
	"strconv"
	"strings"
	"testing"

	"mdl/compiler/diag"
	"mdl/compiler/jinja/value"
)

func TestDumpAgainstPyYAML(t *testing.T) {
	for _, c := range readCases(t).Dumps {
		v := decodeValue(t, c.Value)
		got, err := ToYAML(v, false)
		if err != nil || got != c.Want {
			t.Errorf("%s\ngot  %q\nwant %q (%v)", c.Value, got, c.Want, err)
		}
	}
}

func TestDumpTimes(t *testing.T) {
	v, err := FromText("a: 2024-01-31\nb: 2024-01-31T10:20:30.5+02:00\nc: 2024-01-31 1:02:03Z\n")
	if err != nil {
		t.Fatal(err)
	}
	want := "a: 2024-01-31\nb: 2024-01-31 10:20:30.500000+02:00\nc: 2024-01-31 01:02:03+00:00\n"
	if got, err := ToYAML(v, true); err != nil || got != want {
		t.Errorf("%q %v", got, err)
	}
	d := FromValue(v, diag.Span{})
	if d.Get("a").Kind != Date || d.Get("b").Kind != Timestamp || d.Get("b").Text != "2024-01-31T10:20:30.500000+02:00" {
		t.Errorf("%v", d)
	}
}

func TestDumpBinary(t *testing.T) {
	v, err := FromText("a: !!binary aGVsbG8=\nb: !!binary |\n  " + strings.Repeat("QUJD", 20) + "\n")
	if err != nil {
		t.Fatal(err)
	}
	want := "a: !!binary |\n  aGVsbG8=\nb: !!binary |\n  " + strings.Repeat("QUJD", 19) + "\n  QUJD\n"
	if got, err := ToYAML(v, true); err != nil || got != want {
		t.Errorf("%q %v", got, err)
	}
}

func TestDumpOrderAndSharing(t *testing.T) {
	shared := value.NewList(value.Int(1))
	d := value.NewDict()
	d.SetStr("b", shared)
	d.SetStr("a", shared)
	for _, c := range []struct {
		sort bool
		want string
	}{{true, "a: &id001\n- 1\nb: *id001\n"}, {false, "b: &id001\n- 1\na: *id001\n"}} {
		if got, err := ToYAML(d, c.sort); err != nil || got != c.want {
			t.Errorf("sorted %v: %q, %v", c.sort, got, err)
		}
	}
	shared.Append(shared)
	if got, err := ToYAML(shared, true); err != nil || got != "&id001\n- 1\n- *id001\n" {
		t.Errorf("a cycle: %q, %v", got, err)
	}
	if _, err := ToYAML(&value.Func{Name: "f"}, true); err == nil || !strings.Contains(err.Error(), "function") {
		t.Errorf("a function: %v", err)
	}
}

// decodeValue reads what make.py's encode wrote.
func decodeValue(t *testing.T, raw json.RawMessage) value.Value {
	t.Helper()
	var any any
	if err := json.Unmarshal(raw, &any); err != nil {
		t.Fatal(err)
	}
	return buildValue(any)
}

func buildValue(x any) value.Value {
	switch x := x.(type) {
	case nil:
		return value.None
	case bool:
		return value.Bool(x)
	case string:
		return value.Str(x)
	}
	m := x.(map[string]any)
	if s, ok := m["int"].(string); ok {
		i, _ := new(big.Int).SetString(s, 10)
		return value.NewInt(i)
	}
	if s, ok := m["float"].(string); ok {
		f, _ := strconv.ParseFloat(s, 64)
		return value.Float(f)
	}
	if pairs, ok := m["map"].([]any); ok {
		d := value.NewDict()
		for _, p := range pairs {
			_ = d.Set(buildValue(p.([]any)[0]), buildValue(p.([]any)[1]))
		}
		return d
	}
	var items []value.Value
	for _, key := range []string{"list", "tuple"} {
		if list, ok := m[key].([]any); ok {
			for _, item := range list {
				items = append(items, buildValue(item))
			}
		}
	}
	return value.NewList(items...)
}
