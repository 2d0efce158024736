package graph

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"mdl/compiler/diag"
)

// ask selects from the oracle's project and renders all that is said.
func ask(g *Graph, args Args, opt Options) (ids []string, said string) {
	opt.Project = "shop"
	opt.Disabled = []string{"old_margins"}
	spec, diags := ParseArgs(args)
	if !diags.HasErrors() {
		var more diag.List
		ids, more = g.Select(spec, opt)
		diags = append(diags, more...)
	}
	var b strings.Builder
	for _, d := range diags {
		b.WriteString(d.Headline())
		if d.Hint != "" {
			b.WriteString(" // " + d.Hint)
		}
		b.WriteString("\n")
	}
	return ids, strings.TrimSuffix(b.String(), "\n")
}

func TestMessages(t *testing.T) {
	g, selectors, _ := loadOracle(t)
	for _, c := range []struct{ text, want string }{
		{"dim_custmers", `--select:1:1: warning W230: "dim_custmers" matches nothing // did you mean "dim_customers"?`},
		{"stg_orders +dim_custmers+1", `--select:1:12: warning W230: "+dim_custmers+1" matches nothing // did you mean "dim_customers"?`},
		{"tag:finance,dim_custmers", `--select:1:13: warning W230: "dim_custmers" matches nothing // did you mean "dim_customers"?`},
		{"marts.finance.revnue", `--select:1:1: warning W230: "marts.finance.revnue" matches nothing // did you mean "marts.finance.revenue"?`},
		{"users.v9", `--select:1:1: warning W230: "users.v9" matches nothing // did you mean "users.v1"?`},
		{"old_margins", "--select:1:1: warning W230: \"old_margins\" matches nothing // old_margins is disabled; `enabled: true` in its configuration brings it back"},
		{"nightly", `--select:1:1: warning W230: "nightly" matches nothing // did you mean "tag:nightly"?`},
		{"raw", `--select:1:1: warning W230: "raw" matches nothing // did you mean "tag:raw"?`},
		{"visits", `--select:1:1: warning W230: "visits" matches nothing // did you mean "source:web.visits"?`},
		{"marts.yml", `--select:1:1: warning W230: "marts.yml" matches nothing // did you mean "file:marts.yml"?`},
		{"tag:nigthly", `--select:1:1: warning W230: "tag:nigthly" matches nothing // did you mean "nightly"?`},
		{"models/stagin", `--select:1:1: warning W230: "models/stagin" matches nothing // did you mean "models/staging"?`},
		{"revnue.sql", `--select:1:1: warning W230: "revnue.sql" matches nothing // did you mean "revenue.sql"?`},
		{"source:raw.ordrs", `--select:1:1: warning W230: "source:raw.ordrs" matches nothing // did you mean "raw.orders"?`},
		{"package:packs", `--select:1:1: warning W230: "package:packs" matches nothing // did you mean "pack"?`},
		{"group:ops", `--select:1:1: warning W230: "group:ops" matches nothing // the project has finance, sales`},
		{"test_name:uniqe", `--select:1:1: warning W230: "test_name:uniqe" matches nothing // did you mean "unique"?`},
		{"config.materialized:tabel", `--select:1:1: warning W230: "config.materialized:tabel" matches nothing // did you mean "table"?`},
		{"access:publik", `--select:1:1: warning W230: "access:publik" matches nothing // did you mean "public"?`},
		{"seeds/geo,source:web", `--select:1:1: warning W230: "seeds/geo,source:web" matches nothing // each part matches something, but nothing meets all of them`},
		{"*zzz*", `--select:1:1: warning W230: "*zzz*" matches nothing`},
		{"+", `--select:1:1: warning W230: "+" matches nothing // a name is missing`},
		{"tag:", `--select:1:1: warning W230: "tag:" matches nothing // a name is missing`},
		{"staging,,marts", `--select:1:9: warning W230: "staging,,marts" matches nothing // nothing stands before or after one of the commas`},
		{"++revenue", `--select:1:1: warning W230: "++revenue" matches nothing // "+" and "@" have a meaning only at the ends: @name, 2+name, name+1, 2+name+1`},
		{"", `--select:1:1: warning W230: --select is empty, so nothing is selected`},
		{"stg_orders @revenue+", `--select:1:12: error E130: "@" before a name and "+" after it cannot be combined // "@" already selects all descendants, and the ancestors that they need`},
		{"2+tga:nightly", `--select:1:3: error E230: there is no selector method "tga" // did you mean "tag"?`},
		{"x:y", `--select:1:1: error E230: there is no selector method "x" // methods are fqn, tag, path, file, source, exposure, config, resource_type, test_type, test_name, package, group, access, version, unit_test, metric, semantic_model, saved_query, selector, state, result, source_status, git`},
		{"resource_type:modle", `--select:1:15: error E231: resource_type has no value "modle" // did you mean "model"?`},
		{"version:1", `--select:1:9: error E231: version has no value "1" // values are latest, prerelease, old, none`},
		{"source:a.b.c.d", `--select:1:8: error E231: a source is selected as source, source.table or package.source.table`},
		{"/models", `--select:1:1: error E231: path: needs a path relative to the project's directory`},
		{"models/**x", `--select:1:1: error E231: "**" in a path must stand alone between slashes`},
		{"state:modified", `--select:1:1: error E233: state: cannot be used here: it compares with the artifacts of an earlier run; name their directory with --state`},
		{"state:modifed.body", `--select:1:7: error E231: state has no value "modifed.body" // did you mean "modified.body"?`},
		{"git:a..b", `--select:1:5: error E231: git: compares what is here with one commit, as in git:main`},
		{"git:...", `--select:1:5: error E231: git: needs a commit, as in git:main`},
		{"selector:unoin", `--select:1:10: error E230: there is no selector "unoin" in selectors.yml // did you mean "union"?`},
		{"+selector:union", `--select:1:1: error E130: selector: takes no graph operators // write the operators into the definition in selectors.yml`},
		{"a\nb", `--select:1:1: error E130: a selector cannot hold a line break`},
	} {
		if _, said := ask(g, Args{Select: []string{c.text}, Selectors: selectors}, Options{}); said != c.want {
			t.Errorf("%q:\n got %s\nwant %s", c.text, said, c.want)
		}
	}
}

