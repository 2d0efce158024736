package yaml

import (
	"strings"
	"testing"

	"mdl/compiler/diag"
)

// flatten lists the source of every node: keys, values, then what is in them.
func flatten(n *Node, out []string) []string {
	out = append(out, n.Span.Text())
	for _, item := range n.Items {
		out = flatten(item, out)
	}
	for _, p := range n.Pairs {
		out = flatten(p.Value, append(out, p.Key.Span.Text()))
	}
	return out
}

func TestSpans(t *testing.T) {
	for _, c := range []struct {
		text string
		want []string
	}{
		{"a: 1\n", []string{"a: 1", "a", "1"}},
		{"\ufeffa: 1\r\nb: é\r\n", []string{"a: 1\r\nb: é", "a", "1", "b", "é"}},
		{"é: 'it''s' # c\n", []string{"é: 'it''s'", "é", "'it''s'"}},
		{"a:\n  - x\n  - \"y\\\"z\"\n", []string{"a:\n  - x\n  - \"y\\\"z\"", "a", "- x\n  - \"y\\\"z\"", "x", "\"y\\\"z\""}},
		{"a: [1, {b: c}, ]\nd:\n", []string{"a: [1, {b: c}, ]\nd:", "a", "[1, {b: c}, ]", "1", "{b: c}", "b", "c", "d", ""}},
		{"a: []\nb: { }\n", []string{"a: []\nb: { }", "a", "[]", "b", "{ }"}},
		{"a: |\n  x\n   y\n\n\nb: >-\n  z\n", []string{"a: |\n  x\n   y\n\n\nb: >-\n  z", "a", "|\n  x\n   y", "b", ">-\n  z"}},
		{"a: one\n  two # c\nb: &x !!str 3\nc: *x\n", []string{"a: one\n  two # c\nb: &x !!str 3\nc: *x", "a", "one\n  two", "b", "3", "c", "3"}},
		{"- &x\n  a: 1\n- *x\n", []string{"- &x\n  a: 1\n- *x", "a: 1", "a", "1", "a: 1", "a", "1"}},
		{"- - a\n  - b: c\n", []string{"- - a\n  - b: c", "- a\n  - b: c", "a", "b: c", "b", "c"}},
		{"[a, # x ]\n b]", []string{"[a, # x ]\n b]", "a", "b"}},
	} {
		n, diags := Parse(diag.NewFile("x.yml", c.text))
		if len(diags) > 0 {
			t.Errorf("%q: %v", c.text, diags)
			continue
		}
		if got := flatten(n, nil); strings.Join(got, "|") != strings.Join(c.want, "|") {
			t.Errorf("%q\ngot  %q\nwant %q", c.text, got, c.want)
		}
	}
}

func TestLocate(t *testing.T) {
	for _, c := range []struct{ text, find string }{
		{"k: a {{ bad }} b\n", "bad"},
		{"k: 'a {{ bad }} b'\n", "bad"},
		{"k: \"é {{ bad }}\"\n", "bad"},
		{"k: 'it''s\n\n  {{ bad }}'\n", "bad"},
		{"k: |\n  {{ x }}\n  {{ bad }}\n", "bad"},
		{"k: |\n  {{ bad }}\n", "bad"},
		{"- k:\n  - |\n    a\n\n    a\n    a bad\n", "bad"},
	} {
		n, _ := Parse(diag.NewFile("x.yml", c.text))
		for n.Kind != String {
			if n.Kind == Sequence {
				n = n.Items[0]
			} else {
				n = n.Pairs[0].Value
			}
		}
		i := strings.Index(n.Text, c.find)
		span := n.Locate(i, i+len(c.find))
		if span.Text() != c.find || span.Start != strings.Index(c.text, c.find) {
			t.Errorf("%q: %q at %d", c.text, span.Text(), span.Start)
		}
	}
	n := NewString("abc", diag.Span{File: diag.NewFile("x", "{{ y }}"), End: 7})
	if got := n.Locate(1, 2); got != n.Span {
		t.Errorf("a text that no one wrote: %v", got)
	}
}

