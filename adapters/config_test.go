package adapters

import "testing"

func TestFieldsReportsEveryMistake(t *testing.T) {
	f := NewFields(map[string]any{
		"path": []any{}, "threds": 4, "zzz": 1, "flag": "maybe", "n": 1.5,
		"list": []any{map[string]any{"name": "a", "pth": 1}, 3},
		"set":  map[string]any{"a": 1, "b": []any{}, "c": nil},
	})
	f.String("path", "")
	f.Int("threads", 1)
	f.Bool("flag")
	f.Int("n", 0)
	f.Each("list", func(f *Fields) { f.String("name", ""); f.String("path", "") })
	if got := f.Scalars("set"); len(got) != 1 || got[0] != (Setting{"a", "1"}) {
		t.Errorf("Scalars = %v", got)
	}
	want := `path: must be a text
flag: must be true or false
n: must be a whole number
list[0].pth: is not a known key; did you mean "path"?
list[1]: must be a mapping of keys to values
set.b: must be a text, a number or true/false
threds: is not a known key; did you mean "threads"?
zzz: is not a known key`
	if err := f.Err(); err == nil || err.Error() != want {
		t.Errorf("Err =\n%v\nwant\n%s", err, want)
	}
}

func TestFieldsDefaults(t *testing.T) {
	f := NewFields(map[string]any{"s": nil, "b": "TRUE", "i": "12", "t": 3})
	if s := f.String("s", "def"); s != "def" {
		t.Errorf("String = %q", s)
	}
	if s := f.String("t", ""); s != "3" {
		t.Errorf("String of a number = %q", s)
	}
	if !f.Bool("b") || f.Bool("absent") {
		t.Error("Bool")
	}
	if n := f.Int("i", 1); n != 12 {
		t.Errorf("Int = %d", n)
	}
	if err := f.Err(); err != nil {
		t.Error(err)
	}
}

func TestNearest(t *testing.T) {
	names := []string{"extensions", "settings", "schema", "path"}
	for in, want := range map[string]string{
		"extention": "extensions", "setings": "settings", "Path": "path", "xyzzy": "", "": "",
	} {
		if got := Nearest(in, names); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", in, got, want)
		}
	}
}
