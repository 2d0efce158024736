package artifact

import (
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The bytes are those of Python's msgpack.packb for the same values, with
// lengths of 32 bits where MessagePack leaves the choice.
func TestMsgpack(t *testing.T) {
	long := strings.Repeat("x", 300)
	for _, c := range []struct{ json, want string }{
		{`null`, "c0"},
		{`[true, false]`, "dd00000002c3c2"},
		{`{"a": 1, "b": -1, "c": 300, "d": 1.5}`,
			"df00000004" + "a16101" + "a162d3ffffffffffffffff" + "a163d3000000000000012c" + "a164cb3ff8000000000000"},
		{`{"a":{"b":[{"c":[]}]}}`, "df00000001a161df00000001a162dd00000001df00000001a163dd00000000"},
		{`"a\n\"\u00e9\ud83d\ude00\/"`, "aa610a22c3a9f09f98802f"},
		{`"` + long + `"`, "da012c" + hex.EncodeToString([]byte(long))},
		{`""`, "a0"},
	} {
		for _, size := range []int{1, 3, 1 << 20} {
			path := filepath.Join(t.TempDir(), "packed")
			f, err := os.Create(path)
			if err != nil {
				t.Fatal(err)
			}
			p := NewMsgpack(f)
			for rest := c.json; rest != ""; {
				n := min(size, len(rest))
				if _, err := p.Write([]byte(rest[:n])); err != nil {
					t.Fatal(err)
				}
				rest = rest[n:]
			}
			if err := p.Close(); err != nil {
				t.Fatal(err)
			}
			f.Close()
			got, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if hex.EncodeToString(got) != c.want {
				t.Errorf("%s in pieces of %d: %x, want %s", c.json, size, got, c.want)
			}
		}
	}
}

// Lengths of what was already in the file when it ended are mended.
func TestMsgpackLong(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "packed"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	p := NewMsgpack(f)
	one := `{"text": "` + strings.Repeat("y", 1000) + `"}`
	if _, err := p.Write([]byte(`{"nodes": {"n": ` + one + strings.Repeat(`, "n": `+one, 299) + `}}`)); err != nil {
		t.Fatal(err)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	head := make([]byte, 16)
	if _, err := f.ReadAt(head, 0); err != nil {
		t.Fatal(err)
	}
	if got, want := hex.EncodeToString(head), "df00000001a56e6f646573df0000012c"; got != want {
		t.Errorf("head %s, want %s", got, want)
	}
}

func TestMsgpackRefuses(t *testing.T) {
	for _, text := range []string{`{"a": 1`, `}`, `[nonsense]`, `"\uZZZZ"`, `"open`} {
		f, err := os.Create(filepath.Join(t.TempDir(), "packed"))
		if err != nil {
			t.Fatal(err)
		}
		p := NewMsgpack(f)
		_, err = p.Write([]byte(text))
		if closed := p.Close(); err == nil && closed == nil {
			t.Errorf("%s was taken", text)
		}
		f.Close()
	}
}
