package graph

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"mdl/compiler/diag"
)

// model makes a model of package p from its name and its parents' names.
func model(name string, parents ...string) Node {
	n := Node{ID: "model.p." + name, Name: name, Package: "p", ResourceType: "model",
		FQN: []string{"p", name}, OriginalPath: "models/" + name + ".sql"}
	for _, p := range parents {
		n.Parents = append(n.Parents, "model.p."+p)
	}
	return n
}

// names strips what all ids of model have in common.
func names(ids []string) string {
	return strings.ReplaceAll(strings.Join(ids, " "), "model.p.", "")
}

func newGraph(t testing.TB, nodes ...Node) *Graph {
	t.Helper()
	g, diags := New(nodes, nil)
	if len(diags) > 0 {
		t.Fatal(diags.Err())
	}
	return g
}

func TestRelatives(t *testing.T) {
	g := newGraph(t, model("a"), model("b", "a"), model("c", "b", "a"), model("d", "c"), model("e"))
	for _, c := range []struct{ what, got, want string }{
		{"parents", names(g.Parents("model.p.c")), "a b"},
		{"children", names(g.Children("model.p.a")), "b c"},
		{"ancestors", names(g.Ancestors("model.p.d", -1)), "a b c"},
		{"ancestors 1", names(g.Ancestors("model.p.d", 1)), "c"},
		{"ancestors 0", names(g.Ancestors("model.p.d", 0)), ""},
		{"descendants", names(g.Descendants("model.p.a", -1)), "b c d"},
		{"descendants 1", names(g.Descendants("model.p.a", 1)), "b c"},
		{"unknown", names(g.Parents("model.p.x")) + names(g.Ancestors("model.p.x", -1)), ""},
		{"all", names(g.IDs()), "a b c d e"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", c.what, c.got, c.want)
		}
	}
	if g.Len() != 5 || g.Node("model.p.a").Name != "a" || g.Node("x") != nil {
		t.Error("Len or Node is wrong")
	}
}

