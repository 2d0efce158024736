package yaml

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"mdl/compiler/diag"
	"mdl/compiler/jinja/value"
)

// loadCase is what PyYAML makes of a text; see testdata/make.py.
type loadCase struct {
	YAML, Want, Error string
}

type caseFile struct {
	Scalars, Documents []loadCase
	Dumps              []struct {
		Value json.RawMessage
		Want  string
	}
}

func readCases(t *testing.T) caseFile {
	t.Helper()
	raw, err := os.ReadFile("testdata/cases.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases caseFile
	if err := json.Unmarshal(raw, &cases); err != nil {
		t.Fatal(err)
	}
	return cases
}

// differs are the texts of which mdl deliberately makes something else.
var differs = map[string]string{
	"k: =":                                "a text; PyYAML refuses it",
	"a: <<\n":                             "a text; PyYAML refuses it",
	"a: \"\\u263a\\n\\t\\\\\\/\\e\\0\"\n": "refused; the library does not know the escape \\/",
	"a: !!set {x, y}\n":                   "refused; nothing in dbt uses sets",
}

func TestAgainstPyYAML(t *testing.T) {
	cases := readCases(t)
	for _, c := range append(cases.Scalars, cases.Documents...) {
		if differs[c.YAML] != "" {
			continue
		}
		n, diags := Parse(diag.NewFile("x.yml", c.YAML))
		if diags.HasErrors() != (c.Error != "") {
			t.Errorf("%q: diagnostics %v, PyYAML says %q", c.YAML, diags, c.Error)
			continue
		}
		if got := show(n); c.Error == "" && got != c.Want {
			t.Errorf("%q = %s, want %s", c.YAML, got, c.Want)
		}
	}
}

// show prints a node as make.py prints PyYAML's value.
func show(n *Node) string {
	switch {
	case n == nil:
		return "None"
	case n.Is(TDate):
		return n.Text
	case n.Kind == Sequence:
		var parts []string
		for _, item := range n.Items {
			parts = append(parts, show(item))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case n.Kind == Mapping:
		var parts []string
		for _, p := range n.Pairs {
			parts = append(parts, show(p.Key)+": "+show(p.Value))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
	return value.Repr(n.ToValue())
}
