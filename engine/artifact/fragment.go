package artifact

import (
	"bytes"
	"strconv"

	"mdl/compiler"
)

// Fragments keeps the JSON of resources that no run has touched from one
// manifest.json to the next.
type Fragments interface {
	// Fragment returns what was last kept for a resource by its unique id, or
	// nil when that is not at hand or the resource has changed. The bytes are
	// not changed.
	Fragment(id string) []byte
	// Keep takes the JSON of a resource; the bytes are the caller's.
	Keep(id string, json []byte)
}

// hole and the byte after it, a compiler.Late, stand for an entry that does not
// follow from the resource alone. JSON as mdl writes it never holds that byte.
const hole = 0

// AppendNode appends the JSON of a node that no run has touched. The bytes
// follow from the node alone, so that they can be kept as long as it does not
// change; what depends on others is left open and filled in by WriteManifest.
func AppendNode(buf []byte, n *compiler.Node) []byte { return appendBuilt(buf, n, compiler.Built{}) }

func appendBuilt(buf []byte, n *compiler.Node, b compiler.Built) []byte {
	return object(buf, func(f *fields) { compiler.NodeFields(f, n, b) })
}

// AppendSource does the same for a source table.
func AppendSource(buf []byte, s *compiler.SourceNode) []byte {
	return object(buf, func(f *fields) { compiler.SourceFields(f, s) })
}

// AppendExposure does the same for an exposure.
func AppendExposure(buf []byte, e *compiler.ExposureNode) []byte {
	return object(buf, func(f *fields) { compiler.ExposureFields(f, e) })
}

// AppendUnitTest does the same for a unit test.
func AppendUnitTest(buf []byte, u *compiler.UnitTestNode) []byte {
	return object(buf, func(f *fields) { compiler.UnitTestFields(f, u) })
}

// AppendGroup does the same for a group.
func AppendGroup(buf []byte, g *compiler.GroupNode) []byte {
	return object(buf, func(f *fields) { compiler.GroupFields(f, g) })
}

// AppendMacro does the same for a macro.
func AppendMacro(buf []byte, m *compiler.MacroDef) []byte {
	return object(buf, func(f *fields) { compiler.MacroFields(f, m) })
}

// AppendDoc does the same for a {% docs %} block.
func AppendDoc(buf []byte, b *compiler.DocBlock) []byte {
	return object(buf, func(f *fields) { compiler.DocFields(f, b) })
}

// filling is what goes into the holes, as JSON.
type filling [compiler.LateCount][]byte

// newFilling has what is written where nothing is known but the time.
func newFilling(created float64) filling {
	return filling{
		compiler.CreatedAt:  strconv.AppendFloat(nil, created, 'f', -1, 64),
		compiler.PrimaryKey: []byte("[]"),
		compiler.RootPath:   []byte("null"),
		compiler.TestSchema: []byte("null"),
	}
}

// append appends a fragment with its holes filled.
func (f *filling) append(buf, fragment []byte) []byte {
	for {
		at := bytes.IndexByte(fragment, hole)
		if at < 0 {
			return append(buf, fragment...)
		}
		buf = append(buf, fragment[:at]...)
		buf = append(buf, f[fragment[at+1]]...)
		fragment = fragment[at+2:]
	}
}