func TestSyntaxErrors(t *testing.T) {
	for _, c := range []struct{ text, want, hint string }{
		{"a:\n\t- b\n", "2:1: error E151: a tab cannot indent YAML", "use spaces"},
		{"a: 1\nb: {{ x }}\n", "2:4: error E151: a Jinja expression must be quoted", `write it as "{{ ... }}"`},
		{"a: 1\nb: {{ x }}_y\n", "2:4: error E151: a value that starts with Jinja must be quoted", `put quotes around the whole value: "{{ ... }}"`},
		{"a:\n  - {% x %}\n", "2:5: error E151: a value that starts with Jinja must be quoted", `put quotes around the whole value: "{{ ... }}"`},
		{"a: 1\nb: @x\n", "2:4: error E151: a value cannot start with @", "put quotes around the whole value"},
		{"a: 1\nb: *x\n", "2:4: error E151: this refers to an anchor that is not defined above", "if the value is meant to start with *, put quotes around it"},
		{"a: 1\nb: *\n", "2:4: error E151: this refers to an anchor that is not defined above", "if the value is meant to start with *, put quotes around it"},
		{"a: 1\nb: c: d\n", "2:5: error E151: a value cannot contain \": \"", "put quotes around the whole value"},
		{"a: 1\nb: 'x\nc: d\ne: f\n", "2:4: error E151: this quote is never closed", ""},
		{"a: 1\nb: [x\nc: d\ne: f\n", "2:4: error E151: this bracket is not closed, or a comma is missing behind it", ""},
		{"models:\n  - name: x\n    columns:\n      - name: a\n  desc: y\n", "5:3: error E151: this line stands among the items of a list and is none", "start it with -, or indent it as far as the item's other keys"},
		{"models:\n  - name\n    columns: 1\n", "2:5: error E151: a colon is missing behind this key", ""},
		{"models:\n  - name: x\n    description\n    columns: 1\n", "3:5: error E151: a colon is missing behind this key", ""},
		{"models:\n  - name: x\n     columns: 1\n", "3:6: error E151: this key is indented as if it belonged to the text above it", "keys of one mapping start in one column; quote the text above if it goes on here"},
		{"a: 'x' y\nb: 1\n", "1:8: error E151: nothing can stand behind the closing quote", "put the whole value in quotes, and double the quotes inside: 'it''s'"},
		{"a: 1\n---\nb: 2\n", "2:1: error E151: a file must hold one YAML document, a second one starts here", ""},
		{"a: \x01\n", "1:4: error E151: this character cannot be in YAML", ""},
		{"a: \xff\n", "1:4: error E151: the file is not UTF-8", "save it as UTF-8"},
		{"a: !x 1\n", "1:7: error E153: the tag !x is not supported", ""},
		{"a: 2024-13-01\n", "1:4: error E153: there is no such day or time", ""},
		{"a: &x [*x]\n", "1:8: error E152: the anchor \"x\" contains itself", ""},
		{"a: 1\n<<: 3\n", "2:5: error E153: a merge key needs a mapping, this is a number", ""},
		{"a: 1\n b: 2\n c: 3\n", "2:2: error E151: this key is indented as if it belonged to the text above it", "keys of one mapping start in one column; quote the text above if it goes on here"},
	} {
		_, diags := Parse(diag.NewFile("x.yml", c.text))
		if len(diags) != 1 || diags[0].Headline() != "x.yml:"+c.want || diags[0].Hint != c.hint {
			t.Errorf("%q\ngot  %v\nwant %s (%s)", c.text, diags, c.want, c.hint)
		}
	}
}

func TestDuplicateKey(t *testing.T) {
	_, diags := Parse(diag.NewFile("x.yml", "a: 1\nb: 2\na: 3\n"))
	if len(diags) != 1 || diags[0].Headline() != `x.yml:3:1: warning W151: the key "a" is here a second time; the last one wins` {
		t.Fatal(diags)
	}
	if line, _ := diags[0].Notes[0].Span.Position(); line != 1 {
		t.Error("the first place is missing")
	}
}

// TestLaughs: nine levels of ten aliases each are a thousand million values.
func TestLaughs(t *testing.T) {
	var b strings.Builder
	b.WriteString("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n")
	for i := 1; i < 9; i++ {
		p := "*a" + string(rune('0'+i-1))
		b.WriteString("a" + string(rune('0'+i)) + ": &a" + string(rune('0'+i)) + " [" + strings.Repeat(p+", ", 10) + "]\n")
	}
	_, diags := Parse(diag.NewFile("x.yml", b.String()))
	if len(diags) != 1 || diags[0].Code != "E152" {
		t.Fatal(diags)
	}
	deep := strings.Repeat("[", 600) + strings.Repeat("]", 600)
	if _, diags := Parse(diag.NewFile("x.yml", deep)); len(diags) != 1 || diags[0].Code != "E152" {
		t.Fatal(diags)
	}
}

func FuzzYAML(f *testing.F) {
	for _, seed := range []string{
		"a: 1\n", "a: [1, {b: c}]\n", "a: |\n  x\n\n  y\n", "a: >2-\n    x\n", "a: 'x''y'\n", "a: \"x\\\n  y\"\n", "a: &x 1\nb: *x\n",
		"a: &x {p: 1}\nb: {<<: *x, q: 2}\n", "? a\n: b\n", "--- !!map\na: !!str 1\n...\n", "- - a\n  - b\n-\n", "a: {{ x }}\n", "a:\tb\n", "é: \u2028\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		file := diag.NewFile("x.yml", text)
		n, diags := Parse(file)
		for _, d := range diags {
			if s := d.Span; s.Start < 0 || s.End < s.Start || s.End > len(text) {
				t.Fatalf("%v: place %d..%d", d, s.Start, s.End)
			}
		}
		if n == nil {
			return
		}
		checkPlaces(t, n, map[*Node]bool{})
		v := n.ToValue()
		if _, err := ToYAML(v, true); err != nil {
			t.Fatal(err)
		}
	})
}

// checkPlaces checks that every place is in the file and that a quoted text
// read from its own place is the same text.
func checkPlaces(t *testing.T, n *Node, seen map[*Node]bool) {
	if seen[n] {
		return
	}
	seen[n] = true
	if s := n.Span; s.Start < 0 || s.End < s.Start || s.End > len(s.File.Text) {
		t.Fatalf("%v: place %d..%d", n, s.Start, s.End)
	}
	if n.style == singleQuoted || n.style == doubleQuoted {
		again, diags := Parse(diag.NewFile("y", n.Span.Text()))
		if diags.HasErrors() || again.Text != n.Text {
			t.Fatalf("%q read alone is %v %v", n.Span.Text(), again, diags)
		}
	}
	for _, item := range n.Items {
		checkPlaces(t, item, seen)
	}
	for _, p := range n.Pairs {
		checkPlaces(t, p.Key, seen)
		checkPlaces(t, p.Value, seen)
	}
}
