package jinja

import (
	"strings"

	"mdl/compiler/diag"
	"mdl/compiler/jinja/value"
)

// tupleRule says where an expression without parentheses may be a tuple.
type tupleRule struct {
	conditional bool // a conditional expression may stand here
	empty       bool // nothing at all is the empty tuple
	recursive   bool // the word `recursive` ends it
}

// tuple reads an expression, or several with commas between them.
func (p *parser) tuple(rule tupleRule) expr {
	start, mark := p.tok.start, len(p.exprs)
	var first expr
	count, isTuple := 0, false
	for ; ; count++ {
		if count > 0 && !p.expect(tokComma) || p.tupleEnds(rule) {
			break
		}
		e := p.expressionIn(rule.conditional)
		if p.bad {
			return nil
		}
		if first == nil {
			first = e
		}
		if p.tok.kind != tokComma && !isTuple {
			return first
		}
		isTuple = true
		p.exprs.push(e)
		if p.tok.kind != tokComma {
			break
		}
	}
	if p.bad {
		return nil
	}
	if !isTuple && !rule.empty {
		p.unexpected("an expression")
		return nil
	}
	return &tupleExpr{pos{start, p.prevEnd}, p.exprs.take(mark)}
}

func (p *parser) tupleEnds(rule tupleRule) bool {
	switch p.tok.kind {
	case tokVarEnd, tokBlockEnd, tokRParen:
		return true
	}
	return rule.recursive && p.tok.kw == kwRecursive
}

func (p *parser) expressionIn(conditional bool) expr {
	if conditional {
		return p.expression()
	}
	return p.binary(levelOr)
}

// expression reads one expression, conditional ones included.
func (p *parser) expression() expr {
	if !p.enter() {
		return nil
	}
	defer p.leave()
	start := p.tok.start
	unknown := len(p.unknownNames)
	e := p.binary(levelOr)
	for n := 0; p.tok.kw == kwIf; n++ {
		p.soften(unknown)
		soft := p.soft
		p.soft = true
		p.advance()
		c := &condExpr{then: e, test: p.binary(levelOr)}
		if p.tok.kw == kwElse {
			p.advance()
			c.otherwise = p.expression()
		}
		p.soft = soft
		c.pos = pos{start, p.prevEnd}
		e = c
		p.checkChain(n)
	}
	return e
}

// checkChain bounds the operators in a row, because the tree leans to the left.
func (p *parser) checkChain(n int) {
	if n > maxChain {
		p.fail("E108", p.tok.pos, "the expression is too long")
	}
}

// The levels of the binary operators, the loosest first.
const (
	levelOr = iota
	levelAnd
	levelNot
	levelCompare
	levelAdd
	levelConcat
	levelMul
	levelPow
	levelUnary
)

var operatorLevels = [tokRBrace + 1]int8{
	tokEq: levelCompare, tokNe: levelCompare, tokLt: levelCompare, tokLe: levelCompare, tokGt: levelCompare, tokGe: levelCompare,
	tokAdd: levelAdd, tokSub: levelAdd, tokTilde: levelConcat,
	tokMul: levelMul, tokDiv: levelMul, tokFloorDiv: levelMul, tokMod: levelMul, tokPow: levelPow,
}

var operatorOps = [tokRBrace + 1]value.Op{
	tokEq: value.OpEq, tokNe: value.OpNe, tokLt: value.OpLt, tokLe: value.OpLe, tokGt: value.OpGt, tokGe: value.OpGe,
	tokAdd: value.OpAdd, tokSub: value.OpSub, tokMul: value.OpMul, tokDiv: value.OpDiv,
	tokFloorDiv: value.OpFloorDiv, tokMod: value.OpMod, tokPow: value.OpPow,
}

// operatorLevel returns the level of the binary operator at the current token,
// or -1 where there is none.
func (p *parser) operatorLevel() int {
	if p.tok.kind == tokName {
		switch p.tok.kw {
		case kwOr:
			return levelOr
		case kwAnd:
			return levelAnd
		case kwIn:
			return levelCompare
		case kwNot:
			if p.peek() == tokName && p.ahead.kw == kwIn {
				return levelCompare
			}
		}
		return -1
	}
	if level := operatorLevels[p.tok.kind]; level > 0 {
		return int(level)
	}
	return -1
}

