package yaml

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"mdl/compiler/diag"
	"mdl/compiler/jinja/value"
)

// simpleTexts are texts on the border of what parseSimple reads.
var simpleTexts = []string{
	"a: 1", "a: 1\n", "version: 2\n\nmodels:\n  - name: m # the model\n    columns:\n    - name: id\n      data_tests: [unique, 'not_null', \"x\" ]\n",
	"a:\n- b\n-\n- c: 1\n  d:\nb: # none\n", "a:\n  -  b:  1\n     c: '''x'' y'\n  - - 1\n    - 2\n", "a: |\n  x\n   y\n\n  z\n\nb: >-\n  one\n  two\n\n\n  three\n",
	"a: |-\n  x", "a: |\n  x\n   \n", "a: >\n  x\n    y\n  z\n", "a: |\n\n  x\n", "a: |\nb: 1\n", "- |\n  a\n- >\n    b\n    c\n",
	"a: b\n  c\n", "a: b: c\n", "a: 'b\n  c'\n", "a: \"\\n\"\n", "a: x #c\n", "a: x#c\n", "a: 'x'#c\n", "a:#c\n", "#c\na: 1\n#d", "a: [b, c: d]\n",
	"a: [b,\n  c]\n", "a: []\nb: [ ]\nc: [1, ]\n", "a: {}\nb: {c: d, 'e': [{f: 1}], }\n", "a: &x 1\nb: *x\n", "<<: 1\na: <<\n", "a: 1\na: 2\n", "on: 1\n1: 2\n", "a: 2024-02-30\n",
	"a: 2024-02-03\nb: 1.5\nc: ~\nd: yes\ne: -1\nf: -.inf\ng: - x\n", "---\na: 1\n", "a: 1\n---\nb: 1\n", "... a: 1\n", "a:\n  b: 1\n c: 2\n", "a: 1\n- b\n",
	"a:\n  - b\n  c: 1\n", "- a\nb: 1\n", "ä: ö\nb: [ü, é]\n", "a   :   b   \n", "'a': 1\n", "? a\n: b\n", "a:: b\n", "a: %x\n", "a: x\u0085b: 1\n",
	"- # c\n  a: 1\n", "a: x\n  y: z\n", "a: x\n  y\n\n\n   z \nb: 'x \n\n  y\n z'\nc: \"\n x\n  \"\n- 1\n", "a: x\n # c\n  y\n", "a: x # c\n  y\n", "a: 'b\n---\n'\n",
	"a: \"x\\\"y\\\\d\\n\"\n", "a: x\n  - y\n  # z\n", "- x\n  'y'\n-  z\n", "a: 'b\n\n", "a:\n# c\n  # d\n  b: 1\n # e\n", strings.Repeat("- ", 120) + "a", strings.Repeat("k", 1030) + ": 1\n",
}

// sameTree compares two trees in everything that a Node holds.
func sameTree(a, b *Node) string {
	if a.Kind != b.Kind || a.Span != b.Span || a.Text != b.Text || a.style != b.style || len(a.Items) != len(b.Items) || len(a.Pairs) != len(b.Pairs) {
		return fmt.Sprintf("%s %d-%d %q and %s %d-%d %q", a.Kind, a.Span.Start, a.Span.End, a.Text, b.Kind, b.Span.Start, b.Span.End, b.Text)
	}
	if (a.scalar == nil) != (b.scalar == nil) || a.scalar != nil && value.Repr(a.scalar) != value.Repr(b.scalar) {
		return fmt.Sprintf("%v and %v", a.scalar, b.scalar)
	}
	for i := range a.Items {
		if d := sameTree(a.Items[i], b.Items[i]); d != "" {
			return d
		}
	}
	for i := range a.Pairs {
		if d := sameTree(a.Pairs[i].Key, b.Pairs[i].Key) + sameTree(a.Pairs[i].Value, b.Pairs[i].Value); d != "" {
			return d
		}
	}
	return ""
}

// checkSimple reports whether a text is simple; if it is, the library must read
// the same from it, without a word.
func checkSimple(t *testing.T, text string) bool {
	t.Helper()
	if start, end := unreadable(text); end > start {
		return false
	}
	f := diag.NewFile("x.yml", text)
	n := parseSimple(f)
	if n == nil {
		return false
	}
	want, diags := parseAny(f)
	if want == nil || len(diags) > 0 {
		t.Fatalf("%q: the library reports %v", text, diags)
	}
	if d := sameTree(n, want); d != "" {
		t.Fatalf("%q: %s", text, d)
	}
	return true
}

