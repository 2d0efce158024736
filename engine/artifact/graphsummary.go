package artifact

import (
	"io"
	"strconv"

	"mdl/compiler"
	"mdl/compiler/graph"
	"mdl/compiler/jinja/value"
)

// WriteGraphSummary writes graph_summary.json: the nodes of the graph by number,
// and for each the numbers of those that depend on it (dbt/compilation.py,
// get_graph_summary).
func WriteGraphSummary(w io.Writer, m *compiler.Manifest, invocationID string) error {
	s := newStream(w)
	s.entry("_invocation_id", value.Str(invocationID))
	s.open("linked", '{')
	at := 0
	for n, children := range m.Graph.Successors() {
		s.raw(strconv.Itoa(at), appendSummary(nil, n, children))
		at++
	}
	s.close('}')
	return s.end()
}

func appendSummary(buf []byte, n *graph.Node, children []int32) []byte {
	buf = append(value.AppendJSONText(append(buf, `{"name": `...), n.ID), `, "type": `...)
	buf = value.AppendJSONText(buf, n.ResourceType)
	for i, child := range children {
		if i == 0 {
			buf = append(buf, `, "succ": [`...)
		} else {
			buf = append(buf, ", "...)
		}
		buf = strconv.AppendInt(buf, int64(child), 10)
	}
	if len(children) > 0 {
		buf = append(buf, ']')
	}
	return append(buf, '}')
}