func TestSelectorMessages(t *testing.T) {
	g, _, _ := loadOracle(t)
	for _, c := range []struct{ text, want string }{
		{"selectors:\n- name: a\n  definition: 'tag:nigthly'\n", `selectors.yml:3:15: warning W230: "'tag:nigthly'" matches nothing // did you mean "nightly"?`},
		{"selectors:\n- name: a\n  definition: 'tag:nightly,path:models'\n", `selectors.yml:3:15: warning W230: "'tag:nightly,path:models'" matches nothing // in selectors.yml a comma is part of the value; use intersection: for both`},
		{"selectors:\n- name: a\n  definition: {method: tag, value: nigthly, children: true}\n", `selectors.yml:3:15: warning W230: "{method: tag, value: nigthly, children: true}" matches nothing // did you mean "nightly"?`},
		{"selectors:\n- name: a\n  definition:\n    union: [revenue, nothing]\n", ``},
	} {
		_, said := ask(g, Args{Selector: "a", Selectors: parseSelectors(t, c.text)}, Options{})
		if said != c.want {
			t.Errorf("%q:\n got %s\nwant %s", c.text, said, c.want)
		}
	}
}

func TestSelectorFileMessages(t *testing.T) {
	const head = "selectors:\n- name: a\n  definition:\n    "
	for _, c := range []struct{ text, want string }{
		{head + "tga: nightly", `selectors.yml:4:5: error E230: there is no selector method "tga" // did you mean "tag"?`},
		{head + "'2+tga:nightly'", `selectors.yml:4:8: error E230: there is no selector method "tga" // did you mean "tag"?`},
		{head + "{method: tag, value: x, chldren: true}", `selectors.yml:4:29: warning W231: a criterion has no key "chldren" // did you mean "children"?`},
		{head + "{method: tag, value: x, indirect_selection: eagre}", `selectors.yml:4:49: error E231: there is no indirect selection "eagre" // did you mean "eager"?`},
		{head + "{method: tag, value: x, parents_depth: many}", `selectors.yml:4:44: error E130: expected a whole number here, found "many"`},
		{head + "{method: selector, value: b}\n- name: b\n  definition: x", "selectors.yml:4:31: error E230: there is no selector \"b\" in selectors.yml // a definition can use only those above it"},
		{head + "union: tag:x", `selectors.yml:4:12: error E130: expected a list here, found text`},
		{head + "union: [{tag: x, exclude: [y]}]", `selectors.yml:4:13: warning W231: keys beside exclude have no effect in a list`},
		{head + "{method: tag}", `selectors.yml:4:5: error E130: a criterion needs either one key, such as tag: nightly, or method and value`},
		{head + "{method: tag, parents: true}", `selectors.yml:4:5: error E130: a criterion needs either one key, such as tag: nightly, or method and value`},
	} {
		_, diags := readSelectors(c.text)
		if len(diags) == 0 {
			t.Errorf("%q: nothing is said", c.text)
			continue
		}
		said := diags[0].Headline()
		if diags[0].Hint != "" {
			said += " // " + diags[0].Hint
		}
		if !strings.HasPrefix(said, c.want) {
			t.Errorf("%q:\n got %s\nwant %s", c.text, said, c.want)
		}
	}
}

