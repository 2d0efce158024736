package main

import (
	"slices"
	"strings"
	"testing"
)

func TestExpand(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"run --select a b --exclude c d -x", "run --select a --select b --exclude c --exclude d -x"},
		{"run -s a b", "run -s a --select b"},
		{"run -m a", "run --select a"},
		{"run --models=a b", "run --select=a --select b"},
		{"--no-use-colors run", "--use-colors=false run"},
		{"run --full-refresh=false", "run --full-refresh=false"},
		{"run --no-such", "run --no-such"},
		{"show --limit -1 -s a", "show --limit -1 -s a"},
		{"run --vars -x", "run --vars -x"},
		{"ls --resource-types model test --output name", "ls --resource-type model --resource-type test --output name"},
		{"run --select", "run --select"},
		{"run -- --select a b", "run -- --select a b"},
	} {
		got := strings.Join(expand(strings.Fields(c.in)), " ")
		if got != c.want {
			t.Errorf("expand(%s)\n got %s\nwant %s", c.in, got, c.want)
		}
	}
}

func FuzzExpand(f *testing.F) {
	f.Add("run --select a b --exclude c")
	f.Add("--no-print -s= -- x")
	f.Fuzz(func(t *testing.T, line string) {
		args := strings.Fields(line)
		once := expand(args)
		if len(once) < len(args) {
			t.Fatalf("words were lost: %q became %q", args, once)
		}
		if !slices.Equal(expand(once), once) {
			t.Fatalf("%q became %q, and then %q", args, once, expand(once))
		}
	})
}

func TestFlagsAreDistinct(t *testing.T) {
	long, short := map[string]bool{}, map[string]bool{}
	for _, list := range [][]flag{globals, others} {
		for _, f := range list {
			if long[f.name] || f.short != "" && short[f.short] {
				t.Errorf("--%s -%s is there twice", f.name, f.short)
			}
			long[f.name], short[f.short] = true, true
		}
	}
	for _, c := range commands() {
		for _, name := range c.flags {
			if !long[name] {
				t.Errorf("%s has a flag --%s that does not exist", c.use, name)
			}
		}
	}
}

func TestFromEnv(t *testing.T) {
	env := map[string]string{"DBT_FAIL_FAST": "yes", "MDL_SELECT": "a b", "DBT_SELECT": "c", "MDL_TARGET": "x", "DBT_TARGET": "y"}
	a := newApp(system{})
	root := rootCommand(a)
	cmd, _, err := root.Find([]string{"run"})
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.ParseFlags([]string{"--target", "z"}); err != nil {
		t.Fatal(err)
	}
	err = fromEnv(cmd.Flags(), a.opt, func(name string) (string, bool) { v, ok := env[name]; return v, ok })
	if err != nil {
		t.Fatal(err)
	}
	if o := a.opt; !o.failFast || o.target != "z" || !slices.Equal(o.selected, []string{"a", "b"}) {
		t.Errorf("fail-fast %v, target %q, select %q", o.failFast, o.target, o.selected)
	}
	env["MDL_THREADS"] = "many"
	if err := fromEnv(cmd.Flags(), a.opt, func(name string) (string, bool) { v, ok := env[name]; return v, ok }); err == nil {
		t.Error("MDL_THREADS=many was taken")
	}
}
