package compiler

import (
	"strings"

	"mdl/compiler/jinja"
)

// Program is the parsed text of a node; nil where it has none, such as a seed.
// It is parsed when it is first asked for where nothing asked before the
// manifest was complete: of most nodes nobody ever does.
func (n *Node) Program() *jinja.Program {
	if n.program != nil {
		return n.program
	}
	switch {
	case n.File == nil || n.Kind == Seed || n.IsPython():
		return nil
	case n.Kind == Snapshot && n.File.Text != n.Raw:
		blocks, _ := jinja.ParseBlocks(n.File)
		for _, b := range blocks.Blocks() {
			if b.Kind == jinja.SnapshotBlock && b.Name == n.Name {
				return blocks.BlockProgram(b)
			}
		}
		return nil
	}
	start := max(0, strings.Index(n.File.Text, n.Raw))
	p, _ := jinja.ParseRange(n.File, start, start+len(n.Raw))
	return p
}
