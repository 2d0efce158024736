package duckdbtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mdl/compiler"
	"mdl/engine"
	"mdl/engine/internal/enginetest"
)

// seedBoth loads a file in both ways, by the warehouse's own reader where mdl
// thinks that it can be left to it and row by row, and compares what happened.
// It returns the statements of the first.
func seedBoth(t testing.TB, fast, slow database, text []byte, fullRefresh bool, config ...any) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "s.csv"), text, 0o666); err != nil {
		t.Fatal(err)
	}
	node := func() *compiler.Node {
		n := enginetest.With(enginetest.Node("seed.p.s", "seed"), config...)
		n.Database, n.Schema, n.OrigPath, n.Name, n.Alias = "p", "main", "s.csv", "s", "s"
		return n
	}
	opt := engine.Options{Project: os.DirFS(dir), ProjectDir: dir, FastSeedSize: math.MaxInt64, FullRefresh: fullRefresh}
	want := slow.run(t, opt, node())
	var ran bytes.Buffer
	opt.FastSeedSize = 1
	opt.Write = func(_ string, sql []byte) error { ran.Write(sql); return nil }
	got := fast.run(t, opt, node())
	if got.Status != want.Status || got.Message != want.Message {
		t.Fatalf("%q\nfast: %s %s\nslow: %s %s", text, got.Status, got.Message, want.Status, want.Message)
	}
	a, b := fast.relation(t, "s"), slow.relation(t, "s")
	if (a == nil) != (b == nil) || a != nil && render(a) != render(b) {
		t.Fatalf("%q\nfast:\n%v\nslow:\n%v", text, render(a), render(b))
	}
	return ran.String()
}

// What dbt made of the recorded seeds, mdl makes in both ways: TestGolden
// compares the slow one with dbt.
func TestFastSeedGolden(t *testing.T) {
	text, err := os.ReadFile("testdata/golden.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []goldenCase
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		if c.Kind != "seed" {
			continue
		}
		t.Run(c.Name, func(t *testing.T) {
			fast, slow := open(t), open(t)
			for i, run := range c.Runs {
				var config []any
				for _, m := range []map[string]any{c.Config, c.Runs[i].Config} {
					for k, v := range m {
						config = append(config, k, v)
					}
				}
				seedBoth(t, fast, slow, []byte(run.Text), false, config...)
			}
		})
	}
}

// fastSeeds are files with what is told apart; fast says whether the warehouse
// reads them.
var fastSeeds = []struct {
	text string
	fast bool
}{
	{"id,v\n1,a\n2,b\n", true},
	{"id,v\r\n1,a\r\n2,b\r\n", true},
	{"id,v\n1,a\r\n2,b\n", false},
	{"id,v\n1,a\n2,b", true},
	{"id,v\n1,a\n\n2,b\n", false},
	{"id,v\n\n1,a\n", false},
	{"\ufeffid,v\n1,a\n", false},
	{"id\n1\n2\n", true},
	{"id\n1\n\"\"\n", false},
	{"id,v\n1,\"a,b\"\n2,\"say \"\"hi\"\"\"\n3,\"two\nlines\"\n", true},
	{"id,v\n\"1\",a\n\"2\",\"\"\n3,\n", true},
	{"id,v\n1,a\"b\n2,\"c\"d\n", false},
	{"id,v\n1,\"a\n", false},
	{"id,v\n1\n", false},
	{"id,v\n1,a,b\n", false},
	{"id,v\n1, a \n2,\tb\n", true},
	{"id,v\n 1,a\n2,b\n", false},
	{"id,v\n1,null\n2,NULL\n", false},
	{"id,v\nnull,a\n2,b\n", false},
	{"id,v\nnull,a\nx,b\n", true},
	{"id,v\n2147483647,1\n-2147483648,-2147483647\n", true},
	{"id,v\n9999999999,1.5\n-1,2\n", true},
	{"id,v\n99999999999999999999,1\n", false},
	{"id,v\n1.0,1.00\n2.5,3.5\n", true},
	{"id,v\n1.0,1.00\n2.0,3\n", false},
	{"id,v\n007,1e3\n08,-2.5E-4\n", true},
	{"id,v\n\"1,000\",a\n", false},
	{"id,v\n$5,10%\n", false},
	{"id,v\n+5,.5\n", false},
	{"id,v\n1_000,5.\n", false},
	{"id,v\nnan,inf\n", false},
	{"d,t\n2024-02-29,2024-01-02 03:04:05\n,\n0001-01-01,2024-01-02 23:59:59\n", true},
	{"d,t\n2023-02-29,2024-01-02 24:00:00\n", true},
	{"d,t\n2024-1-2,2024-01-02 3:4:5\n", false},
	{"d,t\n2024-01-02T03:04:05,2024-01-02T03:04:05.123456\n", true},
	{"d,t\n2024-01-02T03:04:05Z,2024-01-02T03:04\n", false},
	{"d,t\n2024-01-02T03:04:05.1234567,20240102T030405\n", false},
	{"d,t\n2024-01-02,2024-01-02 03:04:05\n2024-01-02 03:04:05,2024-01-02T03:04:05\n", true},
	{"ok,no\ntrue,False\nTRUE,false\n,\n", true},
	{"ok,no\ntrue,t\nfalse,1\n", true},
	{"ok,no\n true,\"fal,se\"\n", false},
	{"a,a\n1,2\n", false},
	{",b\n1,2\n", false},
	{"\"a \"\"b\"\"\",\"c,d\"\n1,2\n", true},
	{"a,b\n1,#x\n#2,y\n", true},
	{"a,b\n1,\x00\n", false},
	{"a,b\n1,\xff\n", false},
	{"a,b\n1,\\\n2,a\\,b\n", false},
	{"a,b\n1,'x'\n2,it's\n", false},
	{"año,naïve\n1,λ\n", true},
	{"a,b\n", false},
}

