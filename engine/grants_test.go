package engine

import (
	"slices"
	"strings"
	"testing"

	"mdl/adapters"
	"mdl/adapters/adaptertest"
	"mdl/compiler"
	"mdl/compiler/diag"
)

// granting is a dialect with grants, which survive `create or replace view`.
func granting() *adapters.Dialect {
	d := *adaptertest.NewFake(nil).Dialect()
	d.ReplaceTable = false
	d.Grants = &adapters.Grants{KeptByReplace: true, Show: func(d *adapters.Dialect, in []adapters.Namespace) string {
		names := make([]string, len(in))
		for i, ns := range in {
			names[i] = d.Literal(ns.Schema)
		}
		return "show grants in " + strings.Join(names, ", ")
	}}
	return &d
}

// dcl runs models whose relations exist, and returns the statements about
// grants.
func dcl(t *testing.T, opt Options, nodes ...*compiler.Node) []string {
	t.Helper()
	f := adaptertest.NewFake(granting())
	kinds := map[string]adapters.RelationKind{"view": adapters.View}
	for _, n := range nodes {
		rel := n.Relation()
		rel.Kind = max(kinds[n.Materialized()], adapters.Table)
		if v, ok := kinds[n.Materialized()]; ok {
			rel.Kind = v
		}
		f.AddRelation(rel, adapters.Column{Name: "id", Type: "integer"})
	}
	f.On("show grants").Return([]adapters.Column{{Name: "s"}, {Name: "r"}, {Name: "p"}, {Name: "g"}},
		[]any{"s", "a", "SELECT", "old"}, []any{"s", "a", "SELECT", "both"}, []any{"s", "z", "SELECT", "old"})
	res := execute(t, f, &renderer{}, manifest(t, nodes...), CmdRun, opt)
	if !res.OK() {
		t.Fatalf("%s: %s", statuses(res), res.Results[0].Message)
	}
	var list []string
	for _, call := range f.Calls() {
		if word, _, _ := strings.Cut(call.SQL, " "); slices.Contains([]string{"grant", "revoke", "show"}, word) {
			list = append(list, call.SQL)
		}
	}
	return list
}

func TestGrants(t *testing.T) {
	wanted := map[string]any{"select": []any{"both", "New Man"}, "insert": "loader"}
	for _, c := range []struct {
		name string
		opt  Options
		node *compiler.Node
		want []string
	}{
		{"none are asked for", Options{}, node("model.p.a", "view"), nil},
		{"an empty mapping", Options{}, with(node("model.p.a", "view"), "grants", map[string]any{}), nil},
		{"a view is replaced and keeps what it has", Options{}, with(node("model.p.a", "view"), "grants", wanted), []string{
			"show grants in 's'", `revoke SELECT on "db"."s"."a" from old`,
			`grant insert on "db"."s"."a" to loader`, `grant select on "db"."s"."a" to "New Man"`}},
		{"a table is another one", Options{}, with(node("model.p.a", "table"), "grants", wanted), []string{
			"show grants in 's'", `grant insert on "db"."s"."a" to loader`, `grant select on "db"."s"."a" to both`, `grant select on "db"."s"."a" to "New Man"`}},
		{"an incremental model stays", Options{}, with(node("model.p.a", "incremental"), "grants", wanted), []string{
			"show grants in 's'", `revoke SELECT on "db"."s"."a" from old`,
			`grant insert on "db"."s"."a" to loader`, `grant select on "db"."s"."a" to "New Man"`}},
		{"but not when it is built anew", Options{FullRefresh: true}, with(node("model.p.a", "incremental"), "grants", map[string]any{"select": []any{"group x", `"Q"`}}), []string{
			"show grants in 's'", `grant select on "db"."s"."a" to group x`, `grant select on "db"."s"."a" to "Q"`}},
	} {
		got := dcl(t, c.opt, c.node)
		slices.Sort(got) // a Go map has no order
		slices.Sort(c.want)
		if !slices.Equal(got, c.want) {
			t.Errorf("%s:\n got %s\nwant %s", c.name, strings.Join(got, "\n     "), strings.Join(c.want, "\n     "))
		}
	}
}

func TestGrantsAskOnce(t *testing.T) {
	grants := map[string]any{"select": "reader"}
	got := dcl(t, Options{}, with(node("model.p.a", "view"), "grants", grants), with(node("model.p.b", "view"), "grants", grants))
	if n := len(got); n != 5 || got[0] != "show grants in 's'" { // one question, two revokes, two grants
		t.Errorf("%d statements: %s", n, strings.Join(got, "\n"))
	}
}

func TestGrantsRefusePrivileges(t *testing.T) {
	n := with(node("model.p.a", "view"), "grants", map[string]any{"select on x to y; drop table z": "me"})
	f := adaptertest.NewFake(granting())
	res := execute(t, f, &renderer{}, manifest(t, n), CmdRun, Options{})
	if d := byName(t, res, "a").Diagnostic; d == nil || d.Code != codeConfig || !strings.Contains(d.Summary, "is no privilege") {
		t.Errorf("%v", d)
	}
}

func TestWarningsAreJudged(t *testing.T) {
	n := with(node("model.p.a", "table"), "grants", map[string]any{"select": "me"})
	strict := func(list diag.List) diag.List {
		list = slices.Clone(list)
		for i := range list {
			list[i].Severity = diag.Error
		}
		return list
	}
	f := adaptertest.NewFake(nil)
	m := manifest(t, n)
	_, err := Run(t.Context(), f, &renderer{}, m, NewPlan(m, CmdRun, []string{n.ID}, PlanOptions{}), Options{Judge: strict})
	if err == nil || !strings.Contains(err.Error(), "grants are ignored") {
		t.Errorf("%v", err)
	}
	told := 0
	silent := Options{Judge: func(diag.List) diag.List { return nil }, Sink: func(e Event) {
		if _, ok := e.(Warning); ok {
			told++
		}
	}}
	if res := execute(t, f, &renderer{}, m, CmdRun, silent); !res.OK() || told > 0 {
		t.Errorf("%s, %d warnings", statuses(res), told)
	}
}
