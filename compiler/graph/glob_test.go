package graph

import "testing"

// TestGlobLikePython compares with Python's fnmatch.
func TestGlobLikePython(t *testing.T) {
	_, _, o := loadOracle(t)
	if len(o.Globs) == 0 {
		t.Fatal("no patterns")
	}
	for _, c := range o.Globs {
		matched := map[string]bool{}
		for _, name := range c.Names {
			matched[name] = true
		}
		g := newGlob(c.Pattern)
		for _, name := range o.Names[0] {
			if got := g.match(name); got != matched[name] {
				t.Errorf("%q matches %q: %v, Python says %v", c.Pattern, name, got, matched[name])
			}
		}
	}
}
