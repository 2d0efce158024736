package engine

import (
	"fmt"
	"strings"
	"testing"
)

func bigSeed(rows int) string {
	var b strings.Builder
	b.WriteString("id,name,amount,day,at,ok,category,note\n")
	for i := range rows {
		note := fmt.Sprintf("alpha beta %d", i)
		switch {
		case i%5 == 0:
			note = ""
		case i%50 == 1:
			note = `"said ""hi"", then left"`
		}
		fmt.Fprintf(&b, "%d,user %d,%d.%02d,2024-01-%02d,2024-01-02 03:%02d:%02d,%t,%s,%s\n",
			i, i%9973, i, i%100, i%28+1, i/60%60, i%60, i%3 > 0, "gamma", note)
	}
	return b.String()
}

func BenchmarkScanSeed(b *testing.B) {
	text := bigSeed(200_000)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		s, err := scanSeed(strings.NewReader(text), ',', func(string) bool { return false })
		if err != nil || s.odd || s.rows != 200_000 {
			b.Fatal(s, err)
		}
	}
}