func TestDefaultSelector(t *testing.T) {
	g, _, _ := loadOracle(t)
	s := parseSelectors(t, `
selectors:
- {name: other, definition: stg_orders}
- {name: usual, description: what we build, definition: {method: fqn, value: revenue, indirect_selection: empty}, default: true}
`)
	if s.Default() != "usual" || s.Description("usual") != "what we build" || !slices.Equal(s.Names(), []string{"other", "usual"}) {
		t.Errorf("%q %q", s.Default(), s.Names())
	}
	for _, c := range []struct {
		args Args
		want int
	}{
		{Args{Selectors: s}, 1},
		{Args{Selectors: s, Exclude: []string{"*", "source:*"}}, 0},
		{Args{Selectors: s, Select: []string{"countries"}}, 4},
		{Args{Selectors: s, Selector: "other"}, 5},
		{Args{}, g.Len()},
	} {
		if ids, said := ask(g, c.args, Options{}); len(ids) != c.want || said != "" {
			t.Errorf("%+v: %d, want %d: %q %s", c.args, len(ids), c.want, ids, said)
		}
	}
	spec, _ := ParseArgs(Args{Selectors: s})
	if spec.Selector() != "usual" {
		t.Errorf("selector %q", spec.Selector())
	}
}

// TestSelectorsDoNotExplode uses each definition twice in the next one.
func TestSelectorsDoNotExplode(t *testing.T) {
	g, _, _ := loadOracle(t)
	var b strings.Builder
	b.WriteString("selectors:\n- {name: s0, definition: {union: [revenue]}}\n")
	for i := range 100 {
		use := fmt.Sprintf("{method: selector, value: s%d}", i)
		fmt.Fprintf(&b, "- {name: s%d, definition: {union: [%s, %s]}}\n", i+1, use, use)
	}
	args := Args{Selector: "s100", Selectors: parseSelectors(t, b.String())}
	if ids, said := ask(g, args, Options{Indirect: Empty}); len(ids) != 1 || said != "" {
		t.Errorf("%q %s", ids, said)
	}
}

func TestParseIndirect(t *testing.T) {
	for _, word := range IndirectNames() {
		if mode, ok := ParseIndirect(word); !ok || mode.String() != word {
			t.Errorf("%q gives %q", word, mode)
		}
	}
	if _, ok := ParseIndirect(""); ok {
		t.Error("the empty word is no mode")
	}
}

func FuzzSelector(f *testing.F) {
	g, selectors, o := loadOracle(f)
	for _, c := range o.Cases[:200] {
		f.Add(strings.Join(c.Args, " "), "tag:heavy", "")
	}
	for _, c := range o.Selectors {
		f.Add("revenue", "", c.Text)
	}
	f.Fuzz(func(t *testing.T, text, without, file string) {
		s := selectors
		if file != "" {
			s, _ = readSelectors(file)
		}
		specs := []Args{{Select: []string{text}, Selectors: s}, {Select: []string{text}, Exclude: []string{without}, Selectors: s}}
		if file != "" {
			for _, name := range s.Names() {
				specs = append(specs, Args{Selector: name, Selectors: s})
			}
		}
		for _, args := range specs {
			spec, diags := ParseArgs(args)
			if diags.HasErrors() {
				continue
			}
			for mode := Eager; mode <= Empty; mode++ {
				ids, diags := g.Select(spec, Options{Project: "shop", Indirect: mode})
				if !slices.IsSorted(ids) || len(slices.Compact(slices.Clone(ids))) != len(ids) {
					t.Fatalf("not sorted, or twice the same: %q", ids)
				}
				for _, d := range diags {
					diag.Render(&strings.Builder{}, d, diag.Style{})
				}
			}
		}
	})
}
