package jinja

import (
	"slices"
	"strings"

	"mdl/compiler/diag"
)

// tagNames are all tags, for suggestions.
var tagNames = []string{
	"autoescape", "block", "break", "call", "continue", "data_test", "do", "docs", "extends", "filter", "for", "from",
	"if", "import", "include", "macro", "materialization", "print", "raw", "set", "snapshot", "test", "with",
}

// tag reads one statement, from the name of its tag to the end of its last
// tag. It returns nil where the statement has a mistake.
func (p *parser) tag() stmt {
	name := p.tok
	if name.kind != tokName {
		p.unexpected("the name of a tag")
		p.endTag()
		return nil
	}
	p.tags = append(p.tags, openTag{name: name.text, at: pos{p.opener.start, name.end}})
	depth := len(p.tags)
	mistakes := p.mistakes
	p.advance()
	s, known := p.statement(name.text)
	if !known {
		s, known = p.blockStatement(name)
	}
	p.tags = p.tags[:depth-1]
	if !known {
		p.unknownTag(name)
		p.endTag()
		return nil
	}
	if p.bad {
		p.recover()
	}
	if p.mistakes > mistakes {
		return nil
	}
	return s
}

// statement reads the statements of jinja2, behind the name of their tag.
func (p *parser) statement(name string) (stmt, bool) {
	switch name {
	case "if":
		return p.ifTag(), true
	case "for":
		return p.forTag(), true
	case "set":
		return p.setTag(), true
	case "do":
		return p.doTag(), true
	case "call":
		return p.callTag(), true
	case "filter":
		return p.filterTag(), true
	case "with":
		return p.withTag(), true
	case "print":
		return p.printTag(), true
	case "break", "continue":
		return p.jumpTag(name), true
	case "block", "autoescape":
		return p.scopeTag(name), true
	case "include", "extends", "import", "from":
		return p.refusedTag(name), true
	}
	return nil, false
}

// header is the place of the tag being read, up to its name.
func (p *parser) header() pos { return pos{p.opener.start, p.prevEnd} }

func (p *parser) unknownTag(name token) {
	of, ends := strings.CutPrefix(name.text, "end")
	if ends && slices.Contains(p.unknown, of) {
		p.giveUp()
		return
	}
	at := name.pos
	known := tagNames
	if len(p.tags) > 0 {
		known = append(slices.Clip(known), p.tags[len(p.tags)-1].ends...)
	}
	misplaced := ends && slices.Contains(tagNames, of) || name.text == "else" || name.text == "elif"
	if misplaced && len(p.tags) > 0 {
		inner := p.tags[len(p.tags)-1]
		d := diag.Errorf("E105", p.span(at), "unexpected {%% %s %%}: {%% %s %%} is open", name.text, inner.name)
		d = d.WithHint("%s can stand here", tagList(inner.ends))
		d.Notes = []diag.Note{{Message: "{% " + inner.name + " %} was opened here", Span: p.span(inner.at)}}
		p.report(d)
		p.giveUp()
		return
	}
	if misplaced {
		p.fail("E105", at, "unexpected {%% %s %%}: no block is open", name.text)
		return
	}
	p.unknown = append(p.unknown, name.text)
	p.failHint(diag.DidYouMean(name.text, known), "E104", at, "unknown tag %q", name.text)
}

func (p *parser) ifTag() stmt {
	s := &ifStmt{pos: p.header()}
	soft := p.soft
	p.soft = true
	end := "elif"
	for end == "elif" {
		var b branch
		b.test = p.tuple(tupleRule{})
		p.scope.branch++
		b.body, end = p.body("elif", "else", "endif")
		p.scope.branch--
		s.branches = append(s.branches, b)
	}
	if end == "else" {
		p.scope.branch++
		s.otherwise, end = p.body("endif")
		p.scope.branch--
	}
	p.soft = soft
	p.closeBlock(end)
	return s
}

// closeBlock passes the end of the tag that closed a block.
func (p *parser) closeBlock(end string) {
	if end != "" {
		p.endTag()
	}
}

func (p *parser) forTag() stmt {
	s := &forStmt{}
	s.start = p.opener.start
	s.target = p.target(false, true)
	if p.tok.kw != kwIn {
		p.unexpected(`"in"`)
	}
	p.advance()
	s.iter = p.tuple(tupleRule{recursive: true})
	// Whether the loop is recursive shows only behind its filter, whose names
	// belong to the loop's function; so that function is chosen beforehand.
	fn := p.scope.fn
	recursive := &function{up: fn}
	outer := p.scope
	var test *loopFilter
	if p.tok.kw == kwIf {
		p.advance()
		test = &loopFilter{target: s.target.clone()}
		test.scope = p.push(fn)
		p.declare(test.target, true)
		test.test = p.expression()
		p.pop()
	}
	if p.tok.kw == kwRecursive {
		p.advance()
		fn = recursive
		s.fn = fn
		if test != nil {
			test.scope.fn = fn
		}
	}
	s.filter = test
	s.end = p.tok.end
	soft := p.soft
	p.soft = false
	s.bodyScope = p.push(fn)
	s.bodyScope.loop = s
	p.declare(s.target, true)
	p.hide(s.target)
	var end string
	s.body, end = p.body("endfor", "else")
	p.scope = outer
	if end == "else" {
		s.elseScope = p.push(fn)
		s.otherwise, end = p.body("endfor")
		p.scope = outer
	}
	p.soft = soft
	p.closeBlock(end)
	return s
}