// binary reads operands and the operators between them that bind at least as
// tightly as a level. All of them associate to the left, ** included.
func (p *parser) binary(level int) expr {
	start := p.tok.start
	var left expr
	if p.tok.kw == kwNot && level <= levelNot {
		left = p.not()
		level = min(level, levelNot)
	} else {
		left = p.unary(true)
	}
	for n := 0; !p.bad; n++ {
		op := p.operatorLevel()
		if op < level {
			break
		}
		left = p.operation(op, start, left)
		p.checkChain(n)
	}
	return left
}

func (p *parser) not() expr {
	start := p.tok.start
	if !p.enter() {
		return nil
	}
	defer p.leave()
	p.advance()
	e := p.binary(levelNot)
	return &notExpr{pos{start, p.prevEnd}, e}
}

// operation reads an operator of a level and its right operand.
func (p *parser) operation(level int, start int32, left expr) expr {
	switch level {
	case levelOr:
		p.advance()
		right := p.binary(levelAnd)
		return &orExpr{pos{start, p.prevEnd}, left, right}
	case levelAnd:
		p.advance()
		right := p.binary(levelNot)
		return &andExpr{pos{start, p.prevEnd}, left, right}
	case levelCompare:
		return p.compare(start, left)
	case levelConcat:
		return p.concat(start, left)
	}
	op := operatorOps[p.tok.kind]
	p.advance()
	right := p.binary(level + 1)
	return &binaryExpr{pos{start, p.prevEnd}, op, left, right}
}

// compare reads a chain of comparisons: a < b <= c.
func (p *parser) compare(start int32, left expr) expr {
	e := &compareExpr{first: left}
	for !p.bad && p.operatorLevel() == levelCompare {
		op := operatorOps[p.tok.kind]
		switch p.tok.kw {
		case kwIn:
			op = value.OpIn
		case kwNot:
			p.advance()
			op = value.OpNotIn
		}
		p.advance()
		e.rest = append(e.rest, comparison{op, p.binary(levelAdd)})
	}
	e.pos = pos{start, p.prevEnd}
	return e
}

func (p *parser) concat(start int32, left expr) expr {
	parts := append(make([]expr, 0, 4), left)
	for p.tok.kind == tokTilde {
		p.advance()
		parts = append(parts, p.binary(levelMul))
	}
	return &concatExpr{pos{start, p.prevEnd}, parts}
}

// unary reads a sign, a primary expression and what follows it: attributes,
// subscripts, calls, and with filters also filters and tests.
func (p *parser) unary(filters bool) expr {
	start := p.tok.start
	var e expr
	switch p.tok.kind {
	case tokSub, tokAdd:
		if !p.enter() {
			return nil
		}
		negative := p.tok.kind == tokSub
		p.advance()
		operand := p.unary(false)
		p.leave()
		e = &signExpr{pos{start, p.prevEnd}, negative, operand}
	default:
		e = p.primary()
	}
	e = p.postfix(start, e)
	if filters {
		e = p.filters(start, e)
	}
	return e
}

func (p *parser) primary() expr {
	t := p.tok
	switch t.kind {
	case tokName:
		p.advance()
		return p.nameOrConst(t)
	case tokString:
		return p.stringLiteral()
	case tokInt:
		p.advance()
		return p.constant(t.pos, intValue(t.text))
	case tokFloat:
		p.advance()
		return p.constant(t.pos, floatValue(t.text))
	case tokLParen:
		p.advance()
		e := p.tuple(tupleRule{conditional: true, empty: true})
		p.expect(tokRParen)
		return e
	case tokLBracket:
		return p.list()
	case tokLBrace:
		if strings.HasPrefix(p.src[t.start:], "{{") {
			break
		}
		return p.dict()
	}
	p.unexpected("an expression")
	return nil
}

func (p *parser) constant(at pos, v value.Value) *constExpr {
	c := p.consts.new()
	c.pos, c.v = at, v
	return c
}

func (p *parser) nameOrConst(t token) expr {
	switch t.kw {
	case kwTrue:
		return p.constant(t.pos, value.True)
	case kwFalse:
		return p.constant(t.pos, value.False)
	case kwNull:
		return p.constant(t.pos, value.None)
	}
	n := p.names.new()
	n.pos, n.name = t.pos, t.text
	p.scope.load(n)
	return n
}

// stringLiteral reads strings; adjacent ones are one.
func (p *parser) stringLiteral() expr {
	start, text := p.tok.start, p.tok.text
	p.advance()
	for p.tok.kind == tokString {
		text += p.tok.text
		p.advance()
	}
	return p.constant(pos{start, p.prevEnd}, value.Str(text))
}

