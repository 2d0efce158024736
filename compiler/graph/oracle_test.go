package graph

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"mdl/compiler/diag"
	"mdl/compiler/yaml"
)

// oracle is testdata/shop.json, which testdata/gen.py writes.
type oracle struct {
	Globs []struct {
		Pattern string   `json:"pattern"`
		Names   []string `json:"names"`
	} `json:"globs"`
	Names [][]string   `json:"names"`
	Nodes []oracleNode `json:"nodes"`
	Cases []struct {
		Args      []string `json:"args"`
		IDs       []string `json:"ids"`
		Unmatched []string `json:"unmatched"`
		Error     string   `json:"error"`
	} `json:"cases"`
	Selectors []struct {
		Text  string `json:"text"`
		Error string `json:"error"`
	} `json:"selectors"`
	Waiting []map[string][]string `json:"waiting"`
}

type oracleNode struct {
	ID      string         `json:"id"`
	Name    string         `json:"name"`
	Package string         `json:"package"`
	Type    string         `json:"type"`
	FQN     []string       `json:"fqn"`
	Tags    []string       `json:"tags"`
	Path    string         `json:"path"`
	Patch   string         `json:"patch"`
	Parents []string       `json:"parents"`
	Source  string         `json:"source"`
	Access  string         `json:"access"`
	Group   string         `json:"group"`
	Version string         `json:"version"`
	Latest  string         `json:"latest"`
	Test    string         `json:"test"`
	Config  map[string]any `json:"config"`
}

func (n *oracleNode) node() Node {
	out := Node{
		ID: n.ID, Name: n.Name, Package: n.Package, ResourceType: n.Type, FQN: n.FQN, Tags: n.Tags,
		OriginalPath: n.Path, PatchPath: n.Patch, Parents: n.Parents, SourceName: n.Source, Access: n.Access,
		Group: n.Group, Version: n.Version, LatestVersion: n.Latest, TestName: n.Test,
	}
	if n.Config != nil {
		out.Config = func(path []string) (any, bool) {
			var at any = n.Config
			for _, key := range path {
				m, ok := at.(map[string]any)
				if !ok || m[key] == nil {
					return nil, false
				}
				at = m[key]
			}
			return at, true
		}
	}
	return out
}

func loadOracle(t testing.TB) (*Graph, *Selectors, *oracle) {
	t.Helper()
	data, err := os.ReadFile("testdata/shop.json")
	if err != nil {
		t.Fatal(err)
	}
	o := &oracle{}
	if err := json.Unmarshal(data, o); err != nil {
		t.Fatal(err)
	}
	nodes := make([]Node, len(o.Nodes))
	for i := range o.Nodes {
		nodes[i] = o.Nodes[i].node()
	}
	g, diags := New(nodes, nil)
	if len(diags) > 0 {
		t.Fatal(diags.Err())
	}
	text, err := os.ReadFile("testdata/selectors.yml")
	if err != nil {
		t.Fatal(err)
	}
	return g, parseSelectors(t, string(text)), o
}

func parseSelectors(t testing.TB, text string) *Selectors {
	t.Helper()
	s, diags := readSelectors(text)
	if diags.HasErrors() {
		t.Fatal(diags.Err())
	}
	return s
}

func readSelectors(text string) (*Selectors, diag.List) {
	root, diags := yaml.Parse(diag.NewFile("selectors.yml", text))
	if diags.HasErrors() {
		return nil, diags
	}
	return ParseSelectors(root)
}

// command reads an argument list of `dbt ls`.
func command(t *testing.T, args []string) (a Args, opt Options) {
	lists := map[string]*[]string{
		"--select": &a.Select, "-s": &a.Select, "--exclude": &a.Exclude,
		"--resource-type": &opt.ResourceTypes, "--exclude-resource-type": &opt.ExcludeResourceTypes,
	}
	words := map[string]func(string){
		"--selector": func(w string) { a.Selector = w },
		"--indirect-selection": func(w string) {
			mode, ok := ParseIndirect(w)
			if !ok {
				t.Fatalf("mode %q", w)
			}
			opt.Indirect = mode
		},
	}
	for i := 0; i < len(args); i++ {
		if set := words[args[i]]; set != nil {
			i++
			set(args[i])
			continue
		}
		list := lists[args[i]]
		if list == nil {
			t.Fatalf("option %q", args[i])
		}
		for i+1 < len(args) && lists[args[i+1]] == nil && words[args[i+1]] == nil {
			i++
			*list = append(*list, args[i])
		}
	}
	// What `dbt ls` lists by default, and with --resource-type all.
	listed := []string{"model", "snapshot", "seed", "test", "source", "exposure", "metric",
		"saved_query", "semantic_model", "unit_test", "function"}
	switch {
	case opt.ResourceTypes == nil:
		opt.ResourceTypes = listed
	case slices.Contains(opt.ResourceTypes, "all"):
		opt.ResourceTypes = append(listed, "analysis")
	}
	opt.Project = "shop"
	opt.Paths = []string{"seeds/seeds.yml", "snapshots/snap.yml", "models/staging/staging.yml", "models/marts/marts.yml",
		"models/sources.yml", "macros/row_match.sql"}
	return a, opt
}