func (p *parser) setTag() stmt {
	s := &setStmt{}
	s.start = p.opener.start
	s.target = p.target(true, false)
	p.hide(s.target)
	if p.skip(tokAssign) {
		s.e = p.tuple(tupleRule{conditional: true})
		p.declare(s.target, false)
		s.end = p.tok.start
		p.endTag()
		return s
	}
	p.declare(s.target, false)
	b := &setBlockStmt{pos: s.pos, target: s.target}
	if p.tok.kind != tokPipe && p.tok.kind != tokBlockEnd {
		p.unexpected(`"=" or "%}"`)
		p.unknown = append(p.unknown, "set") // which kind of set it is cannot be told
		p.endTag()
		return nil
	}
	var end string
	b.block, end = p.capturedBody(false, "endset")
	b.end = p.prevEnd
	p.closeBlock(end)
	return b
}

// capturedBody reads the filters and the body of a set or filter block. bare:
// the first filter stands without a pipe.
func (p *parser) capturedBody(bare bool, ends string) (captured, string) {
	c := captured{scope: p.push(p.scope.fn)}
	soft := p.soft
	p.soft = false
	c.text = p.scope.implicit("")
	if bare || p.tok.kind == tokPipe {
		c.filter = c.text
		start := p.tok.start
		if bare {
			c.filter = p.filter(start, c.filter)
		}
		for p.skip(tokPipe) {
			c.filter = p.filter(start, c.filter)
		}
	}
	var end string
	c.body, end = p.body(ends)
	p.soft = soft
	p.pop()
	return c, end
}

func (p *parser) filterTag() stmt {
	s := &filterStmt{}
	s.start = p.opener.start
	var end string
	s.block, end = p.capturedBody(true, "endfilter")
	s.end = p.prevEnd
	p.closeBlock(end)
	return s
}

func (p *parser) doTag() stmt {
	s := &doStmt{pos: p.header()}
	s.e = p.tuple(tupleRule{conditional: true})
	p.endTag()
	return s
}

func (p *parser) printTag() stmt {
	s := &scopeStmt{}
	for p.tok.kind != tokBlockEnd && !p.bad {
		if s.body != nil {
			p.expect(tokComma)
		}
		at := p.tok.pos
		e := p.expression()
		at.end = p.prevEnd
		s.body = append(s.body, &outputStmt{at, e})
	}
	p.endTag()
	return s
}

func (p *parser) withTag() stmt {
	s := &withStmt{pos: p.header()}
	outer := p.scope
	for p.tok.kind != tokBlockEnd && !p.bad {
		t := p.targetItem(false)
		p.expect(tokAssign)
		s.targets = append(s.targets, t)
		s.values = append(s.values, p.expression())
		if !p.skip(tokComma) {
			break
		}
	}
	soft := p.soft
	p.soft = false
	s.scope = p.push(outer.fn)
	for _, t := range s.targets {
		p.hide(t)
		p.declare(t, true)
	}
	var end string
	s.body, end = p.body("endwith")
	p.pop()
	p.soft = soft
	p.closeBlock(end)
	return s
}

// scopeTag reads {% block %}, which has no meaning without inheritance, and
// {% autoescape %}, which dbt never turns on: both are but a scope.
func (p *parser) scopeTag(name string) stmt {
	s := &scopeStmt{}
	if name == "block" {
		p.expect(tokName)
		p.skipName("scoped")
		p.skipName("required")
	} else {
		p.expression()
	}
	s.scope = p.push(p.scope.fn)
	var end string
	s.body, end = p.body("end" + name)
	p.pop()
	if end != "" && name == "block" && p.tok.kind == tokName {
		p.advance()
	}
	p.closeBlock(end)
	return s
}

func (p *parser) jumpTag(name string) stmt {
	at := p.header()
	p.endTag()
	for s := p.scope; ; s = s.up {
		if s == nil || s.macro != nil {
			p.report(diag.Errorf("E101", p.span(at), "%s outside of a loop", name))
			return nil
		}
		if s.loop != nil {
			break
		}
	}
	if name == "break" {
		return &breakStmt{}
	}
	return &continueStmt{}
}

// refusedTag reads a tag that loads other templates. dbt's environment has no
// loader, so the tag fails when it is reached.
func (p *parser) refusedTag(name string) stmt {
	s := &refusedStmt{p.opener, name}
	for p.tok.kind != tokBlockEnd && p.tok.kind != tokEOF && !p.bad {
		p.advance()
	}
	p.endTag()
	return s
}

func (p *parser) callTag() stmt {
	start := p.opener.start
	def := &macroDef{kind: MacroBlock}
	outer := p.scope
	def.scope = p.pushFunction()
	def.scope.macro = def
	def.fn = p.scope.fn
	if p.tok.kind == tokLParen {
		p.signature(def)
	}
	p.scope = outer
	at := p.tok.pos
	call, ok := p.expression().(*callExpr)
	if !ok {
		p.fail("E101", at, "expected a call behind call")
		call = &callExpr{}
	}
	call.caller = &callerArg{def}
	def.pos = pos{start, p.tok.end}
	soft := p.soft
	p.soft = false
	p.scope = def.scope
	var end string
	def.body, end = p.body("endcall")
	p.scope = outer
	p.soft = soft
	p.closeBlock(end)
	return &outputStmt{call.pos, call}
}
