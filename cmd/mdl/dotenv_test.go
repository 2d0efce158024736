package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestDotEnv(t *testing.T) {
	dir := t.TempDir()
	text := "\ufeff# a comment\r\nA=1\nexport B = two words # behind\nC='it\\'s #1'\nD=\"line\\n2\"\nE=\"over\nlines\"\n\n" +
		"F=${A}${NOPE:-x}${SHELL_SET}\nSHELL_SET=no\nG=\nALONE\nno variable\nH=a#b\n=x\nI='open\n"
	if err := os.WriteFile(filepath.Join(dir, dotEnvFile), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	got, bad := withDotEnv(dir, []string{"SHELL_SET=yes"})
	want := []string{"SHELL_SET=yes", "A=1", "B=two words", "C=it's #1", "D=line\n2", "E=over\nlines", "F=1xyes", "G=", "H=a#b"}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if !slices.Equal(bad, []int{13, 15, 16}) {
		t.Errorf("bad lines are %v", bad)
	}
	if got, bad := withDotEnv(t.TempDir(), []string{"A=1"}); len(got) != 1 || bad != nil {
		t.Errorf("without a file: %v, %v", got, bad)
	}
}

func FuzzDotEnv(f *testing.F) {
	for _, text := range []string{"A=1\n", "A='x\n'", "export A=${B:-c} # d", "=\n\"", "A=\"\\", "A=${"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p := dotEnv{text: text, line: 1, known: map[string]string{"B": "b"}}
		for p.text != "" {
			before := len(p.text)
			p.binding()
			if len(p.text) >= before {
				t.Fatalf("%q: nothing was read of %q", text, p.text)
			}
		}
	})
}