func (p *parser) list() expr {
	start, mark := p.tok.start, len(p.exprs)
	p.advance()
	for p.tok.kind != tokRBracket && !p.bad {
		if len(p.exprs) > mark {
			p.expect(tokComma)
			if p.tok.kind == tokRBracket {
				break
			}
		}
		p.exprs.push(p.expression())
	}
	p.expect(tokRBracket)
	return &listExpr{pos{start, p.prevEnd}, p.exprs.take(mark)}
}

func (p *parser) dict() expr {
	start := p.tok.start
	p.advance()
	d := &dictExpr{}
	for p.tok.kind != tokRBrace && !p.bad {
		if d.keys != nil {
			p.expect(tokComma)
			if p.tok.kind == tokRBrace {
				break
			}
		}
		d.keys = append(d.keys, p.expression())
		p.expect(tokColon)
		d.vals = append(d.vals, p.expression())
	}
	p.expect(tokRBrace)
	d.pos = pos{start, p.prevEnd}
	return d
}

// postfix reads attributes, subscripts and calls.
func (p *parser) postfix(start int32, e expr) expr {
	for n := 0; ; n++ {
		switch p.tok.kind {
		case tokDot:
			e = p.attribute(start, e)
		case tokLBracket:
			e = p.subscript(start, e)
		case tokLParen:
			e = p.call(start, e)
		default:
			return e
		}
		p.checkChain(n)
	}
}

func (p *parser) attribute(start int32, base expr) expr {
	p.advance()
	t := p.tok
	switch t.kind {
	case tokName:
		p.advance()
		return &attrExpr{pos{start, t.end}, base, t.text, loopFieldOf(t.text)}
	case tokInt:
		p.advance()
		return &itemExpr{pos{start, t.end}, base, &constExpr{t.pos, intValue(t.text)}}
	}
	p.unexpected("a name or a number")
	return nil
}

// subscript reads x[...]: an item, a tuple of items, or a slice.
func (p *parser) subscript(start int32, base expr) expr {
	open := p.tok.pos
	p.advance()
	var keys []expr
	var slice *sliceExpr
	for p.tok.kind != tokRBracket && !p.bad {
		if keys != nil || slice != nil {
			p.expect(tokComma)
		}
		if slice != nil {
			p.fail("E101", p.tok.pos, "a slice cannot be part of a tuple")
		}
		var key expr
		key, slice = p.subscribed(base)
		if key != nil {
			keys = append(keys, key)
		}
	}
	if slice != nil && len(keys) > 0 {
		p.fail("E101", open, "a slice cannot be part of a tuple")
	}
	p.expect(tokRBracket)
	at := pos{start, p.prevEnd}
	switch {
	case slice != nil:
		slice.pos = at
		return slice
	case len(keys) == 1:
		return &itemExpr{at, base, keys[0]}
	}
	return &itemExpr{at, base, &tupleExpr{pos{open.start, p.prevEnd}, keys}}
}

// subscribed reads one key or slice.
func (p *parser) subscribed(base expr) (expr, *sliceExpr) {
	var lo expr
	if p.tok.kind != tokColon {
		lo = p.expression()
		if p.tok.kind != tokColon {
			return lo, nil
		}
	}
	s := &sliceExpr{base: base, lo: lo}
	p.advance()
	if !p.sliceEnds() && p.tok.kind != tokColon {
		s.hi = p.expression()
	}
	if p.skip(tokColon) && !p.sliceEnds() {
		s.step = p.expression()
	}
	return nil, s
}

func (p *parser) sliceEnds() bool { return p.tok.kind == tokRBracket || p.tok.kind == tokComma }

func (p *parser) call(start int32, fn expr) expr {
	e := &callExpr{fn: fn}
	p.arguments(&e.arguments)
	e.pos = pos{start, p.prevEnd}
	return e
}

// arguments reads the arguments of a call, parentheses included.
func (p *parser) arguments(a *arguments) {
	mark := len(p.exprs)
	p.expect(tokLParen)
	for first := true; p.tok.kind != tokRParen && !p.bad; first = false {
		if !first {
			p.expect(tokComma)
			if p.tok.kind == tokRParen {
				break
			}
		}
		p.argument(a)
	}
	p.expect(tokRParen)
	a.args = p.exprs.take(mark)
}