func TestSimple(t *testing.T) {
	for _, text := range simpleTexts {
		checkSimple(t, text)
	}
	for _, text := range simpleTexts[:6] {
		if !checkSimple(t, text) {
			t.Errorf("%q is not simple", text)
		}
	}
}

// fragments are what checkSimple's texts are put together from.
var fragments = strings.Split("a|b|name|: |:|- |-|\n|\n|\n|  |  |    | |\n  |\n- |\n  - |a: |b: |c: |'|\"|''|[|]|, |,|#| #c|\n# c\n|1|-1|1.5|yes|null|~|on|"+
	"2024-01-31|<<|=|é|.|...|---|{|}|\\|&a|*a|!|?|%|x y|{{ x }}|>|>-|"+"\x00|\x00-|\x00+|\n\n|\n   ", "|")

// fragmentText makes a text of fragments.
func fragmentText(pick func(n int) int, length int) string {
	var b strings.Builder
	for range length {
		b.WriteString(strings.ReplaceAll(fragments[pick(len(fragments))], "\x00", "|"))
	}
	return b.String()
}

// TestSimpleFragments compares the two readers on texts that look like YAML.
func TestSimpleFragments(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	simple := 0
	for range 20_000 {
		if checkSimple(t, "a:\n  "[:r.IntN(6)]+fragmentText(r.IntN, 1+r.IntN(14))) {
			simple++
		}
	}
	if simple < 1000 {
		t.Errorf("only %d of the texts are simple", simple)
	}
}

// values are what stands behind a key or a dash; %s is the indentation.
var values = []string{
	"x", "1", "~", "yes", "'a ''b'", "\"c \\\" d\"", "[]", "[a, 'b', 1.5]", "{a: 1, b: [c]}", "|\n%s  one\n%s   two\n\n%s  three", ">-\n%s a b\n%s c\n\n\n%s d",
	"one\n%s  two\n\n%s three", "'one\n%s two '", "\"\n%s  x\n\n%s \"", "ref('x')  # c", "a:b", "x#y", "",
}

// randomBlock writes a block collection whose first line the caller has
// indented.
func randomBlock(b *strings.Builder, r *rand.Rand, indent, depth int) {
	pad := strings.Repeat(" ", indent)
	list := r.IntN(2) == 0
	for i := range 1 + r.IntN(3) {
		if i > 0 {
			b.WriteString(pad)
		}
		lead := fmt.Sprintf("%c%d:", "ab\"n"[i], i)
		if i == 2 {
			lead = "\"k\" :"
		}
		if list {
			lead = "-"
		}
		b.WriteString(lead)
		switch r.IntN(5 + depth) {
		case 0, 1, 2:
			fmt.Fprint(b, " ", strings.ReplaceAll(values[r.IntN(len(values))], "%s", pad), "\n")
		case 3:
			deeper := 1 + r.IntN(3)
			if list && r.IntN(2) == 0 {
				b.WriteString(strings.Repeat(" ", deeper))
				randomBlock(b, r, indent+1+deeper, depth+1)
				continue
			}
			if !list && r.IntN(3) == 0 {
				deeper = 0
			}
			b.WriteString([]string{"\n", " # c\n", "\n\n  # c\n"}[r.IntN(3)] + pad + strings.Repeat(" ", deeper))
			randomBlock(b, r, indent+deeper, depth+1)
		default:
			b.WriteString("\n")
		}
	}
}

// TestSimpleBlocks compares the two readers on documents, most of which are
// simple, and on the same with a piece cut out and a fragment put in.
func TestSimpleBlocks(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	simple := 0
	for range 10_000 {
		var b strings.Builder
		randomBlock(&b, r, 0, 0)
		text := b.String()
		if checkSimple(t, text) {
			simple++
		}
		cut := r.IntN(len(text))
		checkSimple(t, text[:cut]+fragmentText(r.IntN, r.IntN(3))+text[min(len(text), cut+r.IntN(3)):])
	}
	if simple < 4000 {
		t.Errorf("only %d of the documents are simple", simple)
	}
}

// FuzzSimple takes the text as it is, and as a choice of fragments.
func FuzzSimple(f *testing.F) {
	for _, text := range simpleTexts {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 2000 {
			return
		}
		checkSimple(t, text)
		i := 0
		checkSimple(t, fragmentText(func(n int) int { i++; return int(text[i-1]) % n }, len(text)))
	})
}