func TestFastSeed(t *testing.T) {
	fast, slow := open(t), open(t)
	for _, c := range fastSeeds {
		ran := seedBoth(t, fast, slow, []byte(c.text), true)
		if got := strings.Contains(ran, "are read by the warehouse"); got != c.fast {
			t.Errorf("%q: by the warehouse: %t, want %t\n%s", c.text, got, c.fast, ran)
		}
	}
}

// The table that is there keeps its columns, and gets what a cast of the text
// gives; a value that does not fit is named.
func TestFastSeedAgain(t *testing.T) {
	fast, slow := open(t), open(t)
	for _, text := range []string{"id,v\nx,1\n", "id,v\n007,2.5\n", "id,v\n1.50,3.5\n", "v,id\n1,2\n", "id,v\n1,x\n", "id,v\n2024-01-02,7\n"} {
		seedBoth(t, fast, slow, []byte(text), false)
	}
	for _, types := range []map[string]any{{"id": "varchar"}, {"id": "decimal(10,2)"}, {"id": "date"}, {"id": "varchar[]", "v": "double"}} {
		for _, text := range []string{"id,v\n007,1\n", "id,v\n1.5,null\n", "id,v\n2024-01-02,3\n", "id,v\n\"[a, b]\",3\n", "id,v\n,\n"} {
			seedBoth(t, fast, slow, []byte(text), true, "column_types", types)
		}
	}
	seedBoth(t, fast, slow, []byte("id;v\n1;a,b\n"), true, "delimiter", ";")
	seedBoth(t, fast, slow, []byte("Id,select\n1,2\n"), true, "quote_columns", false)
	seedBoth(t, fast, slow, []byte("id,v\nnull,a\n"), true, "fast", false)
}

// A file of many blocks, with records that reach over their ends.
func TestFastSeedBlocks(t *testing.T) {
	var b strings.Builder
	b.WriteString("id,v,w\n")
	for i := range 60_000 {
		fmt.Fprintf(&b, "%d,\"line\n%s\"\"\",%d.5\n", i, strings.Repeat("x,\n", i%37), i)
	}
	fast, slow := open(t), open(t)
	if ran := seedBoth(t, fast, slow, []byte(b.String()), true); !strings.Contains(ran, "are read by the warehouse") {
		t.Errorf("%s", ran)
	}
	long := "id,v\n1," + strings.Repeat("y", 3<<20) + "\n"
	seedBoth(t, fast, slow, []byte(long), true)
}

// FuzzFastSeed: whatever the file, both ways end in the same.
func FuzzFastSeed(f *testing.F) {
	for _, c := range fastSeeds {
		f.Add([]byte(c.text), byte(','))
	}
	f.Add([]byte("a;b\n1;x,y\n"), byte(';'))
	fast, slow := open(f), open(f)
	f.Fuzz(func(t *testing.T, text []byte, delimiter byte) {
		if len(text) > 4096 || delimiter >= 0x80 {
			t.Skip()
		}
		seedBoth(t, fast, slow, text, true, "delimiter", string(rune(delimiter)))
	})
}