func TestTopological(t *testing.T) {
	g := newGraph(t, model("z"), model("b", "z"), model("a", "b"), model("c"), model("d", "z", "c"))
	if got, want := names(g.Topological()), "c z b a d"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestCriticalPath(t *testing.T) {
	g := newGraph(t, model("a"), model("b", "a"), model("c", "a"), model("d", "b", "c"), model("e"))
	costs := map[string]float64{"model.p.a": 1, "model.p.b": 5, "model.p.c": 2, "model.p.d": 10, "model.p.e": 3}
	got := g.CriticalPath(func(id string) float64 { return costs[id] })
	for id, want := range map[string]float64{"model.p.a": 16, "model.p.b": 15, "model.p.c": 12, "model.p.d": 10, "model.p.e": 3} {
		if got[id] != want {
			t.Errorf("%s: %v, want %v", id, got[id], want)
		}
	}
}

func TestCycles(t *testing.T) {
	for _, c := range []struct {
		name  string
		nodes []Node
		want  []string
	}{
		{"none", []Node{model("a"), model("b", "a")}, nil},
		{"itself", []Node{model("a", "a")}, []string{"a -> a"}},
		{"three", []Node{model("c", "a"), model("b", "c"), model("a", "b")}, []string{"a -> b -> c -> a"}},
		{"tail and head", []Node{model("0"), model("b", "c", "0"), model("c", "b"), model("z", "c")}, []string{"b -> c -> b"}},
		{"shortest", []Node{model("a", "b"), model("b", "c"), model("c", "d", "a"), model("d", "a")}, []string{"a -> b -> c -> a"}},
		{"two", []Node{model("a", "b"), model("b", "a"), model("x", "y", "b"), model("y", "x")}, []string{"a -> b -> a", "x -> y -> x"}},
		{"between", []Node{model("p", "q"), model("q", "p"), model("a", "p"), model("x", "y", "a"), model("y", "x")}, []string{"p -> q -> p", "x -> y -> x"}},
	} {
		g, diags := New(c.nodes, nil)
		var got []string
		for _, d := range diags {
			got = append(got, strings.TrimPrefix(d.Summary, "cycle: "))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
		if len(g.Topological()) != len(c.nodes) {
			t.Errorf("%s: the order lacks nodes", c.name)
		}
		for _, n := range c.nodes {
			g.Ancestors(n.ID, -1)
		}
	}
}

func TestCycleShowsPlaces(t *testing.T) {
	files := map[string]*diag.File{}
	var edges []Edge
	for _, pair := range []string{"a b", "b a"} {
		child, parent, _ := strings.Cut(pair, " ")
		text := "select * from {{ ref('" + parent + "') }}"
		files[child] = diag.NewFile("models/"+child+".sql", text)
		edges = append(edges, Edge{"model.p." + child, "model.p." + parent,
			diag.Span{File: files[child], Start: 17, End: 25}})
	}
	_, diags := New([]Node{model("a", "b"), model("b", "a")}, edges)
	var b strings.Builder
	for _, d := range diags {
		diag.Render(&b, d, diag.Style{})
	}
	want := `models/a.sql:1:18: error E232: cycle: a -> b -> a
   1 > select * from {{ ref('b') }}
     |                  ^^^^^^^^
  Each refers to the next, so none of them can be built first.
  note: a refers to b
    at models/a.sql:1:18
  note: b refers to a
    at models/b.sql:1:18
  hint: remove one of these references, or move what both sides need into a model of its own
`
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
}

func TestUnknownParent(t *testing.T) {
	g, diags := New([]Node{model("a", "nowhere")}, nil)
	if len(diags) != 1 || diags[0].Code != "E232" || !strings.Contains(diags[0].Summary, "model.p.nowhere") {
		t.Errorf("%v", diags)
	}
	if len(g.Parents("model.p.a")) != 0 {
		t.Error("the unknown parent is in the graph")
	}
}

func TestSubset(t *testing.T) {
	g := newGraph(t, model("a"), model("b", "a"), model("c", "b"), model("d", "c", "a"), model("e", "b"))
	sub := g.Subset([]string{"model.p.a", "model.p.d", "model.p.e", "model.p.nowhere"})
	for id, want := range map[string]string{"a": "", "d": "a", "e": "a"} {
		if got := names(sub.Parents("model.p." + id)); got != want {
			t.Errorf("parents of %s: %q, want %q", id, got, want)
		}
	}
	if sub.Len() != 3 || names(g.Parents("model.p.d")) != "a c" {
		t.Error("the subset has other nodes, or the graph changed")
	}
}

// TestSubsetKeepsOrder checks on random graphs that one kept node comes before
// another exactly where it did.
func TestSubsetKeepsOrder(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		g := randomGraph(t, random, 60, 3)
		var keep []string
		for _, id := range g.IDs() {
			if random.IntN(2) == 0 {
				keep = append(keep, id)
			}
		}
		sub := g.Subset(keep)
		for _, id := range keep {
			var want []string
			for _, up := range g.Ancestors(id, -1) {
				if slices.Contains(keep, up) {
					want = append(want, up)
				}
			}
			if got := sub.Ancestors(id, -1); !slices.Equal(got, want) {
				t.Fatalf("ancestors of %s: %q, want %q", id, got, want)
			}
		}
		order := sub.Topological()
		for at, id := range order {
			for _, p := range sub.Parents(id) {
				if slices.Index(order, p) > at {
					t.Fatalf("%s comes before its parent %s", id, p)
				}
			}
		}
	}
}

// randomGraph has nodes in a few folders, each with up to `parents` earlier
// ones as parents, and a test for every fourth.
func randomGraph(t testing.TB, random *rand.Rand, size, parents int) *Graph {
	nodes := make([]Node, size)
	for i := range nodes {
		folder := fmt.Sprintf("folder_%d", i%17)
		n := model(fmt.Sprintf("model_%05d", i))
		n.FQN = []string{"p", folder, n.Name}
		n.OriginalPath = "models/" + folder + "/" + n.Name + ".sql"
		n.Tags = []string{"all", fmt.Sprintf("tag_%d", i%7)}
		if i%4 == 3 {
			n.ID, n.ResourceType, n.TestName = "test.p."+n.Name, "test", "unique"
		}
		for range parents {
			if p := random.IntN(i + 1); p < i && p%4 != 3 {
				n.Parents = append(n.Parents, nodes[p].ID)
			}
		}
		nodes[i] = n
	}
	return newGraph(t, nodes...)
}

func BenchmarkSelect(b *testing.B) {
	g := randomGraph(b, rand.New(rand.NewPCG(1, 2)), 10_000, 3)
	for _, text := range []string{"model_05000", "+model_09998+", "@model_00500", "tag:tag_3", "folder_3",
		"*_05*", "models/folder_3", "models/*/model_05*", "tag:tag_3,folder_3+1", "package:this"} {
		for _, mode := range []Indirect{Eager, Buildable} {
			b.Run(text+"/"+mode.String(), func(b *testing.B) {
				for b.Loop() {
					spec, _ := ParseArgs(Args{Select: []string{text}})
					g.Select(spec, Options{Project: "p", Indirect: mode})
				}
			})
		}
	}
}

func BenchmarkGraph(b *testing.B) {
	g := randomGraph(b, rand.New(rand.NewPCG(1, 2)), 10_000, 3)
	nodes := make([]Node, g.Len())
	for i, id := range g.IDs() {
		nodes[i] = *g.Node(id)
	}
	half := g.IDs()[:5000]
	b.Run("New", func(b *testing.B) {
		for b.Loop() {
			New(nodes, nil)
		}
	})
	b.Run("Subset", func(b *testing.B) {
		for b.Loop() {
			g.Subset(half)
		}
	})
	b.Run("WithTestEdges", func(b *testing.B) {
		for b.Loop() {
			g.WithTestEdges()
		}
	})
	b.Run("CriticalPath", func(b *testing.B) {
		for b.Loop() {
			g.CriticalPath(func(string) float64 { return 1 })
		}
	})
}