func (p *parser) argument(a *arguments) {
	at := p.tok.pos
	switch {
	case p.tok.kind == tokMul:
		p.ensure(a.star == nil && a.dstar == nil, at, "*arguments may stand once, before **arguments")
		p.advance()
		a.star = p.expression()
	case p.tok.kind == tokPow:
		p.ensure(a.dstar == nil, at, "**arguments may stand once")
		p.advance()
		a.dstar = p.expression()
	case p.tok.kind == tokName && p.peek() == tokAssign:
		p.ensure(a.dstar == nil, at, "a keyword argument cannot follow **arguments")
		name := p.tok.text
		for _, kw := range a.kwargs {
			p.ensure(kw.name != name, at, "the keyword argument "+name+" is given twice")
		}
		p.advance()
		p.advance()
		if a.kwargs == nil {
			a.kwargs = make([]keywordArg, 0, 4)
		}
		a.kwargs = append(a.kwargs, keywordArg{name, p.expression()})
	default:
		p.ensure(a.star == nil && a.dstar == nil && len(a.kwargs) == 0, at, "a positional argument cannot follow keyword arguments")
		p.exprs.push(p.expression())
	}
}

func (p *parser) ensure(ok bool, at pos, message string) {
	if !ok {
		p.fail("E101", at, "%s", message)
	}
}

// filters reads filters, tests, and calls behind them.
func (p *parser) filters(start int32, e expr) expr {
	for n := 0; ; n++ {
		switch {
		case p.tok.kind == tokPipe:
			p.advance()
			e = p.filter(start, e)
		case p.tok.kw == kwIs:
			e = p.test(start, e)
		case p.tok.kind == tokLParen:
			e = p.call(start, e)
		default:
			return e
		}
		p.checkChain(n)
	}
}

// dottedName reads the name of a filter or test.
func (p *parser) dottedName() (string, pos) {
	at, name := p.tok.pos, p.tok.text
	p.expect(tokName)
	for p.skip(tokDot) {
		name += "." + p.tok.text
		p.expect(tokName)
	}
	at.end = p.prevEnd
	return name, at
}

// filter reads one filter, from its name.
func (p *parser) filter(start int32, operand expr) expr {
	name, at := p.dottedName()
	e := &filterExpr{target: operand, name: name, filter: lookupFilter(name)}
	if e.filter == nil {
		p.unknownName("E106", "filter", name, at, filterNames())
	}
	if p.tok.kind == tokLParen {
		p.arguments(&e.arguments)
	}
	e.pos, e.at = pos{start, p.prevEnd}, pos{at.start, p.prevEnd}
	return e
}

// unknownName reports an unknown filter or test: as an error where jinja2
// refuses to compile it, else as a warning.
func (p *parser) unknownName(code, what, name string, at pos, known []string) {
	if p.bad {
		return
	}
	d := diag.Errorf(code, p.span(at), "no %s is named %q", what, name).WithHint("%s", diag.DidYouMean(name, known))
	p.unknownNames = append(p.unknownNames, d)
	if p.soft || p.block != nil {
		p.soften(len(p.unknownNames) - 1)
	}
}

// soften makes warnings of the unknown filters and tests from a place on.
func (p *parser) soften(from int) {
	for i := from; i < len(p.unknownNames); i++ {
		d := &p.unknownNames[i]
		d.Severity, d.Code = diag.Warning, "W"+d.Code[1:]
	}
}

// reportUnknown reports the unknown filters and tests of a tag that was read.
func (p *parser) reportUnknown() {
	for _, d := range p.unknownNames {
		p.report(d)
	}
	p.unknownNames = p.unknownNames[:0]
}

// test reads `is name`, `is not name`, with arguments in parentheses or one
// argument without.
func (p *parser) test(start int32, operand expr) expr {
	p.advance()
	negate := p.tok.kw == kwNot
	if negate {
		p.advance()
	}
	name, at := p.dottedName()
	e := &testExpr{target: operand, name: name, test: lookupTest(name)}
	if e.test == nil {
		p.unknownName("E107", "test", name, at, testNames())
	}
	switch p.tok.kind {
	case tokLParen:
		p.arguments(&e.arguments)
	case tokName, tokString, tokInt, tokFloat, tokLBracket, tokLBrace:
		p.bareArgument(e)
	}
	e.pos, e.at = pos{start, p.prevEnd}, pos{at.start, p.prevEnd}
	if negate {
		return &notExpr{e.pos, e}
	}
	return e
}

func (p *parser) bareArgument(e *testExpr) {
	switch p.tok.kw {
	case kwElse, kwOr, kwAnd:
		return
	case kwIs:
		p.fail("E101", p.tok.pos, "tests cannot be chained with is")
		return
	}
	start := p.tok.start
	e.args = []expr{p.postfix(start, p.primary())}
}