// kinder are the cases that dbt refuses, or crashes on, and mdl answers.
var kinder = map[string]string{
	"--select selector:union": "later versions of dbt have this method on the command line too",
	"--select path:.":         "the whole project; Path.glob of Python 3.11 crashes on it",
}

func TestOracle(t *testing.T) {
	g, selectors, o := loadOracle(t)
	if len(o.Cases) < 300 {
		t.Fatalf("only %d cases", len(o.Cases))
	}
	for _, c := range o.Cases {
		name := strings.Join(c.Args, " ")
		args, opt := command(t, c.Args)
		args.Selectors = selectors
		spec, diags := ParseArgs(args)
		var ids []string
		if !diags.HasErrors() {
			var more diag.List
			ids, more = g.Select(spec, opt)
			diags = append(diags, more...)
		}
		if c.Error != "" {
			if kinder[name] == "" && !diags.HasErrors() {
				t.Errorf("%s: dbt refuses this (%s), mdl does not", name, c.Error)
			}
			continue
		}
		if diags.HasErrors() {
			t.Errorf("%s: %v", name, diags.Err())
			continue
		}
		if !slices.Equal(ids, c.IDs) {
			t.Errorf("%s:%s", name, delta(ids, c.IDs))
		}
		if got, want := warned(diags), expectedWarnings(args, c.Unmatched); args.Selector == "" && got != want {
			t.Errorf("%s: %d warnings, dbt has %d (%q)", name, got, want, c.Unmatched)
		}
	}
}

// kinderSelectors are the selectors.yml that dbt refuses and mdl accepts.
var kinderSelectors = map[string]string{
	"selectors:": "an empty list",
	"selectors: [{name: a, definition: b, colour: red}]":                          "an unknown key is a warning",
	"selectors: [{name: b, definition: c}, {name: a, definition: {selector: b}}]": "the short form of method: selector",
}

func TestOracleSelectorFiles(t *testing.T) {
	_, _, o := loadOracle(t)
	for _, c := range o.Selectors {
		_, diags := readSelectors(c.Text)
		wantError := c.Error != "" && kinderSelectors[c.Text] == ""
		if diags.HasErrors() != wantError {
			t.Errorf("%q: mdl says %v, dbt says %q", c.Text, diags.Err(), c.Error)
		}
		for _, d := range diags {
			if d.Span.Path() != "selectors.yml" {
				t.Errorf("%q: no place: %s", c.Text, d.Headline())
			}
		}
	}
}

// TestOracleTestEdges compares what waits for each test in `build`.
func TestOracleTestEdges(t *testing.T) {
	g, _, o := loadOracle(t)
	build := g.WithTestEdges()
	for test, want := range o.Waiting[0] {
		var got []string
		for _, id := range build.Descendants(test, -1) {
			if n := build.Node(id); n.isParsed() && !n.isTest() {
				got = append(got, id)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s:%s", test, delta(got, want))
		}
	}
}

func warned(diags diag.List) (n int) {
	for _, d := range diags {
		if d.Code == "W230" {
			n++
		}
	}
	return n
}

// expectedWarnings counts dbt's warnings, but those for stray spaces only where
// there is nothing else to select.
func expectedWarnings(args Args, unmatched []string) (n int) {
	if len(args.Select) > 0 && strings.Trim(strings.Join(args.Select, ""), " ") == "" {
		return 1
	}
	for _, text := range unmatched {
		if text != "" {
			n++
		}
	}
	return n
}

func delta(got, want []string) string {
	var b strings.Builder
	for _, id := range got {
		if !slices.Contains(want, id) {
			b.WriteString("\n  too much: " + id)
		}
	}
	for _, id := range want {
		if !slices.Contains(got, id) {
			b.WriteString("\n  missing:  " + id)
		}
	}
	return b.String()
}
