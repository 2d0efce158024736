package engine

import (
	"strings"
	"testing"
)

func fields(f *csvFile) string {
	lines := []string{strings.Join(f.header, "|")}
	for _, rec := range f.records {
		var cells []string
		for _, c := range rec {
			cells = append(cells, c.text)
		}
		lines = append(lines, strings.Join(cells, "|"))
	}
	return strings.Join(lines, "\n")
}

func TestReadCSV(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"a,b\n1,2\n", "a|b\n1|2"},
		{"\ufeffa,b\r\n1,2", "a|b\n1|2"},
		{"a\rb\rc", "a\nb\nc"},
		{"a,b\n\"x,\"\"y\"\"\",\"l1\nl2\"\n", "a|b\nx,\"y\"|l1\nl2"},
		{"a,b\nx\"y,\"q\"rest\n", "a|b\nx\"y|qrest"},
		{"a,b\n,\n", "a|b\n|"},
		{"a,b\n\n\r\n1,2\n\n", "a|b\n1|2"},
		{"a\n\"open", "a\nopen"},
	} {
		f, err := readCSV([]byte(c.text), ',')
		if err != nil {
			t.Errorf("%q: %v", c.text, err)
		} else if got := fields(f); got != c.want {
			t.Errorf("%q: %q, want %q", c.text, got, c.want)
		}
	}
	for _, text := range []string{"", "\n\n", "a,b\n1\n", "a\n1,2\n", "a\n\xff"} {
		if _, err := readCSV([]byte(text), ','); err == nil {
			t.Errorf("%q is accepted", text)
		}
	}
}

func TestInference(t *testing.T) {
	for _, c := range []struct {
		values string // separated by bars
		want   seedType
	}{
		{"", typeInteger}, {"1|2", typeInteger}, {"1|null|", typeInteger}, {"1.0|2.00", typeInteger}, {"+5|-6", typeInteger},
		{"1,000|$5|7%", typeInteger}, {"2147483647", typeInteger}, {"2147483648", typeBigint}, {"-3000000000", typeBigint},
		{"1.5|2", typeNumber}, {"1e3", typeNumber}, {".5", typeNumber}, {"nan", typeNumber}, {"1_000", typeInteger},
		{"1|x", typeText}, {"--1|x", typeText}, {"1 000", typeText}, {"٣|x", typeText},
		{"2024-01-02|2024-1-3", typeDate}, {"2024-01-02|2024-02-30", typeText}, {"24-01-02", typeText},
		{"2024-01-02 10:00:00", typeDateTime}, {"2024-01-02 10:00:00.5", typeText}, {"2024-01-02T10:00:00.5Z", typeDateTime},
		{"2024-01-02T10:00:00+01:00", typeDateTime}, {"2024-01-02 10:00:00|2024-01-02T10:00:00", typeText}, {"2024-01-02|2024-01-02 10:00:00", typeText},
		{"true|FALSE", typeBoolean}, {"true|yes", typeText}, {"true|1", typeText}, {"null|NULL", typeInteger},
	} {
		var f inference
		for _, v := range strings.Split(c.values, "|") {
			f.see(v)
		}
		if got := f.result(); got != c.want {
			t.Errorf("%q: %d, want %d", c.values, got, c.want)
		}
	}
}

func TestNameColumns(t *testing.T) {
	table := &seedTable{csvFile: &csvFile{header: []string{"a", "", "a", "a", ""}}}
	table.nameColumns()
	if got := strings.Join(table.header, " "); got != "a b a_2 a_3 e" {
		t.Error(got)
	}
}

func FuzzReadCSV(f *testing.F) {
	for _, text := range []string{"a,b\n1,2\n", "a\n\"x\"\"y\"\n", "\ufeffa;b\r\n;\r", "\"", "a,\"b\n"} {
		f.Add([]byte(text), byte(','))
	}
	f.Fuzz(func(t *testing.T, text []byte, delimiter byte) {
		file, err := readCSV(text, delimiter)
		if err != nil {
			return
		}
		table := &seedTable{csvFile: file}
		table.nameColumns()
		table.infer(nil)
		for row := range table.rows() {
			if len(row) != len(table.header) {
				t.Fatalf("%d cells for %d columns", len(row), len(table.header))
			}
		}
		for _, rec := range file.records {
			for _, c := range rec {
				if c.offset < 0 || c.offset > len(text) {
					t.Fatalf("offset %d outside of the text", c.offset)
				}
			}
		}
	})
}
