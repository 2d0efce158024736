package view

import (
	"fmt"

	"mdl/compiler"
	"mdl/engine"
)

// batchFinished tells how a batch ended. What went wrong comes at the end.
func (v *View) batchFinished(e engine.BatchFinished, level Level) {
	r := e.Result
	data := batchInfo(e.Step, r.Node, e.Index, e.Total)
	data["status"], data["execution_time"] = string(r.Status), r.Elapsed.Seconds()
	word, status, rest := "OK created", "OK", fmt.Sprintf(" in %.2fs", r.Elapsed.Seconds())
	switch r.Status {
	case engine.Error:
		word, status, level = "ERROR creating", "ERROR", Error
	case engine.Skipped:
		word, status = "SKIP", "SKIPPED"
	}
	v.progress(line{name: "LogBatchResult", code: "Q046", level: level, data: data}, e.Index, e.Total, word+" "+describeBatch(r.Node), status, rest)
}

// describeBatch names a batch as dbt does: "batch 2024-01-31 of main.orders".
func describeBatch(n *compiler.Node) string {
	return "batch " + n.BatchLabel() + " of " + shortName(n)
}

func batchInfo(s *engine.Step, n *compiler.Node, index, total int) map[string]any {
	info := nodeInfo(s, 0, 0)
	return map[string]any{"node_info": info["node_info"], "description": describeBatch(n), "batch_index": index, "total_batches": total}
}
