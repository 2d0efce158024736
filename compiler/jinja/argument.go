package jinja

import "mdl/compiler/diag"

// KeywordSpan returns the place of the value of a keyword argument, in the first
// call of a plain name that has it.
func (p *Program) KeywordSpan(callee, keyword string) (diag.Span, bool) {
	var found diag.Span
	w := &callWalker{prog: p, visit: func(e *callExpr) {
		if !found.IsZero() || dottedName(e.fn) != callee {
			return
		}
		for _, kw := range e.kwargs {
			if kw.name == keyword {
				found = p.span(kw.e.span())
			}
		}
	}}
	w.statements(p.body)
	for _, b := range p.blocks {
		if b.body != nil && found.IsZero() {
			found, _ = b.body.KeywordSpan(callee, keyword)
		}
	}
	return found, !found.IsZero()
}
