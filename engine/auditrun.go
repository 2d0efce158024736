package engine

import "mdl/compiler"

// auditNote is what a worker tells of a test that it runs as part of another
// step: that it begins, or how it ended.
type auditNote struct {
	step   *Step
	result *Result // nil: it begins
}

// audit tells of a test that decides about the publication of a node.
func (c *coordinator) audit(n auditNote) {
	if c.audits == nil {
		c.audits = map[*Step]int{}
	}
	if c.audits[n.step] == 0 {
		c.started++
		c.audits[n.step] = c.started
	}
	index := c.audits[n.step]
	if n.result == nil {
		c.emit(NodeStarted{Step: n.step, Node: n.step.node, Index: index, Total: c.total, Time: c.opt.Clock()})
		return
	}
	c.results.Results = append(c.results.Results, n.result)
	c.emit(NodeFinished{Step: n.step, Result: n.result, Index: index, Total: c.total, Time: c.opt.Clock()})
}

// skipAudits tells of the tests of a step that did not come to run them.
func (c *coordinator) skipAudits(s *Step, res *Result) {
	for _, a := range s.Audits {
		if c.audits[a] > 0 {
			continue
		}
		skipped := &Result{ID: a.ID, Kind: compiler.Test, Node: a.node, Status: Skipped, Reason: Upstream, Cause: s.ID}
		if res.Status == Skipped {
			skipped.Reason, skipped.Message = res.Reason, res.Message
			if res.Cause != "" {
				skipped.Cause = res.Cause
			}
		}
		c.audit(auditNote{a, skipped})
	}
}
